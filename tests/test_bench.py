"""The benchmarks measure what they say: their worker really does events, in memory and on SQLite."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from casedsl_runtime import Directory, Do, Host, MemoryStore, Upkeep
from casedsl_runtime.store.sqlite import SqliteStore

from bench import events, imports, million, stores, ticket
from bench.__main__ import compiled, main, worker
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
        stores.floor_of_sqlite(base)()
        assert base.execute("select count(*) from journal").fetchone() == (1,)
        kept = json.loads(*base.execute("select snapshot from cases").fetchone())
        assert (kept["state"], kept["version"]) == ("checked", 1)


def test_the_definitions_that_are_timed_are_long_clean_and_different() -> None:
    made = definitions(2)
    assert all(LINES <= text.count("\n") < LINES + 20 for pair in made for text in pair)
    assert len({text for pair in made for text in pair}) == 4
    assert in_one_process([made[0][1]], ".case.yaml") > 0 < in_one_process([made[1][0]], ".case")


def test_a_ticket_runs_on_postgresql_and_so_does_its_floor(postgres_url: str) -> None:
    import psycopg
    from casedsl_runtime.store.postgres import PostgresStore

    store = PostgresStore.create_or_open(postgres_url)
    event = ticket.worker(store)
    for _ in range(11):
        event()
    assert len(Host(store, Directory({})).history("T-1")) == 11
    store.close()
    with psycopg.connect(postgres_url) as base:
        stores.floor_of_postgres(base)()
        assert base.execute("select n from floor_journal").fetchall() == [(1,)]


def test_a_ticket_goes_round_and_each_event_finds_its_guard_open() -> None:
    store = MemoryStore()
    event = ticket.worker(store)
    for _ in range(22):
        event()
    host = Host(store, Directory({}))
    told = [[entry.values.get("event") for entry in host.history(row.number)] for row in host.list()]
    assert told == [[None, *ticket.EVENTS]] * 2
    taken = host.load("T-2")
    assert taken is not None
    assert [list(clock.dues) for clock in taken.clocks.values()] == [["0", "1", "2"]], "a ladder of three is armed"


def test_the_machine_that_decides_alone_moves_too() -> None:
    event = events.ours()
    for _ in range(30):
        event()


def test_the_packages_to_compare_with_have_the_same_states() -> None:
    for _, peer in (each for each in events.PEERS.values() if find_spec(each[0])):
        event = peer()
        for _ in range(6):
            event()


def test_copied_cases_are_cases(tmp_path: Path) -> None:
    million.fill(tmp_path / "cases.db", 1_000)
    store = SqliteStore.open(tmp_path / "cases.db")
    upkeep = Upkeep(store, ticket.PEOPLE)
    assert list(upkeep.verify()) == []
    host = Host(store, ticket.PEOPLE, lambda: ticket.START)
    assert sum(found.open for found in host.counts()) == 1_000
    assert host.submit("T-999", "k", Do("close"), "kim").accepted
    assert host.open("ticket", "k", {}, "kim").number == "T-1001"
    store.close()


def test_a_benchmark_of_another_name_is_refused() -> None:
    with pytest.raises(SystemExit, match="there is no benchmark `speed`; there are definitions, worktime, events"):
        main(["speed"])


def test_the_runtime_is_imported_without_a_store_or_the_net() -> None:
    assert imports.loaded("from casedsl_runtime import Host, MemoryStore, Upkeep") == []
    assert imports.loaded("from casedsl_runtime.store.sqlite import SqliteStore") == ["sqlite3"]
