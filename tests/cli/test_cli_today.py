"""`casedsl check --today`: whether the lock beside a definition reaches far enough from a day."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import example, run

WARNING = (
    "complaint.case:10:17: CD405 warning: the locked calendars end with 2031, too early for 10 working days from "
    "22 December 2031 ("
)


def test_a_lock_that_ends_too_early_is_a_warning(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    found = run("check", "--today", "2031-12-22", "--format", "concise", file.name, cwd=file.parent)
    assert found.code == 1
    assert found.out.startswith(WARNING)
    assert found.out.count("\n") == 1
    assert (
        run("check", "--today", "2031-12-22", file.name, cwd=file.parent)
        .out.splitlines()[-1]
        .endswith("run `casedsl calendars lock --years 2025-2036` with the definition's file")
    )


def test_nothing_is_said_on_an_earlier_day_without_a_day_or_without_a_lock(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    assert run("check", "--today", "2031-12-01", file.name, cwd=file.parent).out == ""
    assert run("check", file.name, cwd=file.parent).out == ""
    file.with_name("calendars.lock").unlink()
    assert run("check", "--today", "2031-12-22", file.name, cwd=file.parent).out == ""


def test_what_is_remembered_without_a_day_is_not_taken_for_one_and_the_other_way_round(tmp_path: Path) -> None:
    file, settings = example(tmp_path) / "complaint.case", {"CASEDSL_CACHE_DIR": str(tmp_path / "kept")}
    for _ in range(2):
        assert run("check", file.name, cwd=file.parent, settings=settings).out == ""
        assert "CD405" in run("check", "--today", "2031-12-22", file.name, cwd=file.parent, settings=settings).out


def test_several_processes_are_given_the_day_too(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    file.with_name("second.case").write_bytes(file.read_bytes())
    words = ("check", "--today", "2031-12-22", "--format", "concise", "complaint.case", "second.case")
    assert run(*words, cwd=file.parent) == run(*words, "-j", "2", cwd=file.parent)
    assert run(*words, "-j", "2", cwd=file.parent).out.count("CD405") == 2


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "20261221", "1066-10-14", ""])
def test_what_is_no_day_is_refused(day: str, tmp_path: Path) -> None:
    done = run("check", "--today", day, "x.case", cwd=tmp_path)
    assert done.code == 2
    assert "is no day; write it as 2026-12-21, or `now`" in done.err


def test_now_is_a_day(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    file.with_name("calendars.lock").unlink()
    assert run("calendars", "lock", file.name, "--years", "2020-2021", cwd=file.parent).code == 0
    assert "the locked calendars end with 2021" in run("check", "--today", "now", file.name, cwd=file.parent).out


def test_a_lock_that_can_t_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    file.with_name("calendars.lock").write_text("{}", encoding="utf-8")
    done = run("check", "--today", "2031-12-22", file.name, cwd=file.parent)
    assert done.code == 2
    assert done.sentence.endswith("run `casedsl calendars lock` again")
    file.with_name("calendars.lock").write_bytes(b"\xff")
    assert "is not text in UTF-8" in run("check", "--today", "2031-12-22", file.name, cwd=file.parent).sentence
