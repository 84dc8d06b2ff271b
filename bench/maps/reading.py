"""Reads the geometry of our own maps back without a browser: what `measure.js` sees there, this sees from the text.

A map of ours is made of few things (`transit/drawing/scene.py`): paths of straight lines and cubic curves, boxes,
discs, lines of text that begin at their x and say how long they are, and groups that may be shifted. So a test can
measure a map on any machine; another test holds this reading to the browser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple
from xml.etree import ElementTree

from bench.maps.geometry import around
from bench.maps.seen import Box, Label, Marker, Point, Seen, Way
from casedsl.transit.measuring import width

SVG = "{http://www.w3.org/2000/svg}"
STEPS = 12
SHAPES = {SVG + name for name in ("rect", "circle", "path")}
UNSEEN = {SVG + name for name in ("defs", "clipPath", "title", "desc", "metadata", "style")}
OUTSIDE, OUTSIDES = "(outside)", {"head", "key", "foot"}
Kind = Literal["track", "station", "zone", "page"]


class Thing(NamedTuple):
    """An element, whose it is, the group that it stands in, and how far that is shifted."""

    element: ElementTree.Element
    kind: Kind
    key: str
    group: int
    shift: Point


def read(svg: str) -> Seen:
    root = ElementTree.fromstring(svg)
    things = list(_things(root, "page", "", 0, (0.0, 0.0)))
    return Seen(
        wide=float(root.get("width", 0)),
        high=float(root.get("height", 0)),
        tracks=tuple(_tracks(things)),
        stations=tuple(_stations(things)),
        labels=tuple(_labels(things)),
        zones=tuple(_box(thing) for thing in _first(things, "zone")),
    )


def _things(at: ElementTree.Element, kind: Kind, key: str, group: int, shift: Point) -> Iterator[Thing]:
    for child in at:
        if child.tag in UNSEEN:
            continue
        x, y = shift
        if moved := re.match(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)", child.get("transform", "")):
            x, y = x + float(moved[1]), y + float(moved[2])
        whose, named = _owned(child, kind, key)
        place = id(child) if (whose, named) != (kind, key) else group
        yield Thing(child, whose, named, place, (x, y))
        yield from _things(child, whose, named, place, (x, y))


def _owned(element: ElementTree.Element, kind: Kind, key: str) -> tuple[Kind, str]:
    names = element.get("class", "").split()
    if key == OUTSIDE or not OUTSIDES.isdisjoint(names):
        return "page", OUTSIDE
    kinds: tuple[Kind, ...] = ("track", "station", "zone")
    for each in kinds:
        named = element.get(f"data-{each}")
        if named is not None or (each in names and element.tag == SVG + "g"):
            return each, named or element.get("data-key") or element.get("id", "").partition("-")[2]
    return kind, key


def _first(things: list[Thing], kind: Kind) -> list[Thing]:
    """The marker of each group of a kind, or its first shape."""
    found: dict[int, Thing] = {}
    for thing in things:
        if thing.kind == kind and thing.element.tag in SHAPES:
            marked = "marker" in thing.element.get("class", "").split()
            if marked or thing.group not in found:
                found[thing.group] = thing
    return list(found.values())


def _tracks(things: list[Thing]) -> Iterator[Way]:
    for place in things:
        group = place.element
        if place.kind != "track" or group.get("data-from") is None:
            continue
        inside = [each for each in things if each.group == place.group]
        paths = [each for each in inside if each.element.tag == SVG + "path" and each.element.get("fill") == "none"]
        if paths:
            ends = group.get("data-from", ""), group.get("data-to", "")
            yield Way(place.key, *ends, tuple(_points(paths[0])), _wide([each.element for each in paths]))


def _wide(paths: list[ElementTree.Element]) -> float:
    """Lines side by side add up; what is drawn twice on one way (an edge below a line) counts once."""
    lanes: dict[str, float] = {}
    for path in paths:
        if path.get("stroke") and {"casing", "arrow"}.isdisjoint(path.get("class", "").split()):
            way = path.get("d", "")
            lanes[way] = max(lanes.get(way, 0.0), float(path.get("stroke-width", 1)))
    return sum(lanes.values()) or 1.0


def _points(thing: Thing) -> Iterator[Point]:
    x, y = thing.shift
    return ((x + px, y + py) for px, py in flattened(thing.element.get("d", "")))


def flattened(path: str) -> Iterator[Point]:
    """The first line of a path, with a curve as STEPS straight pieces."""
    here: Point = (0.0, 0.0)
    begun = False
    for letter, text in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter == "M" and begun:
            return
        begun = True
        if letter == "C":
            for at in range(0, len(points), 3):
                handles = (here, *points[at : at + 3])
                yield from (_on(handles, step / STEPS) for step in range(1, STEPS + 1))
                here = points[at + 2]
        else:
            yield from points
            here = points[-1] if points else here


def _on(handles: tuple[Point, ...], share: float) -> Point:
    while len(handles) > 1:
        pairs = pairwise(handles)
        handles = tuple((ax + (bx - ax) * share, ay + (by - ay) * share) for (ax, ay), (bx, by) in pairs)
    return handles[0]


def _stations(things: list[Thing]) -> Iterator[Marker]:
    for thing in _first(things, "station"):
        box = _box(thing)
        radius = float(thing.element.get("rx") or thing.element.get("r") or 0)
        yield Marker(thing.key, box, min(radius, box[2] / 2, box[3] / 2))


def _box(thing: Thing) -> Box:
    def number(name: str) -> float:
        return float(thing.element.get(name, 0))

    x, y = thing.shift
    if thing.element.tag == SVG + "rect":
        return x + number("x"), y + number("y"), number("width"), number("height")
    if thing.element.tag == SVG + "circle":
        radius = number("r")
        return x + number("cx") - radius, y + number("cy") - radius, 2 * radius, 2 * radius
    return around(list(_points(thing)))


def _labels(things: list[Thing]) -> Iterator[Label]:
    for at, thing in enumerate(things):
        words = "".join(thing.element.itertext()).strip()
        if thing.element.tag == SVG + "text" and words:
            yield Label(thing.kind, thing.key.replace(OUTSIDE, ""), "text", words, _line(thing, words))
        elif "badge" in thing.element.get("class", "").split() and thing.kind == "track":
            outline = next(each for each in things[at:] if each.element.tag in SHAPES)
            yield Label(thing.kind, thing.key, "badge", "", _box(outline))


def _line(thing: Thing, words: str) -> Box:
    """From the top of the capitals to the foot of the letters."""
    element, (x, y) = thing.element, thing.shift
    size, bold = float(element.get("font-size", 12)), element.get("font-weight") == "700"
    wide = float(element.get("textLength") or width(words, size, bold))
    return x + float(element.get("x", 0)), y + float(element.get("y", 0)) - 0.74 * size, wide, 0.94 * size
