"""Where each character of a YAML scalar stands: also inside quoted, folded and literal ones.

A finding about the third word of a folded text must point at that word. Most scalars are plain and on one row, where
counting is enough; for the others the source is walked beside the text that it means.
"""

from __future__ import annotations

import re

from msgspec import Struct

from casedsl.syntax.span import Span
from casedsl.syntax.tree import Places, place_at
from casedsl.syntax.yaml.nodes import Scalar

_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_CONTINUED = re.compile(r"\\[ \t]*\n[ \t]*")
_BREAK = re.compile(r"[ \t]*\n\s*")


class Content(Struct, frozen=True):
    """What a scalar says on one line: blanks around line ends are one blank, as in every text of a definition.

    Attributes:
      places: pairs of an offset in the text and the row and column, from 0, where it stands; from one pair to the next
        characters follow each other.
      repeated: it is what an alias repeats, and all of it stands at the alias.
    """

    file: str
    text: str
    places: Places
    end: tuple[int, int]
    repeated: bool = False

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands; on the row where it begins."""
        if self.repeated:
            _, row, column = self.places[0]
            return Span(self.file, row + 1, column + 1, row + 1, self.end[1] + 1)
        if len(self.places) == 1:
            _, row, column = self.places[0]
            return Span(self.file, row + 1, column + start + 1, row + 1, column + end + 1)
        row, column = place_at(self.places, start)
        last, behind = place_at(self.places, end - 1) if end > start else (row, column - 1)
        if (last, behind + 1) < (row, column) or last != row:
            behind = column
        return Span(self.file, row + 1, column + 1, row + 1, behind + 2)


def content_of(file: str, scalar: Scalar, rows: list[str]) -> Content:
    """What a scalar says, with its places."""
    row, column = scalar.start
    if scalar.repeated:
        text = _on_one_line(scalar.text, [scalar.start] * len(scalar.text))[0]
        return Content(file, text, tuple((at, row, column) for at in range(max(1, len(text)))), scalar.end, True)
    simple = scalar.end[0] == row and scalar.style in ("", '"', "'")
    shift = 1 if scalar.style else 0
    if simple and scalar.end[1] - column - 2 * shift == len(scalar.text):
        return Content(file, scalar.text, ((0, row, column + shift),), scalar.end)
    pairs = _walked(scalar, rows)
    text, places = _on_one_line(scalar.text, pairs)
    return Content(file, text, _joined(places) or ((0, row, column),), scalar.end)


def _walked(scalar: Scalar, rows: list[str]) -> list[tuple[int, int]]:
    """Row and column of each character of a scalar's text."""
    source, marks = _source_of(scalar, rows)
    found: list[tuple[int, int]] = []
    at = 0
    for sign in scalar.text:
        at = _next(source, at, sign, scalar.style)
        found.append(marks[min(at, len(marks) - 1)])
        at = _behind(source, at, sign, scalar.style)
    return found


def _source_of(scalar: Scalar, rows: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The source of a scalar without its quotes or header, and the place of each of its characters."""
    (row, column), (last, end) = scalar.start, scalar.end
    if scalar.style in ("|", ">"):
        row, column = row + 1, 0
    elif scalar.style:
        column, end = column + 1, end - 1
    text, marks = [], []
    for each in range(row, min(last, len(rows) - 1) + 1):
        begin = column if each == row else 0
        piece = rows[each][begin : end if each == last else None]
        text.append(piece)
        marks += [(each, begin + place) for place in range(len(piece) + 1)]
    return "\n".join(text), marks or [scalar.start]


def _next(source: str, at: int, sign: str, style: str) -> int:
    """The offset in the source of the next character of the text."""
    while at < len(source):
        continued = _CONTINUED.match(source, at) if style == '"' else None
        if continued:
            at = continued.end()
        elif source[at] == sign or (style == '"' and source[at] == "\\"):
            return at
        elif source[at] in " \t\n" and sign not in " \n":
            at += 1
        else:
            return at
    return at


def _behind(source: str, at: int, sign: str, style: str) -> int:
    """The offset in the source behind a character of the text."""
    if style == '"' and source.startswith("\\", at):
        escape = _ESCAPE.match(source, at)
        return escape.end() if escape else at + 1
    if style == "'" and source.startswith("''", at):
        return at + 2
    if sign in " \n" and at < len(source) and source[at] in " \t\n":
        fold = _BREAK.match(source, at)
        return fold.end() if fold else at + 1
    return at + 1 if at < len(source) and source[at] == sign else at


def _on_one_line(text: str, places: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A text with one blank for each line end and the blanks around it, none at its ends."""
    signs: list[str] = []
    kept: list[tuple[int, int]] = []
    at = 0
    for fold in re.finditer(r"[ \t]*\n\s*", text):
        signs += [*text[at : fold.start()], " "]
        kept += [*places[at : fold.start()], places[fold.start()]]
        at = fold.end()
    signs += text[at:]
    kept += places[at:]
    begin = 1 if signs[:1] == [" "] and text[:1] == "\n" else 0
    end = len(signs) - 1 if text[-1:] == "\n" or re.search(r"\n\s*$", text) else len(signs)
    return "".join(signs[begin:end]), kept[begin:end]


def _joined(places: list[tuple[int, int]]) -> Places:
    """Places with the runs of neighbours joined."""
    joined: list[tuple[int, int, int]] = []
    for offset, (row, column) in enumerate(places):
        if joined:
            begin, last, since = joined[-1]
            if last == row and since + offset - begin == column:
                continue
        joined.append((offset, row, column))
    return tuple(joined)
