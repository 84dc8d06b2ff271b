"""Settings of a project: where they are found, which of them holds, and what is said about one that is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from cli_desk import Done, run
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import LETTER, SLIP, SOUND, write

from casedsl.cli.check.config import FORMATS, KEYS
from casedsl.cli.check.patterns import matches
from casedsl.report.formats import FORMATS as BUILT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project: a definition at its top and one in each of two folders."""
    write(tmp_path, letter=LETTER)
    write(tmp_path / "old", letter=LETTER)
    write(tmp_path / "new", letter=LETTER)
    return tmp_path


def checked(*words: str, cwd: Path) -> Done:
    return run("check", "--format", "concise", "-q", *words, cwd=cwd)


def places(done: Done) -> list[str]:
    return [":".join(row.split(":")[:2]) for row in done.out.splitlines()]


BOTH = ["7", "10"]


def test_a_setting_holds_below_its_file(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('ignore = ["CD101"]\n')
    assert checked("letter.case", cwd=folder).code == 0
    assert checked("old/letter.case", cwd=folder).code == 0
    assert checked("letter.case", cwd=folder / "old").code == 0
    (folder / "old" / "casedsl.toml").write_text("")
    assert places(checked("letter.case", "old/letter.case", "new/letter.case", cwd=folder)) == [
        "old/letter.case:7",
        "old/letter.case:10",
    ], "the nearest file holds alone"


def test_of_two_files_in_one_folder_the_own_one_holds(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.casedsl]\nignore = ["CD101"]\n')
    assert checked("letter.case", cwd=folder).code == 0
    (folder / "casedsl.toml").write_text("")
    assert checked("letter.case", cwd=folder).code == 1


@pytest.mark.parametrize("text", ["", "[tool.other]\nselect = 1\n", "[project]\nname = 'casedsl'\n", "\ufeff not TOML"])
def test_a_pyproject_without_our_table_is_passed_over(folder: Path, text: str) -> None:
    (folder / "casedsl.toml").write_text('ignore = ["CD101"]\n')
    (folder / "old" / "pyproject.toml").write_text(text)
    assert checked("old/letter.case", cwd=folder) == Done(0, "", "")


def test_the_command_line_has_the_last_word(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('select = ["CD109"]\nignore = ["CD4"]\nfail-on = "info"\n')
    assert places(checked("letter.case", cwd=folder)) == [f"letter.case:{line}" for line in (5, 8, 12, 14)]
    assert places(checked("letter.case", "--select", "CD101", cwd=folder)) == ["letter.case:7", "letter.case:10"]
    assert checked("letter.case", "--fail-on", "error", cwd=folder).code == 0
    assert places(checked("letter.case", "--no-config", cwd=folder)) == ["letter.case:7", "letter.case:10"]
    (folder / "other.toml").write_text('ignore = ["CD1"]\n')
    assert checked("letter.case", "--config", "other.toml", cwd=folder) == Done(0, "", "")


def test_the_first_argument_says_how_the_run_goes(folder: Path) -> None:
    (folder / "old" / "casedsl.toml").write_text('output-format = "json"\ncache = false\njobs = 2\n')
    assert run("check", "old/letter.case", cwd=folder).out.startswith("{")
    assert run("check", "old", "letter.case", cwd=folder).out.startswith("{")
    assert run("check", "letter.case", "old", cwd=folder).out.startswith("CD101")
    piped = run("check", "-", "--stdin-filename", "old/x.case", cwd=folder, stdin=LETTER.encode())
    assert piped.out.startswith("{")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('exclude = ["old"]', ["letter.case", "new/letter.case"]),
        ('exclude = ["**/letter.case"]', []),
        ('exclude = ["*/letter.case"]', ["letter.case"]),
        ('exclude = ["letter.case"]', ["new/letter.case", "old/letter.case"]),
        ('include = ["old/**"]', ["old/letter.case"]),
        ('include = ["o*", "new/l?tter.case"]', ["new/letter.case", "old/letter.case"]),
        ('include = ["old"]\nexclude = ["old/letter.case"]', []),
        ('include = ["."]', ["letter.case", "new/letter.case", "old/letter.case"]),
    ],
)
def test_a_folder_stands_for_what_is_included(folder: Path, text: str, expected: list[str]) -> None:
    (folder / "casedsl.toml").write_text(text)
    done = checked("..", "--select", "CD101", cwd=folder / "new")
    assert done.code == (1 if expected else 0)
    assert places(done)[::2] == [f"../{file}:7" for file in expected]


