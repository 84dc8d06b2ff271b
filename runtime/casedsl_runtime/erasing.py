"""Forgetting: which values of a journal go, and what the entry says that tells of it.

    by case     every value but those that say which definition it followed, in which states it was and when it ended
    by field    its values, every text that shows one or was made of one, and the copy that a promise keeps of a date
    by person   what names them, what was said to them, what they noted, and texts in which their name stands

The values go from the journal with their salts. The entry that tells of it assigns whatever a case is then, where the
rest of the journal says something else; so the snapshot is the fold of the journal, before and after. Instants and
scores that were once worked out from a value stay: they are results.

The rule under which it was done is a text of whoever does it, for example `GDPR art. 17(1)(a)`. Who may do it is for
the app to decide. What a case needs to go on can't be erased from an open one: its parties, whoever has it, and whoever
may not do the next thing because they did the last. What an erasure tells of itself, its author too, is never erased.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, TypeAlias

from casedsl_runtime.artifact import Actions, Promise
from casedsl_runtime.case import SLOTS, TABLES, Case, fold
from casedsl_runtime.journal import Draft, Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import show_value
from casedsl_runtime.people import Person
from casedsl_runtime.vocabulary import Placeholder, Value

Gone: TypeAlias = "dict[int, list[str]]"
"""The names of the values that go, by the number of their entry."""

_KEPT = frozenset(("workflow", "calendars", "opened_at", "state", "since", "ending"))
"""The slots that stay of a case that was erased."""
_TEXTS = frozenset(("text", "long text"))
_PROSE = frozenset(("messages", "brief", "note", "reason", "why", "moved", "remarks"))
"""Values in which a field or a person may be spoken of."""
_OF_PEOPLE = frozenset(("assignee", "actor", "party", "past", "happened", "supplier"))
"""Values that name people by their ids, each by what stands before the slash."""
_OF_ERASING = frozenset(("rule", "what", "values", "actor"))
_COPIES: Mapping[str, Any] = MappingProxyType({"target": None, "held": (), "late": ""})
"""What a promise keeps of a date, or says of it, and what stands there once the date is erased."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which case is erased from, and when, by whom and under which rule."""

    case: Case
    entries: Sequence[Entry]
    at: int
    by: Person
    rule: str


@dataclass(frozen=True, slots=True)
class Erasing:
    """What an erasure does to a case: what goes, and the entry that tells of it."""

    gone: Gone
    draft: Draft


def erase_case(order: Order) -> Erasing | None:
    """Erase every value of a case that has ended; None where none is left, as in each of these."""
    left = Case()._replace(**{slot: getattr(order.case, slot) for slot in _KEPT})
    return _erasing(order, _gone(order.entries, lambda _, name, __: name not in _KEPT), left, "the case")


def erase_fields(machine: Machine, order: Order, names: Sequence[str]) -> Erasing | None:
    """Erase every value that these fields ever had in a case."""
    spoken = _Spoken.of(machine, order.entries, names)

    def goes(entry: Entry, name: str, value: Any) -> bool:
        prefix, _, key = name.partition("/")
        if prefix == "promise":
            return key in spoken.promises and any(value.get(part) for part in _COPIES)
        return key in names if prefix in ("field", "supplier") else name in _PROSE and spoken.in_(entry, value)

    kept = {name: value for name, value in order.case.fields.items() if name not in names}
    promises = {
        name: value._replace(**_COPIES) if name in spoken.promises else value
        for name, value in order.case.promises.items()
    }
    suppliers = {name: who for name, who in order.case.suppliers.items() if name not in names}
    left = order.case._replace(fields=kept, promises=promises, suppliers=suppliers)
    return _erasing(order, _gone(order.entries, goes), left, f"the field {', '.join(names)}")


def erase_person(machine: Machine, order: Order, person: str, names: Iterable[str]) -> Erasing | None:
    """Erase whatever a case knows of somebody. `names` are those they are called by; a text goes in which one of them
    stands, and in a message their first name too."""
    named = _Named.of(person, names, {name for name, field in machine.fields.items() if field.type in _TEXTS})
    gone = _gone(order.entries, named.goes)
    return _erasing(order, gone, named.without(order.case), "a person")


def needed(machine: Machine, case: Case) -> set[str | None]:
    """The people without whom an open case can't go on as its author meant it."""
    watched = {event for transition in machine.workflow.transitions for event in transition.but_not}
    return {case.assignee, *case.parties.values(), *(case.happened[n].last_by for n in watched & case.happened.keys())}


def rewritten(entries: Iterable[Entry], gone: Gone) -> Iterator[Entry]:
    """The entries that lose values, without them."""
    for entry in entries:
        if entry.n in gone:
            yield entry.without(gone[entry.n])


# --- what goes, and what is left


def _gone(entries: Sequence[Entry], goes: Callable[[Entry, str, Any], bool]) -> Gone:
    """The values that go. What an earlier erasure tells of itself stays: it is what makes the journal whole."""
    found = {
        entry.n: [
            name
            for name, value in sorted(entry.values.items())
            if value is not None and not (entry.kind == "erased" and name in _OF_ERASING) and goes(entry, name, value)
        ]
        for entry in entries
    }
    return {n: names for n, names in found.items() if names}


def _erasing(order: Order, gone: Gone, left: Case, what: str) -> Erasing | None:
    """The erasure after which the case is what is `left`, whether one folds on from it as it was or anew."""
    if not gone:
        return None
    case = order.case
    anew = reduce(fold, (entry.without(gone.get(entry.n, ())) for entry in order.entries), Case())
    told = {"actor": {"person": order.by.id, "name": order.by.name}, "rule": order.rule, "what": what}
    values = {**dict(_changes(case, left)), **dict(_changes(anew, left)), **told}
    values["values"] = {str(n): names for n, names in gone.items()}
    return Erasing(gone, Draft(case.id, case.version + 1, max(order.at, case.last_at), "erased", values))


