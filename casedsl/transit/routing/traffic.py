"""What the tracks that are there already cost a track that comes later.

Running beside others is cheap if they have the same source or target (they make a bundle that the eye follows as one),
a little dear if not, and very dear where no more fit; crossing others is dear. Three counts are kept: who uses a step,
who passes through a node from which side to which, and how many leave and arrive at a station in each direction.
`busy` marks the steps where any of this matters, so that the search asks only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from casedsl.transit.network import Track
from casedsl.transit.routing.field import Field
from casedsl.transit.routing.paths import DX, DY, Path

CROSSING = 6.0
TOGETHER = -0.15
APART = 0.15
COMPANY = 0.12
ROOM = 4
"""Units of width beside each other on one step; a track without lines and one with one line are a unit, others two."""
FULL = 25.0


class Traffic:
    def __init__(self, field: Field, units: dict[str, int]) -> None:
        self._number = field.number
        self._delta = [DX[d] + DY[d] * field.wide for d in range(8)]
        self._units = units
        self.busy = [0] * (8 * field.wide * field.high)
        self._using: dict[int, list[Track]] = {}
        self._passing: dict[int, list[tuple[Track, int, int]]] = {}
        self._known: dict[int, dict[int, tuple[int, tuple[tuple[Track, int], ...]]]] = {}
        self.ports: dict[str, list[int]] = {}

    def add(self, track: Track, path: Path) -> None:
        self._count(track, path, 1)

    def remove(self, track: Track, path: Path) -> None:
        self._count(track, path, -1)

    def _count(self, track: Track, path: Path, by: int) -> None:
        numbers = [self._number(node) for node in path.nodes]
        for at, d in enumerate(path.steps):
            step, back = 8 * numbers[at] + d, 8 * numbers[at + 1] + (d + 4) % 8
            for one in (step, back):
                _keep(self._using, one, track, by)
                self.busy[one] += by
                if d % 2:
                    self.busy[self._across(one)] += by
        for at in range(1, len(path.steps)):
            node = numbers[at]
            self._known.pop(node, None)
            _keep(self._passing, node, (track, (path.steps[at - 1] + 4) % 8, path.steps[at]), by)
            for d in range(8):
                self.busy[8 * node + d] += by
        for station, d in ((track.source, path.steps[0]), (track.target, (path.steps[-1] + 4) % 8)):
            self.ports.setdefault(station, [0] * 8)[d] += by * self._units[track.key]

    def _across(self, step: int) -> int:
        """The other diagonal of the square over which a diagonal step runs."""
        node, d = divmod(step, 8)
        return 8 * (node + DX[d]) + (4 - d) % 8

    def cost(self, track: Track, step: int, state: int, trail: Mapping[int, int]) -> float:
        """What a step costs more, after the state of the search that reached its node (below 0: it begins there);
        `trail` leads from each state to the one before it."""
        cost = 0.0
        using = self._using.get(step)
        if using:
            units = sum(self._units[other.key] for other in using)
            if units + self._units[track.key] > ROOM:
                cost += FULL
            else:
                friends = any(other.target == track.target or other.source == track.source for other in using)
                cost += (TOGETHER if friends else APART) + COMPANY * units
        if step & 1:
            for other in self._using.get(self._across(step), ()):
                cost += CROSSING * self._units[other.key]
        if state >= 0 and step >> 3 in self._passing:
            cost += CROSSING * self._crossed(step, state, trail)
        return cost

    def along(self, track: Track, path: Path) -> float:
        """What the others cost a track on all of its way."""
        total, before = 0.0, -1
        trail: dict[int, int] = {}
        for at, d in enumerate(path.steps):
            step = 8 * self._number(path.nodes[at]) + d
            total += self.cost(track, step, before, trail) if self.busy[step] else 0.0
            state = self._number(path.nodes[at + 1]) * 8 + d
            trail[state] = before
            before = state
        return total

    def _crossed(self, step: int, state: int, trail: Mapping[int, int]) -> int:
        """How many tracks through the node are crossed there, or have been since they came together with this one."""
        entry = (state + 4) & 7
        known = self._known.get(step >> 3) or self._known.setdefault(step >> 3, {})
        at = entry * 8 + (step & 7)
        crossed, parting = known.get(at) or known.setdefault(at, self._met(step, entry))
        for other, goes in parting:
            crossed += self._parts_across(other, step & 7, goes, state, trail)
        return crossed

    def _met(self, step: int, entry: int) -> tuple[int, tuple[tuple[Track, int], ...]]:
        """On the way through a node: how many tracks are crossed, and which have come along and go on elsewhere."""
        node, leave = divmod(step, 8)
        low, high = min(entry, leave), max(entry, leave)
        crossed, parting = 0, list[tuple[Track, int]]()
        for other, one, two in self._passing[node]:
            if one == entry or two == entry:
                goes = two if one == entry else one
                if goes != leave:
                    parting.append((other, goes))
            elif one != leave and two != leave:
                crossed += (low < one < high) != (low < two < high)
        return crossed, tuple(parting)

    def _parts_across(self, other: Track, leave: int, goes: int, state: int, trail: Mapping[int, int]) -> bool:
        """Does this way, which has gone together with another track up to here, part from it on the other side than it
        came? Then the two must cross somewhere on the way that they share."""
        ahead = state & 7
        parts = side_ahead(leave, goes, ahead)
        while True:
            before, node = trail[state], (state >> 3) - self._delta[ahead]
            came = next((ports for ports in self._passing.get(node, ()) if ports[0] is other), None)
            if before < 0 or came is None:
                return False
            mine = (before + 4) & 7
            its = came[2] if came[1] == ahead else came[1]
            if mine != its:
                return side_behind(mine, its, ahead) * parts < 0
            state, ahead = before, before & 7


def side_ahead(one: int, other: int, ahead: int) -> int:
    """-1 if the one goes on to the left of the other, 1 if to the right."""
    a, b = (one - ahead + 3) % 8, (other - ahead + 3) % 8
    return (a > b) - (a < b)


def side_behind(one: int, other: int, ahead: int) -> int:
    """-1 if the one came in to the left of the other: directions back, seen clockwise from ahead."""
    a, b = (one - ahead) % 8, (other - ahead) % 8
    return (a < b) - (a > b)


Kept = TypeVar("Kept")


def _keep(kept: dict[int, list[Kept]], key: int, what: Kept, by: int) -> None:
    if by > 0:
        kept.setdefault(key, []).append(what)
    else:
        kept[key].remove(what)
