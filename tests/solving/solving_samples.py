"""Random definitions and guards, and cases to put into them: each made from a seed, so that a failure comes again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.solving.witness import Example
from casedsl.model.records import Field, Option
from casedsl.syntax.span import Span

HERE = Span("main.case", 1, 1, 1, 1)
SIGNS = ("<", "<=", ">", ">=", "==", "!=")
TEXTS = ("a", "b", "something", "something more")
DAYS = ("2026-01-31", "2026-02-28", "2026-03-01", "2028-02-29", "2026-12-31")


@dataclass(frozen=True)
class Happened:
    times: int


@dataclass(frozen=True)
class Running:
    due: int
    outcome: str = "running"


def field(name: str, type_: str, **more: object) -> Field:
    return Field(name, name, type_, HERE, **more)  # type: ignore[arg-type]


def options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, name, HERE) for name in names)


def named(*fields: Field) -> dict[str, Field]:
    return {each.name: each for each in fields}


SMALL = named(
    field("kind", "choice", options=options("question", "objection", "praise")),
    field("urgent", "yes/no", default=False),
    field("impact", "scale", low=1, high=3),
    field("reach", "scale", low=1, high=3),
    field("copies", "integer", low=0, high=3),
    field("subject", "text"),
)
"""Fields of which every case can be tried."""

LARGE = named(
    field("kind", "choice", options=options("question", "objection", "praise")),
    field("urgent", "yes/no"),
    field("impact", "scale", low=1, high=5),
    field("size", "integer"),
    field("fee", "money", currency="GBP", digits=2),
    field("paid", "money", currency="GBP", digits=2, default=0),
    field("written", "date"),
    field("answered", "date"),
    field("sent", "date"),
    field("called", "date and time"),
    field("met", "date and time"),
    field("subject", "text"),
)


def a_guard(random: Random, fields: Mapping[str, Field], depth: int = 3) -> Expression:
    """A guard as the compiler may write it."""
    if depth and random.random() < 0.6:
        head = random.choice(("and", "or", "not"))
        parts = 1 if head == "not" else random.choice((2, 2, 3))
        return (head, *(a_guard(random, fields, depth - 1) for _ in range(parts)))
    return an_atom(random, fields)


def an_atom(random: Random, fields: Mapping[str, Field]) -> Expression:
    one = fields[random.choice(list(fields))]
    if random.random() < 0.12:
        return (random.choice(("is set", "not set")), one.name)
    if random.random() < 0.05:
        return ("happened", random.choice(("answer", "ask")), random.choice((1, 2, 3)))
    read = ("field", one.name)
    if one.type == "choice":
        names = [option.name for option in one.options]
        if random.random() < 0.4:
            return ("one of", read, *random.sample(names, random.choice((1, 2))))
        return (random.choice(("==", "!=")), read, ("const", random.choice(names)))
    if one.type == "yes/no":
        return (random.choice(("==", "!=")), read, ("const", random.random() < 0.5))
    if one.type == "text":
        return (random.choice(("==", "!=")), read, ("const", random.choice(TEXTS[:2])))
    return _of_numbers(random, one, fields)


def _of_numbers(random: Random, one: Field, fields: Mapping[str, Field]) -> Expression:
    """A comparison of a number, an amount, a date or an instant with a value, or with another of its kind."""
    alike = [other for other in fields.values() if _kind(other) == _kind(one)]
    other = random.choice(alike)
    sign = random.choice(SIGNS)
    read, second = ("field", one.name), ("field", other.name)
    if one.type == "date":
        return _of_dates(random, sign, read, second)
    if one.type == "date and time":
        return (sign, read, ("shift instant", second, random.choice((-3600, 0, 60))))
    number = random.randint(0, 4) * (1 if one.high is not None else random.choice((1, 50, 1000)))
    if _kind(one) == "number" and random.random() < 0.2:
        return ("in range", read, min(number, 2), number + 1)
    form = random.random()
    if form < 0.6:
        return (sign, read, ("const", number))
    if form < 0.8:
        return (sign, read, second)
    if form < 0.9:
        return (sign, ("+", read, second), ("const", number))
    return (sign, ("-", ("*", ("const", random.choice((2, 3))), read), ("const", 1)), ("const", number))


def _of_dates(random: Random, sign: str, read: Expression, second: Expression) -> Expression:
    form = random.random()
    if form < 0.4:
        return (sign, read, ("const", random.choice(DAYS)))
    if form < 0.6:
        return (sign, read, second)
    if form < 0.8:
        return (sign, ("days between", read, second), ("const", random.choice((-3, 0, 14))))
    count, unit = random.choice(((1, "month"), (-1, "year"), (10, "day"), (2, "week")))
    return (sign, ("shift date", read, count, unit), ("const", random.choice(DAYS)))


def _kind(one: Field) -> str:
    return "number" if one.type in ("scale", "integer") else one.type


def holds(guard: Expression, held: Mapping[str, Value], events: Mapping[str, int] | None = None) -> bool:
    """What the runtime says."""
    happened = {name: Happened(times) for name, times in (events or {}).items()}
    reading = Quietly({name: value for name, value in held.items() if value is not None}, happened, {})
    return compile_expression(guard)(reading) is True


def every_case(fields: Mapping[str, Field], read: set[str]) -> Iterator[dict[str, Value]]:
    """Every case of small fields, as far as it is read."""
    known = [name for name in fields if name in read]
    yield from (dict(zip(known, values, strict=True)) for values in product(*(_values(fields[n]) for n in known)))


def _values(one: Field) -> tuple[Value, ...]:
    if one.type == "choice":
        return (None, *(option.name for option in one.options))
    if one.type == "yes/no":
        return (None, True, False)
    if one.type == "text":
        return (None, *TEXTS)
    assert one.low is not None
    assert one.high is not None
    return (None, *range(one.low, one.high + 1))


def read_in(guard: object) -> set[str]:
    """The fields that a guard reads."""
    if not isinstance(guard, tuple):
        return set()
    if guard[0] in ("field", "is set", "not set"):
        return {guard[1]}
    return {name for part in guard for name in read_in(part)}


def any_case(random: Random, fields: Mapping[str, Field]) -> dict[str, Value]:
    """Some case."""
    held: dict[str, Value] = {}
    for name, one in fields.items():
        if one.type == "date":
            held[name] = random.choice((None, *DAYS))
        elif one.type == "date and time":
            held[name] = random.choice((None, 0, 60, 1_767_610_800))
        elif one.type == "money" or (one.type == "integer" and one.high is None):
            held[name] = random.choice((None, 0, 1, 2, 50, 1000, -7, 10**14))
        else:
            held[name] = random.choice(_values(one))
    return held


def completed(example: Example, case: dict[str, Value]) -> dict[str, Value]:
    """A case that is as the example says, and for the rest as it was."""
    return {**case, **dict(example.fields)}
