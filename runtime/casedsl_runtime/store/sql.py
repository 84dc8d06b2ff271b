"""What the stores of SQL have in common: every statement, once. A database differs in what stands in `Base`.

The journal is kept in one row per entry: the header exactly as it was hashed, and beside it the salts and values, so
that a value can be erased without touching the chain. A case's row holds its snapshot with the columns that lists are
made of; an update touches those columns, and so their indices, only when they differ.

Snapshots of hot cases are kept in memory and found again by the hash of their last entry, which stands for everything
that ever happened in them: a snapshot that another process has replaced is never taken for the present one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from casedsl_runtime.case import to_json
from casedsl_runtime.commands import Send
from casedsl_runtime.delivery import Delivery
from casedsl_runtime.journal import Entry, JournalError, canonical, read_entry
from casedsl_runtime.store import Aside, Backlog, Bound, Conflict, Entered, Held, Kept, Place, StoreError, conflict
from casedsl_runtime.store.base import (
    ENTRY_KEY,
    KEY,
    LETTER,
    ROW,
    Base,
    read_bound,
    read_letter,
    read_row,
    read_snapshot,
)
from casedsl_runtime.store.conditions import conditions_of, finds_few
from casedsl_runtime.store.search import Found, Index, Page, Query, Row, rank_of
from casedsl_runtime.store.whole import SqlWhole

HOT_CASES = 1_000
ROWS_AT_ONCE = 50
"""So many rows of what a case is found by are one statement."""


class SqlUnit(SqlWhole):
    """One transaction. `hot` are cases as they were committed; `saved` those of this transaction."""

    def __init__(self, base: Base, hot: Mapping[str, Held], *, holds: bool) -> None:
        self._base = base
        self._hot = hot
        self._lock = base.lock if holds else ""
        self._changed: set[str] = set()
        self._heads: dict[str, str] = {}
        self._last: Entry | None = None
        self.saved: dict[str, Held] = {}

    def _one(self, statement: str, *values: object) -> Any:
        return self._base.ask([(statement, values)])[0]

    def now(self) -> int:
        expression, known = self._base.now()
        return known if known is not None else self._base.told(self._one(f"select {expression}")[0])

    # --- a case

    def enter(self, case: str | None, scope: str, key: str) -> Entered:
        expression, known = self._base.now()
        statement = _entering(case is not None, self._lock, "null" if known is not None else expression)
        values = (scope, key) if case is None else (scope, key, scope, key, case)
        *bound, head, changed, now = self._one(statement, *values)
        held = None if case is None or head is None else self._held(case, (head, changed))
        now = self._base.told(now) if known is None else known
        return Entered(held, None if bound[0] is None else read_bound(bound), now)

    def load(self, case: str) -> Held | None:
        return self._held(case, self._one(_HEAD + self._lock, case))

    def _held(self, case: str, found: Any) -> Held | None:
        if found is None:
            return None
        self._heads[case] = found[0]
        if found[1]:
            self._changed.add(case)
        hot = self.saved.get(case) or self._hot.get(case)
        if hot is not None and hot.head == found[0]:
            return hot
        head, text = self._one("select head, snapshot from cases where number = ?", case)
        return Held(read_snapshot(case, text), head)

    def save(self, held: Held, before: int, row: Row, listed: Row | None) -> None:
        number, columns = row.number, _columns(row)
        snapshot = (held.case.version, held.head, to_json(held.case))
        if before == 0:
            done = self._base.change(_INSERT_CASE, *snapshot, *columns, row.opened_at, number)
        else:
            others = _otherwise(columns, listed)
            head = self._heads.get(number)
            statement = _update(tuple(others), number not in self._changed, head is not None)
            place = (number, before) if head is None else (number, before, head)
            done = self._base.change(statement, *snapshot, *[columns[n] for n in others], *place)
        if not done:
            raise conflict(number)
        self._changed.add(number)
        self._heads[number] = held.head
        self.saved[number] = held

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries; the last one waits for its key."""
        for entry in entries:
            self._write_last()
            self._last = entry

    def _write_last(self) -> None:
        if (entry := self._last) is not None:
            self._last = None
            self._base.run(_INSERT_ENTRY, entry.case, entry.n, entry.header, entry.body)

    def finish(self) -> None:
        """Write what still waits; then the transaction may be committed."""
        self._write_last()

    def history(self, case: str, after: int = 0) -> list[Entry]:
        self._write_last()
        try:
            return [read_entry(header, payload) for header, payload in self._base.all(_HISTORY, case, after)]
        except JournalError as error:
            raise StoreError(f"the journal of case {case}: {error}") from error

    def numbers(self, after: str = "") -> Iterator[str]:
        while found := self._base.all("select number from cases where number > ? order by number limit 500", after):
            yield from (number for (number,) in found)
            after = found[-1][0]

    # --- keys and numbers

    def bind(self, scope: str, key: str, outcome: Bound) -> None:
        entry = self._last
        if not self._base.alone or entry is None or outcome != _of_one_entry(entry, scope, outcome.request):
            self.bind_apart(scope, key, outcome)
            return
        self._last = None
        row = (entry.case, entry.n, entry.header, entry.body, key, outcome.request)
        if not self._base.change(_INSERT_WITH_KEY, *row, scope, key):
            raise conflict(scope)

    def bind_apart(self, scope: str, key: str, outcome: Bound) -> None:
        """Bind a key that stands in no entry's row."""
        self._base.run(
            "insert into outcomes values (?, ?, ?, ?, ?, ?, ?, ?)",
            scope, key, outcome.request, int(outcome.accepted), outcome.number,
            canonical(outcome.reasons) if outcome.reasons else "[]", outcome.first, outcome.last,
        )  # fmt: skip

    def peek(self, sequence: str) -> int:
        found = self._one(f"select last from sequences where name = ?{self._lock}", sequence)
        return 1 if found is None else int(found[0]) + 1

    def take(self, sequence: str, number: int) -> None:
        if number == 1:
            self._base.run("insert into sequences values (?, 1)", sequence)
        elif not self._base.change(_TAKE, number, sequence, number - 1):
            raise Conflict(f"somebody else took number {number} of `{sequence}` in between; try again")

    def sequences(self) -> Mapping[str, int]:
        return dict(self._base.all("select name, last from sequences order by name"))

    def loads(self) -> Mapping[str, int]:
        return Loads(lambda person: int(self._one(_LOAD, person)[0]))

    # --- time

    def due(self, until: int, behind: Place | None = None) -> Place | None:
        return self._first("next_due", until, behind)

    def next_due(self) -> int | None:
        found: int | None = self._one("select min(next_due) from cases where next_due is not null")[0]
        return found

    def aging(self, until: int, behind: Place | None = None) -> Place | None:
        return self._first("ages_at", until, behind)

    def _first(self, at: str, until: int, behind: Place | None) -> Place | None:
        further = "" if behind is None else f" and ({at}, number) > (?, ?)"
        found: Place | None = self._one(
            f"select {at}, number from cases where {at} is not null and {at} <= ?{further}"
            f" order by {at}, number limit 1{self._base.skip}",
            until, *(behind or ()),
        )  # fmt: skip
        return None if found is None else (found[0], found[1])

    def rank(self, row: Row) -> None:
        self._base.run(
            "update cases set rank = ?, band = ?, ages_at = ? where number = ?",
            rank_of(row.score), row.band, row.ages_at, row.number,
        )  # fmt: skip

    # --- messages

    def post(self, case: str, letters: Sequence[Send], now: int) -> None:
        for letter in letters:
            self._base.run(_POST, letter.id, case, "send", letter.person, canonical(letter.message), now, now)

    def outbox(self) -> list[Delivery]:
        found = self._base.all(f"select {LETTER} from outbox where state = 'waiting' order by place")
        return [read_letter(letter) for letter in found]

    def claim(self, now: int, until: int, limit: int) -> list[Delivery]:
        found = self._base.all(
            f"select {LETTER} from outbox where state = 'waiting' and try_at <= ?"
            f" order by try_at, place limit ?{self._base.skip}",
            now, limit,
        )  # fmt: skip
        for id, *_ in found:
            self._base.run("update outbox set try_at = ?, attempts = attempts + 1 where id = ?", until, id)
        return [read_letter((*letter[:-1], letter[-1] + 1)) for letter in found]

    def delivered(self, letter: str, now: int) -> None:
        self._base.run(
            "update outbox set state = 'delivered', message = '{}', try_at = ? where id = ? and state <> 'erased'",
            now, letter,
        )  # fmt: skip

    def retry(self, letter: str, at: int, reason: str) -> None:
        self._base.run(f"update outbox set try_at = ?, reason = ? where {_STILL}", at, reason, letter)

    def put_aside(self, letter: str, reason: str) -> None:
        self._base.run(f"update outbox set state = 'aside', reason = ? where {_STILL}", reason, letter)

    def aside(self) -> list[Aside]:
        found = self._base.all(
            "select id, \"case\", effect, attempts, reason from outbox where state = 'aside' order by place"
        )
        return [Aside(*row) for row in found]

    def again(self, letter: str, now: int) -> bool:
        found = self._one("select 1 from outbox where id = ? and state = 'aside'", letter)
        self._base.run(
            "update outbox set state = 'waiting', attempts = 0, reason = '', try_at = ? where id = ? and"
            " state = 'aside'",
            now, letter,
        )  # fmt: skip
        return found is not None

    def backlog(self, now: int) -> Backlog:
        due, waiting, aside = self._base.ask([(_DUE_NOW, (now,)), (_WAITING_NOW, (now,)), (_ASIDE_NOW, ())])
        return Backlog(*due, *waiting, *aside)

    # --- finding

    def index(self, case: str, index: Index, former: Index | None = None) -> None:
        if former is None or index.people != former.people:
            people = [(person, case) for person in index.people]
            self._rewrite("people", case, people, anew=former is not None and not former.people)
        if former is None or index.values != former.values:
            values = [
                (case, name, value, None) if isinstance(value, str) else (case, name, None, value)
                for name, value in index.values.items()
            ]
            self._rewrite("field_values", case, values, anew=former is not None and not former.values)
        if former is None or index.words != former.words:
            self._base.write_words(case, index.words)

    def _rewrite(self, table: str, case: str, rows: Sequence[tuple[object, ...]], *, anew: bool) -> None:
        """Put these rows of a case in the place of those that it has; `anew`: it has none."""
        if not anew:
            self._base.run(f'delete from {table} where "case" = ?', case)
        for some in (rows[n : n + ROWS_AT_ONCE] for n in range(0, len(rows), ROWS_AT_ONCE)):
            marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self._base.run(f"insert into {table} values {marks}", *chain(*some))

    def find(self, query: Query) -> Page:
        """A page. What the indices by priority keep apart is looked up part by part, and made one."""
        parts = [self._found(part, teamless) for part, teamless in self._parts(query)]
        found = parts[0] if len(parts) == 1 else sorted(chain(*parts), key=lambda row: (row[-1], row[0]))
        rows = tuple(read_row(found_row) for *found_row, _ in found[: query.limit])
        more = len(found) > query.limit
        return Page(rows, (int(found[query.limit - 1][-1]), rows[-1].number) if more else None)

    def _parts(self, query: Query) -> Iterator[tuple[Query, bool]]:
        """The parts of a query, and whether one is of cases that no team has. By priority, what is open and what has
        ended stand apart, so that a queue is not full of what has left it; and in a state each team's."""
        if query.order != "priority" or query.number is not None:
            yield query, False
            return
        for part in [query] if query.open is not None else [replace(query, open=open_) for open_ in (True, False)]:
            if query.state is None or query.team is not None or finds_few(query):
                yield part, False
                continue
            yield part, True
            for team in self._teams(int(part.open is True), query.state):
                yield replace(part, team=team), False

    def _teams(self, open_: int, state: str) -> list[str]:
        """The teams that have a case in a state, each found by one step along the index."""
        found = self._base.all(_TEAMS, open_, state, open_, state)
        return [team for (team,) in found if team is not None]

    def _found(self, query: Query, teamless: bool) -> list[Any]:
        """The rows of a page, each with its place in the order, and one more."""
        conditions, values = conditions_of(query, self._base)
        if teamless:
            conditions.append("team is null")
        key = {"priority": "rank", "due": "next_due", "number": "0"}[query.order]
        if query.after is not None:
            conditions.append("number > ?" if query.order == "number" else f"({key}, number) > (?, ?)")
            values += query.after[1:] if query.order == "number" else query.after
        where = f" where {' and '.join(conditions)}" if conditions else ""
        by = "number" if query.order == "number" else f"{key}, number"
        return self._base.all(f"select {ROW}, {key} from cases{where} order by {by} limit ?", *values, query.limit + 1)

    def counts(self) -> Sequence[Found]:
        found = self._base.all("select team, state, count(*) from cases where open = 1 group by state, team")
        counts = [Found(team, state, int(count)) for team, state, count in found]
        return sorted(counts, key=lambda each: (each.team or "", each.state))

    # --- what cases are pinned to

    def keep(self, name: str, workflow_hash: str, bundle_hash: str, kept: Kept) -> None:
        for hash, content in ((workflow_hash, kept.workflow), (bundle_hash, kept.calendars)):
            self.keep_bundle(hash, content)
        self._base.run(
            "insert into case_types values (?, ?, ?) on conflict (name) do update set"
            " workflow = excluded.workflow, calendars = excluded.calendars",
            name, workflow_hash, bundle_hash,
        )  # fmt: skip

    def current(self, name: str) -> tuple[str, str] | None:
        found = self._one("select workflow, calendars from case_types where name = ?", name)
        return None if found is None else (found[0], found[1])

    def keep_bundle(self, hash: str, calendars: bytes) -> None:
        self._base.run("insert into artifacts values (?, ?) on conflict do nothing", hash, calendars)

    def case_types(self) -> list[str]:
        return [name for (name,) in self._base.all("select name from case_types order by name")]

    def open_cases(self, name: str, after: str, most: int) -> list[str]:
        found = self._base.all(
            "select number from cases where +open = 1 and workflow = ? and number > ? order by number limit ?",
            name, after, most,
        )  # fmt: skip
        return [number for (number,) in found]

    def installed(self) -> Mapping[str, tuple[str, str]]:
        found = self._base.all("select name, workflow, calendars from case_types order by name")
        return {name: (workflow, calendars) for name, workflow, calendars in found}

    def pinned(self) -> set[str]:
        hashes: set[str] = set()
        while (last := self._one(_NEXT_PINNED, max(hashes, default=""))[0]) is not None:
            hashes.add(last)
        return hashes

    def artifact(self, hash: str) -> bytes | None:
        found = self._one("select content from artifacts where hash = ?", hash)
        return None if found is None else bytes(found[0])

    def bundle(self, hash: str) -> bytes | None:
        return self.artifact(hash)


