"""How a length is counted to its last instant: one case for each rule, with dates that one can follow with a pencil.
2 March 2026 is a Monday."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from casedsl_runtime.messages import show_due
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import (
    CalendarRunsOut,
    at_least_before,
    before,
    begun,
    due,
    elapsed,
    instant_of,
    ledger,
    ledger_before,
    prepare,
    size,
    whole_dates,
)
from time_calendars import (
    ALWAYS,
    NINE_TO_FIVE,
    WEEK,
    Desk,
    calendar_days,
    clear,
    clear_working,
    compiled,
    days,
    hours,
    months,
    written,
)

UK = Desk(written("Europe/London", NINE_TO_FIVE))
NIGHTS = Desk(written("UTC", dict.fromkeys(WEEK[:5], ("22:00-30:00",))))
ADVANCED = Counting(begins="on a working day")
END_OF_DAY = Counting(due_at=1440)


@pytest.mark.parametrize(
    ("started", "counting", "begins"),
    [
        ("2026-03-02T03:00", ADVANCED, "2026-03-02T03:00"),
        ("2026-03-02T23:00", ADVANCED, "2026-03-02T23:00"),
        ("2026-03-07T12:00", ADVANCED, "2026-03-09T09:00"),
        ("2026-03-06T15:59", Counting(cut_off=16 * 60), "2026-03-06T15:59"),
        ("2026-03-06T16:00", Counting(cut_off=16 * 60), "2026-03-09T09:00"),
        ("2026-03-07T01:00", Counting(cut_off=16 * 60), "2026-03-09T09:00"),
    ],
)
def test_what_comes_on_no_working_day_or_too_late_comes_on_the_next(
    started: str, counting: Counting, begins: str
) -> None:
    assert UK.show(begun(UK.table, UK.at(started), counting)) == begins


def test_a_working_day_without_hours_begins_at_its_midnight() -> None:
    every = Desk(written("Europe/London", ALWAYS, closed=["2026-03-08"]))
    assert every.show(begun(every.table, every.at("2026-03-08T12:00"), ADVANCED)) == "2026-03-09T00:00"


def test_from_its_beginning_all_units_count() -> None:
    assert UK.due("2026-03-07T12:00", hours(2), counting=ADVANCED) == "2026-03-09T11:00"
    assert UK.due("2026-03-07T12:00", calendar_days(2), counting=ADVANCED) == "2026-03-11T09:00"
    assert UK.due("2026-03-07T12:00", Duration(3, "clock", "hour"), counting=ADVANCED) == "2026-03-09T12:00"
    assert UK.due("2026-03-07T12:00", clear(1), counting=ADVANCED) == "2026-03-11T24:00"


def test_a_pause_before_it_begins_costs_nothing() -> None:
    pause = ("2026-03-07T13:00", "2026-03-09T10:00")
    assert UK.due("2026-03-07T12:00", hours(2), pause, counting=ADVANCED) == "2026-03-09T12:00"
    assert elapsed(UK.calendars, UK.ran("2026-03-07T12:00"), "clock", "hour", 0, UK.at("2026-03-09T08:00")) == 44 * 3600
    start = UK.at("2026-03-07T12:00")
    ran = UK.ran("2026-03-07T12:00")
    assert elapsed(UK.calendars, ran, "clock", "hour", start, UK.at("2026-03-09T08:00"), ADVANCED) == 0


@pytest.mark.parametrize(
    ("goal", "end"),
    [
        (clear(1), "2026-03-04T24:00"),
        (clear(3), "2026-03-06T24:00"),
        (clear(4), "2026-03-07T24:00"),
        (clear_working(3), "2026-03-06T24:00"),
        (clear_working(4), "2026-03-09T24:00"),
    ],
)
def test_neither_the_first_nor_the_last_of_clear_days_counts(goal: Duration, end: str) -> None:
    assert UK.due("2026-03-02T10:00", goal) == end
    assert size(goal) == goal.count + 1


def test_clear_days_lose_the_dates_whose_end_a_pause_covers() -> None:
    within, over = ("2026-03-03T08:00", "2026-03-03T23:59"), ("2026-03-03T23:00", "2026-03-04T00:01")
    assert UK.due("2026-03-02T10:00", clear(3), within) == "2026-03-06T24:00"
    assert UK.due("2026-03-02T10:00", clear(3), over) == "2026-03-07T24:00"


@pytest.mark.parametrize(
    ("goal", "due_at", "end"),
    [
        (days(2), None, "2026-03-04T17:00"),
        (days(2), "closing", "2026-03-04T17:00"),
        (days(2), "same time", "2026-03-04T10:15"),
        (days(2), 18 * 60, "2026-03-04T18:00"),
        (days(2), 1440, "2026-03-04T24:00"),
        (calendar_days(5), None, "2026-03-07T10:15"),
        (calendar_days(5), "same time", "2026-03-07T10:15"),
        (calendar_days(5), 12 * 60, "2026-03-07T12:00"),
        (calendar_days(4), "closing", "2026-03-06T17:00"),
        (calendar_days(5), "closing", "2026-03-07T24:00"),  # nothing closes on a Saturday
        (months(1), 1440, "2026-04-02T24:00"),
        (clear(3), "same time", "2026-03-06T10:15"),
        (clear(3), "closing", "2026-03-06T17:00"),
        (hours(2), 1440, "2026-03-02T12:15"),  # minutes and hours end where they end
        (Duration(1, "clock", "day"), 1440, "2026-03-03T10:15"),
    ],
)
def test_the_time_of_the_last_day(goal: Duration, due_at: object, end: str) -> None:
    counting = Counting(due_at=due_at)  # type: ignore[arg-type]
    assert UK.due("2026-03-02T10:15", goal, counting=counting) == end


def test_with_a_time_for_the_last_day_a_date_counts_at_that_time() -> None:
    pause = ("2026-03-03T16:30", "2026-03-03T18:00")  # covers closing, but not midnight
    assert UK.due("2026-03-02T10:00", days(2), pause) == "2026-03-05T17:00"
    assert UK.due("2026-03-02T10:00", days(2), pause, counting=END_OF_DAY) == "2026-03-04T24:00"
    assert UK.due("2026-03-02T10:00", calendar_days(2), pause) == "2026-03-04T11:30"
    assert UK.due("2026-03-02T10:00", calendar_days(2), pause, counting=END_OF_DAY) == "2026-03-04T24:00"


@pytest.mark.parametrize(
    ("goal", "rolls", "end"),
    [
        (calendar_days(5), "not", "2026-03-07T10:00"),
        (calendar_days(5), "forward", "2026-03-09T10:00"),
        (calendar_days(5), "back", "2026-03-06T10:00"),
        (calendar_days(3), "forward", "2026-03-05T10:00"),
        (Duration(110, "clock", "hour"), "forward", "2026-03-06T24:00"),
        (Duration(134, "clock", "hour"), "forward", "2026-03-09T24:00"),  # over on Saturday at 24:00
        (Duration(120, "clock", "hour"), "forward", "2026-03-09T10:00"),
        (clear(4), "forward", "2026-03-09T24:00"),
        (clear(4), "back", "2026-03-06T24:00"),
        (clear_working(4), "back", "2026-03-09T24:00"),
        (days(5), "back", "2026-03-09T17:00"),
    ],
)
def test_a_last_day_that_is_no_working_day_rolls(goal: Duration, rolls: str, end: str) -> None:
    counting = Counting(rolls=rolls)  # type: ignore[arg-type]
    assert UK.due("2026-03-02T10:00", goal, counting=counting) == end


def test_nothing_rolls_back_to_before_the_clock_runs() -> None:
    back = Counting(rolls="back")
    assert UK.due("2026-03-07T10:00", calendar_days(1), counting=back) == "2026-03-07T10:00"
    assert UK.due("2026-03-07T10:00", calendar_days(1), counting=Counting(due_at=720, rolls="back")) == (
        "2026-03-07T10:00"
    )


@pytest.mark.parametrize(
    ("pause", "by_wall", "by_dates"),
    [
        (("2026-03-08T10:00", "2026-03-08T11:00"), "2026-03-09T11:00", "2026-03-09T24:00"),
        (("2026-03-08T10:00", "2026-03-11T10:00"), "2026-03-12T10:00", "2026-03-11T24:00"),
        (("2026-03-08T10:00", None), "never", "never"),
        (("2026-03-10T00:00", None), "2026-03-09T10:00", "2026-03-09T24:00"),
        (("2026-03-07T10:00", "2026-03-11T10:00"), "2026-03-13T10:00", "2026-03-11T24:00"),
    ],
)
def test_a_pause_between_the_last_day_and_the_day_it_rolls_to_moves_it(
    pause: tuple[str, str | None], by_wall: str, by_dates: str
) -> None:
    """Five days from Monday are over on Saturday; the deadline is on Monday."""
    forward = Counting(rolls="forward")
    assert UK.due("2026-03-02T10:00", calendar_days(5), pause, counting=forward) == by_wall
    forward = Counting(due_at=1440, rolls="forward")
    assert UK.due("2026-03-02T10:00", calendar_days(5), pause, counting=forward) == by_dates


def test_a_deadline_that_was_rolled_back_is_reached_before_a_pause_that_comes_later() -> None:
    back = Counting(rolls="back")
    assert UK.due("2026-03-02T10:00", calendar_days(6), ("2026-03-07T00:00", None), counting=back) == "2026-03-06T10:00"


@pytest.mark.parametrize(
    ("event", "goal", "due_at", "end"),
    [
        ("2026-03-13", clear(3), None, "2026-03-09T24:00"),
        ("2026-03-13T10:00", clear(3), None, "2026-03-09T24:00"),
        ("2026-03-12", clear_working(3), None, "2026-03-08T24:00"),  # a Sunday: 9, 10, 11 lie between
        ("2026-03-11", clear_working(3), None, "2026-03-05T24:00"),
        ("2026-03-09", days(1), None, "2026-03-06T17:00"),
        ("2026-03-09T16:00", days(1), "same time", "2026-03-06T16:00"),
        ("2026-03-08", days(1), 720, "2026-03-06T12:00"),
        ("2026-03-31", months(1), None, "2026-02-28T24:00"),
        ("2026-03-31T12:00", months(1), None, "2026-02-28T12:00"),
        ("2026-03-31", months(1), "closing", "2026-02-28T24:00"),
        ("2026-03-30T12:00", calendar_days(2), None, "2026-03-28T12:00"),
        ("2026-03-30T12:00", Duration(48, "clock", "hour"), None, "2026-03-28T11:00"),
        ("2026-03-09", Duration(48, "clock", "hour"), None, "2026-03-06T24:00"),
        ("2026-03-09T10:00", hours(2), None, "2026-03-06T16:00"),
        ("2026-03-09T17:00", hours(8), None, "2026-03-09T09:00"),  # on Sunday there are still eight hours
        ("2026-03-09", hours(8), None, "2026-03-06T09:00"),
    ],
)
def test_a_deadline_before_an_event(event: str, goal: Duration, due_at: object, end: str) -> None:
    assert UK.last_before(event, goal, Counting(due_at=due_at)) == end  # type: ignore[arg-type]


def test_before_in_clear_days() -> None:
    end = UK.at("2026-03-07T00:00")  # the end of Friday
    assert UK.told(before(UK.table, end, clear(3))) == "2026-03-02T24:00"
    assert UK.told(before(UK.table, UK.at("2026-03-06T12:00"), clear(3))) == "2026-03-02T24:00"


def test_whole_dates_of_a_pause() -> None:
    assert UK.whole("2026-03-03T10:00", "2026-03-03T10:00") == ("2026-03-03T00:00", "2026-03-04T00:00")
    assert UK.whole("2026-03-03T10:00", "2026-03-04T00:00") == ("2026-03-03T00:00", "2026-03-04T00:00")
    assert UK.whole("2026-03-03T10:00", "2026-03-04T00:01") == ("2026-03-03T00:00", "2026-03-05T00:00")


def test_a_shift_belongs_to_the_date_on_which_it_begins_when_whole_dates_are_paused() -> None:
    low, high = NIGHTS.whole("2026-03-03T12:00", "2026-03-04T12:00")
    assert (low, high) == ("2026-03-03T06:00", "2026-03-05T06:00")
    assert NIGHTS.due("2026-03-01T12:00", days(2), (low, high)) == "2026-03-06T06:00"  # 2 and 5 March
    assert whole_dates(NIGHTS.table, NIGHTS.at("2026-03-03T12:00"), NIGHTS.at("2026-03-03T12:00"))


def test_a_date_that_does_not_exist() -> None:
    """Apia had no 30 December 2011. By its number the date counts, and it is over with the date after it."""
    apia = Desk(written("Pacific/Apia", ALWAYS), 2011, 2012)
    ends = [apia.due("2011-12-28T10:00", calendar_days(n), counting=END_OF_DAY) for n in (1, 2, 3, 4)]
    assert ends == ["2011-12-29T24:00", "2011-12-31T24:00", "2011-12-31T24:00", "2012-01-01T24:00"]
    assert apia.due("2011-12-29T10:00", calendar_days(1)) == "2011-12-31T10:00"
    assert apia.due("2011-12-29T10:00", days(1)) == "2012-01-01T00:00"
    rows = ledger(
        apia.calendars, apia.ran("2011-12-28T10:00"), calendar_days(2), apia.at("2011-12-28T10:00"), END_OF_DAY
    )
    assert sum(row.amount for row in rows) == 2 * 86_400


def test_a_midnight_that_the_clocks_skip_is_24_00_all_the_same() -> None:
    """In Cairo the clocks go from 24:00 on Thursday 23 April to 01:00."""
    desk = Desk(written("Africa/Cairo", ALWAYS))
    start = desk.at("2026-04-22T10:00")
    end = due(desk.calendars, desk.ran("2026-04-22T10:00"), calendar_days(1), start, END_OF_DAY)
    assert end is not None
    assert show_due(end, desk.table.calendar) == "Thursday 23 April 2026, 24:00"
    assert desk.show(end) == "2026-04-24T01:00"


def test_a_due_instant_at_midnight_is_24_00_of_the_day_that_ends() -> None:
    calendar = UK.table.calendar
    assert show_due(UK.at("2026-04-17T00:00"), calendar) == "Thursday 16 April 2026, 24:00"
    assert show_due(UK.at("2026-04-17T00:01"), calendar) == "Friday 17 April 2026, 00:01"
    assert show_due(UK.at("2026-04-16T17:00"), calendar) == "Thursday 16 April 2026, 17:00"
    assert show_due(UK.at("2027-01-01T00:00"), calendar) == "Thursday 31 December 2026, 24:00"
    assert show_due(86_400, None) == "Thursday 1 January 1970, 24:00 UTC"
    assert show_due(calendar.first, calendar) == "Wednesday 31 December 2025, 24:00"
    assert show_due(calendar.last, calendar) == "Friday 31 December 2027, 24:00 UTC"


def test_a_day_that_repeats_an_hour_before_midnight_ends_once() -> None:
    """In Cairo the clocks go back from 24:00 on Thursday 29 October to 23:00."""
    desk = Desk(written("Africa/Cairo", ALWAYS))
    assert desk.due("2026-10-28T10:00", calendar_days(1), counting=END_OF_DAY) == "2026-10-29T24:00"
    end = due(desk.calendars, desk.ran("2026-10-28T10:00"), calendar_days(1), desk.at("2026-10-28T10:00"), END_OF_DAY)
    assert end == int(datetime.fromisoformat("2026-10-30T00:00+02:00").timestamp())


def test_what_a_calendar_does_not_know_is_refused() -> None:
    last = UK.at("2027-12-31T10:00")
    ran = UK.ran("2027-12-31T10:00")
    for goal, counting in (
        (clear(3), Counting()),
        (clear_working(3), Counting()),
        (months(1), END_OF_DAY),
        (calendar_days(1), Counting(rolls="forward")),
        (clear(3), Counting(rolls="back")),
        (months(1), Counting(due_at=1440, rolls="back")),
        (days(1), ADVANCED),
    ):
        with pytest.raises(CalendarRunsOut, match="knows no day after 2027-12-31"):
            due(UK.calendars, ran, goal, last, counting)
    with pytest.raises(CalendarRunsOut, match="knows no day after"):
        begun(UK.table, last, Counting(cut_off=60))
    for goal in (days(3), clear_working(3), clear(30), hours(9), Duration(5, "clock", "day"), months(1)):
        with pytest.raises(CalendarRunsOut, match="knows no day before 2026-01-01"):
            at_least_before(UK.table, date(2026, 1, 2), goal)
    with pytest.raises(CalendarRunsOut, match="knows no day after"):
        at_least_before(UK.table, date(2028, 1, 1), days(3))


def account(start: str, goal: Duration, counting: Counting, *pauses: tuple[str, str | None]) -> list[str]:
    rows = ledger(UK.calendars, UK.ran(start, *pauses), goal, UK.at(start), counting)
    return [f"{UK.show(row.start)[5:]} {UK.told(row.end)[5:]} {row.what} {row.amount}" for row in rows]


def test_the_account_of_clear_days_shows_the_last_one_apart() -> None:
    pause = ("2026-03-03T23:00", "2026-03-04T01:00")
    assert account("2026-03-02T10:00", clear(3), Counting(), pause) == [
        "03-02T10:00 03-02T24:00 first 0",
        "03-03T00:00 03-03T23:00 uncounted 0",
        "03-03T23:00 03-04T01:00 paused 1",
        "03-04T01:00 03-06T24:00 counted 3",
        "03-07T00:00 03-07T24:00 last 1",
    ]
    assert account("2026-03-05T10:00", clear_working(1), Counting()) == [
        "03-05T10:00 03-05T24:00 first 0",
        "03-06T00:00 03-06T24:00 counted 1",
        "03-07T00:00 03-08T24:00 closed 0",
        "03-09T00:00 03-09T24:00 last 1",
    ]


def test_the_account_of_a_clock_that_begins_later_and_rolls() -> None:
    counting = Counting(begins="on a working day", due_at=1440, rolls="forward")
    assert account("2026-03-07T10:00", calendar_days(5), counting, ("2026-03-14T10:00", "2026-03-14T12:00")) == [
        "03-07T10:00 03-09T09:00 not begun 0",
        "03-09T09:00 03-09T24:00 first 0",
        f"03-10T00:00 03-13T24:00 counted {4 * 86_400}",
        "03-14T00:00 03-14T10:00 uncounted 0",
        "03-14T10:00 03-14T12:00 paused 0",
        f"03-14T12:00 03-14T24:00 counted {86_400}",
        "03-15T00:00 03-16T24:00 rolls 0",
    ]


def test_the_account_of_a_roll_with_a_pause_in_between_and_of_one_back() -> None:
    pause = ("2026-03-08T10:00", "2026-03-08T11:00")
    assert account("2026-03-02T10:00", calendar_days(5), Counting(rolls="forward"), pause) == [
        f"03-02T10:00 03-07T10:00 counted {5 * 86_400}",
        "03-07T10:00 03-08T10:00 rolls 0",
        "03-08T10:00 03-08T11:00 paused 0",
        "03-08T11:00 03-09T11:00 rolls 0",
    ]
    assert account("2026-03-02T10:00", calendar_days(5), Counting(rolls="back")) == [
        f"03-02T10:00 03-07T10:00 counted {5 * 86_400}",
        "03-07T10:00 03-06T10:00 rolls 0",
    ]


@pytest.mark.parametrize(
    ("goal", "rows"),
    [
        (clear(3), ["03-17T00:00 03-13T24:00 counted 3"]),
        (days(1), ["03-17T00:00 03-16T17:00 counted 1"]),
        (
            clear_working(2),
            [
                "03-17T00:00 03-15T24:00 counted 1",
                "03-16T00:00 03-13T24:00 closed 0",
                "03-14T00:00 03-12T24:00 counted 1",
            ],
        ),
        (
            hours(10),
            [
                "03-17T00:00 03-16T17:00 closed 0",
                "03-16T17:00 03-16T09:00 counted 28800",
                "03-16T09:00 03-13T17:00 closed 0",
                "03-13T17:00 03-13T15:00 counted 7200",
            ],
        ),
        (Duration(2, "clock", "day"), ["03-17T00:00 03-14T24:00 counted 172800", "03-15T00:00 03-16T24:00 rolls 0"]),
    ],
)
def test_the_account_of_a_deadline_before_an_event(goal: Duration, rows: list[str]) -> None:
    """Before Tuesday 17 March, counted back in time."""
    found = ledger_before(UK.table, date(2026, 3, 17), goal, Counting(rolls="forward"))
    assert [f"{UK.show(row.start)[5:]} {UK.told(row.end)[5:]} {row.what} {row.amount}" for row in found] == rows


def test_the_instant_of_a_time_in_a_gap_is_the_due_instant_too() -> None:
    table = prepare(compiled(written("Europe/London", ALWAYS)))
    start = instant_of(table, datetime(2026, 3, 28, 12))
    ran = UK.ran("2026-03-28T12:00")
    assert UK.show(due(UK.calendars, ran, calendar_days(1), start, Counting(due_at=90))) == "2026-03-29T02:30"
