"""The graph in the DOT language, quoted by the package `graphviz`; its program is not needed.

States of a team stand in a cluster; time is dashed; first and final states have shapes of their own.
"""

from __future__ import annotations

import graphviz  # type: ignore[import-untyped]

from casedsl.model.records import CaseType
from casedsl.transit.edges import Graph, Node, graph
from casedsl.transit.text import clean


def draw_dot(case_type: CaseType) -> str:
    """A digraph with an edge for each way of each track."""
    drawn = graph(case_type)
    dot = graphviz.Digraph(
        graph_attr={"rankdir": "LR", "label": _words(case_type.title or case_type.name), "fontname": "Helvetica"},
        node_attr={"shape": "box", "style": "rounded", "fontname": "Helvetica"},
        edge_attr={"fontname": "Helvetica", "fontsize": "10"},
    )
    for at, (team, nodes) in enumerate(_teams(case_type, drawn).items()):
        _cluster(case_type, dot, f"cluster_{at}", team, nodes)
    for edge in drawn.edges:
        dot.edge(edge.source, edge.target, label=_words(edge.words), style="dashed" if edge.time else "solid")
    return str(dot.source)


def _teams(case_type: CaseType, drawn: Graph) -> dict[str, list[Node]]:
    """Nodes by their team's title; those without a team under ``""``."""
    teams: dict[str, list[Node]] = {}
    for node in drawn.nodes:
        ref = case_type.states[node.state].team if node.state is not None else None
        title = case_type.organisation.teams[ref.name].title or ref.name if ref else ""
        teams.setdefault(title, []).append(node)
    return teams


def _cluster(case_type: CaseType, dot: graphviz.Digraph, name: str, team: str, nodes: list[Node]) -> None:
    if not team:
        for node in nodes:
            _node(case_type, dot, node)
        return
    with dot.subgraph(name=name) as cluster:
        cluster.attr(label=_words(team))
        for node in nodes:
            _node(case_type, cluster, node)


def _node(case_type: CaseType, dot: graphviz.Digraph, node: Node) -> None:
    kind = case_type.states[node.state].kind if node.state is not None else "gate"
    looks = {"first": {"penwidth": "2"}, "final": {"peripheries": "2"}, "gate": {"shape": "plaintext", "style": ""}}
    dot.node(node.id, _words(node.words), **looks.get(kind, {}))


def _words(text: str) -> str:
    return str(graphviz.escape(clean(text)))
