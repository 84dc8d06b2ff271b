"""`casedsl test`: what it prints, in each format, what it exits with, and which scenarios it plays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli_desk import run
from language_programs import ACME, ROOT
from play_programs import LETTER

LINE = LETTER.count("\n")
STORIES = """\
scenario "Asked & answered"
    opened 2026-11-02 10:00
    person kim is clerk
    as kim do ask with note is "Which?"
    wait 3 calendar days
    then state is new
scenario "Nobody acts"
    opened 2026-11-02 10:00
    then state is <done>
"""
FAILS = STORIES.replace("<done>", "done")
PASSES = STORIES.replace("<done>", "new")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.case").write_bytes(ACME)
    shutil.copy(ROOT / "examples" / "complaint" / "calendars.lock", tmp_path)
    (tmp_path / "letter.case").write_text(LETTER + PASSES, "utf-8")
    return tmp_path


def failing(folder: Path) -> Path:
    (folder / "letter.case").write_text(LETTER + FAILS, "utf-8")
    return folder


def test_what_came_true_is_a_line_each_and_what_was_never_played_a_short_list(folder: Path) -> None:
    done = run("test", "letter.case", cwd=folder)
    assert (done.code, done.err) == (0, "2 of 2 scenarios came true\n")
    assert done.out == (
        "letter.case\n"
        "  ok      Asked & answered\n"
        "  ok      Nobody acts\n"
        "  played  28%: 2 of 3 states, 1 of 6 transitions, 1 of 5 timers\n"
        "          never entered: `done`\n"
        "          never taken: `answer` -> `done` in `new`; `look` -> `stay` in `new`; `reply` -> `back` in `asked`; "
        "`drop` -> `done` in `asked`; `reply` -> `stay` anywhere\n"
        "          never due: prompt `assignee` after 2 working hours in `new`; alert `chief` after 4 working hours in "
        "`new`; escalate `chief` after 6 working hours in `new`; `soon` missed\n"
    )


def test_what_did_not_is_a_finding_and_the_others_still_run(folder: Path) -> None:
    text = FAILS.split("scenario")
    (folder / "letter.case").write_text(LETTER + f"scenario{text[2]}scenario{text[1]}", "utf-8")
    done = run("test", cwd=folder)
    assert (done.code, done.err) == (1, "1 of 2 scenarios came true\n")
    assert "  failed  Nobody acts\n\nerror: `state is done` isn't so\n" in done.out
    assert f"   --> letter.case:{LINE + 3}:10\n" in done.out
    assert "  ok      Asked & answered\n" in done.out


def test_one_chooses_scenarios_by_their_titles(folder: Path) -> None:
    done = run("test", "-k", "ASKED", cwd=failing(folder))
    assert (done.code, done.out) == (0, "letter.case\n  ok      Asked & answered\n")
    none = run("test", "-k", "Sunday", cwd=folder)
    assert (none.code, none.sentence) == (2, "casedsl: no scenario's title has 'Sunday' in it")
    both = run("test", "-k", "asked", "--coverage-below", "10", cwd=folder)
    assert (both.code, both.sentence) == (2, "casedsl: --coverage-below counts all scenarios; leave out -k")


def test_too_little_played_is_a_failure(folder: Path) -> None:
    low = run("test", "--coverage-below", "80", cwd=folder)
    assert low.code == 1
    assert low.err.splitlines()[1] == "letter.case: 28% was played, and 80% is the least"
    assert run("test", "--coverage-below", "28", cwd=folder).code == 0


def test_as_json(folder: Path) -> None:
    done = run("test", "--format", "json", cwd=failing(folder))
    assert done.code == 1
    (file,) = json.loads(done.out)["files"]
    one, other = file["scenarios"]
    assert (one["title"], one["line"], one["ok"], one["failure"]) == ("Asked & answered", LINE + 1, True, None)
    assert (other["ok"], other["failure"]["place"]["line"]) == (False, LINE + 9)
    assert other["failure"]["notes"][0]["head"] == "so instead"
    assert file["coverage"]["states"] == {"played": 2, "of": 3, "never": ["`done`"]}
    assert file["findings"] == []


def test_as_junit(folder: Path) -> None:
    done = run("test", "--format", "junit", "-o", "junit.xml", cwd=failing(folder))
    assert (done.code, done.out) == (1, "")
    suites = ElementTree.fromstring((folder / "junit.xml").read_bytes())
    assert suites.attrib == {"name": "casedsl test", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    one, other = suites.iter("testcase")
    assert (one.get("name"), one.get("line"), list(one)) == ("Asked & answered", str(LINE + 1), [])
    (failure,) = other
    assert failure.get("message") == "`state is done` isn't so"
    assert "so instead   the case is in `new`" in (failure.text or "")


def test_a_definition_with_errors_is_not_played_and_the_others_are(folder: Path) -> None:
    (folder / "broken.case").write_text(LETTER + PASSES.replace("kim is clerk", "kim is clark"), "utf-8")
    done = run("test", cwd=folder)
    assert (done.code, done.err) == (1, "2 of 2 scenarios came true; 1 file with errors\n")
    assert "CD004 error: there is no role `clark`" in done.out
    assert "  ok      Nobody acts\n" in done.out
    in_junit = ElementTree.fromstring(run("test", "--format", "junit", cwd=folder).out)
    assert in_junit.get("failures") == "1"


def test_without_a_scenario_there_is_nothing_to_play(folder: Path) -> None:
    (folder / "letter.case").write_text(LETTER, "utf-8")
    assert run("test", cwd=folder).sentence == "casedsl: there is no scenario here; write one"


def test_without_locked_calendars_nothing_can_be_compiled(folder: Path) -> None:
    (folder / "calendars.lock").unlink()
    done = run("test", "letter.case", cwd=folder)
    assert (done.code, "run `casedsl calendars lock`" in done.sentence) == (2, True)


def test_it_prints_the_same_bytes_every_time(folder: Path) -> None:
    assert run("test", cwd=failing(folder)) == run("test", cwd=folder)


@pytest.mark.parametrize(("template", "count"), [("complaint", 4), ("it_incident", 8)])
@pytest.mark.parametrize("coat", ["case", "yaml"])
def test_the_scenarios_of_a_template_come_true_in_both_coats(
    template: str, count: int, coat: str, tmp_path: Path
) -> None:
    assert run("init", "mine", "--template", template, "--coat", coat, "--yes", cwd=tmp_path).code == 0
    done = run("test", "mine", "--coverage-below", "70", cwd=tmp_path)
    assert (done.code, done.err) == (0, f"{count} of {count} scenarios came true\n"), done.out


def test_the_scenarios_of_the_example_come_true_in_both_coats() -> None:
    done = run("test", "complaint", "it_incident", cwd=ROOT / "examples")
    assert (done.code, done.err) == (0, "24 of 24 scenarios came true\n"), done.out
