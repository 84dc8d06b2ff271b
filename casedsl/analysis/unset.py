"""Where something reads a field that may be unset though it is asked, and a way on which it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeAlias

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.guards import Asker, Guard, Looked, with_atoms
from casedsl.analysis.implied import read_by
from casedsl.analysis.known import MAYBE, Known, Place, expressions_of, level_after, opening, with_deciders
from casedsl.analysis.parts import Part
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import can_happen
from casedsl.model.records import Field

MOST_WAYS = 12
"""How many ways are tried before it is said that it is not decided."""
MOST_TIMES = 4
_PLACES_OF_A_STEP = 2
YES: Expression = ("const", True)
_NO: Expression = ("const", False)


class Unset(Struct, frozen=True):
    """A guard whose answer hangs on a field that can be unset: the parts that read it, and a way to the state."""

    guard: Guard
    field: Field
    parts: tuple[Part, ...]
    state: str
    way: tuple[Passage, ...]


def unset_in(looked: Looked, known: Known, ask: Asker) -> Iterator[Unset]:
    """The fields of a line's guards that may be unset, each once, at the first guard that hangs on it."""
    said: set[str] = set()
    for place, guard in enumerate(looked.guards):
        for name in guard.formula.reads:
            if name in said or looked.facts[name].level != MAYBE:
                continue
            if ask.purse.left <= 0:
                ask.open[guard.span] = guard
                continue
            parts = tuple(atom for atom in guard.part.atoms() if name in read_by(atom.expression))
            field = known.fields[name]
            if parts and ask.possible(_claims(guard, looked.guards[:place], field, looked, ask), guard):
                said.add(name)
                claims = _claims(guard, looked.guards[:place], field, looked, ask)
                lost = partial(_asked_anew, field=field, looked=looked)
                claims += [set_if_asked(known.fields[each]) for each in sorted(looked.demands)]
                found = proved_way(known, field, looked.states, lost, looked.needs, claims, ask.purse)
                if found is not None:
                    yield Unset(guard, field, parts, *found)
                else:
                    ask.open[guard.span] = guard


def _asked_anew(level: int, field: Field, looked: Looked) -> bool:
    """Whether a field may be unset when what the line needs has been given, some of which may decide whether it is
    asked."""
    decided = field.asked_when is not None and not looked.needs.isdisjoint(field.asked_when.reads)
    return (max(level - 1, MAYBE) if decided and field.default is None else level) == MAYBE


def set_if_asked(field: Field) -> Expression:
    return ("or", ("is set", field.name), ("not", field.asked_when.expression if field.asked_when else YES))


def _claims(guard: Guard, before: tuple[Guard, ...], field: Field, looked: Looked, ask: Asker) -> list[Expression]:
    """What is so where a guard is looked at while the field is unset, and would say otherwise if the field said so."""
    name = field.name

    def generous(atom: Part, holds: bool) -> Expression:
        return (YES if holds else _NO) if name in read_by(atom.expression) else atom.expression

    def strict(atom: Part, holds: bool) -> Expression:
        return (_NO if holds else YES) if name in read_by(atom.expression) else atom.expression

    others = with_deciders(frozenset(guard.formula.reads), ask.fields) - {name}
    parts: list[Expression] = [*expressions_of(looked.facts, others, ask.fields), ("not set", name)]
    if field.asked_when is not None:
        parts.append(field.asked_when.expression)
    parts.extend(other.expression if other.of == "event" else ("not", other.expression) for other in before)
    parts += [with_atoms(guard.part, generous), ("not", with_atoms(guard.part, strict))]
    return parts


def proved_way(
    known: Known,
    field: Field,
    states: Collection[str],
    unset: Callable[[int], bool],
    needs: Collection[str],
    claims: Sequence[Expression],
    purse: Steps,
    then: tuple[Passage, ...] = (),
) -> tuple[str, tuple[Passage, ...]] | None:
    """A way to one of some states, and on, on which some claims about an unset field come true in some case: one of the
    shortest that facts allow."""
    for state, way in islice(ways_without(known, field, states, unset, purse), MOST_WAYS):
        whole = (*way, *then)
        if can_happen(known, field, whole, whole[-1].target if whole else state, needs, claims, purse):
            return state, whole
    return None


def ways_without(
    known: Known, field: Field, states: Collection[str], unset: Callable[[int], bool], purse: Steps
) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """Ways to one of some states on which a field comes to a level at which it counts as unset, the shortest first:
    breadth first over places together with that level, some of them more than once."""
    queue: list[tuple[_Stage, tuple[Passage, ...]]] = [
        ((known.first, _here(known, known.first, field, opening(field).level)), ())
    ]
    met: dict[_Stage, int] = {}
    for number, (at, way) in enumerate(queue):
        if number % _PLACES_OF_A_STEP == 0 and not purse.take():
            return
        place, now = at
        if place.state in states and unset(now):
            yield place.state, way
        for passage, target in known.onward(place):
            if target in known.at:
                level = level_after(passage, field, now, known.at[place], known.fields)
                after = target, _here(known, target, field, level)
                met[after] = met.get(after, 0) + 1
                if met[after] <= MOST_TIMES:
                    queue.append((after, (*way, passage)))


_Stage: TypeAlias = tuple[Place, int]


def _here(known: Known, place: Place, field: Field, level: int) -> int:
    return MAYBE if field.name in known.amended[place.state] and field.default is None else level
