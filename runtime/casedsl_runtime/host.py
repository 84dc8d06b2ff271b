"""The host: the one place that touches the world, a loop around `decide`.

A command is one transaction: the key's earlier outcome is looked up, what is due in the case is settled, the command is
decided, and its entry, snapshot, next due instant, messages and outcome are stored together. The same key again yields
the first outcome, refusals included; a key used again for something else is refused. Time acts in `tick`: whatever is
due, in the order (instant, case, ladder), each step in a transaction of its own, with everything that follows from it,
however long the software was down.

Its clock, its source of salts and its store are arguments: a virtual clock and seeded salts make a run that can be
repeated to the byte. Without a clock of its own a host takes the store's, which all hosts of that store share. Open
cases stay pinned to the artifact and the calendars with which they were opened, unless other calendars are proclaimed
for them (`proclaiming.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casedsl_runtime.commands import Amend, Do, Env, Open, Refused, TimerDue
from casedsl_runtime.engine import decide
from casedsl_runtime.journal import Salts
from casedsl_runtime.loading import load_bundle, load_workflow
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import local_year
from casedsl_runtime.people import Directory
from casedsl_runtime.posting import Posting
from casedsl_runtime.proclaiming import Proclaiming
from casedsl_runtime.questions import Questions
from casedsl_runtime.references import SEQUENCE, missing_calendars
from casedsl_runtime.requests import Outcome, refusal, stranger, usable
from casedsl_runtime.rows import row_of
from casedsl_runtime.shelf import Pinned
from casedsl_runtime.store import Damaged, Held, Kept, Place, Store, StoreError, Unit
from casedsl_runtime.turn import armed, zone_of
from casedsl_runtime.vocabulary import Value

__all__ = ["Fired", "Host", "Outcome"]

AGED_AT_ONCE = 50
"""So many priorities age in one transaction: many are due at one instant, and commands wait for a transaction."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A step of time that `tick` let take place, or could not (then `outcome` says why). `place` is where it stands in
    the order of steps; `timer` is unknown of a case that can't be read."""

    place: Place
    timer: TimerDue | None
    outcome: Outcome

    @property
    def case(self) -> str:
        return self.place[1]


