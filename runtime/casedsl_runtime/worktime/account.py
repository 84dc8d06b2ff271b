"""The ledger: the account of a due instant, in rows that a person can add up with a pencil.

The rows have no hole: the first begins when the clock started, each of the others where the one before it ends, and the
last one ends at the due instant. What lies before an instant is accounted for in `reckoned_back.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime.dates import Dates, dates_of, number_of
from casedsl_runtime.worktime.forward import counted, due, elapsed, paused
from casedsl_runtime.worktime.lengths import is_clear, is_open_time, is_working_days, later
from casedsl_runtime.worktime.spans import Stretch, counted_from, gaps, until
from casedsl_runtime.worktime.tables import DAY, Calendars, Timetable, date_at, midnight, open_between, wall_at


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the account that explains a due instant.

    `amount` is in days for working and clear days, otherwise in seconds (of the wall clock for calendar units; where
    those are counted by dates, of 24 hours for each). A date counts in the row that ends when it counts.

        counted     what the row adds to elapsed time; together they are the length that was promised
        uncounted   where dates are counted, time in which the clock runs and none comes to count: 0
        first       the same, of the date of the start
        last        the last day of clear days, which doesn't count but has to be over: one day
        paused      what a pause kept from counting
        closed      time in which the calendar is closed, of days whole dates: 0
        not begun   from the start to the instant from which the clock counts: 0
        rolls       from the last day to the working day that stands for it: 0. Of one that rolls back `end` is the
                    earlier instant, and the row is the last
        at once     from an instant that had passed when it became known, to the one at which it came instead: 0
    """

    start: int
    end: int
    what: Literal["counted", "uncounted", "first", "last", "paused", "closed", "not begun", "rolls", "at once"]
    amount: int
    calendar: str


def ledger(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting = PLAIN
) -> tuple[Row, ...]:
    """The account of a due instant, in order of time: the amounts of its `counted` rows sum to the goal.

    Working hours have a row for each opening and local date, working days one for each day counted, other units one for
    each stretch. A goal of calendar units sums to its length by the wall clock. If the clock stands still, the rows
    tell what has counted so far. Raises CalendarRunsOut.
    """
    begins, ran = counted_from(calendars, stretches, started, counting)
    plain = replace(counting, begins="at once", cut_off=None)
    end = due(calendars, ran, goal, begins, plain)
    lasting = _as_if_running(ran, end) if plain.rolls == "back" and end is not None else ran
    full = due(calendars, lasting, goal, begins, replace(plain, rolls="not"))
    spans = list(lasting) if full is None else [stretch for stretch, _ in until(lasting, full)]
    rows = [*_pauses(calendars, spans, goal, begins, plain)]
    rows += _counted_rows(calendars, spans, goal, begins, plain, full is not None)
    if is_working_days(goal):
        rows += [row for start, end, name in _closed(spans) for row in shut(calendars[name], start, end)]
    rows.sort(key=lambda row: (row.start, row.end))
    before = [Row(started, begins, "not begun", 0, stretches[0].calendar)] if started < begins else []
    for _, stop, name in [*_closed(spans)][-1:]:
        rows = [*without_holes(calendars, rows, begins, stop, name, _first_end(calendars, name, goal, begins, plain))]
    return (*before, *rows, *(_roll_rows(ran, full, end) if full is not None else ()))


def _first_end(calendars: Calendars, name: str, goal: Duration, begins: int, counting: Counting) -> int | None:
    """The end of the date of the start, where dates are counted."""
    if goal.kind == "clock" or dates_of(goal, counting, calendars[name], begins) is None:
        return None
    return midnight(calendars[name], date_at(calendars[name], begins) + 1)


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


# --- pauses


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


# --- what counted


def _counted_rows(
    calendars: Calendars, stretches: Sequence[Stretch], goal: Duration, started: int, counting: Counting, full: bool
) -> list[Row]:
    if not stretches:
        return []
    last = calendars[stretches[-1].calendar] if goal.kind != "clock" else None
    if last is not None and dates_of(goal, counting, last, started) is not None:
        return _by_dates(calendars, stretches, goal, started, counting)
    if is_open_time(goal):
        return [row for start, end, name in _closed(stretches) for row in openings(calendars[name], start, end)]
    rows = [Row(start, end, "counted", end - start, name) for start, end, name in _closed(stretches) if start < end]
    return _by_wall(last, rows, goal, started, full) if last is not None and rows else rows


