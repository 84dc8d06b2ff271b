"""Random calendars, zones, pauses and teams: the arithmetic against a walker that looks at every minute.

The oracle (`time_oracle.py`) imports nothing of casedsl. Starts lie around the changes of the clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import pytest
from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.vocabulary import Duration, TimeUnit
from casedsl_runtime.worktime import (
    CalendarRunsOut,
    Calendars,
    Stretch,
    before,
    due,
    elapsed,
    instant_at,
    ledger,
    local,
    prepare,
    size,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from time_calendars import ALWAYS, HERE, Desk, lock, running, written
from time_oracle import Hours, day_ends, instant, plain, spent, walk

from casedsl.artifact.bundle import compile_calendar
from casedsl.model.periods import Opening, Period, SpecialDay
from casedsl.model.records import Calendar

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "America/Havana")
DAY = 86_400
BEYOND = 2**40
DAYS = 12
"""How many days the walker looks at."""

MOMENTS = tuple(
    Desk(written("UTC", ALWAYS)).at(text)
    for text in ("2026-03-07T00:00", "2026-03-27T00:00", "2026-04-03T00:00", "2026-10-02T00:00", "2026-10-23T00:00")
)
"""Starts fall within three days after these."""


def examples(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(max_examples=count, derandomize=True, deadline=None, database=None)


@st.composite
def a_weekday(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to two openings that don't overlap, by quarters of an hour; the last may reach into the next morning."""
    times = draw(st.lists(st.integers(0, 96), max_size=4, unique=True).map(sorted))
    if len(times) % 2:
        times.append(draw(st.integers(97, 124)))
    return [(times[i] * 15, times[i + 1] * 15) for i in range(0, len(times), 2)]


