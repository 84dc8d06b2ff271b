"""What lies before an instant: steps of a promise before it is due, and deadlines counted back from an event."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime.dates import Dates, Mark, rolled, rolled_instant
from casedsl_runtime.worktime.lengths import is_clear, is_open_time, is_working_days, later, size
from casedsl_runtime.worktime.spans import Stretch
from casedsl_runtime.worktime.tables import (
    DAY,
    EPOCH_DAY,
    Timetable,
    date_at,
    end_of,
    instant_at,
    known,
    midnight,
    open_between,
    reached,
    runs_out,
    wall_at,
    wall_of,
    worked,
)


def before(table: Timetable, due: int, left: Duration, stretches: Sequence[Stretch] = ()) -> int:
    """The first instant at which no more than `left` remains before `due`.

    Two working hours before Monday 10:00 is Friday 16:00. For working days it is the latest end of a working day after
    which exactly that many working days end by `due`; for clear days the 24:00 after which that many whole dates lie
    before the date of `due`. `stretches` say when the clock runs until then: a pause before `due` doesn't count as time
    that remains. Before the first of them it is taken to have run. Raises CalendarRunsOut.
    """
    runs = runs_before(due, stretches)
    if is_clear(left):
        return _clear_before(table, due, left, runs)
    if left.kind == "calendar":
        return _by_wall_before(table, due, left, runs)
    rest = size(left)
    for start, end in runs:
        instant = _plainly_before(table, end, left, rest)
        if start is None or instant > start:
            return instant
        rest -= between(table, left, start, end)
    raise AssertionError("the earliest run has no beginning")


def runs_before(due: int, stretches: Sequence[Stretch]) -> list[tuple[int | None, int]]:
    """When a clock runs before an instant, the latest span first; the earliest has no beginning."""
    runs = [(one.start, due if one.end is None else min(one.end, due)) for one in stretches if one.start < due]
    if not runs:
        return [(None, due)]
    return [*runs[:0:-1], (None, runs[0][1])]


def between(table: Timetable, left: Duration, start: int, end: int) -> int:
    """What counts of clock time, open time or working days between two instants."""
    if left.kind == "clock":
        return end - start
    if is_open_time(left):
        return open_between(table, start, end)
    return bisect_right(table.calendar.ends, known(table, end)) - bisect_right(table.calendar.ends, start)


def _plainly_before(table: Timetable, end: int, left: Duration, rest: int) -> int:
    """The first instant from which no more than `rest` counts until `end`, if the clock runs all the time."""
    if left.kind == "clock":
        return end - rest
    if left.unit == "day":
        day = bisect_right(table.calendar.ends, known(table, end)) - rest - 1
        if day < 0:
            raise runs_out(table, "before")
        return table.calendar.ends[day]
    seconds = worked(table, end) - rest
    if seconds <= 0:
        raise runs_out(table, "before")
    return reached(table, seconds)


def _by_wall_before(table: Timetable, due: int, left: Duration, runs: Sequence[tuple[int | None, int]]) -> int:
    wall, follows = wall_at(table, due), due
    for start, end in runs:
        wall -= wall_at(table, follows) - wall_at(table, end)
        instant = known(table, instant_at(table, later(wall, left.unit, -left.count)))
        if start is None or instant > start:
            return min(instant, end)
        follows = start
    raise AssertionError("the earliest run has no beginning")


def _clear_before(table: Timetable, due: int, left: Duration, runs: Sequence[tuple[int | None, int]]) -> int:
    """A date counts if the clock runs at its 24:00; the date of `due` doesn't, and neither does that of the answer."""
    day, rest = date_at(table, due - 1), left.count
    if len(runs) == 1:
        return at_least_before(table, date.fromordinal(day), left)
    days = table.calendar.days
    while rest:
        day -= 1
        i = bisect_left(days, day)
        counts = left.kind == "clear" or (i < len(days) and days[i] == day)
        rest -= counts and _runs_at(runs, end_of(table, known_date(table, day)))
    day -= 1
    while not _runs_at(runs, end_of(table, known_date(table, day))):
        day -= 1
    return end_of(table, day)


def known_date(table: Timetable, day: int) -> int:
    """The date, if the calendar knows it. Raises CalendarRunsOut."""
    known(table, midnight(table, day))
    return day


def _runs_at(runs: Sequence[tuple[int | None, int]], instant: int) -> bool:
    """Whether a date that ends at an instant counts: a pause that begins then comes too late."""
    return any((start is None or start < instant) and instant <= end for start, end in runs)


def at_least_before(table: Timetable, event: date | int, goal: Duration, counting: Counting = PLAIN) -> int:
    """The last instant that is at least `goal` before an event, which is a date or an instant.

    The date of the event never counts. Of clear days the date of the deadline doesn't either: at least three clear days
    before a hearing on Friday 20 October are 17, 18 and 19, so the last day is Monday 16 October, until 24:00 (CPR r.
    2.8 (3)); of clear working days that last day is the one before them, open or not. Working days end at closing and
    calendar units at the event's time of day, or if that is a date at 24:00; `due_at` sets another time. Clock and open
    time are counted from the instant, or from the beginning of the date, and have no other time.

    A last day that is no working day rolls as `counting` says, `back` being the direction of counting. `begins` and
    `cut_off` are about what comes in, and say nothing here. Raises CalendarRunsOut.
    """
    instant = known(table, event if isinstance(event, int) else midnight(table, event.toordinal()))
    if is_open_time(goal):
        return _open_before(table, instant, size(goal))
    if goal.kind == "clock":
        return known(table, rolled_instant(table, known(table, instant - size(goal)), counting.rolls))
    second = wall_at(table, instant) % DAY if isinstance(event, int) else DAY
    day = rolled(table, last_day_before(table, date_at(table, instant), goal), counting.rolls)
    return known(table, Dates(table, _mark(goal, counting, second), is_working_days(goal)).at(day))


def last_day_before(table: Timetable, day: int, goal: Duration) -> int:
    """The last date that lies at least so many days, weeks, months or years before a date. Raises CalendarRunsOut."""
    if goal.kind == "clear":
        return day - goal.count - 1
    if goal.kind == "calendar":
        return EPOCH_DAY + later(wall_of(day), goal.unit, -goal.count) // DAY
    i = bisect_left(table.calendar.days, day) - goal.count
    if i < 0:
        raise runs_out(table, "before")
    return table.calendar.days[i] - is_clear(goal)


def _mark(goal: Duration, counting: Counting, second: int) -> Mark:
    """The time of the last day: what is asked for, or the unit's own; `second` is the time of day of the event."""
    if isinstance(counting.due_at, int):
        return counting.due_at * 60
    if counting.due_at is not None:
        return second if counting.due_at == "same time" else "closing"
    return DAY if is_clear(goal) else second if goal.kind == "calendar" else "closing"


def _open_before(table: Timetable, instant: int, seconds: int) -> int:
    """The last instant with so many open seconds before an instant."""
    rest = worked(table, instant) - seconds
    if rest < 0:
        raise runs_out(table, "before")
    i = bisect_right(table.worked, rest) - 1
    return min(instant, table.calendar.opens[i] + rest - table.worked[i])
