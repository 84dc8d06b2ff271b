"""`casedsl demo`: a whole case, from its definition to its journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import EXAMPLE, NUMBER, contents, example, run

BROKEN = ("by          legal\n        but not", "by          legl\n        but not")


def test_the_demo_says_what_to_try_next_and_that_works(tmp_path: Path) -> None:
    place = "a folder/demo"
    done = run("demo", EXAMPLE, "-o", place, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert f"casedsl case --db '{place}/cases.db' --people '{place}/people.yaml' why {NUMBER}" in done.out
    assert (tmp_path / place / "complaint.svg").is_file()
    told = run("case", "--db", f"{place}/cases.db", "--people", f"{place}/people.yaml", "why", NUMBER, cwd=tmp_path)
    assert told.out.startswith(f"{NUMBER} is in Closed")


def test_a_demo_without_a_scenario_has_nothing_to_play(tmp_path: Path) -> None:
    folder = example(tmp_path)
    text = (folder / "complaint.case").read_text("utf-8")
    (folder / "complaint.case").write_text(text[: text.index("scenario ")], "utf-8")
    done = run("demo", "complaint", "-o", "demo", cwd=tmp_path)
    assert (done.code, done.sentence) == (
        2,
        "casedsl: complaint/complaint.case has no scenario; write one, for the demo to play",
    )
    assert not (tmp_path / "demo").exists()


def test_the_people_of_the_scenario_can_be_asked_on_whatever_they_are_called(tmp_path: Path) -> None:
    name = "Kim: {O'Kafor}, # & *Kim*"
    example(tmp_path, ('"Kim Okafor"', f'"{name}"'))
    done = run("demo", "complaint", "-o", "demo", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    shown = run("case", "--db", "demo/cases.db", "--people", "demo/people.yaml", "show", NUMBER, cwd=tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert name in shown.out


def test_a_demo_that_cannot_begin_says_why(tmp_path: Path) -> None:
    example(tmp_path, ('summary is "You billed me twice for three years."', 'summary is "x", remedy is "No"'))
    done = run("demo", "complaint", "-o", "demo", cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert "(not as it is told: the case can't be opened so)" in done.out


def test_the_demo_made_again_starts_afresh_and_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    first = run("demo", EXAMPLE, "-o", "demo", cwd=tmp_path)
    (tmp_path / "demo" / "notes.txt").write_text("mine")
    (tmp_path / "demo" / "sub").mkdir()
    (tmp_path / "demo" / "sub" / "cases.db").write_text("mine too")
    assert run("demo", EXAMPLE, "-o", "demo", cwd=tmp_path) == first
    assert (tmp_path / "demo" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "demo" / "sub" / "cases.db").read_text() == "mine too"


@pytest.mark.parametrize("ignored", ["*\n", "*.pyc\n.venv\n", None])
def test_the_demo_touches_no_folder_of_somebody_else(tmp_path: Path, ignored: str | None) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "thesis.txt").write_text("years of work")
    (project / "cases.db").write_text("years of cases")
    if ignored is not None:
        (project / ".gitignore").write_text(ignored)
    before = contents(project)
    done = run("demo", EXAMPLE, "-o", "project", cwd=tmp_path)
    assert (done.code, done.sentence) == (2, "casedsl: project holds files of yours; name another folder with --output")
    assert contents(project) == before


def test_a_broken_definition_leaves_the_last_demo_alone(tmp_path: Path) -> None:
    run("demo", EXAMPLE, "-o", "demo", cwd=tmp_path)
    example(tmp_path, BROKEN)
    before = contents(tmp_path / "demo")
    done = run("demo", "complaint", "-o", "demo", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "CD004 error: there is no role `legl`" in done.err
    assert contents(tmp_path / "demo") == before
