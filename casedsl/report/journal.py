"""A case's journal, told: what happened, who did it and why, for a reader who has seen nothing else.

Only what stands in the entries is used, with the words of the definition (titles of states, fields, roles); so it can
be told from any store, years later, without the software that decided it. A value that was erased is told as erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias

from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.journal import Entry
from casedsl_runtime.messages import WITHHELD, show_date, show_due, show_instant, show_value
from casedsl_runtime.values import is_date
from msgspec import Struct

from casedsl.report.plain import one_line

_BY_TIME = {
    "prompted": "reminded",
    "alerted": "alerted",
    "escalated": "escalated the case to",
    "missed": "told",
}
_TURNS = {"started": "begins", "paused": "stands still", "resumed": "goes on"}
_GONE = "(erased)"

Hidden: TypeAlias = Mapping[int, frozenset[str]]
"""The values of each entry that a reader doesn't see."""
_NOTHING: Hidden = MappingProxyType({})


class Words(Struct, frozen=True):
    """The words to tell in: titles from the workflow, names of people by id, and the zone for instants. Where people
    only stand for their roles, `nameless`, the roles are named alone."""

    workflow: Workflow
    zone: CompiledCalendar | None
    people: Mapping[str, str]
    nameless: bool = False

    def state(self, name: str) -> str:
        return next((state.title for state in self.workflow.states if state.name == name), name)

    def team(self, name: str) -> str:
        return next((team.title for team in self.workflow.teams if team.name == name), name)

    def role(self, name: str) -> str:
        return next((role.title for role in self.workflow.roles if role.name == name), name)

    def promise(self, name: str) -> str:
        return next((promise.title for promise in self.workflow.promises if promise.name == name), name)

    def person(self, who: str) -> str:
        return self.people.get(who, who)

    def instant(self, at: int) -> str:
        return show_instant(at, self.zone)

    def due(self, at: int) -> str:
        """An instant that ends something: midnight is 24:00 of the day that is over."""
        return show_due(at, self.zone)

    def since(self, at: int | str) -> str:
        """An instant, or a date, from which something holds."""
        if isinstance(at, int):
            return show_instant(at, self.zone)
        return show_date(date.fromisoformat(at)) if is_date(at) else at

    def step(self, clock: str, rung: str) -> str:
        """A step of time, by the clock that it belongs to."""
        kind, _, name = clock.partition("/")
        if kind == "promise":
            return f"promise “{self.promise(name)}”, {_of_promise(self.workflow, name, rung)}"
        holders = self.workflow.states if kind == "state" else self.workflow.stages
        held = next((each for each in holders if each.name == name), None)
        if held is None:
            return clock
        timer = held.timers[int(rung)]
        return f"{held.title}, {'move to' if timer.rung == 'move' else timer.rung} {timer.to} after {timer.after}"

    def value(self, name: str, value: Any) -> str:
        field = next((field for field in self.workflow.fields if field.name == name), None)
        return show_value(field, value, self.zone) if field else str(value)


def _of_promise(workflow: Workflow, name: str, rung: str) -> str:
    """A step of a promise; the other rungs are the turns of its clock."""
    if not rung.isdigit():
        return "its clock turns"
    step = next(promise.steps[int(rung)] for promise in workflow.promises if promise.name == name)
    when = f"{step.left} left" if step.left is not None else f"{step.used}% used"
    return f"{step.rung} {step.to} when {when}"


def told(entries: Iterable[Entry], words: Words, hidden: Hidden = _NOTHING) -> str:
    """The journal as text: a line for each entry, what followed from it indented below. What is `hidden` from the
    reader is named and withheld."""
    rows = [row for entry in entries for row in _entry(entry, words, hidden.get(entry.n, frozenset()))]
    return "".join(f"{row}\n" for row in rows)


def in_brief(entries: Iterable[Entry], words: Words) -> tuple[str, ...]:
    """Each entry as one line without what followed from it."""
    return tuple(f"{words.instant(each.at)}  {one_line(headline(each, words))}" for each in entries)


