"""Who can supply a field where an event asks for it.

A value comes from somebody who holds a role of `from` in the case, or enters it for one of these. Who may do an event
may hold other roles besides the one that lets them: those that `may be both` allows in one pair of hands.
"""

from __future__ import annotations

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


def _held_with(role: str, organisation: Organisation) -> set[str]:
    return {role}.union(*(both for both in organisation.may_be_both if role in both))
