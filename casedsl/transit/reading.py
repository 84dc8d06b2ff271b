"""Reads a finished picture back and holds it to the network that it is a picture of.

An auditor reads the picture and nothing else. So the last word has a reader who knows nothing of how it was made: this
module takes the text of the SVG, an XML parser and the network, and asks what a strict eye would ask. Is every track
there, once, from the right station to the right one? Has each a badge, and does the key explain each badge? Does any
word lie on another, or on a line, or does a line run through a station where it doesn't stop? What it finds are values;
whoever writes a map decides what to do about them (`refused` raises).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import hypot
from typing import Literal
from xml.etree import ElementTree

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.measuring import width
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box, Point, around
from casedsl.transit.text import clean

SlipKind = Literal[
    "missing", "too many", "not the same", "id twice", "words on words", "words on a line", "words outside",
    "through a station", "goes astray", "unreadable",
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
HIGH, DEEP = 0.73, 0.2
"""How far letters reach over their base line and under it, by their size."""
SPARE = 1.0
"""So many pixels may two things overlap before a reader sees it: numbers are rounded when they are written."""
SQUARE = 80


class Slip(Struct, frozen=True):
    """What is wrong, and with what: `track TR4`, `words “Triage” and “New”`."""

    kind: SlipKind
    what: str


class DishonestMapError(Exception):
    """A picture that doesn't say what it should."""


class _Text(Struct, frozen=True):
    words: str
    box: Box
    owner: str
    kind: str
    inside: bool


class _Stretch(Struct, frozen=True):
    track: str
    start: Point
    end: Point
    half: float


class _Picture:
    """What was found in the file: groups by their class, texts with their places, the strokes of tracks."""

    def __init__(self) -> None:
        self.wide = self.high = 0.0
        self.ids: list[str] = []
        self.groups: list[tuple[str, dict[str, str], str]] = []
        self.texts: list[_Text] = []
        self.markers: dict[str, Box] = {}
        self.stretches: list[_Stretch] = []
        self.ways: dict[str, tuple[Point, ...]] = {}
        self.manifest = ""


def slips(picture: str, network: Network, keyed: bool = True) -> tuple[Slip, ...]:
    """Everything that is wrong with a picture of a network; nothing if it may be shown. `keyed`: with its key, which
    a sheet of an atlas and a page in the browser have elsewhere."""
    network = _as_written(network)
    try:
        root = ElementTree.fromstring(picture)
    except ElementTree.ParseError as error:
        return (Slip("unreadable", str(error)),)
    seen = _Picture()
    seen.wide, seen.high = (float(root.get(name, "0")) for name in ("width", "height"))
    _walk(root, seen, (0.0, 0.0), {})
    things = (*_counted(seen, network, keyed), *_named(seen))
    return tuple(dict.fromkeys((*things, *_clear(seen), *_ways(seen, network), *_told(seen, network))))


def _as_written(network: Network) -> Network:
    """With the keys, codes and letters as a picture has them, which holds no character that XML forbids."""
    stations = tuple(replace(each, key=clean(each.key), code=clean(each.code)) for each in network.stations)
    tracks = tuple(
        replace(each, key=clean(each.key), code=clean(each.code), source=clean(each.source), target=clean(each.target))
        for each in network.tracks
    )
    lines = tuple(
        replace(each, letter=clean(each.letter), tracks=tuple(map(clean, each.tracks))) for each in network.lines
    )
    return replace(network, stations=stations, tracks=tracks, lines=lines)


def refused(picture: str, network: Network, keyed: bool = True) -> None:
    """Raises DishonestMapError unless the picture is right."""
    wrong = slips(picture, network, keyed)
    if wrong:
        few = "; ".join(f"{slip.kind}: {slip.what}" for slip in wrong[:3])
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise DishonestMapError(
            f"the map would not show what the definition says ({few}{more}), so it is not written; use --text, and tell"
            " us which definition it was"
        )


def _walk(node: ElementTree.Element, seen: _Picture, by: Point, inherited: dict[str, str]) -> None:
    tag = node.tag.removeprefix(SVG)
    if tag in ("metadata", "title", "desc", "style"):
        seen.ids.extend(filter(None, [node.get("id")]))
        seen.manifest = (node.text or "") if tag == "metadata" else seen.manifest
        return
    data = dict(inherited)
    if tag == "g":
        by = _shifted(node, by)
        own = {name.removeprefix("data-"): value for name, value in node.attrib.items() if name.startswith("data-")}
        if own:
            data = {"group": node.get("class", ""), **own}
        elif node.get("class"):
            data = {**inherited, "within": node.get("class", "")}
        seen.groups.append((node.get("class", ""), own, "".join(_spoken(node))))
    seen.ids.extend(filter(None, [node.get("id")]))
    _look(tag, node, seen, by, data)
    for child in node:
        _walk(child, seen, by, data)


