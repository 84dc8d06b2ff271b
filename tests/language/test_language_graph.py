"""The graph against networkx: what can be reached, circles, and what the rules make of them, on random case types."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import example, given, settings
from hypothesis import strategies as st
from language_programs import HEADER, looked_at

from casedsl.analysis.graph import Graph, graph_of, states_behind
from casedsl.compile import Checked

SEEDED = settings(derandomize=True, deadline=None, max_examples=70)
Edges = list[tuple[int, int]]
BACK = -1


@st.composite
def processes(draw: st.DrawFn, back: bool = False) -> tuple[int, Edges, set[int]]:
    """How many states, the moves between them (`BACK` is `-> back`), and which are final; the first is 0."""
    count = draw(st.integers(1, 8))
    states = st.integers(0, count - 1)
    finals = draw(st.sets(st.integers(1, count - 1), max_size=2)) if count > 1 else set[int]()
    targets = st.one_of(states, st.just(BACK)) if back else states
    moves = draw(st.lists(st.tuples(states, targets), max_size=2 * count, unique=True))
    return count, [(source, target) for source, target in moves if source not in finals], finals


def written(count: int, moves: Edges, finals: set[int]) -> str:
    lines = []
    for state in range(count):
        lines.append(f"{'first ' * (state == 0)}{'final ' * (state in finals)}state s{state}")
        for target in (target for source, target in moves if source == state):
            place = "back" if target == BACK else f"s{target}"
            lines += [f"    on to_{place} -> {place}", "        by clerk"]
    return HEADER + "\n".join(lines) + "\n"


def drawn(process: tuple[int, Edges, set[int]]) -> tuple[Checked, Graph]:
    checked = looked_at({"main.case": written(*process)})
    assert checked.case_type is not None
    return checked, graph_of(checked.case_type)


def same(process: tuple[int, Edges, set[int]]) -> nx.DiGraph[str]:
    """The same process as networkx holds it."""
    count, moves, _ = process
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(f"s{state}" for state in range(count))
    graph.add_edges_from((f"s{source}", f"s{target}") for source, target in moves)
    return graph


@SEEDED
@given(processes())
def test_reached_and_leading_to(process: tuple[int, Edges, set[int]]) -> None:
    (_, graph), oracle = drawn(process), same(process)
    assert set(graph.reached()) == {"s0", *nx.descendants(oracle, "s0")}
    for state in oracle:
        assert graph.leading_to((state,)) == {state, *nx.ancestors(oracle, state)}
        assert set(graph.reached_from((state,))) == {state, *nx.descendants(oracle, state)}


@SEEDED
@given(processes())
def test_ways_are_shortest(process: tuple[int, Edges, set[int]]) -> None:
    (_, graph), oracle = drawn(process), same(process)
    lengths = nx.single_source_shortest_path_length(oracle, "s0")
    for state, last in graph.reached().items():
        way, move = [], last
        while move is not None:
            way.append(move)
            move = graph.reached()[move.source]
        assert len(way) == lengths[state]
        assert all(one.source == two.target for one, two in pairwise(way))


@SEEDED
@given(processes(), st.sets(st.integers(0, 7)))
def test_components_and_cycles(process: tuple[int, Edges, set[int]], chosen: set[int]) -> None:
    (_, graph), oracle = drawn(process), same(process)
    inside = [state for state in graph.moves if int(state[1:]) in chosen]
    part = oracle.subgraph(inside)
    components = graph.components(inside)
    assert {frozenset(found) for found in components} == {
        frozenset(found) for found in nx.strongly_connected_components(part)
    }
    place = {state: number for number, component in enumerate(components) for state in component}
    assert all(place[target] <= place[source] for source, target in part.edges)
    for component in components:
        assert list(component) == sorted(component, key=list(graph.moves).index)
        cycle = graph.cycle(component)
        around = set(part.subgraph(component).edges)
        assert bool(cycle) == (len(component) > 1 or (component[0], component[0]) in around)
        if cycle:
            assert [cycle[0].source, cycle[-1].target] == [component[0]] * 2
            assert all(one.target == two.source for one, two in pairwise(cycle))
            assert {move.target for move in cycle} <= set(component)


@SEEDED
@given(processes())
@example((1, [], set()))
@example((4, [(0, 0), (1, 2), (2, 3)], {3}))
def test_the_rules_say_what_the_oracle_says(process: tuple[int, Edges, set[int]]) -> None:
    (checked, _), oracle = drawn(process), same(process)
    finals = {f"s{state}" for state in process[2]}
    reached = {"s0", *nx.descendants(oracle, "s0")}
    ends = bool(reached & finals)
    found: set[tuple[str, str]] = set()
    dead = {state for state in reached - finals if not oracle.out_degree(state)}
    found |= {("CD102", state) for state in dead}
    folded = nx.condensation(oracle)
    members = {node: set(folded.nodes[node]["members"]) for node in folded}
    for node in folded:
        states = members[node]
        circle = oracle.subgraph(states).number_of_edges() > 0
        if ends and states <= reached and circle and not folded.out_degree(node) and not states & finals:
            found.add(("CD103", min(states)))
    if not ends and not dead:
        found.add(("CD104", "letter"))
    lost = {node for node in folded if not members[node] & reached}
    if not ends:
        lost = {
            node
            for node in lost
            if not finals & set().union(members[node], *(members[n] for n in nx.descendants(folded, node)))
        }
    found |= {("CD101", min(members[node])) for node in lost if not set(folded.predecessors(node)) & lost}
    said = {(finding.code, finding.span.line) for finding in checked.findings}
    lines = checked.sources["main.case"].lines()
    assert {(code, lines[line - 1].split()[-1 if code != "CD104" else 2]) for code, line in said} == found
    assert len(said) == len(checked.findings)


@SEEDED
@given(processes(back=True))
def test_back_leads_to_the_last_state_that_was_no_side_step(process: tuple[int, Edges, set[int]]) -> None:
    """The oracle walks: it goes through every pair of a state and the last state that was no side step."""
    count, moves, _ = process
    checked, graph = drawn(process)
    assert checked.case_type is not None
    sides = {source for source, target in moves if target == BACK}
    walked = {(state, state) for state in range(count) if state not in sides}
    queue = list(walked)
    for state, last in queue:
        for target in (target for source, target in moves if source == state):
            after = last if target == BACK else target
            step = (after, last if after in sides else after)
            if step not in walked:
                walked.add(step)
                queue.append(step)
    behind = {f"s{side}": {f"s{last}" for state, last in walked if state == side} for side in sides}
    assert {state: set(found) for state, found in states_behind(checked.case_type).items()} == behind
    for side, lasts in behind.items():
        direct = {f"s{target}" for source, target in moves if f"s{source}" == side and target != BACK}
        assert set(graph.after(side)) == direct | lasts
