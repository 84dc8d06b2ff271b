"""Values: the kinds of `grammar/expr.lark`, read from the tables that lark made of it.

A value is read from a place in a text, as far as it goes: in a line of a `.case` file the next clause follows it, a
scalar in YAML ends with it. That is why the tables are driven here: lark reads whole texts only. Where the next word
can't be taken any more, and the value is complete, it ends; if it isn't complete, that is the trouble, and the tables
say what could have stood there.

Words are whole words: a field `order` doesn't begin with `or`. A word of the value's own (`working`, `is`) wins over a
name where it can stand, and is a name elsewhere, so that a field may be called `is_set` or `team`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from casedsl.syntax.grammar import tables_data
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Phrase, Value, Word

DEEPEST = 60
Locate: TypeAlias = Callable[[int, int], Span]
"""Where the stretch of a text between two offsets stands in its source."""

_BLANK = re.compile(r"[ \t]*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_BLANKS = re.compile(r"[ \t]+")
_END = "$END"


class Read(Struct, frozen=True):
    """A value that was read, and the offset behind it; `more` says what could have gone on there."""

    value: Value
    end: int
    more: tuple[int, ...]


class Trouble(Struct, frozen=True):
    """A value that could not be read.

    Attributes:
      at: the offset of the word that can't stand there.
      stack: the states of the tables, which say what could.
      deep: it is nested deeper than people read.
    """

    at: int
    stack: tuple[int, ...]
    deep: bool = False


def read_value(kind: str, text: str, start: int, locate: Locate, stop: re.Pattern[str] | None = None) -> Read | Trouble:
    """The value of a kind that begins at an offset. It also ends where `stop` matches and it is complete."""
    terminal = _tables().alone.get(kind)
    if terminal is not None:
        start = blank_end(text, start)
        found, end = terminal.token(text, start)
        if found:
            word = text[start:end]
            value = Word(found, word if found == "STRING" else _collapsed(word), locate(start, end))
            return Read(value, end, (_tables().ends[kind],))
    return _Reading(kind, text, locate, stop).run(start)


def read_whole(kind: str, text: str, locate: Locate) -> Value | Trouble:
    """The value that a whole text is."""
    read = _whole(kind, text)
    return read if isinstance(read, Trouble) else _located(read, locate)


def read_there(kind: str, text: str, file: str, line: int, column: int) -> Value | Trouble:
    """The same for a text whose characters follow each other from this place, as those of most texts do."""
    read = _whole(kind, text)
    return read if isinstance(read, Trouble) else _moved(read, file, line, column)


@lru_cache(4_096)
def word_of(kind: str, text: str) -> str:
    """The terminal that a text is, if a kind is always one word and the text is such a word without blanks."""
    terminal = _tables().alone.get(kind)
    if terminal is None or not text or " " in text or "\t" in text:
        return ""
    found, end = terminal.token(text, 0)
    return found if end == len(text) else ""


@lru_cache(4_096)
def _whole(kind: str, text: str) -> Value | Trouble:
    """The same with offsets for places, kept because people write the same durations and roles again and again."""
    read = read_value(kind, text, 0, lambda start, end: Span("", 0, start, 0, end))
    if isinstance(read, Trouble):
        return read
    rest = blank_end(text, read.end)
    return read.value if rest == len(text) else Trouble(rest, read.more)


def _located(value: Value, locate: Locate) -> Value:
    span = locate(value.span.column, value.span.end_column)
    if isinstance(value, Word):
        return Word(value.kind, value.text, span)
    return Phrase(value.kind, tuple([_located(part, locate) for part in value.parts]), value.text, span)


def _moved(value: Value, file: str, line: int, column: int) -> Value:
    within = value.span
    span = Span(file, line, column + within.column, line, column + within.end_column)
    if isinstance(value, Word):
        return Word(value.kind, value.text, span)
    parts = tuple([_moved(part, file, line, column) for part in value.parts])
    return Phrase(value.kind, parts, value.text, span)


def wanted(stack: tuple[int, ...]) -> tuple[str, ...]:
    """The terminals that could be taken in these states."""
    tables = _tables()
    found = [
        name for name in tables.states[stack[-1]] if name in tables.terminals and _takes(tables, list(stack), name)
    ]
    return tuple(sorted(found))


def takes(stack: tuple[int, ...], terminal: str) -> bool:
    """Whether a terminal could be taken in these states."""
    return _takes(_tables(), list(stack), terminal)


def starts(kind: str) -> tuple[int, ...]:
    """The states in which a value of a kind begins."""
    return (_tables().starts[kind],)


@cache
def spellings() -> dict[str, str]:
    """Terminal -> how it is spelled in a message; terminals that have no spelling of their own are described."""
    tables = _tables()
    spelled = {name: f"`{word}`" for word, name in tables.words.items()}
    spelled |= {name: f"`{_plain(pattern)}`" for name, pattern in tables.patterns}
    return spelled | {name: word for name, word in _DESCRIBED.items() if name in spelled or name == "NAME"}


_DESCRIBED = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "DATE": "a date",
    "TIME": "a time",
    "UNIT": "a unit of time",
    "PERCENT": "a percentage",
    "CURRENCY": "a currency",
    "COMPARE": "`>`",
    "SIZE_UNIT": "a size",
    "ZONE": "a time zone",
    "REGION": "a region",
    "DAYS": "weekdays",
}


def _plain(pattern: str) -> str:
    return re.sub(r" \+", " ", pattern).replace("\\b", "").replace("\\", "")


class _Tables(Struct, frozen=True):
    """The tables of `expr.json`, and what each state can read."""

    words: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    rules: list[tuple[str, int, list[tuple[int, bool]], bool]]
    origins: list[str]
    starts: dict[str, int]
    ends: dict[str, int]
    states: list[dict[str, int]]
    terminals: frozenset[str]
    lexers: dict[int, _Lexer]
    alone: dict[str, _Lexer]


class _Lexer(Struct, frozen=True):
    """What can be read in a state: patterns in order, words, and whether a name."""

    patterns: tuple[tuple[str, Callable[[str, int], re.Match[str] | None]], ...]
    words: dict[str, str]
    name: bool

    def token(self, text: str, at: int) -> tuple[str, int]:
        """The terminal at an offset and where it ends; an empty one where there is none."""
        for kind, match in self.patterns:
            found = match(text, at)
            if found:
                return kind, found.end()
        word = _NAME.match(text, at)
        if word:
            kind = self.words.get(word[0], "NAME" if self.name else "")
            return kind, word.end()
        return "", at


@cache
def _tables() -> _Tables:
    data: dict[str, Any] = tables_data()
    patterns = tuple((name, pattern) for name, pattern in data["patterns"])
    terminals = frozenset([*data["words"].values(), *(name for name, _ in patterns), "NAME"])
    tables = _Tables(
        data["words"],
        patterns,
        data["rules"],
        data["origins"],
        data["starts"],
        data["ends"],
        data["states"],
        terminals,
        {},
        {},
    )
    tables.alone.update((kind, _lexer(tables, start)) for kind, start in tables.starts.items() if _single(tables, kind))
    return tables


def _single(tables: _Tables, kind: str) -> bool:
    """Whether every value of a kind is one word, which needs no tables to be read."""
    steps = [action for name, action in tables.states[tables.starts[kind]].items() if name in tables.terminals]
    behind = {done for action in steps for done in tables.states[action].values()} if min(steps) >= 0 else {0}
    made = [(tables.origins[-done - 1], *tables.rules[-done - 1][1::2]) for done in behind if done < 0]
    return len(made) == len(behind) and all(each == (kind, 1, True) for each in made)


@cache
def _matcher(pattern: str) -> Callable[[str, int], re.Match[str] | None]:
    return re.compile(pattern).match


def _lexer(tables: _Tables, state: int) -> _Lexer:
    lexer = tables.lexers.get(state)
    if lexer is None:
        row = tables.states[state]
        patterns = tuple((name, _matcher(pattern)) for name, pattern in tables.patterns if name in row)
        words = {word: name for word, name in tables.words.items() if name in row}
        lexer = tables.lexers[state] = _Lexer(patterns, words, "NAME" in row)
    return lexer


def _takes(tables: _Tables, stack: list[int], terminal: str) -> bool:
    """Whether a terminal is shifted, perhaps after reductions; the stack is then as it would be."""
    while (action := tables.states[stack[-1]].get(terminal)) is not None:
        if action >= 0:
            stack.append(action)
            return True
        _drop(tables, stack, -action - 1)
    return False


def _drop(tables: _Tables, stack: list[int], number: int) -> None:
    count = tables.rules[number][1]
    del stack[len(stack) - count :]
    stack.append(tables.states[stack[-1]][tables.origins[number]])


def token_at(text: str, at: int) -> str:
    """The word or sign at an offset, whatever could stand there; nothing where no word begins."""
    for _, pattern in _tables().patterns:
        found = _matcher(pattern)(text, at)
        if found:
            return found[0]
    word = _NAME.match(text, at) or re.compile("->").match(text, at)
    return word[0] if word else ""


def blank_end(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


_Node: TypeAlias = tuple[Any, int, int, int]
"""A part on the stack: the terminal of a word, a value, or the parts of a repetition; where it begins and ends; how
deep it is nested."""


class _Reading:
    """One run over the tables."""

    def __init__(self, kind: str, text: str, locate: Locate, stop: re.Pattern[str] | None) -> None:
        self.tables = _tables()
        self.text, self.locate, self.stop = text, locate, stop
        self.final = self.tables.ends[kind]
        self.stack = [self.tables.starts[kind]]
        self.nodes: list[_Node] = []

    def run(self, at: int) -> Read | Trouble:
        text, end = self.text, at
        while True:
            at = blank_end(text, end)
            at_end = at == len(text)
            if (at_end or (self.stop is not None and self.stop.match(text, at))) and self.complete():
                return self.done(end)
            kind, behind = (_END, at) if at_end else _lexer(self.tables, self.stack[-1]).token(text, at)
            before, nodes = self.stack[:], self.nodes[:]
            if self.shifts(kind, at, behind):
                end = behind
                continue
            if self.nodes and self.nodes[-1][3] > DEEPEST:
                return Trouble(at, tuple(before), deep=True)
            reduced = tuple(self.stack)
            self.stack, self.nodes = before, nodes
            if self.complete():
                return self.done(end, reduced)
            return Trouble(at, reduced)

    def shifts(self, kind: str, start: int, end: int) -> bool:
        """Take a word, after the reductions that it calls for; False if it can't be taken, or is nested too deeply."""
        states = self.tables.states
        while (action := states[self.stack[-1]].get(kind)) is not None:
            if action >= 0:
                self.stack.append(action)
                self.nodes.append((kind, start, end, 0))
                return True
            self.reduce(-action - 1)
            if self.nodes[-1][3] > DEEPEST:
                return False
        return False

    def complete(self) -> bool:
        """Whether the value may end here."""
        stack, tables = self.stack[:], self.tables
        while stack[-1] != self.final:
            action = tables.states[stack[-1]].get(_END)
            if action is None or action >= 0:
                return False
            _drop(tables, stack, -action - 1)
        return True

    def done(self, end: int, more: tuple[int, ...] = ()) -> Read | Trouble:
        while self.stack[-1] != self.final:
            self.reduce(-self.tables.states[self.stack[-1]][_END] - 1)
        value, start, _, depth = self.nodes[-1]
        if depth > DEEPEST:
            return Trouble(start, more, deep=True)
        return Read(self.word(self.nodes[-1]) if isinstance(value, str) else value, end, more or tuple(self.stack))

    def reduce(self, number: int) -> None:
        """Put what a rule makes in the place of its parts."""
        makes, count, kept, alone = self.tables.rules[number]
        items = self.nodes[-count:]
        parts: list[Any] = []
        depth = 0
        for place, spliced in kept:
            item = items[place]
            depth = max(depth, item[3])
            if spliced:
                parts += item[0]
            else:
                parts.append(self.word(item) if isinstance(item[0], str) else item[0])
        del self.nodes[-count:]
        start, end = items[0][1], items[-1][2]
        if makes.startswith("__"):
            self.nodes.append((parts, start, end, depth))
        elif alone and len(parts) == 1:
            self.nodes.append((parts[0], start, end, depth))
        else:
            phrase = Phrase(makes, tuple(parts), _collapsed(self.text[start:end]), self.locate(start, end))
            self.nodes.append((phrase, start, end, depth + 1))
        _drop(self.tables, self.stack, number)

    def word(self, node: _Node) -> Word:
        kind, start, end, _ = node
        text = self.text[start:end]
        return Word(kind, text if kind == "STRING" else _collapsed(text), self.locate(start, end))


def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text) if "  " in text or "\t" in text else text
