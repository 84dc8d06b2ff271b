"""4xx: do the steps of a ladder come in their order, whatever kind of time each is counted in?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from casedsl_runtime.vocabulary import Duration
from msgspec import Struct, structs

from casedsl.analysis.durations import measured
from casedsl.analysis.facts import Facts
from casedsl.analysis.ladders import Ladder, calendars_of, ladders
from casedsl.model.records import Calendar, Promise, Stage, State, Step, Time, Timer
from casedsl.rules.moments import WORDS, example, told_of, why_of
from casedsl.syntax.finding import Finding, Label, Subject

if TYPE_CHECKING:
    from casedsl.analysis.sooner import Moment

_RANK = {"prompt": 0, "alert": 1, "escalate": 2, "move": 3}
_GENTLE = "the steps of a ladder go from a gentle word to an escalation"
_MOST_TRIED = {"minute": 600, "hour": 72, "day": 14, "week": 3, "month": 2, "year": 1}


def cd402_ladder_order(facts: Facts) -> Iterator[Finding]:
    """Within one ladder the prompt comes before the alert, the alert before the escalation, the escalation before the
    move; also where one counts nights and weekends and the other doesn't.

    A supervisor who is alerted before anybody was prompted learns of what nobody was told to do; what comes after a
    move never comes at all. Two kinds of time are compared in the calendar of the team, from every minute of an
    ordinary week, and the minute is shown from which they are furthest apart. With a day and a lock the holidays and
    clock changes of the locked years are looked at too; what goes wrong only there is a warning.

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

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            prompt assignee after 8 working hours
            alert  chief    after 1 clock day          # CD402
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
        yield from _climbing(Subject("stage" if isinstance(owner, Stage) else "state", owner.name), owner.timers)
    met: _Met = {}
    for ladder in ladders(case_type, facts.reached):
        yield from _overtaken(facts, ladder, met)
    for promise in case_type.promises.values():
        yield from _counting_down(promise)
        yield from _before_the_start(promise)


# --- one kind of time


def _climbing(owner: Subject, timers: tuple[Timer, ...]) -> Iterator[Finding]:
    for later in timers:
        other = next((other for other in timers if _out_of_order(other, later)), None)
        if other is not None:
            yield Finding(
                "CD402",
                "error",
                later.after.span,
                f"in `{owner.name}` {told_of(later)} doesn't come after {told_of(other)}",
                about=(owner,),
                labels=(Label(other.after.span, WORDS[other.rung]),),
                notes=(("why", _GENTLE),),
                way_out="give the later step more time",
            )


def _out_of_order(other: Timer, later: Timer) -> bool:
    """Whether a timer that should come later surely comes sooner than another, or with it."""
    one, two = measured(other.after.duration), measured(later.after.duration)
    return one[0] == two[0] and _RANK[other.rung] < _RANK[later.rung] and two[1] <= one[1]


# --- two kinds of time


class _Race(Struct, frozen=True):
    """Two lengths counted in one calendar: whether the first is over later for sure or from which minute it is, and by
    how many units more the second would be enough; None if by none that was tried."""

    surely: bool
    moment: Moment | None = None
    enough: int | None = None


_Met: TypeAlias = dict[tuple[str, Duration, Duration], _Race]
"""What came out for two lengths in a calendar: the same two stand in many ladders."""


def _overtaken(facts: Facts, ladder: Ladder, met: _Met) -> Iterator[Finding]:
    """The steps that another one overtakes from some minute, though it should come later."""
    calendars = calendars_of(facts.case_type, facts.teams, ladder) if facts.case_type else ()
    for later in ladder.timers:
        earlier = [other for other in ladder.timers if _RANK[other.rung] < _RANK[later.rung]]
        unlike = [other for other in earlier if not _alike(other, later)]
        if not any(_out_of_order(other, later) for other in earlier):
            pairs = ((other, calendar) for other in unlike for calendar in calendars)
            yield from islice((each for pair in pairs for each in _overtakes(facts, ladder, later, *pair, met)), 1)


def _alike(other: Timer, later: Timer) -> bool:
    return measured(other.after.duration)[0] == measured(later.after.duration)[0]


