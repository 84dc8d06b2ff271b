"""2xx: does a guard ever hold, does it ever not, and does each of its parts say something?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import Dead, Guard, Spare
from casedsl.analysis.parts import Part
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.size import heaviest
from casedsl.model.records import CaseType, Field
from casedsl.rules.cases import fact_told
from casedsl.rules.claims import not_decided
from casedsl.rules.closed import lost_with
from casedsl.rules.duties import people_not_decided
from casedsl.rules.handoffs import seams_not_decided
from casedsl.rules.rewriting import is_whole
from casedsl.rules.standing import powerless_not_decided, standing_not_decided
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Subject
from casedsl.syntax.spelling import listed


def cd201_guard_never_true(facts: Facts) -> Iterator[Finding]:
    """Every guard holds in some case that comes to it.

    Looked at are the guards of events and routes, of what is asked, and of what is added to the score: the values that
    each field can have, what the line needs, what is known of the states in which it stands, and `when` of the event
    above a route. Proved by a complete search; where its steps don't suffice, CD299 says so. Which events have happened
    counts as anything, and so do instants at which promises are due.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on answer -> refused or done
                by clerk
                needs visits
                to refused when visits > 10 and visits < 2 # CD201
                to done otherwise
            on close -> refused
                by chief
        final state refused "Refused"
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on answer -> refused or done
                by clerk
                needs visits
                to refused when visits in 2..10
                to done otherwise
        final state refused "Refused"
        final state done "Done"
    """
    proofs = facts.proofs
    for found in proofs.dead if proofs else ():
        assert proofs is not None
        yield _never(found, proofs, facts)


_NEVER = {
    "event": "`{name}` can never be done",
    "route": "this route of `{name}` can never be taken",
    "asked": "`{name}` is never asked",
    "plus": "these points are never added",
}
_ALWAYS = {
    "event": "`{name}` asks for what always holds",
    "route": "this route of `{name}` is always open",
    "asked": "`{name}` is always asked",
    "plus": "these points are always added",
}


def _about(guard: Guard) -> tuple[Subject, ...]:
    """What a guard guards; points that are added have no name."""
    if guard.of == "plus":
        return ()
    return (Subject("field" if guard.of == "asked" else "event", guard.name),)


def _never(found: Dead, proofs: Proofs, facts: Facts) -> Finding:
    guard, (*others, last) = found.guard, found.parts
    several = "and this exclude each other" if others else ""
    notes = [("because", text) for text in _becauses(found, proofs.known.fields)]
    routes = (guard.route,) if guard.route else guard.line.routes if guard.line else ()
    notes += lost_with(facts, guard.line, routes)
    return Finding(
        "CD201",
        "error",
        last.span,
        _NEVER[guard.of].format(name=guard.name),
        about=_about(guard),
        label=several or ("" if found.facts else "no value makes this true"),
        labels=tuple(Label(part.span, "this") for part in others),
        notes=tuple(notes),
        way_out=_instead(found),
    )


def _becauses(found: Dead, fields: Mapping[str, Field]) -> Iterator[str]:
    event = found.guard.line.when if found.guard.line else None
    for fact in found.facts:
        if event is not None and fact == event.expression:
            yield f"`{found.guard.name}` is done only when {event.text}"
        elif fact[0] != "is set":
            yield fact_told(fact, fields)


def _instead(found: Dead) -> str:
    numbers = [part.expression for part in found.parts]
    if len(numbers) == 2 and all(each[0] in ("<", ">", "<=", ">=") for each in numbers):
        one, two = numbers
        if one[1] == two[1] and one[0][0] != two[0][0]:  # type: ignore[index]
            return "if one or the other is meant, write `or`; if what lies between, turn both signs round"
    return "change what can't come true, or take the line out"


def cd202_guard_always_true(facts: Facts) -> Iterator[Finding]:
    """Every guard is false in some case that comes to it; else it says nothing, and hides what was meant.

    It is looked at with the same knowledge as in CD201. A route is judged by itself: that the last of several is open
    wherever the others aren't is how routes should be.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        first state new "New"
            on answer -> done
                by clerk
                needs impact
                when impact >= 1                       # CD202
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        first state new "New"
            on answer -> done
                by clerk
                needs impact
                when impact <= 4
            on answer_at_length -> done
                by chief
        final state done "Done"
    """
    for guard in facts.proofs.always if facts.proofs else ():
        line = guard.formula.line
        yield Finding(
            "CD202",
            "warning",
            guard.span,
            _ALWAYS[guard.of].format(name=guard.name),
            about=_about(guard),
            notes=(("why", "there is no case here in which it doesn't hold"), *_behind(guard, facts)),
            way_out="leave the condition out, or write what is meant",
            fix=Fix("take out the condition", True, (Edit(line, None),)) if line else None,
        )


def _behind(guard: Guard, facts: Facts) -> Iterator[tuple[str, str]]:
    routes = guard.line.routes if guard.line and guard.route else ()
    later = [route for route in routes if guard.route and route.span > guard.route.span]
    if later:
        yield "so", f"{listed(dict.fromkeys(route.to.name for route in later))} below it is never chosen"
        yield from lost_with(facts, guard.line, later)


def cd206_redundant_part(facts: Facts) -> Iterator[Finding]:
    """Every part of a guard makes a difference in some case.

    Dropping the part leaves the guard as it is, whatever the fields hold that may stand beside each other. A test
    whether a field is set is never called idle: it says that somebody has thought of it. The fix takes the part out,
    and is safe: the guard holds in the same cases. Of a guard with inner parentheses, or over several rows, there is
    none.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on answer -> done
                by clerk
                needs visits
                when visits > 10 and visits > 5        # CD206
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            visits integer 0..99 "How many visits?"
        first state new "New"
            on answer -> done
                by clerk
                needs visits
                when visits > 10
        final state done "Done"
    """
    for found in facts.proofs.spares if facts.proofs else ():
        yield _idle(found)


def _idle(found: Spare) -> Finding:
    others: list[Part] = [part for part in found.within.parts if part is not found.part]
    joined = f" {found.within.head} ".join(part.text for part in others)
    return Finding(
        "CD206",
        "info",
        found.part.span,
        f"`{found.part.text}` makes no difference here",
        about=_about(found.guard),
        notes=(("why", f"`{joined}` alone holds in the same cases"),),
        way_out="take it out, or write what is meant",
        fix=_shortened(found),
    )


def _shortened(found: Spare) -> Fix | None:
    """The guard without the idle part, where it can be written so: all of it, since of two parts of one guard that are
    idle each by itself only one may go."""
    guard, within, others = found.guard.formula, found.within, [p for p in found.within.parts if p is not found.part]
    start = within.span.column - guard.span.column
    end = start + len(within.text)
    plain = all(is_whole(part.text) and not part.parts for part in within.parts)
    if not plain or guard.span.line != guard.span.end_line or guard.text[start:end] != within.text:
        return None
    text = f"{guard.text[:start]}{f' {within.head} '.join(part.text for part in others)}{guard.text[end:]}"
    return Fix("take it out", True, (Edit(guard.span, text),))


def cd299_not_decided(facts: Facts) -> Iterator[Finding]:
    """What can be asked about a guard, a claim, people or the priority is decided.

    Guards are asked by a search whose steps are counted: 20,000 for one question, 60,000 for a definition. Sums,
    products and orders of fields, whole numbers, amounts, dates, choices and texts are decided in a few; a sum of
    products that passes close by whole numbers, or a product of more than four fields, can be out of reach (`--smt`
    asks z3 too). Then nothing is proved about the guard, in either direction, and this says so. So it does of a claim
    for which there is neither a proof nor a case that breaks it, and of people where neither is found: a case that they
    can't bring on (CD504, CD505), or one person who does what two should (CD503). A step to another team with nothing
    (CD810) and a case that nobody leads on (CD501, CD507) may hang on what is not decided, too. The cases of a priority
    are gone through in 60,000 steps at most. A definition with far more fields, guards or transitions than people write
    (60,000 moves, half a million facts about fields in states, 40,000 comparisons as they are asked) is not looked into
    at all, which is said once.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            rate  integer 0..999999 "What does one cost?"
            count integer 0..999999 "How many are there?"
        first state new "New"
            on answer -> done
                by clerk
                needs rate, count
                when rate * count is 7919000031        # CD299
            on close -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            rate  integer 0..999999 "What does one cost?"
            count integer 0..999999 "How many are there?"
        first state new "New"
            on answer -> done
                by clerk
                needs rate, count
                when rate + count > 7919
            on close -> done
                by chief
        final state done "Done"
    """
    if facts.case_type is not None and facts.beyond:
        yield _too_much(facts.case_type, facts.beyond)
    for guard in facts.proofs.open if facts.proofs else ():
        yield Finding(
            "CD299",
            "info",
            guard.span,
            "whether this guard does what it should is not decided",
            about=_about(guard),
            notes=(("why", "it takes more steps to find out than are taken"),),
            way_out="compare sums instead of products, or let a field hold the result",
        )
    yield from not_decided(facts)
    yield from people_not_decided(facts)
    yield from seams_not_decided(facts)
    yield from standing_not_decided(facts)
    yield from powerless_not_decided(facts)
    for place in facts.scores.open:
        yield Finding(
            "CD299",
            "info",
            place.span,
            f"whether {place.what} is not decided",
            about=place.about,
            notes=(("why", _CARRIED if place.carried else _MANY),),
            way_out="let the score read no field that lines set"
            if place.carried
            else "let the score read fewer fields, or fields with fewer values",
        )


_MANY = "there are more cases than are gone through, or one hangs on what has happened in it"
_CARRIED = "lines may carry what it says to the score, and no two cases were met in which they do"


_EACH = "are many times more than people write, and each is looked at with each"
_TOO_MANY = {
    "moves": f"its transitions, timers and promises {_EACH}",
    "fields": f"its guards and fields {_EACH}",
    "guards": "its guards compare many times more than people write, in each state and with each later route",
}


def _too_much(case_type: CaseType, beyond: str) -> Finding:
    line = heaviest(case_type) if beyond == "guards" else None
    fewer = f"give `on {line.event}` fewer routes and shorter conditions, or " if line else ""
    return Finding(
        "CD299",
        "info",
        case_type.span,
        f"`{case_type.name}` is too large to be looked into",
        about=(Subject("case type", case_type.name),),
        labels=(Label(line.span, "most of it is compared here"),) if line else (),
        notes=(("why", _TOO_MANY[beyond]),),
        way_out=f"{fewer}make several case types of it",
    )
