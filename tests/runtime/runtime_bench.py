"""How fast is it? `python tests/runtime/runtime_bench.py [folder]`: a case and five events, over and over, in memory
and on SQLite with synchronous FULL in that folder. CPU per event is the steadier figure; the loop rates the machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from casedsl_runtime import Directory, Do, Host, MemoryStore, Store
from casedsl_runtime.store.sqlite import SqliteStore
from casedsl_runtime.vocabulary import Value
from runtime_samples import ARTIFACT, CALENDARS, PEOPLE, Clock

EVENTS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("acknowledge", "kim", {"impact": 3}),
    ("ask_customer", "kim", {"question": "Which?"}),
    ("customer_replied", "pat", {}),
    ("decide", "kim", {"outcome": "upheld", "remedy": "Money", "refund": 5}),
    ("send_answer", "kim", {}),
)


def story(host: Host, cases: int) -> int:
    for i in range(cases):
        number = host.open("complaint", f"open {i}", {"summary": "It never came"}, "pat").number
        assert number is not None
        for event, person, values in EVENTS:
            assert host.submit(number, event, Do(event, values), person).accepted
    return cases * (len(EVENTS) + 1)


def measure(name: str, store: Store, cases: int) -> None:
    host = Host(store, Directory.of(PEOPLE), Clock())
    host.install(ARTIFACT, CALENDARS)
    wall, cpu = perf_counter(), process_time()
    events = story(host, cases)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    print(f"{name}: {events / wall:,.0f} events/s, {cpu / events * 1e6:.0f} µs CPU per event ({events:,} events)")


def main() -> None:
    before = process_time()
    sum(range(20_000_000))
    print(f"sum(range(20_000_000)): {process_time() - before:.2f} s")
    measure("memory", MemoryStore(), 700)
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        store = SqliteStore.create_or_open(Path(folder) / "cases.db")
        measure("SQLite, FULL", store, 400)
        store.close()


if __name__ == "__main__":
    main()
