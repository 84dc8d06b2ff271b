"""Expressions: what every operator yields, what unset does to it, and what the loader refuses."""

from __future__ import annotations

from itertools import product

import pytest
from casedsl_runtime.case import Happened, PromiseKept
from casedsl_runtime.expr import SHAPES, Names, Quietly, compile_expression, problems
from casedsl_runtime.vocabulary import Expression, Value

FIELDS: dict[str, Value] = {"a": 7, "b": 3, "day": "2026-01-31", "leap": "2024-02-29", "yes": True, "kind": "shop"}
A, B, UNSET = ("field", "a"), ("field", "b"), ("field", "unset")


def value(expression: Expression) -> Value:
    return compile_expression(expression)(
        Quietly(FIELDS, {"ask": Happened(2, None, 0)}, {"answer": PromiseKept("running", 99, 0)})
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (("const", None), None),
        (A, 7),
        (("due", "answer"), 99),
        (("due", "other"), None),
        (("+", A, B), 10),
        (("-", A, B), 4),
        (("*", A, B), 21),
        (("neg", A), -7),
        (("<", B, A), True),
        (("<=", A, A), True),
        ((">", B, A), False),
        ((">=", A, A), True),
        (("==", A, ("const", 7)), True),
        (("!=", A, B), True),
        (("in range", A, 7, 9), True),
        (("in range", A, 8, 9), False),
        (("one of", ("field", "kind"), "stall", "shop"), True),
        (("is set", "a"), True),
        (("not set", "a"), False),
        (("happened", "ask", 2), True),
        (("happened", "ask", 3), False),
        (("and", ("is set", "a"), ("is set", "b")), True),
        (("or", ("is set", "unset"), ("is set", "b")), True),
        (("not", ("is set", "a")), False),
        (("shift date", ("field", "day"), 1, "month"), "2026-02-28"),
        (("shift date", ("field", "day"), -1, "month"), "2025-12-31"),
        (("shift date", ("field", "leap"), 1, "year"), "2025-02-28"),
        (("shift date", ("field", "day"), 2, "week"), "2026-02-14"),
        (("shift date", ("field", "day"), 1, "day"), "2026-02-01"),
        (("shift instant", A, 60), 67),
        (("days between", ("field", "day"), ("const", "2026-01-01")), 30),
    ],
)
def test_operators(expression: Expression, expected: Value) -> None:
    assert value(expression) == expected


def test_every_operator_is_tested() -> None:
    tested = {mark.args[1][i][0][0] for mark in test_operators.pytestmark for i in range(len(mark.args[1]))}  # type: ignore[attr-defined]
    assert tested == set(SHAPES)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_a_comparison_that_reads_unset_is_false_and_its_denial_true(operator: str) -> None:
    assert value((operator, UNSET, B)) is False
    assert value((operator, B, UNSET)) is False
    assert value(("not", (operator, UNSET, B))) is True


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "days between"])
def test_a_field_and_a_constant_are_as_any_two_values(operator: str) -> None:
    values: list[Value] = [3, -1, True, "shop", "2026-01-31", None]
    for held, constant in product(values, values):
        reading = Quietly({} if held is None else {"held": held}, {}, {})
        found = compile_expression((operator, ("field", "held"), ("const", constant)))(reading)  # type: ignore[arg-type]
        expected = value((operator, ("const", held), ("const", constant)))  # type: ignore[arg-type]
        assert (found, type(found)) == (expected, type(expected)), (held, constant)
        assert reading.unread == (["held"] if held is None else [])


def test_unset_elsewhere() -> None:
    assert value(("+", UNSET, B)) is None
    assert value((">", ("+", UNSET, B), ("const", 0))) is False
    assert value(("in range", UNSET, 0, 9)) is False
    assert value(("one of", UNSET, "x")) is False
    assert value(("and", UNSET, ("is set", "a"))) is False
    assert value(("shift date", UNSET, 1, "day")) is None


def test_names_read_unset_are_noted_in_order() -> None:
    reading = Quietly({}, {}, {})
    compile_expression(("and", ("not", (">", ("field", "x"), ("due", "p"))), ("==", ("field", "y"), ("const", 1))))(
        reading
    )
    assert reading.unread == ["x", "p.due", "y"]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (5, "is not an expression"),
        ((), "is not an expression"),
        (("eval", "x"), "there is no operator `eval`"),
        (("+", A), "`+` takes expression, expression; 1 stand here"),
        (("and",), "`and` takes"),
        (("field", "nope"), "`field` speaks of field `nope`"),
        (("happened", "nope", 1), "speaks of event"),
        (("due", "nope"), "speaks of promise"),
        (("happened", "ask", True), "takes a whole number"),
        (("not", ("+", A, "b")), "is not an expression"),
        (("shift date", A, 1, "fortnight"), "counts days"),
        (("const", ("a",)), "takes a plain value"),
        (("field", ("a",)), "speaks of field"),
    ],
)
def test_what_can_not_be_compiled_is_said(expression: object, said: str) -> None:
    names = Names(list(FIELDS), ["ask"], ["answer"])
    assert said in next(problems(expression, names))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (("*", ("field", "kind"), ("const", 10**15)), None),
        (("+", ("field", "kind"), ("field", "kind")), None),
        (("<", ("field", "kind"), A), False),
        (("!=", ("field", "kind"), A), False),
        (("neg", ("field", "kind")), None),
        (("in range", ("field", "kind"), 0, 9), False),
        (("shift date", ("field", "kind"), 1, "day"), None),
        (("shift date", ("field", "day"), 10**17, "day"), None),
        (("shift date", ("field", "day"), 10_000, "year"), None),
        (("shift instant", ("field", "kind"), 1), None),
        (("days between", ("field", "day"), ("field", "kind")), None),
        (("not", ("field", "kind")), True),
    ],
)
def test_operands_of_the_wrong_type_count_as_unset(expression: Expression, expected: Value) -> None:
    assert value(expression) is expected
