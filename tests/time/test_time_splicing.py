"""A calendar that changes while clocks run: the rows of `time/README.md`, the rule of the date under way, and laws.

The oracle walks minute by minute: until the change it looks at the old hours, from there on at the new ones.
2026-11-02 is a Monday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.loading import dump_bundle, load_bundle
from casedsl_runtime.references import bundle_problems
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import (
    CalendarRunsOut,
    CalendarsDontJoin,
    Stretch,
    Timetable,
    due,
    elapsed,
    ledger,
    local,
    midnight,
    prepare,
    size,
    spliced,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_time_oracle import DAY, DAYS, MOMENTS, calendar_of, some_hours
from time_calendars import ALWAYS, NINE_TO_FIVE, Desk, compiled, days, hours, written
from time_oracle import Hours, open_minutes

NINE_TO_ONE = dict.fromkeys(NINE_TO_FIVE, ("09:00-13:00",))
LONDON = "Europe/London"


def bundle(*calendars: CompiledCalendar) -> Bundle:
    return Bundle(calendars, "1", "1")


def desk(old: Desk, new: Desk, effective: str) -> Desk:
    """The desk whose calendar is the old one until an instant (or a date), and the new one from there."""
    at = old.at(effective) if "T" in effective else effective
    joined = spliced(bundle(old.table.calendar), bundle(new.table.calendar), at)
    assert bundle_problems(joined) == []
    found = Desk.__new__(Desk)
    found.name, found.table = old.name, prepare(joined.calendars[0])
    found.calendars = {found.name: found.table}
    return found


def office(
    weekly: Mapping[str, tuple[str, ...]] = NINE_TO_FIVE,
    closed: Mapping[str, int] | tuple[str, ...] = (),
    opened: Mapping[str, tuple[str, ...]] | None = None,
    zone: str = LONDON,
) -> Desk:
    return Desk(written(zone, weekly, closed=closed, opened=opened))


# --- the rows of the design


def test_hours_cut_in_the_middle_of_a_day() -> None:
    """8h from Mon 09:00, hours cut to 09-13 from Mon 12:00: 17:00 -> Tue 13:00."""
    assert office().due("2026-11-02T09:00", hours(8)) == "2026-11-02T17:00"
    cut = desk(office(), office(NINE_TO_ONE), "2026-11-02T12:00")
    assert cut.due("2026-11-02T09:00", hours(8)) == "2026-11-03T13:00"


def test_a_holiday_added_before_its_day() -> None:
    """Fri 15:00 + 4h: Mon 11:00 -> Tue 11:00."""
    proclaimed = desk(office(), office(closed=("2026-11-09",)), "2026-11-09")
    assert office().due("2026-11-06T15:00", hours(4)) == "2026-11-09T11:00"
    assert proclaimed.due("2026-11-06T15:00", hours(4)) == "2026-11-10T11:00"


def test_what_is_past_keeps_the_old_hours() -> None:
    """A holiday that is proclaimed for a day that is over changes nothing, nor does it shorten what was worked."""
    late = desk(office(), office(closed=("2026-11-02",)), "2026-11-03T00:00")
    assert late.table.calendar == office().table.calendar
    started, now = late.at("2026-11-02T09:00"), late.at("2026-11-02T12:00")
    cut = desk(office(), office(NINE_TO_ONE), "2026-11-02T12:00")
    ran = [Stretch(started, None, "office")]
    assert elapsed(cut.calendars, ran, "working", "hour", started, now) == 3 * 3600


# --- working days: a date is counted once


@pytest.mark.parametrize(
    ("old", "new", "effective", "monday"),
    [
        pytest.param(office(), office(NINE_TO_ONE), "2026-11-02T17:00", "17:00", id="over by then"),
        pytest.param(office(), office(NINE_TO_ONE), "2026-11-02T12:00", "13:00", id="under way, the new goes on"),
        pytest.param(office(), office(NINE_TO_ONE), "2026-11-02T14:00", "14:00", id="under way, the new has shut"),
        pytest.param(office(), office(closed=("2026-11-02",)), "2026-11-02T14:00", "14:00", id="shut in its course"),
        pytest.param(office(), office(closed=("2026-11-02",)), "2026-11-02T08:00", None, id="not begun"),
        pytest.param(office(), office(closed=("2026-11-02",)), "2026-11-02T09:00", None, id="not begun at its opening"),
        pytest.param(office(NINE_TO_ONE), office(), "2026-11-02T13:00", "13:00", id="over, though the new opens again"),
        pytest.param(office(NINE_TO_ONE), office(), "2026-11-02T12:59", "17:00", id="longer hours"),
        pytest.param(office(closed=("2026-11-02",)), office(), "2026-11-02T12:00", "17:00", id="opened in its course"),
        pytest.param(office(closed=("2026-11-02",)), office(), "2026-11-02T17:00", None, id="opened when it was over"),
    ],
)
def test_when_the_day_of_the_change_counts(old: Desk, new: Desk, effective: str, monday: str | None) -> None:
    joined = desk(old, new, effective)
    counted = dict(zip(joined.table.calendar.days, joined.table.calendar.ends, strict=True))
    assert len(counted) == len(joined.table.calendar.days)
    end = counted.get(local(joined.table, joined.at("2026-11-02T00:00")).toordinal())
    assert (None if end is None else joined.show(end)[11:]) == monday


def test_a_night_that_is_under_way_ends_as_the_new_hours_say() -> None:
    nights = dict.fromkeys(("mon", "tue"), ("22:00-30:00",))
    short = dict.fromkeys(("mon", "tue"), ("22:00-28:00",))
    joined = desk(office(nights), office(short), "2026-11-03T02:00")
    assert joined.due("2026-11-02T10:00", hours(7)) == "2026-11-03T23:00"
    assert joined.due("2026-11-01T10:00", days(1)) == "2026-11-03T04:00"


def test_a_day_that_is_over_at_midnight_stays_so_when_its_hours_are_cut() -> None:
    old, new = (
        replace(each, ends=tuple(end - end % DAY + DAY for end in each.ends))
        for each in (office().table.calendar, office(NINE_TO_ONE).table.calendar)
    )
    monday = office().at("2026-11-02T14:00")
    joined = spliced(bundle(old), bundle(new), monday).calendars[0]
    assert joined.ends == old.ends


# --- what can't be joined


def test_a_date_means_its_beginning_in_each_calendars_zone() -> None:
    offices = [Desk(written(zone, ALWAYS, name=name)) for zone, name in ((LONDON, "a"), ("Asia/Tokyo", "b"))]
    shut = [Desk(written(each.table.calendar.zone, ALWAYS, closed=("2026-11-02",), name=each.name)) for each in offices]
    old, new = (bundle(*(each.table.calendar for each in some)) for some in (offices, shut))
    joined = spliced(old, new, "2026-11-02")
    for each in joined.calendars:
        assert local(prepare(each), each.closes[0]).isoformat() == "2026-11-02T00:00:00"


def test_what_only_one_of_them_knows() -> None:
    old, new = office().table.calendar, office(NINE_TO_ONE).table.calendar
    assert spliced(bundle(old), bundle(replace(new, name="other")), 0) == bundle(old)
    assert spliced(bundle(old), bundle(new), 0).calendars == (new,)
    assert spliced(bundle(old), replace(bundle(old), holidays_version="2"), 0) == bundle(old)


def test_years_that_neither_of_them_knows_are_no_gap() -> None:
    """The old calendar knows 2026, the new one 2028: there is no instant at which one follows the other."""
    old = compiled(written(LONDON, NINE_TO_FIVE), 2026, 2026)
    new = compiled(written(LONDON, NINE_TO_ONE), 2028, 2028)
    at = office().at("2026-06-01T00:00")
    with pytest.raises(CalendarsDontJoin, match="lock the years around it"):
        spliced(bundle(old), bundle(new), at)
    with pytest.raises(CalendarsDontJoin, match="lock the years around it"):
        spliced(bundle(old), bundle(new), new.first)


def test_another_zone_is_another_calendar() -> None:
    old, new = office(), office(zone="Asia/Tokyo")
    with pytest.raises(CalendarsDontJoin, match="is in Europe/London and can't go on in Asia/Tokyo"):
        spliced(bundle(old.table.calendar), bundle(new.table.calendar), old.at("2026-06-01T00:00"))


def test_a_zone_whose_rules_change_goes_on_by_the_new_ones() -> None:
    """The clocks are not put back in October any more: one o'clock stays summer time."""
    old = office()
    flat = replace(old.table.calendar, changes=old.table.calendar.changes[:2], offsets=old.table.calendar.offsets[:2])
    joined = spliced(bundle(old.table.calendar), bundle(flat), old.at("2026-09-01T00:00"))
    table = prepare(joined.calendars[0])
    assert local(table, old.at("2026-11-02T09:00")).isoformat() == "2026-11-02T10:00:00"
    assert local(table, old.at("2026-03-02T09:00")).isoformat() == "2026-03-02T09:00:00"


