"""The names of tracks along their lines: above or below, left or right, in one line or in two.

A name stands where it is nearer to its own line than to any other, as far as lines are seen; at first with room to
spare, then closely. Where there is no such place it is left to the key, for a name that stands nearer to another track
is worse than none. Lines of journeys choose first, then short ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from casedsl.transit.geometry import Geometry, Name
from casedsl.transit.labels.badges import Badge
from casedsl.transit.labels.clearance import Clearance, Line, gap
from casedsl.transit.labels.sizes import NAME, NAME_LINE
from casedsl.transit.labels.territory import off_ground, open_to
from casedsl.transit.labels.travel import along, between, length
from casedsl.transit.measuring import lines, width
from casedsl.transit.network import Network, Track
from casedsl.transit.plan import Way
from casedsl.transit.shapes import Box, Point

STEP = 5.0
ROOMS = (230.0, 122.0, 92.0, 56.0)
CLEAR = ((4.0, 6.0), (1.5, 5.0), (0.5, 2.0))
"""How many pixels stay free to other lines, at first more than to the own one, then less; and to other names, lest two
of them read like one in two lines."""
BESIDE = 2.5
NEAR = 60.0
FEW = 4
ASTRAY = 1.0
"""So much nearer to another line than to its own may a name be; an eye doesn't see it."""
AWAY = 4.0
"""So far keep other names from what is between a name and its line."""
STRANGE = 2.5
"""A name that speaks so much against its ground waits until all others have their places."""
OVER, UNDER = 1.7, 0.9
"""What stays empty of the room of a name, over its first line and under its last."""


def names(
    network: Network,
    geometry: Geometry,
    badges: Mapping[str, Badge],
    known: Mapping[str, Name],
    wanted: Iterable[str],
    paper: Clearance,
) -> Mapping[str, Name]:
    """Those that are `known`, and those of the tracks that are `wanted`, as far as there is room."""
    missing = [key for key in wanted if key not in known]
    order = sorted(missing, key=lambda key: (-len(network.lines_of[key]), length(geometry.ways[key].points)))
    made = dict(known)
    written, around = Clearance(), Surroundings(network, geometry)
    for key, name in known.items():
        written.add(key, name.box)
    for clear, among in CLEAR:
        room = Room(paper, written, around, clear, among)
        for key in order:
            if key not in made:
                found = _name(said(network, network.track[key]), key, geometry.ways[key], badges[key], room)
                if found is not None:
                    made[key] = found[0]
                    paper.add(f"name {key}", found[0].box)
                    written.add(key, found[0].box)
                    written.add(key, found[1])
    return {key: made[key] for key in geometry.ways if key in made}


class Surroundings:
    """The tracks as far as no marker hides them, and the grounds."""

    def __init__(self, network: Network, geometry: Geometry) -> None:
        self._all = Clearance()
        self._own: dict[str, tuple[Line, ...]] = {}
        for key, way in geometry.ways.items():
            points = between(way.points, way.leaves, length(way.points) - way.arrives)
            self._all.add_line(key, points, way.wide)
            self._own[key] = tuple((key, *start, *end, way.wide / 2) for start, end in pairwise(points))
        self._areas, self._open = geometry.areas, open_to(geometry.areas)
        zones = {station.key: station.zone for station in network.stations}
        self._at_home = {
            track.key: zones[track.source] for track in network.tracks if zones[track.source] == zones[track.target]
        }

    def astray(self, box: Box, key: str) -> bool:
        """Is a name nearer to the line of another track than to its own?"""
        ink = Box(box.x, box.y + OVER, box.wide, box.high - OVER - UNDER)
        own = min(gap(ink, line) for line in self._own[key])
        return self._all.nearer(ink, own - ASTRAY, key)

    def harm(self, box: Box, key: str) -> float:
        """What speaks against a name off the ground of a track that doesn't leave it, or over a border."""
        zone = self._at_home.get(key)
        if zone is not None and zone in self._areas:
            return off_ground(box, self._areas[zone], self._open[zone])
        return 0.8 if any(area.touches(box) and not area.holds(box) for area in self._areas.values()) else 0.0


