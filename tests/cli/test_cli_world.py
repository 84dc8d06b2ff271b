"""The program as a process among others: without a terminal, in a pipe, interrupted, not allowed, on a full disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import EXAMPLE, FRIDAY, Done, contents, environment, example, hear_interrupts, run, script, start

import casedsl.cli.rim as rim

HEAVY = {"graphviz", "holidays", "jinja2", "networkx", "pydantic", "sqlite3"}


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["check", str(EXAMPLE)],
        ["check", "--format", "json", str(EXAMPLE)],
        ["rule", "CD103"],
    ],
)
def test_fast_paths_load_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    text = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from casedsl.cli import main; main()"
    done = script(text, *words, cwd=tmp_path)
    assert done.code == 0, done.err
    loaded = {name.partition(".")[0] for name in done.out.splitlines()[-1].split()}
    assert "casedsl" in loaded
    assert loaded & HEAVY == set()


# --- no terminal


def test_the_demo_needs_no_terminal(tmp_path: Path) -> None:
    """As on a machine where nobody has set anything up: no terminal, standard input closed, ASCII only."""
    settings = environment(
        LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", COLUMNS="1"
    )
    command = [sys.executable, "-m", "casedsl", "demo"]
    done = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command],
        cwd=tmp_path,
        env=settings,
        capture_output=True,
        start_new_session=True,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "15 entries, the chain holds." in done.stdout.decode()
    assert "promise “We answer your complaint”: met" in done.stdout.decode()
    assert done.stdout.decode() == run("demo", cwd=tmp_path).out


@pytest.mark.parametrize(
    ("redirection", "words", "code", "sentence"),
    [
        ("<&-", ["check", "-"], 2, "standard input is closed; name a file, or send the definition through a pipe"),
        (">&-", ["rule"], 2, "standard output is closed; send it to a file or a pipe"),
        (">/dev/full", ["rule"], 2, "standard output can't be written (No space left on device); send it elsewhere"),
        (">/dev/full", ["--help"], 2, "standard output can't be written (No space left on device); send it elsewhere"),
        ("2>&-", ["check", "none.case"], 2, None),
        ("<&- >&- 2>&-", ["check", "none.case"], 2, None),
    ],
)
def test_streams_that_are_closed_or_full(
    tmp_path: Path, redirection: str, words: list[str], code: int, sentence: str | None
) -> None:
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "casedsl", *words],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.decode() == (f"casedsl: {sentence}\n" if sentence else "")


def test_who_stops_reading_ends_the_program_in_silence(tmp_path: Path) -> None:
    for words in (["rule"], ["map", str(EXAMPLE / "complaint.case")]):
        process = subprocess.Popen(
            [sys.executable, "-m", "casedsl", *words],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(20) == rim.PIPE_CLOSED
    piped = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m casedsl rule | head -1"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
    )
    assert (piped.returncode, piped.stderr, piped.stdout[:7]) == (0, b"", b"CD001  ")


def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    """The program waits for its definition in a pipe that nobody fills; the pipe says when it has begun to read."""
    pipe = tmp_path / "x.case"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "casedsl", "check", pipe.name],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    )
    with pipe.open("wb"):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def test_an_error_of_ours_has_its_own_code_and_asks_for_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casedsl.cli.check.command.summary", lambda *_: 1 / 0)
    done = run("check", EXAMPLE, cwd=tmp_path)
    assert done.code == 3
    assert "ZeroDivisionError" in done.err
    assert done.err.endswith(
        "casedsl: this is an error of casedsl, not of your file: please report it with the lines above\n"
    )


def test_a_process_prints_the_same_as_a_call_within(tmp_path: Path) -> None:
    """The other tests call the program in their own process; this one shows that it makes no difference."""
    folder = example(tmp_path, ("by          supervisor", "by          superviser"))
    for words in (["check", "complaint.case"], ["check", "none.case"], ["rule", "CD101"], ["chek"]):
        inside, outside = run(*words, cwd=folder), start(*words, cwd=folder)
        assert (outside.code, outside.out) == (inside.code, inside.out)
        assert outside.err.splitlines()[-1:] == inside.err.splitlines()[-1:]


# --- outputs

WRITERS = {
    "map": ["map", "complaint.case", "-o", "OUT.svg"],
    "compile": ["compile", "complaint.case", "-o", "OUT.casec.json"],
    "calendars lock": ["calendars", "lock", "complaint.case", "-o", "OUT.lock"],
}


@pytest.mark.parametrize("name", WRITERS)
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    folder = example(tmp_path)
    (folder / "folder").mkdir()
    for suffix in (".svg", ".casec.json", ".lock"):
        (folder / f"folder{suffix}").mkdir()
    (folder / "file").write_text("x")
    before = contents(folder)
    for place, expected in {
        "none/x": "there is no folder none for x",
        "folder": "is a folder; name a file in it",
        "file/x": "can't be written (Not a directory); name another place",
        "n" * 300: "can't be written (File name too long); name another place",
    }.items():
        done = run(*(word.replace("OUT", place) for word in WRITERS[name]), cwd=folder)
        assert (done.code, expected in done.sentence) == (2, True), done
    assert contents(folder) == before


FULL = f"""
import json, resource, sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path.insert(0, {str(Path(__file__).parent)!r})
from cli_desk import run
done = []
for most, words in json.loads(sys.argv[1]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    done.append(run(*words, cwd=Path.cwd()))
print(json.dumps([[each.code, each.out, each.err] for each in done]))
"""
"""Calls on a disk on which no file grows beyond so many bytes."""


def test_a_disk_that_is_full_leaves_every_old_file_whole(tmp_path: Path) -> None:
    folder = example(tmp_path)
    calls = [[word.replace("OUT", "made") for word in words] for words in WRITERS.values()]
    for words in calls:
        assert run(*words, cwd=folder).code == 0
    before = contents(folder)
    played = ["demo", ".", "-o", tmp_path / "out"]
    done = script(FULL, json.dumps([*((1000, words) for words in calls), (200_000, played)], default=str), cwd=folder)
    assert (done.code, done.err) == (0, "")
    *written, demo = [Done(*each) for each in json.loads(done.out)]
    for each in written:
        assert each.code == 2
        assert "can't be written (File too large); name another place" in each.sentence
    assert contents(folder) == before
    assert (demo.code, demo.err.count("\n")) == (2, 1)
    assert demo.err.startswith(f"casedsl: {tmp_path}/out/cases.db ")


@pytest.mark.parametrize("name", WRITERS)
def test_an_interrupted_write_leaves_the_old_file_whole(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = example(tmp_path)
    words = [word.replace("OUT", "made") for word in WRITERS[name]]
    assert run(*words, cwd=folder).code == 0
    before = contents(folder)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("replace", "chmod"):
        with monkeypatch.context() as patched:
            patched.setattr(os, step, interrupted)
            done = run(*words, cwd=folder)
        assert (done.code, done.out) == (130, "")
        assert contents(folder) == before


def test_an_artifact_is_not_replaced_when_its_calendars_cannot_be(tmp_path: Path) -> None:
    folder = example(tmp_path)
    (folder / "made.casec.json").write_text("old")
    (folder / "made.calendars.json").mkdir()
    assert run("compile", "complaint.case", "-o", "made.casec.json", cwd=folder).code == 2
    assert (folder / "made.casec.json").read_text() == "old"


def test_a_written_file_keeps_its_permissions_and_its_links(tmp_path: Path) -> None:
    folder = example(tmp_path)
    (folder / "real.svg").write_text("old")
    (folder / "real.svg").chmod(0o640)
    (folder / "link.svg").symlink_to("real.svg")
    assert run("map", "complaint.case", "-o", "link.svg", cwd=folder).code == 0
    assert (folder / "link.svg").is_symlink()
    assert (folder / "real.svg").read_text()[:5] == "<svg "
    assert (folder / "real.svg").stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """As `/dev/null`, which root could replace by a file."""
    folder = example(tmp_path)
    os.mkfifo(folder / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=folder, stdout=subprocess.PIPE)
    done = run("map", "complaint.case", "-o", "pipe", cwd=folder)
    out, _ = reader.communicate(timeout=20)
    assert (done.code, out[:5], (folder / "pipe").is_fifo()) == (0, b"<svg ", True)


# --- permission

NOBODY = 65534
DROP = f"""
import json, os, sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path.insert(0, {str(Path(__file__).parent)!r})
from cli_desk import run
here = Path.cwd()
for words in (["demo", "-o", sys.argv[2]], ["calendars", "lock", "complaint.case", "-o", "-"]):
    assert run(*words, cwd=here).code == 0
if os.getuid() == 0:
    try:
        os.setgroups([])
        os.setgid({NOBODY})
        os.setuid({NOBODY})
    except OSError:
        sys.exit(77)
done = [run(*words, cwd=here) for words in json.loads(sys.argv[1])]
print(json.dumps([[each.code, each.out, each.err] for each in done]))
"""
"""Load all while that is allowed, become nobody, then do what was asked."""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; those of pytest are root's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield example(folder)


def as_nobody(folder: Path, away: Path, calls: list[list[str]]) -> list[Done]:
    done = script(DROP, json.dumps(calls), away, cwd=folder)
    if done.code == 77:
        pytest.skip("this process may not become another user")
    assert (done.code, done.err) == (0, "")
    return [Done(*each) for each in json.loads(done.out)]


def test_what_may_not_be_read_or_written(open_folder: Path, tmp_path: Path) -> None:
    assert run("compile", "complaint.case", cwd=open_folder).code == 0
    run("case", "--now", FRIDAY, "open", "complaint.casec.json", "--as", "pat", cwd=open_folder)
    shutil.copy(open_folder / "cases.db", open_folder / "closed.db")
    (open_folder / "out").mkdir(mode=0o555)
    for name in ("closed.case", "closed.lock", "closed.casec.json", "closed.yaml"):
        (open_folder / name).write_text("x")
    for name in ("closed.case", "closed.lock", "closed.casec.json", "closed.yaml", "closed.db"):
        (open_folder / name).chmod(0)
    (open_folder / "uses.case").write_text('case type a "A"\n    edition 1\n    version 1\n    use "closed"\n')
    open_folder.chmod(0o555)
    before = {name: (open_folder / name).stat().st_mtime_ns for name in os.listdir(open_folder)}
    calls = [
        ("check closed.case", "closed.case may not be opened by you; ask for permission, or use another file"),
        ("map closed.case", "closed.case may not be opened by you; ask for permission, or use another file"),
        ("compile complaint.case --lock closed.lock", "closed.lock may not be opened by you"),
        ("compile complaint.case", "complaint.calendars.json may not be written by you; ask for permission"),
        ("map complaint.case -o out/x.svg", "out/x.svg may not be written by you; ask for permission"),
        ("calendars lock complaint.case", "calendars.lock may not be written by you; ask for permission"),
        ("demo", ".casedsl/demo can't be used (Permission denied); name another folder with --output"),
        ("case open closed.casec.json --as pat", "closed.casec.json may not be opened by you"),
        ("case --people closed.yaml open complaint.casec.json --as pat", "closed.yaml may not be opened by you"),
        ("case --db closed.db list", "closed.db can't be opened; check that it is a file and that this user may"),
        ("case --db out/x.db open complaint.casec.json --as pat", "out/x.db can't be opened; check that"),
        ("case do CMP-2026-00001 withdraw --as pat --note x", "cases.db "),
        ("check uses.case", ""),
    ]
    *refused, used = as_nobody(open_folder, tmp_path / "away", [words.split() for words, _ in calls])
    for (words, expected), done in zip(calls, refused, strict=False):
        assert done.code == 2, (words, done)
        assert done.sentence.startswith("casedsl: ")
        assert expected in done.sentence
    assert used.code == 1
    assert "the file `closed.case` can't be read (Permission denied)" in used.out
    assert {name: (open_folder / name).stat().st_mtime_ns for name in os.listdir(open_folder)} == before
