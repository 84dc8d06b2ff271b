"""Where a case goes to another team, on ways that some case goes.

A state without a team of its own keeps the team that a case came with, and `-> back` leads to what was interrupted. So
teams are followed from place to place. What no way shows is proved never to be; what one shows is so only if somebody
may take each of its steps and there is a case that goes it: it is told there and then (`stories.py`), as its scenario
tells it. Where no such case is found, the finer land of the questions about people is looked at, and then it is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from casedsl.analysis.claims.judge import firm_in, never_done
from casedsl.analysis.claims.roads import Roads
from casedsl.analysis.durations import surely_longer
from casedsl.analysis.duties import MOST_CONFIGURATIONS, MOST_TIMES, MOST_WAYS, At, Cast
from casedsl.analysis.feasible import Feasible
from casedsl.analysis.graph import timers_in
from casedsl.analysis.ground import Ground
from casedsl.analysis.known import Known, Place
from casedsl.analysis.ladders import Ladder, ends_the_visit, is_later
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import lived
from casedsl.analysis.surely import Walker
from casedsl.model.fields import constant_of
from casedsl.model.records import CaseType, HandOver, Timer, Transition

MOST_PASSAGES = 6_000
"""For all ways that are asked about one definition together, each passage of each way counted."""
MOST_STEPS_OF_ONE = 8_000


class Seam(Struct, frozen=True):
    """A step on which a case goes from one team to another. `way` is one that some case goes, this step its last;
    empty where none is known."""

    passage: Passage
    left: str
    team: str
    way: tuple[Passage, ...] = ()


class _Held(NamedTuple):
    """Where a case is, and the team that has it; `` is none."""

    place: Place
    team: str


_Key: TypeAlias = tuple[int, str]
_Way: TypeAlias = "tuple[Passage, ...] | None"


def seams_in(case_type: CaseType, known: Known) -> Iterator[Seam]:
    """Every step from team to team, for each team that the lines and facts let have the case then."""
    first = _Held(known.first, _own(case_type, known.first))
    queue, met = [first], {first}
    for held in queue:
        for passage, place in known.onward(held.place):
            if place not in known.at:
                continue
            own = _own(case_type, place)
            if held.team and own not in ("", held.team):
                yield Seam(passage, held.team, own)
            after = _Held(place, own or held.team)
            if after not in met:
                met.add(after)
                queue.append(after)


def handed_over(passage: Passage) -> HandOver | None:
    if passage.route is None or not isinstance(passage.by, Transition):
        return None
    return passage.route.actions.hand_over or passage.by.actions.hand_over


def bare_seams(ground: Ground, feasible: Feasible, spoken: frozenset[int], purse: Steps) -> tuple[Seam, ...]:
    """The steps on which nothing is handed over, each line once for the state to which it leads; without those that are
    known to be shut, and of which a finding says that they never come."""
    bare: dict[_Key, list[Seam]] = {}
    for seam in seams_in(ground.case_type, ground.known):
        passage = seam.passage
        said = not spoken.isdisjoint((id(passage.by), id(passage.route))) or _never_comes(ground, passage)
        if handed_over(passage) is None and not said and feasible.has(passage.move):
            bare.setdefault(_key(seam.passage), []).append(seam)
    open_ = {key: seams[0] for key, seams in bare.items()}
    walker = Walker(ground.case_type, ground.known, purse, MOST_PASSAGES)
    found: dict[_Key, Seam] = {}
    for land in ground.lands() if open_ else ():
        shown = _Search(ground.case_type, ground.crowd(land.terrain), walker, open_).shown()
        found |= {key: seam for key, seam in shown.items() if seam.way}
        left = (key for key, seam in shown.items() if not seam.way)
        open_ = {key: shown[key] for key in left if not _never_taken(ground, bare[key], purse)}
        if not open_:
            break
    return (*found.values(), *open_.values())


def _never_taken(ground: Ground, seams: Iterable[Seam], purse: Steps) -> bool:
    """Whether it is proved that no case ever takes some steps, with whichever team."""
    firm, roads = firm_in(ground.case_type), Roads(ground.known)
    passages = {id(seam.passage): seam.passage for seam in seams}
    return all(
        isinstance(each.by, Transition)
        and never_done(ground.case_type, ground.known, firm, each, purse, MOST_STEPS_OF_ONE, roads)
        for each in passages.values()
    )


class _Search:
    """One search for cases that go over some seams, the shortest ways first, with who may take each step."""

    def __init__(self, case_type: CaseType, cast: Cast, walker: Walker, wanted: Mapping[_Key, Seam]) -> None:
        self.type, self.cast, self.walker, self.wanted = case_type, cast, walker, wanted
        self.found: dict[_Key, Seam] = {}
        self.tried = Counter[_Key]()

    def shown(self) -> dict[_Key, Seam]:
        """The seams that a case goes over, with the way, and those of which that is open; the others no case does."""
        queue: list[tuple[At, str, _Way]] = [
            (at, _own(self.type, at.place), ()) for at in dict.fromkeys(self.cast.first())
        ]
        times = Counter[tuple[At, str, bool]]()
        for looked, (at, team, way) in enumerate(queue):
            if all(seam.way for seam in self.found.values()) and len(self.found) == len(self.wanted):
                break
            if looked > MOST_CONFIGURATIONS:
                return {**self.wanted, **self.found}
            for passage, to in self._steps(at):
                longer = way if passage is None else self._longer(way, passage)
                own = _own(self.type, to.place)
                if passage is not None and team and own not in ("", team):
                    self._try(passage, Seam(passage, team, own), longer)
                key = self.cast.plain(to), own or team, longer is None
                times[key] += 1
                if times[key] <= (1 if longer is None else MOST_TIMES):
                    queue.append((to, own or team, longer))
        return self.found

    def _steps(self, at: At) -> Iterator[tuple[Passage | None, At]]:
        return ((deed.passage if deed else None, to) for deed, to in self.cast.steps(at))

    def _longer(self, way: _Way, passage: Passage) -> _Way:
        """A way with one step more; None if it isn't sure that somebody, or time, takes it."""
        if way is None or not (self.walker.can_be(passage) or _comes_first(self.type, way, passage)):
            return None
        return (*way, passage)

    def _try(self, passage: Passage, seam: Seam, way: _Way) -> None:
        key = _key(passage)
        if key not in self.wanted or (key in self.found and self.found[key].way):
            return
        self.found.setdefault(key, seam)
        if way is not None and self.tried[key] < MOST_WAYS:
            self.tried[key] += 1
            if self._is_gone(way):
                self.found[key] = Seam(passage, seam.left, seam.team, way)

    def _is_gone(self, way: tuple[Passage, ...]) -> bool:
        fields = self.walker.known.fields
        bounded = any(field.bounds for field in fields.values())
        if not bounded and all(_is_plain(passage) for passage in way):
            return True
        self.walker.passages -= len(way)
        return self.walker.passages >= 0 and lived(self.walker.known, way, (), (), self.walker.purse) is not None


