"""Grounds that grow, so that what belongs to a team stands on its ground: captions, and the names and loops of tracks
that don't leave it.

A ground grows where it meets no other: `open_to` says how far, and captions and names prefer to stay within that.
Edges that are in one line stay so: grounds beside each other on one deck grow up and down together, those under each
other to the left and to the right, as long as all have room. Titles go along with their corners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec.structs import replace

from casedsl.transit.geometry import Geometry, Heading, Labels
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box, around

RIM = 8.0
"""Pixels between what belongs to a ground and its edge."""
TIGHT = 2.0
"""What is nearer to an edge from within stands over it to the eye."""
APART = 6.0
"""Pixels between two grounds."""
MOST = 150.0
"""So many pixels may a ground grow to one side."""

Edge = Literal["left", "right", "top", "bottom"]
EDGES: tuple[Edge, ...] = ("left", "right", "top", "bottom")


def open_to(areas: Mapping[str, Box]) -> Mapping[str, Box]:
    """How far each ground could grow, to all sides."""
    return {
        zone: _with(box, **{edge: min(MOST, _room(areas, (zone,), edge)) for edge in EDGES})
        for zone, box in areas.items()
    }


def off_ground(box: Box, area: Box, open_ground: Box) -> float:
    """What speaks against a place: little where the ground can grow for it, much where it stands before another."""
    if area.holds(box):
        return 0.0
    if open_ground.holds(box):
        return 0.5 + 0.01 * sum(max(0.0, _beyond(area, box, edge)) for edge in EDGES)
    return 4.0 + 0.06 * sum(max(0.0, _beyond(open_ground, box, edge)) for edge in EDGES)


def settled(network: Network, geometry: Geometry, said: Labels) -> tuple[Geometry, Labels]:
    """Everything as it is, on grounds that have grown."""
    areas = _grown(network, geometry, said)
    titles = {zone: _moved(zone, areas, geometry, said) for zone in said.headings}
    return replace(geometry, areas=areas), replace(said, headings=titles)


def _grown(network: Network, geometry: Geometry, said: Labels) -> Mapping[str, Box]:
    areas = dict(geometry.areas)
    belongings = {zone: tuple(_belongings(network, geometry, said, zone)) for zone in areas}
    for edge in EDGES:
        for zones in _together(geometry.areas, edge):
            common = _needed(areas, zones, belongings, edge)
            for zone in zones:
                alone = edge in ("left", "right") and not common
                by = _needed(areas, (zone,), belongings, edge) if alone else common
                areas[zone] = _with(areas[zone], **{edge: by})
    return areas


def _needed(
    areas: Mapping[str, Box], zones: tuple[str, ...], belongings: Mapping[str, tuple[Box, ...]], edge: Edge
) -> float:
    """How far the edges of these grounds go out together for what stands over one of them."""
    room = min(MOST, _room(areas, zones, edge))
    wanted = (_beyond(areas[zone], box, edge) for zone in zones for box in belongings[zone])
    return max((by + RIM for by in wanted if -TIGHT < by <= room - RIM), default=0.0)


def _belongings(network: Network, geometry: Geometry, said: Labels, zone: str) -> Iterator[Box]:
    """What should stand on a ground."""
    zones = {station.key: station.zone for station in network.stations}
    for key, caption in said.captions.items():
        if zones[key] == zone:
            yield caption.box
    for track in network.tracks:
        if zones[track.source] == zone == zones[track.target]:
            if track.key in said.names:
                yield said.names[track.key].box
            if track.source == track.target:
                yield around(geometry.ways[track.key].points)


def _together(areas: Mapping[str, Box], edge: Edge) -> Iterable[tuple[str, ...]]:
    """The grounds whose edges are in one line: those of a deck, above and below, and those under each other."""
    groups: dict[tuple[float, ...], list[str]] = {}
    for zone, box in areas.items():
        deck = round(box.y, 1), round(box.bottom, 1)
        at = {"left": (round(box.x, 1),), "right": (round(box.right, 1),), "top": deck, "bottom": deck}[edge]
        groups.setdefault(at, []).append(zone)
    return [tuple(zones) for zones in groups.values()]


def _beyond(area: Box, box: Box, edge: Edge) -> float:
    """How far a box stands out of a ground there."""
    return {
        "left": area.x - box.x,
        "right": box.right - area.right,
        "top": area.y - box.y,
        "bottom": box.bottom - area.bottom,
    }[edge]


def _room(areas: Mapping[str, Box], zones: Iterable[str], edge: Edge) -> float:
    """How far the edges of these grounds may be moved together before they meet another."""
    moving = tuple(zones)
    rooms = [
        _gap(areas[zone], other, edge) - APART
        for zone in moving
        for name, other in areas.items()
        if name not in moving and _faces(areas[zone], other, edge)
    ]
    return max(0.0, min(rooms, default=MOST))


def _faces(area: Box, other: Box, edge: Edge) -> bool:
    """Does the other stand before this edge?"""
    if edge in ("left", "right"):
        beside = area.y < other.bottom + APART and other.y < area.bottom + APART
    else:
        beside = area.x < other.right + APART and other.x < area.right + APART
    return beside and _gap(area, other, edge) >= 0


def _gap(area: Box, other: Box, edge: Edge) -> float:
    return {
        "left": area.x - other.right,
        "right": other.x - area.right,
        "top": area.y - other.bottom,
        "bottom": other.y - area.bottom,
    }[edge]


def _with(box: Box, left: float = 0.0, right: float = 0.0, top: float = 0.0, bottom: float = 0.0) -> Box:
    return Box(box.x - left, box.y - top, box.wide + left + right, box.high + top + bottom)


def _moved(zone: str, areas: Mapping[str, Box], geometry: Geometry, said: Labels) -> Heading:
    """The title at the corner of the ground that has grown, if nothing stands there."""
    heading, before, after = said.headings[zone], geometry.areas[zone], areas[zone]
    by = after.x - before.x, after.y - before.y
    if not any(by):
        return heading
    box = Box(heading.box.x + by[0], heading.box.y + by[1], heading.box.wide, heading.box.high)
    return Heading(box, heading.lines) if _free(box.grown(3), geometry, said) else heading


def _free(box: Box, geometry: Geometry, said: Labels) -> bool:
    written = (
        *geometry.markers.values(),
        *(caption.box for caption in said.captions.values()),
        *said.badges.values(),
        *(name.box for name in said.names.values()),
        *(bullet.box for bullet in said.bullets),
    )
    paper = Clearance()
    for way in geometry.ways.values():
        paper.add_line(way.track, way.points, way.wide)
    return not any(box.touches(other) for other in written) and not paper.lines(box, 0.0)
