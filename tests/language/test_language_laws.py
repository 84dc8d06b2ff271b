"""Laws that hold for any text: nothing is raised, places lie inside the text, the same text gives the same findings,
and what is sound can be compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from casedsl_runtime import expr
from casedsl_runtime.case import Happened, PromiseKept
from casedsl_runtime.loading import dump_workflow, load_workflow
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import END, HEADER, ROOT, in_our_voice, looked_at

from casedsl.artifact.lower import lowered
from casedsl.compile import Checked
from casedsl.model.records import CaseType
from casedsl.report.text import concise, full

SEEDED = settings(derandomize=True, deadline=None)
COMPLAINT = {
    "main.case": (ROOT / "examples" / "complaint" / "complaint.case").read_text("utf-8"),
    "organisation.case": (ROOT / "examples" / "complaint" / "organisation.case").read_text("utf-8"),
}
WORDS = sorted({word for text in COMPLAINT.values() for word in text.split() if len(word) < 30})
RUBBISH = [
    "",
    " ",
    '"',
    "#",
    "(",
    ")",
    "->",
    "`",
    "{",
    "}",
    "\t",
    "é",
    "🎉",
    "-",
    ",",
    "0",
    "..",
    "\\",
    "    ",
    "not",
    "é\u0301",
]


def holds(checked: Checked) -> None:
    """What is true of every check."""
    findings = checked.findings
    assert list(findings) == sorted(findings, key=lambda finding: finding.place())
    assert len(set(findings)) == len(findings)
    for finding in findings:
        assert in_our_voice(finding), finding
        for span in (finding.span, *(label.span for label in finding.labels)):
            assert span.line == span.end_line
            assert 1 <= span.column <= span.end_column
            if span.file in checked.sources:
                rows = checked.sources[span.file].lines()
                assert span.line <= len(rows)
                assert span.end_column <= len(rows[span.line - 1]) + 2  # behind the end, where something is missing
    assert checked.sound is not any(finding.severity == "error" for finding in findings)
    assert full(findings, checked.sources).count("error:") >= len(findings)
    assert concise(findings).count("\n") == len(findings)
    if checked.sound and checked.case_type is not None:
        runs(checked.case_type)


def runs(case_type: CaseType) -> None:
    """What is sound is lowered to a workflow that the runtime loads, and is the same again."""
    workflow = lowered(case_type)
    assert load_workflow(dump_workflow(workflow)).workflow == workflow


def _lines(edit: Callable[[st.DrawFn, list[str], int], None]) -> Callable[[st.DrawFn, str], str]:
    def on_text(draw: st.DrawFn, text: str) -> str:
        rows = text.split("\n")
        edit(draw, rows, draw(st.integers(0, len(rows) - 1)))
        return "\n".join(rows)

    return on_text


@_lines
def _drop(draw: st.DrawFn, rows: list[str], at: int) -> None:
    del rows[at]


@_lines
def _repeat(draw: st.DrawFn, rows: list[str], at: int) -> None:
    rows.insert(draw(st.integers(0, len(rows))), rows[at])


@_lines
def _swap(draw: st.DrawFn, rows: list[str], at: int) -> None:
    other = draw(st.integers(0, len(rows) - 1))
    rows[at], rows[other] = rows[other], rows[at]


@_lines
def _shift(draw: st.DrawFn, rows: list[str], at: int) -> None:
    rows[at] = " " * draw(st.integers(0, 13)) + rows[at].lstrip()


@_lines
def _word(draw: st.DrawFn, rows: list[str], at: int) -> None:
    words = rows[at].split(" ")
    words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS))
    rows[at] = " ".join(words)


@_lines
def _join(draw: st.DrawFn, rows: list[str], at: int) -> None:
    rows[at : at + 2] = ["".join(rows[at : at + 2])]


def _cut(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text) - 1))
    return text[:start] + text[start + draw(st.integers(1, 400)) :]


def _put(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(RUBBISH)) + text[at + draw(st.integers(0, 3)) :]


def _turn(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, max(0, len(text) - 2)))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


EDITS = (_drop, _repeat, _swap, _shift, _word, _join, _cut, _put, _turn)


@st.composite
def edited(draw: st.DrawFn) -> dict[str, str]:
    """The two files of the example after some edits."""
    files = dict(COMPLAINT)
    for _ in range(draw(st.integers(1, 4))):
        file = draw(st.sampled_from(["main.case", "main.case", "organisation.case"]))
        files[file] = draw(st.sampled_from(EDITS))(draw, files[file]) if files[file] else files[file]
    return files


def test_the_example_is_sound() -> None:
    checked = looked_at(COMPLAINT)
    assert checked.findings == ()
    holds(checked)


@settings(SEEDED, max_examples=70)
@given(edited())
def test_whatever_becomes_of_the_example(files: dict[str, str]) -> None:
    holds(looked_at(files))


@settings(SEEDED, max_examples=10)
@given(edited())
def test_the_same_text_gives_the_same_findings(files: dict[str, str]) -> None:
    assert looked_at(files) == looked_at(dict(reversed(files.items())))


@settings(SEEDED, max_examples=8)
@given(edited())
def test_the_dress_of_a_text_changes_nothing(files: dict[str, str]) -> None:
    dressed = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in files.items()}
    assert looked_at(dressed).findings == looked_at(files).findings


@settings(SEEDED, max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    holds(looked_at({"main.case": data}))
    holds(looked_at({"main.case": HEADER.encode() + data, "acme.case": b"organisation acme\n    edition 1\n" + data}))


@settings(SEEDED, max_examples=40)
@given(st.lists(st.sampled_from([*WORDS, *RUBBISH, "\n", "\n    ", "\n        "]), max_size=40))
def test_any_words(words: list[str]) -> None:
    holds(looked_at({"main.case": HEADER + " ".join(words)}))


@pytest.mark.parametrize("at", range(0, len(COMPLAINT["main.case"]), 613))
def test_the_beginning_of_the_example(at: int) -> None:
    """An editor asks while the file is being written."""
    holds(looked_at(COMPLAINT | {"main.case": COMPLAINT["main.case"][:at]}))


@pytest.mark.parametrize("file", COMPLAINT)
def test_one_broken_line_is_one_finding(file: str) -> None:
    """Many lines in turn, by a word too many or another keyword: nothing is said about what follows from its loss."""
    rows = COMPLAINT[file].split("\n")
    for number, row in enumerate(rows):
        code = row.partition("#")[0].rstrip()
        if not code or number % 5 in (1, 3, 4):
            continue
        known = code.split()[0] in (
            "on",
            "to",
            "by",
            "state",
            "first",
            "promise",
            "template",
            "within",
            "zone",
            "people",
        )
        broken = code.replace(code.split()[0], "xyzzy", 1) if known and number % 2 else f"{code} )"
        text = "\n".join([*rows[:number], broken, *rows[number + 1 :]])
        found = looked_at(COMPLAINT | {file: text}).findings
        assert [(finding.span.file, finding.span.line) for finding in found] == [(file, number + 1)], found


# Expressions: what types is what the runtime runs.

VALUES: dict[str, list[str]] = {
    "number": ["count", "impact", "3", "0", "- count"],
    "money": ["fee", "12.50 GBP", "- fee", "2 * fee"],
    "date": ["day", "2026-02-28", "day + 1 month", "day - 3 calendar days"],
    "days": ["day - other_day", "3 calendar days", "1 calendar week"],
    "instant": ["moment", "soon.due", "moment + 3 clock hours"],
    "text": ["words", '"x"', '"say \\"x\\""'],
    "choice": ["kind", "big", "huge"],
    "answer": ["late", "yes", "no"],
    "length": ["2 clock hours", "1 month", "3 days"],
}
ATOMS = st.sampled_from([value for values in VALUES.values() for value in values])
ALIKE = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.tuples(st.sampled_from(VALUES[name]), st.sampled_from(VALUES[name]))
)
PAIRS = st.one_of(ALIKE, ALIKE, st.tuples(ATOMS, ATOMS))
TESTS = st.one_of(
    st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", PAIRS, st.sampled_from(["is", "is not", "<", ">="])),
    st.builds(lambda pair, sign, more: f"{pair[0]} {sign} {pair[1]} > {more}", PAIRS, st.sampled_from("+-*"), ATOMS),
    st.builds(lambda value: f"{value} is set", ATOMS),
    st.builds(lambda value: f"{value} in 1..3", ATOMS),
    st.sampled_from(["kind is one of big, small", "send has happened 2 times", "kind is not set", "late"]),
)
GUARDS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda one, two, word: f"({one} {word} {two})", inner, inner, st.sampled_from(["and", "or"])),
        st.builds(lambda one: f"not {one}", inner),
    ),
    max_leaves=5,
)
FIELDS = """\
promise soon
    within 10 working days
    calendar office
    met by send
