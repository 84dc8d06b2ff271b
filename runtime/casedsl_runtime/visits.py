"""Moving a case: which visits end, are interrupted, are resumed and begin, and what that does to every clock.

The rules are those of `time/semantics.md` 1 to 3, 7, 8 and 18, decided by one look at where the case was, where it goes
and which state stays *behind*: the latest state that was not a side step, while the case is in one.

    from a state to a side step     the state's visit is interrupted and stays behind
    from side step to side step     the first side step's visit ends; what stays behind stays behind
    back                            the side step's visit ends; the visit that stayed behind is resumed
    anything else                   all visits end, also the one that stayed behind; a new one begins

A stage visit lives as long as the case is in one of its states or one of them stays behind; in between it stands still.
The responsible team is found first, because timers count in its calendar. A promise's clock has nothing to do with
visits (`promises.py`).
"""

from __future__ import annotations

from casedsl_runtime import clocks
from casedsl_runtime.turn import Turn, note_moved


def enter_first(turn: Turn) -> None:
    """Put a new case into the first state."""
    first = turn.machine.first
    turn.state, turn.since = first.name, turn.at
    _hand_to_team(turn, first.team)
    _begin(turn, f"state/{first.name}")
    for stage in turn.machine.stages_of[first.name]:
        _begin(turn, f"stage/{stage}")


def go(turn: Turn, to: str, ending: str | None) -> None:
    """Move the case to a state by a transition: a new visit begins there."""
    source, target = turn.machine.states[turn.state], turn.machine.states[to]
    behind = None
    if target.side_step:
        behind = turn.behind if source.side_step else source.name
    _leave(turn, behind)
    _arrive(turn, to, behind, resumed=False)
    turn.ending = ending
    if target.kind == "final":
        _finish(turn)


def go_back(turn: Turn) -> None:
    """Return from a side step to the state that stayed behind, whose visit goes on."""
    to = turn.behind
    assert to is not None, "the caller refuses `back` where nothing stayed behind"
    _end(turn, f"state/{turn.state}")
    _arrive(turn, to, None, resumed=True)


def _leave(turn: Turn, behind: str | None) -> None:
    """End or interrupt the visits of the present state and of the one that stayed behind."""
    if turn.behind is not None and turn.behind != behind:
        _end(turn, f"state/{turn.behind}")
    if behind == turn.state:
        _interrupt(turn, f"state/{turn.state}")
    else:
        _end(turn, f"state/{turn.state}")


def _arrive(turn: Turn, to: str, behind: str | None, *, resumed: bool) -> None:
    stages_before = turn.machine.stages_of[turn.state]
    kept = () if behind is None else turn.machine.stages_of[behind]
    _hand_to_team(turn, turn.machine.states[to].team)
    if turn.machine.stages:
        _settle_stages(turn, to, kept, stages_before, resumed=resumed)
    turn.state, turn.since, turn.behind = to, turn.at, behind
    if resumed:
        _run(turn, f"state/{to}")
    else:
        _begin(turn, f"state/{to}")


def _settle_stages(turn: Turn, to: str, kept: tuple[str, ...], before: tuple[str, ...], *, resumed: bool) -> None:
    """Run, interrupt or end each stage visit there is, then begin those of the stages that are entered from outside."""
    here = turn.machine.stages_of[to]
    for stage in turn.machine.stages:
        clock = f"stage/{stage}"
        if clock not in turn.clocks:
            continue
        if stage in here and (stage in before or stage in kept or resumed):
            _run(turn, clock)
        elif stage in kept:
            _interrupt(turn, clock)
        else:
            _end(turn, clock)
    for stage in here:
        if f"stage/{stage}" not in turn.clocks:
            _begin(turn, f"stage/{stage}")


def _begin(turn: Turn, clock: str) -> None:
    visit = turn.visits[clock] = turn.visits.get(clock, 0) + 1
    ladder = turn.machine.ladders[clock]
    turn.clocks[clock] = clocks.begin(visit, turn.at, _calendar(turn), ladder, turn.env.calendars)


def _run(turn: Turn, clock: str) -> None:
    """Let a visit's clock run in the calendar of the team that has the case; it may be running there already."""
    record, calendar = turn.clocks[clock], _calendar(turn)
    if not clocks.is_running_in(record, calendar):
        running = clocks.run(record, turn.at, calendar)
        turn.clocks[clock] = clocks.with_ladder(running, turn.machine.timers(clock), turn.env.calendars)


def recount(turn: Turn) -> None:
    """Work out anew when the timers of the clocks that run are due, because the calendars have changed. What should
    have come before is due now; of a clock that stands still nothing is, and it goes on in the new calendars."""
    for name, clock in turn.clocks.items():
        if clock.running and not name.startswith("promise/"):
            ladder = clocks.with_ladder(clock, turn.machine.timers(name), turn.env.calendars)
            dues = {rung: at and max(at, turn.at) for rung, at in ladder.dues.items()}
            turn.clocks[name] = ladder._replace(dues=dues)
            for rung, at in dues.items():
                note_moved(turn, {"clock": name, "rung": rung}, clock.dues[rung], at)


def _interrupt(turn: Turn, clock: str) -> None:
    turn.clocks[clock] = clocks.stand_still(turn.clocks[clock], turn.at)


def _end(turn: Turn, clock: str) -> None:
    """End a visit, and with it the escalation that its clock raised."""
    turn.clocks.pop(clock, None)
    if turn.escalation is not None and turn.escalation.by == clock:
        turn.escalation = None


def _calendar(turn: Turn) -> str:
    """The calendar of the team that has the case; before any team has it, that of the first team."""
    if turn.team is not None:
        return turn.machine.teams[turn.team].calendar
    named = [team.calendar for team in turn.machine.workflow.teams] or sorted(turn.env.calendars)
    return named[0] if named else ""


def _finish(turn: Turn) -> None:
    """End the case: the clocks of its last visits are dropped; what the end is to its promises says `promises.py`."""
    for clock in [clock for clock in turn.clocks if not clock.startswith("promise/")]:
        _end(turn, clock)
    turn.escalation = None


# --- people


def _hand_to_team(turn: Turn, team: str | None) -> None:
    """Hand the case to a team. On arrival whoever had it there before gets it again, else the least loaded person."""
    if team is None or team == turn.team:
        return
    turn.team = team
    turn.assignee = next_assignee(turn)
    if turn.assignee is not None:
        turn.past_assignees[team] = turn.assignee


def next_assignee(turn: Turn) -> str | None:
    """Who would be assigned if the case arrived at its team now; None where the team assigns nobody."""
    if turn.team is None:
        return None
    role = turn.machine.teams[turn.team].assign
    if role is None:
        return None
    candidates = [person.id for person in turn.env.people.holding(role)]
    past = turn.past_assignees.get(turn.team)
    if past in candidates:
        return past
    return min(candidates, key=lambda who: (turn.env.loads.get(who, 0), who), default=None)
