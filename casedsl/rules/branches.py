"""2xx: is one route open in every case, and only one, and does each come into play?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.branches import Crossing, Gap, Shadow, Slip
from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import Guard
from casedsl.analysis.parts import Part
from casedsl.model.records import CaseType
from casedsl.rules.cases import example_told, value_told
from casedsl.rules.closed import lost_with
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Subject
from casedsl.syntax.span import Span

_LONGEST = 60


def cd203_overlap(facts: Facts) -> Iterator[Finding]:
    """Two routes of an event that lead to different things are never both open, unless one is a special case of the
    other.

    The first route that is open is taken, so what happens where two cross is said by nothing but their order. Where
    every case of the earlier is one of the later too, the earlier is an exception, and that is how exceptions are
    written.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                option privacy "My data"
                option bill "A bill"
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs kind, refund
                to checked when kind is privacy or refund > 10000 GBP
                to done when refund < 20000 GBP        # CD203
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                option privacy "My data"
                option bill "A bill"
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs kind, refund
                to checked when kind is privacy or refund > 10000 GBP
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    for found in proofs.crossings:
        if found.slip is None:
            yield _crossing(found, case_type)


def _crossing(found: Crossing, case_type: CaseType) -> Finding:
    rest = f"({found.second.formula.text}) and not ({found.first.formula.text})"
    return Finding(
        "CD203",
        "warning",
        found.second.span,
        f"two routes of `{found.first.name}` can both be open",
        about=(Subject("event", found.first.name),),
        label="and here",
        labels=(Label(found.first.span, "open here"),),
        notes=(
            ("example", example_told(found.example, case_type.fields)),
            ("why", "which of the two is taken is said by their order alone"),
        ),
        way_out=f"write `{rest}`" if len(rest) <= _LONGEST else "let the second leave out what the first takes",
    )


def cd204_gap(facts: Facts) -> Iterator[Finding]:
    """Of the routes of an event one is open in every case.

    Where none is, the event is refused, though nothing else speaks against it. A single route with a condition is a
    condition of the event and no gap. That a field may be unset is said by CD208; here every field that is asked counts
    as answered. There is no fix: where the cases that are refused now should go, only the author knows.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> checked or done               # CD204
                by clerk
                needs refund
                to checked when refund > 10000 GBP
                to done when refund < 5000 GBP
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs refund
                to checked when refund > 10000 GBP
                to done when refund <= 10000 GBP
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    for found in proofs.gaps:
        if found.slip is None:
            yield _gap(found, case_type)


def _gap(found: Gap, case_type: CaseType) -> Finding:
    line = found.looked.line
    return Finding(
        "CD204",
        "warning",
        line.span,
        f"in some cases no route of `{line.event}` is open",
        about=(Subject("event", line.event),),
        labels=tuple(Label(guard.span, "not open") for guard in found.looked.routes[:3] if guard),
        notes=(
            ("example", example_told(found.example, case_type.fields)),
            ("why", f"then `{line.event}` is refused, whoever does it"),
        ),
        way_out="add `to … otherwise` as the last line",
    )


def cd205_shadowed(facts: Facts) -> Iterator[Finding]:
    """Every route of an event is taken in some case: those before it leave something over.

    A route after a route that is always open is not said again here (CD202). An `otherwise` for which nothing is left
    is a warning: it may be there for what a later version brings.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> checked or signed or done
                by clerk
                needs refund
                to checked when refund > 100 GBP
                to signed when refund > 10000 GBP      # CD205
                to done otherwise
            on sign -> signed
                by chief
        state checked "Checked"
            on agree -> done
                by chief
        state signed "Signed"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            refund money GBP "How much do we pay back?"
        first state new "New"
            on decide -> signed or checked or done
                by clerk
                needs refund
                to signed when refund > 10000 GBP
                to checked when refund > 100 GBP
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        state signed "Signed"
            on agree -> done
                by chief
        final state done "Done"
    """
    for found in facts.proofs.shadows if facts.proofs else ():
        yield _shadow(found, facts)


def _shadow(found: Shadow, facts: Facts) -> Finding:
    first = min(guard.span for guard in found.by)
    return Finding(
        "CD205",
        "error" if found.guard else "warning",
        found.guard.span if found.guard else found.route.span,
        f"this route of `{found.line.event}` is never taken",
        about=(Subject("event", found.line.event),),
        label="" if found.guard else "`otherwise`",
        labels=tuple(Label(guard.span, "takes these cases") for guard in found.by[:3]),
        notes=(
            ("why", "the first route that is open is taken, and in each case one before it is"),
            *lost_with(facts, found.line, (found.route,)),
        ),
        way_out=f"let it stand before line {first.line}" if found.guard else "take it out, or leave something over",
    )


def cd210_boundary_slip(facts: Facts) -> Iterator[Finding]:
    """Where one route ends the next begins: the value between them belongs to just one.

    A slip of `<` for `<=` is one value wide, so it stays unseen until the case comes. It is said instead of CD203 and
    CD204, with the value. Where both routes are open there, the first is taken; taking `=` out of the second is a safe
    fix, if every case goes where it went. To which route a value belongs that no route takes, only the author knows.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs visits
                to done when visits < 10
                to checked when visits > 10            # CD210
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs visits
                to done when visits < 10
                to checked when visits >= 10
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    for crossing in proofs.crossings:
        if crossing.slip is not None:
            yield _slip(crossing.slip, (crossing.first, crossing.second), case_type, crossing.sharpened)
    for gap in proofs.gaps:
        if gap.slip is not None:
            yield _slip(gap.slip, tuple(guard for guard in gap.looked.routes if guard), case_type)


def _slip(slip: Slip, guards: tuple[Guard, ...], case_type: CaseType, sharpened: Part | None = None) -> Finding:
    places = [place for guard in guards for place in _places(guard, slip.field)]
    exactly = f"{slip.field} = {value_told(case_type.fields[slip.field], slip.value)}"
    event, verb = guards[0].name, "are" if slip.both else "is"
    return Finding(
        "CD210",
        "warning",
        places[-1],
        f"at exactly `{exactly}` {'two routes' if slip.both else 'no route'} of `{event}` {verb} open",
        about=(Subject("field", slip.field), Subject("event", event)),
        labels=tuple(Label(place, "the other side") for place in places[:-1][:1]),
        notes=(("why", "the first is taken" if slip.both else f"then `{event}` is refused, whoever does it"),),
        way_out=f"{'take `=` out of' if slip.both else 'add `=` to'} one of the two signs",
        fix=_sharpened(sharpened) if sharpened else None,
    )


def _sharpened(part: Part) -> Fix | None:
    """The comparison without `=`, where it can be written so."""
    span, sign = part.span, part.head
    if part.text.count(sign) != 1 or span.line != span.end_line:
        return None
    return Fix("take `=` out of the second", True, (Edit(span, part.text.replace(sign, sign[0])),))


def _places(guard: Guard, field: str) -> Iterator[Span]:
    for atom in guard.part.atoms():
        if atom.head in ("<", "<=", ">", ">=", "in range") and ("field", field) in atom.expression:
            yield atom.span
