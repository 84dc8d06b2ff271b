"""What a host does inside a transaction: each request once, what is due first, what was decided whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from casedsl_runtime.commands import Accepted, Command, Env, Refused
from casedsl_runtime.engine import decide, first_due
from casedsl_runtime.journal import SALT_BYTES, Entry, Salts, seal
from casedsl_runtime.people import Directory, Person
from casedsl_runtime.requests import (
    BAD_KEY,
    Outcome,
    Steady,
    bound_to,
    no_case,
    refusal,
    replayed,
    request_of,
    salted,
    usable,
)
from casedsl_runtime.rows import index_of, is_found_otherwise, row_of
from casedsl_runtime.shelf import Pinned, Shelf
from casedsl_runtime.store import Conflict, Held, Store, Unit
from casedsl_runtime.store.search import NOTHING

Keep: TypeAlias = Callable[[Unit, Pinned, Held | None, Accepted, int], tuple[Held, Entry]]
"""What is done with a decision at an instant: it is stored, or only looked at."""

_TRIES = 5
"""How often a request is tried on a store with many hosts, when somebody else is faster each time."""


class Working:
    """A store, the people, a clock, a source of salts, and what was read of artifacts and calendars."""

    def __init__(self, store: Store, directory: Directory, clock: Callable[[], int] | None, salts: Salts) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._salts = Steady(salts)
        self._shelf = Shelf()

    def _now(self, unit: Unit) -> int:
        """The instant that it is: by the host's own clock, if it has one, else by the store's."""
        return unit.now() if self._clock is None else self._clock()

    def _env(self, unit: Unit, pinned: Pinned, actor: Person | None, now: int, number: str | None = None) -> Env:
        return Env(now, actor, self._directory, pinned.calendars, unit.loads(), number, pinned.bundle)

    def _once(
        self,
        scope: str,
        key: str,
        command: Command,
        actor: str | None,
        case: str | None,
        act: Callable[[Unit, Held | None, int], Outcome],
    ) -> Outcome:
        """What becomes of a request: in a transaction, and once for each key within its scope."""
        if not usable(key):
            return refusal(None, BAD_KEY)
        if case is not None and not usable(case):
            return refusal(None, no_case(case))
        request = request_of(command, actor)
        for _ in range(_TRIES):
            try:
                with self._salts.trying():
                    return self._once_in_turn(scope, key, request, case, act)
            except Conflict as error:
                faster = error
        raise faster

    def _once_in_turn(
        self, scope: str, key: str, request: str, case: str | None, act: Callable[[Unit, Held | None, int], Outcome]
    ) -> Outcome:
        with self._store.transaction() as unit:
            held, bound, now = unit.enter(case, scope, key)
            if case is not None and held is None:
                return refusal(None, no_case(case))
            if bound is not None:
                return replayed(unit, bound, request)
            outcome = act(unit, held, now if self._clock is None else self._clock())
            unit.bind(scope, key, bound_to(salted(request, self._salts(SALT_BYTES)), outcome))
            return outcome

    def _settle(
        self, unit: Unit, pinned: Pinned, held: Held, now: int, keep: Keep | None = None
    ) -> tuple[Held, Refused | None]:
        """Let everything take place that is due in the case by now; the reasons when something can't."""
        keep = keep or self._keep
        while (due := first_due(pinned.machine, held.case, now)) is not None:
            decision = decide(pinned.machine, held.case, due, self._env(unit, pinned, None, now))
            if isinstance(decision, Refused):
                return held, decision
            held, _ = keep(unit, pinned, held, decision, now)
        return held, None

    def _keep(self, unit: Unit, pinned: Pinned, held: Held | None, decision: Accepted, now: int) -> tuple[Held, Entry]:
        """Store what was decided: entry, snapshot, row, what it is found by, messages."""
        machine, before, after = pinned.machine, None if held is None else held.case, decision.case
        entry, row = self._sealed(held, decision), row_of(machine, after, pinned.calendars, now)
        kept = Held(after, entry.hash, row)
        unit.append([entry])
        unit.save(kept, 0 if before is None else before.version, row, None if held is None else held.row)
        if before is None or is_found_otherwise(before, after):
            unit.index(after.id, index_of(machine, after), NOTHING if before is None else index_of(machine, before))
        if decision.effects:
            unit.post(after.id, decision.effects, now)
        return kept, entry

    def _only_look(self, _: Unit, __: Pinned, held: Held | None, decision: Accepted, ___: int) -> tuple[Held, Entry]:
        """The case after what was decided, and its entry, with nothing stored."""
        entry = self._sealed(held, decision)
        return Held(decision.case, entry.hash), entry

    def _sealed(self, held: Held | None, decision: Accepted) -> Entry:
        return seal(decision.entry, "" if held is None else held.head, self._salts)
