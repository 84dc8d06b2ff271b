"""The main way of a case, where its author names none: from the first state to an end, by first choices.

The states are put in an order (that of the file, or as a search from the first state meets them, whichever has the
fewest ways back; final states last). In this order a link that goes on pushes its target one rank further. The main way
takes at each state its first exit that leads on to a higher rank and in the end to a final state; rather not at once to
a final state, and of the routes of a transition rather the one that is always open. Side steps, stages and `anywhere`
are never on it. Where no end can be reached so there is none: a line that ended in the middle would tell what is not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from casedsl_runtime.vocabulary import BACK

from casedsl.model.records import CaseType
from casedsl.transit.exits import Exit

Links = Mapping[str, tuple[str, ...]]
Choice = tuple[bool, int, bool, int, Exit]
"""Is the target final, the number of the move, has its route a guard, the place among all exits, the exit."""


def main_way(case_type: CaseType, exits: tuple[Exit, ...]) -> tuple[Exit, ...]:
    """The exits of the main way in the order of travel; none if no way leads on to an end."""
    ranks = _ranks(case_type, exits)
    choices = _choices(case_type, exits, ranks)
    ending = _ending(case_type, ranks, choices)
    way: list[Exit] = []
    state = case_type.first.name
    while best := [choice for choice in choices.get(state, []) if choice[-1].target in ending]:
        way.append(min(best, key=lambda choice: choice[:-1])[-1])
        state = way[-1].target
    return tuple(way)


def _ranks(case_type: CaseType, exits: tuple[Exit, ...]) -> Mapping[str, int]:
    links = _links(case_type, exits)
    sides = {state for each in exits if each.way.to == BACK for state in each.sources}
    order = _order(case_type, links)
    place = {name: index for index, name in enumerate(order)}
    ranks = dict.fromkeys(order, 0)
    for name in order:
        for target in links[name]:
            if place[target] > place[name] and not (target in sides and ranks[target]):
                ranks[target] = max(ranks[target], ranks[name] + 1)
    return ranks


def _links(case_type: CaseType, exits: tuple[Exit, ...]) -> Links:
    """From each state the states that it leads to, other than by `back`, in the order of the exits."""
    found: dict[str, dict[str, None]] = {name: {} for name in case_type.states}
    for each in exits:
        if each.way.to != BACK and each.way.places:
            for state in each.sources:
                found[state][each.target] = None
    return {name: tuple(targets) for name, targets in found.items()}


def _order(case_type: CaseType, links: Links) -> tuple[str, ...]:
    """The states as a case goes: of three orders the one with the fewest ways back, of equals the first."""
    first = case_type.first.name
    rest = tuple(name for name in case_type.states if name != first)
    orders = ((first, *rest), _searched(first, links, deep=False), _searched(first, links, deep=True))
    whole = [tuple(dict.fromkeys((*order, *rest))) for order in orders]
    ended = [tuple(sorted(order, key=lambda name: case_type.states[name].kind == "final")) for order in whole]
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


def _choices(case_type: CaseType, exits: tuple[Exit, ...], ranks: Mapping[str, int]) -> Mapping[str, list[Choice]]:
    """Where the exits of each state lead on, other than by `back`."""
    sides = {state for each in exits if each.way.to == BACK for state in each.sources}
    found: dict[str, list[Choice]] = {}
    for at, each in enumerate(exits):
        onward = each.move.scope == "state" and each.way.to in ranks and each.way.to not in sides
        if onward and ranks[each.target] > ranks[each.station]:
            final = case_type.states[each.target].kind == "final"
            found.setdefault(each.station, []).append((final, each.move.number, bool(each.way.when), at, each))
    return found


def _ending(case_type: CaseType, ranks: Mapping[str, int], choices: Mapping[str, list[Choice]]) -> frozenset[str]:
    """The states from which choices lead to a final state."""
    ending = {name for name in ranks if case_type.states[name].kind == "final"}
    for name in sorted(ranks, key=lambda name: -ranks[name]):
        if any(choice[-1].target in ending for choice in choices.get(name, [])):
            ending.add(name)
    return frozenset(ending)
