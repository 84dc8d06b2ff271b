"""`./go bench`: how fast, as ratios to a floor measured in the same run.

Absolute figures depend on the machine and its neighbours; the ratio to a floor that does the least possible work of the
same kind depends on our code. Each figure is the best of several rounds of CPU time (process time), because other
processes only ever make a round slower.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from casedsl_runtime import Directory, Do, Host, MemoryStore, Store
from casedsl_runtime.loading import load_bundle
from casedsl_runtime.sqlite import SqliteStore
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, due, load

from bench import definitions, worktime
from casedsl import Compiled, check, compile_case
from casedsl.artifact.lock import Lock, read_lock
from casedsl.syntax.case import read_case
from casedsl.syntax.source import Source

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "complaint"
DEFINITION = str(EXAMPLE / "complaint.case")
START = int(datetime(2026, 11, 9, 10, 0, tzinfo=UTC).timestamp())
PEOPLE = Directory.of(
    {
        "kim": {"name": "Kim Okafor", "roles": ["handler"]},
        "pat": {"name": "Pat Doe", "roles": ["requester"]},
    }
)
ASKED = {"question": "Which one?"}


def best(work: Callable[[], object], rounds: int = 5, times: int = 1) -> float:
    """The least CPU seconds that one call of `work` took, over some rounds of `times` calls."""
    figures = []
    for _ in range(rounds):
        begin = time.process_time()
        for _ in range(times):
            work()
        figures.append((time.process_time() - begin) / times)
    return min(figures)


def compiled() -> Compiled:
    definition = check(DEFINITION, lambda name: Path(name).read_bytes())
    lock = read_lock((EXAMPLE / "calendars.lock").read_text("utf-8"))
    if definition.case_type is None or not isinstance(lock, Lock):
        sys.exit("the example can't be compiled")
    made = compile_case(definition.case_type, lock)
    if not isinstance(made, Compiled):
        sys.exit("; ".join(made))
    return made


def worker(store: Store, made: Compiled) -> Callable[[], object]:
    """A function that does one event: a case is opened, then the customer is asked and replies, five times."""
    ticks, keys, salts = count(START), (f"k{n}" for n in count()), count()
    host = Host(store, PEOPLE, lambda: next(ticks), lambda: next(salts).to_bytes(16, "big"))
    host.install(made.artifact, made.bundle)
    turns, number = count(), ""

    def event() -> None:
        nonlocal number
        turn = next(turns) % 11
        if turn == 0:
            values = {"summary": "It never came", "category": "delivery"}
            outcome = host.open("complaint", next(keys), values, "pat")
            number = outcome.number or ""
        else:
            command = Do("ask_customer", ASKED) if turn % 2 else Do("customer_replied")
            outcome = host.submit(number, next(keys), command, "kim" if turn % 2 else "pat")
        assert outcome.accepted, outcome.reasons

    return event


def floor_of_sqlite(base: sqlite3.Connection) -> Callable[[], object]:
    """The least that a durable event needs: a journal row and an update of the case, one transaction, one fsync."""
    base.isolation_level = None
    base.executescript("pragma journal_mode=wal; pragma synchronous=full;")
    base.execute("create table journal (n integer primary key, entry text)")
    base.execute("create table cases (id text primary key, version integer, snapshot text)")
    base.execute("insert into cases values ('c', 0, '{}')")
    entry, snapshot = json.dumps({"event": "ask_customer", "at": START}), json.dumps({"state": "new", "fields": ASKED})
    numbers = count(1)

    def event() -> None:
        base.execute("begin immediate")
        base.execute("insert into journal (entry) values (?)", (entry,))
        base.execute("update cases set version = ?, snapshot = ? where id = 'c'", (next(numbers), snapshot))
        base.execute("commit")

    return event


def show(what: str, seconds: float, floor: float, of: str) -> None:
    print(f"{what:<34} {seconds * 1e6:>10.1f} µs CPU   {seconds / floor:>6.1f} x {of} ({floor * 1e6:.1f} µs)")


def main() -> None:
    made = compiled()
    text = Path(DEFINITION).read_text("utf-8")
    parse = best(lambda: read_case(Source(DEFINITION, text)))
    show(
        "check the example",
        best(lambda: check(DEFINITION, lambda name: Path(name).read_bytes())),
        parse,
        "one reading of it",
    )

    calendars = load(load_bundle(made.bundle).bundle)
    goal, stretches = Duration(16, "working", "hour"), [Stretch(START, None, "office")]
    add = best(lambda: START + 16 * 3600, times=100_000)
    counted = best(lambda: due(calendars, stretches, goal, START), times=5_000)
    show("due after 16 working hours", counted, add, "adding seconds")

    memory = best(worker(MemoryStore(), made), times=300)
    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(f"{folder}/floor.db")) as base:
            floor = best(floor_of_sqlite(base), times=300)
        store = SqliteStore.create_or_open(f"{folder}/cases.db")
        durable = best(worker(store, made), times=300)
        store.close()
    show("an event, in memory", memory, floor, "two rows in SQLite")
    show("an event, on SQLite", durable, floor, "two rows in SQLite")
    worktime.main(best)
    definitions.main()


if __name__ == "__main__":
    main()
