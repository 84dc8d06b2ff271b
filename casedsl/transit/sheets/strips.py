"""A journey as a strip: its stations in the order of travel on a straight trunk, every other exit as a stub.

A strip answers "how does a case usually go, and where can it leave that way?" It is laid out by rule and not by search,
so it is always clean. The trunk runs in rows, to the right and back to the left, as an ox ploughs; above it stand the
names; below each station its exits hang like the teeth of a comb, the outermost lowest, so that none crosses another.
The ground behind the stations shows whose turn it is. A strip that fills a page goes on on the next, and the station
with which that begins is shown at the end of this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.labels.badges import badge_wide
from casedsl.transit.labels.sizes import (
    ARROW,
    BADGE_HIGH,
    BULLET,
    NAME,
    NAME_LINE,
    TITLE,
    TITLE_LINE,
    ZONE,
    ZONE_LINE,
    ZONE_PAD,
)
from casedsl.transit.labels.wording import code_wide
from casedsl.transit.measuring import lines, width
from casedsl.transit.network import Line, Network, Track, Zone
from casedsl.transit.plan import Area, Bullets, Caption, Plan, Run, Spot
from casedsl.transit.shapes import Box, Point
from casedsl.transit.sheets.cutting import told_gate
from casedsl.transit.sheets.halts import HALF, LANE, STUB, TOOTH_GAP, Column, Halt, Tooth, column, halts

EDGE, TURN, PAD = 4.0, 24.0, 8.0
"""Pixels: around the page, for the turns beside the rows, around what stands in a row."""
CUT = 8.0
NOT_EXITS = 170.0
"""How much of the height of a page no exits can have."""
ON_LINE, PLAIN = 5.0, 2.6
"""How wide the trunk is, and an exit."""


class Place(Struct, frozen=True):
    """Where a column stands: its left end, and the row's trunk."""

    column: Column
    x: float
    y: float
    below: float
    """Where the comb begins."""

    @property
    def marker(self) -> Box:
        return Box(self.x + 5, self.y - HALF, self.column.marker, 2 * HALF)


class Row(Struct, frozen=True):
    places: tuple[Place, ...]
    forth: bool
    box: Box


def strips(network: Network, line: Line, room: tuple[float, float]) -> tuple[Plan, ...]:
    """The pages of a journey, each within this room in pixels. Of a station with more exits than a page is high the
    first ones hang there, and its caption says how many more there are."""
    columns = [_shortened(column(network, halt), room[1]) for halt in halts(network, line)]
    shown = replace(line, ink=network.lines.index(line))
    return tuple(
        _plan(network, shown, _page(columns, first, last, page), room[0], line.title)
        for page, (first, last) in enumerate(_pages(columns, room, _page))
    )


def combs(network: Network, inside: Sequence[str], room: tuple[float, float], title: str) -> tuple[Plan, ...]:
    """Some stations without a trunk, each with all its exits, on as many pages as it takes; a station with more exits
    than a page is high stands there several times."""
    columns = [each for key in inside for each in _spread(network, key, room[1])]
    pages = _pages(columns, room, lambda all_, first, last, _: list(all_[first:last]))
    return tuple(_plan(network, None, columns[first:last], room[0], title) for first, last in pages)


Pager = Callable[[Sequence[Column], int, int, int], list[Column]]


def _pages(columns: Sequence[Column], room: tuple[float, float], page: Pager) -> Iterator[tuple[int, int]]:
    """From where to where each page goes: as many columns as fit, and one at least."""
    first = number = 0
    while first < len(columns):
        last = first + 1
        while last < len(columns) and _high(page(columns, first, last + 1, number), room[0]) <= room[1]:
            last += 1
        yield first, last
        first, number = last, number + 1


def _most(high: float, teeth: Sequence[Tooth]) -> int:
    """How many of these exits fit below each other on a page of this height."""
    left, count = high - NOT_EXITS, 0
    for tooth in teeth:
        left -= tooth.high
        count += left >= 0
    return max(1, count)