def _changes(before: Case, after: Case) -> Iterator[tuple[str, Any]]:
    """What an entry must assign that makes one case of the other."""
    for slot in SLOTS:
        if getattr(before, slot) != getattr(after, slot):
            yield slot, getattr(after, slot)
    for prefix, (slot, _) in TABLES.items():
        old, new = getattr(before, slot), getattr(after, slot)
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                yield f"{prefix}/{key}", new.get(key)


# --- by field


@dataclass(frozen=True, slots=True)
class _Spoken:
    """How fields are spoken of: in texts that show their values, by templates and events, and by promises that keep a
    copy."""

    texts: re.Pattern[str]
    fields: frozenset[str]
    templates: frozenset[str]
    events: frozenset[str]
    promises: frozenset[str]

    @classmethod
    def of(cls, machine: Machine, entries: Sequence[Entry], names: Sequence[str]) -> _Spoken:
        flow, asked = machine.workflow, frozenset(names)
        shown = {text for name in names for text in _shown(machine, name, entries)}
        events = {
            transition.event
            for transition in flow.transitions
            for actions in (transition.actions, *(route.actions for route in transition.routes))
            if _hands_over(actions, asked)
        }
        templates = {t.name for t in flow.templates if _speaks_of((*t.subject, *t.body), asked)}
        promises = {promise.name for promise in flow.promises if asked & _dates_of(promise)}
        texts = _any_of({*shown, *(f"`{name}` is" for name in names)})
        return cls(texts, asked, frozenset(templates), frozenset(events), frozenset(promises))

    def in_(self, entry: Entry, value: Any) -> bool:
        """Whether a text of an entry shows a value."""
        if isinstance(value, Mapping) and "says" in value:
            passed = value.get("passes on")
            if entry.values.get("event") in self.events or self.fields & set(passed or ()):
                return True
        parts = value if isinstance(value, list) else ()
        if any(isinstance(part, Mapping) and part.get("template") in self.templates for part in parts):
            return True
        return any(self.texts.search(_even(said)) for said in _strings(value))


def _dates_of(promise: Promise) -> set[str | None]:
    """The fields that a promise counts by."""
    return {promise.since, promise.before, promise.met_at, *(name for pause in promise.pauses for name in pause)}


def _shown(machine: Machine, name: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Every text by which a value of the field could stand in another value; yes, no, and texts of a letter or two
    prove nothing."""
    field = machine.fields[name]
    for entry in entries:
        value: Value = entry.values.get(f"field/{name}")
        if value is not None and not isinstance(value, bool):
            shown = {_even(str(value)), _even(show_value(field, value, None))}
            yield from (text for text in shown if len(text) > 2)


def _hands_over(actions: Actions, names: frozenset[str]) -> bool:
    return actions.hand_over is not None and _speaks_of(actions.hand_over.says, names)


def _speaks_of(body: Iterable[Any], names: frozenset[str]) -> bool:
    return any(isinstance(part, Placeholder) and part.of == "field" and part.name in names for part in body)


# --- by person


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody by their id, by what they are called, and by what messages call them; and the fields of text."""

    id: str
    called: re.Pattern[str]
    spoken: re.Pattern[str]
    texts: frozenset[str]

    @classmethod
    def of(cls, person: str, names: Iterable[str], texts: Iterable[str]) -> _Named:
        called = {" ".join(name.split()) for name in names} - {""}
        return cls(person, _any_of(called), _any_of(called | {name.split()[0] for name in called}), frozenset(texts))

    def goes(self, entry: Entry, name: str, value: Any) -> bool:
        """Whether a value of an entry goes."""
        prefix, _, key = name.partition("/")
        if prefix in _OF_PEOPLE:
            return self.id in _strings(value)
        if prefix == "field":
            return key in self.texts and self._stands_in(value)
        if name in ("note", "reason") and self.id in _strings(entry.values.get("actor")):
            return True
        if name in _PROSE:
            words = self.spoken if name in ("messages", "brief") and self._knows(entry) else self.called
            return any(said == self.id or words.search(_even(said)) for said in _strings(value))
        return False

    def _knows(self, entry: Entry) -> bool:
        """Whether the messages of an entry may speak of them by their first name."""
        return any(said == self.id or self.called.search(_even(said)) for said in _strings(entry.values))

    def _stands_in(self, value: Any) -> bool:
        return isinstance(value, str) and (value == self.id or self.called.search(_even(value)) is not None)

    def without(self, case: Case) -> Case:
        """The case without them."""
        return case._replace(
            assignee=None if case.assignee == self.id else case.assignee,
            parties={role: who for role, who in case.parties.items() if who != self.id},
            past_assignees={team: who for team, who in case.past_assignees.items() if who != self.id},
            suppliers={field: who for field, who in case.suppliers.items() if who != self.id},
            happened={
                event: happened._replace(last_by=None) if happened.last_by == self.id else happened
                for event, happened in case.happened.items()
            },
            fields={
                name: value
                for name, value in case.fields.items()
                if not (name in self.texts and self._stands_in(value))
            },
        )


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Any of these, as whole words; of none, what stands nowhere."""
    return re.compile("|".join(map(_whole, sorted(texts))) or r"(?!)")


def _whole(text: str) -> str:
    begin = r"(?<!\w)" if re.match(r"\w", text[0]) else ""
    end = r"(?!\w)" if re.match(r"\w", text[-1]) else ""
    return f"{begin}{re.escape(text)}{end}"


def _even(text: str) -> str:
    return " ".join(text.split())


def _strings(value: Any) -> Iterator[str]:
    """Every text anywhere in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from _strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
