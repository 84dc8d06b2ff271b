"""Random calendars, zones, pauses and words of a promise: deadlines that are counted by dates, against a walker that
looks at each date (`time_oracle_dates.py`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Counting, Duration, TimeKind
from casedsl_runtime.worktime import (
    CalendarRunsOut,
    Calendars,
    Stretch,
    at_least_before,
    due,
    elapsed,
    ledger,
    ledger_before,
    size,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from test_time_oracle import DAY, a_clock, as_seen, examples
from time_oracle import Hours, instant, plain
from time_oracle_dates import Walker, Words
from whenever import Date, Time

Clock = tuple[dict[str, Hours], Calendars, list[Stretch], int]
KINDS: tuple[TimeKind, ...] = ("working", "calendar", "clear", "clear working")


@st.composite
def some_counting(draw: st.DrawFn) -> Counting:
    times: st.SearchStrategy[Any] = st.one_of(
        st.none(), st.sampled_from(["closing", "same time"]), st.integers(1, 96).map(lambda n: n * 15)
    )
    return Counting(
        begins=draw(st.sampled_from(["at once", "on a working day"])),
        cut_off=draw(st.one_of(st.none(), st.integers(0, 24).map(lambda n: n * 60))),
        due_at=draw(times),
        rolls=draw(st.sampled_from(["not", "forward", "back"])),
    )


def words_of(goal: Duration, counting: Counting) -> Words:
    """The words as the walker takes them, with the defaults that the page of the language names."""
    clear = goal.kind in ("clear", "clear working")
    own = 1440 if clear else "closing" if goal.kind == "working" else "same time"
    return Words(
        working=goal.kind in ("working", "clear working"),
        clear=clear,
        due_at=own if counting.due_at is None else counting.due_at,
        rolls=counting.rolls,
        advances=counting.begins != "at once" or counting.cut_off is not None,
        cut_off=counting.cut_off,
    )


def by_wall(goal: Duration, counting: Counting) -> bool:
    return goal.kind == "calendar" and counting.due_at in (None, "same time")


@pytest.mark.parametrize("kind", KINDS)
def test_deadlines_counted_by_dates(kind: TimeKind) -> None:
    @examples(150)
    @given(a_clock(), some_counting(), st.integers(1, 8))
    def check(clock: Clock, counting: Counting, count: int) -> None:
        hours, calendars, stretches, start = clock
        goal = Duration(count, kind, "day")
        if by_wall(goal, counting):
            counting = replace(counting, due_at=1440)
        words = words_of(goal, counting)
        walker = Walker(hours["a"], start)
        seen = walker.due(as_seen(stretches), start, count, words)
        assert due(calendars, stretches, goal, start, counting) == seen

    check()


@examples(80)
@given(a_clock(), some_counting(), st.integers(1, 2), st.sampled_from(["week", "month"]))
def test_longer_calendar_units_counted_by_dates(clock: Clock, counting: Counting, count: int, unit: Any) -> None:
    hours, calendars, stretches, start = clock
    counting = replace(counting, due_at=1440) if counting.due_at in (None, "same time") else counting
    words = words_of(Duration(1, "calendar", "day"), counting)
    walker = Walker(hours["a"], start)
    first = plain(hours["a"].zone, walker.start(start, words)).date()
    last = first.add(weeks=count) if unit == "week" else first.add(months=count)
    seen = walker.due(as_seen(stretches), start, (last.to_stdlib() - first.to_stdlib()).days, words)
    assert due(calendars, stretches, Duration(count, "calendar", unit), start, counting) == seen


@examples(80)
@given(a_clock(), some_counting(), st.integers(1, 30), st.sampled_from(["day", "month", "clock"]))
def test_the_wall_clock_is_kept_when_a_last_day_rolls(clock: Clock, counting: Counting, count: int, unit: str) -> None:
    """Without a pause: the corresponding date, or so many hours later, then the same time on the day it rolls to."""
    hours, calendars, _, start = clock
    counting, zone = replace(counting, due_at=None), hours["a"].zone
    walker = Walker(hours["a"], start)
    begins = walker.start(start, words_of(Duration(1, "calendar", "day"), counting))
    if unit == "clock":
        goal, end = Duration(count, "clock", "hour"), begins + count * 3600
    else:
        goal = Duration(1 + count % 2, "calendar", unit)  # type: ignore[arg-type]
        whole = plain(zone, begins)
        end = instant(zone, whole.add(days=goal.count) if unit == "day" else whole.add(months=goal.count))
    last, time = plain(zone, end - 1).date(), plain(zone, end).time()  # midnight is the end of the day before
    rolled = walker.rolled(last, counting.rolls)
    if rolled != last:
        end = instant(zone, rolled.add(days=1).at(time) if time == Time() else rolled.at(time))
    assert due(calendars, [Stretch(start, None, "a")], goal, start, counting) == max(end, begins)


@pytest.mark.parametrize("kind", KINDS)
def test_deadlines_before_an_event(kind: TimeKind) -> None:
    @examples(60)
    @given(a_clock(), some_counting(), st.integers(1, 10), st.integers(0, 20))
    def check(clock: Clock, counting: Counting, count: int, later: int) -> None:
        hours, calendars, _, start = clock
        due_at = 1440 if counting.due_at == "same time" else counting.due_at
        own = "closing" if kind == "working" else 1440
        words = replace(words_of(Duration(count, kind, "day"), counting), due_at=own if due_at is None else due_at)
        event = plain(hours["a"].zone, start).date().add(days=later)
        assume(Date(2026, 2, 25) < event)
        walker = Walker(hours["a"], start)
        assume(len([day for day in walker.ends if day < event]) > 11)
        day = date(event.year, event.month, event.day)
        answer = at_least_before(calendars["a"], day, Duration(count, kind, "day"), counting)
        assert answer == walker.last_before(event, count, words)
        rows = ledger_before(calendars["a"], day, Duration(count, kind, "day"), counting)
        total = sum(row.amount for row in rows if row.what == "counted")
        assert kind == "calendar" or total == count

    check()


GOALS = st.one_of(
    st.builds(Duration, st.integers(1, 10), st.sampled_from(KINDS), st.just("day")),
    st.builds(Duration, st.integers(1, 2), st.just("calendar"), st.sampled_from(["week", "month"])),
    st.builds(Duration, st.integers(1, 90), st.sampled_from(["working", "clock"]), st.just("hour")),
)


@examples(300)
@given(a_clock(2), GOALS, some_counting())
def test_the_ledger_of_any_counting_sums_to_the_goal_and_ends_when_it_is_due(
    clock: Clock, goal: Duration, counting: Counting
) -> None:
    _, calendars, stretches, start = clock
    try:
        answer = due(calendars, stretches, goal, start, counting)
        rows = ledger(calendars, stretches, goal, start, counting)
    except CalendarRunsOut:
        assume(False)
    assert all(low.end == high.start for low, high in pairwise(rows)), "no hole, no overlap"
    assert not rows or rows[0].start == start
    assert len([row for row in rows if row.start >= row.end]) <= (counting.rolls == "back")
    if answer is None:
        return
    total = sum(row.amount for row in rows if row.what == "counted")
    last = sum(row.amount for row in rows if row.what == "last")
    assert rows[-1].end == answer or (counting.rolls == "back" and answer in {one.start for one in stretches})
    if goal.kind == "calendar":
        assert goal.unit == "month" or total == goal.count * DAY * (7 if goal.unit == "week" else 1)
    else:
        assert total + last == size(goal)
        assert last == goal.kind.startswith("clear")


@examples(150)
@given(a_clock(2), GOALS, some_counting())
def test_due_is_the_first_instant_at_which_elapsed_reaches_the_goal(
    clock: Clock, goal: Duration, counting: Counting
) -> None:
    _, calendars, stretches, start = clock
    counting = replace(counting, rolls="not")
    try:
        answer = due(calendars, stretches, goal, start, counting)
        late = start + 40 * DAY if answer is None else answer
        reached = [elapsed(calendars, stretches, goal.kind, goal.unit, start, at, counting) for at in (late - 1, late)]
    except CalendarRunsOut:
        assume(False)
    assert reached[0] < size(goal)
    assert answer is None or reached[1] >= size(goal)
