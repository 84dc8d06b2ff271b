"""Sheets as parts of a network: nothing is lost, codes and colours stay, neighbours say where they are at home."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_samples import network, random_network

from casedsl.transit.network import Line, Network, Station, Track, Zone
from casedsl.transit.sheets.cutting import grounds, halves, leaving, part
from casedsl.transit.sheets.overview import overview, ways
from casedsl.transit.sheets.paper import A3
from casedsl.transit.sheets.strips import combs

NETWORKS = [network(12), network(40), network(120), *(random_network(seed, 30) for seed in range(6))]


def numbered(whole: Network) -> dict[str, str]:
    return {zone.key: str(at + 2) for at, (zone, _) in enumerate(grounds(whole))}


def homes(whole: Network) -> dict[str, str]:
    numbers = numbered(whole)
    return {station.key: f"sheet {numbers[station.zone]}" for station in whole.stations}


@pytest.mark.parametrize("whole", NETWORKS, ids=lambda each: each.title)
def test_every_track_stands_whole_on_one_sheet(whole: Network) -> None:
    found = Counter(key for _, inside in grounds(whole) for key in leaving(whole, inside))
    assert found == Counter(whole.track.keys())


@pytest.mark.parametrize("whole", NETWORKS, ids=lambda each: each.title)
def test_a_sheet_shows_both_ends_and_the_codes_of_the_whole(whole: Network) -> None:
    for zone, inside in grounds(whole):
        sheet = part(whole, zone.title, inside, homes(whole))
        assert {track.key for track in sheet.tracks} >= set(leaving(whole, inside))
        for track in sheet.tracks:
            assert track == whole.track[track.key]
            assert {track.source, track.target} <= sheet.station.keys()
        for station in sheet.stations:
            before = whole.station[station.key]
            assert (station.code, station.title, station.zone) == (before.code, before.title, before.zone)
            assert (station.away == "") == (station.key in inside)
            if station.away:
                assert station.notes[0] == station.away == homes(whole)[station.key]
        assert {shown.key: shown.tint for shown in sheet.zones} == {
            each.key: at for at, each in enumerate(whole.zones) if each.key in {s.zone for s in sheet.stations}
        }


@pytest.mark.parametrize("whole", NETWORKS, ids=lambda each: each.title)
def test_what_is_left_of_a_line_is_unbroken_and_has_its_colour(whole: Network) -> None:
    for zone, inside in grounds(whole):
        sheet = part(whole, zone.title, inside, homes(whole))
        for line in sheet.lines:
            assert line.ink is not None
            assert (line.letter, line.title) == (whole.lines[line.ink].letter, whole.lines[line.ink].title)
            before = whole.lines[line.ink].tracks
            at = before.index(line.tracks[0])
            assert line.tracks == before[at : at + len(line.tracks)]
        assert len({line.key for line in sheet.lines}) == len(sheet.lines)
        shown = Counter((line.ink, key) for line in sheet.lines for key in line.tracks)
        wanted = Counter(
            (ink, key) for ink, line in enumerate(whole.lines) for key in line.tracks if key in sheet.track
        )
        assert shown == wanted


@pytest.mark.parametrize("whole", NETWORKS, ids=lambda each: each.title)
def test_the_overview_stands_for_every_track_between_teams(whole: Network) -> None:
    drawn = overview(whole, "Overview", numbered(whole))
    stood_for = ways(whole)
    assert stood_for.keys() == drawn.track.keys()
    found = Counter(track.key for tracks in stood_for.values() for track in tracks)
    gates = {gate.key for gate in whole.stations if len({whole.station[key].zone for key in gate.covers}) > 1}
    zone_of = {station.key: station.zone for station in whole.stations}
    between = [
        track
        for track in whole.tracks
        if track.source != track.target
        and (zone_of[track.source] != zone_of[track.target] or gates & {track.source, track.target})
    ]
    assert found == Counter(track.key for track in between)
    assert len({track.code for track in drawn.tracks}) == len(drawn.tracks)
    for line in drawn.lines:
        tracks = [drawn.track[key] for key in line.tracks]
        assert all(one.target == other.source for one, other in pairwise(tracks))


GATED = Network(
    "Gated",
    (Zone("a", "Left"), Zone("b", "Right"), Zone("", "")),
    (
        Station("x", "X1", "One", "a", "first"),
        Station("y", "Y1", "Two", "b", "final"),
        Station("g", "G1", "Anywhere", "", "gate", covers=("x", "y")),
    ),
    (
        Track("t", "X11", "x", "y", "Go"),
        Track("w", "G11", "g", "y", "Withdraw"),
        Track("m", "G12", "g", "g", "Message", not_in=("x",)),
    ),
    (Line("l", "Usual", "A", ("t",)),),
)


def test_a_gate_stands_on_every_sheet_on_which_it_holds() -> None:
    left = part(GATED, "Left", ("x",), {"g": "sheet 4", "y": "sheet 3"})
    assert left.station["g"].notes == ("sheet 4", "here too: G11")
    assert left.station["g"].away == "sheet 4"
    right = part(GATED, "Right", ("y",), {"g": "sheet 4", "x": "sheet 2"})
    assert right.station["g"].notes == ("sheet 4", "here too: G12")
    assert {track.key for track in right.tracks} == {"t", "w"}


def test_a_gate_names_all_its_stations_also_those_on_other_sheets() -> None:
    home = part(GATED, "Elsewhere", ("g",), {"x": "sheet 2", "y": "sheet 3"})
    assert home.station["g"].covers == (), "no drawing lists what is on this sheet only"
    assert home.station["g"].notes == ("from X1 Y1",)
    (plan,) = combs(GATED, ("g",), A3.room, "Elsewhere")
    assert "from X1 Y1" in " ".join(plan.spot["g"].caption.notes)


def test_a_track_of_a_gate_names_the_stations_of_other_sheets_in_which_it_does_not_hold() -> None:
    away = part(GATED, "Elsewhere", ("g",), {"x": "sheet 2", "y": "sheet 3"})
    assert "x" not in away.station
    assert (away.track["m"].name, away.track["m"].not_in) == ("Message (not in X1)", ())
    here = part(GATED, "Both", ("x", "y", "g"), {})
    assert here.track["m"] == GATED.track["m"]


def test_a_gate_of_several_teams_is_itself_on_the_overview() -> None:
    drawn = overview(GATED, "Overview", {"a": "2", "b": "3", "": "4"})
    assert {station.key for station in drawn.stations} == {"zone/a", "zone/b", "g"}
    assert {(track.source, track.target) for track in drawn.tracks} == {("zone/a", "zone/b"), ("g", "zone/b")}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 30), st.integers(2, 60))
def test_halves_lose_nothing_and_are_not_lopsided(seed: int, stations: int) -> None:
    whole = random_network(seed, stations)
    inside = tuple(station.key for station in whole.stations)
    one, other = halves(whole, inside)
    assert sorted(one + other, key=inside.index) == list(inside)
    assert [list(each) for each in (one, other)] == [[key for key in inside if key in each] for each in (one, other)]
    assert min(len(one), len(other)) >= len(inside) * 3 // 8
    assert one
    assert other
