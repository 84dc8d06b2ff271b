"""Cases in PostgreSQL, for many hosts on one store (extra `postgres`: psycopg 3). Tried with PostgreSQL 13 to 18.

The row of a case is the only lock: a command takes hold of it first and reads it then, so commands on one case are one
at a time and those on others don't wait. What time does next, and what is to be delivered next, is claimed row by row,
passing over what another host works on. Statements travel in a pipeline: a command is two round trips, one that takes
hold and reads, one that writes and commits.

The time of all hosts is the server's, unless a clock is given (for tests and simulation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from threading import Lock
from time import monotonic
from typing import Any, ClassVar, NamedTuple

import psycopg
from psycopg import errors

from casedsl_runtime.store import Conflict, Entered, Held, Kept, NoStore, StoreError, Unit, conflict
from casedsl_runtime.store.migrations import STEPS, TABLE_OF_STEPS, Step, missing
from casedsl_runtime.store.sql import HOT_CASES, SqlUnit

_NOW = "extract(epoch from clock_timestamp())"
_FOREIGN = "this database has tables of another program; name a database, or a schema, for the store alone"
_MIGRATING = 0x63736C31
"""The advisory lock of whoever changes the tables."""
_FASTER = (
    errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected, errors.DivisionByZero,
)  # fmt: skip
"""What a transaction fails with where somebody else was faster; the last is what `change` makes of a count of none."""
_STILL_CURRENT = "select 1 from case_types where name = ? and workflow = ? and calendars = ?"
_OPENED = "somebody else opened a case in between; try again"
_WORDS = "tsvector_to_array(words)"
_TABLES = "journal, cases, outbox, outcomes, texts, people, field_values"
"""What is vacuumed after an erasure: the rows that held it are given up. Their bytes stay in the write-ahead log until
that is recycled, and in a page until it is written over."""


class PostgresStore:
    """A store in a database. Threads may share it: each transaction has a connection of its own."""

    steps: ClassVar[Sequence[Step]] = STEPS

    def __init__(self, url: str, clock: Callable[[], float] | None) -> None:
        self._url = url
        self._clock = clock
        self._lock = Lock()
        self._idle: list[psycopg.Connection[Any]] = []
        self._hot: dict[str, Held] = {}
        self._ticking = Ticking()
        self._openings = Openings()

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], float] | None = None) -> PostgresStore:
        """A store that exists, at a URL or connection string of libpq; raises `StoreError`."""
        store = cls(url, clock)
        with store._connected() as connection:
            if not _is_store(connection):
                raise NoStore("there is no store in this database; create one with `PostgresStore.create_or_open`")
            _migrate(connection, cls.steps)
        return store

    @classmethod
    def create_or_open(cls, url: str, *, clock: Callable[[], float] | None = None) -> PostgresStore:
        """A store that exists, or a new one in a database that does; raises `StoreError`."""
        store = cls(url, clock)
        with store._connected() as connection:
            _migrate(connection, cls.steps)
        return store

    def transaction(self) -> AbstractContextManager[Unit]:
        return self._within(holds=True)

    def reading(self) -> AbstractContextManager[Unit]:
        return self._within(holds=False)

    @contextmanager
    def _within(self, *, holds: bool) -> Iterator[Unit]:
        with self._connected() as connection:
            base = PostgresBase(connection, self._clock, self._ticking)
            unit = PostgresUnit(base, self._hot, self._openings) if holds else SqlUnit(base, self._hot, holds=False)
            try:
                with base.within("begin" if holds else "begin isolation level repeatable read, read only"):
                    yield unit
                    unit.finish()
            except BaseException:
                if base.guess is not None:
                    self._forget(base.guess)
                raise
            self._remember(unit)
            if base.purges:
                connection.execute(f"vacuum {_TABLES}")

    def _remember(self, unit: SqlUnit) -> None:
        """Keep what was committed at hand, and not more than there is room for."""
        with self._lock:
            if unit.saved:
                if len(self._hot) + len(unit.saved) > HOT_CASES:
                    self._hot.clear()
                self._hot.update(unit.saved)
            if isinstance(unit, PostgresUnit):
                self._openings.remember(unit.types, unit.taken)

    def _forget(self, guess: Guess) -> None:
        with self._lock:
            if guess.case is None:
                self._openings.forget()
            else:
                self._hot.pop(guess.case, None)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection for one transaction; one that failed is not used again. Errors as sentences with a way out."""
        connection: psycopg.Connection[Any] | None = None
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or _connect(self._url)
            yield connection
            with self._lock:
                self._idle.append(connection)
        except BaseException as error:
            if connection is not None:
                if connection.broken:  # the others were most likely lost with it
                    self.close()
                connection.close()
            if isinstance(error, psycopg.Error):
                raise _spoken(error) from error
            raise

    def close(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().close()


class PostgresUnit(SqlUnit):
    """A transaction that trusts what it remembers until it is told otherwise."""

    _base: PostgresBase

    def __init__(self, base: PostgresBase, hot: Mapping[str, Held], openings: Openings) -> None:
        super().__init__(base, hot, holds=True)
        self._openings = openings
        self.types: dict[str, tuple[str, str]] = {}
        self.taken: dict[str, int] = {}

    def enter(self, case: str | None, scope: str, key: str) -> Entered:
        """A case that is at hand is taken as it was committed here, without asking, and so is what an opening needs to
        know. Whether it still stands so is looked up before anything else is asked, and else proves true or not as it
        is written."""
        held, now = None if case is None else self._hot.get(case), self._base.guessed()
        if now is None or (held is None and (case is not None or not self._openings.types)):
            return super().enter(case, scope, key)
        if case is not None and held is not None:
            self._heads[case] = held.head
        self._base.guess = Guess(case, lambda: super(PostgresUnit, self).enter(case, scope, key), held, now)
        return Entered(held, None, now)

    def current(self, name: str) -> tuple[str, str] | None:
        known = self._openings.types.get(name) if self._base.guesses() else None
        if known is not None:
            self._base.change(_STILL_CURRENT, name, *known)
            return known
        found = super().current(name)
        if found is not None:
            self.types[name] = found
        return found

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        super().keep(name, workflow_hash, bundle_hash, kept)
        self._openings.types.pop(name, None)

    def peek(self, sequence: str) -> int:
        last = self._openings.last.get(sequence) if self._base.guesses() else None
        if last is None or self._base.guess is None:
            return super().peek(sequence)
        self._base.guess.trusted.append(lambda: super(PostgresUnit, self).peek(sequence) == last + 1)
        return last + 1

    def take(self, sequence: str, number: int) -> None:
        super().take(sequence, number)
        self.taken[sequence] = number


class Openings:
    """What an opening needs to know, as it was here last: the hashes that case types use, and the last numbers of
    sequences in which nobody else counts: those that gave two numbers here, one after the other."""

    def __init__(self) -> None:
        self.types: dict[str, tuple[str, str]] = {}
        self.last: dict[str, int] = {}
        self._taken: dict[str, int] = {}

    def remember(self, types: Mapping[str, tuple[str, str]], taken: Mapping[str, int]) -> None:
        self.types.update(types)
        for sequence, number in taken.items():
            if self._taken.get(sequence) == number - 1:
                self.last[sequence] = number
            else:
                self.last.pop(sequence, None)
            self._taken[sequence] = number

    def forget(self) -> None:
        self.types.clear()
        self.last.clear()


@dataclass(frozen=True, slots=True)
class Guess:
    """What was taken for true: that a case stands as `held`, or for an opening what is `trusted`; that it is `now`; and
    how to find out. That the key is free needs no question: the table of keys takes none twice."""

    case: str | None
    ask: Callable[[], Entered]
    held: Held | None
    now: int
    trusted: list[Callable[[], bool]] = field(default_factory=list)

    def check(self) -> None:
        found = self.ask()
        if found.held != self.held or found.now < self.now or not all(holds() for holds in self.trusted):
            raise conflict(self.case) if self.case is not None else Conflict(_OPENED)


class Write(NamedTuple):
    """A statement that changes something, or a question that must have an answer; `must`: it fails where it touches no
    row."""

    statement: str
    must: bool


class PostgresBase:
    """What is PostgreSQL's own.

    Statements that write are kept back until something is asked, one of them is of a table that another one writes
    already, or the transaction ends; then they travel as one. Where nothing was asked at all, that one statement is the
    whole transaction: a single round trip.
    """

    lock = " for update"
    skip = " for update skip locked"
    alone = False

    def __init__(
        self, connection: psycopg.Connection[Any], clock: Callable[[], float] | None, ticking: Ticking
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._ticking = ticking
        self._begun = ExitStack()
        self._asked = False
        self._kept: list[tuple[Write, tuple[object, ...]]] = []
        self.guess: Guess | None = None
        self.purges = False

    def now(self) -> tuple[str, int | None]:
        return _NOW, None if self._clock is None else int(self._clock())

    def told(self, instant: Any) -> int:
        return self._ticking.told(instant)

    def guessed(self) -> int | None:
        """The present instant without asking, if that can be told and nothing was done yet."""
        if self._asked or self._kept:
            return None
        return self._ticking.guessed() if self._clock is None else int(self._clock())

    def guesses(self) -> bool:
        """Whether this transaction still goes by what is remembered."""
        return self.guess is not None and not self._asked

    # --- a transaction

    @contextmanager
    def within(self, begin: str) -> Iterator[None]:
        self._begin = begin
        with self._begun:
            yield
            self._commit()

    def _commit(self) -> None:
        sure = self.guess is None or any(write.must for write, _ in self._kept)
        if self._asked or not sure:
            self._send()
            self._connection.execute("commit")
        elif self._kept:
            self._send_kept(None if self.guess is None or self._clock is not None else self.guess.now)

    def _send(self) -> None:
        """Begin the transaction if it hasn't begun, and send what was kept back."""
        if not self._asked:
            self._asked = True
            self._begun.enter_context(self._connection.pipeline())
            self._connection.execute(self._begin)
            if self.guess is not None:
                kept, self._kept = self._kept, []
                self.guess.check()
                self._kept = kept
        if self._kept:
            self._send_kept(None)

    def _send_kept(self, not_before: int | None) -> None:
        writes, values = zip(*self._kept, strict=True)
        self._kept.clear()
        late = () if not_before is None else (not_before,)
        self._connection.execute(_together(writes, bool(late)), [*chain(*values), *late])

    # --- statements

    def run(self, statement: str, *values: object) -> None:
        self._keep(Write(statement, False), values)

    def change(self, statement: str, *values: object) -> bool:
        """Nobody waits for a count of rows, so a count of none is made an error."""
        self._keep(Write(statement, True), values)
        return True

    def _keep(self, write: Write, values: tuple[object, ...]) -> None:
        table = _table(write.statement)
        if any(_table(other.statement) == table for other, _ in self._kept):
            self._send()
        self._kept.append((write, values))

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._send()
        with self._connection.cursor() as cursor:
            cursor.executemany(_marked(statement), rows)

    def all(self, statement: str, *values: object) -> list[Any]:
        self._send()
        return self._connection.execute(_marked(statement), values).fetchall()

    def ask(self, questions: Sequence[tuple[str, tuple[object, ...]]]) -> list[Any]:
        self._send()
        cursors = [self._connection.execute(_marked(statement), values) for statement, values in questions]
        return [cursor.fetchone() for cursor in cursors]

    def rewrite(self, case: str, n: int, payload: str) -> None:
        self.run('update journal set payload = ? where "case" = ? and n = ?', payload, case, n)

    def write_words(self, case: str, words: tuple[str, ...]) -> None:
        if not words:
            self.run('delete from texts where "case" = ?', case)
            return
        self.run(
            'insert into texts values (?, array_to_tsvector(?::text[])) on conflict ("case") do update set'
            " words = excluded.words",
            case, list(words),
        )  # fmt: skip

    def words_of(self, case: str) -> list[str]:
        found = self.all(f'select {_WORDS} from texts where "case" = ?', case)
        return [word for (words,) in found for word in sorted(words)]

    def all_words(self, after: str, limit: int) -> list[tuple[str, str]]:
        found = self.all(f'select "case", {_WORDS} from texts where "case" > ? order by "case" limit ?', after, limit)
        return [(case, " ".join(sorted(words))) for case, words in found]

    def having_words(self, parts: Sequence[str]) -> tuple[str, object]:
        query = " & ".join(f"'{part}':*" for part in parts)
        return 'number in (select "case" from texts where words @@ ?::tsquery)', query

    def purge(self) -> None:
        self.purges = True


_BEHIND = 0.01
"""By how many seconds a guess is behind, so that clocks that don't run quite alike make none come too early."""


class Ticking:
    """The server's clock as it was told last, and how long ago: it goes on as ours does, for a moment."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None

    def told(self, instant: Any) -> int:
        self._last = (float(instant), monotonic())
        return int(instant)

    def guessed(self) -> int | None:
        """The instant that it is there, or a moment before; None where nothing was told within the last second."""
        if self._last is None:
            return None
        instant, at = self._last
        since = monotonic() - at
        return int(instant + since - _BEHIND) if since < 1 else None


@lru_cache(maxsize=512)
def _marked(statement: str) -> Any:
    """The statement with psycopg's marks for values."""
    return statement.replace("?", "%s")


@lru_cache(maxsize=512)
def _table(statement: str) -> str:
    """The table that a statement writes: `insert into …`, `delete from …`, `update …`; of a question, itself."""
    first, second, third, *_ = statement.split(None, 3)
    return statement if first == "select" else second if first == "update" else third


def _touched(write: Write) -> str:
    return " returning 1" if write.must and not write.statement.startswith("select") else ""


@lru_cache(maxsize=512)
def _together(writes: tuple[Write, ...], in_time: bool) -> Any:
    """Writes of different tables as one statement. It fails where one that must touch a row touches none, or where the
    server's clock is not yet where the last value says."""
    if len(writes) == 1 and not writes[0].must:
        return _marked(writes[0].statement)
    parts = [f"w{n} as ({write.statement}{_touched(write)})" for n, write in enumerate(writes)]
    counts = [f"1 / (select count(*) from w{n})" for n, write in enumerate(writes) if write.must]
    if in_time:
        counts.append(f"1 / ({_NOW} >= ?)::int")
    return _marked(f"with {', '.join(parts)} select {', '.join(counts) or '1'}")


def _connect(url: str) -> psycopg.Connection[Any]:
    """A new connection; why there is none is said in the server's own words, which know of no case."""
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.ProgrammingError:
        raise StoreError("its name is no URL of PostgreSQL; write it as postgresql://user@host/database") from None
    except psycopg.OperationalError as error:
        first = (str(error).splitlines() or [""])[0]
        why = first.rpartition("failed: ")[2].removeprefix("FATAL:").strip()[:200]
        raise StoreError(f"there is no connection to the database ({why}); check its URL and its server") from error


def _is_store(connection: psycopg.Connection[Any]) -> bool:
    """Whether the table that remembers the steps is there, and ours."""
    names = connection.execute(
        "select attname from pg_attribute where attrelid = to_regclass('migrations') and attnum > 0"
    ).fetchall()
    if names and {name for (name,) in names} != {"n", "title", "digest"}:
        raise StoreError(_FOREIGN)
    return bool(names)


def _migrate(connection: psycopg.Connection[Any], steps: Sequence[Step]) -> None:
    """Take the steps that are missing, in one transaction; another host may have been faster."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_MIGRATING,))
        if not _is_store(connection):
            connection.execute(_marked(TABLE_OF_STEPS["postgres"]))
        taken = connection.execute("select n, digest from migrations order by n").fetchall()
        for step in missing("postgres", taken, steps):
            for statement in step.statements["postgres"]:
                connection.execute(_marked(statement))
            values = (step.n, step.title, step.digest("postgres"))
            connection.execute("insert into migrations values (%s, %s, %s)", values)


def _spoken(error: psycopg.Error) -> StoreError:
    """PostgreSQL's errors as sentences with a way out, without its values."""
    if isinstance(error, errors.DuplicateTable):
        return StoreError(_FOREIGN)
    if isinstance(error, _FASTER):
        return Conflict("somebody else was faster; try again")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return StoreError("the database may only be read; connect to the one that takes writes")
    if isinstance(error, (errors.DiskFull, errors.InsufficientResources)):
        return StoreError("the database has no room left; make room and try again")
    if isinstance(error, errors.InsufficientPrivilege):
        return StoreError("this user may not use the tables of the store; grant it the rights to them")
    if isinstance(error, psycopg.OperationalError):
        return StoreError(
            "there is no connection to the database, or it was lost; try again with the same key: what was kept is"
            " not done twice"
        )
    return StoreError(f"the database refused ({error.sqlstate or type(error).__name__}); look into its log")
