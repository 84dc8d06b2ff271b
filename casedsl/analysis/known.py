"""What is known of each field in each state: whether it is set, and which values it can have.

A forward analysis over the ways that a case can take: it begins with anything that an opening may give, and what
several ways bring is joined, so what is said of a state holds for every case in it, whatever its people have done
there.

A field that is not asked is unset for a good reason. So there are three levels: surely set, set if it is asked, and
maybe unset though it is asked. An amendment may change a value. That it takes one away counts for no level, else every
field that may be amended would be called unset; but nothing is proved on it that such a field is set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.bounds import bounds_of, linked
from casedsl.analysis.graph import Graph
from casedsl.analysis.implied import dependents, values_of
from casedsl.analysis.passages import Passage
from casedsl.model.fields import constant_of
from casedsl.model.records import CaseType, Field, Setting

SURE, IF_ASKED, MAYBE = 2, 1, 0


class Fact(Struct, frozen=True):
    """What is known of a field: its level, its values besides unset (None: it has too many to be counted), and whether
    an amendment may have taken it away (`gone`)."""

    level: int
    values: frozenset[Value] | None
    gone: bool = False


Facts = Mapping[str, Fact]


class Place(NamedTuple):
    """A state; of a side step also the state that it interrupts, to which `-> back` leads."""

    state: str
    behind: str | None = None


class Known(Struct, frozen=True):
    """The facts about each state that a case can get to, and the passages between these.

    Attributes:
      at: the facts that hold all the time while a case is in a place.
      inside: the same for a state, whatever it interrupts.
      sides: the side steps.
      amendable: per state, the fields that somebody may amend.
      amended: per state, the fields that may become asked, or not asked, because somebody amends what decides it.
      apart: the fields of which no opening gives both.
    """

    fields: Mapping[str, Field]
    first: Place
    at: Mapping[Place, Facts]
    inside: Mapping[str, Facts]
    passages: Mapping[str, tuple[Passage, ...]]
    sides: frozenset[str]
    amended: Mapping[str, frozenset[str]]
    amendable: Mapping[str, frozenset[str]]
    apart: tuple[tuple[str, str], ...] = ()

    def onward(self, place: Place) -> Iterator[tuple[Passage, Place]]:
        """The passages out of a place, and where each leads."""
        return onward(place, self.passages, self.sides)


def onward(
    place: Place, passages: Mapping[str, tuple[Passage, ...]], sides: frozenset[str]
) -> Iterator[tuple[Passage, Place]]:
    """The passages out of a place, and where each leads: back leads to what was interrupted and nowhere else."""
    for passage in passages[place.state]:
        target = passage.target
        if passage.back and target != place.behind:
            continue
        if target in sides:
            yield passage, Place(target, place.behind if place.state in sides else place.state)
        else:
            yield passage, Place(target)


def known_of(case_type: CaseType, graph: Graph, passages: Mapping[str, tuple[Passage, ...]]) -> Known:
    """The facts, as far as cases get; a passage that the facts exclude leads nowhere."""
    fields = case_type.fields
    after = dependents(fields)
    amendable = {state: frozenset(_amendable(case_type, state)) for state in case_type.states}
    amended = {state: frozenset[str]().union(*(after[name] for name in names)) for state, names in amendable.items()}
    first = Place(graph.first)

    def settled(facts: Facts, place: Place) -> Facts:
        return _settled(facts, fields, amended[place.state], amendable[place.state])

    at: dict[Place, Facts] = {first: settled({name: opening(field) for name, field in fields.items()}, first)}
    queue = [first]
    while queue:
        place = queue.pop(0)
        for passage, target in onward(place, passages, graph.sides):
            brought = brought_by(passage, at[place], fields)
            if brought is None:
                continue
            known = at.get(target)
            new = settled(brought if known is None else _joined(known, brought), target)
            if new != known:
                at[target] = new
                if target not in queue:
                    queue.append(target)
    return Known(fields, first, at, _by_state(case_type, at), passages, graph.sides, amended, amendable)


def _by_state(case_type: CaseType, at: Mapping[Place, Facts]) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for place, facts in at.items():
        known = found.get(place.state)
        found[place.state] = facts if known is None else _joined(known, facts)
    return {state: found[state] for state in case_type.states if state in found}


def opening(field: Field) -> Fact:
    """What is known of a field of a case that was just opened."""
    return Fact(SURE if field.default is not None else MAYBE, _all(field))


def level_after(passage: Passage, field: Field, level: int, before: Facts, fields: Mapping[str, Field]) -> int:
    """The level of a field behind a passage."""
    name, has_default = field.name, field.default is not None
    if name in passage.asked and not has_default:
        level = max(level - 1, MAYBE)
    if name in passage.needs or name in passage.demands:
        level = max(level, SURE if field.asked_when is None or has_default else IF_ASKED)
    if name in passage.sure:
        level = SURE
    if name in passage.clears:
        level = SURE if has_default else MAYBE
    if name in passage.sets:
        level = _level_set(passage, field, passage.sets[name], before, fields)
    if name in passage.acted and not has_default:
        level = max(level - 1, MAYBE)
    return level


def _level_set(passage: Passage, field: Field, setting: Setting, before: Facts, fields: Mapping[str, Field]) -> int:
    """A field that is set from others is set if these are, when the line has cleared what it clears."""
    asking = replace(passage, sets={}, acted=frozenset())
    read = setting.value.reads
    levels = (level_after(asking, fields[name], before[name].level, before, fields) for name in read)
    if setting.value.promises or any(level != SURE for level in levels):
        return MAYBE
    return SURE if field.asked_when is None or field.default is not None else IF_ASKED


def _gone_after(passage: Passage, name: str, before: Facts) -> bool:
    """Whether a field may be gone behind a passage because somebody took it away, or what it is set from."""
    if name in passage.sets:
        return any(_gone_after(replace(passage, sets={}), each, before) for each in passage.sets[name].value.reads)
    given = name in passage.needs or name in passage.demands or name in passage.sure
    return before[name].gone and not given and name not in passage.clears


def given(passage: Passage, before: Facts, fields: Mapping[str, Field]) -> dict[str, Fact]:
    """What is known when the conditions of a passage are looked at: what it needs has been given."""
    found: dict[str, Fact] = {}
    touched = passage.needs | passage.demands | passage.asked
    for name, fact in before.items():
        if name not in touched:
            found[name] = fact
            continue
        field = fields[name]
        asking = Passage(passage.source, "", passage.by, None, passage.needs, passage.demands, asked=passage.asked)
        values = _all(field) if name in passage.needs else _or_default(fact.values, field)
        level = level_after(asking, field, fact.level, before, fields)
        found[name] = Fact(level, values, _gone_after(asking, name, before))
    return found


def brought_by(passage: Passage, before: Facts, fields: Mapping[str, Field]) -> dict[str, Fact] | None:
    """The facts behind a passage; None if it can't be taken."""
    if not (passage.needs or passage.demands or passage.conditions or passage.clears or passage.sets):
        return dict(before)
    found: dict[str, Fact] = {}
    for name, fact in before.items():
        field = fields[name]
        values = _values_after(passage, field, fact.values)
        if (
            values is not None
            and not values
            and name in passage.sure
            and name not in passage.clears | passage.sets.keys()
        ):
            return None
        level = level_after(passage, field, fact.level, before, fields)
        found[name] = Fact(level, values, _gone_after(passage, name, before))
    return found


