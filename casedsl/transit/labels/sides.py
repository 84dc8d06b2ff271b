"""Where a box may stand beside a marker: eight sides, in the order in which a reader likes them."""

from __future__ import annotations

from typing import Literal

from casedsl.transit.shapes import Box, Point

Side = Literal["S", "N", "E", "W", "SE", "NE", "SW", "NW"]
SIDES: tuple[Side, ...] = ("S", "N", "E", "W", "SE", "NE", "SW", "NW")
DISLIKE: dict[Side, float] = dict(zip(SIDES, (0, 0.6, 2.5, 3.0, 1.2, 1.0, 2.0, 2.0), strict=True))


def beside(marker: Box, side: Side, wide: float, high: float, apart: float = 0.0) -> Box:
    """The box of this size on that side of the marker; east and west leave a little more room than north and south."""
    middle_x, middle_y = middle(marker)
    near, far = 4 + apart, 6 + apart
    if side in ("N", "S"):
        x = middle_x - wide / 2
    elif side in ("E", "W"):
        x = marker.right + far if side == "E" else marker.x - far - wide
    else:
        reach = marker.wide / 2 * 0.6
        x = middle_x + reach if side.endswith("E") else middle_x - reach - wide
    if side in ("E", "W"):
        y = middle_y - high / 2
    elif side in ("N", "S"):
        y = marker.bottom + near if side == "S" else marker.y - near - high
    else:
        reach = marker.high / 2 + near - 2
        y = middle_y + reach if side.startswith("S") else middle_y - reach - high
    return Box(x, y, wide, high)


def setting(side: Side) -> Literal["east", "west", "middle"]:
    """To which edge the lines in the box are set."""
    return "east" if side.endswith("E") else "west" if side.endswith("W") else "middle"


def middle(box: Box) -> Point:
    return box.x + box.wide / 2, box.y + box.high / 2
