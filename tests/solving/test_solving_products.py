"""Products of fields and dates moved by months: decided, and as the runtime, z3 and the calendar have it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Expression, Value
from solving_samples import SIGNS, any_case, completed, every_case, field, holds, named, read_in

from casedsl.analysis.solving.asking import Core, possible, together
from casedsl.analysis.solving.months import days_of, defined, moved
from casedsl.analysis.solving.witness import Example
from casedsl.model.records import Field

z3 = pytest.importorskip("z3", reason="the oracle is in the extra `test`")

FEW = named(
    field("impact", "scale", low=1, high=3),
    field("reach", "scale", low=1, high=4),
    field("copies", "integer", low=-2, high=3),
    field("pages", "integer", low=0, high=5),
)
MANY = named(
    field("quantity", "integer", low=0, high=1000),
    field("price", "money", currency="GBP", digits=2, low=0, high=10**7),
    field("change", "integer", low=-500, high=500),
    field("limit", "money", currency="GBP", digits=2),
)
DATES = named(field("written", "date"), field("answered", "date"), field("sent", "date"))
ENDS = ("0001-01-01", "0001-02-28", "2026-01-31", "2026-02-28", "2028-02-29", "2026-11-30", "9999-11-30", "9999-12-31")


def read(name: str) -> Expression:
    return ("field", name)


def a_product(random: Random, fields: Mapping[str, Field]) -> Expression:
    names = list(fields)
    made: Expression = ("*", read(random.choice(names)), read(random.choice(names)))
    if random.random() < 0.2:
        made = ("*", made, read(random.choice(names)))
    if random.random() < 0.4:
        made = (random.choice(("+", "-")), made, ("*", ("const", random.choice((1, 2, 7))), read(random.choice(names))))
    return made


def products(random: Random, fields: Mapping[str, Field], most: int) -> list[Expression]:
    """Some comparisons of a product, some of them of the same one, and perhaps one of a field."""
    made = a_product(random, fields)
    guards: list[Expression] = []
    for _ in range(random.choice((1, 2, 3))):
        left = made if random.random() < 0.6 else a_product(random, fields)
        right = ("const", random.randint(-most, most)) if random.random() < 0.6 else read(random.choice(list(fields)))
        guard: Expression = (random.choice(SIGNS), left, right)
        guards.append(("not", guard) if random.random() < 0.3 else guard)
    if random.random() < 0.5:
        guards.append((random.choice(SIGNS), read(random.choice(list(fields))), ("const", random.randint(0, 4))))
    return guards


@pytest.mark.parametrize("seed", range(6))
def test_a_product_of_few_numbers_is_possible_exactly_where_some_case_is_one(seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        parts = products(random, FEW, 20)
        names = {name for part in parts for name in read_in(part)}
        some = any(all(holds(part, case) for part in parts) for case in every_case(FEW, names))
        assert possible(parts, FEW) is some, parts


@pytest.mark.parametrize("seed", range(4))
def test_of_products_of_many_numbers_nothing_is_said_that_is_not_so(seed: int) -> None:
    """z3 is asked where the solver says that there is none; where it says that there is one, the runtime tries it."""
    random, decided = Random(seed), 0
    for _ in range(20):
        parts = products(random, MANY, random.choice((20, 10**4, 10**9)))
        answer = together(parts, MANY)
        decided += isinstance(answer, Example | Core)
        if isinstance(answer, Example):
            for _ in range(3):
                case = completed(answer, any_case(random, {}))
                assert all(holds(part, case) for part in parts), (parts, answer)
        elif isinstance(answer, Core):
            assert _z3_finds([parts[each] for each in answer.parts]) is not True, parts
    assert decided >= 18, "the budget may run out where a curve goes by between the whole numbers"


def _z3_finds(parts: list[Expression]) -> bool | None:
    solver = z3.Solver()
    solver.set("rlimit", 5_000_000)
    for name, one in MANY.items():
        low, high = one.low if one.low is not None else 1 - 10**15, one.high if one.high is not None else 10**15 - 1
        solver.add(z3.Int(name) >= low, z3.Int(name) <= high)
    for part in parts:
        names = sorted(read_in(part))
        denied = part[0] == "not"
        compared = _claim(part[1] if denied else part)
        known = [z3.Bool(f"{name}?") for name in names]
        solver.add(z3.Or(z3.Not(compared), *(z3.Not(each) for each in known)) if denied else z3.And(compared, *known))
    return {"sat": True, "unsat": False}.get(str(solver.check()))


def _claim(guard: Any) -> Any:
    sign, left, right = guard
    one, two = _number(left), _number(right)
    return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two, "==": one == two, "!=": one != two}[
        sign
    ]


def _number(node: Any) -> Any:
    head, first, *rest = node
    if head in ("const", "field"):
        return z3.IntVal(first) if head == "const" else z3.Int(first)
    one, two = _number(first), _number(rest[0])
    return {"+": one + two, "-": one - two, "*": one * two}[head]


QUANTITY, PRICE, WRITTEN, SENT = read("quantity"), read("price"), read("written"), read("sent")
IN_A_QUARTER: Expression = ("shift date", WRITTEN, 3, "month")
SUM: Expression = ("*", QUANTITY, PRICE)


@pytest.mark.parametrize(
    ("parts", "some"),
    [
        ([(">", SUM, ("const", 10**10))], False),
        ([(">=", SUM, ("const", 10**10))], True),
        ([("<", SUM, ("const", 0))], False),
        ([(">", SUM, ("const", 5000)), ("<", QUANTITY, ("const", 3)), ("<", PRICE, ("const", 2500))], False),
        ([(">", SUM, read("limit")), ("<=", ("*", PRICE, QUANTITY), read("limit"))], False),
        ([("<", ("*", read("change"), read("change")), ("const", 0))], False),
        ([("==", ("*", read("change"), read("change")), ("const", 7))], False),
        ([("<", IN_A_QUARTER, SENT), ("<", SENT, WRITTEN)], False),
        ([("<", IN_A_QUARTER, SENT), ("<", SENT, ("shift date", WRITTEN, 2, "month"))], False),
        ([("<", IN_A_QUARTER, SENT), ("<", SENT, ("shift date", WRITTEN, 4, "month"))], True),
        ([("<=", ("shift date", WRITTEN, 1, "month"), ("shift date", WRITTEN, 28, "day"))], True),
        ([("<", ("shift date", WRITTEN, 1, "month"), ("shift date", WRITTEN, 28, "day"))], False),
        ([("not", (">=", IN_A_QUARTER, WRITTEN)), ("is set", "written")], True),  # in the last days of the calendar
    ],
)
def test_what_is_possible(parts: list[Expression], some: bool) -> None:
    assert possible(parts, {**MANY, **DATES}) is some


@pytest.mark.parametrize("seed", range(4))
def testof_moved_dates_nothing_is_said_that_is_not_so(seed: int) -> None:
    random, decided = Random(seed), 0
    for _ in range(25):
        parts = [of_moved_dates(random) for _ in range(random.choice((1, 2, 3)))]
        answer = together(parts, DATES)
        decided += isinstance(answer, Example | Core)
        if isinstance(answer, Example):
            assert all(holds(part, dict(answer.fields)) for part in parts), (parts, answer)
        elif isinstance(answer, Core):
            cases = ({name: _a_day(random) for name in DATES} for _ in range(300))
            assert not any(all(holds(part, case) for part in parts) for case in cases), parts
    assert decided >= 22


def of_moved_dates(random: Random) -> Expression:
    sides: list[Expression] = []
    for _ in range(2):
        day = read(random.choice(list(DATES)))
        moves = ((1, "month"), (-2, "month"), (3, "month"), (1, "year"), (-14, "month"), (40, "day"))
        sides.append(("shift date", day, *random.choice(moves)) if random.random() < 0.7 else day)
    guard: Expression = (random.choice(SIGNS), *sides)
    return ("not", guard) if random.random() < 0.3 else guard


def _a_day(random: Random) -> Value:
    if random.random() < 0.5:
        return random.choice(ENDS)
    return date.fromordinal(date(2026, 1, 1).toordinal() + random.randint(0, 400)).isoformat()


@pytest.mark.parametrize(
    "moves", [(count, "month") for count in (*range(-26, 0), *range(1, 27))] + [(-3, "year"), (2, "year")]
)
def test_so_many_days_lie_between_a_day_and_where_it_is_moved(moves: tuple[int, str]) -> None:
    low, high = days_of((moves,))
    assert defined((moves,)) is not None
    first = date(1999, 1, 1).toordinal()
    seen = {moved(day, (moves,)) - day for day in range(first, first + 4 * 366)}
    assert low <= min(seen)
    assert max(seen) <= high
    assert abs(moves[0]) > 11 or moves[1] == "year" or {low, high} <= seen, "and not less or more than need be"