# --- laws


@st.composite
def a_change(draw: st.DrawFn, nights: bool = True) -> tuple[Hours, Hours, Bundle, Bundle, int]:
    """Old and new hours of one zone, what they compile to, and the minute of the change."""
    before = draw(some_hours())
    after = draw(some_hours((before.zone,)))
    if not nights:
        before, after = (replace(each, weekly=_by_day(each.weekly)) for each in (before, after))
    old, new = (bundle(calendar_of("a", each)) for each in (before, after))
    effective = draw(st.sampled_from(MOMENTS)) + 60 * draw(st.integers(0, 5 * 1440))
    return before, after, old, new, effective


def _by_day(weekly: dict[int, list[tuple[int, int]]]) -> dict[int, list[tuple[int, int]]]:
    return {day: [(low, min(high, 1440)) for low, high in spans if low < 1440] for day, spans in weekly.items()}


def joined_minutes(before: Hours, after: Hours, start: int, count: int, effective: int) -> set[int]:
    return {minute for minute in open_minutes(before, start, count) if minute < effective} | {
        minute for minute in open_minutes(after, start, count) if minute >= effective
    }


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(a_change(), st.integers(-2 * 1440, 2 * 1440), st.integers(1, 30 * 60))
def test_working_minutes_are_those_of_each_calendar_in_its_time(
    change: tuple[Hours, Hours, Bundle, Bundle, int], offset: int, goal: int
) -> None:
    before, after, old, new, effective = change
    calendars = {"a": prepare(spliced(old, new, effective).calendars[0])}
    start = effective + offset * 60
    open_then = sorted(
        minute
        for minute in joined_minutes(before, after, start, DAYS, effective)
        if start <= minute < start + DAYS * DAY
    )
    seen = open_then[goal - 1] + 60 if len(open_then) >= goal else None
    try:
        answer = due(calendars, [Stretch(start, None, "a")], Duration(goal, "working", "minute"), start)
    except CalendarRunsOut:
        answer = None
    assert answer == seen or (seen is None and (answer is None or answer > start + DAYS * DAY))


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(a_change())
def test_a_joined_bundle_holds_together(change: tuple[Hours, Hours, Bundle, Bundle, int]) -> None:
    """It can be loaded, is found again by its hash, and joining twice changes nothing."""
    _, _, old, new, effective = change
    once = spliced(old, new, effective)
    assert load_bundle(dump_bundle(once)).bundle == once
    assert spliced(once, new, effective) == once
    calendar = once.calendars[0]
    past = [end for end in calendar.ends if end <= effective]
    kept = [end for end in old.calendars[0].ends if end < effective]
    assert past[: len(kept)] == kept
    assert len(past) <= len(kept) + 1


