"""What is proved of a claim is so in every history of a small definition, and a story that refutes one happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from claim_explorer import Judge, Moment, Move, Moves, claims_about, with_claims
from explorer import bounded
from large_definitions import facts_of

from casedsl.analysis.claims.judge import Proved, Refuted, Told
from casedsl.analysis.claims.tale import Amendment, Step
from casedsl.analysis.facts import Facts
from casedsl.model.records import Claim

BATCH, PLAIN = 20, 10
"""From batch `PLAIN` on, fields must be something."""


@cache
def definitions(batch: int) -> list[tuple[str, Facts, Moves]]:
    made = []
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        random = Random(seed)
        text = with_claims(random)
        text = bounded(text, random) if batch >= PLAIN else text
        text += claims_about(text, random)
        facts = facts_of(text)
        assert facts.case_type is not None, text
        assert facts.proofs is not None, (text, facts.found)
        made.append((text, facts, Moves(facts.case_type)))
    return made


@pytest.mark.parametrize("batch", range(16))
def test_what_is_proved_holds_and_what_refutes_happens(batch: int) -> None:
    count: Counter[str] = Counter()
    for text, facts, moves in definitions(batch):
        assert facts.proofs is not None
        for judged in facts.proofs.claims:
            judge = Judge(moves, judged.claim)
            count[type(judged).__name__] += 1
            if isinstance(judged, Proved):
                assert judge.holds(), (text, judged.claim.text)
            elif isinstance(judged, Refuted):
                assert happens(judged, judge), (text, judged)
    assert count["Undecided"] * (10 if batch < PLAIN else 6) <= sum(count.values()), count
    assert count["Proved"] > 10
    assert count["Refuted"] > 10


def happens(found: Refuted, judge: Judge) -> bool:
    """Whether some history goes the way with the values that are told, and the claim is broken at its end."""
    first, *rest = found.told
    now = [moment for case in judge.moves.first if fits(first, (moment := judge.begin(case)).case.at.values, judge)]
    for number, (step, told) in enumerate(zip(found.way, rest, strict=True)):
        last = number == len(found.way) - 1
        on = [
            (before, move, after)
            for before in now
            for move, after in judge.onward(before)
            if is_step(step, before, move, after) and fits(told, move.given, judge)
        ]
        if last and found.at_event:
            return any(judge.breaks(before, move) for before, move, _ in on)
        now = list(dict.fromkeys(after for _, _, after in on))
    if found.claim.kind == "leads to":
        return any(judge.doomed(moment) for moment in now)
    return any(judge.is_broken(moment) for moment in now)


def is_step(step: Step, before: Moment, move: Move, after: Moment) -> bool:
    if isinstance(step, Amendment):
        return move.by is None and before.case.at.state == step.state
    here, there = before.case.at.state, after.case.at.state
    return move.by is step.by and move.route is step.route and (here, there) == (step.source, step.target)


def fits(told: Told, values: tuple[object, ...], judge: Judge) -> bool:
    held = dict(zip(judge.moves.names, values, strict=True))
    return all(held[name] == value for name, value in told.values)


def test_the_second_opinion_can_say_no() -> None:
    """Claims that are wrong of every definition, and one that is right."""
    for _, _, moves in definitions(0)[:5]:
        assert not Judge(moves, the_claim("always a is x and a is y")).holds()
        assert Judge(moves, the_claim("always a is x or not a is x")).holds()


def the_claim(text: str) -> Claim:
    found = facts_of(f"{definitions(0)[0][0]}{text}\n").case_type
    assert found is not None
    return next(claim for claim in found.claims if claim.text == text)


def test_a_claim_is_judged_alike_under_any_hash_seed(printed_under_any_seed: Callable[[str], bytes]) -> None:
    asked = (
        "from random import Random; from claim_explorer import claims_about, with_claims;"
        "from large_definitions import facts_of; from casedsl.rules import checked;"
        "made = [(with_claims(Random(seed)), Random(seed)) for seed in range(6)];"
        "print([checked(facts_of(text + claims_about(text, random))) for text, random in made])"
    )
    assert b"CD211" in printed_under_any_seed(asked)
