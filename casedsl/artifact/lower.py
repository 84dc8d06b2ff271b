"""From the model to the artifact's records: places and references fall away, the machine becomes a table.

Deterministic and without decisions: what a construct means was decided by the model, what it does is the runtime's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from casedsl_runtime import artifact as out
from casedsl_runtime.vocabulary import Counting, Expression

from casedsl.analysis.graph import side_steps
from casedsl.analysis.sight import class_of, clearance_of
from casedsl.model import records as model

_END_OF_DAY = 24 * 60


def lowered(case_type: model.CaseType) -> out.Workflow:
    """The workflow of a model without errors."""
    transitions, table = _machine(case_type)
    organisation = case_type.organisation
    sides = side_steps(case_type)
    return out.Workflow(
        name=case_type.name,
        title=case_type.title,
        edition=case_type.edition,
        version=case_type.version,
        number=case_type.number,
        zone=zone_of(case_type),
        roles=tuple(_role(role, organisation.classes) for role in organisation.roles.values()),
        may_be_both=organisation.may_be_both,
        teams=tuple(_team(team, organisation.calendars) for team in organisation.teams.values()),
        fields=tuple(_field(field, organisation.classes) for field in case_type.fields.values()),
        priority=_priority(case_type.priority),
        promises=tuple(_promise(promise, case_type.fields) for promise in case_type.promises.values()),
        stages=tuple(_stage(stage) for stage in case_type.stages.values()),
        states=tuple(_state(state, state.name in sides) for state in case_type.states.values()),
        transitions=transitions,
        table=table,
        templates=tuple(out.Template(t.name, t.subject, t.body) for t in case_type.templates.values()),
        classes=organisation.classes.order if organisation.classes else (),
    )


def calendars_of(case_type: model.CaseType) -> tuple[model.Calendar, ...]:
    """The calendars in which the case type counts: those of its promises and of its organisation's teams."""
    names = [promise.calendar.name for promise in case_type.promises.values()]
    names += [team.calendar.name for team in case_type.organisation.teams.values() if team.calendar]
    return tuple(calendar for name, calendar in case_type.organisation.calendars.items() if name in names)


def zone_of(case_type: model.CaseType) -> str:
    """The zone in which a case's times are shown and its number's year is taken: that of the calendar of the first
    state's team, else of the promise, else UTC."""
    organisation, team = case_type.organisation, case_type.first.team
    first = organisation.teams[team.name].calendar if team else None
    refs = [first, *(promise.calendar for promise in case_type.promises.values())]
    return next((organisation.calendars[ref.name].zone for ref in refs if ref), "UTC")


def _machine(
    case_type: model.CaseType,
) -> tuple[tuple[out.Transition, ...], dict[str, dict[str, int]]]:
    """Every transition once, and the table that says which one an event has in a state."""
    order: dict[model.Transition, int] = {}
    table = {}
    for state in case_type.states:
        handlers = case_type.handlers(state)
        if handlers:
            table[state] = {event: order.setdefault(line, len(order)) for event, line in handlers.items()}
    return tuple(_transition(line) for line in order), table


def _names(refs: tuple[model.Ref, ...]) -> tuple[str, ...]:
    return tuple(ref.name for ref in refs)


def _name(ref: model.Ref | None) -> str | None:
    return ref.name if ref else None


def _expression(formula: model.Formula | None) -> Expression | None:
    return formula.expression if formula else None


def _team(team: model.Team, calendars: Mapping[str, model.Calendar]) -> out.Team:
    calendar = calendars[team.calendar.name] if team.calendar else None
    heard = _name(calendar.out_of_hours) if calendar else None
    return out.Team(team.name, team.title, _names(team.people), _name(team.calendar) or "", _name(team.assign), heard)


def _role(role: model.Role, classes: model.Classes | None) -> out.Role:
    return out.Role(role.name, role.title, role.outside, clearance_of(role, classes))


def _field(field: model.Field, classes: model.Classes | None) -> out.Field:
    return out.Field(
        field.name,
        field.title,
        field.type,
        tuple(out.Option(option.name, option.title) for option in field.options),
        field.low,
        field.high,
        field.currency,
        field.digits,
        field.default,
        _expression(field.asked_when),
        _names(field.changed_by),
        _names(field.changed_in),
        _names(field.sources),
        class_of(field, classes),
        _names(field.seen_by),
        _name(field.seen_after),
        tuple(out.Bound(bound.holds, bound.formula.reads, bound.formula.text, bound.says) for bound in field.bounds),
    )


