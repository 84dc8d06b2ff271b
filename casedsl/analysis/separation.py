"""Separation of duties: whether what one line keeps two people apart for can be done by one person through another."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from casedsl.analysis.duties import MOST_WAYS, NEVER, At, Cast, Deed, Map, can_be_gone, ways
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Person, may_be_both
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.staffing import Ground
from casedsl.model.records import Ref, Transition


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


class Idle(Struct, frozen=True):
    """A duty that bars nobody: in none of its states has the event ever been done."""

    line: Transition
    ref: Ref


def loopholes(ground: Ground, purse: Steps) -> Iterator[Loophole]:
    """Every line that leaves out a duty of its event, once for each duty, where one person can do both."""
    said: set[tuple[int, str]] = set()
    for duty in ground.lines:
        for ref in duty.but_not:
            for line in ground.lines:
                key = id(line), ref.name
                if (
                    line.event == duty.event
                    and ref.name not in [each.name for each in line.but_not]
                    and key not in said
                ):
                    found = _loophole(ground, line, duty, ref, purse)
                    if found is not None:
                        said.add(key)
                        yield found


def idle_duties(ground: Ground, found: Map) -> Iterator[Idle]:
    """The duties that some case meets, and about an event that has never been done then."""
    met, happened = set[int](), set[tuple[int, str]]()
    for at in found.after:
        for line in ground.handlers.handlers[at.place.state].values():
            met.add(id(line))
            done = (ref.name for ref in line.but_not if at.doers[ground.noted.get(ref.name, 0)] != NEVER)
            happened.update((id(line), name) for name in done)
    for line in (line for line in ground.lines if id(line) in met):
        yield from (Idle(line, ref) for ref in line.but_not if (id(line), ref.name) not in happened)


def _loophole(ground: Ground, line: Transition, duty: Transition, ref: Ref, purse: Steps) -> Loophole | None:
    """The gravest loophole of a line; of equally grave ones that of the first person."""
    weaker: Loophole | None = None
    for cast, number in _persons(ground, line, ref):
        found = _found(ground, cast, number, line, duty, ref, purse)
        if found is not None and found.around:
            return found
        weaker = weaker or found
    return weaker


def _persons(ground: Ground, line: Transition, ref: Ref) -> Iterator[tuple[Cast, int]]:
    """Whoever could do both: somebody with one role for either event, or two that one person may hold."""
    firsts = [actor.role.name for each in ground.lines if each.event == ref.name for actor in each.by]
    seconds = [actor.role.name for actor in line.by]
    organisation, seen = ground.organisation, set[frozenset[str]]()
    pairs = [(one, two) for one in firsts for two in seconds if may_be_both(organisation, one, two)]
    for one, two in sorted(pairs, key=lambda pair: pair[0] != pair[1]):
        both = frozenset((one, two))
        if both not in seen:
            seen.add(both)
            outside = frozenset(name for name in both if organisation.roles[name].outside)
            yield _with(ground, Person("", both - outside, outside))


def _with(ground: Ground, person: Person) -> tuple[Cast, int]:
    """A crowd with one person; an outside role of theirs belongs to nobody else in this case."""
    crowd = ground.crowd()
    others = tuple(each for each in crowd.people if not each.party & person.party)
    return ground.cast((*others, person), range(len(others) + 1)), len(others)


def _found(
    ground: Ground, cast: Cast, number: int, line: Transition, duty: Transition, ref: Ref, purse: Steps
) -> Loophole | None:
    place = ground.noted[ref.name]
    holding = ground.handlers.handlers

    def barred(at: At) -> bool:
        return at.doers[place] == number and holding[at.place.state].get(duty.event) is duty

    def open_(at: At, _: bool) -> bool:
        mine = at.doers[place] == number and holding[at.place.state].get(line.event) is line
        return mine and number not in cast.barred(line, at)

    same = bool({route.to.name for route in line.routes} & {route.to.name for route in duty.routes})
    weaker: Loophole | None = None
    for tried, (way, at, around) in enumerate(ways(cast, open_, barred)):
        if weaker is not None and not around:
            continue
        last = _last(ground, line, at, way, purse)
        if last is not None:
            deed = Deed(last, cast.people[number], cast.people[number].role_in(line))
            found = Loophole(line, at.place.state, duty, ref, (*way, deed), cast.people[number], around and same)
            if found.around or not same:
                return found
            weaker = weaker or found
        if tried == MOST_WAYS:
            break
    return weaker


def _last(ground: Ground, line: Transition, at: At, way: tuple[Deed, ...], purse: Steps) -> Passage | None:
    """The route of a line that can be taken at the end of a way."""
    before = [deed.passage for deed in way]
    for passage, target in ground.known.onward(at.place):
        if passage.by is line and target in ground.known.at and can_be_gone(ground.known, [*before, passage], purse):
            return passage
    return None
