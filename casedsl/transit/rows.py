"""How high everything is: the levels of each lane's channel, the room for words and badges, the stages' brackets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.model.records import CaseType, Stage
from casedsl.transit.arcs import Sign
from casedsl.transit.columns import MARKER, Columns, Top
from casedsl.transit.journey import Plan
from casedsl.transit.routes import Route, Routes
from casedsl.transit.shapes import Box
from casedsl.transit.words import ROW, Said, of_stage, said_size, sign_wide

LEVEL = 19.0
NOTE_LEADING = 11.6
PAD = 14.0
BELOW = 8.0


class Bracket(Struct, frozen=True):
    """A stage below the stations of a lane that belong to it: from x to x at a height, and its words in a box."""

    stage: str
    x: float
    right: float
    y: float
    words: tuple[str, ...]
    box: Box


class Piece(Struct, frozen=True):
    """A stretch in the channel of a lane, and whose ends it joins."""

    lane: int
    left: float
    right: float
    tops: tuple[Top, ...]


class Rows(Struct, frozen=True):
    """`tops` are the upper edges of the lanes and the lower edge of the last, `lines` where their stations stand."""

    tops: tuple[float, ...]
    lines: tuple[float, ...]
    heights: Mapping[Top, float]
    brackets: tuple[Bracket, ...]

    @property
    def high(self) -> float:
        return self.tops[-1]

    def level(self, lane: int, top: Top) -> float:
        return self.lines[lane] - self.heights[top]


def rows(
    case_type: CaseType,
    plan: Plan,
    ways: Routes,
    signs: tuple[Sign, ...],
    words: Mapping[str, tuple[Said, ...]],
    across: Columns,
) -> Rows:
    heights, counts = _levels(tuple(_pieces(plan, ways, signs, across)))
    below = _below(plan, ways, words)
    tops, lines, brackets = [0.0], list[float](), list[Bracket]()
    for lane in range(plan.lanes):
        channel = LEVEL * counts.get(lane, 0) + (10 if lane in counts else 0)
        lines.append(tops[-1] + PAD + channel + MARKER / 2)
        under = lines[-1] + MARKER / 2 + BELOW + below[lane]
        found = tuple(_brackets(case_type, plan, across, lane, under + 4))
        brackets.extend(found)
        tops.append(max([under, *(bracket.box.bottom for bracket in found)]) + PAD)
    return Rows(tuple(tops), tuple(lines), heights, tuple(brackets))


def _pieces(plan: Plan, ways: Routes, signs: tuple[Sign, ...], across: Columns) -> Iterator[Piece]:
    for route in ways.all:
        arc = route.arc
        spots = {"source": plan.spots[arc.source], "target": plan.spots[arc.target]}
        xs = {end: across.middles[spot.column] + across.ports.get((arc, end), 0.0) for end, spot in spots.items()}
        if route.gutter is None and route.leaves == "top":
            both = ((arc, "source"), (arc, "target"))
            yield Piece(spots["source"].lane, min(xs.values()), max(xs.values()), both)
        for end, side in (("source", route.leaves), ("target", route.arrives)):
            if route.gutter is not None and route.track is not None and side == "top":
                x = across.gutters[route.gutter, route.track]
                yield Piece(spots[end].lane, min(x, xs[end]), max(x, xs[end]), ((arc, end),))
    for sign in signs:
        yield _sign_piece(plan, across, sign)


def _sign_piece(plan: Plan, across: Columns, sign: Sign) -> Piece:
    spot = plan.spots[sign.station]
    middle, half = across.middles[spot.column], across.markers[sign.station] / 2
    x, beyond = middle + across.ports[sign, "station"], half + 6 + sign_wide(sign)
    left, right = (middle - beyond, x) if sign.arrives else (x, middle + beyond)
    return Piece(spot.lane, left, right, ((sign, "station"),))


def _levels(pieces: tuple[Piece, ...]) -> tuple[Mapping[Top, float], Mapping[int, int]]:
    """How high above its stations each piece runs, and how many levels each lane has: the short ones lowest, each as
    low as it fits, but above whatever shorter one it spans."""
    taken: dict[int, list[list[Piece]]] = {}
    heights: dict[Top, float] = {}
    for piece in sorted(pieces, key=lambda piece: (piece.right - piece.left, piece.left)):
        levels = taken.setdefault(piece.lane, [])
        level = next(
            (at for at, there in enumerate(levels) if all(_apart(piece, other) for other in there)), len(levels)
        )
        if level == len(levels):
            levels.append([])
        levels[level].append(piece)
        heights.update(dict.fromkeys(piece.tops, MARKER / 2 + 16 + LEVEL * level))
    return heights, {lane: len(levels) for lane, levels in taken.items()}


def _apart(one: Piece, other: Piece) -> bool:
    return one.right + 8 < other.left or other.right + 8 < one.left


def _below(plan: Plan, ways: Routes, words: Mapping[str, tuple[Said, ...]]) -> list[float]:
    """The room below the stations of each lane: for their words, and for the badges of lines that only run up or down
    beside them."""
    below = [0.0] * plan.lanes
    for name, spot in plan.spots.items():
        below[spot.lane] = max(below[spot.lane], said_size(words[name])[1])
    for route in ways.all:
        if route.gutter is not None and route.leaves == "side":
            lane = _upper_lane(plan, route)
            below[lane] = max(below[lane], ROW * len(route.arc.badges) + 10)
    return below


def _upper_lane(plan: Plan, route: Route) -> int:
    return min(plan.spots[route.arc.source].lane, plan.spots[route.arc.target].lane)


def _brackets(case_type: CaseType, plan: Plan, across: Columns, lane: int, top: float) -> Iterator[Bracket]:
    row = sorted((spot.column, name) for name, spot in plan.spots.items() if spot.lane == lane)
    for stage in case_type.stages.values():
        members = {ref.name for ref in stage.states}
        runs = _runs([(column, name in members) for column, name in row])
        bottom = top
        for first, last in runs:
            bracket = _bracket(stage, across, first, last, top)
            yield bracket
            bottom = max(bottom, bracket.box.bottom + 4)
        top = bottom


def _runs(row: list[tuple[int, bool]]) -> list[tuple[int, int]]:
    """First and last column of each run of neighbours that belong to the stage."""
    runs: list[tuple[int, int]] = []
    before = False
    for column, belongs in row:
        if belongs and before:
            runs[-1] = (runs[-1][0], column)
        elif belongs:
            runs.append((column, column))
        before = belongs
    return runs


def _bracket(stage: Stage, across: Columns, first: int, last: int, y: float) -> Bracket:
    left = across.middles[first] - across.lefts[first] + 4
    right = across.middles[last] + across.rights[last] - 4
    room = across.lefts[first] + across.rights[first] - 16
    words = of_stage(stage.title or stage.name, stage.timers, room)
    return Bracket(stage.name, left, right, y, words, Box(left, y, room + 8, 8 + NOTE_LEADING * len(words)))
