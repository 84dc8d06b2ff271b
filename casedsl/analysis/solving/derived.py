"""Products of fields and dates moved by months: between which ends one lies when its parts do, and the other way round.

Where each part is one number, so is what is made of them: narrowing decides, if only the parts are halved often enough.
A date that can't be moved counts as the last one that can; what reads it is false, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import TypeAlias

from casedsl.analysis.solving.months import Moves, first_day, movable, moved
from casedsl.analysis.solving.reading import Variable

Box: TypeAlias = tuple[int, int]
"""The ends between which a number lies."""


def image(variable: Variable, boxes: Sequence[Box]) -> Box:
    """The ends of a product or a moved date, from those of its parts."""
    if variable.kind == "moved":
        return _moved_by(boxes[0][0], variable.moves), _moved_by(boxes[0][1], variable.moves)
    low = high = 1
    for (_, often), box in zip(variable.parts, boxes, strict=True):
        low, high = _times((low, high), _power(box, often))
    return low, high


def parts_within(variable: Variable, box: Box, boxes: Sequence[Box]) -> Iterator[Box]:
    """The ends that are left of each part when what is made of them lies in a box; empty where low is above high."""
    if variable.kind == "moved":
        yield _before_moving(variable.moves, box, boxes[0])
        return
    for place, (_, often) in enumerate(variable.parts):
        others = _without(variable, boxes, place)
        cut = _divided(box, others) if often == 1 and not others[0] <= 0 <= others[1] else None
        yield boxes[place] if cut is None else (max(cut[0], boxes[place][0]), min(cut[1], boxes[place][1]))


def _without(variable: Variable, boxes: Sequence[Box], part: int) -> Box:
    """The ends of a product, one of its parts left out."""
    rest = variable.parts[:part] + variable.parts[part + 1 :]
    return image(variable._replace(parts=rest), [*boxes[:part], *boxes[part + 1 :]])


def inside(box: Box, other: Box) -> bool:
    return other[0] <= box[0] and box[1] <= other[1]


def _times(one: Box, two: Box) -> Box:
    ends = [left * right for left in one for right in two]
    return min(ends), max(ends)


def _power(box: Box, often: int) -> Box:
    low, high = sorted(prod([end] * often) for end in box)
    return (0, high) if often % 2 == 0 and box[0] <= 0 <= box[1] else (low, high)


def _divided(box: Box, by: Box) -> Box:
    """The whole numbers that, multiplied with some number of `by`, which has no nought in it, can come into a box."""
    ends = [(end, divisor) if divisor > 0 else (-end, -divisor) for end in box for divisor in by]
    return min(-(-end // divisor) for end, divisor in ends), max(end // divisor for end, divisor in ends)


def _moved_by(day: int, moves: Moves) -> int:
    first, last = movable(moves)
    return moved(min(max(day, first), last), moves)


def _before_moving(moves: Moves, box: Box, days: Box) -> Box:
    first, last = movable(moves)
    low = first_day((first, last), lambda day: moved(day, moves) >= box[0])
    high = first_day((first, last), lambda day: moved(day, moves) > box[1]) - 1
    return max(days[0], low) if low > first else days[0], min(days[1], high) if high < last else days[1]