def _values_after(passage: Passage, field: Field, values: frozenset[Value] | None) -> frozenset[Value] | None:
    if values is None:
        return None
    name = field.name
    if name in passage.asked:
        values = _or_default(values, field)
    if name in passage.needs:
        values = _all(field)
    if name in passage.kept and values is not None:
        values &= passage.kept[name]
    if name in passage.clears:
        values = _or_default(frozenset(), field)
    if name in passage.sets:
        constant = constant_of(passage.sets[name].value.expression)
        values = _all(field) if constant is None else frozenset((constant,))
    return _or_default(values, field) if name in passage.acted else values


def _settled(facts: Facts, fields: Mapping[str, Field], amended: frozenset[str], amendable: frozenset[str]) -> Facts:
    """The facts when everybody who may amend something here has done so, again and again."""
    if not amendable:
        return facts
    found = dict(facts)
    for name in amended:
        if fields[name].default is None:
            found[name] = Fact(MAYBE, facts[name].values)
        else:
            found[name] = Fact(facts[name].level, _or_default(facts[name].values, fields[name]))
    for name in amendable:
        found[name] = Fact(found[name].level, _all(fields[name]), fields[name].default is None)
    return found


def _amendable(case_type: CaseType, state: str) -> Iterator[str]:
    if case_type.states[state].kind == "final":
        return
    for field in case_type.fields.values():
        if field.changed_by and (not field.changed_in or any(ref.name == state for ref in field.changed_in)):
            yield field.name


