"""Cases in one SQLite file: the standard library's driver, no server, safe against a power cut.

The journal is kept in two tables, so that a payload value can be erased without touching the chain: `entries` holds the
headers exactly as they were hashed, `payloads` the salts and values. The snapshot stands in `cases` with the columns
that lists are made of; `timers` are replaced as a whole; `outcomes` bind keys; `artifacts` keep every artifact and
bundle that ever ran. Write-ahead logging with synchronous FULL means that an accepted command is on the disk when the
host answers. A transaction takes the write lock at once (BEGIN IMMEDIATE), so it never has to be repeated half-way.

Snapshots of hot cases are kept in memory and found again by the hash of their last entry, which stands for everything
that ever happened in them: a snapshot that another process has replaced is never taken for the present one.

`application_id` says that the file is ours, `user_version` is the number of the schema. A database is created only when
that is asked for: a mistyped path must not look like an empty store.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from casedsl_runtime.case import Case, from_json, to_json
from casedsl_runtime.commands import Arm, Send
from casedsl_runtime.journal import Entry, JournalError, canonical, read_entry
from casedsl_runtime.store import Bound, Kept, Letter, Loads, Row, StoreError, Unit, conflict

APPLICATION_ID = 0x63736C31  # "csl1"
SCHEMA = 1
PATIENCE_MS = 5_000
HOT_CASES = 1_000

TABLES = """
create table cases (
  number text primary key, version integer not null, head text not null, workflow text not null, state text not null,
  open integer not null, assignee text, score integer, band text, opened_at integer not null, next_due integer,
  snapshot text not null
) strict;
create index cases_by_assignee on cases (assignee, open);
create table entries (
  "case" text not null, n integer not null, header text not null, primary key ("case", n)
) strict, without rowid;
create table payloads (
  "case" text not null, n integer not null, payload text not null, primary key ("case", n)
) strict, without rowid;
create table timers (
  "case" text not null, due integer not null, rank integer not null, clock text not null, visit integer not null,
  rung text not null, occurrence integer not null, primary key ("case", clock, rung)
) strict, without rowid;
create index timers_by_due on timers (due, "case", rank);
create table outbox (
  id text primary key, "case" text not null, person text not null, message text not null, delivered integer not null
) strict;
create index outbox_waiting on outbox (delivered);
create table outcomes (
  "case" text not null, key text not null, request text not null, accepted integer not null, number text,
  reasons text not null, first integer not null, last integer not null, primary key ("case", key)
) strict, without rowid;
create table sequences (name text primary key, last integer not null) strict, without rowid;
create table artifacts (hash text primary key, content blob not null) strict;
create table case_types (name text primary key, workflow text not null, calendars text not null) strict, without rowid;
"""


class SqliteStore:
    """A store in a file. One connection, used by one thread at a time; several processes may share the file."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = RLock()
        self._hot: dict[str, Case] = {}

    @classmethod
    def open(cls, path: str | Path, *, patience_ms: int = PATIENCE_MS) -> SqliteStore:
        """A store that exists; raises `StoreError`."""
        place = Path(path)
        if not place.exists():
            raise StoreError(f"there is no store at {place}; create one with `SqliteStore.create_or_open`")
        return cls._connected(place, patience_ms)

    @classmethod
    def create_or_open(cls, path: str | Path, *, patience_ms: int = PATIENCE_MS) -> SqliteStore:
        """A store that exists, or a new one; raises `StoreError`."""
        place = Path(path)
        if not place.parent.is_dir():
            raise StoreError(f"there is no folder {place.parent}; create it, or name another place")
        return cls._connected(place, patience_ms)

    @classmethod
    def _connected(cls, path: Path, patience_ms: int) -> SqliteStore:
        with _errors_of(path):
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, path, patience_ms)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    def transaction(self) -> AbstractContextManager[Unit]:
        return self._within("begin immediate")

    def reading(self) -> AbstractContextManager[Unit]:
        """One consistent view; it neither waits for a writer nor keeps one waiting (write-ahead logging)."""
        return self._within("begin")

    @contextmanager
    def _within(self, begin: str) -> Iterator[Unit]:
        with self._lock, _errors_of(self._path):
            self._connection.execute(begin)
            try:
                unit = SqliteUnit(self._connection, self._hot)
                yield unit
                self._connection.execute("commit")
                self._remember(unit.saved)
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def _remember(self, saved: Mapping[str, Case]) -> None:
        """Keep what was committed at hand, and not more than there is room for."""
        if len(self._hot) + len(saved) > HOT_CASES:
            self._hot.clear()
        self._hot.update(saved)

    def close(self) -> None:
        self._connection.close()


