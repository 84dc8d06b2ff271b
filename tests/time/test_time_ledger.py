"""The account that explains a due instant."""

from __future__ import annotations

import pytest
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import Row, before, ledger, ledger_left
from time_calendars import (
    ALWAYS,
    NINE_TO_FIVE,
    Desk,
    clear,
    clear_working,
    days,
    hours,
    months,
    running,
    written,
)

UK = Desk(written("Europe/London", NINE_TO_FIVE))


def account(desk: Desk, start: str, goal: Duration, *pauses: tuple[str, str | None]) -> list[str]:
    times = [(desk.at(low), None if high is None else desk.at(high)) for low, high in pauses]
    rows = ledger(desk.calendars, running(desk.at(start), times, desk.name), goal, desk.at(start))
    return [shown(desk, row) for row in rows]


def shown(desk: Desk, row: Row) -> str:
    return f"{desk.show(row.start)[5:]} {desk.show(row.end)[5:]} {row.what} {row.amount}"


def test_working_hours_have_a_row_for_each_date() -> None:
    assert account(UK, "2026-03-06T10:00", hours(10), ("2026-03-06T16:00", "2026-03-06T16:30")) == [
        "03-06T10:00 03-06T16:00 counted 21600",
        "03-06T16:00 03-06T16:30 paused 1800",
        "03-06T16:30 03-06T17:00 counted 1800",
        "03-06T17:00 03-09T09:00 closed 0",
        "03-09T09:00 03-09T12:30 counted 12600",
    ]


def test_working_days_have_a_row_for_each_day_counted() -> None:
    assert account(UK, "2026-03-06T10:00", days(3), ("2026-03-10T16:00", "2026-03-11T09:30")) == [
        "03-06T10:00 03-07T00:00 first 0",
        "03-07T00:00 03-09T00:00 closed 0",
        "03-09T00:00 03-09T17:00 counted 1",
        "03-09T17:00 03-10T16:00 uncounted 0",
        "03-10T16:00 03-11T09:30 paused 1",
        "03-11T09:30 03-11T17:00 counted 1",
        "03-11T17:00 03-12T17:00 counted 1",
    ]


def test_months_have_a_row_for_each_stretch_and_sum_on_the_wall() -> None:
    day = 86_400
    assert account(UK, "2026-03-20T09:00", months(1), ("2026-03-27T09:00", "2026-03-30T09:00")) == [
        f"03-20T09:00 03-27T09:00 counted {7 * day}",
        f"03-27T09:00 03-30T09:00 paused {3 * day}",
        f"03-30T09:00 04-23T09:00 counted {24 * day}",
    ]


def test_a_due_time_that_a_gap_moved_counts_no_more_than_the_goal() -> None:
    rows = account(UK, "2026-03-28T01:30", Duration(1, "calendar", "day"))
    assert rows == ["03-28T01:30 03-29T02:30 counted 86400"]


def test_clock_time() -> None:
    assert account(UK, "2026-03-28T12:00", Duration(1, "clock", "day"), ("2026-03-28T13:00", "2026-03-28T14:00")) == [
        "03-28T12:00 03-28T13:00 counted 3600",
        "03-28T13:00 03-28T14:00 paused 3600",
        "03-28T14:00 03-29T14:00 counted 82800",
    ]


def test_a_clock_that_stands_still_tells_what_has_counted() -> None:
    rows = account(UK, "2026-03-06T16:00", hours(4), ("2026-03-08T10:00", None))
    assert rows == ["03-06T16:00 03-06T17:00 counted 3600", "03-06T17:00 03-08T10:00 closed 0"]


def test_a_calendar_that_is_always_open_has_a_row_for_each_date() -> None:
    desk = Desk(written("Europe/London", ALWAYS))
    assert account(desk, "2026-03-28T12:00", hours(30)) == [
        "03-28T12:00 03-29T00:00 counted 43200",
        "03-29T00:00 03-29T19:00 counted 64800",
    ]


def test_a_date_that_comes_twice() -> None:
    """In Newfoundland's autumn of 2010 the clocks went back at 00:01 to 23:01 of the day before."""
    desk = Desk(written("America/St_Johns", ALWAYS), 2010, 2010)
    start = desk.at("2010-11-07T00:00") + 1800
    assert desk.show(start) == "2010-11-06T23:30"
    rows = ledger(desk.calendars, running(start, [], desk.name), hours(30), start)
    assert sum(row.amount for row in rows) == 30 * 3600
    assert [shown(desk, row) for row in rows][-1] == "11-08T00:00 11-08T05:30 counted 19800"


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    desk = Desk(written("UTC", dict.fromkeys(("mon", "tue"), ("22:00-30:00",))))
    assert account(desk, "2026-03-01T12:00", days(2)) == [
        "03-01T12:00 03-02T00:00 closed 0",
        "03-02T00:00 03-03T06:00 counted 1",
        "03-03T06:00 03-04T06:00 counted 1",
    ]


