"""From the lines of a document to its scenarios, with a finding at every word that names nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from casedsl.model.desk import Desk
from casedsl.model.lines import title_of
from casedsl.model.records import CaseType
from casedsl.model.scenarios.cast import Cast, cast_of
from casedsl.model.scenarios.known import NOTE, Reader
from casedsl.model.scenarios.outcomes import Outcomes
from casedsl.model.scenarios.records import (
    Act,
    HandedOver,
    Holds,
    InState,
    IsAssigned,
    IsResponsible,
    MayDo,
    Moment,
    OnlyDone,
    Opened,
    Outcome,
    PromiseStands,
    Scenario,
    Sees,
    Step,
    Then,
    Until,
    Wait,
)
from casedsl.model.values import duration, words_of
from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value, Word, text_of

_STEPS = ("as", "wait", "wait until", "then")


def scenarios_of(document: Document, case_type: CaseType) -> tuple[tuple[Scenario, ...], tuple[Finding, ...]]:
    """The scenarios of a case type whose model has no errors, in order; one with a finding is left out."""
    desk = Desk()
    events = frozenset(event for state in case_type.states for event in case_type.handlers(state))
    titles: dict[str, Span] = {}
    scenarios = []
    for line in document.all("scenario"):
        title, place = title_of(line), line.title.span if line.title else line.head
        if title in titles:
            headline, way_out = f"a second scenario is called “{title}”", "say what is told in this one"
            desk.twice(place, titles[title], headline, way_out)
        titles.setdefault(title, place)
        before = len(desk.found)
        scenario = _scenario(line, case_type, events, desk)
        if scenario is not None and len(desk.found) == before:
            scenarios.append(scenario)
    return tuple(scenarios), tuple(desk.found)


def _scenario(line: Line, case_type: CaseType, events: frozenset[str], desk: Desk) -> Scenario | None:
    reader = Reader(case_type.fields, desk)
    cast = cast_of(line, case_type.organisation, desk)
    reading = _Reading(case_type, reader, cast, Outcomes(case_type, events, cast, reader, desk), desk)
    opened = reading.opened(line)
    steps = tuple(step for below in line.all(*_STEPS) if (step := reading.step(below)))
    if opened is None:
        return None
    reading.in_order(opened.at, steps)
    return Scenario(title_of(line), tuple(cast.people.values()), opened, steps, line.head)


class _Reading(Struct, frozen=True):
    """Reads the lines of one scenario."""

    case_type: CaseType
    reader: Reader
    cast: Cast
    outcomes: Outcomes
    desk: Desk

    def opened(self, line: Line) -> Opened | None:
        below = next(line.all("opened"), None)
        if below is None:
            headline = f"the scenario “{title_of(line)}” doesn't say when its case is opened"
            if not line.torn:
                place = line.title.span if line.title else line.head
                self.desk.error("CD011", place, headline, "add `opened 2026-11-06 15:00`")
            return None
        for second in list(line.all("opened"))[1:]:
            self.desk.twice(second.head, below.head, "`opened` stands twice", "a scenario is about one case")
        given = [self.reader.pairs(each.clauses["given"]) for each in line.all("given")]
        for second in list(line.all("given"))[1:]:
            self.desk.twice(second.head, next(line.all("given")).head, "`given` stands twice", "say it on one line")
        at, by = self.reader.moment(below.clauses["opened"]), below.clauses.get("by")
        who = self.cast.person(by) if by is not None else self.cast.opener(below.head)
        other = self.cast.person(below.clauses.get("for"))
        if at is None or who is None:
            return None
        return Opened(at, who, other, tuple(chain.from_iterable(given)), below.span)

    def step(self, line: Line) -> Step | None:
        if line.keyword == "as":
            return self._act(line)
        if line.keyword == "then":
            return self._then(line)
        if line.keyword == "wait until":
            at = self.reader.moment(line.clauses["wait until"])
            return Until(at, line.span) if at else None
        return self._wait(line)

    def _act(self, line: Line) -> Act | None:
        if "tick" in line.clauses:
            self.desk.unbuilt(line.clauses["tick"].span, "`tick` of `as`")
            return None
        who = self.cast.person(line.clauses["as"])
        event = self.outcomes.event(next(words_of(line.clauses["do"]))) if "do" in line.clauses else None
        pairs = line.clauses.get("with") or line.clauses.get("change")
        known = self.reader.pairs(pairs, (NOTE,) if "do" in line.clauses else ())
        note = self.reader.note(pairs) if "do" in line.clauses else None
        if who is None or ("do" in line.clauses and event is None):
            return None
        because = _text(line.clauses.get("because"))
        return Act(who, event, known, note, "but is refused" in line.clauses, because, line.span)

    def _wait(self, line: Line) -> Wait | None:
        length, calendars = duration(line.clauses["wait"], self.desk), self.case_type.organisation.calendars
        word = next(words_of(line.clauses.get("of")), None)
        if word is not None and word.text not in calendars:
            self.desk.unknown("calendar", word, calendars)
            return None
        return Wait(length.duration, word.text if word else None, line.span) if length else None

    def _then(self, line: Line) -> Then | None:
        value, at, because = line.clauses["then"], line.clauses.get("at"), line.clauses.get("because")
        outcome, moment = self.outcomes.outcome(value), self.reader.moment(at)
        if outcome is None or (at is not None and moment is None):
            return None
        self._fitting(outcome, value, at, because)
        return Then(outcome, moment, _text(because), value.text, value.span)

    def _fitting(self, outcome: Outcome, value: Value, at: Value | None, because: Value | None) -> None:
        """Whether an outcome has a moment and a reason; not all have."""
        no_moment = isinstance(
            outcome, InState | MayDo | OnlyDone | Sees | HandedOver | Holds | IsAssigned | IsResponsible
        ) or (isinstance(outcome, PromiseStands) and outcome.how in ("running", "paused"))
        if at is not None and no_moment:
            headline = f"`{value.text}` is asked now, and not at another time"
            self.desk.wrong(at.span, headline, "wait until then before it")
        if at is None and isinstance(outcome, PromiseStands) and outcome.how == "due":
            self.desk.wrong(value.span, f"`{value.text}` doesn't say when", "add `at 2026-11-09 17:30`")
        denies = (isinstance(outcome, MayDo) and bool(outcome.who) and not outcome.allowed) or (
            isinstance(outcome, Sees) and not outcome.seen
        )
        if because is not None and not denies:
            headline = f"`{value.text}` has no reason that could be asked for"
            self.desk.wrong(because.span, headline, "a reason stands behind `may not` and `does not see`")

    def in_order(self, begin: Moment, steps: tuple[Step, ...]) -> None:
        """Time never goes back: a moment before the one before it is a finding."""
        before = begin
        for moment in _waited_for(steps):
            if moment.order < before.order:
                self.desk.error(
                    "CD005",
                    moment.span,
                    f"`{moment}` is before `{before}`, and time never goes back",
                    "put the lines in the order of time",
                    labels=(Label(before.span, "the moment before"),),
                )
            else:
                before = moment


def _waited_for(steps: tuple[Step, ...]) -> Iterator[Moment]:
    return (step.at for step in steps if isinstance(step, Until))


def _text(value: Value | None) -> str:
    return text_of(value) if isinstance(value, Word) else ""
