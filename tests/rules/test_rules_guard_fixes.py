"""The fixes of the rules about guards, carried out: the finding is gone, nothing is new, no case goes elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from rule_programs import ACME, HEADER

from casedsl.cli.check.fixing import Fixed, each_alone, fixed
from casedsl.compile import Checked
from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source
from casedsl.syntax.use import Read

sys.path.insert(0, str(Path(__file__).parents[1] / "solving"))
from explorer import Explorer, a_definition, bounded

CODES = ("CD206", "CD208", "CD210")
COATS = (".case", ".case.yaml")
FIELDS = """\
fields
    visits integer 0..99
    size   integer
    kind   choice
        option good
        option bad
"""
EVENT = """\
first state new
    on measure -> done
        by chief
        needs size
    on answer -> {}
        by clerk
        needs visits, kind
"""
END = "final state done\n"


def look(files: Sequence[str], read: Read) -> tuple[Checked, ...]:
    """The definitions with the fixes of these rules only."""

    def kept(finding: Finding) -> Finding:
        return finding if finding.code in CODES else replace(finding, fix=None)

    return tuple(replace(each, findings=tuple(map(kept, each.findings))) for each in each_alone(files, read))


def mend(text: str, coat: str, unsafe: bool = False) -> tuple[Checked, Fixed]:
    file = f"main{coat}"
    document, found = read_case(Source("main.case", text))
    assert document is not None
    assert not found
    files = {file: (text if coat == ".case" else print_yaml(document)).encode(), "acme.case": ACME}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    (before,) = look([file], read)
    return before, fixed([file], read, unsafe, look)


def written(rows: str) -> str:
    """A definition whose event has some rows."""
    event = EVENT.format("done or stay" if rows.startswith("to") else "done")
    return HEADER + FIELDS + event + "".join(f"        {row}\n" for row in rows.split("\n")) + END


def guards(checked: Checked) -> list[str]:
    """Every condition of a definition, as it is written."""
    assert checked.case_type is not None
    lines = [line for state in checked.case_type.states.values() for line in state.transitions]
    formulas = [formula for line in lines for formula in (line.when, *(route.when for route in line.routes))]
    return [formula.text for formula in formulas if formula]


@pytest.mark.parametrize("coat", COATS)
@pytest.mark.parametrize(
    ("code", "rows", "said"),
    [
        ("CD206", "when visits > 10 and visits > 5", ["visits > 10"]),
        ("CD206", "when (visits > 10 and visits > 5) or kind is good", ["(visits > 10) or kind is good"]),
        ("CD206", "when kind is good and not (visits > 10 or visits > 15)", ["kind is good and not (visits > 10)"]),
        ("CD206", "when (visits + 1) * 2 > 8 and visits >= 4", ["visits >= 4"]),
        ("CD210", "to done when visits <= 10\nto stay when visits >= 10", ["visits <= 10", "visits > 10"]),
        ("CD210", "to done when visits >= 10\nto stay when 10 >= visits", ["visits >= 10", "10 > visits"]),
        (
            "CD208",
            "to done when size > 4 and not size > 8\nto stay otherwise",
            ["size is set and size > 4 and not (size is set and size > 8)"],
        ),
        (
            "CD208",
            "to done when size > 4 or kind is bad\nto stay otherwise",
            ["size is set and size > 4 or kind is bad"],
        ),
    ],
)
def test_a_fix_takes_its_finding_away_and_brings_none(code: str, rows: str, said: list[str], coat: str) -> None:
    text = written(rows)
    before, done = mend(text, coat, unsafe=code == "CD208")
    assert code in {finding.code for finding in before.findings}
    (after,) = done.checked
    assert not done.refused
    assert guards(after) == said
    new = Counter(each.code for each in after.findings) - Counter(each.code for each in before.findings)
    assert code not in {finding.code for finding in after.findings}
    assert not new


@pytest.mark.parametrize("coat", COATS)
@pytest.mark.parametrize(
    "rows",
    [
        "when (kind is good or kind is bad) and visits > 10 and visits > 5",
        "to done when visits < 10\nto stay when visits > 10",
        "to done when visits <= 10 and kind is good\nto stay when visits >= 10",
        "to done when visits < 5\nto stay when visits > 10",
        "to done when size > 4\nto stay otherwise",
    ],
)
def test_what_only_the_author_knows_is_left_alone(rows: str, coat: str) -> None:
    text = written(rows)
    before, done = mend(text, coat)
    assert {finding.code for finding in before.findings} & {"CD204", *CODES}
    assert not done.new
    assert not done.applied


@pytest.mark.parametrize("batch", range(2))
def test_no_case_goes_elsewhere(batch: int) -> None:
    """The cases there can be, and what each can become, are the same with all fixes carried out."""
    applied: Counter[str] = Counter()
    for seed in range(16 * batch, 16 * (batch + 1)):
        random = Random(seed)
        text = a_definition(random)
        text = bounded(text, random) if seed % 2 else text
        before, done = mend(text, COATS[seed % 4 > 1], unsafe=True)
        (after,) = done.checked
        applied.update(finding.code for finding in done.applied)
        assert before.case_type is not None
        assert after.case_type is not None
        one, two = Explorer(before.case_type).seen, Explorer(after.case_type).seen
        assert one.cases == two.cases, text
        assert one.became == two.became, text
    assert applied["CD206"]
    assert applied["CD208"]
