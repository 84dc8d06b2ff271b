"""3xx: can a field be what it must be?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.contradictions import Breach, Clash
from casedsl.analysis.facts import Facts
from casedsl.model.records import CaseType, Field
from casedsl.rules.cases import value_told
from casedsl.syntax.finding import Finding, Label, Subject, subjects


def cd305_contradictory_bounds(facts: Facts) -> Iterator[Finding]:
    """What fields must be can come true, by itself and together; defaults and values that are set keep it.

    A bound that no value satisfies refuses whoever gives one. Asked are the values of each field's type, its `must be`,
    what the fields that it is compared with must be, and what is always set because it has a default. A default that
    breaks a bound beside the other defaults, and a constant that an event sets and that never may stand there, are
    found too. What would follow from bounds that contradict each other is not said by other rules again.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            heard  date       "When were they heard?"
                must be > closed
            closed date       "When was it closed?"
                must be at least heard                 # CD305
            impact scale 1..5 "How many people does it touch?"
                default 1
                must be at least 2                     # CD305
            fee    money GBP  "What does it cost?"
                must be at least 0 GBP
        first state new "New"
            on answer -> done
                by clerk
                needs heard, closed, impact, fee
            on put_back -> stay
                by chief
                set fee to -1 GBP                      # CD305
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            heard  date       "When were they heard?"
            closed date       "When was it closed?"
                must be at least heard
            impact scale 1..5 "How many people does it touch?"
                default 2
                must be at least 2
            fee    money GBP  "What does it cost?"
                must be at least 0 GBP
        first state new "New"
            on answer -> done
                by clerk
                needs heard, closed, impact, fee
            on put_back -> stay
                by chief
                set fee to 0 GBP
        final state done "Done"
    """
    proofs, case_type = facts.proofs, facts.case_type
    if proofs is None or case_type is None:
        return
    for clash in proofs.contradictions.clashes:
        yield _clash(clash, case_type)
    for breach in proofs.contradictions.breaches:
        yield _set(breach) if breach.setting else _default(breach, case_type.fields[breach.bounds[0].field])


def _clash(found: Clash, case_type: CaseType) -> Finding:
    *others, last = found.bounds
    names = list(dict.fromkeys(name for bound in found.bounds for name in (bound.field, *bound.formula.reads)))
    field = case_type.fields[last.field]
    alone = len(names) == 1
    notes = [("because", _of_type(field))] if not others and field.low is not None else []
    notes.append(("so", f"whoever gives {'it a value' if alone else 'the last of them'} is refused"))
    return Finding(
        "CD305",
        "error",
        last.formula.span,
        f"`{last.field}` can have no value" if alone else f"{_together(names)} be set",
        about=subjects("field", *names),
        label="and this exclude each other" if others else "no value is that",
        labels=tuple(Label(bound.formula.span, "this") for bound in others),
        notes=tuple(notes),
        way_out="change one of them, or take it out" if others else "choose a bound that some value keeps",
    )


def _together(names: list[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last} can't {'all' if len(first) > 1 else 'both'}"


def _of_type(field: Field) -> str:
    return f"`{field.name}` is {'a scale' if field.type == 'scale' else 'a number'} from {field.low} to {field.high}"


def _default(found: Breach, field: Field) -> Finding:
    told, (bound,) = value_told(field, field.default), found.bounds
    return Finding(
        "CD305",
        "error",
        bound.formula.span,
        f"the default of `{field.name}` is {told}, and it must be {bound.formula.text}",
        about=(Subject("field", field.name),),
        labels=(Label(field.default_at, "this isn't"),) if field.default_at else (),
        notes=(("so", f"a case for which nobody gives `{field.name}` can't be opened"),),
        way_out="let the default be a value that may stand there",
    )


def _set(found: Breach) -> Finding:
    setting, line = found.setting, found.line
    assert setting is not None
    assert line is not None
    return Finding(
        "CD305",
        "error",
        setting.value.span,
        f"`{line.event}` sets `{setting.field.name}` to {setting.value.text}, which is refused each time",
        about=(Subject("event", line.event), Subject("field", setting.field.name)),
        labels=tuple(Label(bound.formula.span, "this excludes it") for bound in found.bounds),
        notes=tuple(("because", f"`{bound.field}` must be {bound.formula.text}") for bound in found.bounds),
        way_out="set a value that may stand there, or change the bound",
    )
