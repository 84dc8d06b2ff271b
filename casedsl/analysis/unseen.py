"""Who acts without seeing what decides: a role may do an event whose guards read a field that is withheld from it.

A role sees a field by its class, by `seen by`, or because nobody else than its one person in the case can have supplied
it. Where it sees the field only after an event, a way is looked for on which that event has not happened yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.guards import Guard, Looked
from casedsl.analysis.known import Known, Place
from casedsl.analysis.passages import Passage
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.sight import sees
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import can_happen
from casedsl.analysis.supply import can_give
from casedsl.analysis.unset import MOST_TIMES, MOST_WAYS, set_if_asked
from casedsl.model.records import Actor, CaseType, Field, Ref, Transition


class Unseen(Struct, frozen=True):
    """A field that decides about an event, and a role in its `by` that doesn't see it then.

    Attributes:
      guard: the first guard of the line that reads it.
      state, way: where the event is done before the role sees the field, and how a case gets there; where it never sees
        it, any state.
    """

    role: Ref
    field: Field
    line: Transition
    guard: Guard
    state: str
    way: tuple[Passage, ...]


def unseen(case_type: CaseType, proofs: Proofs, purse: Steps) -> Iterator[Unseen]:
    """Every role that acts without seeing what decides, for each line and field; not where the condition never holds,
    for then that is what is wrong."""
    never = {found.guard.span for found in proofs.dead if found.guard.of == "event"}
    met = (line for line in proofs.looked if line.event is None or line.event.span not in never)
    for line in met if case_type.organisation.classes else ():
        for actor in line.line.by:
            for field in dict.fromkeys(name for guard in line.guards for name in guard.formula.reads):
                found = _unseen(actor, case_type.fields[field], line, case_type, proofs.known, purse)
                if found is not None:
                    yield found


def _unseen(
    actor: Actor, field: Field, looked: Looked, case_type: CaseType, known: Known, purse: Steps
) -> Unseen | None:
    role = actor.role.name
    how = sees(role, field, case_type.organisation)
    asked = field.name in looked.needs and can_give(actor, field, case_type.organisation)
    if how == "always" or asked or _is_its_own(role, field, case_type, known):
        return None
    guard = next(each for each in looked.guards if field.name in each.formula.reads)
    if how == "never":
        return Unseen(actor.role, field, looked.line, guard, looked.states[0], ())
    found = _before(field, looked, known, purse)
    return Unseen(actor.role, field, looked.line, guard, *found) if found is not None else None


def _is_its_own(role: str, field: Field, case_type: CaseType, known: Known) -> bool:
    """Whether every value of a field is supplied by the one person who holds a role outside in a case: what is entered
    for them when the case is opened is theirs, and no line lets another give it, or sets it."""
    named = any(ref.name == role for ref in field.sources) and case_type.organisation.roles[role].outside
    if not named or field.default is not None or any(ref.name != role for ref in field.changed_by):
        return False
    met = (passage.by for state in known.inside for passage in known.passages[state])
    lines = (line for line in met if isinstance(line, Transition))
    return not any(_comes_from_another(line, role, field, case_type) for line in lines)


def _comes_from_another(line: Transition, role: str, field: Field, case_type: CaseType) -> bool:
    """Whether somebody else than a role supplies a field with an event, or nobody because the line sets it."""
    actions = (line.actions, *(route.actions for route in line.routes))
    if any(setting.field.name == field.name for each in actions for setting in each.sets):
        return True
    if all(ref.name != field.name for ref in line.needs):
        return False
    others = (actor for actor in line.by if role not in (actor.role.name, str(actor.on_behalf_of)))
    return any(can_give(actor, field, case_type.organisation) for actor in others)


def _before(field: Field, looked: Looked, known: Known, purse: Steps) -> tuple[str, tuple[Passage, ...]] | None:
    """A way on which a case comes to a line before the event after which a field is seen; one of the shortest."""
    event = field.seen_after.name if field.seen_after else ""
    claims: list[Expression] = [] if looked.line.when is None else [looked.line.when.expression]
    claims += [set_if_asked(known.fields[each]) for each in sorted(looked.demands)]
    for state, way in islice(_ways_before(event, looked.states, known), MOST_WAYS):
        if can_happen(known, field, way, state, looked.needs, claims, purse):
            return state, way
    return None


def _ways_before(event: str, states: tuple[str, ...], known: Known) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """Ways to one of some states without an event, the shortest first; some come to a place more than once."""
    queue: list[tuple[Place, tuple[Passage, ...]]] = [(known.first, ())]
    met: dict[Place, int] = {}
    for place, way in queue:
        if place.state in states:
            yield place.state, way
        for passage, target in known.onward(place):
            if isinstance(passage.by, Transition) and passage.by.event == event:
                continue
            met[target] = met.get(target, 0) + 1
            if met[target] <= MOST_TIMES:
                queue.append((target, (*way, passage)))