def _key(passage: Passage) -> _Key:
    return id(passage.by), passage.target


def _own(case_type: CaseType, place: Place) -> str:
    team = case_type.states[place.state].team
    return team.name if team else ""


def _is_plain(passage: Passage) -> bool:
    """Whether no case can hold anything that keeps it from a step."""
    fixed = all(constant_of(each.value.expression) is not None for each in passage.sets.values())
    return fixed and not passage.conditions and not passage.demands


def _comes_first(case_type: CaseType, way: Iterable[Passage], passage: Passage) -> bool:
    """Whether of several moves of time this is over first in a case in which everybody has acted at once so far."""
    if not isinstance(passage.by, Timer) or any(isinstance(each.by, Timer) for each in way):
        return False
    moves = [timer for timer in timers_in(case_type, passage.source) if timer.rung == "move"]
    own, others = passage.by.after.duration, [each.after.duration for each in moves if each is not passage.by]
    return all(surely_longer(each, own) for each in others)


def _never_comes(ground: Ground, passage: Passage) -> bool:
    """Whether of the moves of a state another has always been before."""
    state, timer = ground.case_type.states[passage.source], passage.by
    ladder = Ladder(state.name, False, frozenset({state.name}), state.timers)
    if not isinstance(timer, Timer) or timer not in state.timers:
        return False
    others = [each for each in state.timers if each.rung == "move" and each is not timer]
    return any(is_later(ladder, timer, each) and ends_the_visit(ground.known.sides, ladder, each) for each in others)
