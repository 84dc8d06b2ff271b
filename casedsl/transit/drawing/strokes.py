"""Paths: a line with round corners, and the little pictures of a map, which are no characters of any font."""

from __future__ import annotations

from math import acos, hypot, tan

from casedsl.transit.drawing.scene import Disc, Node, Path, Step
from casedsl.transit.shapes import Point

RADIUS = 16.0


def straight(points: tuple[Point, ...], closed: bool = False) -> tuple[Step, ...]:
    steps: list[Step] = [("M", points[0]), *(("L", point) for point in points[1:])]
    return (*steps, ("Z", ())) if closed else tuple(steps)


def rounded(points: tuple[Point, ...], radius: float = RADIUS, aside: float = 0.0) -> tuple[Step, ...]:
    """The line with round corners. `aside` is how far it runs to the right of the middle of its bundle: on the inside
    of a bend its corner is as much tighter, so that lines of a bundle stay side by side."""
    steps: list[Step] = [("M", points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        steps.extend(_corner(before, corner, after, radius, aside))
    return (*steps, ("L", points[-1]))


def _corner(before: Point, corner: Point, after: Point, radius: float, aside: float) -> tuple[Step, ...]:
    into, out = _ahead(before, corner), _ahead(corner, after)
    if into is None or out is None:
        return ()
    (in_x, in_y, come), (out_x, out_y, go) = into, out
    turn = acos(max(-1.0, min(1.0, in_x * out_x + in_y * out_y)))
    if turn < 0.02:
        return ()
    right = in_x * out_y - in_y * out_x > 0
    wished = max(4.0, radius - aside if right else radius + aside)
    cut = min(wished * tan(turn / 2), come * 0.49, go * 0.49)
    handle = 4 / 3 * tan(turn / 4) * cut / tan(turn / 2)
    start = (corner[0] - in_x * cut, corner[1] - in_y * cut)
    end = (corner[0] + out_x * cut, corner[1] + out_y * cut)
    bent = (start[0] + in_x * handle, start[1] + in_y * handle, end[0] - out_x * handle, end[1] - out_y * handle)
    return ("L", start), ("C", (*bent, *end))


def _ahead(start: Point, end: Point) -> tuple[float, float, float] | None:
    far = hypot(end[0] - start[0], end[1] - start[1])
    return None if far < 0.1 else ((end[0] - start[0]) / far, (end[1] - start[1]) / far, far)


def head(tip: Point, ahead: Point, long: float, half: float, fill: str, edge: str) -> Path:
    """An arrow head whose tip is there."""
    (x, y), (a, d) = tip, ahead
    back_x, back_y = x - a * long, y - d * long
    wings = (back_x - d * half, back_y + a * half), (back_x + d * half, back_y - a * half)
    notch = (x - a * long * 0.72, y - d * long * 0.72)
    return Path(straight((tip, wings[0], notch, wings[1]), closed=True), fill=fill, stroke=edge, wide=0.9, kind="arrow")


def chevron(tip: Point, ahead: Point, half: float, ink: str) -> Path:
    """A mark on a bundle that points where it goes."""
    (x, y), (a, d) = tip, ahead
    long = half * 0.75
    back_x, back_y = x - a * long, y - d * long
    points = (back_x - d * half, back_y + a * half), tip, (back_x + d * half, back_y - a * half)
    return Path(straight(points), stroke=ink, wide=2.2, kind="arrow")


def across(point: Point, ahead: Point, half: float) -> tuple[Step, ...]:
    """A stretch at right angles to the direction of travel."""
    (x, y), (a, d) = point, ahead
    return straight(((x - d * half, y + a * half), (x + d * half, y - a * half)))


def clock(x: float, y: float, radius: float, ink: str, paper: str) -> tuple[Node, ...]:
    hands = straight(((x, y - radius * 0.6), (x, y), (x + radius * 0.5, y)))
    return Disc(x, y, radius, fill=paper, stroke=ink, wide=1.1), Path(hands, stroke=ink, wide=1.1)


def play(x: float, y: float, ink: str) -> Path:
    return Path(straight(((x - 3, y - 5), (x + 5, y), (x - 3, y + 5)), closed=True), fill=ink)


def pause(x: float, y: float, ink: str) -> Path:
    bars: list[Step] = []
    for at in (x - 2.7, x + 2.7):
        bars.extend(straight(((at, y - 4.5), (at, y + 4.5))))
    return Path(tuple(bars), stroke=ink, wide=2.6)


def barred(x: float, y: float, ink: str) -> Path:
    return Path(straight(((x - 5.5, y), (x + 5.5, y))), stroke=ink, wide=3.6)


def dots(x: float, y: float, ink: str) -> tuple[Node, ...]:
    return tuple(Disc(x + by, y, 1.7, fill=ink) for by in (-5.0, 0.0, 5.0))
