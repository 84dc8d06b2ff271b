"""The case type as a graph: states, and the moves that people, outsiders and time can make.

A move is one way out of a state: a route of a transition, or a `move to` of time. `-> stay` is none; `-> back` is a
move to each state from which the side step can have been entered. The facts below are the textbook ones (breadth-first
search from the first state, Tarjan's strongly connected components, SIAM J. Comput. 1972), on a few dozen nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from casedsl_runtime.vocabulary import BACK, STAY
from msgspec import Struct

from casedsl.model.records import CaseType, Route, Timer, Transition


class Move(Struct, frozen=True):
    """One way from a state to a state. `by` is the transition, or the timer where time moves the case; `route` is the
    transition's route. `back` says that it returns from a side step."""

    source: str
    target: str
    by: Transition | Timer
    route: Route | None
    back: bool

    def __str__(self) -> str:
        return f"-({self.by.event})->" if isinstance(self.by, Transition) else f"-(after {self.by.after.duration})->"


class Graph(Struct, frozen=True):
    """Moves by the state that they leave, in the order of the definition; `sides` are the side steps, `before` the
    states one move before a state."""

    first: str
    finals: frozenset[str]
    sides: frozenset[str]
    moves: Mapping[str, tuple[Move, ...]]
    before: Mapping[str, tuple[str, ...]]

    def after(self, state: str) -> tuple[str, ...]:
        """The states one move away, each once."""
        return tuple(dict.fromkeys(move.target for move in self.moves[state]))

    def reached(self) -> dict[str, Move | None]:
        """The states that can be reached from the first, each with the last move of a shortest way there."""
        return self.reached_from((self.first,))

    def reached_from(self, sources: Iterable[str]) -> dict[str, Move | None]:
        found: dict[str, Move | None] = dict.fromkeys(sources)
        queue = list(found)
        for state in queue:
            for move in self.moves[state]:
                if move.target not in found:
                    found[move.target] = move
                    queue.append(move.target)
        return found

    def leading_to(self, targets: Iterable[str]) -> set[str]:
        """The states from which one of some states can be reached, these among them."""
        queue = list(targets)
        found = set(queue)
        for state in queue:
            new = [source for source in self.before[state] if source not in found]
            found.update(new)
            queue.extend(new)
        return found

    def components(self, states: Iterable[str]) -> list[tuple[str, ...]]:
        """The strongly connected components among some states, those that others lead to last first; each in the
        order of the definition."""
        inside = list(states)
        order = {state: place for place, state in enumerate(self.moves)}
        chosen = set(inside)
        found = _tarjan(inside, lambda state: (target for target in self.after(state) if target in chosen))
        return [tuple(sorted(component, key=order.__getitem__)) for component in found]

    def cycle(self, states: tuple[str, ...]) -> list[Move]:
        """A shortest cycle through the first of some states that lie on one, inside them."""
        start, inside = states[0], set(states)
        before: dict[str, Move] = {}
        queue = [start]
        for state in queue:
            for move in self.moves[state]:
                if move.target == start:
                    return _unwound(before, start, move)
                if move.target in inside and move.target not in before:
                    before[move.target] = move
                    queue.append(move.target)
        return []


def graph_of(case_type: CaseType) -> Graph:
    """The graph of a case type."""
    direct = {state: tuple(_direct(case_type, state)) for state in case_type.states}
    behind = states_behind(case_type, direct)
    moves = {
        state: tuple(move for way in direct[state] for move in _resolved(way, behind.get(state, ())))
        for state in case_type.states
    }
    finals = frozenset(name for name, state in case_type.states.items() if state.kind == "final")
    before: dict[str, dict[str, None]] = {state: {} for state in moves}
    for move in (move for ways in moves.values() for move in ways):
        before[move.target][move.source] = None
    sources = {state: tuple(found) for state, found in before.items()}
    return Graph(case_type.first.name, finals, frozenset(behind), moves, sources)


