"""The ways of a definition that some case may go: those of the lines, without what is proved that no case ever does.

A way is shut if its conditions exclude each other, or what is known of the fields wherever it is looked at, or if no
case comes there in which they hold: that is asked as the claim that the event never happens there. Only ways on which
it hangs whether a state is reached, or whether an end is, are asked about at all; so a usual definition costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, TypeAlias

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.claims.judge import firm_in, never_done
from casedsl.analysis.claims.roads import Roads
from casedsl.analysis.graph import Graph, Move
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.known import Known, Place, brought_by, expressions_of, given, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.reads import reads_dues
from casedsl.analysis.solving.asking import Core, possible, together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.surely import Walker
from casedsl.model.records import CaseType, Transition

_MOST_WAYS = 4
_MOST_LOOKED_AT = 200
_MOST_OF_ONE = 8_000

Cause = Literal["guard", "facts", "ways"]


class Closed(Struct, frozen=True):
    """A way of the lines that no case goes.

    Attributes:
      cause: a guard that another finding names; what is known of the fields there; or the ways there.
      facts: what is known there and excludes the conditions, as expressions.
    """

    move: Move
    cause: Cause
    facts: tuple[Expression, ...] = ()


class Feasible(Struct, frozen=True, dict=True):
    """What is left of the graph, what is reached in it, and the ways out of reached states that are shut, as far as
    it hangs on them what can be reached, and what can end."""

    graph: Graph
    reached: Mapping[str, Move | None]
    closed: tuple[Closed, ...]

    def has(self, move: Move) -> bool:
        """Whether a way is left, and its state reached."""
        left = self.graph.moves[move.source] if move.source in self.reached else ()
        return any(_key(each) == _key(move) for each in left)

    def way(self, state: str) -> list[Move]:
        """A shortest way that is left to a reached state."""
        way, step = list[Move](), self.reached[state]
        while step is not None:
            way.append(step)
            step = self.reached[step.source]
        return way[::-1]

    @cached_property
    def ending(self) -> set[str]:
        """The states from which some way that is left leads to an end."""
        return self.graph.leading_to(self.graph.finals)


def feasible_of(case_type: CaseType, graph: Graph, proofs: Proofs) -> Feasible:
    """The ways that are left."""
    finder = _Finder(case_type, graph, proofs)
    places = finder.reached()
    finder.look_back(places)
    open_: dict[str, set[tuple[str, int, int]]] = {}
    for place in places:
        open_.setdefault(place.state, set()).update(finder.left_at(place, places))
    left = {
        state: tuple(move for move in graph.moves[state] if _key(move) in open_.get(state, ())) for state in graph.moves
    }
    shut = (move for state in open_ for move in graph.moves[state] if _key(move) not in open_[state])
    before: dict[str, dict[str, None]] = {state: {} for state in left}
    for move in (move for ways in left.values() for move in ways):
        before[move.target][move.source] = None
    sources = {state: tuple(found) for state, found in before.items()}
    rest = Graph(graph.first, graph.finals, graph.sides, left, sources)
    return Feasible(rest, rest.reached(), tuple(finder.why(move) for move in shut if finder.is_a_cause(move)))


def _key(move: Move | Passage) -> tuple[str, int, int]:
    return move.target, id(move.by), id(move.route)


_Edge: TypeAlias = tuple[Place, Passage, Place]


class _Finder:
    def __init__(self, case_type: CaseType, graph: Graph, proofs: Proofs) -> None:
        self.type, self.graph, self.proofs, self.known = case_type, graph, proofs, proofs.known
        self.purse = Steps(MOST_STEPS)
        self.walker = Walker(case_type, proofs.known, self.purse, _MOST_LOOKED_AT)
        self.firm, self.roads = firm_in(case_type), Roads(proofs.known)
        self.closed: dict[tuple[Place, tuple[str, int, int]], bool] = {}
        self.causes: dict[tuple[str, tuple[str, int, int]], tuple[Cause, tuple[Expression, ...]]] = {}
        self.spoken = spoken_of(proofs)
        self.plain: dict[tuple[int, int], bool] = {}

    def reached(self) -> dict[Place, None]:
        """The places that are reached; a way with conditions is asked about where no other is left that leads on."""
        found: dict[Place, None] = {self.known.first: None}
        queue, doubtful, asked = [self.known.first], list[_Edge](), 0
        while queue:
            for place in queue:
                for passage, target in self._ways(place):
                    if target not in found and self._is_plain(passage):
                        found[target] = None
                        queue.append(target)
                    elif target not in found:
                        doubtful.append((place, passage, target))
            queue = []
            while asked < len(doubtful) and not queue:
                place, passage, target = doubtful[asked]
                asked += 1
                if target not in found and not self._is_closed(place, passage, found):
                    found[target] = None
                    queue = [target]
        return found

    def look_back(self, places: Mapping[Place, None]) -> None:
        """Asks about the ways with conditions that alone lead on to an end."""
        into: dict[Place, list[_Edge]] = {}
        for place in places:
            for passage, target in self._ways(place):
                into.setdefault(target, []).append((place, passage, target))
        queue = [place for place in places if place.state in self.graph.finals]
        ending, doubtful, asked = set(queue), list[_Edge](), 0
        while queue:
            for edge in (edge for target in queue for edge in into.get(target, ())):
                if edge[0] not in ending and self._is_plain(edge[1]):
                    ending.add(edge[0])
                    queue.append(edge[0])
                elif edge[0] not in ending:
                    doubtful.append(edge)
            queue = []
            while asked < len(doubtful) and not queue:
                place, passage, _ = doubtful[asked]
                asked += 1
                if place not in ending and not self._is_closed(place, passage, places):
                    ending.add(place)
                    queue = [place]

    def left_at(self, place: Place, places: Mapping[Place, None]) -> Iterator[tuple[str, int, int]]:
        """The ways out of a place that aren't known to be shut."""
        for passage, target in self._ways(place):
            if target in places and not self.closed.get((place, _key(passage)), False):
                yield _key(passage)

    def is_a_cause(self, move: Move) -> bool:
        """Whether it is conditions that shut a way, and not that a case never interrupts what it would lead back to."""
        return (
            not move.back
            or bool({id(move.by), id(move.route)} & self.spoken)
            or (move.source, _key(move)) in self.causes
        )

    def why(self, move: Move) -> Closed:
        place = move.source, _key(move)
        if {id(move.by), id(move.route)} & self.spoken:
            return Closed(move, "guard")
        if place not in self.causes:
            self.causes[place] = "facts", self._excluding(move)
        return Closed(move, *self.causes[place])

    # One way.

    def _ways(self, place: Place) -> Iterator[tuple[Passage, Place]]:
        for passage, target in self.known.onward(place):
            if target in self.known.at:
                yield passage, target

    def _is_plain(self, passage: Passage) -> bool:
        """Whether nothing but what is given with an event may close it."""
        key = id(passage.by), id(passage.route)
        if key not in self.plain:
            self.plain[key] = self._hangs_on_what_is_given(passage)
        return self.plain[key]

    def _hangs_on_what_is_given(self, passage: Passage) -> bool:
        read = passage.reads
        counted = passage.counts or any(reads_dues(each) for each in passage.conditions)
        asked = any(self.known.fields[name].asked_when for name in read)
        if counted or asked or not read <= passage.needs:
            return False
        given_then: list[Expression] = [("is set", name) for name in sorted(read)]
        return not read or possible([*given_then, *passage.conditions], self.known.fields, self.purse) is True

    def _is_closed(self, place: Place, passage: Passage, reached: Mapping[Place, None]) -> bool:
        key = place, _key(passage)
        if key not in self.closed:
            self.closed[key] = self._closed(place, passage, reached)
        return self.closed[key]

    def _closed(self, place: Place, passage: Passage, reached: Mapping[Place, None]) -> bool:
        if brought_by(passage, self.known.at[place], self.known.fields) is None:
            return True
        if possible(_asked(self.known, place, passage), self.known.fields, self.purse) is False:
            return True
        if any(map(reads_dues, passage.conditions)) or not self.walker.can_be(passage):
            return False
        if any(self.walker.goes((*way, passage)) for way in self._ways_to(place, reached)):
            return False
        if not never_done(self.type, self.known, self.firm, passage, self.purse, _MOST_OF_ONE, self.roads):
            return False
        self.causes[passage.source, _key(passage)] = "ways", ()
        return True

    def _ways_to(self, place: Place, reached: Mapping[Place, None]) -> Iterator[tuple[Passage, ...]]:
        """Some of the shortest ways to a place."""
        queue: list[tuple[Place, tuple[Passage, ...]]] = [(self.known.first, ())]
        met: dict[Place, int] = {}
        found = 0
        for here, way in queue:
            if here == place:
                yield way
                found += 1
            if found >= _MOST_WAYS:
                return
            for passage, target in self._ways(here):
                if target in reached and met.get(target, 0) < _MOST_WAYS:
                    met[target] = met.get(target, 0) + 1
                    queue.append((target, (*way, passage)))

    # Why.

    def _excluding(self, move: Move) -> tuple[Expression, ...]:
        """The facts that exclude the conditions of a way, in the first place where it stands."""
        places = (place for place in self.known.at if place.state == move.source)
        for place in places:
            for passage, _ in self.known.onward(place):
                if _key(passage) == _key(move):
                    before = _before(self.known, place, passage)
                    answer = together([*before, *passage.conditions], self.known.fields, self.purse)
                    if isinstance(answer, Core):
                        return tuple(before[number] for number in answer.parts if number < len(before))
        return ()


def _asked(known: Known, place: Place, passage: Passage) -> list[Expression]:
    return [*_before(known, place, passage), *passage.conditions]


def _before(known: Known, place: Place, passage: Passage) -> tuple[Expression, ...]:
    facts = given(passage, known.at[place], known.fields)
    return expressions_of(facts, with_deciders(passage.reads, known.fields), known.fields)


def spoken_of(proofs: Proofs) -> frozenset[int]:
    """What a finding about guards says is never taken: lines, by the guard of their event, and routes."""
    found = {id(each.guard.route or each.guard.line) for each in proofs.dead if each.guard.line is not None}
    found |= {id(shadow.route) for shadow in proofs.shadows}
    for guard in proofs.always:
        if guard.line is not None and guard.route is not None:
            found |= {id(route) for route in _later(guard.line, guard.route)}
    return frozenset(found)


def _later(line: Transition, route: object) -> Sequence[object]:
    place = next(number for number, each in enumerate(line.routes) if each is route)
    return line.routes[place + 1 :]
