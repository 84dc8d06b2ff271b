"""Who did what, on every way of a case: are there people who may go on, and can one person do what two should?

`but not who did X` bars whoever was the last to do X. So besides the place of a case it matters who did each event that
some line asks about. A *configuration* is both together; there are few, for only these events are noted, people who are
alike are not told apart (of those who hold the same roles one more than there are such events are enough), and of a
crowd, in which there is always somebody who did nothing, it is not noted who it was.

Whether steps with such duties can all be done by some people is known as the workflow satisfiability problem (Crampton,
SACMAT 2005; Wang and Li, TISSEC 13(4), 2010). A case has circles and choices, so here it is asked of every
configuration that people can get a case to, and not of one plan: is there still a way to an end?

The ways are all that a case can go, and perhaps more (`terrain.py`). So what no configuration shows is proved never to
be; what one shows is asked again as a whole story, and is so only if some case goes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from casedsl.analysis.claims.walk import Node
from casedsl.analysis.known import Place
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Person
from casedsl.analysis.reads import reads_dues
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import opened
from casedsl.analysis.supply import given_by
from casedsl.analysis.terrain import Stand, Terrain
from casedsl.model.records import Organisation, Transition

MOST_CONFIGURATIONS = 20_000
"""How many are looked at before it is said that it is not decided."""
_DOERS = 20
"""Of how many events it is noted who did them, or how many steps a way has, for the weight of one more."""
MOST_WAYS = 12
MOST_TIMES = 3
NEVER, SOMEBODY = -3, -1
"""Who did an event: nobody yet, somebody of a crowd; else a person's number. (Not -2, which Python hashes as -1:
configurations that differ in these alone would all be one in a set, and looked for among thousands.)"""


class Deed(Struct, frozen=True):
    """A step of a way: who takes it, and by which role; time has neither."""

    passage: Passage
    by: Person | None
    role: str | None

    @property
    def event(self) -> str | None:
        return self.passage.by.event if isinstance(self.passage.by, Transition) else None


class At(NamedTuple):
    """Where a case is, who was the last to do each event that is noted and, on the finer terrain, what holds of it."""

    place: Place
    doers: tuple[int, ...]
    node: Node | None = None

    @property
    def stand(self) -> Stand:
        return Stand(self.place, self.node)


_By: TypeAlias = tuple[tuple[str, bool], ...]
"""The roles for which an event is, each with whether it is for themselves."""


class Able(NamedTuple):
    """The kinds of those who may do an event; each of them, with the role by which they may."""

    kinds: frozenset[int]
    people: tuple[tuple[int, str], ...]


class Cast(Struct):
    """The people of a question.

    Attributes:
      kinds: the kind of each; those of one kind stand together, and are alike.
      noted: the events of which it matters who did them, each with its number.
      theirs: the states in which the case waits for the other side. In all others a step that only somebody outside
        takes, or that is entered for them, brings no case on. None: every step does.
      away: the number of who has fallen ill, and brings no case on any more.
      avoided: lines (by id) that bring no case on, because nobody may be left for them.
    """

    terrain: Terrain
    organisation: Organisation
    people: tuple[Person, ...]
    kinds: tuple[int, ...]
    noted: Mapping[str, int]
    theirs: frozenset[str] | None = None
    away: int | None = None
    avoided: frozenset[int] = frozenset()
    asking: dict[int, bool] = {}
    by: dict[int, _By] = {}
    able: dict[tuple[_By, bool], Able] = {}
    amending: dict[str, frozenset[int]] = {}
    ordered: dict[tuple[int, ...], tuple[int, ...]] = {}
    then: dict[tuple[int, bool, bool, tuple[int, ...]], tuple[tuple[int, ...], ...]] = {}

    def first(self) -> tuple[At, ...]:
        return tuple(At(at.place, (NEVER,) * len(self.noted), at.node) for at in self.terrain.first)

    def able_to(self, line: Transition) -> tuple[tuple[int, str], ...]:
        """Whose roles let them do an event, and which."""
        return self.able_by(line).people

    def able_by(self, line: Transition, ours: bool = False) -> Able:
        """Whose roles let them do an event; with `ours`, as far as the organisation does it for itself."""
        if id(line) not in self.by:
            self.by[id(line)] = tuple((each.role.name, each.on_behalf_of is None) for each in line.by)
        key = self.by[id(line)], ours
        if key not in self.able:
            kinds = dict(self._kinds_able(line, own_roles(line) if ours else None))
            every = tuple((number, kinds[kind]) for number, kind in enumerate(self.kinds) if kind in kinds)
            self.able[key] = Able(frozenset(kinds), every)
        return self.able[key]

    def _kinds_able(self, line: Transition, own: frozenset[str] | None) -> Iterator[tuple[int, str]]:
        for kind, person in dict(zip(self.kinds, self.people, strict=True)).items():
            role = person.role_in(line) if own is None or person.inside & own else None
            if role is not None:
                yield kind, role

    def barred(self, line: Transition, at: At) -> frozenset[int]:
        """Who may not do an event because of what they did."""
        return frozenset(at.doers[self.noted[ref.name]] for ref in line.but_not if ref.name in self.noted)

    def able_on(self, line: Transition, state: str) -> tuple[tuple[int, str], ...]:
        """The same, as far as that brings a case on."""
        able = () if id(line) in self.avoided else self.able_by(line, self.is_ours(state)).people
        return able if self.away is None else tuple(each for each in able if each[0] != self.away)

    def is_ours(self, state: str) -> bool:
        """Whether only what the organisation does for itself brings a case on in a state."""
        return self.theirs is not None and state not in self.theirs

    def may(self, line: Transition, at: At, on: bool) -> list[tuple[int, str]]:
        """Who may do an event; where nobody asks who did it, one of them is enough."""
        barred = self.barred(line, at)
        able = self.able_on(line, at.place.state) if on else self.able_to(line)
        found = [(number, role) for number, role in able if number not in barred]
        return found if line.event in self.noted else found[:1]

    def steps(self, at: At, on: bool = False) -> Iterator[tuple[Deed | None, At]]:
        """What can happen next, an amendment without a deed; with `on`, only what brings the case on."""
        for step, to in self.terrain.onward(at.stand):
            if not isinstance(step, Passage):
                if any(self.can_amend(name, on) for name in step.names):
                    yield None, At(to.place, at.doers, to.node)
            elif not isinstance(step.by, Transition):
                yield Deed(step, None, None), At(to.place, at.doers, to.node)
            else:
                for number, role in self.may(step.by, at, on):
                    doers = self.noting(step.by, number, at.doers)
                    yield Deed(step, self.people[number], role), At(to.place, doers, to.node)

    def after(self, at: At, on: bool) -> tuple[At, ...]:
        """Where a step leads, without who takes it; people of one kind stand in order."""
        found: dict[At, None] = {}
        for step, to in self.terrain.onward(at.stand):
            by = step.by if isinstance(step, Passage) else None
            if isinstance(by, Transition):
                for doers in self._doers_after(by, at, on):
                    found[At(to.place, doers, to.node)] = None
            elif isinstance(step, Passage) or any(self.can_amend(name, on) for name in step.names):
                found[At(to.place, at.doers, to.node)] = None
        return tuple(found)

    def _doers_after(self, line: Transition, at: At, on: bool) -> tuple[tuple[int, ...], ...]:
        """Who can have done what after an event. Of most nobody asks, and then it is as before."""
        asks = self.asks(line)
        key = id(line), on, on and self.is_ours(at.place.state), at.doers if asks else ()
        if key not in self.then:
            new = (self.in_order(self.noting(line, number, at.doers)) for number, _ in self.may(line, at, on))
            self.then[key] = tuple(dict.fromkeys(new))
        return self.then[key] if asks else self.then[key] and (at.doers,)

    def asks(self, line: Transition) -> bool:
        """Whether it matters for an event who did what, or for others who does it."""
        if id(line) not in self.asking:
            self.asking[id(line)] = any(
                name in self.noted for name in (line.event, *(ref.name for ref in line.but_not))
            )
        return self.asking[id(line)]

    def can_amend(self, name: str, on: bool) -> bool:
        """Whether somebody may amend a field; with `on`, somebody who is not away."""
        able = self.able_to_amend(name)
        return bool(able - {self.away} if on else able)

    def able_to_amend(self, name: str) -> frozenset[int]:
        """Who may amend a field."""
        if name not in self.amending:
            roles = {ref.name for ref in self.terrain.known.fields[name].changed_by}
            every = (
                number for number, each in enumerate(self.people) if not roles.isdisjoint(each.inside | each.party)
            )
            self.amending[name] = frozenset(every)
        return self.amending[name]

    def sure(self, at: At) -> Iterator[frozenset[At]]:
        """What surely can be done by these people, whatever the case holds: of each such thing where it can lead."""
        for option in self.terrain.sure(at.stand):
            if option.line is None:
                yield frozenset(self.plain(At(to.place, at.doers, to.node)) for to in option.to)
                continue
            for number in self.able_now(option.line, at):
                doers = self.noting(option.line, number, at.doers)
                yield frozenset(self.plain(At(to.place, doers, to.node)) for to in option.to)

    def able_now(self, line: Transition, at: At) -> Iterator[int]:
        """Who may do an event, brings the case on with it, and may give all that it needs."""
        barred = self.barred(line, at)
        for number, _ in self.able_on(line, at.place.state):
            if number not in barred and self.can_give_all(line, self.people[number]):
                yield number

    def can_give_all(self, line: Transition, person: Person) -> bool:
        fields = self.terrain.known.fields
        return all(given_by(person, fields[ref.name], line, self.organisation) for ref in line.needs)

    def noting(self, line: Transition, number: int, doers: tuple[int, ...]) -> tuple[int, ...]:
        """Who did what, when a person has done an event."""
        if line.event not in self.noted:
            return doers
        place, doer = self.noted[line.event], SOMEBODY if self.people[number].crowd else number
        return (*doers[:place], doer, *doers[place + 1 :])

    def plain(self, at: At) -> At:
        """The configuration with people of one kind numbered in the order of what they did."""
        return At(at.place, self.in_order(at.doers), at.node)

    def in_order(self, doers: tuple[int, ...]) -> tuple[int, ...]:
        if doers not in self.ordered:
            self.ordered[doers] = self._in_order(doers)
        return self.ordered[doers]

    def _in_order(self, doers: tuple[int, ...]) -> tuple[int, ...]:
        names: dict[int, int] = {}
        used: dict[int, int] = {}
        for doer in dict.fromkeys(doers):
            if doer >= 0:
                kind = self.kinds[doer]
                names[doer] = self.kinds.index(kind) + used.get(kind, 0)
                used[kind] = used.get(kind, 0) + 1
        return tuple(names.get(doer, doer) for doer in doers) if names else doers


def own_roles(line: Transition) -> frozenset[str]:
    """The roles by which somebody does an event for themselves; one outside among them."""
    return frozenset(actor.role.name for actor in line.by if actor.on_behalf_of is None)


class Map(Struct):
    """Every configuration that people can get a case to, with those that it can be brought on to."""

    cast: Cast
    after: dict[At, tuple[At, ...]]

    def leading_to(self, wanted: Callable[[At], bool]) -> set[At]:
        """The configurations from which one that is wanted can be reached, these among them."""
        before: dict[At, list[At]] = {at: [] for at in self.after}
        for at, targets in self.after.items():
            for target in targets:
                before[target].append(at)
        queue = [at for at in self.after if wanted(at)]
        found = set(queue)
        for at in queue:
            new = [source for source in before[at] if source not in found]
            found.update(new)
            queue.extend(new)
        return found

    def onward(self, at: At) -> list[At]:
        """What can follow on a configuration, this first."""
        queue, found = [at], {at}
        for each in queue:
            new = [target for target in dict.fromkeys(self.after[each]) if target not in found]
            found.update(new)
            queue.extend(new)
        return queue


def explored(cast: Cast) -> Map | None:
    """Every configuration; None where there are too many."""
    after: dict[At, tuple[At, ...]] = {}
    queue = list(dict.fromkeys(cast.first()))
    met = set(queue)
    weight = 1 + len(cast.noted) // _DOERS
    for at in queue:
        every = cast.after(at, on=False)
        after[at] = every if cast.theirs is None and not cast.avoided else cast.after(at, on=True)
        for target in every:
            if target not in met:
                met.add(target)
                queue.append(target)
        if len(met) * weight > MOST_CONFIGURATIONS:
            return None
    return Map(cast, after)


def ways(
    cast: Cast, wanted: Callable[[At, bool], bool], passed: Callable[[At], bool] = lambda at: False
) -> Iterator[tuple[tuple[Deed, ...], At, bool]]:
    """Ways to configurations that are wanted, the shortest first, some more than once, with whether one that must be
    `passed` lies on it. No way gives back what was escalated: that asks for more than people."""
    queue: list[tuple[At, bool, tuple[Deed, ...]]] = [(start, passed(start), ()) for start in cast.first()]
    met: dict[tuple[At, bool], int] = {}
    looked = 0
    for at, by, way in queue:
        looked += 1 + (len(way) + len(cast.noted)) // _DOERS
        if looked > MOST_CONFIGURATIONS:
            return
        if wanted(at, by):
            yield way, at, by
        for deed, target in cast.steps(at):
            if deed and isinstance(deed.passage.by, Transition) and deed.passage.by.reverses_escalation:
                continue
            over = by or passed(target)
            key = cast.plain(target), over
            met[key] = met.get(key, 0) + 1
            if met[key] <= MOST_TIMES:
                queue.append((target, over, (*way, deed) if deed else way))


def can_be_gone(terrain: Terrain, way: Sequence[Passage], end: Stand, purse: Steps) -> bool:
    """Whether it is proved that some case goes a way, with what its events ask for, and is at its end as that is told
    apart; people amend on it all that they may, or nothing."""
    said = terrain.said(end)
    if any(reads_dues(each) for passage in way for each in passage.conditions):
        return False
    if not said and not any(passage.conditions or passage.demands for passage in way):
        return True
    return any(_is_told(terrain, way, end, amends, purse) for amends in (False, True))


def _is_told(terrain: Terrain, way: Sequence[Passage], end: Stand, amends: bool, purse: Steps) -> bool:
    known, story = terrain.known, opened(terrain.known.fields, terrain.known.apart)
    if amends and not any(known.amendable[state] for state in (*(each.source for each in way), end.place.state)):
        return False
    for passage in way:
        story.amend(known.amendable[passage.source] if amends else frozenset())
        story.take(passage)
    story.amend(known.amendable[end.place.state] if amends else frozenset())
    story.say(*terrain.said(end))
    return possible(story.said, story.names, purse) is True
