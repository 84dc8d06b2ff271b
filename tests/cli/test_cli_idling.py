"""`casedsl when`: what happens when a case arrives and nobody acts."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import EXAMPLE, ROOT, example, run

FRIDAY = ("--arrives", "2026-11-06 15:00")


def test_a_friday_afternoon_and_nobody_acts(tmp_path: Path) -> None:
    """The instants are those of the scenario of the same name, which a person has reckoned."""
    done = run("when", EXAMPLE / "complaint.case", *FRIDAY, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    days = done.out.split("\n")
    assert days[0] == "Friday 6 November 2026"
    assert "  15:00  The person who complains opened the case: New" in days
    assert "         promise “We answer your complaint”: due Friday 20 November 2026, 16:00" in days
    monday = days.index("Monday 9 November 2026")
    assert days[monday + 1 : monday + 3] == [
        "  10:00  time reminded Complaint handler, because nobody acted for 2 working hours",
        "  12:00  time alerted Supervisor, because nobody acted for 4 working hours",
    ]
    assert "         to The person who complains: We are late: CMP-2026-00001" in days
    assert days[-2] == "then time has nothing more to do: the case stays in New until somebody acts"
    assert run("when", EXAMPLE / "complaint.case.yaml", *FRIDAY, cwd=tmp_path) == done


def test_a_case_can_begin_in_any_state(tmp_path: Path) -> None:
    file = EXAMPLE / "complaint.case"
    resolved = run("when", file, *FRIDAY, "--state", "resolved", cwd=tmp_path).out
    assert resolved.endswith("then the case has ended in Closed as answered\n")
    assert run("when", file, *FRIDAY, "--state", "waiting_on_customer", cwd=tmp_path).out.startswith("Friday 6 Nov")
    assert "did you mean `resolved`?" in run("when", file, "--state", "resolvd", cwd=tmp_path).sentence
    assert "say new, in_review" in run("when", file, "--state", "closed", cwd=tmp_path).sentence


def test_what_is_known_counts(tmp_path: Path) -> None:
    done = run("when", EXAMPLE / "complaint.case", *FRIDAY, "--given", "impact=5", "--given", "urgency=5", cwd=tmp_path)
    assert "priority 90 red" in done.out
    wrong = run("when", EXAMPLE / "complaint.case", *FRIDAY, "--given", "impact=9", cwd=tmp_path)
    assert "`impact`" in wrong.sentence


@pytest.mark.parametrize("name", ["complaint/complaint", "it_incident/it_incident"])
def test_examples_come_to_rest(name: str, tmp_path: Path) -> None:
    done = run("when", ROOT / "examples" / f"{name}.case", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith("Friday ")
    assert done.out.splitlines()[-1].startswith("then ")


def test_what_can_not_be_shown_is_said_in_a_sentence(tmp_path: Path) -> None:
    folder = example(tmp_path)
    assert "defines no case type" in run("when", "organisation.case", cwd=folder).sentence
    assert "knows no day" in run("when", "complaint.case", "--arrives", "2190-01-05 10:00", cwd=folder).sentence
    assert "--arrives takes a date" in run("when", "complaint.case", "--arrives", "Friday", cwd=folder).sentence
    (folder / "calendars.lock").unlink()
    assert "calendars lock" in run("when", "complaint.case", cwd=folder).sentence
