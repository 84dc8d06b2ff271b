"""The map in the DOT language, quoted by the package `graphviz`; its program is not needed.

Nodes and arrows have the codes of the map. The stations of a team stand in a cluster; time is dashed; a gate is a note
that lists for whom it stands.
"""

from __future__ import annotations

import graphviz  # type: ignore[import-untyped]

from casedsl.transit.export.arrows import at_arrow, at_station
from casedsl.transit.key import Key
from casedsl.transit.network import Network, Station
from casedsl.transit.text import clean

_LOOKS = {
    "first": {"penwidth": "2"},
    "final": {"peripheries": "2"},
    "waiting": {"style": "rounded,dotted"},
    "blocked": {"style": "rounded,diagonals"},
    "gate": {"shape": "note", "style": ""},
}


def dot(network: Network, key: Key) -> str:
    """A digraph with an edge for each track."""
    made = graphviz.Digraph(
        graph_attr={"rankdir": "LR", "label": _words(network.title), "fontname": "Helvetica"},
        node_attr={"shape": "box", "style": "rounded", "fontname": "Helvetica"},
        edge_attr={"fontname": "Helvetica", "fontsize": "10"},
    )
    for at, zone in enumerate(network.zones):
        stations = [station for station in network.stations if station.zone == zone.key]
        if zone.title:
            with made.subgraph(name=f"cluster_{at}") as cluster:
                cluster.attr(label=_words(zone.title))
                _nodes(cluster, network, stations)
        else:
            _nodes(made, network, stations)
    rows = {row.track: row for row in key.rows()}
    for track in network.tracks:
        source, target = network.station[track.source].code, network.station[track.target].code
        words = _words(at_arrow(track, rows[track.key]))
        made.edge(source, target, label=words, style="dashed" if track.timer else "solid")
    return str(made.source)


def _nodes(made: graphviz.Digraph, network: Network, stations: list[Station]) -> None:
    for station in stations:
        made.node(station.code, _words(at_station(network, station.key)), **_LOOKS.get(station.kind, {}))


def _words(text: str) -> str:
    return str(graphviz.escape(clean(text)))
