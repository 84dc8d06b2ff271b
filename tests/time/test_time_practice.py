"""What experienced administrators expect of working time: a test for each row of the design's tables, named after it
(`time/README.md`). Rows about whose clock runs when (reassigning, merging, reopening, responding) are the engine's.

2 March 2026 is a Monday.
"""

from __future__ import annotations

import pytest
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import Stretch, at_least_before, before, due, elapsed, prepare
from time_calendars import (
    ALWAYS,
    NINE_TO_FIVE,
    WEEK,
    Desk,
    calendar_days,
    clear,
    compiled,
    days,
    hours,
    months,
    running,
    written,
)

UK = Desk(written("Europe/London", NINE_TO_FIVE))
CHRISTMAS = Desk(
    written(
        "Europe/London",
        NINE_TO_FIVE,
        ("GB-ENG", "GB-WLS"),
        {"2026-12-24": 12 * 60},
        opened={"2027-01-02": ["10:00-16:00"]},
    )
)
NEW_YORK = Desk(written("America/New_York", ALWAYS))
NIGHT = Desk(written("America/New_York", dict.fromkeys(WEEK, ("22:00-30:00",))))
LUNCH = Desk(written("Europe/Paris", dict.fromkeys(WEEK[:5], ("09:00-12:00", "13:00-18:00"))))


def test_start_in_before_after_hours_at_closing_instant() -> None:
    assert UK.due("2026-03-02T17:00", hours(2)) == "2026-03-03T11:00"
    assert UK.due("2026-03-02T07:30", hours(2)) == "2026-03-02T11:00"


def test_goal_ending_exactly_at_closing_stays_that_day() -> None:
    assert UK.due("2026-03-06T15:00", hours(2)) == "2026-03-06T17:00"


def test_weekend_holiday_half_day_extra_opening() -> None:
    assert CHRISTMAS.due("2026-12-23T16:00", hours(6)) == "2026-12-29T11:00"
    assert CHRISTMAS.due("2026-12-31T16:00", hours(2)) == "2027-01-02T11:00"  # the Saturday counts
    assert CHRISTMAS.due("2026-12-31T16:00", days(1)) == "2027-01-02T16:00"


def test_several_spans_lunch() -> None:
    assert LUNCH.due("2026-03-02T11:30", hours(1)) == "2026-03-02T13:30"


def test_spans_over_midnight_and_the_clocks() -> None:
    assert NIGHT.due("2026-03-07T22:00", hours(8)) == "2026-03-08T23:00"  # this night has seven hours
    assert NIGHT.due("2026-10-31T22:00", hours(9)) == "2026-11-01T06:00"  # and this one nine


def test_always_open_means_elapsed_hours() -> None:
    assert NEW_YORK.due("2026-03-07T12:00", hours(24)) == "2026-03-08T13:00"
    lord_howe = Desk(written("Australia/Lord_Howe", ALWAYS))
    assert lord_howe.due("2026-10-03T12:00", hours(24)) == "2026-10-04T12:30"


def test_a_pause_counts_only_the_working_time_inside_it() -> None:
    assert UK.due("2026-03-06T10:00", hours(8), ("2026-03-06T16:00", "2026-03-09T10:00")) == "2026-03-09T12:00"


def test_overlapping_pause_reasons_are_a_union() -> None:
    pauses = ("2026-03-02T10:00", "2026-03-02T12:00"), ("2026-03-02T11:00", "2026-03-02T13:00")
    assert UK.due("2026-03-02T09:00", hours(4), *pauses) == "2026-03-02T16:00"


def test_pause_at_the_very_deadline_the_deadline_wins() -> None:
    assert UK.due("2026-03-02T09:00", hours(2), ("2026-03-02T11:00", None)) == "2026-03-02T11:00"


def test_pause_outside_hours_adds_nothing_and_paused_from_the_start() -> None:
    assert UK.due("2026-03-02T15:00", hours(4), ("2026-03-02T18:00", "2026-03-03T08:00")) == "2026-03-03T11:00"
    assert UK.due("2026-03-02T15:00", hours(4), ("2026-03-02T15:00", "2026-03-03T09:00")) == "2026-03-03T13:00"


