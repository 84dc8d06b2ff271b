"""What stands at an arrow where a tool for graphs draws the map: the code of the exit, and its row of the key."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.transit.key import Row
from casedsl.transit.network import Network, Track


def at_station(network: Network, key: str) -> str:
    """`TR Triage`, and below a gate for whom it stands."""
    station = network.station[key]
    covers = ", ".join(network.station[each].title for each in station.covers)
    return f"{station.code} {station.title}" + (f": {covers or 'nowhere'}" if station.kind == "gate" else "")


def at_arrow(track: Track, row: Row) -> str:
    """`TR4 Decide [refund > 10000 GBP] by Clerk`."""
    return " ".join(_said(track, row))


def _said(track: Track, row: Row) -> Iterator[str]:
    yield f"{row.code} {row.name}"
    if " as " in row.target or track.target == track.source or row.target.startswith("back"):
        yield f"({row.target})"
    if row.guards:
        yield f"[{'; '.join(row.guards)}]"
    if row.who and not track.timer:
        yield f"by {row.who}"
    if row.not_in:
        yield f"not in {row.not_in}"
