"""Calendars laid out over dates, as the runtime counts in them: over the years of a lock, or over ordinary weeks.

A date has the hours that `analysis.hours` finds for it. An opening belongs to the date on which it begins, also when it
lasts past midnight (its end is then more than 1440 minutes). A working day is a date with open time; it ends at its
last closing, or at the time that the calendar says. A date that its zone leaves out (Apia, 30 December 2011) has no
openings.

Wall-clock times become instants by the rule of `worktime`: one that a change of the clocks skips moves forward by the
length of the gap, of one that comes twice the first is meant; an opening over the change has its true length. Spans
that touch are one: a calendar that is always open is a single span, whose days end at local midnight. A calendar of
days is open from midnight to midnight on each of them.

Ordinary weeks are those in which nothing but the week itself counts: after the last version and the last special date,
without holidays, and without a change of the clocks. What goes wrong in them goes wrong with any lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.worktime import Timetable, instant_at, prepare
from msgspec import Struct

from casedsl.analysis.hours import hours_of, periods_of
from casedsl.model.records import Calendar

NEVER_OPENS = "never opens"
OVERLAP = "has an opening that lasts until the next working day is over"

_DAY = 86_400
_DAY_MINUTES = 1_440
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST_MONDAY = date(2001, 1, 1)
_LATEST = date(9000, 1, 1)
_WEEK = timedelta(7)

_Date = tuple[int, int | None, list[tuple[int, int]]]
"""A date with open time as an ordinal, the instant at which it is over if that isn't its closing, and its openings."""


class Dates(Struct, frozen=True):
    """What is known of some dates, both included: the holidays of each region as `YYYY-MM-DD`, and the changes of the
    zone from a day before them on: instants, and the offset from UTC in seconds from each on."""

    first: date
    last: date
    holidays: Mapping[str, frozenset[str]]
    changes: tuple[int, ...]
    offsets: tuple[int, ...]


def laid_out(calendar: Calendar, dates: Dates) -> CompiledCalendar | str:
    """A calendar over some dates, or what it does that nobody could count in: `never opens`.

    It knows everything from `first`, the local midnight at which the dates begin (later by as much as an opening of
    the day before may last past midnight), up to `last`, the local midnight at which they end.
    """
    table = prepare(_unopened(calendar, dates))
    opened = list(_opened(table, calendar, dates))
    spans = [span for _, _, day in opened for span in day]
    if not spans:
        return NEVER_OPENS
    days, ends = _working_days(table, opened)
    if any(end >= later for end, later in pairwise(ends)):
        return OVERLAP
    opens, closes = _merged(table, spans)
    changes, offsets = _zone_within(table)
    return replace(table.calendar, opens=opens, closes=closes, days=days, ends=ends, changes=changes, offsets=offsets)


def ordinary(calendar: Calendar, weeks: int, monday: date | None = None) -> Timetable | None:
    """A calendar over so many ordinary weeks from a Monday on (its first one, or a later one), and one week before it;
    None if nobody could count in it. Its wall clock is UTC: the instants are good for nothing but their distances,
    weekdays and times of day."""
    monday = monday or ordinary_monday(calendar)
    bare = Dates(monday - _WEEK, monday + _WEEK * weeks - timedelta(1), {}, (_midnight(monday - 2 * _WEEK),), (0,))
    found = laid_out(calendar, bare)
    return None if isinstance(found, str) else prepare(found)


def ordinary_monday(calendar: Calendar) -> date:
    """The Monday from which on a calendar has ordinary weeks only."""
    dates = [*(period.since for period in calendar.periods if period.since), *(day.date for day in calendar.days)]
    last = max([_FIRST_MONDAY, *(min(date.fromisoformat(text), _LATEST) + 2 * _WEEK for text in dates)])
    return last - timedelta(last.weekday())


def _unopened(calendar: Calendar, dates: Dates) -> CompiledCalendar:
    """The calendar with its reach and nothing open yet; its zone is still told as far as it is known."""
    bare = CompiledCalendar(calendar.name, calendar.zone, 0, 0, (), (), (), (), dates.changes, dates.offsets)
    week = (span for period in calendar.periods for opening in period.openings for span in opening.spans)
    special = (span for day in calendar.days for span in day.spans or ())
    latest = max((end for _, end in (*week, *special)), default=0)
    start = _midnight(dates.first) + max(0, latest - _DAY_MINUTES) * 60
    end = _midnight(dates.last + timedelta(1))
    return replace(bare, first=instant_at(prepare(bare), start), last=instant_at(prepare(bare), end))


def _midnight(day: date) -> int:
    """The wall clock at the beginning of a date, in seconds since 1970-01-01T00:00 local."""
    return (day.toordinal() - _EPOCH_DAY) * _DAY


def _opened(table: Timetable, calendar: Calendar, dates: Dates) -> Iterator[_Date]:
    """The dates with open time; by the gap rule an opening can be empty."""
    hours, period_of = hours_of(calendar, dates.holidays), periods_of(calendar)
    day = dates.first
    while day <= dates.last:
        midnight = _midnight(day)
        spans = hours(day)
        if spans and instant_at(table, midnight) < instant_at(table, midnight + _DAY):
            pairs = ((instant_at(table, midnight + a * 60), instant_at(table, midnight + b * 60)) for a, b in spans)
            opened = [(opens, closes) for opens, closes in pairs if opens < closes]
            ends = period_of(day.isoformat()).ends
            if opened:
                over = None if ends == "closing" else instant_at(table, midnight + ends * 60)
                yield day.toordinal(), over, opened
        day += timedelta(1)


def _merged(table: Timetable, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The open time within the calendar's reach, as spans in order that don't touch."""
    opens: list[int] = []
    closes: list[int] = []
    for start, end in sorted(spans):
        start, end = max(start, table.calendar.first), min(end, table.calendar.last)
        if closes and start <= closes[-1]:
            closes[-1] = max(closes[-1], end)
        elif start < end:
            opens.append(start)
            closes.append(end)
    return tuple(opens), tuple(closes)


def _working_days(table: Timetable, dates: Iterable[_Date]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The working days and the instants at which they are over, within the calendar's reach."""
    ends = ((day, over or max(closes for _, closes in opened)) for day, over, opened in dates)
    known = [(day, end) for day, end in ends if table.calendar.first < end <= table.calendar.last]
    return tuple(day for day, _ in known), tuple(end for _, end in known)


def _zone_within(table: Timetable) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The zone within the calendar's reach: its first change stands at `first`."""
    first, last = table.calendar.first, table.calendar.last
    pairs = zip(table.calendar.changes, table.calendar.offsets, strict=True)
    known = [(change, offset) for change, offset in pairs if change < last]
    start = sum(change <= first for change, _ in known) - 1
    return (first, *(change for change, _ in known[start + 1 :])), tuple(offset for _, offset in known[start:])
