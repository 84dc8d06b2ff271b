"""The player: one scenario, line by line. A test stops at the first line that doesn't come true; a demo goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Amend, Do
from casedsl_runtime.host import Fired, Host, Outcome
from casedsl_runtime.messages import one_line, show_instant
from casedsl_runtime.store import Store
from casedsl_runtime.store.memory import MemoryStore
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import CalendarRunsOut
from msgspec import Struct

from casedsl.model.scenarios.records import Act, Known, Moment, Opened, Person, Scenario, Step, Then, Until, Wait
from casedsl.play.coverage import Part, played_in
from casedsl.play.judging import Judge, lines_against, said_among
from casedsl.play.theatre import Theatre, VirtualClock
from casedsl.report.journal import Words, in_brief
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

MOST_STEPS = 10_000
"""How often time acts at most while a scenario waits once: a circle of time must not hold up a test."""
LAST_STEPS = 5
"""How many entries of the journal are shown where a scenario doesn't come true."""


class Played(Struct, frozen=True):
    """A scenario and what became of it.

    Attributes:
      failure: the first line that didn't come true, told like a finding; None if all did.
      parts: what of the definition was played on the way.
      number: of the case; empty if it could not be opened.
      host: where the case can be looked at.
    """

    scenario: Scenario
    failure: Finding | None
    parts: frozenset[Part]
    number: str
    host: Host


class Line(Struct, frozen=True):
    """A line of a scenario, played.

    Attributes:
      at: when it was over.
      where: the state of the case before; empty where it is opened.
      outcome: of what a person did.
      acted: how often time acted meanwhile.
      failure: what is so instead, told like a finding; None if the line came true.
    """

    step: Opened | Step
    at: int
    where: str
    outcome: Outcome | None
    acted: int
    failure: Finding | None


class _Fails(Exception):
    """A line that doesn't come true, and what is so instead (or `head`), in sentences."""

    def __init__(self, span: Span, headline: str, instead: Iterable[str], head: str = "so instead") -> None:
        super().__init__(headline)
        self.span, self.headline, self.instead, self.head = span, headline, tuple(instead), head


def play(scenario: Scenario, theatre: Theatre) -> Played:
    """Play a scenario to its end, or to the first line that doesn't come true."""
    player = Player(scenario, theatre)
    failure = next((line.failure for line in player.lines() if line.failure is not None), None)
    entries = player.host.history(player.number) if player.number else []
    parts = played_in(theatre.case_type, entries, player.fired)
    return Played(scenario, failure, parts, player.number, player.host)


