"""Where a promise can be under way: begun, neither met nor at the end of the case.

A promise begins once, at the opening or with the first of its event, and the first event that meets it ends it. So the
search goes through pairs of a state and whether the promise has begun; guards are not looked at, as nowhere in the
graph. An event that stays begins a promise too, without being a move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.vocabulary import OPENED, STAY

from casedsl.analysis.graph import Graph, Move
from casedsl.model.records import CaseType, Promise, Transition

_Place = tuple[str, bool]


def under_way(case_type: CaseType, graph: Graph, promise: Promise) -> Mapping[str, list[Move]]:
    """The states that aren't final in which a promise can be under way, each with a shortest way there."""
    start = (graph.first, promise.since.name == OPENED)
    found: dict[_Place, tuple[_Place, Move | None] | None] = {start: None}
    queue = [start]
    for place in queue:
        for after, move in _steps(case_type, graph, promise, place):
            if after not in found:
                found[after] = (place, move)
                queue.append(after)
    return {state: _way(found, (state, begun)) for state, begun in found if begun and state not in graph.finals}


def _steps(case_type: CaseType, graph: Graph, promise: Promise, place: _Place) -> Iterator[tuple[_Place, Move | None]]:
    state, begun = place
    for move in graph.moves[state]:
        event = move.by.event if isinstance(move.by, Transition) else None
        if not (begun and event == promise.met_by.name):
            yield (move.target, begun or event == promise.since.name), move
    line = case_type.handlers(state).get(promise.since.name)
    if line is not None and any(route.to.name == STAY for route in line.routes):
        yield (state, True), None


def _way(found: Mapping[_Place, tuple[_Place, Move | None] | None], place: _Place) -> list[Move]:
    way = list[Move]()
    step = found[place]
    while step is not None:
        before, move = step
        way.extend([move] if move else [])
        step = found[before]
    return way[::-1]
