"""A compiled calendar made ready to be asked: what is open, which dates are working days, what the wall clock shows.

Every question is answered by bisection in sorted instants, whatever the length of time. What the calendar doesn't know
is refused with `CalendarRunsOut`, never guessed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import Literal, TypeAlias

from casedsl_runtime.artifact import Bundle, CompiledCalendar

DAY = 86_400
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
      until: `until[i]` is the number of open seconds before `calendar.closes[i]`.
      shifts: an instant within opening `i` is `shifts[i]` and the number of open seconds before it.
      longest: the number of open seconds before the last instant that the calendar knows.
      walls: `walls[i]` is the wall clock, in seconds since 1970-01-01T00:00 local, when `calendar.offsets[i]` ends.
    """

    calendar: CompiledCalendar
    worked: tuple[int, ...]
    until: tuple[int, ...]
    shifts: tuple[int, ...]
    longest: int
    walls: tuple[int, ...]


Calendars: TypeAlias = Mapping[str, Timetable]
"""The calendars of a bundle by name, made by `load`."""

Lengths: TypeAlias = tuple[tuple[str, int], ...]
"""Lengths of open time in seconds, by name, the shortest first: at least one, and each at least one second."""


def load(bundle: Bundle) -> Calendars:
    """The calendars of a bundle by name, ready to be asked; a few milliseconds for each, so do it once."""
    return {calendar.name: prepare(calendar) for calendar in bundle.calendars}


def prepare(calendar: CompiledCalendar) -> Timetable:
    """One calendar, ready to be asked."""
    worked = tuple(accumulate(map(sub, calendar.closes, calendar.opens), initial=0))
    until, shifts = worked[1:], tuple(map(sub, calendar.opens, worked))
    latest = bisect_left(calendar.opens, calendar.last) - 1
    walls = (change + offset for change, offset in zip(calendar.changes[1:], calendar.offsets, strict=False))
    return Timetable(
        calendar=calendar,
        worked=worked[:-1],
        until=until,
        shifts=shifts,
        longest=0 if latest < 0 else min(calendar.last - 1 - shifts[latest], until[latest]),
        walls=tuple(walls),
    )


def local(table: Timetable, instant: int) -> datetime:
    """The wall-clock time of the calendar's zone at an instant, without zone. Raises CalendarRunsOut."""
    return EPOCH + timedelta(seconds=wall_at(table, instant))


def instant_of(table: Timetable, time: datetime) -> int:
    """The instant of a wall-clock time (naive, whole seconds) in the calendar's zone: one in a gap moves forward by the
    length of the gap, of one that comes twice the first is meant. Raises CalendarRunsOut."""
    return known(table, instant_at(table, (time - EPOCH) // timedelta(seconds=1)))


def instant_at(table: Timetable, wall: int) -> int:
    """As `instant_of`, of seconds since 1970-01-01T00:00 local; beyond what the calendar knows its nearest offset is
    taken to last."""
    starts, offsets = table.calendar.changes, table.calendar.offsets
    i = bisect_right(table.walls, wall)
    instant = wall - offsets[i]
    return wall - offsets[i - 1] if i and instant < starts[i] else instant


def known(table: Timetable, instant: int) -> int:
    """The instant, if the calendar knows it. Raises CalendarRunsOut."""
    if not table.calendar.first <= instant < table.calendar.last:
        raise runs_out(table, "after" if instant >= table.calendar.last else "before")
    return instant


def runs_out(table: Timetable, side: Literal["after", "before"]) -> CalendarRunsOut:
    """The refusal to tell what lies beyond the calendar's last (or first) day."""
    calendar = table.calendar
    wall = calendar.last - 1 + calendar.offsets[-1] if side == "after" else calendar.first + calendar.offsets[0]
    return CalendarRunsOut(calendar.name, date.fromordinal(EPOCH_DAY + wall // DAY), side)


def wall_at(table: Timetable, instant: int) -> int:
    """The wall clock at an instant, in seconds since 1970-01-01T00:00 local. Raises CalendarRunsOut."""
    known(table, instant)
    return instant + table.calendar.offsets[bisect_right(table.calendar.changes, instant) - 1]


def date_at(table: Timetable, instant: int) -> int:
    """The local date at an instant, as an ordinal. Raises CalendarRunsOut."""
    return EPOCH_DAY + wall_at(table, instant) // DAY


def wall_of(day: int, second: int = 0) -> int:
    """The wall clock at a second of a date (an ordinal), in seconds since 1970-01-01T00:00 local."""
    return (day - EPOCH_DAY) * DAY + second


def midnight(table: Timetable, day: int) -> int:
    """The instant at which a local date begins."""
    return instant_at(table, wall_of(day))


def end_of(table: Timetable, day: int) -> int:
    """The instant at which a local date is over, its 24:00. A date that the zone skipped whole (Apia has no 30 December
    2011) is moved like a time in a gap, to the date after it, and ends with that one."""
    return max(midnight(table, day + 1), instant_at(table, wall_of(day, DAY - 1)) + 1)


def worked(table: Timetable, instant: int) -> int:
    """The open seconds from the calendar's first instant up to `instant`. Raises CalendarRunsOut."""
    i = bisect_right(table.calendar.opens, known(table, instant)) - 1
    return 0 if i < 0 else min(instant - table.shifts[i], table.until[i])


def open_between(table: Timetable, start: int, end: int) -> int:
    """The open seconds of a span; none if it ends before it starts. Raises CalendarRunsOut."""
    return max(0, worked(table, end) - worked(table, start))


def reached(table: Timetable, seconds: int) -> int:
    """The first instant by which the calendar has been open for so many seconds; at closing it stays there. Raises
    CalendarRunsOut."""
    if not 0 < seconds <= table.longest:
        raise runs_out(table, "after")
    return table.shifts[bisect_left(table.until, seconds)] + seconds


def reached_since(table: Timetable, start: int, lengths: Lengths) -> Mapping[str, int | None]:
    """For each length, by name, the first instant by which the calendar has been open for so many seconds since
    `start`. Raises CalendarRunsOut."""
    calendar, until, shifts = table.calendar, table.until, table.shifts
    if start < calendar.first or start >= calendar.last:
        known(table, start)
    here, already = bisect_right(calendar.opens, start) - 1, 0
    if here < 0:
        here = 0
    else:
        already = start - shifts[here]
        if already > until[here]:
            already = until[here]
    if already + lengths[-1][1] > table.longest:
        raise runs_out(table, "after")
    end, shift = until[here], shifts[here]
    found: dict[str, int | None] = {}
    for name, length in lengths:
        seconds = already + length
        if seconds > end:  # mostly it is within the next opening, which is nearer than a search
            here += 1
            if seconds > until[here]:
                here = bisect_left(until, seconds, here)
            end, shift = until[here], shifts[here]
        found[name] = shift + seconds
    return found


def opening(table: Timetable, instant: int) -> int:
    """The first open instant from `instant` on. Raises CalendarRunsOut."""
    i = bisect_right(table.calendar.closes, instant)
    if i == len(table.calendar.opens):
        raise runs_out(table, "after")
    return max(instant, table.calendar.opens[i])


def beginning(table: Timetable, i: int) -> int:
    """The instant at which working day `days[i]` begins: its first opening, or where it has no hours its midnight. What
    is still open of the working day before it belongs to that one."""
    calendar = table.calendar
    low = max(midnight(table, calendar.days[i]), calendar.ends[i - 1] if i else calendar.first)
    j = bisect_right(calendar.closes, low)
    first = max(low, calendar.opens[j]) if j < len(calendar.opens) else low
    return first if first < calendar.ends[i] else low
