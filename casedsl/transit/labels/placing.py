"""Everything that is written on a map finds its place, one kind after the other, on one paper (`clearance.py`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.transit.geometry import Geometry, Labels
from casedsl.transit.labels.badges import badges
from casedsl.transit.labels.bullets import bullets
from casedsl.transit.labels.captions import captions
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.labels.headings import clear, headings
from casedsl.transit.labels.names import names
from casedsl.transit.labels.sizes import ARROW, SQUARE
from casedsl.transit.labels.travel import along, first_exit, length
from casedsl.transit.network import Network
from casedsl.transit.plan import Way
from casedsl.transit.shapes import Box, Point

ASIDE = (0.0, 10.0, -10.0, 20.0)
"""How far a square goes along its line where another one is at the border."""
TIGHT = 80.0
"""A track that shows so few pixels has one place for its badge, so it chooses before the captions."""
CUT = 9.0
"""So many pixels before and behind a sharp bend its round corner is nearest to a straight line."""
WORTH = 5.0
"""What captions and badges may suffer for a name more."""


def place(network: Network, geometry: Geometry) -> Labels:
    """Where names found no room, once more with these before the captions; the better of both."""
    best = _drafted(network, geometry, ())
    nameless = tuple(key for key in geometry.ways if key not in best.labels.names)
    return min(best, _drafted(network, geometry, nameless), key=_cost).labels if nameless else best.labels


class _Draft(Struct, frozen=True):
    """`harm` is what speaks against the places of captions and badges."""

    labels: Labels
    harm: float


def _cost(draft: _Draft) -> float:
    return draft.harm - WORTH * len(draft.labels.names)


def _drafted(network: Network, geometry: Geometry, first: tuple[str, ...]) -> _Draft:
    """`first` are the tracks whose names choose before the captions."""
    paper = _ruled(geometry)
    titles = clear(headings(network, geometry.areas), geometry.areas, paper)
    for key, heading in titles.items():
        paper.add(f"heading {key}", heading.box)
    squares = _squares(network, geometry)
    for key, point in squares.items():
        paper.add(f"square {key}", _around(point, SQUARE / 2 + 1.5))
    lengths = {key: length(way.points) for key, way in geometry.ways.items()}
    order = sorted(lengths, key=lambda key: lengths[key])
    tight = [key for key in order if key in first or lengths[key] - _hidden(geometry.ways[key]) < TIGHT]
    numbered = badges(network, geometry, tight, paper)
    early = names(network, geometry, numbered, {}, first, paper)
    said, harm = captions(network, geometry, paper)
    numbered |= badges(network, geometry, [key for key in order if key not in tight], paper)
    lettered = bullets(network, geometry, {key: tag.behind for key, tag in numbered.items()}, paper)
    written = names(network, geometry, numbered, early, order, paper)
    boxes = {key: numbered[key].box for key in geometry.ways}
    bars = {key: bar for key in geometry.ways if (bar := numbered[key].bar) is not None}
    harm += sum(tag.harm for tag in numbered.values())
    return _Draft(Labels(titles, said, boxes, written, bars, squares, lettered), harm)


def _ruled(geometry: Geometry) -> Clearance:
    """The paper with markers, lines and arrows."""
    paper = Clearance()
    for key, marker in geometry.markers.items():
        paper.add(key, marker.grown(2))
    for key, way in geometry.ways.items():
        paper.add_line(key, way.points, way.wide)
        for chord in _chords(way.points):
            paper.add_line(key, chord, way.wide)
        paper.add(f"arrow {key}", _arrow_room(geometry, key))
    return paper


def _chords(points: tuple[Point, ...]) -> Iterator[tuple[Point, Point]]:
    """Where a line is drawn at a sharp bend, whose corner is rounded on its inside."""
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        back, forth = _towards(corner, before), _towards(corner, after)
        if CUT < math.dist(back, forth) < 1.9 * CUT:
            yield back, forth


def _towards(corner: Point, end: Point) -> Point:
    share = min(CUT / max(math.dist(corner, end), 1e-9), 0.5)
    return corner[0] + (end[0] - corner[0]) * share, corner[1] + (end[1] - corner[1]) * share


def _hidden(way: Way) -> float:
    return way.leaves + way.arrives


def _squares(network: Network, geometry: Geometry) -> Mapping[str, Point]:
    """The middle of the square of each handoff, where its track leaves the ground of the team."""
    found: dict[str, Point] = {}
    for track in network.tracks:
        if track.handoff and track.key in geometry.ways:
            way, area = geometry.ways[track.key], geometry.areas.get(network.station[track.source].zone)
            whole, least = length(way.points), way.leaves + SQUARE
            most = whole - way.arrives - ARROW - SQUARE
            border = first_exit(way.points, area) if area else None
            far = (least + most) / 2 if border is None else max(least, min(border, most))
            offers = (along(way.points, max(least, min(far + by, most)))[0] for by in ASIDE)
            found[track.key] = next(
                (point for point in offers if all(_clear(point, other) for other in found.values())),
                along(way.points, far)[0],
            )
    return found


def _clear(one: Point, other: Point) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) > SQUARE + 1


def _arrow_room(geometry: Geometry, key: str) -> Box:
    way = geometry.ways[key]
    tip, ahead = along(way.points, length(way.points) - way.arrives)
    return _around((tip[0] - ahead[0] * ARROW / 2, tip[1] - ahead[1] * ARROW / 2), 5.0)


def _around(point: Point, half: float) -> Box:
    return Box(point[0] - half, point[1] - half, 2 * half, 2 * half)
