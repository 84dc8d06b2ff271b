"""The facts that every picture shares: one track for each line that can move a case, by an event or by time.

A track is a line as the author wrote it; a line of a stage or of `anywhere` is one track that says in which states it
holds, after more specific lines have beaten it. Its ways are its routes: each has a code of its own (`5`, or `5a` and
`5b`), so a badge on the map, an edge in DOT and Mermaid and a row of the table speak of the same thing. The words for
people (who, only when, what it does) are put together here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Literal

from casedsl_runtime.vocabulary import BACK, STAY, Placeholder, Text
from msgspec import Struct
from msgspec.structs import replace

from casedsl.model.records import Actions, Actor, CaseType, Formula, HandOver, Route, State, Timer, Transition

Kind = Literal["event", "time"]
Scope = Literal["state", "stage", "anywhere"]


class Way(Struct, frozen=True):
    """Where a track leads. `to` is a state, `back` or `stay`; `places` are the states in which the case may then be:
    the state itself, or for `back` those from which the side step is entered; `when` is the route's guard."""

    code: str
    to: str
    ending: str | None
    when: str
    places: tuple[str, ...]
    does: tuple[str, ...]


class Track(Struct, frozen=True):
    """A line that can move a case. `owner` is its state or stage (`""` for anywhere), `states` are those in which it
    holds. `label` is what a map calls it; `event` is empty for time."""

    number: int
    kind: Kind
    scope: Scope
    owner: str
    states: tuple[str, ...]
    event: str
    label: str
    by: str
    but_not: str
    guard: str
    needs: str
    does: tuple[str, ...]
    purpose: str
    ways: tuple[Way, ...]

    def guarded(self, way: Way) -> bool:
        """Does a way depend on a condition, be it that the routes before it are closed?"""
        return bool(self.guard or condition(self, way))


def condition(line: Track, way: Way) -> str:
    """When a line takes this way and not another of its ways."""
    return way.when or ("otherwise" if len(line.ways) > 1 else "")


def tracks(case_type: CaseType) -> tuple[Track, ...]:
    """Every line of the case type in the order of the file: of states, then of stages, then of anywhere."""
    numbers = count(1)
    drafts = tuple(replace(draft, number=next(numbers)) for draft in _drafts(case_type))
    origins = _origins(case_type, drafts)
    return tuple(replace(draft, ways=tuple(_ways(draft, origins))) for draft in drafts)


def side_steps(lines: Iterable[Track]) -> frozenset[str]:
    """The states that are left by `-> back`."""
    return frozenset(state for line in lines if any(way.to == BACK for way in line.ways) for state in line.states)


def state_title(case_type: CaseType, name: str) -> str:
    return case_type.states[name].title or name


def owner_title(case_type: CaseType, line: Track) -> str:
    if line.scope == "anywhere":
        return "anywhere"
    if line.scope == "stage":
        return case_type.stages[line.owner].title or line.owner
    return state_title(case_type, line.owner)


def leads_to(case_type: CaseType, way: Way) -> str:
    """Where a way leads, in words."""
    if way.to == STAY:
        return "stays"
    if way.to == BACK:
        places = " or ".join(state_title(case_type, place) for place in way.places)
        return f"back (to {places})" if places else "back"
    ending = f" as {way.ending}" if way.ending else ""
    return state_title(case_type, way.to) + ending


def role_title(case_type: CaseType, name: str) -> str:
    role = case_type.organisation.roles.get(name)
    return role.title if role and role.title else name


def _drafts(case_type: CaseType) -> Iterator[Track]:
    """Tracks whose numbers, codes and places of `back` are still open."""
    held = _held(case_type)
    for state in case_type.states.values():
        if state.kind != "final":
            for line in state.transitions:
                yield _event(case_type, line, "state", _holds(held, line))
            yield from _moves(state.timers, "state", state.name, (state.name,))
    for stage in case_type.stages.values():
        for line in stage.transitions:
            yield _event(case_type, line, "stage", _holds(held, line))
        members = tuple(ref.name for ref in stage.states if case_type.states[ref.name].kind != "final")
        yield from _moves(stage.timers, "stage", stage.name, members)
    for line in case_type.anywhere:
        yield _event(case_type, line, "anywhere", _holds(held, line))


def _held(case_type: CaseType) -> Mapping[int, tuple[str, ...]]:
    """For each line, by identity, the states in which it is the one that handles its event."""
    held: dict[int, tuple[str, ...]] = {}
    for name in case_type.states:
        for line in case_type.handlers(name).values():
            held[id(line)] = (*held.get(id(line), ()), name)
    return held


def _holds(held: Mapping[int, tuple[str, ...]], line: Transition) -> tuple[str, ...]:
    return held.get(id(line), ())


