"""Which team has the case: a state without a team of its own keeps the team that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casedsl.analysis.graph import Graph
from casedsl.model.records import CaseType


def teams_in(case_type: CaseType, graph: Graph) -> Mapping[str, tuple[str | None, ...]]:
    """State -> the teams that can have the case there, in the order of the definition; None is no team at all. States
    that can't be reached have none. (The least fixed point over the moves from the first state.)"""
    found: dict[str, dict[str | None, None]] = {state: {} for state in case_type.states}
    found[graph.first] = {_own(case_type, graph.first): None}
    queue = [graph.first]
    for state in queue:
        for move in graph.moves[state]:
            own = _own(case_type, move.target)
            arriving = {own: None} if own else found[state]
            if not arriving.keys() <= found[move.target].keys():
                found[move.target].update(arriving)
                queue.append(move.target)
    return {state: tuple(teams) for state, teams in found.items()}


def teams_left(
    case_type: CaseType, sides: Iterable[str], teams: Mapping[str, tuple[str | None, ...]], source: str, back: bool
) -> tuple[str, ...]:
    """The teams that a case can leave on a move. Who comes back from a side step comes back to the team that has had
    the case all along, unless a side step has a team of its own."""
    found = tuple(team for team in teams[source] if team)
    if not back:
        return found
    of_sides = {own for name in sides if (own := _own(case_type, name))}
    return tuple(team for team in found if team in of_sides)


def _own(case_type: CaseType, state: str) -> str | None:
    team = case_type.states[state].team
    return team.name if team else None
