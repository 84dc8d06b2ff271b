"""The graph as a Mermaid state diagram. Every character that could mean something to Mermaid is written by its number.

Teams stand in the states' descriptions: Mermaid draws no arrow between states of two groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.model.records import CaseType
from casedsl.transit.edges import Node, graph
from casedsl.transit.text import clean

_PLAIN = frozenset(" .,()/'→")


def draw_mermaid(case_type: CaseType) -> str:
    """A `stateDiagram-v2` with an arrow for each way of each track."""
    return "\n".join(_lines(case_type)) + "\n"


def _lines(case_type: CaseType) -> Iterator[str]:
    drawn = graph(case_type)
    yield "stateDiagram-v2"
    yield "    direction LR"
    for node in drawn.nodes:
        yield f'    state "{_words(node.words + _team(case_type, node))}" as {node.id}'
    for node in drawn.nodes:
        if node.state is not None and case_type.states[node.state].kind == "first":
            yield f"    [*] --> {node.id}"
    for edge in drawn.edges:
        yield f"    {edge.source} --> {edge.target} : {_words(edge.words)}"
    for node in drawn.nodes:
        if node.state is not None and case_type.states[node.state].kind == "final":
            yield f"    {node.id} --> [*]"


def _team(case_type: CaseType, node: Node) -> str:
    team = case_type.states[node.state].team if node.state is not None else None
    return f" ({case_type.organisation.teams[team.name].title or team.name})" if team else ""


def _words(text: str) -> str:
    return "".join(char if _plain(char) else f"#{ord(char)};" for char in clean(text))


def _plain(char: str) -> bool:
    return char.isalnum() or char in _PLAIN
