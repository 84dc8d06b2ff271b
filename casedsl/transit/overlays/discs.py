"""Heat on a map: how many cases are where, and how long they stay, in discs under the stations and numbers beside them.

The area of a disc says how many cases are there now, its colour how long half of the stays lasted at most; both are
printed beside the station, so nothing is said by colour alone. A final station has a number and no disc: cases rest
there. Breaches stand behind the number with a sign of their own. Each track has the number of times that it was taken,
where there is room on it; the key has it in any case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.drawing.inks import LINE, PAPER, SOFT, STOP
from casedsl.transit.drawing.scene import Disc, Group, Node, Rect, Words
from casedsl.transit.key import Key
from casedsl.transit.measuring import width
from casedsl.transit.overlays.data import Numbers
from casedsl.transit.overlays.heat import Heat, lasted
from casedsl.transit.overlays.plates import Room, middle, plate, plate_wide
from casedsl.transit.plan import Plan
from casedsl.transit.shapes import Box

HEATS = ("#fff0c9", "#fdd08a", "#fb9d59", "#e8603c", "#b3261e")
"""From quick to slow, also in grey from light to dark; words on the first three are dark."""
UNKNOWN = "#e3e7eb"
LARGEST, SMALLEST = 38.0, 13.0
"""Pixels; the smallest disc is larger than the marker of a plain station, or nobody would see it."""


class Worn(Struct, frozen=True):
    """What an overlay puts on a plan: under the stations, on top of all, and a band of words below the map with its
    height."""

    below: tuple[Node, ...] = ()
    above: tuple[Node, ...] = ()
    band: tuple[Node, ...] = ()
    high: float = 0.0


def heated(plan: Plan, heat: Heat) -> Worn:
    known = {key: numbers for key, numbers in heat.stations.items() if key in plan.spot}
    moving = {key: each for key, each in known.items() if plan.network.station[key].kind != "final"}
    most = max([each.now for each in moving.values()], default=0)
    slowest = max([each.median or 0 for each in moving.values()], default=0)
    largest = min([LARGEST, _half_apart(plan), *(_to_edge(plan, key) for key in moving)])
    discs = tuple(_disc(plan, key, each, most, slowest, largest) for key, each in moving.items() if each.now)
    room = Room(plan)
    above = (*_numbers(plan, known, room), *_times(plan, heat, room))
    return Worn((*discs, *_grounds(plan, discs)), above, *_band(heat, most, slowest))


def _half_apart(plan: Plan) -> float:
    """Half of the way between the two stations that are nearest to each other."""
    middles = [middle(spot.marker) for spot in plan.spots]
    apart = [math.dist(one, other) for at, one in enumerate(middles) for other in middles[:at]]
    return min(apart, default=2 * LARGEST) / 2


def _to_edge(plan: Plan, key: str) -> float:
    """How far a station is from the edge of the paper, and a little beyond: there is a margin."""
    x, y = middle(plan.spot[key].marker)
    return max(SMALLEST, min(x, y, plan.wide - x, plan.high - y) + 6)


def _disc(plan: Plan, key: str, numbers: Numbers, most: int, slowest: int, largest: float) -> Disc:
    x, y = middle(plan.spot[key].marker)
    radius = max(min(SMALLEST, largest), largest * math.sqrt(numbers.now / most))
    return Disc(x, y, round(radius, 2), fill=_shade(numbers.median, slowest), stroke=LINE, wide=0.8, kind="heat")


def _grounds(plan: Plan, discs: Sequence[Disc]) -> Iterator[Rect]:
    """Words that stand on a disc get a ground of paper, so that they can be read on every shade."""
    words = [spot.caption.box for spot in plan.spots] + [run.name for run in plan.runs if run.name is not None]
    for box in words:
        if any(_reaches(disc, box) for disc in discs):
            yield Rect(box.grown(1.5), radius=3, fill=PAPER, kind="ground")


def _reaches(disc: Disc, box: Box) -> bool:
    near = min(max(disc.x, box.x), box.right), min(max(disc.y, box.y), box.bottom)
    return math.dist(near, (disc.x, disc.y)) < disc.radius


def _shade(median: int | None, slowest: int) -> str:
    if median is None or not slowest:
        return UNKNOWN
    return HEATS[min(len(HEATS) - 1, median * len(HEATS) // (slowest + 1))]


def said(numbers: Numbers, final: bool) -> str:
    """What is printed at a station: `12 · 4.1 d`."""
    return f"{numbers.now:,}" if final else f"{numbers.now:,} · {lasted(numbers.median)}"


def _numbers(plan: Plan, known: Mapping[str, Numbers], room: Room) -> Iterator[Group]:
    for key, numbers in known.items():
        text = said(numbers, plan.network.station[key].kind == "final")
        breaches = f"! {numbers.breaches:,}" if numbers.breaches else ""
        first, second = plate_wide(text), plate_wide(breaches) if breaches else 0.0
        box = room.beside(plan.spot[key].marker, first + second)
        parts: list[Node] = [plate(replace(box, wide=first), text, kind="figure")]
        if breaches:
            parts.append(plate(Box(box.x + first, box.y, second, box.high), breaches, STOP, STOP, kind="breaches"))
        yield Group(tuple(parts), "figures", data=(("station", key),))


def _times(plan: Plan, heat: Heat, room: Room) -> Iterator[Group]:
    for run in plan.runs:
        times = heat.tracks.get(run.track, 0)
        text = f"{times:,}×"
        box = room.on(run, plate_wide(text, bold=False)) if times else None
        if box is not None:
            yield plate(box, text, SOFT, LINE, bold=False, kind="times")


def _band(heat: Heat, most: int, slowest: int) -> tuple[tuple[Node, ...], float]:
    """What the signs mean: the shades with the lengths at which they begin, and what was counted when."""
    parts: list[Node] = []
    x, y = 0.0, 14.0
    step = (slowest + 1) / len(HEATS)
    shades = [
        (f"half of the stays last up to {lasted(round(step))}", HEATS[0]),
        *((f"up to {lasted(min(slowest, round(step * (at + 2))))}", shade) for at, shade in enumerate(HEATS[1:])),
    ]
    for words, shade in (*(shades if slowest else ()), ("not known", UNKNOWN)):
        parts += [Disc(x + 6, y - 3.4, 6, fill=shade, stroke=LINE, wide=0.8), Words(x + 17, y, words, 9.5, SOFT)]
        x += 17 + width(words, 9.5) + 18
    others = f"; {heat.others:,} of other versions are left out" if heat.others else ""
    lines = (
        f"{heat.cases:,} cases as of {heat.as_of}{others}. At a station: cases now (area of the disc, largest "
        f"{most:,}) · the length that half of the stays don't exceed (its colour)",
        "! missed promises and escalations while cases were there · n× how often a case went this way",
    )
    for line in lines:
        y += 15
        parts.append(Words(0, y, line, 9.5, SOFT))
    return tuple(parts), y + 8


def with_figures(key: Key, heat: Heat) -> Key:
    """The key with the numbers of each station and each track."""
    stops = []
    for stop in key.stops:
        numbers = heat.stations.get(stop.station)
        rows = tuple(replace(row, taken=_taken(heat, row.track, key)) for row in stop.rows)
        stops.append(replace(stop, rows=rows, figures=_told(numbers) if numbers else ""))
    return replace(key, stops=tuple(stops))


def _taken(heat: Heat, track: str, key: Key) -> str:
    times = heat.tracks.get(track)
    if times is None:
        return ""
    for first, others in heat.together.items():
        if track in others:
            return f"counted with {_code(key, first)}"
    both = "".join(f" with {_code(key, other)}" for other in heat.together.get(track, ()))
    return f"{times:,} time{'' if times == 1 else 's'}{both}"


def _code(key: Key, track: str) -> str:
    return next((row.code for row in key.rows() if row.track == track), track)


def _told(numbers: Numbers) -> str:
    said = [f"{numbers.now:,} case{'' if numbers.now == 1 else 's'} now"]
    if numbers.stays:
        stays = f"{numbers.stays:,} stay{'' if numbers.stays == 1 else 's'}"
        said.append(f"{stays}: half up to {lasted(numbers.median)}, nine of ten up to {lasted(numbers.ninety)}")
    if numbers.breaches:
        said.append(f"{numbers.breaches:,} missed or escalated")
    return "; ".join(said)
