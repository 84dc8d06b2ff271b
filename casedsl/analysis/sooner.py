"""Which of two lengths of time is over sooner, from every minute at which both can begin.

Two lengths of one kind are compared as they are (`durations.py`). Of two kinds, say 2 working hours and 1 clock day,
none need always be the longer one: that depends on the minute at which they begin. As a function of that minute the
instant at which a length is over is made of pieces, each level or climbing by a minute a minute; they meet at openings,
closings and midnights, where clocks change, and where so much working time lies between the minute and an opening. So
the distance between two lengths is greatest or least at one of these minutes or beside it, and nothing is sampled.

First an ordinary week is looked at; what is wrong there is wrong with any lock. Then the dates of a lock near holidays,
special days, versions and changes of the clocks; all others are ordinary. To follow with a pencil, with hours 09:00 to
17:00 from Monday to Friday:

    1 clock day against 8 working hours     from Friday 16:00 they are over on Saturday 16:00 and Monday 16:00
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from casedsl_runtime.vocabulary import Duration
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.horizon import Horizon
from casedsl.analysis.hours import hours_of, periods_of, week_of
from casedsl.model.periods import Period
from casedsl.model.records import Calendar

if TYPE_CHECKING:  # both lengths must be of two kinds before a check loads this
    from casedsl_runtime.worktime import Timetable

Spans: TypeAlias = tuple[tuple[int, int], ...]

_WEEK_DAYS = 7
_DAY_MINUTES = 1440
_MINUTE = 60
_DAY = 86_400
MOST_DAYS = 366 * 10
_MONTHS_DAYS = 366 * 4
_UNITS = {"minute": 1, "hour": 60, "day": _DAY_MINUTES, "week": 7 * _DAY_MINUTES}
_LEAST_MONTH, _MOST_MONTH = 28, 31


Told: TypeAlias = Literal["weekdays", "days of the year", "dates"]


class Moment(Struct, frozen=True):
    """Where two lengths are furthest apart: the minute at which both begin, and those at which they are over.

    Attributes:
      usual: one is over after the other in ordinary weeks too.
      told: the instants are of a locked year (`dates`), or of ordinary ones: good for weekdays and times of day only,
        or where months are counted for days of the year.
    """

    entry: int
    one: int
    other: int
    table: Timetable
    usual: bool = True
    told: Told = "weekdays"


class Ground:
    """A calendar in which lengths of time are compared, and the locked years if they are known.

    It is laid out when somebody asks, over as many days as the longest of the lengths can take: most comparisons are
    decided by rough bounds.
    """

    def __init__(self, calendar: Calendar, horizon: Horizon | None, lengths: Iterable[Duration]) -> None:
        self.calendar = calendar
        self.horizon = horizon
        self.week = Week(calendar)
        known = list(lengths) if self.week.minutes else []
        self.longest = max((self.week.most(length) for length in known), default=0) // _DAY_MINUTES + 1
        # Weeks are alike, months are so once in four years.
        self.days = _MONTHS_DAYS if any(length.unit in ("month", "year") for length in known) else _WEEK_DAYS
        self.counts = bool(known) and self.longest <= MOST_DAYS

    @cached_property
    def usual(self) -> tuple[Timetable, Spans] | None:
        """The calendar over ordinary weeks, and the instants between which something can begin there."""
        from casedsl.analysis.almanac import ordinary

        table = ordinary(self.calendar, (self.days + self.longest) // _WEEK_DAYS + 2)
        if table is None:
            return None
        monday = table.calendar.first - table.calendar.first % _DAY + _WEEK_DAYS * _DAY
        return table, ((monday, monday + self.days * _DAY),)

    @cached_property
    def locked(self) -> tuple[Timetable, Spans] | None:
        """The calendar over the locked years, and the instants from the given day on near dates that are not
        ordinary."""
        table = None if self.horizon is None else locked_table(self.calendar, self.horizon)
        if table is None or self.horizon is None:
            return None
        from casedsl_runtime.worktime import midnight

        today = max(self.horizon.today.toordinal(), date(self.horizon.first_year, 1, 1).toordinal())
        spans: list[tuple[int, int]] = []
        for day in (day.toordinal() for day in unlike(self.calendar, self.horizon)):
            low, high = midnight(table, max(day - self.longest, today)), midnight(table, day + 2)
            if spans and low <= spans[-1][1]:
                spans[-1] = spans[-1][0], high
            elif low < high:
                spans.append((low, high))
        return table, tuple(spans)


def can_be_later(ground: Ground, one: Duration, other: Duration) -> Moment | None:
    """Where the first of two lengths of two kinds is over latest after the other, counted from the same minute; None if
    it nowhere is."""
    if not ground.counts:
        return None
    sure = ground.week.most(one) <= ground.week.least(other)
    usual = None if sure or ground.usual is None else _furthest(one, other, *ground.usual, 0)
    locked = None if ground.horizon is None or ground.locked is None else _furthest(one, other, *ground.locked, 0)
    if usual is None or (locked is not None and locked.one - locked.other > usual.one - usual.other):
        return locked and replace(locked, usual=usual is not None, told="dates")
    return usual if ground.days == _WEEK_DAYS else replace(usual, told="days of the year")


def surely_later(ground: Ground, one: Duration, other: Duration) -> bool:
    """Whether the first of two lengths is so much longer that nothing needs to be counted."""
    return bool(ground.week.minutes) and ground.week.least(one) > ground.week.most(other)


def always_later(ground: Ground, one: Duration, other: Duration) -> bool:
    """Whether the first of two lengths is over after the other in every ordinary week, from whatever minute."""
    if surely_later(ground, one, other):
        return True
    if not ground.counts or ground.week.most(one) <= ground.week.least(other):
        return False
    return ground.usual is not None and _furthest(other, one, *ground.usual, -1) is None


class Week:
    """The week that a calendar has once its last version holds, and how many minutes of the wall clock a length can
    take in it, at least and at most: rough bounds that need no counting."""

    def __init__(self, calendar: Calendar) -> None:
        spans = week_of(calendar.periods[-1])
        self.minutes = sum(end - start for day in spans for start, end in _apart(day))
        self.days = sum(bool(day) for day in spans)

    def most(self, length: Duration) -> int:
        if length.unit in ("month", "year"):
            return _months(length) * _MOST_MONTH * _DAY_MINUTES
        if length.kind == "working" and length.unit != "day":
            return (length.count * _UNITS[length.unit] // self.minutes + 2) * _UNITS["week"]
        if length.kind in ("working", "clear working"):
            return ((length.count + 1) // self.days + 2) * _UNITS["week"]
        return (length.count + 2 * (length.kind == "clear")) * _UNITS[length.unit]

    def least(self, length: Duration) -> int:
        if length.unit in ("month", "year"):
            return _months(length) * _LEAST_MONTH * _DAY_MINUTES
        if length.kind == "working" and length.unit != "day":
            minutes = length.count * _UNITS[length.unit]
            return max(minutes, (minutes // self.minutes - 1) * _UNITS["week"])
        if length.kind in ("working", "clear working"):
            return (length.count - 1) // self.days * _UNITS["week"]
        return length.count * _UNITS[length.unit]


def _apart(spans: Spans) -> Iterator[tuple[int, int]]:
    """The same openings without what two of them share."""
    last = 0
    for start, end in spans:
        if end > last:
            yield max(start, last), end
        last = max(last, end)


def _months(length: Duration) -> int:
    return length.count * (12 if length.unit == "year" else 1)


# --- the years of a lock


def locked_table(calendar: Calendar, horizon: Horizon) -> Timetable | None:
    """A calendar over the locked years; None if the lock doesn't know its zone or a region, or nobody could count."""
    if calendar.zone not in horizon.zones or not set(calendar.regions) <= horizon.holidays.keys():
        return None
    from casedsl_runtime.worktime import prepare

    from casedsl.analysis.almanac import Dates, laid_out

    years = date(horizon.first_year, 1, 1), date(horizon.last_year, 12, 31)
    found = laid_out(calendar, Dates(*years, horizon.holidays, *horizon.zones[calendar.zone]))
    return None if isinstance(found, str) else prepare(found)