def _priority(priority: model.Priority | None) -> out.Priority | None:
    if priority is None:
        return None
    once = tuple(_addition(row) for row in priority.additions if row.pace is None)
    ages = tuple(_ageing(row, row.pace) for row in priority.additions if row.pace is not None)
    bands = tuple(out.Band(band.name, band.at_least) for band in priority.bands)
    parts = tuple((part.text, part.expression) for part in priority.parts)
    claims = _names(priority.rises_with), _names(priority.blind_to)
    return out.Priority(parts, priority.low, priority.high, once, bands, _table(priority.table), ages, *claims)


def _addition(row: model.Addition) -> out.Addition:
    text = row.when.text if row.when else ""
    return out.Addition(row.points, row.up_to, _expression(row.when), row.because, text)


def _ageing(row: model.Addition, pace: model.Pace) -> out.Ageing:
    after, text = pace.after.duration if pace.after else None, row.when.text if row.when else ""
    return out.Ageing(row.points, row.up_to, pace.each.duration, after, _expression(row.when), row.because, text)


def _table(table: model.Table | None) -> out.Table | None:
    if table is None:
        return None
    return out.Table(table.row.name, table.column.name, table.rows, table.columns, tuple(map(_names, table.cells)))


def _promise(promise: model.Promise, fields: Mapping[str, model.Field]) -> out.Promise:
    return out.Promise(
        promise.name,
        promise.title,
        promise.within.duration,
        promise.calendar.name,
        promise.since.name,
        _names(promise.met_by),
        _names(promise.pauses.states),
        tuple(_step(step) for step in promise.steps),
        _name(promise.before),
        _counting(promise, fields),
        promise.pauses.at_most.duration if promise.pauses.at_most else None,
        promise.pauses.whole_days,
        tuple((first.name, last.name) for first, last in promise.pauses.dates),
        tuple((band.name, length.duration) for band, length in promise.by_band),
        promise.recounts,
        _name(promise.met_at),
        _name(promise.restarts_on),
        promise.anew,
        tuple((event.name, length.duration) for event, length in promise.extensions),
    )


def _counting(promise: model.Promise, fields: Mapping[str, model.Field]) -> Counting:
    """How a promise is counted. From a date without a time, calendar time is over with the last day: there is no time
    of day that it could have in common with the first."""
    by_date = promise.since.name in fields and fields[promise.since.name].type == "date"
    if by_date and promise.counting.due_at is None and promise.within.duration.kind == "calendar":
        return replace(promise.counting, due_at=_END_OF_DAY)
    return promise.counting


def _step(step: model.Step) -> out.Step:
    left = step.left.duration if step.left else None
    return out.Step(step.rung, step.to.name, left, _name(step.template), step.used)


def _timers(timers: tuple[model.Timer, ...]) -> tuple[out.Timer, ...]:
    return tuple(
        out.Timer(timer.rung, timer.to.name, timer.after.duration, _name(timer.template), timer.ending, timer.purpose)
        for timer in timers
    )


def _stage(stage: model.Stage) -> out.Stage:
    return out.Stage(stage.name, stage.title, _names(stage.states), _timers(stage.timers))


def _state(state: model.State, side_step: bool) -> out.State:
    return out.State(
        state.name,
        state.title,
        state.kind,
        state.purpose,
        _name(state.team),
        _names(state.waiting_on),
        _timers(state.timers),
        side_step,
    )


def _transition(line: model.Transition) -> out.Transition:
    return out.Transition(
        event=line.event,
        title=line.title,
        routes=tuple(_route(route) for route in line.routes),
        by=tuple(out.Actor(actor.role.name, _name(actor.on_behalf_of)) for actor in line.by),
        but_not=_names(line.but_not),
        needs=_names(line.needs),
        needs_note=line.needs_note,
        when=_expression(line.when),
        text=line.when.text if line.when else "",
        reverses_escalation=line.reverses_escalation,
        purpose=line.purpose,
        actions=_actions(line.actions),
    )


def _route(route: model.Route) -> out.Route:
    text = route.when.text if route.when else ""
    return out.Route(route.to.name, route.ending, _expression(route.when), text, _actions(route.actions))


def _actions(actions: model.Actions) -> out.Actions:
    hand_over = actions.hand_over
    return out.Actions(
        _names(actions.clears),
        tuple(out.Setting(setting.field.name, setting.value.expression) for setting in actions.sets),
        tuple(out.Sending(sending.template.name, _names(sending.to)) for sending in actions.sends),
        out.HandOver(_names(hand_over.passes_on), hand_over.says) if hand_over else None,
    )
