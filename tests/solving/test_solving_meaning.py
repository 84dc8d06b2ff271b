"""The solver means what the runtime means: what it calls possible comes true, what it calls impossible never does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from casedsl_runtime.vocabulary import Expression
from solving_samples import LARGE, SMALL, a_guard, any_case, completed, every_case, holds, read_in

from casedsl.analysis.solving.asking import Core, Undecided, possible, together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example

EVENTS = tuple({"answer": one, "ask": two} for one in (0, 1, 2, 3) for two in (0, 1, 2, 3))


def _any_holds(parts: list[Expression]) -> bool:
    read = {name for part in parts for name in read_in(part)}
    events = EVENTS if "happened" in str(parts) else EVENTS[:1]
    return any(
        all(holds(part, case, happened) for part in parts) for case in every_case(SMALL, read) for happened in events
    )


@pytest.mark.parametrize("seed", range(8))
def test_it_finds_an_example_exactly_where_some_case_is_one(seed: int) -> None:
    random = Random(seed)
    for _ in range(60):
        parts = [a_guard(random, SMALL, 2) for _ in range(random.choice((1, 2, 3)))]
        if len({name for part in parts for name in read_in(part)}) > 5:
            continue
        assert possible(parts, SMALL) is _any_holds(parts), parts


@pytest.mark.parametrize("seed", range(10))
def test_whatever_an_example_leaves_out_does_not_matter(seed: int) -> None:
    random = Random(seed)
    seen = 0
    for _ in range(60):
        fields = random.choice((SMALL, LARGE))
        parts = [a_guard(random, fields) for _ in range(random.choice((1, 2, 3)))]
        answer = together(parts, fields)
        if isinstance(answer, Example):
            seen += 1
            for _ in range(4):
                case = completed(answer, any_case(random, fields))
                events = {**random.choice(EVENTS), **dict(answer.events)}
                assert all(holds(part, case, events) for part in parts), (parts, answer, case)
    assert seen > 10


@pytest.mark.parametrize("seed", range(6))
def test_an_example_names_nothing_that_it_could_leave_out(seed: int) -> None:
    random = Random(1000 + seed)
    for _ in range(40):
        parts = [a_guard(random, SMALL, 2) for _ in range(2)]
        read = {name for part in parts for name in read_in(part)}
        answer = together(parts, SMALL)
        if not isinstance(answer, Example) or len(read) > 4 or "happened" in str(parts):
            continue
        for left_out in dict(answer.fields):
            said = {name: value for name, value in answer.fields if name != left_out}
            cases = ({**case, **said} for case in every_case(SMALL, read))
            assert not all(all(holds(part, case) for part in parts) for case in cases), (parts, answer, left_out)


@pytest.mark.parametrize("seed", range(6))
def test_a_core_is_impossible_and_each_of_its_parts_is_needed(seed: int) -> None:
    random = Random(2000 + seed)
    seen = 0
    for _ in range(60):
        parts = [a_guard(random, SMALL, 1) for _ in range(5)]
        answer = together(parts, SMALL)
        if isinstance(answer, Core):
            seen += 1
            assert possible([parts[each] for each in answer.parts], SMALL) is False
            for left_out in answer.parts:
                assert possible([parts[each] for each in answer.parts if each != left_out], SMALL) is True
    assert seen > 5


def test_the_examples_take_the_default_first_and_then_the_order_of_the_definition() -> None:
    unlike = ("!=", ("field", "kind"), ("const", "question"))
    assert together([unlike], SMALL) == Example((("kind", "objection"),))
    assert together([("is set", "urgent")], SMALL) == Example((("urgent", False),))
    assert together([("or", ("is set", "kind"), ("is set", "urgent"))], SMALL) == Example((("kind", "question"),))
    assert together([(">", ("field", "fee"), ("const", 1999))], LARGE) == Example((("fee", 2000),))


def test_unset_is_the_last_thing_that_an_example_tries() -> None:
    denied = ("not", (">", ("field", "fee"), ("const", 5)))
    assert together([denied], LARGE) == Example((("fee", 0),))
    assert together([denied, ("not", ("<=", ("field", "fee"), ("const", 5)))], LARGE) == Example((("fee", None),))


def test_dates_in_a_circle_exclude_each_other() -> None:
    one, two, three = (("field", name) for name in ("written", "answered", "sent"))
    assert together([("<", one, two), ("<", two, three), ("<", three, one)], LARGE) == Core((0, 1, 2))
    assert together([("<", one, two), ("is set", "fee"), ("<", two, one)], LARGE) == Core((0, 2))


def test_steps_are_counted_and_what_is_left_open_is_said() -> None:
    either = [("or", ("==", ("field", "kind"), ("const", "praise")), (sign, ("field", "fee"), ("const", at)))
              for sign, at in ((">", 5), ("<", 9), ("!=", 7), ("!=", 6))]  # fmt: skip
    parts = [*either, ("!=", ("field", "kind"), ("const", "praise")), ("not", ("==", ("field", "fee"), ("const", 8)))]
    assert together(parts, LARGE) == Core((0, 1, 2, 3, 4, 5))
    parts = [*either, ("not set", "urgent")]
    assert possible(parts, LARGE, Steps(1)) is None
    assert together(parts, LARGE, Steps(1)) == Undecided()
    purse = Steps(100_000)
    first = possible(parts, LARGE, purse)
    assert first is not None
    assert 0 < purse.left < 100_000
    again = Steps(100_000)
    assert possible(parts, LARGE, again) is first
    assert again == purse


def test_what_is_neither_a_sum_nor_small_is_not_decided() -> None:
    product = ("*", ("field", "fee"), ("field", "size"))
    assert together([("==", product, ("const", 1_000_003 * 7919))], LARGE) == Undecided()
    small = ("*", ("field", "impact"), ("field", "reach"))
    assert together([(">", small, ("const", 9))], SMALL) == Core((0,))
    assert together([(">", small, ("const", 8))], SMALL) == Example((("impact", 3), ("reach", 3)))


def test_the_same_question_has_the_same_answer_under_any_hash_seed(
    printed_under_any_seed: Callable[[str], bytes],
) -> None:
    asked = (
        "from random import Random; from solving_samples import LARGE, a_guard;"
        "from casedsl.analysis.solving.asking import together; random = Random(5);"
        "print([together([a_guard(random, LARGE) for _ in range(3)], LARGE) for _ in range(40)])"
    )
    assert printed_under_any_seed(asked).count(b"\n") == 1