fields
    fee money GBP
    count integer
    impact scale 1..5
    kind choice
        option big
        option small
    late yes/no
    words text
    day date
    other_day date
    moment date and time
"""
READINGS = [
    expr.Quietly({}, {}, {}),
    expr.Quietly(
        {"fee": 5, "count": -3, "impact": 5, "kind": "big", "late": True, "words": "x", "day": "2026-01-31",
            "other_day": "2027-03-01", "moment": 1_700_000_000},
        {"send": Happened(2, None, 0)},
        {"soon": PromiseKept("running", 1_800_000_000, 0)},
    ),
]  # fmt: skip


@settings(SEEDED, max_examples=70)
@given(GUARDS)
def test_an_expression_that_types_is_run(guard: str) -> None:
    checked = looked_at(
        {
            "main.case": f"{HEADER}{FIELDS}first state new\n    on send -> done\n"
            f"        by clerk\n        when {guard}\n{END}"
        }
    )
    holds(checked)
    if not checked.sound or checked.case_type is None:
        return
    formula = checked.case_type.states["new"].transitions[0].when
    assert formula is not None
    names = expr.Names(checked.case_type.fields, ["send"], ["soon"])
    assert list(expr.problems(formula.expression, names)) == []
    run = expr.compile_expression(formula.expression)
    assert {type(run(reading)) for reading in READINGS} == {bool}
    assert formula.text in f"{guard} ({guard})" or guard.startswith("(")


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.case")), ids=lambda path: path.name)
def test_every_example(path: Path) -> None:
    files = {file.name: file.read_bytes() for file in path.parent.glob("*.case")}
    holds(looked_at(files, path.name))
