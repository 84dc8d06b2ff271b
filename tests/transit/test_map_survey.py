"""The network is the machine: what a map shows, taken all together, is every move and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from casedsl_runtime.vocabulary import STAY
from hypothesis import given, settings
from hypothesis import strategies as st
from transit_samples import alone, chain, complaint, document_flow, hub, line, mixed, route, stage, state, time, timer
from transit_samples import case_type as case_type_of

from casedsl.analysis.graph import graph_of
from casedsl.model.records import CaseType, Role, Transition
from casedsl.transit.moves import moves
from casedsl.transit.network import Network, Track
from casedsl.transit.surveying import expansion, survey

NAMED: dict[str, Callable[[], CaseType]] = {
    "complaint": complaint,
    "flow": document_flow,
    "alone": alone,
    "chain": lambda: chain(12),
    "hub": lambda: hub(12),
}


def drawn_moves(network: Network) -> Iterator[tuple[str, str]]:
    """Each way from a state to a state that the tracks of a network tell of, for each track that tells of it."""
    for track in network.tracks:
        covered = network.station[track.source].covers
        sources = covered if network.station[track.source].kind == "gate" else (track.source,)
        for source in sources:
            if source not in track.not_in:
                stays = track.target == track.source
                yield source, source if stays else track.target


def machine_moves(case_type: CaseType) -> Iterator[tuple[str, str]]:
    graph = graph_of(case_type)
    for name, found in graph.moves.items():
        for move in found:
            yield name, move.target
        for handled in case_type.handlers(name).values():
            yield from ((name, name) for each in handled.routes if each.to.name == STAY)


def lost(case_type: CaseType) -> int:
    """Ways `back` where nothing is behind: the machine has no such move, and the map shows that it hasn't."""
    return sum(
        way.to == "back" and not way.places for move in moves(case_type) for way in move.ways for _ in move.states
    )


@given(st.one_of(st.sampled_from(list(NAMED)), st.integers(0, 400)))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_the_tracks_are_the_moves_of_the_machine(name: str | int) -> None:
    case_type = NAMED[name]() if isinstance(name, str) else mixed(name)
    network = survey(case_type)
    drawn, real = Counter(drawn_moves(network)), Counter(machine_moves(case_type))
    assert not real - drawn
    assert sum((drawn - real).values()) == lost(case_type)


@given(st.one_of(st.sampled_from(list(NAMED)), st.integers(0, 400)))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_network_is_whole_and_its_names_are_unique(name: str | int) -> None:
    case_type = NAMED[name]() if isinstance(name, str) else mixed(name)
    network, counted = survey(case_type), expansion(case_type)
    assert sum(counted.values()) == len(network.tracks)
    assert list(counted) == list(range(1, len(moves(case_type)) + 1))
    assert all(counted.values())
    assert Counter(track.move for track in network.tracks) == Counter(counted)
    for names in (
        [station.key for station in network.stations],
        [station.code for station in network.stations],
        [track.key for track in network.tracks],
        [track.code for track in network.tracks],
        [zone.key for zone in network.zones],
    ):
        assert len(names) == len(set(names))
    assert {station.zone for station in network.stations} == {zone.key for zone in network.zones}
    assert set(case_type.states) <= set(network.station)
    assert all(track.source in network.station and track.target in network.station for track in network.tracks)


@pytest.mark.parametrize("name", [*NAMED, *range(30)])
def test_a_line_is_one_way_that_a_case_can_take(name: str | int) -> None:
    network = survey(NAMED[name]() if isinstance(name, str) else mixed(name))
    assert len(network.lines) <= 4
    for travelled in network.lines:
        tracks = [network.track[key] for key in travelled.tracks]
        for one, other in pairwise(tracks):
            start = network.station[other.source]
            assert one.target == other.source or (one.target in start.covers and one.target not in other.not_in)


def by_code(case_type: CaseType) -> dict[str, Track]:
    return {track.code: track for track in survey(case_type).tracks}


