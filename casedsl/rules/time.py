"""4xx: does time act in the right order, and is there a calendar to count in?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.vocabulary import Duration

from casedsl.analysis.durations import measured, surely_longer
from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, timers_in
from casedsl.analysis.ladders import Ladder, calendars_of, ends_the_visit, is_later, ladders
from casedsl.analysis.promises import longest_under_way, under_way
from casedsl.model.records import Calendar, CaseType, Promise, State, Step, Time, Timer
from casedsl.rules.moments import told_of
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Subject

_HUNDRED = 100


def cd401_no_timer(facts: Facts) -> Iterator[Finding]:
    """In every state that waits on somebody, time says or does something sooner or later.

    Whoever the case waits on can forget it, and nobody else has a reason to look: the case lies there until somebody
    stumbles on it. A timer of the state or of its stages is enough, or a step of a promise whose clock runs meanwhile.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            waiting on customer                        # CD401
            on reply -> new
                by clerk for customer
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            waiting on customer
            prompt customer after 7 calendar days
            on reply -> new
                by clerk for customer
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    heard = _heard_of_promises(case_type, graph)
    for name in facts.reached:
        if is_forgotten(case_type, name) and name not in heard:
            yield _forgotten(case_type, facts, case_type.states[name])


def is_forgotten(case_type: CaseType, name: str) -> bool:
    """Whether a state waits on somebody and no timer runs in it."""
    state = case_type.states[name]
    return bool(state.waiting_on) and state.kind != "final" and not any(timers_in(case_type, name))


def _heard_of_promises(case_type: CaseType, graph: Graph) -> set[str]:
    """The states in which a step of a promise can come due."""
    heard = set[str]()
    for promise in (promise for promise in case_type.promises.values() if promise.steps):
        heard.update(under_way(case_type, graph, promise).keys() - {ref.name for ref in promise.stands_still_in})
    return heard


def _forgotten(case_type: CaseType, facts: Facts, state: State) -> Finding:
    whom, way = state.waiting_on[0], facts.way(state.name)
    stops = [(each.name, ref.name) for each in case_type.promises.values() for ref in each.stands_still_in]
    still = [name for name, where in stops if where == state.name]
    notes = [("a way there", told(way, state.name))]
    if still:
        notes.append(("so", f"`{still[0]}` can stand still there for ever, neither kept nor missed"))
    return Finding(
        "CD401",
        "warning",
        whom.span,
        f"a case in `{state.name}` waits on `{whom}`, and nobody ever hears that it takes too long",
        about=(Subject("state", state.name), Subject("role", whom.name)),
        labels=(Label(state.span, "time does nothing here"),),
        notes=tuple(notes),
        way_out=f"add `prompt {whom} after …` to `{state.name}`, and what follows if that doesn't help",
        steps=steps_of(way),
    )


