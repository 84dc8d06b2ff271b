"""A workflow made ready: every look-up that a decision needs, built once for each artifact and never changed.

Expressions are compiled here. They are found again by identity, because `("const", True)` and `("const", 1)` are equal
as Python tuples and not as values; the workflow keeps them alive as long as the machine lives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casedsl_runtime.artifact import (
    Actor,
    Field,
    Promise,
    Role,
    Stage,
    State,
    Team,
    Template,
    Timer,
    Workflow,
)
from casedsl_runtime.expr import Compiled, compile_expression
from casedsl_runtime.plans import Ladder, Names, Place, Plan, ladder_of, names_of, place_of, plan_of
from casedsl_runtime.sight import Sight, sight_of
from casedsl_runtime.vocabulary import Expression


@dataclass(frozen=True, slots=True)
class Machine:
    """A workflow with its look-ups.

    Attributes:
      asked: the fields that are asked only sometimes.
      bounded: the fields whose value must be something.
      follows: whether anything follows from the fields and the place of a case: a field that is asked only sometimes, a
        priority, a promise.
      places: the states as a case moves between them.
      moves: what each event does in each state.
      ladders: the timers of each clock of a state or a stage.
      order: ranks clocks (states before stages before promises): of two steps that come due at the same instant the
        lower rank goes first.
      names: what the values of an entry are called.
      outside: the roles outside.
      outsiders: the events that somebody outside may send.
      sources: the roles that supply a field, where not everybody does.
      sight: who sees which field; None where nothing is hidden.
    """

    workflow: Workflow
    hash: str
    first: State
    states: Mapping[str, State]
    stages: Mapping[str, Stage]
    stages_of: Mapping[str, tuple[str, ...]]
    promises: Mapping[str, Promise]
    fields: Mapping[str, Field]
    asked: tuple[Field, ...]
    bounded: tuple[Field, ...]
    roles: Mapping[str, Role]
    teams: Mapping[str, Team]
    templates: Mapping[str, Template]
    follows: bool
    places: Mapping[str, Place]
    moves: Mapping[str, Mapping[str, Plan]]
    ladders: Mapping[str, Ladder]
    order: Mapping[str, int]
    names: Names
    outside: frozenset[str]
    outsiders: frozenset[str]
    sources: Mapping[str, tuple[str, ...]]
    sight: Sight | None
    compiled: Mapping[int, Compiled]

    @classmethod
    def of(cls, workflow: Workflow, hash: str) -> Machine:
        """The machine of a workflow that the loader let pass."""
        compiled = {id(expression): compile_expression(expression) for expression in _expressions(workflow)}
        ladders = dict(_ladders(workflow))
        places = {state.name: place_of(state, ladders[f"state/{state.name}"], workflow) for state in workflow.states}
        sources = {field.name: field.sources for field in workflow.fields if field.sources}
        plans = [plan_of(transition, workflow, places, compiled, sources) for transition in workflow.transitions]
        clocks = tuple(_clock_ids(workflow))
        asked = tuple(field for field in workflow.fields if field.asked_when is not None)
        return cls(
            workflow=workflow,
            hash=hash,
            first=next(state for state in workflow.states if state.kind == "first"),
            states={state.name: state for state in workflow.states},
            stages={stage.name: stage for stage in workflow.stages},
            stages_of={name: place.stages for name, place in places.items()},
            promises={promise.name: promise for promise in workflow.promises},
            fields={field.name: field for field in workflow.fields},
            asked=asked,
            bounded=tuple(field for field in workflow.fields if field.bounds),
            roles={role.name: role for role in workflow.roles},
            teams={team.name: team for team in workflow.teams},
            templates={template.name: template for template in workflow.templates},
            follows=bool(asked or workflow.priority or workflow.promises),
            places=places,
            moves={
                state.name: {event: plans[index] for event, index in workflow.table.get(state.name, {}).items()}
                for state in workflow.states
            },
            ladders=ladders,
            order={clock: rank for rank, clock in enumerate(clocks)},
            names=names_of(clocks, (transition.event for transition in workflow.transitions)),
            outside=frozenset(role.name for role in workflow.roles if role.outside),
            outsiders=_outsiders(workflow),
            sources=sources,
            sight=sight_of(workflow),
            compiled=compiled,
        )

    def expression(self, expression: Expression) -> Compiled:
        """The closure of an expression of this workflow."""
        return self.compiled[id(expression)]

    def row(self, state: str) -> tuple[Plan, ...]:
        """Everything that may happen in a state, in the order in which the author wrote it."""
        row = self.workflow.table.get(state, {})
        return tuple(self.moves[state][event] for event in sorted(row, key=row.__getitem__))

    def timers(self, clock: str) -> tuple[Timer, ...]:
        """The ladder of a state's or a stage's clock."""
        return self.ladders[clock].timers

    def is_outside(self, role: str) -> bool:
        return role in self.outside


def _ladders(workflow: Workflow) -> Iterator[tuple[str, Ladder]]:
    yield from ((f"state/{state.name}", ladder_of(state.timers)) for state in workflow.states)
    yield from ((f"stage/{stage.name}", ladder_of(stage.timers)) for stage in workflow.stages)


def _clock_ids(workflow: Workflow) -> Iterator[str]:
    yield from (f"state/{state.name}" for state in workflow.states)
    yield from (f"stage/{stage.name}" for stage in workflow.stages)
    yield from (f"promise/{promise.name}" for promise in workflow.promises)


def _outsiders(workflow: Workflow) -> frozenset[str]:
    outside = {role.name for role in workflow.roles if role.outside}
    return frozenset(
        transition.event
        for transition in workflow.transitions
        if any(_speaks_for(actor) in outside for actor in transition.by)
    )


def _speaks_for(actor: Actor) -> str:
    return actor.on_behalf_of or actor.role


def _expressions(workflow: Workflow) -> Iterator[Expression]:
    """Every expression of a workflow."""
    yield from (field.asked_when for field in workflow.fields if field.asked_when is not None)
    yield from (bound.holds for field in workflow.fields for bound in field.bounds)
    for transition in workflow.transitions:
        if transition.when is not None:
            yield transition.when
        yield from (setting.value for setting in transition.actions.sets)
        for route in transition.routes:
            if route.when is not None:
                yield route.when
            yield from (setting.value for setting in route.actions.sets)
    if workflow.priority is not None:
        yield from (expression for _, expression in workflow.priority.parts)
        yield from (addition.when for addition in workflow.priority.additions if addition.when is not None)
        yield from (ageing.when for ageing in workflow.priority.ages if ageing.when is not None)
