"""Where cases are kept: the door that every store has, and the records that pass through it.

    memory.py       dicts, for tests, scenarios and simulation
    sqlite.py       one file, the default
    postgres.py     a server that many hosts share (extra `postgres`)
    sql.py          what the last two have in common: every statement, once (`base.py` is what differs, `whole.py` what
                    is asked of a store as a whole)
    migrations.py   the tables, by numbered steps
    search.py       queries, pages, and what the words of a text are, for all three alike
    records.py      every record by its columns; export.py makes lines of them, and a store of the lines

A store has one door: `transaction()` yields a unit in which a host reads and writes; leaving it keeps everything, an
exception keeps nothing. So an entry, the snapshot, the next due instant, the messages to deliver and the outcome bound
to the command's key stand or fall together. Within a transaction `enter` and `load` take hold of a case: transactions
on one case are one at a time.

A store decides nothing. It keeps entries with their two halves apart, so that a payload value can be erased; snapshots
under a version; and every artifact and bundle that it ever ran, by hash, because open cases stay pinned to theirs. It
needs no table of timers: what is armed in a case stands in its snapshot, and `next_due` says when to look at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeAlias

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Send
from casedsl_runtime.delivery import Delivery
from casedsl_runtime.journal import Entry
from casedsl_runtime.store.records import Record
from casedsl_runtime.store.search import Found, Index, Page, Query, Row


class StoreError(Exception):
    """The store can't do it; the message is one sentence with a way out."""


class NoStore(StoreError):
    """There is no store at this place; one is made only where that is asked for."""


class Damaged(StoreError):
    """What a case needs can't be read: its snapshot, or what it is pinned to. Other cases can."""


class Conflict(StoreError):
    """Somebody else was faster; the same command can be tried again."""


Place: TypeAlias = tuple[int, str]
"""Where a case stands in the order of time: an instant, and its number."""


class Bound(NamedTuple):
    """The outcome to which a key was bound: of which request (a salted digest), in which case, as which entries."""

    request: str
    accepted: bool
    number: str | None
    reasons: tuple[str, ...]
    first: int = 0
    last: int = 0


class Held(NamedTuple):
    """A case, the hash of its latest entry, on which the next one follows, and its row in lists, where that is at
    hand; what age adds to its score may stand there otherwise by now."""

    case: Case
    head: str
    row: Row | None = None


class Entered(NamedTuple):
    """What a command needs to know first: the case, what its key is bound to, the store's own clock (seconds UTC)."""

    held: Held | None
    bound: Bound | None
    now: int


class Kept(NamedTuple):
    """An artifact and its calendars as they were installed, under the hashes that cases pin."""

    workflow: bytes
    calendars: bytes


class Backlog(NamedTuple):
    """What waits at an instant: steps of time that are due, and since when; messages; messages put aside."""

    due: int
    due_since: int | None
    waiting: int
    waiting_since: int | None
    aside: int


class Aside(NamedTuple):
    """A message that could not be delivered and is tried no more."""

    id: str
    case: str
    effect: str
    attempts: int
    reason: str


class Anchor(NamedTuple):
    """A line that fixes the heads of cases as they stood: each (number, version, head) that is new since the line
    before it. `hash` covers `text` and the hash of that line."""

    n: int
    at: int
    text: str
    previous: str
    hash: str


class Listed(NamedTuple):
    """What stands beside the snapshot of a case: its row, what it is found by, the version of which that is true, and
    whether an anchor has fixed it."""

    row: Row
    found_by: Index
    version: int
    anchored: bool


