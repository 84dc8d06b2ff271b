"""What an event does in a state, worked out once for each artifact: so a decision looks at what its line can do, and at
nothing else.

    Plan    a line of the table: what bars it, what it asks for, its guard and its ways
    Way     one of its routes: the guard, the place it leads to, whether it changes fields or says something
    Place   a state: its clock, its calendar, its stages
    Ladder  the timers of a clock, and after how long each rung is due
    Names   what the values of an entry are called that every event has

A plan says nothing that doesn't stand in the artifact. There is no other way to decide beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from casedsl_runtime.artifact import Route, State, Timer, Transition, Workflow
from casedsl_runtime.expr import Compiled
from casedsl_runtime.vocabulary import BACK, STAY, Duration, Expression
from casedsl_runtime.worktime import Lengths, open_seconds

Expressions: TypeAlias = Mapping[int, Compiled]
"""The closures of a workflow's expressions, by their identity."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The timers of a state or a stage; after how long each rung is due, by its name; and the same in open seconds,
    where that is what all of them count."""

    timers: tuple[Timer, ...]
    goals: Mapping[str, Duration]
    seconds: Lengths | None


@dataclass(frozen=True, slots=True)
class Place:
    """A state that a case can be in; `clock` counts its visits, with its `ladder`; `calendar` is that of its team,
    `stages` are those that it belongs to."""

    name: str
    clock: str
    ladder: Ladder
    team: str | None
    calendar: str | None
    stages: tuple[str, ...]
    side_step: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A route: it is taken where `guard` holds (None always does) and leads to `place`; None is `back` or `stay`. It
    `prepares` where there is something to do before the move."""

    route: Route
    guard: Compiled | None
    place: Place | None
    changes_fields: bool
    prepares: bool
    speaks: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A line of the table. `bars` whoever did something else, or a case that was not escalated; `asks` for fields or a
    note. `always` is the way that is taken where nothing has to be asked for it. `sources` are the roles that supply a
    field that it needs, where not everybody does."""

    transition: Transition
    guard: Compiled | None
    ways: tuple[Way, ...]
    always: Way | None
    bars: bool
    asks: bool
    sources: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """What the values of an entry are called that every event has: by clock, by clock, and by event."""

    clocks: Mapping[str, str]
    visits: Mapping[str, str]
    happened: Mapping[str, str]


def names_of(clocks: Iterable[str], events: Iterable[str]) -> Names:
    clocks = tuple(clocks)
    return Names(
        clocks={clock: f"clock/{clock}" for clock in clocks},
        visits={clock: f"visits/{clock}" for clock in clocks},
        happened={event: f"happened/{event}" for event in events},
    )


def ladder_of(timers: tuple[Timer, ...]) -> Ladder:
    goals = {str(index): timer.after for index, timer in enumerate(timers)}
    return Ladder(timers, goals, open_seconds(goals))


def place_of(state: State, ladder: Ladder, workflow: Workflow) -> Place:
    return Place(
        name=state.name,
        clock=f"state/{state.name}",
        ladder=ladder,
        team=state.team,
        calendar=next((team.calendar for team in workflow.teams if team.name == state.team), None),
        stages=tuple(stage.name for stage in workflow.stages if state.name in stage.states),
        side_step=state.side_step,
        final=state.kind == "final",
    )


def plan_of(
    transition: Transition,
    workflow: Workflow,
    places: Mapping[str, Place],
    expressions: Expressions,
    sources: Mapping[str, tuple[str, ...]],
) -> Plan:
    """The plan of a line; whatever has classes notes who supplied what, whether it changes fields or not."""
    prepares = bool(workflow.classes) or transition.reverses_escalation
    ways = tuple(_way(transition, route, places, expressions, prepares) for route in transition.routes)
    return Plan(
        transition=transition,
        guard=_closure(transition.when, expressions),
        ways=ways,
        always=ways[0] if ways and ways[0].guard is None else None,
        bars=bool(transition.but_not) or transition.reverses_escalation,
        asks=bool(transition.needs) or transition.needs_note,
        sources={name: sources[name] for name in transition.needs if name in sources},
    )


def _way(
    transition: Transition, route: Route, places: Mapping[str, Place], expressions: Expressions, prepares: bool
) -> Way:
    both = (transition.actions, route.actions)
    changes_fields = any(actions.clears or actions.sets for actions in both)
    return Way(
        route=route,
        guard=_closure(route.when, expressions),
        place=None if route.to in (BACK, STAY) else places[route.to],
        changes_fields=changes_fields,
        prepares=prepares or changes_fields,
        speaks=any(actions.hand_over is not None or actions.sends for actions in both),
    )


def _closure(guard: Expression | None, expressions: Expressions) -> Compiled | None:
    return None if guard is None else expressions[id(guard)]
