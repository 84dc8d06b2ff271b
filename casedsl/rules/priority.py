"""7xx: what a priority can be, what changes it, and its bands."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.scoring.records import Idle, Scored
from casedsl.model.records import Addition, Priority
from casedsl.rules.cases import scored_told
from casedsl.syntax.finding import Finding, Subject, subjects
from casedsl.syntax.spelling import listed


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
    about = subjects("field", found.field)
    if found.band:
        headline, why = (
            f"`{found.field}` never changes the band",
            "it changes the order within a band, and nothing else",
        )
        way_out = "let it weigh more, if it should"
        return Finding("CD703", "info", found.span, headline, notes=(("why", why),), way_out=way_out, about=about)
    headline = f"`{found.field}` never changes the score"
    why = "the same answers to all other questions lead to the same score, whatever it says"
    way_out = f"let it weigh something, or leave `{found.field}` out"
    return Finding("CD703", "warning", found.span, headline, notes=(("why", why),), way_out=way_out, about=about)


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
    for empty in scores.empty:
        yield Finding(
            "CD704",
            "error",
            empty.band.span,
            f"no case gets band `{empty.band.name}`",
            about=(Subject("band", empty.band.name),),
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


def _priority(facts: Facts) -> Priority | None:
    return facts.case_type.priority if facts.case_type else None


def _told(case: Scored, facts: Facts) -> str:
    return scored_told(case, facts.case_type.fields if facts.case_type else {})
