"""What a plan must not have, found by looking at its geometry alone.

Written without a line from the engine that makes plans: it knows no grid and no cells, only boxes and stretches on the
paper. So it also judges what a lock or another engine has laid.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Protocol

from msgspec import Struct

from casedsl.transit.network import Network
from casedsl.transit.plan import Fault, Plan
from casedsl.transit.shapes import Box, Point, around

TOUCH = 1.0
"""Boxes may overlap by so many pixels before it is a fault; what is rounded in a drawing isn't one."""
GRAZED = 0.3
"""So far may the edge of a track reach into a foreign marker: less than whoever reads the drawing back allows."""
ON_LINE = 0.5
"""So far may the box of a label reach under the edge of a track."""
ON_TOP = 12.0
"""Tracks may run on top of each other for so many pixels: they do where they cross at a flat angle."""
SLANTED = 1.5
"""Degrees off a multiple of 45."""
SHORT = 3.0
"""A stretch below this length in pixels has no direction to speak of."""
SQUARE = 96.0


class Stretch(Struct, frozen=True):
    track: str
    start: Point
    stop: Point
    half: float

    @property
    def box(self) -> Box:
        return around((self.start, self.stop)).grown(self.half)

    @property
    def length(self) -> float:
        return math.dist(self.start, self.stop)


class Found(Struct, frozen=True):
    """A fault, and where on the paper it is."""

    fault: Fault
    where: Box


class Drawn(Protocol):
    """A track that has points: a run of a plan, or one that has no words yet."""

    @property
    def track(self) -> str: ...
    @property
    def points(self) -> tuple[Point, ...]: ...
    @property
    def wide(self) -> float: ...


def faults(plan: Plan) -> tuple[Fault, ...]:
    """All of them, each once, in the order of the kinds and then of the plan."""
    return tuple(dict.fromkeys(found.fault for found in found_in(plan)))


def found_in(plan: Plan) -> Iterator[Found]:
    yield from of_tracks(plan.network, {spot.station: spot.marker for spot in plan.spots}, plan.runs)
    yield from of_labels(plan)
    yield from _outside(plan)


def of_tracks(network: Network, markers: Mapping[str, Box], runs: Iterable[Drawn]) -> Iterator[Found]:
    """What is wrong with the tracks, whatever is written beside them."""
    stretches = tuple(_stretches(runs))
    index = _Index(stretches)
    yield from _slanted(stretches)
    yield from _through(network, markers, index)
    yield from _on_top(stretches, index)


def _stretches(runs: Iterable[Drawn]) -> Iterator[Stretch]:
    """The straight pieces of every track, bends of less than a degree smoothed away."""
    for run in runs:
        for start, stop in pairwise(_smooth(run.points)):
            yield Stretch(run.track, start, stop, run.wide / 2)


def _smooth(points: tuple[Point, ...]) -> list[Point]:
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        before = kept[-1]
        area = (here[0] - before[0]) * (after[1] - before[1]) - (here[1] - before[1]) * (after[0] - before[0])
        if abs(area) > 0.6 * math.dist(before, after):
            kept.append(here)
    return [*kept, points[-1]]


