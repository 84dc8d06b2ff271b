"""How much time has elapsed on a clock, and when it is due."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration, TimeKind, TimeUnit
from casedsl_runtime.worktime.dates import Dates, dates_of, number_of, rolled, rolled_instant
from casedsl_runtime.worktime.lengths import MONTHS, SECONDS, is_open_time, is_working_days, later, month_of, size
from casedsl_runtime.worktime.spans import Stretch, counted_from, gaps, until
from casedsl_runtime.worktime.tables import (
    Calendars,
    Lengths,
    Timetable,
    date_at,
    instant_at,
    known,
    open_between,
    opening,
    reached,
    wall_at,
    worked,
)


def elapsed(
    calendars: Calendars,
    stretches: Sequence[Stretch],
    kind: TimeKind,
    unit: TimeUnit,
    started: int,
    now: int,
    counting: Counting = PLAIN,
) -> int:
    """How much time has elapsed on a clock by `now`.

    Seconds for working and clock minutes and hours and for clock days; days for working and clear days; whole units for
    calendar days, weeks, months and years. `started` is the instant at which the clock started, whether or not it ran
    then. Where a last day rolls to is not looked at. Never negative. Raises CalendarRunsOut.
    """
    started, stretches = counted_from(calendars, stretches, started, counting)
    past = until(stretches, now)
    if kind == "clock":
        return sum(end - stretch.start for stretch, end in past)
    one = Duration(1, kind, unit)
    if is_open_time(one):
        return sum(open_between(calendars[stretch.calendar], stretch.start, end) for stretch, end in past)
    if kind == "calendar":
        return _whole_units(calendars, [stretch for stretch, _ in past], unit, started, now, counting)
    days = counted(calendars, [stretch for stretch, _ in past], one, started, counting)
    return sum(dates.between(low, high) for _, dates, low, high in days)


def due(
    calendars: Calendars,
    stretches: Sequence[Stretch],
    goal: Duration,
    started: int,
    counting: Counting = PLAIN,
) -> int | None:
    """The first instant at which elapsed time reaches the goal, if the running stretch lasts.

    None when no stretch is running and the goal was not reached in those that are over: the clock stands still. A
    pause that begins exactly when the goal is reached comes too late. A last day that is no working day rolls as
    `counting` says; a pause before the instant at which it arrives moves it on. Nothing is due before the clock runs.
    No working time at all is due at the first open instant. Raises CalendarRunsOut, also for a calendar that never
    opens.
    """
    started, stretches = counted_from(calendars, stretches, started, counting)
    if is_open_time(goal):
        return _due_by_hours(calendars, stretches, size(goal))
    if size(goal) <= 0:
        return started
    if goal.kind == "clock" and counting.rolls == "not":
        found = _by_clock(stretches, size(goal))
        return next((instant for one, instant in found if one.end is None or instant <= one.end), None)
    if goal.kind == "clock":
        return _settled(calendars, _by_clock(stretches, size(goal)), counting)
    if goal.kind == "calendar" and counting.due_at in (None, "same time"):
        return _settled(calendars, _by_wall(calendars, stretches, goal, started), counting)
    return _due_by_dates(calendars, stretches, goal, started, counting)


def dues(
    calendars: Calendars, spans: Sequence[tuple[int, int | None, str]], goals: Mapping[str, Duration], started: int
) -> Mapping[str, int | None]:
    """`due` of several goals on one clock, by name. For open time on a clock that begins to run, as most do,
    `reached_since` gives the same."""
    stretches = [Stretch(*span) for span in spans]
    return {name: due(calendars, stretches, goal, started) for name, goal in goals.items()}


def open_seconds(goals: Mapping[str, Duration]) -> Lengths | None:
    """The open seconds that each goal asks for, the shortest first; None where there is no goal, or one that asks for
    something else or for no time at all."""
    if not goals or not all(is_open_time(goal) and goal.count > 0 for goal in goals.values()):
        return None
    return tuple(sorted(((name, size(goal)) for name, goal in goals.items()), key=itemgetter(1)))


def _due_by_hours(calendars: Calendars, stretches: Sequence[Stretch], rest: int) -> int | None:
    for stretch in stretches:
        table = calendars[stretch.calendar]
        if rest <= 0:
            first = opening(table, stretch.start)
            if stretch.end is None or first < stretch.end:
                return first
            continue
        already = worked(table, stretch.start)
        if stretch.end is None:
            return reached(table, already + rest)
        here = max(0, worked(table, stretch.end) - already)
        if here >= rest:
            return reached(table, already + rest)
        rest -= here
    return None


def _by_clock(stretches: Sequence[Stretch], rest: int) -> Iterator[tuple[Stretch, int]]:
    """Each stretch with the instant at which the seconds are used up if it lasts."""
    for stretch in stretches:
        yield stretch, stretch.start + rest
        if stretch.end is not None:
            rest -= max(0, stretch.end - stretch.start)


def _by_wall(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int
) -> Iterator[tuple[Stretch, int]]:
    """Each stretch with the instant at which the goal is reached by the wall clock if it lasts."""
    for i, stretch in enumerate(stretches, start=1):
        table = calendars[stretch.calendar]
        wall = later(wall_at(table, started), goal.unit, goal.count) + paused(table, stretches[:i], started)
        yield stretch, max(instant_at(table, wall), stretch.start)


def _settled(calendars: Calendars, found: Iterator[tuple[Stretch, int]], counting: Counting) -> int | None:
    """The instant within a stretch that lasts until then, rolled to a working day if that is asked for. Where the goal
    was reached but not the day to which it rolls, what was left until then goes on after the pause."""
    rest: int | None = None
    for stretch, instant in found:
        table = calendars[stretch.calendar]
        if rest is not None:
            instant = instant_at(table, wall_at(table, stretch.start) + rest)
        if stretch.end is not None and instant > stretch.end and counting.rolls != "back":
            continue
        to = max(rolled_instant(table, instant, counting.rolls), stretch.start)
        if stretch.end is None or to <= stretch.end:
            return known(table, to)
        if instant <= stretch.end:
            rest = wall_at(table, to) - wall_at(table, stretch.end)
    return None


def paused(table: Timetable, stretches: Sequence[Stretch], started: int) -> int:
    """The length of all pauses before the last of the stretches, by the wall clock of one zone."""
    return sum(max(0, wall_at(table, end) - wall_at(table, start)) for start, end, _ in gaps(stretches, started))


def counted(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting
) -> Iterator[tuple[Stretch, Dates, int, int]]:
    """Each stretch with the dates that count for the goal: those after one date, through another. In a stretch that
    still runs they are yet to come: both are the last date before them."""
    through = 0
    for stretch in stretches:
        table = calendars[stretch.calendar]
        dates = dates_of(goal, counting, table, started)
        assert dates is not None, "this goal is not counted by dates"
        low = max(through, date_at(table, started), dates.last(stretch.start))
        through = low if stretch.end is None else max(low, dates.last(stretch.end))
        yield stretch, dates, low, through


def _due_by_dates(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting
) -> int | None:
    rolls = "not" if is_working_days(goal) else counting.rolls
    rest = number_of(goal, calendars[stretches[0].calendar], started) if stretches else 0
    for stretch, dates, low, high in counted(calendars, stretches, goal, started, counting):
        here = dates.between(low, high)
        if stretch.end is None or here >= rest or rolls == "back":
            last = rolled(dates.table, dates.nth(low, max(rest, 1)), rolls)
            instant = max(dates.at(last), stretch.start)
            if stretch.end is None or instant <= stretch.end:
                return known(dates.table, instant)
        rest -= min(rest, here)
    return None


def _whole_units(
    calendars: Calendars, past: Sequence[Stretch], unit: TimeUnit, started: int, now: int, counting: Counting
) -> int:
    """The greatest number of calendar units that is due by `now`: more of them are never due earlier, so it is found by
    bisection below one that is surely too great."""
    if not past:
        return 0
    table = calendars[past[-1].calendar]
    start, end = wall_at(table, started), wall_at(table, now)
    most = (end - start) // SECONDS[unit] if unit in SECONDS else (month_of(end) - month_of(start)) // MONTHS[unit]
    plain = replace(counting, begins="at once", cut_off=None, rolls="not")
    return bisect_left(
        range(1, most + 3),
        True,
        key=lambda count: due(calendars, past, Duration(count, "calendar", unit), started, plain) is None,
    )
