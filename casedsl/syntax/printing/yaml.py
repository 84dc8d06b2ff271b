"""A tree as a YAML file, by the rule of the mapping (`docs/language.md`, YAML).

The words of a line are keys of its map, in the order in which a `.case` line says them; the lines below it follow in
their own order, those of one collection together where the first of them stands. A line without lines below is a map in
braces if that fits in 100 columns; a list in brackets too. Comments stand where they stand in a `.case` file: above a
key, beside it, or at the end of its block; those at a clause stay there. Blank lines before the first line of a
collection stand above its key. A value that is longer than a line may be is a text in quotes on several rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.comments import settled
from casedsl.syntax.printing.pieces import Piece, pieces_of
from casedsl.syntax.printing.scalars import scalar, scalar_rows
from casedsl.syntax.printing.words import LISTS, MAPS, words_of, written
from casedsl.syntax.source import LONGEST_LINE
from casedsl.syntax.tree import Document, Line, Phrase, Value, Word, text_of

WIDTH = 100
STEP = 2
YES = "yes"


class _Map(Struct):
    """A map; `lined` says that it holds lines of their own, so that braces would hide them."""

    entries: list[_Entry] = []
    end: tuple[str, ...] = ()
    lined: bool = False


class _Item(Struct):
    """A map in a list, with its comments."""

    map: _Map
    above: tuple[str, ...]
    beside: str


class _Entry(Struct):
    """A key with its value: a text, several texts, a map, or a list of maps."""

    key: str
    value: _Content
    above: tuple[str, ...] = ()
    beside: str = ""


_Content: TypeAlias = str | tuple[str, ...] | _Map | list[_Item]


def print_yaml(document: Document, language: Language = LANGUAGE) -> str:
    """The text of a YAML file that is read as this document."""
    neat = settled(document)
    entries = _Builder(language).document(neat)
    rows = [*_rows(entries, 0), *neat.end]
    if neat.marker is not None:
        rows.insert(_behind_comments(rows, neat.marker), "---")
    return "".join(f"{row}\n" for row in rows)


def print_yaml_lines(lines: tuple[Line, ...], block: str, language: Language = LANGUAGE) -> str:
    """The text of some lines of a block at the left margin."""
    return "".join(f"{row}\n" for row in _rows(_Builder(language).block(lines, block), 0))


def _behind_comments(rows: list[str], many: int) -> int:
    """The place behind so many comments at the top."""
    top = next((place for place, row in enumerate(rows) if row and not row.startswith("#")), len(rows))
    comments = [place for place in range(top) if rows[place]]
    return comments[min(many, len(comments)) - 1] + 1 if many and comments else 0


def print_named(line: Line, row: Row) -> str:
    """One line as it stands in its block or collection: its keys, an item of a list, or its name with what it says."""
    own = _own(line, row)
    if row.makes == "one":
        return ", ".join(_pair_of(entry.key, entry.value) for entry in own)
    held = _flow(_Map(own))
    return f"- {held}" if row.makes == "item" else f"{scalar(_text(line.name), False)}: {held}"


def print_key(key: str, value: Value) -> str:
    """A clause as a key."""
    return _pair_of(key, _valued(value))


def _pair_of(key: str, value: _Content) -> str:
    said = scalar(value, False) if isinstance(value, str) else _flow(value)
    return f"{scalar(key, False)}: {said}"


class _Builder:
    """Makes maps of lines."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def document(self, document: Document) -> list[_Entry]:
        header = document.header
        row = self.row("file", header)
        entries = _beside(header, [_Entry(header.keyword, _text(header.name)), *_own(header, row)])
        entries += self.block(header.lines, header.keyword)
        return entries + self.block(document.lines, margin_of(document.kind))

    def row(self, block: str, line: Line) -> Row:
        row = self.language.row(block, line.keyword)
        assert row is not None, f"{line.keyword} in {block}"
        return row

    def block(self, lines: tuple[Line, ...], block: str) -> list[_Entry]:
        """The entries of a block's lines."""
        entries: list[_Entry] = []
        collections: dict[str, _Entry] = {}
        for line in lines:
            row = self.row(block, line)
            if row.makes == "one":
                entries += _beside(line, _own(line, row) or [_Entry(row.keyword, YES)])
            elif row.makes == "bare":
                entries += _beside(line, [_Entry(_text(line.name), self.map(line, row))])
            elif row.makes == "block":
                entries += _beside(line, [_Entry(row.keyword, self.map(line, row))])
            else:
                self.collected(line, row, entries, collections)
        return entries

    def collected(self, line: Line, row: Row, entries: list[_Entry], collections: dict[str, _Entry]) -> None:
        """Put a line into the collection of its kind."""
        under = row.construct.under
        if under not in collections:
            blank = line.above[:1] == ("",)
            collections[under] = _Entry(under, _Map(lined=True) if row.makes == "named" else [], ("",) if blank else ())
            entries.append(collections[under])
            above = line.above[blank:]
        else:
            above = line.above
        held = collections[under].value
        if isinstance(held, _Map):
            held.entries.append(_Entry(_text(line.name), self.map(line, row), above, line.beside))
        elif isinstance(held, list):
            held.append(_Item(self.map(line, row), above, line.beside))

    def map(self, line: Line, row: Row) -> _Map:
        """What a line says, and the lines below it."""
        own = _own(line, row)
        lined = bool(line.lines or line.end or line.notes)
        return _Map(own + self.block(line.lines, row.keyword), line.end, lined)


