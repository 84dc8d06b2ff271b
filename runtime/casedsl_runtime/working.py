"""What a host does inside a transaction: each request once, what is due first, what was decided whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from casedsl_runtime.case import Case, fold
from casedsl_runtime.commands import Accepted, Amend, CountAnew, Do, Env, Refused, Send
from casedsl_runtime.engine import decide, first_due
from casedsl_runtime.journal import Salts
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Directory, Person
from casedsl_runtime.requests import BAD_KEY, Outcome, bound_to, load, no_case, refusal, replayed, request_of, usable
from casedsl_runtime.shelf import Pinned, Shelf
from casedsl_runtime.store import Row, Store, Unit
from casedsl_runtime.turn import armed

Keep: TypeAlias = Callable[[Unit, Pinned, Case, Accepted], Case]
"""What is done with a decision: it is stored, or only looked at."""


class Working:
    """A store, the people, a clock, a source of salts, and what was read of artifacts and calendars."""

    def __init__(self, store: Store, directory: Directory, clock: Callable[[], int], salts: Salts) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._salts = salts
        self._shelf = Shelf()

    def _env(self, unit: Unit, pinned: Pinned, actor: Person | None, now: int, number: str | None = None) -> Env:
        return Env(now, actor, self._directory, pinned.calendars, self._salts, unit.loads(), number, pinned.bundle)

    def _once(
        self,
        case: str,
        key: str,
        command: Do | Amend | CountAnew,
        actor: str | None,
        act: Callable[[Unit, Case], Outcome],
    ) -> Outcome:
        """What becomes of a request: in a transaction, and once for each key."""
        if not usable(key):
            return refusal(None, BAD_KEY)
        request = request_of(command, actor)
        with self._store.transaction() as unit:
            snapshot = load(unit, case)
            if snapshot is None:
                return refusal(None, no_case(case))
            known = replayed(unit, case, key, request)
            if known is not None:
                return known
            outcome = act(unit, snapshot)
            unit.bind(case, key, bound_to(request, outcome))
            return outcome

    def _settle(
        self, unit: Unit, pinned: Pinned, case: Case, now: int, keep: Keep | None = None
    ) -> tuple[Case, Refused | None]:
        """Let everything take place that is due in the case by now; the reasons when something can't."""
        keep = keep or self._keep
        while (due := first_due(pinned.machine, case, now)) is not None:
            decision = decide(pinned.machine, case, due, self._env(unit, pinned, None, now))
            if isinstance(decision, Refused):
                return case, decision
            case = keep(unit, pinned, case, decision)
        return case, None

    def _keep(self, unit: Unit, pinned: Pinned, case: Case | None, decision: Accepted) -> Case:
        """Store what was decided: entries, snapshot, timers, messages."""
        after = only_fold(unit, pinned, case, decision)
        unit.append(decision.entries)
        timers = armed(pinned.machine, after)
        next_due = timers[0].due if timers else None
        unit.save(after, case.version if case else 0, _row(pinned.machine, after, next_due))
        if any(not isinstance(effect, Send) for effect in decision.effects):
            unit.arm(after.id, timers)
        unit.post(after.id, [effect for effect in decision.effects if isinstance(effect, Send)])
        return after


def only_fold(_: Unit, __: Pinned, case: Case | None, decision: Accepted) -> Case:
    """The case after what was decided."""
    for entry in decision.entries:
        case = fold(case, entry)
    assert case is not None, "an accepted command has an entry"
    return case


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
