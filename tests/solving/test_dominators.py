"""Where every case has been that gets somewhere: against networkx, and against every case of small definitions."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest
from claim_explorer import Case, Moves, with_claims
from hypothesis import given, settings
from hypothesis import strategies as st
from large_definitions import HEAD, facts_of

from casedsl.analysis.dominators import Goal, Passed, dominators, passed_before
from casedsl.analysis.facts import Facts

Edges = list[tuple[int, int]]
BATCH = 20
SEEDED = settings(derandomize=True, deadline=None, max_examples=80)


def without_guards(count: int, moves: Edges) -> Facts:
    states = []
    for state in range(count):
        lines = [f"    on to_{target} -> s{target}\n        by clerk\n" for source, target in moves if source == state]
        states.append(f"{'first ' * (state == 0)}state s{state}\n{''.join(lines)}")
    return facts_of(HEAD + "".join(states) + "final state end\n")


@SEEDED
@given(st.integers(1, 9).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n, unique=True)
)))  # fmt: skip
def test_the_nearest_is_the_immediate_dominator(drawn: tuple[int, Edges]) -> None:
    facts = without_guards(*drawn)
    assert facts.proofs is not None
    oracle: nx.DiGraph[str] = nx.DiGraph()
    oracle.add_node("s0")
    oracle.add_edges_from((f"s{source}", f"s{target}") for source, target in drawn[1])
    nearest = nx.immediate_dominators(oracle, "s0")
    wanted = {state: one for state, one in nearest.items() if one not in (None, "s0", state)}
    told = passed_before(facts.proofs.known)
    assert {goal.state: passed.states for passed in told for goal in passed.goals} == {
        state: (one,) for state, one in wanted.items()
    }
    every = dominators(facts.proofs.known)
    for goal, passed in every.items():
        chain, at = set[str](), goal.state
        while at != "s0":
            at = nearest[at] or "s0"
            chain.add(at)
        assert set(passed) == chain


@pytest.mark.parametrize("batch", range(10))
def test_what_is_passed_is_passed_by_every_case(batch: int) -> None:
    """And of what every case passes little is not seen: the facts know less than a case does."""
    shown = missed = 0
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        facts = facts_of(with_claims(Random(seed)))
        assert facts.case_type is not None
        assert facts.proofs is not None
        moves = Moves(facts.case_type)
        every = dominators(facts.proofs.known)
        assert {goal for case in moves.moves for goal in goals_of(case)} <= set(every)
        for avoided in facts.case_type.states:
            free = {goal for case in avoiding(avoided, moves) for goal in goals_of(case)}
            for goal, passed in every.items():
                if goal.state != avoided and any(goal in goals_of(case) for case in moves.moves):
                    assert avoided not in passed or goal not in free, (seed, goal, avoided)
                    shown += avoided in passed
                    missed += avoided not in passed and goal not in free
    assert shown > 5 * missed


def goals_of(case: Case) -> set[Goal]:
    return {Goal(case.at.state)} | ({Goal(case.at.state, case.ending)} if case.ending else set())


def avoiding(state: str, moves: Moves) -> set[Case]:
    """The cases that have never been in a state."""
    queue = [case for case in moves.first if case.at.state != state]
    met = set(queue)
    for case in queue:
        for move in moves.moves[case]:
            if move.to.at.state != state and move.to not in met:
                met.add(move.to)
                queue.append(move.to)
    return met


def test_what_is_told_is_the_strongest_and_says_something() -> None:
    text = (
        'first state new "New"\n    on a -> one\n        by clerk\n    on b -> two\n        by clerk\n'
        'state one "One"\n    on c -> both\n        by clerk\nstate two "Two"\n    on c -> both\n        by clerk\n'
        'state both "Both"\n    on ask -> asked\n        by clerk\n    on d -> last\n        by clerk\n'
        'state asked "Asked"\n    on hear -> back\n        by clerk\n'
        'state last "Last"\n    on ask -> asked\n        by clerk\n    on e -> done as heard\n        by clerk\n'
        '    on f -> done as told\n        by clerk\nfinal state done "Done"\nanywhere\n'
        "    on stop -> done as stopped\n        by clerk\n"
    )
    proofs = facts_of(HEAD + text).proofs
    assert proofs is not None
    assert passed_before(proofs.known) == (
        Passed(("both",), (Goal("asked"), Goal("last"))),
        Passed(("last",), (Goal("done", "heard"), Goal("done", "told"))),
    )
