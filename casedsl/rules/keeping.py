"""4xx: can a promise be kept at all, and does anybody hear in time that it is not?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from casedsl.analysis.durations import measured
from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, Move, timers_in
from casedsl.analysis.promises import under_way
from casedsl.analysis.quickest import waits, ways_of
from casedsl.model.records import Calendar, CaseType, Promise, Timer
from casedsl.rules.moments import told_at
from casedsl.rules.time import is_forgotten
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject

if TYPE_CHECKING:
    from casedsl.analysis.keeping import Late

_ALL = 100


def cd406_promise_infeasible(facts: Facts) -> Iterator[Finding]:
    """If everybody acts at once, a promise is kept.

    Where only time leads on, nobody can hurry: a case waits there however busy people are. If the waiting alone is
    longer than the promise, it is broken before it is made. The quickest way is walked from every minute of an ordinary
    week; what is too late from each of them is an error, what is so from some is a warning, and the worst minute is
    shown. With a day and a lock the holidays and clock changes of the locked years are looked at too.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 2 working days                      # CD406
            calendar office
            met by answer
            alert chief when 1 working day left
        first state new "New"
            team desk
            move to ready after 3 working days
        state ready "Ready"
            team desk
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 4 working days
            calendar office
            met by answer
            alert chief when 1 working day left
        first state new "New"
            team desk
            move to ready after 3 working days
        state ready "Ready"
            team desk
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for promise in case_type.promises.values():
        if waits(ways_of(case_type, graph, facts.teams, promise)):
            from casedsl.analysis.keeping import too_late  # few cases must wait for time

            late = too_late(case_type, graph, facts.teams, promise, facts.horizon)
            if late is not None:
                yield _infeasible(promise, late)


def _infeasible(promise: Promise, late: Late) -> Finding:
    length, zone = late.length.duration, late.table.calendar
    begins, due, met = (told_at(zone, at, late.entry, late.told) for at in (late.entry, late.due, late.met))
    slow = tuple(move.by for move in late.way if isinstance(move.by, Timer))
    can = "can't keep" if late.always else "doesn't always keep"
    event = " or ".join(f"`{ref}`" for ref in promise.met_by)
    return Finding(
        "CD406",
        "error" if late.always else "warning",
        late.length.span,
        f"the quickest way {can} `{promise.name}` within {length}",
        about=(Subject("promise", promise.name),),
        labels=tuple(Label(timer.after.span, "until then nobody can act") for timer in slow[:2]),
        notes=(
            ("the quickest way", told(list(late.way), late.way[0].source)),
            ("at best" if late.always else "at worst", f"from {begins}: due {due}, {event} from {met}"),
        ),
        way_out="promise more time, or let somebody end the waiting",
        steps=steps_of(late.way),
    )


def cd414_unwatched_promise(facts: Facts) -> Iterator[Finding]:
    """Before a promise is missed, somebody hears that it is running out.

    A promise that nobody is reminded of is found missed, by the one to whom it was made. A `prompt` or an `alert` of
    its own is enough; so are timers in every state in which it runs.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"               # CD414
            within 10 working days
            calendar office
            met by answer
        first state new "New"
            team desk
            prompt assignee after 2 working days
            on take -> taken
                by clerk
        state taken "Taken"
            team desk
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
        first state new "New"
            team desk
            prompt assignee after 2 working days
            on take -> taken
                by clerk
        state taken "Taken"
            team desk
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for promise in case_type.promises.values():
        if not _warns(promise, "prompt", "alert"):
            ways = _running(case_type, graph, promise)
            silent = [state for state in ways if not any(timers_in(case_type, state))]
            heard = [state for state in silent if not is_forgotten(case_type, state)]  # else CD401 says so
            if heard and len(heard) == len(silent):
                yield _unwatched(case_type, promise, heard[0], ways[heard[0]])


def _warns(promise: Promise, *rungs: str) -> bool:
    """Whether a promise has a step of its own that comes before it is due."""
    early = (step for step in promise.steps if step.left is not None or (step.used or _ALL) < _ALL)
    return any(step.rung in rungs for step in early)


def _running(case_type: CaseType, graph: Graph, promise: Promise) -> dict[str, list[Move]]:
    """The states in which the time of a promise runs, each with a shortest way there."""
    paused = {ref.name for ref in promise.pauses_in}
    return {state: way for state, way in under_way(case_type, graph, promise).items() if state not in paused}


def _unwatched(case_type: CaseType, promise: Promise, state: str, way: list[Move]) -> Finding:
    return Finding(
        "CD414",
        "warning",
        promise.span,
        f"`{promise.name}` can be missed in `{state}` before anybody hears of it",
        about=(Subject("promise", promise.name), Subject("state", state)),
        labels=(Label(case_type.states[state].span, "no timer runs here"),),
        notes=(("a way there", told(way, state)), ("why", "nobody is reminded of what was promised")),
        way_out=f"add `alert … when 75% used` to `{promise.name}`, or a timer to `{state}`",
        steps=steps_of(way),
    )


def cd415_alert_too_late(facts: Facts) -> Iterator[Finding]:
    """Who could help hears of a promise while there is still time.

    Each ladder can look right for itself and all of them together use up the promise: a case that is never slow enough
    in one state to alert anybody is late all the same. The first alerts (or escalations) on the shortest way to a state
    are added up, the clock of a stage going on from state to state; a promise with an alert of its own needs none of
    them. An alert that counts another kind of time than the promise is compared with it in an ordinary week.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
        first state new "New"
            team desk
            alert chief after 4 working days
            on take -> taken
                by clerk
        state taken "Taken"
            team desk
            alert chief after 8 working days           # CD415
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
        first state new "New"
            team desk
            alert chief after 4 working days
            on take -> taken
                by clerk
        state taken "Taken"
            team desk
            alert chief after 5 working days
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for promise in case_type.promises.values():
        counting = promise.counting
        moved = counting.begins != "at once" or counting.cut_off is not None or counting.rolls != "not"
        if promise.before is None and not moved and not _warns(promise, "alert"):
            found = next(_too_late(case_type, facts, graph, promise), None)
            if found is not None:
                yield _alerted_too_late(promise, *found)


