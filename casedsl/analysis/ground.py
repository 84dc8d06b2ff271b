"""What all questions about people stand on: the lines that name somebody, and the land on which cases move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from casedsl.analysis.claims.judge import firm_in
from casedsl.analysis.duties import Cast, own_roles
from casedsl.analysis.known import Known
from casedsl.analysis.passages import Lines, Passage
from casedsl.analysis.people import Person, parties, roles_used
from casedsl.analysis.terrain import Option, Stand, Terrain, finer, plain
from casedsl.model.records import CaseType, Claim, Organisation, Transition


class Land(Struct, frozen=True):
    """A terrain, with the stands on it from which a case can end if whoever holds a role may act; in `free_inside`
    those from which it can if elsewhere the organisation brings it on."""

    terrain: Terrain
    free: frozenset[Stand]
    free_inside: frozenset[Stand]
    finals: frozenset[str]
    goes_inside: Callable[[str, Transition], bool]

    def surely_free(self, inside: bool) -> frozenset[Stand]:
        """The same, whatever the case holds."""

        def counts(at: Stand, option: Option) -> bool:
            line = option.line
            return line is None or (bool(line.by) and (not inside or self.goes_inside(at.place.state, line)))

        ends = {at for at in self.terrain.every() if at.place.state in self.finals}
        left = [at for at in self.terrain.every() if at not in ends]
        while True:
            new = {at for at in left if any(each.to <= ends for each in self.terrain.sure(at) if counts(at, each))}
            if not new:
                return frozenset(ends)
            ends |= new
            left = [at for at in left if at not in new]


class Ground(Struct, frozen=True, dict=True):
    """What all questions about people stand on.

    Attributes:
      lines: every line that holds where a case gets to and that names somebody, in the order of the definition.
      noted: the events that some line asks about, each with its number.
      theirs: the states that wait on somebody outside, or that only they, or time, can end.
      finals: the states in which a case has ended.
    """

    case_type: CaseType
    known: Known
    handlers: Lines
    lines: tuple[Transition, ...]
    noted: dict[str, int]
    theirs: frozenset[str]
    finals: frozenset[str]

    @property
    def organisation(self) -> Organisation:
        return self.case_type.organisation

    @cached_property
    def plain(self) -> Land:
        """Where a case is, and nothing more."""
        return self._land(plain(self.known))

    @cached_property
    def finer(self) -> Land | None:
        """Also what guards compare and count; None where that is nothing, or too much."""
        nothing = Claim("always", "", self.case_type.span)
        terrain = finer(self.known, nothing, firm_in(self.case_type))
        return None if terrain is None else self._land(terrain)

    def lands(self) -> Iterator[Land]:
        """The plain land and, if that is asked for, the finer one."""
        yield self.plain
        if self.finer is not None:
            yield self.finer

    def _land(self, terrain: Terrain) -> Land:
        def by_us(passage: Passage) -> bool:
            return passage.source in self.theirs or _is_ours(self.case_type, passage)

        return Land(
            terrain, _free(terrain, self.finals, lambda _: True), _free(terrain, self.finals, by_us), self.finals,
            lambda state, line: state in self.theirs or self.is_ours(line),
        )  # fmt: skip

    def is_ours(self, line: Transition) -> bool:
        """Whether somebody inside does an event for themselves."""
        return any(not self.organisation.roles[name].outside for name in own_roles(line))

    @cached_property
    def outside(self) -> tuple[str, ...]:
        return self._roles(outside=True)

    @cached_property
    def inside(self) -> tuple[str, ...]:
        return self._roles(outside=False)

    def _roles(self, outside: bool) -> tuple[str, ...]:
        fields = (self.known.fields[name] for name in self.plain.terrain.read)
        return roles_used(self.lines, fields, self.organisation, outside)

    def cast(
        self, people: Sequence[Person], kinds: Sequence[int], terrain: Terrain, theirs: frozenset[str] | None = None
    ) -> Cast:
        return Cast(terrain, self.organisation, tuple(people), tuple(kinds), self.noted, theirs)

    def crowd(self, terrain: Terrain | None = None) -> Cast:
        """Somebody more for every role inside, and the parties of the case."""
        people = (Person("", frozenset(self.inside), crowd=True), *parties(self.outside))
        return self.cast(people, range(len(people)), terrain or self.plain.terrain)


def ground_of(case_type: CaseType, known: Known, lines: Lines) -> Ground:
    """The ground of a definition."""
    held = {id(line): line for state in known.inside for line in lines.handlers[state].values() if line.by}
    alive = tuple(sorted(held.values(), key=lambda line: line.span))
    noted = {
        name: place for place, name in enumerate(dict.fromkeys(ref.name for line in alive for ref in line.but_not))
    }
    finals = frozenset(name for name, state in case_type.states.items() if state.kind == "final")
    theirs = frozenset(state for state in known.inside if _is_theirs(case_type, known, state))
    return Ground(case_type, known, lines, alive, noted, theirs, finals)


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


def _free(terrain: Terrain, finals: frozenset[str], goes: Callable[[Passage], bool]) -> frozenset[Stand]:
    """The stands from which a case can end by steps that somebody or time may take."""
    stands = terrain.every()
    before: dict[Stand, list[Stand]] = {at: [] for at in stands}
    for at in stands:
        for step, to in terrain.onward(at):
            if not isinstance(step, Passage) or (_is_somebodys(step) and goes(step)):
                before[to].append(at)
    queue = [at for at in stands if at.place.state in finals]
    found = set(queue)
    for at in queue:
        new = [source for source in dict.fromkeys(before[at]) if source not in found]
        found.update(new)
        queue.extend(new)
    return frozenset(found)


def _is_somebodys(passage: Passage) -> bool:
    return not isinstance(passage.by, Transition) or bool(passage.by.by)
