"""Days moved by months and years: not linear, but of one date a later one is never moved before an earlier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from casedsl_runtime.expr import shift_date

from casedsl.analysis.solving.ranges import LAST_DAY

Moves: TypeAlias = tuple[tuple[int, str], ...]
"""By how much a date is moved, one after the other: counts of days, weeks, months or years."""
_MIDDLE = 730_000
_DAYS = {"day": (1, 1), "week": (7, 7), "year": (365, 366)}
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
"""The days of so many months, wherever they begin."""


@lru_cache(maxsize=4096)
def moved(day: int, moves: Moves) -> int:
    """A day after the moves; 0 where one of them leads out of the calendar."""
    text: str | None = date.fromordinal(day).isoformat()
    for count, unit in moves:
        text = None if text is None else shift_date(text, count, unit)
    return 0 if text is None else date.fromisoformat(text).toordinal()


@lru_cache(maxsize=256)
def defined(moves: Moves) -> tuple[int, int] | None:
    """The first and last day that can be moved; None where not even one of our time can."""
    if not moved(_MIDDLE, moves):
        return None
    first = first_day((1, _MIDDLE), lambda day: moved(day, moves) > 0)
    return first, first_day((_MIDDLE, LAST_DAY), lambda day: moved(day, moves) == 0) - 1


def movable(moves: Moves) -> tuple[int, int]:
    """The same of moves that some day of our time can make."""
    ends = defined(moves)
    assert ends is not None, "no variable is made of a date that can't be moved"
    return ends


def days_of(moves: Moves) -> tuple[int, int]:
    """At least and at most so many days lie between a day and where it is moved."""
    low = high = 0
    for count, unit in moves:
        ends = [count * days for days in _DAYS.get(unit, ())]
        if unit == "month":
            years, months = divmod(abs(count), 12)
            days = years * 365 + _FEWEST[months], years * 366 + _MOST[months]
            ends = [each if count > 0 else -each for each in days]
        low, high = low + min(ends), high + max(ends)
    return low, high


def first_day(ends: tuple[int, int], holds: Callable[[int], bool]) -> int:
    """The first day of a stretch for which something holds that, once it holds, holds; the day behind it else."""
    low, high = ends[0], ends[1] + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
