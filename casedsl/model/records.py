"""What a definition means: every name bound, every expression typed. The tree of this phase.

A record keeps the author's words (titles, the text of a guard) and the place of each reference, because rules, map and
messages speak about them. Nothing here is half-filled: a name that could not be bound is a finding, and its reference
is left out of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration, Expression, FieldType, Recount, Text
from casedsl_runtime.vocabulary import Value as Constant
from msgspec import Struct

from casedsl.model.periods import Period, SpecialDay
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Value


class Ref(Struct, frozen=True):
    """A name used at a place, already bound: what it names exists."""

    name: str
    span: Span

    def __str__(self) -> str:
        return self.name


class Formula(Struct, frozen=True):
    """A typed expression: its lowered form, the author's text, and the fields, events and promises that it reads.
    `claims` are the author's words for each part that holds or doesn't, every part before its own parts; `line` is the
    line that says it and nothing else, if there is one."""

    expression: Expression
    text: str
    span: Span
    reads: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    claims: tuple[Value, ...] = ()
    line: Span | None = None


class Time(Struct, frozen=True):
    """A duration at a place."""

    duration: Duration
    span: Span


class Calendar(Struct, frozen=True):
    """A calendar with its layers and versions already laid over each other; `casedsl.artifact` compiles it with the
    dates of `calendars.lock`.

    Attributes:
      periods: in order; the first begins with time.
      days: the dates that differ, in order.
      out_of_hours: the role that hears what comes due while it is closed.
      base: the calendar that it is based on.
      built_in: it was not written but is always there: `always` and `every day`.
    """

    name: str
    title: str
    zone: str
    periods: tuple[Period, ...]
    days: tuple[SpecialDay, ...]
    span: Span
    out_of_hours: Ref | None = None
    base: Ref | None = None
    built_in: bool = False

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region whose holidays are closed at some time."""
        return tuple(sorted({region for period in self.periods for region in period.regions}))


class Classes(Struct, frozen=True):
    """The classes of data, the least sensitive first, and the class of a field that says nothing."""

    order: tuple[str, ...]
    default: str
    span: Span


class Role(Struct, frozen=True):
    name: str
    title: str
    outside: bool
    span: Span
    cleared_for: Ref | None = None


class Team(Struct, frozen=True):
    name: str
    title: str
    people: tuple[Ref, ...]
    calendar: Ref | None
    assign: Ref | None
    span: Span


class Organisation(Struct, frozen=True):
    """What case types share: calendars, roles, who may hold two roles, teams, the classes of data; merged over every
    file in `use`. Without `classes` everybody sees every field."""

    calendars: Mapping[str, Calendar]
    roles: Mapping[str, Role]
    may_be_both: tuple[tuple[str, ...], ...]
    teams: Mapping[str, Team]
    classes: Classes | None = None


class Option(Struct, frozen=True):
    name: str
    title: str
    span: Span


class Bound(Struct, frozen=True):
    """What the value of `field` must satisfy beside those that it is compared with; `says` is the author's reason."""

    field: str
    formula: Formula
    says: str = ""

    @property
    def holds(self) -> Expression:
        """It holds of a case: of what isn't set nothing is asked."""
        return ("or", *(("not set", name) for name in self.formula.reads), self.formula.expression)


class Field(Struct, frozen=True, dict=True):
    """What is known about a case. `sources` are the roles that supply it (none: anybody), `sensitivity` its class where
    one is written, `seen_by` the roles that see it whatever its class, once `seen_after` has happened, `bounds` what a
    value must satisfy, `default_at` is where the default stands."""

    name: str
    title: str
    type: FieldType
    span: Span
    options: tuple[Option, ...] = ()
    low: int | None = None
    high: int | None = None
    currency: str | None = None
    digits: int = 0
    default: Constant = None
    asked_when: Formula | None = None
    changed_by: tuple[Ref, ...] = ()
    changed_in: tuple[Ref, ...] = ()
    sources: tuple[Ref, ...] = ()
    sensitivity: Ref | None = None
    seen_by: tuple[Ref, ...] = ()
    seen_after: Ref | None = None
    bounds: tuple[Bound, ...] = ()
    default_at: Span | None = None

    @cached_property
    def choices(self) -> Mapping[str, Option]:
        """The options by their names."""
        return {option.name: option for option in self.options}


