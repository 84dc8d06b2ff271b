"""Lowered expressions as formulas over variables: what must be so of which variable for a comparison to hold.

A comparison of one field becomes a range of its values; of several fields, a range of their sum (a *form*). In a sum a
product of fields is a variable of its own, and so is a date moved by months; `derived.py` ties them to their parts.
What is none of this stays whole (a *riddle*) and can only be tried out. Every operator is strict, so a comparison holds
only where all that it reads is set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from math import gcd
from typing import Literal, NamedTuple, TypeAlias

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.solving.months import Moves, defined, first_day, moved
from casedsl.analysis.solving.ranges import LAST_DAY
from casedsl.model.records import Field

FAR = 10**90
"""Beyond every number that a product of fields can be."""
MOST_FACTORS = 4
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
COMPARISONS = frozenset(_FLIPPED)


class Variable(NamedTuple):
    """What a formula speaks of: a field, how often an event happened, when a promise is due, or what is made of these.

    Attributes:
      parts: of what it is made: the terms of a form with their factors, the fields of a product, each with how often it
        stands in it, the date that is moved, what a riddle reads.
      moves: by how much a date is moved.
      riddle: the comparison.
    """

    kind: Literal["field", "event", "due", "moved", "product", "form", "riddle"]
    name: str
    parts: tuple[tuple[Variable, int], ...] = ()
    moves: Moves = ()
    riddle: Expression = ()


class Within(NamedTuple):
    """A variable is set, to a number of a range."""

    variable: Variable
    low: int
    high: int


class OneOf(NamedTuple):
    """A variable is set, to one of these values."""

    variable: Variable
    values: frozenset[Value]


class IsSet(NamedTuple):
    variable: Variable


class Holds(NamedTuple):
    """A riddle comes true."""

    variable: Variable


class Joined(NamedTuple):
    """Several formulas: all of them hold, or any of them."""

    every: bool
    inner: tuple[Formula, ...]


class Not(NamedTuple):
    inner: Formula


Formula: TypeAlias = Within | OneOf | IsSet | Holds | Joined | Not
YES = Joined(True, ())
NO = Joined(False, ())


class _Sum(NamedTuple):
    """A linear term: variables with their factors, a constant, and the sums that must lie between two days for it to be
    set."""

    factors: dict[Variable, int]
    constant: int
    dates: tuple[tuple[dict[Variable, int], int, int], ...] = ()


def field_variable(name: str) -> Variable:
    return Variable("field", name)


def formula_of(expression: Expression, fields: Mapping[str, Field]) -> Formula:
    """What an expression that holds or doesn't asks of a case."""
    head, *rest = expression
    if head in ("and", "or"):
        return Joined(head == "and", tuple(formula_of(part, fields) for part in rest))  # type: ignore[arg-type]
    if head == "not":
        return Not(formula_of(rest[0], fields))  # type: ignore[arg-type]
    if head in ("is set", "not set"):
        known = IsSet(field_variable(str(rest[0])))
        return known if head == "is set" else Not(known)
    if head == "happened":
        return Within(Variable("event", str(rest[0])), int(rest[1]), FAR)  # type: ignore[arg-type]
    read = tuple(dict.fromkeys(variables_in(expression)))
    if not read:
        return YES if compile_expression(expression)(Quietly({}, {}, {})) is True else NO
    return _atom(expression, read, fields)


def variables_in(expression: Expression) -> Iterator[Variable]:
    """The fields and due instants that an operand reads."""
    if expression[0] in ("field", "due"):
        yield Variable(expression[0], str(expression[1]))  # type: ignore[arg-type]
        return
    for part in expression[1:2] if expression[0] == "one of" else expression[1:]:
        if isinstance(part, tuple):
            yield from variables_in(part)


def _atom(expression: Expression, read: tuple[Variable, ...], fields: Mapping[str, Field]) -> Formula:
    head, left, *rest = expression
    assert isinstance(left, tuple)
    if head == "one of":
        return OneOf(read[0], frozenset(rest))  # type: ignore[arg-type]
    if head == "in range":
        low, high = rest
        return _all(
            *_asked(left, ">=", ("const", low), read, fields), *_asked(left, "<=", ("const", high), read, fields)
        )
    right = rest[0]
    assert isinstance(right, tuple)
    told = _told(str(head), left, right, fields)
    if told is not None:
        return told
    return _all(*_asked(left, str(head), right, read, fields))


