"""What people and apps ask a host: a case, its journal, why it is so, what may be done, which cases there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from casedsl_runtime import answers, views
from casedsl_runtime.accounts import Account, step_of_time
from casedsl_runtime.answers import Explanation, Offer
from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.case import Case, fold
from casedsl_runtime.journal import Entry, erased
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.requests import load, no_case, stranger, usable
from casedsl_runtime.rows import is_found_by
from casedsl_runtime.store import Unit
from casedsl_runtime.store.search import LONGEST_QUERY, Found, Page, Query, Range, Row, key_of
from casedsl_runtime.turn import zone_of
from casedsl_runtime.views import View
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

    def find(self, query: Query, actor: str | None = None) -> Page:
        """A page of cases: priority unknown first, so that triage happens, then by falling score, then by number; or
        in another order that the query names. With an `actor` nothing is found by a value that this person doesn't see
        in that case."""
        if not is_sensible(query):
            return Page((), None)
        with self._store.reading() as unit:
            if actor is None or not (query.fields or query.text):
                return unit.find(query)
            person = self._directory.get(actor)
            return Page((), None) if person is None else self._found_by(unit, query, person)

    def _found_by(self, unit: Unit, query: Query, person: Person) -> Page:
        """A page of the cases in which a person sees what they are found by."""
        rows: list[Row] = []
        page = unit.find(query)
        while True:
            for row in page.rows:
                if len(rows) == query.limit:
                    return Page(tuple(rows), key_of(query.order, rows[-1]))
                case = load(unit, row.number)
                if case is not None and is_found_by(self._shelf.machine(unit, row.artifact), case, person, query):
                    rows.append(row)
            if page.next is None:
                return Page(tuple(rows), None)
            page = unit.find(replace(query, after=page.next))

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

    def view(self, case: str, actor: str) -> View | None:
        """What this person sees of the case, and why not the rest; None for an unknown case or person."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return None
            return views.view(self._shelf.machine(unit, snapshot.workflow), snapshot, person)

    def hidden(self, case: str, actor: str) -> Mapping[int, frozenset[str]]:
        """The values of each entry of the case's journal that this person doesn't see."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return {}
            machine = self._shelf.machine(unit, snapshot.workflow)
            return {entry.n: views.hidden_in(machine, snapshot, person, entry) for entry in unit.history(case)}

    def why_not(self, case: str, event: str, actor: str) -> Sequence[str]:
        """Why this person may not do it now; nothing when they may."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return [no_case(case) if snapshot is None else stranger(actor)]
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.why_not(pinned.machine, snapshot, event, self._env(unit, pinned, person, self._now(unit)))

    def why(self, case: str, actor: str | None = None) -> Explanation | None:
        """Why the case is where it is and when time acts next; None for an unknown case. To an `actor` who doesn't see
        every field of the priority its parts aren't told."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return None
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            person = None if actor is None else self._directory.get(actor)
            env = self._env(unit, pinned, person, self._now(unit))
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
