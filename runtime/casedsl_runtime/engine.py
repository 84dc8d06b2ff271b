"""The engine: from a case and a command to entries and effects, or to the reasons why not.

`decide` is pure. It works on a copy of the case (`turn.py`), lets the rules change it, and writes down the
difference; `fold` of that entry is the case afterwards. Nothing can move a case that is not in the workflow's table: a
command looks its transition up by (state, event), and only time's own lines (`timers.py`) move it besides.

    Open      a new case, in the first state
    Do        an event: checked (`checks.py`), carried out, one entry
    Amend     fields changed without an event
    TimerDue  a step of a ladder or of a promise, or a promise missed
    CountAnew other calendars: what is still to come is worked out anew (`visits.py`, `promises.py`)

Time goes first: while something that was due by now has not been recorded, a command is refused. A host settles it
with `first_due` before every command, so that an answer sent at the very instant of the deadline comes too late, and
one that was missed while the software was down is missed at its own instant.
"""

from __future__ import annotations

from collections.abc import Mapping

from casedsl_runtime import access, checks, fields, promises, timers, visits
from casedsl_runtime.artifact import Actions, Actor, HandOver
from casedsl_runtime.case import Case, fold
from casedsl_runtime.commands import ONCE, Accepted, Amend, Arm, Command, CountAnew, Do, Env, Open, Refused, TimerDue
from casedsl_runtime.journal import Json
from casedsl_runtime.machine import Machine
from casedsl_runtime.messages import render
from casedsl_runtime.notify import say
from casedsl_runtime.people import Person
from casedsl_runtime.plans import Plan, Way
from casedsl_runtime.turn import Turn, accepted, armed, is_due, next_due
from casedsl_runtime.values import text_problem
from casedsl_runtime.vocabulary import BACK, OPENED, Value
from casedsl_runtime.worktime import CalendarRunsOut

__all__ = ["decide", "first_due", "fold"]


def decide(machine: Machine, case: Case | None, command: Command, env: Env) -> Accepted | Refused:
    """What becomes of a command. Raises nothing that a person could cause."""
    try:
        if case is None:
            return _open(machine, None, command, env)
        if isinstance(command, Do):
            return _do(machine, case, command, env)
        if isinstance(command, Open):
            return _open(machine, case, command, env)
        if isinstance(command, Amend):
            return _amend(machine, case, command, env)
        if isinstance(command, TimerDue):
            return _timer(machine, case, command, env)
        return _recount(machine, case, command, env)
    except CalendarRunsOut as error:
        return Refused((str(error),))


def first_due(machine: Machine, case: Case, now: int) -> TimerDue | None:
    """What time has to do first in this case by `now`; None when nothing is due."""
    first = next_due(case)
    return None if first is None or first > max(now, case.last_at) else wake_up(armed(machine, case)[0])


def wake_up(arm: Arm) -> TimerDue:
    """The command by which an armed timer wakes its case."""
    return TimerDue(arm.clock, arm.visit, arm.rung, arm.occurrence, arm.due)


_TIME_FIRST = "something that was due before has not been recorded yet; let time act first"


_NOBODY = "somebody has to do it; name a person of the directory"


# --- opening


def _open(machine: Machine, case: Case | None, command: Command, env: Env) -> Accepted | Refused:
    if not isinstance(command, Open):
        return Refused(("there is no such case; open one first",))
    if case is not None:
        return Refused((f"case {case.id} is open already; give the new one a number of its own",))
    if env.actor is None or not env.number:
        return Refused(("a case is opened by a person and under a number; give both",))
    turn = Turn(machine, Case(id=env.number), env, env.now)
    reasons = [*_behalf_problems(command, env), *_fill(turn, command.fields)]
    reasons = reasons or _source_problems(machine, command, env.actor, env)
    if reasons:
        return Refused(tuple(reasons))
    turn.workflow, turn.calendars, turn.opened_at = machine.hash, env.bundle, turn.at
    party = _party(command, env.actor, env)
    for role, person in access.parties(turn, party).items():
        turn.put_party(role, person)
    if machine.sight is not None:
        behalf = dict.fromkeys(() if command.on_behalf_of is None else party.roles, party.id)
        access.note_suppliers(turn, command.fields, env.actor.id, behalf)
    turn.values["actor"] = _opener(command, env.actor)
    visits.enter_first(turn)
    promises.happened(turn, OPENED)
    promises.settle(turn)
    return accepted(turn, "opened")


