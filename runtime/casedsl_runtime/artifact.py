"""What a compiled workflow is: the records that the compiler writes and the engine interprets.

This is the only definition of the artifact. `loading.py` writes these dataclasses as JSON and reads them back, strictly
and with limits. Everything here is a value: frozen, ordered as the author
declared it, without a reference to a file, a clock or a calendar's dates (those are a bundle of their own).

Expressions are JSON arrays, operator first; `expr.py` lists the operators and what each yields.
Money is a whole number of minor units; a date is `YYYY-MM-DD`; an instant is whole seconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration, Expression, FieldType, Recount, Text, Value

FORMAT = 5
"""The artifact's format number. A loader reads the formats that it knows and refuses a newer one."""
OLDEST_FORMAT = 2
"""The oldest format that is read: stores keep artifacts, and open cases are pinned to them."""


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    subject: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What the value of a field must satisfy as long as it stands there: `holds` is so of every case, also of one in
    which what it `reads` isn't set. `text` is what the author wrote, `says` why."""

    holds: Expression
    reads: tuple[str, ...]
    text: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `low` and `high` bound a scale or an integer; `digits` is the number of decimals of `currency`.
    `sources` are the roles that supply it (none: anybody), `sensitivity` is its class, and `seen_by` names roles that
    see it whatever they are cleared for, once `seen_after` has happened (None: always). `bounds` are what it must
    be."""

    name: str
    title: str
    type: FieldType
    options: tuple[Option, ...] = ()
    low: int | None = None
    high: int | None = None
    currency: str | None = None
    digits: int = 0
    default: Value = None
    asked_when: Expression | None = None
    changed_by: tuple[str, ...] = ()
    changed_in: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sensitivity: str | None = None
    seen_by: tuple[str, ...] = ()
    seen_after: str | None = None
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `cleared_for` is the most sensitive class that it sees; None where there are no classes."""

    name: str
    title: str
    outside: bool = False
    cleared_for: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team: the roles whose people belong to it, the calendar in which its timers count, the role among whose people
    the least loaded is assigned when a case arrives (None: nobody is assigned), and the role that hears what comes due
    while the calendar is closed (None: whoever is meant)."""

    name: str
    title: str
    people: tuple[str, ...]
    calendar: str
    assign: str | None = None
    out_of_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    points: int
    up_to: int
    when: Expression | None = None
    because: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ageing:
    """Points that are added again and again while a case waits: for each beat that has passed since it was opened,
    from `after` on, in the calendar of the team that has it. Both lengths are of one measure."""

    points: int
    up_to: int
    each: Duration
    after: Duration | None = None
    when: Expression | None = None
    because: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    name: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table of two fields: `cells[i][j]` is the band of a case whose `row` holds `rows[i]` and whose `column` holds
    `columns[j]`. The cell is worth what its band begins at. (Impact by urgency is how ITIL 4 and ISO/IEC 20000-1:2018,
    8.6.1, set priorities; the cells are the author's.)"""

    row: str
    column: str
    rows: tuple[int | str, ...]
    columns: tuple[int | str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Priority:
    """A score within `low..high`, shown as a sum of named parts: one for each term of the formula or one for the cell
    of the `table`, and one for each addition that holds. `parts` are (what the author wrote, expression); the score is
    the sum. What `ages` adds is no part of it: it changes with time and never enters the journal. That more of a field
    in `rises_with` never makes it less was proved when this was compiled; a field in `blind_to` it never sees."""

    parts: tuple[tuple[str, Expression], ...]
    low: int
    high: int
    additions: tuple[Addition, ...] = ()
    bands: tuple[Band, ...] = ()
    table: Table | None = None
    ages: tuple[Ageing, ...] = ()
    rises_with: tuple[str, ...] = ()
    blind_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a promise does before it is due (`left` says how long before), when a percentage of its time is `used` (of
    more than 100 after it was missed), or when it is missed (neither is given)."""

    rung: Literal["prompt", "alert", "tell"]
    to: str
    left: Duration | None = None
    template: str | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: due `within` after `since`, met by the first event of `met_by`.

    Attributes:
      within: how long it may take; with `before`, how long before that field's date it is due instead.
      since: `opened`, an event, or a field with a date, or with a date and a time.
      pauses_in: the states in which it stands still, `at_most` so long in all; by `whole_days` the dates of a visit
        count as a whole, both included.
      pauses: pairs of date fields from which to which it stands still, both days included.
      by_band: the length for the bands of the priority that have one of their own; `within` is for all others.
      recounts: how a changed length counts: from the start, from the change, or for the share that is left.
      met_at: the field that says when what keeps it really happened.
      restarts_on: the event with which a promise that was met goes on, or begins `anew`.
      extensions: events, and the length that holds from then on, always from the start.
    """

    name: str
    title: str
    within: Duration
    calendar: str
    since: str
    met_by: tuple[str, ...]
    pauses_in: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    before: str | None = None
    counting: Counting = PLAIN
    at_most: Duration | None = None
    whole_days: bool = False
    pauses: tuple[tuple[str, str], ...] = ()
    by_band: tuple[tuple[str, Duration], ...] = ()
    recounts: Recount = "from the start"
    met_at: str | None = None
    restarts_on: str | None = None
    anew: bool = False
    extensions: tuple[tuple[str, Duration], ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """What time does in a state or a stage. `to` is whom it tells (a role or `assignee`), the role that becomes
    responsible (`escalate`), or the place that the case moves to (`move`: a state or `back`)."""

    rung: Literal["prompt", "alert", "escalate", "move"]
    to: str
    after: Duration
    template: str | None = None
    ending: str | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    title: str
    states: tuple[str, ...]
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state. A `side_step` can be left by `-> back`, which resumes the visit that it interrupted. Without a `team`
    the case stays with the team it came from."""

    name: str
    title: str
    kind: Literal["first", "between", "final"] = "between"
    purpose: str = ""
    team: str | None = None
    waiting_on: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    side_step: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who may do it: a role, or a role that enters it on behalf of another (`handler for requester`)."""

    role: str
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    field: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Sending:
    template: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is passed on when the responsible team changes: the fields, and what is said to the next team."""

    passes_on: tuple[str, ...] = ()
    says: Text = ()


@dataclass(frozen=True, slots=True)
class Actions:
    """What a transition does besides moving the case: first it clears, then it sets, then it hands over and sends."""

    clears: tuple[str, ...] = ()
    sets: tuple[Setting, ...] = ()
    sends: tuple[Sending, ...] = ()
    hand_over: HandOver | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a transition leads: a state, `back` or `stay`; `ending` names how the case ended. The first route whose
    `when` holds is taken; None always holds."""

    to: str
    ending: str | None = None
    when: Expression | None = None
    text: str = ""
    actions: Actions = Actions()


@dataclass(frozen=True, slots=True)
class Transition:
    """What happens on an event. `text` is the guard as the author wrote it, for the answer to "why not?"."""

    event: str
    title: str
    routes: tuple[Route, ...]
    by: tuple[Actor, ...] = ()
    but_not: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_note: bool = False
    when: Expression | None = None
    text: str = ""
    reverses_escalation: bool = False
    purpose: str = ""
    actions: Actions = Actions()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A case type, compiled. `table` is the machine: state -> event -> index into `transitions`; specific lines have
    already beaten general ones, and final states have no row. `classes` are those of data, the least sensitive first;
    without any everybody sees every field."""

    name: str
    title: str
    edition: int
    version: int
    number: str
    zone: str
    roles: tuple[Role, ...]
    may_be_both: tuple[tuple[str, ...], ...]
    teams: tuple[Team, ...]
    fields: tuple[Field, ...]
    priority: Priority | None
    promises: tuple[Promise, ...]
    stages: tuple[Stage, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    table: Mapping[str, Mapping[str, int]]
    templates: tuple[Template, ...]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledCalendar:
    """Working time as sorted UTC instants, ready for bisection.

    `opens[i] .. closes[i]` are half-open spans in whole seconds since 1970-01-01T00:00:00Z; they don't touch. `days`
    are the working days as proleptic ordinals (`date.toordinal`), `ends[i]` the instant at which `days[i]` is over.
    `changes` and `offsets` are the zone: from instant `changes[i]` local time is UTC plus `offsets[i]` seconds; the
    first change stands at `first`. Nothing is known before `first` or from `last` on.
    """

    name: str
    zone: str
    first: int
    last: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    days: tuple[int, ...]
    ends: tuple[int, ...]
    changes: tuple[int, ...]
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The calendars that a workflow counts in, compiled from the definition and `calendars.lock`."""

    calendars: tuple[CompiledCalendar, ...]
    holidays_version: str
    zone_version: str
