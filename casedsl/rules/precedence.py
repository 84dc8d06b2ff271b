"""7xx: two cases side by side: which of them comes first, and whether that is as the author claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.facts import Facts
from casedsl.analysis.scoring.records import Pair, Scored
from casedsl.model.records import Field
from casedsl.rules.cases import scored_told, value_told
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.spelling import listed


def cd702_not_monotone(facts: Facts) -> Iterator[Finding]:
    """Of two cases that differ only in a field with which the priority rises, the one with more is never the lower.

    More is a larger number, a later date, yes after no, and of a choice the option that stands further down. To all
    other questions the same is answered; a field that is asked in one of the two cases only counts in that one. Cases
    whose priority is unknown are not compared. It holds at any age of a case. Proved for all answers; where that takes
    too many steps, CD299 says so.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            plus  20 when impact < 3 up to 100
            rises with impact                          # CD702
            band  red   from 50
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            plus  20 when impact >= 3 up to 100
            rises with impact
            band  red   from 50
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    for pair in facts.scores.falling:
        name = pair.field.name
        one, two = (_of(case, name, facts) for case in (pair.one, pair.two))
        late = pair.one.score is not None and pair.two.score is not None and pair.one.score <= pair.two.score
        yield Finding(
            "CD702",
            "error",
            pair.field.span,
            f"`{name}` rises from {one} to {two}, and the score falls from {_worth(pair.one, late)} to"
            f" {_worth(pair.two, late)}",
            about=(Subject("field", name),),
            labels=tuple(Label(span, "less comes from here") for span in pair.parts),
            notes=(*_example(pair, facts), *_later(late), *_hanging(pair, facts)),
            way_out=f"let no part make less of more, or take `{name}` out of `rises with`",
        )


def cd709_not_blind(facts: Facts) -> Iterator[Finding]:
    """Two cases that differ only in a field to which the priority is blind have the same score.

    The score may read the field itself, or a field that is asked only because of what it says, or one that a line sets:
    from the field, or on a route that is open because of it. Whatever way it comes, the same answers to all other
    questions and the same events must lead to the same score, or to none. It holds at any age of a case. Where lines
    may carry what the field says, and no two cases that show it were met, CD299 says so.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            sender choice     "Who wrote it?"
                option press    "A newspaper"
                option citizen  "A citizen"
            impact scale 1..5 "How many people does it touch?"
            urgent yes/no     "Does somebody wait?"
                asked when sender is citizen
        priority
            score 12 * impact in 0..100
            plus  20 when urgent is yes up to 100
            blind to sender                            # CD709
            band  red   from 50
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
                needs sender
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            sender choice     "Who wrote it?"
                option press    "A newspaper"
                option citizen  "A citizen"
            impact scale 1..5 "How many people does it touch?"
            urgent yes/no     "Does somebody wait?"
                asked when sender is citizen
        priority
            score 12 * impact in 0..100
            plus  20 when impact > 3 up to 100
            blind to sender
            band  red   from 50
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
                needs sender, urgent
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            sender choice     "Who wrote it?"
                option press    "A newspaper"
                option citizen  "A citizen"
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            blind to sender                            # CD709
            band  red   from 50
            band  green from 0
        first state new "New"
            on read -> opened
                by clerk
                needs sender, impact
                to opened when sender is press
                    set impact to 5
                to opened otherwise
        state opened "Opened"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            sender choice     "Who wrote it?"
                option press    "A newspaper"
                option citizen  "A citizen"
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            blind to sender
            band  red   from 50
            band  green from 0
        first state new "New"
            on read -> opened
                by clerk
                needs sender, impact
        state opened "Opened"
            on answer -> done
                by clerk
        final state done "Done"
    """
    for pair in facts.scores.seeing:
        name = pair.field.name
        late = pair.one.score == pair.two.score
        told, part = ("carried on here", "field that counts") if pair.way else ("this differs", "part of the score")
        yield Finding(
            "CD709",
            "error",
            pair.field.span,
            f"what `{name}` says changes the score from {_worth(pair.one, late)} to {_worth(pair.two, late)}",
            about=(Subject("field", name),),
            labels=tuple(Label(span, told) for span in pair.parts),
            notes=(*_example(pair, facts), *_after(pair), *_later(late), *_hanging(pair, facts)),
            way_out=f"let no {part} hang on `{name}`, or take it out of `blind to`",
        )


def cd710_starvation(facts: Facts) -> Iterator[Finding]:
    """Where cases age, each ages to what new ones begin with.

    An opinion, and asked only where the author lets cases age: a case that ages to less can be overtaken by new ones
    for as long as these come, however long it waits. Without ageing that is so of every case below the highest score.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            plus  1 each working day up to 40          # CD710
            band  red   from 40
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            plus  1 each working day up to 60
            band  red   from 40
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    found = facts.scores.overtaken
    if found is not None:
        yield Finding(
            "CD710",
            "info",
            found.line.span,
            "a case can be overtaken by new ones for ever",
            notes=(
                ("example", f"{scored_told(found.waiting, _fields(facts))} ages to {found.waiting.later} at most"),
                ("and", f"{scored_told(found.fresh, _fields(facts))} begins with {found.fresh.score}"),
            ),
            way_out=f"let every case age up to {found.fresh.score}",
        )


# Pairs, told.


def _fields(facts: Facts) -> Mapping[str, Field]:
    return facts.case_type.fields if facts.case_type else {}


def _said(field: Field, value: Value) -> str:
    return "unset" if value is None else value_told(field, value)


def _after(pair: Pair) -> Iterator[tuple[str, str]]:
    """The events after which two cases differ."""
    events = [step.by.event for step in pair.one.life if step.by is not None]
    if events:
        yield "when", f"after {listed(events)}" if len(events) == 1 else f"after {listed(events)}, in this order"


def _of(case: Scored, name: str, facts: Facts) -> str:
    return _said(_fields(facts)[name], dict(case.fields)[name])


def _worth(case: Scored, late: bool) -> str:
    worth = case.later if late else case.score
    return "unknown" if worth is None else str(worth)


def _example(pair: Pair, facts: Facts) -> Iterator[tuple[str, str]]:
    """What both cases hold, then each by itself."""
    one, two = dict(pair.one.fields), dict(pair.two.fields)
    given = {name for name, _ in (*pair.one.given, *pair.two.given)}
    both = [name for name in one if one[name] == two[name] and name in given]
    apart = [name for name in one if one[name] != two[name]]
    fields = _fields(facts)
    if both:
        yield "example", ", ".join(f"{name} = {_said(fields[name], one[name])}" for name in both)
    for heading, held, case in (("one", one, pair.one), ("other", two, pair.two)):
        told = ", ".join(f"{name} = {_said(fields[name], held[name])}" for name in apart)
        score = "priority unknown" if case.score is None else f"score {case.score}"
        yield heading, f"{told}: {score}"


def _later(late: bool) -> Iterator[tuple[str, str]]:
    if late:
        yield "when", "after they have waited: only one of the two goes on ageing"


def _hanging(pair: Pair, facts: Facts) -> Iterator[tuple[str, str]]:
    """The fields that are asked in one of the two cases only."""
    one, two = dict(pair.one.fields), dict(pair.two.fields)
    for name, field in _fields(facts).items():
        if field.asked_when is not None and name != pair.field.name and one.get(name) != two.get(name):
            yield "because", f"`{name}` is asked only when {field.asked_when.text}"