def _entry(entry: Entry, words: Words, hidden: frozenset[str]) -> Iterator[str]:
    yield f"{entry.n:>3}  {words.instant(entry.at)}  {one_line(headline(entry, words))}"
    for line in details(entry, words, hidden):
        yield f"       {one_line(line)}"


def headline(entry: Entry, words: Words) -> str:
    """What happened, in one line."""
    values = entry.values
    if entry.kind in _BY_TIME or entry.kind in ("moved", "started", "paused", "resumed"):
        return _by_time(entry, values, words)
    who = _actor(entry, values, words)
    if entry.kind == "opened":
        return f"{who} opened the case: {words.state(values.get('state', _GONE))}"
    if entry.kind == "amended":
        return f"{who} amended it: {values.get('reason', _GONE)}"
    if entry.kind == "recounted":
        since = words.since(values.get("effective", _GONE))
        return f"{who} changed the calendars from {since} on: {values.get('reason', _GONE)}"
    if entry.kind == "erased":
        return f"{who} erased {values.get('what', _GONE)}, under {values.get('rule', _GONE)}"
    where = values.get("state", _GONE)
    moved = f" -> {words.state(where)}" if where != values.get("from") else f" (stays in {words.state(where)})"
    return f"{who}: {values.get('title', _GONE)}{moved}{_ending(values)}"


def _by_time(entry: Entry, values: Mapping[str, Any], words: Words) -> str:
    why = values.get("why", _GONE)
    if entry.kind == "moved":
        return f"time moved the case -> {words.state(values.get('state', _GONE))}{_ending(values)}, because {why}"
    if entry.kind == "missed":
        return f"the promise was missed: {why}"
    if entry.kind in ("started", "paused", "resumed"):
        return f"the clock of a promise {_TURNS[entry.kind]}: {why}"
    told = ", ".join(_address(message, words) for message in values.get("messages") or ())
    return f"time {_BY_TIME[entry.kind]} {told or 'nobody'}, because {why}"


def _ending(values: Mapping[str, Any]) -> str:
    return f" as {values['ending']}" if values.get("ending") else ""


def _actor(entry: Entry, values: Mapping[str, Any], words: Words) -> str:
    if "actor" not in entry.digests:
        return "time"
    actor = values.get("actor")
    if not isinstance(actor, Mapping):
        return _GONE
    name = str(actor.get("name") or words.person(str(actor.get("person", _GONE))))
    role = actor.get("role")
    on_behalf = actor.get("on behalf of")
    shown = f"{name} ({words.role(str(role))})" if role and not words.nameless else name
    if isinstance(on_behalf, Mapping):
        on_behalf = on_behalf.get("person") or on_behalf.get("role")
        return f"{shown} for {words.person(str(on_behalf))}"
    return f"{shown} for {words.role(str(on_behalf))}" if on_behalf else shown


def _address(message: Mapping[str, Any], words: Words) -> str:
    people = [words.person(str(who)) for who in message.get("people") or ()]
    to = message.get("to")
    role = to.get("role") if isinstance(to, Mapping) else None
    if role and words.nameless:
        return words.role(str(role))
    if role:
        return (
            f"{words.role(str(role))} ({', '.join(people)})" if people else f"{words.role(str(role))} (nobody holds it)"
        )
    return ", ".join(people) or "nobody"


