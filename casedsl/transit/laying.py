"""The layout engine on one page: a network comes in, a plan goes out, every time the same.

Stations find cells (`placing/`; `choosing.py` tries several), captions say which room they would like (`labels/`),
tracks are routed over the nodes between the cells (`routing/`), tracks that go together are laid side by side
(`bundling/`), words find their place (`labels/`), and `faults.py` looks at the result. What it finds is mended by
`repair.py`, which goes through all this again with a wider column or a way that costs more. A lock (`lock.py`) hands in
the cells and ways of the last time.
"""

from __future__ import annotations

from casedsl.transit.choosing import chosen
from casedsl.transit.lock import Lock, kept, placed, still
from casedsl.transit.network import Network
from casedsl.transit.placing import Widening, ground
from casedsl.transit.plan import Plan
from casedsl.transit.repair import repaired


def lay(network: Network, lock: Lock | None = None, most: int | None = None) -> Plan:
    """`most` is how many columns there may be, for a sheet of paper; a box of a zone that is wider still is. A lock
    that knows no station of this network is another map's, and there is nothing to keep."""
    if lock is None or network.station.keys().isdisjoint(lock.stations):
        return repaired(network, chosen(network, most), Widening(), {})
    return _again(network, lock)


TRIES = 3
"""So many cells are tried for a new station before what was there has to move."""


def _again(network: Network, lock: Lock) -> Plan:
    """From a lock: the first plan in which nothing is wrong and nothing has moved, else the one with the fewest
    faults."""
    tries = TRIES if network.station.keys() - lock.stations.keys() else 1
    plans: list[Plan] = []
    for instead in range(tries):
        placing = placed(network, lock, instead)
        known = kept(network, lock, ground(placing, lock.widening))
        plan = repaired(network, placing, lock.widening, known, lock)
        if not plan.faults and plan.lock is not None and still(plan.lock, lock):
            return plan
        plans.append(plan)
    return min(plans, key=lambda plan: len(plan.faults))
