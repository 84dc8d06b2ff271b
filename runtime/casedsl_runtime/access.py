"""Who may do it: roles, the party of this case, someone acting on a party's behalf, and who may not because of earlier.

A role inside the organisation is held by whoever the directory says. A role outside belongs in each case to one person,
its *party*: another customer is not the requester of this complaint.

Who supplies a value is said by `from`: somebody who holds one of its roles in the case, or who enters it for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl_runtime.artifact import Actor, Field, Transition
from casedsl_runtime.case import Case
from casedsl_runtime.journal import Json
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.plans import Plan
from casedsl_runtime.turn import Turn
from casedsl_runtime.vocabulary import Value


def entitled(turn: Turn, person: Person, by: Iterable[Actor]) -> Actor | None:
    """The first line under which the person may act in this case: whose role they hold."""
    outside, roles = turn.machine.outside, person.roles
    for actor in by:
        role = actor.role
        if turn.parties.get(role) == person.id if role in outside else role in roles:
            return actor
    return None


def holds(turn: Turn, person: Person, role: str) -> bool:
    """Whether the person holds the role in this case."""
    if role in turn.machine.outside:
        return turn.parties.get(role) == person.id
    return role in person.roles


def record(turn: Turn, person: Person, actor: Actor | None) -> dict[str, Json]:
    """Who acted, for the journal: the person, the role, and for whom."""
    if actor is None:
        return {"person": person.id, "name": person.name}
    shown: dict[str, Json] = {"person": person.id, "name": person.name, "role": actor.role}
    if actor.on_behalf_of is not None:
        shown["on behalf of"] = {"role": actor.on_behalf_of, "person": turn.parties.get(actor.on_behalf_of)}
    return shown


def not_theirs(person: Person, transition: Transition) -> str:
    """Why none of the person's roles lets them do it: a role that they hold must be one outside."""
    roles = ", ".join(dict.fromkeys(actor.role for actor in transition.by)) or "nobody"
    if any(actor.role in person.roles for actor in transition.by):
        return f"only {roles} of this case may `{transition.event}`; {person.name} is not a party of it"
    return f"only {roles} may `{transition.event}`; {person.name} {_known_as(person)}"


def _known_as(person: Person) -> str:
    return f"is {', '.join(person.roles)}" if person.roles else "has no role here"


def did(turn: Turn, person: Person, event: str) -> bool:
    """Whether the person was the last to let an event happen."""
    done = turn.happened.get(event)
    return done is not None and done.last_by == person.id


def parties(turn: Turn, person: Person) -> dict[str, str]:
    """The outside roles that a person holds become theirs in a case that is opened by or for them."""
    return {role: person.id for role in person.roles if role in turn.machine.outside}


def roles_in(machine: Machine, case: Case | Turn, person: Person) -> frozenset[str]:
    """The roles that a person holds in a case: of those outside the ones that are theirs there."""
    inside = (role for role in person.roles if role not in machine.outside)
    return frozenset((*inside, *(role for role, who in case.parties.items() if who == person.id)))


# --- who supplies what


def not_theirs_to_give(turn: Turn, person: Person, plan: Plan, names: Iterable[str]) -> Iterator[str]:
    """Those of the fields of an event that a person may not give with it."""
    held = roles_in(turn.machine, turn, person)
    behalf = {line.on_behalf_of for line in plan.transition.by if line.role in held}
    for name in names:
        sources = plan.sources.get(name)
        if sources is not None and held.isdisjoint(sources) and behalf.isdisjoint(sources):
            yield name


def not_theirs_to_open_with(machine: Machine, actor: Person, party: Person, names: Iterable[str]) -> Iterator[str]:
    """Those of some fields that whoever opens a case may not give: they or, for what belongs to a role outside, only
    the person whose case it is, hold none of the roles that supply it."""
    held = {*party.roles, *(role for role in actor.roles if role not in machine.outside)}
    return (name for name in names if name in machine.sources and held.isdisjoint(machine.sources[name]))


def may_not_give(field: Field, person: Person) -> str:
    """Why a person may not give a value."""
    return f"only {', '.join(field.sources)} may give `{field.name}`; {person.name} may not"


def behalf_of(turn: Turn, person: Person, plan: Plan) -> dict[str, str]:
    """The roles for whose party a person may enter an event, and who that is."""
    held = roles_in(turn.machine, turn, person)
    roles = (line.on_behalf_of for line in plan.transition.by if line.role in held)
    return {role: turn.parties[role] for role in roles if role is not None and role in turn.parties}


def note_suppliers(turn: Turn, given: Mapping[str, Value], actor: str, behalf: Mapping[str, str]) -> None:
    """Who supplied what stands in a case now: the actor, or the party for whom they entered it, if `from` names its
    role. What a line set or took back was supplied by nobody."""
    changed = [name.removeprefix("field/") for name in turn.values if name.startswith("field/")]
    for name in dict.fromkeys((*given, *changed)):
        stands = turn.fields.get(name)
        if stands is None or name not in given or stands != given[name]:
            turn.put_supplier(name, None)
        else:
            parties = (behalf[role] for role in turn.machine.fields[name].sources if role in behalf)
            turn.put_supplier(name, next(parties, actor))
