"""What a person sees of a case.

They see what one of the roles sees that they hold in it (`sight.py`), and what they supplied themselves. A case type
without classes hides nothing. Everything here is a pure question about a case: what somebody sees of it now (`view`),
which values of an entry they don't see (`hidden_in`), what a message may not say to whom it goes (`hidden_from_any`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from casedsl_runtime.access import roles_in
from casedsl_runtime.artifact import Field
from casedsl_runtime.case import Case
from casedsl_runtime.journal import Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.sight import Sight
from casedsl_runtime.turn import Turn
from casedsl_runtime.vocabulary import Value

Seen: TypeAlias = Case | Turn
"""A case, or one in the making."""


@dataclass(frozen=True, slots=True)
class View:
    """What a person sees of a case: the values that are set and shown, and for each field that is withheld, why."""

    shown: Mapping[str, Value]
    withheld: Mapping[str, str]


def hidden_from(machine: Machine, case: Seen, person: Person, names: Iterable[str]) -> frozenset[str]:
    """Those of some fields that a person doesn't see in a case as it stands."""
    sight = machine.sight
    if sight is None:
        return frozenset()
    held = roles_in(machine, case, person)
    return frozenset(name for name in names if not _sees(sight, case, person.id, held, name))


def _sees(sight: Sight, case: Seen, who: str, held: frozenset[str], name: str) -> bool:
    if not held.isdisjoint(sight.always[name]) or case.suppliers.get(name) == who:
        return True
    roles, event = sight.after.get(name, (frozenset[str](), ""))
    return event in case.happened and not held.isdisjoint(roles)


def view(machine: Machine, case: Case, person: Person) -> View:
    """What a person sees of a case as it stands."""
    hidden = hidden_from(machine, case, person, machine.fields)
    held = roles_in(machine, case, person)
    return View(
        {name: case.fields[name] for name in machine.fields if name in case.fields and name not in hidden},
        {name: _why(machine, machine.fields[name], person, held) for name in machine.fields if name in hidden},
    )


def _why(machine: Machine, field: Field, person: Person, held: frozenset[str]) -> str:
    """Why a field is withheld from somebody, in one sentence."""
    if field.seen_after is not None and not held.isdisjoint(field.seen_by):
        return f"{person.name} sees it after `{field.seen_after}`"
    classes = machine.workflow.classes
    cleared = [
        role.cleared_for for role in machine.workflow.roles if role.name in held and role.cleared_for is not None
    ]
    if not cleared:
        return f"it is {field.sensitivity}, and {person.name} has no role in this case"
    return f"it is {field.sensitivity}, and {person.name} is cleared for {max(cleared, key=classes.index)}"


def hidden_in(machine: Machine, case: Seen, person: Person, entry: Entry) -> frozenset[str]:
    """The values of an entry, by their names, that a person doesn't see: of fields, unless they supplied them then; of
    what was handed over and said, if it speaks of a field that they don't see (`messages/2` is the third message). A
    message that went to them is theirs."""
    sight = machine.sight
    if sight is None:
        return frozenset()
    hidden = hidden_from(machine, case, person, machine.fields)
    return frozenset(_hidden_values(sight, hidden, person.id, entry.values))


def _hidden_values(sight: Sight, hidden: frozenset[str], who: str, values: Mapping[str, Any]) -> Iterator[str]:
    theirs = {name for name in hidden if values.get(f"supplier/{name}") == who}
    yield from (f"field/{name}" for name in sorted(hidden - theirs))
    if not hidden.isdisjoint(sight.priority):
        yield "priority"
    if not hidden.isdisjoint(sight.briefs.get(str(values.get("event")), frozenset())):
        yield "brief"
    for index, message in enumerate(values.get("messages") or ()):
        spoken = sight.messages.get(str(message.get("template")), frozenset())
        if who not in (message.get("people") or ()) and not hidden.isdisjoint(spoken):
            yield f"messages/{index}"


def hidden_from_any(machine: Machine, case: Seen, people: Iterable[Person], template: str) -> frozenset[str]:
    """The fields of a message that somebody whom it is for doesn't see."""
    if machine.sight is None or not (spoken := machine.sight.messages[template]):
        return frozenset()
    return frozenset[str]().union(*(hidden_from(machine, case, person, spoken) for person in people))
