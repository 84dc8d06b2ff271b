"""The rules of elapsed time, one case each, with dates that one can follow with a pencil. 2 March 2026 is a Monday."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import pytest
from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.vocabulary import Duration, TimeKind
from casedsl_runtime.worktime import (
    CalendarRunsOut,
    Stretch,
    before,
    due,
    elapsed,
    instant_of,
    ledger,
    load,
    local,
    prepare,
    size,
)
from time_calendars import ALWAYS, NINE_TO_FIVE, OFFICE, Desk, compiled, days, hours, months, running, written

UK = Desk(written("Europe/London", NINE_TO_FIVE))
OFFICE_DESK = Desk(written("Europe/London", OFFICE, "GB-ENG", {"2026-12-24": 12 * 60}))
LORD_HOWE = Desk(written("Australia/Lord_Howe", ALWAYS))
NEW_YORK = Desk(written("America/New_York", NINE_TO_FIVE))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-02T17:00", 2, "2026-03-03T11:00"),  # starts at the closing instant
        ("2026-03-02T07:30", 2, "2026-03-02T11:00"),  # starts before opening
        ("2026-03-06T15:00", 2, "2026-03-06T17:00"),  # ends exactly at closing: stays there
    ],
)
def test_working_hours(start: str, count: int, end: str) -> None:
    assert UK.due(start, hours(count)) == end


def test_working_hours_over_christmas() -> None:
    desk = Desk(written("Europe/London", NINE_TO_FIVE, "GB-ENG", {"2026-12-24": 12 * 60}))
    assert desk.due("2026-12-23T16:00", hours(6)) == "2026-12-29T11:00"


def test_a_pause_counts_only_the_working_time_inside_it() -> None:
    assert UK.due("2026-03-06T10:00", hours(8), ("2026-03-06T16:00", "2026-03-09T10:00")) == "2026-03-09T12:00"


def test_a_pause_at_the_very_deadline_comes_too_late() -> None:
    assert UK.due("2026-03-02T09:00", hours(2), ("2026-03-02T11:00", None)) == "2026-03-02T11:00"
    assert UK.due("2026-03-02T09:00", hours(2), ("2026-03-02T10:59", None)) == "never"
    assert UK.due("2026-03-02T09:00", days(1), ("2026-03-03T17:00", None)) == "2026-03-03T17:00"
    assert UK.due("2026-03-02T09:00", days(1), ("2026-03-03T16:59", None)) == "never"
    assert UK.due("2026-03-02T09:00", Duration(2, "clock", "hour"), ("2026-03-02T11:00", None)) == "2026-03-02T11:00"
    assert UK.due("2026-03-02T09:00", months(1), ("2026-04-02T09:00", None)) == "2026-04-02T09:00"


def test_a_clock_that_is_paused_from_its_start() -> None:
    assert UK.due("2026-03-02T09:00", hours(2), ("2026-03-02T09:00", "2026-03-03T09:00")) == "2026-03-03T11:00"
    assert UK.due("2026-03-02T09:00", days(1), ("2026-03-02T09:00", "2026-03-03T18:00")) == "2026-03-04T17:00"
    assert due(UK.calendars, [], hours(2), UK.at("2026-03-02T09:00")) is None


def test_a_goal_of_nothing_is_due_at_once_and_of_no_working_time_when_it_opens() -> None:
    assert UK.due("2026-03-02T07:00", hours(0)) == "2026-03-02T09:00"
    assert UK.due("2026-03-02T10:00", hours(0)) == "2026-03-02T10:00"
    assert UK.due("2026-03-02T07:00", hours(0), ("2026-03-02T08:00", "2026-03-02T11:00")) == "2026-03-02T11:00"
    assert UK.due("2026-03-02T07:00", days(0)) == "2026-03-02T07:00"


def test_hours_cut_from_monday_noon_on() -> None:
    """8h from Mon 09:00; from Mon 12:00 a new calendar holds, open 09-13: the past keeps the old one."""
    morning = prepare(compiled(written("Europe/London", dict.fromkeys(NINE_TO_FIVE, ("09:00-13:00",)))))
    start, change = UK.at("2026-03-02T09:00"), UK.at("2026-03-02T12:00")
    stretches = [Stretch(start, change, "old"), Stretch(change, None, "new")]
    assert UK.show(due({"old": UK.table, "new": morning}, stretches, hours(8), start)) == "2026-03-03T13:00"


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-05T17:00", 1, "2026-03-06T16:00"),  # Thursday to Friday's closing
        ("2026-03-05T00:00", 1, "2026-03-06T16:00"),  # any time of Thursday
        ("2026-03-14T10:00", 1, "2026-03-16T17:30"),  # from Saturday, Monday is day 1
        ("2026-03-02T16:00", 2, "2026-03-04T17:30"),
        ("2026-04-02T09:00", 1, "2026-04-07T17:30"),  # Good Friday and Easter Monday
        ("2026-12-23T09:00", 1, "2026-12-24T12:00"),  # Christmas Eve closes at noon
        ("2026-12-24T13:00", 1, "2026-12-29T17:30"),  # Boxing Day is a Saturday: Monday is its substitute
    ],
)
def test_working_days(start: str, count: int, end: str) -> None:
    assert OFFICE_DESK.due(start, days(count)) == end


@pytest.mark.parametrize(
    ("pause", "end"),
    [
        (("2026-03-03T10:00", "2026-03-03T11:00"), "2026-03-04T17:30"),  # within a day: costs none
        (("2026-03-03T10:00", "2026-03-03T17:30"), "2026-03-05T17:30"),  # covers Tuesday's closing instant
        (("2026-03-03T17:30", "2026-03-04T09:00"), "2026-03-04T17:30"),  # begins at closing: Tuesday has counted
        (("2026-03-03T17:29", "2026-03-04T17:31"), "2026-03-06T16:00"),  # covers two closings
        (("2026-03-02T17:00", "2026-03-02T23:00"), "2026-03-04T17:30"),  # covers the closing of the first date
    ],
)
def test_a_pause_costs_the_days_whose_closing_it_covers(pause: tuple[str, str], end: str) -> None:
    assert OFFICE_DESK.due("2026-03-02T16:00", days(2), pause) == end


def test_a_working_day_of_a_calendar_that_is_always_open_ends_at_local_midnight() -> None:
    desk = Desk(written("Europe/London", ALWAYS))
    assert desk.due("2026-03-27T10:00", days(2)) == "2026-03-30T00:00"
    assert len(desk.table.calendar.opens) == 1


def test_no_date_is_counted_twice_when_the_new_team_closes_later() -> None:
    late = prepare(compiled(written("Europe/London", dict.fromkeys(NINE_TO_FIVE, ("09:00-20:00",)))))
    calendars = {"early": UK.table, "late": late}
    start, change = UK.at("2026-03-02T09:00"), UK.at("2026-03-03T18:00")
    stretches = [Stretch(start, change, "early"), Stretch(change, None, "late")]
    assert UK.show(due(calendars, stretches, days(2), start)) == "2026-03-04T20:00"
    assert elapsed(calendars, stretches, "working", "day", start, UK.at("2026-03-03T21:00")) == 1


@pytest.mark.parametrize(
    ("start", "goal", "end"),
    [
        ("2026-01-31T12:00", months(1), "2026-02-28T12:00"),
        ("2026-01-31T12:00", months(3), "2026-04-30T12:00"),  # not 28 Feb + 2 months
        ("2026-11-30T12:00", months(3), "2027-02-28T12:00"),
        ("2026-02-28T12:00", months(1), "2026-03-28T12:00"),
        ("2026-02-28T12:00", Duration(1, "calendar", "year"), "2027-02-28T12:00"),
        ("2026-03-27T12:00", Duration(1, "calendar", "week"), "2026-04-03T12:00"),
        ("2026-02-16T12:00", Duration(56, "calendar", "day"), "2026-04-13T12:00"),  # over the change of the clocks
        ("2026-03-27T12:00", Duration(72, "clock", "hour"), "2026-03-30T13:00"),  # 72 hours are not three days
        ("2026-03-28T12:00", Duration(1, "clock", "day"), "2026-03-29T13:00"),
        ("2026-03-28T01:30", Duration(1, "calendar", "day"), "2026-03-29T02:30"),  # a time that is skipped
    ],
)
def test_calendar_and_clock_time(start: str, goal: Duration, end: str) -> None:
    assert UK.due(start, goal) == end


def test_a_month_from_the_last_day_of_february_in_a_leap_year() -> None:
    desk = Desk(written("Europe/London", NINE_TO_FIVE), 2028, 2029)
    assert desk.due("2028-02-29T12:00", Duration(1, "calendar", "year")) == "2029-02-28T12:00"
    assert desk.due("2028-01-31T12:00", months(1)) == "2028-02-29T12:00"


def test_a_pause_moves_calendar_time_by_its_length_on_the_wall() -> None:
    pause = ("2026-03-27T12:00", "2026-03-30T12:00")  # three days on the wall, 71 hours of the clock
    assert UK.due("2026-03-20T09:00", Duration(10, "calendar", "day"), pause) == "2026-04-02T09:00"
    assert UK.due("2026-03-20T09:00", Duration(10, "clock", "day"), pause) == "2026-04-02T09:00"
    assert UK.due("2026-02-20T09:00", months(1), pause) == "2026-03-20T09:00"
    assert UK.due("2026-03-20T09:00", months(1), pause) == "2026-04-23T09:00"
    assert UK.due("2026-03-20T09:00", months(1), ("2026-03-27T12:00", None)) == "never"


def test_a_deadline_that_was_reached_does_not_move_with_the_team() -> None:
    """Ten calendar days over in London; a week later the case goes to New York."""
    start, change = UK.at("2026-06-01T09:00"), UK.at("2026-06-18T09:00")
    stretches = [Stretch(start, change, "uk"), Stretch(change, None, "us")]
    calendars = {"uk": UK.table, "us": NEW_YORK.table}
    assert UK.show(due(calendars, stretches, Duration(10, "calendar", "day"), start)) == "2026-06-11T09:00"
    assert NEW_YORK.show(due(calendars, stretches, Duration(20, "calendar", "day"), start)) == "2026-06-21T04:00"


def test_a_change_of_team_makes_nothing_due_in_the_past() -> None:
    """A calendar day from London 17:00; New York's clocks change in the night, so there it was due an hour earlier."""
    start, change = UK.at("2026-03-07T17:00"), UK.at("2026-03-08T16:30")
    stretches = [Stretch(start, change, "uk"), Stretch(change, None, "us")]
    answer = due({"uk": UK.table, "us": NEW_YORK.table}, stretches, Duration(1, "calendar", "day"), start)
    assert UK.show(answer) == "2026-03-08T16:30"


