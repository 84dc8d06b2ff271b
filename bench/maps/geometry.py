"""The few facts of plane geometry that the measures need: crossings, distances, bends, and ways cut at a marker."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bench.maps.seen import Box, Marker, Point

Stretch = tuple[Point, Point]

NEAR = 16.0
"""Turns that follow each other within this many pixels in the same sense are one bend: a rounded corner, or the curve
that a drawing makes of it."""


def apart(point: Point, stretch: Stretch) -> float:
    """How far a point is from a straight stretch."""
    (ax, ay), (bx, by) = stretch
    dx, dy = bx - ax, by - ay
    long = dx * dx + dy * dy
    at = max(0.0, min(1.0, ((point[0] - ax) * dx + (point[1] - ay) * dy) / long)) if long else 0.0
    return math.hypot(point[0] - ax - at * dx, point[1] - ay - at * dy)


def meeting(one: Stretch, other: Stretch) -> Point | None:
    """Where two stretches cross, if each has its ends on both sides of the other."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    (a, b), (c, d) = one, other
    if side(a, b, c) * side(a, b, d) >= 0 or side(c, d, a) * side(c, d, b) >= 0:
        return None
    at = side(c, d, a) / (side(c, d, a) - side(c, d, b))
    return a[0] + at * (b[0] - a[0]), a[1] + at * (b[1] - a[1])


def inside(box: Box, stretch: Stretch) -> tuple[float, float] | None:
    """From where to where (as shares of its length) a stretch runs within a box."""
    (ax, ay), (bx, by) = stretch
    start, end, dx, dy = 0.0, 1.0, bx - ax, by - ay
    bounds = ((-dx, ax - box[0]), (dx, box[0] + box[2] - ax), (-dy, ay - box[1]), (dy, box[1] + box[3] - ay))
    for toward, room in bounds:
        if abs(toward) < 1e-9:
            if room < 0:
                return None
        elif toward < 0:
            start = max(start, room / toward)
        else:
            end = min(end, room / toward)
    return (start, end) if start < end else None


def grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + 2 * by, box[3] + 2 * by


def hit(one: Box, other: Box) -> bool:
    across = one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
    return across and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]


def around(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def through(marker: Marker, stretch: Stretch, less: float = 1.0) -> bool:
    """Does a stretch run through a marker with round corners, by more than `less` pixels?"""
    round_ = max(0.0, marker.round - 1e-6)
    if not hit(grown(marker.box, -less), grown(around(stretch), 1e-6)):
        return False
    if round_ <= less:
        return inside(grown(marker.box, -less), stretch) is not None
    return between(grown(marker.box, -round_), stretch) < round_ - less


def between(box: Box, stretch: Stretch) -> float:
    """How far a straight stretch is from a box; nothing if it runs through it."""
    if inside(box, stretch):
        return 0.0
    x, y, wide, high = box
    corners = ((x, y), (x + wide, y), (x, y + high), (x + wide, y + high))
    edges = ((corners[0], corners[1]), (corners[2], corners[3]), (corners[0], corners[2]), (corners[1], corners[3]))
    return min(*(apart(corner, stretch) for corner in corners), *(apart(p, e) for p in stretch for e in edges))


def straightened(points: Sequence[Point], slack: float = 0.3) -> tuple[Point, ...]:
    """The way without the points that lie on the line between their neighbours (Douglas and Peucker)."""
    if len(points) < 3:
        return tuple(points)
    far, at = max((apart(point, (points[0], points[-1])), at) for at, point in enumerate(points[1:-1], 1))
    if far <= slack and points[0] != points[-1]:
        return points[0], points[-1]
    return (*straightened(points[: at + 1], slack)[:-1], *straightened(points[at:], slack))


def cut(points: Sequence[Point], source: Marker | None, target: Marker | None) -> tuple[Point, ...]:
    """The way from where it leaves the marker of its source to where it enters that of its target."""
    left = _left(list(points), source)
    return tuple(reversed(_left(list(reversed(left)), target)))


def _left(points: list[Point], marker: Marker | None) -> list[Point]:
    if marker is None:
        return points
    for at, stretch in enumerate(pairwise(points)):
        within = inside(marker.box, stretch)
        if within is None or within[0] > 1e-9:
            return points[at:]
        if within[1] < 1:
            (ax, ay), (bx, by) = stretch
            return [(ax + within[1] * (bx - ax), ay + within[1] * (by - ay)), *points[at + 1 :]]
    return points[-2:]


def length(points: Sequence[Point]) -> float:
    return sum(math.dist(*stretch) for stretch in pairwise(points))


def bends(points: Sequence[Point], least: float = 7.0) -> int:
    """How often a way turns by more than `least` degrees."""
    return sum(abs(turn) > least for turn in _turns(points))


def _turns(points: Sequence[Point]) -> Iterator[float]:
    """The turns in degrees; those within NEAR pixels and in one sense are added up."""
    turn, since = 0.0, 0.0
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        since += math.hypot(bx - ax, by - ay)
        angle = math.degrees(math.atan2(cy - by, cx - bx) - math.atan2(by - ay, bx - ax))
        angle = (angle + 180) % 360 - 180
        if turn and (since > NEAR or angle * turn < 0):
            yield turn
            turn = 0.0
        turn, since = turn + angle, 0.0
    if turn:
        yield turn


def slanted(points: Sequence[Point], least: float = 8.0, slack: float = 1.5) -> int:
    """How many straight stretches of some length run at no multiple of 45 degrees; the pieces of a round corner are
    shorter. (A way that was straightened would join a piece of a corner to a stretch.)"""
    angles = [
        math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])) % 45 for a, b in pairwise(points) if math.dist(a, b) > least
    ]
    return sum(min(angle, 45 - angle) > slack for angle in angles)


def on_top(one: Sequence[Point], other: Sequence[Point], least: float, shared: float = 12.0) -> bool:
    """Do two ways run along each other, nearer than `least` pixels, for more than `shared` pixels?"""
    return any(_along(stretch, beside, least) > shared for stretch in pairwise(one) for beside in pairwise(other))


def _along(stretch: Stretch, beside: Stretch, least: float) -> float:
    (ax, ay), (bx, by) = stretch
    long = math.hypot(bx - ax, by - ay)
    if long < 1e-9:
        return 0.0
    ux, uy = (bx - ax) / long, (by - ay) / long
    if any(abs((x - ax) * uy - (y - ay) * ux) >= least for x, y in beside):
        return 0.0
    start, end = sorted((x - ax) * ux + (y - ay) * uy for x, y in beside)
    return min(end, long) - max(start, 0.0)
