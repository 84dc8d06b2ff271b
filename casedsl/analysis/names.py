"""The names of a definition: which there are, and which of them something uses.

A use is any place besides its definition that names it, whether or not a case ever gets there: where nothing names it,
taking it out changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl_runtime.vocabulary import ASSIGNEE, Placeholder, Text
from msgspec import Struct

from casedsl.model.records import (
    Actions,
    CaseType,
    Field,
    Formula,
    Organisation,
    Promise,
    Ref,
    Stage,
    State,
    Template,
    Timer,
    Transition,
)
from casedsl.syntax.finding import Kind
from casedsl.syntax.span import Span


class Named(Struct, frozen=True):
    """A name at the first place where it stands. `family` holds the names that a reader must tell apart."""

    family: str
    kind: Kind
    name: str
    span: Span


class Uses(Struct, frozen=True):
    """The names of each kind that something uses."""

    fields: frozenset[str]
    templates: frozenset[str]
    roles: frozenset[str]
    teams: frozenset[str]
    calendars: frozenset[str]


def names_in(case_type: CaseType | None, organisation: Organisation | None) -> Iterator[Named]:
    """Every name, shared ones first, in the order of each kind. What may stand for different things in an expression
    or behind `on` is one family; teams, calendars, bands, endings and the options of a field are each their own."""
    if organisation is not None:
        own = {name: item for name, item in organisation.calendars.items() if not item.built_in}
        yield from (Named("calendar", "calendar", name, item.span) for name, item in own.items())
        yield from (Named("team", "team", name, item.span) for name, item in organisation.teams.items())
        yield from (Named("", "role", name, role.span) for name, role in organisation.roles.items())
    if case_type is not None:
        yield from _own_names(case_type)


def _own_names(case_type: CaseType) -> Iterator[Named]:
    kinds: tuple[tuple[Kind, Mapping[str, State | Stage | Field | Template | Promise]], ...] = (
        ("state", case_type.states),
        ("stage", case_type.stages),
        ("field", case_type.fields),
        ("template", case_type.templates),
        ("promise", case_type.promises),
    )
    for kind, mapping in kinds:
        yield from (Named("", kind, name, item.span) for name, item in mapping.items())
    yield from (Named("", "event", line.event, line.span) for line in transitions_of(case_type))
    for field in case_type.fields.values():
        yield from (Named(f"option of {field.name}", "option", item.name, item.span) for item in field.options)
    for band in case_type.priority.bands if case_type.priority else ():
        yield Named("band", "band", band.name, band.span)
    yield from (Named("ending", "ending", name, span) for name, span in _endings(case_type))


def _endings(case_type: CaseType) -> Iterator[tuple[str, Span]]:
    for line in transitions_of(case_type):
        yield from ((route.ending, route.span) for route in line.routes if route.ending)
    yield from ((timer.ending, timer.to.span) for timer in timers_of(case_type) if timer.ending)


def transitions_of(case_type: CaseType) -> Iterator[Transition]:
    """Every line `on`: of the states, of the stages, of `anywhere`."""
    for owner in _owners(case_type):
        yield from owner.transitions
    yield from case_type.anywhere


def timers_of(case_type: CaseType) -> Iterator[Timer]:
    """Every line by which time acts in a state or a stage."""
    for owner in _owners(case_type):
        yield from owner.timers


def _owners(case_type: CaseType) -> Iterator[State | Stage]:
    yield from case_type.states.values()
    yield from case_type.stages.values()


def uses_of(case_type: CaseType) -> Uses:
    """What a case type uses, and the teams that it may use: a role in a team that nobody asks for is the team's."""
    shared = uses_of_teams(case_type.organisation)
    promised = frozenset(promise.calendar.name for promise in case_type.promises.values())
    return Uses(
        frozenset(_fields(case_type)),
        frozenset(_templates(case_type)),
        shared.roles | frozenset(_roles(case_type)),
        frozenset(state.team.name for state in case_type.states.values() if state.team),
        shared.calendars | promised,
    )


