"""Do the names in an artifact refer to something? What the compiler made certain is checked again by the loader.

An artifact is data from outside: the engine looks names up without asking, so a name that refers to nothing, an index
out of range or an expression that can't be compiled is found here. Each check yields sentences and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import ge

from casedsl_runtime import expr
from casedsl_runtime.artifact import (
    Actions,
    Actor,
    Ageing,
    Bundle,
    CompiledCalendar,
    Field,
    Priority,
    Promise,
    Table,
    Timer,
    Transition,
    Workflow,
)
from casedsl_runtime.values import value_problem
from casedsl_runtime.vocabulary import ASSIGNEE, BACK, OPENED, STAY, Duration, Expression, Placeholder, Text, in_measure

SEQUENCE = re.compile(r"\{sequence(?::(\d{1,2}))?\}", re.ASCII)
"""Where a case number counts, and how many digits it shows at least."""

_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class _Names:
    """Every name of a workflow, by kind."""

    roles: Collection[str]
    teams: Collection[str]
    fields: Collection[str]
    promises: Collection[str]
    states: Collection[str]
    templates: Collection[str]
    events: Collection[str]

    def in_expressions(self) -> expr.Names:
        return expr.Names(self.fields, self.events, self.promises)


def workflow_problems(workflow: Workflow) -> list[str]:
    """Every name that refers to nothing, as sentences."""
    names = _Names(
        [role.name for role in workflow.roles],
        [team.name for team in workflow.teams],
        [field.name for field in workflow.fields],
        [promise.name for promise in workflow.promises],
        [state.name for state in workflow.states],
        [template.name for template in workflow.templates],
        {transition.event for transition in workflow.transitions},
    )
    return [*_twice(names), *_parts(workflow, names), *_machine(workflow, names)]


def missing_calendars(workflow: Workflow, bundle: Bundle) -> list[str]:
    """The calendars that the workflow counts in and the bundle doesn't have."""
    counted = {team.calendar for team in workflow.teams} | {promise.calendar for promise in workflow.promises}
    return sorted(counted - {calendar.name for calendar in bundle.calendars})


def bundle_problems(bundle: Bundle) -> list[str]:
    twice = _repeated([calendar.name for calendar in bundle.calendars])
    return [f"two calendars are named `{name}`" for name in twice] + [
        problem for calendar in bundle.calendars for problem in _calendar(calendar)
    ]


def _calendar(calendar: CompiledCalendar) -> Iterator[str]:
    pairs = ((calendar.opens, calendar.closes), (calendar.days, calendar.ends), (calendar.changes, calendar.offsets))
    if any(len(left) != len(right) for left, right in pairs):
        yield f"calendar `{calendar.name}` has lists of different lengths"
    for rising in (calendar.opens, calendar.closes, calendar.days, calendar.ends, calendar.changes):
        if any(map(ge, rising, rising[1:])):
            yield f"calendar `{calendar.name}` is not in order"
    if any(map(ge, calendar.opens, calendar.closes)):
        yield f"calendar `{calendar.name}` closes before it opens"
    if not calendar.changes or calendar.changes[0] > calendar.first:
        yield f"calendar `{calendar.name}` doesn't know its zone at its beginning"


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _twice(names: _Names) -> Iterator[str]:
    kinds = (names.roles, names.teams, names.fields, names.promises, names.states, names.templates)
    for kind, found in zip(("roles", "teams", "fields", "promises", "states", "templates"), kinds, strict=True):
        for name in _repeated(found):
            yield f"two {kind} are named `{name}`"


def _all_in(used: Iterable[str], known: Collection[str], where: str) -> Iterator[str]:
    for name in used:
        if name not in known:
            yield f"{where} names `{name}`, which is not there"


def _expression(expression: Expression | None, names: _Names, where: str) -> Iterator[str]:
    if expression is not None:
        yield from (f"{where}: {problem}" for problem in expr.problems(expression, names.in_expressions()))