class Pace(Struct, frozen=True):
    """How points are added while a case waits: for each beat that has passed, the first of them after `after`."""

    each: Time
    after: Time | None


class Addition(Struct, frozen=True):
    points: int
    up_to: int
    when: Formula | None
    because: str
    span: Span
    pace: Pace | None = None


class Band(Struct, frozen=True):
    name: str
    at_least: int
    span: Span


class Table(Struct, frozen=True):
    """A table of two fields: `cells[i][j]` is the band of a case in which `row` is `rows[i]` and `column` is
    `columns[j]`. Every value of either field stands there once."""

    row: Ref
    column: Ref
    rows: tuple[int | str, ...]
    columns: tuple[int | str, ...]
    cells: tuple[tuple[Ref, ...], ...]


class Priority(Struct, frozen=True):
    """`parts` are the terms of the score, each with the text that the author wrote; none where there is a `table`.
    `rises_with` and `blind_to` are the author's claims about it; `within` is where the range stands."""

    parts: tuple[Formula, ...]
    low: int
    high: int
    additions: tuple[Addition, ...]
    bands: tuple[Band, ...]
    span: Span
    table: Table | None = None
    rises_with: tuple[Ref, ...] = ()
    blind_to: tuple[Ref, ...] = ()
    within: Span | None = None


class Template(Struct, frozen=True):
    name: str
    subject: Text
    body: Text
    span: Span


class Step(Struct, frozen=True):
    """A line of a promise: whom it tells, how long before it is due or at which percentage of its time (neither: when
    it is missed), with which template."""

    rung: Literal["prompt", "alert", "tell"]
    to: Ref
    left: Time | None
    template: Ref | None
    span: Span
    used: int | None = None


class Pauses(Struct, frozen=True):
    """When a promise stands still: in states, `at_most` so long in all, by whole days or to the moment, and between
    pairs of date fields."""

    states: tuple[Ref, ...] = ()
    at_most: Time | None = None
    whole_days: bool = False
    dates: tuple[tuple[Ref, Ref], ...] = ()


class Promise(Struct, frozen=True):
    """A promise with every rule of its clock.

    Attributes:
      within: how long it may take; with `before`, how long before that field's date it is due.
      since: `opened`, an event, or a field with a date.
      met_at: the field that says when what keeps it really happened.
      by_band: the length for a band of the priority; `recounts` how it counts when the band changes.
      restarts_on: the event with which it goes on, or begins `anew`.
      extensions: events and the length that holds from then on.
    """

    name: str
    title: str
    within: Time
    calendar: Ref
    since: Ref
    met_by: tuple[Ref, ...]
    pauses: Pauses
    steps: tuple[Step, ...]
    span: Span
    before: Ref | None = None
    counting: Counting = PLAIN
    by_band: tuple[tuple[Ref, Time], ...] = ()
    recounts: Recount = "from the start"
    met_at: Ref | None = None
    restarts_on: Ref | None = None
    anew: bool = False
    extensions: tuple[tuple[Ref, Time], ...] = ()

    @property
    def pauses_in(self) -> tuple[Ref, ...]:
        """The states in which it stands still."""
        return self.pauses.states

    @property
    def stands_still_in(self) -> tuple[Ref, ...]:
        """The states in which it can stand still for ever: it says nowhere how long at most."""
        return () if self.pauses.at_most else self.pauses.states

    @property
    def lengths(self) -> tuple[Time, ...]:
        """Every length that can hold."""
        return (self.within, *(length for _, length in (*self.by_band, *self.extensions)))

    @property
    def fields(self) -> tuple[Ref, ...]:
        """The fields that it reads, where they are named."""
        dates = [ref for pair in self.pauses.dates for ref in pair]
        return tuple(ref for ref in (*dates, self.before, self.met_at) if ref is not None)


class Timer(Struct, frozen=True):
    """A line by which time acts. `to` is a role or `assignee`; for `move` a state or `back`."""

    rung: Literal["prompt", "alert", "escalate", "move"]
    to: Ref
    after: Time
    template: Ref | None
    ending: str | None
    purpose: str
    span: Span


class Actor(Struct, frozen=True):
    """A role in `by`, perhaps entering it for another role."""

    role: Ref
    on_behalf_of: Ref | None


class Setting(Struct, frozen=True):
    field: Ref
    value: Formula


class Sending(Struct, frozen=True):
    template: Ref
    to: tuple[Ref, ...]


