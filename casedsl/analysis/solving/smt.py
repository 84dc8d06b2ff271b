"""z3 (the extra `smt`), asked only what the solver of our own leaves open, and only where somebody asked for it.

Its work is bounded by `rlimit`, which z3 counts, never by a clock, and each question is asked in a context of its own:
the same question has the same answer. z3 is told what each class of values is; of a moved date only how many days later
it can be, and of a riddle nothing. So where it says that there is no case, there is none; where it shows one, the
numbers are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from casedsl.analysis.solving.arithmetic import TooHard
from casedsl.analysis.solving.grid import UNSET, Branch, Column, Grid, Node, bits_of, made_of
from casedsl.analysis.solving.months import days_of, movable
from casedsl.analysis.solving.search import simple
from casedsl.analysis.solving.witness import Found

RLIMIT = 3_000_000
MOST_QUESTIONS = 200
"""So many are asked in one command."""


class Z3:
    """What is asked of z3 in one command."""

    def __init__(self) -> None:
        self._z3: Any = import_module("z3")
        self._left = MOST_QUESTIONS

    @property
    def name(self) -> str:
        return f"z3 {self._z3.get_version_string()} (rlimit {RLIMIT})"

    def __call__(self, grid: Grid, nodes: Sequence[Node]) -> Found | None:
        """A solution, or None where there is none. Raises TooHard."""
        if self._left == 0:
            raise TooHard
        self._left -= 1
        return _Question(self._z3, grid).answer(nodes)


class _Question:
    """One question: a number for each variable, and whether it is set."""

    def __init__(self, z3: Any, grid: Grid) -> None:
        self.z3, self.grid, self.context = z3, grid, z3.Context()
        self.numbers = [z3.Int(f"n{place}", self.context) for place in range(len(grid.columns))]
        self.known = [z3.Bool(f"k{place}", self.context) for place in range(len(grid.columns))]

    def answer(self, nodes: Sequence[Node]) -> Found | None:
        solver = self.z3.Solver(ctx=self.context)
        solver.set("rlimit", RLIMIT)
        for place, column in enumerate(self.grid.columns):
            solver.add(self._lies(place, column.full), *self._tied(place, column))
        solver.add(*(self._node(node) for node in nodes))
        said = solver.check()
        if said == self.z3.unsat:
            return None
        if said != self.z3.sat:
            raise TooHard
        return self._read(solver.model(), nodes)

    def _node(self, node: Node) -> Any:
        if isinstance(node, bool):
            return self.z3.BoolVal(node, self.context)
        if isinstance(node, Branch):
            inner = [self._node(each) for each in node.inner]
            return self.z3.And(*inner, self._yes()) if node.every else self.z3.Or(*inner, self.z3.Not(self._yes()))
        return self._lies(*node)

    def _yes(self) -> Any:
        return self.z3.BoolVal(True, self.context)

    def _lies(self, place: int, mask: int) -> Any:
        """A variable lies in one of these classes."""
        number, known = self.numbers[place], self.known[place]
        within = [
            self.z3.And(known, number >= low, number <= high)
            for low, high in (_ends(self.grid.columns[place], bit) for bit in bits_of(mask & ~UNSET))
        ]
        return self.z3.Or(*within, *([self.z3.Not(known)] if mask & UNSET else []), self.z3.Not(self._yes()))

    def _tied(self, place: int, column: Column) -> Iterator[Any]:
        """What ties it to its parts, where it is made of others."""
        kind, parts = column.variable.kind, column.parts
        if kind not in ("moved", "product", "form"):
            return
        number, known = self.numbers[place], self.known[place]
        yield known == self.z3.And(*(self.known[part] for part, _ in parts))
        if kind == "moved":
            day, moves = self.numbers[parts[0][0]], column.variable.moves
            (first, last), (fewest, most) = movable(moves), days_of(moves)
            can = self.z3.And(day >= first, day <= last)
            yield self.z3.Implies(can, self.z3.And(number - day >= fewest, number - day <= most))
            return
        made: Any = 0 if kind == "form" else 1
        for part, often in parts:
            for _ in range(1 if kind == "form" else often):
                made = made + often * self.numbers[part] if kind == "form" else made * self.numbers[part]
        yield self.z3.Implies(known, number == made)

    def _read(self, model: Any, nodes: Sequence[Node]) -> Found:
        """The solution that a model is, what is made of others worked out anew. Raises TooHard where that is none."""
        masks: list[int] = []
        point: dict[int, int] = {}
        for place, column in enumerate(self.grid.columns):
            if not self.z3.is_true(model.eval(self.known[place], model_completion=True)):
                masks.append(UNSET)
                continue
            number = model.eval(self.numbers[place], model_completion=True).as_long()
            if column.variable.parts and column.stretches:
                boxes = [(point[part], point[part]) for part, _ in column.parts]
                number = made_of(column.variable, boxes)[0]
            masks.append(_class(column, number))
            point |= {place: number} if column.stretches else {}
        riddles = any(column.variable.kind == "riddle" for column in self.grid.columns)
        if riddles or not all(simple(node, masks) is True for node in nodes):
            raise TooHard
        return Found(masks, point)


def _ends(column: Column, bit: int) -> tuple[int, int]:
    """The numbers of a class; what is told has its place for one."""
    place = bit.bit_length() - 2
    return column.stretches[place] if column.stretches else (place, place)


def _class(column: Column, number: int) -> int:
    bits = bits_of(column.full & ~UNSET)
    return next((bit for bit in bits if _ends(column, bit)[0] <= number <= _ends(column, bit)[1]), 0)
