"""Who sees a field: classes and clearances compared, and the roles that a field names itself.

A role sees what it is cleared for. `seen by` opens a field to a role by its name, at once or after an event; it takes
nothing away from anybody. So whether a role sees a field is answered by two lines, whatever else a definition says.
"""

from __future__ import annotations

from typing import Literal

from casedsl.model.records import Classes, Field, Organisation, Role


def class_of(field: Field, classes: Classes | None) -> str | None:
    """The class of a field; None where there are no classes."""
    if classes is None:
        return None
    return field.sensitivity.name if field.sensitivity else classes.default


def clearance_of(role: Role, classes: Classes | None) -> str | None:
    """The class for which a role is cleared: what it says, else the least sensitive; None without classes."""
    if classes is None:
        return None
    return role.cleared_for.name if role.cleared_for else classes.order[0]


def is_cleared(role: str, field: Field, organisation: Organisation) -> bool:
    """Whether the class of a field is open to a role."""
    classes = organisation.classes
    own, asked = clearance_of(organisation.roles[role], classes), class_of(field, classes)
    return classes is None or own is None or asked is None or classes.order.index(own) >= classes.order.index(asked)


def sees(role: str, field: Field, organisation: Organisation) -> Literal["always", "after", "never"]:
    """Whether a role sees a field, of which it didn't supply the value: always, after an event, or never."""
    if is_cleared(role, field, organisation):
        return "always"
    if all(ref.name != role for ref in field.seen_by):
        return "never"
    return "always" if field.seen_after is None else "after"
