"""Who may do what a line says, who gets a case back, and why a line stands there."""

from __future__ import annotations

import pytest
from language_programs import HEADER, files_of, looked_at, program_about

from casedsl.syntax.finding import Finding


def found(text: str, code: str) -> list[Finding]:
    return [finding for finding in looked_at(files_of(text), also=(code,)).findings if finding.code == code]


# Who may do it


@program_about("CD107")
def test_what_nobody_may_do() -> None:
    """
    stage open of new, asked
        on drop -> done                     # CD107[on drop] nobody may do `drop` in `new`, `asked`
    first state new
        on ask -> asked
            by clerk
        on note -> stay                     # CD107[on note] nobody may do `note` in `new`
    state asked
        on answer -> done
            by clerk
    final state done
    anywhere
        on shred -> done                    # CD107 nobody may do `shred` in `new`, `asked`
        on ask -> stay                      # CD107 nobody may do `ask` in `asked`
    """


@program_about("CD107")
def test_what_a_more_specific_line_says_counts() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    anywhere
        on answer -> done
    """


@program_about("CD107")
def test_where_time_leads_on_a_line_for_nobody_is_not_the_only_one() -> None:
    """
    first state new
        team desk
        move to done after 3 working days
        on answer -> done                   # CD107
    final state done
    """


@program_about("CD107")
def test_a_state_that_nobody_can_leave_is_one_finding() -> None:
    """
    first state new
        on ask -> asked
            by clerk
    state asked                             # CD501
        on answer -> done
        on note -> stay
    final state done
    """


def test_a_promise_that_waits_for_what_nobody_may_do() -> None:
    promise = "promise quick\n    within 1 working day\n    calendar office\n    met by answer\n"
    text = f"{promise}first state new\n    on drop -> done\n        by clerk\n    on answer -> done\nfinal state done\n"
    (finding,) = found(text, "CD107")
    assert finding.notes == (("so", "promise `quick` can't be kept"),)
    assert finding.way_out == "add `by ROLE` below it, or take the line out"
    second = "state other\n    on answer -> done\n        by clerk\n"
    text = text.replace("on drop -> done", "on drop -> other").replace("final state", f"{second}final state")
    assert [finding.notes for finding in found(text, "CD107")] == [()]


# Who gets it back


@program_about("CD108")
def test_an_escalation_that_nothing_reverses() -> None:
    """
    stage open of asked
        escalate to chief after 5 working days  # CD108[escalate to chief after 5 working days] once `chief` is
        on hand_back -> stay
            by chief
    first state new
        team desk
        escalate to chief after 2 working days  # CD108 responsible in `new`, no event gives the case back
        escalate to clerk after 3 working days
        on ask -> asked
            by clerk, chief
    state asked
        on answer -> done
            by clerk
    final state done
    """


@program_about("CD108")
def test_an_escalation_that_an_event_reverses() -> None:
    """
    stage open of asked, called
        escalate to chief after 5 working days
    first state new
        team desk
        escalate to chief after 2 working days
        on ask -> asked
            by clerk, chief
        on pause -> paused
            by clerk
    state paused
        on resume -> back
            by clerk
        on help -> stay
            by chief
            reverses escalation
    state asked
        on call -> called
            by clerk, chief
    state called
        on hand_back -> stay
            by chief
            reverses escalation
        on answer -> done
            by clerk
    final state done
    """


@program_about("CD108")
def test_an_event_elsewhere_reverses_nothing_here() -> None:
    """
    first state new
        team desk
        escalate to chief after 2 working days      # CD108
        on ask -> asked
            by clerk, chief
    state asked
        on hand_back -> stay
            by chief
            reverses escalation
        on answer -> done
            by clerk
    final state done
    """


@program_about("CD108")
def test_an_event_anywhere_reverses_it_and_no_case_gets_to_an_island() -> None:
    """
    first state new
        team desk
        escalate to chief after 2 working days
        on answer -> done
            by clerk
    state island                            # CD101
        escalate to chief after 2 working days
        on hand_back -> done
            by clerk
    final state done
    anywhere
        on hand_back -> stay
            by chief
            reverses escalation
    """


def test_the_way_out_says_what_to_write() -> None:
    text = "first state new\n    team desk\n    escalate to chief after 1 working day\n"
    text += "    on go -> done\n        by clerk, chief\nfinal state done\n"
    (finding,) = found(text, "CD108")
    assert finding.way_out == "add `on hand_back -> stay` to `new`, with `by chief` and `reverses escalation`"
    added = "    on hand_back -> stay\n        by chief\n        reverses escalation\nfinal"
    assert found(text.replace("final", added), "CD108") == []


# Why


@program_about("CD109")
def test_lines_without_a_purpose() -> None:
    """
    stage open of new
        move to done after 1 year           # CD109 nothing says why time moves the case to `done`
        on ask -> stay                      # CD109[on ask]
            by clerk
    first state new
        team desk
        prompt clerk after 1 working day
        on answer -> done
            by clerk
            purpose "The writer knows."
        on drop -> done                     # CD109[on drop] nothing says why `drop` is done
            by clerk
    final state done
    anywhere
        on shred -> done                    # CD109[on shred]
            by clerk
    """


@program_about("CD109")
def test_every_line_has_a_purpose() -> None:
    """
    first state new
        team desk
        move to done after 1 year
            purpose "Nobody wants to know any more."
        on answer -> done
            by clerk
            purpose "The writer knows."
    final state done
    """


@pytest.mark.parametrize(("code", "severity"), [("CD105", "error"), ("CD107", "warning"), ("CD109", "info")])
def test_a_defect_stops_compilation_a_doubt_and_an_opinion_do_not(code: str, severity: str) -> None:
    body = "first state new\n    team desk\n    move to new after 1 month\n    on go -> done\nfinal state done\n"
    checked = looked_at({"main.case": HEADER + body}, also=(code,))
    assert {finding.severity for finding in checked.findings if finding.code == code} == {severity}
    assert not checked.sound
    quiet = looked_at({"main.case": HEADER + body.replace("new after", "done after")}, also=(code,))
    assert quiet.sound
