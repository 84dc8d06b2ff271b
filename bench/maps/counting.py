"""What is wrong with a picture, in numbers, from what is seen of it; the same measure for every tool.

Ways are measured where they can be seen, from marker to marker. A crossing under a station that both tracks serve is
none; nor is a text in its own marker a text on the lines that end there. Everything else counts, the words of header
and key as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, pairwise

from msgspec import Struct

from bench.maps import geometry
from bench.maps.seen import Box, Label, Marker, Point, Seen, Way
from casedsl.transit.labels.names import said as whole
from casedsl.transit.network import Network, Track

TOUCH = 1.5
"""Two lines whose middles are nearer than this are on top of each other, however thin they are."""

ASTRAY = 2.0
"""A text that is by so much nearer to the line of another track leads a reader astray."""
DEEP = 2.0
"""A label is on a line if the line's ink reaches deeper into it than this; a label's own ink fills its box."""


class Numbers(Struct, frozen=True):
    """`mean` is the length that is seen of a way, `whole` that which is drawn, also under the markers of its ends.
    `faults` names what is behind the numbers that should be zero, in words."""

    tracks: int
    missing: int
    crossings: int
    through: int
    on_top: int
    label_label: int
    label_line: int
    label_station: int
    bends: int
    slanted: int
    mean: float
    whole: float
    wide: float
    high: float
    names: int
    astray: int
    faults: tuple[str, ...] = ()


def counted(seen: Seen, network: Network) -> Numbers:
    markers = {marker.key: marker for marker in seen.stations}
    ways = {way.key: _visible(way, markers) for way in seen.tracks}
    faults = {
        "through": tuple(_through(ways, seen)),
        "on top": tuple(_on_top(ways)),
        "label on label": tuple(_label_label(seen)),
        "label on line": tuple(_label_line(seen, ways, markers)),
        "label on station": tuple(_label_station(seen)),
    }
    astray = tuple(_astray(seen, ways, network))
    room = _room(seen)
    return Numbers(
        tracks=len(network.tracks),
        missing=sum(track.key not in ways for track in network.tracks),
        crossings=sum(len(crossings(one, other, markers)) for one, other in combinations(ways.values(), 2)),
        through=len(faults["through"]),
        on_top=len(faults["on top"]),
        label_label=len(faults["label on label"]),
        label_line=len(faults["label on line"]),
        label_station=len(faults["label on station"]),
        bends=sum(geometry.bends(way.points) for way in ways.values()),
        slanted=sum(geometry.slanted(geometry.cut(way.points, *_ends(way, markers))) for way in seen.tracks),
        mean=sum(geometry.length(way.points) for way in ways.values()) / max(1, len(ways)),
        whole=sum(geometry.length(way.points) for way in seen.tracks) / max(1, len(ways)),
        wide=room[2],
        high=room[3],
        names=_names(seen, network),
        astray=len(astray),
        faults=tuple(f"{kind}: {what}" for kind, found in (*faults.items(), ("astray", astray)) for what in found),
    )


def _ends(way: Way, markers: dict[str, Marker]) -> tuple[Marker | None, Marker | None]:
    return markers.get(way.source), markers.get(way.target)


def _visible(way: Way, markers: dict[str, Marker]) -> Way:
    points = geometry.cut(way.points, *_ends(way, markers))
    return Way(way.key, way.source, way.target, geometry.straightened(points), way.wide)


def crossings(one: Way, other: Way, markers: dict[str, Marker]) -> list[Point]:
    """Where two ways cross, away from the stations that both serve. One of them is moved by less than a hundredth of a
    pixel, so that a crossing in a bend is a crossing."""
    if not geometry.hit(geometry.grown(geometry.around(one.points), 1), geometry.around(other.points)):
        return []
    shared = [markers[key] for key in {one.source, one.target} & {other.source, other.target} if key in markers]
    nudged = [(x + 0.0037, y + 0.0053) for x, y in other.points]
    met = (geometry.meeting(a, b) for a in pairwise(one.points) for b in pairwise(nudged))
    return [point for point in met if point and not any(_in(point, geometry.grown(each.box, 3)) for each in shared)]


def _in(point: Point, box: Box) -> bool:
    return box[0] < point[0] < box[0] + box[2] and box[1] < point[1] < box[1] + box[3]


def _through(ways: dict[str, Way], seen: Seen) -> Iterator[str]:
    for way in ways.values():
        for marker in seen.stations:
            foreign = marker.key not in (way.source, way.target)
            if foreign and any(geometry.through(marker, stretch) for stretch in pairwise(way.points)):
                yield f"track {way.key} through station {marker.key}"


def _on_top(ways: dict[str, Way]) -> Iterator[str]:
    for one, other in combinations(ways.values(), 2):
        near = max(TOUCH, (one.wide + other.wide) / 2 - 0.5)
        room = geometry.grown(geometry.around(one.points), near)
        if geometry.hit(room, geometry.around(other.points)) and geometry.on_top(one.points, other.points, near):
            yield f"tracks {one.key} and {other.key}"


def _named(label: Label) -> str:
    return f"{label.part} {label.words!r} of {label.kind} {label.key}".strip()


def _label_label(seen: Seen) -> Iterator[str]:
    labels = sorted(seen.labels, key=lambda label: label.box[0])
    for at, one in enumerate(labels):
        for other in labels[at + 1 :]:
            if other.box[0] >= one.box[0] + one.box[2]:
                break
            if not _alike(one, other) and geometry.hit(geometry.grown(one.box, -0.5), geometry.grown(other.box, -0.5)):
                yield f"{_named(one)} and {_named(other)}"


def _alike(one: Label, other: Label) -> bool:
    """Are two a badge and what is in it or over it, or one text drawn twice (a halo)?"""
    badge = "badge" in (one.part, other.part)
    return (badge and (one.kind, one.key) == (other.kind, other.key)) or (
        one.words == other.words and math.dist(one.box[:2], other.box[:2]) < 1
    )


def _label_line(seen: Seen, ways: dict[str, Way], markers: dict[str, Marker]) -> Iterator[str]:
    for label in seen.labels:
        for way in ways.values():
            mine = label.kind == "track" and label.key == way.key
            served = label.kind == "station" and label.key in (way.source, way.target)
            if mine or (served and _held(label, markers.get(label.key))):
                continue
            room = geometry.grown(label.box, way.wide / 2 - DEEP)
            if any(geometry.inside(room, stretch) for stretch in pairwise(way.points)):
                yield f"{_named(label)} on track {way.key}"


def _label_station(seen: Seen) -> Iterator[str]:
    for label in seen.labels:
        for marker in seen.stations:
            mine = label.kind == "station" and label.key == marker.key
            if not mine and geometry.hit(geometry.grown(label.box, -1), marker.box):
                yield f"{_named(label)} on station {marker.key}"


def _astray(seen: Seen, ways: dict[str, Way], network: Network) -> Iterator[str]:
    """Names that stand nearer to another track than to their own, by more than `ASTRAY` pixels."""
    for track in network.tracks:
        box = _name_box(seen, network, track)
        if box is None or track.key not in ways:
            continue
        mine = _distance(box, ways[track.key])
        room = geometry.grown(box, mine)
        others = (way for way in ways.values() if way.key != track.key)
        close = (way for way in others if geometry.hit(room, geometry.grown(geometry.around(way.points), 1)))
        near = [way.key for way in close if _distance(box, way) < mine - ASTRAY]
        if near:
            yield f"name {track.name!r} of track {track.key} is nearer to track {near[0]}"


def _name_box(seen: Seen, network: Network, track: Track) -> Box | None:
    """The lines of a name together, with where it doesn't hold; codes and letters are none of it."""
    name = "".join(whole(network, track).split())
    said = (label for label in seen.labels if (label.kind, label.key, label.part) == ("track", track.key, "text"))
    lines = [each.box for each in said if len(each.words) > 1 and "".join(each.words.split()) in name]
    return geometry.around([point for x, y, w, h in lines for point in ((x, y), (x + w, y + h))]) if lines else None


def _distance(box: Box, way: Way) -> float:
    return min(geometry.between(box, stretch) for stretch in pairwise(way.points)) - way.wide / 2


def _held(label: Label, marker: Marker | None) -> bool:
    if marker is None:
        return False
    x, y, wide, high = label.box
    return _in((x + wide / 2, y + high / 2), marker.box)


def _room(seen: Seen) -> Box:
    """What the drawing takes of the paper, without header and key."""
    boxes = [
        *(marker.box for marker in seen.stations),
        *seen.zones,
        *(geometry.around(way.points) for way in seen.tracks),
    ]
    boxes += [label.box for label in seen.labels if label.kind != "page"]
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    return geometry.around([point for x, y, w, h in boxes for point in ((x, y), (x + w, y + h))])


def _names(seen: Seen, network: Network) -> int:
    """How many tracks have their whole name beside them."""
    said: dict[str, str] = {}
    for label in seen.labels:
        if label.kind == "track":
            said[label.key] = said.get(label.key, "") + "".join(label.words.split())
    return sum("".join(track.name.split()) in said.get(track.key, "") for track in network.tracks)