@st.composite
def some_hours(draw: st.DrawFn, zones: Sequence[str] = ZONES) -> Hours:
    kinds = [draw(a_weekday()), draw(a_weekday()), []]
    week = draw(st.integers(0, 3**7 - 1))
    weekly = {day: kinds[week // 3**day % 3] for day in range(7)}
    days = st.sampled_from(["2026-03-09", "2026-03-29", "2026-03-30", "2026-10-05", "2026-10-26"])
    minutes = st.sampled_from([0, 0, 1, 90, 12 * 60, 1439])
    return Hours(draw(st.sampled_from(zones)), weekly, draw(st.dictionaries(days, minutes, max_size=2)))


def calendar_of(name: str, hours: Hours) -> CompiledCalendar:
    openings = tuple(Opening((day,), tuple(spans), HERE) for day, spans in hours.weekly.items())
    shut = tuple(SpecialDay(day, "", None, minute, HERE) for day, minute in sorted(hours.shut.items()))
    calendar = Calendar(name, name, hours.zone, (Period("", openings),), shut, HERE)
    result = compile_calendar(calendar, lock((), tuple(sorted(ZONES)), 2026, 2026))
    assume(isinstance(result, CompiledCalendar))  # otherwise it never opens, or is open past the next day's end
    assert isinstance(result, CompiledCalendar)
    return result


@st.composite
def a_clock(draw: st.DrawFn, teams: int = 1) -> tuple[dict[str, Hours], Calendars, list[Stretch], int]:
    """Hours of each team, their calendars, and the stretches of a clock with pauses and changes of team."""
    hours = {name: draw(some_hours()) for name in "abc"[:teams]}
    calendars = {name: prepare(calendar_of(name, each)) for name, each in hours.items()}
    start = draw(st.sampled_from(MOMENTS)) + 60 * draw(st.integers(0, 3 * 1440))
    offsets = st.tuples(st.integers(0, 4 * 1440), st.integers(0, 2 * 1440))
    pauses = [
        (start + low * 60, start + (low + long) * 60) for low, long in draw(st.lists(offsets, min_size=1, max_size=3))
    ]
    stretches = split(running(start, pauses, "a"), sorted(hours), draw)
    if draw(st.integers(0, 6)) == 3:
        stretches.pop()  # it stands still until further notice
    return hours, calendars, stretches, start


def split(stretches: list[Stretch], names: list[str], draw: st.DrawFn) -> list[Stretch]:
    """The same stretches, with changes of team within them."""
    parts: list[Stretch] = []
    for stretch in stretches:
        name, length = draw(st.sampled_from(names)), 2 * DAY if stretch.end is None else stretch.end - stretch.start
        middle = stretch.start + draw(st.integers(0, length // 60)) * 60 if len(names) > 1 else stretch.start
        if middle > stretch.start:
            parts.append(Stretch(stretch.start, middle, name))
        if stretch.end is None or middle < stretch.end:
            parts.append(Stretch(middle, stretch.end, draw(st.sampled_from(names))))
    return parts


@cache
def always(zone: str) -> Desk:
    return Desk(written(zone, ALWAYS))


def asked(calendars: Calendars, stretches: list[Stretch], goal: Duration, start: int) -> int | None:
    """The due instant; BEYOND if it lies after the year that the calendars know (they may open once a week)."""
    try:
        return due(calendars, stretches, goal, start)
    except CalendarRunsOut:
        return BEYOND


def as_seen(stretches: list[Stretch]) -> list[tuple[int, int | None, str]]:
    return [(stretch.start, stretch.end, stretch.calendar) for stretch in stretches]


@pytest.mark.parametrize("teams", [1, 2])
def test_working_minutes(teams: int) -> None:
    @examples(40)
    @given(a_clock(teams), st.integers(1, 40 * 60))
    def check(clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], goal: int) -> None:
        hours, calendars, stretches, start = clock
        seen = walk(hours, as_seen(stretches), start, goal, DAYS)
        answer = asked(calendars, stretches, Duration(goal, "working", "minute"), start)
        assert answer == seen or (seen is None and answer is not None and answer > start + DAYS * DAY)

    check()


@examples(40)
@given(a_clock(2), st.integers(0, 9 * 1440))
def test_elapsed_working_minutes(clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], later: int) -> None:
    hours, calendars, stretches, start = clock
    now = start + later * 60
    seen = spent(hours, as_seen(stretches), start, now)
    assert elapsed(calendars, stretches, "working", "minute", start, now) == seen * 60


@pytest.mark.parametrize("teams", [1, 2])
def test_working_days(teams: int) -> None:
    @examples(50)
    @given(a_clock(teams), st.integers(1, 8), st.integers(0, 9 * 1440))
    def check(clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], goal: int, later: int) -> None:
        hours, calendars, stretches, start = clock
        seen = day_ends(hours, as_seen(stretches), start, 60)
        answer = due(calendars, stretches, Duration(goal, "working", "day"), start)
        assert answer == (seen[goal - 1] if len(seen) >= goal else None)
        now = start + later * 60
        assert elapsed(calendars, stretches, "working", "day", start, now) == sum(end <= now for end in seen)

    check()


UNITS: dict[TimeUnit, int] = {"day": 40, "week": 6, "month": 4}


@pytest.mark.parametrize("unit", UNITS)
def test_calendar_units_without_a_pause(unit: TimeUnit) -> None:
    @examples(40)
    @given(st.sampled_from(ZONES), st.sampled_from(MOMENTS), st.integers(0, 3 * DAY), st.integers(1, UNITS[unit]))
    def check(zone: str, moment: int, later: int, count: int) -> None:
        start = moment - 60 * DAY + later if moment > MOMENTS[2] else moment - 30 * DAY + later
        desk = always(zone)
        whole = plain(zone, start)
        moved = {"day": whole.add(days=count), "week": whole.add(weeks=count), "month": whole.add(months=count)}[unit]
        stretches = [Stretch(start, None, desk.name)]
        answer = due(desk.calendars, stretches, Duration(count, "calendar", unit), start)
        assert answer == instant(zone, moved)
        assert elapsed(desk.calendars, stretches, "calendar", unit, start, answer) == count
        assert elapsed(desk.calendars, stretches, "calendar", unit, start, answer - 1) == count - 1

    check()


@examples(100)
@given(st.sampled_from(ZONES), st.sampled_from(MOMENTS), st.integers(0, 5 * DAY))
def test_local_time_both_ways(zone: str, moment: int, later: int) -> None:
    table = always(zone).table
    assert local(table, moment + later) == plain(zone, moment + later).to_stdlib()
    wall = moment + later  # as if it were local: also times that are skipped or come twice
    assert instant_at(table, wall) == instant(zone, plain("UTC", wall))


GOALS = st.one_of(
    st.builds(Duration, st.integers(1, 40 * 60), st.just("working"), st.just("minute")),
    st.builds(Duration, st.integers(1, 40), st.just("working"), st.just("hour")),
    st.builds(Duration, st.integers(1, 12), st.just("working"), st.just("day")),
    st.builds(Duration, st.integers(1, 200), st.just("clock"), st.just("hour")),
    st.builds(Duration, st.integers(1, 12), st.just("calendar"), st.just("day")),
    st.builds(Duration, st.integers(1, 2), st.just("calendar"), st.just("month")),
)


@examples(80)
@given(a_clock(2), GOALS)
def test_due_is_the_first_instant_at_which_elapsed_reaches_the_goal_and_the_ledger_sums_to_it(
    clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], goal: Duration
) -> None:
    _, calendars, stretches, start = clock
    answer = asked(calendars, stretches, goal, start)
    assume(answer != BEYOND)
    rows = ledger(calendars, stretches, goal, start)
    counted = [row for row in rows if row.what == "counted"]
    total = sum(row.amount for row in counted)
    assert all(low.start < low.end == high.start for low, high in pairwise(rows)), "no hole, no overlap"
    assert not rows or rows[0].start == start
    if answer is None:
        late = start + 40 * DAY
        assert elapsed(calendars, stretches, goal.kind, goal.unit, start, late) < size(goal)
        assert goal.kind == "calendar" or total < size(goal)
        return
    assert elapsed(calendars, stretches, goal.kind, goal.unit, start, answer) >= size(goal)
    assert elapsed(calendars, stretches, goal.kind, goal.unit, start, answer - 1) < size(goal)
    assert counted[-1].end == answer
    assert goal.unit == "month" or total == size(goal) * (DAY if goal.kind == "calendar" else 1)


