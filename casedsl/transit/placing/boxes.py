"""The first cell of every station: zones become boxes in reading order, and boxes stand on decks like words in lines.

Zones come in the order in which the main way visits them. Inside a zone a station stands as many columns from the left
as the longest chain of tracks before it (tracks that go back don't count), but at most one column behind the main way:
so a box is as wide as the main way needs and the rest goes into the rows. The stations of the main way share one row of
their deck, the trunk.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from casedsl.transit.network import Network
from casedsl.transit.placing.cells import TRUNK_ROW, Cell, Placing
from casedsl.transit.placing.order import back_tracks, main_way

LEAST_WIDE = 9
"""Columns of a deck, at least."""
RATIO = 1.9
"""How much wider than high a map would like to be, in cells."""


def first_cells(network: Network, most: int | None = None) -> Placing:
    """`most` is how many columns a deck may have, for a sheet of paper; a box that is wider is a deck of its own."""
    main = main_way(network)
    zones = {station.key: station.zone for station in network.stations}
    columns = _columns(network, main, back_tracks(network))
    wide = {zone: 1 + max(columns[key] for key in zones if zones[key] == zone) for zone in _order(network, main)}
    decks = _decks(wide, len(zones), most)
    cells: dict[str, Cell] = {}
    taken: set[Cell] = set()
    for key in (*main, *sorted((key for key in zones if key not in main), key=lambda key: columns[key])):
        deck, left = decks[zones[key]]
        rows = _rows_from(TRUNK_ROW, key in main)
        cell = next(c for row in rows if (c := Cell(deck, row, left + columns[key])) not in taken)
        cells[key] = cell
        taken.add(cell)
    return Placing({station.key: cells[station.key] for station in network.stations}, zones, main)


def _rows_from(trunk: int, main: bool) -> Iterable[int]:
    if main:
        return range(trunk, 1000)
    return (trunk + 1, trunk - 1, trunk + 2, trunk - 2, *range(trunk + 3, 1000))


def _order(network: Network, main: Sequence[str]) -> list[str]:
    """The zones with stations: as the main way first comes in, else near the main stations that they are linked to."""
    zone_of = {station.key: station.zone for station in network.stations}
    at = {key: index for index, key in enumerate(main)}
    first: dict[str, float] = {}
    for key in main:
        first.setdefault(zone_of[key], at[key])
    for zone in dict.fromkeys(zone_of.values()):
        if zone not in first:
            links = sorted(
                at[there]
                for track in network.tracks
                for here, there in ((track.source, track.target), (track.target, track.source))
                if zone_of[here] == zone and there in at
            )
            first[zone] = links[len(links) // 2] + 0.5 if links else math.inf
    declared = {zone.key: index for index, zone in enumerate(network.zones)}
    return sorted(first, key=lambda zone: (first[zone], declared.get(zone, len(declared))))


def _columns(network: Network, main: Sequence[str], back: frozenset[str]) -> dict[str, int]:
    """For each station the column inside its box."""
    zone_of = {station.key: station.zone for station in network.stations}
    after: dict[str, list[str]] = {station.key: [] for station in network.stations}
    for track in network.tracks:
        if zone_of[track.source] == zone_of[track.target] and track.key not in back and track.source != track.target:
            after[track.source].append(track.target)
    for zone in dict.fromkeys(zone_of.values()):
        inside = [key for key in main if zone_of[key] == zone]
        for here, there in pairwise(inside):
            after[here].append(there)
    columns = _longest(after)
    on_main = set(main)
    for zone in dict.fromkeys(zone_of.values()):
        most = max(2, 1 + max((columns[key] for key in main if zone_of[key] == zone), default=0))
        for key in zone_of:
            if zone_of[key] == zone and key not in on_main:
                columns[key] = min(columns[key], most)
    return columns


def _longest(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The length of the longest chain that ends at each. Where the main way itself goes round, what is left of a cycle
    keeps the column that it has when the others are done."""
    before = dict.fromkeys(after, 0)
    for targets in after.values():
        for key in targets:
            before[key] += 1
    columns = dict.fromkeys(after, 0)
    free = deque(key for key, count in before.items() if not count)
    while free:
        here = free.popleft()
        for key in after[here]:
            columns[key] = max(columns[key], columns[here] + 1)
            before[key] -= 1
            if not before[key]:
                free.append(key)
    return columns


def _decks(wide: Mapping[str, int], stations: int, at_most: int | None) -> dict[str, tuple[int, int]]:
    """For each zone its deck and its first column there."""
    total = sum(wide.values())
    rows = max(2.5, stations / max(1, total) + 1)
    most = max(math.sqrt(total * rows * RATIO), LEAST_WIDE, max(wide.values(), default=0)) + 1
    most = most if at_most is None else max(at_most, max(wide.values(), default=0))
    decks: dict[str, tuple[int, int]] = {}
    deck = left = 0
    for zone, columns in wide.items():
        if left and left + columns > most:
            deck, left = deck + 1, 0
        decks[zone] = (deck, left)
        left += columns
    return decks
