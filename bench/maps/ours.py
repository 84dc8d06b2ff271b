"""Our own maps, and the CPU seconds that they take: laid out and drawn, the better of two rounds."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.maps.peers import Drawn
from casedsl.transit.drawing import draw, svg
from casedsl.transit.laying import lay
from casedsl.transit.network import Network
from casedsl.transit.plan import Plan
from casedsl.transit.sheets.binding import bound

ROUNDS = 2


def drawn(networks: Sequence[Network]) -> list[Drawn]:
    return [_best(network) for network in networks]


def _best(network: Network) -> Drawn:
    rounds = [_once(network) for _ in range(ROUNDS)]
    return min(rounds, key=lambda each: each.seconds or 0.0)


def _once(network: Network) -> Drawn:
    before = time.process_time()
    picture = svg(draw(lay(network)))
    return Drawn(picture, time.process_time() - before)


def sheets(network: Network) -> dict[str, tuple[Network, Drawn]]:
    """Each sheet of a large network as an auditor gets it, by its number. The seconds are those of the layout that was
    kept; a sheet that had to be cut again took more."""
    spent: dict[int, float] = {}

    def timed(part: Network, columns: int | None) -> Plan:
        before = time.process_time()
        plan = lay(part, most=columns)
        spent[id(plan)] = time.process_time() - before
        return plan

    made: dict[str, tuple[Network, Drawn]] = {}
    for leaf in bound(network, timed).leaves:
        before = time.process_time()
        picture = svg(draw(leaf.plan))
        seconds = spent.get(id(leaf.plan), 0.0) + time.process_time() - before
        made[f"{leaf.sheet.number} {leaf.sheet.title}"] = (leaf.plan.network, Drawn(picture, seconds))
    return made
