"""A priority as parts over a few values of each field.

Of a field that is only compared, values that no comparison tells apart are one; of a number that is counted with and
has many values the ends of each such stretch stand for all, which is enough for the ends of a sum, but not for every
question (`sampled`); where not even that holds, nothing is proved (`rough`). What a case has lived through (events,
promises) is a variable of its own that may come true or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.bounds import bounds_in
from casedsl.analysis.implied import read_by, values_of
from casedsl.analysis.known import with_deciders
from casedsl.analysis.solving.grid import Column, Grid, grid_of
from casedsl.analysis.solving.ranges import Numbers, range_of, value_of
from casedsl.analysis.solving.reading import formula_of
from casedsl.model.records import Addition, CaseType, Field, Formula, Priority, Table
from casedsl.syntax.span import Span

MOST_LISTED = 200
"""So many values of a number that is counted with are all looked at."""
_EARLY, _LATE = date(100, 1, 1).toordinal(), date(9900, 1, 1).toordinal()
"""Beyond these a date that is moved by months may be none; no case is about them."""


class Stretch(NamedTuple):
    """All numbers from one to another, none of which a comparison tells apart."""

    low: int
    high: int


class Slot(Struct, frozen=True):
    """A field, or something that a case has lived through (`field` is None).

    Attributes:
      values: what may be answered, in rising order, unset first where there is no default.
      ends: the values at the ends of the stretches that comparisons tell apart.
      asked: whether it is asked, as a part over fields above; None: always.
      bounded: it is compared with other fields by what they must be, so that not every value can stand beside theirs.
      stretches: of a number of which not every value is looked at: what its values stand for.
    """

    name: str
    field: Field | None
    values: tuple[Value, ...]
    ends: tuple[Value, ...] = ()
    asked: Part | None = None
    bounded: bool = False
    stretches: tuple[Stretch, ...] = ()

    @property
    def default(self) -> Value:
        return None if self.field is None else self.field.default

    @property
    def known(self) -> tuple[Value, ...]:
        """The values besides unset."""
        return tuple(value for value in self.values if value is not None)


class Part(Struct):
    """What follows from the values of some slots, and nothing else; worked out once for each of their values."""

    reads: tuple[str, ...]
    run: Callable[[Mapping[str, Value]], Value]
    span: Span
    done: dict[tuple[Value, ...], Value]

    def at(self, values: tuple[Value, ...]) -> Value:
        try:
            return self.done[values]
        except KeyError:
            return self.done.setdefault(values, self.run(dict(zip(self.reads, values, strict=True))))


Tree: TypeAlias = "int | tuple[str, tuple[Tree, ...]]"
"""A condition over parts that hold or don't, each by its number."""


class Plus(Struct, frozen=True):
    """An addition, once or with age; without a condition `when` is None."""

    row: Addition
    when: Tree | None

    def holds(self, mask: int) -> bool:
        return self.when is None or _holds(self.when, mask)

    def atoms(self) -> frozenset[int]:
        return frozenset(() if self.when is None else _numbers(self.when))


def _holds(tree: Tree, mask: int) -> bool:
    if isinstance(tree, int):
        return mask >> tree & 1 == 1
    head, inner = tree
    if head == "not":
        return not _holds(inner[0], mask)
    return (all if head == "and" else any)(_holds(part, mask) for part in inner)


def _numbers(tree: Tree) -> Iterator[int]:
    if isinstance(tree, int):
        yield tree
    else:
        for part in tree[1]:
            yield from _numbers(part)


class Sheet(Struct, frozen=True):
    """A priority, ready to be asked about.

    Attributes:
      slots: in the order of the definition, so that what decides whether a field is asked stands above it.
      terms: what the score is the sum of; a table is one term.
      atoms: the comparisons of the additions, by number; `compared`: the same as expressions.
      bounds: what the fields must be; where one of these isn't so, there is no such case.
      lived: whether something that a case has lived through matters; `dues`: when a promise is due.
    """

    priority: Priority
    slots: tuple[Slot, ...]
    terms: tuple[Part, ...]
    atoms: tuple[Part, ...]
    additions: tuple[Plus, ...]
    ages: tuple[Plus, ...]
    sampled: bool
    rough: bool
    lived: bool
    dues: bool
    compared: tuple[Expression, ...]
    bounds: tuple[Part, ...] = ()

    def slot(self, name: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.name == name), None)


