"""Three stores that are to be one: what makes them, and a way into each that knows nothing of our code."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedsl_runtime import Directory, Entry, MemoryStore, Store, Upkeep
from casedsl_runtime.store.sqlite import SqliteStore
from runtime_samples import PEOPLE, Clock, seeded

KINDS = ("memory", "sqlite", "postgres")
SQL_KINDS = ("sqlite", "postgres")
TABLES = (
    "cases", "journal", "outcomes", "outbox", "sequences", "artifacts", "case_types", "people", "field_values", "texts",
    "anchors",
)  # fmt: skip


@dataclass
class Place:
    """Where a store of SQL is: a file, or a URL."""

    kind: str
    at: str

    def create(self) -> Store:
        if self.kind == "sqlite":
            return SqliteStore.create_or_open(self.at)
        from casedsl_runtime.store.postgres import PostgresStore

        return PostgresStore.create_or_open(self.at)

    def open(self) -> Store:
        """The store anew, as another process would see it."""
        if self.kind == "sqlite":
            return SqliteStore.open(self.at)
        from casedsl_runtime.store.postgres import PostgresStore

        return PostgresStore.open(self.at)

    @contextmanager
    def raw(self) -> Iterator[Callable[..., list[Any]]]:
        """Plain SQL with `?`, in one transaction."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.at)) as connection, connection:
                yield lambda statement, *values: connection.execute(statement, values).fetchall()
            return
        import psycopg

        with psycopg.connect(self.at) as server:

            def run(statement: str, *values: object) -> list[Any]:
                done = server.execute(statement.replace("?", "%s").encode(), values)
                return done.fetchall() if done.description else []

            yield run

    def sql(self, statement: str, *values: object) -> list[Any]:
        with self.raw() as run:
            return run(statement, *values)

    def problems(self, case: str | None = None) -> list[tuple[str, str]]:
        """What a process that comes anew finds wrong."""
        store = self.open()
        try:
            return list(Upkeep(store, Directory.of(PEOPLE)).verify(case))
        finally:
            store.close()

    def everything(self) -> str:
        """All that a person with the rights to it can read, as one text."""
        with self.raw() as run:
            return "\n".join(repr(row) for table in TABLES for row in run(f"select * from {table}"))


def memory_or(place: Place | None) -> Store:
    return MemoryStore() if place is None else place.create()


def sqlite_place(folder: Path, name: str = "cases.db") -> Place:
    return Place("sqlite", str(folder / name))


def upkeep_of(store: Store, clock: Clock | None = None, people: Mapping[str, Any] = PEOPLE) -> Upkeep:
    return Upkeep(store, Directory.of(people), clock, seeded(99))


def texts(entries: list[Entry]) -> list[str]:
    return [entry.header + entry.body for entry in entries]
