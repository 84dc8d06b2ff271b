"""What follows from a guard that holds, without a search: the fields that are set, and the values that they may have.

Rough on purpose, and never wrong: the solver asks again where it matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.solving.reading import variables_in
from casedsl.model.records import Field

MOST_VALUES = 12
_NONE: frozenset[str] = frozenset()
_NOTHING: frozenset[Value] = frozenset()


def values_of(field: Field) -> tuple[Value, ...] | None:
    """The values of a field that has only a few, in order; None for any other."""
    if field.type == "choice":
        return tuple(field.choices)
    if field.type == "yes/no":
        return (True, False)
    if field.low is None or field.high is None or field.high - field.low >= MOST_VALUES:
        return None
    return tuple(range(field.low, field.high + 1))


def read_by(expression: Expression) -> frozenset[str]:
    """The fields whose values a comparison or an operand reads."""
    return frozenset(variable.name for variable in variables_in(expression) if variable.kind == "field")


def set_where(expression: Expression, holds: bool = True) -> frozenset[str]:
    """The fields that are set in every case in which a guard holds, or doesn't."""
    head, *rest = expression
    if head == "not":
        return set_where(rest[0], not holds)  # type: ignore[arg-type]
    if head in ("and", "or"):
        each = [set_where(part, holds) for part in rest]  # type: ignore[arg-type]
        return frozenset[str]().union(*each) if (head == "and") == holds else each[0].intersection(*each[1:])
    if head in ("is set", "not set"):
        return frozenset((str(rest[0]),)) if (head == "is set") == holds else _NONE
    if not holds or head == "happened":
        return _NONE
    return read_by(expression)


def kept_values(expression: Expression, field: str, values: frozenset[Value]) -> frozenset[Value]:
    """The values of a field, out of some, with which a guard may hold."""
    return values - _parted(expression, field, values)[1]


def _parted(expression: Expression, field: str, values: frozenset[Value]) -> tuple[frozenset[Value], frozenset[Value]]:
    """With which values of one field a guard holds, and with which it doesn't, where nothing else is known."""
    head, *rest = expression
    if head == "not":
        return _parted(rest[0], field, values)[::-1]  # type: ignore[arg-type]
    if head in ("and", "or"):
        each = [_parted(part, field, values) for part in rest]  # type: ignore[arg-type]
        yes, no = zip(*each, strict=True)
        both, one = (yes, no) if head == "and" else (no, yes)
        every, some = values.intersection(*both), _NOTHING.union(*one)
        return (every, some) if head == "and" else (some, every)
    if head in ("is set", "not set"):
        told = (values, _NOTHING) if rest[0] == field else (_NOTHING, _NOTHING)
        return told if head == "is set" else told[::-1]
    if head == "happened" or any(variable != ("field", field) for variable in _read(expression)):
        return _NOTHING, _NOTHING
    if head == "one of":
        good = values & frozenset(rest[1:])
        return good, values - good
    holds = compile_expression(expression)
    good = frozenset(value for value in values if holds(Quietly({field: value}, {}, {})) is True)
    return good, values - good


def _read(expression: Expression) -> Iterator[tuple[str, str]]:
    return ((variable.kind, variable.name) for variable in variables_in(expression))


def dependents(fields: Mapping[str, Field]) -> dict[str, frozenset[str]]:
    """For each field, those that may no longer be asked, or now be asked, when it changes: their `asked when` reads it,
    or reads one of which that is so."""
    found: dict[str, set[str]] = {name: set() for name in fields}
    for name, field in fields.items():  # an `asked when` reads fields above it only
        for read in field.asked_when.reads if field.asked_when else ():
            found[read].add(name)
    for name in reversed(list(fields)):
        for later in tuple(found[name]):
            found[name] |= found[later]
    return {name: frozenset(after) for name, after in found.items()}
