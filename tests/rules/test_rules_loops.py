"""Circles that time takes a case round: on the page, against a walk, and as the runtime goes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from casedsl_runtime import Directory, Do, Host, MemoryStore
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import ROOT, files_of, looked_at, program

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Compiled, compile_case
from casedsl.syntax.finding import Finding

SEEDED = settings(derandomize=True, deadline=None, max_examples=150)


def found(text: str, code: str) -> list[Finding]:
    return [finding for finding in looked_at(files_of(text), also=(code,)).findings if finding.code == code]


# Circles of time


@program
def test_a_circle_of_time_that_people_can_leave() -> None:
    """
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state reminded
        move to asked after 1 month         # CD105 left alone, a case that gets to `reminded` goes round for ever
        on hear -> done
            by clerk
    state again
        move to reminded after 2 calendar days
    state asked
        move to again after 2 calendar days
        on hear -> new
            by clerk
    final state done
    """


def test_a_circle_begins_where_the_file_begins_and_shows_its_steps() -> None:
    text = (
        "first state new\n    team desk\n    on ask -> b\n        by clerk\n    on go -> done\n        by clerk\n"
        "state a\n    move to b after 1 clock hour\n    on go -> done\n        by clerk\n"
        "state b\n    move to a after 2 clock hours\nfinal state done\n"
    )
    (finding,) = found(text, "CD105")
    assert (finding.span.line, finding.severity) == (11, "error")
    assert finding.notes == (
        ("a way there", "new -(ask)-> b -(after 2 clock hours)-> a"),
        ("the circle", "a -(after 1 clock hour)-> b -(after 2 clock hours)-> a"),
    )
    assert [(step.span.line, step.text) for step in finding.steps] == [
        (11, "time takes it from `a` to `b`"),
        (15, "time takes it from `b` to `a`"),
    ]
    assert [label.span.line for label in finding.labels] == [15]


@program
def test_a_state_that_time_enters_again() -> None:
    """
    first state new
        team desk
        move to new after 3 working days    # CD105[move to new after 3 working days]
        on answer -> done
            by clerk
    final state done
    """


@program
def test_two_circles_of_time_are_two_findings() -> None:
    """
    first state new
        team desk
        on one -> a
            by clerk
        on two -> b
            by clerk
    state a
        move to a after 1 month             # CD105
        on answer -> done
            by clerk
    state b
        move to b after 1 month             # CD105
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_person_on_the_circle() -> None:
    """
    first state new
        team desk
        move to asked after 3 working days
        on answer -> done
            by clerk
    state asked
        on hear -> new
            by clerk
    final state done
    """


@program
def test_time_that_leads_back_goes_on_with_a_visit_whose_timer_has_fired() -> None:
    """
    first state new
        team desk
        move to asked after 3 working days
        on answer -> done
            by clerk
    state asked
        move to back after 1 calendar day
    final state done
    """


@program
def test_a_circle_inside_a_stage_that_time_takes_the_case_out_of() -> None:
    """
    stage waiting of asked, reminded
        move to done as silent after 1 year
    first state new
        team desk
        on ask -> asked
            by clerk
    state asked
        move to reminded after 14 calendar days
    state reminded
        move to asked after 14 calendar days
    final state done
    """


@program
def test_the_timer_of_a_stage_fires_once_while_the_case_is_in_it() -> None:
    """
    stage waiting of asked, reminded
        move to reminded after 14 calendar days
    first state new
        team desk
        on ask -> asked
            by clerk
    state asked
        on hear -> done
            by clerk
    state reminded
        on hear -> done
            by clerk
    final state done
    """


@program
def test_the_timer_of_a_stage_fires_again_when_the_circle_leaves_it() -> None:
    """
    stage waiting of asked, called
        move to reminded after 14 calendar days     # CD105
    first state new
        team desk
        on ask -> asked
            by clerk
        on call -> called
            by clerk
    state asked
        on hear -> done
            by clerk
    state called
        on hear -> done
            by clerk
    state reminded
        move to asked after 14 calendar days
    final state done
    """


