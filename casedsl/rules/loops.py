"""1xx: what time does by itself comes to an end."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Move
from casedsl.analysis.loops import circles_of_time
from casedsl.rules.ways import told
from casedsl.syntax.finding import Finding, Label, Subject


def cd105_automatic_loop(facts: Facts) -> Iterator[Finding]:
    """Time alone never takes a case round in a circle: on every circle a person acts at least once.

    If nobody does anything, a case on such a circle goes round for ever. Each round is a new visit, with its prompts
    and its entries in the journal, and no step of it was anybody's decision. A round that ends by itself is none: where
    time leads `-> back`, the timer of the visit that goes on has fired already, and a `move to` of the stage around a
    circle takes the case out of it. A circle that no way leads out of at all is CD103.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
        state asked "Asked"
            move to reminded after 14 calendar days    # CD105
            on hear -> done
                by clerk
        state reminded "Reminded"
            move to asked after 14 calendar days
            on hear -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
        state asked "Asked"
            move to reminded after 14 calendar days
            on hear -> done
                by clerk
        state reminded "Reminded"
            move to done as silent after 14 calendar days
            on hear -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    ending = graph.leading_to(graph.finals)
    for circle in circles_of_time(case_type, graph, facts.reached):
        if circle[0].source in ending:  # else CD102, CD103 or CD104 says that no way leads out
            yield _round(circle, facts.way(circle[0].source))


def _round(circle: tuple[Move, ...], way: list[Move]) -> Finding:
    first, *more = circle
    steps = tuple(Label(move.by.span, f"time takes it from `{move.source}` to `{move.target}`") for move in circle)
    return Finding(
        "CD105",
        "error",
        first.by.span,
        f"left alone, a case that gets to `{first.source}` goes round for ever",
        about=(Subject("state", first.source),),
        labels=tuple(Label(move.by.span, "and this takes it on") for move in more[:2]),
        notes=(
            ("a way there", told(way, first.source)),
            ("the circle", told(list(circle), first.source)),
        ),
        way_out="let one of these moves end the case, or lead to a state in which somebody must act",
        steps=steps,
    )
