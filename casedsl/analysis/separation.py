"""Separation of duties: whether what one line keeps two people apart for can be done by one person through another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from casedsl.analysis.duties import (
    MOST_CONFIGURATIONS,
    MOST_WAYS,
    At,
    Cast,
    Deed,
    Map,
    can_be_gone,
    explored,
    ways,
)
from casedsl.analysis.ground import Ground, Land
from casedsl.analysis.known import Place
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Person, may_be_both
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.terrain import Stand, Terrain
from casedsl.model.records import Ref, Transition

MOST_LOOKED_AT = 100_000
"""Configurations for all questions of a definition together, each counted once for each question."""


class Loophole(Struct, frozen=True):
    """A line through which one person does what another line leaves to somebody else.

    Attributes:
      line: the line without the duty; `state` is where it is taken.
      duty: the line with it, and `ref` the event whose doer is barred there.
      way: the way on which one person, `who`, does both; it ends with the line.
      around: on this way the person was barred by the duty first, and the line leads to the same place.
    """

    line: Transition
    state: str
    duty: Transition
    ref: Ref
    way: tuple[Deed, ...]
    who: Person
    around: bool


class Doubt(Struct, frozen=True):
    """A line without a duty of its event, of which it is not decided whether one person can do both."""

    line: Transition
    ref: Ref


class Idle(Struct, frozen=True):
    """A duty that bars nobody: in none of its states has the event ever been done."""

    line: Transition
    ref: Ref


def separation(ground: Ground, purse: Steps) -> Iterator[Loophole | Doubt]:
    """Every line that leaves out a duty of its event, once for each duty, where one person can do both, or where that
    is not decided."""
    said: set[tuple[int, str]] = set()
    alike: dict[str, list[Transition]] = {}
    for line in ground.lines:
        alike.setdefault(line.event, []).append(line)
    worlds = Worlds(ground)
    for duty in ground.lines:
        for ref in duty.but_not:
            for line in alike[duty.event]:
                key = id(line), ref.name
                if ref.name not in [each.name for each in line.but_not] and key not in said:
                    found = _loophole(worlds, line, duty, ref, purse)
                    if found is not None:
                        said.add(key)
                        yield found


def loopholes(ground: Ground, purse: Steps) -> Iterator[Loophole]:
    """Those that some case shows."""
    return (found for found in separation(ground, purse) if isinstance(found, Loophole))


def idle_duties(ground: Ground, found: Map) -> Iterator[Idle]:
    """The duties that some case meets, and about an event that has never been done then."""
    met, happened = set[int](), set[tuple[int, str]]()
    for at, done in _done_before(found, ground.noted).items():
        for line in ground.handlers.handlers[at.place.state].values():
            met.add(id(line))
            happened.update((id(line), ref.name) for ref in line.but_not if done >> ground.noted.get(ref.name, 0) & 1)
    for line in (line for line in ground.lines if id(line) in met):
        yield from (Idle(line, ref) for ref in line.but_not if (id(line), ref.name) not in happened)


def _done_before(found: Map, noted: Mapping[str, int]) -> dict[At, int]:
    """Which of some events may have been done when a case is somewhere, as bits by their numbers."""
    onward: dict[At, list[tuple[At, int]]] = {at: [] for at in found.after}
    for at, targets in onward.items():
        for deed, to in found.cast.steps(at):
            event = deed.event if deed else None
            number = noted.get(event) if event is not None else None
            targets.append((found.cast.plain(to), 0 if number is None else 1 << number))
    done = dict.fromkeys(onward, 0)
    queue = list(onward)
    for at in queue:
        for to, bit in onward[at]:
            if (done[at] | bit) & ~done[to]:
                done[to] |= done[at] | bit
                queue.append(to)
    return done


class Worlds:
    """Everything that a crowd with one more person can do, worked out once for each such person and land."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.left = ground, MOST_LOOKED_AT
        self._known: dict[tuple[Person, int], tuple[Cast, int, Map | None]] = {}

    def of(self, person: Person) -> Iterator[tuple[Land, Cast, int, Map | None]]:
        """The lands with whom is asked about, their number, and every configuration there; None where these, or those
        of all questions together, are too many."""
        for number, land in enumerate(self.ground.lands()):
            if (person, number) not in self._known:
                cast, own = cast_with(self.ground, person, land.terrain)
                self._known[person, number] = cast, own, explored(cast)
            cast, own, found = self._known[person, number]
            self.left -= len(found.after) if found else 0
            yield land, cast, own, found if self.left >= 0 else None


def _loophole(worlds: Worlds, line: Transition, duty: Transition, ref: Ref, purse: Steps) -> Loophole | Doubt | None:
    """The gravest loophole of a line; of equally grave ones that of the first person."""
    weaker: Loophole | Doubt | None = None
    for person in _persons(worlds.ground, line, ref):
        found = _Question(worlds, line, duty, ref, person, purse).answered()
        if isinstance(found, Loophole) and found.around:
            return found
        weaker = found if weaker is None or (found and isinstance(weaker, Doubt)) else weaker
    return weaker


def _persons(ground: Ground, line: Transition, ref: Ref) -> Iterator[Person]:
    """Whoever could do both: somebody with one role for either event, or two that one person may hold."""
    firsts = [actor.role.name for each in ground.lines if each.event == ref.name for actor in each.by]
    return persons_of(ground, firsts, [actor.role.name for actor in line.by])


