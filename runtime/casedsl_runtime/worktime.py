"""Arithmetic of time over a compiled calendar: how long a clock ran, when it is due, and why.

Elapsed time is a pure function of the stretches during which a clock ran and of the calendars valid for them. There is
no accumulator: nothing is added up while time passes, so nothing can go wrong after a pause, a reopening or a new
calendar. A deadline is the first instant at which elapsed time reaches the goal if the present stretch lasts.

All instants are whole seconds since 1970-01-01T00:00:00Z, all spans half-open. To follow with a pencil, with hours
09:00-17:00 from Monday to Friday:

    a clock of 8 working hours starts on Friday at 10:00; it stands still from Friday 16:00 to Monday 10:00
    stretches   Fri 10:00 .. Fri 16:00      6 hours open
                Mon 10:00 .. (running)      2 hours more: due on Monday at 12:00

What one unit is:

    working minute, hour   seconds that are open and in which the clock runs; a goal that ends at closing stays there
    working day            counted when a working day ends, for days after the date on which the clock started;
                           so from Thursday 17:00 one working day is Friday at closing, and a pause costs the days
                           whose closing it covers: one that begins at the closing instant doesn't cost that day
    clock minute .. day    seconds; a day is 24 hours; no calendar is needed, so none can run out
    calendar day .. year   the wall clock of the calendar's zone: the same time of day on the later (or the
                           corresponding, else the month's last) date, from the start in one step, plus the length of
                           every pause by the wall clock

A wall-clock time that a change of the clocks skips is moved forward by the length of the gap; of one that comes twice
the first is meant. Stretches of one clock may be in different calendars (its team changed): each is measured in its
own. No date is counted twice as a working day, even if the new team closes later than the old one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import Literal, TypeAlias

from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.vocabulary import Duration, TimeKind, TimeUnit

DAY = 86_400
SECONDS: Mapping[str, int] = {"minute": 60, "hour": 3600, "day": DAY, "week": 7 * DAY}
MONTHS: Mapping[str, int] = {"month": 1, "year": 12}
EPOCH = datetime(1970, 1, 1)
EPOCH_DAY = date(1970, 1, 1).toordinal()


class CalendarRunsOut(ValueError):
    """A question about a day that the compiled calendar doesn't know.

    Attributes:
      calendar: its name.
      last: the last day that it knows (the first one, where `side` is `before`).
    """

    def __init__(self, calendar: str, last: date, side: Literal["after", "before"] = "after") -> None:
        super().__init__(calendar, last, side)
        self.calendar = calendar
        self.last = last
        self.side = side

    def __str__(self) -> str:
        known = f"calendar `{self.calendar}` knows no day {self.side} {self.last}"
        return f"{known}; run `casedsl calendars lock` for more years"


@dataclass(frozen=True, slots=True)
class Timetable:
    """A calendar made ready for bisection, once for each loaded bundle.

    Attributes:
      calendar: what was compiled.
      worked: `worked[i]` is the number of open seconds before `calendar.opens[i]`.
      walls: `walls[i]` is the wall clock, in seconds since 1970-01-01T00:00 local, when `calendar.offsets[i]` ends.
    """

    calendar: CompiledCalendar
    worked: tuple[int, ...]
    walls: tuple[int, ...]


Calendars: TypeAlias = Mapping[str, Timetable]
"""The calendars of a bundle by name, made by `load`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span `[start, end)` in which a clock ran, and the name of the calendar that was valid for it; `end` None: it
    still runs. The stretches of a clock stand in order and don't overlap; only the last one may be running."""

    start: int
    end: int | None
    calendar: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the account that explains a due instant.

    `amount` is in days for working days, otherwise in seconds (of the wall clock for calendar units). Of a `counted`
    row it is what the row adds to elapsed time, of a `paused` row what the pause kept from counting, of a `closed` row
    (whole dates without working time) 0.
    """

    start: int
    end: int
    what: Literal["counted", "paused", "closed"]
    amount: int
    calendar: str


def load(bundle: Bundle) -> Calendars:
    """The calendars of a bundle by name, ready to be asked; a few milliseconds for each, so do it once."""
    return {calendar.name: prepare(calendar) for calendar in bundle.calendars}


def prepare(calendar: CompiledCalendar) -> Timetable:
    """One calendar, ready to be asked."""
    lengths = map(sub, calendar.closes, calendar.opens)
    walls = (change + offset for change, offset in zip(calendar.changes[1:], calendar.offsets, strict=False))
    return Timetable(calendar, tuple(accumulate(lengths, initial=0))[:-1], tuple(walls))


def local(table: Timetable, instant: int) -> datetime:
    """The wall-clock time of the calendar's zone at an instant, without zone. Raises CalendarRunsOut."""
    return EPOCH + timedelta(seconds=_wall(table, instant))


