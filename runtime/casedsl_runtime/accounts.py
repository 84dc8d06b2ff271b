"""Why a clock is due when it is: for a step of time the rows that add up to its instant, and the entry of the journal
since which each row is as it is.

What is due follows from facts, so the account is worked out from them again and never stored. Since when something
holds is read from the journal: an entry that changed a clock holds the whole of its stretches, so a bound of a stretch
is there since the first entry from which on all of them show it. That is the cause also where a date, or a pause by
whole days, puts the bound at another instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from casedsl_runtime import reckoning, worktime
from casedsl_runtime.artifact import Promise
from casedsl_runtime.case import MISSED, TURNS, Case, Clock, PromiseKept
from casedsl_runtime.commands import Env
from casedsl_runtime.journal import Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.turn import armed
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import CalendarRunsOut, Row


@dataclass(frozen=True, slots=True)
class Cause:
    """An entry of the journal: its number, and the event, or else the kind of entry, that made something so."""

    n: int
    what: str


@dataclass(frozen=True, slots=True)
class Account:
    """Why a clock is due when it is.

    Attributes:
      step: what is due then.
      due: its instant; None while the clock stands still.
      goal: the length that counts until then. Where that counts back, from `base`, it lies before that instant, and
        `remains` says that it is a step before the due instant.
      rows: what adds up to it; empty where the calendar doesn't reach that far, and for a clock that waits for a date.
      since: for each row the entry since which it is as it is; None where that was erased.
      held: the entry since which this length holds, or the date before which the clock is due.
    """

    clock: str
    title: str
    running: bool
    step: str
    due: int | None
    goal: Duration
    base: int | None = None
    remains: bool = False
    rows: tuple[Row, ...] = ()
    since: tuple[Cause | None, ...] = ()
    held: Cause | None = None


Bounds: TypeAlias = "dict[int, Cause]"


def accounts(machine: Machine, case: Case, env: Env, entries: Sequence[Entry]) -> Iterator[Account]:
    """For each clock the account of its next step; for a promise also that of its due instant."""
    for name, clock in case.clocks.items():
        ahead = sorted(clock.dues, key=lambda rung: (clock.dues[rung] is None, clock.dues[rung] or 0, rung))
        chosen = ahead[:1]
        if name.startswith("promise/"):
            steps = [rung for rung in ahead if rung.isdigit()]
            chosen = [rung for rung in ahead if rung == MISSED or rung in steps[:1]] or ahead[:1]
        yield from (account(machine, case, env, entries, name, rung) for rung in chosen)


def step_of_time(machine: Machine, before: Case, env: Env, entries: Sequence[Entry]) -> Account | None:
    """The account of the step of time that the last of the entries records; `before` is the case without that one. None
    if it records no step of time."""
    if entries[-1].values.get("actor") != {"time": True}:
        return None
    first = armed(machine, before)[0]
    return account(machine, before, env, entries[:-1], first.clock, first.rung)


def account(machine: Machine, case: Case, env: Env, entries: Sequence[Entry], name: str, rung: str) -> Account:
    """The account of one step that a clock has still to come."""
    clock, (kind, _, of) = case.clocks[name], name.partition("/")
    if kind == "promise":
        found = _of_promise(machine.promises[of], case.promises[of], clock, env, rung)
        found = replace(found, held=None if found.remains else _held(entries, of))
    else:
        found = _of_visit(machine, name, clock, env, rung)
    found = _come_late(found)
    return replace(found, since=tuple(_since(found, clock, _bounds(entries, name, clock))))


def _of_visit(machine: Machine, name: str, clock: Clock, env: Env, rung: str) -> Account:
    timer, (kind, _, of) = machine.timers(name)[int(rung)], name.partition("/")
    title = machine.states[of].title if kind == "state" else machine.stages[of].title
    found = Account(name, title, clock.running, f"{timer.rung} {timer.to}", clock.dues[rung], timer.after)
    try:
        rows = worktime.ledger(env.calendars, reckoning.spans(clock.stretches), timer.after, clock.started)
    except CalendarRunsOut:
        return found
    return replace(found, rows=rows)


def _of_promise(promise: Promise, kept: PromiseKept, clock: Clock, env: Env, rung: str) -> Account:
    measured = reckoning.measure(promise, kept, clock.started, clock.stretches, env.calendars)
    found = Account(
        f"promise/{promise.name}",
        promise.title,
        kept.outcome == "running",
        _step(promise, rung),
        clock.dues[rung],
        measured.goal,
    )
    if not clock.stretches or rung == TURNS:
        return found
    try:
        return _counted(promise, kept, measured, env, rung, found)
    except CalendarRunsOut:
        return found


def _step(promise: Promise, rung: str) -> str:
    if not rung.isdigit():
        return "due" if rung == MISSED else "its clock turns"
    step = promise.steps[int(rung)]
    return f"{step.rung} {step.to} when {f'{step.left} left' if step.left is not None else f'{step.used}% used'}"


def _counted(
    promise: Promise, kept: PromiseKept, measured: reckoning.Measure, env: Env, rung: str, found: Account
) -> Account:
    """The account with its rows: of a length from its start, of a share of it, or of what lies before an instant."""
    table, spans = env.calendars[promise.calendar], reckoning.spans(measured.stretches)
    step = promise.steps[int(rung)] if rung.isdigit() else None
    if step is not None and step.left is not None:
        last = reckoning.due(promise, kept, measured, env.calendars)
        rows = () if last is None else worktime.ledger_left(table, last, step.left, spans)
        return replace(found, goal=step.left, base=last, remains=True, rows=rows)
    if promise.before is not None:
        event = reckoning.event_of(kept)
        assert event is not None, "its clock runs, so the date is known"
        rows = worktime.ledger_before(table, event, promise.within, promise.counting)
        return replace(found, goal=promise.within, base=rows[0].start, rows=rows)
    goal, counting = measured.goal, promise.counting
    if step is not None and step.used is not None:
        goal, counting = reckoning.used(promise, step.used, measured, env.calendars), replace(counting, rolls="not")
    return replace(found, goal=goal, rows=worktime.ledger(env.calendars, spans, goal, measured.started, counting))


def _come_late(found: Account) -> Account:
    """With a last row for a step whose instant had passed when it became known: it comes at once."""
    if found.due is None or not found.rows or found.rows[-1].end >= found.due:
        return found
    last = found.rows[-1]
    return replace(found, rows=(*found.rows, Row(last.end, found.due, "at once", 0, last.calendar)))


# --- since which entry


def cause_of(entry: Entry) -> Cause:
    event = entry.values.get("event")
    return Cause(entry.n, event if isinstance(event, str) else entry.kind)


def _since(found: Account, clock: Clock, bounds: Bounds) -> Iterator[Cause | None]:
    """The cause of each row: of the latest bound before it, or of the length if that counts from a later instant."""
    for row in found.rows:
        at = min(row.start, row.end)
        bound = max((bound for bound in bounds if bound <= at), default=clock.started)
        yield bounds.get(bound)


def _bounds(entries: Iterable[Entry], name: str, clock: Clock) -> Bounds:
    """Since which entry each bound of a clock's stretches is there, through all entries since."""
    bounds: Bounds = {}
    for entry in entries:
        record = entry.values.get(f"clock/{name}")
        if isinstance(record, Mapping) and record["visit"] == clock.visit:
            bounds = {bound: bounds.get(bound, cause_of(entry)) for bound in _shown(record)}
    return bounds


def _shown(record: Mapping[str, Any]) -> Iterator[int]:
    """The bounds in the record of a clock; one that waits for a date has none."""
    if record["stretches"] or record["dues"]:
        yield record["started"]
    yield from (bound for start, end, _ in record["stretches"] for bound in (start, end) if bound is not None)


def _held(entries: Iterable[Entry], name: str) -> Cause | None:
    """The entry since which a promise has its present length, or the date before which it is due."""
    found: Cause | None = None
    before: object = None
    for entry in entries:
        record = entry.values.get(f"promise/{name}")
        if isinstance(record, Mapping):
            now = (record.get("goals", ())[-1:], record.get("target"))
            found, before = (found if now == before else cause_of(entry)), now
    return found
