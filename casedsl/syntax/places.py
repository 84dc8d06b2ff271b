"""Where something stands, in the words of the definition: `state in_review / on decide / to answering`.

Such a name holds while the file is edited around the place, and it is the same in both coats: it is made of the
keywords and names of the lines around a place, never of positions or of expressions. Several places may share one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value, Word

_BETWEEN = " / "
_NAMED_BY_VALUE = ("NAME", "place")
"""The kinds of value that tell lines of one keyword apart: `prompt assignee`, `to answering`."""


class Places(Struct, frozen=True):
    """The names of all places of a document.

    Attributes:
      home: what the document is, `case type complaint`.
      spots: every stretch that has a name, by its start; `at` are those that touch a line of the file.
    """

    home: str
    spots: tuple[tuple[tuple[int, int], str], ...]
    at: dict[int, list[tuple[Span, str]]]

    def name(self, span: Span) -> str:
        """The name of the smallest stretch around the beginning of a span; where there is none, as in a line that could
        not be read, that of the last one before it."""
        start = (span.line, span.column)
        around = [(_size(spot), name) for spot, name in self.at.get(span.line, ()) if _holds(spot, start)]
        if around:
            smallest = min(size for size, _ in around)
            return next(name for size, name in reversed(around) if size == smallest)
        before = bisect_right(self.spots, start, key=lambda spot: spot[0])
        return self.spots[before - 1][1] if before else self.home


def place_name(document: Document, span: Span) -> str:
    """The name of one place; for many of one document, `places_of` it once."""
    return places_of(document).name(span)


def places_of(document: Document) -> Places:
    """The names of all places of a document."""
    spots = [
        spot
        for line, above in ((document.header, ""), *((line, "") for line in document.lines))
        for spot in _spots(line, above)
    ]
    at: dict[int, list[tuple[Span, str]]] = {}
    for span, name in spots:
        for number in range(span.line, span.end_line + 1):
            at.setdefault(number, []).append((span, name))
    starts = sorted((((span.line, span.column), name) for span, name in spots), key=lambda spot: spot[0])
    return Places(_own_name(document.header), tuple(starts), at)


def _spots(line: Line, above: str) -> Iterator[tuple[Span, str]]:
    """The stretches of a line and of those below it, outer ones first."""
    here = f"{above}{_BETWEEN}{_own_name(line)}" if above else _own_name(line)
    yield line.span, here
    yield line.head, here
    for word in (line.name, line.title):
        if word is not None:
            yield word.span, here
    for clause, value in line.clauses.items():
        own = clause == line.keyword or value.kind == "FLAG"
        yield value.span, here if own else f"{here}{_BETWEEN}{clause}"
    for below in line.lines:
        yield from _spots(below, here)


def _own_name(line: Line) -> str:
    if line.name is not None:
        return f"{line.keyword} {line.name.text}"
    value = line.clauses.get(line.keyword)
    name = _first_name(value) if value is not None and value.kind in _NAMED_BY_VALUE else ""
    return f"{line.keyword} {name}" if name else line.keyword


def _first_name(value: Value) -> str:
    if isinstance(value, Word):
        return value.text if value.kind == "NAME" else ""
    return next((name for part in value.parts if (name := _first_name(part))), "")


def _size(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column if span.line == span.end_line else 0


def _holds(span: Span, place: tuple[int, int]) -> bool:
    return (span.line, span.column) <= place < (span.end_line, span.end_column)
