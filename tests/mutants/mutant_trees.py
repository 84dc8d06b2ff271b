"""Trees to edit, and where a word of a tree stands once it is printed in a coat.

A place is found without any reader: the tree is printed twice, the second time with other letters in the word that is
looked for, and where the two texts differ the word stands. So the columns that a reader tells are held to columns that
nothing of the reader has made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.case import read_case
from casedsl.syntax.language import LANGUAGE, Row, margin_of
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.printing.words import words_of
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Phrase, Value, Word

Path = tuple[int, ...]
"""The way to a line from the left margin, by number; what stands below the header begins with -1; () is the header."""

COATS: dict[str, Callable[[Document], str]] = {".case": print_case, ".case.yaml": print_yaml}
HEADER: Path = ()
ABOVE = "above"
"""The part of a line that is the last comment above it."""


class Step(NamedTuple):
    """A line of a tree, the way to it, and the lines above it from the outside in."""

    path: Path
    line: Line
    above: tuple[Line, ...]


def steps(document: Document) -> Iterator[Step]:
    """Every line of a document, the header too."""
    header = document.header
    yield Step(HEADER, header, ())
    for number, line in enumerate(header.lines):
        yield from _steps((-1, number), line, (header,))
    for number, line in enumerate(document.lines):
        yield from _steps((number,), line, ())


def _steps(path: Path, line: Line, above: tuple[Line, ...]) -> Iterator[Step]:
    yield Step(path, line, above)
    for number, below in enumerate(line.lines):
        yield from _steps((*path, number), below, (*above, line))


def line_at(document: Document, path: Path) -> Line:
    line = document.header
    lines = document.lines
    for number in path:
        line = document.header if number == -1 else lines[number]
        lines = line.lines
    return line


def edited(document: Document, path: Path, edit: Callable[[Line], tuple[Line, ...]]) -> Document:
    """A document with other lines in the place of one."""
    if path == HEADER:
        (header,) = edit(document.header)
        return replace(document, header=header)
    if path[0] == -1:
        return replace(document, header=replace(document.header, lines=_put(document.header.lines, path[1:], edit)))
    return replace(document, lines=_put(document.lines, path, edit))


def _put(lines: tuple[Line, ...], path: Path, edit: Callable[[Line], tuple[Line, ...]]) -> tuple[Line, ...]:
    number, *rest = path
    line = lines[number]
    new = edit(line) if not rest else (replace(line, lines=_put(line.lines, tuple(rest), edit)),)
    return (*lines[:number], *new, *lines[number + 1 :])


def without(document: Document, path: Path) -> Document:
    """A document without a line; a block that can't be empty goes with its last line."""
    block = path[:-1]
    if block and block != (-1,) and len(line_at(document, block).lines) == 1 and _row_at(document, block).needed:
        return without(document, block)
    return edited(document, path, lambda line: ())


def _row_at(document: Document, path: Path) -> Row:
    above = path[:-1]
    block = line_at(document, above).keyword if above else margin_of(document.kind)
    row = LANGUAGE.row(block, line_at(document, path).keyword)
    assert row is not None, path
    return row


def with_behind(document: Document, path: Path, *new: Line) -> Document:
    return edited(document, path, lambda line: (line, *new))


def with_below(document: Document, path: Path, *new: Line) -> Document:
    """New lines as the first ones below a line, where it has any."""
    return edited(document, path, lambda line: (replace(line, lines=(*new, *line.lines)),))


def with_clause(document: Document, path: Path, clause: str, value: Value | None) -> Document:
    """Another value for a clause of a line; with None, the line without it."""

    def edit(line: Line) -> tuple[Line, ...]:
        kept = {word: old for word, old in line.clauses.items() if word != clause or value is not None}
        return (replace(line, clauses=kept if value is None else {**kept, clause: value}),)

    return edited(document, path, edit)


def with_text(document: Document, path: Path, clause: str, text: str) -> Document:
    """Another text for a clause of a line; it is read anew when the document is `fresh`."""
    return with_clause(document, path, clause, Word("NAME", text, line_at(document, path).span))


def with_lines(document: Document, path: Path, lines: Iterable[Line]) -> Document:
    """Other lines below a line."""
    below = tuple(lines)
    return edited(document, path, lambda line: (replace(line, lines=below),))


