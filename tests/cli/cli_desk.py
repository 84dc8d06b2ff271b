"""How the tests call the program: in this process where that proves the same, and as a process of its own."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from casedsl.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "examples" / "complaint"
NUMBER = "CMP-2026-00001"
FRIDAY = "2026-11-06T15:00"
TALKS = ("NO_COLOR", "FORCE_COLOR", "TERM", "CASEDSL_DB", "CASEDSL_PEOPLE")
"""Settings of the machine that change what is printed; a test sets what it needs."""
NO_CACHE = {"CASEDSL_CACHE_DIR": os.devnull}
"""No folder can be made there: a test sees what is found now, and leaves nothing in the user's own cache."""


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error; nothing else may stand there, and nothing on standard output."""
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert self.err[:-1].isprintable()
        return self.err[:-1]


def run(*words: str | Path, cwd: Path, stdin: bytes = b"", settings: Mapping[str, str] = MappingProxyType({})) -> Done:
    """Call the program in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2))
    kept = {name: value for name, value in os.environ.items() if name not in TALKS}
    with (
        chdir(cwd),
        patch.dict(os.environ, {**kept, **NO_CACHE, **settings}, clear=True),
        patch.object(sys, "argv", ["casedsl", *map(str, words)]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8")),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
    ):
        code = _code_of(main)
    return Done(code, _text_of(out), _text_of(err))


def hear_interrupts() -> None:
    """Let a process that is started hear interrupts, as in a terminal; a shell's background jobs don't."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _code_of(call: Callable[[], None]) -> int:
    try:
        call()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in TALKS}
    return {**kept, **NO_CACHE, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime")]), **settings}


def start(*words: str | Path, cwd: Path, stdin: bytes = b"", **settings: str) -> Done:
    """Call the program as its users do."""
    command = [sys.executable, "-m", "casedsl", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=environment(**settings), timeout=50)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def script(text: str, *words: str | Path, cwd: Path, **settings: str) -> Done:
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", text, *map(str, words)]
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, env=environment(**settings), timeout=50
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def example(folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of the example in a folder, in one coat, its definition edited; each text replaced must be there."""
    copy = folder / "complaint"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("*.case.yaml"))
    text = (copy / "complaint.case").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    (copy / "complaint.case").write_text(text, "utf-8")
    return copy


@cache
def two_years() -> bytes:
    """A lock of two years instead of seven, for tests that call many commands: each of them reads the calendars."""
    done = run("calendars", "lock", EXAMPLE / "complaint.case", "--years", "2026-2027", "-o", "-", cwd=ROOT)
    assert (done.code, done.err) == (0, "")
    return done.out.encode()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
