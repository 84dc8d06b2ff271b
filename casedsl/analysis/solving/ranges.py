"""What a field can hold, as the runtime lets it: some values, or whole numbers of a range. Dates are counted days."""

from __future__ import annotations

from datetime import date

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.model.records import Field

LARGEST = 10**15 - 1
LATEST = 10**11 - 1
LAST_DAY = date.max.toordinal()
_NEAR = date(2026, 1, 5).toordinal()
_NOON = 1_767_610_800


class Choices(Struct, frozen=True):
    """A variable that holds one of some values, in the order in which an example tries them."""

    values: tuple[Value, ...]


class Numbers(Struct, frozen=True):
    """A variable that holds a whole number of a range; an example begins near `near`."""

    low: int
    high: int
    near: int


Range = Choices | Numbers


def range_of(field: Field) -> Range | None:
    """What a field can hold; None for a text, which holds anything."""
    if field.type == "choice":
        return Choices(_first(field.default, tuple(option.name for option in field.options)))
    if field.type == "yes/no":
        return Choices(_first(field.default, (True, False)))
    if field.type == "date":
        return Numbers(1, LAST_DAY, number_of(field, field.default) if field.default is not None else _NEAR)
    if field.type == "date and time":
        return Numbers(-LATEST, LATEST, _NOON)
    if field.type in ("text", "long text"):
        return None
    low = -LARGEST if field.low is None else field.low
    high = LARGEST if field.high is None else field.high
    return Numbers(low, high, number_of(field, field.default) if field.default is not None else 0)


def _first(default: Value, values: tuple[Value, ...]) -> tuple[Value, ...]:
    return values if default is None else (default, *(value for value in values if value != default))


def number_of(field: Field, value: Value) -> int:
    """A number as the solver counts it."""
    return date.fromisoformat(str(value)).toordinal() if field.type == "date" else int(value or 0)


def value_of(field: Field, number: int) -> Value:
    """A number of the solver as a field holds it."""
    return date.fromordinal(number).isoformat() if field.type == "date" else number
