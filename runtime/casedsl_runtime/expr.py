"""Guards, settings and scores: expressions as the compiler wrote them, made callable.

An expression is a JSON array, operator first, for example `(">", ("field", "refund"), ("const", 1000000))`. `SHAPES`
lists every operator with the kind of each argument; `problems` checks an expression against it, and
`compile_expression` turns a checked one into closures. Nothing is generated as source and nothing is evaluated as code.

The logic has two values. A comparison that reads an unset value is false: the comparison, not the whole guard, so
`not (refund > 5)` holds while `refund` is unset. Arithmetic with an unset argument is unset. Names that were read unset
are noted in the order in which they were met, so that the journal can say why a guard was closed
(`time/semantics.md` 11). Numbers are whole; a date is `YYYY-MM-DD`; an instant is whole seconds UTC.

The compiler has typed every expression. An artifact from elsewhere may not have been, so operands of the wrong type,
and dates beyond the year 9999, count as unset: a decision never ends in an exception because of them.
"""

from __future__ import annotations

import operator
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, cast

from casedsl_runtime.vocabulary import Expression, Value

_TWO = ("expression", "expression")
SHAPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "const": ("value",),
        "field": ("field",),
        "due": ("promise",),
        "+": _TWO,
        "-": _TWO,
        "*": _TWO,
        "neg": ("expression",),
        "<": _TWO,
        "<=": _TWO,
        ">": _TWO,
        ">=": _TWO,
        "==": _TWO,
        "!=": _TWO,
        "in range": ("expression", "number", "number"),
        "one of": ("expression", "value", "value*"),
        "is set": ("field",),
        "not set": ("field",),
        "happened": ("event", "number"),
        "and": ("expression", "expression*"),
        "or": ("expression", "expression*"),
        "not": ("expression",),
        "shift date": ("expression", "number", "unit"),
        "shift instant": ("expression", "number"),
        "days between": _TWO,
    }
)
"""Operator -> the kind of each argument; a kind with a star may stand there any number of times."""

UNITS = frozenset({"day", "week", "month", "year"})


class Times(Protocol):
    """How often an event happened."""

    @property
    def times(self) -> int: ...


class Standing(Protocol):
    """How a promise stands."""

    @property
    def outcome(self) -> str: ...
    @property
    def due(self) -> int | None: ...


