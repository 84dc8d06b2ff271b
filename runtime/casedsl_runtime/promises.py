"""Promises: when they begin, stand still, go on, are met, are missed; and why a due instant moves.

`happened` notes what an event is to each promise; `follow` then works every clock out anew from the facts as they stand
(`reckoning.py`) and says in the entry what moved and why. The rules are `time/semantics.md` 7, 14, 15 and 18:

    met         once, by the first of its events; at the instant that its field names, if it has one
    missed      a fact of the instant at which it was due, never taken back; where a change makes it late already, a
                fact of the change. Its clock goes on until what was promised is done: so the overrun is measured too
    cancelled   neither, when the case ends
    again       only by the event it names: it goes on with what was used, or a new round begins
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime import clocks, fields, reckoning
from casedsl_runtime.artifact import Promise
from casedsl_runtime.case import MISSED, TURNS, Clock, PromiseKept, Spans
from casedsl_runtime.journal import Json
from casedsl_runtime.messages import show_value
from casedsl_runtime.reckoning import Measure
from casedsl_runtime.turn import Turn, note_moved
from casedsl_runtime.vocabulary import OPENED, Duration

_OPEN = ("running", "paused")


def happened(turn: Turn, event: str) -> None:
    """Note what an event (or `opened`) is to each promise: it meets, renews, extends or begins it."""
    for promise in turn.machine.workflow.promises:
        if event in promise.met_by:
            _meet(turn, promise)
        if event == promise.restarts_on:
            _renew(turn, promise)
        if event in dict(promise.extensions):
            _extend(turn, promise, event)
        if _begins(turn, promise, event) and not turn.ended:
            begun = turn.at if promise.since == event else None
            _begin(turn, promise, begun, ())


def _begins(turn: Turn, promise: Promise, event: str) -> bool:
    """Whether a promise begins now, once; one that a field begins waits for it from the opening on."""
    by_field = event == OPENED and promise.since in turn.machine.fields
    return promise.name not in turn.promises and (event == promise.since or by_field)


def _begin(turn: Turn, promise: Promise, begun: int | None, earlier: tuple[tuple[str, int], ...]) -> None:
    clock = _id(promise)
    visit = turn.visits.get(clock, 0) + 1
    turn.put_visit(clock, visit, clocks.new_clock(visit, turn.at))
    turn.put_promise(promise.name, PromiseKept("not started", None, turn.at, begun=begun, earlier=earlier))  # type: ignore[arg-type]


def _id(promise: Promise) -> str:
    return f"promise/{promise.name}"


def _meet(turn: Turn, promise: Promise) -> None:
    kept = turn.promises.get(promise.name)
    if kept is None or kept.done is not None or kept.outcome in ("met", "cancelled"):
        return
    clock = turn.clocks[_id(promise)]
    done = _done_at(turn, promise, clock)
    recorded = turn.at if done != turn.at else None
    turn.put_clock(_id(promise), clocks.stop(clock, done))
    if kept.outcome == "missed":
        turn.put_promise(promise.name, kept._replace(done=done, recorded=recorded))
    else:
        turn.put_promise(promise.name, kept._replace(outcome="met", at=done, done=done, recorded=recorded))


def _done_at(turn: Turn, promise: Promise, clock: Clock) -> int:
    """When what keeps a promise really happened: what its field says, not before it began and not in time to come."""
    if promise.met_at is None:
        return turn.at
    said = reckoning.instant_of(turn.env.calendars[promise.calendar], turn.fields.get(promise.met_at))
    return turn.at if said is None else min(max(said, clock.started), turn.at)


def _renew(turn: Turn, promise: Promise) -> None:
    """Let a promise that was met go on, without the time since; or begin a new round, also of one that was missed."""
    kept = turn.promises.get(promise.name)
    if kept is None or kept.outcome not in (("met", "missed") if promise.anew else ("met",)):
        return
    earlier = (*kept.earlier, (kept.outcome, kept.at))
    if promise.anew:
        _begin(turn, promise, turn.at, earlier)
        return
    away = (*kept.away, (kept.at, turn.at))
    paused = kept._replace(outcome="paused", at=turn.at, away=away, earlier=earlier, done=None, recorded=None)
    turn.put_promise(promise.name, paused)


def _extend(turn: Turn, promise: Promise, event: str) -> None:
    kept = turn.promises.get(promise.name)
    if kept is not None and kept.outcome in ("not started", *_OPEN):
        turn.put_promise(promise.name, kept._replace(extended=event))


def settle(turn: Turn) -> None:
    """Bring what follows from fields and place up to date: fields not asked, the priority, the promises. A length may
    depend on the priority, and a field on a due instant; what a second look finds stands."""
    fields.settle(turn)
    if not turn.machine.promises:
        return
    if follow(turn):
        fields.settle(turn)
        follow(turn)
    _tell_what_moved(turn)
    _tell_swapped_dates(turn)


def recount(turn: Turn) -> None:
    """Work every promise out anew because the calendars have changed, and note each of its steps that moved."""
    before = turn.clocks
    for promise in turn.machine.workflow.promises:
        follow(turn, promise.name)
    settle(turn)
    for name, clock in before.items():
        for rung, at in turn.clocks[name].dues.items() if name.startswith("promise/") else ():
            if rung != MISSED:
                note_moved(turn, {"clock": name, "rung": rung}, clock.dues.get(rung), at)


def follow(turn: Turn, turned: str | None = None) -> bool:
    """Work out anew every promise that something has changed for, `turned` in any case; whether a standing changed."""
    before = turn.promises
    for promise in turn.machine.workflow.promises:
        kept = turn.promises.get(promise.name)
        if kept is not None and kept.outcome not in ("met", "cancelled") and kept.done is None:
            _follow(turn, promise, kept, turned == promise.name)
    return before != turn.promises


def _follow(turn: Turn, promise: Promise, kept: PromiseKept, turned: bool) -> None:
    if turn.ended:
        _cancel(turn, promise, kept)
        return
    clock, started = turn.clocks[_id(promise)], _start(turn, promise, kept)
    now = _facts(turn, promise, kept)
    if started is None or (promise.before is not None and now.target is None):
        _wait(turn, promise, now)
    elif turned or kept != now or started != clock.started or not (clock.dues or kept.outcome == "missed"):
        _reckon(turn, promise, now, clock._replace(started=started))


def _cancel(turn: Turn, promise: Promise, kept: PromiseKept) -> None:
    turn.put_clock(_id(promise), clocks.stop(turn.clocks[_id(promise)], turn.at))
    if kept.outcome != "missed":
        turn.put_promise(promise.name, kept._replace(outcome="cancelled", at=turn.at))


def _start(turn: Turn, promise: Promise, kept: PromiseKept) -> int | None:
    """The instant from which a promise counts: that of its event, or what its field says; None while it is unset."""
    if kept.begun is not None:
        return kept.begun
    return reckoning.instant_of(turn.env.calendars[promise.calendar], turn.fields.get(promise.since))


# --- the facts


def _facts(turn: Turn, promise: Promise, kept: PromiseKept) -> PromiseKept:
    """The standing with the facts of this moment: the case's place, its fields, its priority."""
    table = turn.env.calendars[promise.calendar]
    target = None if promise.before is None else turn.fields.get(promise.before)
    held = [reckoning.days_held(table, turn.fields.get(first), turn.fields.get(last)) for first, last in promise.pauses]
    return kept._replace(
        goals=_goals(turn, promise, kept),
        still=_still(turn, promise, kept.still),
        held=reckoning.united(span for spans in held for span in spans),
        target=None if isinstance(target, bool) else target,
    )


