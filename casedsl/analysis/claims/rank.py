"""Whether from every case that waits for something there is surely a way to it.

A walk has more ways than a case, so that a way is there doesn't show that a case can go it. A step is sure if every
case of a node can take it and wherever it leads then is nearer: time moves the case; an event whose conditions hold in
all of them, or hang on nothing but what is given with it. Somebody who may do it is taken to be there.
"""

from __future__ import annotations

from casedsl_runtime.vocabulary import BACK, Expression

from casedsl.analysis.claims.tale import Step, events_in, reads_dues, reads_of
from casedsl.analysis.claims.walk import Edge, Node, Walk
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.unset import set_if_asked
from casedsl.model.records import Transition


def every_case_goes_on(walk: Walk) -> bool:
    """Whether every node in which the claim waits surely comes nearer to one where it doesn't."""
    near = {node for node in walk.edges if not node.remembered}
    waiting = [node for node in walk.edges if node.remembered]
    while waiting:
        nearer = [node for node in waiting if _comes_near(node, near, walk)]
        if not nearer:
            return False
        near.update(nearer)
        waiting = [node for node in waiting if node not in near]
    return True


def _comes_near(node: Node, near: set[Node], walk: Walk) -> bool:
    lines: dict[int, list[Edge]] = {}
    for edge in walk.edges[node]:
        if isinstance(edge.step, Passage):
            lines.setdefault(id(edge.step.by), []).append(edge)
    for edges in lines.values():
        step = edges[0].step
        assert isinstance(step, Passage)
        if not isinstance(step.by, Transition):
            if all(edge.to in near for edge in edges):
                return True
        elif _can_be_done(step.by, node) and _some_route(step.by, edges, node, near, walk):
            return True
    return False


def _can_be_done(line: Transition, node: Node) -> bool:
    """Whether nothing but conditions and values can bar an event."""
    worked_out = any(
        setting.value.expression[0] != "const"
        for actions in (line.actions, *(route.actions for route in line.routes))
        for setting in actions.sets
    )
    leads_nowhere = node.place.behind is None and any(route.to.name == BACK for route in line.routes)
    return not (worked_out or leads_nowhere or line.reverses_escalation)


def _some_route(line: Transition, edges: list[Edge], node: Node, near: set[Node], walk: Walk) -> bool:
    if all(edge.to in near for edge in edges) and _surely_open(edges[0].step, line, node, walk):
        return True
    for route in line.routes:
        own = [edge for edge in edges if isinstance(edge.step, Passage) and edge.step.route is route]
        if own and all(edge.to in near for edge in own) and _can_be_chosen(own, walk):
            return True
    return False


def _surely_open(step: Step, line: Transition, node: Node, walk: Walk) -> bool:
    """Whether in every case of a node the event may be done and some route is open, whatever is given."""
    guards: list[Expression] = [line.when.expression] if line.when else []
    if line.routes[-1].when is not None:
        guards.append(("or", *(route.when.expression for route in line.routes if route.when), ("const", False)))
    assert isinstance(step, Passage)
    guards += [set_if_asked(walk.fields[name]) for name in sorted(step.demands)]
    if not guards:
        return True
    passage = Passage(node.place.state, "", line, None, step.needs, conditions=tuple(guards))
    tale = walk.at(node, walk.needed(passage))
    tale.given(passage.needs)
    tale.say(("not", ("and", *guards)))
    return possible(tale.said, tale.names, walk.purse) is False


def _can_be_chosen(edges: list[Edge], walk: Walk) -> bool:
    """Whether who does the event can give values with which it takes a route, whatever was known before."""
    step = edges[0].step
    assert isinstance(step, Passage)
    read = frozenset[str]().union(*(reads_of(each) for each in step.conditions))
    fields = walk.fields
    plain = all(name in step.needs and fields[name].asked_when is None for name in read)
    counts = any(events_in(each) or reads_dues(each) for each in step.conditions)
    return plain and not counts and not step.demands and possible(step.conditions, fields, walk.purse) is True