def details(entry: Entry, words: Words, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    """What followed from it, a line for each thing, without the values that are `hidden`."""
    values = entry.values
    if entry.kind == "erased":
        gone: Mapping[str, Sequence[str]] = values.get("values") or {}
        yield from (f"of entry {n}: {', '.join(gone[n])}" for n in sorted(gone, key=int))
        return
    recounted = {each.get("promise") for each in values.get("moved") or () if entry.kind == "recounted"}
    if values.get("note"):
        yield f"note: {values['note']}"
    for name, value in values.items():
        kind, _, of = name.partition("/")
        if kind == "field" and (value is not None or entry.kind != "opened"):
            yield f"{of}: {WITHHELD if name in hidden else words.value(of, value)}"
        elif kind == "promise" and isinstance(value, Mapping) and of not in recounted:
            yield from _promise(of, value, entry, words)
    yield from moves(entry, words)
    yield from _where(values, words)
    if isinstance(values.get("priority"), Mapping):
        yield f"priority {priority(values['priority'], whole='priority' not in hidden)}"
    yield from _said(entry, values, words, hidden)
    yield from values.get("remarks") or ()
    if values.get("unread"):
        yield f"read while unset, so that the comparison was false: {', '.join(values['unread'])}"
    if "recorded" in values:
        yield f"recorded late, {words.instant(values['recorded'])}"
    erased = sorted(entry.digests.keys() - entry.payload.keys())
    if erased:
        yield f"erased since: {', '.join(erased)}"


def _promise(name: str, value: Mapping[str, Any], entry: Entry, words: Words) -> Iterator[str]:
    """How a promise stands, where that is news: one that was missed is watched until what was promised is done."""
    title, outcome, due = words.promise(name), value.get("outcome"), value.get("due")
    recorded = f" at {words.instant(value['done'])}" if value.get("recorded") else ""
    if outcome == "running" and due is not None:
        yield f"promise “{title}”: due {words.due(due)}"
    elif outcome == "paused":
        yield f"promise “{title}”: the clock stands still"
    elif outcome == "missed" and value.get("done") is not None:
        yield f"promise “{title}”: done{recorded}, after it was missed"
    elif outcome != "missed" or value.get("at") == entry.at:
        yield f"promise “{title}”: {outcome}{recorded}"


def moves(entry: Entry, words: Words) -> Iterator[str]:
    """Each instant that moved, and why where the entry itself doesn't say it."""
    for moved in entry.values.get("moved") or ():
        was, due = words.due(moved["was"]), words.due(moved["due"])
        if "clock" in moved:
            line = f"{words.step(moved['clock'], moved['rung'])}: {due} instead of {was}"
        else:
            line = f"promise “{words.promise(moved['promise'])}”: due {due} instead of {was}"
            line += "" if entry.kind == "recounted" else f", because {moved['why']}"
        if "missed" in moved:
            yield f"{line}; it was missed on {words.instant(moved['missed'])}, and that stays"
        else:
            yield f"{line}; that is over, so it comes at once" if moved["due"] <= entry.at else line


def _where(values: Mapping[str, Any], words: Words) -> Iterator[str]:
    if values.get("team"):
        yield f"with the {words.team(values['team'])}"
    if "assignee" in values:
        yield f"assigned to {words.person(values['assignee'])}" if values["assignee"] else "assigned to nobody"
    if "escalation" in values:
        raised = values["escalation"]
        yield f"responsible now: {words.role(raised['to'])}" if raised else "responsible again: the assignee"


def priority(standing: Mapping[str, Any], whole: bool = True) -> str:
    """A priority as the sum of its named parts: `48 amber = 12 * impact 36 + 6 * urgency 12`; the sum alone for who may
    not read the parts."""
    parts: Sequence[Sequence[Any]] = standing.get("parts") or () if whole else ()
    total = " + ".join(f"{text} ({points})" for text, points in parts).replace("+ - ", "- ")
    band = f" {standing['band']}" if standing.get("band") else ""
    return f"{standing.get('score')}{band} = {total}" if total else f"{standing.get('score')}{band}"


def _said(entry: Entry, values: Mapping[str, Any], words: Words, hidden: frozenset[str]) -> Iterator[str]:
    brief = values.get("brief")
    if isinstance(brief, Mapping):
        yield f"handed over: {', '.join(brief.get('passes on') or ()) or 'nothing'}"
        yield f"says: {WITHHELD if 'brief' in hidden else brief.get('says')}"
    for index, message in enumerate(values.get("messages") or ()):
        by_time = entry.kind in ("prompted", "alerted", "escalated")
        if not by_time or message.get("template"):
            withheld = f"messages/{index}" in hidden
            yield f"to {_address(message, words)}: {WITHHELD if withheld else message.get('subject')}"
            if not withheld:
                yield f"  {message.get('body')}"
