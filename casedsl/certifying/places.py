"""What a theorem looks at, place by place, so that a theorem about nothing is seen to be one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import timers_in
from casedsl.model.records import CaseType, Timer, Transition
from casedsl.syntax.span import Span


class Place(Struct, frozen=True):
    """Something with a name of the author's, or its text, and where it stands."""

    name: str
    span: Span


Places: TypeAlias = Callable[[CaseType, Facts], Iterator[Place]]


def definition(case_type: CaseType, _: Facts) -> Iterator[Place]:
    yield Place(case_type.name, case_type.span)


def states(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(name, state.span) for name, state in case_type.states.items())


def open_states(case_type: CaseType, facts: Facts) -> Iterator[Place]:
    """The states that are not final and can be reached."""
    each = case_type.states.values()
    return (Place(state.name, state.span) for state in each if state.kind != "final" and state.name in facts.reached)


def goals(case_type: CaseType, facts: Facts) -> Iterator[Place]:
    """The states and ends that no case gets to before it has been elsewhere."""
    for passed in facts.passed:
        yield from (Place(str(goal), case_type.states[goal.state].span) for goal in passed.goals)


def lines(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(line.event, line.span) for line in transitions(case_type))


def transitions(case_type: CaseType) -> tuple[Transition, ...]:
    """Every line of an event, in the order of the file."""
    of_states = (line for state in case_type.states.values() for line in state.transitions)
    of_stages = (line for stage in case_type.stages.values() for line in stage.transitions)
    return tuple(sorted((*of_states, *of_stages, *case_type.anywhere), key=lambda line: line.span))


def routes(case_type: CaseType, _: Facts) -> Iterator[Place]:
    for line in transitions(case_type):
        yield from (Place(f"{line.event} -> {route.to}", route.span) for route in line.routes)


def forks(case_type: CaseType, _: Facts) -> Iterator[Place]:
    """The lines with several routes."""
    return (Place(line.event, line.span) for line in transitions(case_type) if len(line.routes) > 1)


def guards(case_type: CaseType, facts: Facts) -> Iterator[Place]:
    for line in transitions(case_type):
        each = (line.when, *(route.when for route in line.routes))
        yield from (Place(formula.text, formula.span) for formula in each if formula is not None)
    yield from loose_guards(case_type, facts)


def loose_guards(case_type: CaseType, _: Facts) -> Iterator[Place]:
    """The guards of fields and of additions."""
    rows = case_type.priority.additions if case_type.priority else ()
    each = (*(field.asked_when for field in case_type.fields.values()), *(row.when for row in rows))
    return (Place(formula.text, formula.span) for formula in each if formula is not None)


def fields(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(field.name, field.span) for field in case_type.fields.values())


def asked_fields(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(each.name, each.asked_when.span) for each in case_type.fields.values() if each.asked_when)


def settings(case_type: CaseType, _: Facts) -> Iterator[Place]:
    for line in transitions(case_type):
        for actions in (line.actions, *(route.actions for route in line.routes)):
            yield from (Place(each.field.name, each.field.span) for each in actions.sets)


def duties(case_type: CaseType, _: Facts) -> Iterator[Place]:
    for line in transitions(case_type):
        yield from (Place(f"{line.event} but not who did {ref}", ref.span) for ref in line.but_not)


def timers(case_type: CaseType, _: Facts) -> Iterator[Place]:
    found: dict[Span, Timer] = {
        timer.span: timer for state in case_type.states for timer in timers_in(case_type, state)
    }
    return (Place(f"{found[span].rung} {found[span].to}", span) for span in sorted(found))


def promises(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(promise.name, promise.span) for promise in case_type.promises.values())


def calendars(case_type: CaseType, _: Facts) -> Iterator[Place]:
    each = case_type.organisation.calendars.values()
    return (Place(calendar.name, calendar.span) for calendar in each if not calendar.built_in)


def teams(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(team.name, team.span) for team in case_type.organisation.teams.values())


def journeys(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(journey.name, journey.span) for journey in case_type.journeys.values())


def claims(case_type: CaseType, _: Facts) -> Iterator[Place]:
    return (Place(claim.text, claim.span) for claim in case_type.claims)


def scores(case_type: CaseType, _: Facts) -> Iterator[Place]:
    if case_type.priority is not None:
        yield from (Place(part.text, part.span) for part in case_type.priority.parts)
        yield from (Place(row.because, row.span) for row in case_type.priority.additions)


WORDS: Mapping[Places, tuple[str, str]] = {
    definition: ("definition", "definitions"),
    states: ("state", "states"),
    open_states: ("state that is not final", "states that are not final"),
    goals: ("state or end", "states and ends"),
    lines: ("line of an event", "lines of events"),
    routes: ("way on", "ways on"),
    forks: ("line with several routes", "lines with several routes"),
    guards: ("guard", "guards"),
    loose_guards: ("guard of a field or of points", "guards of fields and of points"),
    fields: ("field", "fields"),
    asked_fields: ("field with `asked when`", "fields with `asked when`"),
    settings: ("field that a line sets", "fields that lines set"),
    duties: ("duty", "duties"),
    timers: ("timer", "timers"),
    promises: ("promise", "promises"),
    calendars: ("calendar", "calendars"),
    teams: ("team", "teams"),
    journeys: ("line of the map", "lines of the map"),
    claims: ("claim of the author", "claims of the author"),
    scores: ("part of the score", "parts of the score"),
}
"""One and several of what a theorem looks at."""


def counted(of: Places, places: Iterable[Place]) -> str:
    """`12 states`; `no promise`."""
    count, (one, several) = len(tuple(places)), WORDS[of]
    return f"{count or 'no'} {several if count > 1 else one}"
