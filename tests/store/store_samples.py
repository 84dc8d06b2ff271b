"""A store with the newest tables, as SQL: `python tests/store/store_samples.py FOLDER [URL of an empty schema]`.

A sample is written once, when a schema is new, and is then never changed: whatever comes later must read it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from casedsl_runtime import Store
from casedsl_runtime.store.migrations import STEPS, TABLE_OF_STEPS
from runtime_samples import Desk
from store_world import TABLES, Place, sqlite_place, upkeep_of

FOLDER = Path(__file__).parent / "samples"
KINDS = {"bytea": "bytea", "tsvector": "tsvector"}


def busy(store: Store) -> Desk:
    """A desk with a bit of everything: cases of all sorts, refused keys, messages in every state, anchors, erasures."""
    desk = Desk(store)
    numbers = [desk.open(summary=f"Größe {n}: «naïve» 何が 🙂 'quoted' \\ \"twice\"") for n in range(6)]
    for n, case in enumerate(numbers[:4]):
        desk.do(case, "kim", "acknowledge", impact=n + 1)
    desk.do(numbers[0], "kim", "decide", outcome="rejected")
    desk.do(numbers[1], "kim", "ask_customer", question="Où ça?")
    desk.do(numbers[2], "pat", "withdraw", note="Never mind")
    desk.refuses(numbers[3], "kim", "approve")
    desk.host.open("complaint", "refused", {}, "nobody")
    desk.tick("2026-03-05 12:00")
    first, second, third, *_ = desk.host.claim(60, 20)
    desk.host.delivered(first.id)
    desk.host.retry(second.id, 900, "the receiver is busy")
    desk.host.put_aside(third.id, "the receiver said 410")
    upkeep = upkeep_of(store, desk.clock)
    upkeep.anchor()
    assert upkeep.erase_fields(numbers[5], ["summary"], "sue", "GDPR art. 17(1)(a)").accepted
    assert upkeep.erase_case(numbers[2], "sue", "kept for 6 years").accepted
    return desk


def dump(place: Place) -> Iterator[str]:
    """The statements that make this store anew."""
    for step in STEPS:
        statements = step.statements[place.kind]
        yield from ((TABLE_OF_STEPS[place.kind], *statements) if step.n == 1 else statements)
        yield f"insert into migrations values ({step.n}, '{step.title}', '{step.digest(place.kind)}')"
    for table in TABLES:
        columns = [(name, kind) for name, kind in _columns(place, table)]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        shown = " || ', ' || ".join(_quoted(place, name, kind) for name, kind in columns)
        own = " overriding system value" if place.kind == "postgres" and columns[0][0] in ("id", "place") else ""
        for (values,) in place.sql(f"select {shown} from {table} order by 1"):
            yield f"insert into {table} ({names}){own} values ({values})"
    if place.kind == "postgres":
        for table, key in (("cases", "id"), ("outbox", "place")):
            yield f"select setval(pg_get_serial_sequence('{table}', '{key}'), (select max({key}) from {table}))"


def _columns(place: Place, table: str) -> list[tuple[str, str]]:
    if place.kind == "sqlite":
        found = [(row[1], "") for row in place.sql(f"pragma table_info({table})")]
        return [("rowid", ""), *found] if table == "texts" else found
    return [
        (name, kind)
        for name, kind in place.sql(
            "select attname, format_type(atttypid, null) from pg_attribute"
            " where attrelid = to_regclass(?) and attnum > 0 order by attnum",
            table,
        )
    ]


def _quoted(place: Place, name: str, kind: str) -> str:
    if place.kind == "sqlite":
        return f'quote("{name}")'
    if kind == "bytea":
        return f"quote_literal(encode(\"{name}\", 'escape')) || '::bytea'"
    return f'quote_nullable("{name}"::text)'


def load(place: Place, statements: str) -> None:
    """A store from its statements, as any client of the database would make it."""
    if place.kind == "sqlite":
        import sqlite3

        with closing(sqlite3.connect(place.at, isolation_level=None)) as connection:
            connection.executescript(f"pragma application_id = 0x63736C31; pragma journal_mode = wal;\n{statements}")
        return
    import psycopg

    with psycopg.connect(place.at) as connection:
        connection.execute(statements.encode())


def main(folder: Path, url: str | None) -> None:
    places = [sqlite_place(folder), *([] if url is None else [Place("postgres", url)])]
    for place in places:
        with closing(place.create()) as store:
            busy(store)
        text = "".join(f"{statement};\n" for statement in dump(place))
        (FOLDER / f"schema_{STEPS[-1].n}.{place.kind}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
