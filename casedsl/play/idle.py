"""A case that arrives and in which nobody acts: what time does by itself, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from casedsl_runtime.accounts import Account
from casedsl_runtime.artifact import State, Workflow
from casedsl_runtime.host import Host
from casedsl_runtime.journal import Entry
from casedsl_runtime.loading import dump_workflow
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import CalendarRunsOut
from msgspec import Struct
from msgspec.structs import replace as changed

from casedsl.compile import Compiled
from casedsl.model.scenarios.records import Person
from casedsl.play.theatre import Theatre, VirtualClock

MOST_STEPS = 1_000
"""How often time acts at most: a circle of time would go on for ever."""


class Idle(Struct, frozen=True):
    """What happened, and why nothing follows; `entries` are empty where the case can't be opened. `accounts` say for
    each step of time, by the number of its entry, how its instant was counted."""

    entries: tuple[Entry, ...]
    rest: str
    accounts: Mapping[int, Account] = MappingProxyType({})


def idle(
    theatre: Theatre, arrives: int, given: Mapping[str, Value], state: str | None = None, *, why: bool = False
) -> Idle:
    """Let a case arrive at an instant with these values, and time pass until it has nothing more to do.

    Each role is held by one person, who does nothing. With a `state` (not a final one) the case begins there, as if it
    were the first. Accounts of the steps are worked out only if asked for.
    """
    if state is not None:
        theatre = _beginning_in(theatre, state)
    clock = VirtualClock(arrives)
    roles = sorted(theatre.workflow.roles, key=lambda role: not role.outside)
    people = [Person(role.name, role.title or role.name, (role.name,), theatre.case_type.span) for role in roles]
    host = theatre.host(people, clock)
    try:
        outcome = host.open(theatre.workflow.name, "arrives", given, people[0].id)
        if outcome.number is None:
            return Idle((), "; ".join(outcome.reasons))
        happened = _passed(host, clock, theatre, outcome.number)
        found = ((entry.n, host.why_then(entry.case, entry.n)) for entry in happened.entries if why)
        return changed(happened, accounts={n: account for n, account in found if account is not None})
    except CalendarRunsOut as error:
        return Idle((), str(error))


def _passed(host: Host, clock: VirtualClock, theatre: Theatre, number: str) -> Idle:
    """Time acts at every instant at which something is due, one after another."""
    rest = f"time acted {MOST_STEPS} times and would go on"
    for _ in range(MOST_STEPS):
        due = host.next_due()
        if due is None:
            rest = _rest(host, theatre, number)
            break
        clock.now = max(due, clock.now)
        stuck = next((step for step in host.tick() if not step.outcome.accepted), None)
        if stuck is not None:
            rest = "; ".join(stuck.outcome.reasons)
            break
    return Idle(tuple(host.history(number)), rest)


def _rest(host: Host, theatre: Theatre, number: str) -> str:
    case = host.load(number)
    assert case is not None, "it was opened"
    state = next(each for each in theatre.workflow.states if each.name == case.state)
    if state.kind == "final":
        return f"the case has ended in {state.title}" + (f" as {case.ending}" if case.ending else "")
    return f"time has nothing more to do: the case stays in {state.title} until somebody acts"


def _beginning_in(theatre: Theatre, state: str) -> Theatre:
    workflow = replace(theatre.workflow, states=tuple(_as_first(each, state) for each in theatre.workflow.states))
    return changed(theatre, workflow=workflow, compiled=Compiled(dump_workflow(workflow), theatre.compiled.bundle))


def _as_first(state: State, first: str) -> State:
    if state.name == first:
        return replace(state, kind="first")
    return replace(state, kind="between") if state.kind == "first" else state


def beginnings(workflow: Workflow) -> tuple[str, ...]:
    """The states in which a case may begin."""
    return tuple(state.name for state in workflow.states if state.kind != "final")
