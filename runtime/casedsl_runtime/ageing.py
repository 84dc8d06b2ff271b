"""A priority that ages: what a case's score is now, and when it changes next.

The journal holds the score without age, for nothing happens to a case that merely waits. What age adds is worked out
from the case, its calendars and an instant: points for each beat that has passed since it was opened, in the calendar
of the team that has the case now (before any team has it, that of the first team). It comes after everything else, in
the order of the author's lines, and no line lifts the score above its own limit. The age of a case that has ended is
what it was then; of a calendar that ends before a beat does, that beat never passes.

    opened on Monday at 10:00, `plus 1 each working day after 3 working days up to 10`, the score is 5
    Thursday at closing     3 working days have passed: 5
    Friday at closing       4 working days: 6, `waited 4 working days (1)`
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from casedsl_runtime import worktime
from casedsl_runtime.artifact import Ageing, Priority
from casedsl_runtime.case import Case, Standing
from casedsl_runtime.expr import Quietly
from casedsl_runtime.fields import band_of, seen
from casedsl_runtime.machine import Machine
from casedsl_runtime.vocabulary import Duration, in_measure
from casedsl_runtime.worktime import CalendarRunsOut, Calendars, Stretch

NEVER = 1 << 60
"""An instant that no clock shows."""


class Aged(NamedTuple):
    """A priority as it is at an instant, and the next instant at which age changes its score; None: it never will."""

    standing: Standing | None
    changes_at: int | None


@dataclass(frozen=True, slots=True)
class _Growth:
    """What one line of the author adds to a case while it waits.

    Attributes:
      limit: the score above which it lifts nothing.
      most: after so many beats it adds no more, whatever the others add.
      due: the instant at which so many beats have passed.
    """

    ageing: Ageing
    limit: int
    most: int
    due: Callable[[int], int]

    def beats(self, at: int) -> int:
        """How many beats have passed by an instant, as far as they count."""
        return bisect_right(range(1, self.most + 1), at, key=self.due)


def aged(machine: Machine, case: Case, calendars: Calendars, now: int) -> Aged:
    """The priority of a case at an instant, with what age adds to it."""
    priority, standing = machine.workflow.priority, case.priority
    if standing is None or priority is None or not priority.ages:
        return Aged(standing, None)
    growths = tuple(_growths(machine, priority, case, standing.score, calendars))
    ended = machine.states[case.state].kind == "final"
    added = list(_added(standing.score, growths, min(now, case.since) if ended else now))
    changes_at = None if ended else _next_change(standing.score, added)
    return Aged(_grown(priority, standing, added), changes_at)


def _growths(machine: Machine, priority: Priority, case: Case, score: int, calendars: Calendars) -> Iterator[_Growth]:
    """The lines that add something to this case sooner or later."""
    reading = Quietly(seen(machine, priority, case.fields), case.happened, case.promises)
    running = [Stretch(case.opened_at, None, _calendar(machine, case))]
    for ageing in priority.ages:
        limit = min(ageing.up_to, priority.high)
        holds = ageing.when is None or machine.expression(ageing.when)(reading) is True
        if holds and score < limit:
            yield _Growth(ageing, limit, -((score - limit) // ageing.points), _dues(ageing, running, calendars))


def _calendar(machine: Machine, case: Case) -> str:
    """The calendar of the team that has the case; before any team has it, that of the first team."""
    if case.team is not None:
        return machine.teams[case.team].calendar
    return next((team.calendar for team in machine.workflow.teams), "")


def _dues(ageing: Ageing, running: Sequence[Stretch], calendars: Calendars) -> Callable[[int], int]:
    each, before = in_measure(ageing.each), _before(ageing)

    @cache
    def due(beats: int) -> int:
        goal = Duration(before + beats * each.count, each.kind, each.unit)
        try:
            found = worktime.due(calendars, running, goal, running[0].start)
        except CalendarRunsOut:
            return NEVER
        return NEVER if found is None else min(found, NEVER)

    return due


def _before(ageing: Ageing) -> int:
    """How long no beat counts, in the measure of both lengths."""
    return 0 if ageing.after is None else in_measure(ageing.after).count


def waited(ageing: Ageing, beats: int) -> Duration:
    """How long a case has waited when so many beats have passed; in the unit of the beat, if that comes out even."""
    each, unit = in_measure(ageing.each), in_measure(Duration(1, ageing.each.kind, ageing.each.unit))
    length = _before(ageing) + beats * each.count
    whole, rest = divmod(length, unit.count)
    if rest:
        return Duration(length, each.kind, each.unit)
    return Duration(whole, ageing.each.kind, ageing.each.unit)


# --- the sum


class _Added(NamedTuple):
    """What a line has added by an instant: for so many beats, so many points above what those before it made."""

    growth: _Growth
    beats: int
    points: int


def _added(score: int, growths: Iterable[_Growth], at: int) -> Iterator[_Added]:
    for growth in growths:
        beats = growth.beats(at)
        points = max(0, min(beats * growth.ageing.points, growth.limit - score))
        score += points
        yield _Added(growth, beats, points)


def _grown(priority: Priority, standing: Standing, added: Sequence[_Added]) -> Standing:
    parts = tuple((_text(each.growth, each.beats), each.points) for each in added if each.points)
    score = standing.score + sum(points for _, points in parts)
    return Standing(score, band_of(priority, score), standing.parts + parts)


def _text(growth: _Growth, beats: int) -> str:
    """What is said of points that age added: `waited 6 working days, urgent is yes because Nobody is forgotten.`"""
    ageing = growth.ageing
    length = f"waited {waited(ageing, beats)}" + (" or more" if beats == growth.most else "")
    said = ", ".join(part for part in (length, ageing.text) if part)
    return " because ".join(part for part in (said, ageing.because) if part)


def _next_change(score: int, added: Sequence[_Added]) -> int | None:
    """The next instant at which the sum is another. A beat may change nothing, where a later line had already made up
    for it; so of each line the first is looked for that does: with more beats the sum is never less."""
    growths, so_far, first = [each.growth for each in added], sum(each.points for each in added), NEVER
    for growth, beats, _ in added:

        def rises(beats: int, due: Callable[[int], int] = growth.due) -> bool:
            return due(beats) == NEVER or sum(each.points for each in _added(score, growths, due(beats))) > so_far

        to_come = range(beats + 1, growth.most + 1)
        if len(growths) > 1 and to_come and not rises(to_come[0]):
            to_come = to_come[bisect_left(to_come, True, key=rises) :]
        if to_come:
            first = min(first, growth.due(to_come[0]))
    return None if first == NEVER else first