def _behalf_problems(command: Open, env: Env) -> list[str]:
    if command.on_behalf_of is None or env.people.get(command.on_behalf_of) is not None:
        return []
    return [f"there is no person `{command.on_behalf_of[:60]}` in the directory; add them first"]


def _source_problems(machine: Machine, command: Open, actor: Person, env: Env) -> list[str]:
    given = [name for name, value in command.fields.items() if value is not None]
    others = access.not_theirs_to_open_with(machine, actor, _party(command, actor, env), given)
    return [access.may_not_give(machine.fields[name], actor) for name in others]


def _party(command: Open, actor: Person, env: Env) -> Person:
    return actor if command.on_behalf_of is None else env.people.people[command.on_behalf_of]


def _opener(command: Open, actor: Person) -> dict[str, Json]:
    shown: dict[str, Json] = {"person": actor.id, "name": actor.name}
    if command.on_behalf_of is not None:
        shown["on behalf of"] = {"person": command.on_behalf_of}
    return shown


def _fill(turn: Turn, given: Mapping[str, Value]) -> list[str]:
    """Put defaults and then what was given; the reasons why that can't be."""
    turn.put_fields({name: field.default for name, field in turn.machine.fields.items()})
    problems = fields.given_problems(turn, given)
    if not problems:
        turn.put_fields(fields.or_default(turn, given))
        problems = [*fields.not_asked_problems(turn, given), *fields.bound_problems(turn)]
    return problems


# --- an event


def _do(machine: Machine, case: Case, command: Do, env: Env) -> Accepted | Refused:
    """Check an event and carry it out, in its order: fields, the move, promises, words."""
    person, turn = env.actor, Turn(machine, case, env, env.now)
    if person is None or is_due(turn):
        return Refused((_NOBODY if person is None else _TIME_FIRST,))
    plan = machine.moves[turn.state].get(command.event)
    if plan is None:
        return _file(turn, command, person) if turn.ended else _not_here(turn, command, person)
    reasons, way, actor = checks.check(turn, plan, command, person)
    if reasons or way is None:
        return Refused(tuple(reason.text for reason in reasons))
    _note(turn, command, plan.transition.title, actor, person)
    if way.prepares and (problems := _prepare(turn, plan, way, command, person)):
        return Refused(tuple(problems))
    if way.place is not None:
        visits.go(turn, way.place, way.route.ending)
    elif way.route.to == BACK:
        visits.go_back(turn)
    turn.put_happened(command.event, person.id)
    if machine.follows or way.speaks:
        _follow_up(turn, plan, way, command)
    if machine.bounded and (broken := tuple(fields.bound_problems(turn))):
        return Refused(broken)
    return accepted(turn, "done")


def _not_here(turn: Turn, command: Do, person: Person) -> Refused:
    return Refused((checks.not_here(turn, command.event, person),))


def _note(turn: Turn, command: Do, title: str, actor: Actor | None, person: Person) -> None:
    """The facts of an event for the reader: who, what, and where the case was."""
    state, values = turn.state, turn.values
    values["actor"], values["event"] = access.record(turn, person, actor), command.event
    values["title"], values["from"], values["state"] = title, state, state
    if command.note is not None:
        values["note"] = command.note


def _file(turn: Turn, command: Do, person: Person) -> Accepted | Refused:
    """What an outsider sends after the end is kept and moves nothing; anything else is refused."""
    lines = [line for line in turn.machine.workflow.transitions if line.event == command.event]
    actor = access.entitled(turn, person, [actor for line in lines for actor in line.by])
    if command.event not in turn.machine.outsiders or actor is None:
        return Refused((f"the case is in `{turn.state}`, which is final; open a new case for `{command.event[:60]}`",))
    if command.fields:
        return Refused((f"the case is in `{turn.state}`, which is final: its fields stay; say it in a note",))
    problem = None if command.note is None else text_problem("note", command.note)
    if problem is not None:
        return Refused((problem,))
    _note(turn, command, lines[0].title, actor, person)
    return accepted(turn, "done")


def _prepare(turn: Turn, plan: Plan, way: Way, command: Do, person: Person) -> list[str]:
    """What a transition does before the move: fields, who supplied them, an escalation given back; what is wrong."""
    transition = plan.transition
    problems = _clear_and_set(turn, transition.actions, way.route.actions) if way.changes_fields else []
    if turn.machine.sight is not None and not problems:
        access.note_suppliers(turn, command.fields, person.id, access.behalf_of(turn, person, plan))
    if transition.reverses_escalation:
        turn.escalation = None
    return problems