def with_other(document: Document, path: Path, *lines: Line) -> Document:
    """Other lines in the place of one."""
    return edited(document, path, lambda line: lines)


def fresh(document: Document) -> Document:
    """The same document as it is read from its own print: every phrase has its text, every word its place."""
    again = refreshed(document)
    assert again is not None, print_case(document)
    return again


def refreshed(document: Document) -> Document | None:
    """The same; None if its print can't be read."""
    again, found = read_case(Source(document.file, print_case(document)))
    return None if found else again


def written_lines(text: str, *above: str, head: str = "case type") -> tuple[Line, ...]:
    """Lines as they are written, below others: `written_lines("team desk", "state new")`."""
    rows = [f"{head} snippet", "    edition 1"]
    rows += ["    " * level + row for level, row in enumerate(above)]
    rows += ["    " * len(above) + row for row in text.split("\n")]
    document, found = read_case(Source("snippet.case", "\n".join(rows) + "\n"))
    assert document is not None
    assert found == (), found
    lines: tuple[Line, ...] = document.lines
    for _ in above:
        lines = lines[-1].lines
    return lines


def header_lines(text: str, head: str = "case type") -> tuple[Line, ...]:
    """Lines as they are written below the header."""
    document, found = read_case(Source("snippet.case", f"{head} snippet\n    {text}\n"))
    assert document is not None
    assert found == (), found
    return document.header.lines


# Words.


def leaves(value: Value | None) -> list[Word]:
    return [] if value is None else list(words_of(value))


def names(value: Value | None) -> list[str]:
    return [word.text for word in leaves(value) if word.kind == "NAME"]


def reworded(value: Value, number: int, text: str) -> Value:
    """A value with another text for one of its words, also in the texts of the phrases around it."""
    if isinstance(value, Word):
        return replace(value, text=text)
    parts = list(value.parts)
    for place, part in enumerate(parts):
        size = len(leaves(part))
        if number < size:
            parts[place] = reworded(part, number, text)
            begin = part.span.column - value.span.column
            assert value.text[begin : begin + len(part.text)] == part.text, value
            after = value.text[:begin] + parts[place].text + value.text[begin + len(part.text) :]
            return replace(value, parts=tuple(parts), text=after)
        number -= size
    raise AssertionError(value)


def _masked(text: str) -> str:
    """A text of the same length and the same signs, with another letter for each letter."""
    return "".join(_other(sign) for sign in text)


def _other(sign: str) -> str:
    if sign.isdigit():
        return "8" if sign == "7" else "7"
    return ("z" if sign == "q" else "q") if sign.isalpha() else sign


def _mask(value: Value, word: int | None, part: str) -> Value:
    if isinstance(value, Phrase) and word is not None:
        return reworded(value, word, _masked(leaves(value)[word].text))
    if isinstance(value, Phrase):
        return replace(value, text=_masked(value.text), parts=tuple(_mask(each, None, "") for each in value.parts))
    if not part:
        return replace(value, text=_masked(value.text))
    begin = value.text.index(part)
    behind = begin + len(part)
    return replace(value, text=value.text[:begin] + _masked(value.text[begin:behind]) + value.text[behind:])


# Places.

As = Literal["word", "head", "line", "row"]


class Spot(Struct, frozen=True):
    """A place that a finding must mark.

    Attributes:
      path: the way to the line; `file` is `main`, or `organisation`.
      part: `name`, a clause of the line, or the last comment `above` it.
      word: the number of the word in the clause; None for all of it. `within` is a stretch of that word's text.
      marks: `word`, exactly this; `head`, the keyword and name of the line, in YAML the key that stands for it; `line`,
        the line or its beginning; `row`, anything on its row.
    """

    path: Path
    part: str = "name"
    word: int | None = None
    within: str = ""
    marks: As = "word"
    file: str = "main"


class Stretch(NamedTuple):
    """Where something stands in a text: row and columns from 0."""

    row: int
    start: int
    end: int


