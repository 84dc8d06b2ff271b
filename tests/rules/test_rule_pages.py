"""Every rule's page is its test: what stands under Wrong yields the rule's code on the marked line and nothing else,
what stands under Right yields nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casedsl.analysis.people import Roster
from casedsl.artifact.lock import Lock, Zone
from casedsl.compile import check
from casedsl.rules import RULES, Rule, code_of, page_of, slug_of

ACME = (Path(__file__).parent / "acme.case").read_bytes()
LONDON = Zone("Europe/London", (1735603200, 1774746000), (0, 3600))
LOCK = Lock(2025, 2031, "0.50", "2026a", (), (LONDON,))
DAY = date(2026, 11, 2)
ROSTER = Roster(
    "people.yaml",
    (
        ("ana", ("auditor",)),
        *((name, ("chief",)) for name in ("bea", "ben", "bob")),
        *((name, ("clerk",)) for name in ("kim", "lee", "lou")),
    ),
)
"""One auditor, and as many of all others as can be missed."""
STAFFED = {"CD505"}
"""The rules that are asked of people."""
_MARK = re.compile(r"# (CD\d{3})")


def _programs(rule: Rule, heading: str) -> Iterator[str]:
    page = page_of(code_of(rule)) or ""
    for block in re.split(r"^(?=Wrong:|Right:)", page, flags=re.M)[1:]:
        title, _, body = block.partition("\n")
        if title == f"{heading}:":
            yield "\n".join(line[4:] for line in body.strip("\n").split("\n")) + "\n"


def _found(program: str, asked: str) -> list[tuple[str, int]]:
    """What is found, without opinions: they are shown only to who asks for their code."""

    def read(file: str) -> bytes:
        files = {"page.case": program.encode(), "acme.case": ACME}
        if file not in files:
            raise FileNotFoundError(2, "No such file", file)
        return files[file]

    findings = check("page.case", read, lock=LOCK, today=DAY, roster=ROSTER if asked in STAFFED else None).findings
    return [(each.code, each.span.line) for each in findings if each.severity != "info" or each.code == asked]


def _expected(program: str) -> list[tuple[str, int]]:
    return [(mark[1], number) for number, line in enumerate(program.split("\n"), 1) if (mark := _MARK.search(line))]


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_wrong_is_found_on_its_line_and_nothing_else(rule: Rule) -> None:
    programs = list(_programs(rule, "Wrong"))
    assert programs
    for program in programs:
        assert _expected(program)
        assert _found(program, code_of(rule)) == _expected(program)
        assert {code for code, _ in _expected(program)} == {code_of(rule)}


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_right_is_clean(rule: Rule) -> None:
    programs = list(_programs(rule, "Right"))
    assert programs
    for program in programs:
        assert _found(program, code_of(rule)) == []


def test_rules_stand_in_the_order_of_their_codes() -> None:
    codes = [code_of(rule) for rule in RULES]
    assert codes == sorted(set(codes))


def test_a_page_is_found_by_code_and_by_name() -> None:
    assert page_of("cd101") == page_of("unreachable-state")
    assert slug_of(RULES[0]) == "syntax-error"
    assert page_of("CD999") is None
