"""Numbers in their classes: whether sums of several variables come out as they must, and with which numbers.

Differences of two variables (`a < b`, `date - date`) are decided by shortest ways (Floyd and Warshall): the constraints
fit unless some circle of them adds up to less than nothing. Other sums are narrowed by their ends and then tried from
the middle outwards. Products and moved dates are narrowed with their parts, which are halved until each is one number.
A riddle is tried with each value, where there are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Value

from casedsl.analysis.solving.derived import Box, image, inside, parts_within
from casedsl.analysis.solving.grid import UNSET, Column, Grid
from casedsl.analysis.solving.months import days_of, movable
from casedsl.analysis.solving.ranges import value_of
from casedsl.analysis.solving.reading import Variable
from casedsl.analysis.solving.search import Spent, Steps, narrowed
from casedsl.model.records import Field

MOST_TRIED = 2_000
MOST_HALVED = 4_000
"""So many steps on one set of ties: where a curve goes by between whole numbers, none would do."""
_PARTS_OF_A_STEP = 16
_TURNS_OF_A_STEP = 400
_WEIGHTS = {"moved": 6, "product": 3}
_ROUNDS = 8
"""So often the boxes of ties are narrowed before one is halved: two ends may creep up on each other day by day."""
_FAR = 10**40

Between: TypeAlias = tuple[tuple[tuple[int, int], ...], int, int]
"""Variables with their factors, and the ends between which their sum lies."""
Tie: TypeAlias = tuple[int, Variable, tuple[int, ...]]
"""What is made of others, by its number, and the numbers of its parts."""
Point: TypeAlias = dict[int, int]
"""A number for some variables."""


class TooHard(Exception):
    """Neither a solution nor a proof that there is none. Never leaves this package."""


def fitting(grid: Grid, masks: list[int], fields: Mapping[str, Field], steps: Steps) -> tuple[list[int], Point] | None:
    """Classes within those of a solution that also fit what links variables, with the numbers that do; None if none
    do. Raises Spent and TooHard."""
    bound = [number for number in grid.linked if masks[number] != grid.columns[number].full]
    looked = dict.fromkeys(part for number in bound for part, _ in grid.columns[number].parts)
    hard = False
    for single in _singled(grid, masks, [*looked, *bound], steps):
        try:
            point = _point(grid, single, bound, fields, steps)
        except TooHard:
            hard = True
        else:
            if point is not None:
                return single, point
    if hard:
        raise TooHard
    return None


def _singled(grid: Grid, masks: list[int], looked: list[int], steps: Steps) -> Iterator[list[int]]:
    """The ways to leave one class of each variable that is looked at."""
    if narrowed(grid, [], masks, steps) is None:
        return
    open_ = next((number for number in looked if masks[number].bit_count() > 1), None)
    if open_ is None:
        yield masks
        return
    for bit in grid.columns[open_].preferred:
        if bit & masks[open_]:
            tried = masks.copy()
            tried[open_] = bit
            yield from _singled(grid, tried, looked, steps)


def _point(
    grid: Grid, masks: Sequence[int], bound: Sequence[int], fields: Mapping[str, Field], steps: Steps
) -> Point | None:
    riddles = [number for number in bound if not grid.columns[number].stretches]
    made = [number for number in bound if grid.columns[number].stretches and masks[number] != UNSET]
    forms = [number for number in made if grid.columns[number].variable.kind == "form"]
    tied = [number for number in made if number not in forms]
    sums = [(grid.columns[number].parts, *_stretch(grid.columns[number], masks[number])) for number in forms]
    ties = [(n, grid.columns[n].variable, tuple(part for part, _ in grid.columns[n].parts)) for n in tied]
    parts = dict.fromkeys([*(part for number in bound for part, _ in grid.columns[number].parts), *tied])
    boxes = {
        part: _stretch(grid.columns[part], masks[part])
        for part in parts
        if grid.columns[part].stretches and masks[part] != UNSET
    }
    if riddles:
        return _tried(grid, masks, riddles, boxes, sums, ties, fields, steps)
    return fit(boxes, sums, {part: grid.columns[part].near for part in boxes}, steps, ties)


def _stretch(column: Column, mask: int) -> Box:
    return column.stretches[mask.bit_length() - 2]


# Riddles.


def _tried(
    grid: Grid,
    masks: Sequence[int],
    riddles: Sequence[int],
    boxes: Mapping[int, Box],
    sums: Sequence[Between],
    ties: Sequence[Tie],
    fields: Mapping[str, Field],
    steps: Steps,
) -> Point | None:
    asked = [
        part for part in dict.fromkeys(p for number in riddles for p, _ in grid.columns[number].parts) if part in boxes
    ]
    whole = 1
    for part in asked:
        whole *= boxes[part][1] - boxes[part][0] + 1
    few = whole <= MOST_TRIED
    tried = [range(boxes[part][0], boxes[part][1] + 1) if few else _some(boxes[part]) for part in asked]
    for numbers in product(*tried):
        if not steps.take():
            raise Spent
        pinned = dict(zip(asked, numbers, strict=True))
        if _comes_true(grid, masks, riddles, pinned, fields):
            near = {part: grid.columns[part].near for part in boxes}
            points = {part: (number, number) for part, number in pinned.items()}
            point = fit({**boxes, **points}, sums, near, steps, ties)
            if point is not None:
                return point
    if few:
        return None
    raise TooHard


def _some(box: Box) -> list[int]:
    low, high = box
    near = min(max(0, low), high)
    return sorted({low, min(low + 1, high), max(high - 1, low), high, near, min(near + 1, high)})


def _comes_true(
    grid: Grid, masks: Sequence[int], riddles: Sequence[int], pinned: Point, fields: Mapping[str, Field]
) -> bool:
    held: dict[str, Value] = {}
    due: dict[str, _Due] = {}
    for number in dict.fromkeys(part for riddle in riddles for part, _ in grid.columns[riddle].parts):
        column = grid.columns[number]
        name = column.variable.name
        if masks[number] == UNSET:
            continue
        if column.variable.kind == "due":
            due[name] = _Due(pinned[number])
        elif number in pinned:
            held[name] = value_of(fields[name], pinned[number])
        else:
            held[name] = column.values[masks[number].bit_length() - 2]
    for riddle in riddles:
        holds = compile_expression(grid.columns[riddle].variable.riddle)(Quietly(held, {}, due)) is True
        if masks[riddle] != (2 if holds else UNSET):
            return False
    return True


class _Due:
    """A promise that runs and is due at an instant."""

    outcome = "running"

    def __init__(self, due: int) -> None:
        self.due = due


# Sums.


def fit(
    boxes: Mapping[int, Box], sums: Sequence[Between], near: Mapping[int, int], steps: Steps, ties: Sequence[Tie] = ()
) -> Point | None:
    """A number of each box so that every sum lies between its ends, and every tie holds; None if there is none."""
    if ties:
        return _tied(dict(boxes), sums, ties, near, steps)
    if not _are_differences(sums):
        return _halved(dict(boxes), sums, ties, near, steps)
    if not steps.take(len(boxes) ** 3 // _TURNS_OF_A_STEP):
        raise Spent
    return _differences(boxes, sums, near)


def _tied(
    boxes: dict[int, Box], sums: Sequence[Between], ties: Sequence[Tie], near: Mapping[int, int], steps: Steps
) -> Point | None:
    """The same with ties, within steps of its own. Raises TooHard where they don't suffice."""
    own = Steps(min(MOST_HALVED, steps.left))
    steps.left -= own.left
    try:
        for apart in _apart(boxes, [tie for tie in ties if tie[1].kind == "moved"]):
            point = _halved(apart, sums, ties, near, own) if _may_fit(apart, sums, ties, near) else None
            if point is not None:
                return point
    except Spent:
        raise TooHard from None
    finally:
        steps.left += max(own.left, 0)
    return None


