"""Who can supply a field where an event asks for it.

A value comes from somebody who holds a role of `from` in the case, or enters it for one of these. Who may do an event
may hold other roles besides the one that lets them: those that `may be both` allows in one pair of hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from casedsl.analysis.people import Person
from casedsl.model.records import Actor, CaseType, Field, Organisation, Transition


def given_with(line: Transition, case_type: CaseType) -> frozenset[str]:
    """The fields that an event needs and that somebody who may do it can give with it. Of an event that is open to
    nobody, all: that nobody may do it is what is wrong there."""
    return frozenset(
        ref.name
        for ref in line.needs
        if not line.by or any(can_give(actor, case_type.fields[ref.name], case_type.organisation) for actor in line.by)
    )


def can_give(actor: Actor, field: Field, organisation: Organisation) -> bool:
    """Whether somebody who acts under a line of `by` may be one who supplies a field."""
    sources = {ref.name for ref in field.sources}
    behalf = {actor.on_behalf_of.name} if actor.on_behalf_of else set[str]()
    return not sources or not sources.isdisjoint(behalf | _held_with(actor.role.name, organisation))


def roles_to_give(actor: Actor, fields: Iterable[Field], organisation: Organisation) -> tuple[str, ...]:
    """The roles with which one person who acts under a line of `by` supplies some fields, that of the line first; none
    if no one person holds enough."""
    behalf = {actor.on_behalf_of.name} if actor.on_behalf_of else set[str]()
    held = [actor.role.name]
    for field in fields:
        sources = [ref.name for ref in field.sources]
        if sources and behalf.union(held).isdisjoint(sources):
            more = (role for role in sources if _one_person([*held, role], organisation))
            held += [next(more, "")]
    return tuple(held) if "" not in held else ()


def _one_person(roles: Sequence[str], organisation: Organisation) -> bool:
    return all(any({*pair} <= {*both} for both in organisation.may_be_both) for pair in combinations(roles, 2))


def given_by(person: Person, field: Field, line: Transition, organisation: Organisation) -> bool:
    """Whether one person surely may supply a field with an event; one of a crowd, if some such person may."""
    sources = {ref.name for ref in field.sources}
    held = person.inside | person.party
    if not sources or (not person.crowd and not sources.isdisjoint(held)):
        return True
    actors = [actor for actor in line.by if actor.role.name in held]
    if person.crowd:
        return any(can_give(actor, field, organisation) for actor in actors)
    return any(actor.on_behalf_of is not None and actor.on_behalf_of.name in sources for actor in actors)


def _held_with(role: str, organisation: Organisation) -> set[str]:
    return {role}.union(*(both for both in organisation.may_be_both if role in both))
