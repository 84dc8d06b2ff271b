"""A scenario while it is being written: who acts, what they say, how long is waited, and what must be so then.

People are cast last. Most stories need one person of each role, and then the role's name says who acts; two people of a
role get names of their own. An outside role is played by the one person whose case it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.passages import Passage
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import Beat, lived
from casedsl.model.records import CaseType, Timer, Transition
from casedsl.staging.values import as_written
from casedsl.syntax.printing.words import quoted

Found = TypeVar("Found")
OPENS = "10:00"
A_NOTE = "A note"
LONG = "400 clock days"
"""Longer than anybody waits; a locked calendar has years."""


class CannotBeStaged(Exception):
    """Why there is no scenario for this finding, as the end of a sentence that begins with its code."""


def again(found: Iterable[Found]) -> Found:
    """What a finding is about, found again."""
    first = next(iter(found), None)
    if first is None:
        raise CannotBeStaged("what it is about was not found again")
    return first


class Player(Struct, frozen=True):
    """One person of a role, counted."""

    role: str
    number: int


class Step(Struct, frozen=True):
    """A line, with `{}` where its player is named."""

    line: str
    who: Player | None = None


class Script(Struct):
    """What is written so far.

    Attributes:
      at, behind: the state of the case, and the one that it goes back to.
      last_by: who was the last to let each event happen.
      party: the outside role of the person whose case it is, as soon as it matters.
    """

    facts: Facts
    case_type: CaseType
    proofs: Proofs
    day: date
    opens: str = OPENS
    given: tuple[tuple[str, Value], ...] = ()
    steps: list[Step] = []
    at: str = ""
    behind: str = ""
    last_by: dict[str, Player] = {}
    party: str | None = None

    def begin_again(self) -> None:
        """Nothing was written."""
        self.given, self.steps, self.last_by, self.at = (), [], {}, ""

    # Ways.

    def goes(
        self,
        way: Sequence[Passage],
        claims: Sequence[Expression] = (),
        last: Transition | None = None,
        after: Callable[[int], None] = lambda steps: None,
    ) -> None:
        """The case is opened and goes a way, at whose end claims hold; then, if one is named, an event happens. `after`
        is told how many steps have been gone, and may say what must be so then."""
        needs = [ref.name for ref in last.needs] if last else []
        story = lived(self.proofs.known, way, needs, claims, Steps(MOST_STEPS))
        if story is None:
            raise CannotBeStaged("no case was found that goes there")
        self.given, self.at = story.opening, self.proofs.known.first.state
        for number, (passage, beat) in enumerate(zip(way, story.beats, strict=False)):
            after(number)
            self.takes(passage, beat)
        after(len(way))
        self.amends(story.beats[-1])
        if last is not None:
            self.does(last, story.beats[-1])

    def takes(self, passage: Passage, beat: Beat) -> None:
        """A step of a way: somebody lets an event happen, or time moves the case."""
        self.amends(beat)
        if isinstance(passage.by, Timer):
            self.waits(passage.by.after.duration)
        else:
            self.does(passage.by, beat)
        sides = self.proofs.known.sides
        self.behind = passage.source if passage.target in sides and passage.source not in sides else self.behind
        self.at = passage.target

    def amends(self, beat: Beat) -> None:
        for name, value in beat.amended:
            roles = [ref.name for ref in self.case_type.fields[name].changed_by]
            who = self.player(roles, ())
            if who is None:
                raise CannotBeStaged(f"nobody can change `{name}` on the way")
            self.steps.append(Step(f"as {{}} change {name} to {self.value(name, value)}", who))

    def does(self, line: Transition, beat: Beat) -> None:
        """Somebody lets an event happen."""
        who = self.actor(line)
        said = [f"{name} is {self.value(name, value)}" for name, value in beat.given]
        said += [f"note is {quoted(A_NOTE)}"] if line.needs_note else []
        self.steps.append(Step(f"as {{}} do {line.event}{' with ' if said else ''}{', '.join(said)}", who))
        self.last_by[line.event] = who

    def refused(self, because: str) -> None:
        """The last step must be refused, for this reason."""
        last = self.steps.pop()
        self.steps.append(Step(f"{last.line} but is refused because {quoted(because)}", last.who))

    def waits(self, length: object, calendar: str = "") -> None:
        self.steps.append(Step(f"wait {length}{' of ' if calendar else ''}{calendar}"))

    def then(self, *lines: str) -> None:
        self.steps += [Step(f"then {line}") for line in lines]

    def may_not(self, line: Transition, role: str) -> None:
        """Somebody of a role is not let do something."""
        who = self.player([role], ())
        if who is None:
            raise CannotBeStaged(f"`{role}` has no part in such a case")
        self.steps.append(Step(f"then {{}} may not {line.event}", who))

    def acts_unseeing(self, line: Transition, name: str, role: str) -> None:
        """Somebody of a role may do something, and doesn't see a field."""
        who = self.player([role], ())
        if who is None:
            raise CannotBeStaged(f"`{role}` has no part in such a case")
        self.steps.append(Step(f"then {{}} may {line.event}", who))
        self.steps.append(Step(f"then {{}} does not see {name}", who))

    def value(self, name: str, value: Value) -> str:
        return as_written(self.case_type.fields[name], value)

    # People.

    def actor(self, line: Transition) -> Player:
        barred = [self.last_by[event.name] for event in line.but_not if event.name in self.last_by]
        who = self.player([actor.role.name for actor in line.by], barred)
        if who is None:
            raise CannotBeStaged(f"nobody can do `{line.event}` on the way")
        return who

    def player(self, roles: Iterable[str], barred: Iterable[Player]) -> Player | None:
        """Somebody of one of some roles who isn't barred; who has acted already comes first."""
        known, told = self.case_type.organisation.roles, set(barred)
        for role in roles:
            free = (Player(role, number) for number in range(1, len(told) + 2))
            who = next(player for player in free if player not in told)
            if not known[role].outside:
                return who
            if who.number == 1 and self.party in (None, role):
                self.party = role
                return who
        return None

    # Lines.

    def lines(self) -> Iterator[str]:
        """The lines of the scenario, below its head."""
        names = self.names()
        yield f"opened {self.day} {self.opens}{self.opener()}"
        if self.given:
            yield "given " + ", ".join(f"{name} is {self.value(name, value)}" for name, value in self.given)
        for player, name in names.items():
            if name != player.role:
                yield f"person {name} is {player.role}"
        yield from (step.line.replace("{}", names[step.who], 1) if step.who else step.line for step in self.steps)

    def opener(self) -> str:
        outside = [role.name for role in self.case_type.organisation.roles.values() if role.outside]
        return "" if self.party is None or self.party == outside[0] else f" by {self.party}"

    def names(self) -> dict[Player, str]:
        """What the players are called: where a role has one, as the role; else each has a name."""
        players = sorted({step.who for step in self.steps if step.who}, key=lambda each: (each.role, each.number))
        many = {player.role for player in players if player.number > 1}
        taken = {*self.case_type.organisation.roles}
        return {
            player: next(name for name in _called(player) if name not in taken) if player.role in many else player.role
            for player in players
        }


def _called(player: Player) -> Iterator[str]:
    number = player.number
    while True:
        yield f"{player.role}_{number}"
        number += 10
