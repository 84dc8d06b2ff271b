"""The tables of a store in memory, and what is asked of them as a whole: proof, forgetting, every record out and in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from casedsl_runtime.case import to_json
from casedsl_runtime.delivery import Delivery
from casedsl_runtime.journal import Entry, JournalError, canonical, read_entry
from casedsl_runtime.store import Anchor, Bound, Held, Listed, StoreError
from casedsl_runtime.store.base import read_bound, read_letter, read_row, read_snapshot
from casedsl_runtime.store.records import Record
from casedsl_runtime.store.search import Index, Row, rank_of

_ABSENT: Any = object()
_NOTHING = Index((), {}, ())


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the outbox: its place in the order, when it may be tried, what became of it."""

    place: int
    delivery: Delivery
    posted_at: int
    try_at: int
    state: str = "waiting"
    reason: str = ""


class Tables:
    """Tables as dicts of values that never change, so that undoing is putting the former value back."""

    def __init__(self) -> None:
        self.undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self._cases: dict[str, Held] = {}
        self._rows: dict[str, Row] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._outbox: dict[str, Posted] = {}
        self._outcomes: dict[tuple[str, str], Bound] = {}
        self._sequences: dict[str, int] = {}
        self._current: dict[str, tuple[str, str]] = {}
        self._files: dict[str, bytes] = {}
        self._indices: dict[str, Index] = {}
        self._anchored: dict[str, int] = {}
        self._anchors: dict[int, Anchor] = {}
        self._loads: dict[str, int] = {}
        self._places: dict[str, int] = {}

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        self.undo.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: Any) -> None:
        if key in table:
            self.undo.append((table, key, table.pop(key)))

    def roll_back(self) -> None:
        for table, key, value in reversed(self.undo):
            if value is _ABSENT:
                del table[key]
            else:
                table[key] = value
        self.undo.clear()

    def _seat(self, row: Row) -> None:
        """Put a row in the place of the one before, and count whom cases are assigned to."""
        for seated, more in ((self._rows.get(row.number), -1), (row, 1)):
            if seated is not None and seated.open and seated.assignee is not None:
                self._put(self._loads, seated.assignee, self._loads.get(seated.assignee, 0) + more)
        self._put(self._rows, row.number, row)

    def _post(self, posted: Posted) -> None:
        self._put(self._outbox, posted.delivery.id, posted)
        self._put(self._places, "last", posted.place)

    def _posted(self) -> list[Posted]:
        return sorted(self._outbox.values(), key=lambda posted: posted.place)


class MemoryWhole(Tables):
    """The part of a unit that proves, forgets, and copies."""

    # --- proof

    def unanchored(self, limit: int) -> list[tuple[str, int, str]]:
        new = (
            (number, held.case.version, held.head)
            for number, held in sorted(self._cases.items())
            if self._anchored.get(number, 0) != held.case.version
        )
        return [head for head, _ in zip(new, range(limit), strict=False)]

    def anchor(self, anchor: Anchor, heads: Sequence[tuple[str, int, str]]) -> None:
        self._put(self._anchors, anchor.n, anchor)
        for number, version, _ in heads:
            self._put(self._anchored, number, version)

    def anchors(self) -> list[Anchor]:
        return [anchor for _, anchor in sorted(self._anchors.items())]

    def last_anchor(self) -> Anchor | None:
        return self._anchors[max(self._anchors)] if self._anchors else None

    def kept(self, case: str) -> Held | None:
        return self._cases.get(case)

    def listed(self, case: str) -> Listed | None:
        held = self._cases.get(case)
        if held is None:
            return None
        index, version = self._indices.get(case, _NOTHING), held.case.version
        return Listed(self._rows[case], index, version, self._anchored.get(case, 0) == version)

    def keys(self, case: str) -> list[tuple[str, str, Bound]]:
        found = [(*key, bound) for key, bound in self._outcomes.items() if case in (key[0], bound.number)]
        return sorted(found, key=lambda key: (key[0] != case, *key[:2]))

    def strays(self) -> list[str]:
        return sorted(self._entries.keys() - self._cases.keys())

    # --- forgetting

    def rewrite(self, entry: Entry) -> None:
        entries = tuple(entry if old.n == entry.n else old for old in self._entries[entry.case])
        self._put(self._entries, entry.case, entries)

    def letters(self, case: str) -> list[Delivery]:
        return [posted.delivery for posted in self._posted() if posted.delivery.case == case]

    def forget_letters(self, letters: Sequence[str]) -> None:
        for letter in letters:
            self._drop(self._outbox, letter)

    def forget_keys(self, case: str) -> None:
        for (scope, key), bound in list(self._outcomes.items()):
            if bound.number == case:
                self._put(self._outcomes, (scope, key), bound._replace(request="", reasons=()))

    def purge(self) -> None:
        """A dict keeps nothing of what was replaced."""

    # --- every record

    def records(self, kind: str) -> Iterator[Record]:
        return iter(_RECORDS[kind](self))

    def put(self, kind: str, records: Sequence[Record]) -> None:
        for record in records:
            _PUT[kind](self, *record)


