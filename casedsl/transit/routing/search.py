"""The cheapest way of one track: A* over nodes and the direction of arrival.

A bend of 45 degrees costs as much as a step, one of 90 three, two bends in a row two more, sharper ones are not
possible. What is left to go is estimated from below by the octile distance and the eighths of a circle that must be
turned, so the way found is the cheapest (but for the small discount of going together).
"""

from __future__ import annotations

from heapq import heappop, heappush

from casedsl.transit.network import Track
from casedsl.transit.placing import Node
from casedsl.transit.routing.field import FOREIGN_ZONE, NEVER, Field
from casedsl.transit.routing.paths import (
    DIAGONAL,
    DX,
    DY,
    EAST,
    NORTH,
    NORTH_EAST,
    NORTH_WEST,
    SOUTH,
    SOUTH_EAST,
    SOUTH_WEST,
    WEST,
    Path,
    turn,
)
from casedsl.transit.routing.traffic import Traffic

BENDS = (0.0, 1.0, 3.0)
DEAREST = NEVER / 2
NEAREST = 1.0
"""A step of the estimate. One in company may cost a little less, so the cheapest way may be missed by as little: the
search becomes a good deal narrower for it."""
AGAIN = 2.0
"""A bend right after a bend."""

TURNS = {
    (came, bent): tuple(((came + by) % 8, BENDS[abs(by)] + (AGAIN if bent and by else 0.0)) for by in (0, 1, -1, 2, -2))
    for came in range(8)
    for bent in (False, True)
}
"""For each direction of arrival, bent or not: where one can go on, and at what cost."""
BEYOND = 7
"""How far a way goes out of the box around its ends, in nodes; if there is none in it, as far as it likes."""

Costs = list[float]


def search(
    track: Track, ends: tuple[Node, Node], field: Field, traffic: Traffic, leave: Costs, arrive: Costs
) -> Path | None:
    """`leave` and `arrive` are what each direction costs at the two stations. None if all ways are walled off."""
    before = _open_ends(track, field)
    for beyond in (BEYOND, field.wide + field.high):
        walk = _Walk(track, field, traffic, _window(field, ends, beyond), field.number(ends[1]), arrive)
        found = walk.run(field.number(ends[0]), leave)
        if found:
            break
    for step, value in before.items():
        field.base[step] = value
    return walk.path(*found) if found else None


def _open_ends(track: Track, field: Field) -> dict[int, float]:
    """Makes cheap what is cheap for the tracks of these two stations; returns what it was before."""
    base, before = field.base, dict[int, float]()
    for station in dict.fromkeys((track.source, track.target)):
        for step, less in field.less[station].items():
            before.setdefault(step, base[step])
            base[step] -= less
    for step, cost in field.into[track.target].items():
        before.setdefault(step, base[step])
        base[step] = cost - field.less[track.target].get(step, 0.0)
    return before


