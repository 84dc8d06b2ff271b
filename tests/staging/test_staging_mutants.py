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
from mutants_of_scores import SCORES, claim_what_falls, rise_with_what_has_no_part
from mutants_of_time import TIME
from witnesses import Witness, witness

from casedsl.model.records import CaseType
from casedsl.staging import SCENES

MUTATORS = tuple(each for each in (*FLOW, *GUARDS, *PEOPLE, *ACCESS, *TIME, *SCORES) if each[0] is not untouched)
CLAIM_ONLY = (claim_what_is_not_so, claim_what_falls, rise_with_what_has_no_part)
"""They change what is claimed, and not what cases do; where an edit makes a claim false is in `test_staging_claims`."""
TAKEN_OUT = "no case gets band `beside`"
"""Where the edit is taken back, the band goes, and every case has the one that it had."""
KEPT = {
    "CD116": {"time stands still at such a line, and so does every scenario that waits for it"},
    "CD305": {"it says that there is no such case, and none can show that"},
    "CD402": {"the calendars aren't known as far as 9 years"},
    "CD403": {"a move that never comes changes nothing: a case goes as it would without the line"},
    "CD414": {"another promise has people reminded in the same days"},
    "CD415": {"several ladders use it up, each up to the minute before its alert"},
    "CD703": {"no case was met in which it would be seen"},
    "CD704": {"that a case has no band shows in no line of a scenario"},
    "CD709": {"when a case runs, its priority doesn't get to see …"},
    "CD508": {"who is in a team changes nothing that a scenario could ask for"},
}
"""Why a finding of a rule with a scene has none all the same; any other reason is a scenario that isn't written."""
LEAST = {
    "CD102": 7, "CD103": 3, "CD104": 7, "CD105": 6, "CD106": 7, "CD116": 4, "CD203": 8, "CD204": 8, "CD208": 10,
    "CD210": 8, "CD301": 17, "CD306": 13, "CD401": 2, "CD402": 15, "CD406": 4, "CD407": 7, "CD415": 3, "CD501": 5,
    "CD502": 12, "CD503": 3, "CD504": 4, "CD507": 3, "CD702": 5, "CD703": 3, "CD704": 2, "CD709": 1, "CD710": 2,
    "CD810": 11,
}  # fmt: skip
"""So many witnesses of a rule are played at least."""
NONE_HERE = "has no scenario here: "
played = Counter[str]()
kept = Counter[str]()
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
                    same = mutator in CLAIM_ONLY or finding.headline == TAKEN_OUT
                    assert same or shown.right != "", f"{mutant}\n{shown.text}\nit comes true in the example too"
                    played[finding.code] += 1
                elif finding.code in SCENES:
                    why = re.sub("`[^`]*`", "…", shown.removeprefix(NONE_HERE))
                    assert why in KEPT.get(finding.code, ()), f"{mutant}\n{finding}\n{shown}"
                    kept[finding.code] += 1
    ran.add(mutator.__name__)


def test_enough_of_each_rule_were_played() -> None:
    if len(ran) < len(MUTATORS):
        pytest.skip("not every mutator was run in this process")
    told = ", ".join(f"{code} {count}" for code, count in sorted(played.items()))
    print(f"witnesses of mutants played: {told}; not written: {', '.join(sorted(kept))}")
    assert {code: count for code, count in LEAST.items() if played[code] < count} == {}, played
    assert kept.keys() == KEPT.keys()
