"""The care of a store: proof that it is whole, anchors, and erasing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from casedsl_runtime import audit, erasing
from casedsl_runtime.audit import Erasure
from casedsl_runtime.case import Case, fold
from casedsl_runtime.commands import Accepted
from casedsl_runtime.erasing import Erasing, Order
from casedsl_runtime.journal import Salts
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Directory, Person
from casedsl_runtime.requests import Outcome, held, no_case, refusal, stranger
from casedsl_runtime.shelf import Shelf
from casedsl_runtime.store import Anchor, Conflict, Held, Store, Unit
from casedsl_runtime.values import text_problem
from casedsl_runtime.working import Working

ANCHORED_AT_ONCE = 10_000

What: TypeAlias = Callable[[Unit, Machine, Order], "Erasing | str"]
"""What an erasure takes from a case, or why it takes nothing."""


class Upkeep(Working):
    """Looks after the cases of a store. Who may ask for it is for the app to decide."""

    def __init__(
        self, store: Store, directory: Directory, clock: Callable[[], int] | None = None, salts: Salts = os.urandom
    ) -> None:
        super().__init__(store, directory, clock, salts)

    # --- proof

    def verify(self, case: str | None = None) -> Iterator[tuple[str, str]]:
        """What is wrong with a case, or with the whole store: (its number, a sentence); nothing when all holds.
        What is wrong with the anchors is told each time, under no number: a case is fixed by anchors that hold."""
        with self._store.reading() as unit:
            yield from audit.verify_store(unit, Shelf()) if case is None else audit.verify_one(unit, Shelf(), case)

    def erasures(self, case: str) -> list[Erasure]:
        """What was erased from a case, when, by whom, and under which rule."""
        with self._store.reading() as unit:
            return list(audit.erasures(unit.history(case)))

    def anchor(self) -> Anchor | None:
        """Fix the heads of the cases that changed since the last anchor; None when none did, or when another host wrote
        the next line at the same time: ours can wait. Keep a copy of its hash elsewhere."""
        try:
            with self._store.transaction() as unit:
                heads = unit.unanchored(ANCHORED_AT_ONCE)
                if not heads:
                    return None
                line = audit.next_anchor(self._now(unit), heads, unit.last_anchor())
                unit.anchor(line, heads)
                return line
        except Conflict:
            return None

    def last_anchor(self) -> Anchor | None:
        """The line that a copy of is to be kept elsewhere."""
        with self._store.reading() as unit:
            return unit.last_anchor()

    def compare(self, n: int, hash: str) -> list[str]:
        """What is wrong with anchor `n`, of which somebody kept the hash elsewhere."""
        with self._store.reading() as unit:
            return list(audit.copy_problems(unit.anchors(), n, hash))

    # --- forgetting

    def erase_case(self, case: str, actor: str, rule: str) -> Outcome:
        """Erase every value of a case that has ended; its number, definition, states and instants stay."""

        def what(unit: Unit, machine: Machine, order: Order) -> Erasing | str:
            if _is_open(machine, order.case):
                return f"case {case} is open; end it before it is erased"
            made = erasing.erase_case(order)
            unit.forget_letters([letter.id for letter in unit.letters(case)])
            return made or f"nothing is left to erase in case {case}; `erasures` tells what was"

        return self._erase(case, actor, rule, what)

    def erase_fields(self, case: str, names: Sequence[str], actor: str, rule: str) -> Outcome:
        """Erase every value that fields ever had in a case, and every text that shows one; in an open case only fields
        of text, because the others may decide how it goes on."""

        def what(unit: Unit, machine: Machine, order: Order) -> Erasing | str:
            for name in names:
                field = machine.fields.get(name)
                if field is None:
                    return f"there is no field `{name[:60]}`; the fields are {', '.join(machine.fields)}"
                if _is_open(machine, order.case) and field.type not in ("text", "long text"):
                    return f"`{name}` may decide how case {case} goes on; amend it, or erase it when the case has ended"
            made = erasing.erase_fields(machine, order, names)
            if made is None:
                return f"no value of {' or '.join(f'`{name}`' for name in names)} is left to erase in case {case}"
            unit.forget_letters(_letters(unit, case, made))
            return made

        return self._erase(case, actor, rule, what)

    def erase_person(self, person: str, actor: str, rule: str, names: Sequence[str] = ()) -> Mapping[str, Outcome]:
        """Erase somebody from every case that knows them: what names them, what was said to them, what they noted.
        `names` are what they are called by, beside the name in the directory. Yields what became of each case; an
        open one of theirs is left as it is, and says so."""
        known = self._directory.get(person)
        called = (*names, *(() if known is None else (known.name,)))

        def what(unit: Unit, machine: Machine, order: Order) -> Erasing | str:
            found = erasing.erase_person(machine, order, person, called)
            if found is None:
                return _UNKNOWN
            if _is_open(machine, order.case) and person in erasing.needed(machine, order.case):
                return f"case {order.case.id} is open and needs them; end it, or hand it over, before they are erased"
            unit.forget_letters(_letters(unit, order.case.id, found, person))
            return found

        with self._store.reading() as unit:
            numbers = list(unit.numbers())
        done = {number: self._erase(number, actor, rule, what, purge=False) for number in numbers}
        self.purge()
        return {number: outcome for number, outcome in done.items() if outcome.reasons != (_UNKNOWN,)}

    def purge(self) -> None:
        """Leave nothing of what was erased on the disk; every erasure does so, unless somebody who read was in the way
        or the power failed."""
        with self._store.transaction() as unit:
            unit.purge()

    def _erase(self, number: str, actor: str, rule: str, what: What, *, purge: bool = True) -> Outcome:
        """Take the values out of the journal and append the entry that tells of it, in one transaction."""
        by = self._directory.get(actor)
        if by is None:
            return refusal(number, stranger(actor))
        if text_problem("rule", rule) is not None:
            return refusal(number, "an erasure names the rule under which it is done; give one")
        with self._store.transaction() as unit:
            found = held(unit, number)
            if found is None:
                return refusal(number, no_case(number))
            outcome = self._erase_from(unit, found, by, rule, what)
            if purge and outcome.accepted:
                unit.purge()
            return outcome

    def _erase_from(self, unit: Unit, held: Held, by: Person, rule: str, what: What) -> Outcome:
        now, number = self._now(unit), held.case.id
        pinned = self._shelf.pinned(unit, held.case.workflow, held.case.calendars)
        held, stuck = self._settle(unit, pinned, held, now)
        if stuck is not None:
            return Outcome(False, number, stuck.reasons)
        entries = unit.history(number)
        made = what(unit, pinned.machine, Order(held.case, entries, now, by, rule))
        if isinstance(made, str):
            return refusal(number, made)
        for entry in erasing.rewritten(entries, made.gone):
            unit.rewrite(entry)
        unit.forget_keys(number)
        _, told = self._keep(unit, pinned, held, Accepted(made.draft, (), number, fold(held.case, made.draft)), now)
        return Outcome(True, number, (), (told,))


_UNKNOWN = "nothing in this case names them"


def _is_open(machine: Machine, case: Case) -> bool:
    return machine.states[case.state].kind != "final"


def _letters(unit: Unit, case: str, made: Erasing, person: str | None = None) -> list[str]:
    """The messages of the entries that lose theirs, and those to somebody."""
    silent = {n for n, names in made.gone.items() if "messages" in names}
    return [letter.id for letter in unit.letters(case) if letter.to == person or letter.message.get("entry") in silent]
