"""The rules of time, played by scenarios in the language: `semantics/NN_name.case` is rule NN with its own example.

The files are definitions as an author writes them, the rule in the first lines. Each is played in both coats.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from play_programs import held

FOLDER, PRACTICE = (Path(__file__).parent / name for name in ("semantics", "practice"))
RULES = {
    1: "a visit",
    2: "a side step",
    3: "a stage visit",
    4: "ladders",
    5: "specific beats general",
    6: "what must be handled",
    7: "promises",
    8: "escalation",
    9: "absence and no assignee",
    10: "snapshots",
    11: "unset",
    12: "priority",
    13: "`always` and `never` at run time",
    14: "order",
    15: "downtime",
    16: "timer identity",
    17: "who writes a field",
    18: "whose calendar",
    19: "who did it",
}
UNBUILT = {10: "`seen by` is not built yet", 13: "`always` and `never` are not built yet"}
"""Rules whose constructs are read and refused (CD010)."""
ROWS = (
    "before_due",
    "cumulative",
    "date_of_receipt",
    "priority",
    "receivers_hours",
    "reopened",
    "response_clock",
    "team_clock",
)
"""What experienced administrators expect, with the figures that they expect; each is a definition with scenarios."""
FILES = {int(file.name[:2]): file for file in sorted(FOLDER.glob("[0-9][0-9]_*.case"))}


def test_every_rule_has_a_scenario_or_a_reason_why_not() -> None:
    assert FILES.keys() | UNBUILT.keys() == RULES.keys()
    assert not FILES.keys() & UNBUILT.keys()


@pytest.mark.parametrize("rule", FILES, ids=[f"{rule}: {RULES[rule]}" for rule in FILES])
def test_a_rule_of_time_is_played(rule: int) -> None:
    held(FILES[rule])


@pytest.mark.parametrize("row", ROWS)
def test_what_experienced_administrators_expect_is_played(row: str) -> None:
    held(PRACTICE / f"{row}.case")


def test_no_file_is_forgotten() -> None:
    assert sorted(file.stem for file in PRACTICE.glob("*.case")) == sorted([*ROWS, "organisation"])
