"""Edits of the example, as a newcomer makes them: the demo, the map, the artifact and the journal follow each of them,
and everything that it does not concern stays as it was."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from cli_desk import NUMBER, Done, example, run

HOURS = ("assignee    after 2 working hours", "assignee    after 3 working hours")
ROLE = (
    'on acknowledge -> in_review                     "Acknowledge"\n        by          handler, supervisor',
    'on acknowledge -> in_review                     "Acknowledge"\n        by          supervisor',
)
LIMIT = ("refund > 10000 GBP", "refund > 20000 GBP")
RENAMED = ("in_review", "under_review")
TITLE = ('state in_review "In review"', 'state in_review "Under review"')


@dataclass(frozen=True)
class Told:
    """A definition, played."""

    folder: Path
    done: Done

    def file(self, name: str) -> str:
        return (self.folder / "out" / name).read_text("utf-8")

    @cached_property
    def on_the_map(self) -> list[str]:
        """Every word of the picture; the artifact's hash, which each version has for itself, is left out."""
        words = re.findall(r"<text[^>]*>([^<]+)", self.file("complaint.svg"))
        return [word for word in words if "sha256:" not in word]

    @cached_property
    def leaves(self) -> dict[str, Any]:
        return dict(_leaves(json.loads(self.file("complaint.casec.json"))["workflow"]))

    @cached_property
    def transitions(self) -> dict[str, Any]:
        found = json.loads(self.file("complaint.casec.json"))["workflow"]["transitions"]
        return {
            f"{n} {each['event']}" if each["event"] != "acknowledge" else each["event"]: each
            for n, each in enumerate(found)
        }

    @cached_property
    def dot(self) -> list[str]:
        return run("map", "complaint/complaint.case", "--format", "dot", cwd=self.folder).out.splitlines()

    @cached_property
    def journal(self) -> list[tuple[str, dict[str, Any]]]:
        """Header and values of every entry, from the database."""
        with closing(sqlite3.connect(self.folder / "out" / "cases.db")) as database:
            rows = database.execute('select header, payload from journal order by "case", n')
            return [(str(header), json.loads(payload)) for header, payload in rows]

    @property
    def states(self) -> list[str]:
        """The states that the case was in, one after the other."""
        return [payload["state"][1] for _, payload in self.journal if "state" in payload]

    @property
    def instants(self) -> list[int]:
        return [json.loads(header)["at"] for header, _ in self.journal]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield from _leaves(inner, f"{path}/{key}")
    if not isinstance(value, dict | list):
        yield path, value


def play(folder: Path, *edits: tuple[str, str]) -> Told:
    folder.mkdir(parents=True, exist_ok=True)
    example(folder, *edits)
    return Told(folder, run("demo", "complaint", "-o", "out", cwd=folder))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Told:
    told = play(tmp_path_factory.mktemp("before"))
    assert (told.done.code, told.done.err) == (0, "")
    return told


