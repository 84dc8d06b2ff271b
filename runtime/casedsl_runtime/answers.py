"""The questions that people ask of a case: what may I do, why may I not, and why is it where it is.

Answers come from the same checks as decisions, made on a copy that is thrown away, so that they can't drift apart. An
event that only waits for values is offered, with what it still needs; one whose guard is closed is offered too if the
guard reads a field that the event itself asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from casedsl_runtime import access
from casedsl_runtime.accounts import Account, accounts
from casedsl_runtime.ageing import aged
from casedsl_runtime.artifact import Field, Transition
from casedsl_runtime.case import Case, Standing
from casedsl_runtime.checks import Reason, check, missing, not_here
from casedsl_runtime.commands import Do, Env
from casedsl_runtime.expr import fields_read
from casedsl_runtime.journal import Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.plans import Plan
from casedsl_runtime.turn import Turn
from casedsl_runtime.views import hidden_from
from casedsl_runtime.vocabulary import BACK, STAY


@dataclass(frozen=True, slots=True)
class Offer:
    """An event that this person may let happen now. `to` are the places to which its routes lead, `needs` the fields
    that are still missing, `asks` all fields that may be given with it, `promises` what it does to each promise."""

    event: str
    title: str
    purpose: str
    to: tuple[str, ...]
    needs: tuple[Field, ...]
    asks: tuple[Field, ...]
    note: bool
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a case is where it is. `turn` says whose turn it is, `priority` is a sum of named parts, also of those
    that age adds now, `last` how the case came to be as it is, `promises` how each promise stands."""

    number: str
    state: str
    title: str
    since: int
    ending: str | None
    turn: str
    priority: Standing | None
    clocks: tuple[Account, ...]
    promises: tuple[str, ...]
    last: str


def actions(machine: Machine, case: Case, env: Env) -> list[Offer]:
    """What the actor of `env` may do now, in the order in which the author wrote it."""
    if env.actor is None:
        return []
    return [
        _offer(_turn(machine, case, env), plan, env.actor)
        for plan in machine.row(case.state)
        if not _against(machine, case, plan, env, env.actor)
    ]


def why_not(machine: Machine, case: Case, event: str, env: Env) -> list[str]:
    """Why the actor of `env` may not let the event happen now; nothing when they may."""
    if env.actor is None:
        return ["somebody has to do it; name a person of the directory"]
    plan = machine.moves[case.state].get(event)
    if plan is None:
        return [not_here(_turn(machine, case, env), event, env.actor)]
    return [reason.text for reason in _against(machine, case, plan, env, env.actor)]


def _turn(machine: Machine, case: Case, env: Env) -> Turn:
    return Turn(machine, case, env, env.now)


def _against(machine: Machine, case: Case, plan: Plan, env: Env, person: Person) -> list[Reason]:
    """The reasons that no value given with the event could remove."""
    transition = plan.transition
    reasons, *_ = check(_turn(machine, case, env), plan, Do(transition.event), person)
    may_open = bool(_read_by_guards(transition) & set(transition.needs))
    removable = {"missing", "guard"} if may_open else {"missing"}
    return [reason for reason in reasons if reason.kind not in removable]


def _read_by_guards(transition: Transition) -> set[str]:
    guards = [transition.when, *(route.when for route in transition.routes)]
    return {name for guard in guards if guard is not None for name in fields_read(guard)}


def _offer(turn: Turn, plan: Plan, person: Person) -> Offer:
    fields, transition = turn.machine.fields, plan.transition
    others = set(access.not_theirs_to_give(turn, person, plan, transition.needs))
    return Offer(
        event=transition.event,
        title=transition.title,
        purpose=transition.purpose,
        to=tuple(dict.fromkeys(_place(turn, route.to) for route in transition.routes)),
        needs=tuple(fields[name] for name in missing(turn, transition)),
        asks=tuple(fields[name] for name in transition.needs if name not in others),
        note=transition.needs_note,
        promises=tuple(_promise_effects(turn, transition)),
    )


def _place(turn: Turn, to: str) -> str:
    """The state that a route leads to."""
    return turn.state if to == STAY else turn.behind or BACK if to == BACK else to


def _promise_effects(turn: Turn, transition: Transition) -> Iterator[str]:
    for name, kept in turn.promises.items():
        if kept.outcome in ("running", "paused"):
            what = (_effect(turn, transition, name, _place(turn, route.to)) for route in transition.routes)
            yield " or ".join(dict.fromkeys(what))


def _effect(turn: Turn, transition: Transition, name: str, place: str) -> str:
    promise = turn.machine.promises[name]
    if transition.event in promise.met_by:
        return f"meets `{name}`"
    if turn.machine.states[place].kind == "final":
        return f"`{name}` is cancelled"
    return f"`{name}` stands still" if place in promise.pauses_in else f"`{name}` goes on"


def why(machine: Machine, case: Case, env: Env, entries: Sequence[Entry] = ()) -> Explanation:
    """Why the case is where it is and when time acts next; `entries` are its journal. The parts of its priority tell
    what fields hold: an actor of `env` who doesn't see all of them is told the sum alone."""
    state = machine.states[case.state]
    return Explanation(
        number=case.id,
        state=state.name,
        title=state.title,
        since=case.since,
        ending=case.ending,
        turn=_whose_turn(machine, case, env),
        priority=_priority(machine, case, env),
        clocks=tuple(accounts(machine, case, env, entries)),
        promises=tuple(f"{machine.promises[name].title}: {kept.outcome}" for name, kept in case.promises.items()),
        last=_cause(entries[-1]) if entries else "",
    )


def _priority(machine: Machine, case: Case, env: Env) -> Standing | None:
    standing = aged(machine, case, env.calendars, env.now).standing
    if standing is None or env.actor is None or machine.sight is None:
        return standing
    return standing._replace(parts=()) if hidden_from(machine, case, env.actor, machine.sight.priority) else standing


def _whose_turn(machine: Machine, case: Case, env: Env) -> str:
    state = machine.states[case.state]
    if state.kind == "final":
        return "nobody's: the case has ended"
    if state.waiting_on:
        return "it waits on " + ", ".join(machine.roles[role].title for role in state.waiting_on)
    if case.escalation is not None:
        return f"it was escalated to {machine.roles[case.escalation.to].title}"
    if case.assignee is not None:
        person = env.people.get(case.assignee)
        return f"it is with {person.name if person else case.assignee}"
    return "nobody is assigned" if case.team is None else f"it is with {machine.teams[case.team].title}"


def _cause(entry: Entry) -> str:
    """How the latest entry came about, without the values of fields."""
    values = entry.values
    if "why" in values:
        return f"{entry.kind}: {values['why']}"
    who = (values.get("actor") or {}).get("name", "somebody whose name was erased")
    return f"{who}: {values.get('title') or _DONE.get(entry.kind, entry.kind)}"


_DONE: Mapping[str, str] = MappingProxyType(
    {"opened": "opened the case", "amended": "amended it", "recounted": "changed the calendars"}
)
