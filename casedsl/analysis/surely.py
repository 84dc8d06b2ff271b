"""What some case surely does, and what every case surely can: the positive half of the proofs.

The rules look for what is wrong, and where they find nothing it may still be that a case never gets there. Here it is
shown: a way is asked as one question (`stories.py`), so that there is a case that goes it. That every case can end is
shown backwards from the final states: a place is safe if, whatever the fields hold there, time moves the case on or
somebody may do an event, and every place to which that can lead is safe. What is not shown is not decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.graph import timers_in
from casedsl.analysis.implied import dependents
from casedsl.analysis.known import Known, Place, equals, expressions_of, given, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.asking import possible, together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.analysis.stories import opened
from casedsl.analysis.unset import set_if_asked
from casedsl.model.fields import constant_of
from casedsl.model.records import CaseType, Formula, Route, Timer, Transition

MOST_STEPS = 300_000
MOST_PASSAGES = 6_000
"""For all ways that are asked about one definition together, each passage of each way counted."""
_MOST_WAYS = 6
_MOST_TIMES = 3


class Way(Struct, frozen=True):
    """A place of a line where a case can go on: a state, the line, and its route."""

    state: str
    line: Transition
    route: Route


class Surely(Struct, frozen=True):
    """What is shown, by the names of states and by the places of routes; what is missing is not decided.

    Attributes:
      reached: the states that some case gets to.
      ways, taken: every route of a line that some state has, and those that some case takes.
      ending: the states from which every case can get to a final state.
    """

    reached: frozenset[str]
    ways: tuple[Way, ...]
    taken: frozenset[int]
    ending: frozenset[str]


def surely(case_type: CaseType, known: Known) -> Surely:
    """What is shown of a definition without errors."""
    walker = _Walker(case_type, known, Steps(MOST_STEPS), MOST_PASSAGES)
    confirmed = _confirmed(walker)
    each = tuple(_ways(case_type))
    taken = frozenset(place for place, way in enumerate(each) if walker.takes(way, confirmed.get(way.state, ())))
    safe = _safe(case_type, known, Steps(MOST_STEPS))
    open_ = frozenset(place.state for place in known.at if place not in safe)
    return Surely(frozenset(confirmed), each, taken, frozenset(known.inside) - open_)


def _ways(case_type: CaseType) -> Iterator[Way]:
    """Every route of every line once, in the order of the file, at the first state that has it."""
    found: dict[int, Way] = {}
    for state in case_type.states:
        for line in case_type.handlers(state).values():
            for route in line.routes:
                found.setdefault(id(route), Way(state, line, route))
    return iter(sorted(found.values(), key=lambda way: way.route.span))


class _Walker(Struct):
    """Asks whether some case goes a way, as long as the purse lasts."""

    case_type: CaseType
    known: Known
    purse: Steps
    passages: int

    def goes(self, way: Sequence[Passage]) -> bool:
        """Whether some case goes a way; people amend on it what its conditions read, or nothing."""
        self.passages -= len(way)
        if self.passages < 0 or not all(self.can_be(passage) for passage in way):
            return False
        return self.tells(way, frozenset()) or self.tells(way, self.known.fields.keys())

    def tells(self, way: Sequence[Passage], names: Collection[str]) -> bool:
        story = opened(self.known.fields)
        amends = False
        for passage in way:
            amended = self.known.amendable[passage.source].intersection(names)
            if amended:
                story.amend(frozenset(amended))
                amends = True
            story.take(passage)
        return (amends or not names) and possible(story.said, story.names, self.purse) is True

    def can_be(self, passage: Passage) -> bool:
        """Whether nothing besides fields and events speaks against it: somebody may do it, and it asks for no promise;
        of time, that nothing else moves the case before; of what gives a case back, that it is escalated there."""
        rungs = [timer.rung for timer in timers_in(self.case_type, passage.source)]
        line = passage.by
        if isinstance(line, Timer):
            return rungs.count("move") == 1
        escalated = "escalate" in rungs and "move" not in rungs
        asks_for_promises = any(formula.promises for formula in _guards(line))
        return bool(line.by) and not asks_for_promises and (escalated or not line.reverses_escalation)

    def takes(self, way: Way, ways: Sequence[tuple[Passage, ...]]) -> bool:
        ons = [each for each in self.known.passages[way.state] if each.by is way.line and each.route is way.route]
        return any(self.goes((*before, on)) for before in ways for on in ons[:1])


def _guards(line: Transition) -> Iterator[Formula]:
    return (formula for formula in (line.when, *(route.when for route in line.routes)) if formula is not None)


def _confirmed(walker: _Walker) -> dict[str, list[tuple[Passage, ...]]]:
    """Ways on which some case gets to each state, the shortest first."""
    known = walker.known
    queue: list[tuple[Place, tuple[Passage, ...]]] = [(known.first, ())]
    met: dict[Place, int] = {known.first: 1}
    found: dict[str, list[tuple[Passage, ...]]] = {known.first.state: [()]}
    for place, way in queue:
        for passage, target in known.onward(place):
            if target not in known.at or met.get(target, 0) >= _MOST_TIMES or target == place:
                continue
            longer = (*way, passage)
            if walker.goes(longer):
                met[target] = met.get(target, 0) + 1
                queue.append((target, longer))
                ways = found.setdefault(target.state, [])
                if len(ways) < _MOST_WAYS:
                    ways.append(longer)
    return found


# That every case can end.


def _safe(case_type: CaseType, known: Known, purse: Steps) -> set[Place]:
    """The places from which every case can get to a final state, whatever its fields hold."""
    ends = {place for place in known.at if case_type.states[place.state].kind == "final"}
    options = {place: tuple(_options(case_type, known, place, purse)) for place in known.at if place not in ends}
    changed = True
    while changed:
        new = {place for place, each in options.items() if place not in ends and any(way <= ends for way in each)}
        ends |= new
        changed = bool(new)
    return ends


def _options(case_type: CaseType, known: Known, place: Place, purse: Steps) -> Iterator[frozenset[Place]]:
    """What surely can be done in a place: of each such thing the places to which it can lead."""
    moves: dict[int, list[tuple[Passage, Place]]] = {}
    timed: set[Place] = set()
    for passage, target in known.onward(place):
        if isinstance(passage.by, Timer):
            timed.add(target)
        else:
            moves.setdefault(id(passage.by), []).append((passage, target))
    if timed and not any(timer.to.name == "back" for timer in _moving(case_type, place) if place.behind is None):
        yield frozenset(timed)
    for ways in moves.values():
        yield from _surely_done(case_type, known, place, ways, purse)


def _moving(case_type: CaseType, place: Place) -> Iterator[Timer]:
    return (timer for timer in timers_in(case_type, place.state) if timer.rung == "move")


def _surely_done(
    case_type: CaseType, known: Known, place: Place, ways: Sequence[tuple[Passage, Place]], purse: Steps
) -> Iterator[frozenset[Place]]:
    """The routes of one line that nothing but other values can close."""
    line = ways[0][0].by
    if isinstance(line, Timer) or not _may_be_done(case_type, line):
        return
    if all(_can_be_put(passage) for passage, _ in ways) and not _closed(known, place, ways, [], purse):
        yield frozenset(target for _, target in ways)
    for passage, target in ways:
        if _asks(known, passage) and _can_be_put(passage):
            chosen = _chosen(known, place, passage, purse)
            if chosen and not _closed(known, place, [(passage, target)], chosen, purse):
                yield frozenset((target,))


def _may_be_done(case_type: CaseType, line: Transition) -> bool:
    """Whether somebody may do it: where it is not for whoever did something, it takes a role that several hold."""
    inside = [actor for actor in line.by if not case_type.organisation.roles[actor.role.name].outside]
    return bool(inside or (line.by and not line.but_not)) and not line.reverses_escalation


def _can_be_put(passage: Passage) -> bool:
    """What a line works out may not fit into its field, and then the event is refused."""
    return all(constant_of(setting.value.expression) is not None for setting in passage.sets.values())


def _before(known: Known, place: Place, passage: Passage) -> tuple[Expression, ...]:
    """What is known in a place once what an event needs has been given."""
    after = dependents(known.fields)
    asked = frozenset[str]().union(*(after[name] for name in passage.needs))
    asking = Passage("", "", passage.by, None, passage.needs, asked=asked)
    facts = given(asking, known.at[place], known.fields)
    return expressions_of(facts, with_deciders(frozenset(facts), known.fields), known.fields)


def _asks(known: Known, passage: Passage) -> tuple[Expression, ...]:
    """What must be so for a route to be taken: its conditions, and that what nobody can give with it is known."""
    return (*passage.conditions, *(set_if_asked(known.fields[name]) for name in sorted(passage.demands)))


def _closed(
    known: Known, place: Place, ways: Iterable[tuple[Passage, Place]], chosen: Sequence[Expression], purse: Steps
) -> bool:
    """Whether some case in a place may find all these routes closed; it may where that is not decided."""
    open_ = [_asks(known, passage) for passage, _ in ways]
    if not all(open_):
        return False
    first = next(passage for passage, _ in ways)
    closed: list[Expression] = [("not", ("and", *conditions)) for conditions in open_]
    return possible([*_before(known, place, first), *chosen, *closed], known.fields, purse) is not False


def _chosen(known: Known, place: Place, passage: Passage, purse: Steps) -> list[Expression]:
    """Values for what an event needs with which a route is open in some case: one choice that whoever does it has."""
    answer = together([*_before(known, place, passage), *_asks(known, passage)], known.fields, purse)
    if not isinstance(answer, Example):
        return []
    return [_given(known, name, value) for name, value in answer.fields if name in passage.needs and value is not None]


def _given(known: Known, name: str, value: Value) -> Expression:
    guard = known.fields[name].asked_when
    held = equals(name, value)
    return held if guard is None else ("or", held, ("not", guard.expression))
