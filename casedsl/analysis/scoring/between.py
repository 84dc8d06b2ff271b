"""What is so of numbers that are not looked at one by one.

A number of many values is known by the stretches that no comparison tells apart. Within one, the sum of the terms is
linear in it, and the score is made of straight pieces over the sum: it bends only where an addition begins to be cut
off by its limit, where it has none left to give, and at the ends of the range. So two cases are walked through with
whole stretches in the place of numbers, and their sums go side by side, a fixed distance apart; where a claim holds at
the ends and at every bend of either, it holds in between. Where it doesn't, numbers that make up such a sum are looked
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple, Protocol

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.asking import Asked
from casedsl.analysis.scoring.scored import Result
from casedsl.analysis.scoring.sheet import Sheet, Stretch
from casedsl.analysis.scoring.walks import Placed, Step, Walked, World, walked
from casedsl.analysis.solving.search import Spent, Steps

MOST_BENDS = 2_000
MOST_MOVED = 60
"""Of so many cases the numbers are moved, to see whether one has some score."""
_Answer = Value | Stretch


class Compared(Protocol):
    """As much of a claim as is asked here."""

    @property
    def chosen(self) -> Sequence[tuple[Value, Value]]: ...
    @property
    def unknown(self) -> bool: ...
    def holds(self, one: Result | None, two: Result | None) -> bool: ...


class Side(NamedTuple):
    """One of the two cases; its sum lies between `low` and `high`, both None once it can't be known any more."""

    live: tuple[_Answer, ...]
    low: int | None
    high: int | None
    mask: int


class Sides(NamedTuple):
    """Two cases. `level`: whatever the numbers are, their sums are the same distance apart."""

    one: Side
    two: Side
    level: bool


class Verdict(NamedTuple):
    """Whether a claim is proved for all numbers; if not, perhaps the answers of two cases against it."""

    proved: bool
    against: tuple[Mapping[str, Value], Mapping[str, Value]] | None = None


_START = Side((), 0, 0, 0)


def between(asked: Asked, name: str, claim: Compared) -> Verdict:
    """A claim about a field, for all numbers."""
    if asked.sheet.rough or all(step.slot.name != name for step in asked.walk):
        return Verdict(False)

    def judge(steps: Steps) -> Verdict:
        found = walked(asked.walk, Sides(_START, _START, True), _Onward(asked, name, claim), steps)
        return _judged(asked, claim, found, steps)

    return asked.counted(judge) or Verdict(False)


class _Onward:
    """From two sides to those behind a step."""

    def __init__(self, asked: Asked, name: str, claim: Compared) -> None:
        self.name, self.claim = name, claim
        places = {step.slot.name: number for number, step in enumerate(asked.walk)}
        self.above = {each for each, place in places.items() if place < places[name]}

    def __call__(self, step: Step, sides: Sides) -> Iterator[tuple[Sides, _Answer, _Answer]]:
        for one, other in self._answers(step):
            first, here = _taken(step, sides.one, one)
            second, there = _taken(step, sides.two, other)
            lost = (first.low is None) + (second.low is None)
            if lost < (2 if self.claim.unknown else 1) and (step.slot.name in self.above or first != second):
                level = sides.level and all(map(_alike, here, there))
                yield Sides(first, second, level), one, other

    def _answers(self, step: Step) -> Iterator[tuple[_Answer, _Answer]]:
        slot = step.slot
        if slot.name == self.name:
            yield from self.claim.chosen
        elif not slot.stretches:
            yield from ((value, value) for value in slot.values)
        else:
            yield from ((None, None),) if None in slot.values else ()
            yield from ((stretch, stretch) for stretch in slot.stretches)


class _Points(NamedTuple):
    """What a term comes to, and what it is made of."""

    low: int
    high: int
    read: tuple[_Answer, ...]


def _alike(one: _Points | None, two: _Points | None) -> bool:
    """Whether a term adds the same to both cases, or a fixed number to each."""
    if one is None or two is None:
        return False
    return one.read == two.read or (one.low == one.high and two.low == two.high)


def _taken(step: Step, side: Side, answer: _Answer) -> tuple[Side, list[_Points | None]]:
    if step.asked is not None and step.asked.at(_lowest(side.live)) is not True:
        answer = step.slot.default
    values = (*side.live, answer)
    points = [_ends(term, values) for term in step.terms]
    known = [each for each in points if each is not None]
    mask, read = side.mask, _lowest(values)
    for atom in step.atoms:
        mask |= atom.bit if atom.at(read) is True else 0
    live = tuple(values[place] for place in step.kept)
    if side.low is None or side.high is None or len(known) < len(points):
        return Side(live, None, None, mask), points
    low, high = (sum(each) for each in ((side.low, *(p.low for p in known)), (side.high, *(p.high for p in known))))
    return Side(live, low, high, mask), points


def _lowest(values: Iterable[_Answer]) -> tuple[Value, ...]:
    return tuple(value.low if isinstance(value, Stretch) else value for value in values)


def _ends(term: Placed, values: Sequence[_Answer]) -> _Points | None:
    """A term is linear in each of its numbers, so its ends lie at their ends."""
    read = tuple(values[place] for place in term.places)
    choices = [(each.low, each.high) if isinstance(each, Stretch) else (each,) for each in read]
    points = [term.part.at(each) for each in product(*choices)]
    known = [each for each in points if isinstance(each, int)]
    return _Points(min(known), max(known), read) if len(known) == len(points) else None