def _shortened(whole: Column, high: float) -> Column:
    most = _most(high, whole.teeth)
    if most >= len(whole.teeth):
        return whole
    return replace(whole, teeth=whole.teeth[:most], notes=(*whole.notes, f"{len(whole.teeth) - most} more exits"))


def _spread(network: Network, key: str, high: float) -> Iterator[Column]:
    exits = tuple(track for track in network.tracks if track.source == key)
    station = told_gate(network, network.station[key])
    left = column(network, Halt(station, None, exits))
    at = 1
    while len(left.teeth) > (most := _most(high, left.teeth)):
        yield replace(left, teeth=left.teeth[:most])
        at += 1
        again = replace(station, key=f"{key} again {at}", ladder=(), notes=("its other exits",), away="above")
        rest = tuple(replace(tooth.track, source=again.key) for tooth in left.teeth[most:])
        teeth = tuple(replace(tooth, track=track) for tooth, track in zip(left.teeth[most:], rest, strict=True))
        left = replace(column(network, Halt(again, None, ())), teeth=teeth)
    yield left


def _page(columns: Sequence[Column], first: int, last: int, before: int) -> list[Column]:
    """The columns of a page that has so many before it: some of all, and the one with which the next page begins."""
    shown = list(columns[first:last])
    if before:
        shown[0] = replace(shown[0], notes=(f"from page {before}", *shown[0].notes))
    if last < len(columns):
        page, there = before + 2, columns[last]
        station = replace(there.halt.station, ladder=(), notes=(), away=f"page {page}")
        shown.append(Column(Halt(station, None, ()), there.title, (), (f"goes on on page {page}",), (), ()))
    return shown


def _high(columns: Sequence[Column], wide: float) -> float:
    return sum(_row_high(row) for row in _rows(columns, wide)) + 2 * EDGE


def _is_forth(columns: Sequence[Column], row: int) -> bool:
    """Does a row run to the right? Every other one, and all where nothing joins them."""
    return row % 2 == 0 or all(each.halt.after is None for each in columns)


def _rows(columns: Sequence[Column], wide: float) -> list[list[Column]]:
    rows: list[list[Column]] = [[]]
    for each in columns:
        if rows[-1] and _row_wide([*rows[-1], each], _is_forth(columns, len(rows) - 1)) > wide - 2 * (EDGE + TURN):
            rows.append([])
        rows[-1].append(each)
    return rows


def _row_wide(row: Sequence[Column], forth: bool) -> float:
    return sum(each.wide for each in row) + (0.0 if forth else row[-1].lead)


def _parts(row: Sequence[Column]) -> tuple[float, float, float]:
    """The heights of a row: what stands above the trunk, the names below it, the combs."""
    names = max(NAME_LINE * len(each.name) for each in row)
    down = max(each.down for each in row)
    return max(each.caption[1] for each in row), names + 10, down


def _row_high(row: Sequence[Column]) -> float:
    return PAD + ZONE_LINE + 6 + sum(_parts(row)) + 2 * HALF + 2 * PAD + 10


def _plan(network: Network, line: Line | None, columns: Sequence[Column], room: float, title: str) -> Plan:
    rows = list(_placed(columns, room))
    wide = max(row.box.right for row in rows) + EDGE
    zones, homes = _zones(network, rows)
    places = [place for row in rows for place in row.places]
    stations = [replace(place.column.halt.station, zone=homes[place.column.halt.station.key]) for place in places]
    stubs = [
        replace(tooth.stub, zone=homes[place.column.halt.station.key])
        for place in places
        for tooth in place.column.teeth
    ]
    trunk = [place.column.halt.after for place in places[:-1] if place.column.halt.after]
    teeth = [tooth.track for place in places for tooth in place.column.teeth]
    shown = (replace(line, tracks=tuple(track.key for track in trunk)),) if line and trunk else ()
    sheet = Network(title, zones, (*stations, *stubs), (*trunk, *teeth), shown)
    runs = [*_trunk(rows), *(run for place in places for run in _comb(place))]
    spots = [*(_spot(place) for place in places), *(spot for place in places for spot in _stubs(place))]
    grounds = tuple(_areas(network, rows, homes))
    high = rows[-1].box.bottom + EDGE
    return Plan(sheet, wide, high, grounds, tuple(spots), tuple(runs), (), tuple(_bullets(runs[: len(trunk)])))