def sheet_of(case_type: CaseType, priority: Priority, lived: Literal["anything", "nothing"]) -> Sheet:
    """The sheet of a priority, for cases that have lived through anything, or through nothing yet."""
    fields = case_type.fields
    trees, found = _trees(priority)
    own = [each for each in found if not _lived(each)]
    needed = _needed(priority, own, fields)
    bounds = [bound for bound in bounds_in(fields) if all(name in needed for name in bound.formula.reads)]
    guards = [each.expression for name in needed if (each := fields[name].asked_when) is not None]
    guards += [bound.formula.expression for bound in bounds]
    grid = grid_of([formula_of(each, fields) for each in _atoms(*own, *guards)], fields)
    counted = frozenset(name for part in priority.parts for name in part.reads)
    slots = [_slot(fields[name], grid, name in counted, fields) for name in needed]
    often = {slot.name for slot in slots if len(slot.known) < _size(slot.field) and slot.name in counted | _joint(grid)}
    strange = lived_through(found)
    slots += [Slot(each, None, (False, True) if lived == "anything" else (False,)) for each in strange]
    slots = slots or [Slot("nothing", None, (False,))]
    once = tuple(Plus(row, tree) for row, tree in trees if row.pace is None)
    terms = tuple(_part(each) for each in priority.parts) if priority.table is None else (_cells(priority),)
    return Sheet(
        priority,
        tuple(slots),
        terms,
        tuple(_atom(each, priority.span) for each in found),
        once,
        tuple(Plus(row, tree) for row, tree in trees if row.pace is not None),
        bool(often),
        bool(often & _joint(grid))
        or any(_bent(each.expression, often) for each in priority.parts)
        or any(_bent(bound.formula.expression, {*bound.formula.reads}) for bound in bounds)
        or _texts(grid, fields),
        bool(strange),
        any(_says(each, "due") for each in strange.values()),
        tuple(found),
        tuple(Part(bound.formula.reads, _run(bound.holds), bound.formula.span, {}) for bound in bounds),
    )


def lived_through(atoms: Iterable[Expression]) -> dict[str, Expression]:
    """The comparisons that speak of what a case has lived through, each by its slot."""
    return {_told(each): each for each in atoms if _lived(each)}


def _trees(priority: Priority) -> tuple[list[tuple[Addition, Tree | None]], list[Expression]]:
    """The conditions of the additions, and the comparisons that they are made of, each once."""
    numbers: dict[Expression, int] = {}

    def tree(expression: Expression) -> Tree:
        if expression[0] in ("and", "or", "not"):
            return str(expression[0]), tuple(tree(each) for each in expression[1:])  # type: ignore[arg-type]
        return numbers.setdefault(expression, len(numbers))

    rows = [(row, None if row.when is None else tree(row.when.expression)) for row in priority.additions]
    return rows, list(numbers)


def _atoms(*expressions: Expression) -> Iterator[Expression]:
    for each in expressions:
        if each[0] in ("and", "or", "not"):
            yield from _atoms(*each[1:])  # type: ignore[arg-type]
        else:
            yield each


def _needed(priority: Priority, atoms: Sequence[Expression], fields: Mapping[str, Field]) -> list[str]:
    """The fields that the priority hangs on, with those that decide whether they are asked, and those that a bound
    compares with them."""
    wanted = {name for part in priority.parts for name in part.reads}
    wanted |= {name for each in atoms for name in _read(each)}
    if priority.table is not None:
        wanted |= {priority.table.row.name, priority.table.column.name}
    wanted |= {ref.name for ref in (*priority.rises_with, *priority.blind_to)}
    found = with_deciders(frozenset(wanted), fields)
    return [name for name in fields if name in found]


def _read(expression: Expression) -> frozenset[str]:
    return frozenset((str(expression[1]),)) if expression[0] in ("is set", "not set") else read_by(expression)


def _lived(expression: Expression) -> bool:
    return _says(expression, "happened") or _says(expression, "due")


def _says(expression: Expression, head: str) -> bool:
    return expression[0] == head or any(_says(each, head) for each in expression[1:] if isinstance(each, tuple))


def _told(expression: Expression) -> str:
    return str(expression)