def test_percentage_frozen_while_paused() -> None:
    start = UK.at("2026-03-02T09:00")
    ran = UK.ran("2026-03-02T09:00", ("2026-03-02T11:00", "2026-03-02T15:00"))
    used = {
        at: elapsed(UK.calendars, ran, "working", "hour", start, UK.at(f"2026-03-02T{at}"))
        for at in ("11:00", "13:00", "15:00", "16:00")
    }
    assert used == {"11:00": 7200, "13:00": 7200, "15:00": 7200, "16:00": 10_800}


def test_ladder_on_working_time() -> None:
    steps = [UK.due("2026-03-06T15:00", hours(4 * percent // 100)) for percent in (50, 100, 150)]
    assert steps == ["2026-03-06T17:00", "2026-03-09T11:00", "2026-03-09T13:00"]


def test_two_hours_before_due_in_working_time() -> None:
    assert UK.show(before(UK.table, UK.at("2026-03-09T10:00"), hours(2))) == "2026-03-06T16:00"


def test_time_zone_is_the_calendars() -> None:
    hong_kong = Desk(written("Asia/Hong_Kong", NINE_TO_FIVE))
    start = hong_kong.at("2026-03-02T16:00")
    calendars = {"here": hong_kong.table, "there": Desk(written("America/New_York", NINE_TO_FIVE)).table}
    assert hong_kong.show(due(calendars, running(start, [], "here"), hours(2), start)) == "2026-03-03T10:00"
    assert hong_kong.show(due(calendars, running(start, [], "there"), hours(2), start)) == "2026-03-03T00:00"


def test_holiday_added_before_its_day_moves_future_deadlines() -> None:
    """The new calendar holds from the instant at which it came into force; the time before keeps the old one."""
    proclaimed = prepare(compiled(written("Europe/London", NINE_TO_FIVE, closed=["2026-03-09"])))
    start, force = UK.at("2026-03-06T15:00"), UK.at("2026-03-06T16:00")
    assert UK.due("2026-03-06T15:00", hours(4)) == "2026-03-09T11:00"
    stretches = [Stretch(start, force, "old"), Stretch(force, None, "new")]
    assert UK.show(due({"old": UK.table, "new": proclaimed}, stretches, hours(4), start)) == "2026-03-10T11:00"


def test_calendar_edit_applies_from_its_effective_time() -> None:
    morning = prepare(compiled(written("Europe/London", dict.fromkeys(WEEK[:5], ("09:00-13:00",)))))
    start, force = UK.at("2026-03-02T09:00"), UK.at("2026-03-02T12:00")
    stretches = [Stretch(start, force, "old"), Stretch(force, None, "new")]
    assert UK.due("2026-03-02T09:00", hours(8)) == "2026-03-02T17:00"
    assert UK.show(due({"old": UK.table, "new": morning}, stretches, hours(8), start)) == "2026-03-03T13:00"


def test_end_before_start_is_nothing_never_negative() -> None:
    start = UK.at("2026-03-03T12:00")
    assert elapsed(UK.calendars, running(start, [], "office"), "working", "hour", start, UK.at("2026-03-02T10:00")) == 0


def test_day_goals_are_a_distinct_unit_never_hours() -> None:
    assert UK.due("2026-03-02T10:00", days(2)) == "2026-03-04T17:00"
    assert UK.due("2026-03-02T10:00", days(2), counting=Counting(due_at=16 * 60)) == "2026-03-04T16:00"
    cut_off = Counting(begins="on a working day", cut_off=16 * 60)
    assert UK.due("2026-03-02T15:59", days(2), counting=cut_off) == "2026-03-04T17:00"
    assert UK.due("2026-03-02T16:00", days(2), counting=cut_off) == "2026-03-05T17:00"


# Conventions on which published answers disagree: each answer is a word.


def test_start_on_a_non_working_day() -> None:
    """From Saturday, Monday is day 1 (Freedom of Information Act 2000 s. 10); or Monday stands for the start and
    Tuesday is day 1 (the gem `working_hours`: from a holiday on Wednesday, one working day is Friday)."""
    assert UK.due("2026-03-14T10:00", days(1)) == "2026-03-16T17:00"
    advanced = Counting(begins="on a working day")
    assert UK.due("2026-03-14T10:00", days(1), counting=advanced) == "2026-03-17T17:00"
    holiday = Desk(written("Europe/London", NINE_TO_FIVE, closed=["2026-03-04"]))
    assert holiday.due("2026-03-04T10:00", days(1), counting=advanced) == "2026-03-06T17:00"
    assert holiday.due("2026-03-04T10:00", days(1)) == "2026-03-05T17:00"


def test_adding_months_in_one_step_not_in_two() -> None:
    """Article 12 (3) of the General Data Protection Regulation: one month, extended to three, from receipt."""
    assert UK.due("2026-01-31T12:00", months(3)) == "2026-04-30T12:00"
    assert UK.due("2026-02-28T12:00", months(2)) == "2026-04-28T12:00"  # where a chain would end


@pytest.mark.parametrize(
    ("rolls", "end"), [("not", "2026-03-08T24:00"), ("forward", "2026-03-09T24:00"), ("back", "2026-03-06T24:00")]
)
def test_last_day_non_working(rolls: str, end: str) -> None:
    """Forward: Regulation 1182/71 art. 3 (4), CPR r. 2.8 (5)."""
    counting = Counting(due_at=24 * 60, rolls=rolls)  # type: ignore[arg-type]
    assert UK.due("2026-03-05T10:00", calendar_days(3), counting=counting) == end


def test_last_day_non_working_backward_rolls_in_the_counting_direction() -> None:
    """Fed. R. Civ. P. 6 (a) (5): fourteen days before Sunday 22 March 2026 is a Sunday, so it is the Friday before."""
    assert UK.last_before("2026-03-22", calendar_days(14), Counting(rolls="back")) == "2026-03-06T24:00"
    assert UK.last_before("2026-03-22", calendar_days(14)) == "2026-03-08T24:00"
    assert UK.last_before("2026-03-22", calendar_days(14), Counting(rolls="forward")) == "2026-03-09T24:00"


def test_several_calendars_a_union_or_a_later_layer() -> None:
    """12 July is a holiday in Northern Ireland alone (its Monday substitute in 2026); a court opens on it."""
    start, goal = "2026-07-10T10:00", days(1)
    answers = [
        Desk(written("Europe/London", NINE_TO_FIVE, regions)).due(start, goal)
        for regions in ("GB-ENG", ("GB-ENG", "GB-NIR"))
    ]
    court = Desk(written("Europe/London", NINE_TO_FIVE, "GB-NIR", opened={"2026-07-13": ["09:00-17:00"]}))
    assert [*answers, court.due(start, goal)] == ["2026-07-13T17:00", "2026-07-14T17:00", "2026-07-13T17:00"]


def test_days_and_hours_across_the_change_of_the_clocks() -> None:
    assert UK.due("2026-02-16T12:00", calendar_days(56)) == "2026-04-13T12:00"  # the wall clock is kept
    assert UK.due("2026-03-27T12:00", Duration(72, "clock", "hour")) == "2026-03-30T13:00"


def test_pause_boundary_half_open_instants_or_whole_days() -> None:
    pause = ("2026-03-03T17:00", "2026-03-05T09:00")
    assert UK.due("2026-03-02T10:00", days(3), pause) == "2026-03-06T17:00"
    assert UK.due("2026-03-02T10:00", days(3), UK.whole(*pause)) == "2026-03-10T17:00"


def test_every_answer_of_a_clear_day_excludes_both_ends() -> None:
    assert UK.due("2026-03-02T10:00", clear(3)) == "2026-03-06T24:00"
    at_latest = at_least_before(UK.table, UK.at("2026-03-06T10:00"), clear(3))
    assert UK.told(at_latest) == "2026-03-02T24:00"
