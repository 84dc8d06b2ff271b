"""The rules. Each is a generator that looks at the facts and yields findings; its docstring is its page and its test.

All rules stand in one literal tuple, in the order of their codes. A rule has no file, no configuration, no output and
no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from casedsl.analysis.facts import Facts
from casedsl.rules import handoffs, people, structure, text, time
from casedsl.syntax.finding import Finding

Rule: TypeAlias = Callable[[Facts], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    text.cd001_syntax_error,
    text.cd002_stands_twice,
    text.cd003_unknown_keyword,
    text.cd004_unknown_name,
    text.cd005_type_mismatch,
    text.cd010_not_in_this_edition,
    text.cd011_missing_line,
    text.cd012_broken_use,
    structure.cd101_unreachable_state,
    structure.cd102_dead_end,
    structure.cd103_trap,
    structure.cd104_no_way_to_finish,
    structure.cd106_unhandled_event,
    text.cd114_header_and_routes,
    text.cd115_after_the_end,
    structure.cd116_nothing_behind,
    time.cd402_ladder_order,
    time.cd411_no_calendar,
    people.cd501_nobody_can_act,
    people.cd508_assigned_stranger,
    text.cd803_asked_before_answered,
    handoffs.cd810_hand_over_missing,
)


def code_of(rule: Rule) -> str:
    """`CD101` of `cd101_unreachable_state`."""
    return rule.__name__.partition("_")[0].upper()


def slug_of(rule: Rule) -> str:
    """`unreachable-state` of `cd101_unreachable_state`."""
    return rule.__name__.partition("_")[2].replace("_", "-")


def page_of(code: str) -> str | None:
    """A rule's page by its code or its name; None if there is no such rule."""
    for rule in RULES:
        if code.upper() == code_of(rule) or code == slug_of(rule):
            return f"{code_of(rule)} {slug_of(rule)}\n\n{_undented(rule.__doc__ or '')}"
    return None


def checked(facts: Facts) -> tuple[Finding, ...]:
    """What all rules find, in the order of the file."""
    found = (finding for rule in RULES for finding in rule(facts))
    return tuple(sorted(found, key=Finding.place))


def _undented(text: str) -> str:
    first, _, rest = text.partition("\n")
    lines = [line[4:] if line.startswith("    ") else line for line in rest.split("\n")]
    return "\n".join([first, *lines]).strip() + "\n"
