"""Two cases tried out step by step: the same events, the same answers but to one question, and another priority in the
end. The ways are the definition's own, and what is asked on them is answered by the solver; what then becomes of the
two is worked out as the runtime does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from casedsl_runtime.expr import Compiled, Quietly, compile_expression
from casedsl_runtime.vocabulary import BACK, STAY, Expression, Value
from msgspec import Struct

from casedsl.analysis.bounds import bounds_in
from casedsl.analysis.implied import values_of
from casedsl.analysis.known import Known, Place, equals
from casedsl.analysis.passages import Passage
from casedsl.analysis.scoring.flow import Carried, Flows, carried, learned
from casedsl.analysis.scoring.records import Open, Pair, Scored, Step
from casedsl.analysis.scoring.runs import worth
from casedsl.analysis.scoring.scored import Result, band_of
from casedsl.analysis.scoring.sheet import Sheet
from casedsl.analysis.solving.ranges import Numbers, number_of, range_of, value_of
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import Beat, Lived, lived
from casedsl.model.records import CaseType, Field, Ref, Route, Transition
from casedsl.syntax.finding import subjects

MOST_WAYS = 8
"""So many ways on which something is carried are tried."""
MOST_PLACES = 120
MOST_TIMES = 3
MOST_ANSWERS = 12
MOST_STEPS = 20_000
"""For all claims of a priority together."""


class _Count(NamedTuple):
    times: int


class _Case(Struct):
    """A case as it is now, and what has been done with it.

    Attributes:
      behind: the state that a side step has interrupted.
      changed: the places of what was set, or cleared, by field.
    """

    state: str
    held: dict[str, Value]
    behind: str | None = None
    happened: dict[str, _Count] = {}
    answers: dict[str, Value] = {}
    steps: list[Step] = []
    changed: dict[str, Ref] = {}


class Trial(Struct):
    """What is needed to try cases out."""

    case_type: CaseType
    known: Known
    sheet: Sheet
    flows: Flows
    purse: Steps
    made: dict[Expression, Compiled] = {}

    def judged(self, ref: Ref) -> Pair | Open | None:
        """Two cases against `blind to`; None where no line carries what a field says to the score."""
        found = carried(self.flows, ref.name)
        if not learned(self.sheet, found) and not (found.parted and self.sheet.dues):
            return None
        return self.differing(ref, found) or Open(
            ref.span, f"the priority is blind to `{ref.name}`", subjects("field", ref.name), carried=True
        )

    def differing(self, ref: Ref, found: Carried) -> Pair | None:
        """Two cases that differ in what is said about a field, and in their priority because a line carries it."""
        for way in islice(self._ways(found), MOST_WAYS):
            for said, fill in self._claims(ref.name, found):
                pair = self._on(way, said, fill, ref)
                if pair is not None:
                    return pair
        return None

    def _ways(self, found: Carried) -> Iterator[tuple[Passage, ...]]:
        """The ways, shortest first, at whose end something is set or cleared that matters."""
        matters = learned(self.sheet, found)
        queue: list[tuple[Place, tuple[Passage, ...]]] = [(self.known.first, ())]
        met: dict[Place, int] = {self.known.first: 1}
        for place, way in islice(queue, MOST_PLACES):
            for passage, target in self.known.onward(place):
                if not _people_can(passage):
                    continue
                longer = (*way, passage)
                if not matters.isdisjoint((*passage.sets, *passage.clears)):
                    yield longer
                if target in self.known.at and met.get(target, 0) < MOST_TIMES:
                    met[target] = met.get(target, 0) + 1
                    queue.append((target, longer))

    def _claims(self, name: str, found: Carried) -> Iterator[tuple[dict[str, Value], dict[str, Value]]]:
        """What else is said, where nothing is carried, so that the score is at its least, at its most, or anyhow; and
        what is said besides, where the way asks for nothing."""
        slots = [slot for slot in self.sheet.slots if slot.field and slot.name != name and slot.known]
        free = [slot for slot in slots if slot.name not in found.fields and slot.asked is None]
        least = {slot.name: slot.known[0] for slot in slots}
        middle = {slot.name: slot.known[len(slot.known) // 2] for slot in slots}
        yield {slot.name: slot.known[0] for slot in free}, least
        yield {slot.name: slot.known[-1] for slot in free}, middle
        yield {}, least
        yield {}, middle

    def _on(
        self, way: Sequence[Passage], said: Mapping[str, Value], fill: Mapping[str, Value], ref: Ref
    ) -> Pair | None:
        """Two cases that go a way as the solver tells it, and differ in one answer."""
        if not self.purse.take(len(self.case_type.fields) * (len(way) + 1)):
            return None
        story = lived(self.known, way, (), [equals(name, value) for name, value in said.items()], self.purse)
        if story is None:
            return None
        filled = self._filled(story, fill)
        met: list[_Case] = []
        for value in self._answers_to(self.case_type.fields[ref.name], way, dict(_answers(story)).get(ref.name)):
            case = self._gone(way, _with(filled, ref.name, value))
            if case is None or case.answers.get(ref.name) != value:
                continue
            other = next((each for each in met if self._differ(each, case)), None)
            if other is not None:
                return self._pair(ref, way, other, case)
            met.append(case)
        return None

    def _filled(self, story: Lived, fill: Mapping[str, Value]) -> Lived:
        """The same, where what the score reads is known from the beginning."""
        told = {each for each, _ in _answers(story)}
        fields = self.case_type.fields
        more = ((name, value) for name, value in fill.items() if name not in told and fields[name].default is None)
        return Lived((*story.opening, *more), story.beats)

    def _answers_to(self, field: Field, way: Sequence[Passage], here: Value) -> Iterator[Value]:
        """Answers to a question that may matter: all, where there are few; else what it is compared with, and what is
        beside that."""
        few, held = values_of(field), range_of(field)
        if few is not None:
            yield from few
        elif isinstance(held, Numbers):
            at = {number_of(field, here)} if here is not None else set[int]()
            at |= {number_of(field, each) for each in self._constants(field, way)}
            near = {each + more for each in at for more in (-1, 0, 1)} | {held.low, held.high}
            numbers = sorted(each for each in near if held.low <= each <= held.high)[:MOST_ANSWERS]
            yield from (value_of(field, each) for each in numbers)
        else:
            yield from dict.fromkeys((here or "one thing", *self._constants(field, way), "another"))

    def _constants(self, field: Field, way: Sequence[Passage]) -> Iterator[Value]:
        """What a field is compared with on a way."""
        for passage in way:
            by = passage.by
            for route in by.routes if isinstance(by, Transition) else ():
                if route.when is not None and field.name in route.when.reads:
                    yield from (each for each in _constants_in(route.when.expression) if _is_of(field, each))

    def _differ(self, one: _Case, two: _Case) -> bool:
        first, second = self._worth(one), self._worth(two)
        if first is None or second is None:
            return first is not second
        return (first.score, first.later) != (second.score, second.later)

    def _worth(self, case: _Case) -> Result | None:
        return worth(self.sheet, case.held, case.happened)

    def _pair(self, ref: Ref, way: Sequence[Passage], one: _Case, two: _Case) -> Pair:
        differs = [name for name in one.held if one.held[name] != two.held[name]]
        carriers = {name: case.changed[name] for case in (one, two) for name in differs if name in case.changed}
        return Pair(
            ref,
            self._scored(one, ref.name),
            self._scored(two, ref.name),
            tuple(each.span for each in carriers.values()),
            tuple(way),
        )

    def _scored(self, case: _Case, name: str) -> Scored:
        result = self._worth(case)
        known = [slot.name for slot in self.sheet.slots if slot.field]
        fields = tuple((each, case.answers[each] if each == name else case.held[each]) for each in known)
        told = tuple((each, case.answers[each]) for each in known if each in case.answers)
        life = tuple(case.steps)
        if result is None:
            return Scored(told, fields, None, None, None, None, life)
        band = band_of(self.sheet.priority, result.score)
        return Scored(told, fields, result.sum, result.score, band, result.later, life)

    # A case, step by step; None where somebody or the runtime would not let it go on.

    def _gone(self, way: Sequence[Passage], told: Lived) -> _Case | None:
        fields = self.case_type.fields
        case = _Case(self.case_type.first.name, {name: field.default for name, field in fields.items()})
        case.held |= dict(told.opening)
        self._reset(case)
        if not self._is_bounded(case):
            return None
        opening = tuple((name, value) for name, value in told.opening if case.held[name] == value)
        case.answers |= dict(opening)
        case.steps.append(Step(None, opening))
        for passage, beat in zip(way, told.beats, strict=False):
            by = passage.by
            if beat.amended or not isinstance(by, Transition) or not self._does(case, by.event, dict(beat.given)):
                return None
        return case

    def _does(self, case: _Case, event: str, given: Mapping[str, Value]) -> bool:
        line = self.case_type.handlers(case.state).get(event)
        if line is None or not _people(line):
            return False
        needed = {ref.name for ref in line.needs}
        case.held |= {name: value for name, value in given.items() if name in needed}
        self._reset(case)
        said = tuple((name, value) for name, value in given.items() if name in needed and self._asked(case, name))
        if any(case.held[name] is None and self._asked(case, name) for name in needed) or not self._is_bounded(case):
            return False
        route = self._route(case, line)
        if route is None or not self._acts(case, line, route) or not self._is_bounded(case):
            return False
        case.answers |= dict(said)
        case.steps.append(Step(line, said))
        case.happened[event] = _Count(case.happened.get(event, _Count(0)).times + 1)
        self._moves(case, route)
        return True

    def _route(self, case: _Case, line: Transition) -> Route | None:
        if line.when is not None and not self._holds(case, line.when.expression):
            return None
        return next(
            (each for each in line.routes if each.when is None or self._holds(case, each.when.expression)), None
        )

    def _acts(self, case: _Case, line: Transition, route: Route) -> bool:
        """Clear and set, as the line says and then as its route does; False if a value doesn't fit."""
        fields, names = self.case_type.fields, set[str]()
        for actions in (line.actions, route.actions):
            for ref in actions.clears:
                case.held[ref.name], case.changed[ref.name] = fields[ref.name].default, ref
            worked_out = [(each.field, self._value(case, each.value.expression)) for each in actions.sets]
            for ref, value in worked_out:
                case.held[ref.name], case.changed[ref.name] = value, ref
                names.add(ref.name)
        fitting = all(_fits(fields[name], case.held[name]) for name in names)
        self._reset(case)
        return fitting

    def _moves(self, case: _Case, route: Route) -> None:
        sides, target = self.known.sides, route.to.name
        if target == STAY:
            return
        if target == BACK:
            case.state, case.behind = case.behind or case.state, None
        else:
            case.behind = (case.behind if case.state in sides else case.state) if target in sides else None
            case.state = target

    def _reset(self, case: _Case) -> None:
        """What isn't asked is as if nobody had said anything; a field is asked because of fields above it only."""
        for name, field in self.case_type.fields.items():
            if not self._asked(case, name):
                case.held[name] = field.default

    def _is_bounded(self, case: _Case) -> bool:
        """Whether every field is what it must be."""
        return all(self._holds(case, bound.holds) for bound in bounds_in(self.case_type.fields))

    def _asked(self, case: _Case, name: str) -> bool:
        guard = self.case_type.fields[name].asked_when
        return guard is None or self._holds(case, guard.expression)

    def _holds(self, case: _Case, expression: Expression) -> bool:
        return self._value(case, expression) is True

    def _value(self, case: _Case, expression: Expression) -> Value:
        if expression not in self.made:
            self.made[expression] = compile_expression(expression)
        return self.made[expression](Quietly(case.held, case.happened, {}))


