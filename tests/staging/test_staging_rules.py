"""Every rule has a scene or a reason; what a page says is wrong is seen on the runtime, and not when it is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from witnesses import DAY, LOCK, Witness, witness

from casedsl.compile import Checked, check
from casedsl.rules import RULES, code_of, page_of
from casedsl.staging import REASONS, SCENES
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

ACME = (Path(__file__).parents[1] / "rules" / "acme.case").read_text("utf-8")
COATS = (".case", ".case.yaml")
KEEPS_ITS_WAY = {
    "CD203": "the safe way out says what the order of the lines said before: the case goes the same way",
    "CD502": "the twin lets the same event happen, and nothing that is read decides about it any more",
}
"""Rules whose page is mended so that nothing changes for a case."""
LEAST = 21
"""So many programs of pages are played, in each coat."""


def _programs(code: str, heading: str) -> Iterator[str]:
    for block in re.split(r"^(?=Wrong:|Right:)", page_of(code) or "", flags=re.M)[1:]:
        title, _, body = block.partition("\n")
        if title == f"{heading}:":
            yield "\n".join(line[4:] for line in body.strip("\n").split("\n")) + "\n"


def _checked(program: str, coat: str) -> Checked:
    files = {f"page{coat}": _in_coat(program, coat), f"acme{coat}": _in_coat(ACME, coat)}

    def read(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file", file)
        return files[file].encode()

    return check(f"page{coat}", read, lock=LOCK, today=DAY)


def _in_coat(text: str, coat: str) -> str:
    document, found = read_case(Source("page.case", text))
    return print_yaml(document) if coat == ".case.yaml" and document and not found else text


def witnesses(coat: str) -> Iterator[tuple[str, Witness]]:
    """The scenarios of what is found in the pages."""
    for code in map(code_of, RULES):
        rights = [right for program in _programs(code, "Right") if (right := _checked(program, coat).case_type)]
        for program in _programs(code, "Wrong"):
            checked = _checked(program, coat)
            for finding in checked.findings:
                if finding.code == code:
                    shown = witness(checked, finding, rights[-1] if rights else None, LOCK)
                    if isinstance(shown, Witness):
                        yield code, shown


def test_every_rule_has_a_scene_or_a_reason_and_not_both() -> None:
    codes = {code_of(rule) for rule in RULES}
    assert SCENES.keys() | REASONS.keys() == codes
    assert not SCENES.keys() & REASONS.keys()
    assert len(set(REASONS.values())) > 5


@pytest.mark.parametrize("coat", COATS)
def test_what_a_page_says_is_wrong_is_seen_and_not_when_it_is_right(coat: str) -> None:
    played, still = Counter[str](), set[str]()
    for code, shown in witnesses(coat):
        assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
        assert shown.right != "" or code in KEEPS_ITS_WAY, f"{shown.text}\nit comes true still"
        played[code] += 1
        still |= {code} if shown.right == "" else set()
    assert still == KEEPS_ITS_WAY.keys()
    assert sum(played.values()) >= LEAST, played
    assert SCENES.keys() - played.keys() <= {"CD116", "CD415"}, played
