"""Small calendars for the tests of time, written by hand and compiled with the real packages' dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime import Stretch, Timetable, at_least_before, due, instant_of, local, prepare, whole_dates

from casedsl.artifact.bundle import compile_calendar
from casedsl.artifact.lock import Lock, make_lock
from casedsl.model.periods import Opening, Period, SpecialDay
from casedsl.model.records import Calendar
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
    region: str | Sequence[str] | None = None,
    closed: Mapping[str, int] | Iterable[str] = (),
    name: str = "office",
    opened: Mapping[str, Sequence[str]] | None = None,
) -> Calendar:
    """A calendar as a reader would give it. `closed` are dates, perhaps with the minute from which, `opened` dates with
    hours of their own; of several regions the holidays of any are closed."""
    openings = [Opening((WEEK.index(weekday),), pairs(spans), HERE) for weekday, spans in weekly.items()]
    dates = dict(closed) if isinstance(closed, Mapping) else dict.fromkeys(closed, 0)
    special = [SpecialDay(day, "closed", None, minute, HERE) for day, minute in dates.items()]
    special += [SpecialDay(day, "open", pairs(spans), None, HERE) for day, spans in (opened or {}).items()]
    regions = (region,) if isinstance(region, str) else tuple(region or ())
    days = tuple(sorted(special, key=lambda day: day.date))
    return Calendar(name, name.capitalize(), zone, (Period("", tuple(openings), regions),), days, HERE)


def pairs(spans: Iterable[str]) -> tuple[tuple[int, int], ...]:
    return tuple((minutes(span.split("-")[0]), minutes(span.split("-")[1])) for span in spans)


def compiled(calendar: Calendar, first: int = 2026, last: int = 2027) -> CompiledCalendar:
    result = compile_calendar(calendar, lock(calendar.regions, (calendar.zone,), first, last))
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

    def due(self, start: str, goal: Duration, *pauses: tuple[str, str | None], counting: Counting = PLAIN) -> str:
        """The due instant of a clock that starts at `start` and stands still in the pauses (None: until further
        notice)."""
        at = self.at(start)
        answer = due(self.calendars, self.ran(start, *pauses), goal, at, counting)
        return self.show(answer) if counting == PLAIN and "clear" not in goal.kind else self.told(answer)

    def ran(self, start: str, *pauses: tuple[str, str | None]) -> list[Stretch]:
        times = [(self.at(low), None if high is None else self.at(high)) for low, high in pauses]
        return running(self.at(start), times, self.name)

    def whole(self, start: str, end: str) -> tuple[str, str]:
        """A pause by whole days."""
        low, high = whole_dates(self.table, self.at(start), self.at(end))
        return self.show(low), self.show(high)

    def last_before(self, event: str, goal: Duration, counting: Counting = PLAIN) -> str:
        """The deadline at least so long before an event: a date, or a date with a time."""
        when = self.at(event) if "T" in event else date.fromisoformat(event)
        return self.told(at_least_before(self.table, when, goal, counting))

    def told(self, instant: int | None) -> str:
        """An instant that ends something: midnight is 24:00 of the day before."""
        if instant is None:
            return "never"
        ends = local(self.table, instant).date() > local(self.table, instant - 1).date()
        return f"{local(self.table, instant - 1):%Y-%m-%d}T24:00" if ends else self.show(instant)


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


def clear(count: int) -> Duration:
    return Duration(count, "clear", "day")


def clear_working(count: int) -> Duration:
    return Duration(count, "clear working", "day")


def calendar_days(count: int) -> Duration:
    return Duration(count, "calendar", "day")