def _of_one_entry(entry: Entry, scope: str, request: str) -> Bound | None:
    """The outcome of a request that did no more than this entry, in the case in whose scope its key is; then the key
    stands in the row of the entry."""
    return Bound(request, True, scope, (), entry.n, entry.n) if entry.case == scope else None


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


def _columns(row: Row) -> tuple[object, ...]:
    """What lists are made of."""
    return (
        row.artifact, row.workflow, row.state, row.ending, int(row.open), row.team, row.assignee, rank_of(row.score),
        row.band, row.ages_at, row.next_due,
    )  # fmt: skip


def _otherwise(columns: tuple[object, ...], listed: Row | None) -> list[int]:
    """The columns of lists to write: those that differ from what is listed; and where a score ages, whatever age has a
    part in, for a host may have put it forward since."""
    if listed is None:
        return list(range(len(columns)))
    former, ages = _columns(listed), listed.ages_at is not None
    return [n for n, column in enumerate(columns) if column != former[n] or (ages and _LISTED[n] in _AGEING)]


@lru_cache(maxsize=8)
def _entering(a_case: bool, lock: str, now: str) -> str:
    """What a command needs to know first, as one question: what its key is bound to, where its case is, the time."""
    bound = ", ".join(f"bound.{name}" for name in KEY.split(", "))
    known = f"select {KEY} from outcomes where scope = ? and key = ?"
    held = f" left join (select head, changed from cases where number = ?{lock}) held on true" if a_case else ""
    return (
        f"select {bound}, {'held.head, held.changed' if a_case else 'null, null'}, {now} from (select 1) one"
        f" left join ({f'{known} union all {ENTRY_KEY} and key = ?' if a_case else known}) bound on true{held}"
    )


