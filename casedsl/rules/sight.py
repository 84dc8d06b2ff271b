"""5xx, access: does who acts see what decides, and does a line that opens a field open it to anybody?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.implied import read_by
from casedsl.analysis.parts import parts_of
from casedsl.analysis.sight import class_of, clearance_of, is_cleared
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.unseen import Unseen, unseen
from casedsl.model.records import CaseType, Field, Formula
from casedsl.rules.cases import moves, way_told
from casedsl.rules.ways import steps_of
from casedsl.syntax.finding import Finding, Label, Subject, subjects
from casedsl.syntax.span import Span


def cd502_cannot_see_what_decides(facts: Facts) -> Iterator[Finding]:
    """Whoever may do an event sees, when they do it, the fields that its conditions read.

    Else somebody decides about a case, or is refused, for a reason that they may not know. A role sees a field that its
    clearance or `seen by` opens to it; with `after` only where the event has happened on every way there, and a way is
    shown on which it has not. What the event asks for, and this role may give, is no finding: whoever answers knows
    what decides. Nor is a field whose every value comes from the one person outside who acts.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            warning yes/no "Is there a warning about the sender?"
                default no
                class internal
                changed by chief
        first state new "New"
            on answer -> checked or done
                by clerk                               # CD502
                to checked when warning is yes
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            warning yes/no "Is there a warning about the sender?"
                default no
                class internal
                changed by chief
                seen by clerk
        first state new "New"
            on answer -> checked or done
                by clerk
                to checked when warning is yes
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            upheld yes/no "Were they right?"
                class internal
                seen by customer after send_it
        first state new "New"
            on decide -> decided
                by clerk
                needs upheld
        state decided "Decided"
            on send_it -> sent
                by clerk
            on object -> new
                by customer                            # CD502
                when upheld is no
        state sent "Sent"
            on object -> new
                by customer
                when upheld is no
            on close -> done
                by clerk
        final state done "Done"
        anywhere
            on object -> stay
                by customer

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            upheld yes/no "Were they right?"
                class internal
                seen by clerk, customer after send_it
        first state new "New"
            on decide -> decided
                by clerk
                needs upheld
        state decided "Decided"
            on send_it -> sent
                by clerk
        state sent "Sent"
            on object -> new
                by customer
                when upheld is no
            on close -> done
                by clerk
        final state done "Done"
        anywhere
            on object -> stay
                by customer
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    at: dict[tuple[str, str], list[Unseen]] = {}
    for found in unseen(case_type, proofs, Steps(MOST_STEPS)):
        at.setdefault((found.role.name, found.field.name), []).append(found)
    for first, *others in at.values():
        yield _unseen(first, others, case_type)


def _unseen(found: Unseen, others: list[Unseen], case_type: CaseType) -> Finding:
    role, name = found.role.name, found.field.name
    shut = _shut(role, found.field, case_type)
    after = found.field.seen_after if any(ref.name == role for ref in found.field.seen_by) else None
    why = f"`{name}` is {shut}" if after is None else f"`{role}` sees `{name}` only after `{after}`"
    return Finding(
        "CD502",
        "warning",
        found.role.span,
        f"`{role}` may do `{found.line.event}`, and doesn't see `{name}`, which decides about it",
        about=(Subject("role", role), Subject("event", found.line.event), Subject("field", name)),
        labels=(
            Label(_reading(found.guard.formula, name), f"reads `{name}`"),
            *(Label(other.role.span, f"and may do `{other.line.event}`") for other in others[:2]),
        ),
        notes=(("why", why), *((("a way there", way_told(found.way, found.state)),) if after else ())),
        way_out=_opened(role, found, after is not None, case_type),
        steps=steps_of(moves(found.way)),
    )


def _reading(formula: Formula, name: str) -> Span:
    """The first part of a condition that reads a field."""
    spans = (atom.span for atom in parts_of(formula).atoms() if name in read_by(atom.expression))
    return next(spans, formula.span)


def _shut(role: str, field: Field, case_type: CaseType) -> str:
    """Why a field is closed to a role by its class."""
    classes = case_type.organisation.classes
    own = clearance_of(case_type.organisation.roles[role], classes)
    return f"{class_of(field, classes)}, and `{role}` is cleared for {own}"


def _opened(role: str, found: Unseen, late: bool, case_type: CaseType) -> str:
    field = found.field
    if late:
        return f"let `{role}` do `{found.line.event}` only after `{field.seen_after}`"
    if field.seen_after is not None:
        return f"clear `{role}` for {class_of(field, case_type.organisation.classes)}"
    return (
        f"add `{role}` to `seen by` of `{field.name}`" if field.seen_by else f"add `seen by {role}` to `{field.name}`"
    )


def opens_nothing(facts: Facts) -> Iterator[Finding]:
    """The names in `seen by` that see the field by their clearance already (CD506)."""
    case_type = facts.case_type
    if case_type is None or facts.graph is None or case_type.organisation.classes is None:
        return
    for field in case_type.fields.values():
        for ref in field.seen_by:
            if is_cleared(ref.name, field, case_type.organisation):
                after = f" after `{field.seen_after}`, but always" if field.seen_after else ""
                own = clearance_of(case_type.organisation.roles[ref.name], case_type.organisation.classes)
                yield Finding(
                    "CD506",
                    "warning",
                    ref.span,
                    f"`{ref}` sees `{field.name}` anyway{', not only' if after else ''}{after}",
                    about=(
                        Subject("role", ref.name),
                        Subject("field", field.name),
                        *subjects("event", field.seen_after),
                    ),
                    labels=(Label(case_type.organisation.roles[ref.name].span, f"cleared for {own}"),),
                    notes=(("why", f"`{field.name}` is {class_of(field, case_type.organisation.classes)}"),),
                    way_out=f"take `{ref}` out of the line"
                    + (", or give the field a class above its clearance" if after else ""),
                )
