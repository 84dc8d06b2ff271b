"""Small calendars for the tests of time, written by hand and compiled with the real packages' dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, Timetable, due, instant_of, local, prepare

from casedsl.artifact.bundle import compile_calendar
from casedsl.artifact.lock import Lock, make_lock
from casedsl.model.records import Calendar, Closure, Opening
from casedsl.syntax.span import Span

HERE = Span("office.case", 1, 1, 1, 1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NINE_TO_FIVE = dict.fromkeys(WEEK[:5], ("09:00-17:00",))
ALWAYS = dict.fromkeys(WEEK, ("00:00-24:00",))
OFFICE = {**dict.fromkeys(WEEK[:4], ("09:00-12:30", "13:30-17:30")), "fri": ("09:00-12:30", "13:30-16:00")}


@cache
def lock(regions: tuple[str, ...], zones: tuple[str, ...], first: int, last: int) -> Lock:
    made = make_lock(regions, zones, first, last)
    assert isinstance(made, Lock), made
    return made


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def written(
    zone: str,
    weekly: Mapping[str, Sequence[str]],
    region: str | None = None,
    closed: Mapping[str, int] | Iterable[str] = (),
    name: str = "office",
) -> Calendar:
    """A calendar as a reader would give it. `closed` are dates, perhaps with the minute from which."""
    openings = []
    for weekday, spans in weekly.items():
        pairs = tuple((minutes(span.split("-")[0]), minutes(span.split("-")[1])) for span in spans)
        openings.append(Opening((WEEK.index(weekday),), pairs, HERE))
    dates = dict(closed) if isinstance(closed, Mapping) else dict.fromkeys(closed, 0)
    closures = tuple(Closure(day, "closed", minute, HERE) for day, minute in dates.items())
    return Calendar(name, zone, tuple(openings), region, closures, HERE)


def compiled(calendar: Calendar, first: int = 2026, last: int = 2027) -> CompiledCalendar:
    regions = (calendar.region,) if calendar.region else ()
    result = compile_calendar(calendar, lock(regions, (calendar.zone,), first, last))
    assert isinstance(result, CompiledCalendar), result
    return result


class Desk:
    """One calendar and wall-clock times as text: `desk.due("2026-03-02T10:00", 4, "working", "hour")`."""

    def __init__(self, calendar: Calendar, first: int = 2026, last: int = 2027) -> None:
        self.name = calendar.name
        self.table: Timetable = prepare(compiled(calendar, first, last))
        self.calendars = {self.name: self.table}

    def at(self, text: str) -> int:
        return instant_of(self.table, datetime.fromisoformat(text))

    def show(self, instant: int | None) -> str:
        return "never" if instant is None else local(self.table, instant).isoformat(timespec="minutes")

    def stretches(self, *spans: tuple[str, str | None]) -> list[Stretch]:
        return [Stretch(self.at(start), None if end is None else self.at(end), self.name) for start, end in spans]

    def due(self, start: str, goal: Duration, *pauses: tuple[str, str | None]) -> str:
        """The due instant of a clock that starts at `start` and stands still in the pauses (None: until further
        notice)."""
        times = [(self.at(low), None if high is None else self.at(high)) for low, high in pauses]
        return self.show(due(self.calendars, running(self.at(start), times, self.name), goal, self.at(start)))


def running(start: int, pauses: Iterable[tuple[int, int | None]], calendar: str) -> list[Stretch]:
    """The stretches in which a clock runs: the time from `start` on without the union of the pauses."""
    stretches = []
    here: int | None = start
    for low, high in sorted(pauses, key=lambda pause: pause[0]):
        if here is None:
            break
        if high is not None and high <= max(low, here):
            continue
        if here < low:
            stretches.append(Stretch(here, low, calendar))
        here = high
    return stretches if here is None else [*stretches, Stretch(here, None, calendar)]


def hours(count: int) -> Duration:
    return Duration(count, "working", "hour")


def days(count: int) -> Duration:
    return Duration(count, "working", "day")


def months(count: int) -> Duration:
    return Duration(count, "calendar", "month")