def _parts(workflow: Workflow, names: _Names) -> Iterator[str]:
    for pair in workflow.may_be_both:
        yield from _all_in(pair, names.roles, "`may be both`")
    yield from _classes(workflow)
    for team in workflow.teams:
        roles = (*team.people, *(role for role in (team.assign, team.out_of_hours) if role is not None))
        yield from _all_in(roles, names.roles, f"team `{team.name}`")
    for field in workflow.fields:
        yield from _field(field, names)
    for promise in workflow.promises:
        yield from _promise(promise, workflow, names)
    for template in workflow.templates:
        yield from _text((*template.subject, *template.body), names, f"template `{template.name}`")
    yield from _priority(workflow, names)


def _classes(workflow: Workflow) -> Iterator[str]:
    """Where there are classes, each role is cleared for one and each field has one; where there are none, no field
    looks as if it were protected."""
    for name in _repeated(workflow.classes):
        yield f"two classes are named `{name}`"
    said = (
        *((f"role `{role.name}`", role.cleared_for) for role in workflow.roles),
        *((f"field `{field.name}`", field.sensitivity) for field in workflow.fields),
    )
    for where, class_ in said:
        if class_ is None and workflow.classes:
            yield f"{where} has no class"
        yield from _all_in(() if class_ is None else (class_,), workflow.classes, where)
    for field in workflow.fields:
        if field.seen_by and not workflow.classes:
            yield f"field `{field.name}` says who sees it, and there are no classes"


def _field(field: Field, names: _Names) -> Iterator[str]:
    where = f"field `{field.name}`"
    yield from _expression(field.asked_when, names, where)
    yield from _all_in(field.changed_by, names.roles, where)
    yield from _all_in(field.changed_in, names.states, where)
    yield from _all_in((*field.sources, *field.seen_by), names.roles, where)
    yield from _all_in(() if field.seen_after is None else (field.seen_after,), names.events, where)
    for bound in field.bounds:
        yield from _expression(bound.holds, names, where)
        yield from _all_in(bound.reads, names.fields, where)
    default_problem = value_problem(field, field.default)
    if default_problem is not None:
        yield f"the default of {where} can't stand there: {default_problem}"
    if field.low is not None and field.high is not None and field.low > field.high:
        yield f"{where} has a lowest value above its highest"
    if field.type == "money" and not 0 <= field.digits <= 6:
        yield f"{where} has {field.digits} decimals"


def _promise(promise: Promise, workflow: Workflow, names: _Names) -> Iterator[str]:
    where = f"promise `{promise.name}`"
    dates = {field.name for field in workflow.fields if field.type == "date"}
    moments = dates | {field.name for field in workflow.fields if field.type == "date and time"}
    bands = () if workflow.priority is None else [band.name for band in workflow.priority.bands]
    yield from _all_in((promise.since,), {OPENED, *names.events, *moments}, where)
    yield from _all_in((name for name in (promise.before, promise.met_at) if name is not None), moments, where)
    yield from _all_in((name for pause in promise.pauses for name in pause), dates, where)
    yield from _all_in((band for band, _ in promise.by_band), bands, where)
    events = (*promise.met_by, *(event for event, _ in promise.extensions))
    restarts = () if promise.restarts_on is None else (promise.restarts_on,)
    yield from _all_in((*events, *restarts), names.events, where)
    yield from _all_in(promise.pauses_in, names.states, where)
    for duration in _lengths(promise):
        yield from _length(duration, where)
    for minute in (promise.counting.cut_off, promise.counting.due_at):
        if isinstance(minute, int) and not 0 <= minute <= _MINUTES_OF_A_DAY:
            yield f"{where} counts to minute {minute} of a day"
    yield from _steps(promise, names, where)


