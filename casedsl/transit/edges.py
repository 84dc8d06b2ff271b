"""What DOT and Mermaid draw: nodes and edges with stable names, every track on at least one edge.

A state is `s1`, `s2`, … in the order of the file; a stage and `anywhere` have nodes of their own, from which their
lines leave; so has the way back from a side step that is entered from several states.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.vocabulary import BACK, STAY
from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.tracks import Track, Way, condition, leads_to, owner_title, state_title, tracks


class Node(Struct, frozen=True):
    """`state` is None for a stage, for anywhere and for a way back."""

    id: str
    words: str
    state: str | None = None


class Edge(Struct, frozen=True):
    source: str
    target: str
    words: str
    time: bool


class Graph(Struct, frozen=True):
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(case_type: CaseType) -> Graph:
    nodes = {name: Node(f"s{at}", state_title(case_type, name), name) for at, name in enumerate(case_type.states, 1)}
    edges: list[Edge] = []
    for line in tracks(case_type):
        source = _source(case_type, nodes, line)
        for way in line.ways:
            target = _target(case_type, nodes, source, way)
            edges.append(Edge(source.id, target.id, _words(line, way), line.kind == "time"))
    return Graph(tuple(nodes.values()), tuple(edges))


def _source(case_type: CaseType, nodes: dict[str, Node], line: Track) -> Node:
    if line.scope == "state":
        return nodes[line.owner]
    words = f"{owner_title(case_type, line)}: {_holds(case_type, line)}"
    return nodes.setdefault(f"of {words}", Node(f"g{len(nodes)}", words))


def _holds(case_type: CaseType, line: Track) -> str:
    return ", ".join(state_title(case_type, state) for state in line.states) or "nowhere"


def _target(case_type: CaseType, nodes: dict[str, Node], source: Node, way: Way) -> Node:
    if way.to == STAY:
        return source
    if way.to != BACK:
        return nodes[way.to]
    if len(way.places) == 1:
        return nodes[way.places[0]]
    words = leads_to(case_type, way)
    return nodes.setdefault(f"to {words}", Node(f"g{len(nodes)}", words))


def _words(line: Track, way: Way) -> str:
    return " ".join(_said(line, way))


def _said(line: Track, way: Way) -> Iterator[str]:
    yield f"{way.code} {line.label}"
    if way.ending:
        yield f"(as {way.ending})"
    guards = [guard for guard in (line.guard, condition(line, way)) if guard]
    if guards:
        yield f"[{'; '.join(guards)}]"
    if line.kind == "event":
        yield f"by {line.by or 'nobody'}"
    if line.but_not:
        yield f"but not who did {line.but_not}"
    if way.to in (STAY, BACK):
        yield "(stays)" if way.to == STAY else "(back)"
