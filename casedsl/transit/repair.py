"""Mends what `faults.py` finds, from the mildest means to the strongest.

1. The way of an offender is routed again, after the steps at the place of the fault have become dearer; two tracks that
   go side by side are laid further apart where the badge of one stands on the other.
2. The column or the row of the fault becomes a node wider, and everything is routed again.
3. The pitch of the whole map grows.

Tracks are mended before there are labels, for labels cost more time than tracks. The loop ends after a stated number of
rounds and keeps the plan with the fewest faults; what is left are `Plan.faults`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec.structs import replace

from casedsl.transit.choosing import field_of
from casedsl.transit.drafting import EDGE, drafted, geometry
from casedsl.transit.faults import Found, found_in, of_tracks
from casedsl.transit.geometry import Geometry
from casedsl.transit.lock import Lock, locked
from casedsl.transit.network import Network
from casedsl.transit.placing import Ground, Placing, Widening, ground
from casedsl.transit.plan import Fault, Plan
from casedsl.transit.routing import Path, Router, carried
from casedsl.transit.shapes import Box, Point

WIDENINGS = 4
"""How often the ground is made wider; the last time by its pitch."""
MANY = 150
"""A network with more tracks isn't widened: it is split into sheets, and `lay` only has to come to an end."""
TRACK_ROUNDS = 3
LABEL_ROUNDS = 3
DEARER = 5.0
OFF_PAPER = 20.0
PITCH = 2.0
AIR = 3.0
"""Pixels between a badge and the track beside it."""


def repaired(
    network: Network, placing: Placing, more: Widening, known: Mapping[str, Path], lock: Lock | None = None
) -> Plan:
    """`known` are ways of the lock, which are kept as long as nothing is wrong with them."""
    origin = lock.origin if lock else None
    gaps = {(one, other): gap for one, other, gap in lock.gaps} if lock else {}
    best: Plan | None = None
    land = ground(placing, more)
    widenings = WIDENINGS if len(network.tracks) <= MANY else 0
    for attempt in range(widenings + 1):
        bench = _Bench(network, land, known, origin, dict(gaps))
        plan, found = bench.mended()
        if best is None or len(plan.faults) < len(best.faults):
            assert bench.origin is not None
            best = replace(plan, lock=locked(network, placing, more, bench.laid, bench.laid_gaps, bench.origin))
        if not found:
            break
        more = _wider(more, land, found, attempt)
        before, land = land, ground(placing, more)
        known = carried(network, bench.router.paths, before, land)
    assert best is not None
    return best


