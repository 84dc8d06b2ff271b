"""Cases to which nothing that leads on is open, whoever acts and whatever they give.

Asked is of each state in which every way on hangs on something. First of all cases that may be there, as far as facts
tell them apart (`able.py`): where each has a way on, that is a proof. Else of the cases that go the shortest ways
there, told as whole stories: one to which every event is closed, also after whatever people may amend, is a case that
stays there for ever. What is neither is open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from casedsl_runtime.vocabulary import Duration, Expression, Value
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.able import Act, names_of, without_any
from casedsl.analysis.bounds import touched_by
from casedsl.analysis.claims.tale import Tale, begun, opened
from casedsl.analysis.durations import surely_longer
from casedsl.analysis.feasible import Feasible, spoken_of
from casedsl.analysis.graph import timers_in
from casedsl.analysis.implied import dependents
from casedsl.analysis.known import Known, Place, expressions_of, with_deciders
from casedsl.analysis.ladders import ladders
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import may_be_held_with
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.reads import reads_of
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.analysis.surely import Walker
from casedsl.analysis.terrain import Terrain
from casedsl.model.fields import constant_of
from casedsl.model.records import CaseType, Timer, Transition

_Said: TypeAlias = Callable[[str, Sequence[Transition]], bool]

MOST_WAYS = 6
MOST_TIMES = 3
MOST_PASSAGES = 1_000
"""For all ways that are asked about one definition together, each passage of each way counted."""


class Standstill(Struct, frozen=True):
    """A state with the lines that lead on, and a way on which a case gets there to which they are closed; without an
    example that is not decided."""

    state: str
    lines: tuple[Transition, ...]
    way: tuple[Passage, ...] = ()
    example: Example | None = None


class Question(Struct):
    """What is asked about several states: `raised` are those in which an escalation can be given back, `finer` tells
    cases apart by what guards compare, where that is not too much."""

    case_type: CaseType
    known: Known
    raised: frozenset[str]
    purse: Steps
    passages: int = MOST_PASSAGES
    finer: Callable[[], Terrain | None] = lambda: None

    def standstills(self, skipped: _Said) -> Iterator[Standstill]:
        """The states that some case never leaves, or of which that is open; some are left to others."""
        for state in self.known.inside:
            leaving = [each for each in self.known.passages[state] if each.target != state]
            acts = [each for each in leaving if self.is_open_to_some(each)]
            lines = tuple({id(each.by): each.by for each in acts if isinstance(each.by, Transition)}.values())
            timed = any(isinstance(each.by, Timer) for each in leaving)
            if acts and not timed and not skipped(state, lines):
                found = self.closed(state, acts, lines)
                if found is not None:
                    yield found

    def closed(self, state: str, acts: Sequence[Passage], lines: tuple[Transition, ...]) -> Standstill | None:
        """Whether some case gets to a state to which none of some events is open; None if none does."""
        if any(map(self.hangs_on_nothing, acts)):
            return None
        tried = self._acts(state, acts)
        if all(self._always(place, tried) for place in self.known.at if place.state == state):
            return None
        every = [*tried, *self._acts(state, self._changing(state, acts))]
        amendable = self._may_be_amended(state)
        for way in islice(self._ways_to(state), MOST_WAYS):
            example = self._on_way(way, every, amendable)
            if example is not None:
                return Standstill(state, lines, way, example)
        return None if self._always_on_finer_land(state, tried) else Standstill(state, lines)

    def is_open_to_some(self, passage: Passage) -> bool:
        """Whether somebody may do an event at all."""
        line = passage.by
        if not isinstance(line, Transition) or not line.by:
            return False
        return not line.reverses_escalation or passage.source in self.raised

    def hangs_on_nothing(self, passage: Passage) -> bool:
        fixed = all(constant_of(each.value.expression) is not None for each in passage.sets.values())
        bounded = any(field.bounds for field in self.known.fields.values())
        return fixed and not bounded and not passage.conditions and not passage.demands

    def _acts(self, state: str, passages: Iterable[Passage]) -> list[Act]:
        """Some events, also with what somebody amends before."""
        acts = [Act(each) for each in passages]
        amended = self.known.amendable[state] & with_deciders(names_of(acts), self.known.fields)
        return [*acts, *(act._replace(amended=amended) for act in acts if amended)]

    def _may_be_amended(self, state: str) -> frozenset[str]:
        """What may hold anything once people have amended something: they may do that again and again, so that what is
        not asked in between is gone."""
        amendable = self.known.amendable[state]
        after = dependents(self.known.fields)
        return amendable.union(*(after[name] for name in amendable))

    def _changing(self, state: str, acts: Iterable[Passage]) -> list[Passage]:
        """The events after which a case stays in the state, and may have changed what the others hang on, or one of
        these."""
        stays = [each for each in self.known.passages[state] if each.target == state and _is_event(each)]
        found, hanging = dict[int, Passage](), list(acts)
        while True:
            names = with_deciders(names_of([Act(each) for each in hanging]), self.known.fields)
            counted = frozenset[str]().union(*(each.counts for each in hanging))
            new = [each for each in stays if id(each) not in found and _may_change(each, names, counted)]
            if not new:
                return list(found.values())
            found.update((id(each), each) for each in new)
            hanging += new

    def _always(self, place: Place, acts: Sequence[Act], said: Sequence[Expression] = ()) -> bool:
        """Whether each case that facts let be in a place, and of which something is said, has a way on."""
        read = names_of(acts).union(*(reads_of(each) for each in said))
        names = with_deciders(read, self.known.fields)
        tale = begun({name: field for name, field in self.known.fields.items() if name in names}, frozenset(), {})
        tale.say(*expressions_of(self.known.at[place], names, self.known.fields), *said)
        return without_any(tale, acts, self.purse) is None

    def _always_on_finer_land(self, state: str, acts: Sequence[Act]) -> bool:
        terrain = self.finer()
        if terrain is None:
            return False
        stands = (at for at in terrain.every() if at.place.state == state)
        return all(self._always(at.place, acts, terrain.said(at)) for at in stands)

    def _on_way(self, way: tuple[Passage, ...], acts: Sequence[Act], amendable: frozenset[str]) -> Example | None:
        for amends in (False, True):
            tale = self._told(way, frozenset(self.known.fields) if amends else frozenset())
            if tale is not None:
                found = without_any(tale, acts, self.purse, amendable)
                if isinstance(found, Example) and not found.dues:
                    return _renamed(found, tale)
        return None

    def _told(self, way: Sequence[Passage], names: frozenset[str]) -> Tale | None:
        """The cases that go a way; with some amended before each step. None where too much is told, or the same."""
        self.passages -= len(way)
        amends = any(self.known.amendable[each.source] & names for each in way)
        if self.passages < 0 or (names and not amends):
            return None
        tale = opened(self.known.fields, apart=self.known.apart)
        for each in way:
            amended = self.known.amendable[each.source] & names
            if amended:
                tale.change(amended, away=False)
            tale.ask(each)
            tale.act(each)
        return tale

    def _ways_to(self, state: str) -> Iterator[tuple[Passage, ...]]:
        """The shortest ways to a state that nothing but what a case holds can bar."""
        walker = Walker(self.case_type, self.known, self.purse, self.passages)
        queue: list[tuple[Place, tuple[Passage, ...]]] = [(self.known.first, ())]
        met: dict[Place, int] = {}
        for place, way in queue:
            if place.state == state:
                yield way
            for passage, target in self.known.onward(place):
                if target in self.known.at and met.get(target, 0) < MOST_TIMES and walker.can_be(passage):
                    met[target] = met.get(target, 0) + 1
                    queue.append((target, (*way, passage)))


def _is_event(passage: Passage) -> bool:
    """Whether somebody may take a step."""
    return isinstance(passage.by, Transition) and bool(passage.by.by)


def _may_change(passage: Passage, names: frozenset[str], counted: frozenset[str]) -> bool:
    by = passage.by
    return not names.isdisjoint(touched_by(passage)) or (isinstance(by, Transition) and by.event in counted)


class Powerless(Struct, frozen=True):
    """An escalation, and a case in which the role that becomes responsible may do nothing then."""

    timer: Timer
    found: Standstill


def powerless(question: Question, reached: Container[str], said: _Said) -> Iterator[Powerless]:
    """The escalations to roles that may do something, and to whom all of it is closed in some case, or that is open."""
    case_type, known = question.case_type, question.known
    for ladder in ladders(case_type, reached):
        for timer in (each for each in ladder.timers if each.rung == "escalate"):
            held = may_be_held_with(case_type.organisation, timer.to.name)
            for state in (each for each in ladder.within(case_type) if each in known.inside):
                acts = [
                    each for each in known.passages[state] if question.is_open_to_some(each) and _is_up_to(each, held)
                ]
                lines = tuple({id(each.by): each.by for each in acts if isinstance(each.by, Transition)}.values())
                found = None if not acts or said(state, lines) else question.closed(state, acts, lines)
                if found is not None:
                    sure = all(surely_longer(length, timer.after.duration) for length in _moves(case_type, state))
                    yield Powerless(timer, found if sure else replace(found, example=None))
                    break


def _is_up_to(passage: Passage, roles: Container[str]) -> bool:
    return isinstance(passage.by, Transition) and any(actor.role.name in roles for actor in passage.by.by)


def _moves(case_type: CaseType, state: str) -> Iterator[Duration]:
    return (timer.after.duration for timer in timers_in(case_type, state) if timer.rung == "move")


def said_of(proofs: Proofs, feasible: Feasible) -> _Said:
    """Whether other findings say what is wrong with a state with these lines: that no case gets there, or none away; or
    that a guard of one of them is never so, leaves a case out, or reads what is unset."""
    spoken = set(spoken_of(proofs))
    spoken.update(id(gap.looked.line) for gap in proofs.gaps)
    spoken.update(id(each.guard.line) for each in proofs.unset)
    spoken.update(id(guard.line) for guard in proofs.open)

    def said(state: str, lines: Sequence[Transition]) -> bool:
        left = feasible.graph.moves[state] if state in feasible.reached else ()
        named = (each for line in lines for each in (line, *line.routes))
        return all(move.target == state for move in left) or any(id(each) in spoken for each in named)

    return said


def _renamed(example: Example, tale: Tale) -> Example:
    """An example in the words of the file: what a case holds at the end of its way."""
    now = {held: name for name, held in tale.now.items()}
    held: Mapping[str, Value] = {now[name]: value for name, value in example.fields if name in now}
    return Example(tuple((name, held[name]) for name in tale.fields if name in held), example.events)
