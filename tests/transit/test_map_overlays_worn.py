"""What is laid over a plan moves nothing, covers no words where there is room, and is never said by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from map_samples import network
from map_vision import contrast
from msgspec.structs import replace

from casedsl.transit.difference import Difference, Told, difference
from casedsl.transit.drawing import Disc, Group, Imprint, Node, Words, draw, svg
from casedsl.transit.drawing.inks import INK, PAPER
from casedsl.transit.key import bare_key
from casedsl.transit.laying import lay
from casedsl.transit.overlays.data import Numbers
from casedsl.transit.overlays.discs import HEATS, UNKNOWN, Worn, heated, said, with_figures
from casedsl.transit.overlays.flags import Flag
from casedsl.transit.overlays.heat import Heat
from casedsl.transit.overlays.signs import CHANGES, SHADES, flagged, marked
from casedsl.transit.overlays.wearing import both
from casedsl.transit.plan import Plan
from casedsl.transit.shapes import Box


@cache
def plan() -> Plan:
    return lay(network(12))


def heat(now: int = 40) -> Heat:
    stations = {
        key: Numbers(key, now=at * now, stays=3, median=at * 3600, ninety=at * 7200, breaches=at % 3)
        for at, key in enumerate(network(12).station)
    }
    tracks = {track.key: 10 + at for at, track in enumerate(network(12).tracks)}
    return Heat("2026-11-06T15:00:00Z", 812, 3, stations, tracks, {"accept": ("dup",)})


def nodes(parts: tuple[Node, ...]) -> Iterator[Node]:
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from nodes(part.parts)


def texts(parts: tuple[Node, ...]) -> list[str]:
    return [node.text for node in nodes(parts) if isinstance(node, Words)]


def imprint(worn: Worn) -> Imprint:
    return Imprint(key=bare_key(network(12)), below=worn.below, above=worn.above, band=worn.band, band_high=worn.high)


def without_overlay(picture: str) -> list[str]:
    """The groups of stations and tracks as they are written, which no overlay may change."""
    return re.findall(r'<g [^>]*class="(?:station|track)".*?</g>', picture, re.S)


def marks() -> Difference:
    old, whole = network(12), network(12)
    fewer = replace(old, tracks=tuple(track for track in old.tracks if track.key != "accept"), lines=())
    return difference(fewer, replace(whole, lines=()), Told(), Told())


FLAGS = (
    Flag(1, "error", "CD102", "a case never leaves", "a.case:4:1", station="triage"),
    Flag(2, "warning", "CD401", "nobody hears", "a.case:9:1", track="accept"),
    Flag(3, "info", "CD999", "an opinion", "a.case:1:1"),
)


@pytest.mark.parametrize("kind", ["heat", "flags", "marks"])
def test_an_overlay_moves_nothing(kind: str) -> None:
    worn = {
        "heat": lambda: heated(plan(), heat()),
        "flags": lambda: flagged(plan(), FLAGS, 1000),
        "marks": lambda: marked(plan(), marks(), 1000),
    }[kind]()
    bare, dressed = svg(draw(plan(), imprint(Worn()))), svg(draw(plan(), imprint(worn)))
    assert without_overlay(bare)
    assert without_overlay(bare) == without_overlay(dressed)
    assert bare != dressed


def test_discs_grow_with_the_cases_and_stay_within_half_a_cell() -> None:
    discs = [node for node in heated(plan(), heat()).below if isinstance(node, Disc)]
    middles = [(spot.marker.x + spot.marker.wide / 2, spot.marker.y + spot.marker.high / 2) for spot in plan().spots]
    apart = min(
        ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5
        for at, (x, y) in enumerate(middles)
        for other_x, other_y in middles[:at]
    )
    radii = [disc.radius for disc in discs]
    assert max(radii) <= apart / 2
    assert len(set(radii)) > 3


def test_a_quarter_of_the_cases_is_a_quarter_of_the_area() -> None:
    two = {"triage": Numbers("triage", now=100), "approval": Numbers("approval", now=25)}
    worn = heated(plan(), Heat("2026-11-06T15:00:00Z", 125, 0, two, {}, {}))
    one, other = (disc.radius for disc in worn.below if isinstance(disc, Disc))
    assert other / one == pytest.approx(0.5, abs=0.01)


def test_every_number_of_a_station_is_printed_and_a_final_one_has_no_length() -> None:
    shown = texts(heated(plan(), heat()).above)
    for key, numbers in heat().stations.items():
        final = network(12).station[key].kind == "final"
        assert said(numbers, final) in shown
        assert ("·" in said(numbers, final)) != final
        if numbers.breaches:
            assert f"! {numbers.breaches}" in shown
    discs = [node for node in heated(plan(), heat()).below if isinstance(node, Disc)]
    assert len(discs) == sum(station.kind != "final" for station in network(12).stations) - 1, "none where no case is"


def test_plates_cover_no_words_and_no_markers() -> None:
    taken = [spot.caption.box for spot in plan().spots] + [spot.marker for spot in plan().spots]
    taken += [run.badge for run in plan().runs] + [run.name for run in plan().runs if run.name]
    placed: list[Box] = []
    for node in nodes(heated(plan(), heat()).above):
        if isinstance(node, Group) and node.kind in ("figure", "times"):
            box = next(each.box for each in node.parts if hasattr(each, "box"))
            assert not any(box.grown(-0.5).touches(other) for other in (*taken, *placed)), texts(node.parts)
            placed.append(box)
    assert len(placed) >= 12 + 20, "the numbers of all stations, and of nearly all tracks"


def test_the_key_has_the_numbers_of_everything() -> None:
    key = with_figures(bare_key(network(12)), heat())
    rows = {row.track: row.taken for row in key.rows()}
    assert rows["assign"] == "12 times"
    assert rows["accept"] == "10 times with NE2"
    assert rows["dup"] == "counted with NE1"
    assert "half up to 1 h, nine of ten up to 2 h" in next(s.figures for s in key.stops if s.station == "triage")


def test_nothing_known_is_grey_and_no_cases_are_no_discs() -> None:
    one = {"triage": Numbers("triage", now=2)}
    worn = heated(plan(), Heat("2026-11-06T15:00:00Z", 2, 0, one, {}, {}))
    assert [node.fill for node in worn.below if isinstance(node, Disc)] == [UNKNOWN]
    assert "2 · –" in texts(worn.above)
    assert "not known" in texts(worn.band)
    assert not any("up to" in text for text in texts(worn.band))
    assert heated(plan(), Heat("2026-11-06T15:00:00Z", 0, 0, {}, {}, {})).below == ()


def test_flags_stand_where_they_belong_and_the_list_has_all() -> None:
    worn = flagged(plan(), FLAGS, 1000)
    found = [dict(node.data) for node in worn.above if isinstance(node, Group)]
    assert found == [{"finding": "1", "station": "triage"}, {"finding": "2", "track": "accept"}]
    listed = " ".join(texts(worn.band))
    for flag in FLAGS:
        assert flag.headline in listed
        assert flag.code in listed
        assert flag.severity in listed
    shapes = {type(node).__name__ for group in worn.above if isinstance(group, Group) for node in group.parts}
    assert shapes == {"Path", "Words"}, "an octagon and a triangle"


def test_marks_have_a_sign_and_a_word() -> None:
    worn = marked(plan(), marks(), 1000)
    assert any(text in ("+ new", "+") for text in texts(worn.above))
    assert "+ new" in texts(worn.band)
    assert "NE1 Accept intake → Triage" in texts(worn.band)
    same = difference(network(12), network(12), Told(), Told())
    assert texts(marked(plan(), same, 1000).band) == ["nothing differs"]


def test_one_overlay_over_another_keeps_both() -> None:
    one, other = heated(plan(), heat()), flagged(plan(), FLAGS, 1000)
    worn = both(one, other)
    assert worn.below == one.below
    assert worn.above == (*one.above, *other.above)
    assert worn.high == one.high + other.high


def test_signs_and_their_words_stand_out_from_the_paper() -> None:
    for shade in (*SHADES.values(), *CHANGES.values()):
        assert contrast(shade, PAPER) >= 4.5, shade
    lightness = [contrast(shade, "#000000") for shade in HEATS]
    assert lightness == sorted(lightness, reverse=True), "in grey too each shade is darker than the one before"
    assert all(before / after > 1.15 for before, after in pairwise(lightness))
    assert contrast(INK, HEATS[0]) >= 4.5
