"""Room for what is laid over a finished plan: small plates near a station or on a track, where they cover nothing.

The plan stays as it is, so a plate takes what room is left: the nearest place to its station that touches no word, no
marker and no line; on a track, a stretch of it where no other track is near. A plate has a ground of its own, and where
no place is free it stands on a line rather than on words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from casedsl.transit.drawing.inks import INK, PAPER
from casedsl.transit.drawing.scene import Group, Node, Rect, Words
from casedsl.transit.labels.travel import along, length
from casedsl.transit.measuring import width
from casedsl.transit.plan import Plan, Run
from casedsl.transit.shapes import Box, Index, Point

SIZE, HIGH, PAD = 9.5, 14.0, 4.0
STEP, RINGS = 7.0, 9
"""Pixels from one distance to the next at which a place is looked for, and how many there are."""
GRAIN = 5.0
"""Pixels from one sample of a line to the next."""


class Room:
    """What of a plan is taken, by words and markers, and by lines; and by what was placed since."""

    def __init__(self, plan: Plan) -> None:
        paper = Box(0, 0, plan.wide, plan.high)
        self._words, self._lines = Index(paper), Index(paper)
        self._markers = [spot.marker for spot in plan.spots]
        for label in _written(plan):
            self._words.add("", label)
        for run in plan.runs:
            for grain in _grains(run):
                self._lines.add(run.track, grain)

    def beside(self, marker: Box, wide: float, high: float = HIGH) -> Box:
        """The nearest place to a marker for something of this size, nearer to it than to any other; it is taken
        then."""
        places = list(_around(marker, wide, high))
        own = [box for box in places if self._is_nearest(marker, box)] or places
        free = next((box for box in own if self._words.free(box, "-") and self._lines.free(box, "-")), None)
        found = free or next((box for box in own if self._words.free(box, "-")), own[0])
        self._words.add("", found)
        return found

    def _is_nearest(self, marker: Box, box: Box) -> bool:
        here = _apart(marker, box)
        return all(here <= _apart(other, box) for other in self._markers if not other.touches(marker))

    def on(self, run: Run, wide: float, high: float = HIGH) -> Box | None:
        """A place on a track that touches no words and no other track, as near to its middle as can be; it is taken
        then."""
        whole = length(run.points)
        first, last = run.leaves, whole - run.arrives
        for far in sorted(_steps(first, last), key=lambda far: (abs(far - (first + last) / 2), far)):
            (x, y), _ = along(run.points, far)
            box = Box(x - wide / 2, y - high / 2, wide, high)
            if self._words.free(box.grown(1), "-") and self._lines.free(box, run.track):
                self._words.add("", box)
                return box
        return None


def plate(box: Box, text: str, ink: str = INK, edge: str = "", bold: bool = True, kind: str = "plate") -> Group:
    """Words on a ground of their own, in the middle of a box."""
    x = box.x + (box.wide - width(text, SIZE, bold)) / 2
    ground = Rect(box, radius=3, fill=PAPER, stroke=edge, wide=1.0 if edge else 0.0)
    words: Node = Words(x, box.y + box.high / 2 + SIZE * 0.36, text, SIZE, ink, bold=bold, kind=kind)
    return Group((ground, words), kind)


def plate_wide(text: str, bold: bool = True) -> float:
    return width(text, SIZE, bold) + 2 * PAD


def middle(box: Box) -> Point:
    return box.x + box.wide / 2, box.y + box.high / 2


def _apart(one: Box, other: Box) -> float:
    """How far two boxes are from each other."""
    across = max(0.0, one.x - other.right, other.x - one.right)
    down = max(0.0, one.y - other.bottom, other.y - one.bottom)
    return math.hypot(across, down)


def _written(plan: Plan) -> Iterator[Box]:
    yield from (area.title for area in plan.areas)
    for spot in plan.spots:
        yield spot.marker
        yield spot.caption.box
    for run in plan.runs:
        yield run.badge
        if run.name is not None:
            yield run.name
        if run.square is not None:
            yield Box(run.square[0] - 5, run.square[1] - 5, 10, 10)
    yield from (bullets.box for bullets in plan.bullets)


def _grains(run: Run) -> Iterator[Box]:
    """Small boxes along a track that together cover it."""
    half = run.wide / 2 + 1
    for (x, y), (to_x, to_y) in pairwise(run.points):
        count = max(1, math.ceil(math.dist((x, y), (to_x, to_y)) / GRAIN))
        for at in range(count + 1):
            share = at / count
            yield Box(x + (to_x - x) * share - half, y + (to_y - y) * share - half, 2 * half, 2 * half)


def _around(marker: Box, wide: float, high: float) -> Iterator[Box]:
    """Places around a marker, near ones first, and of those below before above before beside."""
    x, y = middle(marker)
    for ring in range(RINGS):
        out = 3 + ring * STEP
        above, below = marker.y - out - high, marker.bottom + out
        left, right = marker.x - out - wide, marker.right + out
        yield Box(x - wide / 2, below, wide, high)
        yield Box(x - wide / 2, above, wide, high)
        yield Box(right, y - high / 2, wide, high)
        yield Box(left, y - high / 2, wide, high)
        for top in (below, above):
            yield Box(right - out, top, wide, high)
            yield Box(left + out, top, wide, high)


def _steps(first: float, last: float) -> Iterator[float]:
    far = first
    while far <= last:
        yield far
        far += GRAIN
