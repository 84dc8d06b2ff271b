"""Directions, and the way of a track from node to node.

Directions are numbered clockwise from east, 0 to 7; the odd ones are diagonals. A way never turns by more than 90
degrees at once.
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.transit.placing import Node

EAST, SOUTH_EAST, SOUTH, SOUTH_WEST, WEST, NORTH_WEST, NORTH, NORTH_EAST = range(8)
DX = (1, 1, 0, -1, -1, -1, 0, 1)
DY = (0, 1, 1, 1, 0, -1, -1, -1)
DIAGONAL = 2**0.5
UNIT = tuple((DX[d] / (DIAGONAL if d % 2 else 1), DY[d] / (DIAGONAL if d % 2 else 1)) for d in range(8))
"""Directions of length 1."""

Edge = tuple[int, int, int]
"""A step between two neighbours, named from the end at which its direction is below 4."""


class Path(Struct, frozen=True):
    """`steps[i]` is the direction from `nodes[i]` to `nodes[i + 1]`; `cost` is what the search paid for it."""

    nodes: tuple[Node, ...]
    steps: tuple[int, ...]
    cost: float = 0.0


def edge(x: int, y: int, direction: int) -> Edge:
    if direction >= 4:
        return x + DX[direction], y + DY[direction], direction - 4
    return x, y, direction


def turn(one: int, other: int) -> int:
    """How many eighths of a circle lie between two directions."""
    apart = abs(one - other) % 8
    return min(apart, 8 - apart)
