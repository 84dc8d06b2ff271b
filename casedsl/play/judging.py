"""Whether what must be so is so; and if not, what is so instead, with times.

Each form of `then` is looked up in the case and its journal as the store holds them. An answer is the sentences that
say what is so instead; where there are none, it is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from casedsl_runtime import messages
from casedsl_runtime.case import Case, PromiseKept
from casedsl_runtime.host import Host
from casedsl_runtime.journal import Entry
from casedsl_runtime.vocabulary import ASSIGNEE, Value
from msgspec import Struct

from casedsl.model.records import Transition
from casedsl.model.scenarios.records import (
    HandedOver,
    Holds,
    InState,
    IsAssigned,
    IsResponsible,
    MayDo,
    Moment,
    OnlyDone,
    Person,
    PriorityIs,
    PromiseStands,
    Sees,
    Then,
    WasHeard,
)
from casedsl.play.theatre import Theatre

_RUNGS = {"prompted": "prompt", "alerted": "alert", "told": "tell"}


Plain: TypeAlias = InState | OnlyDone | HandedOver | IsResponsible | IsAssigned | PriorityIs | Holds


class Judge(Struct, frozen=True):
    """Looks at one case: as it stands, and its journal. `strangers` is a host that knows everybody there may be, asked
    for by whoever needs it."""

    theatre: Theatre
    host: Host
    case: Case
    entries: Sequence[Entry]
    strangers: Callable[[], tuple[Host, tuple[Person, ...]]]

    def against(self, then: Then) -> tuple[str, ...]:
        """What is so instead; nothing where it is as it must be. Raises CalendarRunsOut."""
        outcome = then.outcome
        if isinstance(outcome, MayDo):
            return tuple(self._may(outcome, then.because))
        if isinstance(outcome, Sees):
            return tuple(self._sees(outcome, then.because))
        if isinstance(outcome, WasHeard):
            return tuple(self._heard(outcome, then.at))
        if isinstance(outcome, PromiseStands):
            return tuple(self._promise(outcome, then.at))
        return tuple(self._plainly(outcome))

    def _plainly(self, outcome: Plain) -> Iterator[str]:
        """What is asked of now, and without a reason."""
        if isinstance(outcome, InState):
            return self._state(outcome)
        if isinstance(outcome, OnlyDone):
            return self._only(outcome)
        if isinstance(outcome, HandedOver):
            return self._handed_over(outcome)
        if isinstance(outcome, IsResponsible):
            return self._responsible(outcome)
        if isinstance(outcome, IsAssigned):
            return self._assigned(outcome)
        if isinstance(outcome, PriorityIs):
            return self._priority(outcome)
        return self._holds(outcome)

    def _shown(self, instant: int) -> str:
        return messages.show_instant(instant, self.theatre.zone)

    def _state(self, wanted: InState) -> Iterator[str]:
        case = self.case
        if case.state != wanted.state or wanted.ending not in (None, case.ending):
            ending = f" as `{case.ending}`" if case.ending else ""
            yield f"the case is in `{case.state}`{ending} since {self._shown(case.since)}"

    def _assigned(self, wanted: IsAssigned) -> Iterator[str]:
        if self.case.assignee != wanted.person:
            yield f"the assignee is `{self.case.assignee}`" if self.case.assignee else "nobody is assigned"

    def _responsible(self, wanted: IsResponsible) -> Iterator[str]:
        raised = self.case.escalation
        if raised is None:
            yield from () if wanted.role is None else ("nothing is escalated",)
        elif raised.to != wanted.role:
            yield f"`{raised.to}` is responsible since {self._shown(raised.at)}"

    # Fields.

    def _holds(self, wanted: Holds) -> Iterator[str]:
        is_now = self.case.fields.get(wanted.field)
        if wanted.any_value:
            fits = is_now is not None
        elif wanted.known is None:
            fits = is_now is None
        else:
            should = wanted.known.value
            meant = self.theatre.instant(should) if isinstance(should, Moment) else should
            fits = is_now == meant
        if not fits:
            yield f"`{wanted.field}` is {self._value(wanted.field, is_now)}"

    def _value(self, name: str, value: Value) -> str:
        if value is None:
            return "not set"
        field = next(field for field in self.theatre.workflow.fields if field.name == name)
        return str(value) if field.type == "choice" else messages.show_value(field, value, self.theatre.zone)

    # Priority.

    def _priority(self, wanted: PriorityIs) -> Iterator[str]:
        why = self.host.why(self.case.id)
        standing = why.priority if why else None
        if standing is None:
            if wanted.known:
                yield "the priority is not known"
        elif not wanted.known or wanted.score not in (None, standing.score) or wanted.band not in (None, standing.band):
            yield f"the priority is {standing.score}{f' ({standing.band})' if standing.band else ''}"

    # Permission.

    def _may(self, wanted: MayDo, because: str) -> Iterator[str]:
        if wanted.who is None:
            able = [who for who, events in self._offers().items() if wanted.event in events]
            yield from (f"`{who}` may" for who in able[:1])
            return
        reasons = self.host.why_not(self.case.id, wanted.event, wanted.who)
        if wanted.allowed:
            yield from reasons
        elif not reasons:
            yield f"`{wanted.who}` may"
        elif because and not said_among(because, (*reasons, *self._lines_against(wanted))):
            yield from reasons

    def _only(self, wanted: OnlyDone) -> Iterator[str]:
        state = self.theatre.case_type.states[self.case.state]
        if state.kind == "final":
            yield f"the case has ended in `{state.name}` since {self._shown(self.case.since)}"
            return
        offers = reversed(tuple(self._offers().items()))
        able = {event: who for who, events in offers for event in events}
        yield from (f"`{who}` may `{event}`" for event, who in able.items() if event not in wanted.names)
        for field in self.theatre.case_type.fields.values():
            here = not field.changed_in or any(ref.name == state.name for ref in field.changed_in)
            if field.changed_by and here and field.name not in wanted.names:
                yield f"`{field.changed_by[0]}` may change `{field.name}`"

    def _offers(self) -> Mapping[str, Sequence[str]]:
        """What everybody there may be can do now: the people of the scenario, and for each role somebody who has done
        nothing in this case."""
        host, people = self.strangers()
        return {person.id: [offer.event for offer in host.actions(self.case.id, person.id)] for person in people}

    def _lines_against(self, wanted: MayDo) -> Iterator[str]:
        """The lines of the definition that stand against somebody, in its own words."""
        line = self.theatre.case_type.handlers(self.case.state).get(wanted.event)
        yield from lines_against(line, self.case, wanted.who) if line and wanted.who else ()

    def _sees(self, wanted: Sees, because: str) -> Iterator[str]:
        seen = self.host.view(self.case.id, wanted.who)
        why = seen.withheld.get(wanted.field) if seen is not None else None
        if wanted.seen and why is not None:
            yield why
        elif not wanted.seen and why is None:
            yield f"`{wanted.who}` sees `{wanted.field}`"
        elif why is not None and because and not said_among(because, (why,)):
            yield why

    # What time said.

    def _heard(self, wanted: WasHeard, at: Moment | None) -> Iterator[str]:
        meant = [(entry.at, each) for entry in self.entries for each in _said(entry) if _is_meant(each, wanted)]
        times = list(dict.fromkeys(time for time, each in meant if _is_part(wanted.saying, _words(each))))
        instant = self.theatre.instant(at) if at else None
        so = instant in times if instant is not None else bool(times)
        if so != wanted.said:
            did = f"was sent `{wanted.template}`" if wanted.template else f"was {wanted.how}"
            if wanted.said and meant and not times:
                time, each = meant[-1]
                yield f"`{wanted.template}` says at {self._shown(time)}: {_words(each)}"
                return
            shown = " and ".join(self._shown(each) for each in times)
            whom = f"`{wanted.whom}`" if wanted.whom else "somebody"
            yield f"{whom} {did} at {shown}" if times else f"{whom} {did} at no time so far"

    def _handed_over(self, wanted: HandedOver) -> Iterator[str]:
        last = next(entry for entry in reversed(self.entries) if "state" in entry.values)
        brief = last.values.get("brief")
        if brief is None:
            yield from () if wanted.saying is None else (f"nothing was handed over at {self._shown(last.at)}",)
        elif wanted.saying is None or not _is_part(wanted.saying, messages.one_line(brief["says"])):
            yield f"this was handed over at {self._shown(last.at)}: {messages.one_line(brief['says'])}"

    # Promises.

    def _promise(self, wanted: PromiseStands, at: Moment | None) -> Iterator[str]:
        kept = self.case.promises.get(wanted.promise)
        instant = self.theatre.instant(at) if at else None
        if kept is None or not _stands(kept, wanted, instant):
            yield self._standing(wanted.promise, kept)

    def _standing(self, name: str, kept: PromiseKept | None) -> str:
        if kept is None:
            return f"the clock of `{name}` has not started"
        due = f", due at {messages.show_due(kept.due, self.theatre.zone)}" if kept.due is not None else ""
        since = "" if kept.outcome == "running" else f" since {self._shown(kept.at)}"
        return f"`{name}` is {kept.outcome}{since}{due}"


def _stands(kept: PromiseKept, wanted: PromiseStands, at: int | None) -> bool:
    if wanted.how == "due":
        return kept.due == at
    return kept.outcome == wanted.how and at in (None, kept.at if kept.done is None else kept.done)


def _said(entry: Entry) -> Sequence[Mapping[str, Any]]:
    """What an entry says to whom. The words of the runtime's messages: `to`, `people`, `rung`, `template`."""
    found: Sequence[Mapping[str, Any]] = entry.values.get("messages") or ()
    return found


def _is_meant(message: Mapping[str, Any], wanted: WasHeard) -> bool:
    if wanted.template is not None:
        spoken = message.get("template") == wanted.template
    else:
        spoken = message.get("rung") == _RUNGS[wanted.how or "told"]
    to = message.get("to") or {}
    if wanted.whom is None:
        return bool(spoken)
    if wanted.whom == ASSIGNEE:
        return spoken and ("person" in to or "team" in to)
    return spoken and (to.get("role") == wanted.whom or wanted.whom in (message.get("people") or ()))


def _words(message: Mapping[str, Any]) -> str:
    """The subject and the body of a message, in one line."""
    return messages.one_line(f"{message.get('subject', '')} {message.get('body', '')}")


def _is_part(text: str, whole: str) -> bool:
    return " ".join(text.lower().split()) in whole.lower()


def said_among(because: str, reasons: Sequence[str]) -> bool:
    """Whether a reason is among those that stand, in the runtime's words or the definition's."""
    return any(" ".join(because.lower().split()) in reason.lower() for reason in reasons)


def lines_against(line: Transition, case: Case, who: str) -> Iterator[str]:
    for event in line.but_not:
        done = case.happened.get(event.name)
        if done is not None and done.last_by == who:
            yield f"but not who did {event}"
