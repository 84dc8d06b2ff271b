"""Going along a line: where one is after so many pixels, and in which direction."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

from casedsl.transit.shapes import Box, Point


def length(points: tuple[Point, ...]) -> float:
    return sum(hypot(end[0] - start[0], end[1] - start[1]) for start, end in pairwise(points))


def along(points: tuple[Point, ...], distance: float) -> tuple[Point, Point]:
    """The point after a distance and the direction of travel there, one pixel long; past the end it is the end."""
    ahead = (1.0, 0.0)
    for start, end in pairwise(points):
        far = hypot(end[0] - start[0], end[1] - start[1])
        if far < 1e-9:
            continue
        ahead = ((end[0] - start[0]) / far, (end[1] - start[1]) / far)
        if distance <= far:
            return (start[0] + ahead[0] * distance, start[1] + ahead[1] * distance), ahead
        distance -= far
    return points[-1], ahead


def between(points: tuple[Point, ...], start: float, stop: float) -> tuple[Point, ...]:
    """The part of a line from one distance to another."""
    made, gone = [along(points, start)[0]], 0.0
    for here, there in pairwise(points):
        gone += hypot(there[0] - here[0], there[1] - here[1])
        if start < gone < stop:
            made.append(there)
    return (*made, along(points, max(start, stop))[0])


def first_exit(points: tuple[Point, ...], box: Box) -> float | None:
    """How far along the line it leaves a box in which it begins, or None if it never does."""
    gone = 0.0
    if not _within(points[0], box):
        return None
    for start, end in pairwise(points):
        far = hypot(end[0] - start[0], end[1] - start[1])
        if not _within(end, box):
            return gone + far * min(_shares(start, end, box), default=0.0)
        gone += far
    return None


def _within(point: Point, box: Box) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom


def _shares(start: Point, end: Point, box: Box) -> list[float]:
    """At which parts of a stretch it meets the edges of a box that it leaves."""
    found: list[float] = []
    for at, (low, high) in enumerate(((box.x, box.right), (box.y, box.bottom))):
        ahead = end[at] - start[at]
        if end[at] < low:
            found.append((low - start[at]) / ahead)
        elif end[at] > high:
            found.append((high - start[at]) / ahead)
    return found


def reach(wide: float, high: float, ahead: Point) -> float:
    """How far a line in this direction runs from the middle of a box to its edge."""
    across, down = abs(ahead[0]), abs(ahead[1])
    return min(wide / 2 / across if across > 1e-6 else 1e9, high / 2 / down if down > 1e-6 else 1e9)
