"""A store in which whatever is done is undone: what would become of something, told by the very code that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from casedsl_runtime.store import Store, Unit


class _Undo(Exception):
    """Ends a transaction that is to leave nothing."""


class Rehearsal:
    """Another store, whose transactions are carried out and taken back. Each begins with what is really there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        try:
            with self._store.transaction() as unit:
                yield unit
                raise _Undo
        except _Undo:
            return

    def reading(self) -> AbstractContextManager[Unit]:
        return self._store.reading()

    def close(self) -> None:
        """The store belongs to whoever opened it."""
