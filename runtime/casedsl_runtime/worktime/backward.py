"""What lies before an instant: steps of a promise before it is due, and deadlines counted back from an event."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime.dates import Dates, Mark, rolled, rolled_instant
from casedsl_runtime.worktime.lengths import is_clear, is_open_time, is_working_days, later, size
from casedsl_runtime.worktime.tables import (
    DAY,
    EPOCH_DAY,
    Timetable,
    date_at,
    instant_at,
    known,
    midnight,
    reached,
    runs_out,
    wall_at,
    wall_of,
    worked,
)


def before(table: Timetable, due: int, left: Duration) -> int:
    """The first instant at which no more than `left` remains before `due`, if the clock runs until then.

    Two working hours before Monday 10:00 is Friday 16:00. For working days it is the latest end of a working day after
    which exactly that many working days end by `due`; for clear days the 24:00 after which that many whole dates lie
    before the date of `due`. Pauses are not looked at: a step that lies before a pause was already taken, by the due
    instant of that time. Raises CalendarRunsOut.
    """
    if left.kind == "clock":
        return due - size(left)
    if left.kind == "calendar":
        return known(table, instant_at(table, later(wall_at(table, due), left.unit, -left.count)))
    if is_clear(left):
        return at_least_before(table, date.fromordinal(date_at(table, due - 1)), left)
    if left.unit == "day":
        day = bisect_right(table.calendar.ends, known(table, due)) - left.count - 1
        if day < 0:
            raise runs_out(table, "before")
        return table.calendar.ends[day]
    seconds = worked(table, due) - size(left)
    if seconds <= 0:
        raise runs_out(table, "before")
    return reached(table, seconds)


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
