"""From cells to nodes: the grid on which tracks are routed, all of whose squares are equal, so that a diagonal is one.

A column is five nodes wide and a row three or four high at first; `repair.py` widens a single one that is too tight.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from msgspec import Struct

from casedsl.transit.placing.cells import Placing
from casedsl.transit.shapes import Box, Point

Node = tuple[int, int]

COLUMN = 5
ROW = 3
ABOVE = 2
"""Nodes of a row above its stations."""
HIGHER_ROW = 4
FEW = 20
"""Beyond so many stations rows are higher: more tracks pass between them, and their names want room."""
MARGIN = 4
"""Nodes around everything, for tracks that go round the boxes."""
BETWEEN = 1
"""Nodes between two decks."""


class Widening(Struct, frozen=True):
    """Nodes beyond the usual, left of the stations of a column and above those of a row of a deck (what comes after the
    last column or row may have some too); and how many pixels a node is from the next. `high` is how many nodes a row
    has if the number of stations doesn't say it (0): a lock keeps it when a station comes or goes."""

    pitch: float = 31.0
    columns: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[tuple[int, int], int], ...] = ()
    high: int = 0


class Ground(Struct, frozen=True):
    """`areas` are the grounds of zones, measured in nodes; `pitch` is the distance of two nodes in pixels. `across` are
    for each column its first node and that of its stations, `down` the same for each row of each deck."""

    wide: int
    high: int
    pitch: float
    nodes: Mapping[str, Node]
    areas: Mapping[str, Box]
    across: Mapping[int, tuple[int, int]]
    down: Mapping[tuple[int, int], tuple[int, int]]

    def column(self, x: float) -> int:
        """The column whose stations are the next to the right of a place on the paper, or one more than there are."""
        return sum(middle * self.pitch <= x for _, middle in self.across.values())

    def row(self, y: float) -> tuple[int, int]:
        """The deck and the row whose stations are the next below a place on the paper, or one more than there are."""
        deck = max((deck for (deck, _), (top, _) in self.down.items() if (top - 1) * self.pitch <= y), default=0)
        return deck, sum(middle * self.pitch <= y for (of, _), (_, middle) in self.down.items() if of == deck)

    def pixels(self, node: tuple[float, float]) -> Point:
        return node[0] * self.pitch, node[1] * self.pitch

    def area(self, zone: str) -> Box:
        box, p = self.areas[zone], self.pitch
        return Box(box.x * p, box.y * p, box.wide * p, box.high * p)


def row_height(placing: Placing) -> int:
    return ROW if len(placing.cells) <= FEW else HIGHER_ROW


def ground(placing: Placing, more: Widening) -> Ground:
    wider, higher = dict(more.columns), dict(more.rows)
    usual = more.high or row_height(placing)
    widths = [COLUMN + wider.get(column, 0) for column in range(placing.columns)]
    lefts = list(accumulate(widths, initial=MARGIN))
    across = {at: (lefts[at], lefts[at] + COLUMN // 2 + wider.get(at, 0)) for at in range(placing.columns)}
    down: dict[tuple[int, int], tuple[int, int]] = {}
    ends: list[tuple[int, int]] = []
    y = MARGIN
    for deck, rows in enumerate(placing.rows):
        start = y
        for row in range(rows):
            height = usual + higher.get((deck, row), 0)
            down[deck, row] = (y, y + ABOVE + higher.get((deck, row), 0))
            y += height
        y += higher.get((deck, rows), 0)
        ends.append((start, y))
        y += BETWEEN
    nodes = {key: (across[c.column][1], down[c.deck, c.row][1]) for key, c in placing.cells.items()}
    areas = {}
    for zone, span in placing.spans.items():
        left, right = lefts[span.first], lefts[span.last] + widths[span.last]
        top, bottom = ends[span.deck]
        areas[zone] = Box(left - 0.4, top - 0.35, right - left - 0.2, bottom - top + 0.7)
    return Ground(
        wide=lefts[-1] + wider.get(placing.columns, 0) + MARGIN,
        high=y - BETWEEN + MARGIN,
        pitch=more.pitch,
        nodes=nodes,
        areas=areas,
        across=across,
        down=down,
    )
