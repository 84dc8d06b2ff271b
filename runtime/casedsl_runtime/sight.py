"""Who sees which field, as far as it can be said without a case: worked out once for each artifact.

A role sees a field whose class it is cleared for, or that names it in `seen by`, once the event behind `after` has
happened in the case. `views.py` says what that comes to for a person and a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casedsl_runtime.artifact import Actions, Field, Role, Workflow
from casedsl_runtime.expr import fields_read
from casedsl_runtime.vocabulary import Placeholder, Text


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be said of sight without a case.

    Attributes:
      always: per field, the roles that see it in every case.
      after: per field, the roles that see it once an event has happened, and that event.
      messages: the fields that each template speaks of.
      briefs: the fields that what is handed over with an event speaks of.
      priority: the fields of which the priority is made.
    """

    always: Mapping[str, frozenset[str]]
    after: Mapping[str, tuple[frozenset[str], str]]
    messages: Mapping[str, frozenset[str]]
    briefs: Mapping[str, frozenset[str]]
    priority: frozenset[str]


def sight_of(workflow: Workflow) -> Sight | None:
    """The sight of a workflow; None if it has no classes."""
    if not workflow.classes:
        return None
    return Sight(
        always={field.name: frozenset(_always(field, workflow)) for field in workflow.fields},
        after={
            field.name: (frozenset(field.seen_by), field.seen_after)
            for field in workflow.fields
            if field.seen_after is not None
        },
        messages={each.name: frozenset((*_gaps(each.subject), *_gaps(each.body))) for each in workflow.templates},
        briefs=_briefs(workflow),
        priority=frozenset(_of_priority(workflow)),
    )


def _always(field: Field, workflow: Workflow) -> Iterator[str]:
    yield from (role.name for role in workflow.roles if _is_cleared(role, field, workflow.classes))
    yield from field.seen_by if field.seen_after is None else ()


def _is_cleared(role: Role, field: Field, classes: tuple[str, ...]) -> bool:
    if role.cleared_for is None or field.sensitivity is None:
        return False
    return classes.index(role.cleared_for) >= classes.index(field.sensitivity)


def _gaps(text: Text) -> Iterator[str]:
    return (piece.name for piece in text if isinstance(piece, Placeholder) and piece.of == "field")


def _briefs(workflow: Workflow) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in workflow.transitions:
        spoken = {name for actions in (line.actions, *(way.actions for way in line.routes)) for name in _said(actions)}
        found[line.event] = found.get(line.event, frozenset()) | spoken
    return found


def _said(actions: Actions) -> Iterator[str]:
    return iter(()) if actions.hand_over is None else _gaps(actions.hand_over.says)


def _of_priority(workflow: Workflow) -> Iterator[str]:
    priority = workflow.priority
    if priority is None:
        return
    guards = (*(row.when for row in priority.additions), *(row.when for row in priority.ages))
    for expression in (*(part for _, part in priority.parts), *(guard for guard in guards if guard is not None)):
        yield from fields_read(expression)
    yield from () if priority.table is None else (priority.table.row, priority.table.column)
