"""Where a promise can be under way: begun, neither met nor at the end of the case.

A promise begins with its event, at the opening, or whenever its field says so, and the first event that meets it ends
it, until one with which it goes on. So the search goes through pairs of a state and how far the promise is; guards are
not looked at, as nowhere in the graph. An event that stays begins a promise too, without being a move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from casedsl_runtime.vocabulary import OPENED, STAY

from casedsl.analysis.durations import measured
from casedsl.analysis.graph import Graph, Move
from casedsl.model.records import CaseType, Promise, Timer, Transition

_Phase: TypeAlias = Literal["before", "under way", "met"]
_Place: TypeAlias = tuple[str, _Phase]


def under_way(case_type: CaseType, graph: Graph, promise: Promise) -> Mapping[str, list[Move]]:
    """The states that aren't final in which a promise can be under way, each with a shortest way there."""
    at_once = promise.since.name == OPENED or promise.since.name in case_type.fields
    start: _Place = (graph.first, "under way" if at_once else "before")
    found: dict[_Place, tuple[_Place, Move | None] | None] = {start: None}
    queue = [start]
    for place in queue:
        for after, move in _steps(case_type, graph, promise, place):
            if after not in found:
                found[after] = (place, move)
                queue.append(after)
    places = [place for place in found if place[1] == "under way" and place[0] not in graph.finals]
    return {place[0]: _way(found, place) for place in places}


def longest_under_way(
    case_type: CaseType, graph: Graph, teams: Mapping[str, tuple[str | None, ...]], promise: Promise
) -> int | None:
    """How long a promise can be under way at most, in the measure of its length, if nobody ever acts or somebody acts
    as late as they can; None where no time ends that, it can go round, or it is counted in another way."""
    kind, _ = measured(promise.within.duration)
    states = under_way(case_type, graph, promise)
    if promise.restarts_on is not None or promise.since.name != OPENED:
        return None
    stays: dict[str, int] = {}
    for state in states:
        here = [measured(timer.after.duration) for timer in _leaving(case_type, state)]
        lengths = [size for measure, size in here if measure == kind]
        if not lengths or not _counts_in(case_type, teams[state], promise.calendar.name):
            return None
        stays[state] = min(lengths)
    return _longest(graph, stays, graph.first)


def _leaving(case_type: CaseType, state: str) -> Iterator[Timer]:
    """The timers that surely move a case out of a state; one of a stage that stays within it acts only once."""
    yield from (timer for timer in case_type.states[state].timers if timer.rung == "move")
    for stage in case_type.stages.values():
        inside = {ref.name for ref in stage.states}
        if state in inside:
            yield from (timer for timer in stage.timers if timer.rung == "move" and timer.to.name not in inside)


def _counts_in(case_type: CaseType, teams: tuple[str | None, ...], calendar: str) -> bool:
    refs = [case_type.organisation.teams[team].calendar if team else None for team in teams]
    return all(ref is not None and ref.name == calendar for ref in refs)


def _longest(graph: Graph, stays: Mapping[str, int], first: str) -> int | None:
    """The longest way through some states by how long a case can stay in each; None if there is a circle."""
    if any(len(part) > 1 or part[0] in graph.after(part[0]) for part in graph.components(stays)):
        return None
    found: dict[str, int] = {}
    for (state,) in graph.components(stays):  # those that others lead to last come first
        found[state] = stays[state] + max(
            (found[target] for target in graph.after(state) if target in stays), default=0
        )
    return found[first]


def _steps(case_type: CaseType, graph: Graph, promise: Promise, place: _Place) -> Iterator[tuple[_Place, Move | None]]:
    state, phase = place
    for move in graph.moves[state]:
        after = _after(promise, phase, move.by.event if isinstance(move.by, Transition) else None)
        if after != "met" or promise.restarts_on is not None:
            yield (move.target, after), move
    for event in (promise.since, promise.restarts_on):
        line = case_type.handlers(state).get(event.name) if event else None
        if line is not None and any(route.to.name == STAY for route in line.routes):
            yield (state, _after(promise, phase, line.event)), None


def _after(promise: Promise, phase: _Phase, event: str | None) -> _Phase:
    """How far a promise is after an event."""
    if phase == "under way" and event in [ref.name for ref in promise.met_by]:
        return "met"
    if phase == "met" and promise.restarts_on is not None and event == promise.restarts_on.name:
        return "under way"
    return "under way" if phase == "before" and event == promise.since.name else phase


def _way(found: Mapping[_Place, tuple[_Place, Move | None] | None], place: _Place) -> list[Move]:
    way = list[Move]()
    step = found[place]
    while step is not None:
        before, move = step
        way.extend([move] if move else [])
        step = found[before]
    return way[::-1]
