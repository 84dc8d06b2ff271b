"""Handoffs: what one team gives to another is handed over, and can come back."""

from __future__ import annotations

from rule_programs import look, program, the_one

ASKED = """
first state new
    on ask -> asked
        by clerk
    on check -> checked
        by clerk
state checked
    team board
    {more}
    on send -> done
        by chief
state asked
    waiting on customer
    on reply -> back
        by clerk
    {line}
final state done
"""


@program("CD810")
def test_who_comes_back_from_a_side_step_comes_back_to_the_team_that_asked() -> None:
    """
    first state new
        team desk
        on ask -> asked
            by clerk
        on check -> checked
            by clerk
            hand over
                says "Please check."
    state checked
        team board
        on ask -> asked
            by clerk
        on send -> done
            by chief
    state asked
        waiting on customer
        on reply -> back
            by clerk
    final state done
    """


def test_a_team_is_kept_on_the_way_and_the_way_is_told() -> None:
    """Nobody has the case in `new`, so `drop` leaves a team only where `checked` is interrupted."""
    drop = "on drop -> new\n        by clerk"
    assert [each for each in look(ASKED.format(more="", line=drop)).findings if each.code == "CD810"] == []
    line = (
        "on hand_on -> shelved\n        by clerk\nstate shelved\n    team desk\n    on file -> done\n        by clerk"
    )
    assert [each for each in look(ASKED.format(more="", line=line)).findings if each.code == "CD810"] == []
    finding = the_one(ASKED.format(more="on ask -> asked\n        by clerk", line=line), "CD810")
    assert finding.headline == "from `asked` to `shelved` the case goes to another team and nothing is handed over"
    assert finding.notes[0] == ("a way there", "new -(check)-> checked -(ask)-> asked -(hand_on)-> shelved")


@program("CD810", "CD299")
def test_a_step_that_no_case_takes_with_another_team_is_none() -> None:
    """
    fields
        big yes/no "Is it big?"
    first state new
        team desk
        on check -> checked
            by clerk
            needs big
            when big is yes
            hand over
                says "Please check."
        on wait -> waiting
            by clerk
            needs big
    state checked
        team board
        on pause -> paused
            by chief
    state waiting
        on look -> looked
            by clerk
            when big is no
        on stop -> done
            by clerk
    state paused
        on go -> waiting
            by chief
        on end -> done
            by chief
    state looked
        team desk
        on end -> done
            by clerk
    final state done
    """


@program("CD810", "CD299")
def test_what_hangs_on_a_promise_is_not_decided() -> None:
    """
    fields
        sent_at date and time "When was it sent?"
    promise reply "An answer"
        within 5 working days
        calendar office
        met by check
    first state new
        team desk
        on check -> checked     # CD299[on check] from `new` to `checked`, is not decided
            by clerk
            needs sent_at
            when reply.due < sent_at
        on stop -> done
            by clerk
    state checked
        team board
        on send -> done
            by chief
    final state done
    """


@program("CD810")
def test_of_two_moves_of_time_the_one_that_comes_is_an_error() -> None:
    """
    first state new
        team desk
        move to checked after 5 working days        # CD810
        move to seen after 9 working days           # CD403[9 working days]
        on stop -> done
            by clerk
    state checked
        team board
        on send -> done
            by chief
    state seen
        team board
        on send -> done
            by chief
    final state done
    """


@program("CD810")
def test_what_gives_an_escalation_back_hands_over_too() -> None:
    """
    first state new
        team desk
        escalate to chief after 5 working days
        on take_over -> checked     # CD810
            by chief
            reverses escalation
        on stop -> done
            by clerk, chief
    state checked
        team board
        on send -> done
            by chief
    final state done
    """


ONE_WAY = """
first state new
    team desk
    on check -> checked
        by clerk
        hand over
            says "Please check."
state checked
    team board
    on send -> sent
        by chief
state sent
    on file -> done
        by chief
    {more}
final state done
"""


def one_way(more: str) -> list[str]:
    return [finding.headline for finding in look(ONE_WAY.format(more=more)).findings if finding.code == "CD812"]


def test_any_way_back_is_enough_and_being_in_the_end_is_none() -> None:
    assert one_way("on note -> stay\n        by chief") == ["what team `desk` hands over to `board` never comes back"]
    assert one_way("on again -> checked\n        by chief") == [
        "what team `desk` hands over to `board` never comes back"
    ]
    assert one_way('on return -> new\n        by chief\n        hand over\n            says "Again."') == []


@program("CD812")
def test_each_pair_of_teams_is_said_once_and_is_an_opinion() -> None:
    """
    first state new
        team desk
        on look -> stay
            by clerk
        on check -> checked or seen
            by clerk
            to checked when look has happened
                hand over           # CD812[hand over] what team `desk` hands over to `board` never comes back
                    says "Please check."
            to seen otherwise
                hand over
                    says "Please look."
    state checked
        team board
        on send -> done
            by chief
    state seen
        team board
        on send -> done
            by chief
    final state done
    """
    assert {each.severity for each in look(ONE_WAY.format(more="")).findings if each.code == "CD812"} == {"info"}


@program("CD812")
def test_a_side_step_of_another_team_goes_back() -> None:
    """
    first state new
        team desk
        on ask -> asked
            by clerk
            hand over
                says "Please look."
        on answer -> done
            by clerk
    state asked
        team board
        on reply -> back
            by chief
            hand over
                says "Looked at."
    final state done
    """


@program("CD812")
def test_within_one_team_nothing_has_to_come_back() -> None:
    """
    first state new
        team desk
        on next -> seen
            by clerk
            hand over
                says "For you."
    state seen
        team desk
        on answer -> done
            by clerk
    final state done
    """
