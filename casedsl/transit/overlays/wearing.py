"""Overlays as something that a plan can wear, whole maps and sheets alike."""

from __future__ import annotations

from collections.abc import Sequence

from casedsl.transit.difference import Difference
from casedsl.transit.drawing.scene import Group
from casedsl.transit.drawing.sheet import MARGIN, NARROWEST
from casedsl.transit.overlays.discs import Worn
from casedsl.transit.overlays.flags import Flag
from casedsl.transit.overlays.signs import flagged, marked
from casedsl.transit.plan import Plan


def wear_flags(plan: Plan, flags: Sequence[Flag], first: bool) -> Worn:
    """The flags of what is on the plan; the first page has those that are on none too."""
    here = [flag for flag in flags if _is_on(plan, flag) or (first and not (flag.station or flag.track))]
    return flagged(plan, here, _room(plan))


def wear_marks(plan: Plan, found: Difference) -> Worn:
    return marked(plan, found, _room(plan))


def both(one: Worn, other: Worn) -> Worn:
    """Two overlays on one map, the band of the second below that of the first."""
    band = (*one.band, Group(other.band, shift=(0.0, one.high)))
    return Worn((*one.below, *other.below), (*one.above, *other.above), band, one.high + other.high)


def _is_on(plan: Plan, flag: Flag) -> bool:
    return flag.station in plan.spot or flag.track in plan.run


def _room(plan: Plan) -> float:
    return max(plan.wide, NARROWEST) - 2 * MARGIN
