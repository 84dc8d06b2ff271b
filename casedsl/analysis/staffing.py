"""Whether there is always somebody who may go on: without a list of people, with one, and with each of them away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from casedsl.analysis.barring import missed, narrowed
from casedsl.analysis.duties import Cast, Map, explored, own_roles
from casedsl.analysis.ground import Ground
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Group, Person, Roster, groups_of, parties
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stops import Stop, Trial, each_once, tried
from casedsl.analysis.terrain import Terrain
from casedsl.model.records import Transition


class Key(Struct, frozen=True):
    """People without any one of whom cases stop: those who are alike, and where."""

    names: tuple[str, ...]
    stops: tuple[Stop, ...]


class Never(Struct, frozen=True):
    """Events for the same roles that nobody in a list may do whenever a case is there: nobody holds one of the roles,
    or (`held`) whoever does is barred each time."""

    lines: tuple[Transition, ...]
    held: bool


class Judgement(Struct, frozen=True):
    """What is found about some people.

    Attributes:
      never: the events that none of them ever does, without those of which `stops` speaks.
      open: the events that nobody may be left for, and with which it is not decided whether a case stops.
      decided: nothing is open, and there were not too many configurations.
    """

    stops: tuple[Stop, ...] = ()
    never: tuple[Never, ...] = ()
    keys: tuple[Key, ...] = ()
    open: tuple[Transition, ...] = ()
    decided: bool = True


def judged_by_itself(ground: Ground, purse: Steps) -> tuple[Judgement, Map | None]:
    """What can be said without a list of people; and every configuration on plain land. Where nobody is barred, nobody
    can be stopped."""
    if not ground.noted:
        return Judgement(), None
    every = explored(narrowed(ground.crowd(), ground.lines, every=True))
    if every is None:
        return Judgement(decided=False), None
    found = tried(ground, ground.crowd, purse, every)
    return Judgement(found.stops, open=found.open, decided=found.decided), every


def judged_with(ground: Ground, roster: Roster, purse: Steps) -> Judgement:
    """What can be said of the people in a list: where a case stops with all of them, else with each of them away."""
    groups = groups_of(roster, ground.inside, ground.outside)
    trials: list[Trial] = []
    met, held, done = dict[int, Transition](), set[int](), set[int]()
    for opener in (None, *(group for group in groups if group.outside)):
        cast_on = _casting(ground, groups, opener, opener.outside if opener else frozenset())
        cast = narrowed(cast_on(ground.plain.terrain), ground.lines)
        found = explored(cast)
        trials.append(tried(ground, cast_on, purse, found) if found else Trial(looked=False))
        if found is None or not trials[-1].looked:
            return Judgement(decided=False)
        _note_done(ground, found, met, done)
        held.update(id(line) for line in met.values() if cast.able_to(line))
    stops = list(each_once(stop for trial in trials for stop in trial.stops))
    said = {id(line) for stop in stops for line in (*stop.missing, *(bar.line for bar in stop.bars))}
    never = [line for line in met.values() if id(line) not in said | done]
    keys, others = ((), []) if stops else _keys(ground, groups, purse)
    trials += others
    open_ = {id(line): line for trial in trials for line in trial.open}
    return Judgement(
        tuple(stops), tuple(_by_roles(never, held, stops)), keys, tuple(open_.values()),
        all(trial.decided for trial in trials),
    )  # fmt: skip


def _note_done(ground: Ground, found: Map, met: dict[int, Transition], done: set[int]) -> None:
    """Note the events of the organisation that a case meets, and those that somebody may do then."""
    inside = set(ground.inside)
    for at in found.after:
        for line in ground.handlers.handlers[at.place.state].values():
            if id(line) not in done and own_roles(line) & inside:
                met.setdefault(id(line), line)
                if found.cast.may(line, at, on=False):
                    done.add(id(line))


def _by_roles(lines: Iterable[Transition], held: set[int], stops: Iterable[Stop]) -> Iterator[Never]:
    """Lines that ask for the same roles, without those whose roles a stop speaks of."""
    told = [own_roles(line) for stop in stops for line in stop.missing]
    found: dict[frozenset[str], list[Transition]] = {}
    for line in sorted(lines, key=lambda line: line.span):
        if own_roles(line) not in told:
            found.setdefault(own_roles(line), []).append(line)
    return (Never(tuple(each), id(each[0]) in held) for each in found.values())


def _keys(ground: Ground, groups: tuple[Group, ...], purse: Steps) -> tuple[tuple[Key, ...], list[Trial]]:
    """Who falls ill wherever a case is, and nobody else brings it on then; and what was tried for that."""
    found: list[Key] = []
    trials: list[Trial] = []
    few = [group for group in groups if len(group.names) <= len(ground.noted) + 1]
    needed = _needed(ground, groups) if few else frozenset()
    for group in few:
        if group.names[0] not in needed:
            continue
        trial = tried(ground, _casting(ground, groups, group, frozenset(), away=True), purse)
        trials.append(trial)
        if trial.stops:
            found.append(Key(group.names, trial.stops))
    return tuple(found), trials


def _needed(ground: Ground, groups: tuple[Group, ...]) -> frozenset[str]:
    """Those whose absence may change anything."""
    cast = _casting(ground, groups, None, frozenset())(ground.plain.terrain)
    kinds = missed(cast, ground.lines)
    return frozenset(person.name for person, kind in zip(cast.people, cast.kinds, strict=True) if kind in kinds)


def _casting(
    ground: Ground, groups: tuple[Group, ...], alone: Group | None, party: frozenset[str], away: bool = False
) -> Callable[[Terrain], Cast]:
    """The people of a list, as many of each group as can matter, and the parties of a case, somebody from outside. The
    first of the group `alone` is told apart from the others in it, and perhaps `away`; the outside roles `party` are
    theirs."""
    people: list[Person] = []
    kinds: list[int] = []
    for number, group in enumerate(groups):
        own = group is alone
        if own:
            people.append(Person(group.names[0], group.inside, party))
            kinds.append(len(groups) + number)
        rest = group.names[own : len(ground.noted) + 1 + own]
        people.extend(Person(name, group.inside) for name in rest)
        kinds.extend(number for _ in rest)
    others = tuple(parties(role for role in ground.outside if role not in party))

    def cast(terrain: Terrain) -> Cast:
        every = (*kinds, *(-1 - place for place in range(len(others))))
        made = ground.cast((*people, *others), every, terrain, ground.theirs)
        if away and alone is not None:
            made.away = next(number for number, person in enumerate(people) if person.name == alone.names[0])
        return made

    return cast


def never_used(ground: Ground, found: Map) -> Iterator[tuple[Transition, int]]:
    """The roles outside by which an event is never open to their party, because the party is barred wherever it could
    be done; with the place of the role in the line. Where that leaves nobody it is a stop, and no matter of this."""
    outside, open_ = ground.outside, _opened(ground, found)
    if any(_may_be_idle(line, outside, open_) for line in ground.lines) and ground.finer is not None:
        finer = explored(ground.crowd(ground.finer.terrain))
        open_ &= open_ if finer is None else _opened(ground, finer)
    for line in ground.lines:
        names = [actor.role.name for actor in line.by]
        usable = any((id(line), name) in open_ for name in names)
        for place, name in enumerate(names):
            if usable and name in outside and (id(line), name) not in open_ and name not in names[:place]:
                yield line, place


def _opened(ground: Ground, found: Map) -> set[tuple[int, str]]:
    """The lines that some case may find open, with the roles by which somebody isn't barred then."""
    open_: set[tuple[int, str]] = set()
    cast = found.cast
    for at in found.after:
        lines = {id(step.by) for step, _ in cast.terrain.onward(at.stand) if isinstance(step, Passage)}
        for line in ground.handlers.handlers[at.place.state].values():
            if id(line) in lines:
                barred = cast.barred(line, at)
                open_.update((id(line), role) for number, role in cast.able_to(line) if number not in barred)
    return open_


def _may_be_idle(line: Transition, outside: tuple[str, ...], open_: set[tuple[int, str]]) -> bool:
    """Whether guards of a line matter to whether a role outside is barred from it whenever it is open."""
    routes = any(route.when is not None for route in line.routes)
    ours = any((id(line), actor.role.name) in open_ for actor in line.by if actor.role.name in outside)
    return bool(line.but_not) and len(line.by) > 1 and ours and (routes or line.when is not None)
