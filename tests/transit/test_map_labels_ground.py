"""Names stay with their tracks, and what belongs to a team stands on its ground."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest
from map_samples import HARD, network, plain, random_network, some

from bench.maps.counting import counted
from bench.maps.reading import read
from casedsl.transit.drawing import draw, svg
from casedsl.transit.drawing.bidi import ENDED, ISOLATE, isolated
from casedsl.transit.key import bare_key
from casedsl.transit.labels.clearance import Clearance, gap
from casedsl.transit.labels.territory import off_ground, open_to
from casedsl.transit.labels.travel import between
from casedsl.transit.laying import lay
from casedsl.transit.loops import spread
from casedsl.transit.measuring import width
from casedsl.transit.network import Network, Track
from casedsl.transit.plan import Plan
from casedsl.transit.shapes import Box, around

DRAWN = {"12": network(12), "pairs": HARD["pairs"](), **{f"seed {at}": random_network(at, 12) for at in (1, 5, 13)}}
"""With as many names in place as there are tracks, or nearly."""


@cache
def plan_of(name: str) -> Plan:
    return lay(DRAWN[name])


@pytest.mark.parametrize("name", DRAWN)
def test_no_name_is_nearer_to_a_foreign_track_than_to_its_own(name: str) -> None:
    found = counted(read(svg(draw(plan_of(name)))), DRAWN[name])
    assert found.astray == 0, found.faults
    assert found.names >= found.tracks - 2


def test_the_names_of_the_study_are_in_place() -> None:
    assert all(run.name is not None for run in plan_of("12").runs)


@pytest.mark.parametrize("name", DRAWN)
def test_grounds_never_touch_and_keep_their_titles(name: str) -> None:
    areas = plan_of(name).areas
    assert not [pair for pair in combinations(areas, 2) if pair[0].box.grown(2).touches(pair[1].box)]
    assert all(area.box.holds(area.title) for area in areas)


@pytest.mark.parametrize("name", DRAWN)
def test_grounds_of_one_deck_are_equally_high(name: str) -> None:
    areas = plan_of(name).areas
    for one, other in combinations(areas, 2):
        if one.box.y < other.box.bottom and other.box.y < one.box.bottom:
            assert (one.box.y, one.box.bottom) == pytest.approx((other.box.y, other.box.bottom), abs=0.05)


def test_a_ground_grows_for_a_caption_that_stands_out_of_it() -> None:
    """The only ground there is: nothing keeps it from growing, so everything stands on it."""
    names = ("A message from the customer that nobody asked for", "Go on")
    shown = plain("One", some(4, title="A station with a rather long name"), [("s0", "s1"), ("s1", "s2"), ("s2", "s3"),
                  ("s3", "s3"), ("s0", "s0"), ("s3", "s3")], names)  # fmt: skip
    plan = lay(shown)
    (area,) = plan.areas
    for spot in plan.spots:
        assert area.box.holds(spot.caption.box)
    for run in plan.runs:
        assert run.name is None or area.box.holds(run.name)


def test_a_place_on_a_foreign_ground_is_worse_than_one_that_the_ground_can_grow_for() -> None:
    areas = {"left": Box(0, 0, 100, 100), "right": Box(106, 0, 100, 100)}
    room = open_to(areas)
    assert room["left"].right == 100
    assert room["left"].x < -100
    assert room["right"].right > 300
    free, foreign = Box(-30, 40, 60, 10), Box(80, 40, 60, 10)
    assert off_ground(Box(10, 10, 60, 10), areas["left"], room["left"]) == 0
    assert off_ground(free, areas["left"], room["left"]) < off_ground(foreign, areas["left"], room["left"]) - 2


def test_how_near_a_line_is_to_a_box() -> None:
    box = Box(10, 10, 20, 10)
    assert gap(box, ("a", 0, 0, 40, 0, 2)) == pytest.approx(8)
    assert gap(box, ("a", 33, 24, 60, 24, 0)) == pytest.approx(5)
    assert gap(box, ("a", 0, 15, 60, 15, 2)) == -2
    paper = Clearance()
    paper.add_line("a", ((0.0, 0.0), (40.0, 0.0)), 4.0)
    assert paper.nearer(box, 8.5, "b")
    assert not paper.nearer(box, 7.5, "b")
    assert not paper.nearer(box, 8.5, "a")


def test_the_part_of_a_line_that_is_seen() -> None:
    points = ((0.0, 0.0), (10.0, 0.0), (10.0, 20.0))
    assert between(points, 5, 25) == ((5.0, 0.0), (10.0, 0.0), (10.0, 15.0))
    assert between(points, 12, 14) == ((10.0, 2.0), (10.0, 4.0))


def test_loops_of_one_station_stand_around_it_and_not_in_each_other() -> None:
    shown = plain("Loops", some(1), [("s0", "s0")] * 3)
    nested = ((0.0, 0.0), (0.0, -62.0), (62.0, -62.0), (62.0, 0.0), (0.0, 0.0))
    ways = {"t0": nested, "t1": tuple((x / 2, y / 2) for x, y in nested), "t2": nested}
    marker = {"s0": Box(-9, -9, 18, 18)}
    made = spread(shown, ways, marker, {"Desk": Box(-200, -200, 400, 400)}, 31.0)
    assert list(made) == ["t0", "t1", "t2"]
    boxes = [around(way[1:4]) for way in made.values()]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].touches(pair[1])]
    assert spread(shown, ways, marker, {"Desk": Box(-40, -40, 80, 80)}, 31.0) == {}, "there is no room"


def test_pieces_from_right_to_left_stand_for_themselves() -> None:
    arabic = "قيد المراجعة 4"
    assert isolated(arabic, str) == arabic, "one piece needs no marks"
    said = isolated(f"{arabic} → Closed · 4 h · after 2 d", str)
    assert said == f"{ISOLATE}{arabic}{ENDED} → Closed · 4 h · after 2 d"
    assert isolated("a & b · ש", lambda text: text.replace("&", "&amp;")) == f"a &amp; b · {ISOLATE}ש{ENDED}"
    assert isolated("Closed · 4 h", str) == "Closed · 4 h"
    assert width(said, 10) == width(said.replace(ISOLATE, "").replace(ENDED, ""), 10)


def test_the_key_of_a_network_says_after_once() -> None:
    stations = some(2)
    tracks = (
        Track("a", "S01", "s0", "s1", "after 14 calendar days", timer=True, by="square"),
        Track("b", "S02", "s0", "s1", "Too late", timer=True),
    )
    shown = Network("Key", plain("Key", stations, []).zones, stations, tracks)
    first, second = bare_key(shown).rows()
    assert dict(first.cells())["after"] == "14 calendar days"
    assert second.cells() == (("who", "time"),)