class Room:
    """What keeps how far from a name: lines `clear`, other names (`written`) `among`."""

    def __init__(self, paper: Clearance, written: Clearance, around: Surroundings, clear: float, among: float) -> None:
        self._paper, self._written, self._around = paper, written, around
        self._clear, self._among = clear, among
        self.harm = around.harm
        self.strange = STRANGE if clear > CLEAR[-1][0] else math.inf

    def fits(self, box: Box, point: Point, key: str) -> bool:
        """Is there room, and no other line or name between the name and its own line?"""
        air = min(1.5, self._clear)
        return (
            self._paper.free(box.grown(air), self._clear - air, line=key)
            and self._paper.free(box, 0.5)
            and not self._written.boxes(box.grown(self._among))
            and not self._paper.lines(_between(box, point), 0.0, key)
            and not self._written.boxes(_between(box, point).grown(AWAY))
            and not self._around.astray(box, key)
        )


def _between(box: Box, point: Point) -> Box:
    near_x, near_y = min(max(point[0], box.x), box.right), min(max(point[1], box.y), box.bottom)
    return Box(min(point[0], near_x), min(point[1], near_y), abs(point[0] - near_x), abs(point[1] - near_y))


def said(network: Network, track: Track) -> str:
    """The name, and in which of the stations of its gate the track doesn't hold."""
    codes = [network.station[key].code for key in track.not_in]
    return f"{track.name} (not in {' '.join(codes)})" if 0 < len(codes) <= FEW else track.name


def _name(text: str, key: str, way: Way, badge: Badge, room: Room) -> tuple[Name, Box] | None:
    """The nearest place to the badge, and what is between it and the line; the search goes outwards from the badge and
    ends where no place can be better."""
    best: tuple[Name, Box] | None = None
    least = math.inf
    places = _places(way, badge)
    for number, words in enumerate(dict.fromkeys(lines(text, each, NAME, at_most=3) for each in ROOMS)):
        if not words or any(line.endswith("…") for line in words) or (number and _broken(text, words)):
            continue
        wide, high = max(width(line, NAME) for line in words), NAME_LINE * len(words)
        for off, point, ahead in places:
            plain = off * 0.03 + 0.9 * (len(words) - 1)
            if plain >= least:
                break
            for cost, box in _candidates(point, ahead, off, way, badge, wide, high):
                if plain + cost >= least:
                    continue
                harm = room.harm(box, key)
                cost += harm
                if plain + cost < least and room.fits(box, point, key) and harm <= room.strange:
                    best, least = (Name(box, words), _between(box, point).grown(AWAY)), plain + cost
    return best


def _places(way: Way, badge: Badge) -> list[tuple[float, Point, Point]]:
    """Points of the line with its direction there, by how far they are from the badge."""
    found: list[tuple[float, Point, Point]] = []
    far, whole = way.leaves, length(way.points)
    while far < whole - way.arrives:
        found.append((abs(far - badge.far), *along(way.points, far)))
        far += STEP
    return sorted(found, key=lambda place: place[0])


def _broken(text: str, words: tuple[str, ...]) -> bool:
    """Was a word cut to make these lines?"""
    return "".join(words).replace(" ", "") != "".join(text.split())


def _candidates(
    point: Point, ahead: Point, off: float, way: Way, badge: Badge, wide: float, high: float
) -> Iterator[tuple[float, Box]]:
    """On both sides of the line; near the badge also a step further off, over it or beside it."""
    halves = (way.wide / 2, badge.box.high / 2, badge.box.wide / 2) if off < NEAR else (way.wide / 2,)
    for number, half in enumerate(halves):
        for at, box in enumerate(sides(point, ahead, half, wide, high)):
            yield 0.2 * at + 0.5 * number, box


def sides(point: Point, ahead: Point, half: float, wide: float, high: float) -> Iterator[Box]:
    (x, y), (across, down) = point, ahead
    apart = half + BESIDE
    if abs(down) < 0.1:
        yield Box(x - wide / 2, y - apart - high, wide, high)
        yield Box(x - wide / 2, y + apart, wide, high)
    elif abs(across) < 0.1:
        yield Box(x + apart + 1, y - high / 2, wide, high)
        yield Box(x - apart - 1 - wide, y - high / 2, wide, high)
    else:
        corner = apart * 0.7 + 2
        falls = across * down > 0
        yield Box(x + corner, y - corner - high if falls else y + corner, wide, high)
        yield Box(x - corner - wide, y + corner if falls else y - corner - high, wide, high)
