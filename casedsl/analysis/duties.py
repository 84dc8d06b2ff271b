"""Who did what, on every way of a case: are there people who may go on, and can one person do what two should?

`but not who did X` bars whoever was the last to do X. So besides the place of a case it matters who did each event that
some line asks about. A *configuration* is both together; there are few, for only these events are noted, people who are
alike are not told apart (of those who hold the same roles one more than there are such events are enough), and of a
crowd, in which there is always somebody who did nothing, it is not noted who it was.

Whether steps with such duties can all be done by some people is known as the workflow satisfiability problem (Crampton,
SACMAT 2005; Wang and Li, TISSEC 13(4), 2010). A case has circles and choices, so here it is asked of every
configuration that people can get a case to, and not of one plan: is there still a way to an end?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from casedsl.analysis.known import Known, Place
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Person
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import opened
from casedsl.model.records import Transition

MOST_CONFIGURATIONS = 20_000
"""How many are looked at before it is said that it is not decided."""
MOST_WAYS = 12
MOST_TIMES = 3
NEVER, SOMEBODY = -2, -1
"""Who did an event: nobody yet, somebody of a crowd; else a person's number."""


class Deed(Struct, frozen=True):
    """A step of a way: who takes it, and by which role; time has neither."""

    passage: Passage
    by: Person | None
    role: str | None

    @property
    def event(self) -> str | None:
        return self.passage.by.event if isinstance(self.passage.by, Transition) else None


class At(NamedTuple):
    """Where a case is, and who was the last to do each event that is noted."""

    place: Place
    doers: tuple[int, ...]


class Cast(Struct):
    """The people of a question.

    Attributes:
      kinds: the kind of each; those of one kind stand together, and are alike.
      noted: the events of which it matters who did them, each with its number.
      theirs: the states in which the case waits for the other side. In all others a step that only somebody outside
        takes, or that is entered for them, brings no case on. None: every step does.
      away: the number of who has fallen ill, and brings no case on any more.
    """

    known: Known
    people: tuple[Person, ...]
    kinds: tuple[int, ...]
    noted: Mapping[str, int]
    theirs: frozenset[str] | None = None
    away: int | None = None
    able: dict[int, tuple[tuple[int, str], ...]] = {}

    def first(self) -> At:
        return At(self.known.first, (NEVER,) * len(self.noted))

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

    def steps(self, at: At, on: bool = False) -> Iterator[tuple[Deed, At]]:
        """What can happen next; with `on`, only what brings the case on."""
        for passage, target in self.known.onward(at.place):
            if target not in self.known.at:
                continue
            if not isinstance(passage.by, Transition):
                yield Deed(passage, None, None), At(target, at.doers)
                continue
            for number, role in self.may(passage.by, at, on):
                yield Deed(passage, self.people[number], role), At(target, self.noting(passage.by, number, at))

    def noting(self, line: Transition, number: int, at: At) -> tuple[int, ...]:
        """Who did what, when a person has done an event."""
        if line.event not in self.noted:
            return at.doers
        place, doer = self.noted[line.event], SOMEBODY if self.people[number].crowd else number
        return (*at.doers[:place], doer, *at.doers[place + 1 :])

    def plain(self, at: At) -> At:
        """The configuration with people of one kind numbered in the order of what they did."""
        names: dict[int, int] = {}
        used: dict[int, int] = {}
        for doer in at.doers:
            if doer >= 0 and doer not in names:
                kind = self.kinds[doer]
                names[doer] = self.kinds.index(kind) + used.get(kind, 0)
                used[kind] = used.get(kind, 0) + 1
        return At(at.place, tuple(names.get(doer, doer) for doer in at.doers))


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
    start = cast.first()
    after: dict[At, tuple[At, ...]] = {}
    queue, met = [start], {start}
    for at in queue:
        every = tuple(dict.fromkeys(cast.plain(target) for _, target in cast.steps(at)))
        on = cast.steps(at, on=True) if cast.theirs is not None else ()
        after[at] = every if cast.theirs is None else tuple(dict.fromkeys(cast.plain(target) for _, target in on))
        for target in every:
            if target not in met:
                met.add(target)
                queue.append(target)
        if len(met) > MOST_CONFIGURATIONS:
            return None
    return Map(after)


def ways(
    cast: Cast, wanted: Callable[[At, bool], bool], passed: Callable[[At], bool] = lambda at: False
) -> Iterator[tuple[tuple[Deed, ...], At, bool]]:
    """Ways to configurations that are wanted, the shortest first, some more than once, with whether one that must be
    `passed` lies on it. No way gives back what was escalated: that asks for more than people."""
    start = cast.first()
    queue: list[tuple[At, bool, tuple[Deed, ...]]] = [(start, passed(start), ())]
    met: dict[tuple[At, bool], int] = {}
    looked = 0
    for at, by, way in queue:
        looked += 1
        if looked > MOST_CONFIGURATIONS:
            return
        if wanted(at, by):
            yield way, at, by
        for deed, target in cast.steps(at):
            if isinstance(deed.passage.by, Transition) and deed.passage.by.reverses_escalation:
                continue
            over = by or passed(target)
            key = cast.plain(target), over
            met[key] = met.get(key, 0) + 1
            if met[key] <= MOST_TIMES:
                queue.append((target, over, (*way, deed)))


def can_be_gone(known: Known, way: Sequence[Passage], purse: Steps) -> bool:
    """Whether it is proved that some case goes a way, with what its events ask for."""
    if not any(passage.conditions for passage in way):
        return True
    story = opened(known.fields)
    for passage in way:
        story.take(passage)
    return possible(story.said, story.names, purse) is True
