"""How far the locked calendars reach: the earliest date on which a length of time can be over, if it begins on a day.

Everything is counted in whole dates, and in favour of the definition: working time as if it began at the first opening
of its day, clock time not at all (it needs no calendar). So what doesn't fit is proved, for whatever hour of that day.
Past the locked years holidays aren't known, and each week counts as it is written.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from casedsl_runtime.vocabulary import Duration
from msgspec import Struct

from casedsl.analysis.hours import hours_of
from casedsl.model.records import Calendar

_LATEST_YEAR = 9000
_MOST_DAYS = 366 * 60
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}
_MINUTES = {"minute": 1, "hour": 60}


class Horizon(Struct, frozen=True):
    """The day for which is asked, the years that are locked (both included), the holidays of each region in them as
    `YYYY-MM-DD`, and the changes of each zone: instants, and the offset from UTC in seconds from each on."""

    today: date
    first_year: int
    last_year: int
    holidays: Mapping[str, frozenset[str]]
    zones: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}


def over_on(length: Duration, calendar: Calendar, horizon: Horizon) -> date:
    """The earliest date on which a length is over that begins on the horizon's day; of one that no calendar of our
    time would see the end of, a date that is too early."""
    if length.kind in ("calendar", "clear"):
        return _later(horizon.today, length)
    if length.kind == "clock":
        return horizon.today
    day, left = horizon.today, length.count * _MINUTES.get(length.unit, 1) + (length.kind == "clear working")
    hours = hours_of(calendar, horizon.holidays)
    for _ in range(_MOST_DAYS):
        open_minutes = sum(end - start for start, end in hours(day))
        if length.unit != "day":
            left -= open_minutes
        elif open_minutes and day > horizon.today:
            left -= 1
        if left <= 0:
            break
        day += timedelta(1)
    return day


def _later(day: date, length: Duration) -> date:
    """The same day of a later month, or the last that the month has; days and weeks as they are."""
    if length.unit in _DAYS:
        return day + timedelta(length.count * _DAYS[length.unit] + (length.kind == "clear"))
    years, month = divmod(day.year * 12 + day.month - 1 + length.count * _MONTHS[length.unit], 12)
    year = min(years, _LATEST_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