@lru_cache(maxsize=1024)
def _update(others: tuple[int, ...], unchanged: bool, with_head: bool) -> str:
    """How a case is put in the place of its former version, with its head where that is known: with those columns of
    lists that differ, because a database writes every index of a column that is named; and where it stood unchanged
    since the last anchor, with a mark that it doesn't any more. Who holds it to be marked is right, or fails."""
    marks = [f"{_LISTED[n]} = ?" for n in others] + ["changed = 1"] * unchanged
    assigned = ", ".join(["version = ?", "head = ?", "snapshot = ?", *marks])
    as_known = f"{' and head = ?' if with_head else ''}{'' if unchanged else ' and changed = 1'}"
    return f"update cases set {assigned} where number = ? and version = ?{as_known}"


_HEAD = "select head, changed from cases where number = ?"
_HISTORY = 'select header, payload from journal where "case" = ? and n > ? order by n'
_INSERT_ENTRY = 'insert into journal ("case", n, header, payload) values (?, ?, ?, ?)'
_INSERT_WITH_KEY = (
    'insert into journal ("case", n, header, payload, key, request) select ?, ?, ?, ?, ?, ?'
    " where not exists (select 1 from outcomes where scope = ? and key = ?)"
)
_LISTED = ("artifact", "workflow", "state", "ending", "open", "team", "assignee", "rank", "band", "ages_at", "next_due")
_AGEING = ("rank", "band", "ages_at")
_INSERT_CASE = (
    f"insert into cases (version, head, snapshot, {', '.join(_LISTED)}, opened_at, number, changed)"
    f" values ({', '.join('?' * 16)}, 1) on conflict do nothing"
)
_TAKE = "update sequences set last = ? where name = ? and last = ?"
_TEAMS = (
    "with recursive teams (team) as (select min(team) from cases where open = ? and state = ? union all select"
    " (select min(team) from cases where open = ? and state = ? and team > teams.team) from teams"
    " where team is not null) select team from teams"
)
_STILL = "id = ? and state = 'waiting'"
_NEXT_PINNED = "select min(artifact) from cases where open = 1 and artifact > ?"
_LOAD = "select count(*) from cases where assignee = ? and open = 1"
_POST = (
    'insert into outbox (id, "case", effect, recipient, message, posted_at, try_at, attempts, state, reason)'
    " values (?, ?, ?, ?, ?, ?, ?, 0, 'waiting', '') on conflict do nothing"
)
_DUE_NOW = "select count(*), min(next_due) from cases where next_due is not null and next_due <= ?"
_WAITING_NOW = "select count(*), min(posted_at) from outbox where state = 'waiting' and try_at <= ?"
_ASIDE_NOW = "select count(*) from outbox where state = 'aside'"
