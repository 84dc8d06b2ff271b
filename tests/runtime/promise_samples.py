"""A case type with one promise and no other clock, and short words for what tests of promises do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from casedsl_runtime import Amend
from casedsl_runtime.artifact import Band, Field, Priority, Promise, Step, Transition, Workflow
from casedsl_runtime.case import PromiseKept
from runtime_samples import TRANSITIONS, WORKFLOW, Desk, at, hours, shown

MakeDesk = Callable[[Workflow], Desk]
PROMISE = "promise/soon"
URGENCY = Field("urgency", "How urgent?", "scale", low=0, high=2, changed_by=("handler",))
RECEIVED = Field("received_on", "When did it come?", "date", changed_by=("handler",))
NOTICED = Field("notice_on", "When was the notice sent?", "date", changed_by=("handler",))
PAID = Field("paid_on", "When was it paid?", "date", changed_by=("handler",))
HEARING = Field("hearing_on", "When is the hearing?", "date", changed_by=("handler",))
TREATED = Field("treated_at", "When was the treatment?", "date and time", changed_by=("handler",))
LADDER = (
    Step("prompt", "supervisor", used=50),
    Step("alert", "supervisor", used=75),
    Step("tell", "requester", None, "late"),
)


def workflow(**promise: Any) -> Workflow:
    """The sample with no other clocks than one promise, `soon`, and a priority that `urgency` alone makes."""
    given = {"within": hours(4), "met_by": ("decide", "send_answer"), "pauses_in": ("waiting_on_customer",), **promise}
    soon = Promise("soon", "We answer", calendar="office", **{"since": "opened", **given})
    reopen = tuple(
        replace(line, routes=(replace(line.routes[0], to="new"),)) if line.event == "object" else line
        for line in TRANSITIONS
    )
    return replace(
        WORKFLOW,
        fields=(*WORKFLOW.fields, URGENCY, RECEIVED, NOTICED, PAID, HEARING, TREATED),
        transitions=_asking(reopen),
        states=tuple(replace(state, timers=()) for state in WORKFLOW.states),
        stages=(),
        promises=(soon,),
        priority=Priority((("urgency", ("field", "urgency")),), 0, 2, bands=(Band("low", 0), Band("high", 1))),
        templates=tuple(
            replace(template, body=("It took too long.",)) if template.name in ("acknowledged", "late") else template
            for template in WORKFLOW.templates
        ),
    )


def _asking(lines: tuple[Transition, ...]) -> tuple[Transition, ...]:
    return tuple(replace(line, needs=("treated_at",)) if line.event == "send_answer" else line for line in lines)


def amend(desk: Desk, case: str, when: str, **fields: Any) -> dict[str, Any]:
    """Change fields at a time; the values of the entry."""
    desk.clock.put(when)
    outcome = desk.host.submit(case, desk.key(), Amend(fields, "It was wrong"), "kim")
    assert outcome.accepted, outcome.reasons
    return dict(outcome.entries[-1].values)


def do(desk: Desk, case: str, when: str, actor: str, event: str, **fields: Any) -> None:
    desk.clock.put(when)
    notes = {"object": "No", "withdraw": "No"}
    if event == "send_answer":
        fields.setdefault("treated_at", at(when))
    desk.do(case, actor, event, notes.get(event), **fields)
    assert desk.problems(case) == []


def kept(desk: Desk, case: str) -> PromiseKept:
    return desk.case(case).promises["soon"]


def due(desk: Desk, case: str) -> str | None:
    return shown(kept(desk, case).due)


def opened(desk: Desk, when: str, **fields: Any) -> str:
    desk.clock.put(when)
    return desk.open(**fields)
