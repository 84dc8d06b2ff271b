"""A finding carries what it is about, so that nobody has to read it out of a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from rule_programs import look, the_one
from rule_subjects import READERS, names_of, untrue
from test_rule_pages import _programs
from test_rules_messages import looked_at

from casedsl.rules import RULES, Rule, code_of
from casedsl.syntax.finding import Subject, subjects

CASEDSL = Path(__file__).resolve().parents[2] / "casedsl"
WORDS = {"headline", "notes", "way_out", "label"}
"""What a finding says in words."""
NAMELESS = {"CD405", "CD410", "CD411", "CD701", "CD703", "CD704", "CD710", *READERS, "CD013", "CD014", "CD299", "CD202"}
"""Rules some findings of which are about something without a name: the score, a length of time, a comment."""


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_what_each_page_finds_is_about_what_it_names(rule: Rule) -> None:
    code = code_of(rule)
    for program in _programs(rule, "Wrong"):
        checked = looked_at("page.case", program, code)
        for finding in (each for each in checked.findings if each.code == code):
            assert finding.about or code in NAMELESS, finding
            assert code in READERS or untrue(finding, names_of(checked)) == ""


LOST = """
    first state new "New"
        on answer -> done
            by clerk
        on park -> parked
            by clerk
    state parked "Parked"
    final state done "Done"
"""


def test_a_subject_that_is_wrong_or_left_out_is_seen() -> None:
    """The test of the test."""
    finding, names = the_one(LOST, "CD102"), names_of(look(LOST))
    assert finding.about == (Subject("state", "parked"),)
    assert untrue(finding, names) == ""
    for about in ((), (Subject("state", "new"),), (Subject("state", "nowhere"),), (Subject("event", "parked"),)):
        assert untrue(replace(finding, about=about), names)


def test_names_are_asked_for_by_their_kind() -> None:
    about = (Subject("state", "new"), Subject("role", "clerk"), Subject("state", "done"))
    finding = replace(the_one(LOST, "CD102"), about=about)
    assert finding.named("state") == ("new", "done")
    assert finding.named("role") == ("clerk",)
    assert finding.named("field") == ()


def test_several_subjects_are_each_there_once_and_none_is_nameless() -> None:
    assert subjects("state", "new", "done", None, "", "new") == (Subject("state", "new"), Subject("state", "done"))


def test_an_unknown_name_is_said_with_what_it_should_name() -> None:
    checked = look(LOST.replace("-> parked", "-> parkd").replace("by clerk", "by clrk", 1))
    told = [each.about for each in checked.findings if each.code == "CD004"]
    assert told == [(Subject("role", "clrk"),), (Subject("state", "parkd"),)]


def taken_apart(source: str) -> Iterator[int]:
    """The lines where a headline is looked into: searched, cut, or compared with a part of it."""
    for node in ast.walk(ast.parse(source)):
        looked: list[ast.AST] = []
        if isinstance(node, ast.Attribute | ast.Subscript):
            looked = [node.value]
        elif isinstance(node, ast.Compare) and any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
            looked = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr != "append":
            looked = [*node.args] if ast.unparse(node.func.value) in ("re", "_NAME") else []
        if any(isinstance(each, ast.Attribute) and each.attr == "headline" for each in looked):
            yield node.lineno  # type: ignore[attr-defined]


def test_nobody_looks_into_a_headline() -> None:
    """It is shown, or compared as a whole."""
    files = sorted(CASEDSL.rglob("*.py"))
    assert [f"{file}:{line}" for file in files for line in taken_apart(file.read_text("utf-8"))] == []


def test_staging_reads_no_words_of_a_finding() -> None:
    read = [
        f"{file}:{node.lineno}"
        for file in sorted((CASEDSL / "staging").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in WORDS
    ]
    assert read == []


@pytest.mark.parametrize(
    "line",
    [
        "finding.headline.split('`')[1]",
        "finding.headline.startswith('nobody')",
        "finding.headline[0]",
        "f'`{name}`' in finding.headline",
        "finding.headline in told",
        "re.findall('`(.*)`', finding.headline)",
    ],
)
def test_a_look_into_a_headline_is_seen(line: str) -> None:
    """The test of the test."""
    assert [*taken_apart(line)]
    assert [*taken_apart("show(finding.headline), finding.headline == other.headline")] == []
