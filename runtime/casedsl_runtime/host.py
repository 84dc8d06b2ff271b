"""The host: the one place that touches the world, a loop around `decide`.

A command is one transaction: the key's earlier outcome is looked up, what is due in the case is settled, the command is
decided, and its entry, snapshot, timers, messages and outcome are stored together. The same key again yields the first
outcome, refusals included; a key used again for something else is refused. Time acts in `tick`: whatever is due, in the
order (instant, case, ladder), each step in a transaction of its own, with everything that follows from it, however long
the software was down.

The host's clock, its source of salts and its store are arguments: a virtual clock and seeded salts make a run that can
be repeated to the byte. Open cases stay pinned to the artifact and the calendars with which they were opened, unless
other calendars are proclaimed for them (`proclaiming.py`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce

from casedsl_runtime import answers
from casedsl_runtime.accounts import Account, step_of_time
from casedsl_runtime.answers import Explanation, Offer
from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import Case, fold
from casedsl_runtime.commands import Amend, Do, Env, Open, Refused, TimerDue
from casedsl_runtime.engine import decide
from casedsl_runtime.journal import SALT_BYTES, Entry, Salts, erased, verify_chain
from casedsl_runtime.loading import load_bundle, load_workflow
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import local_year
from casedsl_runtime.people import Directory
from casedsl_runtime.proclaiming import Proclaiming
from casedsl_runtime.references import SEQUENCE, missing_calendars
from casedsl_runtime.requests import (
    BAD_KEY,
    Outcome,
    bound_to,
    load,
    no_case,
    refusal,
    replayed,
    request_of,
    stranger,
    usable,
)
from casedsl_runtime.store import Kept, Letter, Row, Store, StoreError, Unit
from casedsl_runtime.turn import armed, zone_of
from casedsl_runtime.vocabulary import Value

__all__ = ["Fired", "Host", "Outcome", "fresh_salt", "seconds"]


def seconds() -> int:
    """The clock of the machine in whole seconds UTC."""
    return int(time.time())


def fresh_salt() -> bytes:
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Fired:
    """A step of time that `tick` let take place, or could not (then `outcome` says why)."""

    case: str
    timer: TimerDue
    outcome: Outcome


class Host(Proclaiming):
    """Runs cases in a store. One host may serve several case types; people are shared by all of them."""

    def __init__(
        self, store: Store, directory: Directory, clock: Callable[[], int] = seconds, salts: Salts = fresh_salt
    ) -> None:
        super().__init__(store, directory, clock, salts)

    # --- case types

    def install(self, workflow: bytes, calendars: bytes) -> str:
        """Keep an artifact and its calendars; new cases of this type use them. Yields the case type's name.

        Raises `ArtifactError` for a file that can't be run and `StoreError` where a calendar is missing."""
        loaded, bundle = load_workflow(workflow), load_bundle(calendars)
        lacking = missing_calendars(loaded.workflow, bundle.bundle)
        if lacking:
            raise StoreError(f"the bundle has no calendar `{lacking[0]}`; compile again with `casedsl calendars lock`")
        with self._store.transaction() as unit:
            unit.keep(loaded.workflow.name, loaded.hash, bundle.hash, Kept(workflow, calendars))
        self._shelf.put(loaded, bundle)
        return loaded.workflow.name

    # --- commands

    def open(
        self, case_type: str, key: str, fields: Mapping[str, Value], actor: str, on_behalf_of: str | None = None
    ) -> Outcome:
        """Open a case of an installed type; `actor` and `on_behalf_of` are ids of people in the directory."""
        if not usable(key):
            return refusal(None, BAD_KEY)
        if on_behalf_of is not None and not usable(on_behalf_of):
            return refusal(None, stranger(on_behalf_of))
        command = Open(dict(fields), on_behalf_of)
        scope, request = f"open {case_type}", request_of(command, actor)
        with self._store.transaction() as unit:
            known = replayed(unit, scope, key, request)
            if known is not None:
                return known
            outcome = self._open(unit, case_type, command, actor)
            unit.bind(scope, key, bound_to(request, outcome))
            return outcome

    def _open(self, unit: Unit, case_type: str, command: Open, actor: str) -> Outcome:
        current, person = unit.current(case_type), self._directory.get(actor)
        if current is None:
            return refusal(None, f"there is no case type `{case_type[:60]}` here; install its artifact first")
        if person is None:
            return refusal(None, stranger(actor))
        pinned = self._shelf.pinned(unit, *current)
        now = self._clock()
        env = self._env(unit, pinned, person, now)
        sequence, number, name = _next_number(unit, pinned.machine, env)
        decision = decide(pinned.machine, None, command, replace(env, number=name))
        if isinstance(decision, Refused):
            return Outcome(False, None, decision.reasons)
        unit.take(sequence, number)
        self._keep(unit, pinned, None, decision)
        return Outcome(True, name, (), decision.entries)

    def submit(self, case: str, key: str, command: Do | Amend, actor: str) -> Outcome:
        """Ask that something happen in a case; `key` is the asker's own name for this request."""
        return self._once(case, key, command, actor, partial(self._submit, command=command, actor=actor))

    def _submit(self, unit: Unit, case: Case, command: Do | Amend, actor: str) -> Outcome:
        pinned = self._shelf.pinned(unit, case.workflow, case.calendars)
        person = self._directory.get(actor)
        if person is None:
            return refusal(case.id, stranger(actor))
        now = self._clock()
        case, stuck = self._settle(unit, pinned, case, now)
        if stuck is not None:
            return Outcome(False, case.id, stuck.reasons)
        decision = decide(pinned.machine, case, command, self._env(unit, pinned, person, now))
        if isinstance(decision, Refused):
            return Outcome(False, case.id, decision.reasons)
        self._keep(unit, pinned, case, decision)
        return Outcome(True, case.id, (), decision.entries)

    # --- time

    def tick(self, now: int | None = None) -> Sequence[Fired]:
        """Let everything take place that is due by `now`, across all cases, and all that follows from it."""
        instant = self._clock() if now is None else now
        fired: list[Fired] = []
        stuck: set[str] = set()
        while (step := self._step(instant, stuck)) is not None:
            fired.append(step)
            if not step.outcome.accepted:
                stuck.add(step.case)
        return fired

    def _step(self, now: int, stuck: set[str]) -> Fired | None:
        """The next step of time, in a transaction of its own."""
        with self._store.transaction() as unit:
            number = next((case for case, _ in unit.due(now) if case not in stuck), None)
            case = None if number is None else unit.load(number)
            if case is None:
                return None
            pinned = self._shelf.pinned(unit, case.workflow, case.calendars)
            due = armed(pinned.machine, case)[0]
            timer = TimerDue(due.clock, due.visit, due.rung, due.occurrence, due.due)
            decision = decide(pinned.machine, case, timer, self._env(unit, pinned, None, now))
            if isinstance(decision, Refused):
                return Fired(case.id, timer, Outcome(False, case.id, decision.reasons))
            self._keep(unit, pinned, case, decision)
            return Fired(case.id, timer, Outcome(True, case.id, (), decision.entries))

    def next_due(self) -> int | None:
        """The instant at which `tick` has something to do next; None when nothing is armed."""
        with self._store.reading() as unit:
            return unit.next_due()

    # --- questions

    def load(self, case: str) -> Case | None:
        with self._store.reading() as unit:
            return load(unit, case)

    def history(self, case: str, after: int = 0) -> Sequence[Entry]:
        """The case's journal, or what came after entry `after`."""
        with self._store.reading() as unit:
            return unit.history(case, after) if usable(case) else []

    def verify(self, case: str) -> Sequence[str]:
        """What is wrong with the case's journal, or with the snapshot as its fold; nothing when both hold. Where values
        were erased, the chain is proved and the fold can't be."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return [no_case(case)]
            entries = unit.history(case)
        problems = verify_chain(entries)
        if not erased(entries) and reduce(fold, entries, Case()) != snapshot:
            problems.append(f"the snapshot of case {case} is not what its journal says; rebuild it from the journal")
        return problems

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
            return zone_of(pinned.machine, self._env(unit, pinned, None, self._clock()))

    def list(self, state: str | None = None, assignee: str | None = None) -> Sequence[Row]:
        """Cases: priority unknown first, so that triage happens, then by falling score, then by number."""
        if not all(name is None or usable(name) for name in (state, assignee)):
            return []
        with self._store.reading() as unit:
            return unit.rows(state, assignee)

    def actions(self, case: str, actor: str) -> Sequence[Offer]:
        """What this person may do now in the case, as it is recorded (`tick` first); nothing in an unknown one."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return []
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.actions(pinned.machine, snapshot, self._env(unit, pinned, person, self._clock()))

    def why_not(self, case: str, event: str, actor: str) -> Sequence[str]:
        """Why this person may not do it now; nothing when they may."""
        with self._store.reading() as unit:
            snapshot, person = load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return [no_case(case) if snapshot is None else stranger(actor)]
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.why_not(pinned.machine, snapshot, event, self._env(unit, pinned, person, self._clock()))

    def why(self, case: str) -> Explanation | None:
        """Why the case is where it is and when time acts next; None for an unknown case."""
        with self._store.reading() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return None
            pinned = self._shelf.pinned(unit, snapshot.workflow, snapshot.calendars)
            env = self._env(unit, pinned, None, self._clock())
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
            env = self._env(unit, pinned, None, self._clock())
            return step_of_time(pinned.machine, before, env, entries)

    # --- messages

    def outbox(self) -> Sequence[Letter]:
        """The messages that wait for delivery. Deliver each, then call `delivered`: at least once, with a stable id."""
        with self._store.reading() as unit:
            return unit.outbox()

    def delivered(self, letter: str) -> None:
        with self._store.transaction() as unit:
            unit.delivered(letter)


def _next_number(unit: Unit, machine: Machine, env: Env) -> tuple[str, int, str]:
    """The sequence that the case type counts in, its next value, and the number that a case gets with it. A pattern
    that shows the year counts from 1 in each year of the workflow's zone."""
    pattern, year = machine.workflow.number, local_year(env.now, zone_of(machine, env))
    sequence = f"{machine.workflow.name} {year}" if "{year}" in pattern else machine.workflow.name
    value = unit.peek(sequence)
    number = SEQUENCE.sub(lambda gap: str(value).zfill(int(gap[1] or 1)), pattern)
    return sequence, value, number.replace("{year}", str(year))
