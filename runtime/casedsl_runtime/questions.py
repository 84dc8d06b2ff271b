"""What people and apps ask a host: a case, its journal, why it is so, what may be done, which cases there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from casedsl_runtime import answers
from casedsl_runtime.accounts import Account, step_of_time
from casedsl_runtime.answers import Explanation, Offer
from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.case import Case, fold
from casedsl_runtime.journal import Entry, erased
from casedsl_runtime.machine import Machine
from casedsl_runtime.requests import load, no_case, stranger, usable
from casedsl_runtime.store.search import LONGEST_QUERY, Found, Page, Query, Range, Row
from casedsl_runtime.turn import zone_of
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.working import Working

_PAGE = 1_000


class Questions(Working):
    """A host's answers. Each is one consistent view of the store; nothing is changed."""

    def workflows(self) -> Sequence[Workflow]:
        """The workflows that new cases use and open ones are pinned to."""
        with self._store.reading() as unit:
            hashes = {workflow for workflow, _ in unit.installed().values()} | unit.pinned()
            return [self._shelf.machine(unit, hash).workflow for hash in sorted(hashes)]

    def now(self) -> int:
        """The instant that it is for this host."""
        with self._store.reading() as unit:
            return self._now(unit)

    def next_due(self) -> int | None:
        """The instant at which `tick` has something to do next; None when nothing is armed."""
        with self._store.reading() as unit:
            return unit.next_due()

    def load(self, case: str) -> Case | None:
        with self._store.reading() as unit:
            return load(unit, case)

    def history(self, case: str, after: int = 0) -> Sequence[Entry]:
        """The case's journal, or what came after entry `after`."""
        with self._store.reading() as unit:
            return unit.history(case, after) if usable(case) else []

    def machine(self, case: str) -> Machine | None:
        """The machine that the case is pinned to."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            return None if snapshot is None else self._shelf.machine(unit, snapshot.workflow)

    def zone(self, case: str) -> CompiledCalendar | None:
        """The calendar that knows the zone in which the case's instants are shown; None for an unknown case or zone."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return None
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return zone_of(pinned.machine, self._env(unit, pinned, None, self._now(unit)))

    def find(self, query: Query) -> Page:
        """A page of cases: priority unknown first, so that triage happens, then by falling score, then by number; or
        in another order that the query names."""
        if not is_sensible(query):
            return Page((), None)
        with self._store.reading() as unit:
            return unit.find(query)

    def list(self, state: str | None = None, assignee: str | None = None) -> Sequence[Row]:
        """All cases of a state, of a person, or of both, by falling priority."""
        rows: list[Row] = []
        page = self.find(Query(state=state, assignee=assignee, limit=_PAGE))
        rows += page.rows
        while page.next is not None:
            page = self.find(Query(state=state, assignee=assignee, limit=_PAGE, after=page.next))
            rows += page.rows
        return rows

    def counts(self) -> Sequence[Found]:
        """How many open cases each queue has in each state."""
        with self._store.reading() as unit:
            return unit.counts()

    def actions(self, case: str, actor: str) -> Sequence[Offer]:
        """What this person may do now in the case, as it is recorded (`tick` first); nothing in an unknown one."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return []
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.actions(pinned.machine, snapshot, self._env(unit, pinned, person, self._now(unit)))

    def why_not(self, case: str, event: str, actor: str) -> Sequence[str]:
        """Why this person may not do it now; nothing when they may."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return [no_case(case) if snapshot is None else stranger(actor)]
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.why_not(pinned.machine, snapshot, event, self._env(unit, pinned, person, self._now(unit)))

    def why(self, case: str) -> Explanation | None:
        """Why the case is where it is and when time acts next; None for an unknown case."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return None
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            env = self._env(unit, pinned, None, self._now(unit))
            return answers.why(pinned.machine, snapshot, env, unit.history(case))

    def why_then(self, case: str, n: int) -> Account | None:
        """Why time acted in entry `n` of a case when it did; None if it is no step of time, or can't be told any more
        because values were erased."""
        with self._store.reading() as unit:
            entries = unit.history(case)[:n] if usable(case) else []
            if not 1 < n == len(entries) or erased(entries):
                return None
            before = reduce(fold, entries[:-1], Case())
            pinned = self._shelf.pinned(unit, before.workflow, before.calendars)
            env = self._env(unit, pinned, None, self._now(unit))
            return step_of_time(pinned.machine, before, env, entries)


def is_sensible(query: Query) -> bool:
    """Whether every name that a query gives can be the name of anything in a store."""
    names = (
        query.number,
        query.workflow,
        query.person,
        query.team,
        query.assignee,
        query.state,
        query.ending,
        query.band,
    )
    given = [name for name in (*names, *query.fields, query.after and query.after[1]) if name is not None]
    short = query.limit > 0 and len(query.text) <= LONGEST_QUERY
    return short and all(map(usable, given)) and all(map(_can_be_asked, _values(query)))


def _values(query: Query) -> Iterator[Value]:
    """What a query has of other people's texts and numbers."""
    yield from (query.text, query.limit, query.due_by, query.after and query.after[0])
    for wanted in query.fields.values():
        yield from wanted if isinstance(wanted, Range) else (wanted,)


def _can_be_asked(value: Value) -> bool:
    """Whether every database can compare with this."""
    if isinstance(value, str):
        return not any(sign == "\0" or 0xD800 <= ord(sign) <= 0xDFFF for sign in value)
    return value is None or abs(value) < 1 << 62
