"""How far the locked calendars reach: the earliest date on which a length of time can be over, if it begins on a day.

Everything is counted in whole dates, and in favour of the definition: as if it began at the best hour of its day, and
clock time without a change of the clocks. So what doesn't fit is proved, for whatever hour of that day. Past the locked
years holidays aren't known, and each week counts as it is written.

`Counting` moves both ends: to the working day on which a promise begins, to the time of its last day (24:00 is the
beginning of the date after it), and to the working day to which a last day rolls.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from msgspec import Struct

from casedsl.analysis.hours import Spans, hours_of, periods_of
from casedsl.model.records import Calendar

Hours: TypeAlias = Callable[[date], Spans]

_LATEST_YEAR = 9000
_MOST_DAYS = 366 * 60
_DAY_MINUTES = 1440
_MOST_TURNED_BACK = 3 * 3600
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
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


def over_on(length: Duration, calendar: Calendar, horizon: Horizon, counting: Counting = PLAIN) -> date:
    """The earliest date on which a length is over that begins on the horizon's day; of one that no calendar of our
    time would see the end of, a date that is too early. Of clock time that doesn't roll, the date on which it begins:
    no calendar is asked for its end."""
    hours = hours_of(calendar, horizon.holidays)
    start = _begun(horizon.today, hours, counting)
    if length.kind == "clock" and counting.rolls == "not":
        return start
    return max(start, _over_on(length, calendar, start, hours, counting))


def _over_on(length: Duration, calendar: Calendar, start: date, hours: Hours, counting: Counting) -> date:
    if length.kind == "working" and length.unit != "day":
        return _open_until(start, length.count * _MINUTES[length.unit], hours)
    if length.kind in ("working", "clear working"):
        day = _nth_open(start, length.count + (length.kind == "clear working"), hours)
        return _at_its_time(day, length, calendar, hours, counting)
    day = start + timedelta(_least_days(length)) if length.kind == "clock" else _later(start, length)
    if length.kind == "clock" or (length.kind == "calendar" and counting.due_at in (None, "same time")):
        # What begins at midnight ends at the 24:00 of the day before.
        return min(_rolled(day, hours, counting), _rolled(day - timedelta(1), hours, counting) + timedelta(1))
    return _at_its_time(_rolled(day, hours, counting), length, calendar, hours, counting)


def _begun(today: date, hours: Hours, counting: Counting) -> date:
    """The date on which a length begins to count that comes at the best hour of a day."""
    if counting.begins == "at once" and counting.cut_off is None:
        return today
    return today if hours(today) and counting.cut_off != 0 else _nth_open(today, 1, hours)


def _open_until(day: date, minutes: int, hours: Hours) -> date:
    """The date on which so many minutes have been open, from the beginning of a date on."""
    for _ in range(_MOST_DAYS):
        for start, end in hours(day):
            if minutes <= end - start:
                return day + timedelta((start + minutes) // _DAY_MINUTES)
            minutes -= end - start
        day += timedelta(1)
    return day


def _nth_open(day: date, count: int, hours: Hours) -> date:
    """The n-th date with hours after a date."""
    for _ in range(_MOST_DAYS):
        if count <= 0:
            break
        day += timedelta(1)
        count -= bool(hours(day))
    return day


def _rolled(day: date, hours: Hours, counting: Counting) -> date:
    """The date to which a last day rolls."""
    step = {"not": 0, "forward": 1, "back": -1}[counting.rolls]
    for _ in range(_MOST_DAYS if step else 0):
        if hours(day):
            break
        day += timedelta(step)
    return day


def _at_its_time(day: date, length: Duration, calendar: Calendar, hours: Hours, counting: Counting) -> date:
    """The date on which a last day is over: where that is at 24:00 or later, the one after it."""
    due_at = counting.due_at
    if due_at is None:
        due_at = _DAY_MINUTES if length.kind in ("clear", "clear working") else "closing"
    if due_at == "closing":
        due_at = _closing(day, calendar, hours)
    return day if due_at == "same time" else day + timedelta(due_at // _DAY_MINUTES)


def _closing(day: date, calendar: Calendar, hours: Hours) -> int:
    """The minute at which a date is over as a working day; one that is none ends at 24:00."""
    ends = periods_of(calendar)(day.isoformat()).ends
    last = max((end for _, end in hours(day)), default=_DAY_MINUTES)
    return last if ends == "closing" or not hours(day) else ends


def _least_days(length: Duration) -> int:
    """The whole days of clock time that surely pass, also where clocks are turned back."""
    seconds = length.count * _SECONDS[length.unit]
    return max(0, seconds - _MOST_TURNED_BACK) // (_DAY_MINUTES * 60)


def _later(day: date, length: Duration) -> date:
    """The same day of a later month, or the last that the month has; days and weeks as they are."""
    if length.unit in _DAYS:
        return day + timedelta(length.count * _DAYS[length.unit] + (length.kind == "clear"))
    years, month = divmod(day.year * 12 + day.month - 1 + length.count * _MONTHS[length.unit], 12)
    year = min(years, _LATEST_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
