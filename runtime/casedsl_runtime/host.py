"""The host: the one place that touches the world, a loop around `decide`.

A command is one transaction: the key's earlier outcome is looked up, what is due in the case is settled, the command is
decided, and its entry, snapshot, timers, messages and outcome are stored together. The same key again yields the first
outcome, refusals included; a key used again for something else is refused. Time acts in `tick`: whatever is due, in the
order (instant, case, ladder), each step in a transaction of its own, with everything that follows from it, however long
the software was down.

The host's clock, its source of salts and its store are arguments: a virtual clock and seeded salts make a run that can
be repeated to the byte. Open cases stay pinned to the artifact and the calendars with which they were opened.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from hashlib import sha256
from typing import TypeVar

from casedsl_runtime import answers
from casedsl_runtime.answers import Explanation, Offer
from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import Case, fold
from casedsl_runtime.commands import Accepted, Amend, Command, Do, Env, Open, Refused, Send, TimerDue
from casedsl_runtime.engine import decide, first_due
from casedsl_runtime.journal import SALT_BYTES, Entry, Salts, erased, verify_chain
from casedsl_runtime.loading import ArtifactError, load_bundle, load_workflow
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import local_year
from casedsl_runtime.people import Directory, Person
from casedsl_runtime.references import SEQUENCE, missing_calendars
from casedsl_runtime.store import Bound, Kept, Letter, Row, Store, StoreError, Unit
from casedsl_runtime.turn import armed, zone_of
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import Calendars
from casedsl_runtime.worktime import load as load_calendars

T = TypeVar("T")


def seconds() -> int:
    """The clock of the machine in whole seconds UTC."""
    return int(time.time())


def fresh_salt() -> bytes:
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the entries of the command itself (not what time did before it), or the reasons."""

    accepted: bool
    number: str | None
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """A step of time that `tick` let take place, or could not (then `outcome` says why)."""

    case: str
    timer: TimerDue
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Pinned:
    """A machine and its calendars, as a case has them pinned."""

    machine: Machine
    calendars: Calendars
    bundle: str


