"""Shifted runs put together again: a vertex is where two shifted lines meet, so every stretch stays octilinear.

The first point lies where the shifted run passes the middle of its station, the last likewise; both are inside the
markers, which grow for that (`capsules.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from casedsl.transit.bundling.runs import BETWEEN_LINES, LINE, Run
from casedsl.transit.network import Network
from casedsl.transit.placing import Ground, Node
from casedsl.transit.routing.paths import UNIT
from casedsl.transit.shapes import Point


def ways(
    network: Network, ground: Ground, runs: Mapping[str, Sequence[Run]], shifts: Sequence[float]
) -> dict[str, tuple[tuple[Point, ...], tuple[tuple[Point, ...], ...]]]:
    """For each track its points, and those of each line on it."""
    found = {}
    for track, of in runs.items():
        lines = len(network.lines_of[track])
        lanes = [(at - (lines - 1) / 2) * (LINE + BETWEEN_LINES) for at in range(lines)]
        found[track] = (_points(ground, of, shifts, 0), tuple(_points(ground, of, shifts, lane) for lane in lanes))
    return found


def _points(ground: Ground, of: Sequence[Run], shifts: Sequence[float], lane: float) -> tuple[Point, ...]:
    """`lane` is a further shift to the right of travel."""
    sideways = [shifts[run.number] + run.forth * lane for run in of]
    starts = [shifted(ground, run.start, run, by) for run, by in zip(of, sideways, strict=True)]
    points = [starts[0]]
    for (run, start), (after, start_after) in pairwise(zip(of, starts, strict=True)):
        points.append(_meet(start, UNIT[run.direction], start_after, UNIT[after.direction]))
    points.append(shifted(ground, of[-1].stop, of[-1], sideways[-1]))
    return tuple((round(x, 2), round(y, 2)) for x, y in points)


def shifted(ground: Ground, node: Node, run: Run, by: float) -> Point:
    x, y = ground.pixels(node)
    dx, dy = UNIT[run.slope]
    return x - dy * by, y + dx * by


def _meet(start: Point, along: Point, other: Point, beside: Point) -> Point:
    """Where two lines meet that aren't parallel."""
    area = along[0] * beside[1] - along[1] * beside[0]
    far = ((other[0] - start[0]) * beside[1] - (other[1] - start[1]) * beside[0]) / area
    return start[0] + far * along[0], start[1] + far * along[1]
