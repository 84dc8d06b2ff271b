"""The words and small values that a definition and its compiled workflow share.

They stand apart from the records of the artifact: a check of a definition compiles nothing and loads none of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Value: TypeAlias = bool | int | str | None
"""What a field holds: yes/no, a whole number or minor units or an instant, text or an option or a date, or unset."""

Expression: TypeAlias = "tuple[str | int | bool | Expression, ...]"
"""An operator and its arguments, for example `(">", ("field", "refund"), ("const", 1000000))`."""

TimeKind: TypeAlias = Literal["working", "calendar", "clock", "clear", "clear working"]
TimeUnit: TypeAlias = Literal["minute", "hour", "day", "week", "month", "year"]
FieldType: TypeAlias = Literal[
    "text", "long text", "yes/no", "choice", "scale", "integer", "money", "date", "date and time"
]
Recount: TypeAlias = Literal["from the start", "from the change", "in proportion"]
"""How the new length of a promise counts when the priority changes."""

BACK = "back"
STAY = "stay"
ASSIGNEE = "assignee"
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. `working` counts minutes, hours or days of a calendar; `calendar` counts days, weeks, months
    or years by the wall clock; `clock` counts minutes, hours or days of 24 hours; `clear` counts days and `clear
    working` working days of which neither the first nor the last counts."""

    count: int
    kind: TimeKind
    unit: TimeUnit

    def __str__(self) -> str:
        kind = "" if self.unit in ("month", "year") else f"{self.kind} "
        return f"{self.count} {kind}{self.unit}{'' if self.count == 1 else 's'}"


_MEASURES: Mapping[tuple[TimeKind, TimeUnit], tuple[TimeUnit, int]] = MappingProxyType(
    {
        ("working", "hour"): ("minute", 60),
        ("clock", "hour"): ("minute", 60),
        ("clock", "day"): ("minute", 1440),
        ("calendar", "week"): ("day", 7),
        ("calendar", "year"): ("month", 12),
    }
)


def in_measure(length: Duration) -> Duration:
    """The same length in the least unit in which it can be added to others: `2 working hours` are 120 minutes. Lengths
    of another kind or unit can't be: a working day is no number of hours, a month no number of days."""
    unit, each = _MEASURES.get((length.kind, length.unit), (length.unit, 1))
    return Duration(length.count * each, length.kind, unit)


@dataclass(frozen=True, slots=True)
class Counting:
    """How a length of time is counted to its last instant, where published deadlines disagree.

    Attributes:
      begins: `on a working day`: what comes on no working day counts as come when the next one opens.
      cut_off: minutes of the local day: what comes at or after it counts as come when the next working day opens, and
        so does what comes on no working day. Minute 1440 is 24:00 here and below.
      due_at: the time of the last day, in minutes of the local day. A length of days is then counted by dates: a date
        counts at this time, if the clock runs. None is the unit's own: working days at `closing`, clear days at 24:00,
        other calendar units at the `same time`. Minutes, hours and clock time end where they end.
      rolls: where a last day goes that is no working day.
    """

    begins: Literal["at once", "on a working day"] = "at once"
    cut_off: int | None = None
    due_at: int | Literal["same time", "closing"] | None = None
    rolls: Literal["not", "forward", "back"] = "not"


PLAIN = Counting()
"""Everything as the unit has it when the author says no more than a length."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a template. `of` says what fills it: a field's value, a promise's due instant, the case's number, the
    assignee's name or first name, or the note of the command. `if_set` makes an unset value print nothing."""

    of: Literal["field", "due", "number", "assignee", "first name", "note"]
    name: str = ""
    if_set: bool = False


Text: TypeAlias = "tuple[str | Placeholder, ...]"
"""A template's text: literal pieces and gaps in the order in which they are printed."""