def _judged(asked: Asked, claim: Compared, found: Walked[Sides, _Answer], steps: Steps) -> Verdict:
    proved = True
    for sides in found.ends:
        wrong = _wrong_at(asked, claim, sides, steps)
        if wrong is None:
            continue
        proved = False
        two = None if wrong is _SOMEWHERE else _made_up(asked, claim, found, sides, wrong)
        if two is not None:
            return Verdict(False, two)
    return Verdict(proved)


_SOMEWHERE = -(1 << 70)
"""No sum of any case: what is claimed may be wrong, and it isn't known where."""


def _wrong_at(asked: Asked, claim: Compared, sides: Sides, steps: Steps) -> int | None:
    """A sum of the first case with which a claim is wrong; None where there is none."""
    (_, low, high, mask), (_, low_two, high_two, mask_two), level = sides
    if low is None or high is None or low_two is None or high_two is None:
        return _SOMEWHERE
    if not level:
        corners = [(low, low_two), (low, high_two), (high, low_two), (high, high_two)]
        return None if all(_fits(asked, claim, mask, mask_two, *each) for each in corners) else _SOMEWHERE
    bends, others = bends_of(asked.sheet, mask), bends_of(asked.sheet, mask_two)
    if bends is None or others is None:
        return _SOMEWHERE
    apart = low_two - low
    sums = sorted(each for each in {low, high, *bends, *(each - apart for each in others)} if low <= each <= high)
    if not steps.take(len(sums)):
        raise Spent
    return next((each for each in sums if not _fits(asked, claim, mask, mask_two, each, each + apart)), None)


def _fits(asked: Asked, claim: Compared, mask: int, mask_two: int, one: int, two: int) -> bool:
    result = asked.reckoner.result
    return claim.holds(result(World((), one, mask)), result(World((), two, mask_two)))


def bends_of(sheet: Sheet, mask: int) -> frozenset[int] | None:
    """The sums of the terms between which the score, and what it ages to, are straight; some more may be among them.
    None where there are too many."""
    ages = (min(plus.row.up_to, sheet.priority.high) for plus in sheet.ages if plus.holds(mask))
    found = {sheet.priority.low, sheet.priority.high, *ages}
    for plus in reversed(sheet.additions):
        if plus.holds(mask):
            points, limit = plus.row.points, plus.row.up_to
            found |= {each - points for each in found} | {limit - points, limit}
        if len(found) > MOST_BENDS:
            return None
    return frozenset(found)


def _made_up(
    asked: Asked, claim: Compared, found: Walked[Sides, _Answer], sides: Sides, wanted: int
) -> tuple[Mapping[str, Value], Mapping[str, Value]] | None:
    """The answers of two cases against a claim, the first of them with a sum as near as can be to the one wanted."""
    ways = found.answers(sides, asked.walk)
    one, two = (dict(zip(way, _lowest(way.values()), strict=True)) for way in ways)
    for name, stretch in ways[0].items():
        if isinstance(stretch, Stretch):
            low, high = (asked.world({**one, name: end}).sum for end in stretch)
            if low is None or high is None or low == high:
                continue
            slope = (high - low) // (stretch.high - stretch.low)
            one[name] = two[name] = stretch.low + min(max((wanted - low) // slope, 0), stretch.high - stretch.low)
    if any(asked.world(each).barred for each in (one, two)) or claim.holds(asked.one(one), asked.one(two)):
        return None
    return one, two


# Scores that some case has.


def misses(asked: Asked, low: int, end: int) -> bool:
    """Whether no case has a score from one number up to another, whatever lies between the values looked at: of all
    cases in which the same comparisons hold, those with the least and the largest sum lie on one side."""
    sums: dict[int, list[int]] = {}
    for world in asked.ends.ends if asked.ends else ():
        if world.sum is not None:
            sums.setdefault(world.mask, []).append(world.sum)
    for mask, known in sums.items():
        least, most = (asked.reckoner.result(World((), each, mask)) for each in (min(known), max(known)))
        if least is None or most is None or (least.score < end and low <= most.later):
            return False
    return True


def meets(asked: Asked, low: int, end: int) -> bool:
    """Whether some case is found that has a score from one number up to another, by moving numbers in their
    stretches."""
    for world in islice(asked.ends.ends if asked.ends else (), MOST_MOVED):
        if asked.purse.left <= 0:
            break
        answers = asked.ends.answers(world, asked.walk)[0] if asked.ends else {}
        for slot in asked.sheet.slots:
            value = answers.get(slot.name)
            stretch = next((each for each in slot.stretches if value is not None and _inside(value, each)), None)
            if stretch is not None and _crosses(asked, {**answers}, slot.name, stretch, low, end):
                return True
    return False


def _inside(value: Value, stretch: Stretch) -> bool:
    return isinstance(value, int) and stretch.low <= value <= stretch.high


def _crosses(asked: Asked, answers: dict[str, Value], name: str, stretch: Stretch, low: int, end: int) -> bool:
    """Whether a score is met while a number goes through its stretch, rising or falling all the way."""

    def at(number: int) -> Result | None:
        answers[name] = number
        return asked.one(answers)

    first, last = stretch
    one, two = at(first), at(last)
    if one is None or two is None:
        return False
    rising = one.sum <= two.sum
    while first <= last:
        middle = (first + last) // 2
        found = at(middle)
        if found is None:
            return False
        if found.score < end and low <= found.later:
            return True
        first, last = (middle + 1, last) if (found.later < low) == rising else (first, middle - 1)
    return False
