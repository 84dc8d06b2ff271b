"""From a calendar as written and the dates of `calendars.lock` to sorted instants: the bundle that a runtime loads.

A calendar is compiled over all years of the lock, each local date in turn: the weekly openings of its weekday, nothing
on a public holiday, nothing from the minute of a closure on. An opening belongs to the date on which it begins, also
when it lasts past midnight (its end is then more than 1440 minutes). A working day is a date with open time, and ends
at its last closing.

With a pencil, calendar `office` (09:00-12:30, 13:30-17:30 on Thursdays; Christmas Eve closed from 12:00):

    Wed 23 December 2026    open 09:00-12:30 and 13:30-17:30, ends 17:30
    Thu 24 December 2026    open 09:00-12:00, ends 12:00
    Fri 25 December 2026    a holiday of GB-ENG: no working day

Wall-clock times become instants by the rule of `worktime`: one that a change of the clocks skips moves forward by the
length of the gap, of one that comes twice the first is meant; an opening over the change has its true length. Spans
that touch are one: a calendar that is always open is a single span, whose days end at local midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.worktime import Timetable, instant_at, prepare
from msgspec import Struct

from casedsl.artifact.lock import Lock, Zone
from casedsl.model.records import Calendar
from casedsl.syntax.span import Span

DAY = 86_400
DAY_MINUTES = 1_440
LATEST = 2 * DAY_MINUTES
"""The latest minute at which an opening may end: the end of the day after the one on which it begins."""

_OVERLAP = "has an opening that lasts until the next working day is over"

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
    spans = [span for span in _spans(table, calendar, lock) if span[1] < span[2]]
    if not spans:
        return (Problem(calendar.name, f"calendar `{calendar.name}` never opens", calendar.span),)
    days, ends = _working_days(table, spans)
    if any(end >= later for end, later in pairwise(ends)):
        return (Problem(calendar.name, f"calendar `{calendar.name}` {_OVERLAP}", calendar.span),)
    opens, closes = _merged(table, spans)
    changes, offsets = _zone_within(table)
    return replace(table.calendar, opens=opens, closes=closes, days=days, ends=ends, changes=changes, offsets=offsets)


def _problems(calendar: Calendar, lock: Lock) -> Iterator[tuple[str, Span]]:
    if lock.zone(calendar.zone) is None:
        yield f"`calendars.lock` has no zone {calendar.zone}; run `casedsl calendars lock`", calendar.span
    if calendar.region is not None and lock.region(calendar.region) is None:
        yield f"`calendars.lock` has no holidays for {calendar.region}; run `casedsl calendars lock`", calendar.span
    for opening in calendar.openings:
        if not all(0 <= start < end <= LATEST and start < DAY_MINUTES for start, end in opening.spans):
            yield (
                f"calendar `{calendar.name}` has an opening that ends before it begins or after two days",
                opening.span,
            )
    for closure in calendar.closures:
        if not _is_date(closure.date):
            yield f"calendar `{calendar.name}` is closed on `{closure.date}`, which is no date", closure.span
        elif int(closure.date[:4]) > lock.last_year:
            until = f"`calendars.lock` ends with {lock.last_year}"
            yield (
                f"calendar `{calendar.name}` is closed on {closure.date}, but {until}; run `casedsl calendars lock`",
                closure.span,
            )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unopened(calendar: Calendar, lock: Lock, zone: Zone) -> CompiledCalendar:
    """The calendar with its reach and nothing open yet; its zone is still told as far as the lock does."""
    bare = CompiledCalendar(calendar.name, calendar.zone, 0, 0, (), (), (), (), zone.changes, zone.offsets)
    latest = max((end for opening in calendar.openings for _, end in opening.spans), default=0)
    start = _midnight(date(lock.first_year, 1, 1)) + max(0, latest - DAY_MINUTES) * 60
    end = _midnight(date(lock.last_year + 1, 1, 1))
    return replace(bare, first=instant_at(prepare(bare), start), last=instant_at(prepare(bare), end))


def _midnight(day: date) -> int:
    """The wall clock at the beginning of a date, in seconds since 1970-01-01T00:00 local."""
    return (day.toordinal() - EPOCH_DAY) * DAY


def _shut_from(calendar: Calendar, lock: Lock) -> dict[int, int]:
    """The minute from which nothing is open, for the dates (as ordinals) on which there is one."""
    region = lock.region(calendar.region) if calendar.region is not None else None
    shut = {date.fromisoformat(day).toordinal(): 0 for day, _ in region.holidays} if region else {}
    for closure in calendar.closures:
        day = date.fromisoformat(closure.date).toordinal()
        shut[day] = min(closure.from_minute, shut.get(day, LATEST))
    return shut


def _spans(table: Timetable, calendar: Calendar, lock: Lock) -> Iterator[tuple[int, int, int]]:
    """Every opening of every date of the lock: (date as ordinal, opens, closes); by the gap rule some may be empty."""
    shut = _shut_from(calendar, lock)
    weekly = [
        sorted({span for opening in calendar.openings if weekday in opening.weekdays for span in opening.spans})
        for weekday in range(7)
    ]
    for day in range(date(lock.first_year, 1, 1).toordinal(), date(lock.last_year + 1, 1, 1).toordinal()):
        midnight, until = (day - EPOCH_DAY) * DAY, shut.get(day, LATEST)
        for start, end in weekly[(day - 1) % 7]:
            if start < until:
                closes = instant_at(table, midnight + min(end, until) * 60)
                yield day, instant_at(table, midnight + start * 60), closes


def _merged(table: Timetable, spans: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The open time within the calendar's reach, as spans in order that don't touch."""
    opens: list[int] = []
    closes: list[int] = []
    for start, end in sorted((start, end) for _, start, end in spans):
        start, end = max(start, table.calendar.first), min(end, table.calendar.last)
        if closes and start <= closes[-1]:
            closes[-1] = max(closes[-1], end)
        elif start < end:
            opens.append(start)
            closes.append(end)
    return tuple(opens), tuple(closes)


def _working_days(table: Timetable, spans: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The dates with open time and the instants at which they are over, within the calendar's reach."""
    last: dict[int, int] = {}
    for day, _, closes in spans:
        last[day] = max(closes, last.get(day, closes))
    known = [(day, end) for day, end in last.items() if table.calendar.first < end <= table.calendar.last]
    return tuple(day for day, _ in known), tuple(end for _, end in known)


def _zone_within(table: Timetable) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The zone within the calendar's reach: its first change stands at `first`."""
    first, last = table.calendar.first, table.calendar.last
    pairs = zip(table.calendar.changes, table.calendar.offsets, strict=True)
    known = [(change, offset) for change, offset in pairs if change < last]
    start = sum(change <= first for change, _ in known) - 1
    return (first, *(change for change, _ in known[start + 1 :])), tuple(offset for _, offset in known[start:])
