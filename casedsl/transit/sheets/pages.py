"""The pages of an atlas as pictures: a head with the number of the sheet, its map, and a foot that says what it is
bound to; then the timetable, which has every exit in words, in columns, on as many pages as it takes.

On paper the map of a page has no key below it: the timetable is the key of all sheets. Where the map is one sheet and
is not printed, it has its key below it, and there is no timetable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.drawing import Group, Imprint, Node, Rect, Scene, Words, draw
from casedsl.transit.drawing.inks import INK, PAPER, SOFT
from casedsl.transit.drawing.keyed import keyed
from casedsl.transit.key import Key, Row, Stop, bare_key
from casedsl.transit.manifest import Seal, manifest
from casedsl.transit.measuring import clipped
from casedsl.transit.network import Network
from casedsl.transit.overlays.discs import Worn
from casedsl.transit.plan import Plan
from casedsl.transit.shapes import Box
from casedsl.transit.sheets.binding import Atlas, Leaf, homes
from casedsl.transit.sheets.paper import Paper

EDGE, HEAD, FOOT = 18.0, 54.0, 24.0


class Page(Struct, frozen=True):
    """A page of an atlas; `name` is short and has no signs that a file can't have: `7a`, `timetable-1`."""

    name: str
    title: str
    scene: Scene


Wear = Callable[[Plan, bool], Worn]
"""What an overlay puts on a plan; whether that is the first page, which also says what belongs to no page."""


def pages(
    atlas: Atlas, imprint: Imprint, key: Key, seal: Seal, paper: Paper, wear: Wear | None = None
) -> tuple[Page, ...]:
    """Every page of an atlas on paper, the timetable last."""
    return (*maps(atlas, imprint, key, seal, wear), *timetable(atlas, imprint, key, paper))


def maps(atlas: Atlas, imprint: Imprint, key: Key, seal: Seal, wear: Wear | None = None) -> tuple[Page, ...]:
    """The pages of an atlas that are maps."""
    return tuple(_leaf(atlas, leaf, imprint, key, seal, wear) for leaf in atlas.leaves)


def worn(imprint: Imprint, plan: Plan, wear: Wear | None, first: bool = True) -> Imprint:
    """An imprint with what an overlay puts on a plan."""
    if wear is None:
        return imprint
    laid = wear(plan, first)
    return replace(imprint, below=laid.below, above=laid.above, band=laid.band, band_high=laid.high)


def _leaf(atlas: Atlas, leaf: Leaf, imprint: Imprint, key: Key, seal: Seal, wear: Wear | None) -> Page:
    sheet = leaf.sheet
    alone = sheet.kind == "whole"
    title = atlas.network.title if alone else f"{sheet.number} · {sheet.title}"
    about = imprint.subtitle if alone else " · ".join(filter(None, (atlas.network.title, imprint.subtitle)))
    words = words_of(sheet.network, key) or bare_key(sheet.network)
    said = replace(
        imprint,
        title=title,
        subtitle=about,
        key=words,
        foot=(*filter(None, (sheet.note, atlas.note if leaf is atlas.leaves[0] else "")), *imprint.foot),
        manifest=imprint.manifest if alone else manifest(sheet.network, words, seal),
        with_key=False,
    )
    said = worn(said, leaf.plan, wear, leaf is atlas.leaves[0])
    return Page(sheet.number, title, draw(leaf.plan, said))


def words_of(network: Network, key: Key) -> Key | None:
    """What a key says of the stations and tracks of a sheet; None if the sheet has some that no key knows."""
    known = {row.track for row in key.rows()} | {stop.station for stop in key.stops}
    if not known >= network.track.keys() | network.station.keys():
        return None
    stops = tuple(
        replace(stop, rows=tuple(row for row in stop.rows if row.track in network.track))
        for stop in key.stops
        if stop.station in network.station
    )
    return replace(key, stops=stops)


# --- the timetable


def timetable(atlas: Atlas, imprint: Imprint, key: Key, paper: Paper) -> tuple[Page, ...]:
    """The key in columns on pages of this size. Each station says on which sheet its exits stand."""
    wide, high = paper.room
    stands = homes(atlas)
    stops = [stop if atlas.is_whole else _at_home(stop, stands) for stop in key.stops]
    parts = list(_filled(atlas.network, stops, wide - 2 * EDGE, high - HEAD - FOOT))
    made = []
    for at, nodes in enumerate(parts):
        title = "Timetable" + (f", page {at + 1} of {len(parts)}" if len(parts) > 1 else "")
        name = "timetable" + (f"-{at + 1}" if len(parts) > 1 else "")
        made.append(Page(name, title, _page(atlas, imprint, title, nodes, (wide, high))))
    return tuple(made)


def _at_home(stop: Stop, stands: Mapping[str, str]) -> Stop:
    numbers = dict.fromkeys(stands[row.track] for row in stop.rows if row.track in stands)
    where = f"sheet {', '.join(numbers)}" if numbers else ""
    return replace(stop, figures=" · ".join(filter(None, (where, stop.figures))))


def _filled(network: Network, stops: Sequence[Stop], wide: float, high: float) -> Iterator[tuple[Node, ...]]:
    """Stations in order on pages of this size; a station with more exits than a page holds goes on on the next."""
    left = list(stops)
    while left:
        count = _most(network, left, wide, high)
        if count == 0:
            first, rest = _cut(network, left[0], wide, high)
            left[:1] = [first, rest]
            count = 1
        yield keyed(network, Key(tuple(left[:count])), EDGE, HEAD, wide)[0]
        del left[:count]


def _most(network: Network, stops: Sequence[Stop], wide: float, high: float) -> int:
    """How many of the stops fit on a page, by halving."""
    low, over = 0, len(stops) + 1
    while over - low > 1:
        middle = (low + over) // 2
        fits = _fits(network, stops[:middle], wide, high)
        low, over = (middle, over) if fits else (low, middle)
    return low


def _fits(network: Network, stops: Sequence[Stop], wide: float, high: float) -> bool:
    return keyed(network, Key(tuple(stops)), EDGE, 0.0, wide)[1] <= high


def _cut(network: Network, stop: Stop, wide: float, high: float) -> tuple[Stop, Stop]:
    """A station in two: as many rows as fit on a page, one at least, and the others."""
    rows: tuple[Row, ...] = stop.rows
    count = max(1, len(rows) - 1)
    while count > 1 and not _fits(network, [replace(stop, rows=rows[:count])], wide, high):
        count -= 1
    return replace(stop, rows=rows[:count]), replace(stop, rows=rows[count:], ladder=(), figures="goes on from before")


def _page(atlas: Atlas, imprint: Imprint, title: str, nodes: tuple[Node, ...], size: tuple[float, float]) -> Scene:
    wide, high = size
    about = clipped(" · ".join(filter(None, (atlas.network.title, imprint.subtitle))), wide / 2, 11)
    head = Words(EDGE, 32, title, 19, INK, bold=True, kind="title"), Words(wide / 2 - EDGE, 32, about, 11, SOFT)
    foot = Words(EDGE, high - 8, clipped(" · ".join(imprint.foot), wide - 2 * EDGE, 9.5), 9.5, SOFT, kind="foot")
    paper = Rect(Box(0, 0, wide, high), fill=PAPER, kind="paper")
    parts = (paper, Group(head, kind="head"), Group(nodes, kind="key"), Group((foot,), kind="foot"))
    return Scene(wide, high, f"{atlas.network.title}: {title}", "every exit in words", "", parts)
