"""Where a station stands: its column is how far the journey has come, its zone is its team, its lane is a line in it.

Columns: the states are put in an order (that of the file, or as a search from the first state meets them, whichever has
the fewest ways back; final states last). A link that goes on in this order pushes its target one column to the right of
its source, every other link is a way back. A side step stands right after the first state that enters it.

The main way takes the first line of each state that leads on to an end, and of its routes the one that is always
open; it keeps the first lane of each zone, and nobody else may stand in between. Without an end there is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise

from casedsl_runtime.vocabulary import BACK
from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.tracks import Track, side_steps

Links = Mapping[str, tuple[str, ...]]
Choice = tuple[bool, int, bool, int, str]
"""Is it final, number of the line, has it a guard, place among the routes, the state."""


class Spot(Struct, frozen=True):
    """A place on the grid; lanes are counted over all zones, from the top."""

    column: int
    lane: int


class Zone(Struct, frozen=True):
    title: str
    lanes: int


class Plan(Struct, frozen=True):
    """The stations on the grid. `main` holds the (from, to) pairs of the main way; `sides` are the side steps."""

    spots: Mapping[str, Spot]
    zones: tuple[Zone, ...]
    columns: int
    main: frozenset[tuple[str, str]]
    sides: frozenset[str]

    @property
    def lanes(self) -> int:
        return sum(zone.lanes for zone in self.zones)


def plan(case_type: CaseType, lines: tuple[Track, ...]) -> Plan:
    sides = side_steps(lines)
    links = _links(case_type, lines)
    order = _order(case_type, links)
    ranks = _ranks(order, links, sides)
    main = tuple(_main_way(case_type, lines, ranks, sides))
    homes = _homes(case_type, order, links)
    spots, zones = _settle(case_type, order, ranks, main, homes, links)
    return Plan(spots, zones, max(ranks.values()) + 1, frozenset(pairwise(main)), sides)


def _links(case_type: CaseType, lines: tuple[Track, ...]) -> Links:
    """From each state the states that it leads to, other than by `back`, in the order of the lines."""
    found: dict[str, dict[str, None]] = {name: {} for name in case_type.states}
    for line in lines:
        for way in line.ways:
            if way.to != BACK:
                for state in line.states:
                    found[state].update(dict.fromkeys(way.places))
    return {name: tuple(targets) for name, targets in found.items()}


def _order(case_type: CaseType, links: Links) -> tuple[str, ...]:
    """The states as the journey goes: of three orders the one with the fewest ways back, of equals the first."""
    first = case_type.first.name
    rest = tuple(name for name in case_type.states if name != first)
    orders = ((first, *rest), _searched(first, links, deep=False), _searched(first, links, deep=True))
    whole = [tuple(dict.fromkeys((*order, *rest))) for order in orders]
    ended = [tuple(sorted(order, key=lambda name: _is_final(case_type, name))) for order in whole]
    return min(ended, key=lambda order: _ways_back(order, links))


def _searched(first: str, links: Links, deep: bool) -> tuple[str, ...]:
    """The states that can be reached, breadth first or depth first."""
    found: dict[str, None] = {}
    open_ = deque([first])
    while open_:
        state = open_.popleft()
        if state not in found:
            found[state] = None
            if deep:
                open_.extendleft(reversed(links[state]))
            else:
                open_.extend(links[state])
    return tuple(found)


def _ways_back(order: tuple[str, ...], links: Links) -> int:
    place = {name: index for index, name in enumerate(order)}
    return sum(place[target] < place[name] for name in order for target in links[name])


def _is_final(case_type: CaseType, name: str) -> bool:
    return case_type.states[name].kind == "final"


def _ranks(order: tuple[str, ...], links: Links, sides: frozenset[str]) -> Mapping[str, int]:
    place = {name: index for index, name in enumerate(order)}
    ranks = dict.fromkeys(order, 0)
    for name in order:
        for target in links[name]:
            if place[target] > place[name] and not (target in sides and ranks[target]):
                ranks[target] = max(ranks[target], ranks[name] + 1)
    return ranks


def _main_way(
    case_type: CaseType, lines: tuple[Track, ...], ranks: Mapping[str, int], sides: frozenset[str]
) -> Iterator[str]:
    """The states of the main way: at each the best choice that leads on to an end. Where none does there is no main
    way: a line that ended somewhere in the middle would tell what is not so."""
    choices: dict[str, list[Choice]] = {}
    for line in lines:
        if line.scope == "state":
            onward = _choices(case_type, line, ranks, sides)
            choices.setdefault(line.owner, []).extend(onward)
    ending = _ending(case_type, ranks, choices)
    state: str | None = case_type.first.name
    while state is not None:
        yield state
        best = [choice for choice in choices.get(state, []) if choice[-1] in ending]
        state = min(best)[-1] if best else None


def _choices(case_type: CaseType, line: Track, ranks: Mapping[str, int], sides: frozenset[str]) -> list[Choice]:
    """Where a line leads on, best first: rather not to a final state, rather by the first line, by the open route."""
    return [
        (_is_final(case_type, way.to), line.number, bool(way.when), nth, way.to)
        for nth, way in enumerate(line.ways)
        if way.to in ranks and way.to not in sides and ranks[way.to] > ranks[line.owner]
    ]


def _ending(case_type: CaseType, ranks: Mapping[str, int], choices: Mapping[str, list[Choice]]) -> frozenset[str]:
    """The states from which choices lead to a final state."""
    ending = {name for name in ranks if _is_final(case_type, name)}
    for name in sorted(ranks, key=lambda name: -ranks[name]):
        if any(choice[-1] in ending for choice in choices.get(name, [])):
            ending.add(name)
    return frozenset(ending)


def _homes(case_type: CaseType, order: tuple[str, ...], links: Links) -> Mapping[str, str]:
    """The team of each state; a state without one gets that of the states which enter it, if they agree, else `""`."""
    homes = {name: state.team.name for name, state in case_type.states.items() if state.team}
    entered_by: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        for target in links[name]:
            entered_by[target].append(name)
    for name in order:
        if name not in homes:
            teams = {homes[source] for source in entered_by[name] if source in homes}
            homes[name] = teams.pop() if len(teams) == 1 else ""
    return homes


def _settle(
    case_type: CaseType,
    order: tuple[str, ...],
    ranks: Mapping[str, int],
    main: tuple[str, ...],
    homes: Mapping[str, str],
    links: Links,
) -> tuple[Mapping[str, Spot], tuple[Zone, ...]]:
    teams = sorted(dict.fromkeys(homes[name] for name in order), key=lambda team: team == "")
    spots: dict[str, Spot] = {}
    zones: list[Zone] = []
    top = 0
    for team in teams:
        names = [name for name in order if homes[name] == team]
        lanes = _lanes(names, ranks, main, links)
        spots.update({name: Spot(ranks[name], top + lanes[name]) for name in names})
        zones.append(Zone(_zone_title(case_type, team, len(teams)), max(lanes.values()) + 1))
        top += zones[-1].lanes
    return spots, tuple(zones)


def _zone_title(case_type: CaseType, team: str, zones: int) -> str:
    if team:
        return case_type.organisation.teams[team].title or team
    return "no team of its own" if zones > 1 else ""


def _lanes(names: list[str], ranks: Mapping[str, int], main: tuple[str, ...], links: Links) -> Mapping[str, int]:
    """A lane of the zone for each state: the main way in lane 0, the others where a state before them stands, if the
    column is free there, else in the first lane that is free."""
    taken = _corridor([name for name in main if name in names], ranks)
    lanes = {name: 0 for name in main if name in names}
    wished: dict[str, int] = {}
    for name in sorted(names, key=lambda name: ranks[name]):
        if name not in lanes:
            lane = wished.get(name, 0)
            while (lane, ranks[name]) in taken:
                lane += 1
            lanes[name] = lane
            taken.add((lane, ranks[name]))
        for target in links[name]:
            wished.setdefault(target, lanes[name])
    return lanes


def _corridor(trunk: list[str], ranks: Mapping[str, int]) -> set[tuple[int, int]]:
    if not trunk:
        return set()
    return {(0, column) for column in range(ranks[trunk[0]], ranks[trunk[-1]] + 1)}
