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
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from casedsl_runtime.journal import Draft, Entry, Json, canonical
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


class Clock(NamedTuple):
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


class PromiseKept(NamedTuple):
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


class Escalation(NamedTuple):
    """The role that is responsible now, the clock that made it so, and when."""

    to: str
    by: str
    at: int

    def record(self) -> Json:
        return {"to": self.to, "by": self.by, "at": self.at}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Escalation:
        return cls(**record)


class Standing(NamedTuple):
    """A priority: the score, its band, and the sum that it is made of as (what the author wrote, points)."""

    score: int
    band: str | None
    parts: tuple[tuple[str, int], ...]

    def record(self) -> Json:
        return {"score": self.score, "band": self.band, "parts": [list(part) for part in self.parts]}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Standing:
        return cls(record["score"], record["band"], tuple((text, points) for text, points in record["parts"]))


class Happened(NamedTuple):
    """How often an event happened, who did it last, and when."""

    times: int
    last_by: str | None
    last_at: int

    def record(self) -> Json:
        return {"times": self.times, "last_by": self.last_by, "last_at": self.last_at}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Happened:
        return cls(**record)


_NONE: Mapping[str, Any] = MappingProxyType({})


class Case(NamedTuple):
    """A case as it stands after entry `version`. `behind` is the state that a side step interrupted; `since` the
    instant of the latest arrival in `state`; `parties` maps an outside role to the person who holds it in this case;
    `past_assignees` a team to the person who had the case there; `visits` a clock to the number of its visits;
    `suppliers` a field to the person who supplied its value, where the case type has classes of data."""

    id: str = ""
    version: int = 0
    last_at: int = 0
    workflow: str = ""
    calendars: str = ""
    opened_at: int = 0
    ending: str | None = None
    behind: str | None = None
    team: str | None = None
    assignee: str | None = None
    escalation: Escalation | None = None
    priority: Standing | None = None
    state: str = ""
    since: int = 0
    fields: Mapping[str, Value] = _NONE
    visits: Mapping[str, int] = _NONE
    clocks: Mapping[str, Clock] = _NONE
    promises: Mapping[str, PromiseKept] = _NONE
    happened: Mapping[str, Happened] = _NONE
    parties: Mapping[str, str] = _NONE
    past_assignees: Mapping[str, str] = _NONE
    suppliers: Mapping[str, str] = _NONE


def _same(value: Any) -> Any:
    return value


def _read(kind: type[Any]) -> Callable[[Any], Any]:
    """How a record is read: from JSON, or as it is where an entry has not been written yet."""
    return lambda value: value if value is None or isinstance(value, kind) else kind.read(value)


SLOTS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "workflow": _same,
        "calendars": _same,
        "opened_at": _same,
        "ending": _same,
        "behind": _same,
        "team": _same,
        "assignee": _same,
        "escalation": _read(Escalation),
        "priority": _read(Standing),
        "state": _same,
        "since": _same,
    }
)
"""Value names that assign one slot, and how each is read."""

TABLES: Mapping[str, tuple[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "field": ("fields", _same),
        "visits": ("visits", _same),
        "clock": ("clocks", _read(Clock)),
        "promise": ("promises", _read(PromiseKept)),
        "happened": ("happened", _read(Happened)),
        "party": ("parties", _same),
        "past": ("past_assignees", _same),
        "supplier": ("suppliers", _same),
    }
)
"""Prefixes of value names that assign one key of a table, that table, and how a value is read."""

FIRST_SLOT, STATE = Case._fields.index("workflow"), Case._fields.index("state")
assert Case._fields[FIRST_SLOT:] == (*SLOTS, *(slot for slot, _ in TABLES.values())), "a case has them in this order"


def fold(case: Case | None, entry: Draft | Entry) -> Case:
    """The case after an entry, sealed or not: assignments only."""
    before = case or Case()
    changes: dict[str, Any] = {"id": entry.case, "version": entry.n, "last_at": entry.at}
    for name, value in entry.values.items():
        slot, key, read = _place(name)
        if key is not None:
            table = changes[slot] if slot in changes else dict(getattr(before, slot))
            changes[slot] = _assigned(table, key, None if value is None else read(value))
        elif slot:
            changes[slot] = read(value)
    return before._replace(**changes)


@lru_cache(maxsize=4096)
def _place(name: str) -> tuple[str, str | None, Callable[[Any], Any]]:
    """Where a value of this name belongs: its slot, its key if that is a table, and how it is read. A fact for the
    reader has no slot."""
    prefix, slash, key = name.partition("/")
    if slash and prefix in TABLES:
        slot, read = TABLES[prefix]
        return slot, key, read
    return (name, None, SLOTS[name]) if name in SLOTS else ("", None, _same)


def _assigned(table: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
    return table


def to_json(case: Case) -> str:
    """The snapshot as text; `from_json` reads it back. Slots that say nothing are left out."""
    return canonical({name: shown(value) for name, value, shown in zip(_NAMES, case, _SHOWN, strict=True) if value})


def from_json(text: str) -> Case:
    """The case of a snapshot; raises what comes of a text that is none."""
    record = json.loads(text)
    if not record.keys() >= _ALWAYS:
        raise ValueError("a snapshot without number, version, artifact and state")
    for name, read in SLOTS.items():
        if name in record:
            record[name] = read(record[name])
    for slot, read in TABLES.values():
        if slot in record:
            record[slot] = {key: read(value) for key, value in record[slot].items()}
    return Case(**record)


def _record(value: Any) -> Json:
    return value.record()  # type: ignore[no-any-return]


def _records(table: Mapping[str, Any]) -> Json:
    return {key: value.record() for key, value in table.items()}


_NAMES = Case._fields
_WRITTEN: Mapping[str, Callable[[Any], Json]] = MappingProxyType(
    {"escalation": _record, "priority": _record, "clocks": _records, "promises": _records, "happened": _records}
)
_SHOWN: tuple[Callable[[Any], Json], ...] = tuple(_WRITTEN.get(name, _same) for name in _NAMES)
_ALWAYS = {"id", "version", "workflow", "state"}
