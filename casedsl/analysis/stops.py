"""Whether a case can come to a stop with some people, though by its roles alone it could go on.

It stops where no way leads to an end any more, and some case goes the way there. It doesn't where somebody may do every
event that roles would let somebody do; nor where they can't, and something else surely leads to an end. What is neither
is asked again on finer land, and stays open if it is neither there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from casedsl.analysis.barring import careful, narrowed
from casedsl.analysis.duties import MOST_WAYS, SOMEBODY, At, Cast, Deed, Map, can_be_gone, explored, own_roles, ways
from casedsl.analysis.ground import Ground, Land
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import Person
from casedsl.analysis.solving.asking import together
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.analysis.terrain import Terrain
from casedsl.model.records import Transition


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
      shut: the events that lead on, and are closed by what the case holds then; `example` is such a case.
    """

    state: str
    way: tuple[Deed, ...]
    bars: tuple[Bar, ...]
    missing: tuple[Transition, ...]
    stays: bool
    shut: tuple[Transition, ...] = ()
    example: Example | None = None


class Trial(Struct, frozen=True):
    """Whether a case can come to a stop with some people: where it does, and with which events that is not decided;
    there may be none of these where there is too much to look at, and nothing is known if not even the plain land could
    be (`looked`). `firm`: where it stops, roles surely could go on."""

    stops: tuple[Stop, ...] = ()
    open: tuple[Transition, ...] = ()
    decided: bool = True
    firm: bool = True
    looked: bool = True


def tried(ground: Ground, cast_on: Callable[[Terrain], Cast], purse: Steps, begun: Map | None = None) -> Trial:
    """Some people on plain land and, where that doesn't decide, on finer land. It is asked with nothing noted first,
    then with what can matter: where all goes on, nobody must be named. `begun` is what they can do so on plain land."""
    last = Trial(decided=False, looked=False)
    for land in ground.lands():
        cast = cast_on(land.terrain)
        found = begun if land is ground.plain else None
        if cast.noted and (found is None or found.cast.noted) and _carefully_goes_on(ground, land, cast):
            return Trial()
        found = found or explored(narrowed(cast, ground.lines))
        if found is not None and len(found.cast.noted) < len(cast.noted):
            if _goes_on(ground, land, found):
                return Trial()
            found = explored(cast)
        if found is None:
            break
        this = _tried(ground, land, found, purse)
        last = this if this.decided or not last.stops else last
        if this.decided and this.firm:
            break
    return last


def _carefully_goes_on(ground: Ground, land: Land, cast: Cast) -> bool:
    found = explored(careful(cast, ground.lines))
    return found is not None and _goes_on(ground, land, found)


def _goes_on(ground: Ground, land: Land, found: Map) -> bool:
    """Whether it is proved that people bring every case to an end."""
    ending = _ending(ground, found)
    return not _lost(land, found, ending) and not _unsure(ground, found, ending)


def _tried(ground: Ground, land: Land, found: Map, purse: Steps) -> Trial:
    cast, ending = found.cast, _ending(ground, found)
    lost = _lost(land, found, ending)
    stops, missed = _stops(ground, found, lost, purse)
    if stops:
        surely = land.surely_free(inside=cast.theirs is not None)
        return Trial(stops, firm=all(at.stand in surely for at in lost))
    unsure = _unsure(ground, found, ending)
    open_ = (
        *(line for lines in unsure.values() for line in lines),
        *(line for at in missed for line in _short(ground, cast, at)),
    )
    return Trial((), tuple({id(line): line for line in open_}.values()), not (unsure or missed))


def _ending(ground: Ground, found: Map) -> set[At]:
    """Where a case can end."""
    return found.leading_to(lambda at: at.place.state in ground.finals)


def _lost(land: Land, found: Map, ending: set[At]) -> list[At]:
    """Where a case can't end any more, though it could by its roles."""
    free = land.free if found.cast.theirs is None else land.free_inside
    return [at for at in found.after if at not in ending and at.stand in free]


def _unsure(ground: Ground, found: Map, ending: set[At]) -> dict[At, tuple[Transition, ...]]:
    """Where a case can end, but perhaps not every one: the lines that are short of people there, or none where nobody
    may amend."""
    cast = found.cast
    left = ((at, tuple(_short(ground, cast, at))) for at in found.after if at in ending)
    short = {at: lines for at, lines in left if lines or _cannot_amend(cast, at)}
    safe = _surely_ending(ground, cast, found) if short else frozenset[At]()
    return {at: lines for at, lines in short.items() if at not in safe}