class _Walk:
    """A state is a number: 8 for each node, and the direction of arrival. Whether the last step was a bend is seen from
    the state before it: not quite exact, but half as many states as when they were told apart."""

    def __init__(
        self, track: Track, field: Field, traffic: Traffic, window: bytearray, goal: int, arrive: Costs
    ) -> None:
        self._window = window
        self._track, self._field, self._traffic, self._goal, self._arrive = track, field, traffic, goal, arrive
        self._from: dict[int, int] = {}
        self._best: dict[int, float] = {}
        self._estimates: dict[int, Costs] = {}
        mine = {field.zone_of[track.source], field.zone_of[track.target], len(field.zones)}
        self._dear = [0.0 if zone in mine else FOREIGN_ZONE for zone in range(len(field.zones) + 1)]
        self._delta = [DX[d] + DY[d] * field.wide for d in range(8)]

    def run(self, start: int, leave: Costs) -> tuple[int, float] | None:
        """The last state of the cheapest way, and what it costs."""
        queue = self._begin(start, leave)
        base, zone, busy, more = self._field.base, self._field.zone, self._traffic.busy, self._traffic.cost
        best, came_from, delta, goal, estimates = self._best, self._from, self._delta, self._goal, self._estimates
        while queue:
            _, cost, state = heappop(queue)
            if cost > best[state]:
                continue
            here, steps = state >> 3, state & -8
            if here == goal:
                return state, cost
            for d, bend in TURNS[state & 7, (came_from[state] ^ state) & 7 != 0]:
                node = here + delta[d]
                if base[steps + d] > DEAREST or not self._window[node]:
                    continue
                reached = cost + base[steps + d] + bend + self._dear[zone[node]]
                if busy[steps + d]:
                    reached += more(self._track, steps + d, state, came_from)
                if node == goal:
                    reached += self._arrive[d]
                there = node * 8 + d
                if reached < best.get(there, NEVER):
                    best[there] = reached
                    came_from[there] = state
                    heappush(queue, (reached + (estimates.get(node) or self._estimate(node))[d], reached, there))
        return None

    def _begin(self, start: int, leave: Costs) -> list[tuple[float, float, int]]:
        """The first step, in each direction. What came before it is said to be the station itself, reached straight."""
        queue: list[tuple[float, float, int]] = []
        for d in range(8):
            step, node = 8 * start + d, start + self._delta[d]
            if self._field.base[step] > DEAREST:
                continue
            cost = self._field.base[step] + leave[d] + self._dear[self._field.zone[node]]
            cost += self._traffic.cost(self._track, step, -1, self._from) if self._traffic.busy[step] else 0.0
            cost += self._arrive[d] if node == self._goal else 0.0
            self._best[node * 8 + d], self._from[node * 8 + d] = cost, d - 8
            heappush(queue, (cost + self._estimate(node)[d], cost, node * 8 + d))
        return queue

    def _estimate(self, node: int) -> Costs:
        """What is left to go from a node at least, for each direction of arrival."""
        y, x = divmod(node, self._field.wide)
        to_y, to_x = divmod(self._goal, self._field.wide)
        dx, dy = to_x - x, to_y - y
        wide, high = abs(dx), abs(dy)
        length = NEAREST * (max(wide, high) + (DIAGONAL - 1) * min(wide, high))
        self._estimates[node] = found = [length + turns for turns in _turns(dx, dy)]
        return found

    def path(self, last: int, cost: float) -> Path:
        states = [last]
        while (before := self._from[states[-1]]) >= 0:
            states.append(before)
        states.reverse()
        wide = self._field.wide
        first = (states[0] >> 3) - self._delta[states[0] & 7]
        numbers = [first, *(state >> 3 for state in states)]
        return Path(
            tuple((number % wide, number // wide) for number in numbers),
            tuple(state & 7 for state in states),
            cost,
        )


def _window(field: Field, ends: tuple[Node, Node], beyond: int) -> bytearray:
    """The nodes of the box around both ends and so many nodes around it."""
    (x, y), (to_x, to_y) = ends
    left, right = max(0, min(x, to_x) - beyond), min(field.wide - 1, max(x, to_x) + beyond)
    nodes = bytearray(field.wide * field.high)
    for row in range(max(0, min(y, to_y) - beyond), min(field.high - 1, max(y, to_y) + beyond) + 1):
        nodes[row * field.wide + left : row * field.wide + right + 1] = b"\1" * (right - left + 1)
    return nodes


def _turns(dx: int, dy: int) -> Costs:
    """For each direction of arrival the eighths of a circle that must be turned to come to what lies there."""
    if not dx and not dy:
        return NO_TURNS
    sharp = dx == 0 or dy == 0 or abs(dx) == abs(dy)
    return TURNED[_octant(dx, dy), sharp]


def _octant(dx: int, dy: int) -> int:
    """The direction in which a point lies, or the one before it clockwise if it lies between two."""
    if dy >= 0 and dx > 0:
        return EAST if dx > dy else SOUTH_EAST
    if dx <= 0 and dy > 0:
        return SOUTH if dy > -dx else SOUTH_WEST
    if dy <= 0 and dx < 0:
        return WEST if -dx > -dy else NORTH_WEST
    return NORTH if -dy > dx else NORTH_EAST


NO_TURNS = [0.0] * 8
TURNED = {
    (octant, sharp): [
        float(turn(d, octant)) if sharp else max(float(turn(d, octant)), float(turn(d, octant + 1))) for d in range(8)
    ]
    for octant in range(8)
    for sharp in (True, False)
}
