"""Calendars that change while clocks run: proclaimed once, counted with in every open case and in all that come.

A holiday is proclaimed, hours change: the new bundle takes effect at an instant, and each case counts on with a bundle
joined of its own and the new one. What is left alone stays pinned to the calendars that it has; for all to be as if the
new calendars had always held, they take effect before the first case was opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casedsl_runtime.commands import CountAnew, Refused
from casedsl_runtime.engine import decide
from casedsl_runtime.loading import load_bundle
from casedsl_runtime.references import missing_calendars
from casedsl_runtime.requests import BAD_KEY, Outcome, held, refusal, stranger, usable
from casedsl_runtime.shelf import Pinned, Proclaimed
from casedsl_runtime.store import Held, Kept, Unit
from casedsl_runtime.values import is_date, text_problem
from casedsl_runtime.working import Working
from casedsl_runtime.worktime import CalendarsDontJoin

PAGE = 500
"""How many numbers of cases are read at once where something is done to all of them."""


class Proclaiming(Working):
    """A host's answer to a calendar that changes."""

    def proclaim(
        self,
        key: str,
        calendars: bytes,
        effective: int | str,
        reason: str,
        actor: str | None = None,
        case_type: str | None = None,
    ) -> Sequence[Outcome]:
        """Let every open case count on with other calendars: those that it has until `effective` (an instant, or a
        date: its beginning in each calendar's zone), from there on those of this bundle; and let new cases do so.
        `actor` is a person of the directory, or None for the app itself; who may ask for it is the app's to decide.

        Yields what became of each case in the order of their numbers, without entries where nothing about its calendars
        changed; or one refusal without a number. A case is one transaction: after a kill in the middle the same call
        does the rest. Raises `ArtifactError` for a file that is no bundle."""
        new = Proclaimed(load_bundle(calendars), effective)
        command = CountAnew(effective, reason, new.bundle.hash)
        with self._store.transaction() as unit:
            names = self._names(unit, case_type)
            problem = self._against(unit, names, new, reason, actor) if usable(key) else BAD_KEY
            if problem is not None:
                return [refusal(None, problem)]
            unit.keep_bundle(new.bundle.hash, calendars)
            for name in names:
                self._open_with(unit, name, new)

        def act(unit: Unit, held: Held | None, now: int) -> Outcome:
            assert held is not None, "an unknown case was refused before"
            return self._count_anew(unit, held, command, new, actor, now, keep=True)

        return [self._once(number, key, command, actor, number, act) for number in self._open_cases(names)]

    def foresee(
        self, calendars: bytes, effective: int | str, reason: str, case_type: str | None = None
    ) -> Sequence[Outcome]:
        """What `proclaim` would do now, without doing it: the entries that it would make."""
        new = Proclaimed(load_bundle(calendars), effective)
        command = CountAnew(effective, reason, new.bundle.hash)
        with self._store.reading() as unit:
            names = self._names(unit, case_type)
            problem = self._against(unit, names, new, reason, None)
        if problem is not None:
            return [refusal(None, problem)]
        found = []
        for number in self._open_cases(names):
            with self._store.reading() as unit:
                case = held(unit, number)
                if case is not None:
                    found.append(self._count_anew(unit, case, command, new, None, self._now(unit), keep=False))
        return found

    def _names(self, unit: Unit, case_type: str | None) -> Sequence[str]:
        known = unit.case_types()
        return known if case_type is None else [name for name in known if name == case_type]

    def _against(self, unit: Unit, names: Sequence[str], new: Proclaimed, reason: str, actor: str | None) -> str | None:
        """Why calendars can't be proclaimed for these case types; None when they can."""
        problem = text_problem("reason", reason)
        if problem is not None:
            return f"{problem}: say why the calendars change"
        if actor is not None and self._directory.get(actor) is None:
            return stranger(actor)
        if not names:
            known = ", ".join(f"`{name}`" for name in unit.case_types()[:5])
            return (
                f"there is no such case type here; there are: {known}" if known else "no case type was installed here"
            )
        if isinstance(new.effective, str) and not is_date(new.effective):
            return f"{new.effective[:60]!r} is no date; write one such as 2026-06-01"
        for name in names:
            lacking = missing_calendars(self._current(unit, name).machine.workflow, new.bundle.bundle)
            if lacking:
                which = f"`{name[:60]}` counts in `{lacking[0]}`, which these calendars lack"
                return f"{which}; name the case type that they are for"
            try:
                self._shelf.joined(unit, self._current(unit, name).bundle, new)
            except CalendarsDontJoin as error:
                return str(error)
        return None

    def _current(self, unit: Unit, name: str) -> Pinned:
        current = unit.current(name)
        assert current is not None, "the store knows this case type"
        return self._shelf.pinned(unit, *current)

    def _open_with(self, unit: Unit, name: str, new: Proclaimed) -> None:
        """Let new cases of this type count with the calendars that are proclaimed."""
        pinned = self._current(unit, name)
        joined, workflow = self._shelf.joined(unit, pinned.bundle, new), unit.artifact(pinned.machine.hash)
        assert workflow is not None, "it was read above"
        unit.keep(name, pinned.machine.hash, joined.hash, Kept(workflow, joined.data))

    def _open_cases(self, names: Sequence[str]) -> Iterator[str]:
        """The numbers of the open cases, read in pages: what is done to one case holds up no other."""
        for name in names:
            after: str | None = ""
            while after is not None:
                with self._store.reading() as unit:
                    page = unit.open_cases(name, after, PAGE)
                yield from page
                after = page[-1] if page else None

    def _count_anew(
        self, unit: Unit, held: Held, command: CountAnew, new: Proclaimed, actor: str | None, now: int, *, keep: bool
    ) -> Outcome:
        case = held.case
        pinned = self._shelf.pinned(unit, case.workflow, case.calendars)
        lacking = missing_calendars(pinned.machine.workflow, new.bundle.bundle)
        if lacking:
            return refusal(case.id, f"it counts in `{lacking[0]}`, which the new calendars lack; compile them with it")
        try:
            joined = self._shelf.joined(unit, case.calendars, new)
        except CalendarsDontJoin as error:
            return refusal(case.id, str(error))
        if joined.hash == case.calendars:
            return Outcome(True, case.id, ())
        store = self._keep if keep else self._only_look
        held, stuck = self._settle(unit, pinned, held, now, store)
        if stuck is not None:
            return Outcome(False, case.id, stuck.reasons)
        if pinned.machine.states[held.case.state].kind == "final":
            return Outcome(True, case.id, ())
        after, person = Pinned(pinned.machine, joined.calendars, joined.hash), actor and self._directory.get(actor)
        decision = decide(pinned.machine, held.case, command, self._env(unit, after, person or None, now))
        if isinstance(decision, Refused):
            return Outcome(False, case.id, decision.reasons)
        if keep:
            unit.keep_bundle(joined.hash, joined.data)
        _, entry = store(unit, after, held, decision, now)
        return Outcome(True, case.id, (), (entry,))