def _lengths(promise: Promise) -> Iterator[Duration]:
    yield promise.within
    yield from () if promise.at_most is None else (promise.at_most,)
    yield from (length for _, length in (*promise.by_band, *promise.extensions))
    yield from (step.left for step in promise.steps if step.left is not None)


def _steps(promise: Promise, names: _Names, where: str) -> Iterator[str]:
    """A percentage is of a length that counts on: not of one that lies before a date, and not beyond all measure."""
    for step in promise.steps:
        yield from _all_in((step.to,), {ASSIGNEE, *names.roles}, where)
        yield from _template(step.template, names, where)
        if step.used is not None and (not 0 < step.used <= 1000 or promise.before is not None):
            yield f"{where} has a step at {step.used}% of its time"
    months = any(length.unit in ("month", "year") for length in (promise.within, *(g for _, g in promise.by_band)))
    if promise.recounts == "in proportion" and months:
        yield f"{where} shares out months, which have no one length"


def _length(duration: Duration, where: str) -> Iterator[str]:
    if not 0 < duration.count < 100_000:
        yield f"{where} lasts {duration.count} {duration.unit}s"


def _template(name: str | None, names: _Names, where: str) -> Iterator[str]:
    yield from _all_in(() if name is None else (name,), names.templates, where)


def _priority(workflow: Workflow, names: _Names) -> Iterator[str]:
    if workflow.priority is None:
        return
    for _, part in workflow.priority.parts:
        yield from _expression(part, names, "priority")
    for addition in workflow.priority.additions:
        yield from _expression(addition.when, names, "priority")
    for ageing in workflow.priority.ages:
        yield from _ageing(ageing, workflow, names)
    for name in (*workflow.priority.rises_with, *workflow.priority.blind_to):
        if name not in names.fields:
            yield f"the priority speaks of field `{name[:60]}`, which is not there"
    if workflow.priority.table is not None:
        yield from _cells(workflow.priority.table, workflow.priority, {field.name: field for field in workflow.fields})


def _ageing(ageing: Ageing, workflow: Workflow, names: _Names) -> Iterator[str]:
    """Points that are added again and again: some, at a pace that can be counted."""
    where = "the ageing of the priority"
    yield from _expression(ageing.when, names, where)
    lengths = [ageing.each] if ageing.after is None else [ageing.each, ageing.after]
    if ageing.points < 1:
        yield f"{where} adds {ageing.points} points"
    for length in lengths:
        yield from _length(length, where)
    if len({(in_measure(length).kind, in_measure(length).unit) for length in lengths}) > 1:
        yield f"{where} counts {ageing.each} after {ageing.after}, which can't be compared"
    if ageing.each.kind in ("clear", "clear working"):
        yield f"{where} has clear days for a beat"
    if ageing.each.kind != "clock" and not workflow.teams:
        yield f"{where} counts in a team's calendar, and there is no team"


def _cells(table: Table, priority: Priority, fields: Mapping[str, Field]) -> Iterator[str]:
    """A table that has a cell for every case, and whose cells are bands."""
    where = "the table of the priority"
    bands = [band.name for band in priority.bands]
    if priority.parts:
        yield "the priority is a score and a table"
    for name, values in ((table.row, table.rows), (table.column, table.columns)):
        if name not in fields or fields[name].type not in ("choice", "scale"):
            yield f"{where} reads `{name}`, which is no choice and no scale"
        elif not _are_all(values, fields[name]):
            yield f"{where} doesn't hold each value of `{name}` once"
    if [len(row) for row in table.cells] != [len(table.columns)] * len(table.rows):
        yield f"{where} has more or fewer cells than rows and columns make"
    yield from _all_in((band for row in table.cells for band in row), bands, where)
    yield from (f"two bands are named `{name}`" for name in _repeated(bands))


def _are_all(values: tuple[int | str, ...], field: Field) -> bool:
    """Whether these are the values of a field, each once; a scale may be longer than anybody lists."""
    known: Sequence[int | str] = [option.name for option in field.options]
    if field.type == "scale":
        known = range(field.low or 0, (field.high or 0) + 1)
    return len(values) == len(known) and set(values) == set(known)


