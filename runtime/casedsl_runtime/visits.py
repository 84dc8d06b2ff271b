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
from casedsl_runtime.plans import Place
from casedsl_runtime.turn import Turn, note_moved


def enter_first(turn: Turn) -> None:
    """Put a new case into the first state."""
    first = turn.machine.places[turn.machine.first.name]
    turn.state, turn.since = first.name, turn.at
    if first.team is not None:
        _hand_to_team(turn, first.team)
    _begin(turn, first.clock)
    for stage in first.stages:
        _begin(turn, f"stage/{stage}")


def go(turn: Turn, target: Place, ending: str | None) -> None:
    """Move the case to a state by a transition: a new visit begins there."""
    source, behind = turn.machine.places[turn.state], None
    if target.side_step:
        behind = turn.behind if source.side_step else source.name
    if turn.behind is not None and turn.behind != behind:
        _end(turn, turn.machine.places[turn.behind].clock)
    left = None if source.name == behind else source.clock
    if left is None:
        _interrupt(turn, source.clock)
    elif turn.escalation is not None:
        _end_escalation(turn, left)
    _arrive(turn, target, behind, False)
    visit, calendar = turn.visits.get(target.clock, 0) + 1, target.calendar or _calendar(turn)
    begun = clocks.begin(visit, turn.at, calendar, target.ladder, turn.env.calendars)
    turn.put_visit(target.clock, visit, begun, left)
    turn.ending = ending
    if target.final:
        _finish(turn)


def go_back(turn: Turn) -> None:
    """Return from a side step to the state that stayed behind, whose visit goes on."""
    places = turn.machine.places
    assert turn.behind is not None, "the caller refuses `back` where nothing stayed behind"
    target = places[turn.behind]
    _end(turn, places[turn.state].clock)
    _arrive(turn, target, None, True)
    _run(turn, target.clock)


def _arrive(turn: Turn, target: Place, behind: str | None, resumed: bool) -> None:
    """Put the case into a state, with its team and its stages; the clock of the state is the caller's."""
    if target.team is not None and target.team != turn.team:
        _hand_to_team(turn, target.team)
    if turn.machine.stages:
        _settle_stages(turn, target.stages, behind, resumed)
    turn.state, turn.since, turn.behind = target.name, turn.at, behind


def _settle_stages(turn: Turn, here: tuple[str, ...], behind: str | None, resumed: bool) -> None:
    """Run, interrupt or end each stage visit there is, then begin those of the stages that are entered from outside."""
    before = turn.machine.places[turn.state].stages
    kept = () if behind is None else turn.machine.places[behind].stages
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
    ladder, visit = turn.machine.ladders[clock], turn.visits.get(clock, 0) + 1
    turn.put_visit(clock, visit, clocks.begin(visit, turn.at, _calendar(turn), ladder, turn.env.calendars))


def _run(turn: Turn, clock: str) -> None:
    """Let a visit's clock run in the calendar of the team that has the case; it may be running there already."""
    record, calendar = turn.clocks[clock], _calendar(turn)
    if not clocks.is_running_in(record, calendar):
        running = clocks.run(record, turn.at, calendar)
        turn.put_clock(clock, clocks.with_ladder(running, turn.machine.ladders[clock], turn.env.calendars))


def recount(turn: Turn) -> None:
    """Work out anew when the timers of the clocks that run are due, because the calendars have changed. What should
    have come before is due now; of a clock that stands still nothing is, and it goes on in the new calendars."""
    for name, clock in turn.clocks.items():
        if clock.running and not name.startswith("promise/"):
            anew = clocks.with_ladder(clock, turn.machine.ladders[name], turn.env.calendars)
            dues = {rung: at and max(at, turn.at) for rung, at in anew.dues.items()}
            turn.put_clock(name, anew._replace(dues=dues))
            for rung, at in dues.items():
                note_moved(turn, {"clock": name, "rung": rung}, clock.dues[rung], at)


def _interrupt(turn: Turn, clock: str) -> None:
    turn.put_clock(clock, clocks.stand_still(turn.clocks[clock], turn.at))


def _end(turn: Turn, clock: str) -> None:
    """End a visit, and with it the escalation that its clock raised."""
    turn.drop_clock(clock)
    _end_escalation(turn, clock)


def _end_escalation(turn: Turn, clock: str) -> None:
    """Take back the escalation that a clock raised."""
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


def _hand_to_team(turn: Turn, team: str) -> None:
    """Hand the case to another team. On arrival whoever had it there before gets it again, else the least loaded
    person."""
    turn.team = team
    turn.assign(next_assignee(turn))


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
