"""Fields, and the priority that follows from them: what may be given, and what becomes of a field no longer asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.artifact import Actions, Addition, Field, Priority, Table
from casedsl_runtime.case import Standing
from casedsl_runtime.expr import Quietly
from casedsl_runtime.machine import Machine
from casedsl_runtime.turn import Turn
from casedsl_runtime.values import value_problem
from casedsl_runtime.vocabulary import Value


def given_problems(turn: Turn, given: Mapping[str, Value]) -> list[str]:
    """What is wrong with the values that somebody gives, each by itself."""
    return [problem for name, value in given.items() if (problem := _given_problem(turn, name, value)) is not None]


def _given_problem(turn: Turn, name: str, value: Value) -> str | None:
    field = turn.machine.fields.get(name)
    if field is None:
        return f"there is no field `{name[:60]}`; the fields are {', '.join(turn.machine.fields)}"
    return value_problem(field, value)


def or_default(turn: Turn, given: Mapping[str, Value]) -> dict[str, Value]:
    """What is given; the default of a field for which that is nothing."""
    return {name: turn.machine.fields[name].default if value is None else value for name, value in given.items()}


def not_asked_problems(turn: Turn, given: Mapping[str, Value]) -> Iterator[str]:
    """The given fields that are not asked, once everything given is put together."""
    for name, value in given.items():
        if value is not None and not is_asked(turn, turn.machine.fields[name]):
            yield f"`{name}` is not asked in this case as it stands; leave it out"


def bound_problems(turn: Turn) -> Iterator[str]:
    """What a field must be and isn't, as the fields stand now. Only a field that has changed can break it, whether it
    is the one that must be so or one that it is compared with."""
    if not turn.machine.bounded or turn.fields == turn.before.fields:
        return
    reading = _quiet(turn)
    for field in turn.machine.bounded:
        for bound in field.bounds:
            changed = any(turn.fields.get(name) != turn.before.fields.get(name) for name in bound.reads)
            if changed and turn.machine.expression(bound.holds)(reading) is not True:
                yield f"`{field.name}` must be {bound.text}" + (f": {bound.says}" if bound.says else "")


def is_asked(turn: Turn, field: Field) -> bool:
    """Whether the field is asked, with the values that stand there now."""
    if field.asked_when is None:
        return True
    return turn.machine.expression(field.asked_when)(_quiet(turn)) is True


def _quiet(turn: Turn) -> Quietly:
    return Quietly(turn.fields, turn.happened, turn.promises)


def settle(turn: Turn) -> None:
    """Bring what follows from the fields up to date: those that are not asked, then the priority."""
    reset_unasked(turn)
    priority = turn.machine.workflow.priority
    turn.priority = None if priority is None else standing(turn, priority)


def reset_unasked(turn: Turn) -> None:
    """Put fields that are not asked back to their default; that may unset the condition of others, so look again, at
    most as often as there are fields."""
    for _ in turn.machine.asked:
        if not _reset_once(turn):
            break


def _reset_once(turn: Turn) -> bool:
    changed = False
    for field in turn.machine.asked:
        if turn.fields.get(field.name) != field.default and not is_asked(turn, field):
            turn.put_fields({field.name: field.default})
            if field.name in turn.suppliers:
                turn.put_supplier(field.name, None)
            changed = True
    return changed


def clear_and_set(turn: Turn, actions: Actions) -> None:
    """A transition's own changes: first it clears, then it sets, from the values as they stand after clearing."""
    turn.put_fields({name: turn.machine.fields[name].default for name in actions.clears})
    reading = _quiet(turn)
    turn.put_fields({setting.field: turn.machine.expression(setting.value)(reading) for setting in actions.sets})


def standing(turn: Turn, priority: Priority) -> Standing | None:
    """The priority as a sum of named parts; None (unknown) until every field of the score or the table is set."""
    reading = Quietly(seen(turn.machine, priority, turn.fields), turn.happened, turn.promises)
    parts = _terms(turn, priority, reading) if priority.table is None else _cell(priority, priority.table, reading)
    if parts is None:
        return None
    for addition in priority.additions:
        if addition.when is None or turn.machine.expression(addition.when)(reading) is True:
            parts.append(_added(addition, sum(points for _, points in parts)))
    score = sum(points for _, points in parts)
    kept = min(max(score, priority.low), priority.high)
    if kept != score:
        parts.append((f"kept within {priority.low}..{priority.high}", kept - score))
    return Standing(kept, band_of(priority, kept), tuple(parts))


def seen(machine: Machine, priority: Priority, fields: Mapping[str, Value]) -> Mapping[str, Value]:
    """The fields as the priority sees them: those that it is blind to are as if nobody had said anything about them."""
    if not priority.blind_to:
        return fields
    return {**fields, **{name: machine.fields[name].default for name in priority.blind_to}}


def _terms(turn: Turn, priority: Priority, reading: Quietly) -> list[tuple[str, int]] | None:
    parts: list[tuple[str, int]] = []
    for text, expression in priority.parts:
        points = turn.machine.expression(expression)(reading)
        if not isinstance(points, int):
            return None
        parts.append((text, points))
    return parts


def _cell(priority: Priority, table: Table, reading: Quietly) -> list[tuple[str, int]] | None:
    """The cell of a case, worth what its band begins at: `impact 3 by urgency now: p1`."""
    row, column = reading.fields.get(table.row), reading.fields.get(table.column)
    if row not in table.rows or column not in table.columns:
        return None
    band = table.cells[table.rows.index(row)][table.columns.index(column)]
    points = next(each.at_least for each in priority.bands if each.name == band)
    return [(f"{table.row} {row} by {table.column} {column}: {band}", points)]


def _added(addition: Addition, score: int) -> tuple[str, int]:
    """The points that an addition adds: never beyond its own limit, and never fewer than none because of it."""
    room = max(0, addition.up_to - score)
    text = " because ".join(part for part in (addition.text, addition.because) if part)
    return text or f"plus {addition.points}", min(addition.points, room)


def band_of(priority: Priority, score: int) -> str | None:
    falling = sorted(priority.bands, key=lambda band: -band.at_least)
    return next((band.name for band in falling if score >= band.at_least), None)
