"""A hill climb over cells: a station moves to a free cell of its box, or swaps with another, where that is cheaper.

Two passes suffice; four take twice the time and give nothing (measured in the study).
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.transit.network import Network
from casedsl.transit.placing.cells import Cell, Placing
from casedsl.transit.placing.hill import Hill, Weights

PASSES = 3
REACH = 3
"""How many columns a station moves at most in one move."""


def climbed(network: Network, placing: Placing, weights: Weights) -> Placing:
    hill = Hill(network, placing, weights)
    for _ in range(PASSES):
        moved = _improve(hill)
        if not _mirror(hill) and not moved:
            break
    return hill.placing


def _improve(hill: Hill) -> bool:
    """One pass over all stations, each to its best cell; False if nothing moved."""
    moved = False
    for at, free in enumerate(hill.free):
        if free and (cell := _best(hill, at)):
            hill.swap(at, cell)
            moved = True
    return moved


def _best(hill: Hill, at: int) -> Cell | None:
    """The cell to which a station should go, the first of equal ones; None if it should stay."""
    best, least = None, -1e-6
    for cell in _reachable(hill, at):
        gain = hill.gain(at, cell, least)
        if gain is not None and gain < least:
            best, least = cell, gain
    return best


def _reachable(hill: Hill, at: int) -> Iterator[Cell]:
    here, span = hill.cells[at], hill.spans[at]
    for column in range(max(span.first, here.column - REACH), min(span.last, here.column + REACH) + 1):
        for row in range(hill.rows[here.deck]):
            yield Cell(here.deck, row, column)


def _mirror(hill: Hill) -> bool:
    """Turns groups of stations over the trunk row where that is cheaper: a group moves only as a whole, for each of its
    stations alone would cross the links of the others."""
    turned = False
    for group in hill.groups:
        old = [hill.cells[at] for at in group]
        new = [Cell(cell.deck, 2 * hill.trunks[cell.deck] - cell.row, cell.column) for cell in old]
        free = all(hill.taken.get(cell, group[0]) in group for cell in new)
        if not free or not all(0 <= cell.row < hill.rows[cell.deck] for cell in new):
            continue
        before = hill.cost(group)
        hill.move(group, new)
        if hill.cost(group) < before - 1e-6:
            turned = True
        else:
            hill.move(group, old)
    return turned
