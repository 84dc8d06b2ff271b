"""What time says while the team's calendar is closed goes to whoever is on duty then. `office` is open 09:00-17:00."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime.artifact import Step, Team, Timer, Workflow
from casedsl_runtime.loading import ArtifactError, dump_workflow, load_workflow
from casedsl_runtime.vocabulary import Duration
from runtime_samples import WORKFLOW, Desk, hours


def clock(count: int) -> Duration:
    return Duration(count, "clock", "hour")


def on_duty(role: str | None, *timers: Timer, promise: tuple[Step, ...] = ()) -> Workflow:
    """The sample with these timers in its first state, and a role that is on duty while `office` is closed."""
    first, *others = WORKFLOW.states
    teams = tuple(replace(team, out_of_hours=role) for team in WORKFLOW.teams)
    promises = tuple(replace(each, within=clock(3), steps=promise) for each in WORKFLOW.promises)
    stages = tuple(replace(stage, timers=()) for stage in WORKFLOW.stages)
    first_is_new = (replace(first, timers=timers), *others)
    return replace(WORKFLOW, states=first_is_new, stages=stages, teams=teams, promises=promises)


def said(desk: Desk, opened: str, until: str) -> list[dict[str, Any]]:
    """What time says about a case in its first state."""
    desk.clock.put(opened)
    number = desk.open()
    desk.tick(until)
    return [message for entry in desk.host.history(number)[1:] for message in entry.values.get("messages", ())]


@pytest.mark.parametrize(
    ("opened", "timer", "people"),
    [
        ("2026-03-02 15:00", Timer("alert", "supervisor", clock(3)), ["lee", "max"]),  # 18:00
        ("2026-03-02 13:00", Timer("alert", "supervisor", clock(3)), ["sue"]),  # 16:00
        ("2026-03-02 15:00", Timer("alert", "supervisor", hours(2)), ["sue"]),  # at closing, still within hours
        ("2026-03-02 14:59", Timer("alert", "supervisor", clock(18)), ["lee", "max"]),  # 08:59
        ("2026-03-02 15:00", Timer("alert", "supervisor", clock(18)), ["sue"]),  # 09:00: it has opened
        ("2026-03-06 15:00", Timer("prompt", "assignee", clock(24)), ["lee", "max"]),  # a Saturday
        ("2026-03-06 15:00", Timer("escalate", "supervisor", clock(24)), ["sue"]),  # it makes her responsible
        ("2026-03-06 15:00", Timer("prompt", "requester", clock(24)), ["pat"]),  # outside there are no hours
        ("2026-03-06 15:00", Timer("prompt", "legal", clock(24)), ["lee", "max"]),
    ],
)
def test_who_hears_at_which_hour(
    desk_of: Callable[[Workflow], Desk], opened: str, timer: Timer, people: list[str]
) -> None:
    (message,) = said(desk_of(on_duty("legal", timer)), opened, "2026-03-09 09:00")
    assert message["people"] == people


@pytest.mark.parametrize(("to", "meant"), [("assignee", "the assignee"), ("supervisor", "Supervisor")])
def test_the_message_says_for_whom_it_was_meant(desk_of: Callable[[Workflow], Desk], to: str, meant: str) -> None:
    (message,) = said(desk_of(on_duty("legal", Timer("prompt", to, clock(3)))), "2026-03-02 16:00", "2026-03-03 08:00")
    assert message["to"] == {"role": "legal"}
    assert message["body"].splitlines()[-1] == f"Out of hours; meant for {meant}."


def test_a_step_of_a_promise_and_a_missed_one_are_heard_on_duty_too(desk_of: Callable[[Workflow], Desk]) -> None:
    steps = Step("alert", "supervisor", clock(1)), Step("tell", "supervisor", None), Step("tell", "requester", None)
    workflow = on_duty("legal", promise=steps)
    desk = desk_of(workflow)
    desk.clock.put("2026-03-06 16:30")
    number = desk.open()
    desk.tick("2026-03-06 18:30")
    desk.tick("2026-03-06 19:30")
    heard = [each["people"] for entry in desk.host.history(number)[1:] for each in entry.values.get("messages", ())]
    assert heard == [["lee", "max"], ["lee", "max"], ["pat"]]


def test_where_nobody_is_on_duty_nothing_changes(desk_of: Callable[[Workflow], Desk]) -> None:
    timer = Timer("alert", "supervisor", clock(24))
    roles = (*WORKFLOW.roles, replace(WORKFLOW.roles[0], name="night", title="Night", outside=False))
    for workflow in (replace(on_duty("night", timer), roles=roles), on_duty(None, timer)):
        (message,) = said(desk_of(workflow), "2026-03-06 15:00", "2026-03-08 09:00")
        assert message["people"] == ["sue"]
        assert "Out of hours" not in message["body"]


def test_what_an_event_sends_is_no_word_of_time(desk_of: Callable[[Workflow], Desk]) -> None:
    desk = desk_of(on_duty("legal"))
    desk.clock.put("2026-03-07 12:00")
    number = desk.open()
    desk.do(number, "kim", "acknowledge", impact=1)
    (message,) = desk.host.history(number)[-1].values["messages"]
    assert message["people"] == ["pat"]


def test_a_role_on_duty_that_is_not_there_is_refused() -> None:
    teams = (Team("complaints", "Complaints", ("handler",), "office", None, "ghost"), *WORKFLOW.teams[1:])
    with pytest.raises(ArtifactError, match="names `ghost`, which is not there"):
        load_workflow(dump_workflow(replace(WORKFLOW, teams=teams)))
