"""Cases in one SQLite file: the standard library's driver, no server, safe against a power cut.

Write-ahead logging with synchronous FULL means that an accepted command is on the disk when the host answers. A
transaction takes the write lock at once (BEGIN IMMEDIATE), so it never has to be repeated half-way, and several
processes on one machine may share a file. What is erased is overwritten (secure_delete).

`application_id` says that the file is ours. A database is created only when that is asked for: a mistyped path must not
look like an empty store.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, ClassVar

from casedsl_runtime.store import Anchor, Bound, Entered, Held, NoStore, StoreError, Unit, conflict
from casedsl_runtime.store.base import Base
from casedsl_runtime.store.migrations import STEPS, TABLE_OF_STEPS, Step, missing
from casedsl_runtime.store.sql import HOT_CASES, SqlUnit

APPLICATION_ID = 0x63736C31  # "csl1"
PATIENCE_MS = 5_000
PAGES_IN_LOG = 4_000
"""How long the log grows before it is merged, some 400 commands: a page that many of them change is merged once."""


class SqliteStore:
    """A store in a file. One connection, used by one thread at a time; several processes may share the file."""

    steps: ClassVar[Sequence[Step]] = STEPS

    def __init__(
        self, connection: sqlite3.Connection, path: Path, clock: Callable[[], float], patience_ms: int
    ) -> None:
        self._connection = connection
        self._path = path
        self._patience_ms = patience_ms
        self._unpurged = False
        self._clock = clock
        self._lock = RLock()
        self._hot: dict[str, Held] = {}
        self._marked: set[str] = set()

    @classmethod
    def open(
        cls, path: str | Path, *, patience_ms: int = PATIENCE_MS, clock: Callable[[], float] = time.time
    ) -> SqliteStore:
        """A store that exists; raises `StoreError`."""
        place = Path(path)
        if not place.exists():
            raise NoStore(f"there is no store at {place}; create one with `SqliteStore.create_or_open`")
        return cls._connected(place, patience_ms, clock)

    @classmethod
    def create_or_open(
        cls, path: str | Path, *, patience_ms: int = PATIENCE_MS, clock: Callable[[], float] = time.time
    ) -> SqliteStore:
        """A store that exists, or a new one; raises `StoreError`."""
        place = Path(path)
        if not place.parent.is_dir():
            raise StoreError(f"there is no folder {place.parent}; create it, or name another place")
        return cls._connected(place, patience_ms, clock)

    @classmethod
    def _connected(cls, path: Path, patience_ms: int, clock: Callable[[], float]) -> SqliteStore:
        with _errors_of(path):
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, path, patience_ms, cls.steps)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path, clock, int(patience_ms))

    def transaction(self) -> AbstractContextManager[Unit]:
        return self._within("begin immediate")

    def reading(self) -> AbstractContextManager[Unit]:
        """One consistent view; it neither waits for a writer nor keeps one waiting (write-ahead logging)."""
        return self._within("begin")

    @contextmanager
    def _within(self, begin: str) -> Iterator[Unit]:
        execute, base = self._connection.execute, SqliteBase(self._connection, self._clock)
        unit = SqliteUnit(base, self._hot, self._marked)
        with self._lock:
            try:
                execute(begin)
                yield unit
                unit.finish()
                execute("commit")
                self._remember(unit)
                if base.purges or self._unpurged:
                    self._empty_log(wait=base.purges)
            except BaseException as error:
                if self._connection.in_transaction:
                    with _errors_of(self._path):
                        execute("rollback")
                if unit.guessed is not None:
                    self._hot.pop(unit.guessed, None)
                    if isinstance(error, sqlite3.IntegrityError):
                        raise conflict(unit.guessed) from error
                if isinstance(error, sqlite3.Error):
                    raise StoreError(_sentence(self._path, error)) from error
                raise

    def _empty_log(self, *, wait: bool) -> None:
        """Empty the log of what was erased. Somebody who reads on can be in the way: then it is tried again, without
        waiting for them, after each later transaction."""
        if not wait:
            self._connection.execute("pragma busy_timeout = 0")
        [(busy, *_)] = self._connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        self._connection.execute(f"pragma busy_timeout = {self._patience_ms}")
        self._unpurged = bool(busy)

    def _remember(self, unit: SqliteUnit) -> None:
        """Keep what was committed at hand, and not more than there is room for."""
        if len(self._hot) + len(unit.saved) > HOT_CASES:
            self._hot.clear()
            self._marked.clear()
        if unit.anchored:
            self._marked.clear()
        self._hot.update(unit.saved)
        self._marked.update(unit.saved)

    def backup(self, to: str | Path) -> None:
        """A copy of the store as it stands, also while others write; raises `StoreError`."""
        place = Path(to)
        if place.exists():
            raise StoreError(f"{place} is there already; name a file that isn't")
        with self._lock, _errors_of(place):
            copy = sqlite3.connect(place)
            try:
                self._connection.backup(copy)
            except BaseException:
                copy.close()
                place.unlink(missing_ok=True)  # half a copy must not look like one
                raise
            copy.close()

    def close(self) -> None:
        self._connection.close()


class SqliteUnit(SqlUnit):
    """A transaction that trusts what it remembers of a case that was committed here and marked as changed. Nobody else
    writes meanwhile, so it is early enough to find out when the case is written that it stands otherwise, and when the
    key is bound that it is taken; then all of it is tried again, and asks first."""

    def __init__(self, base: Base, hot: Mapping[str, Held], marked: Set[str]) -> None:
        super().__init__(base, hot, holds=True)
        self._marked = marked
        self.guessed: str | None = None
        self.anchored = False

    def enter(self, case: str | None, scope: str, key: str) -> Entered:
        held = None if case is None or case not in self._marked else self._hot.get(case)
        _, now = self._base.now()
        if case is None or held is None or now is None:
            return super().enter(case, scope, key)
        self.guessed = case
        self._heads[case] = held.head
        self._changed.add(case)
        return Entered(held, None, now)

    def bind_apart(self, scope: str, key: str, outcome: Bound) -> None:
        if self.guessed is not None and super().enter(self.guessed, scope, key).bound is not None:
            raise conflict(self.guessed)
        super().bind_apart(scope, key, outcome)

    def anchor(self, anchor: Anchor, heads: Sequence[tuple[str, int, str]]) -> None:
        super().anchor(anchor, heads)
        self.anchored = True

    def finish(self) -> None:
        """And find out whether a case that was trusted, and not written, stands as it was remembered."""
        super().finish()
        if self.guessed is not None and self.guessed not in self.saved:
            found = self.load(self.guessed)
            if found is None or found != self._hot.get(self.guessed):
                raise conflict(self.guessed)


class SqliteBase:
    """What is SQLite's own. The whole file is locked by whoever writes, so no row needs to be."""

    lock = ""
    skip = ""
    alone = True

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._clock = clock
        self._rows: tuple[str, dict[int, int]] = "", {}
        self.purges = False

    def now(self) -> tuple[str, int | None]:
        return "", int(self._clock())

    def told(self, instant: Any) -> int:
        return int(instant)

    def run(self, statement: str, *values: object) -> None:
        self._execute(statement, values)

    def change(self, statement: str, *values: object) -> bool:
        return self._execute(statement, values).rowcount > 0

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._connection.executemany(statement, rows)

    def all(self, statement: str, *values: object) -> list[Any]:
        try:
            return self._execute(statement, values).fetchall()
        except sqlite3.OperationalError as error:
            raise _unreadable(error) from error

    def ask(self, questions: Sequence[tuple[str, tuple[object, ...]]]) -> list[Any]:
        try:
            return [self._execute(statement, values).fetchone() for statement, values in questions]
        except sqlite3.OperationalError as error:
            raise _unreadable(error) from error

    def rewrite(self, case: str, n: int, payload: str) -> None:
        """By the number of its row: no index has the numbers of entries, so those of a case are looked up once."""
        if self._rows[0] != case or n not in self._rows[1]:
            self._rows = case, dict(self._execute('select n, rowid from journal where "case" = ?', (case,)))
        self._execute("update journal set payload = ? where rowid = ?", (payload, self._rows[1][n]))

    def write_words(self, case: str, words: tuple[str, ...]) -> None:
        (id,) = self._execute("select id from cases where number = ?", (case,)).fetchone()
        self._execute("delete from texts where rowid = ?", (id,))
        if words:
            self._execute("insert into texts (rowid, words) values (?, ?)", (id, " ".join(words)))

    def words_of(self, case: str) -> list[str]:
        found = self._execute(f"{_WORDS} where number = ?", (case,)).fetchall()
        return [word for _, words in found for word in words.split()]

    def all_words(self, after: str, limit: int) -> list[tuple[str, str]]:
        return self._execute(f"{_WORDS} where number > ? order by number limit ?", (after, limit)).fetchall()

    def having_words(self, parts: Sequence[str]) -> tuple[str, object]:
        return "id in (select rowid from texts where texts match ?)", " ".join(f'"{part}"*' for part in parts)

    def purge(self) -> None:
        """Merge the index of words, so that what was deleted from it is gone; the log is emptied after the commit."""
        self._execute("insert into texts (texts) values ('optimize')")
        self.purges = True


