"""What all questions about a priority share: its two sheets, the walks that were made, the steps that are left.

What must be so for every case is asked about cases that have lived through anything; a case that is shown has lived
through nothing yet, so that it can be opened as it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, pairwise, product
from typing import TypeVar

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.records import Scored
from casedsl.analysis.scoring.scored import Reckoner, Result, lifted, scored
from casedsl.analysis.scoring.sheet import Part, Plus, Sheet, Slot
from casedsl.analysis.scoring.walks import Two, Walk, Walked, World, cases, pairs, settled, walk_of
from casedsl.analysis.solving.search import Spent, Steps

Found = TypeVar("Found")

MOST_STEPS = 60_000
"""For all questions about one priority together."""
OF_A_WALK = 30_000
OF_AN_OPINION = 2_000
MOST_PAIRED = 12
MOST_IN_A_TERM = 2_000


class Asked:
    """A sheet, with what has been found out about it."""

    def __init__(self, sheet: Sheet, purse: Steps) -> None:
        self.sheet, self.purse = sheet, purse
        self.reckoner = Reckoner(sheet)

    @cached_property
    def walk(self) -> Walk:
        return walk_of(self.sheet, self.sheet.terms, range(len(self.sheet.atoms)), self.sheet.bounds)

    @cached_property
    def ends(self) -> Walked[World, Value] | None:
        """All cases; None where there are too many."""
        return self.counted(lambda steps: cases(self.walk, steps))

    def pairs(
        self,
        name: str,
        chosen: Sequence[tuple[Value, Value]],
        unknown: bool,
        most: int = OF_A_WALK,
        walk: Walk | None = None,
    ) -> Walked[Two, Value] | None:
        """All pairs of cases in which one field differs, on all of the walk or another; None if too many."""
        walk = self.walk if walk is None else walk
        if all(step.slot.name != name for step in walk):
            return None
        return self.counted(lambda steps: pairs(walk, name, chosen, steps, unknown), most)

    @property
    def weight(self) -> int:
        """What a step costs: more where more follows from an answer."""
        sheet = self.sheet
        return 1 + (len(sheet.terms) + len(sheet.atoms) + len(sheet.additions) + len(sheet.ages)) // 10

    def counted(self, walked: Callable[[Steps], Found], most: int = OF_A_WALK) -> Found | None:
        """What comes of some steps; None where they don't suffice."""
        given = max(0, min(most, self.purse.left)) // self.weight
        steps = Steps(given)
        try:
            return walked(steps)
        except Spent:
            return None
        finally:
            self.purse.left -= (given - max(steps.left, 0)) * self.weight

    @cached_property
    def known(self) -> tuple[tuple[World, Result], ...]:
        """What each case with a known priority is worth."""
        worlds = self.ends.ends if self.ends else ()
        return tuple((world, result) for world in worlds if (result := self.reckoner.result(world)) is not None)

    def told(self, world: World, result: Result) -> Scored:
        assert self.ends is not None
        return scored(self.sheet, self.ends.answers(world, self.walk)[0], result)

    def one(self, answers: Mapping[str, Value]) -> Result | None:
        """What a single case is worth."""
        return self.reckoner.result(self.world(answers))

    def world(self, answers: Mapping[str, Value]) -> World:
        """Where a single case ends: as at the end of the walk, but with all that follows from it worked out at once."""
        self.purse.left -= len(self.walk) * self.weight // 4
        held = settled(self.sheet, answers)

        def at(part: Part) -> Value:
            return part.at(tuple(map(held.__getitem__, part.reads)))

        points = [each for term in self.sheet.terms if isinstance(each := at(term), int)]
        mask = sum(1 << number for number, atom in enumerate(self.sheet.atoms) if at(atom) is True)
        barred = any(at(bound) is not True for bound in self.sheet.bounds)
        return World((), sum(points) if len(points) == len(self.sheet.terms) else None, mask, barred)

    @cached_property
    def ladder(self) -> tuple[tuple[dict[str, Value], Result], ...]:
        """Some cases, from one that scores little to one that scores much, a field at a time."""
        answers, high = self._climbed(-1), self._climbed(1)
        found = [(answers, self.one(answers))]
        for name, value in high.items():
            if self.purse.left <= 0:
                break
            answers = {**answers, name: value}
            found.append((answers, self.one(answers)))
        return tuple((case, result) for case, result in found if result is not None)

    def _climbed(self, sign: int) -> dict[str, Value]:
        """A case that none of some changes makes score more (or, with -1, less): another answer to one question, or
        those with which an addition holds."""
        answers: dict[str, Value] = {slot.name: slot.known[0] for slot in self.sheet.slots if slot.known}
        best = self._height(answers, sign)
        for change in (*self._changes, *self._changes):
            if self.purse.left < MOST_STEPS // 2:
                break
            height = self._height({**answers, **change}, sign)
            if height > best:
                answers, best = {**answers, **change}, height
        return answers

    @cached_property
    def _changes(self) -> tuple[dict[str, Value], ...]:
        alone = [{slot.name: value} for slot in self.sheet.slots for value in slot.known]
        return (*(found for plus in self.sheet.additions if (found := self._holding(plus))), *alone)

    def _holding(self, plus: Plus) -> dict[str, Value]:
        """Answers with which an addition holds; none, where that takes long to find out."""
        walk = walk_of(self.sheet, (), plus.atoms(), self.sheet.bounds)
        found = self.counted(lambda steps: cases(walk, steps), OF_AN_OPINION)
        if found is None or plus.when is None:
            return {}
        for world in found.ends:
            if plus.holds(world.mask):
                return {name: value for name, value in found.answers(world, walk)[0].items() if value is not None}
        return {}

    def _height(self, answers: Mapping[str, Value], sign: int) -> int:
        result = self.one(answers)
        return -(1 << 60) if result is None else sign * result.sum

    @cached_property
    def bounds(self) -> tuple[int, int] | None:
        """Two numbers between which the sum of the terms lies; None where they are not known without a walk."""
        low = high = 0
        for term in self.sheet.terms:
            slots = [slot for name in term.reads if (slot := self.sheet.slot(name))]
            if self.sheet.rough or not _few(slots):
                return None
            points = [each for each in _points(term, slots) if each is not None]
            low, high = low + min(points, default=0), high + max(points, default=0)
        return low, high

    @cached_property
    def tops(self) -> tuple[int, ...] | None:
        """What the sum is at most before each addition, and behind them all."""
        if self.bounds is None:
            return None
        found = [self.bounds[1]]
        for plus in self.sheet.additions:
            found.append(lifted(plus, found[-1]))
        return tuple(found)


def _few(slots: Iterable[Slot]) -> bool:
    size = 1
    for slot in slots:
        size *= len(slot.values)
    return size <= MOST_IN_A_TERM


def _points(term: Part, slots: Sequence[Slot]) -> Iterator[int | None]:
    for values in product(*(slot.values for slot in slots)):
        points = term.at(values)
        yield points if isinstance(points, int) else None


def paired(values: Sequence[Value], slot: Slot, decides: bool) -> list[tuple[Value, Value]]:
    """Pairs of values of a field, the second one more: neighbours, and where it decides what is asked also those
    between which the priority may be unknown."""
    if not decides:
        return neighbours(values, slot)
    if len(values) <= MOST_PAIRED:
        return [*combinations(values, 2)]
    ends = [each for each in values if each is None or each in slot.ends]
    return list(dict.fromkeys((*neighbours(values, slot), *combinations(ends, 2))))


def neighbours(values: Sequence[Value], slot: Slot) -> list[tuple[Value, Value]]:
    """Pairs of values that follow each other. Where the first after *unset* may be barred, each follows it."""
    unset = ((None, value) for value in values[2:] if values[0] is None and slot.bounded)
    return [*pairwise(values), *unset]
