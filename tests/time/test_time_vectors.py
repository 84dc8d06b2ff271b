"""The deadlines and elapsed times of the design's vectors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import due, elapsed
from time_calendars import Desk, running, written

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