@examples(40)
@given(a_clock(), st.sampled_from(("hour", "day")), st.integers(2, 20), st.integers(1, 19))
def test_before_is_where_the_rest_of_the_goal_remains(
    clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], unit: TimeUnit, goal: int, left: int
) -> None:
    """Without a pause, `n` hours or days left of `m` is the instant at which `m - n` are over."""
    _, calendars, _, start = clock
    assume(left < goal)
    one = [Stretch(start, None, "a")]
    end = asked(calendars, one, Duration(goal, "working", unit), start)
    assume(end != BEYOND)
    assert end is not None
    step = due(calendars, one, Duration(goal - left, "working", unit), start)
    assert before(calendars["a"], end, Duration(left, "working", unit)) == step


@examples(60)
@given(a_clock(), st.sampled_from(("minute", "hour", "day")), st.integers(1, 15), st.integers(1, 15))
def test_before_leaves_out_the_pauses_between(
    clock: tuple[dict[str, Hours], Calendars, list[Stretch], int], unit: TimeUnit, used: int, left: int
) -> None:
    """With pauses too, `n` left of `m` is where `m - n` are over."""
    _, calendars, stretches, start = clock
    end = asked(calendars, stretches, Duration(used + left, "working", unit), start)
    assume(isinstance(end, int) and end != BEYOND)
    assert isinstance(end, int)
    step = due(calendars, stretches, Duration(used, "working", unit), start)
    assert before(calendars["a"], end, Duration(left, "working", unit), stretches) == step
