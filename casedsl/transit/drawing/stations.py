"""Stations: their markers, and what stands at them.

What a station is, is a shape: a play mark where cases begin, a filled core where they end, pause bars where the case
waits on somebody outside, a red ring with a bar where it waits on somebody inside, a box with dots for a gate.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.transit.drawing.inks import INK, LINE, PAPER, SOFT, STOP, TIME
from casedsl.transit.drawing.letters import code_box
from casedsl.transit.drawing.names import station_id
from casedsl.transit.drawing.scene import Group, Node, Rect, Words
from casedsl.transit.drawing.strokes import barred, clock, dots, pause, play
from casedsl.transit.labels.sizes import CLOCK, LADDER, NOTE, SMALL_LINE, TITLE, TITLE_LINE
from casedsl.transit.labels.wording import code_wide
from casedsl.transit.measuring import width
from casedsl.transit.network import Network, Station
from casedsl.transit.plan import Caption, Spot

KINDS = {
    "first": "where a case begins",
    "final": "where a case ends",
    "waiting": "waits on somebody outside",
    "blocked": "waits on somebody inside",
    "gate": "any of",
}


def stations(network: Network, spots: tuple[Spot, ...]) -> tuple[Group, ...]:
    return tuple(station(network, network.station[spot.station], spot) for spot in spots)


def station(network: Network, here: Station, spot: Spot) -> Group:
    parts = (*marker(here, spot), *_caption(here, spot.caption))
    data = (("key", here.key), ("code", here.code), ("kind", here.kind))
    return Group(tuple(parts), "station", station_id(here.key), _title(network, here), _about(network, here), data)


def marker(here: Station, spot: Spot) -> tuple[Node, ...]:
    box = spot.marker
    x, y = box.x + box.wide / 2, box.y + box.high / 2
    round_ = min(box.wide, box.high) / 2
    radius = 3.5 if here.kind == "gate" else round_
    edge = STOP if here.kind == "blocked" else LINE if here.away else INK
    dash = (3.0, 2.0) if here.away else ()
    ring = Rect(box, radius=radius, fill=PAPER, stroke=edge, wide=2.6, dash=dash, kind="marker")
    if spot.caption.code_inside:
        wide = width(here.code, TITLE, bold=True)
        return ring, Words(x - wide / 2, y + TITLE * 0.36, here.code, TITLE, INK, bold=True, kind="code")
    return (ring, *_sign(here, box_core(spot), x, y))


def box_core(spot: Spot) -> Rect:
    core = spot.marker.grown(-4)
    return Rect(core, radius=min(core.wide, core.high) / 2, fill=INK)


def _sign(here: Station, core: Rect, x: float, y: float) -> tuple[Node, ...]:
    if here.kind == "first":
        return (play(x, y, INK),)
    if here.kind == "final":
        return (core,)
    if here.kind == "waiting":
        return (pause(x, y, INK),)
    if here.kind == "blocked":
        return (barred(x, y, STOP),)
    return dots(x, y, INK) if here.kind == "gate" else ()


def _caption(here: Station, said: Caption) -> tuple[Node, ...]:
    return (*_title_lines(here, said), *_small_lines(said))


def _title_lines(here: Station, said: Caption) -> Iterator[Node]:
    for at, line in enumerate(said.title):
        y = said.box.y + TITLE_LINE * at + 11.6
        wide, coded = width(line, TITLE, bold=True), at == len(said.title) - 1 and not said.code_inside
        x = start(said, wide + (4 + code_wide(here.code) if coded else 0))
        yield Words(x, y, line, TITLE, SOFT if here.away else INK, bold=True, kind="name")
        if coded:
            yield from code_box(x + wide + 4, y, here.code)


def _small_lines(said: Caption) -> Iterator[Node]:
    y = said.box.y + TITLE_LINE * len(said.title) + 9.6
    for at, line in enumerate(said.ladder):
        room = CLOCK if at == 0 else 0.0
        x = start(said, width(line, LADDER) + CLOCK)
        if room:
            yield from clock(x + 4.7, y - 3.4, 4.5, TIME, PAPER)
        yield Words(x + CLOCK, y, line, LADDER, TIME, kind="ladder")
        y += SMALL_LINE
    for line in said.notes:
        yield Words(start(said, width(line, NOTE)), y, line, NOTE, SOFT, kind="note")
        y += SMALL_LINE


def start(said: Caption, wide: float) -> float:
    """Where a line of this width begins: its caption is set to the side of the station."""
    if said.side == "east":
        return said.box.x
    return said.box.right - wide if said.side == "west" else said.box.x + (said.box.wide - wide) / 2


def _title(network: Network, here: Station) -> str:
    zone = next((zone.title for zone in network.zones if zone.key == here.zone), "")
    return f"{here.title} ({here.code})" + (f", {zone}" if zone else "")


def _about(network: Network, here: Station) -> str:
    said = [KINDS[here.kind]] if here.kind in KINDS else []
    if here.covers:
        said[-1:] = ["any of " + ", ".join(network.station[key].title for key in here.covers)]
    if here.ladder:
        said.append("tells somebody after " + ", ".join(here.ladder))
    return "; ".join([*said, *here.notes, *([here.away] if here.away else [])])
