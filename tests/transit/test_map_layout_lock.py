"""The layout lock: what is known stays, what is new finds a place, what is gone is noticed."""

from __future__ import annotations

import json
from functools import cache
from typing import Literal

import pytest
from map_samples import network, random_network
from msgspec.structs import replace

from casedsl.transit.laying import lay
from casedsl.transit.lock import BadLock, Lock, read_lock, stale, write_lock
from casedsl.transit.network import Network, Station, Track
from casedsl.transit.plan import Plan


def lock_of(plan: Plan) -> Lock:
    assert plan.lock is not None
    return plan.lock


@cache
def laid(states: Literal[12, 40]) -> Plan:
    return lay(network(states))


def moved(before: Plan, after: Plan) -> list[str]:
    """The stations that no longer stand where they stood, and the tracks that go another way."""
    old, new = lock_of(before), lock_of(after)
    stations = [key for key in old.stations if key in new.stations and old.stations[key] != new.stations[key]]
    return stations + [key for key in old.tracks if key in new.tracks and old.tracks[key].way != new.tracks[key].way]


def with_track(base: Network, source: str, target: str) -> Network:
    return replace(base, tracks=(*base.tracks, Track("extra", "X9", source, target, "An extra way")))


def without_track(base: Network, key: str) -> Network:
    lines = tuple(replace(line, tracks=tuple(each for each in line.tracks if each != key)) for line in base.lines)
    return replace(base, tracks=tuple(each for each in base.tracks if each.key != key), lines=lines)


@pytest.mark.parametrize("states", [12, 40])
def test_a_plan_is_laid_again_from_its_lock_to_the_byte(states: Literal[12, 40]) -> None:
    base, plan = network(states), laid(states)
    lock = read_lock(write_lock(lock_of(plan)))
    assert lock == plan.lock
    assert lay(base, lock) == plan
    assert stale(base, lock) == ()


def test_a_lock_has_a_line_for_each_thing() -> None:
    text = write_lock(lock_of(laid(12)))
    assert text.endswith("}\n")
    assert len([line for line in text.splitlines() if '"source"' in line]) == 26
    assert json.loads(text)["stations"]["triage"]["zone"] == "intake"


@pytest.mark.parametrize("gone", ["ask", "questions", "reopen"])
def test_deleting_a_track_moves_nothing(gone: str) -> None:
    before = laid(12)
    assert moved(before, lay(without_track(network(12), gone), before.lock)) == []


@pytest.mark.parametrize(("source", "target"), [("triage", "closed"), ("blocked", "legal_review"), ("closed", "new")])
def test_adding_a_track_moves_no_station(source: str, target: str) -> None:
    before = laid(12)
    after = lay(with_track(network(12), source, target), before.lock)
    assert len(moved(before, after)) <= 1, "at most one other track makes room"
    assert not set(moved(before, after)) & set(network(12).station)
    assert after.faults == ()


def test_a_new_station_takes_a_free_cell_of_its_box() -> None:
    base = network(12)
    before = laid(12)
    grown = replace(
        with_track(base, "approval", "fresh"), stations=(*base.stations, Station("fresh", "FR", "F", "legal"))
    )
    after = lay(grown, before.lock)
    old, new = lock_of(before).stations, lock_of(after).stations
    assert {key: new[key] for key in old} == old
    assert min(old[key].column for key in old if old[key].zone == "legal") <= new["fresh"].column
    assert after.faults == ()


def grown(base: Network, near: str) -> Network:
    new = Station("fresh", "FR", "A fresh station", base.station[near].zone)
    ways = (Track("in", "X1", near, "fresh", "Go there"), Track("out", "X2", "fresh", near, "Come back"))
    return replace(base, stations=(*base.stations, new), tracks=(*base.tracks, *ways))


@pytest.mark.parametrize("at", [0, 7])
def test_a_new_station_moves_nothing_on_the_paper(at: int) -> None:
    before = laid(40)
    after = lay(grown(network(40), network(40).stations[at].key), before.lock)
    for spot in before.spots:
        old, new = spot.marker, after.spot[spot.station].marker
        assert abs(old.x + old.wide / 2 - new.x - new.wide / 2) < 16, spot.station
        assert abs(old.y + old.high / 2 - new.y - new.high / 2) < 16, spot.station
    assert after.faults == ()


