"""The words and small values that a definition and its compiled workflow share.

They stand apart from the records of the artifact: a check of a definition compiles nothing and loads none of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Value: TypeAlias = bool | int | str | None
"""What a field holds: yes/no, a whole number or minor units or an instant, text or an option or a date, or unset."""

Expression: TypeAlias = "tuple[str | int | bool | Expression, ...]"
"""An operator and its arguments, for example `(">", ("field", "refund"), ("const", 1000000))`."""

TimeKind: TypeAlias = Literal["working", "calendar", "clock"]
TimeUnit: TypeAlias = Literal["minute", "hour", "day", "week", "month", "year"]
FieldType: TypeAlias = Literal[
    "text", "long text", "yes/no", "choice", "scale", "integer", "money", "date", "date and time"
]

BACK = "back"
STAY = "stay"
ASSIGNEE = "assignee"
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. `working` counts minutes, hours or days of a calendar; `calendar` counts days, weeks, months
    or years by the wall clock; `clock` counts minutes, hours or days of 24 hours."""

    count: int
    kind: TimeKind
    unit: TimeUnit

    def __str__(self) -> str:
        kind = "" if self.unit in ("month", "year") else f"{self.kind} "
        return f"{self.count} {kind}{self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a template. `of` says what fills it: a field's value, a promise's due instant, the case's number, the
    assignee's name or first name, or the note of the command. `if_set` makes an unset value print nothing."""

    of: Literal["field", "due", "number", "assignee", "first name", "note"]
    name: str = ""
    if_set: bool = False


Text: TypeAlias = "tuple[str | Placeholder, ...]"
"""A template's text: literal pieces and gaps in the order in which they are printed."""
