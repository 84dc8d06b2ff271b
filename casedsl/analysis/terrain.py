"""Where cases can go, told apart as finely as a question about people needs it, and what surely can be done there.

Who may go on hangs on where a case is, mostly. But a guard may close the one event that somebody is left for; so where
places alone don't decide, the walk of the claims is gone, which tells apart what all guards compare and count. Both
have every way that a case can go, and perhaps more; `sure` has only what in every such case some person can do
(`able.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from casedsl_runtime.vocabulary import BACK, Expression
from msgspec import Struct

from casedsl.analysis.able import Act, at_place, names_of, surely_one
from casedsl.analysis.claims.tale import Step
from casedsl.analysis.claims.walk import Node, Terms, TooMany, Walk, terms_of
from casedsl.analysis.claims.watch import Watch
from casedsl.analysis.known import Known, Place, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import reads_of
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Claim, Timer, Transition

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
        if nowhere or line.reverses_escalation:
            return
        if self._can_be_done(at, ways):
            yield Option(line, frozenset(to for _, to in ways))
        for route in line.routes:
            own = [(passage, to) for passage, to in ways if passage.route is route]
            if own and len(own) < len(ways) and self._can_be_done(at, own):
                yield Option(line, frozenset(to for _, to in own))

    def _can_be_done(self, at: Stand, ways: Iterable[tuple[Passage, Stand]]) -> bool:
        """Whether to every such case somebody can do one of some events, with values of their choice."""
        acts = [Act(passage) for passage in {id(passage): passage for passage, _ in ways}.values()]
        names = names_of(acts)
        if self.walk is None or at.node is None:
            tale = at_place(self.known, at.place, names)
        else:
            tale = self.walk.at(at.node, with_deciders(names, self.known.fields) | self.walk.core)
        return surely_one(tale, acts, self.purse)


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
        return Terrain(known, Walk(Watch(claim), known, terms, firm, purse).whole(), purse)
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
