"""How values are printed and templates are filled: for people, in one way, whatever the machine's language.

Money is printed as `12,000.00 GBP`, a date as `9 November 2026`, an instant in the workflow's zone as
`Monday 9 November 2026, 17:30`, a deadline at the end of a day as `Monday 9 November 2026, 24:00`. The zone is read
from a compiled calendar, and where no calendar knows it, or not for that year, the instant is printed in UTC and says
so. What an author or a requester wrote is data: a subject is one line of printable characters, so that nobody can add a
header to a mail.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casedsl_runtime.artifact import CompiledCalendar, Field, Template
from casedsl_runtime.vocabulary import Placeholder, Text, Value

NOT_SET = "(not set)"
WITHHELD = "(withheld)"
"""What stands where a reader may not see a value, whether there is one or not."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template may speak of. `zone` is a calendar that knows the workflow's zone, or None for UTC; `withheld`
    are the fields that a reader doesn't see."""

    fields: Mapping[str, Field]
    values: Mapping[str, Value]
    dues: Mapping[str, int | None]
    number: str
    assignee: str | None
    note: str | None
    zone: CompiledCalendar | None
    withheld: frozenset[str] = frozenset()


def render(text: Text, facts: Facts) -> str:
    """The text with its gaps filled."""
    return "".join(piece if isinstance(piece, str) else _fill(piece, facts) for piece in text)


def subject(template: Template, facts: Facts) -> str:
    """The subject of a message: one line, whatever the values hold."""
    return one_line(render(template.subject, facts))


def one_line(text: str) -> str:
    """The text without line breaks and other characters that don't print; runs of space become one."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def _fill(gap: Placeholder, facts: Facts) -> str:
    if gap.of == "field" and gap.name in facts.withheld:
        return "" if gap.if_set else WITHHELD
    shown = _shown(gap, facts)
    return shown if shown is not None else "" if gap.if_set else NOT_SET


def _shown(gap: Placeholder, facts: Facts) -> str | None:
    if gap.of == "field":
        value = facts.values.get(gap.name)
        return None if value is None else show_value(facts.fields[gap.name], value, facts.zone)
    if gap.of == "due":
        due = facts.dues.get(gap.name)
        return None if due is None else show_due(due, facts.zone)
    if gap.of == "first name":
        return facts.assignee.split()[0] if facts.assignee else None
    return {"number": facts.number, "assignee": facts.assignee, "note": facts.note}[gap.of]


def show_value(field: Field, value: Value, zone: CompiledCalendar | None) -> str:
    """A field's value as a person reads it."""
    if value is None:
        return NOT_SET
    if field.type == "choice":
        return next((option.title for option in field.options if option.name == value), str(value))
    if field.type == "money" and isinstance(value, int):
        return show_money(value, field.digits, field.currency)
    if field.type == "date" and isinstance(value, str):
        return show_date(date.fromisoformat(value))
    if field.type == "date and time" and isinstance(value, int):
        return show_instant(value, zone)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def show_money(minor: int, digits: int, currency: str | None) -> str:
    whole, part = divmod(abs(minor), 10**digits)
    decimals = f".{part:0{digits}}" if digits else ""
    return f"{'-' if minor < 0 else ''}{whole:,}{decimals}{f' {currency}' if currency else ''}"


def show_date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show_instant(instant: int, zone: CompiledCalendar | None) -> str:
    """Weekday, date and minute in the zone; in UTC, and marked so, where the zone is not known."""
    offset = _offset(instant, zone)
    local = _EPOCH + timedelta(seconds=instant + (offset or 0))
    mark = " UTC" if offset is None else ""
    return f"{_DAYS[local.weekday()]} {show_date(local.date())}, {local:%H:%M}{mark}"


def show_due(instant: int, zone: CompiledCalendar | None) -> str:
    """As `show_instant`, of the end of something: the first instant of a day is 24:00 of the day that it ends, also
    where the clocks skip midnight. A due instant, and the end of a row of its account, is printed so."""
    offset = _offset(instant, zone)
    earlier = None if offset is None else _offset(instant - 1, zone)
    ended = _EPOCH + timedelta(seconds=instant - 1 + ((offset or 0) if earlier is None else earlier))
    if ended.date() >= (_EPOCH + timedelta(seconds=instant + (offset or 0))).date():
        return show_instant(instant, zone)
    return f"{_DAYS[ended.weekday()]} {show_date(ended.date())}, 24:00{' UTC' if offset is None else ''}"


def _offset(instant: int, zone: CompiledCalendar | None) -> int | None:
    return None if zone is None else zone_offset(zone, instant)


def zone_offset(zone: CompiledCalendar, instant: int) -> int | None:
    """Seconds by which local time is ahead of UTC at an instant; None outside what the calendar knows."""
    if not zone.first <= instant < zone.last or not zone.changes:
        return None
    return zone.offsets[max(0, bisect_right(zone.changes, instant) - 1)]


def local_year(instant: int, zone: CompiledCalendar | None) -> int:
    """The year in which an instant falls, in the zone."""
    offset = _offset(instant, zone)
    return (_EPOCH + timedelta(seconds=instant + (offset or 0))).year
