"""One decision in the making: a plain working copy of the case, and how it becomes an entry.

Rules change the working copy, and the entry can't forget it: slots are compared with the case as it was (`changes`),
and a table is only changed by a method of `Turn`, which notes the key. So `fold` of the entry yields the working copy
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import FIRST_SLOT, MISSED, SLOTS, STATE, TURNS, Case, Clock, Happened, PromiseKept
from casedsl_runtime.commands import ONCE, Accepted, Arm, Env, Send
from casedsl_runtime.journal import Draft, Json, record
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import Facts
from casedsl_runtime.vocabulary import Value

Copied: TypeAlias = Any
"""A turn whose tables are copied by `copy`: it takes a quarter less time than `{**table}`, and no `Mapping` has it."""


class Turn:
    """A decision at instant `at` (now, but never before the latest entry) about the case `before`. The slots of the
    case stand here as they will be, and its tables, which nobody writes in: another takes their place. `values` is what
    the entry will say: the keys of tables that differ, and facts that are no part of the case; `messages` is what is
    said to whom, `unread` are the names that were read unset. Two slots that most events change stand here as they
    were, too."""

    __slots__ = (
        "assignee", "at", "before", "behind", "calendars", "clocks", "ending", "env", "escalation", "fields",
        "happened", "machine", "messages", "number", "opened_at", "parties", "past_assignees", "priority",
        "promises", "since", "state", "suppliers", "team", "unread", "values", "version", "visits",
        "was_since", "was_state", "workflow",
    )  # fmt: skip

    def __init__(self, machine: Machine, case: Case, env: Env, now: int) -> None:
        """A turn that changes nothing yet."""
        self.machine, self.env, self.before = machine, env, case
        (
            self.number, self.version, last_at, self.workflow, self.calendars, self.opened_at, self.ending, self.behind,
            self.team, self.assignee, self.escalation, self.priority, state, since, self.fields, self.visits,
            self.clocks, self.promises, self.happened, self.parties, self.past_assignees, self.suppliers,
        ) = case[:]  # fmt: skip  # a plain tuple is unpacked in half the time
        self.at = now if now > last_at else last_at
        self.state, self.was_state = state, state
        self.since, self.was_since = since, since
        self.values: dict[str, Any] = {}
        self.messages: tuple[dict[str, Json], ...] = ()
        self.unread: list[str] = []

    def put_visit(self, name: str, visit: int, clock: Clock, left: str | None = None) -> None:
        """Count one more visit, and let its clock stand; there was none like it before. The clock of the visit that is
        `left` for it is taken away."""
        names, values = self.machine.names, self.values
        tables: Copied = self
        visits, clocks = tables.visits.copy(), tables.clocks.copy()
        if left is not None:
            del clocks[left]
            values[names.clocks[left]] = None
        visits[name], clocks[name] = visit, clock
        self.visits, self.clocks = visits, clocks
        values[names.visits[name]], values[names.clocks[name]] = visit, clock

    def put_clock(self, name: str, clock: Clock) -> None:
        """Let the clock of a visit stand so."""
        self.clocks = {**self.clocks, name: clock}
        self._note(self.machine.names.clocks[name], clock, self.before.clocks.get(name))

    def drop_clock(self, name: str) -> None:
        """Take the clock of a visit away."""
        tables: Copied = self
        clocks, key = tables.clocks.copy(), self.machine.names.clocks[name]
        clocks.pop(name, None)
        self.clocks = clocks
        if name in self.before.clocks:
            self.values[key] = None
        else:
            self.values.pop(key, None)

    def put_promise(self, name: str, kept: PromiseKept) -> None:
        self.promises = {**self.promises, name: kept}
        self._note(f"promise/{name}", kept, self.before.promises.get(name))

    def put_happened(self, event: str, person: str) -> None:
        """Count that an event happened once more, and who did it."""
        tables: Copied = self
        happened = tables.happened.copy()
        times = happened[event].times if event in happened else 0
        now = happened[event] = record(Happened, (times + 1, person, self.at))
        self.happened = happened
        self.values[self.machine.names.happened[event]] = now

    def put_fields(self, values: Mapping[str, Value]) -> None:
        """Assign fields; an unset one has no key."""
        self.fields = {name: value for name, value in {**self.fields, **values}.items() if value is not None}
        for name, value in values.items():
            self._note(f"field/{name}", value, self.before.fields.get(name))

    def put_party(self, role: str, person: str) -> None:
        self.parties = {**self.parties, role: person}
        self._note(f"party/{role}", person, self.before.parties.get(role))

    def put_supplier(self, field: str, person: str | None) -> None:
        """Let the value of a field be supplied by a person, or by nobody."""
        others = {name: who for name, who in self.suppliers.items() if name != field}
        self.suppliers = others if person is None else {**others, field: person}
        self._note(f"supplier/{field}", person, self.before.suppliers.get(field))

    def assign(self, person: str | None) -> None:
        """Give the case to a person of the team that has it now, and remember who that was."""
        self.assignee, team = person, self.team
        if person is not None and team is not None:
            self.past_assignees = {**self.past_assignees, team: person}
            self._note(f"past/{team}", person, self.before.past_assignees.get(team))

    def _note(self, name: str, value: object, before: object) -> None:
        """Note a key of a table if it differs from the case as it was."""
        if value != before:
            self.values[name] = value
        else:
            self.values.pop(name, None)

    @property
    def ended(self) -> bool:
        return self.machine.states[self.state].kind == "final"

    def text_facts(self, withheld: frozenset[str] = frozenset()) -> Facts:
        """What templates may speak of now, without the values of the fields that are `withheld`."""
        assignee = None if self.assignee is None else self.env.people.get(self.assignee)
        note = self.values.get("note")
        return Facts(
            fields=self.machine.fields,
            values=self.fields,
            dues={name: kept.due for name, kept in self.promises.items()},
            number=self.number,
            assignee=assignee.name if assignee else self.assignee,
            note=note if isinstance(note, str) else None,
            zone=self.zone(),
            withheld=withheld,
        )

    def zone(self) -> CompiledCalendar | None:
        return zone_of(self.machine, self.env)


def zone_of(machine: Machine, env: Env) -> CompiledCalendar | None:
    """A calendar that knows the workflow's zone, or None."""
    found = (table.calendar for table in env.calendars.values() if table.calendar.zone == machine.workflow.zone)
    return next(found, None)


