"""1xx: what a line that moves a case is for, who may take it, who may take it back; and what outsiders may send."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.vocabulary import BACK

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, states_behind, timers_in
from casedsl.analysis.names import timers_of, transitions_of
from casedsl.model.records import CaseType, Stage, State, Timer, Transition
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject, subjects
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed


def cd106_unhandled_event(facts: Facts) -> Iterator[Finding]:
    """What an outsider can send is handled, filed or refused in every state that can be reached and is not final.

    People inside see what a state offers; an outsider does not know the state and writes anyway. Each such event needs
    a line in every state: its own, its stage's, or one under `anywhere` (`-> stay` files it).

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
        state answered "Answered"
            on object -> new                           # CD106
                by customer
            on file -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
            on object -> stay
                by customer
        state answered "Answered"
            on object -> new
                by customer
            on file -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    handled = {
        name: case_type.handlers(name).keys()
        for name, state in case_type.states.items()
        if name in facts.reached and state.kind != "final"
    }
    for event, lines in _outside_events(case_type).items():
        holes = [name for name, events in handled.items() if event not in events]
        if holes:
            line, role = lines
            yield Finding(
                "CD106",
                "error",
                line.span,
                f"`{role}` can send `{event}` at any time, and {listed(holes)} {'says' if len(holes) == 1 else 'say'} "
                "nothing to it",
                about=(Subject("role", role), Subject("event", event), *subjects("state", *holes)),
                labels=tuple(Label(case_type.states[name].span, f"no line `on {event}` here") for name in holes[:3]),
                notes=(("a way there", told(facts.way(holes[0]), holes[0])),) if facts.reached[holes[0]] else (),
                way_out=f"file it: add `on {event} -> stay` under `anywhere`",
                steps=steps_of(facts.way(holes[0])),
            )


def cd107_orphan_event(facts: Facts) -> Iterator[Finding]:
    """Whatever a state says about an event, some role may cause the event there.

    An event without `by` is open to nobody: its line is drawn and read, and never happens. Where nobody at all can take
    a way out of the state, CD501 says so instead.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on drop -> done                            # CD107
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on drop -> done
                by chief
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    orphans: dict[Transition, list[str]] = {}
    taken: set[str] = set()
    for state in facts.reached:
        for line in case_type.handlers(state).values():
            if line.by:
                taken.add(line.event)
            elif _open(graph, state):
                orphans.setdefault(line, []).append(state)
    for line, states in orphans.items():
        yield _orphan(case_type, line, states, line.event in taken)


def _open(graph: Graph, state: str) -> bool:
    """Whether somebody, or time, can take a way out of a state."""
    return any(isinstance(move.by, Timer) or move.by.by for move in graph.moves[state])


def _orphan(case_type: CaseType, line: Transition, states: list[str], taken: bool) -> Finding:
    met = [name for name, promise in case_type.promises.items() if line.event in map(str, promise.met_by)]
    return Finding(
        "CD107",
        "warning",
        line.span,
        f"nobody may do `{line.event}` in {listed(states)}",
        about=(Subject("event", line.event), *subjects("state", *states)),
        notes=(("so", f"promise `{met[0]}` can't be kept"),) if met and not taken else (),
        way_out="add `by ROLE` below it, or take the line out",
    )


def cd108_irreversible_escalation(facts: Facts) -> Iterator[Finding]:
    """Where time makes a role responsible, some event in the same visit gives the case back.

    An escalation lasts until an event `reverses escalation`, or until the visit ends whose timer it was. Without such
    an event the one who helped is left with the case, and whoever had it before hears nothing more. One line in the
    state, in one of its side steps, or in some state of the stage is enough.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            escalate to chief after 5 working days     # CD108
            on answer -> done
                by clerk, chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            escalate to chief after 5 working days
            on answer -> done
                by clerk, chief
            on hand_back -> stay
                by chief
                reverses escalation
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    behind = states_behind(case_type)
    stages = [
        (Subject("stage", name), stage.timers, {*map(str, stage.states)}) for name, stage in case_type.stages.items()
    ]
    owners = [*((Subject("state", name), state.timers, {name}) for name, state in case_type.states.items()), *stages]
    for owner, timers, states in owners:
        first = next((timer for timer in timers if timer.rung == "escalate"), None)
        if first is None:
            continue
        visited = {name for name in states if name in facts.reached and first in timers_in(case_type, name)}
        around = visited | {side for side, before in behind.items() if visited & set(before)}
        lines = (line for name in around for line in case_type.handlers(name).values())
        if visited and not any(line.reverses_escalation for line in lines):
            yield _kept(owner, first)


def _kept(owner: Subject, timer: Timer) -> Finding:
    return Finding(
        "CD108",
        "warning",
        timer.span,
        f"once `{timer.to}` is responsible in `{owner.name}`, no event gives the case back",
        about=(Subject("role", timer.to.name), owner),
        notes=(("why", f"until the case leaves `{owner.name}`, what is meant for the assignee goes to `{timer.to}`"),),
        way_out=f"add `on hand_back -> stay` to `{owner.name}`, with `by {timer.to}` and `reverses escalation`",
    )


def cd109_transition_without_purpose(facts: Facts) -> Iterator[Finding]:
    """Every line that moves a case, or lets somebody act, says why: it has a line `purpose`.

    An opinion, and shown only when it is asked for. What happens can be read off a definition, and why can't: the
    purpose is what a newcomer asks for, and what shows whether a step is still needed.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done                          # CD109
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
                purpose "The writer learns what we think."
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    for line in transitions_of(case_type):
        if not line.purpose:
            yield _aimless(line.span, f"nothing says why `{line.event}` is done", Subject("event", line.event))
    for timer in timers_of(case_type):
        if timer.rung == "move" and not timer.purpose:
            about = subjects("state", *{timer.to.name} - {BACK})
            yield _aimless(timer.span, f"nothing says why time moves the case to `{timer.to}`", *about)


def _aimless(span: Span, headline: str, *about: Subject) -> Finding:
    return Finding("CD109", "info", span, headline, about=about, way_out='add `purpose "…"` below it')


def _outside_events(case_type: CaseType) -> dict[str, tuple[Transition, str]]:
    """Each event that an outsider may send, with the first line that lets one, and the role."""
    found: dict[str, tuple[Transition, str]] = {}
    owners: list[State | Stage] = [*case_type.states.values(), *case_type.stages.values()]
    for line in [*(line for owner in owners for line in owner.transitions), *case_type.anywhere]:
        for actor in line.by:
            role = case_type.organisation.roles.get(actor.role.name)
            if role is not None and role.outside:
                found.setdefault(line.event, (line, role.name))
    return found
