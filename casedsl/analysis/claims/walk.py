"""Every place that cases come to, as far as a claim can tell them apart: a fixpoint over places, what has happened,
what the claim remembers, and which of some comparisons hold.

What isn't told apart may be anything, so whatever a case does is done here too: what doesn't break the claim here
breaks it nowhere. What breaks it here may be made of what different cases do; a tale decides that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.bounds import bounds_in, linked, touched_by
from casedsl.analysis.claims.tale import Amendment, Step, Tale, begun, opened
from casedsl.analysis.claims.watch import YES, Spot, Watch
from casedsl.analysis.known import Known, Place, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import atoms_of, dues_in, events_in, reads_of
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Field, Transition

MOST_NODES = 6_000
MOST_DUES = 6


class Node(NamedTuple):
    """Cases that the claim doesn't tell apart: where they are, how they ended, how often events have happened (as far
    as that is counted), what is remembered of the past, and which comparisons hold."""

    place: Place
    ending: str | None
    counts: tuple[int, ...]
    remembered: bool
    held: tuple[bool, ...]

    @property
    def spot(self) -> Spot:
        return Spot(self.place.state, self.ending)


class Edge(NamedTuple):
    """A step from a node to another; `asked` says whether what the claim asks of the event holds."""

    step: Step
    asked: bool
    to: Node


class TooMany(Exception):
    """There is more to look at than is looked at. Never leaves this package."""


class Terms(Struct, frozen=True):
    """What nodes tell apart: comparisons of fields, and events with how far they are counted."""

    atoms: tuple[Expression, ...]
    events: Mapping[str, int]


class Walk:
    """The nodes of a claim and the edges between them, each node once, in the order in which they are found."""

    def __init__(self, watch: Watch, known: Known, terms: Terms, firm: frozenset[str], purse: Steps) -> None:
        self.watch, self.known, self.terms, self.purse = watch, known, terms, purse
        self.fields, self.firm = known.fields, firm
        read = (reads_of(each) for each in (*terms.atoms, *watch.expressions))
        self.core = with_deciders(frozenset[str]().union(*read), self.fields)
        self._after: dict[object, tuple[tuple[bool, tuple[bool, ...]], ...]] = {}
        self._known: dict[tuple[int, int], tuple[bool, bool]] = {}
        self._needed: dict[tuple[int, int], frozenset[str]] = {}
        self.first = tuple(dict.fromkeys(self._openings()))
        self.edges: dict[Node, tuple[Edge, ...]] = {}
        queue = list(self.first)
        met = set(queue)
        for node in queue:
            self.edges[node] = tuple(self._onward(node))
            purse.left -= len(self.edges[node])
            for edge in self.edges[node]:
                if edge.to not in met:
                    met.add(edge.to)
                    queue.append(edge.to)
            if len(met) > MOST_NODES or purse.left <= 0:
                raise TooMany

    def holds(self, expression: Expression, node: Node) -> bool:
        """Whether something that the terms decide holds of a node; when a promise is due they don't, so it holds if it
        does for some instant."""
        free = tuple(dict.fromkeys(dues_in(expression)))
        if len(free) > MOST_DUES:
            raise TooMany
        return any(
            self._is_so(expression, node, dict(zip(free, said, strict=True)))
            for said in product((True, False), repeat=len(free))
        )

    def _is_so(self, expression: Expression, node: Node, free: Mapping[Expression, bool]) -> bool:
        head, *rest = expression
        if expression in free:
            return free[expression]
        if head == "not":
            return not self._is_so(rest[0], node, free)  # type: ignore[arg-type]
        if head in ("and", "or"):
            return (all if head == "and" else any)(self._is_so(part, node, free) for part in rest)  # type: ignore[arg-type]
        if head == "const":
            return rest[0] is True
        if head == "happened":
            return node.counts[list(self.terms.events).index(str(rest[0]))] >= int(rest[1])  # type: ignore[arg-type]
        if head == "not set":
            return not node.held[self.terms.atoms.index(("is set", *rest))]
        return node.held[self.terms.atoms.index(expression)]

    def breaks(self, node: Node) -> bool:
        """Whether a node by itself breaks the claim; `leads to` is never broken by one node."""
        watch = self.watch
        return watch.claim.kind in ("always", "never") and watch.looks_at(node.spot) and self.holds(watch.breach, node)

    def breaking(self, node: Node) -> Iterator[Edge]:
        """The events in a node that break the claim."""
        for edge in self.edges[node]:
            if edge.asked and isinstance(edge.step, Passage) and self.watch.breaks(edge.step, node.remembered):
                yield edge

    # Steps.

    def _openings(self) -> Iterator[Node]:
        tale = opened(self._some(self.core), self._none(), self.known.apart)
        for _, held in self._told(tale, None, {}, ()):
            node = Node(self.known.first, None, (0,) * len(self.terms.events), False, held)
            yield node._replace(remembered=self.watch.at_first(node.spot, self._speaks(node)))

    def _onward(self, node: Node) -> Iterator[Edge]:
        yield from self._amended(node)
        for passage, place in self.known.onward(node.place):
            if self.watch.may_happen(passage):
                yield from self._passed(node, passage, place)

    def _passed(self, node: Node, passage: Passage, place: Place) -> Iterator[Edge]:
        ending, stays = passage.ending, place == node.place
        for asked, held in self._taken(node, passage):
            to = Node(place, node.ending if stays and not ending else ending, self._counted(node, passage), False, held)
            yield Edge(passage, asked, to._replace(
                remembered=self.watch.after(passage, asked, to.spot, self._speaks(to), node.remembered)
            ))  # fmt: skip

    def _amended(self, node: Node) -> Iterator[Edge]:
        names = tuple(name for name in self.fields if name in self.core & self.known.amendable[node.place.state])
        if not names:
            return
        key = names, node.held
        if key not in self._after:
            tale = self.at(node, self.core)
            before = dict(tale.now)
            tale.change(names, away=True)
            self._after[key] = tuple(self._told(tale, None, before, node.held))
        for _, held in self._after[key]:
            if held != node.held:
                to = node._replace(held=held)
                remembered = self.watch.amended(to.spot, self._speaks(to), node.remembered)
                yield Edge(Amendment(node.place.state, names), False, to._replace(remembered=remembered))

    def _speaks(self, node: Node) -> bool:
        return self.watch.claim.kind == "leads to" and self.holds(self.watch.speaks, node)

    def _counted(self, node: Node, passage: Passage) -> tuple[int, ...]:
        if not isinstance(passage.by, Transition) or passage.by.event not in self.terms.events:
            return node.counts
        place = list(self.terms.events).index(passage.by.event)
        more = min(node.counts[place] + 1, self.terms.events[passage.by.event])
        return (*node.counts[:place], more, *node.counts[place + 1 :])

    def _taken(self, node: Node, passage: Passage) -> tuple[tuple[bool, tuple[bool, ...]], ...]:
        """Whether what the claim asks of an event holds, and what holds after it: every way that both can be."""
        asked, (counting, idle) = self.watch.asked(passage), self._traits_of(passage)
        if idle and asked in (None, YES):
            return ((asked is not None, node.held),)
        counts = node.counts if counting or asked is not None else ()
        key = id(passage.by), id(passage.route), counts, node.held, asked
        if key not in self._after:
            tale = self.at(node, self.needed(passage))
            before = dict(tale.now)
            tale.ask(passage)
            asks = None if asked is None else tale.told(asked)
            tale.act(passage)
            self._after[key] = tuple(self._told(tale, asks, before, node.held))
        return self._after[key]

    def needed(self, passage: Passage) -> frozenset[str]:
        """The fields that a tale of one step must know: those of the terms, of its conditions, of what it sets."""
        key = id(passage.by), id(passage.route)
        if key not in self._needed:
            self._needed[key] = self._with_sources(passage)
        return self._needed[key]

    def _traits_of(self, passage: Passage) -> tuple[bool, bool]:
        """Whether a step hangs on what has happened, and whether it is nothing to the terms."""
        key = id(passage.by), id(passage.route)
        if key not in self._known:
            counts = not self.terms.events.keys().isdisjoint(passage.counts)
            touched = (passage.needs, passage.clears, passage.sets, passage.asked, passage.acted, passage.reads)
            self._known[key] = counts, not counts and all(self.core.isdisjoint(each) for each in touched)
        return self._known[key]

    def _with_sources(self, passage: Passage) -> frozenset[str]:
        stake = linked(touched_by(passage), self.fields) if any(bounds_in(self.fields)) else frozenset[str]()
        found, before = with_deciders(self.core | passage.reads | stake, self.fields), frozenset[str]()
        while found != before:
            before = found
            read = (name for each in passage.sets.values() if each.field.name in found for name in each.value.reads)
            found = with_deciders(found.union(read), self.fields)
        return found

    def at(self, node: Node, names: frozenset[str]) -> Tale:
        """A case of a node, at any moment."""
        tale = begun(self._some(names), self.firm, dict(zip(self.terms.events, node.counts, strict=True)))
        for atom, held in zip(self.terms.atoms, node.held, strict=True):
            tale.say(atom if held else ("not", atom))
        return tale

    def _none(self) -> dict[str, int]:
        return dict.fromkeys(self.terms.events, 0)

    def _some(self, names: frozenset[str]) -> dict[str, Field]:
        return {name: field for name, field in self.fields.items() if name in names}

    def _told(
        self, tale: Tale, asks: Expression | None, before: Mapping[str, str], held: tuple[bool, ...]
    ) -> Iterator[tuple[bool, tuple[bool, ...]]]:
        """Every way in which what is asked and the comparisons can hold or not, after what has been told. A comparison
        whose fields are as before is as before."""
        questions: list[Expression] = [] if asks is None else [asks]
        fixed: list[bool | None] = [None] * len(questions)
        for number, atom in enumerate(self.terms.atoms):
            same = bool(before) and all(tale.now[name] == before.get(name) for name in reads_of(atom))
            questions.append(tale.told(atom))
            fixed.append(held[number] if same else None)
        for answers in self._answers(tale, questions, fixed, list(tale.said)):
            yield (answers[0], answers[1:]) if asks is not None else (False, answers)

    def _answers(
        self, tale: Tale, questions: list[Expression], fixed: list[bool | None], said: list[Expression]
    ) -> Iterator[tuple[bool, ...]]:
        if possible(said, tale.names, self.purse) is False:
            return
        waiting: list[tuple[tuple[bool, ...], list[Expression]]] = [((), said)]
        while waiting:
            if self.purse.left <= 0:  # of what isn't asked any more both answers seem possible, again and again
                raise TooMany
            answers, so_far = waiting.pop()
            if len(answers) == len(questions):
                yield answers
                continue
            known, question = fixed[len(answers)], questions[len(answers)]
            if known is not None:
                waiting.append(((*answers, known), so_far))
                continue
            yes, no = [*so_far, question], [*so_far, ("not", question)]
            can = possible(yes, tale.names, self.purse) is not False
            if not can or possible(no, tale.names, self.purse) is not False:
                waiting.append(((*answers, False), no))
            if can:
                waiting.append(((*answers, True), yes))


def terms_of(expressions: Iterator[Expression]) -> Terms:
    """What some expressions compare and count."""
    atoms: dict[Expression, None] = {}
    events: dict[str, int] = {}
    for expression in expressions:
        atoms.update(dict.fromkeys(atoms_of(expression)))
        for name, times in events_in(expression).items():
            events[name] = max(times, events.get(name, 0))
    return Terms(tuple(atoms), events)
