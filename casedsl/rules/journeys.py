"""1xx: the lines of the map are ways that a case can take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, Move
from casedsl.model.records import CaseType, Journey, Ref, Transition
from casedsl.syntax.finding import Finding, Label, Subject, subjects
from casedsl.syntax.spelling import listed


def cd117_line_without_transition(facts: Facts) -> Iterator[Finding]:
    """Where two states are neighbours on a line of the map, some transition leads from the one to the next.

    A line tells people which way cases go. If nothing moves a case from one of its states to the next, the map tells of
    a way that is none. What time does counts, and so does what a stage, `anywhere` or `-> back` says; `-> stay` leads
    nowhere.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on check -> checked
                by clerk
        state checked "Checked"
            on send -> done
                by clerk
        final state done "Done"
        map
            line usual "The usual way" through new, done    # CD117

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on check -> checked
                by clerk
        state checked "Checked"
            on send -> done
                by clerk
        final state done "Done"
        map
            line usual "The usual way" through new, checked, done
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for journey in case_type.journeys.values():
        for source, target in pairwise(journey.through):
            if not _steps(graph, source, target):
                yield _apart(graph, journey, source, target)


def _steps(graph: Graph, source: Ref, target: Ref) -> list[Move]:
    return [move for move in graph.moves[source.name] if move.target == target.name]


def _apart(graph: Graph, journey: Journey, source: Ref, target: Ref) -> Finding:
    around = _between(graph, source.name, target.name)
    way_out = f"name what lies between: `{', '.join(around)}`" if around else f"take `{target}` out of the line"
    leads = graph.after(source.name)
    so_far = f"from `{source}` a case goes to {listed(leads)}" if leads else f"nothing leads on from `{source}`"
    return Finding(
        "CD117",
        "error",
        target.span,
        f"line `{journey.name}` goes from `{source}` to `{target}`, and no transition does",
        about=(Subject("line", journey.name), Subject("state", source.name), Subject("state", target.name)),
        notes=(("so far", so_far),),
        way_out=way_out,
    )


def _between(graph: Graph, source: str, target: str) -> list[str]:
    """The states of a shortest way from the one to the other; none if there is no way."""
    last = graph.reached_from((source,))
    if target not in last or source == target:
        return []
    way = [target]
    while (move := last[way[-1]]) is not None:
        way.append(move.source)
    return way[::-1]


def cd118_line_nobody_travels(facts: Facts) -> Iterator[Finding]:
    """Every line of the map is a way that some case can take from its first state to its last.

    Three lines are none: one of a single state; one with a step that only events could make which nobody may cause
    (CD107); and one that leaves a side step for another state than the one it came from, because `-> back` leads a case
    to where it was before.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on check -> checked
                by clerk
        state checked "Checked"
            on ask -> asked
                by clerk
            on send -> done
                by clerk
        state asked "Asked"
            waiting on customer
            move to back after 14 calendar days
        final state done "Done"
        map
            line question "A question" through new, asked, checked    # CD118

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on check -> checked
                by clerk
        state checked "Checked"
            on ask -> asked
                by clerk
            on send -> done
                by clerk
        state asked "Asked"
            waiting on customer
            move to back after 14 calendar days
        final state done "Done"
        map
            line question "A question" through new, asked, new, checked
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for journey in case_type.journeys.values():
        yield from _travelled(case_type, graph, journey)


def _travelled(case_type: CaseType, graph: Graph, journey: Journey) -> Iterator[Finding]:
    """The first reason why no case can take the line; none where CD117 says that it is torn."""
    if len(journey.through) < 2:
        headline = f"line `{journey.name}` has one state, so no case travels on it"
        way_out, about = "name the states that follow, or take it out", (Subject("line", journey.name),)
        yield Finding("CD118", "error", journey.span, headline, way_out=way_out, about=about)
        return
    pairs = list(pairwise(journey.through))
    if not all(_steps(graph, source, target) for source, target in pairs):
        return
    origin: Ref | None = None
    for source, target in pairs:
        origin = source if source.name not in graph.sides else origin
        steps = _steps(graph, source, target)
        if not any(_can_happen(move) for move in steps):
            yield _closed(journey, source, target, steps)
            return
        if origin and origin.name != target.name and all(move.back for move in steps):
            yield _astray(journey, source, target, origin)
            return


def _can_happen(move: Move) -> bool:
    return not isinstance(move.by, Transition) or bool(move.by.by)


def _closed(journey: Journey, source: Ref, target: Ref, steps: list[Move]) -> Finding:
    events = dict.fromkeys(move.by.event for move in steps if isinstance(move.by, Transition))
    return Finding(
        "CD118",
        "error",
        target.span,
        f"no case can take line `{journey.name}`: nobody may lead it from `{source}` to `{target}`",
        about=(Subject("line", journey.name), Subject("state", source.name), Subject("state", target.name)),
        labels=tuple(Label(move.by.span, "open to nobody") for move in steps[:1]),
        way_out=f"say by whom {listed(events)} may be done, or take the line out",
    )


def _astray(journey: Journey, source: Ref, target: Ref, origin: Ref) -> Finding:
    return Finding(
        "CD118",
        "error",
        target.span,
        f"no case can take line `{journey.name}`: from `{source}` it goes back to `{origin}`, not to `{target}`",
        about=(Subject("line", journey.name), *subjects("state", source, origin, target)),
        labels=(Label(origin.span, "it came from here"),),
        notes=(("why", f"`{source}` is left by `-> back`, which leads a case to where it was before"),),
        way_out=f"go on with `{origin}`, or let the line come from `{target}`",
    )
