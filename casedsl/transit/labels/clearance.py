"""What is already on the paper, by place: boxes with their owners, and stretches of lines with theirs.

Everything that is to be placed asks the same two questions: which boxes would it touch, and which lines would it lie
on. Both look only into the squares of a coarse grid that the box covers. They are asked for each place that is tried,
so they work on bare numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot

from casedsl.transit.shapes import Box, Point

SQUARE = 72
Line = tuple[str, float, float, float, float, float]
"""Owner, start, end, half of the width."""


class Clearance:
    def __init__(self) -> None:
        self._boxes: dict[tuple[int, int], list[tuple[str, Box]]] = {}
        self._lines: dict[tuple[int, int], list[Line]] = {}

    def add(self, owner: str, box: Box) -> None:
        for square in _squares(box):
            self._boxes.setdefault(square, []).append((owner, box))

    def add_line(self, owner: str, points: tuple[Point, ...], wide: float) -> None:
        for (x, y), (to_x, to_y) in pairwise(points):
            line = (owner, x, y, to_x, to_y, wide / 2)
            for square in _crossed(line):
                self._lines.setdefault(square, []).append(line)

    def boxes(self, box: Box, but: str = "") -> int:
        """How many boxes it touches, without those of one owner."""
        found = {
            (owner, there)
            for square in _squares(box)
            for owner, there in self._boxes.get(square, ())
            if owner != but and box.touches(there)
        }
        return len(found)

    def lines(self, box: Box, apart: float, but: str = "") -> int:
        """How many lines come nearer to it than so many pixels, without the line of one owner."""
        found: set[str] = set()
        for square in _squares(box):
            for line in self._lines.get(square, ()):
                if line[0] != but and line[0] not in found and _nears(box, line, apart):
                    found.add(line[0])
        return len(found)

    def nearer(self, box: Box, than: float, but: str) -> bool:
        """Is the edge of a line nearer to it than so many pixels, without the line of one owner?"""
        return any(
            line[0] != but and gap(box, line) < than
            for square in _squares(box.grown(max(0.0, than)))
            for line in self._lines.get(square, ())
        )

    def free(self, box: Box, apart: float, but: str = "", line: str = "") -> bool:
        """Does it touch neither a box nor a line, without those of one owner?"""
        for square in _squares(box):
            for owner, there in self._boxes.get(square, ()):
                if owner != but and box.touches(there):
                    return False
        for square in _squares(box):
            for near in self._lines.get(square, ()):
                if near[0] != line and _nears(box, near, apart):
                    return False
        return True


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    left, right = int(box.x // SQUARE), int((box.x + box.wide) // SQUARE)
    for row in range(int(box.y // SQUARE), int((box.y + box.high) // SQUARE) + 1):
        for column in range(left, right + 1):
            yield column, row


def _crossed(line: Line) -> Iterator[tuple[int, int]]:
    """The squares near a stretch."""
    _, x, y, to_x, to_y, half = line
    apart = half + 8
    around = Box(min(x, to_x) - apart, min(y, to_y) - apart, abs(to_x - x) + 2 * apart, abs(to_y - y) + 2 * apart)
    for column, row in _squares(around):
        if _nears(Box(column * SQUARE, row * SQUARE, SQUARE, SQUARE), line, 8):
            yield column, row


def _nears(box: Box, line: Line, apart: float) -> bool:
    """Does a line come nearer to a box than so many pixels? Not if one of their axes parts them."""
    _, x, y, to_x, to_y, half = line
    by = half + apart
    left, top = box.x - by, box.y - by
    right, bottom = box.x + box.wide + by, box.y + box.high + by
    if (x <= left and to_x <= left) or (x >= right and to_x >= right):
        return False
    if (y <= top and to_y <= top) or (y >= bottom and to_y >= bottom):
        return False
    ahead_x, ahead_y = to_x - x, to_y - y
    if abs(ahead_x) < 0.01 or abs(ahead_y) < 0.01:
        return True
    long = hypot(ahead_x, ahead_y)
    off = abs((box.x + box.wide / 2 - x) * ahead_y - (box.y + box.high / 2 - y) * ahead_x) / long
    return off < by + (abs(ahead_y) * box.wide + abs(ahead_x) * box.high) / 2 / long


def gap(box: Box, line: Line) -> float:
    """How many pixels lie between a box and the edge of a line; less than none where it runs through the box."""
    _, x, y, to_x, to_y, half = line
    if _nears(box, ("", x, y, to_x, to_y, 0.0), 0.0):
        return -half
    corners = ((box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom))
    far = min(_off(corner, x, y, to_x, to_y) for corner in corners)
    ends = (hypot(max(box.x - at, 0.0, at - box.right), max(box.y - down, 0.0, down - box.bottom))
            for at, down in ((x, y), (to_x, to_y)))  # fmt: skip
    return min(far, *ends) - half


def _off(point: Point, x: float, y: float, to_x: float, to_y: float) -> float:
    """How far a point is from a stretch."""
    ahead_x, ahead_y = to_x - x, to_y - y
    long = ahead_x * ahead_x + ahead_y * ahead_y
    share = ((point[0] - x) * ahead_x + (point[1] - y) * ahead_y) / long if long else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - x - share * ahead_x, point[1] - y - share * ahead_y)


def crosses(box: Box, start: Point, end: Point) -> bool:
    """Does a stretch run through a box?"""
    return _nears(box, ("", *start, *end, 0.0), 0.0)