def _placed(columns: Sequence[Column], room: float) -> Iterator[Row]:
    """The rows, one below the other, by turns to the right and to the left, flush with the turn before."""
    rows = _rows(columns, room)
    longest = max(_row_wide(row, _is_forth(columns, at)) for at, row in enumerate(rows)) + 2 * TURN
    top = EDGE
    for at, row in enumerate(rows):
        forth = _is_forth(columns, at)
        up, names, _ = _parts(row)
        y = top + PAD + ZONE_LINE + 6 + up + PAD + HALF
        whole = _row_wide(row, forth)
        x = EDGE + TURN if forth else EDGE + longest - TURN - whole
        places: list[Place] = []
        for each in row if forth else reversed(row):
            x += each.lead if not forth and not places else 0.0
            places.append(Place(each, x, y, y + HALF + names))
            x += each.wide
        high = _row_high(row)
        yield Row(tuple(places if forth else reversed(places)), forth, Box(EDGE, top, longest, high))
        top += high


# --- the grounds


def _stretches(row: Row) -> Iterator[list[Place]]:
    """The places of a row, parted where the team changes."""
    stretch: list[Place] = []
    for place in row.places:
        if stretch and stretch[-1].column.halt.station.zone != place.column.halt.station.zone:
            yield stretch
            stretch = []
        stretch.append(place)
    yield stretch


def _zones(network: Network, rows: Sequence[Row]) -> tuple[tuple[Zone, ...], dict[str, str]]:
    """A zone for each stretch, looking like that of the whole map, and the zone of each halt."""
    tints = {zone.key: (at, zone) for at, zone in enumerate(network.zones)}
    zones: list[Zone] = []
    homes: dict[str, str] = {}
    for row in rows:
        for stretch in _stretches(row):
            tint, zone = tints[stretch[0].column.halt.station.zone]
            key = f"{len(zones) + 1} {zone.key}"
            zones.append(replace(zone, key=key, tint=tint if zone.tint is None else zone.tint))
            homes |= {place.column.halt.station.key: key for place in stretch}
    return tuple(zones), homes


def _areas(network: Network, rows: Sequence[Row], homes: dict[str, str]) -> Iterator[Area]:
    titles = {zone.key: zone.title for zone in network.zones}
    for row in rows:
        for stretch in _stretches(row):
            left = min(place.x for place in stretch)
            if stretch[-1] is row.places[-1] and not row.forth:
                left -= stretch[-1].column.lead
            right = max(place.x + place.column.wide for place in stretch)
            box = Box(left, row.box.y + 2, right - left - 6, row.box.high - 8)
            station = stretch[0].column.halt.station
            said = lines(titles[station.zone], box.wide - 2 * ZONE_PAD, ZONE, bold=True, at_most=1)
            wide = max([width(each, ZONE, bold=True) for each in said], default=0.0)
            title = Box(box.x + ZONE_PAD, box.y + 6, wide, ZONE_LINE)
            yield Area(homes[station.key], box, title, said)


# --- stations and stubs


def _spot(place: Place) -> Spot:
    each, marker = place.column, place.marker
    wide, high = each.caption
    box = Box(marker.x + 1, marker.y - 5 - high, wide, high)
    return Spot(each.halt.station.key, marker, Caption(box, "east", each.title, each.ladder, each.notes, False))


def _teeth(place: Place) -> Iterator[tuple[Tooth, float, float, float]]:
    """Each exit with its lane, the x where its tooth begins, and its y: the first one is the uppermost, and leaves
    from the lane that is farthest to the right."""
    y = place.below
    teeth = place.column.teeth
    start = place.marker.right + 1
    for at, tooth in enumerate(teeth):
        lane = place.marker.x + HALF + LANE * (len(teeth) - 1 - at)
        yield tooth, lane, start, y + (tooth.high - TOOTH_GAP) / 2
        y += tooth.high


