"""The deadlines and elapsed times of the design's vectors, and published answers that a calendar here can express."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import due, elapsed, prepare
from time_calendars import NINE_TO_FIVE, Desk, compiled, days, hours, months, running, written

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors.json").read_text())
CALENDARS: dict[str, Any] = json.loads((HERE / "calendars.json").read_text())


@pytest.fixture(scope="module")
def desks() -> dict[str, Desk]:
    return {
        name: Desk(written(each["tz"], each["weekly"], closed=each["closed"], name=name))
        for name, each in CALENDARS.items()
    }


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(vector, id=vector["id"]) for vector in VECTORS if vector["kind"] == kind]


def test_every_vector_is_run() -> None:
    assert {vector["kind"] for vector in VECTORS} == {"deadline", "elapsed"}
    assert not any(each["exceptions"] for each in CALENDARS.values())


@pytest.mark.parametrize("vector", of_kind("deadline"))
def test_deadline(desks: dict[str, Desk], vector: dict[str, Any]) -> None:
    desk = desks[vector["calendar"]]
    pauses = [(desk.at(low), desk.at(high)) for low, high in vector["pauses"]]
    start = desk.at(vector["start"])
    goal = Duration(round(vector["goal_hours"] * 60), "working", "minute")
    answer = due(desk.calendars, running(start, pauses, desk.name), goal, start)
    assert answer == int(datetime.fromisoformat(vector["deadline"]).timestamp())


@pytest.mark.parametrize("vector", of_kind("elapsed"))
def test_elapsed(desks: dict[str, Desk], vector: dict[str, Any]) -> None:
    desk = desks[vector["calendar"]]
    pauses = [(desk.at(low), desk.at(high)) for low, high in vector["pauses"]]
    start = desk.at(vector["start"])
    stretches = running(start, pauses, desk.name)
    answer = elapsed(desk.calendars, stretches, "working", "minute", start, desk.at(vector["end"]))
    assert answer == vector["elapsed_minutes"] * 60


@pytest.mark.parametrize(
    ("received", "answered"), [("2009-03-16T11:00", "2009-04-16T17:00"), ("2009-03-14T11:00", "2009-04-15T17:00")]
)
def test_freedom_of_information_in_twenty_working_days(received: str, answered: str) -> None:
    """FOI-1, FOI-2: Freedom of Information Act 2000 s. 10 (1), (6); alaveteli spec/models/holiday_spec.rb@351eb61. In
    these weeks Northern Ireland's holidays are all those of the United Kingdom: St Patrick's Day counts for all."""
    desk = Desk(written("Europe/London", NINE_TO_FIVE, "GB-NIR"), 2009, 2009)
    assert desk.due(received, days(20)) == answered


def test_freedom_of_information_with_the_wrong_holidays() -> None:
    """The naive answer that FOI-1 warns of."""
    desk = Desk(written("Europe/London", NINE_TO_FIVE, "GB-ENG"), 2009, 2009)
    assert desk.due("2009-03-16T11:00", days(20)) == "2009-04-15T17:00"


@pytest.mark.parametrize(
    ("start", "goal", "end"),
    [
        # DSAR-1: GDPR art. 12 (3); ICO: received on 3 September, due on 3 October.
        ("2024-09-03T23:59", months(1), "2024-10-03T23:59"),
        # UK-DODDS: Dodds v Walker [1981] 1 WLR 1027 (HL): the corresponding date, not month's end to month's end.
        ("1978-09-30T12:00", months(4), "1979-01-30T12:00"),
    ],
)
def test_months_by_the_corresponding_date(start: str, goal: Duration, end: str) -> None:
    year = int(start[:4])
    assert Desk(written("Europe/London", NINE_TO_FIVE), year, year + 1).due(start, goal) == end


def test_early_closing() -> None:
    """HALF-2: Intrepidd/working_hours spec @27946fa: two hours from Friday 16:00, closed early at 17:00."""
    weekly = {"thu": ["08:00-19:00"], "fri": ["08:00-19:00"]}
    desk = Desk(written("UTC", weekly, closed={"2019-12-27": 17 * 60}), 2019, 2020)
    assert desk.due("2019-12-27T16:00", hours(2)) == "2020-01-02T09:00"


def test_the_last_second_of_a_day_counts() -> None:
    """MIDN-1: Intrepidd/working_hours spec @27946fa: 60 seconds from Monday 23:59:30, only Mondays worked."""
    table = prepare(compiled(written("UTC", {"mon": ["00:00-24:00"]}), 2014, 2014))
    start = int(datetime.fromisoformat("2014-04-07T23:59:30+00:00").timestamp())
    answer = due({"office": table}, running(start, [], "office"), Duration(1, "working", "minute"), start)
    assert answer == int(datetime.fromisoformat("2014-04-14T00:00:30+00:00").timestamp())


def test_working_days_end_at_closing_whatever_the_start() -> None:
    """HMCTS-1: hmcts/wa-task-management-api DueDateIntervalCalculatorTest@1d99034: five days from Thursday 20:00."""
    desk = Desk(
        written("Europe/London", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-18:00",))), 2022, 2022
    )
    assert desk.due("2022-10-13T20:00", days(5)) == "2022-10-20T18:00"
