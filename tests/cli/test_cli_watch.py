"""`casedsl check --watch`: it looks again after a change of whatever it depends on, and ends when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from cli_desk import environment, hear_interrupts, run
from letters import LETTER, SLIP, SOUND, write

from casedsl.cli.check.watching import PAUSE, SETTLES, watch
from casedsl.cli.rim import Stamp, Stop, stamp_of


class Enough(Exception):
    """Ends a watch in a test."""


def watched(
    look: Callable[[dict[str, Stamp]], object],
    listing: Callable[[], tuple[str, ...]],
    steps: list[Callable[[], object]],
) -> list[float]:
    """Watch while the steps happen one after another, each in a pause of its own; the pauses that were made."""
    left, pauses = iter(steps), list[float]()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        step = next(left, None)
        if step is None:
            raise Enough
        step()

    with pytest.raises(Enough):
        watch(look, listing, sleep)
    return pauses


def nothing() -> None:
    """A pause in which nothing happens."""


def test_it_looks_again_once_a_change_rests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, looks = tmp_path / "a", list[str]()
    file.write_text("1")

    def look(seen: dict[str, Stamp]) -> None:
        seen[str(file)] = stamp_of(str(file))
        looks.append(file.read_text())

    def save(text: str) -> Callable[[], object]:
        return lambda: file.write_text(text)

    steps = [nothing, nothing, save("22"), save("333"), save("4444"), nothing, nothing, save("55555"), nothing, nothing]
    pauses = watched(look, tuple, steps)
    assert looks == ["1", "4444", "55555"], "not in the middle of several saves"
    assert pauses == [*[PAUSE] * 3, *[SETTLES] * 3, *[PAUSE] * 2, SETTLES, *[PAUSE] * 2]
    assert capsys.readouterr().err == f"changed: {file}\n" * 2


def test_a_change_during_a_look_is_seen(tmp_path: Path) -> None:
    file, looks = tmp_path / "a", list[str]()
    file.write_text("1")

    def look(seen: dict[str, Stamp]) -> None:
        seen[str(file)] = stamp_of(str(file))
        looks.append(file.read_text())
        if len(looks) == 1:
            file.write_text("22")

    watched(look, tuple, [nothing] * 4)
    assert looks == ["1", "22"]


def test_files_that_come_go_and_stop_a_look_are_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, looks = [tmp_path / name for name in "abcde"], list[int]()

    def look(seen: dict[str, Stamp]) -> None:
        seen |= {str(names[0]): stamp_of(str(names[0]))}
        looks.append(len(listing()))
        if not names[0].exists():
            raise Stop(f"there is no {names[0].name}\x1b")

    def listing() -> tuple[str, ...]:
        if not any(name.exists() for name in names):
            raise Stop("there is none")
        return tuple(str(name) for name in names if name.exists())

    def come() -> None:
        for name in names:
            name.touch()

    watched(lambda seen: look(seen) if any(n.exists() for n in names) else None, listing, [come, *[nothing] * 3])
    said = capsys.readouterr().err
    assert said == f"changed: {names[0]}, {names[1]}, {names[2]} and 2 more\n"
    watched(look, listing, [names[0].unlink, *[nothing] * 3])
    assert capsys.readouterr().err == f"changed: {names[0]}\ncasedsl: there is no a\\u001b\n"
    assert looks == [5, 5, 4]


# --- the program


class Program:
    """The program, watching; its lines can be waited for."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "casedsl", "check", "--watch", "--format", "concise", *words],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=hear_interrupts,
        )
        self.lines: Queue[str] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self.lines.put(line.decode())

    def until(self, ending: str) -> list[str]:
        """The lines up to one that says so."""
        found, end = list[str](), time.monotonic() + 30
        while not (found and ending in found[-1]):
            try:
                found.append(self.lines.get(timeout=max(0.1, end - time.monotonic())))
            except Empty:
                pytest.fail(f"waited for {ending!r}, got {found}")
        return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, letter=LETTER)


@pytest.fixture
def program(project: Path) -> Iterator[Program]:
    watching = Program(project, ".", "--select", "CD101")
    yield watching
    if watching.process.poll() is None:
        watching.process.kill()
    watching.process.wait()


@pytest.mark.skipif(os.name != "posix", reason="an interrupt is sent as on POSIX")
def test_the_program_watches_until_it_is_interrupted(project: Path, program: Program) -> None:
    assert [line[:16] for line in program.until("2 errors in 2 files")[:2]] == ["letter.case:7:1:", "letter.case:10:1"]
    (project / "letter.case").write_text(SOUND)
    assert program.until("nothing found in 2 files") == ["changed: letter.case\n", "nothing found in 2 files\n"]
    (project / "more.case").write_text(SLIP)
    assert program.until("1 error in 3 files")[0] == "changed: more.case\n"
    (project / "more.case").unlink()
    assert program.until("nothing found in 2 files")[0] == "changed: more.case\n"
    acme = (project / "acme.case").read_text("utf-8")
    (project / "acme.case").write_text(acme.replace("role clerk ", "role klerk "), "utf-8")
    assert program.until("errors in 2 files")[0] == "changed: acme.case\n"
    (project / "casedsl.toml").write_text("selct = 1\n")
    assert program.until("did you mean `select`?")[0] == "changed: casedsl.toml\n"
    (project / "acme.case").write_text(acme, "utf-8")
    (project / "casedsl.toml").write_text("")
    assert program.until("nothing found in 2 files")[0].startswith("changed: ")
    program.process.send_signal(signal.SIGINT)
    assert program.process.wait(20) == 130
    program.reader.join(20)
    assert "".join(program.lines.queue).strip() == "", "it ends without a word"


def test_standard_input_is_not_watched(tmp_path: Path) -> None:
    done = run("check", "--watch", "-", cwd=tmp_path)
    assert (done.code, done.sentence) == (2, "casedsl: standard input can't be watched; name files or folders")
