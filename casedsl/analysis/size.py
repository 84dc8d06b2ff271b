"""How much there is to look at: a definition that no person can have written is not proved, and that is said (CD299).

The solver counts its steps. What comes before it (the graph, what is known of each field in each state, each guard with
what it reads) grows with products, and these are counted here, before anything is made. The ends are far beyond what
people write: 200 states with 1,000 transitions and 40 fields come to 1,200 moves, 50,000 facts, 40,000 readings and
14,000 parts. Each is a share of one time: a file may go to one end, not to several at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from casedsl_runtime.vocabulary import BACK

from casedsl.analysis.durations import measured
from casedsl.model.records import CaseType, Formula, Stage, State, Timer, Transition

MOST_MOVES = 60_000
MOST_CLOCKS = 30_000
MOST_STAGES = 60_000
MOST_RUNGS = 60_000
MOST_RACES = 300
_MONTHS = 20
MOST_FACTS = 500_000
MOST_READINGS = 250_000
MOST_PARTS = 40_000
_QUESTIONS = 15

Beyond = Literal["", "moves", "fields", "guards"]


def beyond(case_type: CaseType) -> Beyond:
    """What a definition has too much of: moves or promises for its graph, fields or guards for its proofs; nothing,
    usually."""
    moves = _moves(case_type)
    clocks = len(case_type.promises) * (moves + len(case_type.states))
    stages = len(case_type.stages) * (len(case_type.stages) + len(case_type.states))
    if moves / MOST_MOVES + clocks / MOST_CLOCKS + stages / MOST_STAGES > 1 or _time(case_type) > 1:
        return "moves"
    fields = len(case_type.fields) + 1
    known = moves * fields / MOST_FACTS + _guards(case_type) * fields / MOST_READINGS
    compared = _parts(case_type) / MOST_PARTS
    if known + compared <= 1:
        return ""
    return "guards" if compared > known else "fields"


def heaviest(case_type: CaseType) -> Transition | None:
    """The line in whose guards more than half of all comparisons are made, if there is one."""
    half = _parts(case_type) / 2
    heavy = (line for line, times in _lines_asked(case_type) if times * _parts_of(line) > half)
    return next(heavy, None)


def _time(case_type: CaseType) -> float:
    """How much there is of the steps of ladders that are looked at each with each, and of lengths of two kinds among
    them: two lengths are compared from every minute of a week, but once for all ladders that have them."""
    owners: list[State | Stage] = [*case_type.states.values(), *case_type.stages.values()]
    within = [(owner.timers, owner.timers) for owner in owners]
    rungs = sum(len(timers) ** 2 for timers, _ in within)
    if rungs > MOST_RUNGS:
        return rungs / MOST_RUNGS
    across = [
        (stage.timers, case_type.states[ref.name].timers)
        for stage in case_type.stages.values()
        if any(timer.rung == "move" for timer in stage.timers)
        for ref in stage.states
        if ref.name in case_type.states
    ]
    rungs += sum(len(outer) * len(inner) for outer, inner in across)
    if rungs > MOST_RUNGS:
        return rungs / MOST_RUNGS
    races = {
        (one.after.duration, other.after.duration)
        for timers, others in (*within, *across)
        for one in timers
        for other in others
        if measured(one.after.duration)[0] < measured(other.after.duration)[0]
    }
    raced = sum(_MONTHS if {"month", "year"} & {one.unit, other.unit} else 1 for one, other in races)
    return rungs / MOST_RUNGS + raced / MOST_RACES


def _moves(case_type: CaseType) -> int:
    """At most so many moves there are, each state counted for what its stages and `anywhere` say."""
    states = len(case_type.states)
    every = sum(_of(line, states) for line in case_type.anywhere)
    staged = (
        len(stage.states) * _lines(stage.transitions, stage.timers, states) for stage in case_type.stages.values()
    )
    own = (_lines(state.transitions, state.timers, states) for state in case_type.states.values())
    return states * every + sum(staged) + sum(own)


def _lines(transitions: tuple[Transition, ...], timers: tuple[Timer, ...], states: int) -> int:
    moving = sum(states if timer.to.name == BACK else 1 for timer in timers if timer.rung == "move")
    return moving + sum(_of(line, states) for line in transitions)


def _of(line: Transition, states: int) -> int:
    return sum(states if route.to.name == BACK else 1 for route in line.routes)


def _guards(case_type: CaseType) -> int:
    lines = (*case_type.anywhere, *(line for state in case_type.states.values() for line in state.transitions))
    staged = (line for stage in case_type.stages.values() for line in stage.transitions)
    routed = sum((line.when is not None) + len(line.routes) for line in (*lines, *staged) if _is_guarded(line))
    added = len(case_type.priority.additions) if case_type.priority else 0
    return routed + added + sum(field.asked_when is not None for field in case_type.fields.values())


def _parts(case_type: CaseType) -> int:
    """The comparisons in all guards, as often as they are asked: in each state where the line stands, and with each
    later route, to which those before it are closed."""
    asked = [field.asked_when for field in case_type.fields.values()]
    added = [each.when for each in case_type.priority.additions] if case_type.priority else []
    lines = sum(times * _parts_of(line) for line, times in _lines_asked(case_type))
    return lines + sum(map(_asked, (*asked, *added)))


def _lines_asked(case_type: CaseType) -> Iterator[tuple[Transition, int]]:
    """Each line, and in how many states it stands."""
    yield from ((line, len(case_type.states)) for line in case_type.anywhere)
    yield from ((line, 1) for state in case_type.states.values() for line in state.transitions)
    yield from ((line, len(stage.states)) for stage in case_type.stages.values() for line in stage.transitions)


def _parts_of(line: Transition) -> int:
    count = len(line.routes)
    guards = [(place, route.when) for place, route in enumerate(line.routes) if route.when]
    later = sum((count - place) * (1 + len(guard.claims)) + _QUESTIONS for place, guard in guards)
    return max(count, 1) * _asked(line.when) + later


def _asked(guard: Formula | None) -> int:
    """What the questions about a guard cost, and each of its comparisons in them."""
    return _QUESTIONS + len(guard.claims) if guard else 0


def _is_guarded(line: Transition) -> bool:
    return line.when is not None or any(route.when for route in line.routes)