def _people_can(passage: Passage) -> bool:
    return isinstance(passage.by, Transition) and _people(passage.by)


def _people(line: Transition) -> bool:
    """Whether somebody may let an event happen while nothing is escalated."""
    return bool(line.by) and not line.reverses_escalation


def _answers(told: Lived) -> Iterator[tuple[str, Value]]:
    yield from told.opening
    for beat in told.beats:
        yield from (*beat.amended, *beat.given)


def _constants_in(expression: Expression) -> Iterator[Value]:
    for part in expression[1:]:
        if isinstance(part, tuple):
            yield from (part[1],) if part[0] == "const" else _constants_in(part)  # type: ignore[misc]


def _is_of(field: Field, value: Value) -> bool:
    """Whether a value is one that a field can hold, and no length or number beside it."""
    if field.type in ("date", "text", "long text"):
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)


def _with(told: Lived, name: str, value: Value) -> Lived:
    """The same answers, but to one question; if nobody was asked, it is answered when the case is opened."""

    def said(pairs: tuple[tuple[str, Value], ...]) -> tuple[tuple[str, Value], ...]:
        return tuple((each, value if each == name else was) for each, was in pairs)

    opening = told.opening if name in dict(_answers(told)) else (*told.opening, (name, value))
    return Lived(said(opening), tuple(Beat(beat.amended, said(beat.given)) for beat in told.beats))


def _fits(field: Field, value: Value) -> bool:
    held = range_of(field)
    return value is None or not isinstance(held, Numbers) or held.low <= number_of(field, value) <= held.high
