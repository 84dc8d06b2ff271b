"""5xx: is there somebody who may do what must be done?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph
from casedsl.model.records import Actor, CaseType, Transition
from casedsl.rules.structure import told
from casedsl.syntax.finding import Finding, Label


def cd501_nobody_can_act(facts: Facts) -> Iterator[Finding]:
    """In every state that can be reached and is not final, some role may take a way out, or time takes one.

    A transition without `by` is open to nobody; a state with only such transitions holds its cases for ever, though the
    map shows a way.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"                          # CD501
            on answer -> done
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    stuck = [name for name in facts.reached if _closed_to_all(graph, name)]
    if len(stuck) > 1 and not any(actors for actors in _actors(case_type, facts.reached)):
        yield Finding(
            "CD501",
            "error",
            case_type.span,
            "nobody may do anything: no transition says who may do it",
            notes=(("why", "a transition without `by` is open to nobody"),),
            way_out="add `by ROLE` to the transitions; roles come from an organisation file in `use`",
        )
        return
    for name in stuck:
        events = tuple(dict.fromkeys(move.by for move in graph.moves[name] if isinstance(move.by, Transition)))
        yield Finding(
            "CD501",
            "error",
            case_type.states[name].span,
            f"nobody may do anything that leads out of `{name}`",
            labels=tuple(Label(line.span, "nobody may do this") for line in events[:3]),
            notes=(("a way there", told(facts.way(name), name)),),
            way_out=f"add `by ROLE` to `on {events[0].event}`",
        )


def _closed_to_all(graph: Graph, state: str) -> bool:
    """Whether a state has ways out, and none is open to a role or taken by time."""
    moves = graph.moves[state]
    return bool(moves) and all(isinstance(move.by, Transition) and not move.by.by for move in moves)


def _actors(case_type: CaseType, states: Iterable[str]) -> Iterator[tuple[Actor, ...]]:
    return (line.by for name in states for line in case_type.handlers(name).values())


def cd508_assigned_stranger(facts: Facts) -> Iterator[Finding]:
    """A team assigns its cases to a role whose people belong to it.

    Wrong:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
        role clerk "Clerk"
        role chief "Chief"
        team desk "Desk"
            people clerk
            calendar office
            assign least loaded chief                  # CD508

    Right:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
        role clerk "Clerk"
        role chief "Chief"
        team desk "Desk"
            people clerk, chief
            calendar office
            assign least loaded chief
    """
    for team in facts.organisation.teams.values() if facts.organisation else ():
        people = [ref.name for ref in team.people]
        if team.assign is not None and team.assign.name not in people:
            yield Finding(
                "CD508",
                "error",
                team.assign.span,
                f"team `{team.name}` assigns its cases to `{team.assign}`, which is not among its people",
                labels=(Label(team.span, f"its people: {', '.join(people) or 'nobody'}"),),
                way_out=f"add `{team.assign.name}` to `people`",
            )
