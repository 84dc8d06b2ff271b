"""The title of each zone, at the top left of its ground, in two lines at most; where a track runs through it, further
to the right, or at the bottom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.transit.geometry import Heading
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.labels.sizes import ZONE, ZONE_LINE, ZONE_PAD
from casedsl.transit.measuring import lines, width
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box


def headings(network: Network, areas: Mapping[str, Box]) -> Mapping[str, Heading]:
    return {zone.key: _heading(zone.title, areas[zone.key]) for zone in network.zones if zone.key in areas}


def clear(titles: Mapping[str, Heading], areas: Mapping[str, Box], paper: Clearance) -> Mapping[str, Heading]:
    """The headings moved along the borders of their grounds to where nothing runs through them, if there is such a
    place; the nearest to the corner."""
    found: dict[str, Heading] = {}
    for key, heading in titles.items():
        boxes = _along(heading.box, areas[key])
        box = next((box for box in boxes if paper.free(box, 1.5)), heading.box)
        found[key] = Heading(box, heading.lines)
    return found


def _along(box: Box, area: Box) -> Iterator[Box]:
    room = int(max(0.0, area.wide - box.wide - 2 * ZONE_PAD))
    for y in (box.y, area.bottom - 6 - box.high):
        for by in range(0, room + 1, 8):
            yield Box(box.x + by, y, box.wide, box.high)


def _heading(title: str, area: Box) -> Heading:
    words = lines(title, max(40.0, area.wide - 2 * ZONE_PAD), ZONE, bold=True, at_most=2) if title else ()
    wide = max((width(line, ZONE, bold=True) for line in words), default=0.0)
    return Heading(Box(area.x + ZONE_PAD, area.y + 6, wide, ZONE_LINE * len(words)), words)