def _text(word: Word | None) -> str:
    return text_of(word)


def _beside(line: Line, entries: list[_Entry]) -> list[_Entry]:
    """The entries with the line's comments at the first of them."""
    entries[0].above, entries[0].beside = line.above, line.beside
    return entries


def _own(line: Line, row: Row) -> list[_Entry]:
    """The line's words as keys, without its name."""
    notes = {note.key: note for note in line.notes}
    entries = [_Entry(piece.key, _content(piece)) for piece in pieces_of(line, row) if _is_key(piece)]
    for entry in entries:
        if entry.key in notes:
            entry.above, entry.beside = notes[entry.key].above, notes[entry.key].beside
    return entries


def _is_key(piece: Piece) -> bool:
    return piece.role in ("flag", "value", "title") or (piece.role == "word" and piece.alone)


def _content(piece: Piece) -> _Content:
    return _valued(piece.value) if piece.value is not None else YES


def _valued(value: Value) -> _Content:
    """A value: a text, a list with more than one element, or a map."""
    if isinstance(value, Word):
        return text_of(value)
    if value.kind in LISTS:
        texts = tuple(written(part) for part in value.parts)
        return texts if len(texts) > 1 else texts[0]
    if value.kind in MAPS:
        return _Map([_Entry(*_pair(part)) for part in value.parts if isinstance(part, Phrase)])
    if value.kind == "fallback":
        task, role = words_of(value)
        return _Map([_Entry("task", text_of(task)), _Entry("for", role.text)])
    return written(value)


def _pair(value: Phrase) -> tuple[str, str]:
    name, said = value.parts
    return written(name), written(said)


def _rows(entries: Iterable[_Entry], depth: int) -> Iterator[str]:
    """The rows of a map's entries."""
    for entry in entries:
        yield from _indented(entry.above, depth)
        yield from _entry(entry, depth)


def _entry(entry: _Entry, depth: int) -> Iterator[str]:
    """The rows of a key and its value."""
    pad, value = " " * depth, entry.value
    head = f"{pad}{scalar(entry.key, False)}:"
    tail = f"  {entry.beside}" if entry.beside else ""
    if isinstance(value, str):
        yield from _said(head, value, depth + STEP, tail)
    elif _fits(value, len(head) + 1):
        yield f"{head} {_flow(value)}{tail}"
    else:
        yield head + tail
        yield from _body(value, depth + STEP)


def _said(head: str, text: str, depth: int, tail: str) -> Iterator[str]:
    """The row of a text behind its key or dash; several where one would be longer than a line may be."""
    row = f"{head} {scalar(text, False)}"
    if len(row) + len(tail) <= LONGEST_LINE:
        yield row + tail
        return
    first, *rest = scalar_rows(text, max(WIDTH - len(head) - 4, WIDTH // 2))
    rows = [f"{head} {first}", *(" " * depth + each for each in rest)]
    yield from (*rows[:-1], rows[-1] + tail)


def _body(value: _Content, depth: int) -> Iterator[str]:
    """The rows of what stands below a key."""
    if isinstance(value, tuple):
        for text in value:
            yield from _said(f"{' ' * depth}-", text, depth + STEP, "")
    elif isinstance(value, _Map):
        yield from _rows(value.entries, depth)
        yield from _indented(value.end, depth)
    elif isinstance(value, list):
        for item in value:
            yield from _indented(item.above, depth)
            yield from _item(item, depth)


def _item(item: _Item, depth: int) -> Iterator[str]:
    """The rows of a map in a list: its first key stands beside the dash."""
    pad = " " * depth
    tail = f"  {item.beside}" if item.beside else ""
    if _fits(item.map, depth + 2):
        yield f"{pad}- {_flow(item.map)}{tail}"
        return
    first, *rest = _rows(item.map.entries, depth + STEP)
    yield f"{pad}- {first.lstrip()}{tail}"
    yield from rest
    yield from _indented(item.map.end, depth + STEP)


def _fits(value: _Content, start: int) -> bool:
    """Whether a value stands on its line, in brackets or braces."""
    lined = isinstance(value, list) or (isinstance(value, _Map) and value.lined)
    return not lined and start + len(_flow(value)) <= WIDTH


def _flow(value: _Content) -> str:
    if isinstance(value, str):
        return scalar(value, True)
    if isinstance(value, tuple):
        return "[" + ", ".join(scalar(text, True) for text in value) + "]"
    entries = value.entries if isinstance(value, _Map) else ()
    return "{" + ", ".join(f"{scalar(entry.key, True)}: {_flow(entry.value)}" for entry in entries) + "}"


def _indented(rows: tuple[str, ...], depth: int) -> Iterator[str]:
    return (" " * depth + row if row else "" for row in rows)
