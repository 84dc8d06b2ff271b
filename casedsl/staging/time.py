"""4xx: nobody acts, or everybody at once, and time goes by."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.vocabulary import ASSIGNEE, BACK, OPENED, Duration, Expression

from casedsl.analysis.durations import measured, surely_longer
from casedsl.analysis.graph import timers_in
from casedsl.analysis.known import equals
from casedsl.analysis.ladders import Ladder, calendars_of, ladders
from casedsl.analysis.passages import Passage
from casedsl.analysis.promises import under_way
from casedsl.analysis.sooner import Ground, Week, can_be_later, surely_later
from casedsl.model.records import Calendar, CaseType, Promise, Step, Timer, Transition
from casedsl.staging.moments import over_at
from casedsl.staging.script import LONG, CannotBeStaged, Script, again, the
from casedsl.staging.structure import told_as_claims
from casedsl.staging.ways import go_to
from casedsl.syntax.finding import Finding

_HEARD = {"prompt": "prompted", "alert": "alerted"}


def forgotten(script: Script, finding: Finding) -> None:
    """CD401: more than a year goes by, and nobody has heard of it."""
    state = the("state", finding)
    go_to(script, (state,))
    script.waits(LONG)
    script.then(f"state is {state}", "nobody was prompted", "nobody was alerted", "nobody is responsible")


def out_of_order(script: Script, finding: Finding) -> None:
    """CD402: what should come later has come, and what should come before has not."""
    ladder, later = _timer_at(script, finding)
    other = again(each for each in ladder.timers if each.after.span == finding.labels[0].span)
    calendars = calendars_of(script.case_type, script.facts.teams, ladder)
    if other.after.duration.unit == "year":
        over_at(script, again(calendars), other.after.duration)
    states = [name for name in script.case_type.states if name in ladder.states]
    alone = [name for name in states if not _echoed(script, ladder, other, name, later.after.duration)]
    go_to(script, alone or states)
    if measured(later.after.duration)[0] != measured(other.after.duration)[0]:
        _from_the_worst_minute(script, ladder, other, later)
    if not alone or measured(later.after.duration) == measured(other.after.duration):
        _minute_by_minute(script, ladder, other, later)
    else:
        script.waits(later.after.duration)
        script.then(_has_come(script, later), *_has_not_come(other))


def _minute_by_minute(script: Script, ladder: Ladder, other: Timer, later: Timer) -> None:
    """Both come at their minutes, or a move keeps the other from coming; where something else may say the same."""
    case_type = script.case_type
    calendars = calendars_of(case_type, script.facts.teams, ladder)
    if not calendars or any(step.who is None for step in script.steps):
        raise CannotBeStaged("something else says the same to the same people meanwhile")
    first, second = (over_at(script, calendars[0], each.after.duration) for each in (later, other))
    others = (each for each in timers_in(case_type, script.at) if each not in (other, later))
    leading = (each.after.duration for each in others if each.rung in ("move", "escalate"))
    if any(over_at(script, calendars[0], length) <= second for length in leading):
        raise CannotBeStaged("time leads the case on meanwhile")
    script.waits_until(first)
    if _is_outdone(script, ladder, later, calendars[0]):
        script.then(*_is_silent(script, ladder, later, calendars[0]))
    else:
        script.then(_comes_at(script, later, first))
    if first < second:
        script.waits_until(second)
    raised = later.to.name if later.rung == "escalate" and other.to.name == ASSIGNEE else ""
    gone = later.rung == "move" and (first < second or ladder.timers.index(later) < ladder.timers.index(other))
    if not gone and _is_outdone(script, ladder, other, calendars[0]):
        script.then(*_is_silent(script, ladder, other, calendars[0]))
    else:
        script.then(_comes_at(script, other, second, "was not" if gone else "was", raised))


def _comes_at(script: Script, timer: Timer, moment: datetime, was: str = "was", raised: str = "") -> str:
    if timer.rung not in _HEARD:
        return _has_come(script, timer)
    return f"{raised or timer.to} {was} {_HEARD[timer.rung]} at {moment:%Y-%m-%d %H:%M}"


def _is_outdone(script: Script, ladder: Ladder, timer: Timer, calendar: Calendar) -> bool:
    """Whether a step of its ladder that is written below a timer comes at the same instant, and speaks for both."""
    if timer.rung not in _HEARD:
        return False
    moment = over_at(script, calendar, timer.after.duration)
    below = ladder.timers[ladder.timers.index(timer) + 1 :]
    return any(each.rung != "move" and over_at(script, calendar, each.after.duration) == moment for each in below)


def _is_silent(script: Script, ladder: Ladder, timer: Timer, calendar: Calendar) -> tuple[str, ...]:
    """Whom a timer is for has never heard of it, if nothing else has said the same to them by now."""
    now = over_at(script, calendar, timer.after.duration)
    every: list[Timer | Step] = [each for each in timers_in(script.case_type, script.at) if each not in ladder.timers]
    every += [step for promise in script.case_type.promises.values() for step in promise.steps]
    for each in ladder.timers:
        speaks = not _is_outdone(script, ladder, each, calendar)
        every += [each] if speaks and over_at(script, calendar, each.after.duration) <= now else []
    if (timer.rung, timer.to.name) in [(each.rung, each.to.name) for each in every]:
        raise CannotBeStaged("a step at the same minute speaks for it, and another has said the same")
    return _has_not_come(timer)


def _from_the_worst_minute(script: Script, ladder: Ladder, other: Timer, later: Timer) -> None:
    """The case is opened at a minute from which the two are furthest apart."""
    one, two = other.after.duration, later.after.duration
    for calendar in calendars_of(script.case_type, script.facts.teams, ladder):
        ground = Ground(calendar, script.facts.horizon, (one, two))
        moment = None if surely_later(ground, one, two) else can_be_later(ground, one, two)
        if moment is not None and moment.told == "days of the year":
            raise CannotBeStaged("it is so from some days of the year only")
        if moment is not None:
            wall = datetime.fromtimestamp(moment.entry + _offset(moment.table.calendar, moment.entry), UTC)
            weeks = 0 if moment.told == "dates" else (wall.weekday() - script.day.weekday()) % 7
            script.day = wall.date() if moment.told == "dates" else script.day + timedelta(days=weeks)
            script.opens = f"{wall:%H:%M}"
            return


def _offset(zone: CompiledCalendar, at: int) -> int:
    return zone.offsets[max(0, bisect_right(zone.changes, at) - 1)]


def never_comes(script: Script, finding: Finding) -> None:
    """CD403: time has moved the case on before the timer came."""
    ladder, timer = _timer_at(script, finding)
    if timer.rung == "move":
        raise CannotBeStaged("a move that never comes changes nothing: a case goes as it would without the line")
    every = [each for owner in _owners(script) for each in owner.timers]
    move = again(each for each in every if each.after.span == finding.labels[0].span)
    _gets_to(script, ladder, timer, move.after.duration)
    script.waits(move.after.duration)
    script.then(_has_come(script, move), *_has_not_come(timer))


def _owners(script: Script) -> tuple[Ladder, ...]:
    return tuple(ladders(script.case_type, script.facts.reached))


def _timer_at(script: Script, finding: Finding) -> tuple[Ladder, Timer]:
    found = ((owner, each) for owner in _owners(script) for each in owner.timers if each.after.span == finding.span)
    known = next(found, None)
    if known is None:
        raise CannotBeStaged("it is about a promise, whose steps are not staged yet")
    return known


def _gets_to(script: Script, ladder: Ladder, timer: Timer, until: Duration) -> str:
    """A state of a ladder in which, until some time has passed, nothing else says the same to the same people as a
    timer of it."""
    states = [name for name in script.case_type.states if name in ladder.states]
    alone = [name for name in states if not _echoed(script, ladder, timer, name, until)]
    if not alone:
        raise CannotBeStaged("something else says the same to the same people meanwhile")
    return go_to(script, alone)


def _echoed(script: Script, ladder: Ladder, timer: Timer, state: str, until: Duration) -> bool:
    """Whether anything else may say the same in a state by then: another timer, or a step of a promise."""
    case_type = script.case_type
    timers = (each for each in timers_in(case_type, state) if each not in ladder.timers)
    others: list[tuple[str, str, Duration | None]] = [(each.rung, each.to.name, each.after.duration) for each in timers]
    for promise in case_type.promises.values():
        others += [(step.rung, step.to.name, _into(promise, step)) for step in promise.steps]
    same = (after for rung, to, after in others if (rung, to) == (timer.rung, timer.to.name))
    return not all(after is not None and _is_later(case_type, after, until) for after in same)


def _is_later(case_type: CaseType, one: Duration, other: Duration) -> bool:
    """Whether a length surely takes longer than another, in whatever calendars they are counted."""
    weeks = [week for week in map(Week, case_type.organisation.calendars.values()) if week.minutes]
    sure = bool(weeks) and min(week.least(one) for week in weeks) > max(week.most(other) for week in weeks)
    return surely_longer(one, other) or sure


def _into(promise: Promise, step: Step) -> Duration | None:
    """How much of a promise is over at least when a step comes; None if that isn't known."""
    whole = promise.within.duration
    if step.left is None:
        return replace(whole, count=whole.count * (100 if step.used is None else step.used) // 100)
    left = step.left.duration
    return (
        replace(whole, count=whole.count - left.count) if (whole.kind, whole.unit) == (left.kind, left.unit) else None
    )


def _has_come(script: Script, timer: Timer) -> str:
    if timer.rung == "escalate":
        return f"{timer.to} is responsible"
    if timer.rung == "move":
        return f"state is {script.behind if timer.to.name == BACK else timer.to}"
    return f"{timer.to} was {_HEARD[timer.rung]}"


def _has_not_come(timer: Timer) -> tuple[str, ...]:
    if timer.rung in _HEARD:
        return (f"{timer.to} was not {_HEARD[timer.rung]}",)
    return ("nobody is responsible",) if timer.rung == "escalate" else ()


def too_slow(script: Script, finding: Finding) -> None:
    """CD406: everybody acts at once, and the promise is missed."""
    promise = script.case_type.promises[the("promise", finding)]
    if finding.severity != "error" or promise.since.name != OPENED or finding.span != promise.within.span:
        raise CannotBeStaged("it is late only from some minutes, or for some cases")
    graph = script.facts.graph
    assert graph is not None
    met = {ref.name for ref in promise.met_by}
    states = [name for name in script.facts.reached if met & script.case_type.handlers(name).keys()]
    go_to(script, states)
    script.then(f"{promise.name} is missed")


def endless(script: Script, finding: Finding) -> None:
    """CD407: the promise stands still, and nothing ends that."""
    if not finding.named("state"):
        raise CannotBeStaged("a case goes round as often as people let it, and no scenario is endless")
    promise, state = _promise_and_state(script, finding)
    _gets_under_way(script, promise, state)
    script.waits(LONG)
    script.then(f"state is {state}", f"{promise.name} is paused")


def _promise_and_state(script: Script, finding: Finding) -> tuple[Promise, str]:
    return script.case_type.promises[the("promise", finding)], the("state", finding)


def _gets_under_way(script: Script, promise: Promise, state: str) -> None:
    script.goes(_way_under_way(script, promise, state), _begun(script, promise))


def _way_under_way(script: Script, promise: Promise, state: str) -> tuple[Passage, ...]:
    """A way to a state in which a promise is under way then."""
    graph, since = script.facts.graph, promise.since.name
    assert graph is not None
    moves = under_way(script.case_type, graph, promise)[state]
    known = script.proofs.known.passages
    way = tuple(again(each for each in known[move.source] if each.move == move) for move in moves)
    happened = {passage.by.event for passage in way if isinstance(passage.by, Transition)}
    if since != OPENED and since not in script.case_type.fields and since not in happened:
        raise CannotBeStaged("what begins the promise happens beside the way")
    return way


def _begun(script: Script, promise: Promise) -> list[Expression]:
    """What must be known so that a promise has begun on the day on which the case is opened."""
    field = script.case_type.fields.get(promise.since.name)
    if field is None:
        return []
    return [equals(field.name, str(script.day)) if field.type == "date" else ("is set", field.name)]


def unwatched(script: Script, finding: Finding) -> None:
    """CD414: the promise is missed, and nobody was reminded of it."""
    promise, state = _promise_and_state(script, finding)
    _only_it_speaks(script, promise, "prompt", "alert")
    _gets_under_way(script, promise, state)
    script.waits(promise.within.duration, promise.calendar.name)
    script.waits("7 clock days")
    script.then(f"{promise.name} is missed", "nobody was prompted", "nobody was alerted")


def alerted_late(script: Script, finding: Finding) -> None:
    """CD415: the promise is missed, and nobody was alerted by then."""
    promise, state = _promise_and_state(script, finding)
    if len(finding.labels) > 1:
        raise CannotBeStaged("several ladders use it up, each up to the minute before its alert")
    _, alert = _timer_at(script, finding)
    _gets_under_way(script, promise, state)
    if alert.after.duration == promise.within.duration:
        _missed_at_once(script, promise, alert)
    else:
        _only_it_speaks(script, promise, "alert")
        script.waits(promise.within.duration, promise.calendar.name)
        script.then(f"{promise.name} is missed", "nobody was alerted", "nobody is responsible")


def _only_it_speaks(script: Script, promise: Promise, *rungs: str) -> None:
    """A promise is due so long after the opening, and no other promise says one of these words."""
    others = (each for each in script.case_type.promises.values() if each is not promise)
    if any(step.rung in rungs for each in others for step in each.steps):
        raise CannotBeStaged("another promise has people reminded in the same days")
    field = script.case_type.fields.get(promise.since.name)
    if promise.before or (field is not None and field.type != "date"):
        raise CannotBeStaged("when the promise is due hangs on a time that the case is told")


def _missed_at_once(script: Script, promise: Promise, alert: Timer) -> None:
    """The alert comes at the very minute at which the promise is due."""
    if promise.since.name != OPENED or any(step.who is None for step in script.steps):
        raise CannotBeStaged("it begins to count later than the case, at a minute that isn't known")
    calendar = script.case_type.organisation.calendars[promise.calendar.name]
    moment = over_at(script, calendar, promise.within.duration)
    script.waits_until(moment)
    script.then(f"{promise.name} is missed at {moment:%Y-%m-%d %H:%M}", _comes_at(script, alert, moment))


def powerless(script: Script, finding: Finding) -> None:
    """CD507: who becomes responsible may do nothing."""
    found = [
        (ladder, timer)
        for ladder in _owners(script)
        for timer in ladder.timers
        if timer.to.span == finding.span and timer.rung == "escalate"
    ]
    if not found or not finding.named("state"):
        raise CannotBeStaged("that nobody new hears of it shows in no line of a scenario")
    timer = found[0][1]
    state = the("state", finding)
    powerless = (each.found for each in script.facts.powerless if each.timer is timer and each.found.state == state)
    sometimes = next((each for each in powerless if each.example is not None), None)
    if sometimes is not None and sometimes.example is not None:
        script.goes(sometimes.way, tuple(told_as_claims(sometimes.example)))
        lines = sometimes.lines
    else:
        go_to(script, (state,))
        lines = tuple(script.case_type.handlers(state).values())
    script.waits(timer.after.duration)
    script.then(f"{timer.to} is responsible")
    for line in lines:
        script.may_not(script.holder(timer.to.name), line)
    assert any(each is timer for each in timers_in(script.case_type, state))


def idle(script: Script, finding: Finding) -> None:
    """CD508: nobody of the team that has the case may do anything in it."""
    case_type = script.case_type
    state = next((each for each in case_type.states.values() if each.team and each.team.span == finding.span), None)
    if state is None or state.team is None:
        raise CannotBeStaged("who is in a team changes nothing that a scenario could ask for")
    go_to(script, (state.name,))
    script.then(f"state is {state.name}")
    for role in case_type.organisation.teams[state.team.name].people:
        for line in case_type.handlers(state.name).values():
            script.may_not(script.holder(role.name), line)