def changed(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """The lines that differ, where none was added."""
    assert len(old) == len(new)
    return [(one, other) for one, other in zip(old, new, strict=True) if one != other]


def lines(told: Told) -> list[str]:
    """What the demo printed, without the line that shows the artifact's hash."""
    return [line for line in told.done.out.splitlines() if not line.startswith("3 Compiled")]


def test_the_case_as_it_is(before: Told) -> None:
    assert before.states == [
        "new", "new", "in_review", "waiting_on_customer", "in_review", "legal_review", "answering", "resolved", "closed"
    ]  # fmt: skip
    assert before.done.out.count("15 entries, the chain holds.") == 1


def test_two_working_hours_become_three(before: Told, tmp_path: Path) -> None:
    after = play(tmp_path, HOURS)
    assert (after.done.code, after.done.err) == (0, "")
    assert changed(lines(before), lines(after)) == [
        (
            "  2  Monday 9 November 2026, 10:00  time reminded Kim Okafor, because nobody acted for 2 working hours",
            "  2  Monday 9 November 2026, 11:00  time reminded Kim Okafor, because nobody acted for 3 working hours",
        )
    ]
    moved = [(one, other) for one, other in zip(before.instants, after.instants, strict=True) if one != other]
    assert [other - one for one, other in moved] == [3600]
    assert after.states == before.states
    different = {path for path in before.leaves if before.leaves[path] != after.leaves[path]}
    assert before.leaves.keys() == after.leaves.keys()
    assert [(before.leaves[path], after.leaves[path]) for path in different] == [(2, 3)]
    assert after.file("complaint.calendars.json") == before.file("complaint.calendars.json")
    assert after.file("complaint.svg") != before.file("complaint.svg")
    assert after.file("complaint.svg").count("3 working hours") == before.file("complaint.svg").count("2 working hours")


def _values(payload: dict[str, Any], old: str = "", new: str = "") -> dict[str, Any]:
    """An entry's values with a name changed back, without the salts; the case is pinned to another artifact."""
    changed_back = json.loads(json.dumps(payload).replace(old, new)) if old else payload
    return {key: value for key, (_, value) in changed_back.items() if key != "workflow"}


def test_a_renamed_state_has_its_new_name_everywhere(before: Told, tmp_path: Path) -> None:
    after = play(tmp_path, RENAMED)
    assert (after.done.code, after.done.err) == (0, "")
    told = [line.replace("so state is in_review", "so state is under_review") for line in lines(before)]
    assert lines(after) == told, "people read titles, and no title has changed; the author's line has"
    assert after.states == [state.replace(*RENAMED) for state in before.states]
    assert {path.replace(*RENAMED): str(leaf).replace(*RENAMED) for path, leaf in before.leaves.items()} == {
        path: str(leaf) for path, leaf in after.leaves.items()
    }
    assert "in_review" not in after.file("complaint.casec.json")
    as_before = [_values(payload, *reversed(RENAMED)) for _, payload in after.journal]
    assert as_before == [_values(payload) for _, payload in before.journal]
    assert after.instants == before.instants
    assert sorted(after.dot) == sorted(line.replace(*RENAMED) for line in before.dot)


def test_a_renamed_title_is_what_people_read(before: Told, tmp_path: Path) -> None:
    after = play(tmp_path, TITLE)
    assert (after.done.code, after.done.err) == (0, "")
    told = changed(lines(before), lines(after))
    assert told == [(one, one.replace("In review", "Under review")) for one, _ in told]
    assert len(told) == 2, "Kim acknowledges, and the customer replies"
    assert after.states == before.states
    different = {path: after.leaves[path] for path in after.leaves if before.leaves[path] != after.leaves[path]}
    assert list(different.values()) == ["Under review"]
    assert "Under review" in after.file("complaint.svg")
    assert "In review" not in after.file("complaint.svg")


def test_a_role_that_is_taken_away_may_not_act_any_more(before: Told, tmp_path: Path) -> None:
    after = play(tmp_path, ROLE)
    assert after.done.code == 1, "a scenario that goes another way than it is told"
    assert "(not as it is told: `acknowledge` of `kim` is refused)" in after.done.out
    refused = after.done.out[after.done.out.index("Kim Okafor acknowledge") :].splitlines()[2]
    assert refused == "            refused: only supervisor may `acknowledge`; Kim Okafor is handler"
    assert [_values(payload) for _, payload in after.journal[:7]] == [
        _values(payload) for _, payload in before.journal[:7]
    ]
    assert after.states[:2] == before.states[:2]
    assert not any("acknowledge" in json.dumps(payload.get("event")) for _, payload in after.journal)
    roles = [[by["role"] for by in told.transitions["acknowledge"].pop("by")] for told in (before, after)]
    assert roles == [["handler", "supervisor"], ["supervisor"]]
    assert after.transitions == before.transitions
    assert len(before.dot) == len(after.dot)
    assert after.file("complaint.svg") != before.file("complaint.svg")

    desk = ("case", "--db", "out/cases.db", "--people", "out/people.yaml", "--now", "2026-11-16T10:00")
    opened = run(*desk, "open", "out/complaint.casec.json", "--as", "pat", cwd=tmp_path)
    other = opened.out.splitlines()[0]
    assert run(*desk, "why", other, "acknowledge", "--as", "kim", cwd=tmp_path) == Done(
        1, "only supervisor may `acknowledge`; Kim Okafor is handler\n", ""
    )
    assert run(*desk, "why", other, "acknowledge", "--as", "sam", cwd=tmp_path).code == 0


def test_a_higher_limit_spares_legal_the_case(before: Told, tmp_path: Path) -> None:
    after = play(tmp_path, LIMIT)
    assert after.done.code == 1, "two advisers find nothing to approve"
    assert after.states == [state for state in before.states if state != "legal_review"]
    assert "Lee Marsh (Complaint handler): Decide -> Answering" in after.done.out
    assert "legal_review" not in json.dumps([payload.get("state") for _, payload in after.journal])
    assert after.done.out.count("refused: `approve` can't be done in `answering`") == 2
    assert after.instants[-2:] == before.instants[-2:], "the answer goes out and the file is closed as before"
    assert before.leaves.keys() == after.leaves.keys()
    pairs = {before.leaves[path]: leaf for path, leaf in after.leaves.items() if before.leaves[path] != leaf}
    assert pairs == {1_000_000: 2_000_000, f"category is privacy or {LIMIT[0]}": f"category is privacy or {LIMIT[1]}"}
    assert [words.replace("20000 GBP", "10000 GBP") for words in after.on_the_map] == before.on_the_map


def test_the_journal_is_read_back_by_another_command(before: Told) -> None:
    desk = ("case", "--db", "out/cases.db", "--people", "out/people.yaml")
    shown = run(*desk, "show", NUMBER, cwd=before.folder).out
    told = before.done.out
    assert shown == told[told.index("  1  Friday") : told.index("\n  15 entries")]
