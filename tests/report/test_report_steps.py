"""A finding that tells of a way carries its steps: they are the way that it tells of, or the last stretch of it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from report_programs import ACME

from casedsl.compile import check
from casedsl.rules import RULES, Rule, code_of, page_of
from casedsl.syntax.finding import Finding

WAYS = ("a way there", "the circle", "for ever")
"""The notes in which a way is told, in the order in which it is gone."""

FAR = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new "New"
    on ask -> asked
        by clerk
state asked "Asked"
    team desk
    move to late after 3 working days
        purpose "They had their chance."
"""
DEAD_END = FAR + 'state late "Late"\n'
CLOSED_TO_ALL = FAR + 'state late "Late"\n    on file -> done\nfinal state done "Done"\n'
TRAP = FAR + 'state late "Late"\n    on again -> asked\n        by clerk\n'
OBJECT = "    on object -> stay\n        by customer\n"
OBJECTED = (
    FAR.replace("    on ask", OBJECT + "    on ask").replace("    team desk\n", "    team desk\n" + OBJECT)
    + 'state late "Late"\n    on file -> done\n        by clerk\nfinal state done "Done"\n'
)
"""An outsider may object everywhere but in `late`."""


def found(program: str) -> list[Finding]:
    files = {"letter.case": program.encode(), "acme.case": ACME}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    return list(check("letter.case", read).findings)


def stops(finding: Finding) -> list[str]:
    """The states on the way of a finding's steps, which are joined to each other."""
    moves = [step.text for step in finding.steps if "` is changed in `" not in step.text]
    pairs = [re.findall("`([^`]*)`", text)[:2] for text in moves]
    assert all(one[1] == two[0] for one, two in pairwise(pairs)), finding.steps
    return [pair[0] for pair in pairs] + [pair[1] for pair in pairs[-1:]]


def told(finding: Finding) -> list[str]:
    """The states on the way of a finding's notes: from the first state, and then round."""
    ways = [re.split(r" -\([^)]*\)-> ", text) for head, text in finding.notes if head in WAYS]
    ways = [way for way in ways if not way[0].startswith("a case opens in")]
    states = ways[0] if ways else []
    for way in ways[1:]:
        states = [*states, *way[1:]]
    return states


@pytest.mark.parametrize(
    ("program", "code", "lines"),
    [
        (DEAD_END, "CD102", [5, 9]),
        (TRAP, "CD104", [5, 9, 12]),
        (TRAP + 'final state done "Done"\n', "CD104", [5, 9, 12]),
        (CLOSED_TO_ALL, "CD501", [5, 9]),
        (OBJECTED, "CD106", [7, 13]),
    ],
)
def test_each_step_stands_on_the_line_that_makes_it(program: str, code: str, lines: list[int]) -> None:
    (finding,) = [finding for finding in found(program) if finding.code == code]
    assert [step.span.line for step in finding.steps] == lines
    assert stops(finding)[:3] == ["new", "asked", "late"]


def pages() -> list[tuple[str, str]]:
    blocks = [(code_of(rule), block) for rule in RULES for block in _wrong(rule)]
    return [(code, "\n".join(line[4:] for line in block.strip("\n").split("\n")) + "\n") for code, block in blocks]


def _wrong(rule: Rule) -> list[str]:
    page = page_of(code_of(rule)) or ""
    return re.findall(r"^Wrong:\n(.*?)(?=^Right:)", page, flags=re.M | re.S)


@pytest.mark.parametrize(("code", "program"), pages(), ids=[code for code, _ in pages()])
def test_the_steps_are_the_last_of_the_way_that_is_told(code: str, program: str) -> None:
    for finding in found(program):
        way, gone = told(finding), stops(finding)
        if way and any(head == "a way there" for head, _ in finding.notes):
            assert gone
            assert gone == way[-len(gone) :], finding