class Player:
    """Plays a scenario, in a store of its own if none is given; `number` is the case's once it is open."""

    def __init__(self, scenario: Scenario, theatre: Theatre, store: Store | None = None) -> None:
        self.scenario, self.theatre = scenario, theatre
        self.clock = VirtualClock()
        self.store = store or MemoryStore()
        self.host = theatre.host(scenario.people, self.clock, self.store)
        self.number = ""
        self.fired: list[Fired] = []
        self.outcome: Outcome | None = None
        self.keys = 0

    def lines(self) -> Iterator[Line]:
        """Play it, line by line; also what follows a line that doesn't come true, if the case is open and time goes
        on."""
        for step in (self.scenario.opened, *self.scenario.steps):
            before, self.outcome, failure, ends = len(self.fired), None, None, False
            where = self.case().state if self.number else ""
            try:
                self.step(step)
            except _Fails as fails:
                failure, ends = self.told(fails), not self.number
            except CalendarRunsOut as error:
                headline = "the calendars don't reach as far as this scenario"
                failure, ends = self.told(_Fails(step.span, headline, [str(error)], "reason")), True
            yield Line(step, self.clock.now, where, self.outcome, len(self.fired) - before, failure)
            if ends:
                return

    # Lines.

    def opens(self, opened: Opened) -> None:
        self.clock.now = self.theatre.instant(opened.at)
        values = self.values(opened.given)
        self.outcome = outcome = self.host.open(
            self.theatre.workflow.name, "opened", values, opened.by, opened.on_behalf_of
        )
        if outcome.number is None:
            raise _Fails(opened.span, "the case can't be opened so", outcome.reasons, "reason")
        self.number = outcome.number
        self.passes(self.clock.now, opened.span)

    def step(self, step: Opened | Step) -> None:
        if isinstance(step, Opened):
            self.opens(step)
        elif isinstance(step, Act):
            self.acts(step)
        elif isinstance(step, Then):
            self.judges(step)
        elif isinstance(step, Until):
            self.waits_until(step)
        else:
            self.passes(self.end_of(step), step.span)

    def waits_until(self, step: Until) -> None:
        until = self.theatre.instant(step.at)
        if until < self.clock.now:
            now = show_instant(self.clock.now, self.theatre.zone)
            raise _Fails(step.at.span, f"`{step.at}` is past already, and time never goes back", [f"it is {now}"])
        self.passes(until, step.span)

    def end_of(self, step: Wait) -> int:
        """When a wait is over: in its own calendar, else in that of the team that has the case."""
        calendar = step.calendar or self.calendar()
        if step.length.kind != "clock" and calendar not in self.theatre.calendars:
            instead = (
                f"the case type doesn't count in `{calendar}`" if calendar else "no team with a calendar has the case"
            )
            raise _Fails(step.span, f"nothing counts `{step.length}` here", [instead], "reason")
        end = self.theatre.later(self.clock.now, step.length, calendar)
        assert end is not None, "a clock that runs is due at some time"
        return end

    def calendar(self) -> str:
        team = self.case().team
        return next((each.calendar for each in self.theatre.workflow.teams if each.name == team), "")

    def acts(self, act: Act) -> None:
        against = tuple(self.lines_against(act)) if act.refused else ()
        self.outcome = outcome = self.outcome_of(act)
        what = f"`{act.event}` of `{act.who}`" if act.event else f"the change of `{act.who}`"
        if act.refused and outcome.accepted:
            raise _Fails(act.span, f"{what} is not refused", [self.where()])
        if act.refused and act.because and not said_among(act.because, (*outcome.reasons, *against)):
            raise _Fails(act.span, f"{what} is refused for another reason", outcome.reasons, "reason")
        if not act.refused and not outcome.accepted:
            raise _Fails(act.span, f"{what} is refused", outcome.reasons, "reason")
        self.passes(self.clock.now, act.span)

    def lines_against(self, act: Act) -> Iterator[str]:
        case = self.case()
        line = self.theatre.case_type.handlers(case.state).get(act.event or "")
        yield from lines_against(line, case, act.who) if line else ()

    def outcome_of(self, act: Act) -> Outcome:
        self.keys += 1
        values = self.values(act.known)
        command = Amend(values, self.scenario.title) if act.event is None else Do(act.event, values, act.note)
        return self.host.submit(self.number, f"step {self.keys}", command, act.who)

    def judges(self, then: Then) -> None:
        judge = Judge(self.theatre, self.host, self.case(), self.host.history(self.number), self.strangers)
        instead = judge.against(then)
        if instead:
            raise _Fails(then.span, f"`{then.text}` isn't so", instead)

    # Time.

    def passes(self, until: int, span: Span) -> None:
        """Let time act at every instant at which something is due, and put the clock there."""
        steps = 0
        while (due := self.host.next_due()) is not None and due <= until:
            self.clock.now = max(due, self.clock.now)
            fired = self.host.tick()
            self.fired += fired
            steps += len(fired)
            stuck = next((step for step in fired if not step.outcome.accepted), None)
            if stuck is not None:
                raise _Fails(span, "time can't go on in this case", stuck.outcome.reasons, "reason")
            if not fired or steps > MOST_STEPS:
                raise _Fails(span, "time comes to no rest in this case", [f"it acted {steps} times in one wait"])
        self.clock.now = max(until, self.clock.now)

    # Looking.

    def case(self) -> Case:
        case = self.host.load(self.number)
        assert case is not None, "it was opened"
        return case

    def strangers(self) -> tuple[Host, tuple[Person, ...]]:
        """The same store seen by a host that knows, besides the people of the scenario, for each role somebody who has
        done nothing in this case."""
        roles = self.theatre.case_type.organisation.roles.values()
        known = tuple(Person(each.id, each.id, each.roles, each.span) for each in self.scenario.people)
        strangers = (Person(f"another {role.name}", role.name, (role.name,), role.span) for role in roles)
        people = (*known, *strangers)
        return self.theatre.host(people, self.clock, self.store), people

    def values(self, known: tuple[Known, ...]) -> dict[str, Value]:
        return {
            each.field: self.theatre.instant(each.value) if isinstance(each.value, Moment) else each.value
            for each in known
        }

    def where(self) -> str:
        case = self.case()
        return f"the case is in `{case.state}` since {show_instant(case.since, self.theatre.zone)}"

    def told(self, fails: _Fails) -> Finding:
        zone = self.theatre.zone
        words = Words(self.theatre.workflow, zone, {person.id: person.name for person in self.scenario.people})
        entries = self.host.history(self.number) if self.number else []
        last = in_brief(entries[-LAST_STEPS:], words) or ("nothing has happened",)
        notes = [
            *_headed(fails.head, fails.instead),
            ("now", show_instant(self.clock.now, zone)),
            *_headed("last steps", last),
        ]
        return Finding("", "error", fails.span, fails.headline, notes=tuple(notes))


def _headed(head: str, sentences: Iterable[str]) -> list[tuple[str, str]]:
    """Sentences below one heading."""
    return [(head if number == 0 else "", one_line(sentence)) for number, sentence in enumerate(sentences)]
