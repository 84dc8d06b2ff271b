"""Guards, judged: which never hold, which always do, which parts of them change nothing.

Asked are the guards of events and of their routes, each with what is known of the states in which it is looked at,
and those that decide what is asked and what is added to a score, of which nothing is known. All questions about a
definition share one purse of steps, so no definition takes for ever; what it doesn't suffice for is said to be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.implied import dependents, read_by
from casedsl.analysis.known import Fact, Known, either, expressions_of, given, with_deciders
from casedsl.analysis.parts import Part, parts_of
from casedsl.analysis.passages import Lines, Passage
from casedsl.analysis.solving.asking import Core, possible, together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.analysis.supply import given_with
from casedsl.model.records import CaseType, Field, Formula, Route, Transition
from casedsl.syntax.span import Span

MOST_STEPS = 60_000
"""For all questions about one definition together; a question takes at most 20,000 of them."""


class Guard(Struct, frozen=True):
    """A guard at its place.

    Attributes:
      of: what it guards: an event, one of its routes, whether a field is asked, an addition to the score.
      name: the event or the field, for messages; empty for an addition.
      states: where an event's guard is looked at, of the states that cases get to.
      before: what is known then of the fields that the line reads, as expressions.
    """

    of: Literal["event", "route", "asked", "plus"]
    name: str
    formula: Formula
    part: Part
    line: Transition | None = None
    route: Route | None = None
    states: tuple[str, ...] = ()
    before: tuple[Expression, ...] = ()

    @property
    def span(self) -> Span:
        return self.formula.span

    @property
    def expression(self) -> Expression:
        return self.formula.expression


class Dead(Struct, frozen=True):
    """A guard that never holds: the parts that exclude each other, and the facts that do so with them."""

    guard: Guard
    parts: tuple[Part, ...]
    facts: tuple[Expression, ...]


class Spare(Struct, frozen=True):
    """A part without which a guard says the same, and the `and` or `or` in which it stands."""

    guard: Guard
    part: Part
    within: Part


class Looked(Struct, frozen=True):
    """A line with a guard, as it is looked at: its guards in order, and the facts about each field then. `needs` may be
    given with it, `demands` must be known before."""

    line: Transition
    states: tuple[str, ...]
    facts: Mapping[str, Fact]
    event: Guard | None
    routes: tuple[Guard | None, ...]
    needs: frozenset[str]
    demands: frozenset[str]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return tuple(guard for guard in (self.event, *self.routes) if guard is not None)


class Asker(Struct):
    """Asks about one definition; notes the guards about which something stays open."""

    fields: Mapping[str, Field]
    purse: Steps
    open: dict[Span, Guard]

    def possible(self, parts: Sequence[Expression], about: Guard) -> bool | None:
        said = possible(parts, self.fields, self.purse)
        if said is None:
            self.open[about.span] = about
        return said

    def possible_at_all(self, parts: Sequence[Expression]) -> bool:
        """Whether parts can hold together as far as that is known; about no guard in particular."""
        return possible(parts, self.fields, self.purse) is not False

    def spent(self, about: Guard) -> bool:
        """Whether nothing more can be asked, which is noted of the guard that would have been next."""
        if self.purse.left > 0:
            return False
        self.open[about.span] = about
        return True

    def never(self, parts: Sequence[Expression], about: Guard) -> bool:
        return self.possible(parts, about) is False

    def core(self, parts: Sequence[Expression]) -> tuple[int, ...]:
        """Of parts that exclude each other the fewest that do; all, where it takes too long to find out."""
        answer = together(parts, self.fields, self.purse)
        return answer.parts if isinstance(answer, Core) else tuple(range(len(parts)))

    def example(self, parts: Sequence[Expression], about: Guard) -> Example | None:
        """A case in which parts come true; None where it takes too long to find one, which is noted."""
        answer = together(parts, self.fields, self.purse)
        if isinstance(answer, Example):
            return answer
        self.open[about.span] = about
        return None


def asker(fields: Mapping[str, Field]) -> Asker:
    return Asker(fields, Steps(MOST_STEPS), {})


def looked_at(case_type: CaseType, known: Known, lines: Lines, never: Sequence[Expression] = ()) -> tuple[Looked, ...]:
    """Every line with a guard that some case meets, in the order of the definition; `never` is so in every case."""
    after = dependents(case_type.fields)
    where: dict[int, tuple[Transition, list[str]]] = {}
    for state in known.inside:
        for line in lines.handlers[state].values():
            if line.when is not None or any(route.when for route in line.routes):
                where.setdefault(id(line), (line, []))[1].append(state)
    found = [_looked(line, tuple(states), known, after, case_type, never) for line, states in where.values()]
    return tuple(sorted(found, key=lambda each: each.line.span))


def _looked(
    line: Transition,
    states: tuple[str, ...],
    known: Known,
    after: Mapping[str, frozenset[str]],
    case_type: CaseType,
    never: Sequence[Expression],
) -> Looked:
    needs = given_with(line, case_type)
    demands = frozenset(ref.name for ref in line.needs) - needs
    asked = frozenset[str]().union(*(after[name] for name in needs))
    asking = Passage("", "", line, None, needs, demands, asked=asked)
    each = [given(asking, known.inside[state], known.fields) for state in states]
    facts = each[0]
    for other in each[1:]:
        facts = {name: either(fact, other[name]) for name, fact in facts.items()}
    formulas = [formula for formula in (line.when, *(route.when for route in line.routes)) if formula is not None]
    read = frozenset(name for formula in formulas for name in formula.reads)
    read = with_deciders(read, known.fields)
    lasting = (each for each in never if read_by(each) <= read)
    before = (*expressions_of(facts, read, known.fields), *lasting)

    def guard(formula: Formula | None, of: Literal["event", "route"], route: Route | None = None) -> Guard | None:
        if formula is None:
            return None
        return Guard(of, line.event, formula, parts_of(formula), line, route, states, before)

    routes = tuple(guard(route.when, "route", route) for route in line.routes)
    return Looked(line, states, facts, guard(line.when, "event"), routes, needs, demands)


def standing_alone(case_type: CaseType) -> Iterator[Guard]:
    """The guards that decide what is asked, and what is added to the score."""
    fields = case_type.fields
    for field in fields.values():
        if field.asked_when is not None:
            yield _alone("asked", field.name, field.asked_when, fields)
    for row in case_type.priority.additions if case_type.priority else ():
        if row.when is not None:
            yield _alone("plus", "", row.when, fields)


def _alone(of: Literal["asked", "plus"], name: str, formula: Formula, fields: Mapping[str, Field]) -> Guard:
    nothing = {each: Fact(0, None) for each in fields}
    before = expressions_of(nothing, with_deciders(frozenset(formula.reads), fields), fields)
    return Guard(of, name, formula, parts_of(formula), before=before)


def dead(guard: Guard, besides: Sequence[Guard], ask: Asker) -> Dead | None:
    """Why a guard never holds; None if it may. `besides` holds wherever it is looked at."""
    context = [*guard.before, *(other.expression for other in besides)]
    if not ask.never([*context, guard.expression], guard):
        return None
    conjuncts = guard.part.conjuncts()
    parts = [*(each.expression for each in conjuncts), *context]
    core = ask.core(parts)
    own = tuple(conjuncts[place] for place in core if place < len(conjuncts))
    facts = tuple(parts[place] for place in core if place >= len(conjuncts))
    return Dead(guard, own or conjuncts, facts)


def always(guard: Guard, besides: Sequence[Guard], ask: Asker) -> bool:
    """Whether a guard holds in every case that comes there."""
    context = [*guard.before, *(other.expression for other in besides)]
    return ask.never([*context, ("not", guard.expression)], guard)


def spares(guard: Guard, ask: Asker) -> Iterator[Spare]:
    """The parts that change nothing, each judged by itself; a test whether something is set is never one: it says that
    the author has thought of it."""
    for within in guard.part.with_own():
        if within.head in ("and", "or"):
            if ask.spent(guard):
                return
            for part in within.parts:
                shorter = _without(guard.part, within, part)
                if not _asks_only_whether_set(part) and _same(guard, within, part, shorter, ask):
                    yield Spare(guard, part, within)


def _same(guard: Guard, within: Part, part: Part, shorter: Expression, ask: Asker) -> bool:
    """Whether a guard says the same without a part. Of an `or` that is the whole guard the shorter one can only hold
    less often, of an `and` only more often: then a quarter of the question is enough."""
    whole = guard.expression
    asking = [fact for fact in guard.before if fact[0] == "or"]
    if within is not guard.part:
        other: Expression = ("or", ("and", whole, ("not", shorter)), ("and", shorter, ("not", whole)))
    elif within.head == "or":
        other = ("and", part.expression, ("not", shorter))
    else:
        other = ("and", shorter, ("not", part.expression))
    return ask.never([*asking, other], guard)


def _asks_only_whether_set(part: Part) -> bool:
    return all(atom.head in ("is set", "not set") for atom in part.atoms())


def _without(whole: Part, within: Part, left_out: Part) -> Expression:
    if whole is within:
        rest = tuple(part.expression for part in whole.parts if part is not left_out)
        return rest[0] if len(rest) == 1 else (whole.head, *rest)
    if not whole.parts:
        return whole.expression
    return (whole.head, *(_without(part, within, left_out) for part in whole.parts))


def with_atoms(part: Part, put: Callable[[Part, bool], Expression], holds: bool = True) -> Expression:
    """A guard with other atoms: `put` says what stands for each, given whether it stands under an even number of
    `not`."""
    if not part.parts:
        return put(part, holds)
    inner = holds != (part.head == "not")
    return (part.head, *(with_atoms(each, put, inner) for each in part.parts))