class Reading(Protocol):
    """What an expression reads: the fields, the events that happened, the promises. `unread` collects the names that
    were read unset."""

    @property
    def fields(self) -> Mapping[str, Value]: ...
    @property
    def happened(self) -> Mapping[str, Times]: ...
    @property
    def promises(self) -> Mapping[str, Standing]: ...
    @property
    def unread(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Quietly:
    """A reading whose unset names nobody needs to know."""

    fields: Mapping[str, Value]
    happened: Mapping[str, Times]
    promises: Mapping[str, Standing]
    unread: list[str] = field(default_factory=list)


Compiled: TypeAlias = Callable[[Reading], Value]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that an expression may speak of."""

    fields: Collection[str]
    events: Collection[str]
    promises: Collection[str]


def problems(expression: object, names: Names) -> Iterator[str]:
    """Everything that is wrong with an expression, as sentences; nothing for one that `compile_expression` takes."""
    if not isinstance(expression, tuple) or not expression or not isinstance(expression[0], str):
        yield f"{_shown(expression)} is not an expression: an array with its operator first belongs here"
        return
    head, *arguments = expression
    kinds = _kinds(head, len(arguments))
    if kinds is None:
        yield from _misfit(head, len(arguments))
        return
    for kind, argument in zip(kinds, arguments, strict=True):
        yield from _argument_problems(head, kind, argument, names)


def _kinds(head: str, count: int) -> tuple[str, ...] | None:
    shape = SHAPES.get(head)
    if shape is None:
        return None
    if shape[-1].endswith("*"):
        shape = shape[:-1] + (shape[-1][:-1],) * (count - len(shape) + 1)
    return shape if len(shape) == count else None


def _misfit(head: str, count: int) -> Iterator[str]:
    if head not in SHAPES:
        yield f"there is no operator `{head}`"
    else:
        yield f"`{head}` takes {', '.join(SHAPES[head])}; {count} stand here"


def _argument_problems(head: str, kind: str, argument: object, names: Names) -> Iterator[str]:
    if kind == "expression":
        yield from problems(argument, names)
    elif kind == "value":
        if isinstance(argument, tuple):
            yield f"`{head}` takes a plain value, not {_shown(argument)}"
    elif kind == "number":
        if type(argument) is not int:
            yield f"`{head}` takes a whole number, not {_shown(argument)}"
    elif kind == "unit":
        if argument not in UNITS:
            yield f"`{head}` counts days, weeks, months or years, not {_shown(argument)}"
    elif argument not in _known(kind, names):
        yield f"`{head}` speaks of {kind} {_shown(argument)}, which is not there"


def _known(kind: str, names: Names) -> Collection[str]:
    return {"field": names.fields, "event": names.events, "promise": names.promises}[kind]


def _shown(thing: object) -> str:
    text = str(thing)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def compile_expression(expression: Expression) -> Compiled:
    """The closure of a checked expression: it maps what is read to a value."""
    head, *arguments = expression
    return _MAKERS[cast(str, head)](*cast("list[Any]", arguments))


def _const(value: Value) -> Compiled:
    return lambda reading: value


def _field(name: str) -> Compiled:
    def run(reading: Reading) -> Value:
        value = reading.fields.get(name)
        if value is None:
            reading.unread.append(name)
        return value

    return run


def _due(promise: str) -> Compiled:
    def run(reading: Reading) -> Value:
        kept = reading.promises.get(promise)
        value = kept.due if kept is not None and kept.outcome == "running" else None
        if value is None:
            reading.unread.append(f"{promise}.due")
        return value

    return run


def _is_set(name: str) -> Compiled:
    return lambda reading: reading.fields.get(name) is not None


def _not_set(name: str) -> Compiled:
    return lambda reading: reading.fields.get(name) is None


def _happened(event: str, times: int) -> Compiled:
    def run(reading: Reading) -> Value:
        record = reading.happened.get(event)
        return (0 if record is None else record.times) >= times

    return run


def _both(
    type_: type | None, compute: Callable[[Any, Any], Value], otherwise: Value
) -> Callable[[Expression, Expression], Compiled]:
    """An operator on two values of this type (None: of one type) that yields `otherwise` when either is unset."""

    def make(left: Expression, right: Expression) -> Compiled:
        if (left[0], right[0]) == ("field", "const") and type_ in (None, type(right[1])):
            return _field_and_constant(compute, cast(str, left[1]), cast(Value, right[1]), otherwise)
        first, second = compile_expression(left), compile_expression(right)

        def run(reading: Reading) -> Value:
            a, b = first(reading), second(reading)
            if a is None or type(a) is not type(b) or (type_ is not None and type_ is not type(a)):
                return otherwise
            return compute(a, b)

        return run

    return make


def _field_and_constant(compute: Callable[[Any, Any], Value], name: str, constant: Value, otherwise: Value) -> Compiled:
    """An operator on a field and a constant of its type, as most guards are: two calls less."""
    kind = type(constant)

    def run(reading: Reading) -> Value:
        value = reading.fields.get(name)
        if value is None:
            reading.unread.append(name)
            return otherwise
        return compute(value, constant) if type(value) is kind else otherwise

    return run


def _one(type_: type | None, compute: Callable[..., Value], otherwise: Value) -> Callable[..., Compiled]:
    """An operator on one value of this type (None: any) and plain arguments; `otherwise` when the value is unset."""

    def make(inner: Expression, *plain: Any) -> Compiled:
        first = compile_expression(inner)

        def run(reading: Reading) -> Value:
            a = first(reading)
            return otherwise if a is None or type_ not in (None, type(a)) else compute(a, *plain)

        return run

    return make


def _and(*inner: Expression) -> Compiled:
    parts = tuple(compile_expression(part) for part in inner)

    def run(reading: Reading) -> Value:
        for part in parts:  # noqa: SIM110 (`all` of a generator costs more than most guards)
            if part(reading) is not True:
                return False
        return True

    return run


def _or(*inner: Expression) -> Compiled:
    parts = tuple(compile_expression(part) for part in inner)
    return lambda reading: any(part(reading) is True for part in parts)


def _not(inner: Expression) -> Compiled:
    part = compile_expression(inner)
    return lambda reading: part(reading) is not True


def shift_date(text: str, count: int, unit: str) -> str | None:
    """A date moved by days, weeks, months or years; the corresponding date, else the last day of that month
    (Regulation 1182/71 art. 3(2)(c): 31 January + 1 month is 28 February). None outside the years 1 to 9999."""
    try:
        return _shifted(date.fromisoformat(text), count, unit)
    except (ValueError, OverflowError):
        return None


def _shifted(day: date, count: int, unit: str) -> str:
    if unit in ("day", "week"):
        return (day + timedelta(days=count * (7 if unit == "week" else 1))).isoformat()
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def days_between(later: str, earlier: str) -> int | None:
    """How many days `later` lies after `earlier`; negative when it lies before. None for a text that is no date."""
    try:
        return date.fromisoformat(later).toordinal() - date.fromisoformat(earlier).toordinal()
    except ValueError:
        return None


_MAKERS: Mapping[str, Callable[..., Compiled]] = MappingProxyType(
    {
        "const": _const,
        "field": _field,
        "due": _due,
        "+": _both(int, operator.add, None),
        "-": _both(int, operator.sub, None),
        "*": _both(int, operator.mul, None),
        "neg": _one(int, operator.neg, None),
        "<": _both(None, operator.lt, False),
        "<=": _both(None, operator.le, False),
        ">": _both(None, operator.gt, False),
        ">=": _both(None, operator.ge, False),
        "==": _both(None, operator.eq, False),
        "!=": _both(None, operator.ne, False),
        "in range": _one(int, lambda value, low, high: low <= value <= high, False),
        "one of": _one(None, lambda value, *options: value in options, False),
        "is set": _is_set,
        "not set": _not_set,
        "happened": _happened,
        "and": _and,
        "or": _or,
        "not": _not,
        "shift date": _one(str, shift_date, None),
        "shift instant": _one(int, operator.add, None),
        "days between": _both(str, days_between, None),
    }
)


def fields_read(expression: Expression) -> Iterator[str]:
    """The fields that an expression reads."""
    head, *arguments = expression
    if head in ("field", "is set", "not set"):
        yield str(arguments[0])
    elif head != "const":
        for argument in arguments:
            if isinstance(argument, tuple):
                yield from fields_read(argument)
