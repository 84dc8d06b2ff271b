"""Of several placings the one on which the tracks cost least.

Each is routed once, without going over it again: a crossing, a bend or a long way that the hill climb could not foresee
shows there. Large networks take too long for this, and have the usual placing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from casedsl.transit import labels, routing
from casedsl.transit.network import Network
from casedsl.transit.placing import Effort, Ground, Placing, Widening, ground, offers
from casedsl.transit.routing import Router
from casedsl.transit.shapes import Box

EFFORTS = ((16, Effort(8, 400, 4), 0.84), (30, Effort(5, 800, 4), 0.95))
"""Up to so many stations so much is tried. A placing found by a walk is taken if its tracks cost less than such a share
of the best one found by a climb: walks make dense tables, which leave less room for names, most of all where rows are
low."""
LEAST = Effort(0, 0, 0), 1.0
COMPANY = 2.0
"""What tracks cost each other, most of it crossings, counts so many times more: the eye minds it more than length."""


def chosen(network: Network, most: int | None = None) -> Placing:
    """`most` is how many columns there may be."""
    tried = ((effort, share) for stations, effort, share in EFFORTS if len(network.stations) <= stations)
    effort, share = next(tried, LEAST)
    found = offers(network, effort, most)
    if len(found.climbed) + len(found.walked) == 1:
        return found.climbed[0]
    best, cost = _cheapest(network, found.climbed, math.inf)
    walked, _ = _cheapest(network, found.walked, share * cost)
    return walked or best or found.climbed[0]


def _cheapest(network: Network, placings: Iterable[Placing], below: float) -> tuple[Placing | None, float]:
    """The placing whose tracks cost least, if that is below a limit, and what they cost."""
    best = None
    for placing in placings:
        cost = _cost(network, placing, below)
        if cost < below:
            best, below = placing, cost
    return best, below


def _cost(network: Network, placing: Placing, below: float) -> float:
    land = ground(placing, Widening())
    router = Router(network, land, field_of(network, land)[1])
    return router.once(COMPANY, below)


def field_of(network: Network, land: Ground) -> tuple[dict[str, Box], routing.Field]:
    """The boxes that captions wish for, and what steps cost for tracks that keep out of these and of the headings."""
    middles = {key: land.pixels(node) for key, node in land.nodes.items()}
    wished = dict(labels.reserve(network, middles)) if middles else {}
    titles = labels.headings(network, {zone: land.area(zone) for zone in land.areas})
    return wished, routing.field(network, land, wished, [heading.box for heading in titles.values()])
