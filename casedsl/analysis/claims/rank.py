"""Whether from every case that waits for something there is surely a way to it.

A walk has more ways than a case, so that a way is there doesn't show that a case can go it. A step is sure if every
case of a node can take it and wherever it leads then is nearer: time moves the case, or somebody can do one of some
events (`able.py`). Somebody who may do it is taken to be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from casedsl.analysis.able import Act, names_of, open_to_all, surely_one
from casedsl.analysis.claims.tale import Amendment, Step
from casedsl.analysis.claims.walk import Edge, Node, Walk
from casedsl.analysis.known import with_deciders
from casedsl.analysis.passages import Passage
from casedsl.model.records import Timer, Transition


def every_case_goes_on(walk: Walk) -> bool:
    """Whether every node in which the claim waits surely comes nearer to one where it doesn't."""
    before, amended = _before(walk)
    queue = [node for node in walk.edges if not node.remembered]
    near = set(queue)
    for reached in queue:
        nodes = before.get(reached, {})
        for node in dict.fromkeys((*nodes, *(first for each in nodes for first in amended.get(each, ())))):
            if node not in near and _comes_near(node, near, walk):
                near.add(node)
                queue.append(node)
    return len(near) == len(walk.edges)


def _before(walk: Walk) -> tuple[dict[Node, dict[Node, None]], dict[Node, dict[Node, None]]]:
    """The nodes one step before a node, and those from which an amendment leads to it."""
    before: dict[Node, dict[Node, None]] = {}
    amended: dict[Node, dict[Node, None]] = {}
    for node, edges in walk.edges.items():
        for edge in edges:
            before.setdefault(edge.to, {})[node] = None
            if isinstance(edge.step, Amendment):
                amended.setdefault(edge.to, {})[node] = None
    return before, amended


def _comes_near(node: Node, near: set[Node], walk: Walk) -> bool:
    if any(_by_time(steps[0].step) for steps in _leading([node], near, walk)):
        return True
    acts = [Act(edges[0].step) for edges in _leading([node], near, walk) if _can_be_done(edges[0].step)]
    if any(open_to_all(act.passage, walk.fields, walk.roads.pieces, walk.purse) for act in acts):
        return True
    helped = _amended(node, near, walk)
    if not acts and not helped:
        return False
    names = with_deciders(walk.core | names_of((*acts, *helped)), walk.fields)
    amendable = walk.known.amendable[node.place.state] & names
    return surely_one(walk.at(node, names), [*acts, *(act._replace(amended=amendable) for act in helped)], walk.purse)


def _amended(node: Node, near: set[Node], walk: Walk) -> list[Act]:
    """Events that lead nearer whatever somebody has amended just before."""
    if not walk.known.amendable[node.place.state]:
        return []
    after = [edge.to for edge in walk.edges[node] if isinstance(edge.step, Amendment)]
    return [Act(edges[0].step) for edges in _leading([node, *after], near, walk) if _can_be_done(edges[0].step)]


def _leading(nodes: list[Node], near: set[Node], walk: Walk) -> Iterator[list[Edge]]:
    """The edges of each step out of some nodes all of which lead nearer; of time, of all that a timer does."""
    steps: dict[int, list[Edge]] = {}
    for edge in (edge for node in nodes for edge in walk.edges[node]):
        step = edge.step
        steps.setdefault(id(step.by) if _by_time(step) else id(step), []).append(edge)
    return (edges for edges in steps.values() if all(edge.to in near for edge in edges))


def _by_time(step: Step) -> TypeGuard[Passage]:
    return isinstance(step, Passage) and isinstance(step.by, Timer)


def _can_be_done(step: Step) -> TypeGuard[Passage]:
    """Whether nothing but conditions and values can bar an event."""
    return isinstance(step, Passage) and isinstance(step.by, Transition) and not step.by.reverses_escalation
