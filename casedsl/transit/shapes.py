"""Boxes, points, and an index that finds what lies near a box."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

Point = tuple[float, float]


class Box(Struct, frozen=True):
    x: float
    y: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        return self.y + self.high

    def grown(self, by: float) -> Box:
        return Box(self.x - by, self.y - by, self.wide + 2 * by, self.high + 2 * by)

    def holds(self, other: Box) -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def touches(self, other: Box) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


def around(points: tuple[Point, ...]) -> Box:
    """The smallest box that holds the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


class Index:
    """Boxes on a paper by the squares of a coarse grid that they cover, each with the name of its owner."""

    SQUARE = 64

    def __init__(self, paper: Box) -> None:
        self._paper = paper
        self._squares: dict[tuple[int, int], list[tuple[str, Box]]] = {}

    def add(self, owner: str, box: Box) -> None:
        for square in self._covered(box):
            self._squares.setdefault(square, []).append((owner, box))

    def free(self, box: Box, owner: str = "") -> bool:
        """Does the box lie on the paper and touch nothing but what belongs to the owner?"""
        return self._paper.holds(box) and not any(
            other != owner and box.touches(there)
            for square in self._covered(box)
            for other, there in self._squares.get(square, ())
        )

    def _covered(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box.x // self.SQUARE), int(box.right // self.SQUARE) + 1):
            for row in range(int(box.y // self.SQUARE), int(box.bottom // self.SQUARE) + 1):
                yield column, row