@dataclass
class _Bench:
    """One ground on which tracks are routed and mended. `laid`, `laid_gaps` and `origin` are those of
    the best plan."""

    network: Network
    ground: Ground
    known: Mapping[str, Path]
    origin: Point | None
    wider: dict[tuple[str, str], float]
    laid: Mapping[str, Path] = field(default_factory=dict)
    laid_gaps: Mapping[tuple[str, str], float] = field(default_factory=dict)
    tries: Counter[Fault] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        land = self.ground
        self.wished, steps = field_of(self.network, land)
        if self.origin is not None:
            for box in _beyond(land, self.origin):
                steps.dearer(box, land.pitch, OFF_PAPER)
        self.router = Router(self.network, land, steps, self.known)
        self.router.run()

    def mended(self) -> tuple[Plan, Sequence[Found]]:
        """The best plan on this ground, and its faults with their places on the ground."""
        best: tuple[Plan, Sequence[Found]] | None = None
        for _ in range(LABEL_ROUNDS + 1):
            paths, laid = self._tracks()
            plan, by = drafted(self.network, laid, self.origin)
            found = tuple(Found(each.fault, _back(each.where, by)) for each in found_in(plan))
            if best is None or len(found) < len(best[1]):
                best, self.origin = (_with(plan, found), found), by
                self.laid, self.laid_gaps = paths, dict(self.wider)
            if not found:
                break
            self._mend(found, laid)
        assert best is not None
        return best

    def _tracks(self) -> tuple[Mapping[str, Path], Geometry]:
        """Bundled, with as few faults of tracks as routing again can bring about."""
        best: tuple[int, Mapping[str, Path], Geometry] | None = None
        for _ in range(TRACK_ROUNDS + 1):
            paths = self.router.paths
            laid = geometry(self.network, self.ground, self.wished, paths, self.wider)
            found = tuple(of_tracks(self.network, laid.markers, laid.ways.values()))
            if best is None or len(found) < best[0]:
                best = (len(found), paths, laid)
            if not found:
                break
            self._mend(found, laid)
        assert best is not None
        return best[1:]

    def _mend(self, found: Iterable[Found], laid: Geometry) -> None:
        """Each fault by the next means that hasn't been tried on it yet: more room between two tracks side by side,
        then one of the tracks by another way, then the other."""
        again: dict[str, None] = {}
        for each in found:
            tries = self.tries[each.fault]
            self.tries[each.fault] += 1
            badges = [what.split(" of track ")[1] for what in each.fault.what if " of track " in what]
            tracks = [what.removeprefix("track ") for what in each.fault.what if what.startswith("track ")]
            if badges and tracks and tries < 2 and self._together(badges[0], tracks[0]):
                ways = laid.ways[badges[0]], laid.ways[tracks[0]]
                room = _half(each.where, ways[0].points) + AIR * (1 + tries)
                self.wider[badges[0], tracks[0]] = room + ways[1].wide / 2
            elif tracks or badges:
                offenders = sorted({*tracks, *badges}, key=lambda key: (len(self.network.lines_of[key]), key))
                self.router.field.dearer(each.where, self.ground.pitch, DEARER)
                again[offenders[tries % len(offenders)]] = None
        self.router.again([self.network.track[key] for key in again])

    def _together(self, one: str, other: str) -> bool:
        nodes = set(self.router.paths[other].nodes)
        return sum(node in nodes for node in self.router.paths[one].nodes) > 1


def _half(badge: Box, points: tuple[Point, ...]) -> float:
    """How far a badge reaches to the side of its track."""
    x, y = badge.x + badge.wide / 2, badge.y + badge.high / 2
    (from_x, from_y), (to_x, to_y) = min(pairwise(points), key=lambda ends: _off((x, y), *ends))
    long = math.dist((from_x, from_y), (to_x, to_y)) or 1.0
    return (badge.wide * abs(to_y - from_y) + badge.high * abs(to_x - from_x)) / long / 2


def _off(point: Point, start: Point, stop: Point) -> float:
    """How much longer the way from start to stop is over a point."""
    return math.dist(start, point) + math.dist(point, stop) - math.dist(start, stop)


def _with(plan: Plan, found: Iterable[Found]) -> Plan:
    faults = tuple(dict.fromkeys(each.fault for each in found))
    return replace(plan, faults=faults)


def _beyond(land: Ground, origin: Point) -> tuple[Box, Box]:
    """What lies left of the paper of a lock, and above it."""
    wide, high = land.pixels((land.wide, land.high))
    return Box(-9, -9, EDGE / 2 - origin[0], high), Box(-9, -9, wide, EDGE / 2 - origin[1])


def _back(box: Box, by: Point) -> Box:
    return Box(box.x - by[0], box.y - by[1], box.wide, box.high)


def _wider(more: Widening, land: Ground, found: Sequence[Found], attempt: int) -> Widening:
    """A node more for each column and row with a fault, rows first; at last a larger pitch."""
    if attempt == WIDENINGS - 1:
        return replace(more, pitch=more.pitch + PITCH)
    columns, rows = dict(more.columns), dict(more.rows)
    for each in found:
        x, y = each.where.x + each.where.wide / 2, each.where.y + each.where.high / 2
        column, row = land.column(x), land.row(y)
        if attempt % 2:
            columns[column] = dict(more.columns).get(column, 0) + 1
        else:
            rows[row] = dict(more.rows).get(row, 0) + 1
    return replace(more, columns=tuple(sorted(columns.items())), rows=tuple(sorted(rows.items())))
