"""All rules on a definition as large as real ones, and on one that no person reads, in counted steps and in time.

The times are CPU times with room to spare on a busy machine; `python -m bench` measures without it.
"""

from __future__ import annotations

import time

import pytest
from large_definitions import definition, facts_of

from casedsl.rules import checked


def seconds(text: str) -> float:
    """The CPU time of all rules, the best of three."""
    times = []
    for _ in range(3):
        facts = facts_of(text)
        begun = time.process_time()
        checked(facts)
        times.append(time.process_time() - begun)
        assert facts.proofs is not None
        assert facts.proofs.open == ()
    return min(times)


@pytest.mark.parametrize(
    ("size", "wanted"), [((12, 40, 15), 0.08), ((200, 1000, 40), 2.0)], ids=["as real ones", "as none"]
)
def test_all_rules_are_fast(size: tuple[int, int, int], wanted: float) -> None:
    assert seconds(definition(*size)) < 2 * wanted
