"""Lengths that are counted by dates: at what instant a date counts, and which date is the n-th.

One rule serves working days, clear days, clear working days, and calendar units with a time for their last day: each
date (or working day) has a *mark*, one instant of it, and counts if the clock runs at that instant. So a pause costs
the dates whose mark it covers, and a deadline is always the mark of the date that makes the number full.

    unit                        mark of a date                         `due at` sets another
    working day                 its closing                            yes: then all dates count at that time
    clear, clear working day    24:00                                  yes
    calendar day .. year        none: they are counted by the wall     yes: then they are counted by dates
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal, TypeAlias

from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime.lengths import is_clear, is_working_days, later
from casedsl_runtime.worktime.tables import (
    DAY,
    EPOCH_DAY,
    Timetable,
    date_at,
    end_of,
    instant_at,
    known,
    midnight,
    runs_out,
    wall_at,
    wall_of,
)

Mark: TypeAlias = int | Literal["closing"]
"""When a date counts: at a second of its day (DAY is its 24:00), or at its closing."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates that count: all of them, or a calendar's working days; each at its mark."""

    table: Timetable
    mark: Mark
    working: bool

    def at(self, day: int) -> int:
        """The instant at which a date counts; closing is 24:00 where nothing closes."""
        if self.mark == "closing":
            days = self.table.calendar.days
            i = bisect_left(days, day)
            closes = i < len(days) and days[i] == day
            return self.table.calendar.ends[i] if closes else end_of(self.table, day)
        return end_of(self.table, day) if self.mark == DAY else instant_at(self.table, wall_of(day, self.mark))

    def last(self, instant: int) -> int:
        """The last date whose mark has come by an instant. Raises CalendarRunsOut."""
        if self.working and self.mark == "closing":
            i = bisect_right(self.table.calendar.ends, known(self.table, instant))
            return self.table.calendar.days[i - 1] if i else date_at(self.table, self.table.calendar.first) - 1
        day = date_at(self.table, instant)
        while self.at(day) > instant:
            day -= 1
        return day

    def nth(self, after: int, count: int) -> int:
        """The date that is number `count` of those after a date. Raises CalendarRunsOut."""
        if not self.working:
            return after + count
        days = self.table.calendar.days
        i = bisect_right(days, after) + count - 1
        if i >= len(days):
            raise runs_out(self.table, "after")
        return days[i]

    def between(self, after: int, through: int) -> int:
        """How many of them there are after one date, through another."""
        if not self.working:
            return max(0, through - after)
        days = self.table.calendar.days
        return max(0, bisect_right(days, through) - bisect_right(days, after))


def mark_of(goal: Duration, counting: Counting, table: Timetable, started: int) -> Mark | None:
    """When a date counts for this goal; None: it isn't counted by dates."""
    if not (goal.kind == "calendar" or is_clear(goal) or is_working_days(goal)):
        return None
    if isinstance(counting.due_at, int):
        return counting.due_at * 60
    if counting.due_at == "closing":
        return "closing"
    if goal.kind == "calendar":
        return None
    if counting.due_at == "same time":
        return wall_at(table, started) % DAY
    return DAY if is_clear(goal) else "closing"


def dates_of(goal: Duration, counting: Counting, table: Timetable, started: int) -> Dates | None:
    """The dates that this goal counts; None: it isn't counted by dates."""
    mark = mark_of(goal, counting, table, started)
    return None if mark is None else Dates(table, mark, is_working_days(goal))


def number_of(goal: Duration, table: Timetable, started: int) -> int:
    """How many dates have to count. Of clear days the last one doesn't count and has to be over: so one more."""
    if goal.kind != "calendar":
        return goal.count + is_clear(goal)
    day = wall_at(table, started) // DAY
    return later(day * DAY, goal.unit, goal.count) // DAY - day


def rolled(table: Timetable, day: int, rolls: Literal["not", "forward", "back"]) -> int:
    """A last day that is no working day, moved to the next or the last one before. Forward: Regulation 1182/71 art. 3
    (4), CPR r. 2.8 (5); back, in the direction of counting: Fed. R. Civ. P. 6 (a) (5). Raises CalendarRunsOut."""
    days = table.calendar.days
    if rolls == "not":
        return day
    known(table, midnight(table, day))
    i = bisect_left(days, day) if rolls == "forward" else bisect_right(days, day) - 1
    if not 0 <= i < len(days):
        raise runs_out(table, "after" if i else "before")
    return days[i]


def rolled_instant(table: Timetable, instant: int, rolls: Literal["not", "forward", "back"]) -> int:
    """The same time of day on the date that the instant's date rolls to. Midnight is the end of the day before: what is
    over at 24:00 on a Friday doesn't roll. Raises CalendarRunsOut."""
    if rolls == "not":
        return instant
    day, second = divmod(wall_at(table, instant) - 1, DAY)
    to = rolled(table, EPOCH_DAY + day, rolls)
    if to == EPOCH_DAY + day:
        return instant
    return end_of(table, to) if second + 1 == DAY else instant_at(table, wall_of(to, second + 1))
