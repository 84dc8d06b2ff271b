"""How good a table of cells is, without routing: the hill that `climb.py` climbs and `wander.py` wanders over.

What it costs, after Stott and Rodgers ("Metro map layout using multicriteria optimization"): the length of the straight
links between stations, more for links that aren't octilinear, for links that cross, for a station on the link of two
others, and very much for a station in the corridor of the main way. Main stations never move. Links weigh more where
lines run. A move changes only the links of the stations that move, so only these are counted before and after.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from casedsl.transit.network import Network
from casedsl.transit.placing.cells import Cell, Placing
from casedsl.transit.placing.ground import BETWEEN, COLUMN, ROW

CORRIDOR = 25.0
GATE_INSIDE = 2.0
"""For each row that a gate stands away from the border of its box."""

NEAR = 2.3
"""A station whose distance from a link, squared, is no more than this stands on it."""

Link = tuple[int, int, float]
Stretch = tuple[int, int, int, int, int, int, int, int]
"""Left, right, top and bottom of a link, and its ends."""


class Weights(Struct, frozen=True):
    """What is dear: how much a link that isn't octilinear costs, one that crosses, and a station on a link."""

    slanted: float = 1.5
    crossing: float = 5.0
    on_link: float = 6.0


class Hill:
    """Stations are numbers here, in declared order. `rows` are those of each deck, one more than are used; `groups`
    hang together and are worth moving as a whole; `trunks` is the row of each deck over which they are turned."""

    def __init__(self, network: Network, placing: Placing, weights: Weights) -> None:
        self._start, self._weights = placing, weights
        self._before: dict[tuple[int, ...], float] = {}
        keys = list(placing.cells)
        self.cells = list(placing.cells.values())
        self.rows = [rows + 1 for rows in placing.rows]
        tops = [0]
        for rows in self.rows:
            tops.append(tops[-1] + rows * ROW + BETWEEN)
        self._tops = tops
        self.spans = [placing.spans[placing.zones[key]] for key in keys]
        self._zones = [placing.zones[key] for key in keys]
        self._gates = [network.station[key].kind == "gate" for key in keys]
        self.free = [key not in placing.main for key in keys]
        self._corridor = set(_corridor(placing))
        self.taken = {cell: at for at, cell in enumerate(self.cells)}
        self._links = _links(network, {key: at for at, key in enumerate(keys)})
        self._of: list[list[int]] = [[] for _ in keys]
        for number, (a, b, _) in enumerate(self._links):
            self._of[a].append(number)
            self._of[b].append(number)
        self.groups = _groups([at for at, free in enumerate(self.free) if free], self._zones, self._links)
        self.trunks = {self.cells[at].deck: self.cells[at].row for at, key in enumerate(keys) if key in placing.main}
        for deck, rows in enumerate(self.rows):
            self.trunks.setdefault(deck, rows // 2)
        self._xs = [cell.column * COLUMN for cell in self.cells]
        self._ys = [tops[cell.deck] + cell.row * ROW for cell in self.cells]
        self._stretches = [self._stretch(number) for number in range(len(self._links))]

    @property
    def placing(self) -> Placing:
        return Placing(dict(zip(self._start.cells, self.cells, strict=True)), self._start.zones, self._start.main)

    def gain(self, at: int, cell: Cell, most: float = math.inf) -> float | None:
        """What it would change that a station goes to a cell of its box, or swaps with who is there; negative is
        cheaper. None if it may not. Where it is more than `most`, so is what is said."""
        here, other = self.cells[at], self.taken.get(cell)
        if here == cell or not (other is None or (self.free[other] and self._zones[other] == self._zones[at])):
            return None
        moving = (at,) if other is None else (at, other)
        before = self._before.get(moving)
        if before is None:
            before = self._before[moving] = self.cost(moving)
        self._stand(at, cell, other, here)
        after = self.cost(moving, before + most)
        self._stand(at, here, other, cell)
        return after - before

    def move(self, group: Sequence[int], cells: Sequence[Cell]) -> None:
        self._before.clear()
        for at in group:
            del self.taken[self.cells[at]]
        for at, cell in zip(group, cells, strict=True):
            self._stand(at, cell, None, cell)
            self.taken[cell] = at

    def _stand(self, at: int, cell: Cell, other: int | None, place: Cell) -> None:
        self._put(at, cell)
        if other is not None:
            self._put(other, place)

    def _put(self, at: int, cell: Cell) -> None:
        self._xs[at], self._ys[at] = cell.column * COLUMN, self._tops[cell.deck] + cell.row * ROW
        self.cells[at] = cell
        for number in self._of[at]:
            self._stretches[number] = self._stretch(number)

    def _stretch(self, number: int) -> Stretch:
        a, b, _ = self._links[number]
        x1, y1, x2, y2 = self._xs[a], self._ys[a], self._xs[b], self._ys[b]
        return min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2), x1, y1, x2, y2

    def swap(self, at: int, cell: Cell) -> None:
        self._before.clear()
        here, other = self.cells[at], self.taken.pop(cell, None)
        self._stand(at, cell, other, here)
        del self.taken[here]
        self.taken[cell] = at
        if other is not None:
            self.taken[here] = other

    def cost(self, moving: Sequence[int], most: float = math.inf) -> float:
        """What the stations that move cost, and their links. Where it is more than `most`, so is what is said."""
        mine = sorted({number for at in moving for number in self._of[at]})
        total = sum(self._link_cost(number) for number in mine)
        for at in moving:
            if total > most:
                return total
            total += self._stand_cost(at, mine)
        done: set[int] = set()
        for number in mine:
            if total > most:
                return total
            done.add(number)
            total += self._crossings(number, done)
        return total

    def _link_cost(self, number: int) -> float:
        a, b, weight = self._links[number]
        left, right, top, bottom, x1, y1, x2, y2 = self._stretches[number]
        wide, high = right - left, bottom - top
        cost = max(wide, high) + 0.41 * min(wide, high)
        if wide and high and wide != high:
            cost += self._weights.slanted
        near = NEAR * (wide * wide + high * high)
        for at, x in enumerate(self._xs):
            if left <= x <= right and top <= self._ys[at] <= bottom and at != a and at != b:
                area = (y2 - y1) * (x - x1) - (x2 - x1) * (self._ys[at] - y1)
                if area * area <= near:
                    cost += self._weights.on_link
        return cost * weight

    def _crossings(self, number: int, done: Container[int]) -> float:
        """With all links but those that are done."""
        cost, (a, b, weight) = 0.0, self._links[number]
        left, right, top, bottom, x1, y1, x2, y2 = self._stretches[number]
        dx, dy = x2 - x1, y2 - y1
        for k, (left2, right2, top2, bottom2, x3, y3, x4, y4) in enumerate(self._stretches):
            if left2 > right or right2 < left or top2 > bottom or bottom2 < top or k in done:
                continue
            c, d, other = self._links[k]
            if a in (c, d) or b in (c, d):
                continue
            ex, ey = x4 - x3, y4 - y3
            if (dx * (y3 - y1) - dy * (x3 - x1)) * (dx * (y4 - y1) - dy * (x4 - x1)) < 0 and (
                ex * (y1 - y3) - ey * (x1 - x3)
            ) * (ex * (y2 - y3) - ey * (x2 - x3)) < 0:
                cost += self._weights.crossing * min(weight, other)
        return cost

    def _stand_cost(self, at: int, mine: Container[int]) -> float:
        """Standing in the way: in the corridor, on the links of others; for a gate also away from the border."""
        cell, x, y = self.cells[at], self._xs[at], self._ys[at]
        cost = CORRIDOR if cell in self._corridor else 0.0
        if self._gates[at]:
            cost += GATE_INSIDE * min(cell.row, self.rows[cell.deck] - 1 - cell.row)
        for number, (left, right, top, bottom, x1, y1, x2, y2) in enumerate(self._stretches):
            if left <= x <= right and top <= y <= bottom and number not in mine:
                area = (y2 - y1) * (x - x1) - (x2 - x1) * (y - y1)
                if area * area <= NEAR * ((x2 - x1) ** 2 + (y2 - y1) ** 2):
                    cost += self._weights.on_link * self._links[number][2]
        return cost


