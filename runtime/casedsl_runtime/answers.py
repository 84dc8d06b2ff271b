"""The questions that people ask of a case: what may I do, why may I not, and why is it where it is.

Answers come from the same checks as decisions, made on a copy that is thrown away, so that they can't drift apart. An
event that only waits for values is offered, with what it still needs; one whose guard is closed is offered too if the
guard reads a field that the event itself asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casedsl_runtime import reckoning, worktime
from casedsl_runtime.artifact import Field, Promise, Transition
from casedsl_runtime.case import MISSED, TURNS, Case, Clock, PromiseKept, Standing
from casedsl_runtime.checks import Reason, check, missing, not_here
from casedsl_runtime.commands import Do, Env
from casedsl_runtime.journal import Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.reckoning import Measure
from casedsl_runtime.turn import Turn, begin
from casedsl_runtime.vocabulary import BACK, STAY, Duration, Expression
from casedsl_runtime.worktime import CalendarRunsOut, Row


@dataclass(frozen=True, slots=True)
class Offer:
    """An event that this person may let happen now. `to` are the places to which its routes lead, `needs` the fields
    that are still missing, `asks` all fields that may be given with it, `promises` what it does to each promise."""

    event: str
    title: str
    purpose: str
    to: tuple[str, ...]
    needs: tuple[Field, ...]
    asks: tuple[Field, ...]
    note: bool
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Why a clock is due when it is: the next step, its instant (None while the clock stands still), the goal, and the
    rows that add up to it. `rows` are empty where the calendar doesn't reach that far."""

    clock: str
    title: str
    running: bool
    step: str
    due: int | None
    goal: Duration
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a case is where it is. `turn` says whose turn it is, `priority` is a sum of named parts, `last` how the case
    came to be as it is, `promises` how each promise stands."""

    number: str
    state: str
    title: str
    since: int
    ending: str | None
    turn: str
    priority: Standing | None
    clocks: tuple[Account, ...]
    promises: tuple[str, ...]
    last: str


def actions(machine: Machine, case: Case, env: Env) -> list[Offer]:
    """What the actor of `env` may do now, in the order in which the author wrote it."""
    if env.actor is None:
        return []
    return [
        _offer(_turn(machine, case, env), transition)
        for transition in machine.row(case.state)
        if not _against(machine, case, transition, env, env.actor)
    ]


def why_not(machine: Machine, case: Case, event: str, env: Env) -> list[str]:
    """Why the actor of `env` may not let the event happen now; nothing when they may."""
    if env.actor is None:
        return ["somebody has to do it; name a person of the directory"]
    transition = machine.transition(case.state, event)
    if transition is None:
        return [not_here(_turn(machine, case, env), event, env.actor)]
    return [reason.text for reason in _against(machine, case, transition, env, env.actor)]


def _turn(machine: Machine, case: Case, env: Env) -> Turn:
    return begin(machine, case, env, max(env.now, case.last_at))


def _against(machine: Machine, case: Case, transition: Transition, env: Env, person: Person) -> list[Reason]:
    """The reasons that no value given with the event could remove."""
    found = check(_turn(machine, case, env), transition, Do(transition.event), person)
    may_open = bool(_read_by_guards(transition) & set(transition.needs))
    removable = {"missing", "guard"} if may_open else {"missing"}
    return [reason for reason in found.reasons if reason.kind not in removable]


def _read_by_guards(transition: Transition) -> set[str]:
    guards = [transition.when, *(route.when for route in transition.routes)]
    return {name for guard in guards if guard is not None for name in _fields_read(guard)}


def _fields_read(expression: Expression) -> Iterator[str]:
    head, *arguments = expression
    if head in ("field", "is set", "not set"):
        yield str(arguments[0])
    elif head != "const":
        for argument in arguments:
            if isinstance(argument, tuple):
                yield from _fields_read(argument)


def _offer(turn: Turn, transition: Transition) -> Offer:
    fields = turn.machine.fields
    return Offer(
        event=transition.event,
        title=transition.title,
        purpose=transition.purpose,
        to=tuple(dict.fromkeys(_place(turn, route.to) for route in transition.routes)),
        needs=tuple(fields[name] for name in missing(turn, transition)),
        asks=tuple(fields[name] for name in transition.needs),
        note=transition.needs_note,
        promises=tuple(_promise_effects(turn, transition)),
    )


def _place(turn: Turn, to: str) -> str:
    """The state that a route leads to."""
    return turn.state if to == STAY else turn.behind or BACK if to == BACK else to


def _promise_effects(turn: Turn, transition: Transition) -> Iterator[str]:
    for name, kept in turn.promises.items():
        if kept.outcome in ("running", "paused"):
            what = (_effect(turn, transition, name, _place(turn, route.to)) for route in transition.routes)
            yield " or ".join(dict.fromkeys(what))


def _effect(turn: Turn, transition: Transition, name: str, place: str) -> str:
    promise = turn.machine.promises[name]
    if transition.event in promise.met_by:
        return f"meets `{name}`"
    if turn.machine.states[place].kind == "final":
        return f"`{name}` is cancelled"
    return f"`{name}` stands still" if place in promise.pauses_in else f"`{name}` goes on"


def why(machine: Machine, case: Case, env: Env, last: Entry | None = None) -> Explanation:
    """Why the case is where it is and when time acts next; `last` is its latest entry."""
    state = machine.states[case.state]
    accounts = (_account(machine, case, name, clock, env) for name, clock in case.clocks.items())
    return Explanation(
        number=case.id,
        state=state.name,
        title=state.title,
        since=case.since,
        ending=case.ending,
        turn=_whose_turn(machine, case, env),
        priority=case.priority,
        clocks=tuple(account for account in accounts if account is not None),
        promises=tuple(f"{machine.promises[name].title}: {kept.outcome}" for name, kept in case.promises.items()),
        last="" if last is None else _cause(last),
    )


def _whose_turn(machine: Machine, case: Case, env: Env) -> str:
    state = machine.states[case.state]
    if state.kind == "final":
        return "nobody's: the case has ended"
    if state.waiting_on:
        return "it waits on " + ", ".join(machine.roles[role].title for role in state.waiting_on)
    if case.escalation is not None:
        return f"it was escalated to {machine.roles[case.escalation.to].title}"
    if case.assignee is not None:
        person = env.people.get(case.assignee)
        return f"it is with {person.name if person else case.assignee}"
    return "nobody is assigned" if case.team is None else f"it is with {machine.teams[case.team].title}"


def _account(machine: Machine, case: Case, name: str, clock: Clock, env: Env) -> Account | None:
    """The account of a clock that has a step to come; None for one that has not."""
    kind, _, of = name.partition("/")
    if not clock.dues:
        return None
    rung, due = min(clock.dues.items(), key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0]))
    if kind == "promise":
        promise = machine.promises[of]
        step = _promise_step(machine, of, rung)
        kept = case.promises[of]
        measured = reckoning.measure(promise, kept, clock.started, clock.stretches, env.calendars)
        running = kept.outcome == "running"
        return Account(
            name, promise.title, running, step, due, measured.goal, _promise_rows(promise, kept, measured, env)
        )
    timer = machine.timers(name)[int(rung)]
    title = machine.states[of].title if kind == "state" else machine.stages[of].title
    step = f"{timer.rung} {timer.to}"
    return Account(name, title, clock.running, step, due, timer.after, _rows(clock, timer.after, env))


def _promise_step(machine: Machine, name: str, rung: str) -> str:
    if rung == MISSED:
        return "missed"
    if rung == TURNS:
        return "its clock turns"
    step = machine.promises[name].steps[int(rung)]
    return f"{step.rung} {step.to} when {f'{step.left} left' if step.left is not None else f'{step.used}% used'}"


def _promise_rows(promise: Promise, kept: PromiseKept, measured: Measure, env: Env) -> tuple[Row, ...]:
    """The account of a promise's length, or of what lies between its due instant and the date before which that is."""
    spans, counting = reckoning.spans(measured.stretches), promise.counting
    try:
        if promise.before is None:
            return worktime.ledger(env.calendars, spans, measured.goal, measured.started, counting)
        event = reckoning.event_of(kept)
        return (
            ()
            if event is None
            else worktime.ledger_before(env.calendars[promise.calendar], event, promise.within, counting)
        )
    except CalendarRunsOut:
        return ()


def _rows(clock: Clock, goal: Duration, env: Env) -> tuple[Row, ...]:
    try:
        return worktime.ledger(env.calendars, reckoning.spans(clock.stretches), goal, clock.started)
    except CalendarRunsOut:
        return ()


def _cause(entry: Entry) -> str:
    """How the latest entry came about, without the values of fields."""
    values = entry.values
    if "why" in values:
        return f"{entry.kind}: {values['why']}"
    who = (values.get("actor") or {}).get("name", "somebody whose name was erased")
    what = values.get("title") or {"opened": "opened the case", "amended": "amended it"}.get(entry.kind, entry.kind)
    return f"{who}: {what}"
