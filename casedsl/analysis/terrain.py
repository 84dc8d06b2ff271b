"""Where cases can go, told apart as finely as a question about people needs it, and what surely can be done there.

Who may go on hangs on where a case is, mostly. But a guard may close the one event that somebody is left for; so where
places alone don't decide, the walk of the claims is gone, which tells apart what all guards compare and count. Both
have every way that a case can go, and perhaps more; `sure` has only what some person can do in every such case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from casedsl_runtime.vocabulary import BACK, Expression
from msgspec import Struct

from casedsl.analysis.bounds import bounds_of, may_bar
from casedsl.analysis.claims.tale import Step
from casedsl.analysis.claims.walk import Node, Terms, TooMany, Walk, terms_of
from casedsl.analysis.claims.watch import Watch
from casedsl.analysis.known import Known, Place, equals, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import reads_dues, reads_of
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.model.fields import constant_of
from casedsl.model.records import Claim, Field, Formula, Timer, Transition

MOST_STEPS = 40_000
MOST_ATOMS = 10


class Stand(NamedTuple):
    """Cases that are not told apart: where they are and, on the finer terrain, what holds of them."""

    place: Place
    node: Node | None = None


class Option(Struct, frozen=True):
    """What surely can be done in some cases, by time (None) or with a line, and where that may lead."""

    line: Transition | None
    to: frozenset[Stand]


class Terrain:
    """Stands and the ways between them; on the finer one there is a walk."""

    def __init__(self, known: Known, walk: Walk | None, purse: Steps) -> None:
        self.known, self.walk, self.purse = known, walk, purse
        self._onward: dict[Stand, tuple[tuple[Step, Stand], ...]] = {}
        self._sure: dict[Stand, tuple[Option, ...]] = {}

    @cached_property
    def read(self) -> frozenset[str]:
        """The fields on which some guard hangs."""
        return with_deciders(_read(_conditions(self.known)), self.known.fields)

    @property
    def first(self) -> tuple[Stand, ...]:
        if self.walk is None:
            return (Stand(self.known.first),)
        return tuple(Stand(node.place, node) for node in self.walk.first)

    def onward(self, at: Stand) -> tuple[tuple[Step, Stand], ...]:
        """What can happen to some case, and where that leads."""
        if at not in self._onward:
            self._onward[at] = tuple(each for each in self._ways(at) if each[1].place in self.known.at)
        return self._onward[at]

    def _ways(self, at: Stand) -> Iterator[tuple[Step, Stand]]:
        if at.node is None or self.walk is None:
            yield from ((passage, Stand(place)) for passage, place in self.known.onward(at.place))
        else:
            yield from ((edge.step, Stand(edge.to.place, edge.to)) for edge in self.walk.edges[at.node])

    def said(self, at: Stand) -> tuple[Expression, ...]:
        """What holds of a case, as far as it is told apart."""
        if at.node is None or self.walk is None:
            return ()
        pairs = zip(self.walk.terms.atoms, at.node.held, strict=True)
        return tuple(atom if held else ("not", atom) for atom, held in pairs)

    def every(self) -> list[Stand]:
        """Every stand, in the order in which they are found."""
        found = dict.fromkeys(self.first)
        queue = list(found)
        for at in queue:
            new = [to for _, to in self.onward(at) if to not in found]
            found.update(dict.fromkeys(new))
            queue.extend(dict.fromkeys(new))
        return queue

    # What surely can be done.

    def sure(self, at: Stand) -> tuple[Option, ...]:
        """What time surely does, and what whoever may do it surely can, whatever the case holds."""
        if at not in self._sure:
            self._sure[at] = tuple(self._options(at))
        return self._sure[at]

    def _options(self, at: Stand) -> Iterator[Option]:
        timed: list[Stand] = []
        lines: dict[int, list[tuple[Passage, Stand]]] = {}
        for step, to in self.onward(at):
            if isinstance(step, Passage) and isinstance(step.by, Timer):
                timed.append(to)
            elif isinstance(step, Passage):
                lines.setdefault(id(step.by), []).append((step, to))
        back = (each for each in self.known.passages[at.place.state] if isinstance(each.by, Timer) and each.back)
        if timed and not (at.place.behind is None and any(back)):
            yield Option(None, frozenset(timed))
        for ways in lines.values():
            yield from self._of_line(at, ways)

    def _of_line(self, at: Stand, ways: list[tuple[Passage, Stand]]) -> Iterator[Option]:
        line = ways[0][0].by
        assert isinstance(line, Transition)
        nowhere = at.place.behind is None and any(route.to.name == BACK for route in line.routes)
        barred = any(not _can_be_put(passage) or may_bar(passage, self.known.fields) for passage, _ in ways)
        if nowhere or line.reverses_escalation or barred:
            return
        if self._is_open(line, ways[0][0], at):
            yield Option(line, frozenset(to for _, to in ways))
        for route in line.routes:
            own = [(passage, to) for passage, to in ways if passage.route is route]
            if own and len(own) < len(ways) and self._can_be_chosen(own[0][0], at):
                yield Option(line, frozenset(to for _, to in own))

    def _is_open(self, line: Transition, passage: Passage, at: Stand) -> bool:
        """Whether some route of a line is open, whatever is given with it."""
        guards: list[Expression] = [line.when.expression] if line.when else []
        if line.routes[-1].when is not None:
            guards.append(("or", *(route.when.expression for route in line.routes if route.when)))
        left = self._left(("and", *guards), passage, at)
        if passage.demands or left is None:
            return False
        return not guards or possible([("not", left), *self._given(passage)], self.known.fields, self.purse) is False

    def _can_be_chosen(self, passage: Passage, at: Stand) -> bool:
        """Whether whoever does it can give values with which it takes this route."""
        left = self._left(("and", *passage.conditions), passage, at)
        if passage.demands or left is None:
            return False
        bounds = bounds_of(passage.needs, self.known.fields)
        return possible([left, *self._given(passage), *bounds], self.known.fields, self.purse) is True

    def _given(self, passage: Passage) -> list[Expression]:
        """What is so of the values that an event is given: what isn't asked then is as nobody answered it, all else is
        known."""
        found: list[Expression] = []
        for name in sorted(name for name in passage.needs if self._is_free(name, passage)):
            field = self.known.fields[name]
            guard = field.asked_when
            set_: Expression = ("is set", name)
            found.append(set_ if guard is None else ("or", ("and", guard.expression, set_), _unanswered(field, guard)))
        return found

    def _is_free(self, name: str, passage: Passage) -> bool:
        """Whether a value that is given hangs on nothing but what is given with it."""
        return with_deciders(frozenset((name,)), self.known.fields) <= passage.needs

    def _left(self, expression: Expression, passage: Passage, at: Stand) -> Expression | None:
        """What of a condition hangs on the values that are given with the event; None if it hangs on more."""
        head, *rest = expression
        if head in ("and", "or", "not"):
            parts = [self._left(part, passage, at) for part in rest]  # type: ignore[arg-type]
            told = [part for part in parts if part is not None]
            return (head, *told) if len(told) == len(parts) else None
        reads = reads_of(expression)
        if head == "const" or (reads and all(self._is_free(name, passage) for name in reads)):
            return expression
        if at.node is None or self.walk is None or not _is_told(expression, self.walk.terms):
            return None
        return None if reads & (passage.needs | passage.asked) else ("const", self.walk.holds(expression, at.node))


def _unanswered(field: Field, guard: Formula) -> Expression:
    held: Expression = ("not set", field.name) if field.default is None else equals(field.name, field.default)
    return ("and", ("not", guard.expression), held)


def _is_told(expression: Expression, terms: Terms) -> bool:
    """Whether terms tell a comparison, or a count, apart."""
    head, *rest = expression
    if head == "happened":
        return rest[0] in terms.events
    return not reads_dues(expression) and (("is set", *rest) if head == "not set" else expression) in terms.atoms


def _can_be_put(passage: Passage) -> bool:
    """What a line works out may not fit into its field, and then the event is refused."""
    return all(constant_of(setting.value.expression) is not None for setting in passage.sets.values())


def plain(known: Known) -> Terrain:
    """Places and nothing more."""
    return Terrain(known, None, Steps(MOST_STEPS))


def finer(known: Known, claim: Claim, firm: frozenset[str]) -> Terrain | None:
    """What all guards compare and count told apart; None where they compare nothing, or too much. `claim` is one that
    watches nothing."""
    terms = _terms_in(known)
    if not terms.atoms and not terms.events:
        return None
    purse = Steps(MOST_STEPS)
    try:
        return Terrain(known, Walk(Watch(claim), known, terms, firm, purse), purse)
    except TooMany:
        return None


def _terms_in(known: Known) -> Terms:
    """What guards compare, with what decides whether these fields are asked; where that is too much, what they
    count."""
    asked = _conditions(known)
    read = with_deciders(_read(asked), known.fields)
    guards = (field.asked_when for name, field in known.fields.items() if name in read)
    terms = terms_of(iter([*asked, *(guard.expression for guard in guards if guard is not None)]))
    return terms if len(terms.atoms) <= MOST_ATOMS else Terms((), terms.events)


def _conditions(known: Known) -> list[Expression]:
    passages = (passage for state in known.inside for passage in known.passages[state])
    return [each for passage in passages for each in passage.conditions]


def _read(expressions: Iterable[Expression]) -> frozenset[str]:
    return frozenset[str]().union(*(reads_of(each) for each in expressions))
