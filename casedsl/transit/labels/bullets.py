"""The letters of journeys, so that no reader need tell their colours apart.

Each journey has its letter where it begins and where it ends, and again on each track where it parts from a companion
or is joined by one. Letters stand on the line, behind the badge, or before the arrow where a journey ends; where the
track is too short for them, beside it. Those at the ends of a journey must be somewhere; the others only where there is
room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.transit.geometry import Geometry
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.labels.names import sides
from casedsl.transit.labels.sizes import ARROW, BULLET
from casedsl.transit.labels.travel import along, length, reach
from casedsl.transit.network import Network
from casedsl.transit.plan import Bullets, Way
from casedsl.transit.shapes import Box

STEP = 4.0


class _Wish(Struct, frozen=True):
    track: str
    lines: tuple[int, ...]
    at_end: bool
    must: bool


def bullets(network: Network, geometry: Geometry, taken: Mapping[str, float], paper: Clearance) -> tuple[Bullets, ...]:
    """`taken` says for each track how far along it the first free place is, behind its badge and bar."""
    made: list[Bullets] = []
    for wish in sorted(_wishes(network), key=lambda wish: not wish.must):
        if wish.track not in geometry.ways:
            continue
        box = _place(wish, geometry.ways[wish.track], taken.get(wish.track, 0.0), paper)
        if box is not None:
            made.append(Bullets(wish.track, box, wish.lines))
            paper.add(f"letters {wish.track}", box)
    return tuple(made)


def _wishes(network: Network) -> Iterator[_Wish]:
    """At the beginning of a track: all of its lines if they weren't just these before it. At the end of one: the lines
    that end there."""
    before: dict[str, set[str]] = {track.key: set() for track in network.tracks}
    for line in network.lines:
        for earlier, later in zip(("", *line.tracks), line.tracks, strict=False):
            before[later].add(earlier)
    for track in network.tracks:
        here = network.lines_of[track.key]
        first = tuple(at for at in here if network.lines[at].tracks[0] == track.key)
        last = tuple(at for at in here if network.lines[at].tracks[-1] == track.key)
        changed = any(not key or network.lines_of[key] != here for key in before[track.key])
        if here and (first or (changed and last != here)):
            yield _Wish(track.key, here, at_end=False, must=bool(first))
        if last:
            yield _Wish(track.key, last, at_end=True, must=True)


def _place(wish: _Wish, way: Way, taken: float, paper: Clearance) -> Box | None:
    wide = BULLET * len(wish.lines) + 1.0 * (len(wish.lines) - 1)
    best, least = None, 20.0 if not wish.must else float("inf")
    for cost, box in (*_on(wish, way, taken, wide), *_beside(wish, way, wide)):
        if cost >= least:
            continue
        cost += 60.0 * paper.boxes(box.grown(1.0))
        if cost < least:
            cost += 30.0 * paper.lines(box, 0.8, wish.track)
        if cost < least - 1e-9:
            best, least = box, cost
    return best


def _on(wish: _Wish, way: Way, taken: float, wide: float) -> Iterator[tuple[float, Box]]:
    """Places on the line: behind the badge at best, else before it; at the end as near to the arrow as can be."""
    whole = length(way.points)
    first, last = way.leaves + 2, whole - way.arrives - ARROW - 2
    wished = last if wish.at_end else max(first, taken + 2)
    far = first
    while far < last:
        out = reach(wide, BULLET, along(way.points, far)[1])
        off = last - far - 2 * out if wish.at_end else far - wished if far >= wished else 8 + wished - far
        if far + 2 * out <= last:
            x, y = along(way.points, far + out)[0]
            yield 0.03 * abs(off), Box(x - wide / 2, y - BULLET / 2, wide, BULLET)
        far += STEP / 2


def _beside(wish: _Wish, way: Way, wide: float) -> Iterator[tuple[float, Box]]:
    whole = length(way.points)
    far, number = (whole - way.arrives - 2 if wish.at_end else way.leaves + 2), 0
    while way.leaves < far < whole - way.arrives:
        point, ahead = along(way.points, far)
        for at, box in enumerate(sides(point, ahead, way.wide / 2, wide, BULLET)):
            yield 6.0 + 0.12 * number + 0.1 * at, box
        far += -STEP if wish.at_end else STEP
        number += 1
