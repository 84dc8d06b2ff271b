"""One decision in the making: a plain working copy of the case, and how it becomes an entry.

Rules change the working copy; `changes` then compares it with the case as it was and names exactly what differs. So the
entry can't forget a change, and `fold` of the entry yields the working copy again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import FIRST_SLOT, MISSED, SLOTS, TABLES, TURNS, Case, Clock
from casedsl_runtime.commands import ONCE, Arm, Env
from casedsl_runtime.journal import Json
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import Facts

T = TypeVar("T")


class Turn:
    """A decision at instant `at` about the case `before`. The slots of the case stand here as they will be; `facts` are
    the entry's values that are no slots, `messages` what is said to whom, `unread` the names that were read unset."""

    __slots__ = (
        "assignee", "at", "before", "behind", "calendars", "clocks", "ending", "env", "escalation", "facts", "fields",
        "happened", "machine", "messages", "opened_at", "parties", "past_assignees", "priority", "promises", "since",
        "state", "team", "unread", "visits", "workflow",
    )  # fmt: skip

    def __init__(self, machine: Machine, case: Case, env: Env, at: int) -> None:
        """A turn that changes nothing yet."""
        self.machine, self.env, self.before, self.at = machine, env, case, at
        self.workflow = case.workflow
        self.calendars = case.calendars
        self.opened_at = case.opened_at
        self.state = case.state
        self.since = case.since
        self.ending = case.ending
        self.behind = case.behind
        self.team = case.team
        self.assignee = case.assignee
        self.escalation = case.escalation
        self.priority = case.priority
        self.fields = dict(case.fields)
        self.visits = dict(case.visits)
        self.clocks = dict(case.clocks)
        self.promises = dict(case.promises)
        self.happened = dict(case.happened)
        self.parties = dict(case.parties)
        self.past_assignees = dict(case.past_assignees)
        self.facts: dict[str, Json] = {}
        self.messages: list[dict[str, Json]] = []
        self.unread: list[str] = []

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
    """The values of the entry: each slot that differs from the case as it was, and the facts."""
    values: dict[str, Any] = dict(turn.facts)
    was: tuple[Any, ...] = turn.before[FIRST_SLOT:]
    now: tuple[Any, ...] = after[FIRST_SLOT:]
    for slot, old, new in zip(SLOTS, was, now, strict=False):
        if new is not old and new != old:
            values[slot] = new
    for prefix, old, new in zip(TABLES, was[len(SLOTS) :], now[len(SLOTS) :], strict=True):
        if new != old:
            _note_changes(values, prefix, old, new)
    if turn.messages:
        values["messages"] = turn.messages
    if turn.unread:
        values["unread"] = list(dict.fromkeys(turn.unread))
    return values


def _note_changes(values: dict[str, Any], prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Put each key whose value differs, with the new value; None for a key that is gone."""
    for key, value in after.items():
        old = before.get(key)
        if old is not value and (old != value or key not in before):
            values[f"{prefix}/{key}"] = value
    for key in before:
        if key not in after:
            values[f"{prefix}/{key}"] = None


def case_after(turn: Turn, n: int) -> Case:
    """The case as the turn leaves it, after entry `n`."""
    return Case(
        turn.number, n, turn.at, turn.workflow, turn.calendars, turn.opened_at, turn.state, turn.since, turn.ending,
        turn.behind, turn.team, turn.assignee, turn.escalation, turn.priority, turn.fields, turn.visits, turn.clocks,
        turn.promises, turn.happened, turn.parties, turn.past_assignees,
    )  # fmt: skip


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