def cd403_timer_cannot_fire(facts: Facts) -> Iterator[Finding]:
    """Whatever time is told to do, it can come to do.

    A timer counts from the beginning of its visit, so none comes after a move that has ended the visit before, in the
    same ladder or in one of a stage that holds all of it. (What comes after a move within one ladder and is no move is
    out of order too: CD402 says so.) Two kinds of time are compared in the calendar of the team; what never comes in an
    ordinary week is a warning then. The time of a promise runs somewhere, and a step of it comes before time has moved
    the case on to where the promise is over.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        stage open of new
            move to done after 5 working days
        first state new "New"
            team desk
            alert chief after 8 working days           # CD403
            on answer -> done
                by clerk
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            pauses in new                              # CD403
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left       # CD403
        first state new "New"
            team desk
            move to done after 5 working days
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
        stage open of new
            move to done after 8 working days
        first state new "New"
            team desk
            alert chief after 5 working days
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    known = tuple(ladders(case_type, facts.reached))
    stages = [
        each for each in known if each.is_stage and each.timers and len(calendars_of(case_type, facts.teams, each)) == 1
    ]
    for ladder in known:
        outer = [other for other in stages if other.holds(ladder)] if ladder.timers else []
        for timer in ladder.timers:
            before = _before(case_type, facts, graph.sides, ladder, timer, outer)
            found = sorted(before, key=lambda each: not each[1])
            if found:
                yield _never_comes(ladder, timer, *found[0])
    for promise in case_type.promises.values():
        never = list(_never_runs(case_type, graph, promise))
        yield from never or _over_before(facts, case_type, graph, promise)


def _before(
    case_type: CaseType, facts: Facts, sides: frozenset[str], ladder: Ladder, timer: Timer, outer: list[Ladder]
) -> Iterator[tuple[Timer, bool]]:
    """The moves after which a timer can't come any more, because they end its visit; and whether that is sure with any
    holidays."""
    around = [(owner, move) for owner in outer for move in owner.timers]
    own = [(ladder, move) for move in ladder.timers if timer.rung == "move" and move is not timer]
    for owner, move in (*own, *around):
        if move.rung != "move" or not ends_the_visit(sides, owner, move):
            continue
        one, other = timer.after.duration, move.after.duration
        if surely_longer(one, other) or (owner is ladder and is_later(ladder, timer, move)):
            yield move, True
        elif measured(one)[0] != measured(other)[0]:
            calendars = calendars_of(case_type, facts.teams, owner)
            if calendars and all(_usually_later(one, other, calendar) for calendar in calendars):
                yield move, False


def _usually_later(one: Duration, other: Duration, calendar: Calendar) -> bool:
    from casedsl.analysis.sooner import Ground, always_later  # few ladders count in two kinds of time

    return always_later(Ground(calendar, None, (one, other)), one, other)


def _never_comes(ladder: Ladder, timer: Timer, move: Timer, sure: bool) -> Finding:
    return Finding(
        "CD403",
        "error" if sure else "warning",
        timer.after.span,
        f"in `{ladder.name}` {told_of(timer)} never comes",
        about=(Subject("stage" if ladder.is_stage else "state", ladder.name),),
        labels=(Label(move.after.span, f"by then time has moved the case to `{move.to}`"),),
        notes=(("why", "a timer belongs to a visit, and the move ends it"),),
        way_out=f"let it come before {move.after.duration}, or take it out",
        fix=Fix("take it out", False, (Edit(timer.span, None),)),
    )


def _never_runs(case_type: CaseType, graph: Graph, promise: Promise) -> Iterator[Finding]:
    """A promise that begins, and stands still wherever it can be under way; or begins with the end of the case only."""
    states = under_way(case_type, graph, promise)
    still = {ref.name: ref for ref in promise.stands_still_in}
    if states and not states.keys() - still.keys():
        yield Finding(
            "CD403",
            "error",
            next(still[state].span for state in still if state in states),
            f"the time of `{promise.name}` never runs: it stands still wherever the case can be before "
            f"`{promise.met_by[0]}`",
            about=(Subject("promise", promise.name), Subject("event", promise.met_by[0].name)),
            labels=(Label(promise.within.span, "never over"),),
            way_out="let it stand still only while somebody outside has the ball",
        )
    elif not states and _happens(case_type, graph, promise.since.name):
        yield Finding(
            "CD403",
            "error",
            promise.since.span,
            f"the time of `{promise.name}` never runs: with `{promise.since}` the case is over",
            about=(Subject("promise", promise.name), Subject("event", promise.since.name)),
            labels=(Label(promise.within.span, "never over"),),
            way_out="write the event with which somebody begins to wait behind `from`",
        )


def _over_before(facts: Facts, case_type: CaseType, graph: Graph, promise: Promise) -> Iterator[Finding]:
    """The steps of a promise that come later than time alone has taken any case to where the promise is over."""
    longest = longest_under_way(case_type, graph, facts.teams, promise)
    if longest is None or promise.counting.rolls == "back":
        return
    for step in promise.steps:
        sooner = [place for length in promise.lengths if (place := _comes_after(step, length)) is not None]
        if len(sooner) == len(promise.lengths) and min(sooner) > longest * _HUNDRED:
            yield Finding(
                "CD403",
                "error",
                step.left.span if step.left else step.span,
                f"`{promise.name}` is always over before {_step_told(step)}",
                about=(Subject("promise", promise.name),),
                labels=(Label(promise.within.span, "all the time there is"),),
                notes=(("why", "time moves the case on wherever the promise is under way, until it has ended"),),
                way_out="let the step come sooner, or take it out",
                fix=Fix("take it out", False, (Edit(step.span, None),)),
            )


def _comes_after(step: Step, length: Time) -> int | None:
    """How much of a length has counted when a step comes, in hundredths of its measure; None: that depends on dates."""
    kind, whole = measured(length.duration)
    if length.duration.unit in ("month", "year"):
        return None
    if step.left is None:
        return whole * (_HUNDRED if step.used is None else step.used)
    measure, left = measured(step.left.duration)
    return (whole - left) * _HUNDRED if measure == kind else None


def _step_told(step: Step) -> str:
    if step.left is not None:
        return f"the {step.rung} with {step.left.duration} left"
    return "it can be missed" if step.used is None else f"the {step.rung} at {step.used}%"


def _happens(case_type: CaseType, graph: Graph, event: str) -> bool:
    return any(event in case_type.handlers(state) for state in graph.reached())


def cd411_no_calendar(facts: Facts) -> Iterator[Finding]:
    """Where time acts, some team has the case, in whose calendar it can be counted.

    A timer counts in the calendar of the team that has the case at that moment; a state without a team keeps the team
    that it came from. Without one, nobody could say when the time is up. A priority ages in the calendar of the team
    that has the case; before any has it, in that of the first team.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            prompt chief after 2 working hours         # CD411
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            prompt chief after 2 working hours
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    yield from _ageless(case_type)
    for state in facts.reached:
        timers = tuple(timers_in(case_type, state))
        if None in facts.teams[state] and timers and not _said(case_type, facts, state):
            yield _uncounted(state, timers)


def _ageless(case_type: CaseType) -> Iterator[Finding]:
    """A priority that ages in the calendar of a team, where there is none."""
    rows = case_type.priority.additions if case_type.priority and not case_type.organisation.teams else ()
    for pace in (row.pace for row in rows if row.pace is not None and row.pace.each.duration.kind != "clock"):
        yield Finding(
            "CD411",
            "error",
            pace.each.span,
            f"there is no team, so no calendar says when {pace.each.duration} will be over",
            way_out="add `team …`, with its calendar, to the organisation",
        )


def _said(case_type: CaseType, facts: Facts, state: str) -> bool:
    """Whether a state only inherits the lack of a team from one on the way there, in which time acts too."""
    return any(None in facts.teams[move.source] and any(timers_in(case_type, move.source)) for move in facts.way(state))


def _uncounted(state: str, timers: tuple[Timer, ...]) -> Finding:
    """The finding about the timers that run in a state in which no team may have the case; a team has a calendar."""
    first, *more = timers
    length = first.after.duration
    return Finding(
        "CD411",
        "error",
        first.after.span,
        f"no team has the case in `{state}`, so no calendar says when {length} will be over",
        about=(Subject("state", state),),
        labels=tuple(Label(timer.after.span, "and this") for timer in more[:2]),
        way_out=f"add `team …` to `{state}`, or to the states before it",
    )