class Host(Proclaiming, Questions, Posting):
    """Runs cases in a store. One host may serve several case types; people are shared by all of them."""

    def __init__(
        self, store: Store, directory: Directory, clock: Callable[[], int] | None = None, salts: Salts = os.urandom
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
        if on_behalf_of is not None and not usable(on_behalf_of):
            return refusal(None, stranger(on_behalf_of))
        command = Open(dict(fields), on_behalf_of)

        def act(unit: Unit, _: Held | None, now: int) -> Outcome:
            return self._open(unit, case_type, command, actor, now)

        return self._once(f"open {case_type}", key, command, actor, None, act)

    def _open(self, unit: Unit, case_type: str, command: Open, actor: str, now: int) -> Outcome:
        current, person = unit.current(case_type), self._directory.get(actor)
        if current is None:
            return refusal(None, f"there is no case type `{case_type[:60]}` here; install its artifact first")
        if person is None:
            return refusal(None, stranger(actor))
        pinned = self._shelf.pinned(unit, *current)
        env = self._env(unit, pinned, person, now)
        sequence, number, name = _next_number(unit, pinned.machine, env)
        decision = decide(pinned.machine, None, command, env._replace(number=name))
        if isinstance(decision, Refused):
            return Outcome(False, None, decision.reasons)
        unit.take(sequence, number)
        _, entry = self._keep(unit, pinned, None, decision, now)
        return Outcome(True, name, (), (entry,))

    def submit(self, case: str, key: str, command: Do | Amend, actor: str) -> Outcome:
        """Ask that something happen in a case; `key` is the asker's own name for this request."""

        def act(unit: Unit, held: Held | None, now: int) -> Outcome:
            assert held is not None, "an unknown case was refused before"
            return self._submit(unit, held, command, actor, now)

        return self._once(case, key, command, actor, case, act)

    def _submit(self, unit: Unit, held: Held, command: Do | Amend, actor: str, now: int) -> Outcome:
        number, person = held.case.id, self._directory.get(actor)
        if person is None:
            return refusal(number, stranger(actor))
        pinned = self._shelf.pinned(unit, held.case.workflow, held.case.calendars)
        held, stuck = self._settle(unit, pinned, held, now)
        if stuck is not None:
            return Outcome(False, number, stuck.reasons)
        decision = decide(pinned.machine, held.case, command, self._env(unit, pinned, person, now))
        if isinstance(decision, Refused):
            return Outcome(False, number, decision.reasons)
        _, entry = self._keep(unit, pinned, held, decision, now)
        return Outcome(True, number, (), (entry,))

    # --- time

    def tick(self, now: int | None = None, most: int | None = None, behind: Place | None = None) -> Sequence[Fired]:
        """Let everything take place that is due by `now`, across all cases, and all that follows from it, and bring the
        priorities up to date; or try so many steps of it at the most, behind that `place`, and leave the priorities to
        `age`."""
        fired: list[Fired] = []
        while (most is None or len(fired) < most) and (step := self._step(now, behind)) is not None:
            fired.append(step)
            if not step.outcome.accepted:
                behind = step.place
        if most is None:
            self.age(now)
        return fired

    def age(self, now: int | None = None, most: int | None = None) -> int:
        """Bring the priorities that have aged up to date, those of about so many cases at the most; how many. Nothing
        happens in a case that merely waits, so its journal says nothing of it."""
        done, behind = self._age_some(now, None)
        while behind is not None and (most is None or done < most):
            more, behind = self._age_some(now, behind)
            done += more
        return done

    def _step(self, until: int | None, behind: Place | None) -> Fired | None:
        """The next step of time, in a transaction of its own."""
        with self._store.transaction() as unit:
            now = self._now(unit) if until is None else until
            place = unit.due(now, behind)
            if place is None:
                return None
            try:
                held, pinned = self._at(unit, place)
            except Damaged as error:
                return Fired(place, None, Outcome(False, place[1], (str(error),)))
            due = armed(pinned.machine, held.case)[0]
            timer = TimerDue(due.clock, due.visit, due.rung, due.occurrence, due.due)
            decision = decide(pinned.machine, held.case, timer, self._env(unit, pinned, None, now))
            if isinstance(decision, Refused):
                return Fired(place, timer, Outcome(False, held.case.id, decision.reasons))
            _, entry = self._keep(unit, pinned, held, decision, now)
            return Fired(place, timer, Outcome(True, held.case.id, (), (entry,)))

    def _age_some(self, until: int | None, behind: Place | None) -> tuple[int, Place | None]:
        """As many as go into one transaction; how many, and behind which place to go on, if there may be more. A case
        that can't be read is passed over: `tick` and `verify` name it."""
        aged = 0
        with self._store.transaction() as unit:
            now = self._now(unit) if until is None else until
            for _ in range(AGED_AT_ONCE):
                behind = unit.aging(now, behind)
                if behind is None:
                    break
                try:
                    held, pinned = self._at(unit, behind)
                except Damaged:
                    continue
                unit.rank(row_of(pinned.machine, held.case, pinned.calendars, now))
                aged += 1
        return aged, behind

    def _at(self, unit: Unit, place: Place) -> tuple[Held, Pinned]:
        """The case at a place in the order of time. Raises Damaged."""
        held = unit.load(place[1])
        assert held is not None, "a case that stands in a list is there"
        return held, self._shelf.pinned(unit, held.case.workflow, held.case.calendars)


def _next_number(unit: Unit, machine: Machine, env: Env) -> tuple[str, int, str]:
    """The sequence that the case type counts in, its next value, and the number that a case gets with it. A pattern
    that shows the year counts from 1 in each year of the workflow's zone."""
    pattern, year = machine.workflow.number, local_year(env.now, zone_of(machine, env))
    sequence = f"{machine.workflow.name} {year}" if "{year}" in pattern else machine.workflow.name
    value = unit.peek(sequence)
    number = SEQUENCE.sub(lambda gap: str(value).zfill(int(gap[1] or 1)), pattern)
    return sequence, value, number.replace("{year}", str(year))
