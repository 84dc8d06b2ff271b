"""Where cases are kept: the protocol, and a store in memory that behaves like every other.

A store has one door: `transaction()` yields a unit in which a host reads and writes; leaving it keeps everything, an
exception keeps nothing. So an entry, the snapshot, the armed timers, the messages to deliver and the outcome bound to
the command's key stand or fall together. Transactions on one case are one at a time.

A store decides nothing. It keeps entries with their two halves apart, so that a payload value can be erased; snapshots
under a version, so that a writer who read an older one finds out (`Conflict`); and every artifact and bundle it ever
ran, by hash, because open cases stay pinned to theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Arm, Send
from casedsl_runtime.journal import Entry


class StoreError(Exception):
    """The store can't do it; the message is one sentence with a way out."""


class Conflict(StoreError):
    """Somebody else changed the case in between; try the command again."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The outcome to which a key was bound: of which request, in which case, as which entries."""

    request: str
    accepted: bool
    number: str | None
    reasons: tuple[str, ...]
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list. `next_due` is the earliest instant at which time will act in it."""

    number: str
    workflow: str
    state: str
    open: bool
    assignee: str | None
    score: int | None
    band: str | None
    opened_at: int
    next_due: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits for delivery."""

    id: str
    case: str
    person: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An artifact and its calendars as they were installed, under the hashes that cases pin."""

    workflow: bytes
    calendars: bytes


class Unit(Protocol):
    """What a host may do inside a transaction."""

    def load(self, case: str) -> Case | None: ...
    def save(self, case: Case, before: int, row: Row) -> None:
        """Put a snapshot in the place of version `before` (0: a new case); raises `Conflict`."""

    def append(self, entries: Sequence[Entry]) -> None: ...
    def history(self, case: str, after: int = 0) -> list[Entry]: ...
    def arm(self, case: str, timers: Sequence[Arm]) -> None:
        """Replace all timers of the case."""

    def due(self, until: int) -> Iterator[tuple[str, Arm]]:
        """The armed timers up to an instant, by (due, case, rank)."""

    def next_due(self) -> int | None: ...
    def post(self, case: str, letters: Sequence[Send]) -> None:
        """Add messages to the outbox; one whose id is known already is that message."""

    def outbox(self) -> list[Letter]: ...
    def delivered(self, letter: str) -> None: ...
    def bound(self, case: str, key: str) -> Bound | None: ...
    def bind(self, case: str, key: str, outcome: Bound) -> None: ...
    def peek(self, sequence: str) -> int:
        """The number that the sequence would give next."""

    def take(self, sequence: str, number: int) -> None: ...
    def loads(self) -> Mapping[str, int]:
        """How many open cases are assigned to a person; looked up when asked."""

    def rows(self, state: str | None = None, assignee: str | None = None) -> list[Row]:
        """Cases: priority unknown first, then by falling score, then by number."""

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        """Keep an artifact and a bundle; new cases of this name use them from now on."""

    def current(self, name: str) -> tuple[str, str] | None:
        """The hashes of artifact and bundle that new cases of this name use."""

    def case_types(self) -> list[str]: ...
    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        """The numbers of open cases of this case type that come after a number, in order."""

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        """Keep calendars that cases pin."""

    def artifact(self, hash: str) -> bytes | None: ...
    def bundle(self, hash: str) -> bytes | None: ...


class Store(Protocol):
    def transaction(self) -> AbstractContextManager[Unit]: ...
    def reading(self) -> AbstractContextManager[Unit]:
        """A transaction in which nothing is changed; it gives one consistent view."""

    def close(self) -> None: ...


def conflict(case: str) -> Conflict:
    return Conflict(f"case {case} was changed by somebody else in between; try again")


@dataclass(frozen=True, slots=True)
class Loads(Mapping[str, int]):
    """How many open cases somebody has, counted when asked."""

    count: Callable[[str], int]

    def __getitem__(self, person: str) -> int:
        return self.count(person)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class MemoryStore:
    """A store in memory, for tests, demonstrations and simulation."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._unit = MemoryUnit()

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        with self._lock:
            self._unit.undo.clear()
            try:
                yield self._unit
            except BaseException:
                self._unit.roll_back()
                raise

    def reading(self) -> AbstractContextManager[Unit]:
        return self.transaction()

    def close(self) -> None:
        """Nothing to let go of."""


