"""Handoffs: what one team gives to another can come back."""

from __future__ import annotations

from rule_programs import look, program

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