def _told(sign: str, left: Expression, right: Expression, fields: Mapping[str, Field]) -> Formula | None:
    """A comparison of a choice, a yes/no or a text with a value; None for any other."""
    if left[0] == "const" and right[0] == "field":
        left, right = right, left
    if left[0] != "field" or right[0] != "const" or sign not in ("==", "!="):
        return None
    if fields[str(left[1])].type not in ("choice", "yes/no", "text", "long text"):
        return None
    variable = field_variable(str(left[1]))
    held = OneOf(variable, frozenset((right[1],)))  # type: ignore[arg-type]
    return held if sign == "==" else _all(IsSet(variable), Not(held))


def _all(*parts: Formula) -> Formula:
    return parts[0] if len(parts) == 1 else Joined(True, parts)


def _asked(
    left: Expression, sign: str, right: Expression, read: tuple[Variable, ...], fields: Mapping[str, Field]
) -> Iterator[Formula]:
    """What must hold together for a comparison of numbers or dates to hold."""
    difference = _difference(left, right, fields)
    if difference is None or any(variable.kind == "moved" for variable in difference.factors):
        known = _of_one_date(left, sign, right, fields)
        if known is not None:
            yield known
            return
    if difference is None:
        yield Holds(Variable("riddle", "", tuple((each, 1) for each in read), (), (sign, left, right)))
        return
    for factors, first, last in difference.dates:
        yield _between(factors, first, last)
    factors = {variable: factor for variable, factor in difference.factors.items() if factor}
    yield _signed(factors, difference.constant, sign)
    yield from (IsSet(variable) for variable in read if variable not in factors)


def _signed(factors: dict[Variable, int], constant: int, sign: str) -> Formula:
    """`factors + constant SIGN 0`."""
    at = -constant
    if sign == "!=":
        known = tuple(IsSet(variable) for variable in factors)
        return _all(*known, Not(_between(factors, at, at)))
    low = {"<": -FAR, "<=": -FAR, ">": at + 1, ">=": at, "==": at}[sign]
    high = {"<": at - 1, "<=": at, ">": FAR, ">=": FAR, "==": at}[sign]
    return _between(factors, low, high)


