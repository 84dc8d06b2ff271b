"""When a clock ran: its stretches, the pauses between them, and the instant from which its time counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casedsl_runtime.vocabulary import Counting
from casedsl_runtime.worktime.tables import (
    DAY,
    EPOCH_DAY,
    Calendars,
    Timetable,
    beginning,
    date_at,
    end_of,
    midnight,
    runs_out,
    wall_at,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span `[start, end)` in which a clock ran, and the name of the calendar that was valid for it; `end` None: it
    still runs. The stretches of a clock stand in order and don't overlap; only the last one may be running."""

    start: int
    end: int | None
    calendar: str


def until(stretches: Sequence[Stretch], now: int) -> list[tuple[Stretch, int]]:
    """The stretches up to `now`, each closed, with its end; one that ends before it starts has no length."""
    ends = ((one, now if one.end is None else min(one.end, now)) for one in stretches if one.start <= now)
    return [(Stretch(one.start, max(one.start, end), one.calendar), max(one.start, end)) for one, end in ends]


def gaps(stretches: Sequence[Stretch], started: int) -> Iterator[tuple[int, int, Stretch]]:
    """The spans in which the clock stood still, each with the stretch that ends it."""
    start: int | None = started
    for stretch in stretches:
        if start is not None and start < stretch.start:
            yield start, stretch.start, stretch
        start = stretch.end


def begun(table: Timetable, started: int, counting: Counting) -> int:
    """The instant from which a clock counts that started at `started`: the same, or, if that was on no working day or
    not before the cut-off and `counting` asks for it, the beginning of the next working day. That day then stands for
    the date of the start, so it isn't day 1 (the gem `working_hours` counts so; the Freedom of Information Act 2000
    s. 10 doesn't, and is `at once`). Raises CalendarRunsOut."""
    if counting.begins == "at once" and counting.cut_off is None:
        return started
    day, second = divmod(wall_at(table, started), DAY)
    days = table.calendar.days
    i = bisect_left(days, EPOCH_DAY + day)
    today = i < len(days) and days[i] == EPOCH_DAY + day
    if today and (counting.cut_off is None or second < counting.cut_off * 60):
        return started
    if i + today >= len(days):
        raise runs_out(table, "after")
    return beginning(table, i + today)


def counted_from(
    calendars: Calendars, stretches: Sequence[Stretch], started: int, counting: Counting
) -> tuple[int, Sequence[Stretch]]:
    """The instant from which a clock counts, and what it ran from then on, by the calendar of its first stretch."""
    if not stretches or (counting.begins == "at once" and counting.cut_off is None):
        return started, stretches
    begins = begun(calendars[stretches[0].calendar], started, counting)
    rest = (one for one in stretches if one.end is None or one.end > begins)
    return begins, [replace(one, start=max(one.start, begins)) for one in rest]


def whole_dates(table: Timetable, start: int, end: int) -> tuple[int, int]:
    """A pause that counts by whole days: from the beginning of the first local date that it touches to the end of the
    last, both included (the fees notice of the Freedom of Information Act 2000 s. 10 (2)). A working day that lasts
    past midnight belongs to the date on which it began. A pause without length touches one date; one until midnight
    doesn't touch the date that begins there. Raises CalendarRunsOut."""
    first, last = date_at(table, start), date_at(table, max(start, end - 1))
    days, ends = table.calendar.days, table.calendar.ends
    low, high = midnight(table, first), end_of(table, last)
    before, through = bisect_left(days, first), bisect_right(days, last)
    if before:
        low = max(low, ends[before - 1])
    if through:
        high = max(high, ends[through - 1])
    return low, high