def _stubs(place: Place) -> Iterator[Spot]:
    for tooth, _, start, y in _teeth(place):
        x = start + tooth.before
        wide = max(width(line, TITLE, bold=True) for line in tooth.title)
        wide = max(wide, width(tooth.title[-1], TITLE, bold=True) + 4 + code_wide(tooth.stub.code))
        top = y - (tooth.high - TOOTH_GAP) / 2 + NAME_LINE * len(tooth.name)
        caption = Caption(
            Box(x + STUB + 4, top, wide, TITLE_LINE * len(tooth.title)), "east", tooth.title, (), (), False
        )
        yield Spot(tooth.stub.key, Box(x - STUB, y - STUB, 2 * STUB, 2 * STUB), caption)


# --- tracks


def _comb(place: Place) -> Iterator[Run]:
    for tooth, lane, start, y in _teeth(place):
        x, track = start + tooth.before, tooth.track
        points = ((lane, place.y), (lane, y - CUT), (lane + CUT, y), (x, y))
        badge = Box(start + 3, y - BADGE_HIGH / 2, badge_wide(track), BADGE_HIGH)
        bar = ((badge.right + 4.0, y), (1.0, 0.0)) if track.guarded else None
        square = (badge.right + (15.0 if track.guarded else 8.0), y) if track.handoff else None
        name = None
        if tooth.name:
            top = y - (tooth.high - TOOTH_GAP) / 2
            name = Box(x + STUB + 4, top, max(width(line, NAME) for line in tooth.name), NAME_LINE * len(tooth.name))
        yield Run(track.key, points, (), PLAIN, HALF, STUB, badge, bar, name, tooth.name, square)


def _trunk(rows: Sequence[Row]) -> Iterator[Run]:
    """The tracks of the journey: within a row from marker to marker, between rows around the end."""
    for at, row in enumerate(rows):
        after = rows[at + 1].places[0] if at + 1 < len(rows) else None
        ends = [*row.places[1:], after]
        for place, end in zip(row.places, ends, strict=True):
            if end is not None and place.column.halt.after is not None:
                turn = None if end is not after else (row.box.right - 12 if row.forth else row.box.x + 12)
                yield _stretch(place.column.halt.after, place, end, row.forth, turn)


def _bullets(trunk: Sequence[Run]) -> Iterator[Bullets]:
    """The letter of the journey, before the end of its first track and of its last."""
    for run in dict.fromkeys((*trunk[:1], *trunk[-1:])):
        (from_x, _), (x, y) = run.points[-2:]
        ahead = 1 if x > from_x else -1
        middle = x - ahead * (HALF + ARROW + BULLET)
        yield Bullets(run.track, Box(middle - BULLET / 2, y - BULLET / 2, BULLET, BULLET), (0,))


def _stretch(track: Track, place: Place, end: Place, forth: bool, turn: float | None) -> Run:
    sign = 1.0 if forth else -1.0
    start = (place.marker.right - HALF if forth else place.marker.x + HALF, place.y)
    points: tuple[Point, ...]
    if turn is None:
        stop = (end.marker.x + HALF if forth else end.marker.right - HALF, end.y)
        points = (start, stop)
    else:
        stop = (end.marker.right - HALF if forth else end.marker.x + HALF, end.y)
        corner = turn - sign * CUT
        points = (start, (corner, place.y), (turn, place.y + CUT), (turn, end.y - CUT), (corner, end.y), stop)
    wide = badge_wide(track)
    near = start[0] + sign * (HALF + 5)
    badge = Box(near if forth else near - wide, place.y - BADGE_HIGH / 2, wide, BADGE_HIGH)
    far = badge.right if forth else badge.x
    bar = ((far + sign * 4.0, place.y), (sign, 0.0)) if track.guarded else None
    square = (far + sign * (15.0 if track.guarded else 7.0), place.y) if track.handoff else None
    said = place.column.name
    name = None
    if said:
        room = max(width(line, NAME) for line in said)
        name = Box(near if forth else near - room, place.y + 8, room, NAME_LINE * len(said))
    return Run(track.key, points, (points,), ON_LINE, HALF, HALF, badge, bar, name, said, square)