def _joined(one: Facts, two: Facts) -> dict[str, Fact]:
    return {name: either(fact, two[name]) for name, fact in one.items()}


def either(one: Fact, two: Fact) -> Fact:
    if one == two:
        return one
    values = None if one.values is None or two.values is None else one.values | two.values
    return Fact(min(one.level, two.level), values, one.gone or two.gone)


def _all(field: Field) -> frozenset[Value] | None:
    values = values_of(field)
    return None if values is None else frozenset(values)


def _or_default(values: frozenset[Value] | None, field: Field) -> frozenset[Value] | None:
    return values if values is None or field.default is None else values | {field.default}


# What is known, as expressions for the solver.


def expressions_of(
    facts: Facts, names: Iterator[str] | frozenset[str], fields: Mapping[str, Field]
) -> tuple[Expression, ...]:
    """What is known of some fields, of those that decide whether they are asked, and of what they must be."""
    found: list[Expression] = []
    wanted = frozenset(names)
    for name in (each for each in fields if each in wanted):
        field = fields[name]
        found.extend(_said(name, facts[name], field))
        found.extend(_asking(field))
    return (*found, *bounds_of(wanted, fields))


def with_deciders(names: frozenset[str], fields: Mapping[str, Field]) -> frozenset[str]:
    """Some fields, with those that decide whether they are asked, and those that a bound compares with them."""
    found, before = linked(names, fields), frozenset[str]()
    while found != before:
        before, more = found, set(found)
        for name in reversed(list(fields)):
            guard = fields[name].asked_when
            if name in more and guard is not None:
                more.update(guard.reads)
        found = linked(more, fields)
    return found


def _said(name: str, fact: Fact, field: Field) -> Iterator[Expression]:
    if fact.gone:
        pass
    elif fact.level == SURE:
        yield ("is set", name)
    elif fact.level == IF_ASKED and field.asked_when is not None:
        yield ("or", ("is set", name), ("not", field.asked_when.expression))
    every = values_of(field)
    if fact.values is not None and every is not None and len(fact.values) < len(every):
        kept = tuple(value for value in every if value in fact.values)
        yield ("or", ("not set", name), *(equals(name, value) for value in kept))


def equals(name: str, value: Value) -> Expression:
    """A field holds a value."""
    return ("==", ("field", name), ("const", value))  # type: ignore[return-value]


def _asking(field: Field) -> Iterator[Expression]:
    """A field that is not asked is as it was before anybody answered."""
    if field.asked_when is not None:
        unanswered: Expression = ("not set", field.name)
        if field.default is not None:
            unanswered = ("==", ("field", field.name), ("const", field.default))
        yield ("or", unanswered, field.asked_when.expression)
