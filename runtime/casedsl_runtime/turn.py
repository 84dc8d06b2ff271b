"""One decision in the making: a plain working copy of the case, and how it becomes an entry.

Rules change the working copy; `changes` then compares it with the case as it was and names exactly what differs. So the
entry can't forget a change, and `fold` of the entry yields the working copy again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.case import MISSED, SLOTS, TABLES, TURNS, Case, Clock, Escalation, Happened, PromiseKept, Standing
from casedsl_runtime.commands import ONCE, Arm, Disarm, Effect, Env
from casedsl_runtime.expr import Reading
from casedsl_runtime.journal import Json
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import Facts
from casedsl_runtime.vocabulary import Value

T = TypeVar("T")


@dataclass(slots=True)
class Turn:
    """A decision at instant `at` about the case `before`. The slots of the case stand here as they will be; `facts` are
    the entry's values that are no slots, `messages` what is said to whom."""

    machine: Machine
    env: Env
    before: Case
    at: int
    workflow: str
    calendars: str
    opened_at: int
    state: str
    since: int
    ending: str | None
    behind: str | None
    team: str | None
    assignee: str | None
    escalation: Escalation | None
    priority: Standing | None
    fields: dict[str, Value]
    visits: dict[str, int]
    clocks: dict[str, Clock]
    promises: dict[str, PromiseKept]
    happened: dict[str, Happened]
    parties: dict[str, str]
    past_assignees: dict[str, str]
    facts: dict[str, Json] = field(default_factory=dict)
    messages: list[dict[str, Json]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.machine.states[self.state].kind == "final"

    @property
    def number(self) -> str:
        return self.before.id or self.env.number or ""

    def reading(self) -> Reading:
        """What expressions read now; names read unset are collected for the entry."""
        happened = {event: record.times for event, record in self.happened.items()}
        dues = {name: kept.due for name, kept in self.promises.items() if kept.outcome == "running"}
        return Reading(self.fields, happened, dues, self.unread)

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


def begin(machine: Machine, case: Case, env: Env, at: int) -> Turn:
    """A turn that changes nothing yet."""
    slots: dict[str, Any] = {slot: getattr(case, slot) for slot in SLOTS}
    tables: dict[str, Any] = {slot: dict(getattr(case, slot)) for slot, _ in TABLES.values()}
    return Turn(machine=machine, env=env, before=case, at=at, **slots, **tables)


def note_moved(turn: Turn, what: Mapping[str, Json], was: int | None, due: int | None) -> None:
    """Note for the reader that something is due at another instant than before."""
    if was is not None and due is not None and was != due:
        moved = turn.facts.setdefault("moved", [])
        assert isinstance(moved, list)
        moved.append({**what, "was": was, "due": due})


def changes(turn: Turn) -> dict[str, Json]:
    """The values of the entry: each slot that differs from the case as it was, and the facts."""
    values: dict[str, Json] = dict(turn.facts)
    for slot in SLOTS:
        value = getattr(turn, slot)
        if value != getattr(turn.before, slot):
            values[slot] = _record(value)
    for prefix, (slot, _) in TABLES.items():
        for key, value in _changed(getattr(turn.before, slot), getattr(turn, slot)):
            values[f"{prefix}/{key}"] = _record(value)
    if turn.messages:
        values["messages"] = turn.messages
    if turn.unread:
        values["unread"] = list(dict.fromkeys(turn.unread))
    return values


def _record(value: Any) -> Json:
    plain: Json = value.record() if hasattr(value, "record") else value
    return plain


def _changed(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[tuple[str, T | None]]:
    """Keys whose value differs, with the new value; None for a key that is gone."""
    for key, value in after.items():
        if before.get(key) != value or key not in before:
            yield key, value
    for key in before:
        if key not in after:
            yield key, None


def timer_effects(turn: Turn) -> Iterator[Effect]:
    """What the host has to arm and may disarm, clock by clock."""
    for clock, now in _changed(turn.before.clocks, turn.clocks):
        was = turn.before.clocks.get(clock)
        if was is not None and (now is None or now.visit != was.visit or _still(now)):
            yield Disarm(clock, was.visit)
        if now is not None:
            yield from arms(turn.machine, clock, now)


def _still(clock: Clock) -> bool:
    return all(due is None for due in clock.dues.values())


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