def _prepare(connection: sqlite3.Connection, path: Path, patience_ms: int) -> None:
    """Make sure that the file is a store of ours, and create its tables when it is empty."""
    connection.execute(f"pragma busy_timeout = {int(patience_ms)}")
    application, schema = (
        connection.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if not empty and application != APPLICATION_ID:
        raise StoreError(f"{path} is the database of another program; name another file")
    if application == APPLICATION_ID and schema > SCHEMA:
        raise StoreError(
            f"{path} has store schema {schema}, this runtime knows {SCHEMA}; install a newer casedsl-runtime"
        )
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    if empty:
        _create(connection)


def _create(connection: sqlite3.Connection) -> None:
    """Create the tables, unless another process was faster."""
    connection.execute("begin immediate")
    if connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0:
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {SCHEMA}")
    connection.execute("commit")


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences with a way out."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"{path} is in use by another program; try again when it is done"
    if name.startswith("SQLITE_READONLY"):
        return f"{path} may only be read; give this user the right to write the file and its folder"
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return (
            f"{path} can't be opened; check that it is a file and that this user may read and write it and its folder"
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return f"{path} is not a database, or a damaged one; name another file or restore it from a backup"
    if name.startswith("SQLITE_FULL"):
        return f"the disk with {path} is full; make room and try again"
    return f"{path} can't be used ({name or type(error).__name__}); restore it from a backup if that goes on"


class SqliteUnit:
    """One transaction."""

    def __init__(self, connection: sqlite3.Connection, hot: dict[str, Case]) -> None:
        self._connection = connection
        self._hot = hot
        self.saved: dict[str, Case] = {}

    def _one(self, statement: str, *values: object) -> Any:
        return self._connection.execute(statement, values).fetchone()

    def _all(self, statement: str, *values: object) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def _run(self, statement: str, *values: object) -> int:
        return self._connection.execute(statement, values).rowcount

    def load(self, case: str) -> Case | None:
        found = self._one("select head from cases where number = ?", case)
        if found is None:
            return None
        hot = self._hot.get(case)
        if hot is not None and hot.head == found[0]:
            return hot
        text = self._one("select snapshot from cases where number = ?", case)[0]
        try:
            return from_json(text)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise StoreError(f"the snapshot of case {case} was damaged; restore the store from a backup") from error

    def save(self, case: Case, before: int, row: Row) -> None:
        values = (
            case.version, case.head, row.workflow, row.state, row.open, row.assignee, row.score, row.band,
            row.opened_at, row.next_due, to_json(case), case.id,
        )  # fmt: skip
        changed = self._run(_INSERT_CASE, *values) if before == 0 else self._run(_UPDATE_CASE, *values, before)
        if changed == 0:
            raise conflict(case.id)
        self.saved[case.id] = case

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._run("insert into entries values (?, ?, ?)", entry.case, entry.n, entry.header_text())
            self._run("insert into payloads values (?, ?, ?)", entry.case, entry.n, entry.payload_text())

    def history(self, case: str, after: int = 0) -> list[Entry]:
        found = self._all(
            "select header, coalesce(payload, '{}') from entries left join payloads using (\"case\", n)"
            ' where "case" = ? and n > ? order by n',
            case,
            after,
        )
        try:
            return [read_entry(header, payload) for header, payload in found]
        except JournalError as error:
            raise StoreError(f"the journal of case {case}: {error}") from error

    def arm(self, case: str, timers: Sequence[Arm]) -> None:
        self._run('delete from timers where "case" = ?', case)
        self._connection.executemany(
            "insert into timers values (?, ?, ?, ?, ?, ?, ?)",
            [(case, arm.due, arm.rank, arm.clock, arm.visit, arm.rung, arm.occurrence) for arm in timers],
        )

    def due(self, until: int) -> Iterator[tuple[str, Arm]]:
        found = self._connection.execute(
            'select "case", clock, visit, rung, occurrence, due, rank from timers where due <= ?'
            ' order by due, "case", rank',
            (until,),
        )
        return ((case, Arm(*arm)) for case, *arm in found)

    def next_due(self) -> int | None:
        found: int | None = self._one("select min(due) from timers")[0]
        return found

    def post(self, case: str, letters: Sequence[Send]) -> None:
        for letter in letters:
            self._run(
                "insert into outbox values (?, ?, ?, ?, 0) on conflict do nothing",
                letter.id, case, letter.person, canonical(letter.message),
            )  # fmt: skip

    def outbox(self) -> list[Letter]:
        found = self._all('select id, "case", person, message from outbox where delivered = 0 order by rowid')
        return [Letter(id, case, person, json.loads(message)) for id, case, person, message in found]

    def delivered(self, letter: str) -> None:
        self._run("update outbox set delivered = 1 where id = ?", letter)

    def bound(self, case: str, key: str) -> Bound | None:
        found = self._one(
            'select request, accepted, number, reasons, first, last from outcomes where "case" = ? and key = ?',
            case,
            key,
        )
        if found is None:
            return None
        request, accepted, number, reasons, first, last = found
        return Bound(request, bool(accepted), number, tuple(json.loads(reasons)), first, last)

    def bind(self, case: str, key: str, outcome: Bound) -> None:
        self._run(
            "insert into outcomes values (?, ?, ?, ?, ?, ?, ?, ?)",
            case, key, outcome.request, outcome.accepted, outcome.number, canonical(outcome.reasons), outcome.first,
            outcome.last,
        )  # fmt: skip

    def peek(self, sequence: str) -> int:
        found = self._one("select last from sequences where name = ?", sequence)
        return 1 if found is None else int(found[0]) + 1

    def take(self, sequence: str, number: int) -> None:
        self._run("insert or replace into sequences values (?, ?)", sequence, number)

    def loads(self) -> Mapping[str, int]:
        return Loads(partial(_load, self._connection))

    def rows(self, state: str | None = None, assignee: str | None = None) -> list[Row]:
        found = self._all(
            "select number, workflow, state, open, assignee, score, band, opened_at, next_due from cases"
            " where (?1 is null or state = ?1) and (?2 is null or assignee = ?2)"
            " order by score is not null, score desc, number",
            state,
            assignee,
        )
        return [Row(number, workflow, where, bool(open), *rest) for number, workflow, where, open, *rest in found]

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        for hash, content in ((workflow_hash, kept.workflow), (bundle_hash, kept.calendars)):
            self.keep_bundle(hash, content)
        self._run("insert or replace into case_types values (?, ?, ?)", name, workflow_hash, bundle_hash)

    def current(self, name: str) -> tuple[str, str] | None:
        found: tuple[str, str] | None = self._one("select workflow, calendars from case_types where name = ?", name)
        return found

    def case_types(self) -> list[str]:
        return [name for (name,) in self._all("select name from case_types order by name")]

    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        found = self._all(
            "select number from cases where open = 1 and workflow = ? and number > ? order by number limit ?",
            name,
            after,
            most,
        )
        return [number for (number,) in found]

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        self._run("insert into artifacts values (?, ?) on conflict do nothing", hash, calendars)

    def artifact(self, hash: str) -> bytes | None:
        found = self._one("select content from artifacts where hash = ?", hash)
        return None if found is None else bytes(found[0])

    def bundle(self, hash: str) -> bytes | None:
        return self.artifact(hash)


_INSERT_CASE = (
    "insert into cases"
    " (version, head, workflow, state, open, assignee, score, band, opened_at, next_due, snapshot, number)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing"
)
_UPDATE_CASE = (
    "update cases set version = ?, head = ?, workflow = ?, state = ?, open = ?, assignee = ?, score = ?, band = ?,"
    " opened_at = ?, next_due = ?, snapshot = ? where number = ? and version = ?"
)


def _load(connection: sqlite3.Connection, person: str) -> int:
    found = connection.execute("select count(*) from cases where assignee = ? and open = 1", (person,)).fetchone()
    return int(found[0])
