"""What time does by itself: a gentle word, a supervisor learns of it, a role becomes responsible, the case moves on,
and a promise comes due.

An entry of time stands at the planned instant, however late the software woke up, and says when it was recorded. Of the
steps of one ladder that an interruption has piled up, each is recorded and only the highest notifies
(`time/semantics.md` 15). A step can't count on a later one that a move by time would prevent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from casedsl_runtime import clocks, fields, visits
from casedsl_runtime.artifact import Step, Timer
from casedsl_runtime.case import MISSED, Escalation
from casedsl_runtime.commands import TimerDue
from casedsl_runtime.notify import say
from casedsl_runtime.turn import Turn
from casedsl_runtime.vocabulary import BACK

_KINDS: Mapping[str, str] = MappingProxyType(
    {"prompt": "prompted", "tell": "prompted", "alert": "alerted", "escalate": "escalated", "move": "moved"}
)


def leads_nowhere(turn: Turn, due: TimerDue) -> bool:
    """Whether this step would move the case back where nothing stayed behind."""
    if due.rung == MISSED or due.clock.startswith("promise/"):
        return False
    return turn.machine.timers(due.clock)[int(due.rung)].to == BACK and turn.behind is None


def act(turn: Turn, due: TimerDue) -> str:
    """Let a step take place in the turn. Yields the kind of the entry."""
    turn.clocks[due.clock] = clocks.fire(turn.clocks[due.clock], due.rung, turn.at)
    turn.facts.update({"actor": {"time": True}, "from": turn.state})
    _note_lateness(turn, due)
    quiet = _outdone(turn, due)
    kind, _, name = due.clock.partition("/")
    if kind == "promise":
        return _promise(turn, name, due, quiet)
    return _ladder(turn, due, turn.machine.timers(due.clock)[int(due.rung)], quiet)


def _note_lateness(turn: Turn, due: TimerDue) -> None:
    if turn.env.now > due.due:
        turn.facts.update({"planned": due.due, "recorded": turn.env.now})


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
    return rung != MISSED or any(step.left is None for step in turn.machine.promises[name].steps)


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
    turn.facts["why"] = f"{why}; a later step was due too and speaks for this one" if quiet else why
    if not quiet:
        say(turn, step.to, template=step.template, rung=step.rung, because=why)
    else:
        turn.facts["messages"] = []


def _move(turn: Turn, timer: Timer, why: str) -> str:
    if timer.to == BACK:
        visits.go_back(turn)
    else:
        visits.go(turn, timer.to, timer.ending)
    fields.settle(turn)
    turn.facts.update({"state": turn.state, "why": f"{why}: {timer.purpose}" if timer.purpose else why})
    return _KINDS["move"]


def _promise(turn: Turn, name: str, due: TimerDue, quiet: bool) -> str:
    promise = turn.machine.promises[name]
    if due.rung != MISSED:
        step = promise.steps[int(due.rung)]
        _tell(turn, step, f"{step.left} left of `{promise.title}`", quiet)
        return _KINDS[step.rung]
    visits.miss(turn, name, due.due)
    why = f"`{promise.title}` was due and had not been kept"
    turn.facts["why"] = why
    for step in promise.steps:
        if step.left is None:
            say(turn, step.to, template=step.template, rung=step.rung, because=why)
    return "missed"
