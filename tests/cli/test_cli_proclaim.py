"""`casedsl case proclaim`: a holiday is proclaimed while clocks run. 2026-11-06 is a Friday, the 16th a Monday."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import FRIDAY, NUMBER, Done, example, run, two_years

SECOND = NUMBER[:-1] + "2"
PROCLAIM = ("proclaim", "--calendars", "new.calendars.json", "--from", "2026-11-16", "--reason", "A day of mourning")
MOVED = "  promise “We answer your complaint”: due Monday 23 November 2026, 17:30 instead of Friday 20 November 2026,"


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two open complaints, and the calendars with one more closed day."""
    folder = example(tmp_path_factory.mktemp("bureau"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    organisation = folder / "organisation.case"
    text = organisation.read_text("utf-8")
    line = "    closed      2026-12-24"
    assert line in text
    organisation.write_text(text.replace(line, f'    closed      2026-11-16 "A day of mourning"\n{line}'), "utf-8")
    assert run("compile", "complaint.case", "-o", "new.casec.json", cwd=folder).code == 0
    for number in ("1", "2"):
        given = ("--set", "category=billing", "--set", f"summary=Number {number}")
        assert case(folder, FRIDAY, "open", "complaint.casec.json", "--as", "pat", *given).code == 0
    asked = ("do", SECOND, "ask_customer", "--as", "lee", "--set", "question=Which?")
    assert case(folder, FRIDAY, *asked).code == 0
    return folder


def case(folder: Path, now: str, *words: str) -> Done:
    return run("case", "--now", now, *words, cwd=folder)


@pytest.fixture
def desk(bureau: Path) -> Iterator[Path]:
    """The bureau; afterwards its database is as before."""
    store = bureau / "cases.db"
    before = store.read_bytes()
    yield bureau
    store.write_bytes(before)


def test_a_dry_run_lists_which_deadlines_would_move_and_changes_nothing(desk: Path) -> None:
    before = (desk / "cases.db").read_bytes()
    done = case(desk, FRIDAY, *PROCLAIM, "--dry-run")
    assert (done.code, done.err) == (0, "deadlines would move in 1 of 2 open cases\n")
    assert done.out.startswith(f"{NUMBER}\n{MOVED}")
    assert done.out.count("instead of") == 3
    assert (desk / "cases.db").read_bytes() == before


def test_what_was_foreseen_happens_and_the_journal_says_who_and_why(desk: Path) -> None:
    seen = case(desk, FRIDAY, *PROCLAIM, "--dry-run").out
    done = case(desk, FRIDAY, *PROCLAIM, "--as", "sam")
    assert (done.code, done.out, done.err) == (0, seen, "deadlines moved in 1 of 2 open cases\n")
    told = case(desk, FRIDAY, "show", NUMBER).out
    assert "Sam Reid changed the calendars from 16 November 2026 on: A day of mourning\n" in told
    assert told.count("due Monday 23 November 2026") == 1
    why = case(desk, FRIDAY, "why", NUMBER).out
    assert "because  Sam Reid: changed the calendars" in why
    again = case(desk, FRIDAY, *PROCLAIM)
    assert (again.code, again.out, again.err) == (0, "", "deadlines moved in 0 of 2 open cases\n")


def test_what_is_over_comes_at_once(desk: Path) -> None:
    """A holiday that is taken back when the deadline without it has passed."""
    assert case(desk, FRIDAY, *PROCLAIM).code == 0
    back = [word.replace("new.", "complaint.") for word in PROCLAIM]
    done = case(desk, "2026-11-21T10:00", *back, "--dry-run")
    assert "due Friday 20 November 2026, 16:00 instead of Monday 23 November 2026, 17:30; that is over, so" in done.out


def test_what_was_missed_stays(desk: Path) -> None:
    done = case(desk, "2026-11-21T10:00", *PROCLAIM, "--dry-run")
    assert "; it was missed on Friday 20 November 2026, 16:00, and that stays" in done.out


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"--calendars": "none.json"}, "casedsl: there is no file none.json; look at the name and the folder\n"),
        ({"--calendars": "complaint.casec.json"}, "is something else than the calendar bundle"),
        ({"--from": "2026-11-31"}, "casedsl: --from takes a real date such as 2026-06-01, not 2026-11-31\n"),
        ({"--from": "soon"}, "casedsl: --from takes a date and time such as"),
        ({"--from": "2199-01-01"}, "is not known before and after that instant; lock the years"),
        ({"--reason": " "}, "refused: `reason` takes a text that is not empty: say why the calendars change\n"),
        ({"--as": "sem"}, "there is no person `sem` in people.yaml; did you mean sam?\n"),
        ({"--type": "complaints"}, "refused: there is no such case type here; there are: `complaint`\n"),
    ],
)
def test_refusals(desk: Path, change: dict[str, str], sentence: str) -> None:
    options = {**dict(zip(PROCLAIM[1::2], PROCLAIM[2::2], strict=True)), **change}
    done = case(desk, FRIDAY, "proclaim", *(word for pair in options.items() for word in pair))
    assert done.code in (1, 2)
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert "changed the calendars" not in case(desk, FRIDAY, "show", NUMBER).out


def test_a_time_of_day_is_meant_in_the_calendars_zone_and_offsets_are_heard(desk: Path) -> None:
    words = ["2026-11-16T00:00" if word == "2026-11-16" else word for word in PROCLAIM]
    offset = ["2026-11-16T01:00+01:00" if word == "2026-11-16" else word for word in PROCLAIM]
    seen = case(desk, FRIDAY, *PROCLAIM, "--dry-run").out
    assert case(desk, FRIDAY, *words, "--dry-run").out == case(desk, FRIDAY, *offset, "--dry-run").out == seen != ""


def test_a_store_without_cases_says_so(tmp_path: Path, bureau: Path) -> None:
    from casedsl_runtime.store.sqlite import SqliteStore

    SqliteStore.create_or_open(tmp_path / "cases.db").close()
    (tmp_path / "new.calendars.json").write_bytes((bureau / "new.calendars.json").read_bytes())
    assert "has no cases yet" in case(tmp_path, FRIDAY, *PROCLAIM).sentence
