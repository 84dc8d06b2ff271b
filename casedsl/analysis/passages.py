"""What a case goes through, seen from its fields: each way from a state to a state, or back into it, with the fields
that it asks for, what must hold for it, and what it clears and sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from casedsl_runtime.vocabulary import STAY, Expression, Value
from msgspec import Struct

from casedsl.analysis.graph import Graph, Move
from casedsl.analysis.implied import dependents, kept_values, set_where, values_of
from casedsl.analysis.reads import events_in, reads_of
from casedsl.analysis.supply import given_with
from casedsl.model.records import CaseType, Field, Formula, Route, Setting, Timer, Transition

_MOST_READINGS = 120


class Passage(Struct, frozen=True, dict=True):
    """A move, or an event after which a case stays where it is.

    Attributes:
      needs: the fields that may be given with it, and are known afterwards, if they are asked.
      demands: the fields that must be known before, if they are asked: nobody who may do it may give them.
      conditions: what holds when it is taken, as expressions: `when`, that no route before it is open, its own guard.
      back: it returns from a side step to the state that this interrupted.
      sure: the fields that are set where the conditions hold.
      kept: the values that a field of few values can have then, where these are not all.
      asked, acted: the fields whose `asked when` may turn round with what is given, and with what it does.
    """

    source: str
    target: str
    by: Transition | Timer
    route: Route | None
    needs: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    conditions: tuple[Expression, ...] = ()
    sure: frozenset[str] = frozenset()
    kept: Mapping[str, frozenset[Value]] = {}
    clears: frozenset[str] = frozenset()
    sets: Mapping[str, Setting] = {}
    asked: frozenset[str] = frozenset()
    acted: frozenset[str] = frozenset()
    back: bool = False

    @property
    def ending(self) -> str | None:
        """How a case is called that ends by it."""
        return self.route.ending if self.route else self.by.ending if isinstance(self.by, Timer) else None

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields that its conditions read."""
        return frozenset[str]().union(*(reads_of(each) for each in self.conditions))

    @cached_property
    def counts(self) -> frozenset[str]:
        """The events that its conditions count."""
        return frozenset[str]().union(*(events_in(each) for each in self.conditions))

    @property
    def move(self) -> Move:
        return Move(self.source, self.target, self.by, self.route, self.back)


class Lines(Struct, frozen=True):
    """The lines of a case type by the state in which each holds, worked out once."""

    handlers: Mapping[str, Mapping[str, Transition]]


def passages_of(case_type: CaseType, graph: Graph, lines: Lines) -> dict[str, tuple[Passage, ...]]:
    """The passages out of each state, in the order of the definition."""
    after = dependents(case_type.fields)
    worked = _Worked(case_type, {}, {})
    return {
        state: tuple(_at(way, after, worked) for way in (*graph.moves[state], *_stays(state, lines)))
        for state in case_type.states
    }


def _conditions(line: Transition, route: Route) -> Iterator[tuple[Formula, bool]]:
    """The guards that hold, or don't hold, when a route is taken."""
    if line.when is not None:
        yield line.when, True
    for earlier in line.routes:
        if earlier is route:
            break
        if earlier.when is not None:
            yield earlier.when, False
    if route.when is not None:
        yield route.when, True


def _stays(state: str, lines: Lines) -> Iterator[Move]:
    for line in lines.handlers[state].values():
        for route in line.routes:
            if route.to.name == STAY:
                yield Move(state, state, line, route, False)


class _Worked(Struct):
    """What has been worked out so far: passages by line and route, the values that guards leave."""

    case_type: CaseType
    made: dict[tuple[int, int], Passage]
    kept: dict[tuple[int, bool], dict[str, frozenset[Value]]]


def _at(way: Move, after: Mapping[str, frozenset[str]], worked: _Worked) -> Passage:
    """A passage; what is the same of one route in all the states of a stage is worked out once."""
    if isinstance(way.by, Timer) or way.route is None:
        return Passage(way.source, way.target, way.by, None, back=way.back)
    key = id(way.by), id(way.route)
    if key not in worked.made:
        worked.made[key] = _passage(way.by, way.route, after, worked)
    known = worked.made[key]
    return Passage(
        way.source, way.target, way.by, way.route, known.needs, known.demands, known.conditions, known.sure, known.kept,
        known.clears, known.sets, known.asked, known.acted, way.back,
    )  # fmt: skip


def _passage(line: Transition, route: Route, after: Mapping[str, frozenset[str]], worked: _Worked) -> Passage:
    needs = given_with(line, worked.case_type)
    demands = frozenset(ref.name for ref in line.needs) - needs
    guards = tuple(_conditions(line, route))
    conditions = tuple(guard.expression if holds else ("not", guard.expression) for guard, holds in guards)
    actions = (line.actions, route.actions)
    clears = frozenset(ref.name for each in actions for ref in each.clears)
    sets = {setting.field.name: setting for each in actions for setting in each.sets}
    return Passage(
        "", "", line, route, needs, demands, conditions,
        frozenset[str]().union(*(set_where(guard.expression, holds) for guard, holds in guards)),
        _kept(guards, worked),
        clears, sets,
        frozenset[str]().union(*(after[name] for name in needs)),
        frozenset[str]().union(*(after[name] for name in (*clears, *sets))),
    )  # fmt: skip


def _kept(guards: tuple[tuple[Formula, bool], ...], worked: _Worked) -> dict[str, frozenset[Value]]:
    found: dict[str, frozenset[Value]] = {}
    for guard, holds in guards:
        key = id(guard), holds
        if key not in worked.kept:
            worked.kept[key] = _kept_by(guard, holds, worked.case_type.fields)
        for name, values in worked.kept[key].items():
            found[name] = found.get(name, values) & values
    return found


def _kept_by(guard: Formula, holds: bool, fields: Mapping[str, Field]) -> dict[str, frozenset[Value]]:
    """The values that fields of few values can have where a guard holds, or doesn't, if these are not all; of a guard
    too long to be read value by value nothing is known."""
    expression: Expression = guard.expression if holds else ("not", guard.expression)
    found: dict[str, frozenset[Value]] = {}
    if len(guard.claims) * len(guard.reads) > _MOST_READINGS:
        return found
    for name in guard.reads:
        values = values_of(fields[name])
        if values is None:
            continue
        kept = frozenset(values)
        left = kept_values(expression, name, kept)
        if left != kept:
            found[name] = left
    return found
