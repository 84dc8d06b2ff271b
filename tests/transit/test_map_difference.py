"""Two versions in one picture: every difference is marked, nothing else is, and nothing of either is missing."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_samples import network, random_network
from msgspec.structs import replace

from casedsl.transit.difference import GONE, Difference, Mark, Told, difference
from casedsl.transit.network import Line, Network, Station, Track, Zone

OLD = Network(
    "Claim",
    (Zone("a", "Desk"), Zone("b", "Legal")),
    (
        Station("new", "NE", "New", "a", "first"),
        Station("review", "RE", "Review", "a", ladder=("3 d",)),
        Station("paid", "PA", "Paid", "a", "final"),
    ),
    (
        Track("new/start/review", "NE1", "new", "review", "Start"),
        Track("review/pay/paid", "RE1", "review", "paid", "Pay", guarded=True),
        Track("review/(time)/paid", "RE2", "review", "paid", "after 9 days", timer=True, by="square"),
    ),
    (Line("usual", "The usual way", "A", ("new/start/review", "review/pay/paid")),),
)
TOLD = {
    "new/start/review": (("event", "start"), ("who", "handler")),
    "review/pay/paid": (("event", "pay"), ("only if", "amount > 0")),
    "review/(time)/paid": (("event", ""), ("who", "time")),
}


def compared(new: Network, **told: tuple[tuple[str, str], ...]) -> Difference:
    return difference(OLD, new, Told(TOLD), Told({**TOLD, **told}))


def test_a_version_does_not_differ_from_itself() -> None:
    same = difference(OLD, OLD, Told(TOLD), Told(TOLD))
    assert (same.union, same.marks, same.words) == (OLD, (), ())


def test_a_station_that_is_new_and_one_that_is_gone() -> None:
    legal = Station("legal", "LE", "Legal review", "b")
    new = replace(OLD, stations=(OLD.stations[0], legal, OLD.stations[2]), tracks=(), lines=())
    found = difference(OLD, new, Told(TOLD), Told())
    assert found.stations == {
        "legal": Mark("new", "LE", "Legal review"),
        "review": Mark("gone", "−RE", "Review"),
    }
    assert [station.key for station in found.union.stations] == ["new", "legal", "paid", "review"]
    assert {mark.change for mark in found.tracks.values()} == {"gone"}
    assert [track.code for track in found.union.tracks] == ["−NE1", "−RE1", "−RE2"]
    assert found.words == ("line A The usual way: − gone",)


def test_a_track_that_leads_elsewhere_is_an_old_one_and_a_new_one() -> None:
    elsewhere = replace(OLD.tracks[0], key="new/start/paid", target="paid")
    new = replace(OLD, tracks=(elsewhere, *OLD.tracks[1:]), lines=())
    found = difference(OLD, new, Told(TOLD), Told({**TOLD, "new/start/paid": TOLD["new/start/review"]}))
    assert {key: mark.change for key, mark in found.tracks.items()} == {
        "new/start/paid": "new",
        f"{GONE}new/start/review": "gone",
    }


@pytest.mark.parametrize(
    ("station", "words"),
    [
        (replace(OLD.stations[1], title="In review"), ("name: was Review, is In review",)),
        (replace(OLD.stations[1], zone="b"), ("team: was Desk, is Legal",)),
        (replace(OLD.stations[1], kind="waiting"), ("kind: was between, is waits on somebody outside",)),
        (replace(OLD.stations[1], ladder=("3 d", "5 d")), ("timers: was 3 d, is 3 d › 5 d",)),
        (replace(OLD.stations[1], ladder=()), ("timers: was 3 d, is nothing",)),
        (replace(OLD.stations[1], notes=("waits",)), ("notes: was nothing, is waits",)),
    ],
)
def test_a_station_that_changed_says_what(station: Station, words: tuple[str, ...]) -> None:
    found = compared(replace(OLD, stations=(OLD.stations[0], station, OLD.stations[2])))
    assert found.stations == {"review": Mark("changed", "RE", station.title, words)}
    assert found.tracks == {}


def test_a_track_whose_row_changed_says_what() -> None:
    found = compared(OLD, **{"review/pay/paid": (("event", "pay"), ("only if", "amount > 9"))})
    assert found.tracks == {
        "review/pay/paid": Mark("changed", "RE1", "Pay → Paid", ("only if: was amount > 0, is amount > 9",))
    }


def test_a_code_that_moved_is_no_change_but_is_told_with_one() -> None:
    moved = replace(OLD.tracks[1], code="RE2"), replace(OLD.tracks[2], code="RE1")
    new = replace(OLD, tracks=(OLD.tracks[0], *moved))
    assert compared(new).marks == ()
    renamed = replace(new, tracks=(OLD.tracks[0], replace(moved[0], name="Settle"), moved[1]))
    assert compared(renamed).tracks["review/pay/paid"].words == ("name: was Pay, is Settle", "was RE1")


def test_lines_and_teams_and_the_title_are_told() -> None:
    new = replace(
        OLD,
        title="Claims",
        zones=(Zone("a", "Front desk"), Zone("c", "Audit")),
        lines=(replace(OLD.lines[0], tracks=("new/start/review", "review/(time)/paid"), title="Usual"),),
    )
    assert compared(new).words == (
        "title: was Claim, is Claims",
        "team Audit: + new",
        "team Legal: − gone",
        "name of team: was Desk, is Front desk",
        "name of line: was A The usual way, is A Usual",
    )


def test_a_line_that_runs_otherwise_is_told() -> None:
    new = replace(OLD, lines=(replace(OLD.lines[0], tracks=("new/start/review",)),))
    assert compared(new).words == ("line A The usual way runs otherwise",)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 40), st.integers(3, 25), st.data())
def test_nothing_of_either_version_is_missing(seed: int, stations: int, data: st.DataObject) -> None:
    old = random_network(seed, stations)
    lost = data.draw(st.sets(st.sampled_from([track.key for track in old.tracks]), max_size=4))
    new = replace(old, tracks=tuple(track for track in old.tracks if track.key not in lost), lines=())
    found = difference(old, new, Told(), Told())
    ends = Counter((track.source, track.target, track.name) for track in found.union.tracks)
    assert ends == Counter((track.source, track.target, track.name) for track in old.tracks)
    assert sum(mark.change == "gone" for mark in found.tracks.values()) == len(lost)
    back = difference(new, old, Told(), Told())
    assert sum(mark.change == "new" for mark in back.tracks.values()) == len(lost)
    for union in (found.union, back.union):
        assert len({track.key for track in union.tracks}) == len({track.code for track in union.tracks})
        assert len(union.track) == len(union.tracks)


def test_other_cases_have_nothing_in_common() -> None:
    found = difference(network(12), network(40), Told(), Told())
    assert {mark.change for mark in found.marks} == {"new", "gone"}
    assert len(found.union.stations) == 52
    assert len(found.union.tracks) == 26 + 73
