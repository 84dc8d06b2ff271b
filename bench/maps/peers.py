"""Other tools draw the same network: ELK layered, Graphviz, Mermaid. Each makes an SVG with the marks of `seen.py`.

ELK places boxes and routes lines but draws nothing, so its result is drawn here, as plainly as can be. Graphviz takes
the marks as ids. Mermaid's picture is marked in the page that drew it (`mermaid.js`), by the order of its edges.
The npm packages are installed into a folder under `build/` the first time, if npm is there.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from msgspec import Struct

from bench.maps.browser import chromium, scripted
from casedsl.transit.network import Network, Station, Track

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "build" / "peers"
ELK, MERMAID = "elkjs@0.12.1", "mermaid@11.17.2"
SIZE, LINE = 13, 17
"""Size of type, and height of a line of it, in all pictures."""


class Drawn(Struct, frozen=True):
    """A picture and the CPU seconds that its layout took; None where they can't be told."""

    svg: str
    seconds: float | None


def brought(package: str) -> Path | None:
    """The folder of an npm package, fetched the first time."""
    at = FOLDER / "node_modules" / package.split("@")[0]
    if not at.exists() and shutil.which("npm"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}\n')
        words = ["npm", "install", "--no-audit", "--no-fund", "--silent", package]
        subprocess.run(words, cwd=FOLDER, check=False, capture_output=True)
    return at if at.exists() else None


def width(text: str) -> float:
    """About how wide a text is in Inter; a tenth too wide rather than too narrow."""
    return (
        sum(0.35 if sign in "iljft.,:;' " else 0.95 if sign in "mwMW" or sign > "\u2e80" else 0.64 for sign in text)
        * SIZE
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_plain(words)}</text>'


def _plain(words: str) -> str:
    return quoteattr(words, {"'": "&#39;", '"': "&#34;"})[1:-1]


# ELK


def elk_graph(network: Network, zoned: bool = True) -> dict[str, Any]:
    """The graph as ELK reads it; edges stand at the root, whatever the zones of their ends."""
    boxes = [_elk_station(station) for station in network.stations]
    children = _elk_zones(network, boxes) if zoned and len(network.zones) > 1 else boxes
    edges = [_elk_edge(track) for track in network.tracks]
    options = {
        "elk.algorithm": "layered",
        "elk.direction": "RIGHT",
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.hierarchyHandling": "INCLUDE_CHILDREN",
        "elk.json.edgeCoords": "ROOT",
        "elk.json.shapeCoords": "ROOT",
        "elk.layered.spacing.nodeNodeBetweenLayers": "50",
        "elk.spacing.nodeNode": "30",
    }
    return {"id": "root", "layoutOptions": options, "children": children, "edges": edges}


def _elk_station(station: Station) -> dict[str, Any]:
    return {"id": f"st-{station.key}", "width": round(width(station.title) + 20), "height": LINE + 12}


def _elk_zones(network: Network, boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def of(zone: str) -> list[dict[str, Any]]:
        return [box for box, station in zip(boxes, network.stations, strict=True) if station.zone == zone]

    around = {"elk.padding": "[top=32,left=14,bottom=14,right=14]"}
    return [{"id": f"zone-{zone.key}", "layoutOptions": around, "children": of(zone.key)} for zone in network.zones]


def _elk_edge(track: Track) -> dict[str, Any]:
    label = {"text": track.name, "width": round(width(track.name)), "height": LINE}
    ends = {"sources": [f"st-{track.source}"], "targets": [f"st-{track.target}"]}
    return {"id": f"tr-{track.key}", **ends, "labels": [label]}


def elk(networks: Sequence[Network], zoned: bool = True) -> list[Drawn] | str:
    node, at = shutil.which("node"), brought(ELK)
    if not node or not at:
        return "elkjs is not here (it wants node and npm)"
    graphs = json.dumps([elk_graph(network, zoned) for network in networks])
    words = [node, str(HERE / "elk.cjs"), str(at / "lib" / "elk.bundled.js")]
    done = subprocess.run(words, input=graphs, capture_output=True, text=True, encoding="utf-8", check=True)
    laid = json.loads(done.stdout)
    return [Drawn(_elk_svg(each["graph"], n), each["seconds"]) for each, n in zip(laid, networks, strict=True)]


def _elk_svg(graph: dict[str, Any], network: Network) -> str:
    parts = [_elk_zone(each, network) for each in graph["children"] if each["id"].startswith("zone-")]
    parts += [_elk_way(edge, network.track[edge["id"][3:]]) for edge in graph["edges"]]
    boxes = [box for each in graph["children"] for box in each.get("children", [each])]
    parts += [_elk_marker(box, network.station[box["id"][3:]].title) for box in boxes]
    wide, high = graph["width"], graph["height"]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    return f'{head} font-family="Inter, sans-serif" font-size="{SIZE}">{"".join(parts)}</svg>\n'


def _rectangle(box: dict[str, Any], style: str) -> str:
    return f'<rect x="{box["x"]}" y="{box["y"]}" width="{box["width"]}" height="{box["height"]}" {style}/>'


def _elk_zone(box: dict[str, Any], network: Network) -> str:
    title = next(zone.title for zone in network.zones if f"zone-{zone.key}" == box["id"])
    inside = _rectangle(box, 'fill="#eee"') + _text(box["x"] + 8, box["y"] + 18, title)
    return f'<g id={quoteattr(box["id"])} class="zone">{inside}</g>'


def _elk_marker(box: dict[str, Any], title: str) -> str:
    words = _text(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 4.5, title, "middle")
    shape = _rectangle(box, 'rx="4" fill="#fff" stroke="#222"')
    return f'<g id={quoteattr(box["id"])} class="station">{shape}{words}</g>'


def _elk_way(edge: dict[str, Any], track: Track) -> str:
    section = edge["sections"][0]
    points = [section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]]
    path = "M" + "L".join(f"{point['x']:.2f} {point['y']:.2f}" for point in points)
    words = "".join(_text(label["x"], label["y"] + SIZE, label["text"]) for label in edge["labels"])
    end = points[-1]
    line = f'<path d="{path}" fill="none" stroke="#666"/><circle cx="{end["x"]}" cy="{end["y"]}" r="3" fill="#666"/>'
    return _track_group(track, line + words)


