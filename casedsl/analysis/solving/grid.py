"""Variables cut into classes: the values that no atom of a question tells apart are one.

A set of classes is a mask of bits; bit 0 is *unset*. So each atom is a variable with a mask, each denial the rest of
its bits, and a question is finite, however large its numbers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.analysis.solving.derived import Box, image
from casedsl.analysis.solving.ranges import LATEST, Choices, Numbers, Range, range_of
from casedsl.analysis.solving.reading import FAR, Formula, Holds, IsSet, Joined, Not, OneOf, Variable, Within
from casedsl.model.records import Field

UNSET = 1
_OFTEN = 1_000_000
ANOTHER = "something else"
_ATOMS_OF_A_STEP = 4
_VALUES_OF_A_STEP = 64

Literal: TypeAlias = tuple[int, int]
"""A variable by its number, and the classes that it must lie in."""


class Branch(Struct, frozen=True):
    """Several nodes of which all, or any, must come true."""

    every: bool
    inner: tuple[Node, ...]


Node: TypeAlias = "bool | Literal | Branch"


class Column(Struct, frozen=True):
    """A variable and its classes.

    Attributes:
      full: every class, as a mask.
      values: of a variable that is told: the value of each class but the first.
      stretches: of a number: the range of each class but the first.
      preferred: the bits in the order in which an example tries them.
      parts: of what is made of others: the numbers of these, with their factors, or how often they stand in it.
    """

    variable: Variable
    full: int
    values: tuple[Value, ...] = ()
    stretches: tuple[tuple[int, int], ...] = ()
    near: int = 0
    preferred: tuple[int, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()


class Grid(Struct, frozen=True):
    """The columns of a question; fields come first, in the order of the definition, and whatever is made of others
    (`linked`) after these. A step costs `weight`, more where there are more atoms or very many values."""

    columns: tuple[Column, ...]
    numbers: Mapping[Variable, int]
    linked: tuple[int, ...]
    weight: int

    @property
    def masks(self) -> list[int]:
        return [column.full for column in self.columns]


def grid_of(formulas: Sequence[Formula], fields: Mapping[str, Field]) -> Grid:
    """The grid on which some formulas can be asked."""
    atoms = [atom for formula in formulas for atom in _atoms(formula)]
    variables = dict.fromkeys(each for atom in atoms for each in _with_parts(atom.variable))
    cuts: dict[Variable, set[int]] = {}
    told: dict[Variable, dict[Value, None]] = {}
    for atom in atoms:
        if isinstance(atom, Within):
            cuts.setdefault(atom.variable, set()).update((atom.low, atom.high + 1))
        elif isinstance(atom, OneOf):
            told.setdefault(atom.variable, {}).update(dict.fromkeys(sorted(atom.values, key=str)))
    order = {name: place for place, name in enumerate(fields)}
    ordered = sorted(variables, key=lambda each: (_KINDS.index(each.kind), order.get(each.name, 0), each))
    numbers = {variable: place for place, variable in enumerate(ordered)}
    texts = _shared_texts(told, fields)
    columns: list[Column] = []
    for variable in ordered:
        columns.append(_column(variable, cuts.get(variable, set()), texts, fields, columns, numbers))
    linked = tuple(numbers[variable] for variable in ordered if variable.parts)
    sizes = sum(len(columns[number].parts) for number in linked)
    values = sum(len(column.values) for column in columns) // _VALUES_OF_A_STEP
    return Grid(tuple(columns), numbers, linked, 1 + (len(atoms) + sizes) // _ATOMS_OF_A_STEP + values)


_KINDS = ("field", "event", "due", "moved", "product", "form", "riddle")


def _with_parts(variable: Variable) -> Iterator[Variable]:
    yield variable
    for part, _ in variable.parts:
        yield from _with_parts(part)


def _atoms(formula: Formula) -> Iterator[Within | OneOf | IsSet | Holds]:
    if isinstance(formula, Joined):
        for part in formula.inner:
            yield from _atoms(part)
    elif isinstance(formula, Not):
        yield from _atoms(formula.inner)
    else:
        yield formula


def _shared_texts(told: Mapping[Variable, Mapping[Value, None]], fields: Mapping[str, Field]) -> tuple[Value, ...]:
    """The texts that are named somewhere, and one for each text field that is none of them."""
    texts = [name for name, field in fields.items() if field.type in ("text", "long text")]
    named = dict.fromkeys(
        value for variable, values in told.items() if variable.name in texts for value in values if str(value).strip()
    )
    others: list[Value] = []
    while len(others) < min(len(texts), 3):
        number = len(others) + 1
        others.append(ANOTHER if number == 1 else f"{ANOTHER} {number}")
    return (*named, *(other for other in others if other not in named))


def _column(
    variable: Variable,
    cuts: set[int],
    texts: tuple[Value, ...],
    fields: Mapping[str, Field],
    before: Sequence[Column],
    numbers: Mapping[Variable, int],
) -> Column:
    parts = tuple((numbers[part], factor) for part, factor in variable.parts)
    if variable.kind == "riddle":
        return Column(variable, 0b11, preferred=(1, 2), parts=parts)
    held = _range(variable, parts, fields, before)
    if held is None or isinstance(held, Choices):
        values = texts if held is None else held.values
        bits = tuple(2 << place for place in range(len(values)))
        return Column(variable, sum(bits) | UNSET, values, preferred=(*bits, UNSET))
    stretches = tuple(_stretches(held, cuts))
    near = min(range(len(stretches)), key=lambda place: _away(stretches[place], held.near))
    order = sorted(range(len(stretches)), key=lambda place: (place != near, place))
    bits = tuple(2 << place for place in order)
    optional = UNSET if variable.kind != "event" else 0
    preferred = (*bits, UNSET) if optional else bits
    return Column(variable, sum(bits) | optional, (), stretches, held.near, preferred, parts)


def _away(stretch: tuple[int, int], near: int) -> int:
    return max(stretch[0] - near, near - stretch[1], 0)


def _range(
    variable: Variable, parts: tuple[tuple[int, int], ...], fields: Mapping[str, Field], before: Sequence[Column]
) -> Range | None:
    if variable.kind == "field":
        return range_of(fields[variable.name])
    if variable.kind == "event":
        return Numbers(0, _OFTEN, 0)
    if variable.kind == "due":
        return Numbers(-LATEST, LATEST, 0)
    return Numbers(*made_of(variable, [(before[n].stretches[0][0], before[n].stretches[-1][1]) for n, _ in parts]), 0)


def made_of(variable: Variable, boxes: Sequence[Box]) -> Box:
    """The ends of what is made of others, from theirs."""
    if variable.kind != "form":
        return image(variable, boxes)
    low = high = 0
    for (one, other), (_, factor) in zip(boxes, variable.parts, strict=True):
        low += (one if factor > 0 else other) * factor
        high += (other if factor > 0 else one) * factor
    return low, high


def _stretches(held: Numbers, cuts: set[int]) -> Iterator[tuple[int, int]]:
    low = held.low
    for cut in sorted(cut for cut in cuts if held.low < cut <= held.high and abs(cut) < FAR):
        yield low, cut - 1
        low = cut
    yield low, held.high


def node_of(formula: Formula, grid: Grid, holds: bool = True) -> Node:
    """A formula, or its denial, on a grid."""
    if isinstance(formula, Not):
        return node_of(formula.inner, grid, not holds)
    if isinstance(formula, Joined):
        return Branch(formula.every == holds, tuple(node_of(part, grid, holds) for part in formula.inner))
    number = grid.numbers[formula.variable]
    column = grid.columns[number]
    mask = _mask(formula, column)
    return (number, mask if holds else column.full & ~mask)


def _mask(atom: Within | OneOf | IsSet | Holds, column: Column) -> int:
    if isinstance(atom, Holds):
        return 2
    if isinstance(atom, IsSet):
        return column.full & ~UNSET
    if isinstance(atom, OneOf):
        return sum(2 << place for place, value in enumerate(column.values) if value in atom.values)
    fitting = (place for place, (low, high) in enumerate(column.stretches) if atom.low <= low and high <= atom.high)
    return sum(2 << place for place in fitting)


def bits_of(mask: int) -> Iterator[int]:
    """The classes of a mask, one by one."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def ends_of(column: Column, mask: int) -> tuple[int, int]:
    """The least and the greatest number in the classes of a mask that has some besides unset."""
    known = mask & ~UNSET
    lowest = (known & -known).bit_length() - 2
    return column.stretches[lowest][0], column.stretches[known.bit_length() - 2][1]
