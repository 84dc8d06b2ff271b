"""May it happen? Every reason why an event or an amendment is refused, collected, in the author's own words.

An event is checked in the order in which a person would ask: may I, what did I give, what is missing, is the guard
open, does a route lead on. Every reason is found, not only the first. Its kind lets `answers.py` tell an event that
only waits for values, which is offered, from one that can't happen now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from casedsl_runtime import access, fields
from casedsl_runtime.artifact import Actor, Transition
from casedsl_runtime.commands import Amend, Do
from casedsl_runtime.people import Person
from casedsl_runtime.plans import Plan, Way
from casedsl_runtime.turn import Turn
from casedsl_runtime.values import text_problem
from casedsl_runtime.vocabulary import BACK


@dataclass(frozen=True, slots=True)
class Reason:
    kind: Literal["who", "value", "missing", "source", "guard", "place"]
    text: str


Found: TypeAlias = "tuple[list[Reason], Way | None, Actor | None]"
"""The reasons against an event; when there are none, the way that it takes, and the line under which it is done."""


def check(turn: Turn, plan: Plan, command: Do, person: Person) -> Found:
    """Check an event; the values given are in the turn afterwards, those that can stand there. Only what the plan and
    the command speak of is looked at."""
    transition = plan.transition
    actor = access.entitled(turn, person, transition.by)
    reasons = [*_who(turn, transition, person, actor)] if actor is None or plan.bars else []
    if command.fields or command.note is not None:
        reasons += _given(turn, plan, command, person)
        reasons += _merge(turn, transition, command)
    if turn.machine.asked:
        fields.reset_unasked(turn)
    if turn.machine.bounded:
        reasons += (Reason("value", problem) for problem in fields.bound_problems(turn))
    if plan.asks:
        reasons += _missing(turn, plan, command, person)
    if plan.guard is not None and plan.guard(turn) is not True:
        reasons.append(_guarded(turn, transition))
    way = plan.always or _open_way(turn, plan)
    if way is None:
        reasons.append(_no_way(transition))
    elif way.place is None and way.route.to == BACK and turn.behind is None:
        reasons.append(Reason("place", f"`{transition.event}` leads back, and there is nothing to go back to"))
    return reasons, way, actor


def _who(turn: Turn, transition: Transition, person: Person, actor: Actor | None) -> Iterator[Reason]:
    if actor is None:
        yield Reason("who", access.not_theirs(person, transition))
    for event in transition.but_not:
        if access.did(turn, person, event):
            yield Reason("who", f"{person.name} did `{event}`, and `{transition.event}` is not for whoever did")
    if transition.reverses_escalation and turn.escalation is None:
        yield Reason("place", f"`{transition.event}` gives back what was escalated, and nothing is escalated now")


def _given(turn: Turn, plan: Plan, command: Do, person: Person) -> Iterator[Reason]:
    transition = plan.transition
    for name in command.fields:
        if name in turn.machine.fields and name not in transition.needs:
            asks = ", ".join(f"`{need}`" for need in transition.needs) or "no field"
            yield Reason("value", f"`{transition.event}` doesn't ask for `{name}`; it asks for {asks}")
    for name in access.not_theirs_to_give(turn, person, plan, command.fields) if plan.sources else ():
        yield Reason("value", access.may_not_give(turn.machine.fields[name], person))
    for problem in fields.given_problems(turn, command.fields):
        yield Reason("value", problem)
    wrong_note = None if command.note is None else text_problem("note", command.note)
    if wrong_note is not None:
        yield Reason("value", wrong_note)


def _merge(turn: Turn, transition: Transition, command: Do) -> Iterator[Reason]:
    good = {name: value for name, value in command.fields.items() if name in transition.needs}
    good = {name: value for name, value in good.items() if not fields.given_problems(turn, {name: value})}
    turn.put_fields(good)
    for problem in fields.not_asked_problems(turn, good):
        yield Reason("value", problem)


def _missing(turn: Turn, plan: Plan, command: Do, person: Person) -> Iterator[Reason]:
    """What is missing; of what others supply, no value that this person gives could help."""
    transition = plan.transition
    unset = [name for name in missing(turn, transition) if command.fields.get(name) is None]
    others = list(access.not_theirs_to_give(turn, person, plan, unset)) if plan.sources and unset else []
    for name in others:
        roles = ", ".join(plan.sources[name])
        yield Reason("source", f"`{transition.event}` needs `{name}`, which only {roles} may give")
    theirs = [f"`{name}`" for name in unset if name not in others]
    if theirs:
        yield Reason("missing", f"`{transition.event}` needs {', '.join(theirs)}")
    if transition.needs_note and command.note is None:
        yield Reason("missing", f"`{transition.event}` needs a note")


def missing(turn: Turn, transition: Transition) -> list[str]:
    """The fields that a transition needs, that are asked, and that are unset."""
    return [
        name
        for name in transition.needs
        if turn.fields.get(name) is None and fields.is_asked(turn, turn.machine.fields[name])
    ]


def _guarded(turn: Turn, transition: Transition) -> Reason:
    """Why a guard is closed that was the first to read the turn."""
    unread = list(dict.fromkeys(turn.unread))
    unset = f", and {', '.join(f'`{name}`' for name in unread)} is not set" if unread else ""
    return Reason("guard", f"`{transition.event}` asks that {transition.text or 'its guard holds'}{unset}")


def _open_way(turn: Turn, plan: Plan) -> Way | None:
    for way in plan.ways:
        if way.guard is None or way.guard(turn) is True:
            return way
    return None


def _no_way(transition: Transition) -> Reason:
    texts = "; ".join(route.text for route in transition.routes if route.text) or "none of its conditions holds"
    return Reason("guard", f"no way out of `{transition.event}` is open: {texts}")


def not_here(turn: Turn, event: str, person: Person) -> str:
    """Why an event that the table doesn't know in this state is refused, and what can be done instead."""
    lines = [plan.transition for plan in turn.machine.row(turn.state)]
    possible = [f"`{line.event}`" for line in lines if access.entitled(turn, person, line.by) is not None]
    instead = f"{person.name} can do {', '.join(possible)}" if possible else f"nothing is up to {person.name} here"
    return f"`{event[:60]}` can't be done in `{turn.state}`; {instead} now"


def amend_problems(turn: Turn, command: Amend, person: Person) -> Iterator[str]:
    """Why these fields may not be changed by this person in this state."""
    if not command.fields:
        yield "an amendment changes at least one field; name it"
    problem = text_problem("reason", command.reason)
    if problem is not None:
        yield f"{problem}: say why the fields are changed"
    for name in command.fields:
        if name in turn.machine.fields:
            yield from _amend_field_problems(turn, name, person)


def _amend_field_problems(turn: Turn, name: str, person: Person) -> Iterator[str]:
    field = turn.machine.fields[name]
    if not field.changed_by:
        yield f"`{name}` can't be amended; only a transition changes it"
    elif not any(access.holds(turn, person, role) for role in field.changed_by):
        yield f"only {', '.join(field.changed_by)} may change `{name}`; {person.name} may not"
    if turn.machine.states[turn.state].kind == "final":
        yield f"the case is in `{turn.state}`, which is final; `{name}` stays as it is"
    elif field.changed_by and field.changed_in and turn.state not in field.changed_in:
        yield f"`{name}` is changed in {', '.join(field.changed_in)}; the case is in `{turn.state}`"
