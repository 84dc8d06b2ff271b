"""All cases of a sheet, one field after the other; what the score can't tell apart any more is one.

After each field a *world* is what the fields still to come need to know of those before (`live`), the sum of the terms
so far and the comparisons that have come true. So the number of worlds hangs on the sums that there can be, and not on
how many fields make them. A pair of worlds is two cases to which everybody answers alike but for one field; it is
dropped as soon as the two are one.

Each step from a world is counted, so no priority takes for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.analysis.scoring.sheet import Part, Sheet, Slot
from casedsl.analysis.solving.search import Spent, Steps

Values: TypeAlias = tuple[Value, ...]


class World(NamedTuple):
    """Cases that the rest of a walk can't tell apart. `sum` is None as soon as the priority can't be known any more;
    `barred` are values that can't stand beside each other, so that there is no such case."""

    live: Values
    sum: int | None
    mask: int
    barred: bool = False


START = World((), 0, 0)
_BOUND = -1
Two: TypeAlias = tuple[World, World]


class Placed(NamedTuple):
    """A part, and where the values that it reads stand."""

    part: Part
    places: tuple[int, ...]
    bit: int

    def at(self, values: Values) -> Value:
        return self.part.at(tuple(map(values.__getitem__, self.places)))


class Step(NamedTuple):
    """What happens at a slot: whether it is asked, which parts are known then, and what must be remembered."""

    slot: Slot
    asked: Placed | None
    terms: tuple[Placed, ...]
    atoms: tuple[Placed, ...]
    bounds: tuple[Placed, ...]
    kept: tuple[int, ...]


Walk: TypeAlias = tuple[Step, ...]


def walk_of(sheet: Sheet, terms: Sequence[Part], atoms: Collection[int], bounds: Sequence[Part] = ()) -> Walk:
    """The walk through the slots on which some parts hang; among all cases, or those in which `bounds` hold."""
    slots = _needed(sheet, [*terms, *(sheet.atoms[number] for number in atoms), *bounds])
    last = {slot.name: place for place, slot in enumerate(slots)}
    parts = [(term, 0) for term in terms] + [(sheet.atoms[number], 1 << number) for number in sorted(atoms)]
    parts += [(bound, _BOUND) for bound in bounds]
    due = [max((last[name] for name in part.reads), default=0) for part, _ in parts]
    live: tuple[str, ...] = ()
    steps = []
    for place, slot in enumerate(slots):
        known = (*live, slot.name)
        here = [(part, bit) for (part, bit), when in zip(parts, due, strict=True) if when == place]
        placed = [Placed(part, tuple(map(known.index, part.reads)), bit) for part, bit in here]
        asked = None if slot.asked is None else Placed(slot.asked, tuple(map(live.index, slot.asked.reads)), 0)
        later = {name for (part, _), when in zip(parts, due, strict=True) if when > place for name in part.reads}
        later |= {name for each in slots[place + 1 :] if each.asked for name in each.asked.reads}
        kept = tuple(number for number, name in enumerate(known) if name in later)
        live = tuple(known[number] for number in kept)
        counted = tuple(each for each in placed if each.bit == 0)
        compared = tuple(each for each in placed if each.bit > 0)
        steps.append(Step(slot, asked, counted, compared, tuple(each for each in placed if each.bit == _BOUND), kept))
    return tuple(steps)


def _needed(sheet: Sheet, parts: Iterable[Part]) -> list[Slot]:
    """The slots that parts read, and those that decide whether they are asked; one at least, for what reads nothing."""
    wanted = {name for part in parts for name in part.reads}
    for slot in reversed(sheet.slots):
        if slot.name in wanted and slot.asked is not None:
            wanted.update(slot.asked.reads)
    return [slot for slot in sheet.slots if slot.name in wanted] or [*sheet.slots[:1]]


def taken(step: Step, world: World, answer: Value) -> World:
    """The world after an answer; a field that isn't asked stays as if nobody had said anything."""
    if step.asked is not None and step.asked.at(world.live) is not True:
        answer = step.slot.default
    values = (*world.live, answer)
    total, mask = world.sum, world.mask
    for term in step.terms:
        points = term.at(values)
        total = total + points if total is not None and isinstance(points, int) else None
    for atom in step.atoms:
        mask |= atom.bit if atom.at(values) is True else 0
    barred = world.barred or any(bound.at(values) is not True for bound in step.bounds)
    return World(tuple(map(values.__getitem__, step.kept)), total, mask, barred)


K = TypeVar("K")
A = TypeVar("A")


class Walked(Struct, Generic[K, A]):
    """The ends of a walk, and behind each step where every end comes from: what came before it, and the answers."""

    layers: list[dict[K, tuple[K, A, A]]]

    @property
    def ends(self) -> Iterable[K]:
        return self.layers[-1]

    def answers(self, end: K, walk: Walk) -> tuple[dict[str, A], dict[str, A]]:
        """The answers that lead to an end, in the first and in the second case."""
        one, two = dict[str, A](), dict[str, A]()
        for step, layer in zip(reversed(walk), reversed(self.layers), strict=True):
            end, one[step.slot.name], two[step.slot.name] = layer[end]
        return one, two


def walked(walk: Walk, start: K, onward: Callable[[Step, K], Iterator[tuple[K, A, A]]], purse: Steps) -> Walked[K, A]:
    """Every end of a walk. Raises Spent."""
    layers: list[dict[K, tuple[K, A, A]]] = []
    before: Iterable[K] = (start,)
    for step in walk:
        layer: dict[K, tuple[K, A, A]] = {}
        for place in before:
            if not purse.take(len(step.slot.values)):
                raise Spent
            for new, one, two in onward(step, place):
                if new not in layer:
                    layer[new] = (place, one, two)
        layers.append(layer)
        before = layer
    return Walked(layers)


def cases(walk: Walk, purse: Steps) -> Walked[World, Value]:
    """All cases whose priority is known. Raises Spent."""

    def onward(step: Step, world: World) -> Iterator[tuple[World, Value, Value]]:
        for answer in step.slot.values:
            new = taken(step, world, answer)
            if new.sum is not None and not new.barred:
                yield new, answer, answer

    return walked(walk, START, onward, purse)


def pairs(
    walk: Walk, name: str, chosen: Sequence[tuple[Value, Value]], purse: Steps, unknown: bool
) -> Walked[Two, Value]:
    """All pairs of cases in which one field is answered in two ways; `unknown`: also those of which one has no known
    priority. Raises Spent."""
    places = {step.slot.name: number for number, step in enumerate(walk)}

    def both(step: Step) -> Iterable[tuple[Value, Value]]:
        return chosen if step.slot.name == name else ((answer, answer) for answer in step.slot.values)

    def onward(step: Step, two: Two) -> Iterator[tuple[Two, Value, Value]]:
        above = places[step.slot.name] < places[name]
        for one, other in both(step):
            first = taken(step, two[0], one)
            second = first if above else taken(step, two[1], other)
            lost = (first.sum is None) + (second.sum is None) + 2 * (first.barred or second.barred)
            if lost < (2 if unknown else 1) and (above or first != second):
                yield (first, second), one, other

    return walked(walk, (START, START), onward, purse)


def settled(sheet: Sheet, answers: Mapping[str, Value]) -> dict[str, Value]:
    """What the fields of a case hold that is opened with some answers."""
    held: dict[str, Value] = {}
    for slot in sheet.slots:
        asked = slot.asked is None or slot.asked.at(tuple(held[name] for name in slot.asked.reads)) is True
        held[slot.name] = answers.get(slot.name, slot.default) if asked else slot.default
    return held