def _goals(turn: Turn, promise: Promise, kept: PromiseKept) -> tuple[tuple[int, Duration], ...]:
    """The lengths with one more if another holds now; before the promise counts only the present one matters."""
    goal = dict(promise.extensions)[kept.extended] if kept.extended else _of_band(turn, promise)
    if kept.goals and kept.goals[-1][1] == goal:
        return kept.goals
    return ((turn.at, goal),) if kept.outcome == "not started" else (*kept.goals, (turn.at, goal))


def _of_band(turn: Turn, promise: Promise) -> Duration:
    """The length for the case's band; while the priority is unknown, that for all others."""
    band = None if turn.priority is None else turn.priority.band
    return dict(promise.by_band).get(band or "", promise.within)


def _still(turn: Turn, promise: Promise, still: Spans) -> Spans:
    """The visits with the one that begins or ends now."""
    stands, inside = bool(still) and still[-1][1] is None, turn.state in promise.pauses_in
    if inside and not stands:
        return (*still, (turn.at, None))
    return (*still[:-1], (still[-1][0], turn.at)) if stands and not inside else still


# --- the standing


def _wait(turn: Turn, promise: Promise, now: PromiseKept) -> None:
    """Let a promise wait for the date from which, or before which, it counts; one that was missed stays missed."""
    if now.outcome == "missed":
        turn.put_promise(promise.name, now)
        return
    clock = turn.clocks[_id(promise)]
    turn.put_clock(_id(promise), clock._replace(stretches=(), dues={}))
    at = now.at if now.outcome == "not started" else turn.at
    turn.put_promise(promise.name, now._replace(outcome="not started", due=None, at=at))


