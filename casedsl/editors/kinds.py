"""What a kind of value is made of, read off the tables of `grammar/expr.lark`: its words, and what can come after each.

An editor doesn't read a value, it colours it word by word. What it must know for that is which words of a line are the
language's and which are names; the tables say it, for a name stands only where they take one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from casedsl.syntax.grammar import tables_data

NAME = "NAME"
START = ""
"""The place before the first word of a value."""

_SHOWN = {
    "STRING": "string",
    "NUMBER": "number",
    "PERCENT": "number",
    "UNIT": "unit",
    "CURRENCY": "unit",
    "SIZE_UNIT": "unit",
    "DATE": "constant",
    "TIME": "constant",
    "DAYS": "constant",
    "ZONE": "constant",
    "REGION": "constant",
    "YES_NO": "type",
    "DATE_AND_TIME": "type",
    "COMPARE": "operator",
    "LESSTHAN": "operator",
    "ADD": "operator",
    "MINUS": "operator",
    "MUL": "operator",
}
"""How a terminal that is no word is shown; all other signs are punctuation."""


class Kind(Struct, frozen=True):
    """A kind of value: terminal -> the terminals that can stand next; START -> those that it can begin with."""

    next: Mapping[str, frozenset[str]]

    @property
    def terminals(self) -> tuple[str, ...]:
        return tuple(terminal for terminal in self.next if terminal != START)


@cache
def kind_of(name: str) -> Kind:
    """The kind of this name: every way from its first state, along all that can be taken there."""
    data, known = _data(), terminals()
    states, first = data["states"], data["starts"][name]
    found = {START: _taken(states[first])}
    waiting = [first]
    for state in waiting:
        for symbol, action in states[state].items():
            if action < 0:
                continue
            if symbol in known:
                found[symbol] = found.get(symbol, frozenset()) | _taken(states[action])
            if action not in waiting:
                waiting.append(action)
    return Kind({terminal: found[terminal] for terminal in (START, *known) if terminal in found})


def _taken(state: dict[str, int]) -> frozenset[str]:
    return frozenset(symbol for symbol, action in state.items() if action >= 0 and symbol in terminals())


@cache
def terminals() -> tuple[str, ...]:
    """Every terminal, in the order in which they are tried: patterns, words, and at last a name."""
    data = _data()
    return (*(name for name, _ in data["patterns"]), *data["words"].values(), NAME)


@cache
def pattern_of(terminal: str) -> str:
    """A terminal as a regular expression without groups, in the notation that Python and Oniguruma share."""
    if terminal == NAME:
        return r"[A-Za-z_]\w*"
    words = {name: rf"{word}\b" for word, name in _data()["words"].items()}
    found = words.get(terminal) or dict(_data()["patterns"])[terminal]
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", found.replace(" +", r"[ \t]+").replace("\\/", "/"))


def shown_as(terminal: str) -> str:
    """What a terminal is to who reads: a `word` of the language, a number, a sign …"""
    if terminal in _SHOWN:
        return _SHOWN[terminal]
    return "word" if pattern_of(terminal)[0].isalpha() else "punctuation"


@cache
def _data() -> dict[str, Any]:
    return tables_data()


MOST_WAYS = 60
LONGEST = 8


@cache
def ways_of(name: str) -> tuple[tuple[str, ...], ...]:
    """All ways to say a value of this kind, as terminals; nothing if there is no end to them."""
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[tuple[str, ...], tuple[int, ...]]] = [((), (_data()["starts"][name],))]
    for said, stack in waiting:
        if _shifted(stack, _END, _data()["ends"][name]):
            found.append(said)
        more = [(terminal, after) for terminal in terminals() if (after := _shifted(stack, terminal))]
        if (len(said) == LONGEST and more) or len(waiting) > MOST_WAYS * LONGEST:
            return ()
        waiting += [((*said, terminal), after) for terminal, after in more]
    return tuple(found)


_END = "$END"


def _shifted(stack: tuple[int, ...], terminal: str, final: int = -1) -> tuple[int, ...]:
    """The states after a terminal, or after the end of the value; nothing if it can't be taken."""
    data = _data()
    while stack[-1] != final:
        action = data["states"][stack[-1]].get(terminal)
        if action is None:
            return ()
        if action >= 0:
            return (*stack, action)
        left = stack[: len(stack) - data["rules"][-action - 1][1]]
        stack = (*left, data["states"][left[-1]][data["origins"][-action - 1]])
    return stack


@cache
def is_number(name: str) -> bool:
    """Whether a number alone is a value of this kind."""
    after = _shifted((_data()["starts"][name],), "NUMBER")
    return bool(after and _shifted(after, _END, _data()["ends"][name]))
