"""The tree of this phase: what the author wrote, line by line, with the place of every word.

A `Line` is a keyword with its clauses and the lines indented below it. A clause word stands for a value: a `Word` or a
`Phrase` made of words. Nothing is bound or interpreted here; both coats yield this one tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.span import Span

Places: TypeAlias = tuple[tuple[int, int, int], ...]
"""Offsets in a text, each with the row and the column, from 0, where it stands; between them characters follow each
other. Empty where they do from the beginning to the end."""


class Word(Struct, frozen=True, gc=False):
    """One word of a value. `kind` says what it is: NAME, STRING, NUMBER, DATE, … or FLAG, a clause without a value.
    `text` is what the author wrote; a STRING has its quotes, also where YAML needs none. `places` are those of the
    text's characters where they don't just follow each other from the beginning of the span."""

    kind: str
    text: str
    span: Span
    places: Places = ()

    def within(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands; on the row where it begins."""
        if not self.places:
            column = self.span.column
            return replace(self.span, column=column + start, end_column=column + end)
        row, column = place_at(self.places, start)
        last, behind = place_at(self.places, max(start, end - 1))
        return Span(self.span.file, row + 1, column + 1, row + 1, (behind if last == row else column) + 2)


class Phrase(Struct, frozen=True, gc=False):
    """Several words that make one value; `kind` is the rule of `expr.lark` that reads it, `text` the author's text."""

    kind: str
    parts: tuple[Value, ...]
    text: str
    span: Span


Value: TypeAlias = Word | Phrase


class Note(Struct, frozen=True):
    """The comments at a clause that has a row of its own, in YAML: above it, and beside it. `key` is the clause's word,
    or `title`."""

    key: str
    above: tuple[str, ...]
    beside: str


class Line(Struct, frozen=True):
    """One line and what is indented below it.

    Attributes:
      keyword: what the line is: `state`, `on`, `prompt`, …; `field`, `term`, `check` for lines that begin with a name.
      name, title: of a named line.
      clauses: clause word -> value, in order; the line's own keyword is the first if it has a value. `->` is `to`.
      span: the line's text without its indent and comment; `head` is its keyword and name.
      lines: the lines below.
      torn: a line below could not be read or has no meaning yet, so what seems to be missing may have stood there.
      above, beside, end: the comments as they are written: on lines of their own above it ("" is a blank line), beside
        it, and behind the last line below it.
      notes: the comments at its clauses, where these have rows of their own.
    """

    keyword: str
    name: Word | None
    title: Word | None
    clauses: Mapping[str, Value]
    span: Span
    head: Span
    lines: tuple[Line, ...]
    torn: bool = False
    above: tuple[str, ...] = ()
    beside: str = ""
    end: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def all(self, *keywords: str) -> Iterator[Line]:
        """The lines below with one of these keywords, in order."""
        return (line for line in self.lines if line.keyword in keywords)


class Repeat(Struct, frozen=True):
    """A place in YAML at which an alias repeats what stands elsewhere: the alias, and what it repeats."""

    alias: Span
    of: Span


class Document(Struct, frozen=True):
    """A file: its header line and the lines at the left margin.

    Attributes:
      kind: `case type` or `organisation`.
      torn: a line at the left margin could not be read or has no meaning yet.
      lost: the words of all lines that could not be read: any of them may be a name that was defined there.
      cut_off: a file in `use` could not be read, so what is shared is not known.
      end: the comments behind the last line.
      repeats: the aliases of a YAML file.
      marker: how many rows of comments stand before the `---` of a YAML file; None where it has none.
    """

    file: str
    kind: str
    header: Line
    lines: tuple[Line, ...]
    torn: bool = False
    lost: frozenset[str] = frozenset()
    cut_off: bool = False
    end: tuple[str, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    marker: int | None = None

    def all(self, *keywords: str) -> Iterator[Line]:
        return (line for line in self.lines if line.keyword in keywords)


def place_at(places: Places, offset: int) -> tuple[int, int]:
    """The row and column, from 0, of an offset."""
    begin, row, column = places[max(0, bisect_right(places, (offset, 1 << 30, 0)) - 1)]
    return row, column + offset - begin


def text_of(word: Word | None) -> str:
    """What a quoted text says: without its quotes and escapes; nothing for None."""
    if word is None:
        return ""
    return unescaped(word.text[1:-1]) if word.kind == "STRING" else word.text


def unescaped(text: str) -> str:
    """A text without its escapes: a backslash stands before the character that is meant."""
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text
