"""Where words stand on a map: near what they name, clear of everything else, and by the rules that a reader learns."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise

import pytest
from map_samples import network, random_network
from msgspec.structs import replace

from casedsl.transit.geometry import Geometry
from casedsl.transit.labels.badges import badge_wide, badges
from casedsl.transit.labels.captions import captions
from casedsl.transit.labels.clearance import Clearance, crosses
from casedsl.transit.labels.names import Room, Surroundings, said
from casedsl.transit.labels.reserving import reserve
from casedsl.transit.labels.sides import SIDES, beside
from casedsl.transit.labels.travel import along, first_exit, length, reach
from casedsl.transit.labels.wording import wordings
from casedsl.transit.laying import lay
from casedsl.transit.network import Network, Station, Track, Zone
from casedsl.transit.plan import Plan, Run, Way
from casedsl.transit.shapes import Box, Point

DRAWN = {"12": network(12), "small": random_network(5, 12), "loops": random_network(4, 10)}


@cache
def plan_of(name: str) -> Plan:
    plan = lay(DRAWN[name])
    assert plan.faults == ()
    return plan


def on_line(box: Box, run: Run) -> bool:
    return any(crosses(box, start, end) for start, end in pairwise(run.points))


def apart(box: Box, point: Point) -> float:
    return max(box.x - point[0], point[0] - box.right, box.y - point[1], point[1] - box.bottom, 0.0)


def way_to(box: Box, run: Run) -> float:
    whole = length(run.points)
    return min(apart(box, along(run.points, far)[0]) for far in range(0, int(whole) + 1, 2))


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_that_is_written_touches_anything_else_that_is_written(name: str) -> None:
    plan = plan_of(name)
    boxes = [spot.caption.box for spot in plan.spots] + [run.badge for run in plan.runs]
    boxes += [run.name for run in plan.runs if run.name] + [bullets.box for bullets in plan.bullets]
    boxes += [area.title for area in plan.areas if area.lines]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].touches(pair[1])]


@pytest.mark.parametrize("name", DRAWN)
def test_a_badge_stands_on_its_line_with_room_for_the_code(name: str) -> None:
    plan = plan_of(name)
    for run in plan.runs:
        track = plan.network.track[run.track]
        assert on_line(run.badge, run)
        assert run.badge.wide == pytest.approx(badge_wide(track), abs=0.01)
        whole = length(run.points)
        to_source = min(far for far in range(int(whole)) if apart(run.badge, along(run.points, far)[0]) == 0)
        assert to_source < whole * 0.75


@pytest.mark.parametrize("name", DRAWN)
def test_the_bar_is_behind_the_badge_of_what_is_guarded_and_nowhere_else(name: str) -> None:
    plan = plan_of(name)
    for run in plan.runs:
        assert (run.bar is not None) == plan.network.track[run.track].guarded
        if run.bar:
            assert apart(run.badge, run.bar[0]) > 0
            assert way_to(Box(*run.bar[0], 0, 0), run) < 2


@pytest.mark.parametrize("name", DRAWN)
def test_a_handoff_has_its_square_where_the_line_leaves_the_zone(name: str) -> None:
    plan = plan_of(name)
    grounds = {area.zone: area.box for area in plan.areas}
    for run in plan.runs:
        track = plan.network.track[run.track]
        assert (run.square is not None) == bool(track.handoff)
        if run.square is not None:
            border = first_exit(run.points, grounds[plan.network.station[track.source].zone])
            whole = length(run.points)
            if border is not None and run.leaves + 10 < border < whole - run.arrives - 20:
                assert along(run.points, border)[0] == pytest.approx(run.square, abs=20)


@pytest.mark.parametrize("name", DRAWN)
def test_a_name_stands_beside_its_own_line_and_no_other_is_between(name: str) -> None:
    plan = plan_of(name)
    for run in plan.runs:
        if run.name is not None:
            assert not any(on_line(run.name, other) for other in plan.runs)
            assert way_to(run.name, run) < 40


@pytest.mark.parametrize("name", DRAWN)
def test_a_journey_has_its_letter_at_both_ends(name: str) -> None:
    plan = plan_of(name)
    for at, line in enumerate(plan.network.lines):
        lettered = {bullets.track for bullets in plan.bullets if at in bullets.lines}
        assert {line.tracks[0], line.tracks[-1]} <= lettered


def test_a_caption_is_reserved_where_no_neighbour_is() -> None:
    shown = network(12)
    middles = {station.key: (100.0 + 200 * at, 100.0) for at, station in enumerate(shown.stations)}
    for key, box in reserve(shown, middles).items():
        x, y = middles[key]
        assert box.bottom < y or box.y > y, "the neighbours are all to the left and right"
        assert abs(box.x + box.wide / 2 - x) < 100


def test_a_title_has_four_lines_at_most_and_the_list_of_a_gate_is_whole() -> None:
    shown = network(12)
    long = replace(shown.stations[0], title="Rechtsschutzversicherungsschadensmeldung " * 5)
    for words in wordings(shown, long, code_inside=False):
        assert len(words.title) <= 4
        assert words.title[-1].endswith("…")


def test_the_eight_sides_are_clear_of_the_marker() -> None:
    for marker in (Box(0, 0, 18, 18), Box(0, 0, 80, 18), Box(0, 0, 18, 90)):
        for side in SIDES:
            assert not beside(marker, side, 60, 15).grown(1).touches(marker), side


def test_a_name_says_where_the_exit_of_a_gate_does_not_hold() -> None:
    shown = network(12)
    few = replace(shown.tracks[0], not_in=(shown.stations[3].key,))
    assert said(shown, few) == f"{few.name} (not in {shown.stations[3].code})"
    assert said(shown, shown.tracks[0]) == shown.tracks[0].name


def test_going_along_a_line() -> None:
    points = ((0.0, 0.0), (10.0, 0.0), (10.0, 20.0))
    assert length(points) == 30
    assert along(points, 15) == ((10.0, 5.0), (0.0, 1.0))
    assert along(points, 99)[0] == (10.0, 20.0)
    assert first_exit(points, Box(-5, -5, 30, 10)) == pytest.approx(15)
    assert first_exit(points, Box(-5, -5, 90, 90)) is None
    assert reach(30, 12, (1.0, 0.0)) == 15
    assert reach(30, 12, (0.0, 1.0)) == 6


def test_what_is_on_the_paper_is_found() -> None:
    paper = Clearance()
    paper.add("a", Box(10, 10, 20, 20))
    paper.add_line("b", ((0.0, 100.0), (300.0, 400.0)), 4)
    assert paper.boxes(Box(25, 25, 100, 5)) == 1
    assert paper.boxes(Box(25, 25, 100, 5), but="a") == 0
    assert paper.lines(Box(195, 295, 10, 10), 1) == 1
    assert paper.lines(Box(195, 295, 10, 10), 1, but="b") == 0
    assert paper.lines(Box(100, 300, 10, 10), 1) == 0
    assert not paper.free(Box(12, 12, 2, 2), 1)
    assert paper.free(Box(400, 12, 2, 2), 1)


def straight(points: tuple[Point, ...]) -> Geometry:
    """Two stations and a guarded track between them."""
    ends = {"a": points[0], "b": points[-1]}
    markers = {key: Box(x - 9, y - 9, 18, 18) for key, (x, y) in ends.items()}
    way = Way("t", points, (), 2.6, 9, 9)
    return Geometry({"z": Box(-500, -500, 1500, 1500)}, markers, {}, {"t": way})


PAIR = Network(
    "Pair",
    (Zone("z", "Team"),),
    (Station("a", "A", "Alpha", "z"), Station("b", "B", "Beta", "z")),
    (Track("t", "A1", "a", "b", "Go on", guarded=True, timer=True),),
)


def test_a_bar_behind_a_badge_on_a_bend_is_clear_of_it() -> None:
    bent = straight(((0.0, 0.0), (0.0, 18.0), (200.0, 18.0)))
    badge = badges(PAIR, bent, ["t"], Clearance())["t"]
    assert badge.bar is not None
    assert apart(badge.box, badge.bar[0]) > 2


def test_a_caption_keeps_clear_of_what_is_there() -> None:
    level = straight(((0.0, 0.0), (300.0, 0.0)))
    below = captions(PAIR, level, Clearance())[0]["a"].box
    taken = Clearance()
    taken.add("something", below)
    assert not captions(PAIR, level, taken)[0]["a"].box.touches(below)


def room(paper: Clearance, written: Clearance, clear: float, among: float) -> Room:
    level = straight(((0.0, 0.0), (300.0, 0.0)))
    return Room(paper, written, Surroundings(PAIR, level), clear, among)


def test_a_name_never_jumps_over_another_line() -> None:
    paper = Clearance()
    paper.add_line("other", ((0.0, 20.0), (300.0, 20.0)), 2.6)
    tight = room(paper, Clearance(), 0.5, 2)
    assert not tight.fits(Box(50, 25, 40, 11), (60.0, 0.0), "t")
    assert tight.fits(Box(50, 3, 40, 11), (60.0, 0.0), "t")


def test_two_names_are_never_like_two_lines_of_one() -> None:
    written = Clearance()
    written.add("other", Box(50, 15, 40, 11))
    assert not room(Clearance(), written, 4, 6).fits(Box(50, 3, 40, 11), (60.0, 0.0), "t")


def test_a_map_without_tracks_and_one_without_stations_have_labels_too() -> None:
    shown = network(12)
    assert lay(Network("Empty", shown.zones, shown.stations, ())).faults == ()
