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
        found, start, end = terminal.token(text, start)
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
    found, _, end = terminal.token(text, 0)
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
    """The tables of `expr.json`, and what each state can read.

    Attributes:
      units: the rules that put a part in its own place: `?sum: term` and all such.
      settled: (state below, state, terminal) -> the state after all of these that the terminal calls for. A name stands
        for itself on nine levels of an expression, and this takes them in one step.
    """

    words: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    rules: list[tuple[str, int, list[tuple[int, bool]], bool]]
    origins: list[str]
    starts: dict[str, int]
    ends: dict[str, int]
    states: list[dict[str, int]]
    terminals: frozenset[str]
    units: frozenset[int]
    settled: dict[tuple[int, int, str], int]
    lexers: dict[int, _Lexer]
    alone: dict[str, _Lexer]


class _Lexer(Struct, frozen=True):
    """What can be read in a state: one of the patterns under its name, or a word; `name` says whether any word can."""

    match: Callable[[str, int], re.Match[str] | None]
    words: dict[str, str]
    name: bool

    def token(self, text: str, at: int) -> tuple[str, int, int]:
        """The terminal behind the blanks at an offset, where it begins and where it ends; an empty one where there is
        none."""
        found = self.match(text, at)
        kind = found and found.lastgroup
        if not found or not kind:
            at = found.end() if found else at
            return "", at, at
        start, end = found.span(kind)
        if kind == "NAME":
            kind = self.words.get(text[start:end], "NAME" if self.name else "")
        return kind, start, end


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
        frozenset(number for number, rule in enumerate(data["rules"]) if _is_unit(*rule)),
        {},
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


def _is_unit(makes: str, count: int, kept: list[list[Any]], alone: bool) -> bool:
    """Whether a rule only puts its one part in its own place."""
    return count == 1 and kept == [[0, False]] and alone and not makes.startswith("__")


@cache
def _matcher(pattern: str) -> Callable[[str, int], re.Match[str] | None]:
    return re.compile(pattern).match


def _lexer(tables: _Tables, state: int) -> _Lexer:
    lexer = tables.lexers.get(state)
    if lexer is None:
        row = tables.states[state]
        patterns = [f"(?P<{name}>{pattern})" for name, pattern in tables.patterns if name in row]
        each = "|".join([*patterns, f"(?P<NAME>{_NAME.pattern})"])
        words = {word: name for word, name in tables.words.items() if name in row}
        lexer = tables.lexers[state] = _Lexer(_matcher(f"{_BLANK.pattern}(?:{each})?"), words, "NAME" in row)
    return lexer


def _takes(tables: _Tables, stack: list[int], terminal: str) -> bool:
    """Whether a terminal is shifted, perhaps after reductions; the stack is then as it would be."""
    while (action := tables.states[stack[-1]].get(terminal)) is not None:
        if action >= 0:
            stack.append(action)
            return True
        _drop(tables, stack, -action - 1)
    return False


def _settled(tables: _Tables, below: int, state: int, terminal: str) -> int:
    """The state on top after every rule that puts a part in its own place."""
    top = state
    while (action := tables.states[top].get(terminal, 0)) < 0 and -action - 1 in tables.units:
        top = tables.states[below][tables.origins[-action - 1]]
    tables.settled[below, state, terminal] = top
    return top


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
        self.kind, self.text, self.locate, self.stop = kind, text, locate, stop
        self.final = self.tables.ends[kind]
        self.stack = [self.tables.starts[kind]]
        self.nodes: list[_Node] = []
        self.taken: list[tuple[str, int, int]] = []

    def run(self, at: int) -> Read | Trouble:
        text, end, stop, tables, length = self.text, at, self.stop, self.tables, len(self.text)
        while True:
            kind, at, behind = (tables.lexers.get(self.stack[-1]) or _lexer(tables, self.stack[-1])).token(text, end)
            if (at == length or (stop is not None and stop.match(text, at))) and self.complete():
                return self.done(end)
            if not self.takes(_END if at == length else kind, at, behind):
                return self.ended(end, at)
            self.taken.append((kind, at, behind))
            end = behind

    def ended(self, end: int, at: int) -> Read | Trouble:
        """What was read if the word at an offset can't be taken: everything before it once more, which costs less than
        to keep every step so that it can be taken back."""
        before = _Reading(self.kind, self.text, self.locate, self.stop)
        for word in self.taken:
            before.takes(*word)
        if self.nodes and self.nodes[-1][3] > DEEPEST:
            return Trouble(at, tuple(before.stack), deep=True)
        return before.done(end, tuple(self.stack)) if before.complete() else Trouble(at, tuple(self.stack))

    def takes(self, kind: str, start: int, end: int) -> bool:
        """Take a word, after the reductions that it calls for; False if it can't be taken, or is nested too deeply."""
        stack, nodes, tables = self.stack, self.nodes, self.tables
        steps, settled = tables.states, tables.settled
        below = stack[-2] if len(stack) > 1 else -1
        while True:
            place = below, stack[-1], kind
            top = settled[place] if place in settled else _settled(tables, *place)
            stack[-1] = top
            action = steps[top].get(kind)
            if action is None:
                return False
            if action >= 0:
                stack.append(action)
                nodes.append((kind, start, end, 0))
                return True
            self.reduce(-action - 1)
            if nodes[-1][3] > DEEPEST:
                return False
            below = stack[-2]

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
        value, start, last, depth = self.nodes[-1]
        if depth > DEEPEST:
            return Trouble(start, more, deep=True)
        return Read(self.word(value, start, last) if isinstance(value, str) else value, end, more or tuple(self.stack))

    def reduce(self, number: int) -> None:
        """Put what a rule makes in the place of its parts."""
        tables, nodes, stack = self.tables, self.nodes, self.stack
        makes, count, kept, alone = tables.rules[number]
        items = nodes[-count:]
        del nodes[-count:], stack[-count:]
        stack.append(tables.states[stack[-1]][tables.origins[number]])
        start, end, depth = items[0][1], items[-1][2], 0
        parts: list[Any] = []
        for place, spliced in kept:
            part, first, last, deep = items[place]
            depth = deep if deep > depth else depth
            if part.__class__ is str:
                part = self.word(part, first, last)
            elif spliced and makes[:2] != "__":
                parts += _in_a_row(part)
                continue
            parts.append(part)
        if makes[:2] == "__":
            nodes.append((parts, start, end, depth))
        elif alone and len(parts) == 1:
            nodes.append((parts[0], start, end, depth))
        else:
            phrase = Phrase(makes, tuple(parts), _collapsed(self.text[start:end]), self.locate(start, end))
            nodes.append((phrase, start, end, depth + 1))

    def word(self, kind: str, start: int, end: int) -> Word:
        text = self.text[start:end]
        return Word(kind, text if kind == "STRING" else _collapsed(text), self.locate(start, end))


def _in_a_row(parts: list[Any]) -> list[Any]:
    """The parts of a repetition, which holds them as it was read: all before, and one more."""
    row: list[Any] = []
    while parts:
        before = parts[0] if isinstance(parts[0], list) else None
        row += reversed(parts if before is None else parts[1:])
        parts = before or []
    return row[::-1]


def _collapsed(text: str) -> str:
    return _BLANKS.sub(" ", text) if "  " in text or "\t" in text else text
