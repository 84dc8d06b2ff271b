"""Straight runs: the pieces of a way between its bends.

Runs that lie on one line of the grid compete for room beside it. A grid line has a `slope` (0 for rows, 1 for falling
diagonals, 2 for columns, 3 for rising ones) and a number `at`; `low` and `high` say from where to where a run goes. The
sideways shift of a run is measured to the right of the direction `slope`, whichever way the track travels.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.transit.network import Network
from casedsl.transit.placing import Node
from casedsl.transit.routing import Path

LINE = 5.0
"""How wide a line is drawn, in pixels."""
PLAIN = 2.6
"""How wide a track without lines is drawn."""
BETWEEN_LINES = 0.8


class Run(Struct, frozen=True):
    """`number` counts all runs of a map, `first` and `last` the steps of the way that it takes in. `behind` is the
    direction back to where the track came from, `after` the one in which it goes on; -1 at a station."""

    number: int
    track: str
    direction: int
    start: Node
    stop: Node
    first: int
    last: int
    wide: float
    behind: int = -1
    after: int = -1

    @property
    def slope(self) -> int:
        return self.direction % 4

    @property
    def forth(self) -> int:
        """1 if the track travels in the direction of the slope, -1 if against it."""
        return 1 if self.direction < 4 else -1

    @property
    def at(self) -> int:
        x, y = self.start
        return (y, x - y, x, x + y)[self.slope]

    @property
    def low(self) -> int:
        axis = 1 if self.slope == 2 else 0
        return min(self.start[axis], self.stop[axis])

    @property
    def high(self) -> int:
        axis = 1 if self.slope == 2 else 0
        return max(self.start[axis], self.stop[axis])


def width(network: Network, track: str) -> float:
    lines = len(network.lines_of[track])
    return lines * LINE + (lines - 1) * BETWEEN_LINES if lines else PLAIN


def runs(network: Network, paths: Mapping[str, Path]) -> dict[str, list[Run]]:
    """The runs of each track, from its source to its target."""
    found: dict[str, list[Run]] = {}
    number = 0
    for track, path in paths.items():
        wide, first = width(network, track), 0
        found[track] = []
        for last, step in enumerate(path.steps):
            if last + 1 == len(path.steps) or path.steps[last + 1] != step:
                ends = path.nodes[first], path.nodes[last + 1]
                behind = (path.steps[first - 1] + 4) % 8 if first else -1
                after = path.steps[last + 1] if last + 1 < len(path.steps) else -1
                found[track].append(Run(number, track, step, *ends, first, last, wide, behind, after))
                number, first = number + 1, last + 1
    return found
