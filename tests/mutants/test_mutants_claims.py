"""An edit of an example that makes a claim of it false is found at that claim, in both coats, and nothing else is.

The claims of the examples are proved as they stand; each edit below is one that a process owner could make: a field
that is no longer asked for, or may be changed where it was not, a way that goes around, a role more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from mutant_trees import COATS
from mutants import DAY, EXAMPLES, lock

from casedsl.analysis.claims.judge import Proved
from casedsl.compile import Checked, _resolved, check
from casedsl.model.claims import KINDS
from casedsl.syntax.case import read_case
from casedsl.syntax.source import Source
from casedsl.syntax.use import read_definition


class Edit(NamedTuple):
    """A text that becomes another in an example, and the claims that are refuted then, by how they begin."""

    example: str
    old: str
    new: str
    refuted: tuple[str, ...]
    also: tuple[str, ...] = ()


CATEGORY = "changed by  handler in new, in_review"
BLANK = ("CD301",)
"""What is found besides where a message can be sent without a field."""
WE_SAY = 'purpose     "We say'
THE_ANSWER = 'purpose     "The requester has the information'
EDITS = (
    Edit("complaint", CATEGORY, f"{CATEGORY}, answering", ("never event send_answer",)),
    Edit("complaint", CATEGORY, "changed by  handler", ("never event send_answer",)),
    Edit(
        "complaint", "findings, outcome, remedy, refund\n        to", "findings, refund\n        to", ("always",), BLANK
    ),
    Edit("complaint", "closed as withdrawn", "closed as answered", ("never state closed as answered",)),
    Edit("complaint", "by          legal\n", "by          legal\n        clears      outcome\n", ("always",), BLANK),
    Edit("complaint", "on return -> in_review", "on return -> answering", ("always", "never event"), BLANK),
    Edit("complaint", f"supervisor\n        {WE_SAY}", f"supervisor, legal\n        {WE_SAY}", ("only",)),
    Edit("complaint", "on object -> in_review", "on object -> answering", ("always", "before every"), BLANK),
    Edit("foi_request", "test, outcome, answer", "test, answer", ("always outcome",), BLANK),
    Edit("foi_request", "closed as withdrawn", "closed as answered", ("never state closed",)),
    Edit("foi_request", f"head\n        {THE_ANSWER}", f"head, reviewer\n        {THE_ANSWER}", ("only officer",)),
    Edit(
        "foi_request", "on clarified -> searching", "on clarified -> in_review", ("always", "never event"), ("CD810",)
    ),
    Edit(
        "subject_access",
        "needs       reason\n        send        refused",
        "send        refused",
        ("always reason",),
        BLANK,
    ),
    Edit("subject_access", "move to     closed as unidentified", "move to     collecting", ("never event",)),
    Edit("subject_access", "closed as unidentified", "closed as refused", ("never state closed",)),
    Edit(
        "subject_access",
        'officer\n        purpose     "It is',
        'adviser\n        purpose     "It is',
        ("only officer",),
    ),
    Edit("it_incident", "on stand_down -> diagnosing", "on stand_down -> review", ("always", "never", "before")),
    Edit("it_incident", "on works_again -> stay", "on works_again -> closed as restored", ("never", "every")),
    Edit("it_incident", "cause, remedy\n        send", "cause\n        send", ("always remedy",), BLANK),
)
NAMES = ("complaint", "foi_request", "subject_access", "it_incident")


def texts(example: str, edit: Edit | None = None) -> Iterator[tuple[str, str]]:
    """An example after an edit in each coat, without what is played and drawn."""
    text = (EXAMPLES / example / f"{example}.case").read_text("utf-8")
    if edit is not None:
        assert edit.old in text, edit
        text = text.replace(edit.old, edit.new, 1)
    document, found = read_case(Source("main.case", text.partition("\nmap\n")[0] + "\n"))
    assert document is not None
    assert found == ()
    yield from ((f"main{coat}", printed(document)) for coat, printed in COATS.items())


def reading(example: str, name: str, text: str) -> dict[str, bytes]:
    return {name: text.encode(), **{
        f"organisation{coat}": (EXAMPLES / example / f"organisation{coat}").read_bytes() for coat in COATS
    }}  # fmt: skip


def looked_at(example: str, name: str, text: str) -> Checked:
    files = reading(example, name, text)

    def read(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file", file)
        return files[file]

    return check(name, read, lock=lock(), today=DAY)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.example}-{EDITS.index(edit)}")
def test_a_claim_that_an_edit_makes_false_is_refuted_and_no_other(edit: Edit) -> None:
    for name, text in texts(edit.example, edit):
        checked = looked_at(edit.example, name, text)
        assert checked.case_type is not None
        told = {claim.span: claim.text for claim in checked.case_type.claims}
        shown = [f"{each.code} {each.headline}" for each in checked.findings if each.severity != "info"]
        refuted = [told[each.span] for each in checked.findings if each.code == "CD211"]
        assert len(refuted) == len(edit.refuted), shown
        assert all(claim.startswith(start) for claim, start in zip(refuted, edit.refuted, strict=True)), shown
        others = {each.code for each in checked.findings if each.severity != "info"} - {"CD211"}
        assert others <= {*edit.also}, shown
        assert "CD299" not in {each.code for each in checked.findings}


@pytest.mark.parametrize("example", NAMES)
def test_each_claim_of_an_example_is_proved(example: str) -> None:
    for name, text in texts(example):
        files = reading(example, name, text)
        proofs = _resolved(read_definition(name, files.__getitem__)).proofs
        assert proofs is not None
        assert len(proofs.claims) >= 5
        assert {type(judged) for judged in proofs.claims} == {Proved}


def test_every_kind_of_claim_stands_in_an_example() -> None:
    lines = [line for name in NAMES for line in (EXAMPLES / name / f"{name}.case").read_text("utf-8").split("\n")]
    assert all(any(line.startswith(f"{kind} ") for line in lines) for kind in KINDS)
