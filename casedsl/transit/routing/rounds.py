"""In which order tracks are routed, and again: rip-up and re-route.

Lines first, in the order of travel, then the other tracks, short before long. Then each track is taken out and
routed again among all the others, as long as that changes something. A track whose way is as cheap as if it were alone
keeps it.

At a station a line goes on as straight as it can, and directions that many tracks use already are dearer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from casedsl.transit.network import Network, Track
from casedsl.transit.placing import Ground
from casedsl.transit.routing.field import Field
from casedsl.transit.routing.paths import NORTH_WEST, SOUTH_WEST, WEST, Path, turn
from casedsl.transit.routing.search import search
from casedsl.transit.routing.traffic import Traffic

CONTINUE = (0.0, 0.6, 1.5, 3.0, 5.0)
"""What a line pays at a station for turning by so many eighths of a circle."""
CROWD = 0.7
"""For each unit of width that leaves or arrives in the same direction."""
BACKWARDS = 1.2
"""Leaving to the west for a target in the east."""
ROUNDS = 2


class Router:
    """`paths` are the ways of all tracks, in declared order."""

    def __init__(self, network: Network, ground: Ground, field: Field, known: Mapping[str, Path] | None = None) -> None:
        self._network, self._ground, self.field = network, ground, field
        units = {track.key: 2 if len(network.lines_of[track.key]) > 1 else 1 for track in network.tracks}
        self._traffic = Traffic(field, units)
        self._paths: dict[str, Path] = {}
        self._before, self._after = _neighbours(network)
        for key, path in (known or {}).items():
            self._put(network.track[key], path)

    @property
    def paths(self) -> dict[str, Path]:
        return {track.key: self._paths[track.key] for track in self._network.tracks}

    def run(self, rounds: int = ROUNDS) -> None:
        """Routes what has no way yet, then all of that again, a few times."""
        order = [track for track in _order(self._network, self._ground) if track.key not in self._paths]
        self.again(order)
        for _ in range(rounds):
            if not self.again([track for track in order if self._pays(track) > 0]):
                break

    def once(self, company: float, most: float) -> float:
        """Routes all tracks and says what they cost, what they pay for others so many times more; stops where that
        will be more than `most`."""
        cost = 0.0
        for track in _order(self._network, self._ground):
            self.again((track,))
            cost += self._paths[track.key].cost + company * self._pays(track)
            if cost > most:
                return cost
        return sum(path.cost for path in self._paths.values()) + company * self.company()

    def company(self) -> float:
        """What all tracks pay for the others."""
        return sum(self._pays(track) for track in self._network.tracks)

    def _pays(self, track: Track) -> float:
        """What a track pays for others on its way; if nothing, it goes as if it were alone."""
        path = self._paths[track.key]
        self._traffic.remove(track, path)
        pays = self._traffic.along(track, path)
        self._traffic.add(track, path)
        return pays

    def again(self, tracks: Iterable[Track]) -> bool:
        """Takes out each of the tracks and routes it anew; says whether a way has changed."""
        changed = False
        for track in tracks:
            old = self._paths.pop(track.key, None)
            if old is not None:
                self._traffic.remove(track, old)
            new = self._way(track)
            changed = changed or old is None or old.nodes != new.nodes
            self._put(track, new)
        return changed

    def _put(self, track: Track, path: Path) -> None:
        self._paths[track.key] = path
        self._traffic.add(track, path)

    def _way(self, track: Track) -> Path:
        nodes = self._ground.nodes
        ends = nodes[track.source], nodes[track.target]
        path = search(track, ends, self.field, self._traffic, self._leaving(track), self._arriving(track))
        if path is None:
            raise LookupError(f"no way for the track {track.key}")
        return path

    def _leaving(self, track: Track) -> list[float]:
        nodes, ports = self._ground.nodes, self._traffic.ports.get(track.source, NOBODY)
        east = nodes[track.target][0] > nodes[track.source][0]
        lines = [self._paths[key].steps[-1] for key in self._before.get(track.key, ()) if key in self._paths]
        return [
            CROWD * ports[d]
            + sum(CONTINUE[turn(came, d)] for came in lines)
            + (BACKWARDS if east and d in (SOUTH_WEST, WEST, NORTH_WEST) else 0.0)
            for d in range(8)
        ]

    def _arriving(self, track: Track) -> list[float]:
        ports = self._traffic.ports.get(track.target, NOBODY)
        lines = [self._paths[key].steps[0] for key in self._after.get(track.key, ()) if key in self._paths]
        return [CROWD * ports[(d + 4) % 8] + sum(CONTINUE[turn(d, goes)] for goes in lines) for d in range(8)]


NOBODY = [0] * 8


def _neighbours(network: Network) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """For each track on a line the tracks before it and after it, on each of its lines."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for line in network.lines:
        for one, other in pairwise(line.tracks):
            if network.track[one].target == network.track[other].source and one != other:
                before.setdefault(other, []).append(one)
                after.setdefault(one, []).append(other)
    return before, after


def _order(network: Network, ground: Ground) -> list[Track]:
    def far(track: Track) -> int:
        (x, y), (to_x, to_y) = ground.nodes[track.source], ground.nodes[track.target]
        return max(abs(x - to_x), abs(y - to_y))

    on_lines = dict.fromkeys(key for line in network.lines for key in line.tracks)
    rest = [track for track in network.tracks if track.key not in on_lines]
    return [*(network.track[key] for key in on_lines), *sorted(rest, key=far)]
