"""The parser built from `grammar/case.lark`: once per process, found beside the package or inside it.

Indentation is four spaces a level; `case.py` has said so before a block gets here, so the indenter below needs no
findings of its own. Words are lexed as whole words everywhere (`always_accept`), so a field may be called `team`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from lark import Lark
from lark.indenter import Indenter
from lark.parsers.lalr_analysis import Shift

ROOM = Path(__file__).resolve().parent.parent
FOLDER = next(folder for folder in (ROOM.parent / "grammar", ROOM / "grammar") if (folder / "case.lark").is_file())
INDENT = 4
BROKEN = "\0"


class _Lines(Indenter):
    NL_type = "_NL"
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    OPEN_PAREN_types: ClassVar[list[str]] = []
    CLOSE_PAREN_types: ClassVar[list[str]] = []
    tab_len = INDENT
    always_accept = ("_NL", "NAME", "STRING", "NUMBER")


@cache
def parser() -> Lark:
    """The LALR parser of `.case`, with a start rule for a file's header and for each kind of block at the margin."""
    return Lark.open(
        str(FOLDER / "case.lark"),
        parser="lalr",
        postlex=_Lines(),
        start=["start", "top", "shared"],
        propagate_positions=True,
        maybe_placeholders=False,
    )


@cache
def spellings() -> dict[str, str]:
    """Terminal -> how it is spelled in a message; terminals that have no spelling of their own are described."""
    described = {
        "NAME": "a name",
        "STRING": "a text in quotes",
        "NUMBER": "a number",
        "DATE": "a date",
        "TIME": "a time",
        "UNIT": "a unit of time",
        "PERCENT": "a percentage",
        "CURRENCY": "a currency",
        "COMPARE": "`>`",
        "ADD": "`+`",
        "MUL": "`*`",
        "SIZE_UNIT": "a size",
        "ZONE": "a time zone",
        "REGION": "a region",
        "DAYS": "weekdays",
        "_NL": "the end of the line",
    }
    words = {terminal.name: _word(terminal.pattern.value) for terminal in parser().terminals}
    return {name: described.get(base(name)) or f"`{word}`" for name, word in words.items()} | {
        "_INDENT": "a line below"
    }


def takes(state: Any, *terminals: str) -> bool:
    """Whether a parser that stopped could have read these terminals next, one after another. (The table alone says more
    than can be: it merges what may follow a rule in one place with what may follow it in others.)"""
    table, stack = state.parse_conf.parse_table.states, list(state.state_stack)
    return all(_shifts(table, stack, terminal) for terminal in terminals)


def _shifts(table: Any, stack: list[Any], terminal: str) -> bool:
    """Whether a terminal is shifted, perhaps after reductions; the stack is then as the parser would leave it."""
    while terminal in table[stack[-1]]:
        action, target = table[stack[-1]][terminal]
        if action is Shift:
            stack.append(target)
            return True
        if target.expansion:
            del stack[-len(target.expansion) :]
        if target.origin.name not in table[stack[-1]]:
            return False
        stack.append(table[stack[-1]][target.origin.name][1])
    return False


@cache
def keywords() -> dict[str, str]:
    """Terminal -> keyword, for the words that may begin a line or a clause."""
    return {
        terminal.name: _word(terminal.pattern.value)
        for terminal in parser().terminals
        if base(terminal.name).startswith("K_")
    }


def base(terminal: str) -> str:
    """A terminal's or rule's name without the prefix that an import gives it."""
    return terminal.removeprefix("expr__")


def _word(pattern: str) -> str:
    return re.sub(r" \+", " ", pattern).replace("\\b", "").replace("\\", "")
