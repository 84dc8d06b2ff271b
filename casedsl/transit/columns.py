"""How wide everything is: ports on the top of each station, the two halves of each column, the gutters between them.

Ports are ordered so that lines which turn to the same side nest: the shortest turns first and lies lowest.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.transit.arcs import Arc, Sign
from casedsl.transit.journey import Plan
from casedsl.transit.routes import Route, Routes
from casedsl.transit.words import Said, bare, on_straight, said_size, sign_wide

PORT = 14.0
MARKER = 22.0
SIDE_MARKER = 40.0
MARGIN = 12.0
GUTTER = 16.0

Top = tuple[Arc | Sign, str]
"""An end at the top of a station: of an arc, at its `source` or `target`; of a sign, at its `station`."""


class Columns(Struct, frozen=True):
    """Everything measured from left to right. `ports` are offsets from the station's middle."""

    ports: Mapping[Top, float]
    markers: Mapping[str, float]
    middles: tuple[float, ...]
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    gutters: Mapping[tuple[int, int], float]
    wide: float


def columns(
    plan: Plan, ways: Routes, signs: tuple[Sign, ...], words: Mapping[str, tuple[Said, ...]], start: float
) -> Columns:
    ports, counts = _ports(plan, ways, signs)
    markers = {name: _marker(plan, name, counts.get(name, 0)) for name in plan.spots}
    lefts, rights = _halves(plan, ways, signs, words, markers)
    middles: list[float] = []
    gutters: dict[tuple[int, int], float] = {}
    x = start
    pitches = _pitches(ways)
    for column in range(plan.columns + 1):
        count, pitch = ways.tracks.get(column, 0), pitches.get(column, 0.0)
        gutters.update({(column, track): x + GUTTER / 2 + pitch * (track + 0.5) for track in range(count)})
        x += GUTTER + count * pitch if 0 < column < plan.columns or count else 0
        if column < plan.columns:
            middles.append(x + lefts[column])
            x += lefts[column] + rights[column]
    return Columns(ports, markers, tuple(middles), tuple(lefts), tuple(rights), gutters, x)


def _marker(plan: Plan, name: str, ports: int) -> float:
    least = SIDE_MARKER if name in plan.sides else MARKER
    return max(least, (ports - 1) * PORT + MARKER)


def _pitches(ways: Routes) -> Mapping[int, float]:
    """The distance between the tracks of a gutter: wide enough for the badges that stand on them."""
    pitches: dict[int, float] = {}
    for route in ways.all:
        if route.gutter is not None:
            wide = max(badge.wide for badge in route.arc.badges) + 8
            pitches[route.gutter] = max(pitches.get(route.gutter, 0.0), wide)
    return pitches


def _ports(plan: Plan, ways: Routes, signs: tuple[Sign, ...]) -> tuple[Mapping[Top, float], Mapping[str, int]]:
    """The offset of each top end from its station's middle, and how many each station has."""
    ends: dict[str, list[tuple[tuple[int, float, int], Top]]] = {}
    for index, route in enumerate(ways.all):
        if route.leaves == "top":
            key = _turn(plan, route, route.arc.source, route.arc.target, index)
            ends.setdefault(route.arc.source, []).append((key, (route.arc, "source")))
        if route.arrives == "top":
            key = _turn(plan, route, route.arc.target, route.arc.source, index)
            ends.setdefault(route.arc.target, []).append((key, (route.arc, "target")))
    for index, sign in enumerate(signs):
        turn = (-1, sign_wide(sign), -index) if sign.arrives else (1, -sign_wide(sign), index)
        ends.setdefault(sign.station, []).append((turn, (sign, "station")))
    ports: dict[Top, float] = {}
    for tops in ends.values():
        ordered = [top for _, top in sorted(tops, key=lambda pair: pair[0])]
        ports.update({top: (at - (len(ordered) - 1) / 2) * PORT for at, top in enumerate(ordered)})
    return ports, {name: len(tops) for name, tops in ends.items()}


def _turn(plan: Plan, route: Route, name: str, other: str, index: int) -> tuple[int, float, int]:
    """Where among its station's ports a line stands: what turns left first, the shortest outermost, then what turns
    right, the shortest outermost; of two that are equally long the one with the lower index counts as longer."""
    here = _mark(plan.spots[name].column)
    there = _mark(plan.spots[other].column)
    if route.gutter is not None and route.track is not None:
        there = 2000 * route.gutter + route.track
    return (-1, here - there, -index) if there < here else (1, here - there, index)


def _mark(column: int) -> int:
    """A column among the gutters, in steps that leave room for the tracks of a gutter."""
    return 2000 * column + 1000


def _halves(
    plan: Plan,
    ways: Routes,
    signs: tuple[Sign, ...],
    words: Mapping[str, tuple[Said, ...]],
    markers: Mapping[str, float],
) -> tuple[list[float], list[float]]:
    """How far each column reaches to both sides of its stations: words below, badges and signposts beside."""
    lefts, rights = [0.0] * plan.columns, [0.0] * plan.columns

    def reach(halves: list[float], name: str, beside: float) -> None:
        column = plan.spots[name].column
        halves[column] = max(halves[column], markers[name] / 2 + beside)

    for name in plan.spots:
        half = max(said_size(words[name])[0], markers[name]) / 2 + MARGIN - markers[name] / 2
        reach(lefts, name, half)
        reach(rights, name, half)
    for sign in signs:
        reach(lefts if sign.arrives else rights, sign.station, sign_wide(sign) + MARGIN)
    for route in ways.all:
        if route.straight:
            beside = on_straight(route.arc.badges).wide + 22
            reach(
                *((lefts, route.arc.target) if route.arc.source in ways.forks else (rights, route.arc.source)), beside
            )
        elif route.leaves == "top":
            halves = lefts if _turn(plan, route, route.arc.source, route.arc.target, 0)[0] < 0 else rights
            reach(halves, route.arc.source, bare(route.arc.badges).wide + MARGIN)
    return lefts, rights
