"""The table of moves is the machine: every line, every state in which it holds, every way it may take."""

from __future__ import annotations

import pytest
from transit_samples import alone, complaint, line, mixed, route, stage, state, time, timer
from transit_samples import case_type as case_type_of

from casedsl.model.records import CaseType
from casedsl.transit.exits import yard
from casedsl.transit.moves import Move, moves

SAMPLES = [complaint(), alone(), *(mixed(seed) for seed in range(20))]


def by_event(case_type: CaseType) -> dict[tuple[str, str], Move]:
    return {(each.owner, each.event): each for each in moves(case_type)}


@pytest.mark.parametrize("case_type", SAMPLES)
def test_what_the_moves_hold_is_what_the_machine_handles(case_type: CaseType) -> None:
    held = {(name, each.event) for each in moves(case_type) if each.kind == "event" for name in each.states}
    handled = {(name, event) for name in case_type.states for event in case_type.handlers(name)}
    assert held == handled


@pytest.mark.parametrize("case_type", SAMPLES)
def test_codes_are_unique_and_numbers_count(case_type: CaseType) -> None:
    ground = yard(case_type)
    codes = [each.code for each in ground.exits]
    assert len(codes) == len(set(codes))
    assert [each.number for each in ground.moves] == list(range(1, len(ground.moves) + 1))


def test_a_more_specific_line_takes_its_state_away_from_a_general_one() -> None:
    facts = by_event(complaint())
    assert facts["resolved", "object"].states == ("resolved",)
    assert "resolved" not in facts["", "object"].states
    assert facts["at_work", "ask_customer"].states == ("new", "in_review", "legal_review")


def test_back_leads_to_the_states_that_enter_the_side_step() -> None:
    way = by_event(complaint())["waiting_on_customer", "take_back"].ways[0]
    assert tuple(way.places) == ("new", "in_review", "legal_review")


def test_back_leads_through_a_side_step_to_where_the_case_came_from() -> None:
    states = [
        state("work", "", [line("ask", "waiting", owner="work")], "first"),
        state("waiting", "", [line("call", "calling", owner="waiting"), line("on", "back", owner="waiting")]),
        state("calling", "", [line("hang_up", "back", owner="calling")]),
    ]
    assert tuple(by_event(case_type_of(states))["calling", "hang_up"].ways[0].places) == ("work",)


def test_back_of_a_stage_leads_each_side_step_to_where_it_came_from() -> None:
    """Two side steps share a line, and are entered from different states: no track tells of a way that is none."""
    states = [
        state("one", "One", [line("ask", "a", owner="one"), line("go", "two", owner="one")], "first"),
        state("two", "Two", [line("ask", "b", owner="two")]),
        state("a", "Aside"),
        state("b", "Beside"),
    ]
    case_type = case_type_of(states, stages=[stage("aside", "Side", "a, b", [line("on", "back", owner="aside")])])
    found = [each for each in yard(case_type).exits if each.move.owner == "aside"]
    assert [(each.code, each.target, each.sources, each.not_in) for each in found] == [
        ("SI1a", "one", ("a",), ("b",)),
        ("SI1b", "two", ("b",), ("a",)),
    ]


def test_each_route_has_a_code_a_guard_and_what_it_does() -> None:
    decide = by_event(complaint())["in_review", "decide"]
    assert [(way.to, way.when, way.handed) for way in decide.ways] == [
        ("legal_review", "category is privacy or refund > 10000 GBP", "whole"),
        ("answering", "", "bare"),
    ]
    assert decide.ways[0].brief.endswith("“{summary} We found: {findings} We propose: {outcome}. {remedy, if set}”")
    assert all(decide.guarded(way) for way in decide.ways)


def test_what_time_moves_is_of_states_and_of_stages() -> None:
    states = [
        state("one", "", [line("go", "two", owner="one")], "first"),
        state("two", "", kind="final"),
    ]
    part = stage("part", "Part", "one", [], [timer("move", "two", time(3, "calendar"))])
    timed = [each for each in moves(case_type_of(states, stages=[part])) if each.kind == "time"]
    assert [(each.scope, each.states, each.label, each.by) for each in timed] == [
        ("stage", ("one",), "after 3 calendar days", "time")
    ]


def test_more_than_twenty_six_routes_have_codes_of_their_own() -> None:
    many = line("go", tuple(route("two", f"score is {at}") for at in range(30)), owner="one")
    states = [state("one", "", [many], "first"), state("two", kind="final")]
    codes = [each.code for each in yard(case_type_of(states)).exits]
    assert (codes[25], codes[26]) == ("ON1z", "ON1aa")
