"""Text that goes into a picture: made harmless, measured without a font, wrapped.

What an author wrote is hostile. `clean` takes out what XML forbids and what would turn the direction of the text
around; `escape` does the rest for XML. Widths are those of DejaVu Sans, the widest of the usual fonts, so a text never
needs more room than it was given; other fonts leave slack.
"""

from __future__ import annotations

from html import escape as escape_html

SPARE = 1.03
"""Room for what the table of widths doesn't know: kerning, a slightly wider font."""
BOLD = 1.16
MARK = "\ufffd"
ELLIPSIS = "…"

_ASCII = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
)  # fmt: skip
_TURNING = frozenset([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF])
_WIDE = ((0x1100, 0x115F), (0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60))


def clean(text: str) -> str:
    """The text on one line, with a mark for each character that XML forbids or that reorders what stands around it."""
    return "".join(_harmless(char) for char in text)


def _harmless(char: str) -> str:
    if char in "\t\n\r":
        return " "
    code = ord(char)
    forbidden = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE
    return MARK if forbidden or code in _TURNING else char


def escape(text: str) -> str:
    """The text for XML, in an element or in a quoted attribute."""
    return escape_html(clean(text), quote=True)


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide the text is at most, in pixels, at a font size in pixels."""
    return sum(_advance(ord(char)) for char in text) * size / 1000 * SPARE * (BOLD if bold else 1)


def _advance(code: int) -> int:
    if 32 <= code < 127:
        return _ASCII[code - 32]
    if 0x0300 <= code < 0x0370:
        return 0
    if code < 0x0250:
        return 690
    if code >= 0x1F000 or any(low <= code <= high for low, high in _WIDE):
        return 1300 if code >= 0x1F000 else 1000
    return 860


def wrap(text: str, room: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit into the room; a word that is too long is cut into pieces."""
    lines: list[str] = []
    line, used = "", 0.0
    space = width(" ", size, bold)
    for word in _words(text, room, size, bold):
        wide = width(word, size, bold)
        if line and used + space + wide > room:
            lines.append(line)
            line, used = "", 0.0
        used += wide + (space if line else 0.0)
        line = f"{line} {word}" if line else word
    return (*lines, line) if line else tuple(lines)


def _words(text: str, room: float, size: float, bold: bool) -> list[str]:
    pieces: list[str] = []
    for word in clean(text).split():
        pieces.extend(_cut(word, room, size, bold) if width(word, size, bold) > room else [word])
    return pieces


def _cut(word: str, room: float, size: float, bold: bool) -> list[str]:
    """A word in pieces that fit; it breaks after an underscore or a hyphen where it can."""
    pieces: list[str] = []
    piece, used = "", 0.0
    for char in word:
        wide = width(char, size, bold)
        if piece and used + wide > room:
            at = max(piece.rfind("_"), piece.rfind("-")) + 1 or len(piece)
            pieces.append(piece[:at])
            piece = piece[at:]
            used = width(piece, size, bold)
        piece += char
        used += wide
    return [*pieces, piece]


def clip(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    short = clean(text).strip()
    if width(short, size, bold) <= room:
        return short
    left = room - width(ELLIPSIS, size, bold)
    kept = 0
    for char in short:
        left -= width(char, size, bold)
        if left < 0:
            break
        kept += 1
    return short[:kept].rstrip() + ELLIPSIS


def wrap_at_most(text: str, count: int, room: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """The text in at most `count` lines; what doesn't fit is shown by an ellipsis."""
    lines = wrap(text, room, size, bold)
    if len(lines) <= count:
        return lines
    return (*lines[: count - 1], clip(lines[count - 1] + " " + lines[count], room, size, bold))
