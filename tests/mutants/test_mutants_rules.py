"""Taking one rule out of the tuple fails exactly the mutants that want its code, and no other.

What reading and resolving found is kept from one check of each mutant; the rules look at it again and again, each time
without one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from mutants import Mutant, made, run
from mutants_of_access import ACCESS
from mutants_of_flow import FLOW
from mutants_of_guards import GUARDS
from mutants_of_people import PEOPLE
from mutants_of_scores import SCORES
from mutants_of_time import TIME
from mutants_of_words import REFERENCES, WORDS

from casedsl import compile as compiler
from casedsl import rules
from casedsl.rules import RULES, code_of, verdict

UNREACHED = {
    "CD117": "a line of the map; those of an example are left out (`mutants.Example`)",
    "CD118": "the same",
    "CD505": "asked only with a list of people; `test_mutants_people.py` edits lists",
    "CD812": "an opinion about a way that no example has: every team that hands over gets its cases back",
}
"""Rules that no mutant of an example is about, each with the reason; their own pages and tests hold them."""
OF_A_CODE = 2


@dataclass(frozen=True)
class Sample:
    """A mutant, and what its check asked the rules."""

    mutant: Mutant
    asked: tuple[Any, ...]

    def found(self) -> list[str]:
        """The codes of what is found; of opinions only those that are wanted."""
        codes = self.mutant.codes(".case")
        said = verdict.verdict(*self.asked).findings
        return sorted(finding.code for finding in said if finding.severity != "info" or finding.code in codes)


@cache
def samples() -> tuple[Sample, ...]:
    """For each code a few mutants that want it; without those about files that are checked together."""
    chosen: dict[str, list[Mutant]] = {}
    for mutant in _mutants():
        for code in dict.fromkeys(mutant.codes(".case")):
            known = chosen.setdefault(code, [])
            if len(known) < OF_A_CODE and not mutant.shared and mutant.mutator not in [each.mutator for each in known]:
                known.append(mutant)
    return tuple(_asked(mutant) for known in chosen.values() for mutant in known)


def _mutants() -> Iterator[Mutant]:
    for mutator, most in (*WORDS, *FLOW, *PEOPLE, *ACCESS, *TIME, *GUARDS, *SCORES, *REFERENCES):
        yield from made(mutator, most)


def _asked(mutant: Mutant) -> Sample:
    asked: list[tuple[Any, ...]] = []

    def note(*given: Any) -> verdict.Verdict:
        asked.append(given)
        return verdict.verdict(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "verdict", note)
        run(mutant, ".case")
    (given,) = asked
    return Sample(mutant, given)


def test_every_rule_is_reached_or_there_is_a_reason() -> None:
    reached = {code for sample in samples() for code in sample.mutant.codes(".case")}
    assert {code_of(rule) for rule in RULES} - reached == UNREACHED.keys()


def test_without_a_rule_exactly_its_mutants_stay_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    for sample in samples():
        assert sample.found() == sample.mutant.codes(".case"), str(sample.mutant)
    for rule in RULES:
        left = tuple(each for each in RULES if each is not rule)
        monkeypatch.setattr(rules, "RULES", left)
        monkeypatch.setattr(verdict, "RULES", left)
        for sample in samples():
            seen = [code for code in sample.mutant.codes(".case") if code != code_of(rule)]
            assert sample.found() == seen, f"without {code_of(rule)}: {sample.mutant}"
