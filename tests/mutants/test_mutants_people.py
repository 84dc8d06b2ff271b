"""Whoever is taken out of a list of people and is missed is found, in both coats, and nobody else is.

The list has three people for each role inside; the edits leave one or nobody of a role, also where nobody is left of
another. Which states can't be left then is worked out here from the tree: by the lines whose roles are still held, by
time, and by the other side where the case waits on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import NamedTuple

import networkx as nx
import pytest
from mutant_trees import COATS, Spot, Step, is_marked, names
from mutant_world import Way, World
from mutants import DAY, Example, examples, lock

from casedsl.analysis.people import Roster
from casedsl.compile import Checked, check
from casedsl.syntax.finding import Finding

MANY = 3
ABOUT = ("CD299", "CD503", "CD504", "CD505")


class Left(NamedTuple):
    """How many people a list has for some roles; of all others there are many."""

    example: Example
    left: Mapping[str, int]

    @property
    def gone(self) -> frozenset[str]:
        return frozenset(role for role, count in self.left.items() if not count)

    @property
    def alone(self) -> tuple[str, ...]:
        return tuple(role for role, count in self.left.items() if count == 1)

    def people(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        roles = (role for role, outside in self.example.world.roles.items() if not outside)
        return tuple((f"{role}{one}", (role,)) for role in roles for one in range(self.left.get(role, MANY)))

    def __str__(self) -> str:
        return f"{self.example.name}: {dict(self.left)}"


def lists(example: Example) -> Iterator[Left]:
    """Nobody of a role, one of a role, and one of a role where another has nobody."""
    roles = [role for role, outside in example.world.roles.items() if not outside]
    yield Left(example, {})
    for count in (0, 1, 2):
        yield from (Left(example, {role: count}) for role in roles)
    for nobody, one in permutations(roles, 2):
        if frozenset((nobody, one)) not in barring(example.world):
            yield Left(example, {nobody: 0, one: 1})


def barring(world: World) -> frozenset[frozenset[str]]:
    """The pairs of roles of a line with `but not`: of these one person may not be enough."""
    lines = (step for step in world.lines if step.line.keyword == "on" and world.says(step, "but not"))
    roles = [own(world, step) for step in lines]
    return frozenset(frozenset(pair) for each in roles for pair in permutations(each, 2))


def own(world: World, step: Step) -> frozenset[str]:
    """The roles inside that do an event for themselves."""
    return frozenset(actor[0] for actor in world.actors(step) if len(actor) == 1 and not world.roles[actor[0]])


def line_of(world: World, way: Way) -> Step:
    return next(step for step in world.lines if step.path == way.by)


def waits(world: World, state: str) -> bool:
    """Whether a case waits on the other side in a state, or only they can leave it."""
    on = [name for line in world.states[state].line.all("waiting on") for name in names(line.clauses["waiting on"])]
    leaving = [way for way in world.ways if way.source == state and way.target != state]
    ours = any(way.timed or own(world, line_of(world, way)) for way in leaving)
    return any(world.roles.get(name) for name in on) or not ours


def held(world: World, gone: frozenset[str]) -> nx.DiGraph[str]:
    """The ways that somebody takes who is still there, or time."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(world.states)
    for way in world.ways:
        roles = frozenset[str]() if way.timed else own(world, line_of(world, way))
        theirs = waits(world, way.source) and not way.timed
        actors = {actor[0] for actor in world.actors(line_of(world, way))} if theirs else roles
        if way.timed or actors - gone:
            graph.add_edge(way.source, way.target)
    return graph


def met(world: World, gone: frozenset[str]) -> set[str]:
    """The states that a case gets to if nobody holds some roles."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(world.states)
    for way in world.ways:
        if way.timed or {actor[0] for actor in world.actors(line_of(world, way))} - gone:
            graph.add_edge(way.source, way.target)
    return {world.first} | nx.descendants(graph, world.first)


def missed(world: World, gone: frozenset[str], ill: frozenset[str] = frozenset()) -> dict[str, list[Step]]:
    """The states that a case doesn't leave any more, each with the events for which nobody is left; whoever falls `ill`
    has brought it there."""
    reached, gone = met(world, gone), gone | ill
    before, after = held(world, frozenset()), held(world, gone)
    ending = set(world.finals).union(*(nx.ancestors(after, final) for final in world.finals))
    could = set(world.finals).union(*(nx.ancestors(before, final) for final in world.finals))
    lost = [state for state in world.alive if state in could - ending and state in reached]
    still = [state for state in lost if not set(after.successors(state)) - {state}]
    return {state: list(gone_lines(world, state, gone)) for state in still}


def gone_lines(world: World, state: str, gone: frozenset[str]) -> Iterator[Step]:
    leaving = {way.by for way in world.ways if way.source == state and way.target != state and not way.timed}
    for step in world.handlers(state).values():
        if step.path in leaving and own(world, step) and own(world, step) <= gone:
            yield step


def never(world: World, gone: frozenset[str]) -> list[frozenset[str]]:
    """The sets of roles of which nobody is left, for events of a state that a case can get to."""
    reached = met(world, gone)
    lines = {step.path: step for state in reached for step in world.handlers(state).values()}
    return [roles for step in lines.values() if (roles := own(world, step)) and roles <= gone]


def look(at: Left, coat: str) -> tuple[Checked, str]:
    example = at.example
    files = {f"main{coat}": COATS[coat](example.main), f"{example.shared}{coat}": COATS[coat](example.organisation)}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name].encode()

    roster = Roster("people.yaml", at.people())
    return check(f"main{coat}", read, lock=lock(), today=DAY, roster=roster), files[f"main{coat}"]


@pytest.mark.parametrize("coat", COATS)
@pytest.mark.parametrize("example", examples(), ids=[each.name for each in examples()])
def test_who_is_missed_is_found_and_nobody_else(example: Example, coat: str) -> None:
    for at in lists(example):
        checked, text = look(at, coat)
        found = [finding for finding in checked.findings if finding.code in ABOUT]
        stops = missed(example.world, at.gone)
        if stops:
            assert all((each.code, each.severity) == ("CD504", "error") for each in found), str(at)
            assert len(found) == len({tuple(step.path for step in lines) for lines in stops.values()}), str(at)
            assert all(marks(at, coat, text, stops, each) for each in found), str(at)
            continue
        silent = [each for each in found if each.severity == "warning" and each.code == "CD504"]
        assert len(silent) == len(set(never(example.world, at.gone))), str(at)
        wanted = {role: missed(example.world, at.gone, frozenset((role,))) for role in at.alone}
        keys = [each for each in found if each.code == "CD505"]
        assert len(keys) == sum(map(bool, wanted.values())), str(at)
        for role, states in wanted.items():
            assert not states or all(f"`{role}0`" in key.headline for key in keys), str(at)
            assert all(marks(at, coat, text, states, key) for key in keys), str(at)
        assert len(found) == len(silent) + len(keys), str(at)


def marks(at: Left, coat: str, text: str, stops: Mapping[str, list[Step]], finding: Finding) -> bool:
    """Whether a finding stands at an event for which nobody is left."""
    spots = (Spot(step.path, marks="head") for lines in stops.values() for step in lines)
    return any(is_marked(at.example.main, coat, text, spot, finding.span) for spot in spots)


def test_enough_of_them_are_missed_and_not_all() -> None:
    each = [at for example in examples() for at in lists(example)]
    lost = [bool(missed(at.example.world, at.gone, frozenset(at.alone))) for at in each]
    assert sum(lost) >= 20
    assert sum(not one for one in lost) >= 20