def _machine(workflow: Workflow, names: _Names) -> Iterator[str]:
    if sum(state.kind == "first" for state in workflow.states) != 1:
        yield "there is not exactly one first state"
    if SEQUENCE.search(workflow.number) is None:
        yield "the pattern of case numbers has no `{sequence}`, so two cases would get one number"
    if len(workflow.number) > 60 or not workflow.number.isprintable():
        yield "the pattern of case numbers is not a short line of printable characters"
    for state in workflow.states:
        where = f"state `{state.name}`"
        yield from _all_in(() if state.team is None else (state.team,), names.teams, where)
        yield from _all_in(state.waiting_on, names.roles, where)
        yield from _timers(state.timers, names, where)
    for stage in workflow.stages:
        yield from _all_in(stage.states, names.states, f"stage `{stage.name}`")
        yield from _timers(stage.timers, names, f"stage `{stage.name}`")
    for transition in workflow.transitions:
        yield from _transition(transition, names)
    yield from _table(workflow, names)


def _timers(timers: tuple[Timer, ...], names: _Names, where: str) -> Iterator[str]:
    for timer in timers:
        places = {BACK, *names.states} if timer.rung == "move" else set(names.roles)
        yield from _all_in((timer.to,), places if timer.rung in ("move", "escalate") else {ASSIGNEE, *places}, where)
        yield from _template(timer.template, names, where)
        yield from _length(timer.after, where)


def _transition(transition: Transition, names: _Names) -> Iterator[str]:
    where = f"`on {transition.event}`"
    for actor in transition.by:
        yield from _all_in(_roles_of(actor), names.roles, where)
    yield from _all_in(transition.but_not, names.events, where)
    yield from _all_in(transition.needs, names.fields, where)
    yield from _expression(transition.when, names, where)
    yield from _actions(transition.actions, names, where)
    for route in transition.routes:
        yield from _all_in((route.to,), {BACK, STAY, *names.states}, where)
        yield from _expression(route.when, names, where)
        yield from _actions(route.actions, names, where)
    if not transition.routes:
        yield f"{where} leads nowhere"


def _roles_of(actor: Actor) -> tuple[str, ...]:
    return (actor.role,) if actor.on_behalf_of is None else (actor.role, actor.on_behalf_of)


def _actions(actions: Actions, names: _Names, where: str) -> Iterator[str]:
    yield from _all_in(actions.clears, names.fields, where)
    for setting in actions.sets:
        yield from _all_in((setting.field,), names.fields, where)
        yield from _expression(setting.value, names, where)
    for sending in actions.sends:
        yield from _all_in((sending.template,), names.templates, where)
        yield from _all_in(sending.to, {ASSIGNEE, *names.roles}, where)
    if actions.hand_over is not None:
        yield from _all_in(actions.hand_over.passes_on, names.fields, where)
        yield from _text(actions.hand_over.says, names, where)


def _text(text: Text, names: _Names, where: str) -> Iterator[str]:
    known = {"field": names.fields, "due": names.promises}
    for piece in text:
        if isinstance(piece, Placeholder) and piece.of in known:
            yield from _all_in((piece.name,), known[piece.of], where)


def _table(workflow: Workflow, names: _Names) -> Iterator[str]:
    final = {state.name for state in workflow.states if state.kind == "final"}
    for state, row in workflow.table.items():
        yield from _all_in((state,), names.states, "the table")
        if state in final and row:
            yield f"the table lets final state `{state}` be left"
        for event, index in row.items():
            if not 0 <= index < len(workflow.transitions):
                yield f"the table leads from `{state}` to transition {index}, which is not there"
            elif workflow.transitions[index].event != event:
                yield f"the table files transition {index} of `{state}` under `{event}`"
