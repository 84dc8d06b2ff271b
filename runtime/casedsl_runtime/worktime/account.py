"""The ledger: the account of a due instant, in rows that a person can add up with a pencil."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime.backward import at_least_before
from casedsl_runtime.worktime.dates import Dates, dates_of, number_of
from casedsl_runtime.worktime.forward import counted, due, elapsed, paused
from casedsl_runtime.worktime.lengths import is_clear, is_open_time, is_working_days, later
from casedsl_runtime.worktime.spans import Stretch, counted_from, gaps, until
from casedsl_runtime.worktime.tables import (
    DAY,
    Calendars,
    Timetable,
    beginning,
    date_at,
    midnight,
    open_between,
    opening,
    reached,
    wall_at,
    worked,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the account that explains a due instant.

    `amount` is in days for working and clear days, otherwise in seconds (of the wall clock for calendar units; where
    those are counted by dates, of 24 hours for each).

        counted     what the row adds to elapsed time; together they are the length that was promised
        last        the last day of clear days, which doesn't count but has to be over: one day
        paused      what a pause kept from counting
        closed      whole dates without working time: 0
        not begun   from the start to the instant from which the clock counts: 0
        rolls       from the last day to the working day that stands for it: 0. Of one that rolls back `end` is the
                    earlier instant, and the row is the last
    """

    start: int
    end: int
    what: Literal["counted", "paused", "closed", "not begun", "last", "rolls"]
    amount: int
    calendar: str


def ledger(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting = PLAIN
) -> tuple[Row, ...]:
    """The account of a due instant, in order of time: the amounts of its `counted` rows sum to the goal.

    Working hours have a row for each local date with open time, working days one for each day counted, other units one
    for each stretch. A goal of calendar units sums to its length by the wall clock. If the clock stands still, the rows
    tell what has counted so far. Raises CalendarRunsOut.
    """
    begins, ran = counted_from(calendars, stretches, started, counting)
    plain = replace(counting, begins="at once", cut_off=None)
    end = due(calendars, ran, goal, begins, plain)
    lasting = _as_if_running(ran, end) if plain.rolls == "back" and end is not None else ran
    full = due(calendars, lasting, goal, begins, replace(plain, rolls="not"))
    spans = list(lasting) if full is None else [stretch for stretch, _ in until(lasting, full)]
    rows = [Row(started, begins, "not begun", 0, stretches[0].calendar)] if started < begins else []
    rows += _pauses(calendars, spans, goal, begins, plain)
    rows += _counted_rows(calendars, spans, goal, begins, plain, full is not None)
    if is_open_time(goal) or is_working_days(goal):
        for stretch in spans:
            rows += _shut(calendars[stretch.calendar], stretch)
    rows.sort(key=lambda row: (row.start, row.end))
    return (*rows, *(_roll_rows(ran, full, end) if full is not None else ()))


def ledger_before(table: Timetable, event: date | int, goal: Duration, counting: Counting = PLAIN) -> tuple[Row, ...]:
    """The account of a deadline `at_least_before` an event: what lies between them, in order of time, and where the
    deadline rolls to. The amounts of its `counted` rows sum to the goal. Raises CalendarRunsOut."""
    base = at_least_before(table, event, goal, replace(counting, rolls="not"))
    end = at_least_before(table, event, goal, counting)
    instant = event if isinstance(event, int) else midnight(table, event.toordinal())
    name = table.calendar.name
    if is_working_days(goal):
        i = bisect_left(table.calendar.days, date_at(table, instant))
        between = Stretch(midnight(table, table.calendar.days[i - goal.count]), instant, name)
        dates = Dates(table, "closing", working=True)
        rows = [_day_row(dates, between, day) for day in table.calendar.days[i - goal.count : i]]
        rows = sorted([*rows, *_shut(table, between)], key=lambda row: (row.start, row.end))
    elif is_open_time(goal):
        rows = list(_hour_rows(table, Stretch(base, instant, name)))
    elif goal.kind == "clear":
        day = date_at(table, instant)
        rows = [Row(midnight(table, day - goal.count), midnight(table, day), "counted", goal.count, name)]
    else:
        length = instant - base if goal.kind == "clock" else wall_at(table, instant) - wall_at(table, base)
        rows = [Row(base, instant, "counted", length, name)]
    return (*rows, *([Row(base, end, "rolls", 0, name)] if end != base else []))


def _as_if_running(stretches: Sequence[Stretch], end: int) -> list[Stretch]:
    """The stretches until a due instant, the last one as if it lasted: what it was rolled back from lies after it."""
    past = [stretch for stretch in stretches if stretch.start <= end]
    return [*past[:-1], replace(past[-1], end=None)]


def _roll_rows(stretches: Sequence[Stretch], full: int, end: int | None) -> Iterator[Row]:
    """From the instant at which the goal was full to the one at which it is due, or so far as the clock ran."""
    if end is not None and end < full:
        calendar = next(stretch.calendar for stretch in reversed(stretches) if stretch.start <= end)
        yield Row(full, end, "rolls", 0, calendar)
        return
    here = full
    for stretch in stretches:
        stop = stretch.end if end is None or (stretch.end is not None and stretch.end < end) else end
        if stop is None or stop <= full or stretch.start >= stop:
            continue
        if here < stretch.start:
            yield Row(here, stretch.start, "paused", 0, stretch.calendar)
        yield Row(max(here, stretch.start), stop, "rolls", 0, stretch.calendar)
        here = stop