def instant_of(table: Timetable, time: datetime) -> int:
    """The instant of a wall-clock time (naive, whole seconds) in the calendar's zone: one in a gap moves forward by the
    length of the gap, of one that comes twice the first is meant. Raises CalendarRunsOut."""
    return _known(table, instant_at(table, (time - EPOCH) // timedelta(seconds=1)))


def instant_at(table: Timetable, wall: int) -> int:
    """As `instant_of`, of seconds since 1970-01-01T00:00 local; beyond what the calendar knows its nearest offset is
    taken to last."""
    starts, offsets = table.calendar.changes, table.calendar.offsets
    i = bisect_right(table.walls, wall)
    instant = wall - offsets[i]
    return wall - offsets[i - 1] if i and instant < starts[i] else instant


def size(goal: Duration) -> int:
    """How much elapsed time a goal asks for, in the measure of `elapsed`."""
    if goal.kind == "calendar" or (goal.kind, goal.unit) == ("working", "day"):
        return goal.count
    return goal.count * SECONDS[goal.unit]


def elapsed(
    calendars: Calendars, stretches: Sequence[Stretch], kind: TimeKind, unit: TimeUnit, started: int, now: int
) -> int:
    """How much time has elapsed on a clock by `now`.

    Seconds for working and clock minutes and hours and for clock days; days for working days; whole units for calendar
    days, weeks, months and years. `started` is the instant at which the clock started, whether or not it ran then.
    Never negative. Raises CalendarRunsOut.
    """
    past = _until(stretches, now)
    if kind == "calendar":
        return _whole_units(calendars, past, unit, started, now)
    if kind == "clock":
        return sum(end - stretch.start for stretch, end in past)
    if unit == "day":
        return sum(len(days) for _, days in _counted(calendars, [stretch for stretch, _ in past], started))
    return sum(_open_between(calendars[stretch.calendar], stretch.start, end) for stretch, end in past)


def due(calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int) -> int | None:
    """The first instant at which elapsed time reaches the goal, if the running stretch lasts.

    None when no stretch is running and the goal was not reached in those that are over: the clock stands still. A
    pause that begins exactly when the goal is reached comes too late. Raises CalendarRunsOut, also for a calendar that
    never opens.
    """
    if goal.count <= 0:
        return started
    if goal.kind == "calendar":
        return _due_by_wall(calendars, stretches, goal, started)
    if goal.kind == "clock":
        return _due_by_clock(stretches, size(goal))
    if goal.unit == "day":
        return _due_by_days(calendars, stretches, goal.count, started)
    return _due_by_hours(calendars, stretches, size(goal))


def before(table: Timetable, due: int, left: Duration) -> int:
    """The first instant at which no more than `left` remains before `due`, if the clock runs until then.

    Two working hours before Monday 10:00 is Friday 16:00. For working days it is the latest end of a working day after
    which exactly that many working days end by `due`. Pauses are not looked at: a step that lies before a pause was
    already taken, by the due instant of that time. Raises CalendarRunsOut.
    """
    if left.kind == "clock":
        return due - size(left)
    if left.kind == "calendar":
        return _known(table, instant_at(table, _later(_wall(table, due), left.unit, -left.count)))
    if left.unit == "day":
        day = bisect_right(table.calendar.ends, _known(table, due)) - left.count - 1
        if day < 0:
            raise _runs_out(table, "before")
        return table.calendar.ends[day]
    seconds = _worked(table, due) - size(left)
    if seconds <= 0:
        raise _runs_out(table, "before")
    return _reached(table, seconds)


def ledger(calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int) -> tuple[Row, ...]:
    """The account of a due instant, in order of time: the amounts of its `counted` rows sum to the goal.

    Working hours have a row for each local date with open time, working days one for each day counted, other units one
    for each stretch. A goal of calendar units sums to its length by the wall clock. If the clock stands still, the rows
    tell what has counted so far. Raises CalendarRunsOut.
    """
    end = due(calendars, stretches, goal, started)
    spans = list(stretches) if end is None else [stretch for stretch, _ in _until(stretches, end)]
    rows = [*_pauses(calendars, spans, goal, started), *_counted_rows(calendars, spans, goal, started, end is not None)]
    if goal.kind == "working":
        for stretch in spans:
            rows.extend(_shut(calendars[stretch.calendar], stretch))
    return tuple(sorted(rows, key=lambda row: (row.start, row.end)))


def _known(table: Timetable, instant: int) -> int:
    if not table.calendar.first <= instant < table.calendar.last:
        raise _runs_out(table, "after" if instant >= table.calendar.last else "before")
    return instant


def _runs_out(table: Timetable, side: Literal["after", "before"]) -> CalendarRunsOut:
    calendar = table.calendar
    wall = calendar.last - 1 + calendar.offsets[-1] if side == "after" else calendar.first + calendar.offsets[0]
    return CalendarRunsOut(calendar.name, date.fromordinal(EPOCH_DAY + wall // DAY), side)


def _wall(table: Timetable, instant: int) -> int:
    """The wall clock at an instant, in seconds since 1970-01-01T00:00 local."""
    _known(table, instant)
    return instant + table.calendar.offsets[bisect_right(table.calendar.changes, instant) - 1]


def _date(table: Timetable, instant: int) -> int:
    """The local date at an instant, as an ordinal."""
    return EPOCH_DAY + _wall(table, instant) // DAY


def _midnight(table: Timetable, day: int) -> int:
    """The instant at which a local date begins."""
    return instant_at(table, (day - EPOCH_DAY) * DAY)


def _until(stretches: Sequence[Stretch], now: int) -> list[tuple[Stretch, int]]:
    """The stretches up to `now`, each closed, with its end; one that ends before it starts has no length."""
    ends = ((one, now if one.end is None else min(one.end, now)) for one in stretches if one.start <= now)
    return [(Stretch(one.start, max(one.start, end), one.calendar), max(one.start, end)) for one, end in ends]


def _worked(table: Timetable, instant: int) -> int:
    """The open seconds from the calendar's first instant up to `instant`."""
    i = bisect_right(table.calendar.opens, _known(table, instant)) - 1
    if i < 0:
        return 0
    return table.worked[i] + min(instant, table.calendar.closes[i]) - table.calendar.opens[i]


def _open_between(table: Timetable, start: int, end: int) -> int:
    return max(0, _worked(table, end) - _worked(table, start))


def _reached(table: Timetable, seconds: int) -> int:
    """The first instant by which the calendar has been open for so many seconds; at closing it stays there."""
    i = bisect_left(table.worked, seconds) - 1
    if i < 0:
        raise _runs_out(table, "after")
    instant = table.calendar.opens[i] + seconds - table.worked[i]
    if instant > table.calendar.closes[i]:
        raise _runs_out(table, "after")
    return _known(table, instant)


def _due_by_hours(calendars: Calendars, stretches: Sequence[Stretch], rest: int) -> int | None:
    for stretch in stretches:
        table = calendars[stretch.calendar]
        already = _worked(table, stretch.start)
        if stretch.end is None:
            return _reached(table, already + rest)
        here = max(0, _worked(table, stretch.end) - already)
        if here >= rest:
            return _reached(table, already + rest)
        rest -= here
    return None


def _due_by_clock(stretches: Sequence[Stretch], rest: int) -> int | None:
    for stretch in stretches:
        if stretch.end is None or stretch.end - stretch.start >= rest:
            return stretch.start + rest
        rest -= max(0, stretch.end - stretch.start)
    return None


def _due_by_days(calendars: Calendars, stretches: Sequence[Stretch], rest: int, started: int) -> int | None:
    for stretch, days in _counted(calendars, stretches, started):
        table = calendars[stretch.calendar]
        if len(days) >= rest:
            return _known(table, table.calendar.ends[days[rest - 1]])
        if stretch.end is None:
            raise _runs_out(table, "after")
        rest -= len(days)
    return None


def _counted(calendars: Calendars, stretches: Sequence[Stretch], started: int) -> Iterator[tuple[Stretch, range]]:
    """Each stretch with the working days that count in it, as indices into its calendar's `days`."""
    counted = 0
    for stretch in stretches:
        table = calendars[stretch.calendar]
        days = _ending_in(table, stretch, max(counted, _date(table, started)))
        if days:
            counted = table.calendar.days[days[-1]]
        yield stretch, days


def _ending_in(table: Timetable, stretch: Stretch, after: int) -> range:
    """The working days later than the date `after` that end within `(start, end]`."""
    days, ends = table.calendar.days, table.calendar.ends
    low = max(bisect_right(days, after), bisect_right(ends, _known(table, stretch.start)))
    high = len(ends) if stretch.end is None else bisect_right(ends, _known(table, stretch.end))
    return range(low, max(low, high))


def _later(wall: int, unit: TimeUnit, count: int) -> int:
    """The same time of day `count` calendar units later (or earlier), by the wall clock."""
    if unit in SECONDS:
        return wall + count * SECONDS[unit]
    day, second = divmod(wall, DAY)
    start = date.fromordinal(EPOCH_DAY + day)
    year, month = divmod(start.year * 12 + start.month - 1 + count * MONTHS[unit], 12)
    year = min(max(year, date.min.year), date.max.year)
    last = monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(start.day, last)).toordinal() - EPOCH_DAY) * DAY + second


def _due_by_wall(calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int) -> int | None:
    for i, stretch in enumerate(stretches, start=1):
        table = calendars[stretch.calendar]
        wall = _later(_wall(table, started), goal.unit, goal.count) + _paused(table, stretches[:i], started)
        instant = max(instant_at(table, wall), stretch.start)
        if stretch.end is None or instant <= stretch.end:
            return _known(table, instant)
    return None


def _paused(table: Timetable, stretches: Sequence[Stretch], started: int) -> int:
    """The length of all pauses before the last of the stretches, by the wall clock of one zone."""
    return sum(max(0, _wall(table, end) - _wall(table, start)) for start, end, _ in _gaps(stretches, started))


def _gaps(stretches: Sequence[Stretch], started: int) -> Iterator[tuple[int, int, Stretch]]:
    """The spans in which the clock stood still, each with the stretch that ends it."""
    start: int | None = started
    for stretch in stretches:
        if start is not None and start < stretch.start:
            yield start, stretch.start, stretch
        start = stretch.end


def _whole_units(
    calendars: Calendars, past: Sequence[tuple[Stretch, int]], unit: TimeUnit, started: int, now: int
) -> int:
    """The greatest number of calendar units that is due by `now`: counted down from one that is surely too great."""
    if not past:
        return 0
    stretches = [stretch for stretch, _ in past]
    table = calendars[stretches[-1].calendar]
    start, end = _wall(table, started), _wall(table, now) - _paused(table, stretches, started)
    count = (end - start) // SECONDS[unit] if unit in SECONDS else (_month(end) - _month(start)) // MONTHS[unit]
    count += 2
    while count > 0 and _due_by_wall(calendars, stretches, Duration(count, "calendar", unit), started) is None:
        count -= 1
    return max(0, count)


def _month(wall: int) -> int:
    day = date.fromordinal(EPOCH_DAY + wall // DAY)
    return day.year * 12 + day.month


def _pauses(calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int) -> Iterator[Row]:
    for start, end, stretch in _gaps(stretches, started):
        pause = Stretch(start, end, stretch.calendar)
        if goal.kind == "calendar":
            lost = _paused(calendars[stretch.calendar], [Stretch(end, end, stretch.calendar)], start)
        else:
            lost = elapsed(calendars, [pause], goal.kind, goal.unit, started, end)
        yield Row(start, end, "paused", lost, stretch.calendar)


def _counted_rows(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, reached: bool
) -> list[Row]:
    rows: list[Row] = []
    if goal.kind == "working" and goal.unit == "day":
        for stretch, days in _counted(calendars, stretches, started):
            rows.extend(_day_row(calendars[stretch.calendar], stretch, day) for day in days)
        return rows
    for stretch in stretches:
        if goal.kind == "working":
            rows.extend(_hour_rows(calendars[stretch.calendar], stretch))
        elif stretch.end is not None and stretch.start < stretch.end:
            rows.append(Row(stretch.start, stretch.end, "counted", stretch.end - stretch.start, stretch.calendar))
    if goal.kind == "calendar" and rows:
        return _by_wall(calendars[stretches[-1].calendar], rows, goal, started, reached)
    return rows


def _by_wall(table: Timetable, rows: list[Row], goal: Duration, started: int, reached: bool) -> list[Row]:
    """The same rows, measured by the wall clock; if the goal was reached, the last one bears what a gap moved."""
    rows = [replace(row, amount=_wall(table, row.end) - _wall(table, row.start)) for row in rows]
    if reached:
        start = _wall(table, started)
        rest = _later(start, goal.unit, goal.count) - start - sum(row.amount for row in rows)
        rows[-1] = replace(rows[-1], amount=rows[-1].amount + rest)
    return rows


def _day_row(table: Timetable, stretch: Stretch, day: int) -> Row:
    """One working day, from its first opening (or when the clock began to run) to its end."""
    calendar = table.calendar
    earlier = calendar.ends[day - 1] if day else calendar.first
    start = _opening(table, max(stretch.start, _midnight(table, calendar.days[day]), earlier))
    return Row(min(start, calendar.ends[day]), calendar.ends[day], "counted", 1, calendar.name)


def _hour_rows(table: Timetable, stretch: Stretch) -> Iterator[Row]:
    """The open time of each local date that a stretch touches."""
    assert stretch.end is not None
    start, day = stretch.start, _date(table, stretch.start)
    while start < stretch.end:
        day += 1
        end = max(start, min(stretch.end, _midnight(table, day)))
        if amount := _open_between(table, start, end):
            yield Row(_opening(table, start), _reached(table, _worked(table, end)), "counted", amount, stretch.calendar)
        start = end


def _opening(table: Timetable, instant: int) -> int:
    """The first open instant from `instant` on; there is one."""
    return max(instant, table.calendar.opens[bisect_right(table.calendar.closes, instant)])


def _shut(table: Timetable, stretch: Stretch) -> Iterator[Row]:
    """The whole dates without working time within a stretch: weekends, holidays, closures; neighbours in one row."""
    assert stretch.end is not None
    if stretch.start >= stretch.end:
        return
    days, ends = table.calendar.days, table.calendar.ends
    low, high = _date(table, stretch.start), _date(table, stretch.end)
    for i in range(bisect_left(days, low), bisect_right(days, high) + 1):
        start, end = stretch.start, stretch.end
        if i:
            start = max(start, ends[i - 1], _midnight(table, days[i - 1] + 1))
        if i < len(days):
            end = min(end, _midnight(table, days[i]))
        if start < end:
            yield Row(start, end, "closed", 0, stretch.calendar)