def side_steps(case_type: CaseType) -> frozenset[str]:
    """The states that can be left by `-> back`."""
    return frozenset(
        state for state in case_type.states if any(move.target == BACK for move in _direct(case_type, state))
    )


def timers_in(case_type: CaseType, state: str) -> Iterator[Timer]:
    """The timers that run in a state: its own, then its stages'; none in a final state."""
    if case_type.states[state].kind == "final":
        return
    yield from case_type.states[state].timers
    for stage in case_type.stages.values():
        if any(ref.name == state for ref in stage.states):
            yield from stage.timers


def states_behind(
    case_type: CaseType, direct: Mapping[str, tuple[Move, ...]] | None = None
) -> dict[str, tuple[str, ...]]:
    """For each side step, the states that `-> back` can lead to: those that are no side steps and from which it can be
    entered, perhaps through other side steps."""
    ways = direct or {state: tuple(_direct(case_type, state)) for state in case_type.states}
    sides = {state for state, moves in ways.items() if any(move.target == BACK for move in moves)}
    behind: dict[str, dict[str, None]] = {state: {} for state in sides}
    changed = True
    while changed:
        changed = False
        for state, moves in ways.items():
            sources = behind[state] if state in sides else {state: None}
            for move in moves:
                if move.target in sides and not sources.keys() <= behind[move.target].keys():
                    behind[move.target].update(sources)
                    changed = True
    order = {state: place for place, state in enumerate(case_type.states)}
    return {state: tuple(sorted(found, key=order.__getitem__)) for state, found in behind.items()}


def islands(graph: Graph, lost: list[str]) -> list[tuple[str, ...]]:
    """The components of lost states that no other lost state leads to: the roots of what is unreachable."""
    components = graph.components(lost)
    home = {state: place for place, component in enumerate(components) for state in component}
    entered = {
        target for source in lost for target in graph.after(source) if target in home and home[target] != home[source]
    }
    order = {state: place for place, state in enumerate(graph.moves)}
    sources = [component for component in components if not entered & set(component)]
    return sorted(sources, key=lambda component: order[component[0]])


def traps(graph: Graph, states: Iterable[str]) -> list[tuple[str, ...]]:
    """Components of some states that have moves, all of them inside, and no final state."""
    order = {state: place for place, state in enumerate(graph.moves)}
    traps = [
        component
        for component in graph.components(states)
        if not graph.finals & set(component)
        and any(graph.moves[state] for state in component)
        and all(target in component for state in component for target in graph.after(state))
    ]
    return sorted(traps, key=lambda trap: order[trap[0]])


def _direct(case_type: CaseType, state: str) -> Iterator[Move]:
    """The moves as they are written: `back` is not resolved yet."""
    for transition in case_type.handlers(state).values():
        for route in transition.routes:
            if route.to.name != STAY:
                yield Move(state, route.to.name, transition, route, route.to.name == BACK)
    for timer in timers_in(case_type, state):
        if timer.rung == "move":
            yield Move(state, timer.to.name, timer, None, timer.to.name == BACK)


def _resolved(move: Move, behind: tuple[str, ...]) -> Iterator[Move]:
    targets = behind if move.back else (move.target,)
    return (Move(move.source, target, move.by, move.route, move.back) for target in targets)


def _unwound(before: Mapping[str, Move], start: str, last: Move) -> list[Move]:
    way = [last]
    while way[-1].source != start:
        way.append(before[way[-1].source])
    return way[::-1]


def _tarjan(nodes: list[str], after: Callable[[str], Iterator[str]]) -> list[list[str]]:
    """Tarjan's algorithm without recursion: components in the order in which they are closed."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: dict[str, None] = {}
    found: list[list[str]] = []
    for root in nodes:
        if root in index:
            continue
        work = [(root, after(root))]
        index[root] = low[root] = len(index)
        stack[root] = None
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack[target] = None
                    work.append((target, after(target)))
                    break
                if target in stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = [stack.popitem()[0]]
                    while component[-1] != node:
                        component.append(stack.popitem()[0])
                    found.append(component)
    return found