def _pauses(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting
) -> Iterator[Row]:
    for start, end, stretch in gaps(stretches, started):
        table, pause = calendars[stretch.calendar], [Stretch(start, end, stretch.calendar)]
        if dates_of(goal, counting, table, started) is not None:
            days = counted(calendars, pause, goal, started, counting)
            lost = sum(dates.between(low, high) for _, dates, low, high in days) * _each(goal)
        elif goal.kind == "calendar":
            lost = paused(table, [Stretch(end, end, stretch.calendar)], start)
        else:
            lost = elapsed(calendars, pause, goal.kind, goal.unit, started, end)
        yield Row(start, end, "paused", lost, stretch.calendar)


def _each(goal: Duration) -> int:
    """What one date adds to the amounts of a goal that is counted by dates."""
    return DAY if goal.kind == "calendar" else 1


def _counted_rows(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting, full: bool
) -> list[Row]:
    if not stretches:
        return []
    last = calendars[stretches[-1].calendar] if goal.kind != "clock" else None
    if last is not None and dates_of(goal, counting, last, started) is not None:
        return _by_dates(calendars, stretches, goal, started, counting)
    if is_open_time(goal):
        return [row for stretch in stretches for row in _hour_rows(calendars[stretch.calendar], stretch)]
    ran = [(stretch.start, stretch.end, stretch.calendar) for stretch in stretches if stretch.end is not None]
    rows = [Row(start, end, "counted", end - start, name) for start, end, name in ran if start < end]
    return _by_wall(last, rows, goal, started, full) if last is not None and rows else rows


def _by_wall(table: Timetable, rows: list[Row], goal: Duration, started: int, full: bool) -> list[Row]:
    """The same rows, measured by the wall clock; if the goal was reached, the last one bears what a gap moved."""
    rows = [replace(row, amount=wall_at(table, row.end) - wall_at(table, row.start)) for row in rows]
    if full:
        start = wall_at(table, started)
        rest = later(start, goal.unit, goal.count) - start - sum(row.amount for row in rows)
        rows[-1] = replace(rows[-1], amount=rows[-1].amount + rest)
    return rows


def _by_dates(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting
) -> list[Row]:
    """A row for each working day, or for the dates of each stretch; the last day of clear days has one of its own."""
    rows: list[Row] = []
    rest = number_of(goal, calendars[stretches[0].calendar], started)
    for stretch, dates, low, high in counted(calendars, stretches, goal, started, counting):
        here = min(rest, dates.between(low, high))
        rest -= here
        if dates.working:
            rows += (_day_row(dates, stretch, dates.nth(low, i)) for i in range(1, here + 1))
        else:
            rows += _date_rows(dates, stretch, low, here, here - (is_clear(goal) and rest == 0), _each(goal))
    if rows and rest == 0 and goal.kind == "clear working":
        rows[-1] = replace(rows[-1], what="last")
    return rows


def _date_rows(dates: Dates, stretch: Stretch, low: int, here: int, whole: int, each: int) -> Iterator[Row]:
    """The `here` dates after `low`, in one row; those beyond `whole` (at most one) in another."""
    name = dates.table.calendar.name
    if whole > 0:
        start = max(stretch.start, midnight(dates.table, low + 1), dates.at(low))
        yield Row(start, dates.at(low + whole), "counted", whole * each, name)
    if 0 <= whole < here:
        start = max(stretch.start, midnight(dates.table, low + here), dates.at(low + here - 1))
        yield Row(start, dates.at(low + here), "last", each, name)


def _day_row(dates: Dates, stretch: Stretch, day: int) -> Row:
    """One working day, from its first opening (or when the clock began to run) to the instant at which it counts."""
    table, end = dates.table, dates.at(day)
    start = max(stretch.start, beginning(table, bisect_left(table.calendar.days, day)))
    i = bisect_right(table.calendar.closes, start)
    if i < len(table.calendar.opens) and table.calendar.opens[i] < end:
        start = max(start, table.calendar.opens[i])
    if start >= end:
        start = max(stretch.start, midnight(table, day))
    return Row(min(start, end), end, "counted", 1, table.calendar.name)


def _hour_rows(table: Timetable, stretch: Stretch) -> Iterator[Row]:
    """The open time of each local date that a stretch touches."""
    assert stretch.end is not None
    start, day = stretch.start, date_at(table, stretch.start)
    while start < stretch.end:
        day += 1
        end = max(start, min(stretch.end, midnight(table, day)))
        if amount := open_between(table, start, end):
            yield Row(opening(table, start), reached(table, worked(table, end)), "counted", amount, stretch.calendar)
        start = end


def _shut(table: Timetable, stretch: Stretch) -> Iterator[Row]:
    """The whole dates without working time within a stretch: weekends, holidays, closures; neighbours in one row."""
    assert stretch.end is not None
    if stretch.start >= stretch.end:
        return
    days, ends = table.calendar.days, table.calendar.ends
    low, high = date_at(table, stretch.start), date_at(table, stretch.end)
    for i in range(bisect_left(days, low), bisect_right(days, high) + 1):
        start, end = stretch.start, stretch.end
        if i:
            start = max(start, ends[i - 1], midnight(table, days[i - 1] + 1))
        if i < len(days):
            end = min(end, midnight(table, days[i]))
        if start < end:
            yield Row(start, end, "closed", 0, stretch.calendar)