def _shifted(node: ElementTree.Element, by: Point) -> Point:
    found = re.fullmatch(r"translate\((\S+) (\S+)\)", node.get("transform", ""))
    return (by[0] + float(found[1]), by[1] + float(found[2])) if found else by


def _spoken(node: ElementTree.Element) -> Iterator[str]:
    """The text of a group that stands in `text`, of its codes only."""
    for child in node.iter(f"{SVG}text"):
        if child.get("class") == "code":
            yield child.text or ""


def _look(tag: str, node: ElementTree.Element, seen: _Picture, by: Point, data: dict[str, str]) -> None:
    if tag == "text":
        _text(node, seen, by, data)
    elif tag == "rect" and node.get("class") == "marker":
        seen.markers[data.get("key", "")] = _box(node, by)
    elif tag == "path" and data.get("group") == "track" and node.get("class") in ("line", "casing"):
        points = tuple(_points(node.get("d", ""), by))
        track = data.get("key", "")
        if node.get("class") == "casing":
            seen.ways[track] = points
            return
        half = float(node.get("stroke-width", "0")) / 2
        seen.stretches.extend(_Stretch(track, start, end, half) for start, end in pairwise(points))


def _box(node: ElementTree.Element, by: Point) -> Box:
    x, y, wide, high = (float(node.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Box(x + by[0], y + by[1], wide, high)


def _text(node: ElementTree.Element, seen: _Picture, by: Point, data: dict[str, str]) -> None:
    words, size = node.text or "", float(node.get("font-size", "0"))
    x, y = float(node.get("x", "0")) + by[0], float(node.get("y", "0")) + by[1]
    wide = float(node.get("textLength") or width(words, size, node.get("font-weight") == "700"))
    box = Box(x, y - HIGH * size, wide, (HIGH + DEEP) * size)
    group = data.get("group", "")
    owner = data.get("track", "") if group in ("tag", "bullets") else ""
    marker = seen.markers.get(data.get("key", "")) if group == "station" else None
    kind = node.get("class", "") if group in ("tag", "bullets", "station") else group or data.get("within", "")
    seen.texts.append(_Text(words, box, owner, kind, marker is not None and marker.holds(box)))


def _points(way: str, by: Point) -> Iterator[Point]:
    """The points of a path of moves, straight lines and cubic curves; a curve in six pieces."""
    here = (0.0, 0.0)
    for letter, said in re.findall(r"([MLC])([^MLCZ]*)", way):
        numbers = [float(number) for number in said.split()]
        if letter == "C":
            handles = [(numbers[at] + by[0], numbers[at + 1] + by[1]) for at in (0, 2, 4)]
            yield from (_bent(here, handles, step / 6) for step in range(1, 7))
            here = handles[2]
        else:
            here = numbers[0] + by[0], numbers[1] + by[1]
            yield here


def _bent(start: Point, handles: list[Point], share: float) -> Point:
    left = 1 - share
    shares = left**3, 3 * left**2 * share, 3 * left * share**2, share**3
    points = (start, *handles)
    return (
        sum(part * point[0] for part, point in zip(shares, points, strict=True)),
        sum(part * point[1] for part, point in zip(shares, points, strict=True)),
    )


def _counted(seen: _Picture, network: Network, keyed: bool) -> Iterator[Slip]:
    """Every station, track, badge and row once, and none that isn't in the network."""
    stations = [data["key"] for kind, data, _ in seen.groups if kind == "station" and "key" in data]
    tracks = [data["key"] for kind, data, _ in seen.groups if kind == "track" and "key" in data]
    tags = [data["track"] for kind, data, _ in seen.groups if kind == "tag" and "track" in data]
    rows = [data["track"] for kind, data, _ in seen.groups if kind == "row" and "track" in data]
    yield from _once("station", stations, [station.key for station in network.stations])
    yield from _once("track", tracks, [track.key for track in network.tracks])
    yield from _once("badge of track", tags, [track.key for track in network.tracks])
    yield from _lettered(seen, network)
    if keyed:
        yield from _once("row of track", rows, [track.key for track in network.tracks])


def _lettered(seen: _Picture, network: Network) -> Iterator[Slip]:
    """A journey has its letter where it begins and where it ends."""
    shown: dict[str, str] = {}
    for kind, data, code in seen.groups:
        if kind == "bullets":
            track = data.get("track", "")
            shown[track] = shown.get(track, "") + code
    for line in network.lines:
        for track in (line.tracks[0], line.tracks[-1]):
            if line.letter not in shown.get(track, ""):
                yield Slip("missing", f"letter {line.letter} on track {track}")


def _once(name: str, found: list[str], wanted: list[str]) -> Iterator[Slip]:
    counts = Counter(found)
    for key in wanted:
        if not counts[key]:
            yield Slip("missing", f"{name} {key}")
    for key, count in counts.items():
        if count > 1 or key not in set(wanted):
            yield Slip("too many", f"{name} {key}")


def _named(seen: _Picture) -> Iterator[Slip]:
    for key, count in Counter(seen.ids).items():
        if count > 1:
            yield Slip("id twice", key)


def _told(seen: _Picture, network: Network) -> Iterator[Slip]:
    """What groups say of themselves, what their badges show, and what the manifest lists, is what the network says."""
    for kind, data, code in seen.groups:
        track = network.track.get(data.get("key", "") if kind == "track" else data.get("track", ""))
        station = network.station.get(data.get("key", "")) if kind == "station" else None
        if track is not None:
            ends = kind != "track" or (data.get("from"), data.get("to")) == (track.source, track.target)
            shown = kind not in ("tag", "row") or code == track.code
            if not ends or not shown or data.get("code", track.code) != track.code:
                yield Slip("not the same", f"{kind} {track.key}")
        if station is not None and (data.get("code") != station.code or code != station.code):
            yield Slip("not the same", f"station {station.key}")
    yield from _listed(seen.manifest, network)


def _listed(manifest: str, network: Network) -> Iterator[Slip]:
    try:
        data = json.loads(manifest)
        tracks = [tuple(clean(each[name]) for name in ("key", "code", "from", "to")) for each in data["tracks"]]
        stations = [tuple(clean(each[name]) for name in ("key", "code")) for each in data["stations"]]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
        yield Slip("unreadable", "manifest")
        return
    if sorted(tracks) != sorted((each.key, each.code, each.source, each.target) for each in network.tracks):
        yield Slip("not the same", "tracks of the manifest")
    if sorted(stations) != sorted((each.key, each.code) for each in network.stations):
        yield Slip("not the same", "stations of the manifest")


class _Squares:
    """Things by the squares of a coarse grid."""

    def __init__(self) -> None:
        self._at: dict[tuple[int, int], list[int]] = {}

    def add(self, number: int, box: Box) -> None:
        for square in self._of(box):
            self._at.setdefault(square, []).append(number)

    def near(self, box: Box) -> Iterable[int]:
        return sorted({number for square in self._of(box) for number in self._at.get(square, ())})

    def _of(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box.x // SQUARE), int(box.right // SQUARE) + 1):
            for row in range(int(box.y // SQUARE), int(box.bottom // SQUARE) + 1):
                yield column, row


def _clear(seen: _Picture) -> Iterator[Slip]:
    paper = Box(0, 0, seen.wide, seen.high)
    words, lines = _Squares(), _Squares()
    for at, stretch in enumerate(seen.stretches):
        lines.add(at, around((stretch.start, stretch.end)).grown(stretch.half))
    for at, text in enumerate(seen.texts):
        box = text.box.grown(-SPARE / 2)
        if not paper.holds(box):
            yield Slip("words outside", f"“{text.words}”")
        for other in words.near(box):
            if box.touches(seen.texts[other].box.grown(-SPARE / 2)):
                yield Slip("words on words", f"“{seen.texts[other].words}” and “{text.words}”")
        words.add(at, box)
        for near in lines.near(box):
            stretch = seen.stretches[near]
            if not text.inside and not _on_badge(text, stretch) and _meets(box, stretch):
                yield Slip("words on a line", f"“{text.words}” on track {stretch.track}")


def _on_badge(text: _Text, stretch: _Stretch) -> bool:
    """The code of a track, and the letters of its journeys, stand on it; its name doesn't."""
    return text.owner == stretch.track and text.kind != "name"


def _meets(box: Box, stretch: _Stretch) -> bool:
    """Do a box and a stretch with its width overlap? They don't if an edge of either parts them."""
    (x, y), (to_x, to_y) = stretch.start, stretch.end
    half = stretch.half - SPARE / 2
    grown = box.grown(half)
    if max(x, to_x) < grown.x or min(x, to_x) > grown.right or max(y, to_y) < grown.y or min(y, to_y) > grown.bottom:
        return False
    long = hypot(to_x - x, to_y - y)
    if long < 1e-6:
        return True
    over_x, over_y = -(to_y - y) / long, (to_x - x) / long
    apart = abs((box.x + box.wide / 2 - x) * over_x + (box.y + box.high / 2 - y) * over_y)
    return apart < half + abs(over_x) * box.wide / 2 + abs(over_y) * box.high / 2


def _ways(seen: _Picture, network: Network) -> Iterator[Slip]:
    """A line goes from the marker of its source to that of its target, and through no other."""
    for key, points in seen.ways.items():
        track = network.track.get(key)
        if track is None:
            continue
        for station, end in ((track.source, points[0]), (track.target, points[-1])):
            marker = seen.markers.get(station)
            if marker is not None and not marker.grown(SPARE).touches(Box(*end, 0.01, 0.01)):
                yield Slip("goes astray", f"track {key} misses station {station}")
    for key, marker in seen.markers.items():
        for stretch in seen.stretches:
            track = network.track.get(stretch.track)
            if track is not None and key not in (track.source, track.target) and _meets(marker, stretch):
                yield Slip("through a station", f"track {stretch.track} at {key}")