def test_what_a_badge_says() -> None:
    two = [state("one", "", [line("go", "two", owner="one", by="clerk"), line("ask", "two", by="pat")], "first")]
    timed = state(
        "two", "", [line("enter", "one", by="clerk for pat", when="x is 1")], timers=[timer("move", "one", time(2))]
    )
    sample = with_outsider(case_type_of([*two, timed]), "pat")
    tracks = by_code(sample)
    assert {code: (track.by, track.timer, track.guarded) for code, track in tracks.items()} == {
        "ON1": ("round", False, False),
        "ON2": ("hexagon", False, False),
        "TW1": ("hexagon", False, True),
        "TW2": ("square", True, False),
    }


def with_outsider(case_type: CaseType, name: str) -> CaseType:
    from msgspec.structs import replace

    roles = {**case_type.organisation.roles, name: Role(name, "Pat", True, case_type.span)}
    return replace(case_type, organisation=replace(case_type.organisation, roles=roles))


def test_waiting_and_blocked() -> None:
    states = [
        state("one", "", [line("go", "out")], "first"),
        state("out", "", [line("go", "inside")], waiting="pat"),
        state(
            "inside",
            "",
            [line("go", "end")],
            waiting="handler",
            timers=[timer("prompt", "assignee", time(3, "calendar"))],
        ),
        state("end", kind="final"),
    ]
    network = survey(with_outsider(case_type_of(states), "pat"))
    assert [station.kind for station in network.stations] == ["first", "waiting", "blocked", "final"]
    assert network.station["out"].notes == ("waits on Pat",)
    assert network.station["inside"].ladder == ("prompt 3 cal d",)


def test_a_handoff_is_whole_with_fields_and_a_brief() -> None:
    tracks = by_code(complaint())
    assert {code: track.handoff for code, track in tracks.items() if track.handoff} == {
        "IR1a": "whole",
        "LR1": "whole",
        "LR2": "whole",
    }
    assert {track.handoff for track in by_code(chain(4)).values()} == {"bare"}


def test_who_comes_back_to_the_same_team_is_not_handed_over() -> None:
    """Unless the side step had a team of its own."""

    def handoffs(team: str) -> dict[str, str]:
        states = [
            state("one", "", [line("ask", "aside"), line("go", "two")], "first", "desk"),
            state("two", "", [line("ask", "aside")], team="board"),
            state("aside", "", [line("on", "back")], team=team),
        ]
        tracks = survey(case_type_of(states, teams={"desk": "Desk", "board": "Board", "lab": "Lab"})).tracks
        return {track.key: track.handoff for track in tracks}

    assert {handoffs("")[key] for key in ("aside/on/one", "aside/on/two", "one/ask/aside")} == {""}
    assert {handoffs("lab")[key] for key in ("aside/on/one", "aside/on/two", "one/ask/aside")} == {"bare"}
    assert handoffs("")["one/go/two"] == "bare"


def test_a_gate_is_drawn_once_and_says_where_it_does_not_hold() -> None:
    network = survey(complaint())
    gates = {station.key: station for station in network.stations if station.kind == "gate"}
    assert gates["stage at_work"].covers == ("new", "in_review", "legal_review")
    assert "closed" not in gates["all states"].covers
    kept = {track.code: track.not_in for track in network.tracks if track.source == "all states"}
    assert sorted(kept.values()) == [(), ("resolved",), ("waiting_on_customer",)]


def test_a_state_without_a_team_stands_with_the_only_team_it_can_come_from() -> None:
    states = [
        state("one", "", [line("go", "two"), line("wait", "pause")], "first", "desk"),
        state("pause", "", [line("on", "back")]),
        state("two", "", [line("go", "end")], team="board"),
        state("end", kind="final"),
    ]
    network = survey(case_type_of(states, teams={"desk": "Desk", "board": "Board"}))
    assert [station.zone for station in network.stations] == ["desk", "desk", "board", "board"]