def _are_differences(sums: Sequence[Between]) -> bool:
    return all(tuple(factor for _, factor in parts) == (1, -1) for parts, _, _ in sums)


def _apart(boxes: dict[int, Box], ties: Sequence[Tie]) -> Iterator[dict[int, Box]]:
    """The days that can be moved first, then those before and behind them, which can't."""
    if not ties:
        yield boxes
        return
    (_, variable, (day,)), *others = ties
    first, last = movable(variable.moves)
    low, high = boxes[day]
    for side in ((max(low, first), min(high, last)), (low, min(high, first - 1)), (max(low, last + 1), high)):
        if side[0] <= side[1]:
            yield from _apart({**boxes, day: side}, others)


def _may_fit(boxes: Mapping[int, Box], sums: Sequence[Between], ties: Sequence[Tie], near: Mapping[int, int]) -> bool:
    """False where the differences alone can't be: those asked for, and of how many days a date is moved."""
    asked = [each for each in sums if _are_differences([each])]
    for number, variable, parts in ties:
        if variable.kind == "moved" and inside(boxes[parts[0]], movable(variable.moves)):
            asked.append((((number, 1), (parts[0], -1)), *days_of(variable.moves)))
    return not asked or _differences(boxes, asked, near) is not None


def _differences(boxes: Mapping[int, Box], sums: Sequence[Between], near: Mapping[int, int]) -> Point | None:
    places = {number: place for place, number in enumerate(boxes, 1)}
    size = len(places) + 1
    most = [[0 if row == column else _FAR for column in range(size)] for row in range(size)]
    for number, (low, high) in boxes.items():
        most[0][places[number]] = high
        most[places[number]][0] = -low
    for ((one, _), (two, _)), low, high in sums:
        a, b = places[one], places[two]
        most[b][a] = min(most[b][a], high)
        most[a][b] = min(most[a][b], -low)
    for middle in range(size):
        _shortened(most, middle)
    if any(most[place][place] < 0 for place in range(size)):
        return None
    return _pinned(most, places, near)


