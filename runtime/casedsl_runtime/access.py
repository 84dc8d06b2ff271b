"""Who may do it: roles, the party of this case, someone acting on a party's behalf, and who may not because of earlier.

A role inside the organisation is held by whoever the directory says. A role outside belongs in each case to one person,
its *party*: another customer is not the requester of this complaint.
"""

from __future__ import annotations

from collections.abc import Iterable

from casedsl_runtime.artifact import Actor, Transition
from casedsl_runtime.journal import Json
from casedsl_runtime.people import Person
from casedsl_runtime.turn import Turn


def entitled(turn: Turn, person: Person, by: Iterable[Actor]) -> Actor | None:
    """The first line under which the person may act in this case."""
    for actor in by:
        if holds(turn, person, actor.role):
            return actor
    return None


def holds(turn: Turn, person: Person, role: str) -> bool:
    """Whether the person holds the role in this case."""
    if role in turn.machine.outside:
        return turn.parties.get(role) == person.id
    return role in person.roles


def record(turn: Turn, person: Person, actor: Actor | None) -> dict[str, Json]:
    """Who acted, for the journal: the person, the role, and for whom."""
    shown: dict[str, Json] = {"person": person.id, "name": person.name}
    if actor is not None:
        shown["role"] = actor.role
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
