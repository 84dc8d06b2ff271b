"""The example `complaint`: clean, and its story played as it is told.

`complaint_journal.txt` is what a reader of the database sees afterwards; when it changes on purpose, write it anew with
`casedsl demo > demo.txt` and copy the part below heading 5.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.store.sqlite import SqliteStore

from casedsl.cli import casedsl
from casedsl.compile import check

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "complaint"
JOURNAL = Path(__file__).with_name("complaint_journal.txt")


def _demo(folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> str:
    monkeypatch.chdir(folder)
    assert casedsl(["demo"], standalone_mode=False) == 0
    return capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize("name", ["complaint.case", "organisation.case"])
def test_the_example_is_clean(name: str) -> None:
    assert check(str(EXAMPLE / name), lambda file: Path(file).read_bytes()).findings == ()


def test_the_story_is_played_and_its_journal_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    printed = _demo(tmp_path, monkeypatch, capfdbinary)
    journal = printed.partition("cases.db\n\n  1  ")[2].partition("\nnumber ")[0]
    assert f"  1  {journal}" == JOURNAL.read_text("utf-8")


def test_every_kind_of_thing_that_time_does_happens_in_the_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    _demo(tmp_path, monkeypatch, capfdbinary)
    store = SqliteStore.open(tmp_path / ".casedsl" / "demo" / "cases.db")
    host = Host(store, Directory({}))
    kinds = [entry.kind for entry in host.history("CMP-2026-00001")]
    case = host.load("CMP-2026-00001")
    store.close()
    assert case is not None
    assert (case.state, case.ending, case.promises["answer"].outcome) == ("closed", "answered", "met")
    assert set(kinds) == {"opened", "prompted", "alerted", "escalated", "done", "moved"}
    assert kinds[1:6] == ["prompted", "alerted", "prompted", "alerted", "escalated"]