def _reckon(turn: Turn, promise: Promise, now: PromiseKept, clock: Clock) -> None:
    """Put the clock, the due instant and the outcome that follow from the facts."""
    calendars, name = turn.env.calendars, promise.name
    stretches = reckoning.stretches_of(promise, now, clock.started, calendars)
    measured = reckoning.measure(promise, now, clock.started, stretches, calendars)
    due = reckoning.due(promise, now, measured, calendars)
    clock = clock._replace(stretches=stretches)
    if now.outcome == "missed":
        turn.put_clock(_id(promise), clock._replace(dues=_after_the_miss(turn, promise, measured, clock)))
        turn.put_promise(name, now._replace(due=now.due if due is None else due))
        return
    outcome = _outcome(turn, clock, due)
    known = due if outcome == "running" else None
    turn.put_clock(_id(promise), clock._replace(dues=_dues(turn, promise, known, measured, clock, outcome)))
    changed = turn.promises[name].outcome != outcome
    turn.put_promise(name, now._replace(outcome=outcome, due=known, at=turn.at if changed else now.at))  # type: ignore[arg-type]


def _outcome(turn: Turn, clock: Clock, due: int | None) -> str:
    """How a promise stands at the moment; one whose length is over already runs, to be missed at once."""
    if turn.at < clock.started:
        return "not started"
    over = due is not None and due <= turn.at
    return "running" if over or reckoning.runs_at(clock.stretches, turn.at) else "paused"


def _dues(
    turn: Turn, promise: Promise, due: int | None, measured: Measure, clock: Clock, outcome: str
) -> Mapping[str, int | None]:
    """The rungs to come. What should have come before is due at once; while the clock stands still nothing is."""
    known = outcome == "running"
    last = None if due is None else max(turn.at, due)
    dues: dict[str, int | None] = {} if outcome == "not started" else {MISSED: last}
    for index, step in enumerate(promise.steps):
        if (step.left is not None or step.used is not None) and str(index) not in clock.fired and dues:
            at = reckoning.step_due(promise, step, due, measured, turn.env.calendars) if known else None
            dues[str(index)] = None if at is None else max(turn.at, at)
    turns = reckoning.next_turn(clock.stretches, turn.at)
    if turns is not None and (last is None or turns < last):
        dues[TURNS] = turns
    return dues