def _too_late(
    case_type: CaseType, facts: Facts, graph: Graph, promise: Promise
) -> Iterator[tuple[list[Timer], str, list[Move]]]:
    """The first alerts on a way to a state that come only when the promise is due."""
    ways = _running(case_type, graph, promise)
    calendar = case_type.organisation.calendars[promise.calendar.name]
    for state, way in ways.items():
        places = [*(move.source for move in way), state]
        if {*places} <= ways.keys() and _alerts(case_type, state) and _only_in(case_type, facts, places, calendar):
            alerts = _use_up(case_type, places, promise, calendar)
            if alerts:
                yield alerts, state, way


def _alerts(case_type: CaseType, state: str) -> list[Timer]:
    return [timer for timer in timers_in(case_type, state) if timer.rung in ("alert", "escalate")]


def _use_up(case_type: CaseType, places: list[str], promise: Promise, calendar: Calendar) -> list[Timer]:
    """The first alerts on a way, if they surely come only when the promise is due; else nothing."""
    whole = promise.within.duration
    kind, size = measured(whole)
    alerting = [alerts for place in places if (alerts := _alerts(case_type, place))]
    if {measured(alert.after.duration)[0] for alerts in alerting for alert in alerts} == {kind}:
        spent, first = _spent(case_type, places)
        late = spent > size or (spent == size and promise.counting.due_at is None)
        return first if late else []
    if len(alerting) > 1:
        return []
    from casedsl.analysis.sooner import Ground, always_later  # few count another kind of time than the promise

    lengths = [alert.after.duration for alert in alerting[0]]
    late = all(always_later(Ground(calendar, None, (length, whole)), length, whole) for length in lengths)
    return alerting[0][:1] if late else []


def _spent(case_type: CaseType, places: list[str]) -> tuple[int, list[Timer]]:
    """How long a case takes on a way that stays in each state until just before somebody is alerted, and the alerts;
    the clock of a stage goes on from state to state."""
    spent, begun, first = 0, dict[str, int](), list[Timer]()
    for place in places:
        stages = [each for each in case_type.stages.values() if any(ref.name == place for ref in each.states)]
        begun = {each.name: begun.get(each.name, spent) for each in stages}
        clocks = [(spent, case_type.states[place].timers), *((begun[each.name], each.timers) for each in stages)]
        known = [
            (start + measured(timer.after.duration)[1], timer)
            for start, timers in clocks
            for timer in timers
            if timer.rung in ("alert", "escalate")
        ]
        if known:
            spent, alert = min(known, key=lambda each: each[0])
            first.extend([alert] if alert not in first else [])
    return spent, first


def _only_in(case_type: CaseType, facts: Facts, states: Iterable[str], calendar: Calendar) -> bool:
    """Whether timers count in one calendar in some states."""
    teams = {team for state in states for team in facts.teams[state]}
    shared = case_type.organisation.teams
    return all(team and (ref := shared[team].calendar) and ref.name == calendar.name for team in teams)


def _alerted_too_late(promise: Promise, alerts: list[Timer], state: str, way: list[Move]) -> Finding:
    last, whole = alerts[-1], promise.within.duration
    alone = "the alert comes when nothing can be done any more"
    together = "each ladder may be in time for itself; one after the other they use up the promise"
    return Finding(
        "CD415",
        "warning",
        last.after.span,
        f"nobody is alerted in `{state}` before `{promise.name}` is due after {whole}",
        about=(Subject("state", state), Subject("promise", promise.name)),
        labels=(*(Label(alert.after.span, "the alert before it") for alert in alerts[:-1]), Label(promise.span, "due")),
        notes=(
            ("a way there", told(way, state)),
            ("why", together if len(alerts) > 1 else alone),
        ),
        way_out=f"add `alert … when 75% used` to `{promise.name}`, or alert sooner",
        steps=steps_of(way),
    )
