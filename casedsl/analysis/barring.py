"""Of which events it can matter who did them: of few, where enough people hold the roles that ask.

`but not who did X` takes one person away from those who may do an event. Where more hold its roles than it has such
lines, somebody is left whoever did what; so who did X is never asked, unless it matters for another event, or who does
this one matters. What is left out changes no answer: wherever a case is, it can be brought on to the same places as if
everything were noted, by somebody. Who that is, only the whole question says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from casedsl.analysis.duties import Cast
from casedsl.model.records import Transition


def narrowed(cast: Cast, lines: Sequence[Transition], every: bool = False) -> Cast:
    """The same people, of whom it is noted who did an event only where that can leave nobody for another; with `every`
    where it bars anybody."""
    return _Teams(cast, lines).narrowed(every)


def careful(cast: Cast, lines: Sequence[Transition]) -> Cast:
    """The same people, of whom nothing is noted: what may leave nobody may still happen, but brings no case on. If all
    goes on even so, it does."""
    return _Teams(cast, lines).careful()


def missed(cast: Cast, lines: Sequence[Transition]) -> frozenset[int]:
    """The kinds of those without one of whom something may be otherwise; that anybody else is away changes nothing."""
    return frozenset(_Teams(cast, lines).missed())


class _Teams:
    """How many people there are for each line. Those of one kind are counted, and not looked at one by one.

    Attributes:
      bars: the lines that bar somebody, with the events because of which they do: one person may do both. Of a crowd it
        is always somebody else.
    """

    def __init__(self, cast: Cast, lines: Sequence[Transition]) -> None:
        self.cast, self.lines = cast, lines
        self.one = dict(zip(cast.kinds, cast.people, strict=True))
        self.sizes = Counter(kind for number, kind in enumerate(cast.kinds) if number != cast.away)
        self.crowds = frozenset(kind for kind, person in self.one.items() if person.crowd)
        self.bars = list(self._bars())

    def narrowed(self, every: bool) -> Cast:
        noted = self._noted(every)
        if len(noted) == len(self.cast.noted):
            return self.cast
        places = {name: place for place, name in enumerate(each for each in self.cast.noted if each in noted)}
        return replace(self.cast, noted=places, asking={}, ordered={}, then={})

    def careful(self) -> Cast:
        avoided = frozenset(id(line) for line, names in self.bars if self._may_be_short(line, len(names)))
        return replace(self.cast, noted={}, avoided=avoided, asking={}, ordered={}, then={})

    def _noted(self, every: bool) -> frozenset[str]:
        kept = {name for line, names in self.bars if every or self._may_be_short(line, len(names)) for name in names}
        before = set[str]()
        while kept != before:
            before = kept
            kept = kept.union(*(names for line, names in self.bars if line.event in kept))
        return frozenset(kept)

    def missed(self) -> Iterator[int]:
        """Whose absence would leave a line short of people, or another one for what is noted."""
        noted, barred = self._noted(every=False), {id(line): len(names) for line, names in self.bars}
        for line in self.lines:
            if line.event in noted:
                yield from self.cast.able_by(line).kinds
            for kinds in self._sets(line):
                if self._size(kinds) <= barred.get(id(line), 0) + 1:
                    yield from kinds
        alone = (self.cast.able_to_amend(name) for name in self.cast.terrain.read)
        yield from (self.cast.kinds[number] for each in alone if len(each) == 1 for number in each)

    def _bars(self) -> Iterator[tuple[Transition, frozenset[str]]]:
        doers: dict[str, frozenset[int]] = dict.fromkeys(self.cast.noted, frozenset())
        asking = [line for line in self.lines if any(ref.name in doers for ref in line.but_not)]
        for line in self.lines if asking else ():
            if line.event in doers:
                doers[line.event] |= self.cast.able_by(line).kinds - self.crowds
        for line in asking:
            able = self.cast.able_by(line).kinds
            found = frozenset(ref.name for ref in line.but_not if not able.isdisjoint(doers.get(ref.name, ())))
            if found:
                yield line, found

    def _may_be_short(self, line: Transition, count: int) -> bool:
        """Whether so many people can be all who may do an event, or all of them who bring a case on with it."""
        every = self.cast.able_by(line).kinds
        return any(0 < self._size(kinds) <= count for kinds in (every, *self._sets(line)))

    def _sets(self, line: Transition) -> Iterator[frozenset[int]]:
        """Who may do an event; who does it for the organisation; who of either can give what it needs."""
        cast = self.cast
        for kinds in dict.fromkeys(cast.able_by(line, ours).kinds for ours in (False, cast.theirs is not None)):
            yield kinds
            if line.needs:
                yield frozenset(kind for kind in kinds if cast.can_give_all(line, self.one[kind]))

    def _size(self, kinds: frozenset[int]) -> int:
        """How many of some kinds are there; of a crowd more than are ever asked for."""
        return _ENDLESS if kinds & self.crowds else sum(map(self.sizes.__getitem__, kinds))


_ENDLESS = 1 << 30
