"""Every command as a user meets it: what it prints where, with which exit code, and how it helps on a wrong call."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from cli_desk import FRIDAY, NUMBER, Done, contents, example, run, two_years

from casedsl import __version__
from casedsl.cli import casedsl

BROKEN = ("by          legal\n        but not", "by          legl\n        but not")
ESCAPE = "\x1b"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return example(tmp_path)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example(tmp_path_factory.mktemp("broken"), BROKEN)


# --- check


def test_check_of_a_sound_definition_prints_nothing_but_talk(folder: Path) -> None:
    assert run("check", "complaint.case", cwd=folder) == Done(0, "", "nothing found in 1 file\n")
    assert run("check", ".", cwd=folder) == Done(0, "", "nothing found in 2 files\n")
    assert run("check", "complaint.case", "./", "complaint.case", cwd=folder).err == "nothing found in 2 files\n"


def test_a_folder_stands_for_its_definitions_without_those_of_tools(folder: Path, tmp_path: Path) -> None:
    (folder / ".venv").mkdir()
    (folder / ".venv" / "x.case").write_text("rubbish")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "x.case").write_text("")
    done = run("check", "--format", "concise", ".", cwd=folder)
    assert (done.code, done.err) == (1, "1 error in 3 files\n")
    assert done.out.startswith("deep/er/x.case:1:1: CD001 error: the file is empty")
    (tmp_path / "empty").mkdir()
    none = run("check", "empty", cwd=tmp_path)
    assert none.sentence == "casedsl: there is no .case file in the folder empty; name another folder or a file"


def test_check_shows_findings_in_three_forms(broken: Path) -> None:
    full = run("check", "complaint.case", cwd=broken)
    assert (full.code, full.err) == (1, "1 error in 1 file; 1 can be mended with --fix\n")
    head, place, row, carets, way_out, fix = full.out.splitlines()
    assert head == "CD004 error: there is no role `legl`"
    assert place == "   --> complaint.case:100:21"
    assert row.endswith("by          legl")
    assert carets.rstrip()[-4:] == "^^^^"
    assert way_out.split(maxsplit=3)[:3] == ["=", "way", "out"]
    assert fix.split(maxsplit=3) == ["=", "fix", "(safe)", "write `legal`"]
    concise = run("check", "complaint.case", "--output-format", "concise", cwd=broken)
    assert concise.out.startswith("complaint.case:100:21: CD004 error: there is no role `legl` (")
    assert concise.out.count("\n") == 1
    machine = run("check", "complaint.case", "--format", "json", cwd=broken)
    document = json.loads(machine.out)
    assert (document["version"], len(document["findings"])) == (1, 1)
    assert document["findings"][0]["place"] == {
        "file": "complaint.case", "line": 100, "column": 21, "end line": 100, "end column": 25
    }  # fmt: skip
    assert (concise.code, machine.code, concise.err, machine.err) == (1, 1, full.err, full.err)


def test_json_of_nothing_is_a_document_too(folder: Path) -> None:
    done = run("check", "--format", "json", "complaint.case", cwd=folder)
    assert json.loads(done.out) == {"version": 1, "findings": []}


@pytest.mark.parametrize(
    ("words", "settings", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {}, False),
    ],
)
@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_colour(broken: Path, words: list[str], settings: dict[str, str], coloured: bool, form: str) -> None:
    done = run("check", "complaint.case", "--format", form, *words, cwd=broken, settings=settings)
    assert (ESCAPE in done.out) == (coloured and form != "json")
    plain = run("check", "complaint.case", "--format", form, cwd=broken).out
    assert re.sub(r"\x1b\[[0-9;]*m", "", done.out) == plain, "colour only repeats what the words say"


def test_check_reads_standard_input_and_looks_for_use_beside_its_name(folder: Path, tmp_path: Path) -> None:
    text = (folder / "complaint.case").read_bytes()
    assert run("check", "-", cwd=folder, stdin=text).code == 0
    away = run("check", "-", cwd=tmp_path, stdin=text)
    assert away.code == 1
    assert "the file `organisation.case` doesn't exist" in away.out
    named = run("check", "-", "--stdin-filename", "complaint/other.case", cwd=tmp_path, stdin=text)
    assert named == Done(0, "", "nothing found in 1 file\n")
    wrong = run("check", "-", "-", "--stdin-filename", "x.case", cwd=folder, stdin=b"case")
    assert (wrong.code, wrong.err) == (1, "1 error in 1 file\n")
    assert "--> x.case:1:1" in wrong.out


# --- map, compile, calendars


@pytest.mark.parametrize(("form", "begins"), [("svg", "<svg "), ("dot", "digraph "), ("mermaid", "stateDiagram")])
def test_map_prints_or_writes(folder: Path, form: str, begins: str) -> None:
    done = run("map", "complaint.case", "--format", form, cwd=folder)
    assert (done.code, done.err, begins in done.out[:200]) == (0, "", True)
    written = run("map", "complaint.case", "--format", form, "-o", "m.out", cwd=folder)
    assert written == Done(0, "", "drew complaint.case to m.out\n")
    assert (folder / "m.out").read_text("utf-8") == done.out
    piped = run("map", "-", "--format", form, "-o", "-", cwd=folder, stdin=(folder / "complaint.case").read_bytes())
    assert piped.out == done.out


def test_a_broken_definition_is_drawn_with_its_findings(broken: Path) -> None:
    done = run("map", "complaint.case", cwd=broken)
    assert (done.code, done.out[:5]) == (1, "<svg ")
    assert "CD004 error: there is no role `legl`" in done.err


def test_compile_writes_two_files_or_prints_one(folder: Path) -> None:
    done = run("compile", "complaint.case", cwd=folder)
    assert done == Done(0, "", "compiled complaint.case to complaint.casec.json and complaint.calendars.json\n")
    artifact = (folder / "complaint.casec.json").read_text("utf-8")
    assert run("compile", "complaint.case", "-o", "-", cwd=folder) == Done(0, artifact, "")
    assert run("compile", "-", "-o", "-", cwd=folder, stdin=(folder / "complaint.case").read_bytes()).out == artifact
    run("compile", "complaint.case", "-o", "other.json", cwd=folder)
    assert (folder / "other.json").read_text("utf-8") == artifact
    assert (folder / "other.calendars.json").read_bytes() == (folder / "complaint.calendars.json").read_bytes()


def test_compile_refuses_what_is_broken_and_writes_nothing(broken: Path) -> None:
    before = contents(broken)
    done = run("compile", "complaint.case", cwd=broken)
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith("casedsl: 1 error in 1 file; correct them first\n")
    assert contents(broken) == before
    assert run("compile", "organisation.case", cwd=broken).sentence == (
        "casedsl: organisation.case is an organisation file; compile the case types that use it"
    )


def test_calendars_are_locked(folder: Path) -> None:
    kept = (folder / "calendars.lock").read_text("utf-8")
    done = run("calendars", "lock", "complaint.case", cwd=folder)
    assert done == Done(0, "", "locked 2025 to 2031 in calendars.lock: GB-ENG, Europe/London\n")
    assert json.loads((folder / "calendars.lock").read_text("utf-8"))["years"] == json.loads(kept)["years"]
    printed = run("calendars", "lock", "complaint.case", "--years", "2026-2027", "-o", "-", cwd=folder)
    assert (printed.code, printed.err, json.loads(printed.out)["years"]) == (0, "", "2026-2027")
    assert not (folder / "-").exists()


@pytest.mark.parametrize(
    "years", ["2026", "x", "²-2030", "2026-", "2026–2031", "٢٠٢٦-٢٠٢٧", "2031-2026", "0001-9999", "26-31"]
)
def test_years_that_are_none(folder: Path, years: str) -> None:
    done = run("calendars", "lock", "complaint.case", "--years", years, "-o", "x.lock", cwd=folder)
    assert done.code == 2
    assert done.sentence.startswith("casedsl: ")
    assert not (folder / "x.lock").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["map", "complaint.case", "-o", "complaint.case"],
        ["map", "complaint.case", "-o", "./organisation.case"],
        ["compile", "complaint.case", "-o", "complaint.case"],
        ["compile", "complaint.case", "-o", "calendars.lock"],
        ["calendars", "lock", "complaint.case", "-o", "complaint.case"],
        ["calendars", "lock", "complaint.case", "-o", "organisation.case"],
    ],
)
def test_no_command_writes_over_what_it_reads(folder: Path, words: list[str]) -> None:
    before = contents(folder)
    done = run(*words, cwd=folder)
    assert (done.code, done.sentence) == (2, f"casedsl: {words[-1]} is what this command reads; write to another file")
    assert contents(folder) == before


# --- case


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a compiled case type and a database in which there is a case."""
    folder = example(tmp_path_factory.mktemp("opened"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    done = run("case", "--now", FRIDAY, "open", "complaint.casec.json", "--as", "pat", cwd=folder)
    assert done.out.startswith(f"{NUMBER}\n  1  Friday 6 November 2026, 15:00  Pat Doe opened the case: New\n")
    return folder


@pytest.fixture
def desk(opened: Path, tmp_path: Path) -> Path:
    """The same, to work in."""
    return Path(shutil.copytree(opened, tmp_path / "desk"))


def case(desk: Path, *words: str, now: str = FRIDAY) -> Done:
    return run("case", "--now", now, *words, cwd=desk)


ACKNOWLEDGE = (
    "do",
    NUMBER,
    "acknowledge",
    "--as",
    "kim",
    "--set",
    "impact=4",
    "--set",
    "urgency=2",
    "--set",
    "vulnerable=no",
)


def test_a_case_is_worked(desk: Path) -> None:
    done = case(desk, *ACKNOWLEDGE)
    assert (done.code, done.err) == (0, "")
    assert "Kim Okafor (Complaint handler): Acknowledge -> In review" in done.out
    assert "priority 60 amber = 12 * impact (48) + 6 * urgency (12)" in done.out
    amended = case(desk, "amend", NUMBER, "--as", "kim", "--set", "category=privacy", "--reason", "It is about data")
    assert (amended.code, amended.err) == (0, "")
    assert "Kim Okafor amended it: It is about data\n       category: My personal data" in amended.out
    assert case(desk, "list").out.splitlines()[1].split() == [NUMBER, "complaint", "in_review", "kim", "60", "amber"]
    assert case(desk, "show", NUMBER).out.count("\n  ") == 13


def test_a_refusal_exits_with_1_and_says_why(desk: Path) -> None:
    assert case(desk, "do", NUMBER, "acknowledge", "--as", "kim") == Done(
        1, "", "refused: `acknowledge` needs `impact`, `urgency`, `vulnerable`\n"
    )
    assert case(desk, "do", NUMBER, "approve", "--as", "ana").err.startswith(
        "refused: `approve` can't be done in `new`"
    )
    assert case(desk, "do", NUMBER, "acknowledge", "--as", "zed").code == 1
    assert case(desk, "amend", NUMBER, "--as", "kim", "--reason", "x").code == 1
    assert case(desk, "open", "complaint.casec.json", "--as", "zed").code == 1


def test_a_key_is_done_once(desk: Path) -> None:
    words = ("open", "complaint.casec.json", "--as", "pat", "--set", "summary=x", "--key", "letter 7")
    assert case(desk, *words) == case(desk, *words)
    assert case(desk, *ACKNOWLEDGE, "--key", "a") == case(desk, *ACKNOWLEDGE, "--key", "a", now="2026-11-09T12:00")
    refused = ("do", NUMBER, "approve", "--as", "ana", "--key", "b")
    assert case(desk, *refused) == case(desk, *refused)
    assert case(desk, *refused).code == 1
    assert len(case(desk, "list").out.splitlines()) == 3
    other = case(desk, "do", NUMBER, "withdraw", "--as", "pat", "--note", "x", "--key", "a")
    assert other == Done(1, "", "refused: this key was used for another request; give every request a key of its own\n")
    empty = case(desk, "do", NUMBER, "withdraw", "--as", "pat", "--note", "x", "--key", "")
    assert empty == Done(1, "", "refused: a request's key is 1 to 200 printable characters; give it another one\n")


def test_time_acts(desk: Path) -> None:
    assert case(desk, "tick") == Done(0, "", "0 steps of time\n")
    first = case(desk, "tick", now="2026-11-09T10:00")
    assert first == Done(
        0,
        f"{NUMBER}\n  2  Monday 9 November 2026, 10:00  time reminded Kim Okafor, "
        "because nobody acted for 2 working hours\n",
        "1 step of time\n",
    )
    assert case(desk, "tick", now="2026-11-09T10:00").err == "0 steps of time\n"
    assert "clock" not in case(desk, "tick", now="2026-11-12T10:00").err


def test_why(desk: Path) -> None:
    told = case(desk, "why", NUMBER).out
    assert told.startswith(f"{NUMBER} is in New, since Friday 6 November 2026, 15:00\n  because  Pat Doe")
    step, deadline = ([line.split() for line in part.splitlines()] for part in told.split("\n\n")[1:3])
    assert [len([row for row in part if row[:2] == ["1", "day"]]) for part in (step, deadline)] == [3, 10]
    assert case(desk, "why", NUMBER, "acknowledge", "--as", "kim") == Done(0, "kim may do `acknowledge` now\n", "")
    assert case(desk, "why", NUMBER, "decide", "--as", "kim").code == 1
    assert case(desk, "why", NUMBER, "decide").sentence == "casedsl: say with --as who would do it"


def test_show_with_somebody_says_what_they_may_do(desk: Path) -> None:
    assert (
        "\nmay now:\n  acknowledge -> In review, needs impact, urgency, vulnerable\n"
        in case(desk, "show", NUMBER, "--as", "kim").out
    )
    stranger = case(desk, "show", NUMBER, "--as", "kin")
    assert (stranger.code, stranger.sentence) == (
        1,
        "casedsl: there is no person `kin` in people.yaml; did you mean kim?",
    )
    for_whom = case(desk, "open", "complaint.casec.json", "--as", "kim", "--for", "zed")
    assert (for_whom.code, for_whom.sentence) == (1, "casedsl: there is no person `zed` in people.yaml; add them there")


def test_an_empty_list_says_what_would_not_be(desk: Path) -> None:
    title = "number  case type  state  assignee  priority\n"
    assert case(desk, "list", "--state", "nw") == Done(0, title, "no case is in state `nw`; did you mean new?\n")
    assert case(desk, "list", "--assignee", "zed") == Done(0, title, "no case is of `zed`; there are: `kim`\n")
    case(desk, "open", "complaint.casec.json", "--as", "pat")
    case(desk, *ACKNOWLEDGE)
    both = case(desk, "list", "--state", "in_review", "--assignee", "lee")
    assert both.err == "no case fits both --state and --assignee; ask for one of them\n"
    (desk / "empty.db").touch()
    none = run("case", "--db", "empty.db", "list", cwd=desk)
    assert none.err == "there are no cases yet; `casedsl case open` opens one\n"
    assert run("case", "--db", "empty.db", "tick", cwd=desk) == Done(0, "", "there are no cases yet\n")


def test_a_case_that_is_none(desk: Path) -> None:
    for words in (["show", "X"], ["why", "X"], ["do", "X", "approve", "--as", "kim"]):
        done = case(desk, *words)
        assert (done.code, done.sentence) == (
            1,
            "casedsl: there is no case X in cases.db; `casedsl case list` shows the numbers",
        )


def test_settings_name_the_database_and_the_people(desk: Path, tmp_path: Path) -> None:
    settings = {"CASEDSL_DB": str(desk / "cases.db"), "CASEDSL_PEOPLE": str(desk / "people.yaml")}
    assert NUMBER in run("case", "list", cwd=tmp_path, settings=settings).out
    assert run("case", "show", NUMBER, cwd=tmp_path, settings=settings).code == 0


def test_what_is_wrong_with_a_call_makes_no_database(folder: Path) -> None:
    run("compile", "complaint.case", cwd=folder)
    before = contents(folder)
    for words in (
        ["--people", "none.yaml", "open", "complaint.casec.json", "--as", "pat"],
        ["open", "complaint.casec.json", "--as", "pat", "--set", "nonsense=1"],
        ["--now", "never", "open", "complaint.casec.json", "--as", "pat"],
        ["open", "complaint.case", "--as", "pat"],
        ["list"],
        ["tick"],
        ["show", NUMBER],
    ):
        done = run("case", *words, cwd=folder)
        assert (done.code, done.sentence[:9]) == (2, "casedsl: ")
    assert contents(folder) == before


# --- help


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


COMMANDS = commands(casedsl)


@pytest.mark.parametrize("path", [(), *(path for path, _ in COMMANDS)])
def test_every_help_has_an_example_and_whole_sentences(path: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*path, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert {"casedsl", *path} <= set(done.out[done.out.index("Example") :].split())
    assert "..." not in done.out[done.out.index("\n") :], "a sentence that is cut off helps nobody"
    assert run(*path, "-h", cwd=tmp_path) == done
    assert done.out.isascii(), "help is read in every terminal"


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS])
def test_the_example_in_the_help_is_a_call_that_is_understood(path: tuple[str, ...]) -> None:
    epilog = dict(COMMANDS)[path].epilog
    assert epilog is not None
    for call in re.sub(r"^Examples?: ", "", epilog).split("; "):
        words = shlex.split(call)
        assert words[0] == "casedsl"
        group: click.Command = casedsl
        context = click.Context(casedsl)
        rest = words[1:]
        while isinstance(group, click.Group):
            context = group.make_context(group.name, list(rest), parent=context, resilient_parsing=False)
            _, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
            assert command is not None
            group = command
        group.make_context(group.name, list(rest), parent=context)


def test_the_version(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path) == Done(0, f"casedsl {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["chek"], "there is no command 'chek'; did you mean check?"),
        (["case", "shwo"], "there is no command 'shwo'; did you mean show?"),
        (["calendars", "block"], "there is no command 'block'; did you mean lock?"),
        (["help"], "there is no command 'help'; there are: check, fmt, convert, compile, test, map, when, explain, "),
        (
            ["\x1b[31m"],
            "there is no command '\\x1b[31m'; there are: check, fmt, convert, compile, test, ",
        ),
        (["case", "list", "--db", "x.db"], "--db stands before the command: "),
        (["case", "do", "N", "e", "--as", "kim", "--now", "x"], "--now stands before the command: "),
        (["store", "verify", "--db", "x.db"], "--db stands before the command: "),
        (["store", "erase", "case", "N", "--now", "x"], "store --now … erase case"),
        (["check"], "Missing argument 'FILE...'"),
        (["check", "x", "--format", "xml"], "'xml' is not one of 'full', 'concise', 'json'"),
        (["case", "do", "N", "e"], "Missing option '--as'"),
        (["--nonsense"], "No such option"),
    ],
)
def test_a_wrong_call_is_told_what_would_be_right(words: list[str], hint: str, tmp_path: Path) -> None:
    done = run(*words, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err
    assert "Traceback" not in done.err
    assert contents(tmp_path) == {}


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    for words in ([], ["case"], ["calendars"]):
        done = run(*words, cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert "Commands:" in done.err
