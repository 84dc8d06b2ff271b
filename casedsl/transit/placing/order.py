"""The main way through a network, and the tracks that go back on it.

The main way is the first line. A network without lines has the shortest way from its first station to a final one. A
track goes *back* if a walk in declared order (tracks of lines first) meets its target while still on the way from it:
without these tracks the network has no cycle, so stations can stand in the order of travel.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from casedsl.transit.network import Network, Track

Exits = Mapping[str, Sequence[Track]]


def exits_of(network: Network) -> dict[str, list[Track]]:
    exits: dict[str, list[Track]] = {station.key: [] for station in network.stations}
    for track in network.tracks:
        exits[track.source].append(track)
    return exits


def main_way(network: Network) -> tuple[str, ...]:
    """Stations in the order of the main way, each once; gates are never on it, they stand beside what they cover."""
    tracks = [network.track[key] for line in network.lines[:1] for key in line.tracks]
    stops = [key for track in tracks for key in (track.source, track.target)] or list(_shortest_way(network))
    return tuple(dict.fromkeys(key for key in stops if network.station[key].kind != "gate"))


def _shortest_way(network: Network) -> tuple[str, ...]:
    start = next((each.key for each in network.stations if each.kind == "first"), None)
    start = start or next((each.key for each in network.stations if each.kind != "gate"), None)
    if start is None:
        return ()
    exits, waiting = exits_of(network), deque([start])
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    while waiting:
        here = waiting.popleft()
        if network.station[here].kind == "final":
            return ways[here]
        for track in exits[here]:
            if track.target not in ways:
                ways[track.target] = (*ways[here], track.target)
                waiting.append(track.target)
    return (start,)


def back_tracks(network: Network) -> frozenset[str]:
    exits = {
        key: sorted(tracks, key=lambda track: min(network.lines_of[track.key], default=len(network.lines)))
        for key, tracks in exits_of(network).items()
    }
    starts = [each.key for each in network.stations if each.kind == "first"]
    back: list[str] = []
    done: set[str] = set()
    for start in (*starts, *(each.key for each in network.stations)):
        if start not in done:
            back.extend(_walk(start, exits, done))
    return frozenset(back)


def _walk(start: str, exits: Exits, done: set[str]) -> Iterator[str]:
    """A depth-first walk without recursion, so that a long chain is no matter; marks what it has seen as done."""
    on_the_way = {start}
    done.add(start)
    steps = [(start, iter(exits[start]))]
    while steps:
        here, left = steps[-1]
        track = next(left, None)
        if track is None:
            steps.pop()
            on_the_way.discard(here)
        elif track.target in on_the_way:
            yield track.key
        elif track.target not in done:
            done.add(track.target)
            on_the_way.add(track.target)
            steps.append((track.target, iter(exits[track.target])))
