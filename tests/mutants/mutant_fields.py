"""What follows for fields from a definition, worked out a second time: from the tree, as ways in a graph.

For each field without a default the graph has a state twice, with the field and without, and once more for each state
that a side step can interrupt. Guards are not worked out: what asks about the field, and of nothing else instead,
counts as closed without it. That is enough for the examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import networkx as nx
from mutant_trees import Spot, Step, names
from mutant_world import Wanted, World, name_of

from casedsl.syntax.tree import text_of


class Node(NamedTuple):
    """Where a case is, what it interrupted, and whether the field is unset."""

    state: str
    behind: str
    unset: bool


class Passed(NamedTuple):
    """A route of an event, or the event itself, and whether the field is unset before its condition and behind it."""

    event: Step
    route: Step
    asked: bool
    unset: bool


def found(world: World) -> set[Wanted]:
    """CD208 and CD301 of every field."""
    fields = [step for step in world.lines if step.line.keyword == "field" and not world.says(step, "default")]
    return {wanted for step in fields for wanted in _without(world, name_of(step.line))}


def _without(world: World, field: str) -> Iterator[Wanted]:
    graph: nx.DiGraph[Node] = nx.DiGraph()
    start = Node(world.first, "", True)
    graph.add_node(start)
    queue = [start]
    for node in queue:
        for after in _after(world, field, node):
            if after not in graph:
                queue.append(after)
            graph.add_edge(node, after)
    for node in graph:
        yield from _read(world, field, node)
        yield from _told(world, field, node)


def _after(world: World, field: str, node: Node) -> Iterator[Node]:
    for passed in _passed(world, field, node):
        yield from _place(world, node, names(passed.route.line.clauses["to"])[0], passed.unset)
    for timer in world.timers(node.state):
        if timer.line.keyword == "move to":
            yield from _place(world, node, names(timer.line.clauses["move to"])[0], node.unset)


def _place(world: World, node: Node, place: str, unset: bool) -> Iterator[Node]:
    if place == "stay":
        yield node._replace(unset=unset)
    elif place == "back":
        yield from [Node(node.behind, "", unset)] if node.behind else []
    elif place in world.sides:
        yield Node(place, node.behind if node.state in world.sides else node.state, unset)
    else:
        yield Node(place, "", unset)


def _passed(world: World, field: str, node: Node) -> Iterator[Passed]:
    for event in world.handlers(node.state).values():
        asked = node.unset and field not in _said(world, event, "needs")
        if asked and field in _said(world, event, "when"):
            continue
        for route in world.below(event.path, "to") or [event]:
            guard = route.line.clauses.get("when")
            if asked and field in names(guard) and guard is not None and " or " not in guard.text:
                continue
            cleared = any(field in _said(world, step, "clears") for step in (event, route))
            given = any(field in _said(world, step, "set")[:1] for step in (event, route))
            yield Passed(event, route, asked, (asked or cleared) and not given)


def _said(world: World, step: Step, keyword: str) -> list[str]:
    said = world.says(step, keyword)
    return names(said.line.clauses[keyword]) if said else []


def _read(world: World, field: str, node: Node) -> Iterator[Wanted]:
    """The first condition of each event that speaks of the field while it is unset."""
    for event in world.handlers(node.state).values():
        guards = [*world.below(event.path, "when"), *world.below(event.path, "to")]
        spoken = [step for step in guards if field in names(step.line.clauses.get("when"))]
        tested = [step for step in spoken if f"{field} is set" in step.line.clauses["when"].text]
        if node.unset and field not in _said(world, event, "needs") and spoken and not tested:
            yield Wanted("CD208", Spot(spoken[0].path, "when", marks="row"))


def _told(world: World, field: str, node: Node) -> Iterator[Wanted]:
    """The messages that say that the field is not set."""
    for passed in _passed(world, field, node):
        for path in {passed.event.path, passed.route.path}:
            for send in world.below(path, "send"):
                if passed.unset and field in _gaps(world, name_of(send.line)):
                    yield Wanted("CD301", Spot(send.path))
    for timer in world.timers(node.state):
        template = names(timer.line.clauses.get("with"))
        if node.unset and template and field in _gaps(world, template[0]):
            yield Wanted("CD301", Spot(timer.path, "with"))


def _gaps(world: World, template: str) -> list[str]:
    """The fields whose gaps don't say `if set`."""
    step = next(step for step in world.lines if step.line.keyword == "template" and name_of(step.line) == template)
    texts = [text_of(line.clauses[line.keyword]) for line in step.line.lines]  # type: ignore[arg-type]
    return [gap for text in texts for gap in re.findall(r"\{\s*(\w+)\s*\}", text)]
