"""One plan from cells and ways: bundling, labels, and everything moved to the corner of a paper that holds it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casedsl.transit import labels
from casedsl.transit.bundling import emerges, ended, markers, runs, spaced, ways, width
from casedsl.transit.geometry import Geometry, Labels
from casedsl.transit.loops import spread
from casedsl.transit.network import Network
from casedsl.transit.placing import Ground
from casedsl.transit.plan import Area, Bullets, Caption, Plan, Run, Spot, Way
from casedsl.transit.routing import Path
from casedsl.transit.shapes import Box, Point, around

EDGE = 16.0
"""Pixels between the outermost thing and the edge of the paper."""


def geometry(
    network: Network,
    ground: Ground,
    wished: Mapping[str, Box],
    paths: Mapping[str, Path],
    wider: Mapping[tuple[str, str], float],
) -> Geometry:
    """Bundles twice: how large a marker becomes is known after the first time, and tracks keep clear of it after the
    second."""
    of = runs(network, paths)
    wide = {track.key: width(network, track.key) for track in network.tracks}
    capsules: dict[str, Box] = {}
    points: dict[str, tuple[Point, ...]] = {}
    lanes: dict[str, tuple[tuple[Point, ...], ...]] = {}
    for _ in range(2):
        laid = ways(network, ground, of, spaced(network, ground, paths, of, wider, capsules))
        points, lanes = {key: way[0] for key, way in laid.items()}, {key: way[1] for key, way in laid.items()}
        capsules = markers(network, ground, points, wide)
    areas = {zone: ground.area(zone) for zone in ground.areas}
    loops = spread(network, points, capsules, areas, ground.pitch)
    points = {**points, **loops}
    capsules = markers(network, ground, points, wide) if loops else capsules
    found: dict[str, Way] = {}
    for track in network.tracks:
        key, ends = track.key, (capsules[track.source], capsules[track.target])
        way = ended(points[key], *ends)
        drawn = tuple(ended(lane, *ends) for lane in lanes[key])
        found[key] = Way(key, way, drawn, wide[key], emerges(way, ends[0]), emerges(way[::-1], ends[1]))
    return Geometry(areas, capsules, wished, found)


def drafted(network: Network, laid: Geometry, origin: Point | None = None) -> tuple[Plan, Point]:
    """The plan, and by how much everything was moved for it: by `origin`, if then all lies on the paper."""
    laid, said = labels.settled(network, laid, labels.place(network, laid))
    paper = around(tuple(_corners(laid, said))).grown(EDGE)
    by = round(-paper.x, 2), round(-paper.y, 2)
    if origin is not None and all(by[axis] - EDGE <= origin[axis] for axis in (0, 1)):
        paper = Box(paper.x, paper.y, paper.wide + origin[0] - by[0], paper.high + origin[1] - by[1])
        by = origin
    return _on_paper(network, laid, said, Box(*by, round(paper.wide, 2), round(paper.high, 2))), by


def _on_paper(network: Network, laid: Geometry, said: Labels, paper: Box) -> Plan:
    by = paper.x, paper.y
    areas = tuple(
        Area(zone, _moved(box, by), _moved(said.headings[zone].box, by), said.headings[zone].lines)
        for zone, box in laid.areas.items()
    )
    spots = tuple(
        Spot(station.key, _moved(laid.markers[station.key], by), _said(said.captions[station.key], by))
        for station in network.stations
    )
    bullets = tuple(Bullets(each.track, _moved(each.box, by), each.lines) for each in said.bullets)
    return Plan(network, paper.wide, paper.high, areas, spots, tuple(_runs(network, laid, said, by)), bullets=bullets)


def _corners(laid: Geometry, said: Labels) -> Iterable[Point]:
    boxes = [
        *laid.areas.values(),
        *laid.markers.values(),
        *(heading.box for heading in said.headings.values()),
        *(caption.box for caption in said.captions.values()),
        *said.badges.values(),
        *(name.box for name in said.names.values()),
        *(bullet.box for bullet in said.bullets),
    ]
    for box in boxes:
        yield box.x, box.y
        yield box.right, box.bottom
    for way in laid.ways.values():
        yield from way.points
    if not boxes:
        yield 0.0, 0.0


def _runs(network: Network, laid: Geometry, said: Labels, by: Point) -> Iterable[Run]:
    for track in network.tracks:
        key, way = track.key, laid.ways[track.key]
        bar, name, square = said.bars.get(key), said.names.get(key), said.squares.get(key)
        yield Run(
            track=key,
            points=_moved_all(way.points, by),
            lanes=tuple(_moved_all(lane, by) for lane in way.lanes),
            wide=way.wide,
            leaves=way.leaves,
            arrives=way.arrives,
            badge=_moved(said.badges[key], by),
            bar=(_at(bar[0], by), bar[1]) if bar else None,
            name=_moved(name.box, by) if name else None,
            words=name.words if name else (),
            square=_at(square, by) if square else None,
        )


def _said(caption: Caption, by: Point) -> Caption:
    return Caption(
        _moved(caption.box, by), caption.side, caption.title, caption.ladder, caption.notes, caption.code_inside
    )


def _moved(box: Box, by: Point) -> Box:
    return Box(round(box.x + by[0], 2), round(box.y + by[1], 2), round(box.wide, 2), round(box.high, 2))


def _at(point: Point, by: Point) -> Point:
    return round(point[0] + by[0], 2), round(point[1] + by[1], 2)


def _moved_all(points: tuple[Point, ...], by: Point) -> tuple[Point, ...]:
    return tuple(_at(point, by) for point in points)
