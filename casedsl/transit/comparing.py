"""Two charts compared: the chart of both in one, which says of itself that it is a comparison, and what differs."""

from __future__ import annotations

from msgspec.structs import replace

from casedsl.transit.chart import Chart
from casedsl.transit.difference import Difference, difference, key_of_both, told
from casedsl.transit.manifest import Seal

UNSEEN = "nothing that a map shows differs; what was compiled does"
"""Said of two versions whose artifacts differ where no map looks: the words of a letter, the priority."""


def comparison(old: Chart, new: Chart) -> tuple[Difference, Chart]:
    """What differs, and the chart of the union. It is bound to both versions and to no artifact."""
    found = difference(old.network, new.network, told(old.network, old.key), told(new.network, new.key))
    before, after = old.seal, new.seal
    if before.version != after.version:
        found = replace(found, words=(f"version: was {before.version}, is {after.version}", *found.words))
    elif before.artifact != after.artifact and not found.marks:
        found = replace(found, words=(*found.words, UNSEEN))
    seal = Seal(version=after.version, compared=(old.seal, new.seal))
    return found, Chart(found.union, key_of_both(found, old.key, new.key), seal)
