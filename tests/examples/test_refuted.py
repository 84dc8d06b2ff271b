"""`examples/refuted`: the complaint in which one claim is not so, told by the checker and played by the runtime.

What `casedsl check` prints stands beside the file and on the page about checking. `CASEDSL_UPDATE=1` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casedsl.artifact.lock import Lock, read_lock
from casedsl.cli import casedsl
from casedsl.compile import Compiled, check, compile_case
from casedsl.model.claims import KINDS
from casedsl.model.scenarios import scenarios_of
from casedsl.play import Theatre, play

ROOT = Path(__file__).resolve().parents[2]
REFUTED = ROOT / "examples" / "refuted"
NAME = "around_legal.case"


def read(name: str) -> bytes:
    return (REFUTED / name).read_bytes()


def test_the_story_is_told_as_it_was(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(REFUTED)
    assert casedsl(["check", "--no-cache", "--color", "never", NAME], standalone_mode=False) == 1
    printed = capfd.readouterr().out
    told = REFUTED / "around_legal.out"
    if os.environ.get("CASEDSL_UPDATE"):
        told.write_text(printed, "utf-8")
    assert told.read_text("utf-8") == printed
    assert printed in (ROOT / "docs" / "checking.md").read_text("utf-8")


def test_it_differs_from_the_complaint_in_one_line() -> None:
    (right,) = (path.read_text("utf-8") for path in [ROOT / "examples" / "complaint" / "complaint.case"])
    wrong = read(NAME).decode()
    ones = {line for line in wrong.partition("\nscenario")[0].split("\n") if not line.startswith("#")}
    assert ones - set(right.split("\n")) == {"        changed by  handler in new, in_review, answering"}


def test_the_runtime_plays_the_way_around() -> None:
    checked = check(NAME, read)
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(lock, Lock)
    assert checked.case_type is not None
    compiled = compile_case(checked.case_type, lock)
    assert isinstance(compiled, Compiled)
    ((story,), found) = scenarios_of(checked.documents[0], checked.case_type)
    assert found == ()
    assert play(story, Theatre.of(checked.case_type, compiled)).failure is None


def test_a_claim_changes_nothing_about_the_artifact() -> None:
    text = (ROOT / "examples" / "complaint" / "complaint.case").read_text("utf-8")
    lines = [line for line in text.split("\n") if not line.startswith(tuple(f"{kind} " for kind in KINDS))]
    assert len(lines) < len(text.split("\n"))
    assert artifact_of("\n".join(lines)) == artifact_of(text)


def artifact_of(text: str) -> bytes:
    checked = check(NAME, lambda name: text.encode() if name == NAME else read(name))
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(lock, Lock)
    assert checked.case_type is not None
    compiled = compile_case(checked.case_type, lock)
    assert isinstance(compiled, Compiled)
    return compiled.artifact