def height(network: Network, placing: Placing) -> float:
    """What a whole placing costs."""
    return Hill(network, placing, Weights()).cost(range(len(placing.cells)))


def _corridor(placing: Placing) -> Iterator[Cell]:
    """The cells between two main stations that follow each other on one row."""
    for here, there in pairwise(placing.cells[key] for key in placing.main):
        if (here.deck, here.row) == (there.deck, there.row):
            for column in range(min(here.column, there.column) + 1, max(here.column, there.column)):
                yield Cell(here.deck, here.row, column)


def _links(network: Network, at: Mapping[str, int]) -> list[Link]:
    """Each pair of stations that a track joins, with the root of its weight: lines weigh, the main way most."""
    main = set(network.lines[0].tracks) if network.lines else set()
    weights: dict[tuple[int, int], float] = {}
    for track in network.tracks:
        a, b = sorted((at[track.source], at[track.target]))
        if a != b:
            weight = 1 + 2 * len(network.lines_of[track.key]) + 3 * (track.key in main)
            weights[a, b] = weights[a, b] + weight / 2 if (a, b) in weights else weight
    return [(a, b, weight**0.5) for (a, b), weight in weights.items()]


def _groups(free: Sequence[int], zones: Sequence[str], links: Sequence[Link]) -> list[tuple[int, ...]]:
    """Side stations of one zone that hang together by links; and all of a zone."""
    group = {at: at for at in free}
    for a, b, _ in links:
        if a in group and b in group and zones[a] == zones[b]:
            old, new = group[b], group[a]
            group = {at: new if of == old else of for at, of in group.items()}
    together = [tuple(at for at in free if group[at] == name) for name in dict.fromkeys(group.values())]
    together += [tuple(at for at in free if zones[at] == zone) for zone in dict.fromkeys(zones[at] for at in free)]
    return list(dict.fromkeys(each for each in together if each))
