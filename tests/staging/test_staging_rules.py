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
KEPT = {
    "CD116": "time stands still at such a line, and so does every scenario that waits for it",
    "CD305": "it says that there is no such case, and none can show that",
    "CD403": "it is about a promise, whose steps are not staged yet",
    "CD407": "a case goes round as often as people let it, and no scenario is endless",
    "CD415": "several ladders use it up, each up to the minute before its alert",
    "CD508": "there is no case type in the file, or not all of it is understood",
}
"""Why a page of a rule with a scene has a program without one; any other reason is a scenario that isn't written."""
LEAST = 27
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


def witnesses(coat: str) -> Iterator[tuple[str, Witness | str]]:
    """The scenarios of what is found in the pages, or why there is none."""
    for code in map(code_of, RULES):
        wrongs, rights = [*_programs(code, "Wrong")], [*_programs(code, "Right")]
        for place, program in enumerate(wrongs):
            checked = _checked(program, coat)
            right = rights[place if len(wrongs) == len(rights) else -1]
            for finding in checked.findings:
                if finding.code == code:
                    yield code, witness(checked, finding, _checked(right, coat).case_type, LOCK)


def test_every_rule_has_a_scene_or_a_reason_and_not_both() -> None:
    codes = {code_of(rule) for rule in RULES}
    assert SCENES.keys() | REASONS.keys() == codes
    assert not SCENES.keys() & REASONS.keys()
    assert len(set(REASONS.values())) > 5


@pytest.mark.parametrize("coat", COATS)
def test_what_a_page_says_is_wrong_is_seen_and_not_when_it_is_right(coat: str) -> None:
    played, still = Counter[str](), set[str]()
    for code, shown in witnesses(coat):
        if not isinstance(shown, Witness):
            assert code in REASONS or shown == f"has no scenario here: {KEPT.get(code)}", (code, shown)
            continue
        assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
        assert shown.right != "" or code in KEEPS_ITS_WAY, f"{shown.text}\nit comes true still"
        played[code] += 1
        still |= {code} if shown.right == "" else set()
    assert still == KEEPS_ITS_WAY.keys()
    print(f"witnesses of pages played{coat}: {', '.join(f'{each} {played[each]}' for each in sorted(played))}")
    assert sum(played.values()) >= LEAST, played
    assert SCENES.keys() - played.keys() <= {"CD116", "CD415"}, played
