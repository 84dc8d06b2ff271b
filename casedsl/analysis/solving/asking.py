"""The door of the solver: several expressions are asked to hold together in one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.solving.arithmetic import TooHard
from casedsl.analysis.solving.further import named
from casedsl.analysis.solving.grid import Grid, Node, grid_of, node_of
from casedsl.analysis.solving.pieces import pieces_of
from casedsl.analysis.solving.reading import formula_of
from casedsl.analysis.solving.search import Spent, Steps
from casedsl.analysis.solving.witness import Example, Found, example_of, found
from casedsl.model.records import Field

MOST_STEPS = 20_000
_LAYING = 8


class Core(Struct, frozen=True):
    """No case makes the parts come true together, and without any one of these some case does: their places."""

    parts: tuple[int, ...]


class Undecided(Struct, frozen=True):
    """Neither an example nor a proof that there is none."""


Answer: TypeAlias = Example | Core | Undecided


def together(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None = None) -> Answer:
    """An example in which all parts hold, naming only what matters, or the fewest parts that exclude each other."""
    try:
        example = _asked(parts, fields, purse)
    except (Spent, TooHard):
        return Undecided()
    if example is None:
        return Core(_smallest(parts, fields, purse))
    return _lessened(example, parts, fields, purse)


def possible(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None = None) -> bool | None:
    """Whether all parts hold together in some case; None where that is not decided."""
    steps = _steps(purse)
    if steps.left <= 0:
        return None
    try:
        return _found(*_laid_out(parts, fields, steps), fields, steps) is not None
    except (Spent, TooHard):
        return None
    finally:
        _paid(purse, steps)


def whole(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None = None) -> Example | None:
    """A case in which all parts hold, with a value for everything that they speak of; None where there is none, or
    where that is not decided."""
    try:
        return _asked(parts, fields, purse)
    except (Spent, TooHard):
        return None


def _asked(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None) -> Example | None:
    steps = _steps(purse)
    if steps.left <= 0:
        raise Spent
    try:
        grid, nodes = _laid_out(parts, fields, steps)
        first = _found(grid, nodes, fields, steps)
        return None if first is None else example_of(grid, nodes, first, fields, steps)
    finally:
        _paid(purse, steps)


def _found(grid: Grid, nodes: list[Node], fields: Mapping[str, Field], steps: Steps) -> Found | None:
    """A solution; what is left open goes to whoever was named for that. Raises Spent and TooHard."""
    try:
        return found(grid, nodes, grid.masks, fields, steps)
    except (Spent, TooHard):
        further = named()
        if further is None:
            raise
        return further(grid, nodes)


def _laid_out(parts: Sequence[Expression], fields: Mapping[str, Field], steps: Steps) -> tuple[Grid, list[Node]]:
    """The grid of a question; to lay it out costs as much as some steps on it."""
    formulas = [formula_of(part, fields) for part in parts]
    grid = grid_of(formulas, fields)
    steps.take(_LAYING * (grid.weight - 1))
    return grid, [node_of(formula, grid) for formula in formulas]


def _smallest(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None) -> tuple[int, ...]:
    """Leave out one part after the other as long as the rest is still impossible."""
    kept = list(range(len(parts)))
    for place in range(len(parts)):
        left = [each for each in kept if each != place]
        if possible([parts[each] for each in left], fields, purse) is False:
            kept = left
    return tuple(kept)


def _lessened(
    example: Example, parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps | None
) -> Example:
    """The example without what doesn't matter: from the last value on, each is left out without which no case that is
    as the example says can be otherwise. That is asked of each piece, for no value decides what holds in another."""
    told = _told(example)
    names, said = list(told), list(told.values())
    kept: set[tuple[str, str]] = set()
    for piece in pieces_of(said, parts):
        otherwise: Expression = ("not", ("and", *(parts[each] for each in piece.asked)))
        left = list(piece.said)
        for one in reversed(piece.said):
            rest = [each for each in left if each != one]
            if possible([otherwise, *(said[each] for each in rest)], fields, purse) is False:
                left = rest
        kept.update(names[each] for each in left)
    return Example(
        tuple(pair for pair in example.fields if ("field", pair[0]) in kept),
        tuple(pair for pair in example.events if ("event", pair[0]) in kept),
        tuple(pair for pair in example.dues if ("due", pair[0]) in kept),
    )


def _told(example: Example) -> dict[tuple[str, str], Expression]:
    """What an example says, as expressions."""
    told: dict[tuple[str, str], Expression] = {}
    for name, value in example.fields:
        told["field", name] = ("not set", name) if value is None else ("==", ("field", name), ("const", value))
    for name, times in example.events:
        told["event", name] = ("and", ("happened", name, times), ("not", ("happened", name, times + 1)))
    for name, due in example.dues:
        none: Expression = ("not", ("==", ("due", name), ("due", name)))
        told["due", name] = none if due is None else ("==", ("due", name), ("const", due))
    return told


def _steps(purse: Steps | None) -> Steps:
    return Steps(MOST_STEPS if purse is None else min(MOST_STEPS, max(purse.left, 0)))


def _paid(purse: Steps | None, steps: Steps) -> None:
    """What a question took is taken from the purse of all questions."""
    if purse is not None:
        purse.left -= min(MOST_STEPS, max(purse.left, 0)) - max(steps.left, 0)
