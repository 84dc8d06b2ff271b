"""Where the stations go: a cell for each, in columns and rows.

`offers` is the way through: the order of the main way and the tracks that go back (`order.py`), zones as boxes on
decks (`boxes.py`), then stations move inside their boxes (`climb.py`, `wander.py`) over a hill of costs (`hill.py`),
and no empty column or row is left. The hill is only a likeness of what the tracks will cost, so there are several
placings, found by other walks and other weights, and whoever can route decides between them (`choosing.py`).
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.transit.network import Network
from casedsl.transit.placing.boxes import first_cells
from casedsl.transit.placing.cells import Cell, Placing
from casedsl.transit.placing.climb import climbed
from casedsl.transit.placing.ground import Ground, Node, Widening, ground, row_height
from casedsl.transit.placing.hill import Weights, height
from casedsl.transit.placing.order import main_way
from casedsl.transit.placing.wander import wandered

WEIGHTS = (Weights(), Weights(crossing=9.0))


class Effort(Struct, frozen=True):
    """How many walks over the hill, of how many steps each, and how many of the placings found there are routed."""

    walks: int
    steps: int
    routed: int


class Offers(Struct, frozen=True):
    """Placings that a climb has found, the usual first, and those of walks, what looks best first; each once."""

    climbed: tuple[Placing, ...]
    walked: tuple[Placing, ...]


def offers(network: Network, effort: Effort, most: int | None = None) -> Offers:
    """`most` as in `first_cells`."""
    start = first_cells(network, most)
    once = climbed(network, start, WEIGHTS[0]).packed()
    usual = climbed(network, once, WEIGHTS[0]).packed()
    climbs = (usual,) if usual == once or not effort.walks else (usual, once)
    walks: list[Placing] = []
    for walk in range(effort.walks):
        weights = WEIGHTS[walk % len(WEIGHTS)]
        walked = climbed(network, wandered(network, start, weights, walk, effort.steps), weights).packed()
        if walked not in climbs and walked not in walks:
            walks.append(walked)
    walks.sort(key=lambda placing: height(network, placing))
    return Offers(climbs, tuple(walks[: effort.routed]))


__all__ = ["Cell", "Effort", "Ground", "Node", "Placing", "Widening", "ground", "main_way", "offers", "row_height"]
