"""What the solver leaves open, put to z3: only there, always the same, and what it shows is looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from casedsl_runtime.vocabulary import Expression
from solving_samples import a_guard, field, holds, named
from test_solving_products import DATES, MANY, of_moved_dates, products

from casedsl.analysis.solving.arithmetic import TooHard
from casedsl.analysis.solving.asking import Core, Undecided, possible, together
from casedsl.analysis.solving.further import asked
from casedsl.analysis.solving.grid import Grid, Node
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.smt import Z3
from casedsl.analysis.solving.witness import Example, Found
from casedsl.model.records import Field

pytest.importorskip("z3", reason="it is in the extra `smt`")

QUANTITY, PRICE, AGREED = (("field", name) for name in ("quantity", "price", "agreed"))
ORDER = named(*(field(name, "integer", low=0, high=99_999) for name in ("quantity", "price", "agreed")))
DEARER: Expression = (">", ("*", QUANTITY, PRICE), ("*", QUANTITY, AGREED))
CHEAPER: Expression = ("<", PRICE, AGREED)


class Nobody:
    """Whoever is asked is counted, and knows nothing."""

    name = "nobody"

    def __init__(self) -> None:
        self.questions = 0

    def __call__(self, _: Grid, __: Sequence[Node]) -> Found | None:
        self.questions += 1
        raise TooHard


def test_z3_is_asked_only_what_is_left_open_and_only_where_it_is_named() -> None:
    nobody = Nobody()
    with asked(nobody):
        assert possible([("<", PRICE, AGREED)], ORDER) is True
        assert possible([CHEAPER, (">", PRICE, AGREED)], ORDER) is False
        assert nobody.questions == 0
        assert possible([DEARER, CHEAPER], ORDER) is None
        assert nobody.questions == 1
    assert possible([DEARER, CHEAPER], ORDER) is None
    assert nobody.questions == 1


def test_what_z3_excludes_is_excluded_with_the_parts_that_do_it() -> None:
    with asked(Z3()):
        assert together([("is set", "agreed"), DEARER, CHEAPER], ORDER) == Core((1, 2))
    assert together([DEARER, CHEAPER], ORDER) == Undecided()


def _left_open(random: Random) -> tuple[list[Expression], Mapping[str, Field], int]:
    """Some question of few steps, so that it may stay open."""
    kind = random.choice(("products", "months", "guards"))
    if kind == "products":
        return products(random, MANY, 10**4), MANY, 10**6
    if kind == "months":
        return [of_moved_dates(random) for _ in range(2)], DATES, 10**6
    fields = {**MANY, **DATES}
    return [a_guard(random, fields) for _ in range(3)], fields, random.choice((3, 6))


@pytest.mark.parametrize("seed", range(4))
def test_what_z3_shows_the_runtime_has_and_what_it_excludes_was_never_shown(seed: int) -> None:
    random, ask, decided = Random(seed), Z3(), 0
    for _ in range(60):
        parts, fields, steps = _left_open(random)
        if possible(parts, fields, Steps(steps)) is not None:
            continue
        alone = possible(parts, fields)
        with asked(ask):
            purse = Steps(steps)
            answer = together(parts, fields, purse)
            said = possible(parts, fields, Steps(steps))
        if isinstance(answer, Example):
            assert all(holds(part, dict(answer.fields)) for part in parts if "happened" not in str(part)), parts
        assert said is None or alone is None or said is alone, parts
        decided += said is not None
    assert decided >= 3


def test_the_same_question_has_the_same_answer_whatever_was_asked_before() -> None:
    parts: list[Expression] = [
        ("==", ("*", PRICE, PRICE), ("+", ("*", ("*", AGREED, AGREED), ("const", 2)), ("const", 1)))
    ]
    parts += [(">", PRICE, ("const", 1000)), ("!=", QUANTITY, ("const", 0))]
    answers = []
    for before in (0, 3):
        with asked(Z3()):
            for n in range(before):
                together([DEARER, CHEAPER, (">", AGREED, ("const", n))], ORDER)
            answers.append(together(parts, ORDER))
    assert answers[0] == answers[1]