def _overtakes(
    facts: Facts, ladder: Ladder, later: Timer, other: Timer, calendar: Calendar, met: _Met
) -> Iterator[Finding]:
    one, two = other.after.duration, later.after.duration
    race = met.get((calendar.name, one, two)) or _race(facts, calendar, one, two)
    met[calendar.name, one, two] = race
    if race.surely:
        yield _before(ladder, later, other, "comes")
    if race.moment is None:
        return
    told = f", or let {WORDS[later.rung]} come after {replace(two, count=two.count + (race.enough or 0))}"
    finding = _before(ladder, later, other, "can come")
    yield structs.replace(
        finding,
        severity="error" if race.moment.usual else "warning",
        notes=(("example", example(race.moment, other, later, calendar.name)), ("why", why_of(one, two))),
        way_out=f"count both in one kind of time{'' if race.enough is None else told}",
    )


def _race(facts: Facts, calendar: Calendar, one: Duration, two: Duration) -> _Race:
    from casedsl.analysis.sooner import Ground, can_be_later, surely_later  # few ladders count in two kinds of time

    tried = _MOST_TRIED[two.unit]
    ground = Ground(calendar, facts.horizon, (one, replace(two, count=two.count + tried)))
    if surely_later(ground, one, two):
        return _Race(True)
    moment = can_be_later(ground, one, two)
    if moment is None:
        return _Race(False)
    lengths = [replace(two, count=two.count + more) for more in range(tried + 1)]
    enough = bisect_left(lengths, True, key=lambda length: can_be_later(ground, one, length) is None)
    return _Race(False, moment, enough if enough <= tried else None)


def _before(ladder: Ladder, later: Timer, other: Timer, comes: str) -> Finding:
    return Finding(
        "CD402",
        "error",
        later.after.span,
        f"in `{ladder.name}` {told_of(later)} {comes} before {told_of(other)}",
        about=(Subject("stage" if ladder.is_stage else "state", ladder.name),),
        labels=(Label(other.after.span, WORDS[other.rung]),),
        notes=(("why", _GENTLE),),
        way_out="give the later step more time",
    )


# --- promises


def _counting_down(promise: Promise) -> Iterator[Finding]:
    prompts = [step for step in promise.steps if step.rung == "prompt"]
    for alert in (step for step in promise.steps if step.rung == "alert"):
        for length in promise.lengths:
            late = next((prompt for prompt in prompts if _too_soon(alert, prompt, length, promise)), None)
            if late is not None:
                yield _alerts_too_soon(promise, alert, late, length)
                break


def _too_soon(alert: Step, prompt: Step, length: Time, promise: Promise) -> bool:
    """Whether an alert comes before a prompt; with the length of all other cases also if it comes at once."""
    (kind, one), (other_kind, two) = _place_of(prompt, length), _place_of(alert, length)
    return kind == other_kind and (two < one or (two == one and length is promise.within))


def _alerts_too_soon(promise: Promise, alert: Step, prompt: Step, length: Time) -> Finding:
    usual = length is promise.within
    return Finding(
        "CD402",
        "error" if usual else "warning",
        alert.left.span if alert.left else alert.span,
        f"the alert of `{promise.name}` with {_moment(alert)} doesn't come after the prompt with {_moment(prompt)}",
        about=(Subject("promise", promise.name),),
        labels=(
            Label(prompt.left.span if prompt.left else prompt.span, "the prompt"),
            *(() if usual else (Label(length.span, "where it has this long"),)),
        ),
        way_out="leave less time for the alert" if alert.left else "let more be used before the alert",
    )


def _place_of(step: Step, length: Time) -> tuple[str, int]:
    """What the moment of a step can be compared with, and how late it lies there, in hundredths. Shares of months are
    counted in days, so they are compared with shares only."""
    kind, whole = measured(length.duration)
    if step.left is None:
        months = length.duration.unit in ("month", "year")
        return ("share", step.used or 0) if months else (kind, whole * (step.used or 0))
    measure, left = measured(step.left.duration)
    return (kind, (whole - left) * 100) if measure == kind else (f"{measure} left", -left)


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
                about=(Subject("promise", promise.name),),
                labels=(Label(promise.within.span, "all the time there is"),),
                way_out="leave less time",
            )
