"""The types of values, with their units: what two sides of a comparison must have in common."""

from __future__ import annotations

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.model.records import Field


class Type(Struct, frozen=True):
    """What an operand is: `number`, `money` of a currency, `choice` of a field, `yes/no`, `text`, `date`, `instant`,
    `days` (a difference of dates), or a length of time (`calendar` with a unit, `seconds`)."""

    name: str
    of: str = ""

    def __str__(self) -> str:
        named = {
            "number": "a plain number",
            "money": f"money in {self.of}",
            "choice": "a choice",
            "yes/no": "yes or no",
            "text": "text",
            "date": "a date",
            "instant": "a date and time",
            "days": "a number of calendar days",
            "calendar": f"a length of time in calendar {self.of}s",
            "seconds": "a length of clock time",
        }
        return named[self.name]


Typed = tuple[Type, Expression]
"""An operand: its type, and its lowered form."""


def type_of(target: Field) -> Type:
    """The type of a field's value."""
    if target.type in ("scale", "integer"):
        return Type("number")
    if target.type == "money":
        return Type("money", target.currency or "")
    if target.type == "choice":
        return Type("choice", target.name)
    return Type({"long text": "text", "date and time": "instant"}.get(target.type, target.type))