_ABSENT: Any = object()


class MemoryUnit:
    """Tables as dicts of values that never change, so that undoing is putting the former value back."""

    def __init__(self) -> None:
        self.undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self._cases: dict[str, Case] = {}
        self._rows: dict[str, Row] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._timers: dict[str, tuple[Arm, ...]] = {}
        self._outbox: dict[str, Letter] = {}
        self._delivered: dict[str, bool] = {}
        self._outcomes: dict[tuple[str, str], Bound] = {}
        self._sequences: dict[str, int] = {}
        self._loads: dict[str, int] = {}
        self._current: dict[str, tuple[str, str]] = {}
        self._files: dict[str, bytes] = {}

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        self.undo.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def roll_back(self) -> None:
        for table, key, value in reversed(self.undo):
            if value is _ABSENT:
                del table[key]
            else:
                table[key] = value
        self.undo.clear()

    def load(self, case: str) -> Case | None:
        return self._cases.get(case)

    def save(self, case: Case, before: int, row: Row) -> None:
        former = self._cases.get(case.id)
        if (former.version if former else 0) != before:
            raise conflict(case.id)
        self._count(self._rows.get(case.id), -1)
        self._count(row, 1)
        self._put(self._cases, case.id, case)
        self._put(self._rows, case.id, row)

    def _count(self, row: Row | None, more: int) -> None:
        if row is not None and row.open and row.assignee is not None:
            self._put(self._loads, row.assignee, self._loads.get(row.assignee, 0) + more)

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._put(self._entries, entry.case, (*self._entries.get(entry.case, ()), entry))

    def history(self, case: str, after: int = 0) -> list[Entry]:
        return list(self._entries.get(case, ())[after:])

    def arm(self, case: str, timers: Sequence[Arm]) -> None:
        self._put(self._timers, case, tuple(timers))

    def due(self, until: int) -> Iterator[tuple[str, Arm]]:
        found = [(case, arm) for case, arms in self._timers.items() for arm in arms if arm.due <= until]
        return iter(sorted(found, key=lambda pair: (pair[1].due, pair[0], pair[1].rank)))

    def next_due(self) -> int | None:
        return min((arm.due for arms in self._timers.values() for arm in arms), default=None)

    def post(self, case: str, letters: Sequence[Send]) -> None:
        for letter in letters:
            if letter.id not in self._outbox and letter.id not in self._delivered:
                assert isinstance(letter.message, Mapping)
                self._put(self._outbox, letter.id, Letter(letter.id, case, letter.person, letter.message))

    def outbox(self) -> list[Letter]:
        return [letter for letter in self._outbox.values() if letter.id not in self._delivered]

    def delivered(self, letter: str) -> None:
        self._put(self._delivered, letter, True)

    def bound(self, case: str, key: str) -> Bound | None:
        return self._outcomes.get((case, key))

    def bind(self, case: str, key: str, outcome: Bound) -> None:
        self._put(self._outcomes, (case, key), outcome)

    def peek(self, sequence: str) -> int:
        return self._sequences.get(sequence, 0) + 1

    def take(self, sequence: str, number: int) -> None:
        self._put(self._sequences, sequence, number)

    def loads(self) -> Mapping[str, int]:
        return Loads(lambda person: self._loads.get(person, 0))

    def rows(self, state: str | None = None, assignee: str | None = None) -> list[Row]:
        wanted = [row for row in self._rows.values() if state in (None, row.state) and assignee in (None, row.assignee)]
        return sorted(wanted, key=lambda row: (row.score is not None, -(row.score or 0), row.number))

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        self._put(self._files, workflow_hash, kept.workflow)
        self._put(self._files, bundle_hash, kept.calendars)
        self._put(self._current, name, (workflow_hash, bundle_hash))

    def current(self, name: str) -> tuple[str, str] | None:
        return self._current.get(name)

    def case_types(self) -> list[str]:
        return sorted(self._current)

    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        found = (row.number for row in self._rows.values() if row.open and row.workflow == name and row.number > after)
        return sorted(found)[:most]

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        self._put(self._files, hash, calendars)

    def artifact(self, hash: str) -> bytes | None:
        return self._files.get(hash)

    def bundle(self, hash: str) -> bytes | None:
        return self._files.get(hash)
