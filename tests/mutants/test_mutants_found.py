"""Every edit of every example is found, in both coats, at its place, and nothing else is.

The place is the same in the words of the definition, and right in line and column. A line that can't be read is in no
tree, so a slip of the pen has no name of a place that could be compared; its line and columns are.

A mutator says the code and the place; what follows from the edit besides is worked out by `mutant_world`, from the tree
and without the rules. So a place where an edit does no harm is one where nothing may be found.
"""

from __future__ import annotations

import re

import pytest
from mutant_trees import COATS, is_marked
from mutant_world import Wanted
from mutants import Mutator, Run, made, run, slip_at
from mutants_of_access import ACCESS
from mutants_of_flow import FLOW
from mutants_of_guards import GUARDS
from mutants_of_people import PEOPLE
from mutants_of_scores import SCORES
from mutants_of_tables import TABLES
from mutants_of_time import TIME
from mutants_of_words import REFERENCES, WORDS

from casedsl.syntax.finding import Finding
from casedsl.syntax.places import place_name

MUTATORS = (*REFERENCES, *WORDS, *TABLES, *FLOW, *PEOPLE, *ACCESS, *TIME, *GUARDS, *SCORES)


def heard(at: Run) -> list[Finding]:
    """What is found; opinions only where one is wanted."""
    codes = at.mutant.codes(at.coat)
    return [finding for finding in at.checked.findings if finding.severity != "info" or finding.code in codes]


def told(at: Run) -> str:
    found = "\n".join(f"  {finding.span}: {finding.code} {finding.headline}" for finding in heard(at))
    return f"{at.mutant}, as {at.coat}\nwanted: {at.mutant.codes(at.coat)}\nfound:\n{found or '  nothing'}"


def is_it(at: Run, wanted: Wanted, finding: Finding) -> bool:
    here = finding.span.file == at.names[wanted.spot.file] and finding.code == wanted.code
    text = at.texts[wanted.spot.file]
    return here and is_marked(at.document(wanted.spot.file), at.coat, text, wanted.spot, finding.span)


def judge(at: Run) -> None:
    left = list(at.mutant.wanted)
    for finding in heard(at):
        fitting = next((wanted for wanted in left if is_it(at, wanted, finding)), None)
        assert fitting is not None, f"{told(at)}\nnot wanted, or not there: {finding.span} {finding.code}"
        left.remove(fitting)
    assert left == [], f"{told(at)}\nnot found: {left}"


def judge_slip(at: Run) -> None:
    """A slip is one finding: at the word, or, where it was left out, on the row on which it is missed."""
    slip = at.mutant.slip
    assert slip is not None
    (finding,) = heard(at) if len(heard(at)) == 1 else [None]
    assert finding is not None, told(at)
    place = slip_at(at.mutant, at.coat).word
    missed = place.row - (slip.cut and at.coat == ".case.yaml")
    assert [finding.code] == at.mutant.codes(at.coat), told(at)
    assert (finding.span.file, finding.span.line - 1) == (at.names["main"], missed), told(at)
    assert slip.cut or finding.span.column - 1 <= place.start < finding.span.end_column - 1, told(at)


def places(at: Run) -> list[tuple[str, str, str]]:
    documents = {document.file: document for document in at.checked.documents}
    files = {name: file for file, name in at.names.items()}
    return sorted(
        (finding.code, files[finding.span.file], place_name(documents[finding.span.file], finding.span))
        for finding in heard(at)
    )


@pytest.mark.parametrize(
    ("mutator", "most"), MUTATORS, ids=[re.sub(r"\W+", "_", each.__name__) for each, _ in MUTATORS]
)
def test_an_edit_is_found_and_nothing_else(mutator: Mutator, most: int) -> None:
    mutants = made(mutator, most)
    assert mutants
    for mutant in mutants:
        runs = [run(mutant, coat) for coat in COATS]
        for at in runs:
            (judge if mutant.slip is None else judge_slip)(at)
        if mutant.slip is None:
            assert places(runs[0]) == places(runs[1]), str(mutant)


def test_there_are_enough_of_them_and_each_is_of_another_kind() -> None:
    names = [mutator.__name__ for mutator, _ in MUTATORS]
    assert len(names) == len(set(names)) >= 25


def test_an_edit_that_does_no_harm_finds_nothing() -> None:
    """Some of the edits of each of these are harmless where they are made, and not all."""
    for name in (
        "drop_a_transition",
        "drop_every_way_out",
        "close_a_loop",
        "drop_the_timers_of_a_wait",
        "escalate_to_another",
    ):
        ((mutator, most),) = [each for each in MUTATORS if each[0].__name__ == name]
        harmless = [not mutant.wanted for mutant in made(mutator, most)]
        assert any(harmless)
        assert not all(harmless)