def _shortened(most: list[list[int]], middle: int) -> None:
    """Ways that are shorter through one place."""
    further = most[middle]
    for place, row in enumerate(most):
        through = row[middle]
        if through < _FAR:
            ways = zip(row, further, strict=True)
            most[place] = [way if way <= through + rest else through + rest for way, rest in ways]


def _pinned(most: list[list[int]], places: Mapping[int, int], near: Mapping[int, int]) -> Point:
    """A number for each place in turn, the nearest that the others leave it. Where every way is the shortest, a number
    that is settled changes no way but those from zero and to it."""
    up, down = most[0][:], [row[0] for row in most]
    point: Point = {}
    for number, place in places.items():
        chosen = point[number] = min(max(near[number], -down[place]), up[place])
        up = [min(way, chosen + rest) for way, rest in zip(up, most[place], strict=True)]
        down = [min(way, row[place] - chosen) for way, row in zip(down, most, strict=True)]
    return point


def _halved(
    boxes: dict[int, Box], sums: Sequence[Between], ties: Sequence[Tie], near: Mapping[int, int], steps: Steps
) -> Point | None:
    if not steps.take(_weight(sums)):
        raise Spent
    if not _squeezed(boxes, sums, ties, steps):
        return None
    open_, sides = _sides(boxes, ties, near)
    for side in sides:
        point = _halved({**boxes, open_: side}, sums, ties, near, steps)
        if point is not None:
            return point
    return None if sides else {number: low for number, (low, _) in boxes.items()}


def _sides(boxes: Mapping[int, Box], ties: Sequence[Tie], near: Mapping[int, int]) -> tuple[int, list[Box]]:
    """Which box to divide, and into which; none where each is one number. Of what others are made of, the widest is
    halved: all of it may be impossible. What only sums are made of is tried from the middle outwards."""
    of_ties = dict.fromkeys(part for _, _, parts in ties for part in parts)
    widest = max(of_ties, key=lambda part: boxes[part][1] - boxes[part][0], default=None)
    if widest is not None and boxes[widest][0] < boxes[widest][1]:
        low, high = boxes[widest]
        middle = (low + high) // 2
        halves = [(low, middle), (middle + 1, high)]
        return widest, halves if near[widest] <= middle else halves[::-1]
    open_ = next((number for number, (low, high) in boxes.items() if low < high), None)
    if open_ is None:
        return 0, []
    low, high = boxes[open_]
    middle = min(max(near[open_], low), high)
    tried = ((middle, middle), (middle + 1, high), (low, middle - 1))
    return open_, [side for side in tried if side[0] <= side[1]]


def _weight(sums: Sequence[Between]) -> int:
    return 1 + sum(len(parts) for parts, _, _ in sums) // _PARTS_OF_A_STEP


def _squeezed(boxes: dict[int, Box], sums: Sequence[Between], ties: Sequence[Tie], steps: Steps) -> bool:
    """Narrow the boxes by the ends of the sums and by the ties; whether something is left."""
    weight = _weight(sums) + sum(_WEIGHTS[variable.kind] for _, variable, _ in ties)
    before: dict[int, Box] = {}
    turn = 0
    while boxes != before and not (ties and turn >= _ROUNDS and any(low < high for low, high in boxes.values())):
        if not steps.take(weight):
            raise Spent
        before, turn = boxes.copy(), turn + 1
        if not all(_by_sum(boxes, *each) for each in sums) or not all(_by_tie(boxes, tie) for tie in ties):
            return False
    return True


def _by_sum(boxes: dict[int, Box], parts: tuple[tuple[int, int], ...], low: int, high: int) -> bool:
    """Narrow the first box that a sum narrows; whether it is possible."""
    ends = {number: sorted(end * factor for end in boxes[number]) for number, factor in parts}
    least, most = sum(end[0] for end in ends.values()), sum(end[1] for end in ends.values())
    if least > high or most < low:
        return False
    for number, factor in parts:
        bounds = low - (most - ends[number][1]), high - (least - ends[number][0])
        kept = _divided(bounds, factor)
        box = max(boxes[number][0], kept[0]), min(boxes[number][1], kept[1])
        if box[0] > box[1]:
            return False
        if box != boxes[number]:
            boxes[number] = box
            break
    return True


def _by_tie(boxes: dict[int, Box], tie: Tie) -> bool:
    """Narrow what is made of others by these, and these by it; whether that is possible."""
    number, variable, parts = tie
    ends = image(variable, [boxes[part] for part in parts])
    boxes[number] = max(ends[0], boxes[number][0]), min(ends[1], boxes[number][1])
    if boxes[number][0] > boxes[number][1]:
        return False
    for part, box in zip(parts, parts_within(variable, boxes[number], [boxes[part] for part in parts]), strict=True):
        boxes[part] = box
        if box[0] > box[1]:
            return False
    return True


def _divided(bounds: Box, factor: int) -> Box:
    low, high = bounds if factor > 0 else (-bounds[1], -bounds[0])
    return -(-low // abs(factor)), high // abs(factor)
