"""Every place that cases come to, as far as a claim can tell them apart: a fixpoint over places, what has happened,
what the claim remembers, and which of some comparisons hold.

What isn't told apart may be anything, so whatever a case does is done here too: what doesn't break the claim here
breaks it nowhere. What breaks it here may be made of what different cases do; a tale decides that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.bounds import bounds_in, linked, touched_by
from casedsl.analysis.claims.effects import Effect
from casedsl.analysis.claims.roads import Road, Roads
from casedsl.analysis.claims.tale import Amendment, Step, Tale, begun, opened
from casedsl.analysis.claims.watch import YES, Seen, Spot, Watch
from casedsl.analysis.known import Known, Place, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import atoms_of, dues_in, events_in, reads_of
from casedsl.analysis.solving.search import Spent, Steps
from casedsl.model.records import Field

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


class Way(NamedTuple):
    """A road as a claim sees it.

    Attributes:
      plain: it changes nothing but where the case is.
      idle: it is nothing to what is told apart, so that nothing is asked of it.
      asked: what the claim asks of it.
      counts: it hangs on what has happened.
      counted: the place among the counts of its event, if that is counted.
    """

    road: Road
    plain: bool
    idle: bool
    asked: Expression | None
    counts: bool
    counted: int | None
    seen: Seen


class Walk:
    """The nodes of a claim and the edges between them, each node once, in the order in which they are found: `edges`
    has those that were looked at so far."""

    def __init__(
        self, watch: Watch, known: Known, terms: Terms, firm: frozenset[str], purse: Steps, roads: Roads | None = None
    ) -> None:
        self.watch, self.known, self.terms, self.purse = watch, known, terms, purse
        self.fields, self.firm, self.roads = known.fields, firm, roads or Roads(known)
        read = (reads_of(each) for each in (*terms.atoms, *watch.expressions))
        self.core = with_deciders(frozenset[str]().union(*read), self.fields)
        self._effects: dict[object, Effect] = {}
        self._ways: dict[tuple[Place, str | None], tuple[Way, ...]] = {}
        self._needed: dict[tuple[int, int], frozenset[str]] = {}
        self._speaks, self._bounded = watch.speaks, any(bounds_in(self.fields))
        self._places = {event: place for place, event in enumerate(terms.events)}
        self._most = tuple(terms.events.values())
        self._events = watch.events | terms.events.keys()
        self._seen: dict[tuple[str | None, str, str | None], Seen] = {}
        self.first = tuple(dict.fromkeys(self._openings()))
        self.edges: dict[Node, tuple[Edge, ...]] = {}
        self._from: dict[Node, tuple[Node, Edge] | None] = dict.fromkeys(self.first)
        self._queue = list(self.first)

    def whole(self) -> Walk:
        """With every node looked at."""
        for _ in self.nodes():
            pass
        return self

    def nodes(self) -> Iterator[Node]:
        """The nodes that weren't looked at yet, each when it has been."""
        for node in islice(self._queue, len(self.edges), None):
            self.edges[node] = edges = tuple(self._onward(node))
            self.purse.left -= len(edges)
            for edge in edges:
                if edge.to not in self._from:
                    self._from[edge.to] = node, edge
                    self._queue.append(edge.to)
            if len(self._from) > MOST_NODES or self.purse.left <= 0:
                raise TooMany
            yield node

    def way_to(self, node: Node) -> tuple[Node, tuple[Edge, ...]]:
        """Where the first way that led to a node begins, and its edges."""
        edges: list[Edge] = []
        while (step := self._from[node]) is not None:
            node = step[0]
            edges.append(step[1])
        return node, tuple(reversed(edges))

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
            return node.counts[self._places[str(rest[0])]] >= int(rest[1])  # type: ignore[arg-type]
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
        for _, held in self._on(Effect(tale, self.terms.atoms), ()):
            node = Node(self.known.first, None, (0,) * len(self.terms.events), False, held)
            yield node._replace(remembered=self.watch.at_first(node.spot, self._speaks_of(node)))

    def _onward(self, node: Node) -> Iterator[Edge]:
        yield from self._amended(node)
        place, ending, counts, remembered, held = node
        key = place, ending
        if key not in self._ways:
            self._ways[key] = tuple(self._ways_from(place, ending))
        for way in self._ways[key]:
            road = way.road
            if way.plain:
                yield Edge(road.passage, False, Node(road.place, road.ending, counts, False, held))
                continue
            more = counts if way.counted is None else self._counted(counts, way.counted)
            for asked, after in self._taken(node, way):
                to = Node(road.place, road.ending, more, False, after)
                holds = way.seen.looked_at and self._speaks_of(to)
                if self.watch.after(way.seen, asked, holds, remembered):
                    to = to._replace(remembered=True)
                yield Edge(road.passage, asked, to)

    def _ways_from(self, place: Place, ending: str | None) -> Iterator[Way]:
        forgets = not self.watch.remembers
        for road in self.roads.out_of(place, ending):
            passage, to, kept, event, touched = road
            if self.watch.may_happen(passage):
                counts = bool(self._places) and not self._places.keys().isdisjoint(passage.counts)
                idle, known = not counts and self.core.isdisjoint(touched), event in self._events
                asked = self.watch.asked(passage) if known else None
                counted = self._places.get(event) if event and known else None
                seen = self._seen_of(event if known else None, to.state, kept)
                yield Way(road, forgets and idle and not known, idle, asked, counts, counted, seen)

    def _seen_of(self, event: str | None, state: str, ending: str | None) -> Seen:
        key = event, state, ending
        if key not in self._seen:
            self._seen[key] = self.watch.seen(event, Spot(state, ending))
        return self._seen[key]

    def _amended(self, node: Node) -> Iterator[Edge]:
        names = self._amendable(node.place.state)
        if not names:
            return
        effect = self._effects.get(names)
        if effect is None:
            tale = self._begun(self.core, {})
            before, now = [tale.told(atom) for atom in self.terms.atoms], dict(tale.now)
            tale.change(names, away=True)
            effect = self._effects[names] = Effect(tale, self.terms.atoms, None, before, now)
        for _, held in self._on(effect, node.held):
            if held != node.held:
                to = node._replace(held=held)
                remembered = self.watch.amended(to.spot, self._speaks_of(to), node.remembered)
                yield Edge(Amendment(node.place.state, names), False, to._replace(remembered=remembered))

    def _amendable(self, state: str) -> tuple[str, ...]:
        amendable = self.core & self.known.amendable[state]
        return tuple(name for name in self.fields if name in amendable) if amendable else ()

    def _speaks_of(self, node: Node) -> bool:
        if self.watch.claim.kind != "leads to":
            return False
        return self._speaks == YES or self.holds(self._speaks, node)

    def _counted(self, counts: tuple[int, ...], place: int) -> tuple[int, ...]:
        return (*counts[:place], min(counts[place] + 1, self._most[place]), *counts[place + 1 :])

    def _taken(self, node: Node, way: Way) -> Iterable[tuple[bool, tuple[bool, ...]]]:
        """Whether what the claim asks of an event holds, and what holds after it: every way that both can be."""
        if way.idle and way.asked in (None, YES):
            return ((way.asked is not None, node.held),)
        passage = way.road.passage
        counts = node.counts if way.counts or way.asked is not None else ()
        key = id(passage.by), id(passage.route), counts, way.asked
        if key not in self._effects:
            self._effects[key] = self._effect(passage, way.asked, counts)
        return self._on(self._effects[key], node.held)

    def _effect(self, passage: Passage, asked: Expression | None, counts: tuple[int, ...]) -> Effect:
        counted = dict(zip(self.terms.events, counts, strict=True)) if counts else {}
        tale = self._begun(self.needed(passage), counted)
        before, now = [tale.told(atom) for atom in self.terms.atoms], dict(tale.now)
        tale.ask(passage)
        asks = None if asked is None else tale.told(asked)
        tale.act(passage)
        return Effect(tale, self.terms.atoms, asks, before, now)

    def _on(self, effect: Effect, held: tuple[bool, ...]) -> Iterator[tuple[bool, tuple[bool, ...]]]:
        try:
            yield from effect.on(held, self.roads.pieces, self.purse)
        except Spent:
            raise TooMany from None

    def needed(self, passage: Passage) -> frozenset[str]:
        """The fields that a tale of one step must know: those of the terms, of its conditions, of what it sets."""
        key = id(passage.by), id(passage.route)
        if key not in self._needed:
            self._needed[key] = self._with_sources(passage)
        return self._needed[key]

    def _with_sources(self, passage: Passage) -> frozenset[str]:
        stake = linked(touched_by(passage), self.fields) if self._bounded else frozenset[str]()
        found, before = with_deciders(self.core | passage.reads | stake, self.fields), frozenset[str]()
        while found != before:
            before = found
            read = (name for each in passage.sets.values() if each.field.name in found for name in each.value.reads)
            found = with_deciders(found.union(read), self.fields)
        return found

    def at(self, node: Node, names: frozenset[str]) -> Tale:
        """A case of a node, at any moment."""
        tale = self._begun(names, dict(zip(self.terms.events, node.counts, strict=True)))
        for atom, held in zip(self.terms.atoms, node.held, strict=True):
            tale.say(atom if held else ("not", atom))
        return tale

    def _begun(self, names: frozenset[str], counts: Mapping[str, int]) -> Tale:
        return begun(self._some(names), self.firm, counts)

    def _none(self) -> dict[str, int]:
        return dict.fromkeys(self.terms.events, 0)

    def _some(self, names: frozenset[str]) -> dict[str, Field]:
        return {name: field for name, field in self.fields.items() if name in names}


def terms_of(expressions: Iterator[Expression]) -> Terms:
    """What some expressions compare and count."""
    atoms: dict[Expression, None] = {}
    events: dict[str, int] = {}
    for expression in expressions:
        atoms.update(dict.fromkeys(atoms_of(expression)))
        for name, times in events_in(expression).items():
            events[name] = max(times, events.get(name, 0))
    return Terms(tuple(atoms), events)
