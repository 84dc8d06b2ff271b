"""What is seen of a picture: where tracks, stations and texts are, in pixels, whoever drew them.

Two readers make it: `measure.js` in a browser, from any tool's picture, and `reading.py` in plain Python, from ours.
Both read the same marks of an SVG:

- `g.track` with the id `tr-KEY`, `data-from` and `data-to`: its way is the first path in it that isn't filled;
- `g.station` with the id `st-KEY`: its marker is the element of the class `marker` in it, else its first shape;
- `g.zone`: its first shape is the ground;
- a `data-key` in any of the three says its key, else the id does;
- a text belongs to the track, station or zone around it, or that a `data-track`, `data-station` or `data-zone` around
  it names; any other belongs to the page, as all in `g.head`, `g.key` and `g.foot` does, and stands for itself.

The pictures of other tools are given these marks before they are measured (`peers.py`).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width, height."""


class Way(Struct, frozen=True):
    """A track: the middle of what is drawn, with curves as many short pieces; `wide` is the width of the line."""

    key: str
    source: str
    target: str
    points: tuple[Point, ...]
    wide: float = 1.0


class Marker(Struct, frozen=True):
    """A station; `round` is the radius of its corners, half its height for a capsule."""

    key: str
    box: Box
    round: float = 0.0


class Label(Struct, frozen=True):
    """A line of text or the outline of a badge, and whose it is."""

    kind: Literal["track", "station", "zone", "page"]
    key: str
    part: Literal["text", "badge"]
    words: str
    box: Box


class Seen(Struct, frozen=True):
    wide: float
    high: float
    tracks: tuple[Way, ...]
    stations: tuple[Marker, ...]
    labels: tuple[Label, ...]
    zones: tuple[Box, ...] = ()
