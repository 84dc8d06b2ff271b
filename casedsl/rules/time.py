"""4xx: does time act in the right order, and is there a calendar to count in?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.durations import measured, surely_longer
from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, timers_in
from casedsl.analysis.ladders import Ladder, ends_the_visit, is_later, ladders
from casedsl.analysis.promises import under_way
from casedsl.model.records import CaseType, Promise, Stage, State, Step, Timer
from casedsl.rules.structure import told
from casedsl.rules.ways import steps_of
from casedsl.syntax.finding import Edit, Finding, Fix, Label

_RANK = {"prompt": 0, "alert": 1, "escalate": 2, "move": 3}
_WORDS = {
    "prompt": "the prompt",
    "alert": "the alert",
    "escalate": "the escalation",
    "move": "the move",
}


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
        labels=(Label(state.span, "time does nothing here"),),
        notes=tuple(notes),
        way_out=f"add `prompt {whom} after …` to `{state.name}`, and what follows if that doesn't help",
        steps=steps_of(way),
    )


def cd402_ladder_order(facts: Facts) -> Iterator[Finding]:
    """Within one ladder and one kind of time, the prompt comes before the alert, the alert before the escalation, the
    escalation before the move.

    A supervisor who is alerted before anybody was prompted learns of what nobody was told to do; what comes after a
    move never comes at all. Working hours and working days are two kinds: a day is never a number of hours.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            prompt assignee after 4 working hours
            alert  chief    after 2 working hours      # CD402
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            prompt assignee after 2 working hours
            alert  chief    after 4 working hours
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    owners: list[State | Stage] = [*case_type.states.values(), *case_type.stages.values()]
    for owner in owners:
        yield from _climbing(owner.name, owner.timers)
    for promise in case_type.promises.values():
        yield from _counting_down(promise.name, promise.steps)
        yield from _before_the_start(promise)


def _climbing(owner: str, timers: tuple[Timer, ...]) -> Iterator[Finding]:
    for place, later in enumerate(timers):
        for other in (*timers[:place], *timers[place + 1 :]):
            one, two = measured(other.after.duration), measured(later.after.duration)
            if one[0] == two[0] and _RANK[other.rung] < _RANK[later.rung] and two[1] <= one[1]:
                yield Finding(
                    "CD402",
                    "error",
                    later.after.span,
                    f"in `{owner}` {_WORDS[later.rung]} after {later.after.duration} doesn't come after "
                    f"{_WORDS[other.rung]} after {other.after.duration}",
                    labels=(Label(other.after.span, _WORDS[other.rung]),),
                    notes=(("why", "the steps of a ladder go from a gentle word to an escalation"),),
                    way_out="give the later step more time",
                )
                break


def _counting_down(owner: str, steps: tuple[Step, ...]) -> Iterator[Finding]:
    prompts = [step for step in steps if step.rung == "prompt"]
    for alert in (step for step in steps if step.rung == "alert"):
        for prompt in prompts:
            one, two = _place_of(prompt), _place_of(alert)
            if one[0] == two[0] and two[1] <= one[1]:
                yield Finding(
                    "CD402",
                    "error",
                    alert.left.span if alert.left else alert.span,
                    f"the alert of `{owner}` with {_moment(alert)} doesn't come after the prompt with "
                    f"{_moment(prompt)}",
                    labels=(Label(prompt.left.span if prompt.left else prompt.span, "the prompt"),),
                    way_out="leave less time for the alert" if alert.left else "let more be used before the alert",
                )
                break


def _place_of(step: Step) -> tuple[str, int]:
    """What the moment of a step can be compared with, and how late it lies there."""
    if step.left is None:
        return "share", step.used or 0
    kind, left = measured(step.left.duration)
    return kind, -left


def _moment(step: Step) -> str:
    return f"{step.left.duration} left" if step.left else f"{step.used}% used"


def _before_the_start(promise: Promise) -> Iterator[Finding]:
    """A step with as much time left as the promise has in all would come at its very start, or before."""
    kind, whole = measured(promise.within.duration)
    for step in promise.steps if promise.before is None else ():
        measure, left = measured(step.left.duration) if step.left else ("", 0)
        if step.left and measure == kind and left >= whole:
            yield Finding(
                "CD402",
                "error",
                step.left.span,
                f"with {step.left.duration} left the {step.rung} comes before `{promise.name}` has begun to count",
                labels=(Label(promise.within.span, "all the time there is"),),
                way_out="leave less time",
            )


def cd403_timer_cannot_fire(facts: Facts) -> Iterator[Finding]:
    """Whatever time is told to do, it can come to do.

    A timer counts from the beginning of its visit, so none comes after a move that has ended the visit before, in the
    same ladder or in one of a stage that holds all of it. (What comes after a move within one ladder and is no move is
    out of order too: CD402 says so.) And the time of a promise runs somewhere.

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
    for ladder in known:
        outer = [other for other in known if other.holds(ladder) and len(_calendars(facts, other)) == 1]
        for timer in ladder.timers:
            move = next(_before(case_type, ladder, timer, outer), None)
            if move is not None:
                yield _never_comes(ladder, timer, move)
    for promise in case_type.promises.values():
        yield from _never_runs(case_type, graph, promise)


def _before(case_type: CaseType, ladder: Ladder, timer: Timer, outer: list[Ladder]) -> Iterator[Timer]:
    """The moves after which a timer can't come any more, because they end its visit."""
    own = [(ladder, move) for move in ladder.timers if timer.rung == "move" and is_later(ladder, timer, move)]
    longer = timer.after.duration
    around = [(each, move) for each in outer for move in each.timers if surely_longer(longer, move.after.duration)]
    for owner, move in (*own, *around):
        if move.rung == "move" and ends_the_visit(case_type, owner, move):
            yield move


def _calendars(facts: Facts, ladder: Ladder) -> set[str | None]:
    """The calendars in which a ladder can count."""
    known = facts.organisation.teams if facts.organisation else {}
    teams = {team for state in ladder.states if state in facts.reached for team in facts.teams[state]}
    found = {known[team].calendar if team else None for team in teams}
    return {calendar.name if calendar else None for calendar in found}


def _never_comes(ladder: Ladder, timer: Timer, move: Timer) -> Finding:
    return Finding(
        "CD403",
        "error",
        timer.after.span,
        f"in `{ladder.name}` {_WORDS[timer.rung]} after {timer.after.duration} never comes",
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
            labels=(Label(promise.within.span, "never over"),),
            way_out="let it stand still only while somebody outside has the ball",
        )
    elif not states and _happens(case_type, graph, promise.since.name):
        yield Finding(
            "CD403",
            "error",
            promise.since.span,
            f"the time of `{promise.name}` never runs: with `{promise.since}` the case is over",
            labels=(Label(promise.within.span, "never over"),),
            way_out="write the event with which somebody begins to wait behind `from`",
        )


def _happens(case_type: CaseType, graph: Graph, event: str) -> bool:
    return any(event in case_type.handlers(state) for state in graph.reached())


def cd411_no_calendar(facts: Facts) -> Iterator[Finding]:
    """Where time acts, some team has the case, in whose calendar it can be counted.

    A timer counts in the calendar of the team that has the case at that moment; a state without a team keeps the team
    that it came from. Without one, nobody could say when the time is up.

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
    for state in facts.reached:
        timers = tuple(timers_in(case_type, state))
        if None in facts.teams[state] and timers and not _said(case_type, facts, state):
            yield _uncounted(state, timers)


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
        labels=tuple(Label(timer.after.span, "and this") for timer in more[:2]),
        way_out=f"add `team …` to `{state}`, or to the states before it",
    )