def uses_of_teams(organisation: Organisation) -> Uses:
    """What the teams of an organisation use."""
    teams = organisation.teams.values()
    roles = {ref.name for team in teams for ref in (*team.people, *((team.assign,) if team.assign else ()))}
    roles.update(each.out_of_hours.name for each in organisation.calendars.values() if each.out_of_hours)
    calendars = {team.calendar.name for team in teams if team.calendar}
    calendars.update(each.base.name for each in organisation.calendars.values() if each.base)
    return Uses(frozenset(), frozenset(), frozenset(roles), frozenset(), frozenset(calendars))


def fields_read(case_type: CaseType) -> frozenset[str]:
    """The fields whose values something reads: a condition, a setting, a message, a promise, the priority."""
    return frozenset(_fields_read(case_type))


def _fields(case_type: CaseType) -> Iterator[str]:
    """A field that somebody may amend is used by them, one of which something is claimed by that, and one that the
    priority is said to rise with is meant to be; that nothing reads it is another matter."""
    yield from _fields_read(case_type)
    yield from _read(*(formula for claim in case_type.claims for formula in claim.formulas))
    for field in case_type.fields.values():
        yield from [field.name] if field.changed_by else ()
    yield from (ref.name for ref in (case_type.priority.rises_with if case_type.priority else ()))
    for line in transitions_of(case_type):
        yield from (ref.name for ref in line.needs)
    for actions in _actions(case_type):
        yield from (ref.name for ref in actions.clears)
        yield from (setting.field.name for setting in actions.sets)


def _fields_read(case_type: CaseType) -> Iterator[str]:
    for field in case_type.fields.values():
        yield from _read(field.asked_when)
        yield from (name for bound in field.bounds for name in bound.formula.reads if name != field.name)
    for line in transitions_of(case_type):
        yield from _read(line.when, *(route.when for route in line.routes))
    for actions in _actions(case_type):
        yield from _read_by(actions)
    for promise in case_type.promises.values():
        yield from (ref.name for ref in (promise.since, *promise.fields))
    for template in case_type.templates.values():
        yield from (*_shown(template.subject), *_shown(template.body))
    if case_type.priority is not None:
        yield from _read(*case_type.priority.parts, *(row.when for row in case_type.priority.additions))
        table = case_type.priority.table
        yield from (table.row.name, table.column.name) if table else ()


def _read_by(actions: Actions) -> Iterator[str]:
    yield from _read(*(setting.value for setting in actions.sets))
    if actions.hand_over is not None:
        yield from (ref.name for ref in actions.hand_over.passes_on)
        yield from _shown(actions.hand_over.says)


def _read(*formulas: Formula | None) -> Iterator[str]:
    return (name for formula in formulas if formula is not None for name in formula.reads)


def _shown(text: Text) -> Iterator[str]:
    return (piece.name for piece in text if isinstance(piece, Placeholder) and piece.of == "field")


def _templates(case_type: CaseType) -> Iterator[str]:
    for actions in _actions(case_type):
        yield from (sending.template.name for sending in actions.sends)
    yield from (template.name for _, template in _messages(case_type) if template)


def _roles(case_type: CaseType) -> Iterator[str]:
    for line in transitions_of(case_type):
        for actor in line.by:
            yield from (ref.name for ref in (actor.role, actor.on_behalf_of) if ref)
    for actions in _actions(case_type):
        yield from (ref.name for sending in actions.sends for ref in sending.to)
    for state in case_type.states.values():
        yield from (ref.name for ref in state.waiting_on)
    for field in case_type.fields.values():
        yield from (ref.name for ref in (*field.changed_by, *field.sources, *field.seen_by))
    yield from (role.name for role, _ in _messages(case_type) if role.name != ASSIGNEE)
    yield from (ref.name for claim in case_type.claims for ref in claim.roles)


def _messages(case_type: CaseType) -> Iterator[tuple[Ref, Ref | None]]:
    """Whom time tells something, and in which words."""
    yield from ((timer.to, timer.template) for timer in timers_of(case_type) if timer.rung != "move")
    for promise in case_type.promises.values():
        yield from ((step.to, step.template) for step in promise.steps)


def _actions(case_type: CaseType) -> Iterable[Actions]:
    for line in transitions_of(case_type):
        yield from (line.actions, *(route.actions for route in line.routes))
