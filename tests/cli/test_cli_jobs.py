"""How many processes check makes no difference but in time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_desk import Done, environment, hear_interrupts, run
from letters import LETTER, SLIP, SOUND, write


def checked(folder: Path, *words: str, cache: Path | None = None, stdin: bytes = b"") -> Done:
    where = {} if cache is None else {"CASEDSL_CACHE_DIR": str(cache)}
    return run("check", *words, cwd=folder, settings=where, stdin=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "cases", letter=LETTER, slip=SLIP, sound=SOUND, cut="case type")


@pytest.mark.parametrize("jobs", ["2", "3", "auto"])
@pytest.mark.parametrize("form", ["full", "sarif"])
def test_how_many_processes_check_makes_no_difference(folder: Path, tmp_path: Path, jobs: str, form: str) -> None:
    words = ["-", ".", "--format", form]
    one = checked(folder, *words, stdin=LETTER.encode())
    assert checked(folder, *words, "-j", jobs, stdin=LETTER.encode()) == one
    kept = checked(folder, *words, "-j", jobs, stdin=LETTER.encode(), cache=tmp_path / "kept")
    assert checked(folder, *words, "-j", jobs, stdin=LETTER.encode(), cache=tmp_path / "kept") == kept == one


def test_a_file_that_can_not_be_read_ends_several_processes_too(folder: Path) -> None:
    files = ["letter.case", "none.case", "sound.case", "missing.case"]
    one, several = checked(folder, *files), checked(folder, *files, "-j", "4")
    assert one == several
    assert one.sentence == "casedsl: there is no file none.case; look at the name and the folder"


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "2.5", "²", "99999"])
def test_a_number_of_processes_that_is_none(folder: Path, jobs: str) -> None:
    done = checked(folder, "sound.case", f"-j{jobs}")
    assert done.code == 2
    assert "is no number of processes; write a number from 1 on, or `auto`" in done.err


def test_without_leave_for_processes_one_checks_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(38, "Function not implemented")

    one = checked(folder, ".")
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refused)
    assert checked(folder, ".", "-j", "2") == one


def test_an_interrupt_ends_several_processes_soon(folder: Path) -> None:
    for number in range(1500):
        (folder / f"many{number}.case").write_text(LETTER * 8)
    process = subprocess.Popen(
        [sys.executable, "-m", "casedsl", "check", ".", "-j", "2"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")