def test_a_pause_in_which_the_clocks_go_back_makes_nothing_due_earlier() -> None:
    """Paused for twenty minutes, from the first 01:50 to the second 01:10."""
    start = UK.at("2026-10-20T12:00")
    pause = (UK.at("2026-10-25T01:50"), UK.at("2026-10-25T01:50") + 1200)
    stretches = running(start, [pause], "office")
    assert UK.show(due(UK.calendars, stretches, Duration(7, "calendar", "day"), start)) == "2026-10-27T12:00"


def test_a_calendar_day_is_over_once_its_time_of_day_has_come_the_first_time() -> None:
    start, again = UK.at("2026-10-24T01:30"), UK.at("2026-10-25T01:10") + 3600
    assert UK.show(again) == "2026-10-25T01:10"
    assert elapsed(UK.calendars, running(start, [], "office"), "calendar", "day", start, again) == 1


@pytest.mark.parametrize(
    ("unit", "now", "count"),
    [
        ("day", "2026-03-03T08:59", 0),
        ("day", "2026-03-03T09:00", 1),
        ("week", "2026-03-31T09:00", 4),
        ("month", "2026-04-02T08:59", 0),
        ("month", "2026-05-02T09:00", 2),
        ("year", "2027-03-02T09:00", 1),
    ],
)
def test_elapsed_calendar_time_is_in_whole_units(unit: str, now: str, count: int) -> None:
    start = UK.at("2026-03-02T09:00")
    goal = Duration(1, "calendar", unit)  # type: ignore[arg-type]
    stretches = running(start, [], "office")
    assert elapsed(UK.calendars, stretches, goal.kind, goal.unit, start, UK.at(now)) == count


