"""Whether there is always somebody who may go on: without a list of people, with one, and with each of them away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from casedsl.analysis.duties import MOST_WAYS, SOMEBODY, At, Cast, Deed, Map, can_be_gone, explored, own_roles, ways
from casedsl.analysis.known import Known, Place
from casedsl.analysis.passages import Lines, Passage
from casedsl.analysis.people import Group, Person, Roster, groups_of, parties, roles_used
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import CaseType, Organisation, Transition


class Bar(Struct, frozen=True):
    """An event that those who hold its roles may not do: `who` is everybody who did `after`."""

    line: Transition
    after: str
    who: tuple[Person, ...]


class Stop(Struct, frozen=True):
    """A state that a case can't leave any more, or never ends from.

    Attributes:
      way: how a case gets there, with who does what.
      bars: the events on the way on that are barred for all who might do them.
      missing: those that nobody holds a role for.
      stays: it stays in the state, and doesn't only go in circles.
    """

    state: str
    way: tuple[Deed, ...]
    bars: tuple[Bar, ...]
    missing: tuple[Transition, ...]
    stays: bool


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
      decided: there were not too many configurations.
    """

    stops: tuple[Stop, ...] = ()
    never: tuple[Never, ...] = ()
    keys: tuple[Key, ...] = ()
    decided: bool = True


class Ground(Struct, frozen=True):
    """What all questions about people stand on.

    Attributes:
      lines: every line that holds where a case gets to and that names somebody, in the order of the definition.
      noted: the events that some line asks about, each with its number.
      free: the places from which a case can end if whoever holds a role may act.
      theirs: the states that wait on somebody outside, or that only they, or time, can end; `free_inside` are the
        places from which a case can end if elsewhere the organisation brings it on.
    """

    known: Known
    handlers: Lines
    organisation: Organisation
    lines: tuple[Transition, ...]
    noted: dict[str, int]
    free: frozenset[Place]
    theirs: frozenset[str]
    free_inside: frozenset[Place]
    finals: frozenset[str]

    @property
    def outside(self) -> tuple[str, ...]:
        return roles_used(self.lines, self.organisation, True)

    @property
    def inside(self) -> tuple[str, ...]:
        return roles_used(self.lines, self.organisation, False)

    def cast(self, people: Sequence[Person], kinds: Sequence[int], theirs: frozenset[str] | None = None) -> Cast:
        return Cast(self.known, tuple(people), tuple(kinds), self.noted, theirs)

    def crowd(self, *others: Person) -> Cast:
        """Somebody more for every role inside, the parties of the case, and others."""
        people = (Person("", frozenset(self.inside), crowd=True), *parties(self.outside), *others)
        return self.cast(people, range(len(people)))


def ground_of(case_type: CaseType, known: Known, lines: Lines) -> Ground:
    """The ground of a definition."""
    held = {id(line): line for state in known.inside for line in lines.handlers[state].values() if line.by}
    alive = tuple(sorted(held.values(), key=lambda line: line.span))
    noted = {
        name: place for place, name in enumerate(dict.fromkeys(ref.name for line in alive for ref in line.but_not))
    }
    finals = frozenset(name for name, state in case_type.states.items() if state.kind == "final")
    theirs = frozenset(state for state in known.inside if _is_theirs(case_type, known, state))

    def by_anybody(passage: Passage) -> bool:
        return not isinstance(passage.by, Transition) or bool(passage.by.by)

    def by_us(passage: Passage) -> bool:
        return by_anybody(passage) and (passage.source in theirs or _is_ours(case_type, passage))

    return Ground(
        known, lines, case_type.organisation, alive, noted,
        _free(known, finals, by_anybody), theirs, _free(known, finals, by_us), finals,
    )  # fmt: skip


def _is_ours(case_type: CaseType, passage: Passage) -> bool:
    """Whether time, or somebody inside, takes a step, and not for somebody outside."""
    roles = case_type.organisation.roles
    by = passage.by
    return not isinstance(by, Transition) or any(not roles[name].outside for name in own_roles(by))


