"""The routes of an event, judged together: which never come into play, where two are open at once, or none.

The first route that is open is taken. So a route that is a special case of a later one is no fault, it is how
exceptions are written; two that merely cross each other are, because what happens where they cross is said by their
order alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.guards import Asker, Dead, Guard, Looked, always, dead, with_atoms
from casedsl.analysis.known import IF_ASKED, Fact, expressions_of, with_deciders
from casedsl.analysis.parts import Part
from casedsl.analysis.solving.witness import Example
from casedsl.model.records import Route, Transition


class Shadow(Struct, frozen=True):
    """A route that is never taken, because those before it take every case: `guard` is None for `otherwise`."""

    line: Transition
    route: Route
    guard: Guard | None
    by: tuple[Guard, ...]


class Slip(Struct, frozen=True):
    """The one value of a field at which two routes are both open, or no route is."""

    field: str
    value: Value
    both: bool


class Crossing(Struct, frozen=True):
    """Two routes that are both open in some case, and each alone in others. `sharpened` is the comparison of the second
    that may lose its `=`: at that value every case goes to the first, or to one before it."""

    first: Guard
    second: Guard
    example: Example
    slip: Slip | None
    sharpened: Part | None = None


class Gap(Struct, frozen=True):
    """Routes of which none is open in some case."""

    looked: Looked
    example: Example
    slip: Slip | None


class Judged(Struct, frozen=True):
    """What is found about the guards of one line."""

    dead: tuple[Dead, ...] = ()
    always: tuple[Guard, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    gaps: tuple[Gap, ...] = ()


def judged(looked: Looked, ask: Asker) -> Judged:
    """What is wrong with the guards of a line, and with its routes together; of what follows from a guard that never or
    always holds nothing more is said."""
    besides = () if looked.event is None else (looked.event,)
    if looked.event is not None:
        never = dead(looked.event, (), ask)
        if never is not None:
            return Judged(dead=(never,))
    open_always = [guard for guard in looked.guards if always(guard, besides if guard.of == "route" else (), ask)]
    routes = [guard for guard in looked.routes if guard is not None]
    closed = [found for guard in routes if (found := dead(guard, besides, ask))]
    if any(guard.of == "route" for guard in open_always):
        return Judged(tuple(closed), tuple(open_always))
    never_open = {found.guard.span for found in closed}
    live = [guard for guard in routes if guard.span not in never_open]
    shadows = tuple(_shadows(looked, live, besides, ask))
    shadowed = {shadow.guard.span for shadow in shadows if shadow.guard}
    lit = [guard for guard in live if guard.span not in shadowed]
    crossings = tuple(_crossings(lit, besides, ask))
    slips = [crossing for crossing in crossings if crossing.slip]
    gaps = () if slips or len(routes) < len(looked.routes) or len(routes) < 2 else tuple(_gaps(looked, besides, ask))
    return Judged(tuple(closed), tuple(open_always), shadows, crossings, gaps)


def _shadows(looked: Looked, live: list[Guard], besides: Sequence[Guard], ask: Asker) -> Iterator[Shadow]:
    places = {guard.span for guard in live}
    for place, route in enumerate(looked.routes):
        if live and ask.spent(live[0]):
            return
        before = [guard for guard in looked.routes[:place] if guard is not None and guard.span in places]
        if not before or (route is not None and route.span not in places):
            continue
        own = [] if route is None else [route.expression]
        context = [*before[0].before, *(each.expression for each in besides), *own]
        closed: list[Expression] = [("not", guard.expression) for guard in before]
        if ask.never([*context, *closed], before[0]):
            core = ask.core([*context, *closed])
            by = tuple(before[each - len(context)] for each in core if each >= len(context))
            yield Shadow(looked.line, looked.line.routes[place], route, by)


def _crossings(lit: list[Guard], besides: Sequence[Guard], ask: Asker) -> Iterator[Crossing]:
    for place, first in enumerate(lit):
        context = [*first.before, *(each.expression for each in besides)]
        earlier: list[Expression] = [("not", guard.expression) for guard in lit[:place]]
        for second in lit[place + 1 :]:
            if _same_outcome(first, second):
                continue
            if ask.spent(first):
                break
            both = [*context, *earlier, first.expression, second.expression]
            if not ask.possible(both, first):
                continue
            alone: list[list[Expression]] = [
                [*context, first.expression, ("not", second.expression)],
                [*context, ("not", first.expression), second.expression],
            ]
            if all(ask.possible(each, first) for each in alone):
                example = ask.example(both, first)
                if example is not None:
                    slip = _slip(both, example, (first, second), ask, both_open=True)
                    closed: list[Expression] = [*context, *earlier, ("not", first.expression), second.expression]
                    sharpened = _sharpened(second, slip.field, closed, ask) if slip else None
                    yield Crossing(first, second, example, slip, sharpened)


def _sharpened(second: Guard, field: str, closed: Sequence[Expression], ask: Asker) -> Part | None:
    """The comparison of a field from which `=` can be taken so that no case goes elsewhere."""
    found = [part for part in second.part.atoms() if part.head in ("<=", ">=") and _orders(part.expression, field)]
    if len(found) != 1:
        return None

    def strict(part: Part, holds: bool) -> Expression:
        return (part.head[0], *part.expression[1:]) if part is found[0] else part.expression

    narrow = with_atoms(second.part, strict)
    changed: Expression = ("and", ("not", narrow), second.expression)
    wider: Expression = ("and", narrow, ("not", second.expression))
    return found[0] if ask.never([*closed, changed], second) and ask.never([wider], second) else None


def _same_outcome(first: Guard, second: Guard) -> bool:
    one, two = first.route, second.route
    assert one is not None
    assert two is not None
    return (one.to.name, one.ending, one.actions) == (two.to.name, two.ending, two.actions)


def _gaps(looked: Looked, besides: Sequence[Guard], ask: Asker) -> Iterator[Gap]:
    """A gap, where every field that is asked has been answered: what may be unset is said by another rule."""
    routes = [guard for guard in looked.routes if guard is not None]
    read = frozenset(name for guard in looked.guards for name in guard.formula.reads)
    answered = {name: Fact(max(fact.level, IF_ASKED), fact.values) for name, fact in looked.facts.items()}
    fields = ask.fields
    answered = {
        name: Fact(2, fact.values) if fields[name].asked_when is None else fact for name, fact in answered.items()
    }
    known = expressions_of(answered, with_deciders(read, fields), fields)
    none = [*known, *(each.expression for each in besides), *(("not", guard.expression) for guard in routes)]
    if ask.possible(none, routes[0]):
        example = ask.example(none, routes[0])
        if example is not None:
            yield Gap(looked, example, _slip(none, example, routes, ask, both_open=False))


def _slip(
    parts: Sequence[Expression], example: Example, guards: Sequence[Guard], ask: Asker, both_open: bool
) -> Slip | None:
    """The boundary, if all that there is to it is one value of a field that two guards compare by order."""
    for name, value in example.fields:
        ordered = [guard for guard in guards if any(_orders(atom.expression, name) for atom in guard.part.atoms())]
        if value is None or len(ordered) < 2:
            continue
        if ask.never([*parts, ("not", ("==", ("field", name), ("const", value)))], guards[0]):
            return Slip(name, value, both_open)
    return None


def _orders(atom: Expression, name: str) -> bool:
    return atom[0] in ("<", "<=", ">", ">=", "in range") and ("field", name) in atom
