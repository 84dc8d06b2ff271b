"""7xx: what a priority can be, what it hangs on, and whether it is as the author claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.facts import Facts
from casedsl.analysis.scoring.records import Idle, Pair, Scored
from casedsl.model.records import Addition, Field, Priority
from casedsl.rules.cases import value_told
from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.spelling import listed

_Fields = Mapping[str, Field]


def cd701_out_of_range(facts: Facts) -> Iterator[Finding]:
    """No case has a sum outside of the range of the score.

    Where one has, the score is kept within the range: cases of different weight look alike, and the sum that people are
    shown ends with points that nobody wrote. It is a warning, because that can be meant. Looked at are all answers that
    can be given, in a case in which nothing has happened yet; a table lies within its bands by itself.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
            urgent yes/no     "Does somebody wait?"
        priority
            score 20 * impact in 0..100                # CD701
            plus  10 when urgent is yes up to 110
            band  red   from 60
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
            urgent yes/no     "Does somebody wait?"
        priority
            score 20 * impact in 0..100
            plus  10 when urgent is yes up to 100
            band  red   from 60
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    found, priority = facts.scores.beyond, _priority(facts)
    if not found or priority is None:
        return
    sums = listed(dict.fromkeys(str(case.sum) for case in found))
    low, high = _ends(priority, found)
    yield Finding(
        "CD701",
        "warning",
        priority.within or priority.span,
        f"the sum can be {sums}, and the score lies in `{priority.low}..{priority.high}`",
        notes=(
            *(("example", f"{_told(case, facts)}: {case.sum}, kept at {case.score}") for case in found),
            ("why", "cases that are kept at an end of the range can't be told apart there"),
        ),
        way_out=f"let the score lie in `{low}..{high}`, or let less be added"
        if low >= 0
        else "let the sum be 0 or more, or let less be taken off",
    )


def _ends(priority: Priority, found: tuple[Scored, ...]) -> tuple[int, int]:
    sums = [case.sum for case in found if case.sum is not None]
    return min(priority.low, *sums), max(priority.high, *sums)


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
            labels=tuple(Label(span, "less comes from here") for span in pair.parts),
            notes=(*_example(pair, facts), *_later(late), *_hanging(pair, facts)),
            way_out=f"let no part make less of more, or take `{name}` out of `rises with`",
        )


def cd703_no_influence(facts: Facts) -> Iterator[Finding]:
    """Whatever the score reads can change it; and where there are bands, it can change the band (info).

    An addition that is made only where the score has reached its limit already adds nothing; a field that cancels
    itself out is asked for nothing. Said too of a field that the priority is said to rise with and that has no part in
    it. Where the condition of an addition never holds, or always does, CD201 and CD202 say so.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
            urgent yes/no     "Does somebody wait?"
        priority
            score 12 * impact + 20 in 0..100
            plus  20 when urgent is yes up to 30       # CD703
            band  red   from 60
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
            urgent yes/no     "Does somebody wait?"
        priority
            score 12 * impact + 20 in 0..100
            plus  20 when urgent is yes up to 90
            band  red   from 60
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    for found in facts.scores.idle:
        yield _late_line(found, found.addition) if found.addition else _idle_field(found)


def _late_line(found: Idle, line: Addition) -> Finding:
    if line.points == 0:
        why, way_out = "nothing is added", "write how many points, from 1 on, or take the line out"
    else:
        why = f"where they could be added, the score is {line.up_to} or more already"
        way_out = "let the line add up to more, or take it out"
    headline = "these points never change the score"
    return Finding("CD703", "warning", found.span, headline, notes=(("why", why),), way_out=way_out)


def _idle_field(found: Idle) -> Finding:
    if found.band:
        headline, why = (
            f"`{found.field}` never changes the band",
            "it changes the order within a band, and nothing else",
        )
        way_out = "let it weigh more, if it should"
        return Finding("CD703", "info", found.span, headline, notes=(("why", why),), way_out=way_out)
    headline = f"`{found.field}` never changes the score"
    why = "the same answers to all other questions lead to the same score, whatever it says"
    way_out = f"let it weigh something, or leave `{found.field}` out"
    return Finding("CD703", "warning", found.span, headline, notes=(("why", why),), way_out=way_out)


def cd704_bands(facts: Facts) -> Iterator[Finding]:
    """Some case gets every band, and every case with a known priority has one (warning).

    A band begins where it says and ends where the next one begins, so bands never overlap. A band outside of the range
    of the score, or one of a table that no cell and no addition gives, is a CD005. With a priority that ages a band is
    reached if a case passes through it while it waits.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            impact scale 1..5 "How many people does it touch?"
        priority
            score 12 * impact in 0..100
            band  red   from 70                        # CD704
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
            band  red   from 60
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    scores, priority = facts.scores, _priority(facts)
    for band in scores.empty:
        yield Finding(
            "CD704",
            "error",
            band.span,
            f"no case gets band `{band.name}`",
            notes=tuple(("why", text) for text in _reach(scores.least, scores.most, facts)),
            way_out="let it begin where scores are, or take it out",
        )
    if scores.bandless is not None and priority is not None:
        lowest = min(priority.bands, key=lambda band: band.at_least)
        yield Finding(
            "CD704",
            "warning",
            lowest.span,
            f"a score of {scores.bandless.score} has no band",
            label="the lowest band begins here",
            notes=(("example", f"{_told(scores.bandless, facts)}: {scores.bandless.score}"),),
            way_out=f"let `{lowest.name}` begin at {scores.bandless.score}, or add a band below it",
        )


def _reach(least: Scored | None, most: Scored | None, facts: Facts) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"the lowest score is {least.score} ({_told(least, facts)})"
        yield f"the highest score is {most.later} ({_told(most, facts)})"


def cd709_not_blind(facts: Facts) -> Iterator[Finding]:
    """Two cases that differ only in a field to which the priority is blind have the same score.

    The score may read the field itself, or a field that is asked only because of what it says: whatever way it comes,
    the same answers to all other questions must lead to the same score, or to none. It holds at any age of a case.

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
        priority
            score 12 * impact in 0..100
            plus  20 when urgent is yes up to 100
            blind to sender
            band  red   from 50
            band  green from 0
        first state new "New"
            on answer -> done
                by clerk
                needs sender
        final state done "Done"
    """
    for pair in facts.scores.seeing:
        name = pair.field.name
        late = pair.one.score == pair.two.score
        yield Finding(
            "CD709",
            "error",
            pair.field.span,
            f"what `{name}` says changes the score from {_worth(pair.one, late)} to {_worth(pair.two, late)}",
            labels=tuple(Label(span, "this differs") for span in pair.parts),
            notes=(*_example(pair, facts), *_later(late), *_hanging(pair, facts)),
            way_out=f"let no part of the score hang on `{name}`, or take it out of `blind to`",
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
                ("example", f"{_told(found.waiting, facts)} ages to {found.waiting.later} at most"),
                ("and", f"{_told(found.fresh, facts)} begins with {found.fresh.score}"),
            ),
            way_out=f"let every case age up to {found.fresh.score}",
        )


# Cases and pairs, told.


def _priority(facts: Facts) -> Priority | None:
    return facts.case_type.priority if facts.case_type else None


def _fields(facts: Facts) -> _Fields:
    return facts.case_type.fields if facts.case_type else {}


def _said(field: Field, value: Value) -> str:
    return "unset" if value is None else value_told(field, value)


def _told(case: Scored, facts: Facts) -> str:
    """A case by what is given when it is opened."""
    return ", ".join(f"{name} = {value_told(_fields(facts)[name], value)}" for name, value in case.given) or "any case"


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
