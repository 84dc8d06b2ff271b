"""Where the badges and names of each line sit: on the line, off everything else.

For each line the chip is tried with names first, along its longest stretches, then with badges alone. There is always
a place for the badges: the columns and rows were measured for it (beside the station that a line leaves, or in the
gutter beside the words of the lane that it passes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from casedsl.transit.arcs import Arc, Badge
from casedsl.transit.routes import Route
from casedsl.transit.shapes import Box, Index, Point, stretches
from casedsl.transit.words import Chip, bare, listed, mirrored, named, on_straight, stacked

CLEAR = 2.0
STEP = 22.0
ENDS = 12.0

Way = tuple[Point, ...]


class Placed(Struct, frozen=True):
    chip: Chip
    x: float
    y: float

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.chip.wide, self.chip.high)


def place_chips(
    paper: Box,
    lines: list[tuple[Route, Way]],
    forks: frozenset[str],
    boxes: list[Box],
    posts: list[tuple[Box, Way]],
) -> Mapping[Arc, Placed]:
    index = Index(paper)
    for box in boxes:
        index.add("", box)
    for plate, way in posts:
        index.add("", plate)
        _add(index, "", way)
    for route, way in lines:
        _add(index, _owner(route.arc), way)
    placed: dict[Arc, Placed] = {}
    for route, way in sorted(lines, key=lambda pair: (not pair[0].straight, not pair[0].arc.main)):
        placed[route.arc] = _place(index, route, way, route.arc.source in forks)
        index.add("", placed[route.arc].box)
    return placed


def _add(index: Index, owner: str, way: Way) -> None:
    for stretch in stretches(way):
        index.add(owner, stretch)


def _owner(arc: Arc) -> str:
    return f"{arc.source} {arc.target}"


def _place(index: Index, route: Route, way: Way, fork: bool) -> Placed:
    """The first place that is free; the last one offered is the one that was kept for it."""
    last: Placed | None = None
    for last in _offers(route, way, fork):
        if index.free(last.box.grown(CLEAR), _owner(route.arc)):
            return last
    assert last is not None, "every line offers a place"
    return last


def _offers(route: Route, way: Way, fork: bool) -> Iterator[Placed]:
    badges = route.arc.badges
    if route.straight:
        for chip in (on_straight(badges), bare(badges, 2)):
            yield from _on_straight(chip, way, fork)
        return
    pieces = sorted(pairwise(way), key=lambda piece: (_upright(piece), -_length(piece)))
    for piece in pieces:
        for chip in _named(badges, _upright(piece)):
            yield from _along(chip, piece, STEP)
    for piece in pairwise(way):
        yield from _along(stacked(badges) if _upright(piece) else bare(badges), piece, STEP / 3)
    yield from _kept(badges, way)


def _on_straight(chip: Chip, way: Way, fork: bool) -> Iterator[Placed]:
    """By the station that it leaves, in the middle, by the other one (the first is shared where the line forks), then
    anywhere on it."""
    (left, y), (right, _) = way[0], way[-1]
    top = y - chip.high / 2
    near, middle, far = left + 6, (left + right - chip.wide) / 2, right - ENDS - chip.wide
    tried = [middle, far] if fork else [near, middle, far]
    yield from (Placed(chip, x, top) for x in (*tried, *_steps(near, far, STEP / 2, fork)))


def _named(badges: tuple[Badge, ...], upright: bool) -> Iterator[Chip]:
    """Chips with names: one line for each badge, or two lines for a single one; beside an upright stretch the names
    may stand on either side."""
    if len(badges) > 3:
        return
    folded = named(badges[0]) if len(badges) == 1 else None
    for shape in (listed(badges), folded):
        if shape:
            yield shape
            if upright:
                yield mirrored(shape)


def _along(chip: Chip, piece: tuple[Point, Point], step: float) -> Iterator[Placed]:
    """Places of the chip along a stretch, from its start, in steps."""
    (x, y), (to_x, to_y) = piece
    if _upright(piece):
        low, high = min(y, to_y) + ENDS, max(y, to_y) - ENDS - chip.high
        for at in _steps(low, high, step, to_y < y):
            yield Placed(chip, x - chip.anchor, at)
    elif chip.high <= 16 or len(chip.badges) == 1:
        low, high = min(x, to_x) + ENDS, max(x, to_x) - ENDS - chip.wide
        for at in _steps(low, high, step, to_x < x):
            yield Placed(chip, at, y - chip.high / 2)


def _steps(low: float, high: float, step: float, backwards: bool) -> Iterator[float]:
    count = int((high - low) // step) + 1 if high >= low else 0
    for at in range(count):
        yield high - at * step if backwards else low + at * step


def _kept(badges: tuple[Badge, ...], way: Way) -> Iterator[Placed]:
    """The place that was measured for the badges: where the line has turned away from its station."""
    (x, y), (to_x, to_y) = way[1], way[2]
    if _upright((way[1], way[2])):
        chip = stacked(badges)
        yield Placed(chip, x - chip.anchor, (y + to_y - chip.high) / 2)
    else:
        chip = bare(badges)
        yield Placed(chip, x + ENDS if to_x > x else x - ENDS - chip.wide, y - chip.high / 2)


def _length(piece: tuple[Point, Point]) -> float:
    (x, y), (to_x, to_y) = piece
    return abs(x - to_x) + abs(y - to_y)


def _upright(piece: tuple[Point, Point]) -> bool:
    return piece[0][0] == piece[1][0]