def unlike(calendar: Calendar, horizon: Horizon) -> Iterator[date]:
    """The dates that are not as those of an ordinary week: other hours, another end, or clocks that change."""
    hours, period_of, usual = hours_of(calendar, horizon.holidays), periods_of(calendar), calendar.periods[-1]
    week, changed = week_of(usual), _change_dates(calendar, horizon)
    day = date(horizon.first_year, 1, 1)
    while day.year <= horizon.last_year:
        if day in changed or hours(day) != week[day.weekday()] or _end(period_of(day.isoformat())) != _end(usual):
            yield day
        day += timedelta(1)


def _change_dates(calendar: Calendar, horizon: Horizon) -> set[date]:
    changes, offsets = horizon.zones[calendar.zone]
    return {
        date(1970, 1, 1) + timedelta(seconds=change + max(offsets[number : number + 2]))
        for number, change in enumerate(changes[1:])
    }


def _end(period: Period) -> int | str:
    return period.ends


# --- every minute


def _furthest(one: Duration, other: Duration, table: Timetable, spans: Spans, least: int) -> Moment | None:
    """Where the first is over latest after the other, by more than the least distance; rather when it is open, for then
    most cases come."""
    from casedsl_runtime.worktime import CalendarRunsOut

    over_one, over_other = over_in(table, one), over_in(table, other)
    best: Moment | None = None
    for entry in (entry for low, high in spans for entry in turns(table, (one, other), low, high)):
        try:
            first, second = over_one(entry), over_other(entry)
        except CalendarRunsOut:
            continue
        most = best.one - best.other if best else least
        again = best is not None and first - second == most and is_open(table, entry) > is_open(table, best.entry)
        if first - second > most or again:
            best = Moment(entry, first, second, table)
    return best


