"""What is shown, where it goes, and with which exit code: selection, severities, statistics, output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_desk import Done, run
from letters import LETTER, SLIP, SOUND, write

from casedsl.report.selection import Choice, Names, codes_of, counts, is_shown, kept_anyway, unknown
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

NAMES = Names(
    {"CD001": "syntax-error", "CD009": "unused", "CD101": "unreachable-state", "CD109": "no-purpose"},
    frozenset({"CD001"}),
    {},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, letter=LETTER, slip=SLIP, sound=SOUND)


def shown(done: Done) -> list[str]:
    """Line and code of what is shown, of the format concise."""
    rows = [row.split(": ")[:2] for row in done.out.splitlines()]
    return [f"{place.split(':')[1]} {about.split()[0]}" for place, about in rows]


def concise(*words: str, cwd: Path) -> Done:
    return run("check", "--format", "concise", *words, cwd=cwd)


OPINIONS = ["5 CD109", "8 CD109", "12 CD109", "14 CD109"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["7 CD101", "10 CD101"]),
        (["--select", "CD101"], ["7 CD101", "10 CD101"]),
        (["--select", "unreachable-state"], ["7 CD101", "10 CD101"]),
        (["--select", "CD109"], OPINIONS),
        (["--select", "CD5,CD4"], []),
        (["--select", "CD5", "--select", "CD101"], ["7 CD101", "10 CD101"]),
        (["--select", "CD10", "--ignore", "CD101"], OPINIONS),
        (["--ignore", "unreachable-state"], []),
        (["--ignore", "CD1"], []),
        (["--ignore", "CD0"], ["7 CD101", "10 CD101"]),
        (["--fail-on", "error"], ["7 CD101", "10 CD101"]),
        (["--fail-on", "info", "--ignore", "CD101"], OPINIONS),
        (["--select", "CD4", "--fail-on", "info"], []),
    ],
)
def test_rules_are_selected_by_code_by_its_beginning_and_by_name(
    folder: Path, words: list[str], expected: list[str]
) -> None:
    done = concise("letter.case", *words, cwd=folder)
    assert shown(done) == expected
    failing = [each for each in expected if "CD101" in each or "info" in words]
    assert done.code == int(bool(failing)), "infos alone fail only who asks for it"


@pytest.mark.parametrize("words", [["--select", "CD101"], ["--ignore", "CD0"], ["--ignore", "CD1"]])
def test_what_is_not_understood_is_always_shown(folder: Path, words: list[str]) -> None:
    done = concise("slip.case", *words, cwd=folder)
    assert (done.code, shown(done)) == (1, ["5 CD004"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--select", "CD000"], "--select: there is no rule `CD000`; `casedsl rule` lists them all"),
        (["--select", "cd101"], "--select: there is no rule `cd101`; did you mean `CD101`?"),
        (["--ignore", "unreachable-sate"], "--ignore: there is no rule `unreachable-sate`; did you mean"),
        (["--ignore", "CD98"], "--ignore: there is no rule `CD98`"),
        (["--select", "nonsense"], "--select: there is no rule `nonsense`; `casedsl rule` lists them all"),
        (["--ignore", "CD004"], "--ignore: `CD004` can't be left out: what isn't understood must never pass"),
        (["--ignore", "unknown-name"], "--ignore: `unknown-name` can't be left out"),
    ],
)
def test_a_rule_that_is_none_or_must_stay_ends_the_command(folder: Path, words: list[str], sentence: str) -> None:
    done = concise("sound.case", *words, cwd=folder)
    assert done.code == 2
    assert done.sentence.startswith(f"casedsl: {sentence}")


@pytest.mark.parametrize(
    ("severity", "choice", "seen", "counted"),
    [
        ("error", Choice(), True, True),
        ("warning", Choice(), True, True),
        ("info", Choice(), False, False),
        ("info", Choice(fail_on="info"), True, True),
        ("info", Choice(selected=frozenset({"CD001"})), True, False),
        ("warning", Choice(fail_on="error"), True, False),
        ("warning", Choice(ignored=frozenset({"CD001"}), certain=frozenset({"CD001"})), False, True),
        ("error", Choice(ignored=frozenset({"CD001"}), certain=frozenset({"CD001"})), True, True),
        ("error", Choice(selected=frozenset(), certain=frozenset({"CD001"})), True, True),
        ("error", Choice(ignored=frozenset({"CD001"})), False, True),
        ("error", Choice(selected=frozenset({"CD001"}), ignored=frozenset({"CD001"})), False, True),
    ],
)
def test_the_rule_of_showing_and_counting(severity: str, choice: Choice, seen: bool, counted: bool) -> None:
    finding = Finding("CD001", severity, Span("x", 1, 1, 1, 1), "x")  # type: ignore[arg-type]
    assert (is_shown(finding, choice), counts(finding, choice)) == (seen, counted)


def test_selectors() -> None:
    assert codes_of("CD10", NAMES) == {"CD101", "CD109"}
    assert codes_of("CD", NAMES) == {*NAMES.slugs}
    assert codes_of("unused", NAMES) == {"CD009"}
    assert codes_of("CD1011", NAMES) == codes_of("C", NAMES) == codes_of("", NAMES) == frozenset()
    assert "did you mean `unused`" in unknown("unusd", NAMES)
    assert kept_anyway("CD001", NAMES)
    assert not kept_anyway("CD0", NAMES)


def test_statistics_say_how_often(folder: Path) -> None:
    done = run("check", "letter.case", "--statistics", "--select", "CD", cwd=folder)
    assert (done.code, done.out) == (1, "    4  CD109  transition-without-purpose\n    2  CD101  unreachable-state\n")
    machine = run("check", "letter.case", "--statistics", "--format", "json", cwd=folder)
    expected = [{"code": "CD101", "name": "unreachable-state", "count": 2}]
    assert json.loads(machine.out) == {"version": 1, "statistics": expected}
    assert run("check", "sound.case", "--statistics", cwd=folder) == Done(0, "", "nothing found in 1 file\n")


def test_output_goes_to_a_file_without_colour(folder: Path) -> None:
    printed = concise("letter.case", cwd=folder)
    done = concise("letter.case", "-o", "found.txt", "--color", "always", cwd=folder)
    assert (done.code, done.out, done.err) == (1, "", printed.err)
    assert (folder / "found.txt").read_text("utf-8") == printed.out
    assert concise("letter.case", "-o", "-", cwd=folder) == printed
    assert concise("sound.case", "-o", "found.txt", cwd=folder).code == 0
    assert (folder / "found.txt").read_text("utf-8") == "", "what was found before is gone"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("letter.case", "letter.case is what this command reads; write to another file"),
        ("acme.case", "acme.case is what this command reads; write to another file"),
        ("none/x.txt", "there is no folder none for x.txt"),
    ],
)
def test_output_never_replaces_a_definition(folder: Path, output: str, sentence: str) -> None:
    done = concise("letter.case", "-o", output, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert (folder / "letter.case").read_text("utf-8") == LETTER


def test_quiet_says_nothing_but_what_was_found(folder: Path) -> None:
    loud, quiet = concise("letter.case", cwd=folder), concise("letter.case", "-q", cwd=folder)
    assert quiet == Done(1, loud.out, "")
    assert run("check", "sound.case", "--quiet", cwd=folder) == Done(0, "", "")


def test_exit_zero_changes_nothing_but_the_code(folder: Path) -> None:
    done = concise("letter.case", cwd=folder)
    assert concise("letter.case", "--exit-zero", cwd=folder) == Done(0, done.out, done.err)
    assert concise("none.case", "--exit-zero", cwd=folder).code == 2


@pytest.mark.parametrize("form", ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"])
def test_every_format_is_there(folder: Path, form: str) -> None:
    done = run("check", ".", "--output-format", form, cwd=folder)
    assert done.code == 1
    assert "CD101" in done.out
    assert "CD004" in done.out


def test_map_and_compile_show_no_opinions(folder: Path) -> None:
    assert "CD109" not in run("map", "letter.case", cwd=folder).err
    assert "CD101" in run("map", "letter.case", cwd=folder).err
    assert "CD109" not in run("compile", "letter.case", cwd=folder).err
    assert run("map", "sound.case", cwd=folder).err == ""
