"""A case is the fold of its journal: `fold` assigns what entries say and computes nothing.

Results stand in the entries: due instants, scores, the chosen assignee, the whole record of every clock that changed.
So a journal can be folded without the expressions and the calendars that once produced it, and a mended bug never
changes history. The snapshot is a projection: it can always be rebuilt from the journal and must equal that fold.

Value names of an entry are slots: `state` assigns the slot of that name; `field/refund` the key `refund` of the table
`fields`, where null drops the key. Every other value name is a fact for the reader and is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from casedsl_runtime.journal import Entry, Json, canonical
from casedsl_runtime.vocabulary import Duration, Value

Stretch: TypeAlias = "tuple[int, int | None, str]"
"""A span in which a clock ran: from, to (None: it runs now) and the calendar in which it counts."""

Spans: TypeAlias = "tuple[tuple[int, int | None], ...]"
"""Spans in which something held: from, to (None: it holds now)."""

Outcome: TypeAlias = Literal["not started", "running", "paused", "met", "missed", "cancelled"]
MISSED = "missed"
"""The rung of a promise's own due instant; the other rungs are the index of a timer or step, as text."""
TURNS = "turns"
"""The rung by which a promise begins, stands still or goes on at an instant that is known before."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one visit. Elapsed time is a function of `stretches`; there is no accumulator. `dues` holds the
    rungs still to come (None while the clock stands still), `fired` when each rung took place."""

    visit: int
    started: int
    stretches: tuple[Stretch, ...]
    dues: Mapping[str, int | None]
    fired: Mapping[str, int]

    @property
    def running(self) -> bool:
        return bool(self.stretches) and self.stretches[-1][1] is None

    def record(self) -> Json:
        return {
            "visit": self.visit,
            "started": self.started,
            "stretches": [list(stretch) for stretch in self.stretches],
            "dues": self.dues,
            "fired": self.fired,
        }

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Clock:
        stretches = tuple((start, end, calendar) for start, end, calendar in record["stretches"])
        return cls(record["visit"], record["started"], stretches, record["dues"], record["fired"])


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """How a promise stands: its outcome, the instant at which it is or was due, and when the outcome came about.

    Beside that stand the facts from which its clock is worked out anew whenever one of them changes.

    Attributes:
      begun: the instant at which an event began it; None where a field says it.
      goals: which length held from when on; the last one holds now.
      still: the visits to states in which it stands still.
      held: the spans in which date fields let it stand still.
      away: the spans between being met and going on.
      target: the date or the instant before which it is due.
      extended: the event that extended it.
      late: why it was late already when something changed.
      done, recorded: when what was promised really happened, and when that was recorded.
      earlier: the outcomes that it had before it began again, and when.
    """

    outcome: Outcome
    due: int | None
    at: int
    begun: int | None = None
    goals: tuple[tuple[int, Duration], ...] = ()
    still: Spans = ()
    held: Spans = ()
    away: Spans = ()
    target: int | str | None = None
    extended: str | None = None
    late: str = ""
    done: int | None = None
    recorded: int | None = None
    earlier: tuple[tuple[Outcome, int], ...] = ()

    def record(self) -> Json:
        """Only what says something: most promises have no more than an outcome, an instant and a length."""
        shown: dict[str, Json] = {"outcome": self.outcome, "due": self.due, "at": self.at}
        if self.goals:
            shown["goals"] = [[at, goal.count, goal.kind, goal.unit] for at, goal in self.goals]
        for name in ("still", "held", "away", "earlier"):
            if getattr(self, name):
                shown[name] = [list(pair) for pair in getattr(self, name)]
        for name in ("begun", "target", "extended", "late", "done", "recorded"):
            if getattr(self, name) not in (None, ""):
                shown[name] = getattr(self, name)
        return shown

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> PromiseKept:
        values = dict(record)
        values["goals"] = tuple((at, Duration(*goal)) for at, *goal in record.get("goals", ()))
        for name in ("still", "held", "away", "earlier"):
            values[name] = tuple((first, second) for first, second in record.get(name, ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Escalation:
    """The role that is responsible now, the clock that made it so, and when."""

    to: str
    by: str
    at: int

    def record(self) -> Json:
        return {"to": self.to, "by": self.by, "at": self.at}


@dataclass(frozen=True, slots=True)
class Standing:
    """A priority: the score, its band, and the sum that it is made of as (what the author wrote, points)."""

    score: int
    band: str | None
    parts: tuple[tuple[str, int], ...]

    def record(self) -> Json:
        return {"score": self.score, "band": self.band, "parts": [list(part) for part in self.parts]}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Standing:
        return cls(record["score"], record["band"], tuple((text, points) for text, points in record["parts"]))


@dataclass(frozen=True, slots=True)
class Happened:
    """How often an event happened, who did it last, and when."""

    times: int
    last_by: str | None
    last_at: int

    def record(self) -> Json:
        return {"times": self.times, "last_by": self.last_by, "last_at": self.last_at}


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands after entry `version`. `behind` is the state that a side step interrupted; `since` the
    instant of the latest arrival in `state`; `parties` maps an outside role to the person who holds it in this case;
    `past_assignees` a team to the person who had the case there; `visits` a clock to the number of its visits."""

    id: str = ""
    workflow: str = ""
    calendars: str = ""
    version: int = 0
    head: str = ""
    opened_at: int = 0
    last_at: int = 0
    state: str = ""
    since: int = 0
    ending: str | None = None
    behind: str | None = None
    team: str | None = None
    assignee: str | None = None
    escalation: Escalation | None = None
    priority: Standing | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    promises: Mapping[str, PromiseKept] = field(default_factory=dict)
    happened: Mapping[str, Happened] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)
    past_assignees: Mapping[str, str] = field(default_factory=dict)


def _same(value: Any) -> Any:
    return value


SLOTS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "workflow": _same,
        "calendars": _same,
        "opened_at": _same,
        "state": _same,
        "since": _same,
        "ending": _same,
        "behind": _same,
        "team": _same,
        "assignee": _same,
        "escalation": lambda value: value and Escalation(**value),
        "priority": lambda value: value and Standing.read(value),
    }
)
"""Value names that assign one slot, and how each is read."""

TABLES: Mapping[str, tuple[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "field": ("fields", _same),
        "visits": ("visits", _same),
        "clock": ("clocks", Clock.read),
        "promise": ("promises", PromiseKept.read),
        "happened": ("happened", lambda value: Happened(**value)),
        "party": ("parties", _same),
        "past": ("past_assignees", _same),
    }
)
"""Prefixes of value names that assign one key of a table, that table, and how a value is read."""


def fold(case: Case | None, entry: Entry) -> Case:
    """The case after an entry: assignments only."""
    before = case or Case()
    changes: dict[str, Any] = {}
    for name, (_, value) in entry.payload.items():
        prefix, slash, key = name.partition("/")
        if slash and prefix in TABLES:
            slot, read = TABLES[prefix]
            table = changes[slot] if slot in changes else dict(getattr(before, slot))
            changes[slot] = _assigned(table, key, None if value is None else read(value))
        elif name in SLOTS:
            changes[name] = SLOTS[name](value)
    return replace(before, id=entry.case, version=entry.n, head=entry.hash, last_at=entry.at, **changes)


def _assigned(table: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
    return table


def to_json(case: Case) -> str:
    """The snapshot as text; `from_json` reads it back."""
    record: dict[str, Any] = {name: getattr(case, name) for name in _NAMES}
    for name in ("escalation", "priority"):
        record[name] = record[name] and record[name].record()
    for name in ("clocks", "promises", "happened"):
        record[name] = {key: value.record() for key, value in record[name].items()}
    return canonical(record)


def from_json(text: str) -> Case:
    record = json.loads(text)
    for name, read in SLOTS.items():
        record[name] = read(record[name])
    for slot, read in TABLES.values():
        record[slot] = {key: read(value) for key, value in record[slot].items()}
    return Case(**record)


_NAMES = tuple(Case.__dataclass_fields__)