def _closed(stretches: Sequence[Stretch]) -> Iterator[tuple[int, int, str]]:
    """The stretches that are over."""
    yield from ((one.start, one.end, one.calendar) for one in stretches if one.end is not None)


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
            rows += (_date_row(dates, stretch, dates.nth(low, i), "counted", 1) for i in range(1, here + 1))
        else:
            rows += _date_rows(dates, stretch, low, here, here - (is_clear(goal) and rest == 0), _each(goal))
    if rows and rest == 0 and goal.kind == "clear working":
        rows[-1] = replace(rows[-1], what="last")
    return rows


def _date_rows(dates: Dates, stretch: Stretch, low: int, here: int, whole: int, each: int) -> Iterator[Row]:
    """The `here` dates after `low`, in one row; those beyond `whole` (at most one) in another."""
    if whole > 0:
        first = _date_row(dates, stretch, low + 1, "counted", whole * each)
        yield replace(first, end=dates.at(low + whole))
    if 0 <= whole < here:
        yield _date_row(dates, stretch, low + here, "last", each)


def _date_row(dates: Dates, stretch: Stretch, day: int, what: Literal["counted", "last"], amount: int) -> Row:
    """One date, from its midnight (or when the clock began to run) to the instant at which it counts."""
    end = dates.at(day)
    return Row(min(max(stretch.start, midnight(dates.table, day)), end), end, what, amount, stretch.calendar)


def openings(table: Timetable, start: int, end: int) -> Iterator[Row]:
    """The open time of a span, a row for each opening and local date."""
    calendar = table.calendar
    for i in range(bisect_right(calendar.closes, start), bisect_left(calendar.opens, end)):
        here, last = max(start, calendar.opens[i]), min(end, calendar.closes[i])
        while here < last:
            stop = min(last, max(here + 1, midnight(table, date_at(table, here) + 1)))
            yield Row(here, stop, "counted", stop - here, calendar.name)
            here = stop


def shut(table: Timetable, start: int, end: int) -> Iterator[Row]:
    """The whole dates without working time within a span: weekends, holidays, closures; neighbours in one row."""
    if start >= end:
        return
    days, ends = table.calendar.days, table.calendar.ends
    for i in range(bisect_left(days, date_at(table, start)), bisect_right(days, date_at(table, end)) + 1):
        low, high = start, end
        if i:
            low = max(low, ends[i - 1], midnight(table, days[i - 1] + 1))
        if i < len(days):
            high = min(high, midnight(table, days[i]))
        if low < high:
            yield Row(low, high, "closed", 0, table.calendar.name)


# --- what lies between the rows


def without_holes(
    calendars: Calendars, rows: Sequence[Row], begins: int, upto: int, calendar: str, first: int | None
) -> Iterator[Row]:
    """The rows with what lies between them, from `begins` upto an instant: closed time between openings.

    Where dates are counted, `first` is the end of the first date, whose rest counts for nothing; and the time since one
    date counted belongs to the row of the next. So does the rest of the first date, if the next counts at its midnight.
    """
    here = begins
    for row in (*rows, Row(upto, upto, "uncounted", 0, calendar)):
        at_midnight = row.what in ("counted", "last") and row.start == row.end == first
        if first is not None and here < min(row.start, first) and not at_midnight:
            yield Row(here, min(row.start, first), "first", 0, row.calendar)
            here = min(row.start, first)
        if row.end > here and row.start != here and _is_joined(calendars, row, here, first):
            row = replace(row, start=here)
        elif here < row.start:
            yield Row(here, row.start, "closed" if first is None else "uncounted", 0, row.calendar)
        if row.start < row.end:
            yield row
            here = row.end


def _is_joined(calendars: Calendars, row: Row, here: int, first: int | None) -> bool:
    """Whether what lies before a row is part of it: time in which a date is to count, or more closed time."""
    if first is None:
        return False
    if row.what in ("counted", "last"):
        return True
    return row.what == "closed" and open_between(calendars[row.calendar], here, row.start) == 0