def _is_theirs(case_type: CaseType, known: Known, state: str) -> bool:
    roles = case_type.organisation.roles
    if any(roles[ref.name].outside for ref in case_type.states[state].waiting_on if ref.name in roles):
        return True
    leaving = [passage for passage in known.passages[state] if passage.target != state]
    return not any(_is_ours(case_type, passage) for passage in leaving)


def _free(known: Known, finals: frozenset[str], goes: Callable[[Passage], bool]) -> frozenset[Place]:
    before: dict[Place, list[Place]] = {place: [] for place in known.at}
    for place in known.at:
        for passage, target in known.onward(place):
            if target in before and goes(passage):
                before[target].append(place)
    queue = [place for place in known.at if place.state in finals]
    found = set(queue)
    for place in queue:
        new = [source for source in dict.fromkeys(before[place]) if source not in found]
        found.update(new)
        queue.extend(new)
    return frozenset(found)


def judged_by_itself(ground: Ground, purse: Steps) -> tuple[Judgement, Map | None]:
    """What can be said without a list of people. Where nobody is barred, nobody can be stopped."""
    if not ground.noted:
        return Judgement(), None
    cast = ground.crowd()
    found = explored(cast)
    if found is None:
        return Judgement(decided=False), None
    return Judgement(tuple(_stops(ground, cast, found, purse))), found


def judged_with(ground: Ground, roster: Roster, purse: Steps) -> Judgement:
    """What can be said of the people in a list: where a case stops with all of them, else with each of them away."""
    groups = groups_of(roster, ground.inside, ground.outside)
    stops: list[Stop] = []
    met, held, done = dict[int, Transition](), set[int](), set[int]()
    for opener in (None, *(group for group in groups if group.outside)):
        cast = _cast(ground, groups, opener, opener.outside if opener else frozenset())
        found = explored(cast)
        if found is None:
            return Judgement(decided=False)
        stops.extend(_stops(ground, cast, found, purse))
        _note_done(ground, cast, found, met, done)
        held.update(id(line) for line in met.values() if cast.able_to(line))
    stops = list(_each_once(stops))
    said = {id(line) for stop in stops for line in (*stop.missing, *(bar.line for bar in stop.bars))}
    never = [line for line in met.values() if id(line) not in said | done]
    keys, decided = ((), True) if stops else _keys(ground, groups, purse)
    return Judgement(tuple(stops), tuple(_by_roles(never, held, stops)), keys, decided)


def _note_done(ground: Ground, cast: Cast, found: Map, met: dict[int, Transition], done: set[int]) -> None:
    """Note the events of the organisation that a case meets, and those that somebody may do then."""
    for at in found.after:
        for line in ground.handlers.handlers[at.place.state].values():
            if own_roles(line) & set(ground.inside):
                met.setdefault(id(line), line)
                if cast.may(line, at, on=False):
                    done.add(id(line))


def _by_roles(lines: Iterable[Transition], held: set[int], stops: Iterable[Stop]) -> Iterator[Never]:
    """Lines that ask for the same roles, without those whose roles a stop speaks of."""
    told = [own_roles(line) for stop in stops for line in stop.missing]
    found: dict[frozenset[str], list[Transition]] = {}
    for line in sorted(lines, key=lambda line: line.span):
        if own_roles(line) not in told:
            found.setdefault(own_roles(line), []).append(line)
    return (Never(tuple(each), id(each[0]) in held) for each in found.values())


def _keys(ground: Ground, groups: tuple[Group, ...], purse: Steps) -> tuple[tuple[Key, ...], bool]:
    """Who falls ill wherever a case is, and nobody else brings it on then; and whether that is decided of all."""
    found: list[Key] = []
    for group in groups:
        if len(group.names) > len(ground.noted) + 1:
            continue
        cast = _cast(ground, groups, group, frozenset())
        cast.away = next(number for number, person in enumerate(cast.people) if person.name == group.names[0])
        reached = explored(cast)
        if reached is None:
            return tuple(found), False
        stops = tuple(_each_once(_stops(ground, cast, reached, purse)))
        if stops:
            found.append(Key(group.names, stops))
    return tuple(found), True