def _between(factors: dict[Variable, int], low: int, high: int) -> Formula:
    """The sum of variables with factors lies in a range: a range of one variable, or of a form in its lowest terms."""
    if not factors:
        return YES if low <= 0 <= high else NO
    ordered = sorted(factors.items())
    shared = gcd(*factors.values()) * (1 if ordered[0][1] > 0 else -1)
    if shared < 0:
        low, high = -high, -low
    low, high = -(-low // abs(shared)), high // abs(shared)
    lowest = tuple((variable, factor // shared) for variable, factor in ordered)
    if len(lowest) == 1:
        return Within(lowest[0][0], low, high)
    return Within(Variable("form", "", lowest), low, high)


def _difference(left: Expression, right: Expression, fields: Mapping[str, Field]) -> _Sum | None:
    one, two = _sum(left, fields), _sum(right, fields)
    return None if one is None or two is None else _plus(one, two, -1)


def _plus(one: _Sum, two: _Sum, factor: int) -> _Sum:
    factors = dict(one.factors)
    for variable, each in two.factors.items():
        factors[variable] = factors.get(variable, 0) + factor * each
    return _Sum(factors, one.constant + factor * two.constant, one.dates + two.dates)


def _times(one: _Sum, factor: int) -> _Sum:
    return _Sum({variable: each * factor for variable, each in one.factors.items()}, one.constant * factor, one.dates)


def _sum(expression: Expression, fields: Mapping[str, Field]) -> _Sum | None:
    """An operand as a linear term; None where it is none."""
    head, first, *rest = expression
    if head == "const":
        return _constant(first)
    if head in ("field", "due"):
        text = head == "field" and fields[str(first)].type in ("text", "long text")
        return None if text else _Sum({Variable(head, str(first)): 1}, 0)  # type: ignore[arg-type]
    assert isinstance(first, tuple)
    inner = _sum(first, fields)
    if inner is None:
        return None
    if head == "neg":
        return _times(inner, -1)
    if head == "shift instant":
        return inner._replace(constant=inner.constant + int(rest[0]))  # type: ignore[arg-type]
    if head == "shift date":
        return _days_later(inner, *rest) or _months_later(expression, fields)
    other = _sum(rest[0], fields)  # type: ignore[arg-type]
    return None if other is None else _both(str(head), inner, other)


def _both(head: str, one: _Sum, two: _Sum) -> _Sum | None:
    if head in ("+", "-", "days between"):
        return _plus(one, two, 1 if head == "+" else -1)
    if one.factors and two.factors:
        return _multiplied(one, two)
    return _times(two, one.constant) if not one.factors else _times(one, two.constant)


def _multiplied(one: _Sum, two: _Sum) -> _Sum | None:
    """Each term with each, a product of fields as a variable of its own; None where one would be too long."""
    made = _plus(_times(one, two.constant), _times(_Sum(two.factors, 0, two.dates), one.constant), 1)
    factors = dict(made.factors)
    for (left, factor), (right, other) in product(one.factors.items(), two.factors.items()):
        powers = Counter(_powers(left))
        powers.update(_powers(right))
        if powers.total() > MOST_FACTORS:
            return None
        both = Variable("product", "", tuple(sorted(powers.items())))
        factors[both] = factors.get(both, 0) + factor * other
    return made._replace(factors=factors)


def _powers(variable: Variable) -> dict[Variable, int]:
    return dict(variable.parts) if variable.kind == "product" else {variable: 1}


def _constant(value: object) -> _Sum | None:
    if isinstance(value, str):
        try:
            return _Sum({}, date.fromisoformat(value).toordinal())
        except ValueError:
            return None
    return _Sum({}, int(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def _days_later(day: _Sum, count: object, unit: object) -> _Sum | None:
    if unit not in ("day", "week") or not day.factors:
        return None
    assert isinstance(count, int)
    later = day._replace(constant=day.constant + count * (7 if unit == "week" else 1))
    return later._replace(dates=(*day.dates, (later.factors, 1 - later.constant, LAST_DAY - later.constant)))


def _months_later(expression: Expression, fields: Mapping[str, Field]) -> _Sum | None:
    """One date moved by months, as a variable of its own."""
    moves = _moves(expression, fields)
    ends = None if moves is None else defined(moves[1])
    if moves is None or ends is None:
        return None
    day = field_variable(moves[0])
    return _Sum({Variable("moved", "", ((day, 1),), moves[1]): 1}, 0, (({day: 1}, *ends),))


# Months and years: not linear, but of one date a later one is never moved before an earlier.


def _of_one_date(left: Expression, sign: str, right: Expression, fields: Mapping[str, Field]) -> Formula | None:
    """A comparison of a date moved by months with a day; None for anything else."""
    if right[0] != "const":
        left, sign, right = right, _FLIPPED[sign], left
    moves = _moves(left, fields)
    if moves is None or right[0] != "const" or sign not in COMPARISONS:
        return None
    name, steps = moves
    ends = defined(steps)
    constant = _constant(right[1])
    if ends is None or constant is None:
        return None
    day, variable = constant.constant, field_variable(name)
    before = first_day(ends, lambda each: moved(each, steps) >= day)
    beyond = first_day(ends, lambda each: moved(each, steps) > day)
    stretches = {
        "<": ((ends[0], before - 1),),
        "<=": ((ends[0], beyond - 1),),
        ">": ((beyond, ends[1]),),
        ">=": ((before, ends[1]),),
        "==": ((before, beyond - 1),),
        "!=": ((ends[0], before - 1), (beyond, ends[1])),
    }[sign]
    found = tuple(Within(variable, low, high) for low, high in stretches if low <= high)
    return found[0] if len(found) == 1 else Joined(False, found)


def _moves(expression: Expression, fields: Mapping[str, Field]) -> tuple[str, Moves] | None:
    """The field that is moved, and by how much one after the other."""
    if expression[0] == "field" and fields[str(expression[1])].type == "date":
        return str(expression[1]), ()
    if expression[0] != "shift date":
        return None
    inner = _moves(expression[1], fields)  # type: ignore[arg-type]
    return None if inner is None else (inner[0], (*inner[1], (int(expression[2]), str(expression[3]))))  # type: ignore[arg-type]
