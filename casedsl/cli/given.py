"""Values as they are typed on a command line, `refund=12000 GBP`, turned into what the runtime takes.

The unit is the field's: money may name its currency and must not name another, dates are YYYY-MM-DD, a date and time
without an offset is meant in the workflow's zone (of one that comes twice when the clocks go back the first is meant;
one that they skip is as much later as they skip). What doesn't fit ends the command with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from casedsl_runtime.artifact import CompiledCalendar, Field, Workflow
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import CalendarRunsOut, instant_of, prepare

from casedsl.cli.rim import Stop
from casedsl.syntax.spelling import did_you_mean, nearest

_MONEY = re.compile(r"(-?)(\d{1,13})(?:\.(\d+))?(?: *([A-Z]{3}))?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years in which an instant may lie: those that calendars can be locked for."""


def given(pairs: Iterable[str], workflow: Workflow, zone: CompiledCalendar | None) -> dict[str, Value]:
    """The values of some `field=value` arguments; an empty value unsets."""
    fields = {field.name: field for field in workflow.fields}
    values: dict[str, Value] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise Stop(f"`{pair}` gives no value; write `{name or 'field'}=value`")
        if name not in fields:
            way_out = did_you_mean(nearest(name, fields)) or f"there are: {', '.join(fields)}"
            raise Stop(f"there is no field `{name}`; {way_out}")
        if name in values:
            raise Stop(f"`{name}` is given twice; give it once")
        values[name] = None if text == "" else value_of(fields[name], text, zone)
    return values


def value_of(field: Field, text: str, zone: CompiledCalendar | None) -> Value:
    """One value of a field."""
    if field.type == "yes/no":
        if text not in ("yes", "no"):
            raise Stop(f"`{field.name}` takes yes or no, not {text!r}")
        return text == "yes"
    if field.type in ("scale", "integer"):
        if _INTEGER.fullmatch(text) is None:
            raise Stop(f"`{field.name}` takes a whole number, not {text!r}")
        return int(text)
    if field.type == "money":
        return _money(field, text)
    if field.type == "date and time":
        return instant(text, zone, field.name)
    return text


def _money(field: Field, text: str) -> int:
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        raise Stop(f"`{field.name}` takes an amount such as 120.50 {field.currency}, not {text!r}")
    sign, whole, decimals, currency = match.groups(default="")
    if currency and currency != field.currency:
        raise Stop(f"`{field.name}` is in {field.currency}, not in {currency}; convert the amount")
    if len(decimals) > field.digits:
        raise Stop(f"{field.currency} has {field.digits} decimals; round {text!r}")
    return int(f"{sign}{whole}{decimals.ljust(field.digits, '0')}")


def instant(text: str, zone: CompiledCalendar | None, what: str = "--now") -> int:
    """Seconds since 1970 of `2026-11-06 15:00`, in the zone unless an offset or Z stands behind it."""
    try:
        moment = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Stop(f"{what} takes a date and time such as 2026-11-06T15:00, not {text[:60]!r}")
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    if zone is not None:
        try:
            return instant_of(prepare(zone), moment)
        except CalendarRunsOut as error:
            raise Stop(f"{what}: {error}, or write an offset such as +00:00 behind it") from None
    return (moment - datetime(1970, 1, 1)) // timedelta(seconds=1)
