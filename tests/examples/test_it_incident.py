"""The example `it_incident`: clean, and its story played as it is told.

`it_incident_journal.txt` is what a reader of the database sees afterwards; when it changes on purpose, write it anew
with `CASEDSL_UPDATE=1 pytest tests/examples/test_it_incident.py` and read what changed.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from casedsl_runtime.case import Case
from casedsl_runtime.host import Host
from casedsl_runtime.journal import KINDS, Entry
from casedsl_runtime.people import Directory
from casedsl_runtime.store.sqlite import SqliteStore

from casedsl.cli import casedsl
from casedsl.compile import check
from casedsl.model.records import CaseType

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "it_incident"
JOURNAL = Path(__file__).with_name("it_incident_journal.txt")
NUMBER = "INC-2026-00001"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of a demo of the example, and the exit code: 0 if all went as the story tells it."""
    folder = tmp_path_factory.mktemp("it_incident")
    return folder, casedsl(["demo", str(EXAMPLE), "--output", str(folder)], standalone_mode=False)


def _case_type() -> CaseType:
    case_type = check(str(EXAMPLE / "it_incident.case"), lambda file: Path(file).read_bytes()).case_type
    assert case_type is not None
    return case_type


def _read_back(folder: Path) -> tuple[Case, tuple[Entry, ...]]:
    store = SqliteStore.open(folder / "cases.db")
    try:
        host = Host(store, Directory({}))
        case = host.load(NUMBER)
        assert case is not None
        return case, tuple(host.history(NUMBER))
    finally:
        store.close()


@pytest.mark.parametrize("name", ["it_incident.case", "organisation.case"])
def test_the_example_is_clean(name: str) -> None:
    findings = check(str(EXAMPLE / name), lambda file: Path(file).read_bytes()).findings
    assert [finding for finding in findings if finding.severity != "info"] == []


def test_the_story_goes_as_it_is_told(played: tuple[Path, int]) -> None:
    assert played[1] == 0


def test_its_journal_reads_as_it_did(
    tmp_path: Path, played: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(played[0])
    shown = casedsl(["case", "--db", "cases.db", "--people", "people.yaml", "show", NUMBER], standalone_mode=False)
    printed = capfdbinary.readouterr().out
    if os.environ.get("CASEDSL_UPDATE"):
        JOURNAL.write_bytes(printed)
    assert (shown, printed.decode()) == (0, JOURNAL.read_text("utf-8"))


def test_time_does_all_that_it_can_in_the_story(played: tuple[Path, int]) -> None:
    case, entries = _read_back(played[0])
    assert (case.state, case.ending, case.promises["back_to_work"].outcome) == ("closed", "restored", "missed")
    kinds = Counter(entry.kind for entry in entries)
    assert set(kinds) == {"opened", "done", "prompted", "alerted", "escalated", "missed", "moved"} <= set(KINDS)
    assert (kinds["prompted"], kinds["alerted"], kinds["escalated"], kinds["moved"]) == (7, 5, 2, 1)


def test_the_story_visits_every_state_and_every_team(played: tuple[Path, int]) -> None:
    values = [entry.values for entry in _read_back(played[0])[1]]
    case_type = _case_type()
    assert {each["state"] for each in values if "state" in each} == set(case_type.states)
    assert case_type.organisation is not None
    assert {each["team"] for each in values if "team" in each} == set(case_type.organisation.teams)


def test_who_restored_the_service_does_not_sign_it_off(played: tuple[Path, int]) -> None:
    done = {entry.values["event"]: entry.values["actor"] for entry in _read_back(played[0])[1] if entry.kind == "done"}
    assert done["sign_off"]["person"] == "zoe"
    signed = next(line for line in _case_type().states["review"].transitions if line.event == "sign_off")
    assert [barred.name for barred in signed.but_not] == ["restore"]
