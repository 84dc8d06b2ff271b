"""What lines carry: how a priority may learn of a field to which it is blind by way of `set … to`.

Compared are two cases to which everybody answers alike but for that field, and in which the same events happen. What
the field says is carried by a line that sets another field from it; by a route that is open because of it, and sets or
clears something; and, where such routes lead to different states, by whatever is set or cleared from then on. If none
of that reaches the score, it learns nothing, whatever the numbers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.analysis.implied import dependents
from casedsl.analysis.scoring.sheet import Sheet
from casedsl.model.records import Actions, CaseType, Transition


class Carried(Struct, frozen=True):
    """The fields that lines may leave otherwise because of what one field says; `parted`: it may also lead two cases to
    different states."""

    fields: frozenset[str]
    parted: bool


class Flows(Struct, frozen=True):
    """Where lines carry what fields say, one line at a time.

    Attributes:
      after: the fields that are asked or not because of a field.
      onto: the fields that a line sets from it, or changes on a route that is open because of it.
      parting: the fields because of which routes lead to different states.
      changed: all fields that some line sets or clears.
    """

    after: Mapping[str, frozenset[str]]
    onto: Mapping[str, frozenset[str]]
    parting: frozenset[str]
    changed: frozenset[str]


def flows_of(case_type: CaseType) -> Flows:
    """The flows of a definition, worked out once."""
    onto: dict[str, set[str]] = {name: set() for name in case_type.fields}
    parting, changed = set[str](), set[str]()
    for line in _lines(case_type):
        for actions in (line.actions, *(route.actions for route in line.routes)):
            changed |= _changed(actions)
            for setting in actions.sets:
                for read in setting.value.reads:
                    onto[read].add(setting.field.name)
        for read in {name for route in line.routes if route.when for name in route.when.reads}:
            onto[read] |= _apart(line)
            parting |= {read} if len({route.to.name for route in line.routes}) > 1 else set()
    kept = {name: frozenset(names) for name, names in onto.items()}
    return Flows(dependents(case_type.fields), kept, frozenset(parting), frozenset(changed))


def _lines(case_type: CaseType) -> Iterator[Transition]:
    yield from (line for state in case_type.states.values() for line in state.transitions)
    yield from (line for stage in case_type.stages.values() for line in stage.transitions)
    yield from case_type.anywhere


def _changed(actions: Actions) -> set[str]:
    return {ref.name for ref in actions.clears} | {setting.field.name for setting in actions.sets}


def _apart(line: Transition) -> set[str]:
    """The fields that not every route of a line changes in the same way."""
    if any(route.actions.clears for route in line.routes):
        return set[str]().union(*(_changed(route.actions) for route in line.routes))
    ways = [{each.field.name: each.value.expression for each in route.actions.sets} for route in line.routes]
    return {name for way in ways for name in way if any(way.get(name) != other.get(name) for other in ways)}


def carried(flows: Flows, name: str) -> Carried:
    """What is carried of a field, by one line after the other."""
    found, parted = set[str](), False
    queue = [name, *flows.after[name]]
    seen = set(queue)
    for each in queue:
        parts = not parted and each in flows.parting
        parted = parted or parts
        for target in (*flows.onto[each], *(flows.changed if parts else ())):
            reached = {target, *flows.after[target]}
            found |= reached
            queue += sorted(reached - seen)
            seen |= reached
    return Carried(frozenset(found), parted)


def learned(sheet: Sheet, found: Carried) -> frozenset[str]:
    """What is carried to fields that the score reads, or because of which it asks for what it reads."""
    wanted = {name for part in (*sheet.terms, *sheet.atoms) for name in part.reads}
    for slot in reversed(sheet.slots):
        if slot.name in wanted and slot.asked is not None:
            wanted.update(slot.asked.reads)
    hidden = {ref.name for ref in sheet.priority.blind_to}
    return found.fields & wanted - hidden
