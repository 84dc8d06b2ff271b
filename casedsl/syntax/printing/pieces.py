"""A line taken apart by its shape: the words and values that it is written with, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from casedsl.syntax.language import Row
from casedsl.syntax.shapes import Either, Keyword, Naming, Part, Slot, Title
from casedsl.syntax.tree import Line, Value

Role: TypeAlias = Literal["flag", "word", "value", "name", "title"]


class Piece(Struct, frozen=True):
    """One piece of a line.

    Attributes:
      key: what it is called in YAML: for a value the word before it, for a word itself.
      word: how a word is written; `->` has the key `to`.
      value: of a value, a name or a title.
      alone: a word behind which no value stands: a flag in YAML.
    """

    role: Role
    key: str
    word: str = ""
    value: Value | None = None
    alone: bool = False


def pieces_of(line: Line, row: Row) -> Iterator[Piece]:
    """The pieces of a line, without its keyword."""
    for flag in row.shape.flags:
        if flag in line.clauses:
            yield Piece("flag", flag, flag)
    yield from _Walk(line, "type" if row.shape.name else row.keyword).sequence(row.shape.parts)


class _Walk:
    def __init__(self, line: Line, key: str) -> None:
        self.line, self.key = line, key

    def sequence(self, parts: tuple[Part, ...]) -> Iterator[Piece]:
        for place, part in enumerate(parts):
            behind = parts[place + 1] if place + 1 < len(parts) else None
            if isinstance(part, Either):
                way = next((way for way in part.ways if self.taken(way[0])), ())
                yield from self.sequence(way)
            else:
                yield from self.piece(part, behind)

    def taken(self, first: Part) -> bool:
        """Whether the line goes the way that begins so."""
        if isinstance(first, Keyword):
            return first.key in self.line.clauses
        return isinstance(first, Title) and self.line.title is not None

    def piece(self, part: Part, behind: Part | None) -> Iterator[Piece]:
        if isinstance(part, Keyword):
            self.key = part.key
            yield Piece("word", part.key, part.word, alone=not isinstance(behind, Slot))
        elif isinstance(part, Naming):
            yield Piece("name", part.kind, value=self.line.name)
        elif isinstance(part, Title):
            yield Piece("title", "title", value=self.line.title)
        elif isinstance(part, Slot):
            yield Piece("value", self.key, value=self.line.clauses[self.key])
