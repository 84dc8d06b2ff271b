"""Which way an arc takes over the grid, before anything is measured.

A line leaves a station to the right or from the top and arrives from the left or at the top; below a station stand its
words, so nothing runs there. Lines run along the channel above a lane and up and down in the gutters between columns,
each on a track of its own: so none runs through a foreign station, and two lines share a stretch only at their common
station. Gutter `g` lies left of column `g`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from casedsl.transit.arcs import Arc
from casedsl.transit.gutters import Run, tracks_of
from casedsl.transit.journey import Plan, Spot

Side = Literal["side", "top"]


class Route(Struct, frozen=True):
    """`gutter` and `track` are None for an arc that stays in its lane: straight by the sides or bowed by the tops."""

    arc: Arc
    leaves: Side
    arrives: Side
    gutter: int | None = None
    track: int | None = None

    @property
    def straight(self) -> bool:
        return self.leaves == "side" and self.gutter is None


class Routes(Struct, frozen=True):
    """All routes; `tracks` is the number of tracks of each gutter that has any, `forks` are the stations whose right
    side is left by lines that turn into the gutter."""

    all: tuple[Route, ...]
    tracks: Mapping[int, int]
    forks: frozenset[str]


def routes(plan: Plan, arcs: tuple[Arc, ...]) -> Routes:
    gates = _Gates(plan)
    chosen = {arc: _choose(plan, gates, arc) for arc in sorted(arcs, key=lambda arc: not arc.main)}
    tracks = tracks_of([_run(plan, chosen[arc]) for arc in arcs if chosen[arc].gutter is not None])
    done = tuple(
        Route(arc, chosen[arc].leaves, chosen[arc].arrives, chosen[arc].gutter, tracks.get(arc)) for arc in arcs
    )
    counts: dict[int, int] = {}
    for route in done:
        if route.gutter is not None and route.track is not None:
            counts[route.gutter] = max(counts.get(route.gutter, 0), route.track + 1)
    forks = frozenset(route.arc.source for route in done if route.leaves == "side" and not route.straight)
    return Routes(done, counts, forks)


class _Gates:
    """Who may use the stretch between two neighbours in a lane: lines that leave the left one, or lines that arrive at
    the right one, never both, for they would lie on each other."""

    def __init__(self, plan: Plan) -> None:
        self._columns: dict[int, list[int]] = {}
        for spot in plan.spots.values():
            self._columns.setdefault(spot.lane, []).append(spot.column)
        self._used: dict[tuple[int, int], str] = {}

    def between(self, lane: int, left: int, right: int) -> bool:
        """Does a station stand in the lane between two columns?"""
        return any(left < column < right for column in self._columns[lane])

    def take(self, lane: int, gutter: int, use: str) -> bool:
        return self._used.setdefault((lane, gutter), use) == use


def _choose(plan: Plan, gates: _Gates, arc: Arc) -> Route:
    source, target = plan.spots[arc.source], plan.spots[arc.target]
    if source.lane == target.lane:
        free = source.column < target.column and not gates.between(source.lane, source.column, target.column)
        return Route(arc, "side", "side") if free else Route(arc, "top", "top")
    if source.column < target.column:
        return _onward(gates, arc, source, target)
    if source.column == target.column:
        return Route(arc, _leaves(gates, source), "top", source.column + 1)
    return Route(arc, "top", "top", target.column + 1)


def _onward(gates: _Gates, arc: Arc, source: Spot, target: Spot) -> Route:
    if target.column == source.column + 1:
        leaves = _leaves(gates, source)
        return Route(arc, leaves, _arrives(gates, target), target.column)
    if _arrives(gates, target) == "side":
        return Route(arc, "top", "side", target.column)
    return Route(arc, _leaves(gates, source), "top", source.column + 1)


def _leaves(gates: _Gates, source: Spot) -> Side:
    return "side" if gates.take(source.lane, source.column + 1, "leave") else "top"


def _arrives(gates: _Gates, target: Spot) -> Side:
    return "side" if gates.take(target.lane, target.column, "arrive") else "top"


def _run(plan: Plan, route: Route) -> Run:
    """How a route runs in its gutter."""
    gutter, source, target = route.gutter or 0, plan.spots[route.arc.source], plan.spots[route.arc.target]
    ends = (
        (2 * source.lane + (route.leaves == "side"), source.column >= gutter),
        (2 * target.lane + (route.arrives == "side"), target.column >= gutter),
    )
    return Run(route.arc, gutter, min(ends), max(ends))