class _Index:
    """Which stretches come near a box."""

    def __init__(self, stretches: tuple[Stretch, ...]) -> None:
        self._squares: dict[tuple[int, int], list[Stretch]] = {}
        for stretch in stretches:
            for square in _crossed(stretch):
                self._squares.setdefault(square, []).append(stretch)

    def near(self, box: Box) -> list[Stretch]:
        return list(dict.fromkeys(stretch for square in _squares(box) for stretch in self._squares.get(square, ())))


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    for x in range(int(box.x // SQUARE), int(box.right // SQUARE) + 1):
        for y in range(int(box.y // SQUARE), int(box.bottom // SQUARE) + 1):
            yield x, y


def _crossed(stretch: Stretch) -> dict[tuple[int, int], None]:
    """The squares along a stretch, with their neighbours where it runs near a border."""
    steps = 1 + int(stretch.length // (SQUARE / 2))
    (x, y), (to_x, to_y) = stretch.start, stretch.stop
    squares: dict[tuple[int, int], None] = {}
    for step in range(steps + 1):
        at = x + (to_x - x) * step / steps, y + (to_y - y) * step / steps
        squares |= dict.fromkeys(_squares(Box(*at, 0, 0).grown(SQUARE / 4 + stretch.half)))
    return squares


def _slanted(stretches: tuple[Stretch, ...]) -> Iterator[Found]:
    for stretch in stretches:
        if stretch.length >= SHORT:
            (x, y), (to_x, to_y) = stretch.start, stretch.stop
            off = math.degrees(math.atan2(to_y - y, to_x - x)) % 45
            if min(off, 45 - off) > SLANTED:
                yield Found(Fault("slanted", (f"track {stretch.track}",)), stretch.box)


def _through(network: Network, markers: Mapping[str, Box], index: _Index) -> Iterator[Found]:
    for key, marker in markers.items():
        for stretch in index.near(marker):
            track = network.track[stretch.track]
            if key not in (track.source, track.target) and cut(marker, stretch, stretch.half - GRAZED):
                yield Found(Fault("through", (f"track {stretch.track}", f"station {key}")), marker)


def cut(box: Box, stretch: Stretch, clear: float) -> bool:
    """Does a stretch come nearer to the box than `clear`? By the axes on which the two could be parted."""
    (x, y), (to_x, to_y) = stretch.start, stretch.stop
    grown = box.grown(clear)
    if (
        max(x, to_x) <= grown.x
        or min(x, to_x) >= grown.right
        or max(y, to_y) <= grown.y
        or min(y, to_y) >= grown.bottom
    ):
        return False
    length = stretch.length
    if not length:
        return True
    across = -(to_y - y) / length, (to_x - x) / length
    far = (x - box.x - box.wide / 2) * across[0] + (y - box.y - box.high / 2) * across[1]
    return abs(far) < abs(across[0]) * box.wide / 2 + abs(across[1]) * box.high / 2 + clear


def _on_top(stretches: tuple[Stretch, ...], index: _Index) -> Iterator[Found]:
    """Two tracks side by side whose edges touch."""
    number = {id(stretch): at for at, stretch in enumerate(stretches)}
    for stretch in stretches:
        if stretch.length < ON_TOP:
            continue
        for other in index.near(stretch.box):
            if other.track != stretch.track and number[id(stretch)] < number[id(other)] and _covers(stretch, other):
                where = shared(stretch.box, other.box)
                yield Found(Fault("on top", (f"track {stretch.track}", f"track {other.track}")), where)


def _covers(one: Stretch, other: Stretch) -> bool:
    length = one.length
    ahead = (one.stop[0] - one.start[0]) / length, (one.stop[1] - one.start[1]) / length
    ends = [(point[0] - one.start[0], point[1] - one.start[1]) for point in (other.start, other.stop)]
    if any(abs(x * ahead[1] - y * ahead[0]) >= one.half + other.half - 0.5 for x, y in ends):
        return False
    first, last = sorted(x * ahead[0] + y * ahead[1] for x, y in ends)
    return min(last, length) - max(first, 0.0) > ON_TOP


Label = tuple[str, str, Box]
"""What it is, the key of its station or track, and its room."""


def _written(plan: Plan) -> Iterator[Label]:
    for area in plan.areas:
        if area.lines:
            yield "title of zone", area.zone, area.title
    for spot in plan.spots:
        yield "name of station", spot.station, spot.caption.box
    for run in plan.runs:
        yield "badge of track", run.track, run.badge
        if run.name is not None:
            yield "name of track", run.track, run.name
    for bullets in plan.bullets:
        yield "letters of track", bullets.track, bullets.box


def of_labels(plan: Plan) -> Iterator[Found]:
    labels = tuple(_written(plan))
    index = _Index(tuple(_stretches(plan.runs)))
    for one, other in combinations(labels, 2):
        if _overlap(one[2], other[2]):
            yield Found(Fault("label on label", (_named(one), _named(other))), shared(one[2], other[2]))
    for label in labels:
        for stretch in index.near(label[2]):
            own = label[0].endswith("of track") and label[1] == stretch.track
            if not own and cut(label[2], stretch, stretch.half - ON_LINE):
                yield Found(Fault("label on line", (_named(label), f"track {stretch.track}")), label[2])
        for spot in plan.spots:
            own = label[0] == "name of station" and label[1] == spot.station
            if not own and _overlap(label[2], spot.marker):
                yield Found(Fault("label on station", (_named(label), f"station {spot.station}")), label[2])


def _named(label: Label) -> str:
    return f"{label[0]} {label[1]}"


def _overlap(one: Box, other: Box) -> bool:
    return one.grown(-TOUCH / 2).touches(other.grown(-TOUCH / 2))


def _outside(plan: Plan) -> Iterator[Found]:
    paper = Box(0, 0, plan.wide, plan.high)
    things = [(_named(label), label[2]) for label in _written(plan)]
    things += [(f"station {spot.station}", spot.marker) for spot in plan.spots]
    things += [(f"track {run.track}", around(run.points).grown(run.wide / 2)) for run in plan.runs]
    things += [(f"zone {area.zone}", area.box) for area in plan.areas]
    for name, box in things:
        if not paper.holds(box):
            yield Found(Fault("outside", (name,)), box)


def shared(one: Box, other: Box) -> Box:
    """What two boxes have in common."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    return Box(x, y, max(0.0, min(one.right, other.right) - x), max(0.0, min(one.bottom, other.bottom) - y))
