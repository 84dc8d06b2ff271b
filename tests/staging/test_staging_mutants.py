"""Every witness of every mutant of every example comes true on the mutant, and fails on the example."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from mutants import DAY, Mutator, lock, made, run
from mutants_of_access import ACCESS
from mutants_of_flow import FLOW, untouched
from mutants_of_guards import GUARDS, claim_what_is_not_so
from mutants_of_people import PEOPLE
from mutants_of_time import TIME
from witnesses import Witness, witness

from casedsl.model.records import CaseType
from casedsl.staging import SCENES

MUTATORS = tuple(each for each in (*FLOW, *GUARDS, *PEOPLE, *ACCESS, *TIME) if each[0] is not untouched)
CLAIM_ONLY = (claim_what_is_not_so,)
"""They change what is claimed, and not what cases do; where an edit makes a claim false is in `test_staging_claims`."""
LEAST = {
    "CD102": 7, "CD103": 3, "CD104": 7, "CD105": 6, "CD106": 7, "CD116": 4, "CD203": 8, "CD204": 8, "CD208": 10,
    "CD210": 8, "CD301": 17, "CD306": 1, "CD401": 2, "CD402": 9, "CD406": 4, "CD407": 7, "CD501": 5, "CD507": 3,
}  # fmt: skip
"""So many witnesses of a rule are played at least."""
played = Counter[str]()
ran: set[str] = set()


@cache
def example_of(name: str) -> CaseType:
    found = (run(mutant, ".case").checked.case_type for mutant in made(untouched, 2) if mutant.example.name == name)
    case_type = next(found)
    assert case_type is not None
    return case_type


@pytest.mark.parametrize(
    ("mutator", "most"), MUTATORS, ids=[re.sub(r"\W+", "_", each.__name__) for each, _ in MUTATORS]
)
def test_a_witness_comes_true_on_the_mutant_and_fails_on_the_example(mutator: Mutator, most: int) -> None:
    for mutant in made(mutator, most):
        if mutant.slip is None and SCENES.keys() & set(mutant.codes(".case")):
            checked = run(mutant, ".case").checked
            for finding in checked.findings:
                shown = witness(checked, finding, example_of(mutant.example.name), lock(), DAY)
                if isinstance(shown, Witness):
                    assert shown.wrong == "", f"{mutant}\n{shown.text}\n{shown.wrong}"
                    same = mutator in CLAIM_ONLY
                    assert same or shown.right != "", f"{mutant}\n{shown.text}\nit comes true in the example too"
                    played[finding.code] += 1
    ran.add(mutator.__name__)


def test_enough_of_each_rule_were_played() -> None:
    if len(ran) < len(MUTATORS):
        pytest.skip("not every mutator was run in this process")
    assert {code: count for code, count in LEAST.items() if played[code] < count} == {}, played
