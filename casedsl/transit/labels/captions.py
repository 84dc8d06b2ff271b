"""A caption at each station: eight sides, several distances, several ways to break its lines.

The best of them is the nearest that touches nothing; a caption that would stand nearer to another station than to its
own, or on a foreign ground, is nearly as bad as one that touches a line. Its own ground grows for it where there is
room (`territory.py`). Stations with the most tracks choose first, for they have the fewest free sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.transit.geometry import Geometry
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.labels.reserving import in_order
from casedsl.transit.labels.sides import DISLIKE, SIDES, Side, beside, middle, setting
from casedsl.transit.labels.territory import off_ground, open_to
from casedsl.transit.labels.wording import Wording, holds_code, wordings
from casedsl.transit.network import Network, Station
from casedsl.transit.plan import Caption
from casedsl.transit.shapes import Box

DISTANCES = (0.0, 6.0, 12.0, 20.0, 30.0, 42.0)
APART = 2.0
"""How many pixels stay free between a caption and a line."""


Land = tuple[Box, Box]
"""The ground of a station, and how far it could grow."""


class _Choice:
    """The best so far."""

    def __init__(self) -> None:
        self.cost = float("inf")
        self.box: Box | None = None
        self.side: Side = "S"
        self.words: Wording | None = None

    def take(self, cost: float, box: Box, side: Side, words: Wording) -> None:
        if cost < self.cost - 1e-9:
            self.cost, self.box, self.side, self.words = cost, box, side, words


def captions(network: Network, geometry: Geometry, paper: Clearance) -> tuple[Mapping[str, Caption], float]:
    """All of them, and what speaks against their places."""
    made: dict[str, Caption] = {}
    harm = 0.0
    markers = Clearance()
    for key, marker in geometry.markers.items():
        markers.add(key, marker)
    open_ground = open_to(geometry.areas)
    for key in in_order(network):
        if key in geometry.markers:
            zone = network.station[key].zone
            land = (geometry.areas[zone], open_ground[zone]) if zone in geometry.areas else None
            made[key], cost = _caption(network, geometry, key, land, paper, markers)
            harm += cost
            paper.add(f"caption {key}", made[key].box)
    return {station.key: made[station.key] for station in network.stations if station.key in made}, harm


def _caption(
    network: Network, geometry: Geometry, key: str, land: Land | None, paper: Clearance, markers: Clearance
) -> tuple[Caption, float]:
    station, marker = network.station[key], geometry.markers[key]
    wished = _wished(geometry, key)
    choice = _Choice()
    for cost, side, box, words in _offers(network, station, marker, wished):
        if cost < choice.cost:
            cost += _strange(box, key, land, markers)
        if cost < choice.cost:
            cost += 60.0 * paper.boxes(box.grown(2), key)
        if cost < choice.cost:
            choice.take(cost + 40.0 * paper.lines(box, APART), box, side, words)
    assert choice.box is not None
    assert choice.words is not None
    words = choice.words
    set_to = setting(choice.side)
    return Caption(choice.box, set_to, words.title, words.ladder, words.notes, words.code_inside), choice.cost


Offer = tuple[float, Side, Box, Wording]


def _offers(network: Network, station: Station, marker: Box, wished: Side | None) -> Iterator[Offer]:
    """Every place that is tried, with what speaks against it by itself."""
    inside = holds_code(station, marker.wide, marker.high)
    said = tuple(enumerate(wordings(network, station, inside)))
    for apart in DISTANCES:
        for number, words in said:
            for side in SIDES:
                plain = 0.8 * number + 0.12 * apart + (0.0 if side == wished else 1.0 + 0.5 * DISLIKE[side])
                for shift, box in _slid(marker, side, beside(marker, side, words.wide, words.high, apart)):
                    yield plain + shift, side, box, words


def _wished(geometry: Geometry, key: str) -> Side | None:
    """The side on which room was reserved."""
    box = geometry.wished.get(key)
    if box is None:
        return None
    x, y = middle(geometry.markers[key])
    down = "N" if box.bottom <= y else "S" if box.y >= y else ""
    across = "" if abs(middle(box)[0] - x) < 1 else "E" if middle(box)[0] > x else "W"
    return next((side for side in SIDES if side == down + across), None)


def _slid(marker: Box, side: Side, box: Box) -> Iterator[tuple[float, Box]]:
    """The box; beside a long capsule also further along it, at a corner also further out."""
    yield 0.0, box
    if len(side) == 2:
        out = 1 if side.endswith("E") else -1
        for by in (6.0, 13.0):
            yield 0.08 * by, Box(box.x + out * by, box.y, box.wide, box.high)
        return
    upright = side in ("E", "W")
    room = (marker.high + box.high if upright else marker.wide + box.wide) / 2 - 8
    for share in (-0.35, 0.35, -0.7, 0.7):
        by = room * share
        x, y = (box.x, box.y + by) if upright else (box.x + by, box.y)
        yield 0.4 + abs(share), Box(x, y, box.wide, box.high)


def _strange(box: Box, key: str, land: Land | None, markers: Clearance) -> float:
    """How much a reader would wonder whose caption it is: on a foreign ground, or near another station."""
    harm = 2.0 * markers.boxes(box.grown(10), key)
    return harm + (off_ground(box.grown(2), *land) if land else 0.0)
