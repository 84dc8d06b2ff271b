"""What definitions that nobody writes cost, in calls that are counted: no shape is worse than its size."""

from __future__ import annotations

import cProfile
import sys
from pathlib import Path

import pytest
from large_definitions import ACME, facts_of

from casedsl.analysis.duties import NEVER, SOMEBODY
from casedsl.analysis.size import beyond
from casedsl.certifying.certificate import certificate_of
from casedsl.compile import check
from casedsl.rules import checked

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.masses import MASSES
from bench.worst import SHAPES, anywhere, dense, many_fields, stages, timers

PAID_IN_STEPS = ("wide routes", "barred here", "long claims")
"""What grows with products until the steps are used up."""
MOST_CALLS = 15_000_000
"""A few seconds; a definition as people write them takes 300,000."""


@pytest.mark.parametrize("name", SHAPES)
def test_all_rules_take_no_more_calls_than_they_may(name: str) -> None:
    shape, size = SHAPES[name]
    facts = facts_of(shape(max(3, size // 25)))
    assert facts.case_type is not None
    assert not any(finding.severity == "error" for finding in facts.found), facts.found
    profile = cProfile.Profile()
    profile.enable()
    checked(facts)
    profile.disable()
    assert sum(each.callcount for each in profile.getstats()) < MOST_CALLS


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (anywhere(2_500), "moves"),
        (timers(150), "moves"),
        (stages(260), "moves"),
        (many_fields(600), "fields"),
        (dense(60), ""),
    ],
    ids=["events", "promises", "stages", "fields", "not too many states"],
)
def test_what_is_too_large_is_said_once(text: str, what: str) -> None:
    facts = facts_of(text)
    assert facts.case_type is not None
    assert beyond(facts.case_type) == what
    said = [finding for finding in checked(facts) if finding.code == "CD299"]
    assert [finding.span for finding in said] == ([facts.case_type.span] if what else [])


def test_what_is_too_large_is_not_certified() -> None:
    files = {"main.case": many_fields(600).encode(), "acme.case": ACME}
    certificate = certificate_of(check("main.case", files.__getitem__), "0")
    assert {each.standing for each in certificate.theorems if not each.id.startswith("CD0")} == {"not proved"}


@pytest.mark.parametrize("name", [*SHAPES, *MASSES])
def test_twice_as_much_takes_no_more_than_a_little_over_twice_the_calls(name: str) -> None:
    shape, size = {**SHAPES, **MASSES}[name]
    small = max(4, size // 100)
    one, two = (_calls(shape(each)) for each in (small, 2 * small))
    assert two < 3 * one + (2_000_000 if name in PAID_IN_STEPS else 400_000)


def test_who_did_what_is_told_apart_by_its_hash() -> None:
    assert len({hash(doer) for doer in (NEVER, SOMEBODY, 0, 1, 2)}) == 5


def _calls(text: str) -> int:
    files = {"main.case": text.encode(), "acme.case": ACME}
    profile = cProfile.Profile()
    profile.enable()
    check("main.case", files.__getitem__)
    profile.disable()
    return sum(each.callcount for each in profile.getstats())


def test_the_answers_of_a_claim_end_with_its_steps() -> None:
    facts = facts_of(MASSES["long claims"][0](3))
    assert facts.proofs is not None
    assert [type(claim).__name__ for claim in facts.proofs.claims] == ["Undecided"] * 6


def test_a_dozen_guards_of_eighteen_parts_are_decided() -> None:
    facts = facts_of(SHAPES["long or"][0](12))
    assert facts.proofs is not None
    assert not facts.proofs.open
