"""A store in memory that behaves like every other; for tests, demonstrations, scenarios and simulation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from operator import ge, le
from threading import RLock
from typing import Any

from casedsl_runtime.commands import Send
from casedsl_runtime.delivery import Delivery
from casedsl_runtime.journal import Entry
from casedsl_runtime.store import Aside, Backlog, Bound, Entered, Held, Kept, Place, Unit, conflict
from casedsl_runtime.store.memory_whole import MemoryWhole, Posted
from casedsl_runtime.store.search import Found, Index, Page, Query, Range, Row, key_of, stored, words


class MemoryStore:
    """A store in memory. `clock` tells the seconds UTC that are the time of all its hosts."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._lock = RLock()
        self._unit = MemoryUnit(clock)

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


class MemoryUnit(MemoryWhole):
    """What a host may do in memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> int:
        return int(self._clock())

    def enter(self, case: str | None, scope: str, key: str) -> Entered:
        return Entered(None if case is None else self.load(case), self._outcomes.get((scope, key)), self.now())

    def load(self, case: str) -> Held | None:
        return self._cases.get(case)

    def save(self, held: Held, before: int, row: Row, listed: Row | None) -> None:
        former = self._cases.get(row.number)
        if (former.case.version if former else 0) != before:
            raise conflict(row.number)
        self._put(self._cases, row.number, held)
        self._seat(row)

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._put(self._entries, entry.case, (*self._entries.get(entry.case, ()), entry))

    def history(self, case: str, after: int = 0) -> list[Entry]:
        return list(self._entries.get(case, ())[after:])

    def numbers(self, after: str = "") -> Iterator[str]:
        return iter(sorted(number for number in self._cases if number > after))

    def bind(self, scope: str, key: str, outcome: Bound) -> None:
        self._put(self._outcomes, (scope, key), outcome)

    def peek(self, sequence: str) -> int:
        return self._sequences.get(sequence, 0) + 1

    def take(self, sequence: str, number: int) -> None:
        self._put(self._sequences, sequence, number)

    def sequences(self) -> Mapping[str, int]:
        return dict(self._sequences)

    def loads(self) -> Mapping[str, int]:
        return self._loads

    # --- time

    def due(self, until: int, behind: Place | None = None) -> Place | None:
        return _first(((row.next_due, row.number) for row in self._rows.values()), until, behind)

    def next_due(self) -> int | None:
        return min((row.next_due for row in self._rows.values() if row.next_due is not None), default=None)

    def aging(self, until: int, behind: Place | None = None) -> Place | None:
        return _first(((row.ages_at, row.number) for row in self._rows.values()), until, behind)

    def rank(self, row: Row) -> None:
        self._put(self._rows, row.number, row)

    # --- messages

    def post(self, case: str, letters: Sequence[Send], now: int) -> None:
        for letter in letters:
            if letter.id not in self._outbox:
                assert isinstance(letter.message, Mapping)
                delivery = Delivery(letter.id, case, "send", letter.person, letter.message, 0)
                self._post(Posted(self._places.get("last", 0) + 1, delivery, now, now))

    def _waiting(self) -> list[Posted]:
        return [posted for posted in self._posted() if posted.state == "waiting"]

    def outbox(self) -> list[Delivery]:
        return [posted.delivery for posted in self._waiting()]

    def claim(self, now: int, until: int, limit: int) -> list[Delivery]:
        ready = sorted((posted for posted in self._waiting() if posted.try_at <= now), key=lambda posted: posted.try_at)
        claimed = [
            replace(posted, delivery=replace(posted.delivery, attempt=posted.delivery.attempt + 1), try_at=until)
            for posted in ready[:limit]
        ]
        for posted in claimed:
            self._put(self._outbox, posted.delivery.id, posted)
        return [posted.delivery for posted in claimed]

    def delivered(self, letter: str, now: int) -> None:
        posted = self._outbox.get(letter)
        if posted is not None and posted.state != "erased":
            emptied = replace(posted.delivery, message={})
            self._put(self._outbox, letter, replace(posted, delivery=emptied, state="delivered", try_at=now))

    def retry(self, letter: str, at: int, reason: str) -> None:
        self._still(letter, try_at=at, reason=reason)

    def put_aside(self, letter: str, reason: str) -> None:
        self._still(letter, state="aside", reason=reason)

    def _still(self, letter: str, **changes: Any) -> None:
        """Change a message, if it waits still: somebody else may have delivered or erased it."""
        posted = self._outbox.get(letter)
        if posted is not None and posted.state == "waiting":
            self._put(self._outbox, letter, replace(posted, **changes))

    def aside(self) -> list[Aside]:
        return [
            Aside(post.delivery.id, post.delivery.case, post.delivery.effect, post.delivery.attempt, post.reason)
            for post in self._posted()
            if post.state == "aside"
        ]

    def again(self, letter: str, now: int) -> bool:
        posted = self._outbox.get(letter)
        if posted is None or posted.state != "aside":
            return False
        fresh = replace(posted.delivery, attempt=0)
        self._put(self._outbox, letter, replace(posted, delivery=fresh, state="waiting", try_at=now, reason=""))
        return True

    def backlog(self, now: int) -> Backlog:
        dues = [row.next_due for row in self._rows.values() if row.next_due is not None and row.next_due <= now]
        ready = [posted.posted_at for posted in self._waiting() if posted.try_at <= now]
        return Backlog(len(dues), min(dues, default=None), len(ready), min(ready, default=None), len(self.aside()))

    # --- finding

    def index(self, case: str, index: Index, former: Index | None = None) -> None:
        self._put(self._indices, case, index)

    def find(self, query: Query) -> Page:
        found = sorted((key_of(query.order, row), row) for row in self._rows.values() if self._is_asked(query, row))
        if query.after is not None:
            found = [pair for pair in found if pair[0] > query.after]
        rows = tuple(row for _, row in found[: query.limit])
        return Page(rows, found[query.limit - 1][0] if len(found) > query.limit else None)

    def _is_asked(self, query: Query, row: Row) -> bool:
        same = ("number", "workflow", "team", "assignee", "state", "ending", "band", "open")
        if any(getattr(query, name) not in (None, getattr(row, name)) for name in same):
            return False
        if (query.due_by is not None or query.order == "due") and row.next_due is None:
            return False
        if query.due_by is not None and row.next_due is not None and row.next_due > query.due_by:
            return False
        index = self._indices.get(row.number, Index((), {}, ()))
        if query.person is not None and query.person not in index.people:
            return False
        if not all(_has(index.values.get(name), wanted) for name, wanted in query.fields.items()):
            return False
        parts = words(query.text)
        if query.text.strip() and not parts:
            return False
        return all(any(word.startswith(part) for word in index.words) for part in parts)

    def counts(self) -> Sequence[Found]:
        counted = Counter((row.team or "", row.state) for row in self._rows.values() if row.open)
        return [Found(team or None, state, count) for (team, state), count in sorted(counted.items())]

    # --- what cases are pinned to

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        self._put(self._files, workflow_hash, kept.workflow)
        self._put(self._files, bundle_hash, kept.calendars)
        self._put(self._current, name, (workflow_hash, bundle_hash))

    def current(self, name: str) -> tuple[str, str] | None:
        return self._current.get(name)

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        self._put(self._files, hash, calendars)

    def case_types(self) -> list[str]:
        return sorted(self._current)

    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        found = (row.number for row in self._rows.values() if row.open and row.workflow == name and row.number > after)
        return sorted(found)[:most]

    def installed(self) -> Mapping[str, tuple[str, str]]:
        return dict(sorted(self._current.items()))

    def pinned(self) -> set[str]:
        return {self._cases[row.number].case.workflow for row in self._rows.values() if row.open}

    def artifact(self, hash: str) -> bytes | None:
        return self._files.get(hash)

    def bundle(self, hash: str) -> bytes | None:
        return self._files.get(hash)


def _has(value: Any, wanted: Any) -> bool:
    """Whether a field's value is the one asked for, or in its range; an unset one is neither."""
    low, high = wanted if isinstance(wanted, Range) else (wanted, wanted)
    return None not in (value, wanted) and all(
        isinstance(value, str) is isinstance(bound, str) and sign(value, stored(bound))
        for sign, bound in ((ge, low), (le, high))
        if bound is not None
    )


def _first(places: Iterable[tuple[int | None, str]], until: int, behind: Place | None) -> Place | None:
    """The first of those that have come by then, behind a place."""
    come = ((at, number) for at, number in places if at is not None and at <= until)
    return min((place for place in come if behind is None or place > behind), default=None)
