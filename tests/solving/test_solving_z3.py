"""Two hundred random definitions, each with its guards, asked of z3 as well: no disagreement, and nothing left open.

z3 gets the guards by a translation of its own, which shares nothing with the solver's. Its work is bounded by `rlimit`,
which is counted, never by a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import pytest
from casedsl_runtime.vocabulary import Expression
from solving_samples import LARGE, SMALL, a_guard, field, options

from casedsl.analysis.solving.asking import possible
from casedsl.model.records import Field

z3 = pytest.importorskip("z3", reason="the oracle is in the extra `test`")
RLIMIT = 20_000_000


class Oracle:
    """The cases of a definition as z3 sees them: a number and whether it is set, for each field."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.values = {name: z3.Int(name) for name in fields}
        self.known = {name: z3.Bool(f"{name} is set") for name in fields}
        self.texts = {"a": 0, "b": 1}
        self.solver = z3.Solver()
        self.solver.set("rlimit", RLIMIT)
        for name, one in fields.items():
            low, high = self.ends(one)
            self.solver.add(self.values[name] >= low, self.values[name] <= high)

    def ends(self, one: Field) -> tuple[int, int]:
        if one.type == "choice":
            return 0, len(one.options) - 1
        if one.type == "yes/no":
            return 0, 1
        if one.type == "date":
            return 1, date.max.toordinal()
        if one.type == "date and time":
            return 1 - 10**11, 10**11 - 1
        if one.type == "text":
            return 0, 10**6
        return (1 - 10**15 if one.low is None else one.low), (10**15 - 1 if one.high is None else one.high)

    def possible(self, parts: list[Expression]) -> bool | None:
        self.solver.push()
        self.solver.add(*(self.claim(part) for part in parts))
        said = {"sat": True, "unsat": False}.get(str(self.solver.check()))
        self.solver.pop()
        return said

    def claim(self, guard: Any) -> Any:
        head, *rest = guard
        if head in ("and", "or"):
            return (z3.And if head == "and" else z3.Or)(*(self.claim(part) for part in rest))
        if head == "not":
            return z3.Not(self.claim(rest[0]))
        if head in ("is set", "not set"):
            return self.known[rest[0]] if head == "is set" else z3.Not(self.known[rest[0]])
        if head == "happened":
            return z3.Int(f"happened {rest[0]}") >= rest[1]
        known: list[Any] = []
        return z3.And(self.compared(head, rest, known), *known)

    def compared(self, head: str, rest: list[Any], known: list[Any]) -> Any:
        if head == "one of":
            names = [option.name for option in self.fields[rest[0][1]].options]
            value = self.number(rest[0], known)
            return z3.Or(*(value == names.index(name) for name in rest[1:]))
        if head == "in range":
            value = self.number(rest[0], known)
            return z3.And(value >= rest[1], value <= rest[2])
        of = next((self.fields[side[1]] for side in rest[:2] if side[0] == "field"), None)
        one, two = (self.number(side, known, of) for side in rest)
        compare = {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two, "==": one == two}
        return one != two if head == "!=" else compare[head]

    def number(self, node: Any, known: list[Any], of: Field | None = None) -> Any:
        head, *rest = node
        if head == "const":
            return self.constant(rest[0], of)
        if head == "field":
            known.append(self.known[rest[0]])
            return self.values[rest[0]]
        if head in ("shift instant", "shift date"):
            inner = self.number(rest[0], known)
            later = inner + rest[1] * (7 if rest[-1] == "week" else 1)
            if head == "shift date":
                known += [later >= 1, later <= date.max.toordinal()]
            return later
        one, two = (self.number(side, known) for side in rest)
        return {"+": one + two, "*": one * two}.get(head, one - two)

    def constant(self, value: Any, of: Field | None) -> Any:
        if isinstance(value, str) and of is not None and of.type == "choice":
            return z3.IntVal([option.name for option in of.options].index(value))
        if isinstance(value, str) and of is not None and of.type == "text":
            return z3.IntVal(self.texts[value])
        return z3.IntVal(date.fromisoformat(value).toordinal() if isinstance(value, str) else int(value))


def a_definition(random: Random) -> dict[str, Field]:
    """Some fields of the samples, and a few of their own bounds."""
    fields = dict(random.sample([*SMALL.items(), *LARGE.items()], random.randint(3, 8)))
    fields["size"] = field("size", "integer", low=0, high=random.choice((1, 9, 99)))
    fields["kind"] = field("kind", "choice", options=options(*"abcde"[: random.randint(2, 5)]))
    return {name: fields[name] for name in (*SMALL, *LARGE) if name in fields}


@pytest.mark.parametrize("batch", range(10))
def test_no_disagreement(batch: int) -> None:
    asked = 0
    for seed in range(20 * batch, 20 * batch + 20):
        random = Random(seed)
        fields = a_definition(random)
        oracle = Oracle(fields)
        guards = [guard for _ in range(8) if not months_in(guard := a_guard(random, fields))]
        for one in guards:
            asks: list[list[Expression]] = [
                [one],
                [("not", one)],
                [one, random.choice(guards)],
                [("not", one), random.choice(guards)],
            ]
            for parts in asks:
                said = possible(parts, fields)
                assert said is not None, parts
                assert said is oracle.possible(parts), (seed, parts)
                asked += 1
    assert asked > 400


def months_in(guard: object) -> bool:
    """Whether something is moved by months, of which z3 has none; the test of meaning asks the runtime instead."""
    return isinstance(guard, tuple) and ("month" in guard or "year" in guard or any(map(months_in, guard)))