def test_a_date_that_counts_at_its_midnight_has_the_row_before_it() -> None:
    start = UK.at("2026-03-02T00:00")
    rows = ledger(UK.calendars, running(start, [], UK.name), days(2), start, Counting(due_at="same time"))
    assert [shown(UK, row) for row in rows] == [
        "03-02T00:00 03-03T00:00 counted 1",
        "03-03T00:00 03-04T00:00 counted 1",
    ]


def test_a_promise_of_ten_working_days_is_some_rows() -> None:
    assert len(account(UK, "2026-03-02T10:00", days(10))) == 13


def test_lunch_is_closed_time() -> None:
    desk = Desk(written("Europe/London", {"mon": ("09:00-12:30", "13:30-17:30")}))
    assert account(desk, "2026-03-02T11:00", hours(3)) == [
        "03-02T11:00 03-02T12:30 counted 5400",
        "03-02T12:30 03-02T13:30 closed 0",
        "03-02T13:30 03-02T15:00 counted 5400",
    ]


MONDAY = "2026-03-09T11:00"
NOON, LATE = ("2026-03-09T12:00", "2026-03-09T18:00"), ("2026-03-07T12:00", "2026-03-08T12:00")


@pytest.mark.parametrize(
    ("left", "due", "pause", "rows"),
    [
        (
            hours(4),
            MONDAY,
            None,
            [
                "03-09T11:00 03-09T09:00 counted 7200",
                "03-09T09:00 03-06T17:00 closed 0",
                "03-06T17:00 03-06T15:00 counted 7200",
            ],
        ),
        (
            hours(4),
            MONDAY,
            ("2026-03-06T14:00", "2026-03-09T10:00"),
            [
                "03-09T11:00 03-09T10:00 counted 3600",
                "03-09T10:00 03-06T14:00 paused 14400",
                "03-06T14:00 03-06T11:00 counted 10800",
            ],
        ),
        (
            days(2),
            "2026-03-10T17:00",
            NOON,
            [
                "03-10T17:00 03-09T18:00 counted 1",
                "03-09T18:00 03-09T12:00 paused 1",
                "03-09T12:00 03-08T24:00 uncounted 0",
                "03-08T24:00 03-06T17:00 closed 0",
                "03-06T17:00 03-05T17:00 counted 1",
            ],
        ),
        (
            clear(2),
            "2026-03-10T00:00",
            LATE,
            [
                "03-09T24:00 03-08T24:00 last 1",
                "03-08T24:00 03-08T12:00 counted 1",
                "03-08T12:00 03-07T12:00 paused 1",
                "03-07T12:00 03-06T24:00 uncounted 0",
                "03-06T24:00 03-05T24:00 counted 1",
            ],
        ),
        (
            clear_working(2),
            "2026-03-10T00:00",
            None,
            [
                "03-09T24:00 03-08T24:00 last 1",
                "03-08T24:00 03-06T24:00 closed 0",
                "03-06T24:00 03-05T24:00 counted 1",
                "03-05T24:00 03-04T24:00 counted 1",
            ],
        ),
        (
            Duration(1, "clock", "day"),
            MONDAY,
            ("2026-03-08T12:00", "2026-03-08T18:00"),
            [
                "03-09T11:00 03-08T18:00 counted 61200",
                "03-08T18:00 03-08T12:00 paused 21600",
                "03-08T12:00 03-08T05:00 counted 25200",
            ],
        ),
        (
            months(1),
            MONDAY,
            ("2026-03-01T12:00", "2026-03-02T12:00"),
            [
                "03-09T11:00 03-02T12:00 counted 601200",
                "03-02T12:00 03-01T12:00 paused 86400",
                "03-01T12:00 02-08T11:00 counted 1818000",
            ],
        ),
    ],
)
def test_a_step_before_a_deadline_is_counted_back_and_a_pause_to_come_does_not_count(
    left: Duration, due: str, pause: tuple[str, str] | None, rows: list[str]
) -> None:
    """`when N left` says how much running time remains: a pause that is known to come lies in between."""
    ran = UK.ran("2026-01-05T10:00", *([pause] if pause else []))
    found = ledger_left(UK.table, UK.at(due), left, ran)
    told = [f"{UK.told(row.start)[5:]} {UK.told(row.end)[5:]} {row.what} {row.amount}" for row in found]
    assert told == rows
    assert found[-1].end == before(UK.table, UK.at(due), left, ran)


def test_a_step_that_would_lie_before_the_start_lies_there() -> None:
    """The engine lets it come at once; before its start a clock is taken to have run."""
    ran = UK.ran("2026-03-09T10:00")
    assert UK.show(before(UK.table, UK.at(MONDAY), hours(4), ran)) == "2026-03-06T15:00"
    assert before(UK.table, UK.at(MONDAY), hours(4)) == before(UK.table, UK.at(MONDAY), hours(4), ran)
