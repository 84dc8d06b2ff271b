"""A fix that is shown or passed on: marked as safe or not, and written as it has to stand in its file."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casedsl.report.formats import FORMATS, Shown
from casedsl.report.text import full
from casedsl.syntax.finding import Edit, Finding, Fix
from casedsl.syntax.mending.edits import applied
from casedsl.syntax.mending.taking import text_edits
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span

SEEDED = settings(derandomize=True, deadline=None, max_examples=200)
ROWS = (
    "k: WORD",
    "k: [a, WORD, b]",
    "k: {a: WORD, b: c}",
    "- WORD",
    'k: "WORD"',
    "k: 'WORD'",
    "- {a: 'WORD'}",
    "k: WORD # c",
)


def shown(row: str, text: str, file: str = "a.yaml", safe: bool = True) -> Shown:
    """A finding whose fix writes a text in the place of WORD."""
    start = row.index("WORD") + 1
    span = Span(file, 1, start, 1, start + 4)
    finding = Finding(
        "CD999", "error", span, "it is so", way_out="mend it", fix=Fix("write it", safe, (Edit(span, text),))
    )
    return Shown((finding,), {file: Source(file, f"{row}\n")}, (), (file,))


def carried_out(row: str, text: str) -> list[str]:
    """The row as SARIF and reviewdog leave it, and as `--fix` does."""
    about = shown(row, text)
    (result,) = json.loads(FORMATS["sarif"](about))["runs"][0]["results"]
    (replaced,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    (diagnostic,) = json.loads(FORMATS["rdjson"](about))["diagnostics"]
    (suggestion,) = diagnostic["suggestions"]
    finding = about.findings[0]
    assert finding.fix is not None
    edits = text_edits(about.sources["a.yaml"], None, finding.fix.edits)
    assert edits is not None
    news = (replaced["insertedContent"]["text"], suggestion["text"], edits[0].text)
    assert {edit.text for edit in edits} == {news[0]} == {news[1]}
    return [row.replace("WORD", new) for new in news] + [applied(f"{row}\n", edits).rstrip("\n")]


def only_text(value: Any) -> list[str]:
    if isinstance(value, (dict, list)):
        return [text for each in (value.values() if isinstance(value, dict) else value) for text in only_text(each)]
    return [value]


@SEEDED
@given(st.sampled_from(ROWS), st.text(st.sampled_from(list("ab1 :#\"'\\{}[],-&*!?|>%@`é/.")), min_size=1, max_size=12))
@example("k: WORD", "no")
@example("k: [a, WORD, b]", "12:30")
@example("k: {a: WORD, b: c}", "a, b")
@example("k: 'WORD'", "it's")
@example('k: "WORD"', 'say "no"')
@example("- WORD", "- x")
@example("k: WORD # c", "a #b")
def test_what_a_fix_writes_is_read_as_what_it_says(row: str, text: str) -> None:
    before = only_text(yaml.load(row, yaml.BaseLoader))
    for new in carried_out(row, text):
        assert only_text(yaml.load(new, yaml.BaseLoader)) == [text if each == "WORD" else each for each in before], new


def test_what_needs_no_quotes_gets_none() -> None:
    assert carried_out("k: WORD", "no")[0] == "k: no"
    assert carried_out("k: [WORD]", "12:30")[0] == "k: [12:30]"
    assert carried_out("k: WORD", "a, b")[0] == 'k: "a, b"'


def test_a_case_file_takes_words_as_they_are() -> None:
    (result,) = json.loads(FORMATS["sarif"](shown("k WORD", "a: b", "a.case")))["runs"][0]["results"]
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "a: b"


def test_a_piece_of_a_plain_scalar_is_replaced_as_it_is() -> None:
    assert carried_out("k: fee is WORD", "yes")[0] == "k: fee is yes"
    assert carried_out('k: "a is WORD"', 'b"')[0] == 'k: "a is b\\""'


@pytest.mark.parametrize(("safe", "row"), [(True, "  = fix (safe)   write it"), (False, "  = fix (unsafe)   write it")])
def test_a_frame_says_whether_its_fix_is_safe(safe: bool, row: str) -> None:
    about = shown("k: WORD", "x", safe=safe)
    rows = full(about.findings, about.sources).splitlines()
    assert rows[-1] == row
    assert rows[-2].split() == ["=", "way", "out", "mend", "it"]
    assert rows[-2].index("mend") == row.index("write")


def test_a_finding_without_a_fix_has_no_such_row() -> None:
    finding = Finding("CD999", "error", Span("a.case", 1, 1, 1, 2), "it is so", way_out="mend it")
    assert "fix" not in full((finding,), {"a.case": Source("a.case", "x\n")})
