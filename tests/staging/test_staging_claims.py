"""Every claim that an edit of an example makes false is broken by a case on the runtime, and not in the example."""

from __future__ import annotations

import pytest
from mutants import DAY, lock
from test_mutants_claims import EDITS, Edit, looked_at, texts
from witnesses import Witness, witness

from casedsl.syntax.finding import Finding


def stories(edit: Edit) -> list[tuple[Finding, Witness | str]]:
    example = {name: looked_at(edit.example, name, text).case_type for name, text in texts(edit.example)}
    found = []
    for name, text in texts(edit.example, edit):
        checked = looked_at(edit.example, name, text)
        refuted = [finding for finding in checked.findings if finding.code == "CD211"]
        found += [(each, witness(checked, each, example[name], lock(), DAY)) for each in refuted]
    return found


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.example}-{EDITS.index(edit)}")
def test_a_claim_is_broken_by_a_case_after_the_edit_and_not_before(edit: Edit) -> None:
    told = stories(edit)
    assert len(told) == 2 * len(edit.refuted)
    for finding, shown in told:
        assert isinstance(shown, Witness), f"{finding.headline}: {shown}"
        assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
        assert shown.right != "", f"{shown.text}\nit comes true in the example too"
