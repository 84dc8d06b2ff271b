"""The outbox: messages that wait, are claimed, delivered, tried again, or put aside."""

from __future__ import annotations

from collections.abc import Sequence

from casedsl_runtime.delivery import Delivery
from casedsl_runtime.store import Aside, Backlog
from casedsl_runtime.working import Working


class Posting(Working):
    """A host's outbox. `service.py` is the loop that empties it."""

    def outbox(self) -> Sequence[Delivery]:
        """The messages that wait for delivery. Deliver each, then call `delivered`: at least once, with a stable id."""
        with self._store.reading() as unit:
            return unit.outbox()

    def claim(self, seconds: int, most: int) -> Sequence[Delivery]:
        """Take messages that are to be tried now; no other host gets them for so many seconds."""
        with self._store.transaction() as unit:
            now = self._now(unit)
            return unit.claim(now, now + seconds, most)

    def retry(self, letter: str, wait: int, reason: str) -> None:
        """Let a message be tried again after so many seconds."""
        with self._store.transaction() as unit:
            unit.retry(letter, self._now(unit) + wait, reason)

    def put_aside(self, letter: str, reason: str) -> None:
        """Try a message no more, until somebody says `again`."""
        with self._store.transaction() as unit:
            unit.put_aside(letter, reason)

    def again(self, letter: str) -> bool:
        """Let a message that was put aside be tried anew; whether there is such a one."""
        with self._store.transaction() as unit:
            return unit.again(letter, self._now(unit))

    def aside(self) -> Sequence[Aside]:
        """The messages that were put aside, each with its reason."""
        with self._store.reading() as unit:
            return unit.aside()

    def backlog(self) -> tuple[int, Backlog]:
        """The instant that it is, and what waits to be done then."""
        with self._store.reading() as unit:
            now = self._now(unit)
            return now, unit.backlog(now)

    def delivered(self, letter: str) -> None:
        """A message has arrived; it is kept without its words."""
        with self._store.transaction() as unit:
            unit.delivered(letter, self._now(unit))
