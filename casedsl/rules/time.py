"""4xx: does time act in the right order, and is there a calendar to count in?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.artifact import Duration

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import timers_in
from casedsl.model.records import CaseType, Promise, Stage, State, Step, Timer
from casedsl.syntax.finding import Finding, Label

_RANK = {"prompt": 0, "alert": 1, "escalate": 2, "move": 3}
_WORDS = {
    "prompt": "the prompt",
    "alert": "the alert",
    "escalate": "the escalation",
    "move": "the move",
}
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


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
            one, two = _measured(other.after.duration), _measured(later.after.duration)
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
    prompts = [step for step in steps if step.rung == "prompt" and step.left]
    for alert in (step for step in steps if step.rung == "alert"):
        for prompt in prompts:
            if prompt.left is None or alert.left is None:
                continue
            one, two = _measured(prompt.left.duration), _measured(alert.left.duration)
            if one[0] == two[0] and two[1] >= one[1]:
                yield Finding(
                    "CD402",
                    "error",
                    alert.left.span,
                    f"the alert of `{owner}` with {alert.left.duration} left doesn't come after the prompt with "
                    f"{prompt.left.duration} left",
                    labels=(Label(prompt.left.span, "the prompt"),),
                    way_out="leave less time for the alert",
                )
                break


def _before_the_start(promise: Promise) -> Iterator[Finding]:
    """A step with as much time left as the promise has in all would come at its very start, or before."""
    kind, whole = _measured(promise.within.duration)
    for step in promise.steps:
        measure, left = _measured(step.left.duration) if step.left else ("", 0)
        if step.left and measure == kind and left >= whole:
            yield Finding(
                "CD402",
                "error",
                step.left.span,
                f"with {step.left.duration} left the {step.rung} comes before `{promise.name}` has begun to count",
                labels=(Label(promise.within.span, "all the time there is"),),
                way_out="leave less time",
            )


def _measured(length: Duration) -> tuple[str, int]:
    """What a duration can be compared with, and how long it is there."""
    if length.kind == "working":
        return (
            ("working days", length.count)
            if length.unit == "day"
            else ("working time", length.count * _SECONDS[length.unit])
        )
    if length.kind == "clock":
        return "clock time", length.count * _SECONDS[length.unit]
    if length.unit in _DAYS:
        return "calendar days", length.count * _DAYS[length.unit]
    return "calendar months", length.count * _MONTHS[length.unit]


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