def _after_the_miss(turn: Turn, promise: Promise, measured: Measure, clock: Clock) -> Mapping[str, int | None]:
    """The rungs that come after a promise was missed: the percentages that were not reached."""
    late = [(index, step) for index, step in enumerate(promise.steps) if step.used is not None]
    dues: dict[str, int | None] = {}
    for index, step in late:
        if str(index) not in clock.fired:
            at = reckoning.step_due(promise, step, None, measured, turn.env.calendars)
            runs = reckoning.runs_at(clock.stretches, turn.at)
            dues[str(index)] = max(turn.at, at) if runs and at is not None else None
    turns = reckoning.next_turn(clock.stretches, turn.at)
    if dues and turns is not None:
        dues[TURNS] = turns
    return dues


def miss(turn: Turn, promise: Promise) -> None:
    """Record that a promise was missed now; its clock goes on, so that the overrun is known."""
    kept, clock = turn.promises[promise.name], turn.clocks[_id(promise)]
    turn.put_promise(promise.name, kept._replace(outcome="missed", at=turn.at))
    measured = reckoning.measure(promise, kept, clock.started, clock.stretches, turn.env.calendars)
    turn.put_clock(_id(promise), clock._replace(dues=_after_the_miss(turn, promise, measured, clock)))


# --- what moved, and why


def _tell_what_moved(turn: Turn) -> None:
    """Note each due instant that moved, and why; and why a promise is late all at once."""
    for promise in turn.machine.workflow.promises:
        now, before = turn.promises.get(promise.name), turn.before.promises.get(promise.name)
        if now is None:
            continue
        why = None if before is None else next(_reasons(turn, promise, before, now), None)
        if before is not None and why is not None:
            missed: Mapping[str, Json] = {"missed": now.at} if now.outcome == "missed" else {}
            note_moved(turn, {"promise": promise.name, "why": why, **missed}, before.due, now.due)
        if now.outcome == "running" and now.due is not None and now.due < turn.at:
            turn.put_promise(promise.name, now._replace(late=why or f"`{promise.since}` lies so far back"))


def _reasons(turn: Turn, promise: Promise, before: PromiseKept, now: PromiseKept) -> Iterator[str]:
    """Why a promise is due at another time than before, the strongest reason first."""
    if turn.clocks[_id(promise)].visit != turn.before.clocks[_id(promise)].visit:
        yield f"`{promise.restarts_on}` begins it anew"
    if now.extended != before.extended:
        yield f"`{now.extended}` extends it to {now.goals[-1][1]}"
    elif now.goals != before.goals and before.goals:
        yield f"the priority is {(turn.priority and turn.priority.band) or 'unknown'} now"
    if turn.clocks[_id(promise)].started != turn.before.clocks[_id(promise)].started:
        yield f"`{promise.since}` is {_shown(turn, promise.since)} now"
    if now.target != before.target and promise.before is not None:
        yield f"`{promise.before}` is {_shown(turn, promise.before)} now"
    if now.held != before.held:
        yield "the days on which it stands still are others now"
    if now.away != before.away:
        yield f"`{promise.restarts_on}` lets it go on"
    if now.still != before.still:
        yield f"it stood still in `{turn.before.state}`"
    if turn.calendars != turn.before.calendars:
        yield f"the calendar changed ({turn.values['reason']})"


def _tell_swapped_dates(turn: Turn) -> None:
    """Remark on a pause that would end before it begins: it stops nothing."""
    pauses = (pause for promise in turn.machine.workflow.promises for pause in promise.pauses)
    for first, last in dict.fromkeys(pauses):
        start, end = turn.fields.get(first), turn.fields.get(last)
        touched = any(turn.before.fields.get(name) != turn.fields.get(name) for name in (first, last))
        if touched and isinstance(start, str) and isinstance(end, str) and end < start:
            remarks = turn.values.setdefault("remarks", [])
            assert isinstance(remarks, list)
            remarks.append(f"`{last}` lies before `{first}`, so nothing stands still between them")


def _shown(turn: Turn, name: str) -> str:
    field = turn.machine.fields.get(name)
    return "another" if field is None else show_value(field, turn.fields.get(name), turn.zone())
