"""The badge of each track: its code, on the line, as near to the source as there is room.

A badge may stand a little to one side of its line, so that the line enters it near an edge: where lines run upright
side by side, a badge in the middle would cover its neighbours. Behind the badge of a guarded track there is room for
the gate bar. Short tracks choose first.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.geometry import Geometry
from casedsl.transit.labels.clearance import Clearance
from casedsl.transit.labels.sizes import ARROW, BADGE, BADGE_HIGH, BADGE_PAD, BAR_LONG, BAR_THICK, CLOCK
from casedsl.transit.labels.travel import along, length, reach
from casedsl.transit.measuring import width
from casedsl.transit.network import Network, Track
from casedsl.transit.plan import Way
from casedsl.transit.shapes import Box, Point

STEP = 4.0
GAP = 3.0
SHIFTS = (0.0, 0.6, -0.6, 1.0, -1.0)
"""How far a badge may stand to one side of its line; at 1 the line runs through it three pixels from an edge."""


class Badge(Struct, frozen=True):
    """`far` is how far along the track its middle is, `behind` how far along it ends, with its bar; `harm` what speaks
    against the place."""

    box: Box
    far: float
    behind: float
    bar: tuple[Point, Point] | None
    harm: float = 0.0


def badges(network: Network, geometry: Geometry, order: list[str], paper: Clearance) -> dict[str, Badge]:
    """Of some of the tracks, one after the other."""
    made: dict[str, Badge] = {}
    for key in order:
        badge = _badge(network.track[key], geometry.ways[key], length(geometry.ways[key].points), paper)
        made[key] = badge
        paper.add(f"badge {key}", badge.box)
        if badge.bar is not None:
            paper.add(f"badge {key}", _bar_room(badge.bar, geometry.ways[key].wide))
    return made


def badge_wide(track: Track) -> float:
    points = 3.0 if track.by == "hexagon" else 0.0
    return width(track.code, BADGE, bold=True) + 2 * (BADGE_PAD + points) + (CLOCK - 2 if track.timer else 0.0)


def _badge(track: Track, way: Way, whole: float, paper: Clearance) -> Badge:
    best, least = None, float("inf")
    for cost, badge in _candidates(track, way, whole):
        if cost >= least:
            if cost - 1.0 >= least:
                break
            continue
        cost += 60.0 * paper.boxes(badge.box.grown(1.0))
        if cost < least:
            cost += 30.0 * paper.lines(badge.box, 1.0, track.key)
        if badge.bar is not None and cost < least:
            room = _bar_room(badge.bar, way.wide)
            cost += 25.0 * paper.boxes(room) + 8.0 * paper.lines(room, 0.5, track.key)
        if cost < least - 1e-9:
            best, least = badge, cost
    assert best is not None
    return replace(best, harm=least)


def _candidates(track: Track, way: Way, whole: float) -> Iterator[tuple[float, Badge]]:
    wide = badge_wide(track)
    first, last = way.leaves + GAP, whole - way.arrives - ARROW - GAP
    far = first
    while far == first or far < last:
        for shift in SHIFTS:
            out = reach(wide, BADGE_HIGH, along(way.points, far)[1])
            middle, ahead = along(way.points, far + out)
            side_x, side_y = -ahead[1] * (wide / 2 - 3) * shift, ahead[0] * (BADGE_HIGH / 2 - 3) * shift
            box = Box(middle[0] + side_x - wide / 2, middle[1] + side_y - BADGE_HIGH / 2, wide, BADGE_HIGH)
            bar_at = _behind(way, box, far + 2 * out + GAP + BAR_THICK)
            if far > first and (bar_at if track.guarded else far + 2 * out) > last:
                return
            behind = bar_at + BAR_THICK if track.guarded else far + 2 * out
            bar = along(way.points, bar_at) if track.guarded else None
            yield (far - first) * 0.03 + 1.2 * abs(shift), Badge(box, far + out, behind, bar)
        far += STEP


def _behind(way: Way, badge: Box, far: float) -> float:
    """How far along the line a bar is clear of the badge: further than it seems where the line bends."""
    room = badge.grown(GAP)
    for more in range(0, 40, 2):
        x, y = along(way.points, far + more)[0]
        if not room.touches(Box(x, y, 0.0, 0.0).grown(0.5)):
            return far + more
    return far


def _bar_room(bar: tuple[Point, Point], wide: float) -> Box:
    (x, y), (ahead_x, ahead_y) = bar
    half = (BAR_LONG + wide) / 2
    across = half * abs(ahead_y) + BAR_THICK / 2 * abs(ahead_x)
    down = half * abs(ahead_x) + BAR_THICK / 2 * abs(ahead_y)
    return Box(x - across, y - down, 2 * across, 2 * down)
