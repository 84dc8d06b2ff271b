"""What follows from a definition, worked out a second time and in another way: from the tree and with networkx.

Only what the rules about structure, people and use say, and only of definitions whose every name is bound. It is the
yardstick of the mutants: what an edit causes besides what it is about is not listed by hand but read off here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import networkx as nx
from mutant_trees import Path, Spot, Step, leaves, names, steps

from casedsl.syntax.tree import Document, Line, Phrase, Value, text_of

TIMERS = ("prompt", "alert", "escalate to", "move to")


class Wanted(NamedTuple):
    """A finding that must be there: its code and what it marks."""

    code: str
    spot: Spot


class Way(NamedTuple):
    """One way from a state to a state: `route` is the path of its line, `by` that of the event or timer."""

    source: str
    target: str
    by: Path
    route: Path
    back: bool
    timed: bool


@dataclass(frozen=True)
class World:
    """A case type and its organisation, by name."""

    main: Document
    organisation: Document
    lines: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", list(steps(self.main)))

    def found(self) -> set[Wanted]:
        """What the rules must find."""
        return {
            *self.shape(),
            *self.outsiders(),
            *self.closed(),
            *self.kept(),
            *self.powerless(),
            *self.idle(),
            *self.forgotten(),
            *self.endless(),
            *self.uncounted(),
            *self.silent_hand_overs(),
            *self.unused(),
            *self.beaten(),
            *self.kept_back(),
            *self.never_left(),
            *self.one_for_both(),
            *self.left_alone(),
        }

    # Names.

    @cached_property
    def states(self) -> dict[str, Step]:
        return {name_of(step.line): step for step in self.lines if step.line.keyword == "state"}

    @cached_property
    def stages(self) -> dict[str, Step]:
        return {name_of(step.line): step for step in self.lines if step.line.keyword == "stage"}

    @cached_property
    def first(self) -> str:
        return next(name for name, step in self.states.items() if "first" in step.line.clauses)

    @cached_property
    def finals(self) -> set[str]:
        return {name for name, step in self.states.items() if "final" in step.line.clauses}

    @cached_property
    def order(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.states)}

    @cached_property
    def roles(self) -> dict[str, bool]:
        """Role -> whether it is outside."""
        lines = (line for line in self.organisation.lines if line.keyword == "role")
        return {name_of(line): "outside" in line.clauses for line in lines}

    def inside(self, stage: Step) -> list[str]:
        return [name for name in names(stage.line.clauses["of"]) if name not in self.finals]

    # Events and ways.

    def handlers(self, state: str) -> dict[str, Step]:
        """Event -> the line that holds in a state."""
        return self.handled[state]

    @cached_property
    def handled(self) -> dict[str, dict[str, Step]]:
        return {state: self.handled_in(state) for state in self.states}

    def handled_in(self, state: str) -> dict[str, Step]:
        if state in self.finals:
            return {}
        owners = [self.states[state], *(stage for stage in self.stages.values() if state in self.inside(stage))]
        owners += [step for step in self.lines if step.line.keyword == "anywhere"]
        found: dict[str, Step] = {}
        for owner in owners:
            for step in self.below(owner.path, "on"):
                found.setdefault(name_of(step.line), step)
        return found

    def below(self, path: Path, *keywords: str) -> list[Step]:
        """The lines one level below another."""
        return [step for step in self.inner.get(path, ()) if step.line.keyword in keywords]

    @cached_property
    def inner(self) -> dict[Path, list[Step]]:
        found: dict[Path, list[Step]] = {}
        for step in self.lines:
            if step.path:
                found.setdefault(step.path[:-1], []).append(step)
        return found

    def timers(self, state: str) -> list[Step]:
        if state in self.finals:
            return []
        stages = [stage for stage in self.stages.values() if state in self.inside(stage)]
        return [timer for owner in (self.states[state], *stages) for timer in self.below(owner.path, *TIMERS)]

    def written_ways(self, state: str) -> Iterator[Way]:
        for step in self.handlers(state).values():
            routes = self.below(step.path, "to") or [step]
            for route in routes:
                place = names(route.line.clauses["to"])[0]
                if place != "stay":
                    yield Way(state, place, step.path, route.path, place == "back", False)
        for timer in self.timers(state):
            if timer.line.keyword == "move to":
                place = names(timer.line.clauses["move to"])[0]
                yield Way(state, place, timer.path, timer.path, place == "back", True)

    @cached_property
    def sides(self) -> dict[str, list[str]]:
        """Side step -> the states that `back` can mean there: whence it is entered, perhaps through side steps only."""
        sides = [state for state in self.states if any(way.back for way in self.written_ways(state))]
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.states)
        graph.add_edges_from(
            (state, way.target) for state in self.states for way in self.written_ways(state) if not way.back
        )
        found = {}
        for side in sides:
            inner = graph.subgraph(sides)
            doors = {side} | nx.ancestors(inner, side)
            known = {source for door in doors for source in graph.predecessors(door) if source not in sides}
            found[side] = sorted(known, key=self.order.__getitem__)
        return found

    @cached_property
    def ways(self) -> list[Way]:
        found = []
        for state in self.states:
            for way in self.written_ways(state):
                targets = self.sides[state] if way.back else [way.target]
                found += [way._replace(target=target) for target in targets]
        return found

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.states)
        graph.add_edges_from((way.source, way.target) for way in self.ways)
        return graph

    @cached_property
    def reached(self) -> set[str]:
        return {self.first} | nx.descendants(self.graph, self.first)

    @cached_property
    def alive(self) -> list[str]:
        return [state for state in self.states if state in self.reached - self.finals]

    def head(self, state: str) -> Spot:
        return Spot(self.states[state].path, marks="head")

    # 1xx.

    def shape(self) -> Iterator[Wanted]:
        ends = self.finals & self.reached
        leaving = {state: set(self.graph.successors(state)) for state in self.states}
        stuck = [state for state in self.alive if not leaving[state] and state not in self.sides]
        yield from (Wanted("CD102", self.head(state)) for state in stuck)
        yield from self.islands(bool(ends))
        if ends:
            yield from (Wanted("CD103", self.head(min(trap, key=self.order.__getitem__))) for trap in self.traps())
        elif all(leaving[state] for state in self.reached):
            yield Wanted("CD104", Spot((), marks="head"))
        yield from self.nothing_behind()

    def islands(self, ending: bool) -> Iterator[Wanted]:
        lost = set(self.states) - self.reached
        if not ending:
            lost -= self.finals.union(*(nx.ancestors(self.graph, final) for final in self.finals))
        parts = nx.condensation(self.graph.subgraph(lost)) if lost else nx.DiGraph()
        for part in parts:
            if not parts.in_degree(part):
                yield Wanted("CD101", self.head(min(parts.nodes[part]["members"], key=self.order.__getitem__)))

    def traps(self) -> Iterator[set[str]]:
        parts = nx.condensation(self.graph.subgraph(self.reached))
        for part in parts:
            members = parts.nodes[part]["members"]
            moving = any(self.graph.out_degree(state) for state in members)
            if not parts.out_degree(part) and moving and not members & self.finals:
                yield members

    def nothing_behind(self) -> Iterator[Wanted]:
        sides = nx.subgraph_view(self.graph, filter_node=lambda state: state in self.sides)
        early = {self.first} | nx.descendants(sides, self.first) if self.first in self.sides else set()
        for state in self.reached & self.sides.keys():
            back = [timer for timer in self.timers(state) if names(timer.line.clauses.get("move to"))[:1] == ["back"]]
            if back and (state in early or not self.sides[state]):
                yield Wanted("CD116", Spot(back[0].path, "move to", marks="line"))
            elif not self.sides[state]:
                lines = self.handlers(state).values()
                line = next(step for step in lines if names(step.line.clauses["to"])[0] == "back")
                yield Wanted("CD116", Spot(line.path, marks="head"))

    def outsiders(self) -> Iterator[Wanted]:
        owners = [*self.states.values(), *self.stages.values()]
        owners += [step for step in self.lines if step.line.keyword == "anywhere"]
        said: dict[str, Step] = {}
        for step in (step for owner in owners for step in self.below(owner.path, "on")):
            if any(self.roles.get(actor[0]) for actor in self.actors(step)):
                said.setdefault(name_of(step.line), step)
        for event, step in said.items():
            if any(event not in self.handlers(state) for state in self.alive):
                yield Wanted("CD106", Spot(step.path, marks="head"))

    def kept(self) -> Iterator[Wanted]:
        """CD108."""
        for owner in (*self.states.values(), *self.stages.values()):
            inside = [name_of(owner.line)] if owner.line.keyword == "state" else self.inside(owner)
            visited = {state for state in inside if state in self.alive}
            around = visited | {side for side, before in self.sides.items() if visited & set(before)}
            back = any(self.says(step, "reverses") for state in around for step in self.handlers(state).values())
            rungs = self.below(owner.path, "escalate to")
            if rungs and visited and not back:
                yield Wanted("CD108", Spot(rungs[0].path, "escalate to", marks="line"))

    # People.

    def says(self, step: Step, keyword: str) -> Step | None:
        return next(iter(self.below(step.path, keyword)), None)

    def actors(self, step: Step) -> list[list[str]]:
        """The roles that may take an event, each with the role that it stands for, if it does."""
        by = self.says(step, "by")
        value = by.line.clauses["by"] if by else None
        return [names(part) for part in value.parts] if isinstance(value, Phrase) else []

    def closed(self) -> Iterator[Wanted]:
        """CD501 and CD107."""
        leaving: dict[str, list[Way]] = {state: [] for state in self.states}
        for way in self.ways:
            leaving[way.source].append(way)
        shut = [
            state
            for state in self.states
            if state in self.reached and leaving[state] and not any(self.open(way) for way in leaving[state])
        ]
        anybody = any(self.actors(step) for state in self.reached for step in self.handlers(state).values())
        if len(shut) > 1 and not anybody:
            yield Wanted("CD501", Spot((), marks="head"))
        else:
            yield from (Wanted("CD501", self.head(state)) for state in shut)
        orphans = {
            step.path
            for state in self.reached
            for step in self.handlers(state).values()
            if not self.actors(step) and any(self.open(way) for way in leaving[state])
        }
        yield from (Wanted("CD107", Spot(path, marks="head")) for path in orphans)

    def open(self, way: Way) -> bool:
        """Whether somebody, or time, takes a way."""
        return way.timed or any(self.actors(step) for step in self.lines if step.path == way.by)

    def may_act(self, state: str, role: str) -> bool:
        both = [names(line.clauses["may be both"]) for line in self.organisation.lines if line.keyword == "may be both"]
        held = {role}.union(*(group for group in both if role in group))
        return any(actor[0] in held for step in self.handlers(state).values() for actor in self.actors(step))

    def powerless(self) -> Iterator[Wanted]:
        for owner in (*self.states.values(), *self.stages.values()):
            inside = [name_of(owner.line)] if owner.line.keyword == "state" else self.inside(owner)
            for timer in self.below(owner.path, "escalate to"):
                role = names(timer.line.clauses["escalate to"])[0]
                if any(not self.may_act(state, role) for state in inside if state in self.alive):
                    yield Wanted("CD507", Spot(timer.path, "escalate to"))

    @cached_property
    def walked(self) -> set[str]:
        """The states that a case walks to that goes back only to what it has come from."""
        queue: list[tuple[str, str]] = [(self.first, "")]
        for state, behind in queue:
            for way in self.written_ways(state):
                target = behind if way.back else way.target
                under = "" if target not in self.sides else behind if state in self.sides else state
                if target and (target, under) not in queue:
                    queue.append((target, under))
        return {state for state, _ in queue}

    def never_left(self) -> Iterator[Wanted]:
        """CD101 of what `back` would lead to if a case had been there, where some case ends elsewhere."""
        lost = self.graph.subgraph(self.reached - self.walked)
        folded = nx.condensation(lost)
        for node in folded if self.finals & self.walked else ():
            if not folded.in_degree(node):
                yield Wanted("CD101", self.head(min(folded.nodes[node]["members"], key=self.order.__getitem__)))

    def kept_back(self) -> Iterator[Wanted]:
        """CD506: what gives back an escalation where none can have been raised."""
        own = {state for state in self.alive if any(step.line.keyword == "escalate to" for step in self.timers(state))}
        raised = own | {side for side, before in self.sides.items() if own & set(before)}
        for path in {step.path for state in self.alive for step in self.handlers(state).values()}:
            step = next(step for step in self.lines if step.path == path)
            holding = {state for state in self.alive if self.handlers(state).get(name_of(step.line)) == step}
            if self.says(step, "reverses") and self.actors(step) and not raised & holding:
                yield Wanted("CD506", Spot(path, marks="head"))

    def duties(self, step: Step) -> list[str]:
        said = self.says(step, "but not")
        return names(said.line.clauses["but not"])[-1:] if said else []

    def one_for_both(self) -> Iterator[Wanted]:
        """CD503 of a line without a duty that another of its event has, if some role, or two that one person may hold,
        do both; that a case can go from the one to the other is taken for granted."""
        every = {step.path: step for state in self.alive for step in self.handlers(state).values()}.values()
        for step in every:
            duties = {
                each for other in every for each in self.duties(other) if name_of(other.line) == name_of(step.line)
            }
            for done in duties - set(self.duties(step)):
                doers = {actor[0] for other in every if name_of(other.line) == done for actor in self.actors(other)}
                if any(self.may_be_both(one, actor[0]) for one in doers for actor in self.actors(step)):
                    yield Wanted("CD503", Spot(step.path, marks="head"))

    def may_be_both(self, one: str, other: str) -> bool:
        both = [names(line.clauses["may be both"]) for line in self.organisation.lines if line.keyword == "may be both"]
        return one == other or any({one, other} <= set(group) for group in both)

    def left_alone(self) -> Iterator[Wanted]:
        """CD504 of a state that only the person of the case may leave, by one event, and not after what they did on
        every way in."""
        for state in self.alive:
            leaving = [way for way in self.ways if way.source == state]
            lines = [step for step in self.lines if step.path in {way.by for way in leaving}]
            into = [way for way in self.ways if way.target == state]
            if len(lines) == 1 and not any(way.timed for way in leaving) and into and self.duties(lines[0]):
                doers = [self.actors(step) for way in into for step in self.lines if step.path == way.by]
                own = [actor[0] for actor in self.actors(lines[0])]
                same = all([actor[0] for actor in actors] == own for actors in doers)
                if len(own) == 1 and self.roles.get(own[0]) and same:
                    yield Wanted("CD504", Spot(lines[0].path, marks="head"))

    def idle(self) -> Iterator[Wanted]:
        for number, line in enumerate(self.organisation.lines):
            if line.keyword == "team":
                yield from self.idle_team(number, line)

    def idle_team(self, number: int, team: Line) -> Iterator[Wanted]:
        people = names(value_below(team, "people"))
        assigns = names(value_below(team, "assign"))
        given = [state for state in self.alive if self.team_of(state) == name_of(team)]
        theirs = [state for state in given if self.is_up_to(state, people)]
        if assigns and assigns[0] not in people:
            below = next(place for place, line in enumerate(team.lines) if line.keyword == "assign")
            yield Wanted("CD508", Spot((number, below), "assign", 0, file="organisation"))
        elif given and not people:
            yield Wanted("CD508", Spot((number,), marks="head", file="organisation"))
        elif theirs and not any(self.may_act(state, role) for state in given for role in people):
            ref = self.says(self.states[theirs[0]], "team")
            assert ref is not None
            yield Wanted("CD508", Spot(ref.path, "team"))

    def is_up_to(self, state: str, people: list[str]) -> bool:
        """Whether a team has to do something in a state: no time ends it, and it waits on nobody else."""
        moved = any(timer.line.keyword == "move to" for timer in self.timers(state))
        return not moved and set(names(value_below(self.states[state].line, "waiting on"))) <= set(people)

    def team_of(self, state: str) -> str:
        return next(iter(names(value_below(self.states[state].line, "team"))), "")

    # Time.

    def forgotten(self) -> Iterator[Wanted]:
        """CD401: a state that waits on somebody, where nothing happens by itself; the steps of a promise count too."""
        for state in self.alive:
            step = self.says(self.states[state], "waiting on")
            if step and not self.timers(state) and not self.heard(state):
                yield Wanted("CD401", Spot(step.path, "waiting on", 0))

    def endless(self) -> Iterator[Wanted]:
        """CD407: a promise stands still in a state that no time ends. In the examples it does so in one state."""
        for promise in self.promises():
            step, ways = self.says(promise, "pauses in"), self.under_way(promise)
            paused = names(step.line.clauses["pauses in"]) if step and "at most" not in step.line.clauses else []
            for number, state in enumerate(paused if ways - set(paused) else []):
                timed = any(way.timed for way in self.written_ways(state))
                waits = self.says(self.states[state], "waiting on") and not self.timers(state)
                if step and state in ways and not timed and not waits:
                    yield Wanted("CD407", Spot(step.path, "pauses in", number))

    def heard(self, state: str) -> bool:
        return any(state in self.under_way(step) - still(step.line) for step in self.promises() if counted(step.line))

    def promises(self) -> list[Step]:
        return [step for step in self.lines if step.line.keyword == "promise"]

    def under_way(self, promise: Step) -> set[str]:
        """The states that a case can be in after its promise has begun and before it is met. In the examples a promise
        begins with the opening."""
        return ({self.first} | nx.descendants(self.unmet(promise), self.first)) - self.finals

    def unmet(self, promise: Step) -> nx.DiGraph[str]:
        """The ways of a case without those that meet a promise."""
        met = names(value_below(promise.line, "met by"))
        by = {step.path for step in self.lines if step.line.keyword == "on" and name_of(step.line) in met}
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.states)
        graph.add_edges_from((way.source, way.target) for way in self.ways if way.by not in by)
        return graph

    @cached_property
    def teams(self) -> dict[str, set[str]]:
        """State -> the teams that can have the case there, `` for none."""
        found: dict[str, set[str]] = {state: set() for state in self.states}
        found[self.first] = {self.team_of(self.first)}
        for _ in range(len(self.states) ** 2):
            for way in (way for way in self.ways if way.source in self.reached):
                own = self.team_of(way.target)
                found[way.target] |= {own} if own else found[way.source]
        return found

    def uncounted(self) -> Iterator[Wanted]:
        """CD411. Cases begin in the first state: where it has no team, it speaks for the states that inherit this."""
        bare = [state for state in self.alive if "" in self.teams[state] and self.timers(state)]
        for state in bare[:1] if self.first in bare else bare:
            yield Wanted("CD411", Spot(self.timers(state)[0].path, "after"))

    def silent_hand_overs(self) -> Iterator[Wanted]:
        """CD810."""
        for way, teams in self.held():
            team = self.team_of(way.target)
            given = any(self.below(path, "hand over") for path in (way.by, way.route))
            if team and teams - {"", team} and not given:
                forked = len(self.below(way.by, "to")) > 1
                if forked:
                    yield Wanted("CD810", Spot(way.route, "to"))
                elif way.timed:
                    yield Wanted("CD810", Spot(way.by, "move to", marks="line"))
                else:
                    yield Wanted("CD810", Spot(way.by, marks="head"))

    def held(self) -> Iterator[tuple[Way, set[str]]]:
        """The ways that cases go, each with the teams that can have the case then: who comes back from a side step
        comes back to what it interrupted, with the team of then."""
        found: set[tuple[str, str, str]] = set()
        taken: dict[Way, set[str]] = {}
        left = [(self.first, "", self.team_of(self.first))]
        while left:
            state, behind, team = left.pop()
            if (state, behind, team) in found:
                continue
            found.add((state, behind, team))
            for way in (way for way in self.ways if way.source == state and not (way.back and way.target != behind)):
                taken.setdefault(way, set()).add(team)
                beside = behind if state in self.sides else state
                after = beside if way.target in self.sides else ""
                left.append((way.target, after, self.team_of(way.target) or team))
        yield from taken.items()

    # Use.

    def unused(self) -> Iterator[Wanted]:
        said = set(self.said())
        for step in self.lines:
            if step.line.keyword in ("field", "template") and name_of(step.line) not in said:
                yield Wanted("CD009", Spot(step.path, marks="head"))

    def said(self) -> Iterator[str]:
        """Every word that may name a field or a template, wherever it stands but in its own definition; who may amend a
        field uses it."""
        for step in self.lines:
            if step.line.keyword in ("says", "subject", "body"):
                text = text_of(leaves(step.line.clauses[step.line.keyword])[0])
                yield from re.findall(r"\{\s*(\w+)\s*[,}]", text)
            elif step.line.keyword == "changed by":
                yield name_of(step.above[-1])
            elif step.line.keyword != "field":
                yield from (word for value in step.line.clauses.values() for word in names(value))
                yield from [name_of(step.line)] if step.line.keyword == "send" else []

    def beaten(self) -> Iterator[Wanted]:
        """CD506."""
        for owner in (step for step in self.lines if step.line.keyword in ("stage", "anywhere")):
            inside = self.inside(owner) if owner.line.keyword == "stage" else self.alive
            states = [state for state in inside if state in self.alive]
            for step in self.below(owner.path, "on") if states else []:
                if all(self.handlers(state)[name_of(step.line)].path != step.path for state in states):
                    yield Wanted("CD506", Spot(step.path, marks="head"))
        for step in (step for step in self.lines if step.line.keyword == "changed by"):
            for number, name in enumerate(names(step.line.clauses.get("in"))):
                if name in self.finals:
                    yield Wanted("CD506", Spot(step.path, "in", number))


def name_of(line: Line) -> str:
    return line.name.text if line.name else ""


def value_below(line: Line, keyword: str) -> Value | None:
    """The value of a line below that may stand once."""
    return next((below.clauses[keyword] for below in line.all(keyword)), None)


def still(promise: Line) -> set[str]:
    return set(names(value_below(promise, "pauses in")))


def counted(promise: Line) -> bool:
    """Whether a promise has steps of its own."""
    return any(promise.all("prompt", "alert", "tell"))
