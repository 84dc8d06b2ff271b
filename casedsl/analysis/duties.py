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
from typing import NamedTuple

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


class Cast(Struct):
    """The people of a question.

    Attributes:
      kinds: the kind of each; those of one kind stand together, and are alike.
      noted: the events of which it matters who did them, each with its number.
      theirs: the states in which the case waits for the other side. In all others a step that only somebody outside
        takes, or that is entered for them, brings no case on. None: every step does.
      away: the number of who has fallen ill, and brings no case on any more.
    """

    terrain: Terrain
    organisation: Organisation
    people: tuple[Person, ...]
    kinds: tuple[int, ...]
    noted: Mapping[str, int]
    theirs: frozenset[str] | None = None
    away: int | None = None
    able: dict[int, tuple[tuple[int, str], ...]] = {}

    def first(self) -> tuple[At, ...]:
        return tuple(At(at.place, (NEVER,) * len(self.noted), at.node) for at in self.terrain.first)

    def able_to(self, line: Transition) -> tuple[tuple[int, str], ...]:
        """Whose roles let them do an event, and which."""
        if id(line) not in self.able:
            roles = ((number, person.role_in(line)) for number, person in enumerate(self.people))
            self.able[id(line)] = tuple((number, role) for number, role in roles if role is not None)
        return self.able[id(line)]

    def barred(self, line: Transition, at: At) -> frozenset[int]:
        """Who may not do an event because of what they did."""
        return frozenset(at.doers[self.noted[ref.name]] for ref in line.but_not if ref.name in self.noted)

    def able_on(self, line: Transition, state: str) -> tuple[tuple[int, str], ...]:
        """The same, as far as that brings a case on."""
        able = tuple(each for each in self.able_to(line) if each[0] != self.away)
        if self.theirs is None or state in self.theirs:
            return able
        own = own_roles(line)
        return tuple((number, role) for number, role in able if self.people[number].inside & own)

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
                    doers = self.noting(step.by, number, at)
                    yield Deed(step, self.people[number], role), At(to.place, doers, to.node)

    def can_amend(self, name: str, on: bool) -> bool:
        """Whether somebody may amend a field; with `on`, somebody who is not away."""
        roles = {ref.name for ref in self.terrain.known.fields[name].changed_by}
        return any(
            not roles.isdisjoint(person.inside | person.party)
            for number, person in enumerate(self.people)
            if not on or number != self.away
        )

    def sure(self, at: At) -> Iterator[frozenset[At]]:
        """What surely can be done by these people, whatever the case holds: of each such thing where it can lead."""
        for option in self.terrain.sure(at.stand):
            if option.line is None:
                yield frozenset(self.plain(At(to.place, at.doers, to.node)) for to in option.to)
                continue
            for number in self.able_now(option.line, at):
                doers = self.noting(option.line, number, at)
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

    def noting(self, line: Transition, number: int, at: At) -> tuple[int, ...]:
        """Who did what, when a person has done an event."""
        if line.event not in self.noted:
            return at.doers
        place, doer = self.noted[line.event], SOMEBODY if self.people[number].crowd else number
        return (*at.doers[:place], doer, *at.doers[place + 1 :])

    def plain(self, at: At) -> At:
        """The configuration with people of one kind numbered in the order of what they did."""
        if max(at.doers, default=NEVER) < 0:
            return at
        names: dict[int, int] = {}
        used: dict[int, int] = {}
        for doer in at.doers:
            if doer >= 0 and doer not in names:
                kind = self.kinds[doer]
                names[doer] = self.kinds.index(kind) + used.get(kind, 0)
                used[kind] = used.get(kind, 0) + 1
        return At(at.place, tuple(names.get(doer, doer) for doer in at.doers), at.node)


def own_roles(line: Transition) -> frozenset[str]:
    """The roles by which somebody does an event for themselves; one outside among them."""
    return frozenset(actor.role.name for actor in line.by if actor.on_behalf_of is None)


class Map(Struct):
    """Every configuration that people can get a case to, with those that it can be brought on to."""

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
        every = tuple(dict.fromkeys(cast.plain(target) for _, target in cast.steps(at)))
        on = cast.steps(at, on=True) if cast.theirs is not None else ()
        after[at] = every if cast.theirs is None else tuple(dict.fromkeys(cast.plain(target) for _, target in on))
        for target in every:
            if target not in met:
                met.add(target)
                queue.append(target)
        if len(met) * weight > MOST_CONFIGURATIONS:
            return None
    return Map(after)


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
