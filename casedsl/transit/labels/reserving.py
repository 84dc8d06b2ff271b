"""Room for captions before anything is routed.

Nobody knows yet where the lines will run, but most will leave a station towards the neighbour at their other end. So
each neighbour pulls on the two of eight directions between which it lies, the more the more lines join it, and a
caption goes where it is pulled at least. Stations with many neighbours choose first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import atan2, floor, pi

from casedsl.transit.labels.clearance import crosses
from casedsl.transit.labels.sides import DISLIKE, SIDES, beside
from casedsl.transit.labels.wording import wordings
from casedsl.transit.network import Network
from casedsl.transit.plan import Area
from casedsl.transit.shapes import Box, Index, Point

HALF = 13.0
"""Half of the side of a marker before it is known how far it will grow."""
RAY = 60.0


def reserve(network: Network, middles: Mapping[str, Point], areas: tuple[Area, ...] = ()) -> Mapping[str, Box]:
    """A box for the caption of each station, by its key; `middles` are where the markers will be, `areas` the grounds
    with their titles as far as they are known."""
    markers = {key: Box(x - HALF, y - HALF, 2 * HALF, 2 * HALF) for key, (x, y) in middles.items()}
    index = Index(_around(markers))
    for key, marker in markers.items():
        index.add(key, marker)
    for area in areas:
        index.add(f"zone {area.zone}", area.title)
    pulls = {key: _pulls(network, middles, key) for key in markers}
    reserved: dict[str, Box] = {}
    for key in in_order(network):
        reserved[key] = _best(network, key, middles[key], markers[key], pulls[key], index)
        index.add(f"caption {key}", reserved[key])
    return {station.key: reserved[station.key] for station in network.stations}


def in_order(network: Network) -> list[str]:
    """The stations with the most tracks first."""
    tracks = dict.fromkeys(network.station, 0)
    for track in network.tracks:
        tracks[track.source] += 1
        tracks[track.target] += 1
    return sorted(tracks, key=lambda key: -tracks[key])


def _around(markers: Mapping[str, Box]) -> Box:
    """Far more than any caption needs, to all sides."""
    return Box(
        -1e4, -1e4, 2e4 + max(box.right for box in markers.values()), 2e4 + max(box.bottom for box in markers.values())
    )


def _pulls(network: Network, middles: Mapping[str, Point], key: str) -> list[float]:
    """How strongly lines will go in each of the eight directions, from the east on by the clock."""
    pulls = [0.0] * 8
    x, y = middles[key]
    for track in network.tracks:
        if key not in (track.source, track.target) or track.source == track.target:
            continue
        other_x, other_y = middles[track.target if track.source == key else track.source]
        turn = atan2(other_y - y, other_x - x) / (pi / 4)
        share = turn - floor(turn)
        weight = 1 + 2 * len(network.lines_of[track.key])
        pulls[floor(turn) % 8] += weight * (1 - share)
        pulls[(floor(turn) + 1) % 8] += weight * share
    return pulls


_STEPS = ((1.0, 0.0), (0.7071, 0.7071), (0.0, 1.0), (-0.7071, 0.7071), (-1.0, 0.0), (-0.7071, -0.7071), (0.0, -1.0),
          (0.7071, -0.7071))  # fmt: skip


def _best(network: Network, key: str, at: Point, marker: Box, pulls: list[float], index: Index) -> Box:
    chosen, least = None, float("inf")
    for number, words in enumerate(wordings(network, network.station[key], code_inside=False)[:2]):
        for side in SIDES:
            box = beside(marker, side, words.wide, words.high)
            cost = DISLIKE[side] + number
            cost += sum(
                pull * 1.5 + 0.3
                for pull, (along_x, along_y) in zip(pulls, _STEPS, strict=True)
                if crosses(box.grown(3), at, (at[0] + along_x * RAY, at[1] + along_y * RAY))
            )
            cost += 0.0 if index.free(box.grown(4), key) else 30.0
            if cost < least - 1e-9:
                chosen, least = box, cost
    assert chosen is not None
    return chosen