class HandOver(Struct, frozen=True):
    passes_on: tuple[Ref, ...]
    says: Text
    span: Span


class Actions(Struct, frozen=True):
    clears: tuple[Ref, ...] = ()
    sets: tuple[Setting, ...] = ()
    sends: tuple[Sending, ...] = ()
    hand_over: HandOver | None = None


class Route(Struct, frozen=True):
    """Where a transition leads: `to` is a state, `back` or `stay`. Without `when` it is always open."""

    to: Ref
    ending: str | None
    when: Formula | None
    actions: Actions
    span: Span


class Transition(Struct, frozen=True):
    """An `on` line. `owner` is the state or stage that it stands in; None is `anywhere`."""

    event: str
    title: str
    owner: str | None
    routes: tuple[Route, ...]
    by: tuple[Actor, ...]
    but_not: tuple[Ref, ...]
    needs: tuple[Ref, ...]
    needs_note: bool
    when: Formula | None
    reverses_escalation: bool
    purpose: str
    actions: Actions
    span: Span


class Stage(Struct, frozen=True):
    name: str
    title: str
    states: tuple[Ref, ...]
    timers: tuple[Timer, ...]
    transitions: tuple[Transition, ...]
    span: Span


class State(Struct, frozen=True):
    name: str
    title: str
    kind: Literal["first", "between", "final"]
    purpose: str
    team: Ref | None
    waiting_on: tuple[Ref, ...]
    timers: tuple[Timer, ...]
    transitions: tuple[Transition, ...]
    span: Span


class Journey(Struct, frozen=True):
    """A line of the `map`: the states that a case passes on it, in the order of travel. Only pictures know of it."""

    name: str
    title: str
    through: tuple[Ref, ...]
    span: Span


class Occurrence(Struct, frozen=True):
    """What a claim speaks of: an event, or that a case is in a state, perhaps having ended so."""

    ref: Ref
    event: bool
    ending: str | None = None

    def __str__(self) -> str:
        return f"{self.ref} as {self.ending}" if self.ending else self.ref.name


class Claim(Struct, frozen=True):
    """What the author says of every case: proved by the compiler, or refuted. It changes nothing about a case.

    Attributes:
      text: the claim as a line of a `.case` file; `span` is where what it says begins.
      holds, states: of `always`: what holds, and in which states (none: in all).
      of: of `never` what doesn't happen, of `leads to` what leads to one of `goals`.
      event: of `only` what its `roles` may do, of `before` the event before which one of `goals` comes.
      unless, when: what else must be so for it to be allowed, and for the claim to speak.
    """

    kind: Literal["always", "never", "only", "before", "leads to"]
    text: str
    span: Span
    holds: Formula | None = None
    states: tuple[Ref, ...] = ()
    of: Occurrence | None = None
    unless: Formula | None = None
    when: Formula | None = None
    roles: tuple[Ref, ...] = ()
    event: Ref | None = None
    goals: tuple[Occurrence, ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        return tuple(formula for formula in (self.holds, self.unless, self.when) if formula is not None)


class CaseType(Struct, frozen=True):
    """A whole case type. Mappings keep the order of the file. There is exactly one first state. `journeys` are the
    lines of its map and `claims` what the author says of all cases; neither changes anything about a case."""

    name: str
    title: str
    edition: int
    version: int
    number: str
    organisation: Organisation
    fields: Mapping[str, Field]
    priority: Priority | None
    promises: Mapping[str, Promise]
    stages: Mapping[str, Stage]
    states: Mapping[str, State]
    anywhere: tuple[Transition, ...]
    templates: Mapping[str, Template]
    span: Span
    journeys: Mapping[str, Journey] = {}
    claims: tuple[Claim, ...] = ()

    @property
    def first(self) -> State:
        return next(state for state in self.states.values() if state.kind == "first")

    def handlers(self, state: str) -> Mapping[str, Transition]:
        """The transition for each event in a state: its own line beats its stages', a stage's beats `anywhere`;
        a final state handles nothing."""
        if self.states[state].kind == "final":
            return {}
        stages = [stage for stage in self.stages.values() if any(ref.name == state for ref in stage.states)]
        lines = [*self.states[state].transitions]
        for stage in stages:
            lines.extend(stage.transitions)
        lines.extend(self.anywhere)
        handled: dict[str, Transition] = {}
        for line in lines:
            handled.setdefault(line.event, line)
        return handled
