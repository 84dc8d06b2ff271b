"""The facts that every picture and every table share: one move for each line that can move a case, by an event or time.

A move is a line as the author wrote it; a line of a stage or of `anywhere` is one move that says in which states it
holds, after more specific lines have beaten it. Its ways are its routes. What a map draws of it, one track or several,
is said in `exits.py`. The words for people (who, only when, what it does) are put together here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from casedsl_runtime.vocabulary import BACK, STAY, Duration, Placeholder, Text
from msgspec import Struct

from casedsl.analysis.graph import states_behind
from casedsl.model.records import Actions, Actor, CaseType, Formula, HandOver, Ref, Route, Timer, Transition

Kind = Literal["event", "time"]
Scope = Literal["state", "stage", "anywhere"]

_UNITS = {"minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mth", "year": "yr"}
_KINDS = {"working": "", "calendar": "cal ", "clock": "clock ", "clear": "clear ", "clear working": "clear work "}
_RUNGS = ("prompt", "alert", "escalate")


class Way(Struct, frozen=True):
    """Where a move leads. `to` is a state, `back` or `stay`; `places` are the states in which the case may then be,
    each with the states from which it gets there (for `stay` there are none); `when` is the route's guard. `brief` says
    what is handed over, `handed` whether that is `whole` (fields and words) or `bare` (one of them, or nothing)."""

    to: str
    ending: str | None
    when: str
    places: Mapping[str, tuple[str, ...]]
    does: tuple[str, ...]
    brief: str
    handed: Literal["whole", "bare"]


class Move(Struct, frozen=True):
    """A line that can move a case. `owner` is its state or stage (`""` for anywhere), `states` are those in which it
    holds. `label` is what a map calls it; `event` is empty for time. `outside` says that somebody outside may do it,
    be it through a person who enters it."""

    number: int
    kind: Kind
    scope: Scope
    owner: str
    states: tuple[str, ...]
    event: str
    label: str
    by: str
    outside: bool
    but_not: str
    guard: str
    needs: str
    does: tuple[str, ...]
    purpose: str
    ways: tuple[Way, ...]

    def guarded(self, way: Way) -> bool:
        """Does a way depend on a condition, be it that the routes before it are closed?"""
        return bool(self.guard or condition(self, way))


def condition(move: Move, way: Way) -> str:
    """When a move takes this way and not another of its ways."""
    return way.when or ("otherwise" if len(move.ways) > 1 else "")


def moves(case_type: CaseType) -> tuple[Move, ...]:
    """Every line of the case type in the order of the file: of states, then of stages, then of anywhere; of each the
    events before what time does."""
    return tuple(_Reader(case_type, states_behind(case_type), _held(case_type)).all())


def state_title(case_type: CaseType, name: str) -> str:
    return case_type.states[name].title or name


def role_title(case_type: CaseType, name: str) -> str:
    role = case_type.organisation.roles.get(name)
    return role.title if role and role.title else name


def waits_on(case_type: CaseType, refs: Iterable[Ref]) -> str:
    return ", ".join(role_title(case_type, ref.name) for ref in refs)


def short(duration: Duration) -> str:
    """`4 h`, `14 cal d`: hours and days are working ones where nothing is said."""
    kind = "" if duration.unit in ("month", "year") else _KINDS[duration.kind]
    return f"{duration.count} {kind}{_UNITS[duration.unit]}"


def ladder(timers: Iterable[Timer]) -> tuple[Timer, ...]:
    """The timers that tell somebody, as they follow each other."""
    found = tuple(timers)
    return tuple(timer for rung in _RUNGS for timer in found if timer.rung == rung)


def rungs(timers: Iterable[Timer]) -> tuple[str, ...]:
    """A ladder on a map: `prompt 2 h`, `alert 4 h`."""
    return tuple(f"{timer.rung} {short(timer.after.duration)}" for timer in ladder(timers))


def written(text: Text) -> str:
    """A template's text as its author wrote it."""
    return "".join(piece if isinstance(piece, str) else "{" + _gap(piece) + "}" for piece in text)


def _gap(gap: Placeholder) -> str:
    name = {"field": gap.name, "due": f"{gap.name}.due", "first name": "assignee.first name"}.get(gap.of, gap.of)
    return f"{name}, if set" if gap.if_set else name


def _held(case_type: CaseType) -> Mapping[int, tuple[str, ...]]:
    """For each line, by identity, the states in which it is the one that handles its event."""
    held: dict[int, tuple[str, ...]] = {}
    for name in case_type.states:
        for line in case_type.handlers(name).values():
            held[id(line)] = (*held.get(id(line), ()), name)
    return held


