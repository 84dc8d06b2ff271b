"""Paper: what fits on a page, and how large it is printed.

A map is measured in pixels, paper in points of 1/72 inch. A page is never scaled below the size at which the smallest
type of a map (the code in a badge) is 7 points high, which is about the small print of a timetable; what would be
smaller doesn't fit. A page has a margin, a head for title and legend, and a foot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from casedsl.transit.labels.sizes import BADGE
from casedsl.transit.plan import Plan

SMALLEST = 7.0
"""Points: no type in print is smaller."""
MARGIN, HEAD, FOOT = 28.0, 62.0, 26.0
COLUMN, ROW, EDGES = 160.0, 96.0, 30.0
"""Pixels from one column of stations to the next, and from row to row; and what a map has beside them."""

Format = Literal["A3", "A4"]


class Paper(Struct, frozen=True):
    """A page in landscape, in points; it is turned upright where that suits a map better. `band` are pixels that
    something below the map needs, such as what the signs of an overlay mean."""

    name: Format
    wide: float
    high: float
    band: float = 0.0

    @property
    def room(self) -> tuple[float, float]:
        """How wide and high a map may be, in pixels, to fit."""
        least = SMALLEST / BADGE
        return (self.wide - 2 * MARGIN) / least, (self.high - 2 * MARGIN - HEAD - FOOT) / least - self.band

    @property
    def cells(self) -> tuple[int, int]:
        """For how many columns and rows of stations there is room."""
        wide, high = self.room
        return max(1, int((wide - EDGES) // COLUMN)), max(1, int((high - EDGES) // ROW))

    @property
    def upright(self) -> Paper:
        return Paper(self.name, self.high, self.wide, self.band)

    def fits(self, plan: Plan) -> bool:
        rooms = self.room, self.upright.room
        return any(plan.wide <= wide and plan.high <= high for wide, high in rooms)

    def size(self, wide: float, high: float) -> tuple[float, float]:
        """The page, turned so that a picture of this size is the larger on it."""
        return max((self.wide, self.high), (self.high, self.wide), key=lambda size: min(size[0] / wide, size[1] / high))


A3 = Paper("A3", 1190.55, 841.89)
A4 = Paper("A4", 841.89, 595.28)
PAPERS: Mapping[str, Paper] = {paper.name: paper for paper in (A3, A4)}
