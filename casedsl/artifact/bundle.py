"""From a calendar as written and the dates of `calendars.lock` to sorted instants: the bundle that a runtime loads.

A calendar is compiled over all years of the lock, each local date in turn; `analysis.almanac` says how.

With a pencil, calendar `office` (09:00-12:30, 13:30-17:30 on Thursdays; Christmas Eve closed from 12:00):

    Wed 23 December 2026    open 09:00-12:30 and 13:30-17:30, ends 17:30
    Thu 24 December 2026    open 09:00-12:00, ends 12:00
    Fri 25 December 2026    a holiday of GB-ENG: no working day
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from casedsl_runtime.artifact import Bundle, CompiledCalendar
from msgspec import Struct

from casedsl.analysis.almanac import Dates, laid_out
from casedsl.analysis.hours import Spans
from casedsl.artifact.lock import Lock
from casedsl.model.records import Calendar
from casedsl.syntax.span import Span

DAY_MINUTES = 1_440
LATEST = 2 * DAY_MINUTES
"""The latest minute at which an opening may end: the end of the day after the one on which it begins."""

_BACKWARD = "has an opening that ends before it begins or after two days"


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
    """A calendar over the years of the lock, or what is wrong with it."""
    zone = lock.zone(calendar.zone)
    problems = tuple(Problem(calendar.name, sentence, span) for sentence, span in _problems(calendar, lock))
    if problems or zone is None:
        return problems
    holidays = {region.name: frozenset(day for day, _ in region.holidays) for region in lock.regions}
    years = date(lock.first_year, 1, 1), date(lock.last_year, 12, 31)
    found = laid_out(calendar, Dates(*years, holidays, zone.changes, zone.offsets))
    if isinstance(found, str):
        return (Problem(calendar.name, f"calendar `{calendar.name}` {found}", calendar.span),)
    return found


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
