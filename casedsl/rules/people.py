"""5xx: is there somebody who may do what must be done?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, timers_in
from casedsl.analysis.ladders import ladders
from casedsl.analysis.people import may_be_held_with
from casedsl.analysis.staffing import never_used
from casedsl.model.records import Actor, CaseType, Ref, State, Team, Timer, Transition
from casedsl.rules.sight import opens_nothing
from casedsl.rules.standing import powerless_told, shut_told, standing_told
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Subject, subjects
from casedsl.syntax.spelling import listed


def cd501_nobody_can_act(facts: Facts) -> Iterator[Finding]:
    """In every state that can be reached and is not final, some role may take a way out, or time takes one.

    A transition without `by` is open to nobody; a state with only such transitions holds its cases for ever, though the
    map shows a way. So does one whose guards never hold there, for what is known of the fields in this state, and one
    whose only way out gives back an escalation that nothing there can have raised. A guard that holds in no state at
    all is CD201, and a field that every way on asks for CD306.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"                          # CD501
            on answer -> done
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What kind is it?"
                option question "A question"
                option demand "A demand"
        stage open "Open" of new, checked
            on answer -> done
                by clerk
                when kind is set and kind is question
        first state new "New"
            on check -> checked
                by clerk
                needs kind
                when kind is demand
        state checked "Checked"                        # CD501
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            amount integer 0..999 "How much?"
        first state new "New"
            on propose -> proposed
                by clerk
                needs amount
        state proposed "Proposed"                      # CD501
            on accept -> done
                by clerk
                when amount < 100
            on refuse -> done
                by chief
                when amount > 200
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    held = [name for name in facts.reached if _closed_to_all(graph, name)]
    if len(held) > 1 and not any(actors for actors in _actors(case_type, facts.reached)):
        yield Finding(
            "CD501",
            "error",
            case_type.span,
            "nobody may do anything: no transition says who may do it",
            about=(Subject("case type", case_type.name),),
            notes=(("why", "a transition without `by` is open to nobody"),),
            way_out="add `by ROLE` to the transitions; roles come from an organisation file in `use`",
        )
        return
    for name in held:
        events = tuple(dict.fromkeys(move.by for move in graph.moves[name] if isinstance(move.by, Transition)))
        yield Finding(
            "CD501",
            "error",
            case_type.states[name].span,
            f"nobody may do anything that leads out of `{name}`",
            about=(Subject("state", name),),
            labels=tuple(Label(line.span, "nobody may do this") for line in events[:3]),
            notes=(("a way there", told(facts.way(name), name)),),
            way_out=f"add `by ROLE` to `on {events[0].event}`",
            steps=steps_of(facts.way(name)),
        )

    yield from (shut_told(found, facts) for found in facts.shut)
    yield from standing_told(facts)


def _closed_to_all(graph: Graph, state: str) -> bool:
    """Whether a state has ways out, and none is open to a role or taken by time."""
    moves = graph.moves[state]
    return bool(moves) and all(isinstance(move.by, Transition) and not move.by.by for move in moves)


def _actors(case_type: CaseType, states: Iterable[str]) -> Iterator[tuple[Actor, ...]]:
    return (line.by for name in states for line in case_type.handlers(name).values())


def cd506_over_privilege(facts: Facts) -> Iterator[Finding]:
    """What a line allows can be done in some state that a case gets to.

    A line of a stage, or one under `anywhere`, that a more specific line beats in every state is read by people and
    never used: what it allows, asks for and tells is allowed, asked and told to nobody. No field is changed any more
    when the case is over, and `seen by` opens a field to nobody who is cleared for its class. And some roles in `by`
    are never used: one that stands there once more for somebody else (whoever holds it acts by the first), and one
    outside whose person is barred by `but not` wherever it could be done. An event that gives back an escalation is
    never used where none can have been raised.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on note_down -> stay
                by clerk
        final state done "Done"
        anywhere
            on note_down -> stay                       # CD506
                by clerk, chief

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
            on note_down -> stay
                by clerk
        state answered "Answered"
            on file -> done
                by clerk
        final state done "Done"
        anywhere
            on note_down -> stay
                by clerk, chief
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    yield from _idle_rights(case_type, facts)
    alive = (name for name in case_type.states if name in facts.reached and case_type.states[name].kind != "final")
    handled = {name: case_type.handlers(name) for name in alive}
    for stage in case_type.stages.values():
        inside = dict.fromkeys(ref.name for ref in stage.states if ref.name in handled)
        yield from _beaten(stage.transitions, [handled[name] for name in inside], f"of stage `{stage.name}`")
    yield from _beaten(case_type.anywhere, list(handled.values()), "under `anywhere`")
    for field in case_type.fields.values():
        ends = [ref for ref in field.changed_in if case_type.states[ref.name].kind == "final"]
        yield from (_too_late(case_type, field.name, ref) for ref in ends)
    yield from opens_nothing(facts)


def _idle_rights(case_type: CaseType, facts: Facts) -> Iterator[Finding]:
    """Roles of a line by which nobody ever does its event, and events that never give anything back."""
    known = facts.duties[1]
    barred = {(id(line), place) for line, place in never_used(facts.ground, known)} if facts.ground and known else set()
    raised = {state for state, roles in facts.responsible.items() if roles}
    for line in facts.ground.lines if facts.ground else ():
        names = [actor.role.name for actor in line.by]
        for place, actor in enumerate(line.by):
            if actor.role.name in names[:place]:
                yield _never(actor, line, f"whoever is `{actor.role}` does it by the first")
            elif (id(line), place) in barred:
                yield _never(actor, line, f"the `{actor.role}` of the case has always done what bars them")
        if line.reverses_escalation:
            holding = [state for state in facts.reached if case_type.handlers(state).get(line.event) is line]
            if not raised.intersection(holding) and not _holds_fast(facts, holding):
                yield _nothing_back(line)


def _holds_fast(facts: Facts, states: Iterable[str]) -> bool:
    """Whether one of some states can't be left at all, which CD501 says."""
    return not {found.state for found in facts.shut}.isdisjoint(states)


