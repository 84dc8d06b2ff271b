"""What goes into a decision and what comes out: commands, what is known of the world, effects, answers.

All of them are values. A command asks that something happen; an effect is handed to the host, which arms timers and
sends messages after the entry is safely stored. `Env` carries every fact about the world outside the case that a
decision may need; nothing else is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from casedsl_runtime.case import Case
from casedsl_runtime.journal import Draft, Json
from casedsl_runtime.people import Directory, Person
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import Calendars

ONCE = 1
"""The occurrence of a rung that doesn't repeat."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open a case; `on_behalf_of` is the id of the person for whom the actor enters it."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """Let an event happen."""

    event: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Amend:
    """Change fields without moving the case; a null value unsets."""

    fields: Mapping[str, Value]
    reason: str


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A wake-up. All five together are the timer's identity; one that doesn't match all of them is stale."""

    clock: str
    visit: int
    rung: str
    occurrence: int
    due: int


@dataclass(frozen=True, slots=True)
class CountAnew:
    """Count on with other calendars: those of `Env`, which are the case's own until `effective` and from there on those
    of the bundle that was `proclaimed`. `effective` is an instant, or a date, which means its beginning."""

    effective: int | str
    reason: str
    proclaimed: str


Command: TypeAlias = Open | Do | Amend | TimerDue | CountAnew


class Env(NamedTuple):
    """The world outside the case: the present instant, who acts (None: time), the people and how many open cases each
    has, the pinned calendars and their hash, and the number for a new case."""

    now: int
    actor: Person | None
    people: Directory
    calendars: Calendars
    loads: Mapping[str, int] = MappingProxyType({})
    number: str | None = None
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """An armed timer: wake the case at `due`. `rank` orders timers of one case that are due at the same instant."""

    clock: str
    visit: int
    rung: str
    occurrence: int
    due: int
    rank: int


@dataclass(frozen=True, slots=True)
class Send:
    """Deliver a message to one person. Two with the same id are one message: deliver the first."""

    id: str
    person: str
    message: Json


class Accepted(NamedTuple):
    """It happened: the entry to append, the messages to deliver, the number of the case, and the case afterwards, which
    is what `fold` makes of the entry. What is armed then stands in the case itself (`turn.armed`)."""

    entry: Draft
    effects: tuple[Send, ...]
    reply: str
    case: Case


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not happen, for all of these reasons, each a sentence."""

    reasons: tuple[str, ...]
