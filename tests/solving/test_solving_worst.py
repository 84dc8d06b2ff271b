"""What definitions that nobody writes cost, in calls that are counted: no shape is worse than its size."""

from __future__ import annotations

import cProfile
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from casedsl_runtime.vocabulary import Expression
from large_definitions import ACME, facts_of

from casedsl.analysis import facts as gathered
from casedsl.analysis import feasible, guards, shut
from casedsl.analysis.claims import judge
from casedsl.analysis.duties import NEVER, SOMEBODY
from casedsl.analysis.graph import Graph
from casedsl.analysis.implied import kept_values
from casedsl.analysis.size import beyond
from casedsl.analysis.solving import asking
from casedsl.certifying.certificate import certificate_of
from casedsl.compile import check
from casedsl.rules import checked

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.masses import MASSES
from bench.worst import SHAPES, anywhere, chain_of_states, dense, many_fields, stages, timers, wide_routes

PAID_IN_STEPS = ("wide routes", "barred here", "long claims")
"""What grows with products until the steps are used up."""
PURSES = (asking, gathered, feasible, guards, judge, shut)
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
        (many_fields(340), "fields"),
        (many_fields(250), ""),
        (chain_of_states(3_000), "guards"),
        (wide_routes(220), "guards"),
        (dense(60), ""),
    ],
    ids=[
        "events",
        "promises",
        "stages",
        "fields",
        "two ends",
        "under two ends",
        "guards",
        "routes",
        "not too many states",
    ],
)
def test_what_is_too_large_is_said_once(text: str, what: str) -> None:
    facts = facts_of(text)
    assert facts.case_type is not None
    assert beyond(facts.case_type) == what
    said = [finding for finding in checked(facts) if finding.code == "CD299"]
    assert [finding.span for finding in said if finding.headline.endswith("looked into")] == (
        [facts.case_type.span] if what else []
    )


def test_the_event_whose_routes_are_too_many_is_named() -> None:
    (found,) = [each for each in checked(facts_of(wide_routes(220))) if each.code == "CD299"]
    assert [label.text for label in found.labels] == ["most of it is compared here"]
    assert found.way_out == "give `on go` fewer routes and shorter conditions, or make several case types of it"
    (spread,) = [each for each in checked(facts_of(chain_of_states(3_000))) if each.code == "CD299"]
    assert (spread.labels, spread.way_out) == ((), "make several case types of it")


def test_what_is_too_large_is_not_certified() -> None:
    files = {"main.case": many_fields(600).encode(), "acme.case": ACME}
    certificate = certificate_of(check("main.case", files.__getitem__), "0")
    assert {each.standing for each in certificate.theorems if not each.id.startswith("CD0")} == {"not proved"}


@pytest.mark.parametrize("name", [*SHAPES, *MASSES])
def test_twice_as_much_takes_no_more_than_a_little_over_twice_the_calls(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in PURSES:  # what is paid in steps has an end; what isn't shows better where that comes sooner
        monkeypatch.setattr(module, "MOST_STEPS", module.MOST_STEPS // 10)
    shape, size = {**SHAPES, **MASSES}[name]
    small = max(4, size // 100)
    one, two = (_calls(shape(each)) for each in (small, 2 * small))
    assert two < 3 * one + (2_000_000 if name in PAID_IN_STEPS else 400_000)


def test_where_cases_end_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    leading_to = Graph.leading_to

    def counted(graph: Graph, targets: Iterable[str]) -> set[str]:
        asked.append(1)
        return leading_to(graph, targets)

    monkeypatch.setattr(Graph, "leading_to", counted)
    checked(facts_of(chain_of_states(30)))
    assert len(asked) < 12


def test_a_choice_of_thousands_is_not_gone_through_for_each_value() -> None:
    values = frozenset(f"o{number}" for number in range(5_000))
    named = sorted(values)[:300]
    some: Expression = ("one of", ("field", "f"), *named)
    with cProfile.Profile() as profile:
        kept = kept_values(("not", ("and", some, ("is set", "g"))), "f", values)
        assert kept_values(("or", ("not", some), ("not", some)), "f", values) == values - {*named}
    assert kept == values
    assert sum(each.callcount for each in profile.getstats()) < 200


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
    judged = [type(claim).__name__ for claim in facts.proofs.claims]
    assert judged.count("Undecided") >= 3, "of those that hold; one that doesn't may be refuted before"
    assert set(judged) <= {"Undecided", "Refuted"}


def test_a_dozen_guards_of_eighteen_parts_are_decided() -> None:
    facts = facts_of(SHAPES["long or"][0](12))
    assert facts.proofs is not None
    assert not facts.proofs.open
