"""What is said to be lost is lost in every case of a random small definition, and nearly all that is lost is said."""

from __future__ import annotations

import re
from random import Random

import pytest
from explorer import Explorer, a_definition
from large_definitions import facts_of

from casedsl.rules import checked
from casedsl.syntax.finding import Finding

BATCH = 20
_NAME = re.compile(r"`(\w+)`")


@pytest.mark.parametrize("batch", range(10))
def test_what_is_lost_is_seen_in_no_case(batch: int) -> None:
    left_over = shown = 0
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        text = a_definition(Random(seed))
        facts = facts_of(text)
        assert facts.case_type is not None
        assert facts.feasible is not None
        explorer = Explorer(facts.case_type)
        seen = {case.state for case in explorer.seen.cases}
        can_end = {case.state for case in explorer.seen.can_end()}
        assert seen <= facts.feasible.reached.keys(), (seed, text)
        assert can_end <= facts.feasible.ending, (seed, text)
        found = checked(facts)
        for finding in found:
            assert lost(finding).isdisjoint(seen), (seed, finding)
            assert stuck(finding).isdisjoint(can_end), (seed, finding)
        gone = (facts.reached.keys() & set(facts.graph.moves if facts.graph else ())) - seen
        shown += len(gone - facts.feasible.reached.keys())
        left_over += len(gone & facts.feasible.reached.keys())
        said = frozenset[str]().union(*(lost(finding) for finding in found))
        assert facts.reached.keys() - facts.feasible.reached.keys() <= said or any(
            finding.code in ("CD102", "CD104") for finding in found
        ), (seed, text)
    assert shown > left_over


def lost(finding: Finding) -> frozenset[str]:
    """The states to which no case gets, in the words of a finding."""
    said = [text for _, text in finding.notes if "no case can get to" in text or "out of reach" in text]
    return frozenset(_NAME.findall(" ".join([*said, finding.headline if finding.code == "CD101" else ""])))


def stuck(finding: Finding) -> frozenset[str]:
    """The states from which no case gets to an end."""
    said = [text for name, text in finding.notes if name == "so" and "leads to an end" in text]
    headline = finding.headline if finding.code in ("CD102", "CD103") else ""
    return frozenset(_NAME.findall(" ".join([*said, headline])))
