"""A walk over the hill that may also go down for a while: threshold accepting (Dueck and Scheuer), seeded.

A climb stops on the first hill top. Here a station, cell by chance, also moves where that is dearer, at first by much,
later by less and less; the best table of cells on the way is kept. Several walks end on several tops, and those that
look best are worth routing (`choosing.py`). What a move would change is remembered until one is made.
"""

from __future__ import annotations

import random

from casedsl.transit.network import Network
from casedsl.transit.placing.cells import Cell, Placing
from casedsl.transit.placing.hill import Hill, Weights

HOT = 5.0
"""How much dearer a move may be at first."""


def wandered(network: Network, placing: Placing, weights: Weights, seed: int, steps: int) -> Placing:
    """The best table on a walk of so many steps."""
    hill, chance = Hill(network, placing, weights), random.Random(seed).random
    free = [at for at, each in enumerate(hill.free) if each]
    known: dict[tuple[int, Cell], float | None] = {}
    total, best, found = 0.0, 0.0, placing
    for step in range(steps if free else 0):
        hot = HOT * (1 - step / steps)
        at = free[int(chance() * len(free))]
        span = hill.spans[at]
        row = int(chance() * hill.rows[span.deck])
        cell = Cell(span.deck, row, span.first + int(chance() * (span.last - span.first + 1)))
        if (at, cell) not in known:
            known[at, cell] = hill.gain(at, cell, hot)
        gain = known[at, cell]
        if gain is not None and gain < hot * chance():
            hill.swap(at, cell)
            known.clear()
            total += gain
            if total < best - 1e-6:
                best, found = total, hill.placing
    return found
