"""The finder of faults finds each kind, planted in a good plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from map_samples import network
from msgspec.structs import replace

from casedsl.transit.faults import faults
from casedsl.transit.laying import lay
from casedsl.transit.plan import Area, FaultKind, Plan, Run, Spot
from casedsl.transit.shapes import Box, Point


@cache
def good() -> Plan:
    return lay(network(12))


def middle(box: Box) -> Point:
    return box.x + box.wide / 2, box.y + box.high / 2


def with_run(plan: Plan, run: Run) -> Plan:
    return replace(plan, runs=tuple(run if each.track == run.track else each for each in plan.runs))


def with_spot(plan: Plan, spot: Spot) -> Plan:
    return replace(plan, spots=tuple(spot if each.station == spot.station else each for each in plan.spots))


def line_through_a_station(plan: Plan) -> Plan:
    x, y = middle(plan.spot["legal_review"].marker)
    return with_run(plan, replace(plan.run["dup"], points=((x - 90, y), (x + 90, y))))


def lines_on_top(plan: Plan) -> Plan:
    points = plan.run["to_legal"].points
    return with_run(plan, replace(plan.run["questions"], points=points[::-1]))


def line_beside_a_line(plan: Plan) -> Plan:
    """They don't lie on one another, but their edges touch."""
    points = tuple((x + 1.5, y + 1.5) for x, y in plan.run["to_legal"].points)
    return with_run(plan, replace(plan.run["questions"], points=points))


def name_on_a_name(plan: Plan) -> Plan:
    return with_spot(plan, replace(plan.spot["blocked"], caption=plan.spot["closed"].caption))


def badge_on_a_badge(plan: Plan) -> Plan:
    return with_run(plan, replace(plan.run["to_legal"], badge=plan.run["accept"].badge))


def badge_on_a_line(plan: Plan) -> Plan:
    x, y = plan.run["submit"].points[0][0] + 150, plan.run["submit"].points[0][1]
    return with_run(plan, replace(plan.run["dup"], badge=Box(x - 12, y - 6, 24, 12)))


def title_on_a_line(plan: Plan) -> Plan:
    x, y = plan.run["submit"].points[0][0] + 150, plan.run["submit"].points[0][1]
    first, *others = plan.areas
    moved = Area(first.zone, first.box, Box(x - 12, y - 6, 24, 12), first.lines)
    return replace(plan, areas=(moved, *others))


def name_on_a_station(plan: Plan) -> Plan:
    x, y = middle(plan.spot["closed"].marker)
    return with_run(plan, replace(plan.run["dup"], name=Box(x - 5, y - 5, 10, 10)))


def slanted_line(plan: Plan) -> Plan:
    (x, y), *others = plan.run["reopen"].points
    return with_run(plan, replace(plan.run["reopen"], points=((x - 30, y + 7), *others)))


def station_off_the_paper(plan: Plan) -> Plan:
    spot = plan.spot["new"]
    return with_spot(plan, replace(spot, marker=replace(spot.marker, x=-30)))


def narrow_paper(plan: Plan) -> Plan:
    return replace(plan, wide=plan.wide - 40)


PLANTED: list[tuple[Callable[[Plan], Plan], FaultKind]] = [
    (line_through_a_station, "through"),
    (lines_on_top, "on top"),
    (line_beside_a_line, "on top"),
    (name_on_a_name, "label on label"),
    (badge_on_a_badge, "label on label"),
    (badge_on_a_line, "label on line"),
    (title_on_a_line, "label on line"),
    (name_on_a_station, "label on station"),
    (slanted_line, "slanted"),
    (station_off_the_paper, "outside"),
    (narrow_paper, "outside"),
]


@pytest.mark.parametrize(("plant", "kind"), PLANTED, ids=lambda value: getattr(value, "__name__", value))
def test_a_planted_fault_is_found(plant: Callable[[Plan], Plan], kind: FaultKind) -> None:
    assert faults(good()) == ()
    assert kind in {fault.kind for fault in faults(plant(good()))}


def test_a_fault_names_the_things() -> None:
    found = faults(line_through_a_station(good()))
    assert any(fault.what == ("track dup", "station legal_review") for fault in found)