@pytest.mark.parametrize("kind", get_args(TimeKind))
def test_nothing_has_elapsed_before_the_start(kind: TimeKind) -> None:
    start = UK.at("2026-03-02T09:00")
    assert elapsed(UK.calendars, running(start, [], "office"), kind, "day", start, UK.at("2026-02-02T09:00")) == 0
    backwards = [Stretch(start, start - 3600, "office")]
    assert elapsed(UK.calendars, backwards, kind, "day", start, UK.at("2026-03-02T19:00")) == 0


@pytest.mark.parametrize(
    ("end", "left", "step"),
    [
        ("2026-03-09T10:00", hours(2), "2026-03-06T16:00"),
        ("2026-03-09T10:00", hours(1), "2026-03-06T17:00"),  # the first instant with an hour left
        ("2026-03-11T17:00", days(2), "2026-03-09T17:00"),
        ("2026-03-09T17:00", days(1), "2026-03-06T17:00"),
        ("2026-03-09T16:00", days(1), "2026-03-05T17:00"),  # Monday hasn't ended, so it doesn't count
        ("2026-03-30T12:00", Duration(1, "calendar", "day"), "2026-03-29T12:00"),
        ("2026-03-29T12:00", Duration(24, "clock", "hour"), "2026-03-28T11:00"),
        ("2026-03-31T12:00", months(1), "2026-02-28T12:00"),
    ],
)
def test_before(end: str, left: Duration, step: str) -> None:
    assert UK.show(before(UK.table, UK.at(end), left)) == step


