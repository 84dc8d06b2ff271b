"""Ladders: the timers of one state or one stage, which share a clock.

The clock of a stage begins no later than that of a state or a stage that lies wholly inside it, and runs whenever that
one runs. So what is due on the outer clock after less time in one kind of it comes first.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from casedsl_runtime.vocabulary import BACK
from msgspec import Struct

from casedsl.analysis.durations import measured, surely_longer
from casedsl.model.records import Calendar, CaseType, Timer


class Ladder(Struct, frozen=True):
    """The timers of a state or stage, as they are written, and the states in which they can run."""

    name: str
    is_stage: bool
    states: frozenset[str]
    timers: tuple[Timer, ...]

    def holds(self, inner: Ladder) -> bool:
        """Whether this is a stage that holds all states of another ladder."""
        return self.is_stage and self.name != inner.name and inner.states <= self.states

    def within(self, case_type: CaseType) -> tuple[str, ...]:
        """Its states in the order of the definition."""
        return tuple(state for state in case_type.states if state in self.states) if self.is_stage else (self.name,)


def ladders(case_type: CaseType, reached: Container[str]) -> Iterator[Ladder]:
    """The ladders that can run in some reached state, in the order of the file: states, then stages."""
    for state in case_type.states.values():
        if state.name in reached and state.kind != "final":
            yield Ladder(state.name, False, frozenset({state.name}), state.timers)
    for stage in case_type.stages.values():
        states = frozenset(ref.name for ref in stage.states)
        if any(state in reached for state in states):
            yield Ladder(stage.name, True, states, stage.timers)


def is_later(ladder: Ladder, one: Timer, other: Timer) -> bool:
    """Whether one timer surely comes after another of its ladder; of two at one instant the first in the file acts."""
    if measured(one.after.duration) == measured(other.after.duration):
        return ladder.timers.index(one) > ladder.timers.index(other)
    return surely_longer(one.after.duration, other.after.duration)


def ends_the_visit(sides: frozenset[str], ladder: Ladder, move: Timer) -> bool:
    """Whether the clock of a ladder has ended once a move of it took place: it is not only interrupted by one of the
    side steps, and it doesn't go on in another state of the stage."""
    if ladder.is_stage:
        return move.to.name != BACK and move.to.name not in sides | ladder.states
    return move.to.name not in sides or ladder.states <= sides


def calendars_of(
    case_type: CaseType, teams: Mapping[str, tuple[str | None, ...]], ladder: Ladder
) -> tuple[Calendar, ...]:
    """The calendars in which the clock of a ladder can count from its beginning to its end: those of the teams that can
    have the case in its state; of a stage, through whose states it passes, the one that they all have."""
    shared = case_type.organisation
    names = [team for state in ladder.within(case_type) for team in teams.get(state, ())]
    refs = [shared.teams[team].calendar if team else None for team in names]
    found = dict.fromkeys(ref.name if ref else "" for ref in refs)
    if ladder.is_stage and len(found) > 1:
        return ()
    return tuple(shared.calendars[name] for name in found if name)
