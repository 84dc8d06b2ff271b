"""Where time alone takes a case round in a circle for ever.

Only what is sure counts. A timer fires once in a visit, so three things end a round, or may: `-> back` resumes a visit
whose timer has fired; a stage's timer fires again only if the case has left the stage meanwhile; and where two moves
wait in one state, the other one may lead out. Such a circle is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl.analysis.graph import Graph, Move
from casedsl.model.records import CaseType, Timer


def circles_of_time(case_type: CaseType, graph: Graph, states: Iterable[str]) -> Iterator[tuple[Move, ...]]:
    """The circles among some states, each beginning at the state of it that stands first in the file."""
    order = {state: place for place, state in enumerate(case_type.states)}
    steps = {state: move for state in sorted(states, key=order.__getitem__) if (move := _only(graph, state))}
    seen: set[str] = set()
    for first in steps:
        circle = _circle(steps, first, seen)
        if circle and _goes_on(case_type, circle):
            start = min(range(len(circle)), key=lambda place: order[circle[place].source])
            yield (*circle[start:], *circle[:start])


def _only(graph: Graph, state: str) -> Move | None:
    """The move that time makes in a state, if there is one only and it begins a new visit."""
    moves = [move for move in graph.moves[state] if isinstance(move.by, Timer)]
    return moves[0] if len(moves) == 1 and not moves[0].back else None


def _circle(steps: Mapping[str, Move], first: str, seen: set[str]) -> list[Move]:
    """The circle that the steps from a state end in; nothing if they end, or in one that was seen before."""
    way: list[Move] = []
    state = first
    while state in steps and state not in seen:
        seen.add(state)
        way.append(steps[state])
        state = steps[state].target
    start = next((place for place, move in enumerate(way) if move.source == state), len(way))
    return way[start:]


def _goes_on(case_type: CaseType, circle: list[Move]) -> bool:
    """Whether every timer of a circle counts anew in each round: that of a stage, if the circle leaves the stage."""
    around = {move.source for move in circle}
    staged = (stage for stage in case_type.stages.values() for move in circle if move.by in stage.timers)
    return all(around - {ref.name for ref in stage.states} for stage in staged)
