"""Who there can be: people as the rules about them see them, with the roles by which they may act in a case.

Without a list of people there is always somebody more for a role inside, who has done nothing yet: a *crowd*. A role
outside belongs in each case to one person, its party. With a list each person is themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from msgspec import Struct

from casedsl.analysis.graph import Graph, timers_in
from casedsl.model.records import CaseType, Field, Organisation, Transition


class Person(Struct, frozen=True):
    """Somebody who may act.

    Attributes:
      name: the id of somebody in a list; empty for anybody else.
      inside: the roles that they hold in the organisation.
      party: the outside roles that are theirs in this case.
      crowd: there is always one more like them.
    """

    name: str
    inside: frozenset[str] = frozenset()
    party: frozenset[str] = frozenset()
    crowd: bool = False

    def role_in(self, line: Transition) -> str | None:
        """The role by which they may do an event, if one of theirs does."""
        return next((actor.role.name for actor in line.by if actor.role.name in self.inside | self.party), None)


class Roster(Struct, frozen=True):
    """Who works there, as a list says: a person's id, and the roles that they hold; `file` is where it stands."""

    file: str
    people: tuple[tuple[str, tuple[str, ...]], ...]

    def problems(self, organisation: Organisation) -> Iterator[str]:
        """Who holds two roles that nobody may hold together. A role that the organisation doesn't know may be one of
        another."""
        for who, roles in self.people:
            for one, other in combinations(sorted(set(roles) & organisation.roles.keys()), 2):
                if not may_be_both(organisation, one, other):
                    allowed = f"add `may be both {one}, {other}`"
                    yield f"`{who}` holds `{one}` and `{other}`: {allowed}, or make it two people"


class Group(Struct, frozen=True):
    """People of a list who hold the same roles, as far as anything is done by these."""

    names: tuple[str, ...]
    inside: frozenset[str]
    outside: frozenset[str]


def may_be_both(organisation: Organisation, one: str, other: str) -> bool:
    """Whether one person may hold two roles."""
    return one == other or any({one, other} <= set(both) for both in organisation.may_be_both)


def may_be_held_with(organisation: Organisation, role: str) -> frozenset[str]:
    """A role, and those that whoever holds it may hold too."""
    return frozenset({role}).union(*(both for both in organisation.may_be_both if role in both))


def roles_used(
    lines: Iterable[Transition], fields: Iterable[Field], organisation: Organisation, outside: bool
) -> tuple[str, ...]:
    """The roles inside, or those outside, by which something is done or some fields are amended, in the order of the
    organisation."""
    used = {actor.role.name for line in lines for actor in line.by}
    used |= {ref.name for field in fields for ref in field.changed_by}
    return tuple(name for name, role in organisation.roles.items() if name in used and role.outside == outside)


def parties(roles: Iterable[str]) -> Iterator[Person]:
    """The person of a case to whom each outside role belongs."""
    return (Person("", party=frozenset((role,))) for role in roles)


def groups_of(roster: Roster, inside: Iterable[str], outside: Iterable[str]) -> tuple[Group, ...]:
    """The people who may do something inside, those who are alike together, in the order of the list."""
    found: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for who, roles in roster.people:
        key = frozenset(inside) & set(roles), frozenset(outside) & set(roles)
        if key[0]:
            found.setdefault(key, []).append(who)
    return tuple(Group(tuple(names), *key) for key, names in found.items())


def assignees_in(case_type: CaseType, teams: Mapping[str, tuple[str | None, ...]]) -> dict[str, tuple[str | None, ...]]:
    """State -> the roles of which somebody can be the assignee there; None is no assignee. Who is assigned hangs on the
    team that has the case, which a state without a team of its own keeps."""
    known = case_type.organisation.teams

    def assigned(team: str | None) -> str | None:
        role = known[team].assign if team is not None else None
        return role.name if role else None

    return {state: tuple(dict.fromkeys(map(assigned, names))) for state, names in teams.items()}


def responsible_in(case_type: CaseType, graph: Graph, reached: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """State -> the roles to which a case can be escalated while it is there. An escalation lasts as long as the visit
    whose timer it was: in a side step also what was raised in a state, or a stage, that it interrupts."""
    states = list(reached)
    raised = {
        state: {timer.to.name for timer in timers_in(case_type, state) if timer.rung == "escalate"} for state in states
    }
    lasting = {state: set(roles) for state, roles in raised.items()}
    stages = {stage.name: {ref.name for ref in stage.states} for stage in case_type.stages.values()}
    changed = True
    while changed:
        changed = False
        for state in states:
            for move in graph.moves[state]:
                kept = _kept(case_type, stages, graph, state, move.target, lasting[state])
                if move.target in lasting and not kept <= lasting[move.target]:
                    lasting[move.target] |= kept
                    changed = True
    order = list(case_type.organisation.roles)
    return {state: tuple(sorted(roles, key=order.index)) for state, roles in lasting.items()}


def _kept(
    case_type: CaseType, stages: Mapping[str, set[str]], graph: Graph, source: str, target: str, roles: set[str]
) -> set[str]:
    """The escalations that outlast a move: all of them into a side step or out of one, else those of shared stages."""
    if case_type.states[target].kind == "final":
        return set()
    if target in graph.sides or source in graph.sides:
        return roles
    shared = [name for name, inside in stages.items() if {source, target} <= inside]
    raised = {timer.to.name for name in shared for timer in case_type.stages[name].timers if timer.rung == "escalate"}
    return roles & raised
