"""The tree of this phase: what the author wrote, line by line, with the place of every word.

A `Line` is a keyword with its clauses and the lines indented below it. A clause word stands for a value: a `Word` or a
`Phrase` made of words. Nothing is bound or interpreted here; both coats yield this one tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from casedsl.syntax.span import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a value. `kind` says what it is: NAME, STRING, NUMBER, DATE, … or FLAG, a clause without a value.
    `text` is what the author wrote; a STRING keeps its quotes."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that make one value; `kind` is the rule of `expr.lark` that reads it, `text` the author's text."""

    kind: str
    parts: tuple[Value, ...]
    text: str
    span: Span


Value: TypeAlias = Word | Phrase


@dataclass(frozen=True, slots=True)
class Line:
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

    def all(self, *keywords: str) -> Iterator[Line]:
        """The lines below with one of these keywords, in order."""
        return (line for line in self.lines if line.keyword in keywords)


@dataclass(frozen=True, slots=True)
class Document:
    """A file: its header line and the lines at the left margin.

    Attributes:
      kind: `case type` or `organisation`.
      torn: a line at the left margin could not be read or has no meaning yet.
      lost: the words of all lines that could not be read: any of them may be a name that was defined there.
      cut_off: a file in `use` could not be read, so what is shared is not known.
      end: the comments behind the last line.
    """

    file: str
    kind: str
    header: Line
    lines: tuple[Line, ...]
    torn: bool = False
    lost: frozenset[str] = frozenset()
    cut_off: bool = False
    end: tuple[str, ...] = ()

    def all(self, *keywords: str) -> Iterator[Line]:
        return (line for line in self.lines if line.keyword in keywords)


def text_of(word: Word | None) -> str:
    """What a quoted text says: without its quotes and escapes; nothing for None."""
    if word is None:
        return ""
    return unescaped(word.text[1:-1]) if word.kind == "STRING" else word.text


def unescaped(text: str) -> str:
    """A text without its escapes: a backslash stands before the character that is meant."""
    return re.sub(r"\\(.)", r"\1", text)