def _track_group(track: Track, inside: str) -> str:
    return f'<g id={quoteattr("tr-" + track.key)} class="track"{_ends(track)}>{inside}</g>'


def _ends(track: Track) -> str:
    return f" data-from={quoteattr(track.source)} data-to={quoteattr(track.target)}"


# Graphviz


def dot_text(network: Network) -> str:
    """Points are three quarters of a pixel, so the type is as large as elsewhere."""
    font = f'fontname="Inter", fontsize={SIZE * 0.75}'
    lines = [f"digraph map {{ rankdir=LR; node [shape=box, style=rounded, {font}]; edge [{font}]; graph [{font}];"]
    for at, zone in enumerate(network.zones):
        inside = [_dot_station(station) for station in network.stations if station.zone == zone.key]
        lines.append(f'subgraph cluster_{at} {{ class="zone"; label={_dot(zone.title)}; {" ".join(inside)} }}')
    for track in network.tracks:
        marks = f'id={_dot("tr-" + track.key)}, class="track", label={_dot(track.name)}'
        lines.append(f"{_dot(track.source)} -> {_dot(track.target)} [{marks}];")
    return "\n".join([*lines, "}"])


def _dot_station(station: Station) -> str:
    return f'{_dot(station.key)} [id={_dot("st-" + station.key)}, class="station", label={_dot(station.title)}];'


def _dot(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def graphviz(networks: Sequence[Network]) -> list[Drawn] | str:
    program = shutil.which("dot")
    if not program:
        return "Graphviz is not here (apt-get install graphviz)"
    return [_dot_drawn(program, network) for network in networks]


def _dot_drawn(program: str, network: Network) -> Drawn:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, "-Tsvg"], input=dot_text(network), capture_output=True, text=True, encoding="utf-8")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    svg = re.sub(r'<g id="tr&#45;([^"]*)"', lambda found: _dot_marked(found[1], network), done.stdout)
    svg = svg[svg.index("<svg") :].replace('id="st&#45;', 'id="st-')
    return Drawn(svg, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _dot_marked(escaped: str, network: Network) -> str:
    track = network.track[unescape(escaped)]
    return f"<g id={quoteattr('tr-' + track.key)}{_ends(track)}"


# Mermaid


def mermaid_text(network: Network) -> str:
    """A flowchart, whose edges keep their order; a name is in quotation marks, for Mermaid reads much into a word."""
    lines = ["flowchart LR"]
    numbers = {station.key: at for at, station in enumerate(network.stations)}
    for at, zone in enumerate(network.zones):
        lines.append(f"subgraph z{at} [{_mermaid(zone.title)}]")
        inside = [each for each in network.stations if each.zone == zone.key]
        lines += [f"n{numbers[each.key]}({_mermaid(each.title)})" for each in inside]
        lines.append("end")
    for track in network.tracks:
        lines.append(f"n{numbers[track.source]} -->|{_mermaid(track.name)}| n{numbers[track.target]}")
    return "\n".join(lines)


def _mermaid(words: str) -> str:
    return '"' + words.replace('"', "#quot;").replace("<", "#lt;") + '"'


def mermaid(networks: Sequence[Network]) -> list[Drawn] | str:
    at = brought(MERMAID)
    if not at or not chromium():
        return "Mermaid is not here (it wants npm and Chromium)"
    handed = [_mermaid_handed(network) for network in networks]
    made = scripted((HERE / "mermaid.js").read_text("utf-8"), handed, (at / "dist" / "mermaid.min.js",))
    return [Drawn(svg, None) for svg in made["pictures"]]


def _mermaid_handed(network: Network) -> dict[str, Any]:
    tracks = [(track.key, track.source, track.target) for track in network.tracks]
    return {"text": mermaid_text(network), "stations": [station.key for station in network.stations], "tracks": tracks}


PEERS: dict[str, Callable[[Sequence[Network]], list[Drawn] | str]] = {
    "ELK layered": elk,
    "Graphviz dot": graphviz,
    "Mermaid": mermaid,
}
"""What draws a list of networks, or says in a sentence why it can't."""
