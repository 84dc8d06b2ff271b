"""What stands still: the cost of every step over the ground while no track is there yet.

A step costs its length; much more where it would run over the caption of a station, a little more beside a station and
on the ground of a zone that the track has nothing to do with. Steps into stations and off the ground are not possible,
except into the station where a track ends. Costs lie in flat lists, eight for each node: the search reads them some
hundred thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from casedsl.transit.network import Network
from casedsl.transit.placing import Ground, Node
from casedsl.transit.routing.paths import DIAGONAL, DX, DY
from casedsl.transit.shapes import Box, Point

NEVER = 1e9
FOREIGN_CAPTION = 14.0
OWN_CAPTION = 4.0
BESIDE = 1.0
FOREIGN_ZONE = 0.35
CLEAR = 5.0
"""How many pixels a track keeps from a caption."""


class Field(Struct, frozen=True):
    """`base[8 * node + d]` is the cost of the step from a node in direction d for a track that has no business with any
    station here; `less[station]` is how much less some steps cost for the tracks of a station, and `into[station]` the
    cost of the steps into it. `zone[node]` is the number of the zone whose ground it is, or -1;
    `zone_of[station]` the number of its zone."""

    wide: int
    high: int
    base: list[float]
    less: Mapping[str, Mapping[int, float]]
    into: Mapping[str, Mapping[int, float]]
    zone: list[int]
    zones: Mapping[str, int]
    zone_of: Mapping[str, int]

    def number(self, node: Node) -> int:
        return node[1] * self.wide + node[0]

    def dearer(self, box: Box, pitch: float, by: float) -> None:
        """Makes every step dearer that touches a box on the paper."""
        for step in _under(box, pitch, self.wide, self.high):
            self.base[step] += by * (self.base[step] < NEVER / 2)


def field(network: Network, ground: Ground, captions: Mapping[str, Box], headings: Iterable[Box]) -> Field:
    wide, high = ground.wide + 1, ground.high + 1
    base = [1.0, DIAGONAL] * (4 * wide * high)
    _wall(base, wide, high)
    less: dict[str, dict[int, float]] = {key: {} for key in ground.nodes}
    for key, box in captions.items():
        for step in _under(box, ground.pitch, wide, high):
            base[step] += FOREIGN_CAPTION
            less[key][step] = FOREIGN_CAPTION - OWN_CAPTION
    for box in headings:
        for step in _under(box, ground.pitch, wide, high):
            base[step] += FOREIGN_CAPTION
    _beside(base, less, ground, wide)
    into = _into(base, ground, wide)
    zones = {zone: at for at, zone in enumerate(ground.areas)}
    zone_of = {station.key: zones[station.zone] for station in network.stations}
    return Field(wide, high, base, less, into, _zones(ground, wide, high), zones, zone_of)


def _wall(base: list[float], wide: int, high: int) -> None:
    """No step leads off the ground."""
    for x in range(wide):
        for y in (0, high - 1):
            _forbid(base, x, y, wide, high)
    for y in range(high):
        for x in (0, wide - 1):
            _forbid(base, x, y, wide, high)


def _forbid(base: list[float], x: int, y: int, wide: int, high: int) -> None:
    for d in range(8):
        if not (0 <= x + DX[d] < wide and 0 <= y + DY[d] < high):
            base[8 * (y * wide + x) + d] = NEVER


def _under(box: Box, pitch: float, wide: int, high: int) -> Iterable[int]:
    """The steps, in both directions, that touch a box."""
    near = box.grown(CLEAR)
    for y in range(max(0, int(near.y // pitch)), min(high - 1, int(near.bottom // pitch) + 1) + 1):
        for x in range(max(0, int(near.x // pitch) - 1), min(wide - 1, int(near.right // pitch) + 1) + 1):
            for d in range(4):
                to = x + DX[d], y + DY[d]
                if (
                    0 <= to[0] < wide
                    and to[1] < high
                    and cuts(near, (x * pitch, y * pitch), (to[0] * pitch, to[1] * pitch))
                ):
                    yield 8 * (y * wide + x) + d
                    yield 8 * (to[1] * wide + to[0]) + d + 4


def cuts(box: Box, start: Point, stop: Point) -> bool:
    """Does a straight stretch run through the inside of a box? (Liang and Barsky's clipping.)"""
    first, last = 0.0, 1.0
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    for by, room in (
        (-dx, start[0] - box.x),
        (dx, box.right - start[0]),
        (-dy, start[1] - box.y),
        (dy, box.bottom - start[1]),
    ):
        if abs(by) < 1e-9:
            if room <= 0:
                return False
        elif by < 0:
            first = max(first, room / by)
        else:
            last = min(last, room / by)
    return last > first


def _beside(base: list[float], less: dict[str, dict[int, float]], ground: Ground, wide: int) -> None:
    """Steps that end beside a station cost more, but not for its own tracks."""
    for key, (x, y) in ground.nodes.items():
        mine = less[key]
        for d in range(8):
            for step in range(8):
                before = 8 * ((y + DY[d] - DY[step]) * wide + x + DX[d] - DX[step]) + step
                base[before] += BESIDE
                mine[before] = mine.get(before, 0.0) + BESIDE


def _into(base: list[float], ground: Ground, wide: int) -> dict[str, dict[int, float]]:
    """Steps that end in a station are there only for the tracks that end in it."""
    into: dict[str, dict[int, float]] = {}
    for key, (x, y) in ground.nodes.items():
        steps = [8 * ((y - DY[d]) * wide + x - DX[d]) + d for d in range(8)]
        into[key] = {step: base[step] for step in steps}
        for step in steps:
            base[step] = NEVER
    return into


def _zones(ground: Ground, wide: int, high: int) -> list[int]:
    zone = [-1] * (wide * high)
    for at, box in enumerate(ground.areas.values()):
        for y in range(max(0, int(box.y) - 1), min(high, int(box.bottom) + 2)):
            for x in range(max(0, int(box.x) - 1), min(wide, int(box.right) + 2)):
                if box.x <= x <= box.right and box.y <= y <= box.bottom:
                    zone[y * wide + x] = at
    return zone
