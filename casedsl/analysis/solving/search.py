"""The search: narrow every variable as far as the formulas force it, then try the two sides of the most constrained.

Units first: a branch of which one part is left is no choice. Then the branch with the fewest parts left, in it the
variable that most of what is left speaks of, of these the one with the fewest classes. Each narrowing is a step, and
steps are counted: what isn't decided within them is *not decided*, on every machine alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from casedsl.analysis.solving.derived import Box, parts_within
from casedsl.analysis.solving.grid import UNSET, Branch, Column, Grid, Literal, Node, bits_of, ends_of, made_of


class Steps(Struct):
    """How many steps are left: the purse of a question, or of several."""

    left: int

    def take(self, weight: int = 1) -> bool:
        self.left -= weight
        return self.left >= 0


class Spent(Exception):
    """The steps are used up. Never leaves this package."""


def solutions(grid: Grid, nodes: Sequence[Node], masks: list[int], steps: Steps) -> Iterator[list[int]]:
    """The ways to narrow the variables so that everything comes true whatever class of them is taken, but for what
    links several variables. Raises Spent."""
    left = narrowed(grid, list(nodes), masks, steps)
    if left is None:
        return
    if not left:
        yield masks
        return
    number, mask = _choice(left, masks)
    for side in (mask & masks[number], masks[number] & ~mask):
        if side:
            tried = masks.copy()
            tried[number] = side
            yield from solutions(grid, left, tried, steps)


def narrowed(grid: Grid, nodes: list[Node], masks: list[int], steps: Steps) -> list[Node] | None:
    """What is left open when everything that is forced is done; None where that is impossible."""
    while True:
        if not steps.take(grid.weight):
            raise Spent
        left: list[Node] = []
        before = masks.copy()
        for node in nodes:
            if not _forced(simple(node, masks), masks, left):
                return None
        if not all(_linked(grid, grid.columns[number], number, masks) for number in grid.linked):
            return None
        if masks == before:
            return left
        nodes = left


def _forced(node: Node, masks: list[int], left: list[Node]) -> bool:
    """Do what a node forces; whether that is possible."""
    if isinstance(node, bool):
        return node
    if isinstance(node, tuple):
        masks[node[0]] &= node[1]
        return masks[node[0]] != 0
    if not node.every:
        left.append(node)
        return True
    return all(_forced(part, masks, left) for part in node.inner)


def simple(node: Node, masks: Sequence[int]) -> Node:
    """What is left of a node where the variables lie in these classes."""
    if isinstance(node, bool):
        return node
    if isinstance(node, tuple):
        now = masks[node[0]]
        return (now & node[1] != 0) if now & ~node[1] == 0 or now & node[1] == 0 else node
    parts: list[Node] = []
    for inner in node.inner:
        part = simple(inner, masks)
        if isinstance(part, bool):
            if part != node.every:
                return part
        elif isinstance(part, Branch) and part.every == node.every:
            parts.extend(part.inner)
        else:
            parts.append(part)
    if not parts:
        return node.every
    return parts[0] if len(parts) == 1 else Branch(node.every, tuple(parts))


def _choice(left: list[Node], masks: Sequence[int]) -> Literal:
    smallest = min((node for node in left if isinstance(node, Branch)), key=lambda node: len(node.inner))
    spoken: dict[int, int] = {}
    for node in left:
        for number, _ in _literals(node):
            spoken[number] = spoken.get(number, 0) + 1
    return min(_literals(smallest), key=lambda each: (-spoken[each[0]], masks[each[0]].bit_count(), each[0]))


def _literals(node: Node) -> Iterator[Literal]:
    if isinstance(node, tuple):
        yield node
    elif isinstance(node, Branch):
        for part in node.inner:
            yield from _literals(part)


# What is made of others is set where all its parts are, and lies between the ends that theirs make.


def _linked(grid: Grid, column: Column, number: int, masks: list[int]) -> bool:
    """Narrow what is made of others and its parts by each other; whether that is possible. A riddle says nothing before
    it is tried."""
    if not column.stretches:
        return True
    parts = [each for each, _ in column.parts]
    if any(masks[each] == UNSET for each in parts):
        masks[number] &= UNSET
    elif not any(masks[each] & UNSET for each in parts):
        masks[number] &= ~UNSET
    if masks[number] == UNSET:
        loose = [each for each in parts if masks[each] & UNSET]
        if len(loose) == 1:
            masks[loose[0]] = UNSET
        return bool(loose)
    if any(masks[each] == UNSET for each in parts):
        return masks[number] != 0
    _kept(column, number, masks, *made_of(column.variable, _boxes(grid, column, masks)))
    if masks[number] and not masks[number] & UNSET:
        _parts_narrowed(grid, column, number, masks)
    return masks[number] != 0 and all(masks[each] for each in parts)


def _parts_narrowed(grid: Grid, column: Column, number: int, masks: list[int]) -> None:
    for each, _ in column.parts:
        masks[each] &= ~UNSET
    if not all(masks[each] for each, _ in column.parts):
        return
    box, boxes = ends_of(column, masks[number]), _boxes(grid, column, masks)
    within = (
        _terms_within(column, box, boxes)
        if column.variable.kind == "form"
        else parts_within(column.variable, box, boxes)
    )
    for (each, _), (low, high) in zip(column.parts, within, strict=True):
        _kept(grid.columns[each], each, masks, low, high)
        if not masks[each]:
            return


def _terms_within(column: Column, box: Box, boxes: Sequence[Box]) -> Iterator[Box]:
    """The ends of each term of a sum that lies in a box."""
    all_low, all_high = made_of(column.variable, boxes)
    for (_, factor), part in zip(column.parts, boxes, strict=True):
        ends = [end * factor for end in part]
        least, most = box[0] - (all_high - max(ends)), box[1] - (all_low - min(ends))
        if factor < 0:
            least, most = -most, -least
        yield -(-least // abs(factor)), most // abs(factor)


def _boxes(grid: Grid, column: Column, masks: Sequence[int]) -> list[Box]:
    """The ends between which each part lies."""
    return [ends_of(grid.columns[each], masks[each]) for each, _ in column.parts]


def _kept(column: Column, number: int, masks: list[int], low: int, high: int) -> None:
    """Leave the classes, besides unset, in which something lies between two ends."""
    for bit in bits_of(masks[number] & ~UNSET):
        least, most = column.stretches[bit.bit_length() - 2]
        if most < low or high < least:
            masks[number] &= ~bit
