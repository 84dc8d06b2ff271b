"""A case that can't be read any more holds no other up: no step of time, no list, no loop of a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casedsl_runtime import Directory, Upkeep
from casedsl_runtime.artifact import Ageing, Band, Priority
from casedsl_runtime.service import Service
from runtime_samples import PEOPLE, WORKFLOW, Desk, days
from store_world import Place

AGEING = replace(
    WORKFLOW,
    priority=Priority(
        (("12 * impact", ("*", ("const", 12), ("field", "impact"))),), 0, 50, (), (Band("green", 0),), None,
        (Ageing(2, 30, days(1), days(1)),),
    ),
)  # fmt: skip
"""A case type whose priority rises with each working day."""


def damaged(place: Place) -> tuple[Desk, list[str], str]:
    """A store in which the first of three cases can't be read, as a process that comes anew sees it."""
    desk = Desk(place.create(), workflow=AGEING)
    cases = [desk.open(impact=1) for _ in range(3)]
    desk.store.close()
    place.sql("update cases set snapshot = '{' where number = ?", cases[0])
    reason = f"the snapshot of case {cases[0]} was damaged; restore the store from a backup"
    return Desk(place.open(), "2026-03-05 18:00", workflow=AGEING), cases, reason


def test_time_goes_on_in_every_other_case(place: Place) -> None:
    desk, cases, reason = damaged(place)
    fired = desk.host.tick()
    assert {step.case for step in fired if step.outcome.accepted} == set(cases[1:])
    assert [(step.case, step.timer, step.outcome.reasons) for step in fired if not step.outcome.accepted] == [
        (cases[0], None, (reason,))
    ]
    desk.store.close()


def test_priorities_go_on_ageing_in_every_other_case(place: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr("casedsl_runtime.host.AGED_AT_ONCE", 1)
    desk, cases, _ = damaged(place)
    assert desk.host.age() == 2
    scores = {row.number: row.score for row in desk.host.list()}
    assert scores == {cases[0]: 12, cases[1]: 16, cases[2]: 16}
    assert desk.host.age() == 0
    desk.store.close()


def test_the_loop_of_a_host_tells_of_it_once_and_verify_names_it(place: Place) -> None:
    desk, cases, reason = damaged(place)
    logged: list[Mapping[str, Any]] = []
    upkeep = Upkeep(desk.store, Directory.of(PEOPLE))
    service = Service(desk.host, upkeep, {"send": lambda letter: None}, log=logged.append)
    for _ in range(3):
        service.round()
    stuck = [line for line in logged if line["event"] == "stuck"]
    assert [(line["case"], line["reasons"]) for line in stuck] == [(cases[0], [reason])]
    assert service.health.ok
    assert any(case == cases[0] for case, _ in upkeep.verify())
    assert desk.host.list()[0].number in cases
    desk.store.close()