def _slot(field: Field, grid: Grid, counted: bool, fields: Mapping[str, Field]) -> Slot:
    column = next((each for each in grid.columns if each.variable[:2] == ("field", field.name)), None)
    listed, ends = (
        tuple(value for value in values if _may_be(field, value))
        for values in _values(field, column, counted or field.name in _joint(grid))
    )
    values = listed if field.default is not None else (None, *listed)
    asked = None
    if field.asked_when is not None:
        order = tuple(name for name in fields if name in field.asked_when.reads)
        asked = Part(order, _run(field.asked_when.expression), field.span, {})
    beside = (len(bound.formula.reads) > 1 and field.name in bound.formula.reads for bound in bounds_in(fields))
    stretches = _stretches(field, column) if counted else ()
    return Slot(field.name, field, values, ends, asked, any(beside), stretches)


def _may_be(field: Field, value: Value) -> bool:
    """Whether a value is what the field must be, as far as that hangs on nothing else."""
    alone = (bound.holds for bound in field.bounds if len(bound.formula.reads) == 1)
    return all(_run(holds)({field.name: value}) is True for holds in alone)


def _stretches(field: Field, column: Column | None) -> tuple[Stretch, ...]:
    """The stretches of a number that is counted with, and of which not every value is looked at; a bound is a
    comparison too, so it holds of all of a stretch or of nothing in it."""
    held = range_of(field)
    if values_of(field) is not None or not isinstance(held, Numbers) or held.high - held.low < MOST_LISTED:
        return ()
    told = (column.stretches if column is not None else ()) or ((held.low, held.high),)
    return tuple(Stretch(low, high) for low, high in told if _may_be(field, low))


def _values(field: Field, column: Column | None, counted: bool) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The values of a field that are looked at, in rising order, and those at the ends of stretches."""
    few, held = values_of(field), range_of(field)
    if few is not None:
        return (few[::-1] if field.type == "yes/no" else few), few
    if not isinstance(held, Numbers):
        told = column.values if column is not None else ()
        return told or ("something",), told
    stretches = (column.stretches if column is not None else ()) or ((held.low, held.high),)
    if field.type == "date":
        stretches = tuple(each for each in stretches if each[0] <= _LATE and each[1] >= _EARLY)
    ends = sorted({end for stretch in stretches for end in stretch})
    if not counted:
        numbers = [min(max(held.near, low), high) for low, high in stretches]
    elif held.high - held.low < MOST_LISTED:
        numbers = list(range(held.low, held.high + 1))
    else:
        numbers = sorted({*ends, *((low + high) // 2 for low, high in stretches)})
    return tuple(value_of(field, number) for number in numbers), tuple(value_of(field, number) for number in ends)


def _size(field: Field | None) -> int:
    """How many values a field has, where it can be said; a text has none but those that are told apart."""
    held = None if field is None else range_of(field)
    return held.high - held.low + 1 if isinstance(held, Numbers) else 0


def _joint(grid: Grid) -> frozenset[str]:
    """The fields that are compared with each other."""
    parts = (grid.columns[part].variable for number in grid.linked for part, _ in grid.columns[number].parts)
    return frozenset(variable.name for variable in parts if variable.kind == "field")


def _texts(grid: Grid, fields: Mapping[str, Field]) -> bool:
    """Whether texts are compared with each other."""
    return any(fields[name].type in ("text", "long text") for name in _joint(grid))


def _bent(expression: Expression, often: set[str]) -> bool:
    """Whether a field of which not every value is looked at is multiplied with itself."""
    inner = [each for each in expression[1:] if isinstance(each, tuple)]
    squared = expression[0] == "*" and bool(read_by(inner[0]) & read_by(inner[1]) & often)
    return squared or any(_bent(each, often) for each in inner)


def _run(expression: Expression) -> Callable[[Mapping[str, Value]], Value]:
    made = compile_expression(expression)
    return lambda values: made(Quietly(values, {}, {}))


def _part(formula: Formula) -> Part:
    return Part(formula.reads, _run(formula.expression), formula.span, {})


def _atom(expression: Expression, span: Span) -> Part:
    if _lived(expression):
        return Part((_told(expression),), lambda values: values[_told(expression)], span, {})
    return Part(tuple(sorted(_read(expression))), _run(expression), span, {})


def _cells(priority: Priority) -> Part:
    """A table as a term: what its cell is worth."""
    table = priority.table
    assert table is not None
    worth = {band.name: band.at_least for band in priority.bands}
    return Part((table.row.name, table.column.name), lambda values: _cell(table, worth, values), table.row.span, {})


def _cell(table: Table, worth: Mapping[str, int], values: Mapping[str, Value]) -> int | None:
    row, column = values[table.row.name], values[table.column.name]
    if row is None or column is None:
        return None
    return worth[table.cells[table.rows.index(row)][table.columns.index(column)].name]
