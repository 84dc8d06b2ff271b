"""A line of a `.case` file: its words against the shape of its construct, from left to right.

No choice is ever taken back: at every place the next word says which part of the shape follows. A value ends where the
shape's next word stands, or where nothing more of it can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from casedsl.syntax.language import Language, Row, first_word
from casedsl.syntax.shapes import Either, Keyword, Naming, Part, Slot, Title, first_words
from casedsl.syntax.tree import Value, Word
from casedsl.syntax.values import Locate, Trouble, blank_end, read_value, spellings, starts, takes, wanted

END_OF_LINE = "the end of the line"
_TITLE = "a text in quotes"


class LineRead(Struct, frozen=True):
    """What a line says: offsets of its head's end, and its parts."""

    row: Row
    head_end: int
    name: Word | None
    title: Word | None
    clauses: dict[str, Value]


class LineTrouble(Struct, frozen=True):
    """Why a line can't be read.

    Attributes:
      at: the offset of what can't stand there.
      could: what could have stood there, as it is spelled in messages.
      name: whether a name could have.
      head: the line begins with a word that begins no line here.
      deep: a value is nested too deeply.
      words: the clause words among what could have stood there, and `line` the head of the line that they belong to.
    """

    at: int
    could: tuple[str, ...] = ()
    name: bool = False
    head: bool = False
    deep: bool = False
    words: tuple[str, ...] = ()
    line: str = ""


def read_line(language: Language, block: str, text: str, start: int, locate: Locate) -> LineRead | LineTrouble:
    """The line that stands in a block, from the offset of its first word to the end of the text."""
    found = _begins(language.begun(block, first_word(text, start)), text, start)
    return Walk(found[0], text, locate).run(start, found[1]) if found else LineTrouble(start, head=True)


def _begins(rows: tuple[Row, ...], text: str, start: int) -> tuple[Row, int] | None:
    """The row whose keyword stands at an offset, the longest first, and the offset behind it."""
    best: tuple[Row, int] | None = None
    for row in rows:
        if not row.shape.keyword:
            return row, start
        end = behind_head(row, text, start)
        if end is not None and (best is None or end > best[1]):
            best = (row, end)
    return best


def behind_head(row: Row, text: str, start: int) -> int | None:
    """The offset behind the keyword of a row and its flags, None if they don't stand there."""
    for flag in row.shape.flags:
        match = _words(flag).match(text, start)
        if match:
            start = blank_end(text, match.end())
            break
    match = _words(row.shape.keyword).match(text, start)
    return match.end() if match else None


@cache
def _words(keyword: str) -> re.Pattern[str]:
    """Finds a keyword: its words with any blanks between them, whole."""
    if not keyword[0].isalpha():
        return re.compile(re.escape(keyword))
    return re.compile(keyword.replace(" ", "[ \t]+") + r"\b")


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    ordered = sorted(words, key=lambda word: -len(word))
    return re.compile("|".join(_words(word).pattern for word in ordered)) if words else None


