"""The words on a map: where each of them stands. Four questions, asked at four times by `laying.py`, whose seam to
this room is `transit/geometry.py`.

`headings(network, areas)`: the titles of the zones, before anything is routed.

`reserve(network, middles)`: before routing, room for the caption of each station, on the side where the fewest of its
neighbours are; the router keeps out of it.

`place(network, geometry)`: after bundling, against the real lines. The squares of handoffs come first, for they have
one place only; then captions, for they are large; then badges, near their sources; names last, for a name may be left
out: the key has them all.

`settled(network, geometry, labels)`: at last the grounds grow for what stands out of them.
"""

from __future__ import annotations

from casedsl.transit.labels.headings import headings
from casedsl.transit.labels.placing import place
from casedsl.transit.labels.reserving import reserve
from casedsl.transit.labels.territory import settled

__all__ = ["headings", "place", "reserve", "settled"]
