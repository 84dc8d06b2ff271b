"""Signs on a map: the flags of findings, and the marks of what differs between two versions.

Every sign has a shape or a word of its own beside its colour, and a list below the map: a flag by its number, a mark by
the code of its station or track.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from casedsl.syntax.finding import Severity
from casedsl.transit.difference import SIGNS, Change, Difference, Mark
from casedsl.transit.drawing.inks import INK, PAPER, SOFT
from casedsl.transit.drawing.scene import Disc, Group, Node, Path, Rect, Words
from casedsl.transit.drawing.strokes import straight
from casedsl.transit.labels.travel import along, length
from casedsl.transit.measuring import lines, width
from casedsl.transit.overlays.discs import Worn
from casedsl.transit.overlays.flags import Flag
from casedsl.transit.overlays.plates import Room, middle, plate, plate_wide
from casedsl.transit.plan import Plan, Run
from casedsl.transit.shapes import Box

SHADES: Mapping[Severity, str] = {"error": "#b00020", "warning": "#7a4300", "info": "#005a9c"}
CHANGES: Mapping[Change, str] = {"new": "#0b6b3a", "gone": "#b00020", "changed": "#7a3e9d"}
FLAG = 18.0
SIZE, LINE_HIGH = 9.5, 12.5
COLUMN, GUTTER = 380.0, 24.0
EVERY = 110.0
"""Pixels from one sign to the next along a track that is new or gone."""


# --- findings


def flagged(plan: Plan, flags: Sequence[Flag], wide: float) -> Worn:
    """A flag beside each station and on each track that a finding is about, and the list of all of them."""
    room = Room(plan)
    above = tuple(_flag_at(plan, flag, room) for flag in flags if _place(plan, flag))
    return Worn((), above, *_list([(_sample(flag), _told(flag)) for flag in flags], wide, FLAG + 8))


def _place(plan: Plan, flag: Flag) -> bool:
    return flag.station in plan.spot or flag.track in plan.run


def _flag_at(plan: Plan, flag: Flag, room: Room) -> Group:
    if flag.station in plan.spot:
        box = room.beside(plan.spot[flag.station].marker, FLAG, FLAG)
    else:
        run = plan.run[flag.track]
        box = room.on(run, FLAG, FLAG) or room.beside(run.badge, FLAG, FLAG)
    x, y = middle(box)
    data = (("finding", str(flag.number)), ("station", flag.station), ("track", flag.track))
    return Group(_sign(x, y, flag), "flag", title=_told(flag), data=tuple(each for each in data if each[1]))


def _sign(x: float, y: float, flag: Flag) -> tuple[Node, ...]:
    """The number in the shape of its severity."""
    shade, half = SHADES[flag.severity], FLAG / 2
    text = str(flag.number)
    size = 9.0 if len(text) < 3 else 7.5
    drop = size * 0.36 + (2.0 if flag.severity == "warning" else 0.0)
    number = Words(x - width(text, size, bold=True) / 2, y + drop, text, size, PAPER, bold=True, kind="flag")
    if flag.severity == "info":
        return Disc(x, y, half, fill=shade, stroke=PAPER, wide=1.2), number
    corners = _octagon(x, y, half) if flag.severity == "error" else _triangle(x, y, half)
    return Path(straight(corners, closed=True), fill=shade, stroke=PAPER, wide=1.2), number


def _octagon(x: float, y: float, half: float) -> tuple[tuple[float, float], ...]:
    turns = [math.radians(22.5 + 45 * at) for at in range(8)]
    return tuple((round(x + half * math.cos(turn), 2), round(y + half * math.sin(turn), 2)) for turn in turns)


def _triangle(x: float, y: float, half: float) -> tuple[tuple[float, float], ...]:
    return (x, y - half - 1), (x + half + 2, y + half), (x - half - 2, y + half)


def _sample(flag: Flag) -> Callable[[float, float], tuple[Node, ...]]:
    return lambda x, y: _sign(x + FLAG / 2, y - 3.4, flag)


def _told(flag: Flag) -> str:
    code = f"{flag.code} " if flag.code else ""
    return f"{code}{flag.severity}: {flag.headline} ({flag.place})"


# --- what differs


def marked(plan: Plan, found: Difference, wide: float) -> Worn:
    """A mark at each station and along each track that differs, and the list of all that does."""
    room = Room(plan)
    stations = [_station(plan, key, mark, room) for key, mark in found.stations.items() if key in plan.spot]
    tracks = [_track(plan.run[key], mark, room) for key, mark in found.tracks.items() if key in plan.run]
    rows = [(_plate(mark), _difference(mark)) for mark in found.marks]
    rows += [(_nothing, words) for words in found.words]
    return Worn((), (*tracks, *stations), *_list(rows or [(_nothing, "nothing differs")], wide, 66.0))


def _word(change: Change) -> str:
    return f"{SIGNS[change]} {change}"


def _station(plan: Plan, key: str, mark: Mark, room: Room) -> Group:
    marker = plan.spot[key].marker
    shade, word = CHANGES[mark.change], _word(mark.change)
    ring = marker.grown(3.5)
    dash = (4.0, 3.0) if mark.change == "gone" else ()
    around = Rect(ring, radius=min(ring.wide, ring.high) / 2, stroke=shade, wide=2.2, dash=dash, kind="mark")
    parts: list[Node] = [around]
    if mark.change == "gone":
        x, y = middle(marker)
        far = min(marker.wide, marker.high) / 2 - 2
        cross = (
            *straight(((x - far, y - far), (x + far, y + far))),
            *straight(((x - far, y + far), (x + far, y - far))),
        )
        parts.append(Path(cross, stroke=shade, wide=2.2))
    box = room.beside(marker.grown(4), plate_wide(word))
    return Group((*parts, plate(box, word, shade, shade, kind="mark")), "mark", data=(("station", key),))


def _track(run: Run, mark: Mark, room: Room) -> Group:
    """The word once, where there is room, else the sign at the corner of the badge; and the sign again and again along
    the way."""
    shade, word, sign = CHANGES[mark.change], _word(mark.change), SIGNS[mark.change]
    box = room.on(run, plate_wide(word))
    beads = [_dot(point, sign, shade) for point in _beads(run, box or run.badge)]
    corner = run.badge.x - 2, run.badge.y - 1
    last = _dot(corner, sign, shade) if box is None else plate(box, word, shade, shade, kind="mark")
    return Group((*beads, last), "mark", data=(("track", run.track),))


def _beads(run: Run, plate: Box) -> Iterator[tuple[float, float]]:
    """Points along the open part of a track, not on its badge nor on the plate."""
    whole = length(run.points)
    open_ = whole - run.leaves - run.arrives
    count = int(open_ // EVERY)
    for at in range(1, count + 1):
        point, _ = along(run.points, run.leaves + open_ * at / (count + 1))
        spot = Box(point[0] - 6, point[1] - 6, 12, 12)
        if not spot.touches(run.badge) and not spot.touches(plate) and not (run.name and spot.touches(run.name)):
            yield point


def _dot(point: tuple[float, float], sign: str, shade: str) -> Group:
    x, y = point
    words = Words(x - width(sign, SIZE, bold=True) / 2, y + SIZE * 0.36, sign, SIZE, shade, bold=True)
    return Group((Disc(x, y, 5.5, fill=PAPER, stroke=shade, wide=1.2), words))


def _plate(mark: Mark) -> Callable[[float, float], tuple[Node, ...]]:
    word, shade = _word(mark.change), CHANGES[mark.change]
    return lambda x, y: (plate(Box(x, y - 10.5, plate_wide(word), 14), word, shade, shade),)


def _nothing(_x: float, _y: float) -> tuple[Node, ...]:
    return ()


def _difference(mark: Mark) -> str:
    words = "; ".join(mark.words)
    return f"{mark.code} {mark.title}" + (f" · {words}" if words else "")


# --- lists


Sample = Callable[[float, float], tuple[Node, ...]]


class _Item(Struct, frozen=True):
    sample: Sample
    words: tuple[str, ...]

    @property
    def high(self) -> float:
        return max(LINE_HIGH * len(self.words), FLAG - 1) + 7


def _list(rows: Sequence[tuple[Sample, str]], wide: float, left: float) -> tuple[tuple[Node, ...], float]:
    """Rows with their samples in columns, all about as high; and how high they are."""
    count = max(1, int((wide + GUTTER) // (COLUMN + GUTTER)))
    room = (wide - GUTTER * (count - 1)) / count
    items = [_Item(sample, lines(words, room - left, SIZE, at_most=8)) for sample, words in rows]
    most = max(sum(item.high for item in items) / count, max((item.high for item in items), default=0.0))
    parts: list[Node] = []
    column, down, deepest = 0, 18.0, 0.0
    for item in items:
        if down > 18 and down + item.high > 18 + most + LINE_HIGH and column + 1 < count:
            column, down = column + 1, 18.0
        x = column * (room + GUTTER)
        parts.extend(item.sample(x, down))
        for at, line in enumerate(item.words):
            parts.append(Words(x + left, down + LINE_HIGH * at, line, SIZE, INK if at == 0 else SOFT, kind="listed"))
        down += item.high
        deepest = max(deepest, down)
    return tuple(parts), deepest