GOALS = st.one_of(
    st.builds(Duration, st.integers(1, 40), st.just("working"), st.just("hour")),
    st.builds(Duration, st.integers(1, 12), st.just("working"), st.just("day")),
    st.builds(Duration, st.integers(1, 12), st.sampled_from(["calendar", "clear", "clear working"]), st.just("day")),
)
COUNTINGS = st.sampled_from(
    [Counting(), Counting("on a working day"), Counting(cut_off=960), Counting(rolls="forward")]
)


@settings(max_examples=120, derandomize=True, deadline=None, database=None)
@given(a_change(), st.integers(0, 3 * 1440), GOALS)
def test_a_clock_that_starts_after_the_change_counts_as_if_the_calendar_had_always_said_so(
    change: tuple[Hours, Hours, Bundle, Bundle, int], offset: int, goal: Duration
) -> None:
    _, _, old, new, effective = change
    joined, fresh = prepare(spliced(old, new, effective).calendars[0]), prepare(new.calendars[0])
    start = effective + offset * 60
    assert _due(joined, start, goal, Counting()) == _due(fresh, start, goal, Counting())


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(a_change(nights=False), st.integers(0, 3 * 1440), GOALS, COUNTINGS)
def test_so_it_does_in_every_counting_when_no_day_is_under_way(
    change: tuple[Hours, Hours, Bundle, Bundle, int], offset: int, goal: Duration, counting: Counting
) -> None:
    *_, old, new, moment = change
    table = prepare(new.calendars[0])
    date = local(table, moment).date()
    joined = prepare(spliced(old, new, date.isoformat()).calendars[0])
    start = midnight(table, date.toordinal()) + offset * 60
    assert _due(joined, start, goal, counting) == _due(table, start, goal, counting)


def _due(table: Timetable, start: int, goal: Duration, counting: Counting) -> int | str | None:
    try:
        return due({"a": table}, [Stretch(start, None, "a")], goal, start, counting)
    except CalendarRunsOut:
        return "beyond"


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(a_change(), st.integers(-4 * 1440, 0), GOALS)
def test_the_ledger_sums_to_the_goal_and_ends_at_the_deadline(
    change: tuple[Hours, Hours, Bundle, Bundle, int], offset: int, goal: Duration
) -> None:
    _, _, old, new, effective = change
    calendars = {"a": prepare(spliced(old, new, effective).calendars[0])}
    start = effective + offset * 60
    stretches = [Stretch(start, None, "a")]
    try:
        end = due(calendars, stretches, goal, start)
        rows = ledger(calendars, stretches, goal, start)
    except CalendarRunsOut:
        assume(False)
    counted = [row for row in rows if row.what == "counted"]
    assert max(row.end for row in rows) == end
    if goal.kind != "calendar":
        assert sum(row.amount for row in counted) == (size(goal) if goal.kind == "working" else goal.count)
