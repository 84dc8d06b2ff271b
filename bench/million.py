"""`./go bench million [CASES]`: whether a store of SQLite is as quick with a million open cases as with a thousand.

The cases are copies of a few hundred real ones, opened at different instants: each gets a number, and its journal the
hashes that belong to it, so that `verify` has nothing to say. The same is timed in a store of 1,000 cases.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from casedsl_runtime import Do, Fired, Host, Query
from casedsl_runtime.store.sqlite import SqliteStore

from bench.ticket import PEOPLE, START, compiled
from bench.timing import Spent

CASES, FEW, MODELS, STEPS = 1_000_000, 1_000, 400, 300
HALF_HOUR = 1800


def fill(path: Path, cases: int) -> None:
    """A store with so many open cases: each model is opened half an hour after the one before it, and copied."""
    made, now = compiled(), [START]
    with closing(SqliteStore.create_or_open(path)) as store:
        base = store._connection
        base.execute("pragma synchronous = off")
        host = Host(store, PEOPLE, lambda: now[0])
        host.install(made.artifact, made.bundle)
        models = min(MODELS, cases)
        for n in range(models):
            assert host.open("ticket", f"open {n}", {"size": n % 8 + 1}, "kim").accepted
            now[0] += HALF_HOUR
        base.execute("begin")
        numbers = count(models + 1)
        for n in range(1, models + 1):
            copies = range((cases - n) // models)
            _copy(base, f"T-{n}", [f"T-{next(numbers)}" for _ in copies])
        base.execute("update sequences set last = ?", (cases,))
        base.execute("commit")
        base.execute("pragma wal_checkpoint(truncate)")


def _copy(base: Any, model: str, numbers: list[str]) -> None:
    """Copies of a case that has one entry."""
    cursor = base.execute("select * from cases where number = ?", (model,))
    names = [column[0] for column in cursor.description]
    case: dict[str, Any] = dict(zip(names, cursor.fetchone(), strict=True))
    ((header, payload),) = base.execute('select header, payload from journal where "case" = ?', (model,))
    fields = base.execute('select field, text, number from field_values where "case" = ?', (model,)).fetchall()
    key = base.execute("select * from outcomes where number = ?", (model,)).fetchone()
    rows, entries, values, keys = [], [], [], []
    for number in numbers:
        own = header.replace(f'"case":"{model}"', f'"case":"{number}"')
        head = sha256(own.encode()).hexdigest()
        snapshot = case["snapshot"].replace(f'"id":"{model}"', f'"id":"{number}"')
        copy = {**case, "id": None, "number": number, "head": head, "snapshot": snapshot}
        rows.append([copy[name] for name in names])
        entries.append((number, 1, own, payload))
        values += [(number, *field) for field in fields]
        keys.append([number if column == model else column for column in (key[0], f"open {number}", *key[2:])])
    base.executemany(f"insert into cases values ({', '.join('?' * len(names))})", rows)
    base.executemany('insert into journal ("case", n, header, payload) values (?, ?, ?, ?)', entries)
    base.executemany("insert into field_values values (?, ?, ?, ?)", values)
    base.executemany(f"insert into outcomes values ({', '.join('?' * len(key))})", keys)


def each(works: Iterator[Callable[[], object]]) -> list[Spent]:
    """What each of these took once, in order of time on the wall."""
    spent = []
    for work in works:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        spent.append(Spent(time.process_time() - cpu, time.perf_counter() - wall))
    return sorted(spent, key=lambda one: one.wall)


def show(what: str, spent: list[Spent], parts: int = 1) -> None:
    """The half that was quicker, and the slowest but one in a hundred."""
    middle, slow = spent[len(spent) // 2], spent[len(spent) * 99 // 100]
    cpu = sorted(one.cpu for one in spent)[len(spent) // 2]
    told = (
        f"{cpu / parts * 1e6:>10.1f} µs CPU {middle.wall / parts * 1e3:>8.2f} ms, at most {slow.wall / parts * 1e3:.2f}"
    )
    print(f"    {what:<38} {told}")


def measure(path: Path, cases: int) -> None:
    with closing(SqliteStore.open(path)) as store:
        firsts = "select next_due from cases order by next_due limit ?"
        dues = [due for (due,) in store._connection.execute(firsts, (STEPS,))]
        idle = dues[0] - 1
        host = Host(store, PEOPLE, lambda: idle)
        print(f"{cases:,} open cases, {path.stat().st_size / cases:,.0f} bytes each")
        show("tick with nothing due", each(partial(host.tick, idle) for _ in range(100)))
        show("open a case", each(partial(_opened, host, n) for n in range(200)))
        far = range(max(1, cases // 200), cases + 1, max(1, cases // 200))
        show("an event in a case not at hand", each(partial(_taken, host, n) for n in far))
        show("a page of a queue, one after another", each(_pages(host, Query(team="desk", open=True), 200)))
        show("a page of all that is open, by due", each(_pages(host, Query(open=True, order="due"), 50)))
        show("how many in each queue and state", each(host.counts for _ in range(3)))
        fired: list[Fired] = []
        spent = each(iter([lambda: fired.extend(host.tick(dues[-1]))]))
        show(f"tick, for each of {len(fired):,} steps", spent, len(fired))


def _opened(host: Host, n: int) -> None:
    assert host.open("ticket", f"later {n}", {}, "kim").accepted


def _taken(host: Host, n: int) -> None:
    host.submit(f"T-{n}", "take it", Do("take"), "kim")


def _pages(host: Host, query: Query, pages: int) -> Iterator[Callable[[], object]]:
    """The first pages of a query, each of which begins where the one before it ended."""

    def page() -> None:
        nonlocal query
        query = replace(query, after=host.find(query).next)

    return (page for _ in range(pages))


def main(cases: int = CASES) -> None:
    for many in sorted({min(FEW, cases), cases}):
        with tempfile.TemporaryDirectory() as folder:
            path, begin = Path(folder) / "cases.db", time.perf_counter()
            fill(path, many)
            print(f"{many:,} cases made in {time.perf_counter() - begin:.0f} s")
            measure(path, many)
