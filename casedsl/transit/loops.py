"""Several loops of one station, spread around it like petals.

The router lays a track that comes back to its own station as it lays any other, and where there are several, the
cheapest way of one is around another: nested loops that no eye can part. So where loops of a station lie in each
other, each gets a side of its own, if there is room on the ground of the zone for all of them; else they stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from msgspec import Struct

from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box, Point, around

SIDES: tuple[tuple[int, int], ...] = ((1, 0), (-1, 0), (0, -1), (0, 1))
OUT = 0.45
"""From so far out, in nodes, a petal keeps clear of others; nearer, all of them meet in the marker."""
CLEAR = 8.0
Way = tuple[Point, ...]


class _Petal(Struct, frozen=True):
    points: Way
    room: Box
    uses: frozenset[tuple[int, int]]


def spread(
    network: Network, ways: Mapping[str, Way], markers: Mapping[str, Box], areas: Mapping[str, Box], pitch: float
) -> dict[str, Way]:
    """New ways for the loops that lie in each other."""
    found: dict[str, Way] = {}
    for station in network.stations:
        loops = [track.key for track in network.tracks if track.source == track.target == station.key]
        plain = not any(network.lines_of[key] for key in loops)
        if plain and station.zone in areas and any(_nested(ways[a], ways[b]) for a, b in combinations(loops, 2)):
            found |= _around(network, station.key, loops, {**ways, **found}, markers, areas[station.zone], pitch)
    return found


def _nested(one: Way, other: Way) -> bool:
    a, b = around(one), around(other)
    across = min(a.right, b.right) - max(a.x, b.x)
    down = min(a.bottom, b.bottom) - max(a.y, b.y)
    return min(across, down) > CLEAR


def _around(
    network: Network,
    key: str,
    loops: list[str],
    ways: Mapping[str, Way],
    markers: Mapping[str, Box],
    area: Box,
    pitch: float,
) -> dict[str, Way]:
    marker = markers[key]
    middle = marker.x + marker.wide / 2, marker.y + marker.high / 2
    paper, taken = Clearance(), set(_directions(network, key, loops, ways))
    for name, way in ways.items():
        if name not in loops:
            paper.add_line(name, way, 3.0)
    for name, box in markers.items():
        if name != key:
            paper.add(name, box.grown(CLEAR))
    made: dict[str, Way] = {}
    for loop in loops:
        offers = (each for each in _petals(middle, pitch) if not each.uses & taken and area.holds(each.room))
        petal = next((each for each in offers if paper.free(each.room, CLEAR / 2)), None)
        if petal is None:
            return {}
        made[loop] = petal.points
        taken |= petal.uses
        paper.add(loop, petal.room)
    return made


def _directions(network: Network, key: str, loops: list[str], ways: Mapping[str, Way]) -> Iterator[tuple[int, int]]:
    """In which of the eight directions other tracks leave the station."""
    for track in network.tracks:
        if track.key not in loops:
            ends = [ways[track.key]] if track.source == key else []
            ends += [ways[track.key][::-1]] if track.target == key else []
            for (x, y), (to_x, to_y) in (pair for end in ends for pair in list(pairwise(end))[:1]):
                yield _sign(to_x - x), _sign(to_y - y)


def _sign(by: float) -> int:
    return 0 if abs(by) < 0.1 else 1 if by > 0 else -1


def _petals(middle: Point, pitch: float) -> Iterator[_Petal]:
    """Out at a slant, along, and back straight; on each side of the station, turned up first."""
    for out_x, out_y in SIDES:
        for turn in (-1, 1):
            side_x, side_y = (0, turn) if out_x else (turn, 0)
            steps = (
                (0, 0),
                (out_x + side_x, out_y + side_y),
                (2 * out_x + side_x, 2 * out_y + side_y),
                (2 * out_x, 2 * out_y),
                (0, 0),
            )
            points = tuple((round(middle[0] + x * pitch, 2), round(middle[1] + y * pitch, 2)) for x, y in steps)
            first = middle[0] + OUT * out_x * pitch, middle[1] + OUT * out_y * pitch
            room = around((first, *points[1:4]))
            yield _Petal(points, room, frozenset({(out_x, out_y), (out_x + side_x, out_y + side_y)}))