def stretch_of(document: Document, coat: str, text: str, spot: Spot) -> Stretch:
    """Where the words of a spot stand in a text, the print of the document in this coat."""
    if spot.part not in ("name", ABOVE) and line_at(document, spot.path).clauses[spot.part].kind == "FLAG":
        return _flag(document, coat, text, spot)

    def edit(line: Line) -> tuple[Line, ...]:
        if spot.part == ABOVE:
            return (replace(line, above=(*line.above[:-1], _masked(line.above[-1]))),)
        if spot.part == "name":
            assert line.name is not None, spot
            return (replace(line, name=replace(line.name, text=_masked(line.name.text))),)
        value = _mask(line.clauses[spot.part], spot.word, spot.within)
        return (replace(line, clauses={**line.clauses, spot.part: value}),)

    return difference(text, COATS[coat](edited(document, spot.path, edit)))


def difference(one: str, other: str) -> Stretch:
    """The stretch in which two texts of the same shape differ; it stands on one row."""
    rows = [(old, new) for old, new in zip(one.split("\n"), other.split("\n"), strict=True)]
    (row,) = [number for number, (old, new) in enumerate(rows) if old != new]
    old, new = rows[row]
    assert len(old) == len(new), (old, new)
    unlike = [column for column, (sign, twin) in enumerate(zip(old, new, strict=True)) if sign != twin]
    return Stretch(row, unlike[0], unlike[-1] + 1)


def keyword_before(text: str, found: Stretch, keyword: str) -> Stretch | None:
    """The last place of a keyword before a stretch, on its row."""
    start = text.split("\n")[found.row].rfind(keyword, 0, found.start)
    return None if start < 0 else Stretch(found.row, start, start + len(keyword))


def is_marked(document: Document, coat: str, text: str, spot: Spot, span: Span) -> bool:
    """Whether a span marks a spot in a text, the print of the document in this coat."""
    line = line_at(document, spot.path)
    found = stretch_of(document, coat, text, spot)
    row = text.split("\n")[found.row]
    if (span.line - 1, span.end_line - 1) != (found.row, found.row):
        return False
    start, end = span.column - 1, span.end_column - 1
    if spot.marks == "row":
        return True
    if spot.marks == "word":
        around = (row[start : found.start], row[found.end : end])
        return start <= found.start < found.end <= end and around in _around(line, spot)
    if line.name is not None and spot.part == "name":
        below = coat == ".case.yaml" and spot.path
        begins = found.start if below else len(row) - len(row.lstrip())
        return start == begins and end == found.end
    keyword = keyword_before(text, found, line.keyword)
    assert keyword is not None, (row, line.keyword)
    return start <= keyword.start and keyword.end <= end and not re.search(r"\w", row[start : keyword.start])


def _around(line: Line, spot: Spot) -> list[tuple[str, str]]:
    """The signs that belong to the words of a spot, before and behind their letters; a text has quotes in `.case`, and
    in YAML only where it needs them."""
    if spot.part == "name":
        return [("", "")]
    value = line.clauses[spot.part]
    text = spot.within or (value if spot.word is None else leaves(value)[spot.word]).text
    begin, end = re.match(r"\W*", text), re.search(r"\W*$", text)
    assert begin is not None
    assert end is not None
    exactly = (begin[0], end[0])
    return [exactly, (begin[0][1:], end[0][:-1])] if text.startswith('"') else [exactly]


def _flag(document: Document, coat: str, text: str, spot: Spot) -> Stretch:
    """The place of a flag, which has no letters of its own: behind another word of its line, in YAML as a key."""
    near = stretch_of(document, coat, text, replace(spot, part=line_at(document, spot.path).keyword))
    rows = text.split("\n")
    row = next(number for number in range(near.row, len(rows)) if spot.part in rows[number])
    start = rows[row].index(spot.part)
    return Stretch(row, start, start + len(spot.part))


def collection_of(document: Document, path: Path) -> str:
    """The collection in which a line stands in YAML."""
    above = path[:-1]
    if path[:-1] == (-1,) or not above:
        block = document.header.keyword if above else margin_of(document.kind)
    else:
        block = line_at(document, above).keyword
    row = LANGUAGE.row(block, line_at(document, path).keyword)
    assert row is not None, path
    return row.construct.under


def collection_above(text: str, found: Stretch, collection: str) -> Stretch:
    """The key of a collection, above something that stands in it."""
    rows = text.split("\n")
    for row in range(found.row - 1, -1, -1):
        start = len(rows[row]) - len(rows[row].lstrip())
        if start < found.start and rows[row].lstrip().startswith(f"{collection}:"):
            return Stretch(row, start, start + len(collection))
    raise AssertionError((found, collection))
