"""Claims, judged: proved of every case, refuted with a case that goes a way, or not decided.

First a walk through everything that the claim can tell apart. If nothing there breaks the claim, nothing does, for the
walk has all that any case can do. If something does, the shortest ways there are told as whole stories; a story that
some case goes refutes the claim. If none of them is one, the walk has joined what no case has together: then it is gone
again, and tells more apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.claims.rank import every_case_goes_on
from casedsl.analysis.claims.roads import Roads
from casedsl.analysis.claims.tale import Amendment, Step, Tale, opened
from casedsl.analysis.claims.walk import Edge, Node, Terms, TooMany, Walk, terms_of
from casedsl.analysis.claims.watch import YES, Never, Watch
from casedsl.analysis.graph import timers_in
from casedsl.analysis.known import Known, with_deciders
from casedsl.analysis.names import transitions_of
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import reads_dues, reads_of
from casedsl.analysis.solving.asking import together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.model.records import CaseType, Claim, Field, Occurrence, Ref, Transition

MOST_STEPS, MOST_OF_ONE = 100_000, 40_000
"""For all claims of a definition, and for one; a question takes at most 20,000 of them."""
MOST_WAYS = 12
MOST_TIMES = 3
MOST_ATOMS = 10
MOST_LOOKED_AT = 20_000


class Told(Struct, frozen=True):
    """What is given at the opening, or with a step, as far as it matters: None is a value that is taken away."""

    values: tuple[tuple[str, Value], ...] = ()


class Proved(Struct, frozen=True):
    """A claim that holds in every case."""

    claim: Claim


class Refuted(Struct, frozen=True):
    """A claim that some case breaks.

    Attributes:
      way: what the case goes through from its opening on, with amendments.
      claims: what is so when it is broken: with the values given to the last event (`at_event`), else after all of it.
      told: the values that matter, of the opening and then of each step.
      state: where the case is then.
      strangers: of `only` the roles that the claim doesn't name.
    """

    claim: Claim
    way: tuple[Step, ...]
    claims: tuple[Expression, ...]
    at_event: bool
    told: tuple[Told, ...]
    state: str
    strangers: tuple[str, ...] = ()


class Undecided(Struct, frozen=True):
    """A claim of which neither is known."""

    claim: Claim


Judged: TypeAlias = Proved | Refuted | Undecided


def claims_judged(case_type: CaseType, known: Known) -> tuple[Judged, ...]:
    """Every claim of a definition, in order."""
    firm, left, found = firm_in(case_type), MOST_STEPS, list[Judged]()
    roads = Roads(known)
    for claim in case_type.claims:
        given = min(MOST_OF_ONE, left)
        purse = Steps(given)
        found.append(_Judge(claim, case_type, known, firm, purse, roads).judged())
        left -= given - max(purse.left, 0)
    return tuple(found)


def never_done(
    case_type: CaseType, known: Known, firm: frozenset[str], passage: Passage, purse: Steps, most: int, roads: Roads
) -> bool:
    """Whether it is proved that no case ever takes one way out of a state, by a line; at most so many steps are taken,
    and taken out of the purse."""
    assert isinstance(passage.by, Transition)
    event = Occurrence(Ref(passage.by.event, passage.by.span), True)
    claim = Claim("never", "", passage.by.span, of=event)
    own = Steps(min(most, purse.left))
    found = _Judge(claim, case_type, known, firm, own, roads)
    found.watch = Never(claim, passage)
    before = own.left
    proved = isinstance(found.judged(), Proved)
    purse.left -= before - max(own.left, 0)
    return proved


def firm_in(case_type: CaseType) -> frozenset[str]:
    """The fields that are always set: they have a default, and nothing sets them to what may be unset."""
    actions = (each for line in transitions_of(case_type) for each in (line.actions, *(r.actions for r in line.routes)))
    loose = {setting.field.name for each in actions for setting in each.sets if setting.value.expression[0] != "const"}
    return frozenset(
        name for name, field in case_type.fields.items() if field.default is not None and name not in loose
    )


class _Way(Struct, frozen=True):
    """A way that a walk has found: its edges, and the node where it begins. `event` says that its last event breaks the
    claim, else the node behind it does."""

    first: Node
    edges: tuple[Edge, ...]
    event: bool

    @property
    def last(self) -> Node:
        return self.edges[-1].to if self.edges else self.first

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(edge.step for edge in self.edges)


class _Judge:
    def __init__(
        self, claim: Claim, case_type: CaseType, known: Known, firm: frozenset[str], purse: Steps, roads: Roads
    ) -> None:
        self.claim, self.type, self.known, self.firm = claim, case_type, known, firm
        self.purse, self.roads = purse, roads
        self.watch = Watch(claim)

    def judged(self) -> Judged:
        try:
            return self._judged()
        except TooMany:
            return Undecided(self.claim)

    def _judged(self) -> Judged:
        if not self._can_be_broken():
            return Proved(self.claim)
        terms = terms_of(iter(self.watch.expressions))
        for finer in (self._on_these_ways, self._everywhere, None):
            walk = Walk(self.watch, self.known, terms, self.firm, self.purse, self.roads)
            first = self._first_broken(walk)
            if first is None and self.claim.kind != "leads to":
                return Proved(self.claim)
            refuted = first and self._refuted(first, walk)
            if refuted:
                return refuted
            bad = self._bad(walk.whole())
            if not bad and every_case_goes_on(walk):
                return Proved(self.claim)
            broken = tuple(islice(self._ways(walk, bad), MOST_WAYS))
            for way in broken[1 if first else 0 :]:
                refuted = self._refuted(way, walk)
                if refuted:
                    return refuted
            more = finer(terms, broken) if finer else terms
            if len(more.atoms) > MOST_ATOMS:
                break
            terms = more
        return Undecided(self.claim)

    def _can_be_broken(self) -> bool:
        """Whether some event of the definition breaks the claim, whatever has been before; it is asked of a claim that
        only events can break."""
        claim = self.claim
        if claim.kind not in ("only", "before") and not (claim.kind == "never" and claim.of and claim.of.event):
            return True
        passages = (passage for ways in self.known.passages.values() for passage in ways)
        return any(self.watch.breaks(passage, False) and self.watch.may_happen(passage) for passage in passages)

    # What to tell apart besides.

    def _on_these_ways(self, terms: Terms, ways: Sequence[_Way]) -> Terms:
        """Also what the events on some ways ask, and what decides whether a field is asked."""
        passages = [step for way in ways for step in way.steps if isinstance(step, Passage)]
        return self._with(terms, passages or self._all_passages())

    def _everywhere(self, terms: Terms, ways: Sequence[_Way]) -> Terms:
        """Also what any event asks."""
        return self._with(terms, self._all_passages())

    def _all_passages(self) -> list[Passage]:
        return [passage for state in self.known.inside for passage in self.known.passages[state]]

    def _with(self, terms: Terms, passages: Sequence[Passage]) -> Terms:
        asked = [each for passage in passages for each in passage.conditions]
        read = with_deciders(frozenset[str]().union(*(reads_of(atom) for atom in terms.atoms)), self.known.fields)
        guards = (field.asked_when for name, field in self.known.fields.items() if name in read)
        decide = [guard.expression for guard in guards if guard is not None]
        found = terms_of(iter([*self.watch.expressions, *decide, *asked]))
        return Terms(tuple(dict.fromkeys((*terms.atoms, *found.atoms))), {**found.events, **terms.events})

    # Ways on which it is broken.

    def _first_broken(self, walk: Walk) -> _Way | None:
        """The first way that breaks the claim, as soon as the walk comes to its end; of `leads to` none is known before
        everything has been looked at."""
        if self.claim.kind == "leads to":
            return None
        for node in walk.nodes():
            if walk.breaks(node) or next(walk.breaking(node), None) is not None:
                return next(self._broken_at(_Way(*walk.way_to(node), False), node, walk, frozenset()))
        return None

    def _ways(self, walk: Walk, bad: frozenset[Node]) -> Iterator[_Way]:
        """The shortest ways to what breaks the claim, no two of the same steps."""
        leading = _leading_to(bad, walk)
        said: set[tuple[tuple[object, ...], ...]] = set()
        queue = [_Way(node, (), False) for node in walk.first if node in leading]
        times: dict[Node, int] = {}
        for way in islice(queue, MOST_LOOKED_AT):
            if not self.purse.take():
                raise TooMany
            node = way.last
            for found in self._broken_at(way, node, walk, bad):
                key = tuple(_key(edge.step) for edge in found.edges)
                if key not in said:
                    said.add(key)
                    yield found
            if node in bad and self.claim.kind == "leads to":
                continue
            for edge in walk.edges[node]:
                times[edge.to] = times.get(edge.to, 0) + 1
                if edge.to in leading and times[edge.to] <= MOST_TIMES:
                    queue.append(_Way(way.first, (*way.edges, edge), False))

    def _bad(self, walk: Walk) -> frozenset[Node]:
        """The nodes that break the claim, or in which an event does; of `leads to` those from which no way leads to
        what must come."""
        if self.claim.kind != "leads to":
            return frozenset(n for n in walk.edges if walk.breaks(n) or next(walk.breaking(n), None))
        free = frozenset(node for node in walk.edges if not node.remembered)
        return frozenset(walk.edges) - _leading_to(free, walk)

    def _broken_at(self, way: _Way, node: Node, walk: Walk, bad: frozenset[Node]) -> Iterator[_Way]:
        if walk.breaks(node) or (self.claim.kind == "leads to" and node in bad):
            yield way
        for edge in walk.breaking(node):
            yield _Way(way.first, (*way.edges, edge), True)

    # Whether some case goes a way.

    def _refuted(self, way: _Way, walk: Walk) -> Refuted | None:
        if any(map(reads_dues, self.watch.expressions)) or not all(map(self._can_be_told, way.steps)):
            return None
        for away in (False, True) if any(isinstance(step, Amendment) for step in way.steps) else (False,):
            for steps in _lessened(way.steps):
                found = self._told(way, steps, walk, away)
                if found is not None:
                    return found
        return None

    def _can_be_told(self, step: Step) -> bool:
        """Whether a story can say all that a step asks: not when a promise is due, nor whether something is
        escalated where nothing ever is."""
        if isinstance(step, Amendment) or not isinstance(step.by, Transition):
            return True
        escalated = any(timer.rung == "escalate" for timer in timers_in(self.type, step.source))
        return not any(map(reads_dues, step.conditions)) and (escalated or not step.by.reverses_escalation)

    def _told(self, way: _Way, steps: tuple[Step, ...], walk: Walk, away: bool) -> Refuted | None:
        tale = opened(self._fields_of(way, walk), apart=self.known.apart)
        claims: tuple[Expression, ...] = ()
        pending = way.first.remembered
        if pending:
            tale.say(*self._asking(way.first))
        for number, (step, edge) in enumerate(zip(steps, way.edges, strict=True)):
            if isinstance(step, Amendment):
                tale.change(step.names, away)
            else:
                tale.ask(step)
                last = way.event and number == len(steps) - 1
                claims = self._of_event(step, edge, last)
                tale.say(*claims)
                tale.act(step)
            if edge.to.remembered and not pending and self.claim.kind == "leads to":
                tale.say(*self._asking(edge.to))
            pending = edge.to.remembered
        if not way.event:
            claims = self._at_the_end(way.last, walk)
            tale.say(*claims)
        example = self._example(tale)
        return None if example is None else self._found(way, steps, claims, tale, example)

    def _of_event(self, step: Passage, edge: Edge, last: bool) -> tuple[Expression, ...]:
        """What is so of an event that the claim looks at, when its values have been given."""
        asked = self.watch.asked(step)
        if asked is None or not (last or self.claim.kind == "leads to"):
            return ()
        return (asked if edge.asked else ("not", asked),)

    def _asking(self, node: Node) -> tuple[Expression, ...]:
        """What is so where `leads to` begins to wait because of where a case is."""
        return (self.watch.speaks,) if self.watch.looks_at(node.spot) else ()

    def _at_the_end(self, node: Node, walk: Walk) -> tuple[Expression, ...]:
        if self.claim.kind != "leads to":
            return (self.watch.breach,)
        return tuple(atom if held else ("not", atom) for atom, held in zip(walk.terms.atoms, node.held, strict=True))

    def _fields_of(self, way: _Way, walk: Walk) -> dict[str, Field]:
        names = frozenset[str]().union(
            *(reads_of(each) for each in (*self.watch.expressions, *walk.terms.atoms)),
            *(walk.needed(step) for step in way.steps if isinstance(step, Passage)),
            *(step.names for step in way.steps if isinstance(step, Amendment)),
        )
        names = with_deciders(names, self.known.fields)
        return {name: field for name, field in self.known.fields.items() if name in names}

    def _example(self, tale: Tale) -> Example | None:
        answer = together(tale.said, tale.names, self.purse)
        return answer if isinstance(answer, Example) else None

    def _found(
        self, way: _Way, steps: tuple[Step, ...], claims: tuple[Expression, ...], tale: Tale, example: Example
    ) -> Refuted:
        values = dict(example.fields)
        told = [Told(tuple((e.field, values[e.held]) for e in given if e.held in values)) for given in tale.told_at]
        last = steps[-1] if steps else None
        strangers = self.watch.strangers(last) if self.claim.kind == "only" and isinstance(last, Passage) else ()
        shown = tuple(each for each in claims if each != YES)
        state = last.source if way.event and isinstance(last, Passage) else way.last.place.state
        return Refuted(self.claim, steps, shown, way.event, tuple(told), state, strangers)


def _key(step: Step) -> tuple[object, ...]:
    if isinstance(step, Amendment):
        return (step,)
    return step.source, step.target, id(step.by), id(step.route)


def _leading_to(goals: frozenset[Node], walk: Walk) -> frozenset[Node]:
    """The nodes from which some of these can be reached, these among them."""
    before: dict[Node, list[Node]] = {}
    for node, edges in walk.edges.items():
        for edge in edges:
            before.setdefault(edge.to, []).append(node)
    found = set(goals)
    queue = list(goals)
    for node in queue:
        for source in before.get(node, ()):
            if source not in found:
                found.add(source)
                queue.append(source)
    return frozenset(found)


def _lessened(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """A way with only one field in each amendment, as often as there are fields, and at last the way as it is."""
    most = max((len(step.names) for step in steps if isinstance(step, Amendment)), default=1)
    if most > 1:
        for number in range(most):
            yield tuple(
                Amendment(step.state, (step.names[number % len(step.names)],)) if isinstance(step, Amendment) else step
                for step in steps
            )
    yield steps
