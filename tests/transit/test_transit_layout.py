"""Laws of the map that must hold for every case type: nothing overlaps, nothing is lost, nothing lies outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations
from time import process_time

import pytest
from transit_samples import alone, chain, complaint, document_flow, hub, mixed

from casedsl.model.records import CaseType
from casedsl.transit import tracks
from casedsl.transit.arcs import Badge
from casedsl.transit.layout import Line, Map, lay_out
from casedsl.transit.shapes import Box, stretches

NAMED: dict[str, Callable[[], CaseType]] = {
    "complaint": complaint,
    "flow": document_flow,
    "alone": alone,
    "chain": lambda: chain(12),
    "hub": lambda: hub(12),
    "same": lambda: hub(12, same=True),
}
SAMPLES = [*NAMED, *(str(seed) for seed in range(9))]


@cache
def sample(name: str) -> Map:
    return lay_out(NAMED[name]() if name in NAMED else mixed(int(name)))


def labels(drawn: Map) -> Iterator[tuple[str, Box]]:
    """Everything with words or numbers on it, and the stations."""
    for line in drawn.lines:
        yield f"chip of {line.arc.source} {line.arc.target}", line.chip.box
    for post in drawn.posts:
        yield f"plate at {post.sign.station}", post.plate
    for station in drawn.stations:
        yield f"marker of {station.name}", station.marker
        yield f"words of {station.name}", station.words_box
    for bracket in drawn.brackets:
        yield f"words of stage {bracket.stage} at {bracket.x}", bracket.box


@pytest.mark.parametrize("name", SAMPLES)
def test_no_label_touches_another_or_a_station(name: str) -> None:
    boxes = list(labels(sample(name)))
    assert [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.touches(b)] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_runs_through_a_foreign_station(name: str) -> None:
    drawn = sample(name)
    for line in drawn.lines:
        for station in drawn.stations:
            own = station.name in (line.arc.source, line.arc.target)
            boxes = [station.words_box] if own else [station.words_box, station.marker]
            hits = [box for piece in stretches(line.points) for box in boxes if piece.touches(box)]
            assert not hits, (line.arc.source, line.arc.target, station.name)


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_lie_on_each_other_only_at_a_common_station(name: str) -> None:
    for one, other in combinations(sample(name).lines, 2):
        common = one.arc.source == other.arc.source or one.arc.target == other.arc.target
        assert common or not list(shared(one, other)), (one.arc, other.arc)


def shared(one: Line, other: Line) -> Iterator[Box]:
    """Where two lines run side by side at less than two pixels for more than two."""
    for a in stretches(one.points):
        for b in stretches(other.points):
            wide, high = min(a.right, b.right) - max(a.x, b.x), min(a.bottom, b.bottom) - max(a.y, b.y)
            if min(wide, high) > -1 and max(wide, high) > 2:
                yield a


@pytest.mark.parametrize("name", SAMPLES)
def test_no_chip_lies_on_a_foreign_line(name: str) -> None:
    drawn = sample(name)
    for line in drawn.lines:
        for other in drawn.lines:
            if other is not line:
                assert not any(line.chip.box.touches(piece) for piece in stretches(other.points)), line.arc
        for post in drawn.posts:
            assert not any(line.chip.box.touches(piece) for piece in stretches(post.points)), line.arc


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_lies_outside(name: str) -> None:
    drawn = sample(name)
    boxes = [box for _, box in labels(drawn)] + [piece for line in drawn.lines for piece in stretches(line.points)]
    paper = Box(0, 0, drawn.wide, drawn.high)
    for box in boxes:
        assert paper.holds(box)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_badge_stands_once_and_every_move_of_a_single_state_is_drawn(name: str) -> None:
    drawn = sample(name)
    codes = [badge.code for badge in badges(drawn)]
    assert len(codes) == len(set(codes))
    one_place = {way.code for each in drawn.tracks for way in each.ways if way.places and len(each.states) == 1}
    assert one_place <= set(codes)


def badges(drawn: Map) -> Iterator[Badge]:
    for line in drawn.lines:
        shown = tuple(badge for _, _, badge in line.chip.chip.badges)
        assert shown == line.arc.badges
        yield from shown
    for post in drawn.posts:
        yield from post.sign.badges


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_end_at_their_stations(name: str) -> None:
    drawn = sample(name)
    boxes = {station.name: station.marker.grown(1) for station in drawn.stations}
    for line in drawn.lines:
        for place, (x, y) in ((line.arc.source, line.points[0]), (line.arc.target, line.points[-1])):
            assert boxes[place].touches(Box(x, y, 0.1, 0.1))


def test_the_main_way_of_the_complaint() -> None:
    main = [(line.arc.source, line.arc.target) for line in sample("complaint").lines if line.arc.main]
    assert main == [
        ("new", "in_review"),
        ("in_review", "answering"),
        ("answering", "resolved"),
        ("resolved", "closed"),
    ]


def test_the_main_way_stands_on_one_line_within_its_team() -> None:
    spots = sample("complaint").plan.spots
    assert len({spots[name].lane for name in ("new", "in_review", "answering", "resolved")}) == 1


def test_a_state_without_a_team_stands_with_the_team_that_enters_it_if_there_is_one() -> None:
    assert [zone.title for zone in sample("complaint").plan.zones] == [
        "Complaints desk",
        "Legal desk",
        "no team of its own",
    ]
    assert len(sample("hub").plan.zones) == 1


def test_a_long_chain_is_drawn_in_time() -> None:
    start = process_time()
    assert len(tracks(chain(60))) == len(lay_out(chain(60)).tracks)
    assert process_time() - start < 2