def _never(actor: Actor, line: Transition, why: str) -> Finding:
    behalf = f" for {actor.on_behalf_of}" if actor.on_behalf_of else ""
    return Finding(
        "CD506",
        "warning",
        actor.role.span,
        f"nobody ever does `{line.event}` as `{actor.role}{behalf}`",
        about=(Subject("event", line.event), *subjects("role", actor.role, actor.on_behalf_of)),
        notes=(("why", why),),
        way_out=f"take `{actor.role}{behalf}` out of the line",
    )


def _nothing_back(line: Transition) -> Finding:
    return Finding(
        "CD506",
        "warning",
        line.span,
        f"`on {line.event}` gives back an escalation, and where it stands nothing is ever escalated",
        about=(Subject("event", line.event),),
        way_out="take it out, or add `escalate to ROLE after …` to the state",
        fix=Fix("take it out", False, (Edit(line.span, None),)),
    )


def _beaten(lines: Iterable[Transition], handled: list[Mapping[str, Transition]], where: str) -> Iterator[Finding]:
    """The lines that hold in none of some states; nothing where there are no states, for that is CD101."""
    for line in lines if handled else ():
        holding = [events[line.event] for events in handled]
        if line not in holding:
            yield Finding(
                "CD506",
                "warning",
                line.span,
                f"`on {line.event}` {where} is never used: every state there says itself what happens",
                about=(Subject("event", line.event), *subjects("stage", line.owner)),
                labels=tuple(Label(other.span, "this line holds instead") for other in dict.fromkeys(holding[:2])),
                way_out="take it out, or take out the lines that beat it",
                fix=Fix("take it out", True, (Edit(line.span, None),)),
            )


def _too_late(case_type: CaseType, field: str, ref: Ref) -> Finding:
    return Finding(
        "CD506",
        "warning",
        ref.span,
        f"`{field}` is never changed in `{ref}`: the case is over there",
        about=(Subject("field", field), Subject("state", ref.name)),
        labels=(Label(case_type.states[ref.name].span, "final"),),
        way_out=f"take `{ref}` out of the line",
    )