def _cases(of: Tables) -> Iterator[Record]:
    for number, held in sorted(of._cases.items()):
        row, version = of._rows[number], held.case.version
        yield (
            number, version, held.head, row.artifact, row.workflow, row.state, row.ending, int(row.open), row.team,
            row.assignee, rank_of(row.score), row.band, row.opened_at, row.next_due, row.ages_at,
            int(of._anchored.get(number, 0) != version), to_json(held.case),
        )  # fmt: skip


def _entries(of: Tables) -> Iterator[Record]:
    for _, entries in sorted(of._entries.items()):
        yield from ((entry.case, entry.n, entry.header, entry.body) for entry in entries)


def _keys(of: Tables) -> Iterator[Record]:
    for (scope, key), bound in sorted(of._outcomes.items()):
        outcome = int(bound.accepted), bound.number, canonical(bound.reasons), bound.first, bound.last
        yield scope, key, bound.request, *outcome


def _messages(of: Tables) -> Iterator[Record]:
    for posted in of._posted():
        letter = posted.delivery
        yield (
            letter.id, letter.case, letter.effect, letter.to, canonical(letter.message), posted.posted_at,
            posted.try_at, letter.attempt, posted.state, posted.reason,
        )  # fmt: skip


def _values(of: Tables) -> Iterator[Record]:
    for case, index in sorted(of._indices.items()):
        for field, value in sorted(index.values.items()):
            yield (case, field, value, None) if isinstance(value, str) else (case, field, None, value)


def _words(of: Tables) -> Iterator[Record]:
    return ((case, " ".join(index.words)) for case, index in sorted(of._indices.items()) if index.words)


_RECORDS: Mapping[str, Callable[[Tables], Iterable[Record]]] = MappingProxyType(
    {
        "artifact": lambda of: ((hash, content.decode()) for hash, content in sorted(of._files.items())),
        "case type": lambda of: ((name, *hashes) for name, hashes in sorted(of._current.items())),
        "sequence": lambda of: sorted(of._sequences.items()),
        "case": _cases,
        "entry": _entries,
        "key": _keys,
        "message": _messages,
        "person": lambda of: sorted((person, case) for case, index in of._indices.items() for person in index.people),
        "value": _values,
        "words": _words,
        "anchor": lambda of: ((a.n, a.at, a.text, a.previous, a.hash) for _, a in sorted(of._anchors.items())),
    }
)


def _put_case(of: Tables, number: str, version: int, head: str, *rest: Any) -> None:
    *listed, changed, snapshot = rest
    of._put(of._cases, number, Held(read_snapshot(number, snapshot, exactly=True), head))
    of._seat(read_row((number, *listed)))
    if not changed:
        of._put(of._anchored, number, version)


def _put_entry(of: Tables, case: str, n: int, header: str, payload: str) -> None:
    try:
        of._put(of._entries, case, (*of._entries.get(case, ()), read_entry(header, payload)))
    except JournalError as error:
        raise StoreError(f"the journal of case {case}: {error}") from error


def _put_message(
    of: Tables, id: str, case: str, effect: str, recipient: str, message: str, posted: int, *rest: Any
) -> None:
    try_at, attempts, state, reason = rest
    delivery = read_letter((id, case, effect, recipient, message, attempts))
    of._post(Posted(of._places.get("last", 0) + 1, delivery, posted, try_at, state, reason))


def _put_found(of: Tables, case: str, change: Callable[[Index], Index]) -> None:
    of._put(of._indices, case, change(of._indices.get(case, _NOTHING)))


_PUT: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "artifact": lambda of, hash, content: of._put(of._files, hash, content.encode()),
        "case type": lambda of, name, *hashes: of._put(of._current, name, hashes),
        "sequence": lambda of, name, last: of._put(of._sequences, name, last),
        "case": _put_case,
        "entry": _put_entry,
        "key": lambda of, scope, key, *rest: of._put(of._outcomes, (scope, key), read_bound(rest)),
        "message": _put_message,
        "person": lambda of, person, case: _put_found(
            of, case, lambda index: index._replace(people=(*index.people, person))
        ),
        "value": lambda of, case, field, text, number: _put_found(
            of, case, lambda index: index._replace(values={**index.values, field: number if text is None else text})
        ),
        "words": lambda of, case, words: _put_found(of, case, lambda index: index._replace(words=tuple(words.split()))),
        "anchor": lambda of, n, *rest: of._put(of._anchors, n, Anchor(n, *rest)),
    }
)
