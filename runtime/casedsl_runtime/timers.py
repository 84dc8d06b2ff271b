"""What time does by itself: a gentle word, a supervisor learns of it, a role becomes responsible, the case moves on,
and a promise comes due.

An entry of time stands at the planned instant, however late the software woke up, and says when it was recorded. Of the
steps of one ladder that an interruption has piled up, each is recorded and only the highest notifies
(`time/semantics.md` 15). A step can't count on a later one that a move by time would prevent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from casedsl_runtime import clocks, promises, visits
from casedsl_runtime.artifact import Promise, Step, Timer
from casedsl_runtime.case import MISSED, TURNS, Escalation
from casedsl_runtime.commands import TimerDue
from casedsl_runtime.notify import say
from casedsl_runtime.turn import Turn
from casedsl_runtime.vocabulary import BACK

_KINDS: Mapping[str, str] = MappingProxyType(
    {"prompt": "prompted", "tell": "prompted", "alert": "alerted", "escalate": "escalated", "move": "moved"}
)


def leads_nowhere(turn: Turn, due: TimerDue) -> bool:
    """Whether this step would move the case back where nothing stayed behind."""
    if due.clock.startswith("promise/"):
        return False
    return turn.machine.timers(due.clock)[int(due.rung)].to == BACK and turn.behind is None


def act(turn: Turn, due: TimerDue) -> str:
    """Let a step take place in the turn. Yields the kind of the entry."""
    turn.put_clock(due.clock, clocks.fire(turn.clocks[due.clock], due.rung, turn.at))
    turn.values.update({"actor": {"time": True}, "from": turn.state})
    _note_lateness(turn, due)
    quiet = _outdone(turn, due)
    kind, _, name = due.clock.partition("/")
    if kind == "promise":
        return _promise(turn, turn.machine.promises[name], due, quiet)
    return _ladder(turn, due, turn.machine.timers(due.clock)[int(due.rung)], quiet)


def _note_lateness(turn: Turn, due: TimerDue) -> None:
    if turn.env.now > due.due:
        turn.values.update({"planned": due.due, "recorded": turn.env.now})


def _outdone(turn: Turn, due: TimerDue) -> bool:
    """Whether a later notifying step of the same clock is due by now too, and nothing moves the case before."""
    until = min((turn.env.now, *_moves(turn)))
    dues = turn.clocks[due.clock].dues
    return any(at is not None and at <= until and _notifies(turn, due.clock, rung) for rung, at in dues.items())


def _moves(turn: Turn) -> Iterator[int]:
    """The instants at which time will move the case."""
    for name, clock in turn.clocks.items():
        if not name.startswith("promise/"):
            timers = turn.machine.timers(name)
            yield from (at for rung, at in clock.dues.items() if at is not None and timers[int(rung)].rung == "move")


def _notifies(turn: Turn, clock: str, rung: str) -> bool:
    kind, _, name = clock.partition("/")
    if kind != "promise":
        return turn.machine.timers(clock)[int(rung)].rung != "move"
    return rung.isdigit() or (rung == MISSED and any(_at_the_miss(step) for step in turn.machine.promises[name].steps))


def _at_the_miss(step: Step) -> bool:
    return step.left is None and step.used is None


def _ladder(turn: Turn, due: TimerDue, timer: Timer, quiet: bool) -> str:
    why = _ladder_reason(turn, due.clock, timer)
    if timer.rung == "move":
        return _move(turn, timer, why)
    if timer.rung == "escalate":
        turn.escalation = Escalation(timer.to, due.clock, turn.at)
    _tell(turn, timer, why, quiet)
    return _KINDS[timer.rung]


def _ladder_reason(turn: Turn, clock: str, timer: Timer) -> str:
    kind, _, name = clock.partition("/")
    if kind == "stage":
        return f"`{turn.machine.stages[name].title}` has lasted {timer.after}"
    return f"nobody acted for {timer.after}"


def _tell(turn: Turn, step: Timer | Step, why: str, quiet: bool) -> None:
    turn.values["why"] = f"{why}; a later step was due too and speaks for this one" if quiet else why
    if not quiet:
        say(turn, step.to, template=step.template, rung=step.rung, because=why)
    else:
        turn.values["messages"] = []


def _move(turn: Turn, timer: Timer, why: str) -> str:
    if timer.to == BACK:
        visits.go_back(turn)
    else:
        visits.go(turn, turn.machine.places[timer.to], timer.ending)
    promises.settle(turn)
    turn.values.update({"state": turn.state, "why": f"{why}: {timer.purpose}" if timer.purpose else why})
    return _KINDS["move"]


def _promise(turn: Turn, promise: Promise, due: TimerDue, quiet: bool) -> str:
    if due.rung == TURNS:
        return _turn(turn, promise)
    if due.rung == MISSED:
        return _miss(turn, promise)
    step = promise.steps[int(due.rung)]
    spent = f"{step.left} left of" if step.left is not None else f"{step.used}% used of"
    _tell(turn, step, f"{spent} `{promise.title}`", quiet)
    return _KINDS[step.rung]


def _miss(turn: Turn, promise: Promise) -> str:
    promises.miss(turn, promise)
    late = turn.promises[promise.name].late
    why = f"`{promise.title}` was due and had not been kept"
    why = f"{why}: it was late all at once, because {late}" if late else why
    turn.values["why"] = why
    for step in promise.steps:
        if _at_the_miss(step):
            say(turn, step.to, template=step.template, rung=step.rung, because=why)
    return "missed"


def _turn(turn: Turn, promise: Promise) -> str:
    """Let a promise begin, stand still or go on because of a date, or because it has stood still long enough."""
    before = turn.promises[promise.name].outcome
    promises.follow(turn, promise.name)
    after = turn.promises[promise.name].outcome
    if before == "not started":
        kind, why = "started", f"`{promise.since}` has come"
    elif after == "paused":
        kind, why = "paused", "the days on which it stands still have come"
    elif promise.at_most is not None and turn.state in promise.pauses_in:
        kind, why = "resumed", f"it has stood still for {promise.at_most}, the most it may"
    else:
        kind, why = "resumed", "the days on which it stands still are over"
    turn.values["why"] = f"`{promise.title}`: {why}"
    return kind