_WORDS = "select number, words from cases join texts on texts.rowid = cases.id"


def _unreadable(error: sqlite3.OperationalError) -> Exception:
    """Bytes that are no text were never written by us; SQLite's own words for it would show them."""
    if "decode to UTF-8" in str(error):
        return StoreError("a text is not as it was written; restore the store from a backup")
    return error


def _prepare(connection: sqlite3.Connection, path: Path, patience_ms: int, steps: Sequence[Step]) -> None:
    """Make sure that the file is a store of ours, and bring its tables up to date."""
    connection.execute(f"pragma busy_timeout = {int(patience_ms)}")
    application = connection.execute("pragma application_id").fetchone()[0]
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if not empty and application != APPLICATION_ID:
        raise StoreError(f"{path} is the database of another program; name another file")
    if empty:
        connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma wal_autocheckpoint = {PAGES_IN_LOG}")
    connection.execute("pragma secure_delete = on")
    if empty or list(_missing(connection, path, steps)):
        _migrate(connection, path, steps)


def _missing(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> Iterator[Step]:
    known = connection.execute("select count(*) from sqlite_master where name = 'migrations'").fetchone()[0]
    taken = connection.execute("select n, digest from migrations order by n").fetchall() if known else []
    if not known and connection.execute("select count(*) from sqlite_master").fetchone()[0]:
        raise StoreError(f"{path} was made by an early casedsl-runtime that kept no record of its tables; run that one")
    try:
        yield from missing("sqlite", taken, steps)
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error


def _migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> None:
    """Take the steps that are missing, in one transaction; another process may have been faster."""
    connection.execute("begin immediate")
    try:
        if connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0:
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            due = list(missing("sqlite", [], steps))
            connection.execute(TABLE_OF_STEPS["sqlite"])
        else:
            due = list(_missing(connection, path, steps))
        for step in due:
            for statement in step.statements["sqlite"]:
                connection.execute(statement)
            connection.execute("insert into migrations values (?, ?, ?)", (step.n, step.title, step.digest("sqlite")))
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


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
    if name.startswith("SQLITE_IOERR"):
        return f"{path} can't be read or written ({name}); look at its disk, the room there and what this user may use"
    if name.startswith("SQLITE_FULL"):
        return f"the disk with {path} is full; make room and try again"
    return f"{path} can't be used ({name or type(error).__name__}); restore it from a backup if that goes on"