def note_moved(turn: Turn, what: Mapping[str, Json], was: int | None, due: int | None) -> None:
    """Note for the reader that something is due at another instant than before."""
    if was is not None and due is not None and was != due:
        moved = turn.values.setdefault("moved", [])
        assert isinstance(moved, list)
        moved.append({**what, "was": was, "due": due})


def accepted(turn: Turn, kind: str) -> Accepted:
    """The turn's changes as the next entry of the case, and the case after it. The values of the entry are what was
    noted, and each slot that differs from the case as it was."""
    number, n, at = turn.number, turn.version + 1, turn.at
    state, since, values = turn.state, turn.since, turn.values
    after = record(Case, (
        number, n, at, turn.workflow, turn.calendars, turn.opened_at, turn.ending, turn.behind, turn.team,
        turn.assignee, turn.escalation, turn.priority, state, since, turn.fields, turn.visits, turn.clocks,
        turn.promises, turn.happened, turn.parties, turn.past_assignees, turn.suppliers,
    ))  # fmt: skip
    if state != turn.was_state:
        values["state"] = state
    if since != turn.was_since:
        values["since"] = since
    was: tuple[object, ...] = turn.before
    now: tuple[object, ...] = after
    if was[_SELDOM] != now[_SELDOM]:
        slots = zip(SLOTS, was[_SELDOM], now[_SELDOM], strict=False)
        values.update((slot, new) for slot, old, new in slots if old != new)
    told: tuple[Send, ...] = ()
    if turn.messages:
        values["messages"], told = list(turn.messages), tuple(_sends(turn, n))
    if turn.unread:
        values["unread"] = list(dict.fromkeys(turn.unread))
    return record(Accepted, (record(Draft, (number, n, at, kind, values)), told, number, after))


_SELDOM = slice(FIRST_SLOT, STATE)
"""The slots that most events leave alone."""


def _sends(turn: Turn, n: int) -> Iterator[Send]:
    """The messages as effects, one for each person. Prompts to one person at one instant bear the same id."""
    for index, message in enumerate(turn.messages):
        people = message["people"]
        assert isinstance(people, list)
        for person in people:
            part = f"{turn.at}/prompt" if message.get("rung") == "prompt" else f"{n}/{index}"
            yield Send(f"{turn.number}/{part}/{person}", person, {**message, "entry": n})


def arms(machine: Machine, name: str, clock: Clock) -> Iterator[Arm]:
    """The timers that a clock has armed."""
    for rung, due in clock.dues.items():
        if due is not None:
            yield Arm(name, clock.visit, rung, ONCE, due, rank(machine, name, rung))


def rank(machine: Machine, clock: str, rung: str) -> int:
    """The order of steps due at one instant: state, stage, promise; within a ladder as written, `missed` last."""
    return machine.order[clock] * 1000 + (int(rung) if rung.isdigit() else _LAST[rung])


_LAST: Mapping[str, int] = MappingProxyType({TURNS: 998, MISSED: 999})


def armed(machine: Machine, case: Case) -> list[Arm]:
    """Every timer of a case, in the order in which they come due."""
    found = (arm for name, clock in case.clocks.items() for arm in arms(machine, name, clock))
    return sorted(found, key=lambda arm: (arm.due, arm.rank))


def is_due(turn: Turn) -> bool:
    """Whether time has something to do in the case first."""
    at = turn.at
    for clock in turn.clocks.values():
        for due in clock.dues.values():
            if due is not None and due <= at:
                return True
    return False


def next_due(case: Case) -> int | None:
    """The earliest instant at which time acts in a case; None when it has nothing to do there."""
    first = None
    for clock in case.clocks.values():
        for due in clock.dues.values():
            if due is not None and (first is None or due < first):
                first = due
    return first