def _follow_up(turn: Turn, plan: Plan, way: Way, command: Do) -> None:
    """What follows from a transition after the move: promises, words."""
    if turn.machine.follows:
        promises.happened(turn, command.event)
        promises.settle(turn)
    if way.speaks:
        _speak(turn, plan.transition.actions)
        _speak(turn, way.route.actions)


def _clear_and_set(turn: Turn, *both: Actions) -> list[str]:
    """Clear and set fields, first as the transition says, then as its route does; what is wrong with what was set."""
    names: list[str] = []
    for actions in both:
        if actions.clears or actions.sets:
            fields.clear_and_set(turn, actions)
            names += (setting.field for setting in actions.sets)
    return fields.given_problems(turn, {name: turn.fields.get(name) for name in names}) if names else []


def _speak(turn: Turn, actions: Actions) -> None:
    """Hand over and send, in the words of the case as it stands after the event."""
    if actions.hand_over is not None:
        turn.values["brief"] = _brief(turn, actions.hand_over)
    for sending in actions.sends:
        for to in sending.to:
            say(turn, to, template=sending.template)


def _brief(turn: Turn, hand_over: HandOver) -> dict[str, Json]:
    passed = {name: turn.fields.get(name) for name in hand_over.passes_on}
    return {"passes on": passed, "says": render(hand_over.says, turn.text_facts())}


# --- an amendment


def _amend(machine: Machine, case: Case, command: Amend, env: Env) -> Accepted | Refused:
    person, turn = env.actor, Turn(machine, case, env, env.now)
    if person is None or is_due(turn):
        return Refused((_NOBODY if person is None else _TIME_FIRST,))
    reasons = [*checks.amend_problems(turn, command, person), *fields.given_problems(turn, command.fields)]
    if not reasons:
        turn.put_fields(fields.or_default(turn, command.fields))
        reasons = list(fields.not_asked_problems(turn, command.fields))
    if reasons:
        return Refused(tuple(reasons))
    turn.values.update({"actor": access.record(turn, person, None), "reason": command.reason})
    if machine.sight is not None:
        access.note_suppliers(turn, command.fields, person.id, {})
    promises.settle(turn)
    broken = tuple(fields.bound_problems(turn))
    return Refused(broken) if broken else accepted(turn, "amended")


# --- other calendars


def _recount(machine: Machine, case: Case, command: CountAnew, env: Env) -> Accepted | Refused:
    """Work out anew what is still to come. What took place stays (`time/semantics.md` 7; the row *holiday added* of
    `time/README.md`): what was due by now under the old calendars is recorded before, no step fires twice, and a
    promise that was met or missed stays so. The entry stands even where nothing moves: whatever the case counts from
    now on, it counts with other calendars."""
    problem = text_problem("reason", command.reason)
    if problem is not None:
        return Refused((f"{problem}: say why the calendars change",))
    if machine.states[case.state].kind == "final":
        return Refused((f"the case is in `{case.state}`, which is final: nothing in it counts time any more",))
    if first_due(machine, case, env.now) is not None:
        return Refused((_TIME_FIRST,))
    turn = Turn(machine, case, env, env.now)
    turn.calendars = env.bundle
    turn.values.update({"effective": command.effective, "proclaimed": command.proclaimed, "reason": command.reason})
    system: Json = {"system": True, "name": "the system"}
    turn.values["actor"] = system if env.actor is None else access.record(turn, env.actor, None)
    promises.recount(turn)
    visits.recount(turn)
    return accepted(turn, "recounted")


# --- time


def _timer(machine: Machine, case: Case, command: TimerDue, env: Env) -> Accepted | Refused:
    if wake_up_is_stale(case, command):
        return Refused(("this wake-up is stale: the case has moved on since it was armed; let it pass",))
    if first_due(machine, case, env.now) != command:
        return Refused(("it is not the turn of this timer yet; let time act in the order of the due instants",))
    turn = Turn(machine, case, env, command.due)
    if timers.leads_nowhere(turn, command):
        return Refused(("time would move this case back, and there is nothing to go back to; move it by an event",))
    return accepted(turn, timers.act(turn, command))


def wake_up_is_stale(case: Case, command: TimerDue) -> bool:
    """Whether a wake-up differs from what is armed in any part of its identity."""
    clock = case.clocks.get(command.clock)
    if clock is None or (clock.visit, ONCE) != (command.visit, command.occurrence):
        return True
    return clock.dues.get(command.rung) != command.due
