"""Two charts compared: the chart of both in one, which says of itself that it is a comparison, and what differs."""

from __future__ import annotations

from msgspec.structs import replace

from casedsl.transit.chart import Chart
from casedsl.transit.difference import Difference, difference, key_of_both, told
from casedsl.transit.manifest import Seal


def comparison(old: Chart, new: Chart) -> tuple[Difference, Chart]:
    """What differs, and the chart of the union. It is bound to both versions and to no artifact."""
    found = difference(old.network, new.network, told(old.network, old.key), told(new.network, new.key))
    before, after = old.seal.version, new.seal.version
    if before != after:
        found = replace(found, words=(f"version: was {before}, is {after}", *found.words))
    seal = Seal(version=after, compared=(old.seal, new.seal))
    return found, Chart(found.union, key_of_both(found, old.key, new.key), seal)
