"""Where the answer to a question lies in an index, SQLite walks it: nothing is sorted, and no table is read as a whole.
How long a page takes is then a matter of the page and not of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casedsl_runtime.store import Unit
from casedsl_runtime.store.search import Query, Range
from casedsl_runtime.store.sqlite import SqliteStore

Ask = Callable[[Unit], object]
PAGE = (-40, "CMP-2026-00007")

QUEUES = {
    "a queue": Query(team="desk", open=True),
    "a queue of both open and ended cases": Query(team="desk"),
    "a person's cases": Query(assignee="kim", open=True),
    "whatever a person had": Query(assignee="kim"),
    "a state": Query(state="new"),
    "a queue in a state": Query(team="desk", state="new", open=True),
    "all that is open": Query(open=True),
    "everything": Query(),
    "a band": Query(band="red", open=True),
    "an ending": Query(ending="as withdrawn"),
    "by number": Query(order="number"),
    "by due": Query(order="due"),
    "what is due by then": Query(due_by=5, order="due"),
}
FEW = {
    "somebody's": (Query(person="kim"), "people USING PRIMARY KEY (person=?)"),
    "a text in a field": (Query(fields={"category": "billing"}), "field_values_by_text (field=? AND text=?)"),
    "a number in a field": (
        Query(fields={"impact": Range(2, 4)}),
        "field_values_by_number (field=? AND number>? AND number<?)",
    ),
    "a word": (Query(text="refund"), "texts VIRTUAL TABLE INDEX"),
    "a number": (Query(number="CMP-2026-00007"), "cases USING INDEX sqlite_autoindex_cases_1 (number=?)"),
}
"""What finds few cases: they are looked up first, and those few are sorted."""


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[Callable[[Ask], str]]:
    """How SQLite answers what is asked of a store, step by step."""
    store = SqliteStore.create_or_open(tmp_path / "cases.db")

    def steps(ask: Ask) -> str:
        said: list[str] = []
        with store.reading() as unit:
            store._connection.set_trace_callback(said.append)
            ask(unit)
            store._connection.set_trace_callback(None)
        with sqlite3.connect(tmp_path / "cases.db") as base:
            rows = [row for text in said for row in base.execute(f"explain query plan {text}") if text[:6] == "select"]
        base.close()
        return "\n".join(row[3] for row in rows)

    yield steps
    store.close()


def _is_walked(plan: str) -> bool:
    """Whether every step goes along an index, in its order."""
    return "TEMP B-TREE" not in plan and all(" INDEX " in step for step in plan.splitlines() if "cases" in step)


@pytest.mark.parametrize("name", QUEUES)
def test_a_page_and_the_next_one_are_walked(plan: Callable[[Ask], str], name: str) -> None:
    query = QUEUES[name]
    assert _is_walked(plan(lambda unit: unit.find(query))), plan(lambda unit: unit.find(query))


@pytest.mark.parametrize("name", ["a queue", "a person's cases", "a state", "all that is open"])
def test_the_next_page_begins_where_the_last_one_ended(plan: Callable[[Ask], str], name: str) -> None:
    import dataclasses

    found = plan(lambda unit: unit.find(dataclasses.replace(QUEUES[name], after=PAGE)))
    assert _is_walked(found), found
    assert "(rank,number)>(?,?)" in found


@pytest.mark.parametrize("name", FEW)
def test_what_finds_few_cases_is_looked_up_first(plan: Callable[[Ask], str], name: str) -> None:
    query, step = FEW[name]
    assert step in plan(lambda unit: unit.find(query)), plan(lambda unit: unit.find(query))


@pytest.mark.parametrize(
    "ask",
    [
        lambda unit: unit.due(5, (1, "CMP-2026-00001")),
        lambda unit: unit.next_due(),
        lambda unit: unit.aging(5),
        lambda unit: unit.unanchored(9),
        lambda unit: unit.claim(5, 9, 3),
        lambda unit: unit.aside(),
        lambda unit: unit.outbox(),
        lambda unit: unit.backlog(5),
        lambda unit: unit.counts(),
        lambda unit: unit.loads()["kim"],
        lambda unit: unit.pinned(),
        lambda unit: unit.open_cases("complaint", "", 9),
        lambda unit: unit.enter("CMP-2026-00001", "CMP-2026-00001", "k"),
    ],
)  # fmt: skip
def test_what_a_host_asks_all_the_time_is_walked(plan: Callable[[Ask], str], ask: Ask) -> None:
    found = plan(ask)
    print(found)
    assert _is_walked(found), found


def test_a_history_is_looked_up_by_its_case(plan: Callable[[Ask], str]) -> None:
    """And sorted, for no index has the numbers of entries."""
    assert "journal USING INDEX journal_by_key (case=?)" in plan(lambda unit: unit.history("CMP-2026-00001"))


@pytest.mark.parametrize("kind", ["key", "entry"])
def test_what_is_exported_is_walked(plan: Callable[[Ask], str], kind: str) -> None:
    found = plan(lambda unit: list(unit.records(kind)))
    assert " INDEX " in found or "PRIMARY KEY" in found, found
    assert "TEMP B-TREE" not in found, found