def test_everything_excluded_is_said(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('exclude = ["**"]')
    done = checked(".", cwd=folder)
    assert done.code == 2
    assert done.sentence == "casedsl: every definition in the folder . is left out; look at `casedsl config show .`"


def test_what_is_named_is_meant_unless_excluding_is_forced(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('exclude = ["old"]')
    assert places(checked("old/letter.case", cwd=folder)) == ["old/letter.case:7", "old/letter.case:10"]
    forced = run("check", "--force-exclude", "old/letter.case", cwd=folder)
    assert forced == Done(0, "", "nothing found in 0 files\n")
    assert checked("--force-exclude", "new/letter.case", cwd=folder).code == 1


def test_rules_can_be_left_out_by_file(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('[per-file-ignores]\n"old/**" = ["unreachable-state"]\n')
    assert places(checked("old", "new", "--select", "CD101", cwd=folder)) == ["new/letter.case:7", "new/letter.case:10"]
    write(folder / "old", slip=SLIP)
    assert places(checked("old", "--select", "CD101", cwd=folder)) == ["old/slip.case:5"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('selct = ["CD1"]', "casedsl.toml:1: there is no setting `selct`; did you mean `select`?"),
        ("\nfail_on = 'error'", "casedsl.toml:2: there is no setting `fail_on`; did you mean `fail-on`?"),
        ("x = 1", "casedsl.toml:1: there is no setting `x`; there are: include, exclude, select, ignore"),
        ("[tool.casedsl]", "casedsl.toml:1: there is no setting `tool`; there are: include"),
        ('select = "CD1"', 'casedsl.toml:1: `select` is a list of rules, as in ["CD1", "no-timer"]'),
        ("select = [1]", "casedsl.toml:1: `select` is a list of rules"),
        ('include = [""]', "casedsl.toml:1: `include` is a list of patterns"),
        ('fail-on = "never"', "casedsl.toml:1: `fail-on` is one of error, warning, info"),
        ("fail-on = []", "casedsl.toml:1: `fail-on` is one of error, warning, info"),
        ('output-format = "xml"', "casedsl.toml:1: `output-format` is one of full, concise, json"),
        ('cache = "no"', "casedsl.toml:1: `cache` is true or false"),
        ("cache = 0", "casedsl.toml:1: `cache` is true or false"),
        ("jobs = 0", 'casedsl.toml:1: `jobs` is a whole number from 1 on, or "auto"'),
        ("jobs = true", "casedsl.toml:1: `jobs` is a whole number"),
        ("jobs = 2.0", "casedsl.toml:1: `jobs` is a whole number"),
        ("\n\n[per-file-ignores]\nx = 'CD1'", "casedsl.toml:3: `per-file-ignores` is a table of patterns with rules"),
        ('per-file-ignores."x" = 1', "casedsl.toml:1: `per-file-ignores` is a table of patterns"),
        ('# one\n"ignore" = ["CD999"]', "casedsl.toml:2: there is no rule `CD999`; did you mean"),
        ('ignore = ["CD001"]', "casedsl.toml:1: `CD001` can't be left out"),
        ("[per-file-ignores]\nx = ['CD8888']", "casedsl.toml:1: there is no rule `CD8888`"),
        ("= 1", "casedsl.toml:1:1: this can't be read as TOML: "),
        ("a = 1\nb = x", "casedsl.toml:2:5: this can't be read as TOML: "),
        ("a = [", "casedsl.toml: this can't be read as TOML: "),
        ("a = " + "[" * 20_000, "casedsl.toml is nested too deeply to be read as TOML"),
    ],
)
def test_a_wrong_setting_is_an_error_with_its_place(folder: Path, text: str, sentence: str) -> None:
    (folder / "casedsl.toml").write_text(text)
    done = checked("letter.case", cwd=folder)
    assert done.code == 2
    assert done.sentence.startswith(f"casedsl: {sentence}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[project]\nselct = 1\n[tool.casedsl]\n\nselct = 1\n", ":5"),
        ("[tool.casedsl.selct]\n", ":1"),
        ("[tool]\ncasedsl = { selct = 1 }\n", ""),
        ("[ tool . casedsl ] # here\n'selct'=1\n", ""),
    ],
)
def test_the_place_in_a_pyproject(folder: Path, text: str, line: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    done = checked("letter.case", cwd=folder)
    assert done.sentence == f"casedsl: pyproject.toml{line}: there is no setting `selct`; did you mean `select`?"


def test_a_configuration_that_is_named_must_be_one(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "binary.toml").write_bytes(b"\xff\xfe")
    (folder / "tool" / "pyproject.toml").parent.mkdir()
    (folder / "tool" / "pyproject.toml").write_text("tool.casedsl = 1\n")
    for name, sentence in {
        "none.toml": "there is no file none.toml; look at the name and the folder",
        "old": "old is a folder; name a file in it",
        "pyproject.toml": "pyproject.toml has no table [tool.casedsl]; add one, or name another file",
        "binary.toml": "binary.toml is not text in UTF-8; save it with that encoding",
        "tool/pyproject.toml": "tool/pyproject.toml: `tool.casedsl` is a table; write [tool.casedsl]",
    }.items():
        done = checked("letter.case", "--config", name, cwd=folder)
        assert (done.code, done.sentence) == (2, f"casedsl: {sentence}")


def test_a_file_in_many_folders_reads_each_configuration_once(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('exclude = ["new"]\n')
    assert places(checked(".", "old/letter.case", "--select", "CD101", cwd=folder)) == [
        f"{file}:{line}" for file in ("letter.case", "old/letter.case") for line in BOTH
    ]


# --- config show


def test_every_setting_is_shown_with_its_origin(folder: Path) -> None:
    (folder / "casedsl.toml").write_text('\nselect = ["CD1"]\n[per-file-ignores]\n"old/**" = ["CD104"]\n')
    done = run("config", "show", "old/letter.case", cwd=folder)
    assert (done.code, done.err) == (0, "")
    rows = dict(re.split(r"(?: is not set| = .*?)  # ", row.removeprefix("# ")) for row in done.out.splitlines())
    assert list(rows) == list(KEYS)
    assert rows == dict.fromkeys(KEYS, "default") | {"select": "casedsl.toml:2", "per-file-ignores": "casedsl.toml:3"}
    shown = tomllib.loads(done.out)
    assert (shown["select"], shown["per-file-ignores"]) == (["CD1"], {"old/**": ["CD104"]})
    assert (shown["fail-on"], shown["jobs"], shown["cache"]) == ("warning", 1, True)
    assert run("config", "show", cwd=folder).out == done.out
    assert "casedsl.toml" not in run("config", "show", "--no-config", cwd=folder).out


def test_what_is_shown_is_a_configuration(folder: Path) -> None:
    shown = run("config", "show", cwd=folder).out
    (folder / "casedsl.toml").write_text(shown)
    assert places(checked("letter.case", cwd=folder)) == ["letter.case:7", "letter.case:10"]


def test_the_formats_are_those_that_are_built() -> None:
    assert tuple(BUILT) == FORMATS


# --- patterns


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("a.case", "a.case", True),
        ("a.case", "x/a.case", False),
        ("**/a.case", "a.case", True),
        ("**/a.case", "x/y/a.case", True),
        ("x", "x/y/a.case", True),
        ("x/", "x/a.case", True),
        ("./x", "x/a.case", True),
        ("x", "xy/a.case", False),
        ("x/*", "x/y/a.case", True),
        ("*.case", "x/a.case", False),
        ("x/**/a.case", "x/a.case", True),
        ("x/**", "x/y/a.case", True),
        ("x/**", "x", False),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("[a]", "[a]", True),
        ("**", "a", True),
        ("a***b", "axb", True),
        ("../a", "../a", True),
    ],
)
def test_patterns(pattern: str, path: str, fits: bool) -> None:
    assert matches(path, [pattern]) is fits


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text("ab.*?[(\\\n", min_size=1), min_size=1, max_size=4))
def test_a_path_matches_itself_and_all_above(parts: list[str]) -> None:
    parts = [part for part in parts if part not in (".", "**")] or ["a"]
    plain = [part for part in parts if "*" not in part and "?" not in part]
    if plain == parts:
        assert matches("/".join(parts), ["/".join(parts)])
        assert matches("/".join([*parts, "x"]), ["/".join(parts)])
    assert matches("/".join(parts), ["**"])
    assert matches("/".join(parts), ["/".join("*" for _ in parts)])


def test_a_sound_project_needs_no_settings(tmp_path: Path) -> None:
    write(tmp_path, sound=SOUND)
    assert run("check", "sound.case", cwd=tmp_path) == Done(0, "", "nothing found in 1 file\n")
