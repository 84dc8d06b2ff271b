"""Whether some case of a random small definition stays in a state for ever, whatever people do: what is said to is so
in a case that has just these values, and where nothing is said no case does. Every case is walked through."""

from __future__ import annotations

from random import Random

import pytest
from explorer import At, Explorer, a_definition, bounded
from large_definitions import facts_of

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.standstill import Question, Standstill

BATCH = 20


def asked(facts: Facts) -> dict[str, Standstill]:
    """What is found of every state, also where another rule speaks of it."""
    assert facts.case_type is not None
    assert facts.proofs is not None
    question = Question(facts.case_type, facts.proofs.known, frozenset(), Steps(MOST_STEPS))
    return {found.state: found for found in question.standstills(lambda state, lines: False)}


def staying(explorer: Explorer, state: str) -> set[At]:
    """The cases in a state that never leave it."""
    return {case for case in explorer.seen.cases if case.state == state and not leaves(explorer, case)}


def leaves(explorer: Explorer, case: At) -> bool:
    queue, met = [case], {case}
    for each in queue:
        for after in explorer.seen.became.get(each, ()):
            if after.state != case.state:
                return True
            if after not in met:
                met.add(after)
                queue.append(after)
    return False


@pytest.mark.parametrize("batch", range(10))
def test_a_case_stands_still_where_it_is_said_to_and_nowhere_else(batch: int) -> None:
    shown = open_ = 0
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        random = Random(seed)
        text = a_definition(random)
        text = bounded(text, random) if seed % 3 == 0 else text
        facts = facts_of(text)
        assert facts.case_type is not None
        assert facts.proofs is not None
        explorer = Explorer(facts.case_type)
        found = asked(facts)
        for state, passages in facts.proofs.known.passages.items():
            real, said = staying(explorer, state), found.get(state)
            if said is not None and said.example is not None:
                held = [(list(facts.case_type.fields).index(name), value) for name, value in said.example.fields]
                assert any(all(case.values[place] == value for place, value in held) for case in real), (seed, text)
                shown += 1
            elif said is None:
                assert not real or all(each.target == state for each in passages), (seed, state, text)
            else:
                open_ += 1
    assert shown >= 2
    assert open_ <= BATCH * 3 // 4
