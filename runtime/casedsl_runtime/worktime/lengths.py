"""Lengths of time: how big one is, and the corresponding date of calendar units."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from casedsl_runtime.vocabulary import Duration, TimeUnit
from casedsl_runtime.worktime.tables import DAY, EPOCH_DAY

SECONDS: Mapping[str, int] = {"minute": 60, "hour": 3600, "day": DAY, "week": 7 * DAY}
MONTHS: Mapping[str, int] = {"month": 1, "year": 12}


def size(goal: Duration) -> int:
    """How much elapsed time a goal asks for, in the measure of `elapsed`. Of clear days one more than are written: the
    last day, which doesn't count, has to be over too."""
    if is_clear(goal):
        return goal.count + 1
    if goal.kind == "calendar" or is_working_days(goal):
        return goal.count
    return goal.count * SECONDS[goal.unit]


def is_clear(goal: Duration) -> bool:
    return goal.kind in ("clear", "clear working")


def is_working_days(goal: Duration) -> bool:
    """Whether working days are counted, clear or not."""
    return goal.kind == "clear working" or (goal.kind == "working" and goal.unit == "day")


def is_open_time(goal: Duration) -> bool:
    """Whether open seconds are counted."""
    return goal.kind == "working" and goal.unit != "day"


def later(wall: int, unit: TimeUnit, count: int) -> int:
    """The same time of day `count` calendar units later (or earlier), by the wall clock: the corresponding date, else
    the month's last (Dodds v Walker [1981] 1 WLR 1027; Regulation 1182/71 art. 3 (2) c)."""
    if unit in SECONDS:
        return wall + count * SECONDS[unit]
    day, second = divmod(wall, DAY)
    year, month = divmod(month_of(wall) + count * MONTHS[unit], 12)
    year = min(max(year, date.min.year), date.max.year)
    number = min(date.fromordinal(EPOCH_DAY + day).day, monthrange(year, month + 1)[1])
    return (date(year, month + 1, number).toordinal() - EPOCH_DAY) * DAY + second


def month_of(wall: int) -> int:
    """The month that the wall clock shows, counted since year 0."""
    day = date.fromordinal(EPOCH_DAY + wall // DAY)
    return day.year * 12 + day.month - 1
