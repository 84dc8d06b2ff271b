"""`casedsl explain` on the broken examples: no finding is a traceback, and what has a scenario is seen until mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from witnesses import LOCK, Witness, witness

from casedsl.cli import casedsl
from casedsl.cli.rim import Stop
from casedsl.compile import Checked, check
from casedsl.staging import REASONS, SCENES

BROKEN = Path(__file__).resolve().parents[2] / "examples" / "broken"
MENDED = {
    "CD507": ("escalate   to inspector     after 5", "escalate   to chief         after 5"),
    "CD401": (
        "    waiting on resident\n",
        "    waiting on resident\n    prompt     resident         after 5 clock days\n",
    ),
    "CD106": ("final state closed", "anywhere\n    on papers_sent -> stay\n        by resident\n\nfinal state closed"),
    "CD402": ("alert      chief            after 2", "alert      chief            after 4"),
    "CD103": (
        '    purpose    "There is a new date."\n',
        '    purpose    "There is a new date."\n    on go -> checked\n        by chief\n',
    ),
    "CD810": (
        "        when     gas is yes\n",
        '        when     gas is yes\n        hand over\n            says "Please look at it."\n',
    ),
    "CD501": ('"Send the permit"\n', '"Send the permit"\n        by       clerk\n'),
    "CD102": (
        '    purpose    "The resident has our reasons."\n',
        '    purpose    "The resident has our reasons."\n    on tell -> closed as refused\n        by clerk\n',
    ),
}
"""The slips of `permit.case` that have a scenario, each with the edit that mends it."""


def explained(*args: str) -> Result:
    return CliRunner().invoke(casedsl, ["explain", *args], standalone_mode=False)


@pytest.mark.parametrize("code", MENDED)
def test_a_slip_is_seen_until_it_is_mended(code: str) -> None:
    text = (BROKEN / "permit.case").read_text("utf-8")
    wrong, right = MENDED[code]
    assert text.count(wrong) == 1
    checked, mended = (_checked(each) for each in (text, text.replace(wrong, right)))
    (finding,) = [each for each in checked.findings if each.code == code]
    assert not [each for each in mended.findings if each.code == code]
    shown = witness(checked, finding, mended.case_type, LOCK)
    assert isinstance(shown, Witness), shown
    assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
    assert shown.right != "", shown.text


def _checked(text: str) -> Checked:
    def read(file: str) -> bytes:
        return text.encode() if file == "permit.case" else (BROKEN / file).read_bytes()

    return check("permit.case", read)


def test_every_slip_that_has_a_scene_is_among_them() -> None:
    codes = {finding.code for finding in _checked((BROKEN / "permit.case").read_text("utf-8")).findings}
    assert codes & SCENES.keys() == MENDED.keys() | {"CD508"}


@pytest.mark.parametrize("name", ["permit", "objection"])
def test_every_finding_is_explained(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    file = f"{name}.case"
    for finding in check(file, lambda each: Path(each).read_bytes()).findings:
        place = f"{finding.code}:{finding.span.line}"
        told = explained(file, place)
        assert told.exception is None, (place, told.exception)
        assert finding.headline in told.output
        assert "= the rule" in told.output
        assert "= as a test" in told.output
        written = explained(file, place, "--as-test")
        assert written.exception is None or isinstance(written.exception, Stop), (place, written.exception)
        if written.exception is None:
            assert written.output.startswith('scenario "CD')
        else:
            assert finding.code in str(written.exception)
            assert finding.code in REASONS or "no scenario here" in str(written.exception)