def is_open(table: Timetable, instant: int) -> bool:
    i = bisect_right(table.calendar.opens, instant) - 1
    return i >= 0 and instant < table.calendar.closes[i]


def over_in(table: Timetable, length: Duration) -> Callable[[int], int]:
    """The instant at which a length is over that begins at an instant. Raises CalendarRunsOut."""
    from casedsl_runtime.worktime import Stretch, due

    name = table.calendar.name
    calendars = {name: table}

    def over(entry: int) -> int:
        end = due(calendars, [Stretch(entry, None, name)], length, entry)
        assert end is not None, "the stretch is running"
        return end

    return over


def turns(table: Timetable, lengths: tuple[Duration, ...], low: int, high: int) -> list[int]:
    """The minutes between two instants from which on one of some lengths can be over otherwise, and those beside."""
    found = {low, *midnights(table, low, high)}
    calendar = table.calendar
    for instants in (calendar.opens, calendar.closes, calendar.ends, calendar.changes):
        found.update(instants[bisect_left(instants, low) : bisect_right(instants, high)])
    for length in lengths:
        if length.kind == "working" and length.unit != "day":
            found.update(_short_of_openings(table, length.count * _UNITS[length.unit] * _MINUTE, low, high))
        elif length.kind == "calendar" and length.unit in _UNITS:
            found.update(_short_of_changes(table, length.count * _UNITS[length.unit] * _MINUTE, low, high))
    near = {minute for instant in found for minute in (instant - _MINUTE, instant, instant + _MINUTE)}
    return sorted(minute for minute in near if max(low, calendar.first) <= minute < min(high, calendar.last))


def midnights(table: Timetable, low: int, high: int) -> Iterator[int]:
    from casedsl_runtime.worktime import EPOCH_DAY, midnight

    first = EPOCH_DAY + (low + table.calendar.offsets[0]) // _DAY - 1
    for day in range(first, first + (high - low) // _DAY + 4):
        yield midnight(table, day)


def _short_of_openings(table: Timetable, seconds: int, low: int, high: int) -> Iterator[int]:
    """The instants with so much open time until an opening."""
    opens, worked = table.calendar.opens, table.worked
    for number in range(bisect_left(opens, low), len(opens)):
        rest = worked[number] - seconds
        if rest <= 0:
            continue
        i = bisect_left(worked, rest) - 1
        instant = opens[i] + rest - worked[i]
        if instant > high:
            return
        yield instant


def _short_of_changes(table: Timetable, seconds: int, low: int, high: int) -> Iterator[int]:
    """The instants that lie so many seconds of the wall clock before a change of the clocks."""
    from casedsl_runtime.worktime import instant_at

    calendar = table.calendar
    for change, before, after in zip(calendar.changes[1:], calendar.offsets, calendar.offsets[1:], strict=False):
        for wall in (change + before, change + after):
            instant = instant_at(table, wall - seconds)
            if low <= instant <= high:
                yield instant
