"""Text that goes into a picture, made harmless.

What an author wrote is hostile. `clean` takes out what XML forbids and what would turn the direction of the text
around; `escape` does the rest for XML. How wide a text is, and where it breaks, is said in `measuring.py`.
"""

from __future__ import annotations

from html import escape as escape_html

MARK = "\ufffd"
ELLIPSIS = "…"

_TURNING = frozenset([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF])


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
