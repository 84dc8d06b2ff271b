"""One decision in the making: a plain working copy of the case, and how it becomes an entry.

Rules change the working copy, and the entry can't forget it: slots are compared with the case as it was (`changes`),
and a table is only changed by a method of `Turn`, which notes the key. So `fold` of the entry yields the working copy
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import FIRST_SLOT, MISSED, SLOTS, STATE, TURNS, Case, Clock, Happened, PromiseKept
from casedsl_runtime.commands import ONCE, Arm, Env
from casedsl_runtime.journal import Json
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import Facts
from casedsl_runtime.vocabulary import Value

T = TypeVar("T")


class Turn:
    """A decision at instant `at` about the case `before`. The slots of the case stand here as they will be, and its
    tables, which nobody writes in: another takes their place. `changed` are the keys of tables that differ, `facts` the
    entry's values that are no part of the case, `messages` what is said to whom, `unread` the names that were read
    unset."""

    __slots__ = (
        "assignee", "at", "before", "behind", "calendars", "changed", "clocks", "ending", "env", "escalation", "facts",
        "fields", "happened", "machine", "messages", "opened_at", "parties", "past_assignees", "priority", "promises",
        "since", "state", "team", "unread", "visits", "workflow",
    )  # fmt: skip

    def __init__(self, machine: Machine, case: Case, env: Env, at: int) -> None:
        """A turn that changes nothing yet."""
        self.machine, self.env, self.before, self.at = machine, env, case, at
        (
            _, _, _, self.workflow, self.calendars, self.opened_at, self.ending, self.behind, self.team, self.assignee,
            self.escalation, self.priority, self.state, self.since, self.fields, self.visits, self.clocks,
            self.promises, self.happened, self.parties, self.past_assignees,
        ) = case  # fmt: skip
        self.changed: dict[str, Any] = {}
        self.facts: dict[str, Json] = {}
        self.messages: list[dict[str, Json]] = []
        self.unread: list[str] = []

    def next_visit(self, clock: str) -> int:
        """Count one more visit of a clock."""
        visit = self.visits.get(clock, 0) + 1
        self.visits = {**self.visits, clock: visit}
        self.changed[f"visits/{clock}"] = visit
        return visit

    def put_clock(self, name: str, clock: Clock | None) -> None:
        """Let a clock stand so; None takes it away."""
        clocks = {**self.clocks}
        if clock is not None:
            clocks[name] = clock
        elif name in clocks:
            del clocks[name]
        self.clocks = clocks
        self._note(f"clock/{name}", clock, self.before.clocks.get(name))

    def put_promise(self, name: str, kept: PromiseKept) -> None:
        self.promises = {**self.promises, name: kept}
        self._note(f"promise/{name}", kept, self.before.promises.get(name))

    def put_happened(self, event: str, person: str) -> None:
        """Count that an event happened once more, and who did it."""
        before = self.happened.get(event)
        now = tuple.__new__(Happened, (1 if before is None else before.times + 1, person, self.at))
        self.happened = {**self.happened, event: now}
        self.changed[f"happened/{event}"] = now

    def put_fields(self, values: Mapping[str, Value]) -> None:
        """Assign fields; an unset one has no key."""
        self.fields = {name: value for name, value in {**self.fields, **values}.items() if value is not None}
        for name, value in values.items():
            self._note(f"field/{name}", value, self.before.fields.get(name))

    def put_party(self, role: str, person: str) -> None:
        self.parties = {**self.parties, role: person}
        self._note(f"party/{role}", person, self.before.parties.get(role))

    def assign(self, person: str | None) -> None:
        """Give the case to a person of the team that has it now, and remember who that was."""
        self.assignee, team = person, self.team
        if person is not None and team is not None:
            self.past_assignees = {**self.past_assignees, team: person}
            self._note(f"past/{team}", person, self.before.past_assignees.get(team))

    def _note(self, name: str, value: object, before: object) -> None:
        """Note a key of a table if it differs from the case as it was."""
        if value != before:
            self.changed[name] = value
        else:
            self.changed.pop(name, None)

    @property
    def ended(self) -> bool:
        return self.machine.states[self.state].kind == "final"

    @property
    def number(self) -> str:
        return self.before.id or self.env.number or ""

    def text_facts(self) -> Facts:
        """What templates may speak of now."""
        assignee = None if self.assignee is None else self.env.people.get(self.assignee)
        note = self.facts.get("note")
        return Facts(
            fields=self.machine.fields,
            values=self.fields,
            dues={name: kept.due for name, kept in self.promises.items()},
            number=self.number,
            assignee=assignee.name if assignee else self.assignee,
            note=note if isinstance(note, str) else None,
            zone=self.zone(),
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
        moved = turn.facts.setdefault("moved", [])
        assert isinstance(moved, list)
        moved.append({**what, "was": was, "due": due})


def changes(turn: Turn, after: Case) -> dict[str, Any]:
    """The values of the entry: the facts, each key of a table that was changed, and each slot that differs from the
    case as it was."""
    values: dict[str, Any] = {**turn.facts, **turn.changed}
    before = turn.before
    if turn.state != before.state:
        values["state"] = turn.state
    if turn.since != before.since:
        values["since"] = turn.since
    was, now = before[FIRST_SLOT:STATE], after[FIRST_SLOT:STATE]
    if was != now:  # most events leave all of these alone
        values.update((slot, new) for slot, old, new in zip(SLOTS, was, now, strict=False) if old != new)
    if turn.messages:
        values["messages"] = turn.messages
    if turn.unread:
        values["unread"] = list(dict.fromkeys(turn.unread))
    return values


def case_after(turn: Turn) -> Case:
    """The case as the turn leaves it, after the next entry. (Records that every decision makes are made by the tuple's
    own constructor: that of a named tuple takes twice as long.)"""
    before = turn.before
    return tuple.__new__(Case, (
        before.id or turn.number, before.version + 1, turn.at, turn.workflow, turn.calendars, turn.opened_at,
        turn.ending, turn.behind, turn.team, turn.assignee, turn.escalation, turn.priority, turn.state, turn.since,
        turn.fields, turn.visits, turn.clocks, turn.promises, turn.happened, turn.parties, turn.past_assignees,
    ))  # fmt: skip


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


def next_due(case: Case) -> int | None:
    """The earliest instant at which time acts in a case; None when it has nothing to do there."""
    first = None
    for clock in case.clocks.values():
        for due in clock.dues.values():
            if due is not None and (first is None or due < first):
                first = due
    return first
