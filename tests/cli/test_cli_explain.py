"""`casedsl explain`: one finding in full, its case as a scenario that `casedsl test` plays, a sentence for the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.cli import casedsl
from casedsl.cli.rim import Stop
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

ACME = 'organisation acme "Acme"\n    edition 1\nrole clerk "Clerk"\nrole chief "Chief"\n'
STALL = """\
case type stall "A stall"
    edition 1
    use "acme"
fields
    visits integer 0..99 "How many visits?"
first state new "New"
    on decide -> checked or done "Decide"
        by clerk
        needs visits
        to done when visits < 10
        to checked when visits > 10
state checked "Checked"
    on agree -> done "Agree"
        by chief
final state done "Done"
"""
SHOWN = """\
scenario "CD210: at exactly `visits = 10` no route of `decide` is open"
    opened      2026-02-02 10:00
    as          clerk do decide with visits is 10 but is refused because "no way out of `decide` is open"
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(casedsl, args, standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("acme", ACME), ("stall", STALL)):
        (tmp_path / f"{name}.case").write_text(text, "utf-8")
        document, _ = read_case(Source(f"{name}.case", text))
        assert document is not None
        (tmp_path / f"{name}.case.yaml").write_text(print_yaml(document), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_finding_in_full(folder: Path) -> None:
    told = run("explain", "stall.case", "CD210:11")
    assert told.return_value == 0
    assert "--> stall.case:11" in told.output
    assert "= the rule  Where one route ends the next begins" in told.output
    assert "= as a test `casedsl explain stall.case CD210:11 --as-test` writes a case in which it shows" in told.output


def test_a_place_can_be_named_by_the_name_of_the_rule(folder: Path) -> None:
    assert run("explain", "stall.case", "boundary-slip:11").output == run("explain", "stall.case", "cd210:11").output


def test_the_case_is_a_scenario_and_comes_true_until_it_is_mended(folder: Path) -> None:
    written = CliRunner().invoke(casedsl, ["explain", "stall.case", "CD210:11", "--as-test"], standalone_mode=False)
    assert written.stdout == SHOWN
    assert written.stderr == "played here: every line comes true; when it is mended, one doesn't\n"
    (folder / "stall.case").write_text(STALL + written.stdout, "utf-8")
    assert run("test", "stall.case").return_value == 0
    (folder / "stall.case").write_text(STALL.replace("> 10", ">= 10") + written.stdout, "utf-8")
    assert run("test", "stall.case").return_value == 1


def test_a_yaml_file_gets_yaml_that_plays(folder: Path) -> None:
    file = folder / "stall.case.yaml"
    line = next(number for number, row in enumerate(file.read_text("utf-8").split("\n"), 1) if "> 10" in row)
    written = CliRunner().invoke(casedsl, ["explain", file.name, f"CD210:{line}", "--as-test"], standalone_mode=False)
    assert written.stdout.startswith('scenarios:\n  - title: "CD210: ')
    file.write_text(file.read_text("utf-8") + written.stdout, "utf-8")
    assert run("test", file.name).return_value == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("CD210:12", "CD210:12 is no finding of stall.case; there is CD210:11"),
        ("CD101:7", "CD101:7 is no finding of stall.case; there is CD210:11"),
        ("CD999:11", "CD999:11 is no finding of stall.case; there is CD210:11"),
        ("CD210", "say which finding is meant by its code and its line, such as CD203:143"),
    ],
)
def test_a_place_that_names_nothing_is_told_what_there_is(folder: Path, place: str, said: str) -> None:
    failed = run("explain", "stall.case", place)
    assert isinstance(failed.exception, Stop)
    assert str(failed.exception) == said


def test_a_file_without_findings_says_so(folder: Path) -> None:
    (folder / "stall.case").write_text(STALL.replace("> 10", ">= 10"), "utf-8")
    failed = run("explain", "stall.case", "CD210:11")
    assert str(failed.exception) == "CD210:11 is no finding of stall.case; nothing was found in it"


def test_what_no_case_can_show_says_why(folder: Path) -> None:
    (folder / "stall.case").write_text(STALL.replace("when visits > 10", "when visits > 99"), "utf-8")
    failed = run("explain", "stall.case", "CD201:11", "--as-test")
    assert str(failed.exception) == "CD201 says that something never happens, and no case can show that"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(place=st.text(max_size=30) | st.from_regex(r"[A-Za-z]{2}[0-9]{3}:[0-9]{1,12}", fullmatch=True))
def test_any_place_is_a_sentence(place: str) -> None:
    failed = CliRunner().invoke(casedsl, ["explain", "--", __file__ + "x", place], standalone_mode=False)
    assert isinstance(failed.exception, Stop)
