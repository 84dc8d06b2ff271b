"""A network with a place for everything, in pixels: what the engine of layout hands to whoever draws.

Nothing in a plan is decided again by a drawing: where a line runs, how far a capsule reaches, on which side a name
stands. So the SVG, the PDF and the page in the browser show the same map, and a check of the plan is a check of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from casedsl.transit.lock import Lock
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box, Point


class Area(Struct, frozen=True):
    """The ground of a zone, and the room of its title in lines of text."""

    zone: str
    box: Box
    title: Box
    lines: tuple[str, ...]


class Caption(Struct, frozen=True):
    """The words at a station: title in lines, code (unless it stands in the marker), ladder, notes; `side` is the edge
    to which they are set: at the station's east they begin at the left of the box, at its west they end at its right,
    north and south they are centred."""

    box: Box
    side: Literal["east", "west", "middle"]
    title: tuple[str, ...]
    ladder: tuple[str, ...]
    notes: tuple[str, ...]
    code_inside: bool


class Spot(Struct, frozen=True):
    """A station's marker, a capsule with round ends that grows with the tracks that meet in it, and its caption."""

    station: str
    marker: Box
    caption: Caption


class Way(Struct, frozen=True):
    """A track on the paper. `points` run from the middle of the source's marker to the middle of the target's, each
    stretch at a multiple of 45 degrees. `lanes` are the same way for each line on it, side by side, in the order of
    `Network.lines_of`; a track without lines has no lanes. `wide` is the width of all of it. `leaves` and `arrives` say
    how far from either end it comes out of the markers."""

    track: str
    points: tuple[Point, ...]
    lanes: tuple[tuple[Point, ...], ...]
    wide: float
    leaves: float
    arrives: float


class Run(Way, frozen=True):
    """A way and what stands along it. `badge` is the room of its code, `bar` the middle of the gate bar across the
    track if it is guarded and the direction of travel there; `name` the room of its name in `words`, or None if the
    name stands in the key only; `square` the middle of the square of a handoff."""

    badge: Box
    bar: tuple[Point, Point] | None
    name: Box | None
    words: tuple[str, ...]
    square: Point | None


class Bullets(Struct, frozen=True):
    """The letters of journeys on a track, side by side in a box: those of `lines` (indices into `Network.lines`)."""

    track: str
    box: Box
    lines: tuple[int, ...]


FaultKind = Literal["through", "on top", "label on label", "label on line", "label on station", "slanted", "outside"]


class Fault(Struct, frozen=True):
    """What a plan must not have: a track through the marker of a station that it doesn't serve, two tracks on top of
    each other, a label on another label, on a track that isn't its own, or on a marker; a stretch that is no multiple
    of 45 degrees; anything outside the paper. `what` names the things, as `track TR4` or `name of station triage`."""

    kind: FaultKind
    what: tuple[str, ...]


class Plan(Struct, frozen=True, dict=True):
    """`faults` is empty in a plan that may be shown; else the engine has tried all that it knows (`laying.py`), and a
    smaller sheet is the way out. `lock` is what the next layout needs to leave everything where it is (`lock.py`)."""

    network: Network
    wide: float
    high: float
    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    runs: tuple[Run, ...]
    faults: tuple[Fault, ...] = ()
    bullets: tuple[Bullets, ...] = ()
    lock: Lock | None = None

    @cached_property
    def spot(self) -> Mapping[str, Spot]:
        return {spot.station: spot for spot in self.spots}

    @cached_property
    def run(self) -> Mapping[str, Run]:
        return {run.track: run for run in self.runs}