class Unit(Protocol):
    """What a host may do inside a transaction."""

    def now(self) -> int:
        """The store's own clock, which all its hosts share, in seconds UTC."""

    # --- a case

    def enter(self, case: str | None, scope: str, key: str) -> Entered:
        """Take hold of a case (none where one is to be opened) and look up a key."""

    def load(self, case: str) -> Held | None: ...
    def save(self, held: Held, before: int, row: Row, listed: Row | None) -> None:
        """Put a case in the place of version `before` (0: a new case), and its row in the place of `listed` (None: not
        known). Raises `Conflict`."""

    def append(self, entries: Sequence[Entry]) -> None: ...
    def history(self, case: str, after: int = 0) -> list[Entry]: ...
    def numbers(self, after: str = "") -> Iterator[str]:
        """The numbers of all cases, in the order of their characters."""

    # --- keys and numbers

    def bind(self, scope: str, key: str, outcome: Bound) -> None: ...
    def peek(self, sequence: str) -> int:
        """The number that the sequence would give next; nobody else gets it before this transaction ends."""

    def take(self, sequence: str, number: int) -> None: ...
    def sequences(self) -> Mapping[str, int]:
        """The last number that each sequence gave."""

    def loads(self) -> Mapping[str, int]:
        """How many open cases are assigned to a person; looked up when asked."""

    # --- time

    def due(self, until: int, behind: Place | None = None) -> Place | None:
        """Where time acts next, of those behind such a place; a case that somebody else works on is passed over."""

    def next_due(self) -> int | None: ...
    def aging(self, until: int, behind: Place | None = None) -> Place | None:
        """Where age changes a score next, of those behind such a place."""

    def rank(self, row: Row) -> None:
        """Put the score of a case in lists, and when it changes next, as its row says."""

    # --- messages

    def post(self, case: str, letters: Sequence[Send], now: int) -> None:
        """Add messages to the outbox; one whose id is known already is that message."""

    def outbox(self) -> list[Delivery]:
        """The messages that wait, by the time of their posting."""

    def claim(self, now: int, until: int, limit: int) -> list[Delivery]:
        """Take messages that are to be tried by now; nobody else gets them before `until`."""

    def delivered(self, letter: str, now: int) -> None: ...
    def retry(self, letter: str, at: int, reason: str) -> None: ...
    def put_aside(self, letter: str, reason: str) -> None: ...
    def aside(self) -> list[Aside]: ...
    def again(self, letter: str, now: int) -> bool:
        """Let a message that was put aside be tried anew; whether it was there."""

    def backlog(self, now: int) -> Backlog: ...

    # --- finding

    def index(self, case: str, index: Index, former: Index | None = None) -> None:
        """Put what a case is found by in the place of `former`, by which it was found (None: not known)."""

    def find(self, query: Query) -> Page: ...
    def counts(self) -> Sequence[Found]:
        """How many open cases each queue has in each state."""

    # --- what cases are pinned to

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        """Keep an artifact and a bundle; new cases of this name use them from now on."""

    def current(self, name: str) -> tuple[str, str] | None:
        """The hashes of artifact and bundle that new cases of this name use."""

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        """Keep calendars that cases pin."""

    def case_types(self) -> list[str]: ...
    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        """The numbers of open cases of this case type that come after a number, in order."""

    def installed(self) -> Mapping[str, tuple[str, str]]: ...
    def pinned(self) -> set[str]:
        """The hashes of the artifacts that open cases run."""

    def artifact(self, hash: str) -> bytes | None: ...
    def bundle(self, hash: str) -> bytes | None: ...

    # --- proof, and forgetting

    def unanchored(self, limit: int) -> list[tuple[str, int, str]]:
        """Cases (number, version, head) that have changed since they were anchored."""

    def anchor(self, anchor: Anchor, heads: Sequence[tuple[str, int, str]]) -> None: ...
    def anchors(self) -> list[Anchor]: ...
    def last_anchor(self) -> Anchor | None: ...
    def kept(self, case: str) -> Held | None:
        """A case as it is kept, and not as somebody may remember it. Raises StoreError unless its snapshot is, to the
        byte, as it was written."""

    def listed(self, case: str) -> Listed | None: ...
    def keys(self, case: str) -> list[tuple[str, str, Bound]]:
        """What was asked of a case, its opening too, as (scope, key, outcome)."""

    def strays(self) -> list[str]:
        """The numbers under which there are entries and no case."""

    def rewrite(self, entry: Entry) -> None:
        """Put an entry whose values were erased in the place of the whole one."""

    def letters(self, case: str) -> list[Delivery]:
        """Every message of a case, also those that were delivered."""

    def forget_letters(self, letters: Sequence[str]) -> None:
        """Erase messages, for their names too say to whom they went; those that wait are not delivered."""

    def forget_keys(self, case: str) -> None:
        """Erase for what the keys of a case were used, and why it was refused."""

    def purge(self) -> None:
        """Leave nothing of what was erased or replaced in this transaction on the disk."""

    # --- every record, out and in

    def records(self, kind: str) -> Iterator[Record]:
        """Every record of a kind, in the order of its key."""

    def put(self, kind: str, records: Sequence[Record]) -> None:
        """Put records into an empty store, kind after kind in the order of `KINDS`, as `records` gave them."""


class Store(Protocol):
    def transaction(self) -> AbstractContextManager[Unit]: ...
    def reading(self) -> AbstractContextManager[Unit]:
        """A transaction in which nothing is changed; it gives one consistent view and takes hold of nothing."""

    def close(self) -> None: ...


def conflict(case: str) -> Conflict:
    return Conflict(f"case {case} was changed by somebody else in between; try again")
