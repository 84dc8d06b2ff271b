"""The map as a Mermaid state diagram. Every character that could mean something to Mermaid is written by its number.

Teams stand in the words of the stations: Mermaid draws no arrow between states of two groups. Names of nodes are
counted, because its grammar takes some pairs of letters for words of its own; the codes stand in the words too.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.transit.export.arrows import at_arrow, at_station
from casedsl.transit.key import Key
from casedsl.transit.network import Network, Station
from casedsl.transit.text import clean

_PLAIN = frozenset(" .,()/'→")


def mermaid(network: Network, key: Key) -> str:
    """A `stateDiagram-v2` with an arrow for each track."""
    return "\n".join(_lines(network, key)) + "\n"


def _lines(network: Network, key: Key) -> Iterator[str]:
    ids = {station.key: f"s{at}" for at, station in enumerate(network.stations, 1)}
    rows = {row.track: row for row in key.rows()}
    yield "stateDiagram-v2"
    yield "    direction LR"
    for station in network.stations:
        yield f'    state "{_words(at_station(network, station.key) + _team(network, station))}" as {ids[station.key]}'
    for station in network.stations:
        if station.kind == "first":
            yield f"    [*] --> {ids[station.key]}"
    for track in network.tracks:
        words = _words(at_arrow(track, rows[track.key]))
        yield f"    {ids[track.source]} --> {ids[track.target]} : {words}"
    for station in network.stations:
        if station.kind == "final":
            yield f"    {ids[station.key]} --> [*]"


def _team(network: Network, station: Station) -> str:
    title = next(zone.title for zone in network.zones if zone.key == station.zone)
    return f" ({title})" if title else ""


def _words(text: str) -> str:
    return "".join(char if _plain(char) else f"#{ord(char)};" for char in clean(text))


def _plain(char: str) -> bool:
    return char.isalnum() or char in _PLAIN