def _short(ground: Ground, cast: Cast, at: At) -> Iterator[Transition]:
    """The lines by which whoever holds a role would bring a case on, and which nobody of these people can take."""
    seen: set[int] = set()
    for step, _ in cast.terrain.onward(at.stand):
        line = step.by if isinstance(step, Passage) else None
        if isinstance(line, Transition) and line.by and id(line) not in seen and at.place.state not in ground.finals:
            seen.add(id(line))
            ours = cast.theirs is None or at.place.state in cast.theirs or ground.is_ours(line)
            if ours and next(cast.able_now(line, at), None) is None:
                yield line


def _cannot_amend(cast: Cast, at: At) -> bool:
    """Whether nobody of these people may amend a field there on which guards hang."""
    known = cast.terrain.known
    return any(not cast.can_amend(name, on=True) for name in known.amendable[at.place.state] & cast.terrain.read)


def _surely_ending(ground: Ground, cast: Cast, found: Map) -> frozenset[At]:
    """The configurations from which these people surely can bring every case to an end."""
    ends = {at for at in found.after if at.place.state in ground.finals}
    left = {at: tuple(cast.sure(at)) for at in found.after if at not in ends}
    while True:
        new = [at for at, options in left.items() if any(option <= ends for option in options)]
        if not new:
            return frozenset(ends)
        ends.update(new)
        for at in new:
            del left[at]


def _stops(ground: Ground, found: Map, lost: list[At], purse: Steps) -> tuple[tuple[Stop, ...], list[At]]:
    """The states in which a case comes to a stop, one for each cause; and where that is not proved of any case."""
    cast = found.cast
    still = [at for at in lost if all(each.place.state == at.place.state for each in found.onward(at))]
    stops: list[Stop] = []
    missed: list[At] = []
    for state in dict.fromkeys(at.place.state for at in still or lost[:1]):
        there = [at for at in (still or lost) if at.place.state == state]
        wanted = [at for at in there if any(True for _ in _short(ground, cast, at))] or there
        way = _way(cast, frozenset(wanted), purse)
        if way is None:
            missed += wanted
        else:
            stops.append(_stop(ground, cast, way[0], way[1], bool(still)))
    return tuple(each_once(stops)), missed


def _way(cast: Cast, wanted: frozenset[At], purse: Steps) -> tuple[tuple[Deed, ...], At] | None:
    for tried, (way, at, _) in enumerate(ways(cast, lambda at, _: cast.plain(at) in wanted)):
        if can_be_gone(cast.terrain, [deed.passage for deed in way], at.stand, purse):
            return way, at
        if tried == MOST_WAYS:
            return None
    return None


def _stop(ground: Ground, cast: Cast, way: tuple[Deed, ...], at: At, stays: bool) -> Stop:
    state = at.place.state
    onward = {id(each.by) for each in ground.known.passages[state] if not stays or each.target != state}
    every = [line for line in ground.handlers.handlers[state].values() if line.by and id(line) in onward]
    if cast.theirs is not None and state not in cast.theirs:
        every = [line for line in every if own_roles(line) & set(ground.inside)]
    can_be = {id(step.by) for step, _ in cast.terrain.onward(at.stand) if isinstance(step, Passage)}
    bars, missing = _lacking(cast, [line for line in every if id(line) in can_be], at)
    if not (bars or missing):
        bars, missing = _lacking(cast, _short(ground, cast, at), at)
    shut = tuple(line for line in every if id(line) not in can_be and any(True for _ in cast.able_now(line, at)))
    return Stop(state, way, bars, missing, stays, shut, _example(cast, at, shut))


def _lacking(cast: Cast, lines: Iterable[Transition], at: At) -> tuple[tuple[Bar, ...], tuple[Transition, ...]]:
    """Why nobody may do some events: they are barred, or nobody holds a role for it."""
    known = tuple(lines)
    bars = tuple(bar for line in known for bar in _bars(cast, line, at))
    return bars, tuple(line for line in known if not cast.able_on(line, at.place.state))


def _example(cast: Cast, at: At, shut: Iterable[Transition]) -> Example | None:
    """What a case holds that closes some lines."""
    if not any(shut):
        return None
    answer = together(cast.terrain.said(at.stand), cast.terrain.known.fields)
    return answer if isinstance(answer, Example) else None


def _bars(cast: Cast, line: Transition, at: At) -> Iterator[Bar]:
    able = {number for number, _ in cast.able_on(line, at.place.state)}
    for ref in line.but_not:
        doer = at.doers[cast.noted[ref.name]] if ref.name in cast.noted else SOMEBODY
        if doer in able:
            yield Bar(line, ref.name, (cast.people[doer],))


def each_once(stops: Iterable[Stop]) -> Iterator[Stop]:
    """One stop for each set of lines that would lead on."""
    said: set[tuple[int, ...]] = set()
    for stop in stops:
        cause = tuple(sorted({id(each.line) for each in stop.bars} | {id(line) for line in stop.missing}))
        if cause not in said:
            said.add(cause)
            yield stop