class Walk:
    """Reads a line of a row from left to right."""

    def __init__(self, row: Row, text: str, locate: Locate) -> None:
        self.row, self.text, self.locate = row, text, locate
        self.at = 0
        self.key = "type" if row.shape.name else row.keyword
        self.name: Word | None = None
        self.title: Word | None = None
        self.clauses: dict[str, Value] = {}
        self.head_end = 0
        self.more: tuple[int, ...] = ()
        self.open: list[str] = []  # the words that could stand next, of what may be left out

    def run(self, start: int, behind: int) -> LineRead | LineTrouble:
        for flag in self.row.shape.flags:
            match = _words(flag).match(self.text, start)
            if match:
                self.clauses[flag] = Word("FLAG", flag, self.locate(start, match.end()))
        self.at = self.head_end = behind
        trouble = self.sequence(self.row.shape.parts, ())
        if trouble is None and (rest := blank_end(self.text, self.at)) < len(self.text):
            trouble = self.trouble(rest, (), [*self.continuing(), END_OF_LINE])
        if trouble is not None:
            return trouble
        return LineRead(self.row, self.head_end, self.name, self.title, self.clauses)

    def sequence(self, parts: tuple[Part, ...], after: tuple[Part, ...]) -> LineTrouble | None:
        for place, part in enumerate(parts):
            trouble = self.part(part, (*parts[place + 1 :], *after))
            if trouble is not None:
                return trouble
        return None

    def part(self, part: Part, after: tuple[Part, ...]) -> LineTrouble | None:
        at = blank_end(self.text, self.at)
        if isinstance(part, Either):
            return self.either(part, after, at)
        if isinstance(part, Keyword):
            return self.keyword(part, after, at)
        if isinstance(part, Title):
            return self.value("text", after, at, "title")
        return self.value(part.kind, after, at, "name" if isinstance(part, Naming) else self.key)

    def either(self, part: Either, after: tuple[Part, ...], at: int) -> LineTrouble | None:
        ways = [(end, way) for way in part.ways if (end := self.stands(way[0], at)) is not None]
        if ways:
            return self.sequence(max(ways, key=lambda way: way[0])[1], after)
        could = tuple(first_words(part)) or (_TITLE,)
        if not part.optional:
            return self.trouble(at, could, self.continuing())
        self.open += could
        return None

    def stands(self, part: Part, at: int) -> int | None:
        """Where a part that begins here would end at least, None if it doesn't begin here."""
        if isinstance(part, Keyword):
            match = _words(part.word).match(self.text, at)
            return match.end() if match else None
        return at if self.text.startswith('"', at) else None

    def keyword(self, part: Keyword, after: tuple[Part, ...], at: int) -> LineTrouble | None:
        match = _words(part.word).match(self.text, at)
        if match is None:
            return self.trouble(at, (part.word,), self.continuing())
        self.at, self.key, self.more, self.open = match.end(), part.key, (), []
        if not (after and isinstance(after[0], Slot)):
            self.clauses[part.key] = Word("FLAG", part.word, self.locate(at, match.end()))
        return None

    def value(self, kind: str, after: tuple[Part, ...], at: int, into: str) -> LineTrouble | None:
        read = read_value(kind, self.text, at, self.locate, _any_of(_following(after)))
        if isinstance(read, Trouble) and read.deep:
            return LineTrouble(read.at, deep=True)
        if isinstance(read, Trouble):
            could = [spellings()[name] for name in wanted(read.stack)]
            return self.trouble(read.at, (), could, takes(read.stack, "NAME"))
        self.at, self.more, self.open = read.end, read.more, []
        if into in ("name", "title"):
            assert isinstance(read.value, Word)
            if into == "name":
                self.name, self.head_end = read.value, read.end
            else:
                self.title = read.value
        else:
            self.clauses[into] = read.value
        return None

    def continuing(self) -> list[str]:
        """What the value before could go on with."""
        return [spellings()[name] for name in wanted(self.more)] if self.more else []

    def trouble(self, at: int, next_words: tuple[str, ...], values: list[str], name: bool = False) -> LineTrouble:
        """What stands at an offset can't; these words of the shape could, those of what may be left out, and values."""
        words = tuple(dict.fromkeys(word for word in (*self.open, *next_words) if word != _TITLE))
        could = {*values, *map(_spelled, (*self.open, *next_words))}
        line = " ".join([self.row.shape.keyword, *([self.name.text] if self.name else [])]).strip()
        return LineTrouble(at, tuple(sorted(could)), name or "a name" in could, words=words, line=line)


def begins_with_value(row: Row) -> tuple[str, ...]:
    """What a line that begins with a name can begin with, as it is spelled."""
    part = row.shape.parts[0]
    assert isinstance(part, Naming)
    return tuple(spellings()[name] for name in wanted(starts(part.kind)))


def _following(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The words that can come next: those of every part up to one that must stand."""
    return tuple(_next_words(parts))


def _next_words(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield from first_words(part)
        if not (isinstance(part, Either) and part.optional):
            return


def _spelled(word: str) -> str:
    return word if word == _TITLE else f"`{word}`"
