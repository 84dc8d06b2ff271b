"""What follows from a definition about time, worked out a second time: by walking through weeks minute by minute.

Ladders of two kinds of time are compared by lists of open minutes; nothing of `worktime` or of the rules is asked. The
weeks have no holidays and no changes of the clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

import networkx as nx
from mutant_trees import Path, Spot, Step, leaves, names
from mutant_world import TIMERS, Wanted, World, name_of, value_below

from casedsl.syntax.tree import Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 1440
WEEK = 7 * DAY
MINUTES = {"minute": 1, "hour": 60, "day": DAY, "week": WEEK, "month": 30 * DAY, "year": 365 * DAY}
WEEKS = 30
"""How many weeks are walked: no working time of the examples takes longer."""

Week = tuple[tuple[tuple[int, int], ...], ...]
Length = tuple[int, str, str]
"""Number, kind and unit, as `(3, "working", "day")`."""


def found(world: World) -> Iterator[Wanted]:
    """What the rules about time must find."""
    yield from overtaken(world)
    yield from unwatched(world)
    yield from used_up(world)


def overtaken(world: World) -> Iterator[Wanted]:
    """CD402: a step that from some minute comes before a gentler one which counts otherwise."""
    for owner in (*world.states.values(), *world.stages.values()):
        staged = owner.line.keyword == "stage"
        states = [state for state in (world.inside(owner) if staged else [name_of(owner.line)]) if state in world.alive]
        weeks = {week_of(world, calendar) for state in states for calendar in calendars_in(world, state)}
        rungs = world.below(owner.path, *TIMERS)
        for later in rungs if weeks and not (staged and len(weeks) > 1) else []:
            gentler = [rung for rung in rungs if rank(rung) < rank(later)]
            alike = [rung for rung in gentler if kind(length(rung)) == kind(length(later))]
            early = any(size(length(rung)) >= size(length(later)) for rung in alike)
            others = [rung for rung in gentler if rung not in alike]
            if early or any(can_be_later(week, length(rung), length(later)) for rung in others for week in weeks):
                yield Wanted("CD402", Spot(later.path, "after"))


def unwatched(world: World) -> Iterator[Wanted]:
    """CD414: a promise without a word of its own, in a state in which no time acts. Where the case waits on somebody
    there, CD401 says so."""
    for promise in world.promises():
        if not any(promise.line.all("prompt", "alert")):
            paused = names(value_below(promise.line, "pauses in"))
            runs = world.under_way(promise) - set(paused)
            silent = [state for state in runs if not world.timers(state)]
            if silent and not any(world.says(world.states[state], "waiting on") for state in silent):
                yield Wanted("CD414", Spot(promise.path, marks="head"))


def used_up(world: World) -> Iterator[Wanted]:
    """CD415: on a shortest way to a state nobody is alerted before a promise is due that alerts nobody itself. In the
    examples all alerts on a way count alike, and the clock of a promise begins with the case."""
    for promise in world.promises():
        moved = any(promise.line.all("begins", "rolls", "alert"))
        calendar = next(iter(names(value_below(promise.line, "calendar"))), "")
        paused = names(value_below(promise.line, "pauses in"))
        ways = nx.single_source_shortest_path(world.unmet(promise), world.first)
        for way in sorted(ways.values(), key=len) if not moved else []:
            here = all(state in world.alive and state not in paused for state in way)
            if here and all(calendars_in(world, state) == {calendar} for state in way):
                last = spent_on(world, way, length_of(promise.line.all("within").__next__().clauses["within"]))
                if last is not None:
                    yield Wanted("CD415", Spot(last, "after"))
                    break


def spent_on(world: World, way: list[str], whole: Length) -> Path | None:
    """The last alert on a way, if it comes so late."""
    spent, begun, last = 0, dict[Path, int](), None
    for state in way:
        stages = [stage.path for stage in world.stages.values() if state in world.inside(stage)]
        begun = {path: begun.get(path, spent) for path in stages}
        rungs = [rung for rung in world.timers(state) if rung.line.keyword in ("alert", "escalate to")]
        if any(kind(length(rung)) != kind(whole) for rung in rungs):
            return None
        dues = [(begun.get(rung.path[:-1], spent) + size(length(rung)), rung.path) for rung in rungs]
        last = None if not dues else min(dues)[1]
        spent = min(dues)[0] if dues else spent
    return last if spent >= size(whole) else None


def rank(rung: Step) -> int:
    return TIMERS.index(rung.line.keyword)


def length(rung: Step) -> Length:
    return length_of(rung.line.clauses["after"])


def length_of(value: Value) -> Length:
    words = [word.text.removesuffix("s") for word in leaves(value)]
    return int(words[0]), words[1] if len(words) > 2 else "calendar", words[-1]


def kind(length: Length) -> str:
    """What a length can be compared with."""
    _, kind, unit = length
    return {"minute": f"{kind} time", "hour": f"{kind} time", "year": "months", "month": "months"}.get(
        unit, f"{kind} {'time' if kind == 'clock' else 'days'}"
    )


def size(length: Length) -> int:
    return length[0] * (12 if length[2] == "year" else 1 if length[2] == "month" else MINUTES[length[2]])


def calendars_in(world: World, state: str) -> set[str]:
    """The calendars of the teams that can have a case in a state."""
    lines = {name_of(line): line for line in world.organisation.lines if line.keyword == "team"}
    teams = [lines[team] for team in world.teams[state] if team]
    return {names(value)[0] for team in teams if (value := value_below(team, "calendar")) is not None}


def week_of(world: World, calendar: str) -> Week:
    """The hours of each weekday."""
    if calendar in ("always", "every"):
        return (((0, DAY),),) * 7
    line = next(line for line in world.organisation.lines if (line.keyword, name_of(line)) == ("calendar", calendar))
    hours: list[list[tuple[int, int]]] = [[] for _ in WEEKDAYS]
    for below in line.all("open", "days"):
        whole = below.keyword == "days"
        said = below.clauses["days"].text if whole else name_of(below)
        spans = [(0, DAY)] if whole else [span_of(text) for text in below.clauses["hours"].text.split(",")]
        for day in days_of(said):
            hours[day] += spans
    return tuple(tuple(sorted(spans)) for spans in hours)


def days_of(text: str) -> list[int]:
    found = list[int]()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first in WEEKDAYS:
            found += range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    return found


def span_of(text: str) -> tuple[int, int]:
    first, last = (int(time[:2]) * 60 + int(time[3:5]) for time in text.strip().split("-"))
    return first, last if last > first else last + DAY


@cache
def open_minutes(week: Week) -> list[int]:
    """Every open minute of the weeks, in order."""
    found = set[int]()
    for day in range(7 * WEEKS):
        for start, end in week[day % 7]:
            found.update(range(day * DAY + start, day * DAY + end))
    return sorted(found)


@cache
def closings(week: Week) -> list[tuple[int, int]]:
    """Each working day with the minute at which it closes."""
    return [(day, day * DAY + max(end for _, end in week[day % 7])) for day in range(7 * WEEKS) if week[day % 7]]


@cache
def over(week: Week, length: Length) -> list[int]:
    """For each minute of a week the one at which a length is over that begins then."""
    count, kind, unit = length
    if kind != "working":
        return [entry + count * MINUTES[unit] for entry in range(WEEK)]
    if unit == "day":
        known = closings(week)
        days = [day for day, _ in known]
        return [known[bisect_right(days, entry // DAY) + count - 1][1] for entry in range(WEEK)]
    minutes = open_minutes(week)
    return [minutes[bisect_right(minutes, entry - 1) + count * MINUTES[unit] - 1] + 1 for entry in range(WEEK)]


def can_be_later(week: Week, one: Length, other: Length) -> bool:
    """Whether the first length can be over after the second from some minute of a week."""
    return any(first > second for first, second in zip(over(week, one), over(week, other), strict=True))


def first_alert(world: World, state: str) -> tuple[Path, Length] | None:
    """What alerts or escalates first in a state, if all that do count alike."""
    rungs = [rung for rung in world.timers(state) if rung.line.keyword in ("alert", "escalate to")]
    if len({kind(length(rung)) for rung in rungs}) != 1:
        return None
    first = min(rungs, key=lambda rung: size(length(rung)))
    return first.path, length(first)
