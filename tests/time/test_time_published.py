"""Every deadline with a published answer, counted through the public door. What a naive implementation answers stands
beside it: a test whose calendar or counting is changed to that of the naive one gets that answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import due, prepare
from time_calendars import (
    ALWAYS,
    NINE_TO_FIVE,
    WEEK,
    Desk,
    clear,
    clear_working,
    compiled,
    days,
    hours,
    months,
    running,
    written,
)

PUBLISHED: dict[str, dict[str, Any]] = {
    row["id"]: row for row in json.loads((Path(__file__).parent / "published.json").read_text())
}
KINGDOM = ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR")
MIDNIGHT = Counting(due_at=24 * 60)
LONDON = "Europe/London"


def foi(start: str, regions: tuple[str, ...] = KINGDOM, counting: Counting = MIDNIGHT) -> str:
    """Twenty working days under the Freedom of Information Act 2000 s. 10 (1), (6)."""
    return Desk(written(LONDON, NINE_TO_FIVE, regions), 2009, 2009).due(start, days(20), counting=counting)


def courts(year: int) -> Desk:
    return Desk(written(LONDON, NINE_TO_FIVE, "GB-ENG"), year, year + 1)


def gem(**dates: tuple[str, ...]) -> Desk:
    """The week of the specification of the gem `working_hours`, and dates that differ from it."""
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-13:00", "14:00-18:00"))
    return Desk(written("UTC", week, opened={day.replace("_", "-")[1:]: spans for day, spans in dates.items()}), 2019)


def one_minute_of_mondays() -> str:
    table = prepare(compiled(written("UTC", {"mon": ["00:00-24:00"]}), 2014, 2014))
    start = int(datetime.fromisoformat("2014-04-07T23:59:30+00:00").timestamp())
    answer = due({"office": table}, running(start, [], "office"), Duration(1, "working", "minute"), start)
    assert answer is not None
    return (datetime(1970, 1, 1) + timedelta(seconds=answer)).isoformat() + "+00:00"


def early_closing() -> str:
    weekly = {"thu": ["08:00-19:00"], "fri": ["08:00-19:00"]}
    desk = Desk(written("UTC", weekly, opened={"2019-12-27": ["08:00-17:00"]}), 2019, 2020)
    return desk.due("2019-12-27T16:00", hours(2))


def hmcts(counting: Counting) -> str:
    return courts(2022).due("2022-10-13T20:00", days(5), counting=counting)


ANSWERS: dict[str, Callable[[], str]] = {
    "FOI-1": lambda: foi("2009-03-16T11:00"),
    "FOI-2": lambda: foi("2009-03-14T11:00"),
    "DSAR-1": lambda: courts(2024).due("2024-09-03T23:59", months(1), counting=MIDNIGHT),
    "UK-DODDS": lambda: courts(1978).due("1978-09-30T12:00", months(4), counting=MIDNIGHT),
    "CPR-i": lambda: courts(2023).last_before("2023-10-20", clear(3)),
    "CPR-iv": lambda: courts(2025).last_before("2025-10-20", clear_working(3)),
    "CPR-ii": lambda: courts(2023).due("2023-10-01T12:00", clear(28)),
    "HALF-1": lambda: gem(_2019_12_27=("08:00-12:00", "14:00-18:00")).due("2019-12-27T10:00", hours(4)),
    "HALF-2": early_closing,
    "MIDN-1": one_minute_of_mondays,
    "EDGE-0": lambda: Desk(written("UTC", {"tue": ["10:00-17:00"]}), 2006, 2006).due("2006-01-03T00:00", hours(0)),
    "HMCTS-1": lambda: hmcts(Counting(due_at=18 * 60)),
}


def same(answer: str, expected: str) -> bool:
    """Whether an answer is the published one; a published date is the day until whose end there is time."""
    if len(expected) == 10:
        return answer == f"{expected}T24:00"
    return datetime.fromisoformat(answer.removesuffix("+00:00")) == datetime.fromisoformat(expected).replace(
        tzinfo=None
    )


def test_every_published_answer_is_asked_for() -> None:
    assert ANSWERS.keys() == PUBLISHED.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_published_answer(name: str) -> None:
    assert same(ANSWERS[name](), PUBLISHED[name]["expected"])


NAIVE: dict[tuple[str, str], Callable[[], str]] = {
    ("FOI-1", "England+Wales calendar only"): lambda: foi("2009-03-16T11:00", ("GB-ENG", "GB-WLS")),
    ("FOI-2", "advance to Monday, then +20"): lambda: foi(
        "2009-03-14T11:00", counting=Counting("on a working day", due_at=24 * 60)
    ),
    ("DSAR-1", "+30 days"): lambda: courts(2024).due(
        "2024-09-03T23:59", Duration(30, "calendar", "day"), counting=MIDNIGHT
    ),
    ("CPR-i", "hearing-3"): lambda: courts(2023).last_before("2023-10-20", Duration(3, "calendar", "day")),
    ("CPR-iv", "hearing-4"): lambda: courts(2025).last_before("2025-10-20", clear(3)),
    ("CPR-ii", "+28"): lambda: courts(2023).due("2023-10-01T12:00", Duration(28, "calendar", "day"), counting=MIDNIGHT),
    ("HALF-1", "weekly pattern"): lambda: gem().due("2019-12-27T10:00", hours(4)),
    ("HALF-2", "weekly pattern"): lambda: Desk(written("UTC", dict.fromkeys(WEEK, ("08:00-19:00",))), 2019).due(
        "2019-12-27T16:00", hours(2)
    ),
    ("HMCTS-1", "keep 20:00"): lambda: hmcts(Counting(due_at="same time")),
}


@pytest.mark.parametrize(("name", "how"), NAIVE)
def test_the_naive_answer_is_another_word_of_the_language(name: str, how: str) -> None:
    assert same(NAIVE[name, how](), PUBLISHED[name]["naive"][how])


def test_the_fees_notice_stops_whole_days() -> None:
    """Freedom of Information Act 2000 s. 10 (2): from the day of the notice to the day of the payment, both included,
    nothing counts. By the moment, the same pause would cost a working day less."""
    desk = Desk(written(LONDON, NINE_TO_FIVE, KINGDOM), 2009, 2009)
    notice, paid = "2009-03-18T15:00", "2009-03-20T11:00"
    assert foi("2009-03-16T11:00") == "2009-04-16T24:00"
    assert desk.due("2009-03-16T11:00", days(20), (notice, paid)) == "2009-04-20T17:00"
    assert desk.due("2009-03-16T11:00", days(20), desk.whole(notice, paid)) == "2009-04-21T17:00"


def test_always_is_a_calendar_of_elapsed_hours() -> None:
    """FRCP 72 hours are elapsed hours; three days keep the wall clock (WABO log 336/336)."""
    desk = Desk(written("America/New_York", ALWAYS))
    assert desk.due("2026-03-06T12:00", Duration(72, "clock", "hour")) == "2026-03-09T13:00"
    assert desk.due("2026-03-06T12:00", hours(72)) == "2026-03-09T13:00"
    assert desk.due("2026-03-06T12:00", Duration(3, "calendar", "day")) == "2026-03-09T12:00"
