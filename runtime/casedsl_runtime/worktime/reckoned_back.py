"""The account of what lies before an instant: a deadline before an event, a step before a deadline.

It is told as it is counted, back in time: the first row starts at the event, each of the others where the one before it
ends, and the last one ends at the instant that is looked for. So a row's `end` is the earlier instant.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from casedsl_runtime.worktime.account import Row, openings, shut, without_holes
from casedsl_runtime.worktime.backward import at_least_before, before, last_day_before, runs_before
from casedsl_runtime.worktime.dates import Dates
from casedsl_runtime.worktime.lengths import is_clear, is_open_time, is_working_days
from casedsl_runtime.worktime.spans import Stretch
from casedsl_runtime.worktime.tables import DAY, Timetable, date_at, midnight, open_between, wall_at


def ledger_before(table: Timetable, event: date | int, goal: Duration, counting: Counting = PLAIN) -> tuple[Row, ...]:
    """The account of a deadline `at_least_before` an event, and of where it rolls to. The amounts of its `counted` rows
    sum to the goal, of months and years to the days between the dates. Raises CalendarRunsOut."""
    base = at_least_before(table, event, goal, replace(counting, rolls="not"))
    end = at_least_before(table, event, goal, counting)
    instant = event if isinstance(event, int) else midnight(table, event.toordinal())
    if is_working_days(goal) or is_clear(goal):
        rows = [*_dates_before(table, instant, goal, base)]
    elif is_open_time(goal):
        rows = [*_back(_opened(table, [Span(base, instant, table.calendar.name)], base))]
    else:
        rows = [Row(instant, base, "counted", _length(table, instant, goal, base), table.calendar.name)]
    return (*rows, *([Row(base, end, "rolls", 0, table.calendar.name)] if end != base else []))


def _length(table: Timetable, instant: int, goal: Duration, base: int) -> int:
    """Seconds of clock time; of calendar time 24 hours for each date between the event's and the deadline's."""
    if goal.kind == "clock":
        return instant - base
    day = date_at(table, instant)
    return (day - last_day_before(table, day, goal)) * DAY


def _dates_before(table: Timetable, instant: int, goal: Duration, base: int) -> Iterator[Row]:
    """The dates that count before an event: neither its own nor, of clear days, that of the deadline."""
    name, days, day = table.calendar.name, table.calendar.days, date_at(table, instant)
    here = midnight(table, day)
    if here < instant:
        yield Row(instant, here, "first", 0, name)
    working = days[bisect_left(days, day) - goal.count : bisect_left(days, day)]
    dates = [(each, 1) for each in working] if is_working_days(goal) else [(day - goal.count, goal.count)]
    for first, number in reversed(dates):
        if (begins := midnight(table, first + number)) < here:
            yield Row(here, begins, "closed", 0, name)
            here = begins
        end = base if first == dates[0][0] and not is_clear(goal) else midnight(table, first)
        yield Row(here, end, "counted", number, name)
        here = end
    if here != base:
        yield Row(here, base, "last", 1, name)


# --- a step before a deadline


def ledger_left(table: Timetable, due: int, left: Duration, stretches: Sequence[Stretch] = ()) -> tuple[Row, ...]:
    """The account of the instant `before` a deadline, with the pauses in between. The amounts of its `counted` rows sum
    to what is left, of calendar time by the wall clock. Raises CalendarRunsOut."""
    base, name = before(table, due, left, stretches), table.calendar.name
    runs = ((base if start is None else max(base, start), end) for start, end in reversed(runs_before(due, stretches)))
    spans = [Span(start, end, name) for start, end in runs if start < end]
    if is_open_time(left):
        return _back(_opened(table, spans, base))
    if is_working_days(left) or is_clear(left):
        return _back(_dated(table, spans, base, left))
    return _back(sorted(_measured(table, spans, base, left), key=_start))


class Span(NamedTuple):
    """A stretch that is over."""

    start: int
    end: int
    calendar: str


def _opened(table: Timetable, spans: Sequence[Span], base: int) -> Iterator[Row]:
    """The openings of some spans, what is closed between them, and the pauses."""
    rows = [row for span in spans for row in openings(table, span.start, span.end)]
    rows += [
        Row(start, end, "paused", open_between(table, start, end), name) for start, end, name in _pauses(spans, base)
    ]
    return without_holes(
        {table.calendar.name: table}, sorted(rows, key=_start), base, spans[-1].end, table.calendar.name, None
    )


def _measured(table: Timetable, spans: Sequence[Span], base: int, left: Duration) -> list[Row]:
    """Spans and pauses of clock time, or of calendar time by the wall clock."""

    def length(start: int, end: int) -> int:
        return end - start if left.kind == "clock" else wall_at(table, end) - wall_at(table, start)

    rows = [Row(start, end, "counted", length(start, end), name) for start, end, name in spans]
    return rows + [Row(start, end, "paused", length(start, end), name) for start, end, name in _pauses(spans, base)]


def _dated(table: Timetable, spans: Sequence[Span], base: int, left: Duration) -> Iterator[Row]:
    """The dates that count in some spans; of clear days that of the deadline has a row of its own."""
    dates = Dates(table, DAY if is_clear(left) else "closing", is_working_days(left))
    end = spans[-1].end
    whole = midnight(table, date_at(table, end - 1)) if is_clear(left) else end
    rows = [Row(start, end, "paused", _number(dates, start, end), name) for start, end, name in _pauses(spans, base)]
    for start, end, name in spans:
        low, stop = dates.last(start), min(end, whole)
        days = (dates.nth(low, i) for i in range(1, _number(dates, start, stop) + 1))
        rows += [Row(max(start, midnight(table, day)), dates.at(day), "counted", 1, name) for day in days]
        rows += shut(table, start, stop) if dates.working else ()
    if whole < end:
        rows.append(Row(max(whole, spans[-1].start), end, "last", 1, spans[-1].calendar))
    return without_holes({table.calendar.name: table}, sorted(rows, key=_start), base, end, table.calendar.name, base)


def _number(dates: Dates, start: int, end: int) -> int:
    return dates.between(dates.last(start), dates.last(end))


def _pauses(spans: Sequence[Span], base: int) -> Iterator[Span]:
    here = base
    for span in spans:
        if here < span.start:
            yield Span(here, span.start, span.calendar)
        here = span.end


def _start(row: Row) -> int:
    return row.start


def _back(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows as they are counted, back in time."""
    return tuple(replace(row, start=row.end, end=row.start) for row in reversed([*rows]))
