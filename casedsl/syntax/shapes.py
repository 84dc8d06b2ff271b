"""Shapes: how a line is written, taken apart once so that readers, printer and schema can follow it.

A shape is a sequence of parts. Whatever stands in a line is one of these: a word, a value, the name that the line
defines, its title, something that may be left out, or one of several ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

ARROW = "->"
_TOKEN = re.compile(r'->|"title"|<\w+>|[A-Z]+\b|[a-z]+(?: [a-z]+)*|[][()|]')


class Keyword(Struct, frozen=True):
    """One or more fixed words, or the arrow; `key` is what they are called in YAML."""

    word: str

    @property
    def key(self) -> str:
        return "to" if self.word == ARROW else self.word


class Slot(Struct, frozen=True):
    """A value, read by the rule `kind` of `expr.lark`."""

    kind: str


class Naming(Struct, frozen=True):
    """The name that the line defines, of a kind of value."""

    kind: str


class Title(Struct, frozen=True):
    """The quoted text behind a name."""


class Either(Struct, frozen=True):
    """One of several ways; with `optional`, or none."""

    ways: tuple[tuple[Part, ...], ...]
    optional: bool


Part: TypeAlias = Keyword | Slot | Naming | Title | Either


class Clause(Struct, frozen=True):
    """A clause of a line: its word as a key, the kind of its value (nothing for a flag), whether it may be left out."""

    key: str
    kind: str
    optional: bool


class Shape(Struct, frozen=True):
    """A line's parts.

    Attributes:
      flags: the words that may stand before the keyword.
      keyword: what the line begins with; nothing where it begins with a name.
      parts: what stands behind the keyword, in order.
      clauses: the same as keys with values, without name and title.
      choices: the first words of ways of which one must stand; `either` those of which one at most may.
      name: the kind of the name that the line defines, nothing if it defines none.
      title: whether it may bear a title; `titled` whether it must.
    """

    flags: tuple[str, ...]
    keyword: str
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]
    choices: tuple[tuple[str, ...], ...]
    either: tuple[tuple[str, ...], ...]
    name: str
    title: bool
    titled: bool


def shape_of(text: str) -> Shape:
    """The shape that a text of the table describes."""
    tokens = _TOKEN.findall(text)
    parts = _sequence(tokens)
    flags: tuple[str, ...] = ()
    if isinstance(parts[0], Either):
        flags = tuple(part.word for way in parts[0].ways for part in way if isinstance(part, Keyword))
        parts = parts[1:]
    keyword = ""
    if isinstance(parts[0], Keyword):
        keyword, parts = parts[0].word, parts[1:]
    flat = list(_flat(parts, optional=False))
    name = next((part.kind for part, _ in flat if isinstance(part, Naming)), "")
    titles = [optional for part, optional in flat if isinstance(part, Title)]
    first = "type" if name else keyword
    clauses = tuple(_clauses(flat, first))
    several = [part for part in parts if isinstance(part, Either) and len(part.ways) > 1]
    choices = tuple(tuple(first_words(part)) for part in several if not part.optional)
    either = (*(tuple(first_words(part)) for part in several), *((flags,) if flags else ()))
    return Shape(flags, keyword, parts, clauses, choices, either, name, bool(titles), False in titles)


def _sequence(tokens: list[str]) -> tuple[Part, ...]:
    """The parts up to a closing bracket or a bar; takes them from the list."""
    parts: list[Part] = []
    while tokens and tokens[0] not in ("]", ")", "|"):
        token = tokens.pop(0)
        parts.append(_either(tokens, token == "[") if token in ("[", "(") else _part(token))
    return tuple(parts)


def _either(tokens: list[str], optional: bool) -> Either:
    ways = [_sequence(tokens)]
    while tokens.pop(0) == "|":
        ways.append(_sequence(tokens))
    return Either(tuple(ways), optional)


def _part(token: str) -> Part:
    if token == '"title"':
        return Title()
    if token.startswith("<"):
        return Slot(token[1:-1])
    return Naming(token.lower()) if token.isupper() else Keyword(token)


def _flat(parts: tuple[Part, ...], optional: bool) -> Iterator[tuple[Part, bool]]:
    """Every part with whether it may be left out: one of several ways may, for another can stand instead."""
    for part in parts:
        if isinstance(part, Either):
            for way in part.ways:
                yield from _flat(way, optional or part.optional or len(part.ways) > 1)
        else:
            yield part, optional


def _clauses(flat: list[tuple[Part, bool]], first: str) -> Iterator[Clause]:
    """Pair each clause word with its value: a word without one is a flag, a value without a word is the `first`."""
    key = first
    for place, (part, optional) in enumerate(flat):
        if isinstance(part, Slot):
            yield Clause(key, part.kind, optional)
        elif isinstance(part, Keyword):
            behind = flat[place + 1][0] if place + 1 < len(flat) else None
            key = part.key
            if not isinstance(behind, Slot):
                yield Clause(key, "", optional)


def first_words(part: Part) -> Iterator[str]:
    """The words with which a part can begin."""
    if isinstance(part, Keyword):
        yield part.word
    elif isinstance(part, Either):
        for way in part.ways:
            yield from first_words(way[0])
