"""`./go bench [WHAT]`: how fast, as ratios to a floor measured in the same run.

    definitions   how fast they are checked, against peers that only look at YAML
    checks        how long all rules take, also on the worst; only when asked for, it takes minutes
    worktime      how fast working time is added, against two packages
    events        an event in memory, against four packages
    stores        an event that is kept, against floors written by hand
    imports       what it costs to import the runtime
    maps          how good the pictures are, against ELK, Graphviz and Mermaid; only when asked for, it takes minutes
    peers         which defects other tools see; only when asked for, it takes minutes and npm
    million       a store with a million open cases; only when asked for, as it takes minutes and some gigabytes

Absolute figures depend on the machine and its neighbours; the ratio to a floor that does the least possible work of the
same kind depends on our code. Each figure is the best of several rounds of CPU time (`timing.py`).
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

from casedsl_runtime import Directory, Do, Host, MemoryStore, Store
from casedsl_runtime.loading import load_bundle
from casedsl_runtime.store.sqlite import SqliteStore
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, due, load

from bench import checks, definitions, events, imports, million, stores, worktime
from bench.timing import best
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
    ticks, keys = count(START), (f"k{n}" for n in count())
    host = Host(store, PEOPLE, lambda: next(ticks), Random(1).randbytes)
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


def show(what: str, seconds: float, floor: float, of: str) -> None:
    print(f"{what:<34} {seconds * 1e6:>10.1f} µs CPU   {seconds / floor:>6.1f} x {of} ({floor * 1e6:.1f} µs)")


def example() -> None:
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
    complaint_events(made)


def complaint_events(made: Compiled) -> None:
    """The example's own events: forms, a priority, a promise with a ladder, an assignment, messages."""
    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(f"{folder}/floor.db")) as base:
            floor = best(stores.floor_of_sqlite(base), times=300)
        memory = best(worker(MemoryStore(), made), times=300)
        store = SqliteStore.create_or_open(f"{folder}/cases.db")
        durable = best(worker(store, made), times=300)
        store.close()
    show("a complaint's event, in memory", memory, floor, "two rows in SQLite")
    show("a complaint's event, on SQLite", durable, floor, "two rows in SQLite")


PARTS: dict[str, Callable[[], None]] = {
    "definitions": definitions.main,
    "worktime": lambda: worktime.main(best),
    "events": events.main,
    "stores": stores.main,
    "imports": imports.main,
    "checks": checks.report,
}


def maps_of(words: list[str]) -> None:
    from bench import maps  # it brings the whole compiler, and what measures pictures

    maps.main(words)


def peers_of(words: list[str]) -> None:
    from bench import peers

    peers.main(words)


def main(words: list[str]) -> None:
    if words[:1] == ["million"]:
        million.main(*map(int, words[1:2]))
    elif words[:1] == ["maps"]:
        maps_of(words[1:])
    elif words[:1] == ["peers"]:
        peers_of(words[1:])
    elif words and words[0] in PARTS:
        PARTS[words[0]]()
    elif words:
        sys.exit(f"there is no benchmark `{words[0]}`; there are {', '.join(PARTS)}, maps, peers and million")
    else:
        example()
        for part in (part for part in PARTS.values() if part is not checks.report):
            part()


if __name__ == "__main__":
    main(sys.argv[1:])
