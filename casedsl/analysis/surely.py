"""What some case surely does, and what every case surely can: the positive half of the proofs.

The rules look for what is wrong, and where they find nothing it may still be that a case never gets there. Here it is
shown: a way is asked as one question (`stories.py`), so that there is a case that goes it. That every case can end is
shown backwards from the final states: a place is safe if, whatever the fields hold there, time moves the case on or
somebody may do an event that leads to one that is safe (`able.py`). What is not shown is not decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from casedsl.analysis.able import Act, at_place, names_of, surely_one
from casedsl.analysis.graph import timers_in
from casedsl.analysis.known import Known, Place, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import opened
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
    walker = Walker(case_type, known, Steps(MOST_STEPS), MOST_PASSAGES)
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


class Walker(Struct):
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
        story = opened(self.known.fields, self.known.apart)
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


def _confirmed(walker: Walker) -> dict[str, list[tuple[Passage, ...]]]:
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
    """The places from which every case can get to a final state, whatever its fields hold: each is asked again when one
    more is known to which it leads."""
    before: dict[Place, dict[Place, None]] = {}
    for place in known.at:
        for _, target in known.onward(place):
            before.setdefault(target, {})[place] = None
    queue = [place for place in known.at if case_type.states[place.state].kind == "final"]
    ends = set(queue)
    for reached in queue:
        for place in before.get(reached, ()):
            if place not in ends and _leads_on(case_type, known, place, ends, purse):
                ends.add(place)
                queue.append(place)
    return ends


def _leads_on(case_type: CaseType, known: Known, place: Place, ends: set[Place], purse: Steps) -> bool:
    """Whether from every case in a place time, or somebody, surely leads to some of these."""
    onward = list(known.onward(place))
    timed = [target for passage, target in onward if isinstance(passage.by, Timer)]
    if timed and not _stands_still(case_type, place) and ends.issuperset(timed):
        return True
    acts = [Act(passage) for passage, target in onward if target in ends and _may_be_done(case_type, passage.by)]
    if not acts:
        return False
    names = names_of(acts)
    amended = known.amendable[place.state] & with_deciders(names, known.fields)
    tale = at_place(known, place, names)
    helped = [Act(act.passage, amended) for act in acts] if amended else []
    return surely_one(tale, [*acts, *helped], purse)


def _stands_still(case_type: CaseType, place: Place) -> bool:
    """Whether time would lead back to where a case has never been."""
    return place.behind is None and any(timer.to.name == "back" for timer in _moving(case_type, place))


def _moving(case_type: CaseType, place: Place) -> Iterator[Timer]:
    return (timer for timer in timers_in(case_type, place.state) if timer.rung == "move")


def _may_be_done(case_type: CaseType, line: Transition | Timer) -> bool:
    """Whether somebody may do it: where it is not for whoever did something, it takes a role that several hold."""
    if isinstance(line, Timer):
        return False
    inside = [actor for actor in line.by if not case_type.organisation.roles[actor.role.name].outside]
    return bool(inside or (line.by and not line.but_not)) and not line.reverses_escalation