def _event(case_type: CaseType, line: Transition, scope: Scope, states: tuple[str, ...]) -> Track:
    does = (*_does(case_type, line.actions), *(["reverses an escalation"] if line.reverses_escalation else []))
    return Track(
        number=0,
        kind="event",
        scope=scope,
        owner=line.owner or "",
        states=states,
        event=line.event,
        label=line.title or line.event.replace("_", " "),
        by=", ".join(_actor(case_type, actor) for actor in line.by),
        but_not=", ".join(ref.name for ref in line.but_not),
        guard=_said(line.when),
        needs=", ".join([*(ref.name for ref in line.needs), *(["a note"] if line.needs_note else [])]),
        does=does,
        purpose=line.purpose,
        ways=tuple(_way(case_type, route) for route in line.routes),
    )


def _moves(timers: Iterable[Timer], scope: Scope, owner: str, states: tuple[str, ...]) -> Iterator[Track]:
    for timer in timers:
        if timer.rung == "move":
            yield Track(
                number=0,
                kind="time",
                scope=scope,
                owner=owner,
                states=states,
                event="",
                label=f"after {timer.after.duration}",
                by="time",
                but_not="",
                guard="",
                needs="",
                does=(),
                purpose=timer.purpose,
                ways=(Way("", timer.to.name, timer.ending, "", (), ()),),
            )


def _way(case_type: CaseType, route: Route) -> Way:
    return Way("", route.to.name, route.ending, _said(route.when), (), _does(case_type, route.actions))


def _ways(line: Track, origins: Mapping[str, tuple[str, ...]]) -> Iterator[Way]:
    for index, way in enumerate(line.ways):
        code = str(line.number) if len(line.ways) == 1 else f"{line.number}{_letter(index)}"
        yield replace(way, code=code, places=_places(line, way, origins))


def _places(line: Track, way: Way, origins: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if way.to == STAY:
        return ()
    if way.to == BACK:
        return tuple(dict.fromkeys(place for state in line.states for place in origins[state]))
    return (way.to,)


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else f".{index + 1}"


def _origins(case_type: CaseType, drafts: tuple[Track, ...]) -> Mapping[str, tuple[str, ...]]:
    """For each side step the states, in the order of the file, to which `back` may lead: those that enter it, and
    those that enter a side step which enters it."""
    sides = side_steps(drafts)
    entered_by: dict[str, list[str]] = {}
    for line in drafts:
        for way in line.ways:
            entered_by.setdefault(way.to, []).extend(line.states)
    return {side: _found(case_type, side, sides, entered_by) for side in sorted(sides)}


def _found(
    case_type: CaseType, side: str, sides: frozenset[str], entered_by: Mapping[str, list[str]]
) -> tuple[str, ...]:
    seen, found, open_ = {side}, set[str](), [side]
    while open_:
        for state in entered_by.get(open_.pop(), []):
            if state not in sides:
                found.add(state)
            elif state not in seen:
                seen.add(state)
                open_.append(state)
    return tuple(state for state in case_type.states if state in found)


def _said(formula: Formula | None) -> str:
    return formula.text if formula else ""


def _actor(case_type: CaseType, actor: Actor) -> str:
    title = role_title(case_type, actor.role.name)
    return f"{title} for {role_title(case_type, actor.on_behalf_of.name)}" if actor.on_behalf_of else title


def _does(case_type: CaseType, actions: Actions) -> tuple[str, ...]:
    """What actions do, in words, in the order in which they happen."""
    said: list[str] = []
    if actions.clears:
        said.append("clears " + ", ".join(ref.name for ref in actions.clears))
    said.extend(f"sets {setting.field.name} to {setting.value.text}" for setting in actions.sets)
    if actions.hand_over:
        said.append(_handed(actions.hand_over))
    for sending in actions.sends:
        receivers = ", ".join(role_title(case_type, ref.name) for ref in sending.to)
        said.append(f"sends {sending.template.name} to {receivers}")
    return tuple(said)


def _handed(hand_over: HandOver) -> str:
    passed = ", ".join(ref.name for ref in hand_over.passes_on)
    words = written(hand_over.says)
    return "hands over " + (passed or "nothing") + (f": “{words}”" if words else "")


def written(text: Text) -> str:
    """A template's text as its author wrote it."""
    return "".join(piece if isinstance(piece, str) else "{" + _gap(piece) + "}" for piece in text)


def _gap(gap: Placeholder) -> str:
    name = {"field": gap.name, "due": f"{gap.name}.due", "first name": "assignee.first name"}.get(gap.of, gap.of)
    return f"{name}, if set" if gap.if_set else name


def ladder(timers: Iterable[Timer]) -> tuple[Timer, ...]:
    """The timers that tell somebody, as they follow each other."""
    order = ("prompt", "alert", "escalate")
    return tuple(timer for rung in order for timer in timers if timer.rung == rung)


def members(case_type: CaseType, stage: str) -> tuple[State, ...]:
    return tuple(case_type.states[ref.name] for ref in case_type.stages[stage].states)