def cd507_escalation_target_powerless(facts: Facts) -> Iterator[Finding]:
    """Where a case can be escalated, the role that becomes responsible may do something, and wasn't responsible before.

    An escalation to somebody who may take no event there, and may hold no role that may, only moves the blame; a line
    whose guard never holds lets nobody do anything, and one whose guard is not so in some case lets nobody do anything
    then: such a case is shown, and where it is neither found nor excluded, CD299 says so. One to the role that is the
    whole team and has no assignee tells the same people again.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            escalate to chief after 5 working days     # CD507
            on answer -> done
                by clerk
            on hand_back -> stay
                by clerk
                reverses escalation
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
    dead = {id(found.guard.line) for found in facts.proofs.dead} if facts.proofs else set()
    for ladder in ladders(case_type, facts.reached):
        states = [name for name in ladder.within(case_type) if name in facts.reached]
        for timer in (timer for timer in ladder.timers if timer.rung == "escalate"):
            powerless = next((name for name in states if not _may_act(case_type, name, timer.to.name, dead)), None)
            same = next(_teams_of(case_type, facts, states), None)
            if powerless is not None:
                yield _powerless(case_type, facts, timer, powerless)
            elif same is not None and _is_all_of(same, timer.to.name):
                yield _nobody_new(timer, same)
            else:
                yield from powerless_told(facts, timer)


def _may_act(case_type: CaseType, state: str, role: str, dead: Container[int] = ()) -> bool:
    """Whether a person who holds a role may take some event in a state; perhaps by another role of theirs. Some lines
    are dead."""
    held = may_be_held_with(case_type.organisation, role)
    lines = case_type.handlers(state).values()
    return any(actor.role.name in held for line in lines if id(line) not in dead for actor in line.by)


def _teams_of(case_type: CaseType, facts: Facts, states: list[str]) -> Iterator[Team]:
    """The team that has the case in all of some states, if it is one."""
    names = {team for state in states for team in facts.teams[state]}
    if len(names) == 1:
        yield from (team for team in case_type.organisation.teams.values() if team.name in names)


def _is_all_of(team: Team, role: str) -> bool:
    return team.assign is None and {ref.name for ref in team.people} == {role}


def _powerless(case_type: CaseType, facts: Facts, timer: Timer, name: str) -> Finding:
    way = facts.way(name)
    open_lines = [line for line in case_type.handlers(name).values() if line.by]
    way_out = f"add `{timer.to}` to `by` of `on {open_lines[0].event}`" if open_lines else "name a role that may act"
    return Finding(
        "CD507",
        "error",
        timer.to.span,
        f"a case in `{name}` can be escalated to `{timer.to}`, who may do nothing there",
        about=(Subject("state", name), Subject("role", timer.to.name)),
        labels=tuple(Label(line.span, f"not up to `{timer.to}`") for line in open_lines[:2]),
        notes=(("a way there", told(way, name)),),
        way_out=way_out,
        steps=steps_of(way),
    )


def _nobody_new(timer: Timer, team: Team) -> Finding:
    return Finding(
        "CD507",
        "error",
        timer.to.span,
        f"`{timer.to}` is responsible already: team `{team.name}` has nobody else, and assigns nobody",
        about=(Subject("role", timer.to.name), Subject("team", team.name)),
        labels=(Label(team.span, f"its people: {timer.to}"),),
        way_out="escalate to a role outside the team, or take the line out",
        fix=Fix("take it out", False, (Edit(timer.span, None),)),
    )


def cd508_queue_without_owner(facts: Facts) -> Iterator[Finding]:
    """A team that is given cases has people, assigns cases to people of its own, and may act on some of its cases.

    What a team without people is given lies there: a word to the assignee reaches nobody. A role that is assigned from
    outside the team looks after cases that aren't its own. And a team none of whose people may take an event in any of
    its states answers for cases that only others can move; states that time ends, or that wait on somebody else, are no
    sign of that.

    Wrong:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
        role clerk "Clerk"
        role chief "Chief"
        team desk "Desk"
            people clerk
            calendar office
            assign least loaded chief                  # CD508

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team board                                 # CD508
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
        role clerk "Clerk"
        role chief "Chief"
        team desk "Desk"
            people clerk, chief
            calendar office
            assign least loaded chief

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team board
            on answer -> done
                by clerk, chief
        final state done "Done"
    """
    for team in facts.organisation.teams.values() if facts.organisation else ():
        people = [ref.name for ref in team.people]
        if team.assign is not None and team.assign.name not in people:
            yield Finding(
                "CD508",
                "error",
                team.assign.span,
                f"team `{team.name}` assigns its cases to `{team.assign}`, which is not among its people",
                about=(Subject("team", team.name), Subject("role", team.assign.name)),
                labels=(Label(team.span, f"its people: {', '.join(people) or 'nobody'}"),),
                way_out=f"add `{team.assign.name}` to `people`",
            )
        elif facts.case_type is not None and facts.graph is not None:
            yield from _idle(facts.case_type, facts, team)


def _idle(case_type: CaseType, facts: Facts, team: Team) -> Iterator[Finding]:
    """What is wrong with a team that cases of this type are given to: nobody is in it, or nobody in it may act."""
    given = [
        (state, state.team)
        for state in case_type.states.values()
        if state.team and state.team.name == team.name and state.name in facts.reached and state.kind != "final"
    ]
    theirs = [(state, ref) for state, ref in given if _is_up_to(case_type, state, team)]
    if given and not team.people:
        yield Finding(
            "CD508",
            "error",
            team.span,
            f"team `{team.name}` is given cases, and nobody is in it",
            about=(Subject("team", team.name),),
            labels=tuple(Label(ref.span, "given here") for _, ref in given[:2]),
            way_out="add `people ROLE, …` to it",
        )
    elif theirs and not any(_may_act(case_type, state.name, role.name) for state, _ in given for role in team.people):
        yield Finding(
            "CD508",
            "warning",
            theirs[0][1].span,
            f"nobody of team `{team.name}` may do anything in {listed(state.name for state, _ in given)}",
            about=(Subject("team", team.name), *subjects("state", *(state.name for state, _ in given))),
            labels=(Label(team.span, f"its people: {', '.join(ref.name for ref in team.people)}"),),
            way_out=f"add one of its roles to `by` in `{theirs[0][0].name}`, or give the case to another team",
        )


def _is_up_to(case_type: CaseType, state: State, team: Team) -> bool:
    """Whether a team itself has to do something in a state: time doesn't end it, and it waits on nobody else."""
    moved = any(timer.rung == "move" for timer in timers_in(case_type, state.name))
    people = {ref.name for ref in team.people}
    return not moved and all(ref.name in people for ref in state.waiting_on)