class _Reader:
    """Reads the lines of one case type; numbers are given in the order of reading."""

    def __init__(
        self, case_type: CaseType, behind: Mapping[str, tuple[str, ...]], held: Mapping[int, tuple[str, ...]]
    ) -> None:
        self._case_type = case_type
        self._behind = behind
        self._held = held
        self._number = 0

    def all(self) -> Iterator[Move]:
        for state in self._case_type.states.values():
            if state.kind != "final":
                yield from self._block("state", state.name, state.transitions, state.timers, (state.name,))
        for stage in self._case_type.stages.values():
            inside = tuple(ref.name for ref in stage.states if self._case_type.states[ref.name].kind != "final")
            yield from self._block("stage", stage.name, stage.transitions, stage.timers, inside)
        yield from self._block("anywhere", "", self._case_type.anywhere, (), ())

    def _block(
        self, scope: Scope, owner: str, lines: Iterable[Transition], timers: Iterable[Timer], inside: tuple[str, ...]
    ) -> Iterator[Move]:
        for line in lines:
            yield self._event(scope, owner, line)
        for timer in timers:
            if timer.rung == "move":
                yield self._time(scope, owner, timer, inside)

    def _event(self, scope: Scope, owner: str, line: Transition) -> Move:
        self._number += 1
        states = self._held.get(id(line), ())
        does = (*self._does(line.actions), *(["reverses an escalation"] if line.reverses_escalation else []))
        return Move(
            number=self._number,
            kind="event",
            scope=scope,
            owner=owner,
            states=states,
            event=line.event,
            label=line.title or line.event.replace("_", " "),
            by=", ".join(self._actor(actor) for actor in line.by),
            outside=any(self._is_outside(actor) for actor in line.by),
            but_not=", ".join(ref.name for ref in line.but_not),
            guard=_said(line.when),
            needs=", ".join([*(ref.name for ref in line.needs), *(["a note"] if line.needs_note else [])]),
            does=does,
            purpose=line.purpose,
            ways=tuple(self._way(line, route, states) for route in line.routes),
        )

    def _time(self, scope: Scope, owner: str, timer: Timer, states: tuple[str, ...]) -> Move:
        self._number += 1
        return Move(
            number=self._number,
            kind="time",
            scope=scope,
            owner=owner,
            states=states,
            event="",
            label=f"after {timer.after.duration}",
            by="time",
            outside=False,
            but_not="",
            guard="",
            needs="",
            does=(),
            purpose=timer.purpose,
            ways=(Way(timer.to.name, timer.ending, "", self._places(timer.to.name, states), (), "", "bare"),),
        )

    def _way(self, line: Transition, route: Route, states: tuple[str, ...]) -> Way:
        brief = route.actions.hand_over or line.actions.hand_over
        whole = brief is not None and bool(brief.passes_on) and bool(brief.says)
        return Way(
            route.to.name,
            route.ending,
            _said(route.when),
            self._places(route.to.name, states),
            self._does(route.actions),
            _handed(brief) if brief else "",
            "whole" if whole else "bare",
        )

    def _places(self, to: str, states: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        if to == STAY:
            return {}
        if to != BACK:
            return {to: states}
        behind = {state: self._behind.get(state, ()) for state in states}
        found = {place: tuple(state for state in states if place in behind[state]) for place in self._case_type.states}
        return {place: sources for place, sources in found.items() if sources}

    def _is_outside(self, actor: Actor) -> bool:
        names = (actor.role.name, *([actor.on_behalf_of.name] if actor.on_behalf_of else []))
        roles = self._case_type.organisation.roles
        return any(name in roles and roles[name].outside for name in names)

    def _actor(self, actor: Actor) -> str:
        title = role_title(self._case_type, actor.role.name)
        other = actor.on_behalf_of
        return f"{title} for {role_title(self._case_type, other.name)}" if other else title

    def _does(self, actions: Actions) -> tuple[str, ...]:
        """What actions do besides handing over, in words, in the order in which they happen."""
        said: list[str] = []
        if actions.clears:
            said.append("clears " + ", ".join(ref.name for ref in actions.clears))
        said.extend(f"sets {setting.field.name} to {setting.value.text}" for setting in actions.sets)
        for sending in actions.sends:
            receivers = ", ".join(role_title(self._case_type, ref.name) for ref in sending.to)
            said.append(f"sends {sending.template.name} to {receivers}")
        return tuple(said)


def _handed(hand_over: HandOver) -> str:
    passed = ", ".join(ref.name for ref in hand_over.passes_on)
    words = written(hand_over.says)
    return (passed or "nothing") + (f": “{words}”" if words else "")


def _said(formula: Formula | None) -> str:
    return formula.text if formula else ""