@program
def test_where_two_moves_wait_nothing_is_sure() -> None:
    """
    first state new
        team desk
        move to new after 3 working days
        move to done after 14 calendar days
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_circle_that_nothing_leads_out_of_is_a_trap_and_one_finding() -> None:
    """
    first state new
        team desk
        on answer -> done
            by clerk
        on ask -> a
            by clerk
    state a                                 # CD103
        move to b after 1 month
    state b
        move to a after 1 month
    final state done
    """


@program
def test_a_circle_of_time_that_no_case_gets_to_is_an_island() -> None:
    """
    first state new
        team desk
        on answer -> done
            by clerk
    state a                                 # CD101
        team desk
        move to a after 1 month
        on answer -> done
            by clerk
    final state done
    """


@SEEDED
@given(st.lists(st.integers(-1, 5), min_size=6, max_size=6))
def test_circles_of_time_against_a_walk(targets: list[int]) -> None:
    """Each state moves to one other by time, or to none (-1); people can go from each state to the next and end it. The
    oracle walks from each state until it stands still or meets a state again."""
    lines = []
    for state, target in enumerate(targets):
        lines += [f"{'first ' * (not state)}state s{state}", "    team desk", "    on end -> done", "        by clerk"]
        lines += ["    on next -> s" + str((state + 1) % len(targets)), "        by clerk"]
        lines += [f"    move to s{target} after 1 calendar day"] * (target >= 0)
    text = "\n".join([*lines, "final state done\n"])
    circles = set()
    for state in range(len(targets)):
        way = [state]
        while targets[way[-1]] >= 0 and targets[way[-1]] not in way:
            way.append(targets[way[-1]])
        if targets[way[-1]] >= 0:
            circles.add(frozenset(way[way.index(targets[way[-1]]) :]))
    findings = found(text, "CD105")
    said = [re.findall(r"s(\d)", dict(finding.notes)["the circle"]) for finding in findings]
    assert {frozenset(map(int, circle)) for circle in said} == circles
    assert len(findings) == len(circles)
    for circle in said:
        assert circle[0] == circle[-1] == min(circle)
        assert all(targets[int(one)] == int(two) for one, two in pairwise(circle))


@pytest.mark.parametrize(
    ("definition", "goes_round"),
    [
        (test_a_circle_of_time_that_people_can_leave, True),
        (test_a_state_that_time_enters_again, True),
        (test_the_timer_of_a_stage_fires_again_when_the_circle_leaves_it, True),
        (test_a_person_on_the_circle, False),
        (test_time_that_leads_back_goes_on_with_a_visit_whose_timer_has_fired, False),
        (test_a_circle_inside_a_stage_that_time_takes_the_case_out_of, False),
        (test_the_timer_of_a_stage_fires_once_while_the_case_is_in_it, False),
    ],
)
def test_the_runtime_does_what_the_rule_says(definition: Callable[[], None], goes_round: bool) -> None:
    """A case is opened, perhaps asked about, and left alone for two years: does time still move it in the last one?"""
    checked = looked_at(files_of(definition.__doc__ or ""))
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert checked.case_type is not None
    assert isinstance(lock, Lock)
    compiled = compile_case(checked.case_type, lock)
    assert isinstance(compiled, Compiled)
    now = [1_767_571_200]  # 5 January 2026
    people = Directory.of({"kim": {"name": "Kim", "roles": ["clerk"]}})
    host = Host(MemoryStore(), people, lambda: now[0], Random(1).randbytes)
    number = host.open(host.install(compiled.artifact, compiled.bundle), "open", {}, "kim").number or ""
    host.submit(number, "ask", Do("ask"), "kim")
    moves = []
    for _ in range(2):
        now[0] += 365 * 86_400
        host.tick()
        moves.append(sum(entry.kind == "moved" for entry in host.history(number)))
    assert (moves[1] > moves[0]) is goes_round
    assert ("CD105" in {finding.code for finding in checked.findings}) is goes_round
