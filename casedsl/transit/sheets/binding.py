"""The atlas of a network: which sheets there are, each laid out, and cut again until it is clean and fits.

A map of few stations that is clean, and fits where paper is asked for, is one sheet. Else there are an overview, a
strip for each journey and a sheet for each team. A sheet that isn't clean, or is too large for the paper, is cut in
two where the fewest tracks are cut, and again if need be (`7a`, `7b`). What is still not clean then is drawn as combs:
each station with its exits, which are clean by their rule; the page says so. So is an overview that isn't clean. The
timetable has every exit in words in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from casedsl.transit.codes import letters
from casedsl.transit.network import Network, Zone
from casedsl.transit.placing.boxes import first_cells
from casedsl.transit.plan import Plan
from casedsl.transit.sheets.cutting import Sheet, grounds, halves, leaving, part
from casedsl.transit.sheets.overview import overview
from casedsl.transit.sheets.paper import A3, Paper
from casedsl.transit.sheets.strips import combs, strips

Lay = Callable[[Network, int | None], Plan]
"""Lays a network out with so many columns at the most, where that is said."""

MOST = 40
"""So many stations one sheet may have."""
FEWEST = 4
"""Fewer stations are not cut in two: their sheet is drawn as combs if it isn't clean."""
UNCLEAN = "the whole map can't be drawn cleanly on one sheet, so it is drawn on several"
UNFIT = "the whole map is too large for one sheet of this paper, so it is drawn on several"
TEAMS = "a station is a team: its code is the number of its sheet; a track stands for all ways between two teams"
COMBS = "these stations don't fit on one clean map: each stands with its exits, and where they lead"


class Leaf(Struct, frozen=True):
    """A sheet with a place for everything."""

    sheet: Sheet
    plan: Plan


class Atlas(Struct, frozen=True):
    """All sheets of a network, in the order in which a reader wants them; `note` says why it isn't one sheet, where one
    might expect that."""

    network: Network
    leaves: tuple[Leaf, ...]
    note: str = ""

    @property
    def is_whole(self) -> bool:
        """Is all of it on one sheet?"""
        return len(self.leaves) == 1 and self.leaves[0].sheet.kind == "whole"


def whole(network: Network, plan: Plan) -> Atlas:
    """The atlas of one sheet."""
    return Atlas(network, (Leaf(Sheet("1", network.title, "whole", network, tuple(network.track)), plan),))


def bound(network: Network, lay: Lay, paper: Paper | None = None) -> Atlas:
    """The atlas. Without a paper a map of one sheet may be as large as it is; the sheets of a larger one fit on A3."""
    if len(network.stations) <= MOST:
        plan = lay(network, None if paper is None else paper.cells[0])
        if not plan.faults and (paper is None or paper.fits(plan)):
            return whole(network, plan)
        atlas = _Binder(network, lay, paper or A3).atlas()
        return Atlas(network, atlas.leaves, UNCLEAN if plan.faults else UNFIT)
    return _Binder(network, lay, paper or A3).atlas()


class _Binder:
    def __init__(self, network: Network, lay: Lay, paper: Paper) -> None:
        self._network, self._lay, self._paper = network, lay, paper
        self._grounds = grounds(network)
        self._lines = [line for line in network.lines if line.tracks]
        self._first = 1 + (len(self._grounds) > 1)
        first = self._first + len(self._lines)
        self._numbers = {zone.key: str(first + at) for at, (zone, _) in enumerate(self._grounds)}
        self._home = {station.key: f"sheet {self._numbers[station.zone]}" for station in network.stations}

    def atlas(self) -> Atlas:
        teams = chain.from_iterable(self._team(zone, inside) for zone, inside in self._grounds)
        return Atlas(self._network, (*self._overview(), *self._journeys(), *teams))

    def _overview(self) -> Iterator[Leaf]:
        """The teams and the ways between them; of one team there is none."""
        drawn = overview(self._network, self._network.title, self._numbers)
        if self._first == 1:
            return
        plans: tuple[Plan, ...] = (self._lay(drawn, self._paper.cells[0]),)
        if plans[0].faults or not self._paper.fits(plans[0]):
            plans = combs(drawn, tuple(drawn.station), self._paper.room, drawn.title)
        for page, each in enumerate(plans):
            title = f"Overview, page {page + 1} of {len(plans)}" if len(plans) > 1 else "Overview"
            yield Leaf(Sheet(_number("1", page, len(plans)), title, "overview", each.network, (), TEAMS), each)

    def _journeys(self) -> Iterator[Leaf]:
        for at, line in enumerate(self._lines):
            plans = strips(self._network, line, self._paper.room)
            for page, plan in enumerate(plans):
                title = f"{line.letter} {line.title}" + (f", page {page + 1} of {len(plans)}" if len(plans) > 1 else "")
                yield Leaf(Sheet(_number(str(self._first + at), page, len(plans)), title, "line", plan.network), plan)

    def _team(self, zone: Zone, inside: tuple[str, ...]) -> Iterator[Leaf]:
        title = zone.title or "Without a team"
        found = list(self._clean(title, inside))
        pages = sum(len(plans) for _, _, plans in found)
        page = 0
        for stations, drawn, plans in found:
            for plan in plans:
                number = _number(self._numbers[zone.key], page, pages)
                name = f"{title}, page {page + 1} of {pages}" if pages > 1 else title
                note = COMBS if drawn is None else ""
                keys = leaving(self._network, stations) if drawn is not None else tuple(plan.network.track)
                yield Leaf(Sheet(number, name, "zone", plan.network, keys, note), plan)
                page += 1

    def _clean(
        self, title: str, inside: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], Network | None, tuple[Plan, ...]]]:
        """Some stations on as few pages as are clean and fit, as maps if that can be."""
        drawn = part(self._network, title, inside, self._home)
        if len(drawn.stations) <= MOST and self._may_fit(drawn):
            plan = self._lay(drawn, self._paper.cells[0])
            if not plan.faults and self._paper.fits(plan):
                yield inside, drawn, (plan,)
                return
        if len(inside) >= 2 * FEWEST:
            for some in halves(self._network, inside):
                yield from self._clean(title, some)
            return
        yield inside, None, combs(self._network, inside, self._paper.room, title)

    def _may_fit(self, drawn: Network) -> bool:
        """Are there not more columns and rows than on the paper? That is known before anything is routed."""
        placing = first_cells(drawn, self._paper.cells[0]).packed()
        wide = 1 + max(cell.column for cell in placing.cells.values())
        sizes = self._paper.cells, self._paper.upright.cells
        return any(wide <= columns and sum(placing.rows) <= rows for columns, rows in sizes)


def _number(number: str, page: int, pages: int) -> str:
    """`7`, or `7a`, `7b`, … of several pages; behind `7z` comes `7aa`."""
    return number + letters(page) if pages > 1 else number


def homes(atlas: Atlas) -> Mapping[str, str]:
    """For each track the number of the sheet on which it stands whole."""
    return {key: leaf.sheet.number for leaf in atlas.leaves for key in leaf.sheet.whole}
