"""An example: fields in the order of the definition, each with the first value that will do, its default before all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.analysis.solving.arithmetic import Point, TooHard, fitting
from casedsl.analysis.solving.grid import UNSET, Column, Grid, Node
from casedsl.analysis.solving.ranges import value_of
from casedsl.analysis.solving.search import Spent, Steps, solutions
from casedsl.model.records import Field


class Example(Struct, frozen=True):
    """A case, as far as it is told: the values of fields (None is unset), how often events have happened, and when
    promises are due (None: nothing is)."""

    fields: tuple[tuple[str, Value], ...]
    events: tuple[tuple[str, int], ...] = ()
    dues: tuple[tuple[str, int | None], ...] = ()


class Found(Struct, frozen=True):
    """A class for each variable, and a number for those that others are linked to."""

    masks: list[int]
    point: Point


def found(
    grid: Grid, nodes: Sequence[Node], masks: list[int], fields: Mapping[str, Field], steps: Steps
) -> Found | None:
    """Any solution within some classes. Raises Spent and TooHard."""
    for solution in solutions(grid, nodes, masks.copy(), steps):
        fitted = fitting(grid, solution, fields, steps)
        if fitted is not None:
            return Found(*fitted)
    return None


def example_of(grid: Grid, nodes: Sequence[Node], first: Found, fields: Mapping[str, Field], steps: Steps) -> Example:
    """The example that a reader sees, made from any solution; where the steps are used up, as it is by then."""
    plain = [number for number, column in enumerate(grid.columns) if not column.variable.parts]
    fixed, best = grid.masks, first
    try:
        for number in plain:
            fixed, best = _with_the_first_value(grid, nodes, number, fixed, best, fields, steps)
    except (Spent, TooHard):
        pass
    return _named(grid, plain, best, fields)


def _with_the_first_value(
    grid: Grid, nodes: Sequence[Node], number: int, fixed: list[int], best: Found, fields: Mapping[str, Field],
    steps: Steps,
) -> tuple[list[int], Found]:  # fmt: skip
    for bit in grid.columns[number].preferred:
        tried = fixed.copy()
        tried[number] = bit
        better = found(grid, nodes, tried, fields, steps)
        if better is not None:
            return tried, better
    return fixed, best


def _named(grid: Grid, kept: Sequence[int], best: Found, fields: Mapping[str, Field]) -> Example:
    said: dict[str, list[tuple[str, Value]]] = {"field": [], "event": [], "due": []}
    for number in kept:
        variable = grid.columns[number].variable
        said[variable.kind].append((variable.name, _value(grid.columns[number], number, best, fields)))
    return Example(tuple(said["field"]), tuple(said["event"]), tuple(said["due"]))  # type: ignore[arg-type]


def _value(column: Column, number: int, best: Found, fields: Mapping[str, Field]) -> Value:
    mask = best.masks[number]
    if mask == UNSET:
        return None
    place = (mask & ~UNSET & -(mask & ~UNSET)).bit_length() - 2
    if not column.stretches:
        return column.values[place]
    low, high = column.stretches[place]
    exact = best.point.get(number, min(max(column.near, low), high))
    return value_of(fields[column.variable.name], exact) if column.variable.kind == "field" else exact
