"""The seam between the layout engine and the labels: a map that has its tracks but no words yet.

`laying.py` asks the labels twice. Before routing, `labels.reserve(network, middles)` says for each station which box
its caption would like (so that tracks keep out of it). After bundling, `labels.place(network, geometry)` finds room
for all that is written, and answers with `Labels`. Neither changes the geometry: where no room is left, the best bad
place is taken, `faults.py` finds it, and `repair.py` makes room.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.transit.plan import Bullets, Caption, Way
from casedsl.transit.shapes import Box, Point


class Geometry(Struct, frozen=True):
    """`areas` are the grounds of the zones by their keys, `markers` the capsules of the stations, `wished` the boxes
    that were reserved for the captions, `ways` the tracks by their keys in declared order."""

    areas: Mapping[str, Box]
    markers: Mapping[str, Box]
    wished: Mapping[str, Box]
    ways: Mapping[str, Way]


class Name(Struct, frozen=True):
    box: Box
    words: tuple[str, ...]


class Heading(Struct, frozen=True):
    """The title of a zone, in lines of text."""

    box: Box
    lines: tuple[str, ...]


class Labels(Struct, frozen=True):
    """All that is written, by the keys of stations, tracks and zones. Every station has a caption, every track a badge;
    a track without a room for its name has no entry in `names`, one without a guard or a handoff none in `bars` or
    `squares`."""

    headings: Mapping[str, Heading]
    captions: Mapping[str, Caption]
    badges: Mapping[str, Box]
    names: Mapping[str, Name]
    bars: Mapping[str, tuple[Point, Point]]
    squares: Mapping[str, Point]
    bullets: tuple[Bullets, ...] = ()
