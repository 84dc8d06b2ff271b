"""The map, measured: every station, line, signpost, bracket and chip with its place in pixels.

`lay_out` is the pipeline: tracks, plan, arcs, routes, columns, then the rows from top to bottom, then the lines, then
the chips on them. A lane is, from above: the channel with its levels (the shortest line lowest, so that bows nest), the
stations, their words, the brackets of the stages.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.arcs import Arc, Sign, arcs_and_signs
from casedsl.transit.chips import Placed, place_chips
from casedsl.transit.columns import MARKER, Columns, columns
from casedsl.transit.journey import Plan, plan
from casedsl.transit.routes import Route, routes
from casedsl.transit.rows import BELOW, Bracket, Rows, rows
from casedsl.transit.shapes import Box, Point
from casedsl.transit.text import wrap_at_most
from casedsl.transit.tracks import Track, tracks
from casedsl.transit.words import Said, said_size, sign_wide, station_words

ZONE_ROOM = 104.0
ZONE_SIZE = 12.0
PILL_HIGH = 17.0


class Station(Struct, frozen=True):
    name: str
    marker: Box
    words: tuple[Said, ...]
    words_box: Box

    @property
    def middle(self) -> Point:
        return self.marker.x + self.marker.wide / 2, self.marker.y + self.marker.high / 2


class Line(Struct, frozen=True):
    """An arc's way over the map; the last point is the tip of its arrow."""

    arc: Arc
    points: tuple[Point, ...]
    chip: Placed


class Post(Struct, frozen=True):
    """A signpost: its plate, and the line between the plate and the station."""

    sign: Sign
    plate: Box
    points: tuple[Point, ...]


class Area(Struct, frozen=True):
    """The ground of a zone, and its title in lines."""

    box: Box
    title: tuple[str, ...]


class Map(Struct, frozen=True):
    tracks: tuple[Track, ...]
    plan: Plan
    areas: tuple[Area, ...]
    brackets: tuple[Bracket, ...]
    stations: tuple[Station, ...]
    lines: tuple[Line, ...]
    posts: tuple[Post, ...]
    wide: float
    high: float


def lay_out(case_type: CaseType) -> Map:
    lines = tracks(case_type)
    spots = plan(case_type, lines)
    arcs, signs = arcs_and_signs(case_type, lines, spots)
    ways = routes(spots, arcs)
    words = {name: station_words(case_type, state) for name, state in case_type.states.items()}
    across = columns(spots, ways, signs, words, ZONE_ROOM + 20 if _titled(spots) else 0.0)
    down = rows(case_type, spots, ways, signs, words, across)
    stations = tuple(_station(spots, across, down, name, words[name]) for name in case_type.states)
    points = [(route, _points(spots, across, down, route)) for route in ways.all]
    posts = tuple(_post(spots, across, down, sign) for sign in signs)
    boxes = [box for station in stations for box in (station.marker.grown(3), station.words_box)]
    boxes += [bracket.box for bracket in down.brackets]
    paper = Box(0, 0, across.wide, down.high)
    chips = place_chips(paper, points, ways.forks, boxes, [(post.plate, post.points) for post in posts])
    drawn = tuple(Line(route.arc, way, chips[route.arc]) for route, way in points)
    areas = tuple(_areas(spots, across, down))
    return Map(lines, spots, areas, down.brackets, stations, drawn, posts, across.wide, down.high)


def _titled(spots: Plan) -> bool:
    return any(zone.title for zone in spots.zones)


def _station(spots: Plan, across: Columns, down: Rows, name: str, words: tuple[Said, ...]) -> Station:
    spot = spots.spots[name]
    x, y = across.middles[spot.column], down.lines[spot.lane]
    marker = Box(x - across.markers[name] / 2, y - MARKER / 2, across.markers[name], MARKER)
    wide, high = said_size(words)
    return Station(name, marker, words, Box(x - wide / 2, marker.bottom + BELOW, wide, high))


def _points(spots: Plan, across: Columns, down: Rows, route: Route) -> tuple[Point, ...]:
    """Out of the station, along the channel, through the gutter, along the other channel, into the station."""
    arc = route.arc
    start = _end(spots, across, down, arc, "source", route.leaves == "side")
    stop = _end(spots, across, down, arc, "target", route.arrives == "side")
    if route.gutter is None or route.track is None:
        return (start[0], *start[1:], *reversed(stop[1:]), stop[0])
    x = across.gutters[route.gutter, route.track]
    return (*start, (x, start[-1][1]), (x, stop[-1][1]), *reversed(stop))


def _end(spots: Plan, across: Columns, down: Rows, arc: Arc, end: str, side: bool) -> tuple[Point, ...]:
    """From a station to where its line turns: a point at its side, or one at its top and one in the channel."""
    name = arc.source if end == "source" else arc.target
    spot = spots.spots[name]
    middle, y = across.middles[spot.column], down.lines[spot.lane]
    if side:
        half = across.markers[name] / 2
        return ((middle + half if end == "source" else middle - half, y),)
    x = middle + across.ports[arc, end]
    return (x, y - MARKER / 2), (x, down.level(spot.lane, (arc, end)))


def _post(spots: Plan, across: Columns, down: Rows, sign: Sign) -> Post:
    spot = spots.spots[sign.station]
    x = across.middles[spot.column] + across.ports[sign, "station"]
    top, y = down.lines[spot.lane] - MARKER / 2, down.level(spot.lane, (sign, "station"))
    half, wide = across.markers[sign.station] / 2, sign_wide(sign)
    inner = across.middles[spot.column] + (-half if sign.arrives else half)
    plate = Box(inner - wide - 6 if sign.arrives else inner + 6, y - PILL_HIGH / 2, wide, PILL_HIGH)
    edge = plate.right if sign.arrives else plate.x
    way: tuple[Point, ...] = ((edge, y), (x, y), (x, top))
    return Post(sign, plate, way if sign.arrives else way[::-1])


def _areas(spots: Plan, across: Columns, down: Rows) -> Iterator[Area]:
    lane = 0
    for zone in spots.zones:
        top, bottom = down.tops[lane], down.tops[lane + zone.lanes]
        title = wrap_at_most(zone.title, 5, ZONE_ROOM, ZONE_SIZE, bold=True)
        yield Area(Box(0, top, across.wide, bottom - top), title)
        lane += zone.lanes