class Host:
    """Runs cases in a store. One host may serve several case types; people are shared by all of them."""

    def __init__(
        self, store: Store, directory: Directory, clock: Callable[[], int] = seconds, salts: Salts = fresh_salt
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._salts = salts
        self._machines: dict[str, Machine] = {}
        self._calendars: dict[str, Calendars] = {}

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
        self._machines[loaded.hash] = Machine.of(loaded.workflow, loaded.hash)
        self._calendars[bundle.hash] = load_calendars(bundle.bundle)
        return loaded.workflow.name

    def _pinned(self, unit: Unit, workflow: str, bundle: str) -> Pinned:
        return Pinned(self._machine(unit, workflow), self._calendar(unit, bundle), bundle)

    def _machine(self, unit: Unit, hash: str) -> Machine:
        if hash not in self._machines:
            self._machines[hash] = Machine.of(_read(load_workflow, unit.artifact(hash), hash).workflow, hash)
        return self._machines[hash]

    def _calendar(self, unit: Unit, hash: str) -> Calendars:
        if hash not in self._calendars:
            self._calendars[hash] = load_calendars(_read(load_bundle, unit.bundle(hash), hash).bundle)
        return self._calendars[hash]

    def _env(self, unit: Unit, pinned: Pinned, actor: Person | None, now: int, number: str | None = None) -> Env:
        return Env(now, actor, self._directory, pinned.calendars, self._salts, unit.loads(), number, pinned.bundle)

    # --- commands

    def open(
        self, case_type: str, key: str, fields: Mapping[str, Value], actor: str, on_behalf_of: str | None = None
    ) -> Outcome:
        """Open a case of an installed type; `actor` and `on_behalf_of` are ids of people in the directory."""
        if not _usable(key):
            return _refusal(None, _BAD_KEY)
        if on_behalf_of is not None and not _usable(on_behalf_of):
            return _refusal(None, _stranger(on_behalf_of))
        command = Open(dict(fields), on_behalf_of)
        scope, request = f"open {case_type}", _request(command, actor)
        with self._store.transaction() as unit:
            known = _replayed(unit, scope, key, request)
            if known is not None:
                return known
            outcome = self._open(unit, case_type, command, actor)
            unit.bind(scope, key, _bound(request, outcome))
            return outcome

    def _open(self, unit: Unit, case_type: str, command: Open, actor: str) -> Outcome:
        current, person = unit.current(case_type), self._directory.get(actor)
        if current is None:
            return _refusal(None, f"there is no case type `{case_type[:60]}` here; install its artifact first")
        if person is None:
            return _refusal(None, _stranger(actor))
        pinned = self._pinned(unit, *current)
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
        if not _usable(key):
            return _refusal(None, _BAD_KEY)
        request = _request(command, actor)
        with self._store.transaction() as unit:
            snapshot = _load(unit, case)
            if snapshot is None:
                return _refusal(None, _no_case(case))
            known = _replayed(unit, case, key, request)
            if known is not None:
                return known
            outcome = self._submit(unit, snapshot, command, actor)
            unit.bind(case, key, _bound(request, outcome))
            return outcome

    def _submit(self, unit: Unit, case: Case, command: Do | Amend, actor: str) -> Outcome:
        pinned = self._pinned(unit, case.workflow, case.calendars)
        person = self._directory.get(actor)
        if person is None:
            return _refusal(case.id, _stranger(actor))
        now = self._clock()
        case, stuck = self._settle(unit, pinned, case, now)
        if stuck is not None:
            return Outcome(False, case.id, stuck.reasons)
        decision = decide(pinned.machine, case, command, self._env(unit, pinned, person, now))
        if isinstance(decision, Refused):
            return Outcome(False, case.id, decision.reasons)
        self._keep(unit, pinned, case, decision)
        return Outcome(True, case.id, (), decision.entries)

    def _settle(self, unit: Unit, pinned: Pinned, case: Case, now: int) -> tuple[Case, Refused | None]:
        """Let everything take place that is due in the case by now; the reasons when something can't."""
        while (due := first_due(pinned.machine, case, now)) is not None:
            decision = decide(pinned.machine, case, due, self._env(unit, pinned, None, now))
            if isinstance(decision, Refused):
                return case, decision
            case = self._keep(unit, pinned, case, decision)
        return case, None

    def _keep(self, unit: Unit, pinned: Pinned, case: Case | None, decision: Accepted) -> Case:
        """Store what was decided: entries, snapshot, timers, messages."""
        after = case
        for entry in decision.entries:
            after = fold(after, entry)
        assert after is not None, "an accepted command has an entry"
        unit.append(decision.entries)
        timers = armed(pinned.machine, after)
        next_due = timers[0].due if timers else None
        unit.save(after, case.version if case else 0, _row(pinned.machine, after, next_due))
        if any(not isinstance(effect, Send) for effect in decision.effects):
            unit.arm(after.id, timers)
        unit.post(after.id, [effect for effect in decision.effects if isinstance(effect, Send)])
        return after

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
            pinned = self._pinned(unit, case.workflow, case.calendars)
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
            return _load(unit, case)

    def history(self, case: str, after: int = 0) -> Sequence[Entry]:
        """The case's journal, or what came after entry `after`."""
        with self._store.reading() as unit:
            return unit.history(case, after) if _usable(case) else []

    def verify(self, case: str) -> Sequence[str]:
        """What is wrong with the case's journal, or with the snapshot as its fold; nothing when both hold. Where values
        were erased, the chain is proved and the fold can't be."""
        with self._store.reading() as unit:
            snapshot = _load(unit, case)
            if snapshot is None:
                return [_no_case(case)]
            entries = unit.history(case)
        problems = verify_chain(entries)
        if not erased(entries) and reduce(fold, entries, Case()) != snapshot:
            problems.append(f"the snapshot of case {case} is not what its journal says; rebuild it from the journal")
        return problems

    def machine(self, case: str) -> Machine | None:
        """The machine that the case is pinned to."""
        with self._store.reading() as unit:
            snapshot = _load(unit, case)
            return None if snapshot is None else self._machine(unit, snapshot.workflow)

    def zone(self, case: str) -> CompiledCalendar | None:
        """The calendar that knows the zone in which the case's instants are shown; None for an unknown case or zone."""
        with self._store.reading() as unit:
            snapshot = _load(unit, case)
            if snapshot is None:
                return None
            pinned = self._pinned(unit, snapshot.workflow, snapshot.calendars)
            return zone_of(pinned.machine, self._env(unit, pinned, None, self._clock()))

    def list(self, state: str | None = None, assignee: str | None = None) -> Sequence[Row]:
        """Cases: priority unknown first, so that triage happens, then by falling score, then by number."""
        if not all(name is None or _usable(name) for name in (state, assignee)):
            return []
        with self._store.reading() as unit:
            return unit.rows(state, assignee)

    def actions(self, case: str, actor: str) -> Sequence[Offer]:
        """What this person may do now in the case, as it is recorded (`tick` first); nothing in an unknown one."""
        with self._store.reading() as unit:
            snapshot, person = _load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return []
            pinned = self._pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.actions(pinned.machine, snapshot, self._env(unit, pinned, person, self._clock()))

    def why_not(self, case: str, event: str, actor: str) -> Sequence[str]:
        """Why this person may not do it now; nothing when they may."""
        with self._store.reading() as unit:
            snapshot, person = _load(unit, case), self._directory.get(actor)
            if snapshot is None or person is None:
                return [_no_case(case) if snapshot is None else _stranger(actor)]
            pinned = self._pinned(unit, snapshot.workflow, snapshot.calendars)
            return answers.why_not(pinned.machine, snapshot, event, self._env(unit, pinned, person, self._clock()))

    def why(self, case: str) -> Explanation | None:
        """Why the case is where it is and when time acts next; None for an unknown case."""
        with self._store.reading() as unit:
            snapshot = _load(unit, case)
            if snapshot is None:
                return None
            pinned = self._pinned(unit, snapshot.workflow, snapshot.calendars)
            last = unit.history(case, snapshot.version - 1)
            env = self._env(unit, pinned, None, self._clock())
            return answers.why(pinned.machine, snapshot, env, last[-1] if last else None)

    # --- messages

    def outbox(self) -> Sequence[Letter]:
        """The messages that wait for delivery. Deliver each, then call `delivered`: at least once, with a stable id."""
        with self._store.reading() as unit:
            return unit.outbox()

    def delivered(self, letter: str) -> None:
        with self._store.transaction() as unit:
            unit.delivered(letter)


def _read(load: Callable[[bytes], T], data: bytes | None, hash: str) -> T:
    """An artifact or a bundle that a case is pinned to, from the store's own copy."""
    if data is None:
        raise StoreError(f"the store lacks {hash[:19]}…, which open cases need; install that artifact and bundle again")
    try:
        return load(data)
    except ArtifactError as error:
        raise StoreError(f"the store's copy of {hash[:19]}… is damaged; restore the store from a backup") from error


_BAD_KEY = "a request's key is 1 to 200 printable characters; give it another one"


def _usable(name: str) -> bool:
    """Whether this can be the name of anything in a store."""
    return 0 < len(name) <= 200 and name.isprintable()


def _load(unit: Unit, case: str) -> Case | None:
    return unit.load(case) if _usable(case) else None


def _request(command: Command, actor: str) -> str:
    """What a key is bound to: who asks for what."""
    parts = {name: getattr(command, name) for name in command.__slots__}
    text = json.dumps([actor, type(command).__name__, parts], sort_keys=True, default=repr)
    return sha256(text.encode()).hexdigest()


def _replayed(unit: Unit, case: str, key: str, request: str) -> Outcome | None:
    """The outcome that the key is bound to already."""
    bound = unit.bound(case, key)
    if bound is None:
        return None
    if bound.request != request:
        return _refusal(bound.number, "this key was used for another request; give every request a key of its own")
    entries: tuple[Entry, ...] = ()
    if bound.accepted and bound.number is not None:
        entries = tuple(entry for entry in unit.history(bound.number, bound.first - 1) if entry.n <= bound.last)
    return Outcome(bound.accepted, bound.number, bound.reasons, entries)


def _bound(request: str, outcome: Outcome) -> Bound:
    numbers = [entry.n for entry in outcome.entries] or [0]
    return Bound(request, outcome.accepted, outcome.number, outcome.reasons, numbers[0], numbers[-1])


def _refusal(number: str | None, reason: str) -> Outcome:
    return Outcome(False, number, (reason,))


def _no_case(case: str) -> str:
    return f"there is no case {case[:60]!r} here; look its number up in the list"


def _stranger(actor: str) -> str:
    return f"there is no person {actor[:60]!r} in the directory; add them, or act as somebody who is"


def _row(machine: Machine, case: Case, next_due: int | None) -> Row:
    return Row(
        number=case.id,
        workflow=machine.workflow.name,
        state=case.state,
        open=machine.states[case.state].kind != "final",
        assignee=case.assignee,
        score=None if case.priority is None else case.priority.score,
        band=None if case.priority is None else case.priority.band,
        opened_at=case.opened_at,
        next_due=next_due,
    )


def _next_number(unit: Unit, machine: Machine, env: Env) -> tuple[str, int, str]:
    """The sequence that the case type counts in, its next value, and the number that a case gets with it. A pattern
    that shows the year counts from 1 in each year of the workflow's zone."""
    pattern, year = machine.workflow.number, local_year(env.now, zone_of(machine, env))
    sequence = f"{machine.workflow.name} {year}" if "{year}" in pattern else machine.workflow.name
    value = unit.peek(sequence)
    number = SEQUENCE.sub(lambda gap: str(value).zfill(int(gap[1] or 1)), pattern)
    return sequence, value, number.replace("{year}", str(year))
