"""`casedsl init`: what it writes is clean, runs and plays a whole case, and what is there is never touched."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli_desk import ROOT, Done, contents, environment, run

from casedsl.cli.starting import TEMPLATES

EVERY = ["calendars.lock", "organisation.case", "people.yaml"]
INIT = ["init", "--coat", "case"]


def commands(done: Done) -> list[list[str]]:
    """The commands that are printed at the end, each as its words behind the program."""
    lines = done.out.partition("What to try next\n")[2].splitlines()
    return [shlex.split(line.partition("casedsl ")[2]) for line in lines]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_clean_and_its_commands_work_as_printed(template: str, tmp_path: Path) -> None:
    done = run("init", "our cases/parking", "--template", template, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    folder = tmp_path / "our cases" / "parking"
    assert sorted(contents(tmp_path)) == [f"our cases/parking/{name}" for name in sorted([*EVERY, "parking.case"])]
    check, draw, play = commands(done)
    checked = run(*check, "--format", "concise", cwd=tmp_path)
    assert (checked.code, checked.out) == (0, "")
    assert run(*draw, cwd=tmp_path).code == 0
    assert (folder / "parking.svg").read_text("utf-8").startswith("<svg ")
    played = run(*play, cwd=tmp_path)
    assert (played.code, played.err) == (0, "")
    assert "the chain holds" in played.out
    assert "casedsl/demo/parking.casec.json" in played.out


@pytest.mark.parametrize("template", TEMPLATES)
def test_in_yaml_a_template_is_the_same_and_plays_the_same_case(template: str, tmp_path: Path) -> None:
    for coat in ("case", "yaml"):
        done = run("init", f"{coat}/{template}", "--template", template, "--coat", coat, cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert run("check", f"{coat}/{template}", "--format", "concise", cwd=tmp_path).out == ""
    names = contents(tmp_path / "yaml" / template)
    assert sorted(names) == sorted([*EVERY[:1], "organisation.case.yaml", *EVERY[2:], f"{template}.case.yaml"])
    played = [run("demo", template, cwd=tmp_path / coat) for coat in ("case", "yaml")]
    assert [each.code for each in played] == [0, 0]
    case, yaml = (each.out.partition("2 Drawn")[2].replace(".case.yaml", ".case") for each in played)
    assert case == yaml


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_its_example_under_its_own_name(template: str, tmp_path: Path) -> None:
    assert run(*INIT, "--template", template, cwd=tmp_path).code == 0
    example = ROOT / "examples" / template
    assert contents(tmp_path / template) == {
        name: (example / name).read_bytes() for name in [*EVERY, f"{template}.case"]
    }


def test_the_tree_of_what_was_written_is_printed(tmp_path: Path) -> None:
    done = run("init", "fines", cwd=tmp_path)
    assert done.out == (
        "fines/\n"
        "├── fines.case          the case type: read this first\n"
        "├── organisation.case   its calendars, roles and teams\n"
        "├── people.yaml         who there is, to try it\n"
        "└── calendars.lock      holidays and time zones, locked\n"
        "\n"
        "What to try next\n"
        "  change a line, see it said  casedsl check fines/fines.case\n"
        "  draw its map                casedsl map fines/fines.case -o fines/fines.svg\n"
        "  play a whole case           casedsl demo fines\n"
    )


@pytest.mark.parametrize(
    ("words", "file", "head"),
    [
        ([], "complaint/complaint.case", 'case type complaint "Customer complaint"'),
        (["--template", "it_incident"], "it_incident/it_incident.case", 'case type it_incident "IT incident"'),
        (["--name", "parking_fine"], "parking_fine/parking_fine.case", 'case type parking_fine "Parking fine"'),
        (["Parking-Lot 2"], "Parking-Lot 2/parking_lot_2.case", 'case type parking_lot_2 "Parking lot 2"'),
        (["2026", "--template", "it_incident"], "2026/it_incident.case", 'case type it_incident "IT incident"'),
        (["organisation"], "organisation/complaint.case", 'case type complaint "Customer complaint"'),
        (["a/b", "--name", "Uberfall_"], "a/b/Uberfall_.case", 'case type Uberfall_ "Uberfall"'),
        (["./-x", "--name", "__"], "-x/__.case", 'case type __ "__"'),
    ],
)
def test_the_name_is_the_one_asked_for_or_the_folders_or_the_templates(
    words: list[str], file: str, head: str, tmp_path: Path
) -> None:
    done = run("init", *words, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert head in (tmp_path / file).read_text("utf-8").splitlines()
    checked = run(*commands(done)[0], cwd=tmp_path)
    assert checked.code == 0, checked.out


def test_it_starts_in_the_folder_where_one_is(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Ours.")
    done = run("init", ".", "--name", "claim", cwd=tmp_path)
    assert sorted(contents(tmp_path)) == sorted(["README", "claim.case", *EVERY])
    assert commands(done)[1] == ["map", "claim.case", "-o", "claim.svg"]
    assert run(*commands(done)[2], cwd=tmp_path).code == 0, "the demo plays the only case type of a folder"


def test_of_two_case_types_in_a_folder_the_demo_plays_neither(tmp_path: Path) -> None:
    assert run("init", "both", "--name", "one", cwd=tmp_path).code == 0
    (tmp_path / "both" / "two.case").write_bytes((tmp_path / "both" / "one.case").read_bytes())
    done = run("demo", "both", cwd=tmp_path)
    assert done.code == 2
    assert done.sentence.startswith("casedsl: there is no both/both.case; the demo plays a folder whose definition")


def test_the_program_is_called_as_it_was_started(tmp_path: Path) -> None:
    done = run("init", cwd=tmp_path, settings={"CASEDSL_PROGRAM": "./my go"})
    assert "  './my go' check complaint/complaint.case\n" in done.out


@pytest.mark.parametrize("name", ["complaint.case", *EVERY])
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    (tmp_path / "complaint").mkdir()
    (tmp_path / "complaint" / name).write_text("mine")
    done = run("init", cwd=tmp_path)
    assert done.code == 2
    assert done.sentence == f"casedsl: complaint/{name} is there already; name another folder, or move it away"
    assert contents(tmp_path) == {f"complaint/{name}": b"mine"}


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "complaint").mkdir()
    (tmp_path / "complaint" / "people.yaml").symlink_to(tmp_path / "elsewhere")
    assert run("init", cwd=tmp_path).code == 2
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("there", [True, False])
def test_all_is_written_or_nothing(after: int, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after some of the files have taken their places."""
    if there:
        (tmp_path / "a").mkdir()
    before, replace, calls = sorted(tmp_path.rglob("*")), os.replace, iter(range(100))

    def full(source: str, target: str) -> None:
        if next(calls) == after:
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr("casedsl.cli.rim.os.replace", full)
    done = run("init", "a/b/c", cwd=tmp_path)
    assert done.code == 2
    assert "can't be written (No space left on device); name another place" in done.sentence
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--name", "9lives"], "--name: '9lives' is no name; a name begins with a letter"),
        (["--name", "a-b"], "--name: 'a-b' is no name; a name begins with a letter"),
        (["--name", "../x"], "--name: '../x' is no name; a name begins with a letter"),
        (["--name", 'x"\n'], "--name: 'x\"\\n' is no name; a name begins with a letter"),
        (["--name", ""], "--name: '' is no name; a name begins with a letter"),
        (["--name", "organisation"], "--name: organisation is the name of the organisation's file; choose another"),
        (["--name", "Organisation"], "--name: Organisation is the name of the organisation's file; choose another"),
        (["file"], "file/file.case can't be written (Not a directory); name another place"),
        (["file/in"], "file/in can't be written (Not a directory); name another place"),
        (["--name", "n" * 300], "can't be written (File name too long); name another place"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("init", *words, cwd=tmp_path)
    assert done.code == 2
    assert sentence in done.sentence
    assert contents(tmp_path) == {"file": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_template_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = run("init", "--template", "it_incidents", cwd=tmp_path)
    assert done.code == 2
    assert "'complaint', 'it_incident'" in done.err
    assert contents(tmp_path) == {}


def test_a_hostile_folder_is_harmless_on_the_terminal(tmp_path: Path) -> None:
    done = run("init", "\x1b[31mred", cwd=tmp_path)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert done.out.startswith("\\u001b[31mred/\n├── complaint.case")


def on_a_terminal(*words: str, answers: str, cwd: Path) -> tuple[int, str, str]:
    """Exit code, standard output and what a terminal shows, for a person who types the answers."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    done = subprocess.run(
        [sys.executable, "-m", "casedsl", *words], cwd=cwd, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
        env=environment(), timeout=50, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode() if answers or done.returncode else ""
    os.close(ours)
    return done.returncode, done.stdout.decode(), shown


def test_on_a_terminal_what_is_not_said_is_asked(tmp_path: Path) -> None:
    code, out, shown = on_a_terminal("init", answers="it_incidents\nit_incident\n\nour_it\n", cwd=tmp_path)
    assert (code, out.splitlines()[0]) == (0, "our_it/")
    assert (tmp_path / "our_it" / "our_it.case").is_file()
    assert "Which template (complaint, it_incident) [complaint]: " in shown
    assert all(meaning in shown for meaning in TEMPLATES.values())
    assert "'it_incidents' is not one of 'complaint', 'it_incident'" in shown
    assert "Which folder [it_incident]: " in shown


def test_enter_takes_the_default(tmp_path: Path) -> None:
    code, out, _ = on_a_terminal("init", "--name", "claim", answers="\n\n\n", cwd=tmp_path)
    assert (code, out.splitlines()[0]) == (0, "claim/")
    assert 'case type claim "Claim"' in (tmp_path / "claim" / "claim.case").read_text("utf-8")


@pytest.mark.parametrize("words", [["--yes"], ["-y"], ["--template", "complaint", "--coat", "case", "complaint"]])
def test_what_is_said_is_not_asked(words: list[str], tmp_path: Path) -> None:
    assert on_a_terminal("init", *words, answers="", cwd=tmp_path)[::2] == (0, "")
    assert (tmp_path / "complaint" / "complaint.case").is_file()


def test_who_breaks_off_gets_nothing(tmp_path: Path) -> None:
    code, out, _ = on_a_terminal("init", answers="it_incident\n\x04", cwd=tmp_path)
    assert (code, out) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = run("init", cwd=tmp_path, stdin=b"it_incident\nelsewhere\n")
    assert (done.code, done.err) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["complaint"]


def test_the_wheel_carries_every_template() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {f"examples/{template}" for template in TEMPLATES} <= set(wheel["only-include"])
    assert wheel["sources"]["examples"] == "casedsl/examples"
