"""From a calendar as written and the dates of `calendars.lock` to sorted instants: the bundle that a runtime loads.

A calendar is compiled over all years of the lock, each local date in turn, with the hours that `analysis.hours` finds
for it. An opening belongs to the date on which it begins, also when it lasts past midnight (its end is then more than
1440 minutes). A working day is a date with open time; it ends at its last closing, or at the time that the calendar
says. A date that its zone leaves out (Apia, 30 December 2011) has no openings.

With a pencil, calendar `office` (09:00-12:30, 13:30-17:30 on Thursdays; Christmas Eve closed from 12:00):

    Wed 23 December 2026    open 09:00-12:30 and 13:30-17:30, ends 17:30
    Thu 24 December 2026    open 09:00-12:00, ends 12:00
    Fri 25 December 2026    a holiday of GB-ENG: no working day

Wall-clock times become instants by the rule of `worktime`: one that a change of the clocks skips moves forward by the
length of the gap, of one that comes twice the first is meant; an opening over the change has its true length. Spans
that touch are one: a calendar that is always open is a single span, whose days end at local midnight. A calendar of
days is open from midnight to midnight on each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.worktime import Timetable, instant_at, prepare
from msgspec import Struct

from casedsl.analysis.hours import Spans, hours_of, periods_of
from casedsl.artifact.lock import Lock, Zone
from casedsl.model.records import Calendar
from casedsl.syntax.span import Span

DAY = 86_400
DAY_MINUTES = 1_440
LATEST = 2 * DAY_MINUTES
"""The latest minute at which an opening may end: the end of the day after the one on which it begins."""

_OVERLAP = "has an opening that lasts until the next working day is over"
_BACKWARD = "has an opening that ends before it begins or after two days"

EPOCH_DAY = date(1970, 1, 1).toordinal()


class Problem(Struct, frozen=True):
    """Why a calendar can't be compiled, at the place that says so; a caller makes a finding of it."""

    calendar: str
    sentence: str
    span: Span


def compile_bundle(calendars: Iterable[Calendar], lock: Lock) -> tuple[Bundle, tuple[Problem, ...]]:
    """The calendars that can be compiled, sorted by name, and what is wrong with the others."""
    results = [compile_calendar(calendar, lock) for calendar in sorted(calendars, key=lambda each: each.name)]
    compiled = tuple(each for each in results if isinstance(each, CompiledCalendar))
    problems = tuple(problem for each in results if isinstance(each, tuple) for problem in each)
    return Bundle(compiled, lock.holidays_version, lock.zone_version), problems


def compile_calendar(calendar: Calendar, lock: Lock) -> CompiledCalendar | tuple[Problem, ...]:
    """A calendar over the years of the lock, or what is wrong with it.

    It knows everything from `first`, the local midnight at which the years begin (later by as much as an opening of
    the day before may last past midnight), up to `last`, the local midnight at which they end.
    """
    zone = lock.zone(calendar.zone)
    problems = tuple(Problem(calendar.name, sentence, span) for sentence, span in _problems(calendar, lock))
    if problems or zone is None:
        return problems
    table = prepare(_unopened(calendar, lock, zone))
    dates = list(_dates(table, calendar, lock))
    spans = [span for _, _, opened in dates for span in opened]
    if not spans:
        return (Problem(calendar.name, f"calendar `{calendar.name}` never opens", calendar.span),)
    days, ends = _working_days(table, dates)
    if any(end >= later for end, later in pairwise(ends)):
        return (Problem(calendar.name, f"calendar `{calendar.name}` {_OVERLAP}", calendar.span),)
    opens, closes = _merged(table, spans)
    changes, offsets = _zone_within(table)
    return replace(table.calendar, opens=opens, closes=closes, days=days, ends=ends, changes=changes, offsets=offsets)


def _problems(calendar: Calendar, lock: Lock) -> Iterator[tuple[str, Span]]:
    if lock.zone(calendar.zone) is None:
        yield f"`calendars.lock` has no zone {calendar.zone}; run `casedsl calendars lock`", calendar.span
    for region in calendar.regions:
        if lock.region(region) is None:
            yield f"`calendars.lock` has no holidays for {region}; run `casedsl calendars lock`", calendar.span
    for opening in (opening for period in calendar.periods for opening in period.openings):
        if not _are_hours(opening.spans):
            yield f"calendar `{calendar.name}` {_BACKWARD}", opening.span
    for day in calendar.days:
        does = "is closed" if day.spans is None else "opens"
        if not _is_date(day.date):
            yield f"calendar `{calendar.name}` {does} on `{day.date}`, which is no date", day.span
        elif int(day.date[:4]) > lock.last_year:
            until = f"`calendars.lock` ends with {lock.last_year}"
            yield (
                f"calendar `{calendar.name}` {does} on {day.date}, but {until}; run `casedsl calendars lock`",
                day.span,
            )
        elif not _are_hours(day.spans or ()):
            yield f"calendar `{calendar.name}` {_BACKWARD}", day.span


def _are_hours(spans: Spans) -> bool:
    return all(0 <= start < end <= LATEST and start < DAY_MINUTES for start, end in spans)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unopened(calendar: Calendar, lock: Lock, zone: Zone) -> CompiledCalendar:
    """The calendar with its reach and nothing open yet; its zone is still told as far as the lock does."""
    bare = CompiledCalendar(calendar.name, calendar.zone, 0, 0, (), (), (), (), zone.changes, zone.offsets)
    week = (span for period in calendar.periods for opening in period.openings for span in opening.spans)
    dates = (span for day in calendar.days for span in day.spans or ())
    latest = max((end for _, end in (*week, *dates)), default=0)
    start = _midnight(date(lock.first_year, 1, 1)) + max(0, latest - DAY_MINUTES) * 60
    end = _midnight(date(lock.last_year + 1, 1, 1))
    return replace(bare, first=instant_at(prepare(bare), start), last=instant_at(prepare(bare), end))


def _midnight(day: date) -> int:
    """The wall clock at the beginning of a date, in seconds since 1970-01-01T00:00 local."""
    return (day.toordinal() - EPOCH_DAY) * DAY


def _dates(table: Timetable, calendar: Calendar, lock: Lock) -> Iterator[tuple[int, int | None, list[tuple[int, int]]]]:
    """The dates of the lock with open time: as an ordinal, the instant at which a working day that doesn't end at its
    closing is over, and the openings; by the gap rule an opening can be empty."""
    holidays = {region.name: frozenset(day for day, _ in region.holidays) for region in lock.regions}
    hours, period_of = hours_of(calendar, holidays), periods_of(calendar)
    day, last = date(lock.first_year, 1, 1), date(lock.last_year, 12, 31)
    while day <= last:
        midnight = _midnight(day)
        spans = hours(day)
        if spans and instant_at(table, midnight) < instant_at(table, midnight + DAY):
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


def _working_days(
    table: Timetable, dates: Iterable[tuple[int, int | None, list[tuple[int, int]]]]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
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
