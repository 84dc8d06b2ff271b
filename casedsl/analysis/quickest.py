"""The quickest way to what keeps a promise, if everybody acts at once: only time can make a case wait then.

Where people can move a case nothing is lost; where only timers lead on, it waits for the first of them. Guards are not
looked at, and every doubt makes the way quicker: where several teams can have the case the quickest calendar counts, a
timer of a stage counts from the beginning of the promise, and a visit that can be taken up again (`-> back`) may have
waited already. So a promise that can't be kept here can't be kept. Arrivals are found as Dijkstra does (Numer. Math. 1,
1959), which is right for lengths that depend on when they begin, as long as who begins later is never done sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from casedsl_runtime.vocabulary import OPENED, STAY
from msgspec import Struct

from casedsl.analysis.graph import Graph, Move, states_behind
from casedsl.model.records import CaseType, Promise, Timer, Transition

Teams: TypeAlias = Mapping[str, tuple[str | None, ...]]
Over: TypeAlias = Callable[[Timer, str, int], int]
"""When a timer is over that begins in a state at an instant."""


class Ways(Struct, frozen=True):
    """What is needed to search.

    Attributes:
      starts: the states in which the promise can begin.
      meets: those in which an event can meet it.
      earlier: those whose timers may have run before it begins.
      staged: the timers of stages; `whole` says that they too begin with the promise and count in one calendar.
    """

    graph: Graph
    starts: tuple[str, ...]
    meets: frozenset[str]
    earlier: frozenset[str]
    staged: tuple[Timer, ...]
    whole: bool


def ways_of(case_type: CaseType, graph: Graph, teams: Teams, promise: Promise) -> Ways:
    """Where a promise begins and where it can be met."""
    met = {ref.name for ref in promise.met_by}
    meets = frozenset(state for state in case_type.states if met & case_type.handlers(state).keys())
    opened = promise.since.name == OPENED
    starts = (graph.first,) if opened else tuple(dict.fromkeys(_begins_in(case_type, graph, promise)))
    resumed = {state for behind in states_behind(case_type).values() for state in behind}
    earlier = frozenset() if opened else frozenset({*resumed, *starts})
    staged = tuple(timer for stage in case_type.stages.values() for timer in stage.timers)
    whole = opened and len({name for state in teams for name in calendars_in(case_type, teams, state)}) == 1
    return Ways(graph, starts, meets, earlier, staged, whole)


def calendars_in(case_type: CaseType, teams: Teams, state: str) -> tuple[str, ...]:
    """The calendars in which timers can count in a state; "" where no team has one."""
    shared = case_type.organisation.teams
    refs = (shared[team].calendar if team else None for team in teams[state])
    return tuple(dict.fromkeys(ref.name if ref else "" for ref in refs))


def _begins_in(case_type: CaseType, graph: Graph, promise: Promise) -> Iterator[str]:
    """The states in which a case can be just after the event with which a promise begins."""
    for state in graph.reached():
        line = case_type.handlers(state).get(promise.since.name)
        if line is not None and any(route.to.name == STAY for route in line.routes):
            yield state
        yield from (move.target for move in graph.moves[state] if line is not None and move.by is line)


def waits(ways: Ways) -> tuple[str, ...]:
    """The states in which a case has to wait for time on each way to what meets the promise; none where somebody who
    acts at once can keep it, or nobody ever can."""
    free, seen = list(ways.starts), set(ways.starts)
    for state in free:
        if state in ways.meets:
            return ()
        for move in ways.graph.moves[state]:
            if isinstance(move.by, Transition) and move.target not in seen:
                seen.add(move.target)
                free.append(move.target)
    reached = ways.graph.reached_from(ways.starts)
    if not ways.meets & reached.keys():
        return ()
    return tuple(state for state in reached if state not in ways.graph.finals and _timed(ways.graph, state))


def _timed(graph: Graph, state: str) -> bool:
    return any(isinstance(move.by, Timer) for move in graph.moves[state])


def arrivals(ways: Ways, entry: int, over: Over) -> Iterator[tuple[str, int, list[Move]]]:
    """The states that a promise can be in that begins at an instant, in the order in which a case can first be there,
    with that instant and the way; those where it can be met end their way."""
    from heapq import heappop, heappush  # few cases must wait for time

    best: dict[str, int] = dict.fromkeys(ways.starts, entry)
    before: dict[str, Move] = {}
    queue = [(entry, number, start) for number, start in enumerate(ways.starts)]
    done: set[str] = set()
    while queue:
        at, _, state = heappop(queue)
        if state not in done:
            yield state, at, _way(before, state)
        if state in done or state in ways.meets:
            continue
        done.add(state)
        for move in ways.graph.moves[state]:
            then = _left_at(ways, move, entry, at, over)
            if then < best.get(move.target, then + 1):
                best[move.target] = then
                before[move.target] = move
                heappush(queue, (then, len(ways.starts) + len(before), move.target))


def _left_at(ways: Ways, move: Move, entry: int, at: int, over: Over) -> int:
    """When a move can take place for a case that is in its state since an instant."""
    if isinstance(move.by, Transition):
        return at
    if move.by in ways.staged:
        return max(at, over(move.by, move.source, entry)) if ways.whole else at
    return at if move.source in ways.earlier else over(move.by, move.source, at)


def _way(before: Mapping[str, Move], state: str) -> list[Move]:
    way: list[Move] = []
    while state in before:
        way.append(before[state])
        state = before[state].source
    return way[::-1]
