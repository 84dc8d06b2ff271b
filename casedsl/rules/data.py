"""3xx: does what is known of a case serve a purpose, and can it be compared?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.names import fields_read, transitions_of
from casedsl.analysis.openings import never_filled
from casedsl.analysis.parts import Part, parts_of
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import CaseType, Field, Formula, Ref
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.spelling import listed

_TEXTS = ("text", "long text")


def cd302_write_never_read(facts: Facts) -> Iterator[Finding]:
    """What a line sets is read by something: a condition, a message, a hand-over, a promise, the priority.

    A field that people are asked for, or may amend, is none: people read what stands in a case. One that no line but
    `set` fills and nothing reads is bookkeeping for nobody.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            answered yes/no "Was it answered?"
        first state new "New"
            on answer -> done
                by clerk
                set answered to yes                    # CD302
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            answered yes/no "Was it answered?"
                default no
        first state new "New"
            on answer -> stay
                by clerk
                set answered to yes
            on close -> done
                by clerk
                when answered is yes
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    read = fields_read(case_type)
    asked = {ref.name for line in transitions_of(case_type) for ref in line.needs}
    sets = _sets(case_type)
    for name, (first, *others) in sets.items():
        field = case_type.fields[name]
        if name not in read and name not in asked and not field.changed_by:
            yield Finding(
                "CD302",
                "warning",
                first.span,
                f"`{name}` is set and never read",
                about=(Subject("field", name),),
                labels=tuple(Label(ref.span, "set here too") for ref in others[:2]),
                notes=(
                    (
                        "why",
                        "no condition, message, hand-over, promise or priority reads it, and nobody is asked for it",
                    ),
                ),
                way_out="read it where it matters, or take it out",
            )


def _sets(case_type: CaseType) -> dict[str, list[Ref]]:
    found: dict[str, list[Ref]] = {}
    for line in transitions_of(case_type):
        for actions in (line.actions, *(route.actions for route in line.routes)):
            for setting in actions.sets:
                found.setdefault(setting.field.name, []).append(setting.field)
    return found


def cd303_read_never_written(facts: Facts) -> Iterator[Finding]:
    """What something reads, somebody can give or some line sets.

    Anybody may open a case, so whoever `from` names can give a field then, if it is asked. But a case is opened by one
    person, perhaps for another, and two roles outside are two people where no `may be both` says otherwise. So a field
    that one of them supplies and that is asked only for an answer that only the other supplies is asked in no opening
    that could give it. Where nothing asks for it later, sets it or lets it be amended, no case ever has it. A guard
    that can't hold without it is CD201.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            urgent yes/no "Is it urgent?"
                from customer
            reason text "Why is it urgent?"            # CD303
                from supplier
                asked when urgent is yes
        template answered
            subject "Your letter"
            body "We have read: {reason, if set}"
        first state new "New"
            on answer -> done
                by clerk
                send answered to customer
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            urgent yes/no "Is it urgent?"
                from customer
            reason text "Why is it urgent?"
                from customer
                asked when urgent is yes
        template answered
            subject "Your letter"
            body "We have read: {reason, if set}"
        first state new "New"
            on answer -> done
                by clerk
                send answered to customer
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    dead = [found.guard for found in proofs.dead]
    said = {name for guard in dead for name in (*guard.formula.reads, guard.name if guard.of == "asked" else "")}
    for field, others in never_filled(case_type, proofs.known, Steps(MOST_STEPS)):
        if field.name in fields_read(case_type) - said:
            yield _never_filled(field, others)


def _never_filled(field: Field, others: tuple[Field, ...]) -> Finding:
    guard = field.asked_when
    decides = [other for other in others if guard is not None and other.name in guard.reads] or list(others)
    own, other = listed(ref.name for ref in field.sources), listed(ref.name for ref in decides[0].sources)
    return Finding(
        "CD303",
        "error",
        field.span,
        f"`{field.name}` is read, and nobody can ever give it",
        about=(Subject("field", field.name),),
        labels=(
            *((Label(guard.span, "asked only then"),) if guard is not None else ()),
            Label(decides[0].sources[0].span, f"only {other} may say so"),
            Label(field.sources[0].span, f"only {own} may give it"),
        ),
        notes=(("why", "they are two people, only one of them opens a case, and nothing asks for it later"),),
        way_out=f"add `{decides[0].sources[0]}` to `from` of `{field.name}`",
    )


def cd308_free_text_decides(facts: Facts) -> Iterator[Finding]:
    """No guard compares what people write freely.

    `Late`, `late` and `Late.` are three texts to a comparison and one to people; what decides is a choice.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            mood text "How do they feel?"
        first state new "New"
            on answer -> done
                by clerk
                needs mood
                when mood is not "Angry"               # CD308
            on call -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            mood choice "How do they feel?"
                option angry "Angry"
                option calm "Calm"
        first state new "New"
            on answer -> done
                by clerk
                needs mood
                when mood is not angry
            on call -> done
                by chief
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    for formula in _guards(case_type):
        if any(case_type.fields[name].type in _TEXTS for name in formula.reads):
            for atom in parts_of(formula).atoms():
                name = _text_compared(atom, case_type)
                if name:
                    yield _decides(atom, name)


def _guards(case_type: CaseType) -> Iterator[Formula]:
    for field in case_type.fields.values():
        yield from [field.asked_when] if field.asked_when else ()
    for row in case_type.priority.additions if case_type.priority else ():
        yield from [row.when] if row.when else ()
    for line in transitions_of(case_type):
        yield from (guard for guard in (line.when, *(route.when for route in line.routes)) if guard)


def _text_compared(atom: Part, case_type: CaseType) -> str:
    """The free text that a comparison reads; nothing where it reads none."""
    if atom.head not in ("==", "!="):
        return ""
    sides = [side for side in atom.expression[1:] if isinstance(side, tuple) and side[0] == "field"]
    return next((str(side[1]) for side in sides if case_type.fields[str(side[1])].type in _TEXTS), "")


def _decides(atom: Part, name: str) -> Finding:
    return Finding(
        "CD308",
        "warning",
        atom.span,
        f"what people write freely in `{name}` decides here",
        about=(Subject("field", name),),
        notes=(("why", "a capital letter or a full stop more is another text"),),
        way_out=f"make `{name}` a `choice`, with an option for each answer that decides something",
    )