def _cast(ground: Ground, groups: tuple[Group, ...], alone: Group | None, party: frozenset[str]) -> Cast:
    """The people of a list, as many of each group as can matter, and the parties of a case, somebody from outside. The
    first of the group `alone` is told apart from the others in it; the outside roles `party` are theirs."""
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
    return ground.cast((*people, *others), (*kinds, *(-1 - place for place in range(len(others)))), ground.theirs)


def _stops(ground: Ground, cast: Cast, found: Map, purse: Steps) -> Iterator[Stop]:
    """The states in which a case can come to a stop, though by its roles alone it could go on: one for each cause."""
    ending = found.leading_to(lambda at: at.place.state in ground.finals)
    free = ground.free if cast.theirs is None else ground.free_inside
    lost = [at for at in found.after if at not in ending and at.place in free]
    still = [at for at in lost if all(each.place.state == at.place.state for each in found.onward(at))]
    said: set[tuple[int, ...]] = set()
    for state in dict.fromkeys(at.place.state for at in still or lost[:1]):
        wanted = frozenset(at for at in (still or lost[:1]) if at.place.state == state)
        way = _way(cast, wanted, purse)
        if way is not None:
            stop = _stop(ground, cast, way[0], way[1], bool(still))
            cause = tuple(sorted({id(each.line) for each in stop.bars} | {id(line) for line in stop.missing}))
            if cause not in said:
                said.add(cause)
                yield stop


def _way(cast: Cast, wanted: frozenset[At], purse: Steps) -> tuple[tuple[Deed, ...], At] | None:
    for tried, (way, at, _) in enumerate(ways(cast, lambda at, _: cast.plain(at) in wanted)):
        if can_be_gone(cast.known, [deed.passage for deed in way], purse):
            return way, at
        if tried == MOST_WAYS:
            return None
    return None


def _stop(ground: Ground, cast: Cast, way: tuple[Deed, ...], at: At, stays: bool) -> Stop:
    state = at.place.state
    onward = {id(each.by) for each in ground.known.passages[state] if not stays or each.target != state}
    lines = [line for line in ground.handlers.handlers[state].values() if line.by and id(line) in onward]
    if cast.theirs is not None and state not in cast.theirs:
        lines = [line for line in lines if own_roles(line) & set(ground.inside)]
    bars = [bar for line in lines for bar in _bars(cast, line, at)]
    missing = tuple(line for line in lines if not cast.able_on(line, state))
    return Stop(state, way, tuple(bars), missing, stays)


def _bars(cast: Cast, line: Transition, at: At) -> Iterator[Bar]:
    able = {number for number, _ in cast.able_on(line, at.place.state)}
    for ref in line.but_not:
        doer = at.doers[cast.noted[ref.name]] if ref.name in cast.noted else SOMEBODY
        if doer in able:
            yield Bar(line, ref.name, (cast.people[doer],))


def _each_once(stops: Iterable[Stop]) -> Iterator[Stop]:
    """One stop for each set of lines that would lead on."""
    said: set[tuple[int, ...]] = set()
    for stop in stops:
        cause = tuple(sorted({id(each.line) for each in stop.bars} | {id(line) for line in stop.missing}))
        if cause not in said:
            said.add(cause)
            yield stop


def never_used(ground: Ground, found: Map) -> Iterator[tuple[Transition, int]]:
    """The roles outside by which an event is never open to their party, because the party is barred wherever it could
    be done; with the place of the role in the line. Where that leaves nobody it is a stop, and no matter of this."""
    cast, outside = ground.crowd(), ground.outside
    open_: set[tuple[int, str]] = set()
    for at in found.after:
        for line in ground.handlers.handlers[at.place.state].values():
            barred = cast.barred(line, at)
            open_.update((id(line), role) for number, role in cast.able_to(line) if number not in barred)
    for line in ground.lines:
        names = [actor.role.name for actor in line.by]
        usable = any((id(line), name) in open_ for name in names)
        for place, name in enumerate(names):
            if usable and name in outside and (id(line), name) not in open_ and name not in names[:place]:
                yield line, place