def test_what_leads_back_to_several_stations_is_several_tracks_with_one_number() -> None:
    tracks = [track for track in survey(complaint()).tracks if track.source == "waiting_on_customer"]
    assert [(track.code, track.target) for track in tracks[:3]] == [
        ("WC1a", "new"),
        ("WC1b", "in_review"),
        ("WC1c", "legal_review"),
    ]


def test_an_inserted_transition_renumbers_one_station_only() -> None:
    def flow(*more: Transition) -> CaseType:
        states = [
            state("one", "", [*more, line("go", "two"), line("stop", "end")], "first"),
            state("two", "", [line("go", "end"), line("return", "one")]),
            state("end", kind="final"),
        ]
        return case_type_of(states)

    before = {track.key: track.code for track in survey(flow()).tracks}
    after = {track.key: track.code for track in survey(flow(line("ask", "stay"))).tracks}
    assert before.keys() < after.keys()
    assert {key for key in before if before[key] != after[key]} == {"one/go/two", "one/stop/end"}


def test_the_lines_that_are_found_without_a_map_section() -> None:
    lines = [(found.letter, found.title, found.tracks) for found in survey(complaint()).lines]
    assert lines[0] == (
        "A",
        "The main way",
        (
            "new/acknowledge/in_review",
            "in_review/decide/answering",
            "answering/send_answer/resolved",
            "resolved/(time)/closed",
        ),
    )
    assert lines[1] == (
        "B",
        "Waiting on customer",
        ("stage at_work/ask_customer/waiting_on_customer", "waiting_on_customer/customer_replied/new"),
    )
    assert len(lines) == 2


def test_what_time_does_alone_is_a_line_up_to_the_main_way() -> None:
    states = [
        state("one", "One", [line("go", "two")], "first", timers=[timer("move", "lost", time(9))]),
        state("two", "", [line("go", "end")]),
        state("lost", "", [line("find", "found")]),
        state("found", "", [line("return", "two")]),
        state("end", kind="final"),
    ]
    found = survey(case_type_of(states)).lines[1]
    assert found.title == "Nobody acts in One"
    assert found.tracks == ("one/(time)/lost", "lost/find/found", "found/return/two")


def test_what_time_does_is_no_line_where_nothing_leads_on() -> None:
    states = [
        state("one", "One", [line("go", "two")], "first", timers=[timer("move", "lost", time(9))]),
        state("two", kind="final"),
        state("lost", "", [line("stray", "astray")]),
        state("astray", "", [line("return", "lost")]),
    ]
    assert [found.title for found in survey(case_type_of(states)).lines] == ["The main way"]


def test_without_a_way_to_an_end_no_line_is_found() -> None:
    states = [state("one", "", [line("go", "two")], "first"), state("two", "", [line("go", "one")])]
    assert survey(case_type_of(states)).lines == ()


def test_two_routes_to_one_place_and_hostile_names_have_keys_of_their_own() -> None:
    ways = (route("two", "a is 1"), route("two", "a is 2"), route("two"))
    network = survey(case_type_of([state("one", "", [line("go", ways)], "first"), state("two", kind="final")]))
    assert [track.key for track in network.tracks] == ["one/go/two", "one/go/two/2", "one/go/two/3"]
    assert [track.code for track in network.tracks] == ["ON1a", "ON1b", "ON1c"]


def test_a_stage_without_lines_is_a_gate_with_its_ladder() -> None:
    part = stage("part", "Part", "one", [], [timer("alert", "handler", time(4, unit="hour"))])
    network = survey(case_type_of([state("one", kind="first")], stages=[part]))
    assert [(each.key, each.kind, each.ladder) for each in network.stations][1] == (
        "stage part",
        "gate",
        ("alert 4 h",),
    )


SCRIPT = """
import sys
from msgspec.json import encode
from transit_samples import complaint, mixed
from casedsl.transit.surveying import survey
for case_type in (complaint(), mixed(3), mixed(8)):
    sys.stdout.buffer.write(encode(survey(case_type)))
"""


def test_same_input_same_network(printed_under_any_seed: Callable[[str], bytes]) -> None:
    assert printed_under_any_seed(SCRIPT)
