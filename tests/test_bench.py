"""The benchmarks measure what they say: their worker really does events, in memory and on SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from casedsl_runtime import Directory, Host, MemoryStore
from casedsl_runtime.sqlite import SqliteStore

from bench.__main__ import compiled, floor_of_sqlite, worker
from bench.definitions import LINES, definitions, in_one_process


def test_a_worker_opens_cases_and_asks_and_replies_turn_by_turn() -> None:
    store = MemoryStore()
    event = worker(store, compiled())
    for _ in range(22):
        event()
    host = Host(store, Directory({}))
    kinds = [[entry.kind for entry in host.history(row.number)] for row in host.list()]
    assert kinds == [["opened", *["done"] * 10]] * 2


def test_the_same_worker_runs_on_sqlite_and_so_does_its_floor(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    worker(store, compiled())()
    assert len(Host(store, Directory({})).list()) == 1
    store.close()
    with closing(sqlite3.connect(tmp_path / "floor.db")) as base:
        floor_of_sqlite(base)()
        assert base.execute("select count(*) from journal").fetchone() == (1,)


def test_the_definitions_that_are_timed_are_long_clean_and_different() -> None:
    made = definitions(2)
    assert all(LINES <= text.count("\n") < LINES + 20 for pair in made for text in pair)
    assert len({text for pair in made for text in pair}) == 4
    assert in_one_process([made[0][1]], ".case.yaml") > 0 < in_one_process([made[1][0]], ".case")