@pytest.mark.parametrize(
    ("desk", "wall", "instant", "shown"),
    [
        (UK, "2026-03-29T01:30", "2026-03-29T02:30+01:00", "2026-03-29T02:30"),
        (UK, "2026-03-29T01:00", "2026-03-29T02:00+01:00", "2026-03-29T02:00"),
        (UK, "2026-03-29T00:59", "2026-03-29T00:59+00:00", "2026-03-29T00:59"),
        (UK, "2026-10-25T01:30", "2026-10-25T01:30+01:00", "2026-10-25T01:30"),
        (UK, "2026-10-25T02:00", "2026-10-25T02:00+00:00", "2026-10-25T02:00"),
        (NEW_YORK, "2026-03-08T02:30", "2026-03-08T03:30-04:00", "2026-03-08T03:30"),
        (NEW_YORK, "2026-11-01T01:30", "2026-11-01T01:30-04:00", "2026-11-01T01:30"),
        (LORD_HOWE, "2026-10-04T02:15", "2026-10-04T02:45+11:00", "2026-10-04T02:45"),  # a gap of half an hour
        (LORD_HOWE, "2026-04-05T01:45", "2026-04-05T01:45+11:00", "2026-04-05T01:45"),
    ],
)
def test_wall_clock_times_that_are_skipped_or_come_twice(desk: Desk, wall: str, instant: str, shown: str) -> None:
    assert desk.at(wall) == int(datetime.fromisoformat(instant).timestamp())
    assert desk.show(desk.at(wall)) == shown


def test_the_second_pass_of_a_repeated_hour_is_local_time_too() -> None:
    first = UK.at("2026-10-25T01:30")
    assert UK.show(first + 3600) == "2026-10-25T01:30"
    assert LORD_HOWE.show(LORD_HOWE.at("2026-04-05T01:45") + 1800) == "2026-04-05T01:45"


def test_always_open_means_elapsed_hours() -> None:
    assert LORD_HOWE.due("2026-10-03T12:00", hours(24)) == "2026-10-04T12:30"
    assert LORD_HOWE.due("2026-04-04T12:00", hours(24)) == "2026-04-05T11:30"


def test_a_calendar_that_runs_out_says_so() -> None:
    late = UK.at("2027-12-31T16:00")
    open_now = running(late, [], "office")
    for goal in (hours(2), days(1), months(1), Duration(1, "calendar", "day"), months(10**9)):
        with pytest.raises(CalendarRunsOut) as caught:
            due(UK.calendars, open_now, goal, late)
        said = "calendar `office` knows no day after 2027-12-31; run `casedsl calendars lock` for more years"
        assert str(caught.value) == said
    assert due(UK.calendars, open_now, Duration(48, "clock", "hour"), late) == late + 48 * 3600


@pytest.mark.parametrize("goal", [hours(24), days(1), Duration(1, "calendar", "day")])
def test_the_instant_at_which_a_calendar_ends_is_not_known(goal: Duration) -> None:
    """The zone's offset there is another year's, so nobody could say when that is on the wall."""
    desk = Desk(written("Europe/London", ALWAYS))
    last = desk.table.calendar.last
    start = last - 86_400 - (1 if goal.unit == "day" and goal.kind == "working" else 0)
    with pytest.raises(CalendarRunsOut):
        due(desk.calendars, running(start, [], desk.name), goal, start)


def test_a_calendar_knows_nothing_before_its_first_day_either() -> None:
    first = UK.table.calendar.first
    assert UK.show(first) == "2026-01-01T00:00"
    for ask in (
        lambda: local(UK.table, first - 1),
        lambda: instant_of(UK.table, datetime(2025, 12, 31, 23, 59)),
        lambda: before(UK.table, first + 86_400, hours(48)),
        lambda: before(UK.table, UK.at("2026-01-01T11:00"), hours(2)),  # when did it close before it opened?
        lambda: before(UK.table, first + 86_400, days(3)),
        lambda: before(UK.table, first + 86_400, months(10**9)),
        lambda: elapsed(UK.calendars, running(first - 1, [], "office"), "working", "hour", first - 1, first),
    ):
        with pytest.raises(CalendarRunsOut, match="knows no day before 2026-01-01"):
            ask()


def test_a_calendar_that_never_opens_ends_no_clock() -> None:
    shut = CompiledCalendar("shut", "UTC", 0, 86_400, (), (), (), (), (0,), (0,))
    calendars = load(Bundle((shut,), "0", "0"))
    for goal in (hours(1), days(1)):
        with pytest.raises(CalendarRunsOut, match="knows no day after 1970-01-01"):
            due(calendars, [Stretch(0, None, "shut")], goal, 0)
        assert due(calendars, [Stretch(0, 60, "shut")], goal, 0) is None
        assert ledger(calendars, [Stretch(0, 60, "shut")], goal, 0)[0].what == "closed"


def test_size_is_the_measure_of_elapsed() -> None:
    goals = (hours(2), Duration(30, "working", "minute"), days(3), months(2), Duration(2, "clock", "day"))
    assert [size(goal) for goal in goals] == [7200, 1800, 3, 2, 172_800]
