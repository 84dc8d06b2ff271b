"""A scenario while it is being written: who acts, what they say, how long is waited, and what must be so then.

People are cast last. Most stories need one person of each role, and then the role's name says who acts; two people of a
role get names of their own. An outside role is played by the one person whose case it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, count, product
from typing import TypeVar

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import timers_in
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.passages import Passage
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import Beat, lived
from casedsl.analysis.supply import given_with, roles_to_give
from casedsl.analysis.unset import set_if_asked
from casedsl.model.records import CaseType, Timer, Transition
from casedsl.rules.cases import as_written
from casedsl.syntax.finding import Finding, Kind
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


def the(kind: Kind, finding: Finding) -> str:
    """The state, the role, … that a finding is about, or the first of them."""
    return again(finding.named(kind))


class Player(Struct, frozen=True):
    """One of the people who hold some roles and no other, counted."""

    roles: tuple[str, ...]
    number: int = 1


class Step(Struct, frozen=True):
    """A line, with `{}` where its player is named."""

    line: str
    who: Player | None = None


class Script(Struct):
    """What is written so far.

    Attributes:
      at, behind: the state of the case, and the one that it goes back to.
      last_by: who was the last to let each event happen.
      lead: the one person whom the story is about, if it is about one; they act where they may.
      party: the outside role of the person whose case it is, as soon as it matters.
      others: the other cases, where it takes more than one to see it; each is a scenario of its own.
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
    lead: Player | None = None
    party: str | None = None
    others: list[Script] = []

    def beside(self) -> Script:
        """Another case, of which nothing is written yet."""
        self.others.append(Script(self.facts, self.case_type, self.proofs, self.day))
        return self.others[-1]

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
        by: Callable[[int], Player | None] = lambda step: None,
    ) -> None:
        """The case is opened and goes a way, at whose end claims hold; then, if one is named, an event happens. `after`
        is told how many steps have been gone, and may say what must be so then; `by` says who takes a step, if it isn't
        anybody who may."""
        needs = given_with(last, self.case_type) if last else frozenset[str]()
        fields = self.case_type.fields
        known = [set_if_asked(fields[ref.name]) for ref in last.needs if ref.name not in needs] if last else []
        story = lived(self.proofs.known, way, needs, [*known, *claims], Steps(MOST_STEPS))
        if story is None:
            raise CannotBeStaged("no case was found that goes there")
        self.given, self.at = story.opening, self.proofs.known.first.state
        for number, (passage, beat) in enumerate(zip(way, story.beats, strict=False)):
            after(number)
            self.takes(passage, beat, by(number))
        after(len(way))
        self.amends(story.beats[-1])
        if last is not None:
            self.does(last, story.beats[-1])

    def takes(self, passage: Passage, beat: Beat, who: Player | None = None) -> None:
        """A step of a way: somebody lets an event happen, or time moves the case."""
        self.amends(beat)
        if isinstance(passage.by, Timer):
            self.waits(passage.by.after.duration)
        else:
            if passage.by.reverses_escalation:
                self.is_escalated(passage.source)
            self.does(passage.by, beat, who)
        sides = self.proofs.known.sides
        self.behind = passage.source if passage.target in sides and passage.source not in sides else self.behind
        self.at = passage.target

    def is_escalated(self, state: str) -> None:
        """Nobody acts until the case is escalated."""
        raised = (timer for timer in timers_in(self.case_type, state) if timer.rung == "escalate")
        timer = next(raised, None)
        if timer is None:
            raise CannotBeStaged(f"nothing is escalated in `{state}`")
        self.waits(timer.after.duration)

    def amends(self, beat: Beat) -> None:
        for name, value in beat.amended:
            hands = [(ref.name,) for ref in self.case_type.fields[name].changed_by]
            who = self.player(hands, (), f"nobody can change `{name}` on the way")
            new = "not set" if value is None else self.value(name, value)
            self.steps.append(Step(f"as {{}} change {name} to {new}", who))

    def does(self, line: Transition, beat: Beat, who: Player | None = None) -> None:
        """Somebody lets an event happen."""
        who = who or self.actor(line, gives=[name for name, _ in beat.given])
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

    def waits_until(self, moment: datetime) -> None:
        self.steps.append(Step(f"wait until {moment:%Y-%m-%d %H:%M}"))

    def then(self, *lines: str) -> None:
        self.steps += [Step(f"then {line}") for line in lines]

    def may(self, who: Player, line: Transition) -> None:
        self.steps.append(Step(f"then {{}} may {line.event}", who))

    def may_not(self, who: Player, line: Transition, because: str = "") -> None:
        reason = f" because {quoted(because)}" if because else ""
        self.steps.append(Step(f"then {{}} may not {line.event}{reason}", who))

    def does_not_see(self, who: Player, name: str) -> None:
        self.steps.append(Step(f"then {{}} does not see {name}", who))

    def value(self, name: str, value: Value) -> str:
        return as_written(self.case_type.fields[name], value)

    # People.

    def actor(
        self, line: Transition, roles: Collection[str] = (), besides: Iterable[Player] = (), gives: Collection[str] = ()
    ) -> Player:
        """Whoever may do an event, by some of its roles if these are named, may give what is given with it, and isn't
        one of some people."""
        barred = [self.last_by[event.name] for event in line.but_not if event.name in self.last_by]
        fields = [self.case_type.fields[name] for name in gives]
        named = [actor for actor in line.by if not roles or actor.role.name in roles]
        hands = (roles_to_give(actor, fields, self.case_type.organisation) for actor in named)
        return self.player(filter(None, hands), (*barred, *besides), f"nobody can do `{line.event}` on the way")

    def holder(self, role: str) -> Player:
        """Somebody of a role."""
        return self.player([(role,)], (), f"`{role}` has no part in such a case")

    def player(self, hands: Iterable[tuple[str, ...]], barred: Iterable[Player], else_: str) -> Player:
        """Somebody who holds some roles, of several such choices, and isn't barred; who has acted already comes first.
        Where there is nobody, `else_` says why there is no scenario."""
        told = set(barred)
        for roles in hands:
            who = next((player for player in self._of(roles) if player not in told), None)
            if who is not None:
                self.party = next(filter(self._outside, roles), self.party)
                return who
        raise CannotBeStaged(else_)

    def leads(self, roles: Iterable[str]) -> Player:
        """The story is about one person, who holds these roles."""
        self.lead = Player(tuple(roles))
        self.party = next(filter(self._outside, self.lead.roles), self.party)
        return self.lead

    def _of(self, roles: tuple[str, ...]) -> Iterator[Player]:
        """Who may hold some roles: the lead first; of a role outside nobody but the person whose case it is."""
        party = next(filter(self._outside, roles), None)
        if self.lead is not None and set(roles) <= set(self.lead.roles):
            yield self.lead
        if party is None:
            yield from (Player(roles, number) for number in count(1))
        elif self.party in (None, party) and (self.lead is None or party not in self.lead.roles):
            yield Player(roles)

    def _outside(self, role: str) -> bool:
        return self.case_type.organisation.roles[role].outside

    # Lines.

    def lines(self) -> Iterator[str]:
        """The lines of the scenario, below its head."""
        names = self.names()
        yield f"opened {self.day} {self.opens}{self.opener()}"
        if self.given:
            yield "given " + ", ".join(f"{name} is {self.value(name, value)}" for name, value in self.given)
        for player, name in names.items():
            if player.roles != (name,):
                yield f"person {name} is {', '.join(player.roles)}"
        yield from (step.line.replace("{}", names[step.who], 1) if step.who else step.line for step in self.steps)

    def opener(self) -> str:
        """Who opens the case, where the language wouldn't take them anyway: whoever may give what it is opened with."""
        every = self.case_type.organisation.roles.values()
        outside = [role.name for role in every if role.outside] or [role.name for role in every][:1]
        if not outside:
            raise CannotBeStaged("nobody can open a case, as there is no role")
        parties = outside if self.party is None else [self.party]
        sources = [self._sources(name) for name, _ in self.given]
        asked = [roles for roles in sources if roles]
        for party in parties:
            if all(party in roles for roles in asked):
                return "" if party == outside[0] else f" by {party}"
        for party, role in product(parties, every):
            if not role.outside and all(roles & {party, role.name} for roles in asked):
                return f" by {role.name} for {party}" if self._outside(party) else f" by {role.name}"
        raise CannotBeStaged("nobody can open a case with all of that")

    def _sources(self, name: str) -> set[str]:
        return {ref.name for ref in self.case_type.fields[name].sources}

    def names(self) -> dict[Player, str]:
        """What the players are called: the only one of a role as the role; else each has a name."""
        players = sorted({step.who for step in self.steps if step.who}, key=lambda each: (each.roles, each.number))
        held = Counter(role for player in players for role in player.roles)
        return {
            player: player.roles[0] if len(player.roles) == held[player.roles[0]] == 1 else self._name(player)
            for player in players
        }

    def _name(self, player: Player) -> str:
        """A name that is no role: `clerk_2`, `clerk_and_chief`."""
        base = "_and_".join(player.roles)
        numbered = (f"{base}_{number}" for number in count(player.number, 10))
        several = (base,) if len(player.roles) > 1 and player.number == 1 else ()
        return next(name for name in chain(several, numbered) if name not in self.case_type.organisation.roles)
