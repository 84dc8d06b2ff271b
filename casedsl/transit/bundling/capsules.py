"""Markers: a circle, or a capsule that reaches over all tracks that leave and arrive.

A station with thirteen tracks needs a place for each of them, so its marker grows across the directions in which they
come; one in which many meet from all sides becomes a large circle. It stands where its tracks are, not where its node
is: a station at the end of one track that was shifted aside is a small circle on that track. Then every track is made
longer or shorter along its last stretch, so that it ends beside the middle of the marker.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from casedsl.transit.network import Network
from casedsl.transit.placing import Ground
from casedsl.transit.shapes import Box, Point

LEAST = 9.0
"""Half of the smallest marker."""
RIM = 2.0
Points = tuple[Point, ...]


def markers(
    network: Network, ground: Ground, points: Mapping[str, Points], wide: Mapping[str, float]
) -> dict[str, Box]:
    """An end in a row says how far a marker reaches down, one in a column how far across, a diagonal both."""
    across: dict[str, list[float]] = {station.key: [] for station in network.stations}
    down: dict[str, list[float]] = {station.key: [] for station in network.stations}
    for key, end, before, half in _ends(network, points, wide):
        if abs(end[0] - before[0]) < LEVEL:
            across[key] += (end[0] - half, end[0] + half)
        elif abs(end[1] - before[1]) < LEVEL:
            down[key] += (end[1] - half, end[1] + half)
        else:
            across[key] += (end[0] - half, end[0] + half)
            down[key] += (end[1] - half, end[1] + half)
    found: dict[str, Box] = {}
    for key, node in ground.nodes.items():
        x, y = ground.pixels(node)
        left, right = _reach(across[key], x)
        top, bottom = _reach(down[key], y)
        found[key] = Box(left, top, right - left, bottom - top)
    return found


LEVEL = 0.1


def _reach(used: list[float], place: float) -> tuple[float, float]:
    low, high = min(used, default=place) - RIM, max(used, default=place) + RIM
    more = max(0.0, LEAST - (high - low) / 2)
    return low - more, high + more


def _ends(
    network: Network, points: Mapping[str, Points], wide: Mapping[str, float]
) -> Iterator[tuple[str, Point, Point, float]]:
    """Each end of each track: at which station, where, the bend before it, and half its width."""
    for track in network.tracks:
        way = points[track.key]
        yield track.source, way[0], way[1], wide[track.key] / 2
        yield track.target, way[-1], way[-2], wide[track.key] / 2


def ended(points: Points, source: Box, target: Box) -> Points:
    """The same way with its ends beside the middles of both markers."""
    first = _end(points[0], points[1], source)
    last = _end(points[-1], points[-2], target)
    return (first, *points[1:-1], last)


def _end(end: Point, before: Point, marker: Box) -> Point:
    """The place on the last stretch that is nearest to the middle of the marker, if that is in the marker, and if the
    stretch isn't turned round."""
    long = math.dist(end, before)
    if long < LEVEL:
        return end
    ahead = (end[0] - before[0]) / long, (end[1] - before[1]) / long
    x, y = marker.x + marker.wide / 2 - before[0], marker.y + marker.high / 2 - before[1]
    far = x * ahead[0] + y * ahead[1]
    there = round(before[0] + far * ahead[0], 2), round(before[1] + far * ahead[1], 2)
    held = marker.x <= there[0] <= marker.right and marker.y <= there[1] <= marker.bottom
    return there if held and far > LEAST else end


def emerges(points: tuple[Point, ...], marker: Box) -> float:
    """How far along its points a track comes out of a marker for good, to half a pixel; at most half of its way."""
    far = came_out = 0.0
    for (x, y), (to_x, to_y) in pairwise(points):
        long = math.hypot(to_x - x, to_y - y)
        for half in range(int(2 * long)):
            if inside((x + (to_x - x) * half / (2 * long), y + (to_y - y) * half / (2 * long)), marker):
                came_out = far + (half + 1) / 2
            elif far + half / 2 - came_out > FAR:
                return came_out
        far += long
    return min(came_out, far / 2)


FAR = 40.0
"""A track that is so far out of a marker doesn't come back."""


def inside(point: Point, marker: Box) -> bool:
    """Is a point in a capsule with round ends?"""
    radius = min(marker.wide, marker.high) / 2
    across = max(marker.x + radius - point[0], 0.0, point[0] - marker.right + radius)
    down = max(marker.y + radius - point[1], 0.0, point[1] - marker.bottom + radius)
    return across * across + down * down <= radius * radius
