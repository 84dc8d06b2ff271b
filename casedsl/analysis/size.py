"""How much there is to look at: a definition that no person can have written is not proved, and that is said (CD299).

The solver counts its steps. What comes before it (the graph, what is known of each field in each state, each guard with
what it reads) grows with products, and these are counted here, before anything is made. The ends are a hundred times
what people write: 200 states with 1,000 transitions and 40 fields come to 1,200 moves, 50,000 facts, 40,000 readings.
"""

from __future__ import annotations

from typing import Literal

from casedsl_runtime.vocabulary import BACK

from casedsl.analysis.durations import measured
from casedsl.model.records import CaseType, Stage, State, Timer, Transition

MOST_MOVES = 60_000
MOST_CLOCKS = 30_000
MOST_STAGES = 60_000
MOST_RUNGS = 60_000
MOST_RACES = 300
_MONTHS = 20
MOST_FACTS = 500_000
MOST_READINGS = 250_000

Beyond = Literal["", "moves", "fields"]


def beyond(case_type: CaseType) -> Beyond:
    """What a definition has too much of: moves or promises for its graph, fields for its proofs; nothing, usually."""
    moves = _moves(case_type)
    clocks = len(case_type.promises) * (moves + len(case_type.states))
    stages = len(case_type.stages) * (len(case_type.stages) + len(case_type.states))
    if moves > MOST_MOVES or clocks > MOST_CLOCKS or stages > MOST_STAGES or _too_much_time(case_type):
        return "moves"
    fields = len(case_type.fields) + 1
    too_many = moves * fields > MOST_FACTS or _guards(case_type) * fields > MOST_READINGS
    return "fields" if too_many else ""


def _too_much_time(case_type: CaseType) -> bool:
    """Whether there are too many steps of ladders to look at each with each, or too many lengths of two kinds among
    them: two lengths are compared from every minute of a week, but once for all ladders that have them."""
    owners: list[State | Stage] = [*case_type.states.values(), *case_type.stages.values()]
    within = [(owner.timers, owner.timers) for owner in owners]
    if sum(len(timers) ** 2 for timers, _ in within) > MOST_RUNGS:
        return True
    across = [
        (stage.timers, case_type.states[ref.name].timers)
        for stage in case_type.stages.values()
        if any(timer.rung == "move" for timer in stage.timers)
        for ref in stage.states
        if ref.name in case_type.states
    ]
    if sum(len(outer) * len(inner) for outer, inner in across) > MOST_RUNGS:
        return True
    races = {
        (one.after.duration, other.after.duration)
        for timers, others in (*within, *across)
        for one in timers
        for other in others
        if measured(one.after.duration)[0] < measured(other.after.duration)[0]
    }
    return sum(_MONTHS if {"month", "year"} & {one.unit, other.unit} else 1 for one, other in races) > MOST_RACES


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


def _is_guarded(line: Transition) -> bool:
    return line.when is not None or any(route.when for route in line.routes)
