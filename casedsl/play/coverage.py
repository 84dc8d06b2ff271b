"""What of a definition scenarios have played: its states, its transitions by place, and its timers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl_runtime.artifact import Timer, Workflow
from casedsl_runtime.case import MISSED
from casedsl_runtime.host import Fired
from casedsl_runtime.journal import Entry
from casedsl_runtime.vocabulary import BACK, STAY
from msgspec import Struct

from casedsl.model.records import CaseType, Route, Transition
from casedsl.report.plain import one_line

KINDS = ("state", "transition", "timer")


class Part(Struct, frozen=True, order=True):
    """One thing that can be played; `key` tells it from all others of its kind."""

    kind: str
    key: tuple[str, ...]


class Coverage(Struct, frozen=True):
    """Everything that can be played, in the order of the definition, each with a name for people; and what was."""

    parts: Mapping[Part, str]
    played: frozenset[Part]

    def counts(self, kind: str) -> tuple[int, int]:
        """How many of a kind were played, of how many."""
        known = [part for part in self.parts if part.kind == kind]
        return sum(part in self.played for part in known), len(known)

    def missing(self, kind: str) -> tuple[str, ...]:
        return tuple(name for part, name in self.parts.items() if part.kind == kind and part not in self.played)

    @property
    def percent(self) -> int:
        """How much of everything was played, in whole percent, rounded down."""
        return 100 * sum(part in self.played for part in self.parts) // max(1, len(self.parts))


def coverage_of(case_type: CaseType, workflow: Workflow, played: Iterable[frozenset[Part]]) -> Coverage:
    parts = dict([*_states(case_type), *_ways(case_type), *_timers(workflow)])
    return Coverage(parts, frozenset[Part]().union(*played))


def played_in(case_type: CaseType, entries: Iterable[Entry], fired: Iterable[Fired]) -> frozenset[Part]:
    """What a journal and the steps of time have played."""
    steps = (each.timer for each in fired if each.outcome.accepted)
    found = {Part("timer", (timer.clock, timer.rung)) for timer in steps if timer is not None}
    for entry in entries:
        values = entry.values
        if "state" in values:
            found.add(Part("state", (str(values["state"]),)))
        if entry.kind == "done":
            way = _way(case_type, str(values["from"]), str(values["event"]), str(values["state"]))
            found |= {way} if way else set()
    return frozenset(found)


def _states(case_type: CaseType) -> Iterator[tuple[Part, str]]:
    for name in case_type.states:
        yield Part("state", (name,)), f"`{name}`"


def _ways(case_type: CaseType) -> Iterator[tuple[Part, str]]:
    lines = (line for state in case_type.states for line in case_type.handlers(state).values())
    for line in sorted(dict.fromkeys(lines), key=lambda line: line.span):
        where = f"in `{line.owner}`" if line.owner else "anywhere"
        for route in line.routes:
            yield _part(line, route), f"`{line.event}` -> `{route.to}` {where}"


def _part(line: Transition, route: Route) -> Part:
    return Part("transition", (line.event, line.owner or "", route.to.name, route.ending or ""))


def _way(case_type: CaseType, source: str, event: str, target: str) -> Part | None:
    """The route that an entry took; None for what was only filed after the end."""
    line = case_type.handlers(source).get(event)
    if line is None:
        return None
    exact = [route for route in line.routes if route.to.name == target]
    loose = [route for route in line.routes if route.to.name == (STAY if source == target else BACK)]
    return next((_part(line, route) for route in (*exact, *loose)), None)


def _timers(workflow: Workflow) -> Iterator[tuple[Part, str]]:
    for state in workflow.states:
        yield from _ladder(f"state/{state.name}", state.name, state.timers)
    for stage in workflow.stages:
        yield from _ladder(f"stage/{stage.name}", stage.name, stage.timers)
    for promise in workflow.promises:
        clock = f"promise/{promise.name}"
        for rung, step in enumerate(promise.steps):
            if step.rung != "tell":
                yield Part("timer", (clock, str(rung))), f"{step.rung} `{step.to}` of `{promise.name}`"
        yield Part("timer", (clock, MISSED)), f"`{promise.name}` missed"


def _ladder(clock: str, name: str, timers: tuple[Timer, ...]) -> Iterator[tuple[Part, str]]:
    for rung, timer in enumerate(timers):
        told = one_line(f"{timer.rung} `{timer.to}` after {timer.after} in `{name}`")
        yield Part("timer", (clock, str(rung))), told