def persons_of(ground: Ground, firsts: Iterable[str], seconds: Sequence[str]) -> Iterator[Person]:
    """Everybody who may hold a role of either, those with one role first."""
    organisation, seen = ground.organisation, set[frozenset[str]]()
    pairs = [(one, two) for one in firsts for two in seconds if may_be_both(organisation, one, two)]
    for one, two in sorted(pairs, key=lambda pair: pair[0] != pair[1]):
        both = frozenset((one, two))
        if both not in seen:
            seen.add(both)
            outside = frozenset(name for name in both if organisation.roles[name].outside)
            yield Person("", both - outside, outside)


def cast_with(ground: Ground, person: Person, terrain: Terrain) -> tuple[Cast, int]:
    """A crowd with one person, and their number; an outside role of theirs belongs to nobody else in this case."""
    others = tuple(each for each in ground.crowd(terrain).people if not each.party & person.party)
    return ground.cast((*others, person), range(len(others) + 1), terrain), len(others)


class _Question:
    """Whether one person can take a line though they were the last to do what a duty asks about."""

    def __init__(
        self, worlds: Worlds, line: Transition, duty: Transition, ref: Ref, person: Person, purse: Steps
    ) -> None:
        self.worlds, self.ground = worlds, worlds.ground
        self.line, self.duty, self.ref = line, duty, ref
        self.person, self.purse = person, purse
        self.same = bool({route.to.name for route in line.routes} & {route.to.name for route in duty.routes})

    def answered(self) -> Loophole | Doubt | None:
        """What is so on plain land or, where that doesn't decide, on finer land; None if they can't."""
        for land, cast, number, found in self.worlds.of(self.person):
            if found is None:
                break
            if not any(self._open(cast, number, at) for at in found.after):
                return None
            shown = self._shown(land, cast, number)
            if shown is not None:
                return shown
        return Doubt(self.line, self.ref)

    def _holds(self, line: Transition, at: At) -> bool:
        return self.ground.handlers.handlers[at.place.state].get(line.event) is line

    def _did_it(self, number: int, at: At) -> bool:
        return at.doers[self.ground.noted[self.ref.name]] == number

    def _open(self, cast: Cast, number: int, at: At) -> bool:
        mine = self._did_it(number, at) and self._holds(self.line, at)
        return mine and number not in cast.barred(self.line, at) and any(self._lasts(cast, at))

    def _lasts(self, cast: Cast, at: At) -> Iterator[Passage]:
        steps = (step for step, _ in cast.terrain.onward(at.stand))
        return (step for step in steps if isinstance(step, Passage) and step.by is self.line)

    def _shown(self, land: Land, cast: Cast, number: int) -> Loophole | None:
        weaker: Loophole | None = None
        every = ways(
            cast,
            lambda at, _: self._open(cast, number, at),
            lambda at: self._did_it(number, at) and self._holds(self.duty, at),
        )
        for tried, (way, at, around) in enumerate(every):
            if weaker is None or around:
                last = self._last(land, cast, at, way)
                if last is not None:
                    person = cast.people[number]
                    deed = Deed(last, person, person.role_in(self.line))
                    graver = around and self.same
                    found = Loophole(self.line, at.place.state, self.duty, self.ref, (*way, deed), person, graver)
                    if graver or not self.same:
                        return found
                    weaker = weaker or found
            if tried == MOST_WAYS:
                break
        return weaker

    def _last(self, land: Land, cast: Cast, at: At, way: tuple[Deed, ...]) -> Passage | None:
        """The route of the line that can be taken at the end of a way."""
        before = [deed.passage for deed in way]
        for passage in self._lasts(cast, at):
            if can_be_gone(land.terrain, [*before, passage], Stand(Place(passage.target)), self.purse):
                return passage
        return None


def apart(ground: Ground) -> Iterator[tuple[str, str]]:
    """Two events of a duty of which it is proved that no one person ever does both in one case, whichever comes
    first."""
    pairs = dict.fromkeys((ref.name, line.event) for line in ground.lines for ref in line.but_not)
    for one, other in pairs:
        if one != other and (other, one) not in list(pairs)[: list(pairs).index((one, other))]:
            firsts, seconds = _doers(ground, one), _doers(ground, other)
            if all(_never_both(ground, person, one, other) for person in persons_of(ground, firsts, seconds)):
                yield one, other


def _doers(ground: Ground, event: str) -> list[str]:
    return [actor.role.name for line in ground.lines if line.event == event for actor in line.by]


def _never_both(ground: Ground, person: Person, one: str, other: str) -> bool:
    for land in ground.lands():
        cast, number = cast_with(ground, person, land.terrain)
        cast.noted = {name: place for place, name in enumerate(dict.fromkeys((*cast.noted, one, other)))}
        if not _does_both(cast, number, one, other):
            return True
    return False


def _does_both(cast: Cast, number: int, one: str, other: str) -> bool:
    """Whether a person may have done both events, or there is too much to look at."""
    queue = [(at, False, False) for at in cast.first()]
    met = set(queue)
    for at, did_one, did_other in queue:
        if (did_one and did_other) or len(met) > MOST_CONFIGURATIONS:
            return True
        for deed, to in cast.steps(at):
            event = deed.event if deed and deed.by is cast.people[number] else None
            after = cast.plain(to), did_one or event == one, did_other or event == other
            if after not in met:
                met.add(after)
                queue.append(after)
    return False
