"""Strips and combs are clean by their rule, whatever the journey: no fault, no crossing, nothing left out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_samples import network, random_network

from bench.maps.counting import counted
from bench.maps.reading import read
from casedsl.transit.drawing import Imprint, draw, svg
from casedsl.transit.faults import faults
from casedsl.transit.key import bare_key
from casedsl.transit.network import Line, Network, Station, Track, Zone
from casedsl.transit.plan import Plan
from casedsl.transit.reading import slips
from casedsl.transit.sheets.halts import halts
from casedsl.transit.sheets.paper import A3, A4, Paper
from casedsl.transit.sheets.strips import combs, strips

LONG = "Rechtsschutzversicherungsgesellschaftenprüfungsverfahren " * 3


def is_clean(plan: Plan, paper: Paper) -> None:
    assert faults(plan) == ()
    assert paper.fits(plan)
    picture = svg(draw(plan, Imprint(key=bare_key(plan.network))))
    assert slips(picture, plan.network) == ()
    assert counted(read(picture), plan.network).crossings == 0


def exits_of(plans: tuple[Plan, ...]) -> Counter[str]:
    return Counter(track.code for plan in plans for track in plan.network.tracks)


@pytest.mark.parametrize("paper", [A3, A4], ids=["A3", "A4"])
@pytest.mark.parametrize("states", [12, 40, 120])
def test_strips_of_the_samples_are_clean(states: int, paper: Paper) -> None:
    whole = network(states)
    for line in whole.lines:
        plans = strips(whole, line, paper.room)
        for plan in plans:
            is_clean(plan, paper)
        visited = {end for key in line.tracks for end in (whole.track[key].source, whole.track[key].target)}
        wanted = Counter(track.code for track in whole.tracks if track.source in visited)
        assert exits_of(plans) == wanted, "every exit of every station of the journey stands on the strip, once"


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.integers(0, 60), st.integers(2, 40), st.sampled_from([A3, A4]))
def test_strips_and_combs_of_any_network_are_clean(seed: int, stations: int, paper: Paper) -> None:
    whole = random_network(seed, stations)
    for line in whole.lines:
        for plan in strips(whole, line, paper.room):
            assert faults(plan) == ()
            assert paper.fits(plan)
    plans = combs(whole, tuple(whole.station), paper.room, "All")
    assert exits_of(plans) == Counter(track.code for track in whole.tracks)
    for plan in plans:
        is_clean(plan, paper)


def hub(exits: int, title: str = "Hub") -> Network:
    stations = [Station("hub", "HU", title, "z", "first"), Station("end", "EN", LONG, "z", "final")]
    tracks = [
        Track(f"t{at}", f"HU{at}", "hub", "end", LONG if at % 7 == 0 else f"Way {at}", guarded=True, handoff="bare")
        for at in range(1, exits + 1)
    ]
    return Network("Hub", (Zone("z", "Desk"),), tuple(stations), tuple(tracks), (Line("l", "Usual", "A", ("t1",)),))


@pytest.mark.parametrize("exits", [1, 13, 40, 120])
def test_a_station_with_more_exits_than_a_page_is_high_is_spread(exits: int) -> None:
    whole = hub(exits)
    plans = combs(whole, ("hub", "end"), A4.room, "All")
    assert exits_of(plans) == Counter(track.code for track in whole.tracks)
    for plan in plans:
        is_clean(plan, A4)


def test_a_strip_says_how_many_exits_it_leaves_to_the_sheet_of_the_team() -> None:
    (plan,) = strips(hub(60), hub(60).lines[0], A4.room)
    is_clean(plan, A4)
    shown = len(plan.network.tracks)
    assert 1 < shown < 60
    assert plan.spot["hub"].caption.notes == (f"{60 - shown} more exits",)


def test_long_titles_are_cut_and_codes_are_not() -> None:
    for plan in combs(hub(3, LONG), ("hub", "end"), A4.room, "All"):
        is_clean(plan, A4)
        assert plan.spot["hub"].caption.title[-1].endswith("…")


LOOP = Network(
    "Loop",
    (Zone("a", "Front"), Zone("b", "Back")),
    (
        Station("new", "NE", "New", "a", "first"),
        Station("work", "WO", "Work", "b"),
        Station("wait", "WA", "Waiting", "b", "waiting"),
        Station("done", "DO", "Done", "b", "final"),
        Station("any", "AN", "Anywhere", "a", "gate", covers=("new", "work", "wait")),
    ),
    (
        Track("start", "NE1", "new", "work", "Start"),
        Track("ask", "WO1", "work", "wait", "Ask"),
        Track("reply", "WA1", "wait", "work", "Reply"),
        Track("stop", "AN1", "any", "done", "Stop", not_in=("new",)),
        Track("note", "WO2", "work", "work", "Note"),
    ),
    (Line("l", "Asked once", "A", ("start", "ask", "reply", "stop")),),
)


def test_what_a_journey_visits_again_stands_there_again() -> None:
    visits = halts(LOOP, LOOP.lines[0])
    assert [visit.station.key for visit in visits] == ["new", "work", "wait", "work again 2", "done"]
    assert [[track.key for track in visit.exits] for visit in visits] == [[], ["note"], [], [], []]
    assert [visit.after.source for visit in visits if visit.after] == ["new", "work", "wait", "work again 2"]
    (plan,) = strips(LOOP, LOOP.lines[0], A3.room)
    is_clean(plan, A3)
    assert plan.spot["work again 2"].caption.notes == ("again",)
    assert plan.spot["work"].caption.notes == ("also AN1",), "the gate holds in work"
    assert plan.spot["new"].caption.notes == (), "the gate does not hold in new"
    assert [line.tracks for line in plan.network.lines] == [("start", "ask", "reply", "stop")]


def test_an_empty_journey_has_no_strip() -> None:
    empty = Network(LOOP.title, LOOP.zones, LOOP.stations, LOOP.tracks, (Line("e", "Empty", "B", ()),))
    assert strips(empty, empty.lines[0], A3.room) == ()