def test_rows_stay_as_high_as_they_were_when_there_are_many_stations_now() -> None:
    base = random_network(2, 19)
    assert len(base.stations) == 20, "one more, and a map laid anew has higher rows"
    before = lay(base)
    after = lay(grown(base, base.stations[0].key), before.lock)
    assert lock_of(after).high == lock_of(before).high


def test_a_station_that_changes_its_name_keeps_its_place() -> None:
    base = network(12)
    before = laid(12)

    def named(key: str) -> str:
        return "reviewed" if key == "legal_review" else key

    stations = tuple(replace(each, key=named(each.key)) for each in base.stations)
    tracks = tuple(
        replace(each, key=each.key + "*" * touched, source=named(each.source), target=named(each.target))
        for each in base.tracks
        for touched in ("legal_review" in (each.source, each.target),)
    )
    lines = tuple(replace(line, tracks=()) for line in base.lines)
    after = lay(replace(base, stations=stations, tracks=tracks, lines=lines), before.lock)
    assert lock_of(after).stations["reviewed"] == lock_of(before).stations["legal_review"]
    assert moved(before, after) == []
    assert lock_of(after).tracks["to_legal*"].way == lock_of(before).tracks["to_legal"].way


def test_a_lock_of_another_map_is_noticed_and_harmless() -> None:
    base = network(12)
    lock = lock_of(laid(12))
    other = without_track(with_track(base, "new", "closed"), "ask")
    assert stale(other, lock) == ("track `ask` is in the lock only", "track `extra` is new")
    zoned = replace(base, stations=(*base.stations[:-1], replace(base.stations[-1], zone="legal")))
    assert stale(zoned, lock) == ("station `closed` has changed its zone",)
    assert lay(base, lock_of(laid(40))) == laid(12), "nothing stays where it never was"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        "not json",
    ],
)
def test_what_is_no_lock_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadLock, match=r"^this is no layout lock: "):
        read_lock(text)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("format", 7, "has format 7"),
        ("pitch", 1e9, "numbers that no map has"),
        ("columns", {"0": 10**9}, "numbers that no map has"),
        ("columns", {str(at): 9 for at in range(20)}, "numbers that no map has"),
        ("columns", {"-1": 1}, "numbers that no map has"),
        ("rows", {"0/0": 200}, "numbers that no map has"),
        ("high", 900, "numbers that no map has"),
        ("origin", [1e9, 0.0], "numbers that no map has"),
        ("gaps", [["ask", "reopen", 1e9]], "numbers that no map has"),
        ("gaps", [["ask", "reopen", -1.0]], "numbers that no map has"),
        ("stations", {"a": {"zone": "z", "deck": 0, "row": 900, "column": 0}}, "numbers that no map has"),
        ("stations", {"a": {"zone": "z", "deck": 0, "row": 0, "column": 900}}, "numbers that no map has"),
        ("stations", {"a": {"zone": "z", "deck": 900, "row": 0, "column": 0}}, "numbers that no map has"),
        ("stations", {f"{at}": {"zone": "z", "deck": at, "row": 40, "column": 0} for at in range(9)}, "no map has"),
        ("stations", {"a": {"zone": "z", "deck": 0, "row": 40, "column": 40}}, "numbers that no map has"),
        ("stations", {"a": {"zone": "z", "deck": 1, "row": 0, "column": 0}}, "numbers that no map has"),
        ("tracks", {"t": {"source": "a", "target": "b", "way": "1,2 9000,2"}}, "numbers that no map has"),
        ("columns", {"x": 1}, "no layout lock"),
        ("rows", {"0": 1}, "no layout lock"),
        ("stations", {"a": {"zone": "z", "deck": -1, "row": 0, "column": 0}}, "numbers that no map has"),
        ("tracks", {"t": {"source": "a", "target": "b", "way": "1,2 x"}}, "no layout lock"),
        ("tracks", {"t": {"source": "a", "target": "b", "way": ""}}, "a track without a way"),
        ("more", 1, "no layout lock"),
    ],
)
def test_a_lock_with_strange_numbers_is_refused(name: str, value: object, said: str) -> None:
    good = json.loads(write_lock(lock_of(laid(12))))
    with pytest.raises(BadLock, match=said):
        read_lock(json.dumps({**good, name: value}))
