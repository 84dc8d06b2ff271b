"""People: what a line allows can be used, who is made responsible can act, and a team's cases have owners."""

from __future__ import annotations

from rule_programs import look, program, the_one

# Rights that nobody can use (CD506)


@program("CD506")
def test_a_stage_s_line_that_each_of_its_states_beats() -> None:
    """
    stage open of new, seen
        on drop -> done             # CD506[on drop] `on drop` of stage `open` is never used
            by chief
        on park -> seen
            by chief
    first state new
        on see -> seen
            by clerk
        on drop -> done
            by clerk
    state seen
        on drop -> done
            by clerk
        on park -> seen
            by clerk
    final state done
    """


@program("CD506")
def test_a_line_anywhere_that_stages_and_states_beat_together() -> None:
    """
    stage open of new
        on drop -> done
            by chief
    first state new
        on see -> seen
            by clerk
    state seen
        on drop -> done
            by clerk
    final state done
    anywhere
        on drop -> done             # CD506[on drop] `on drop` under `anywhere` is never used: every state there says
            by clerk
        on see -> stay
            by clerk
    """


@program("CD506")
def test_states_that_no_case_gets_to_are_not_asked() -> None:
    """
    stage far of lost
        on drop -> done
            by chief
    first state new
        on drop -> done
            by clerk
    state lost                      # CD101
        on drop -> done
            by clerk
        on back_to -> new
            by clerk
    final state done
    anywhere
        on drop -> done             # CD506
            by chief
    """


@program("CD506")
def test_a_field_that_is_changed_after_the_end() -> None:
    """
    fields
        fee money GBP
            changed by clerk in new, done, lost     # CD506[done] `fee` is never changed in `done` # CD506[lost]
        kind text
            changed by clerk
    first state new
        on answer -> done
            by clerk
        on lose -> lost
            by clerk
    final state done
    final state lost
    """


def test_a_line_that_is_never_used_can_be_taken_out_safely() -> None:
    text = (
        "first state new\n    on drop -> done\n        by clerk\nfinal state done\n"
        "anywhere\n    on drop -> done\n        by chief\n"
    )
    finding = the_one(text, "CD506")
    assert finding.fix is not None
    assert finding.fix.safe
    assert [(edit.span.line, edit.text) for edit in finding.fix.edits] == [(9, None)]
    without = text.replace("    on drop -> done\n        by chief\n", "    on wait -> stay\n        by chief\n")
    assert "CD506" not in {each.code for each in look(without).findings}


# Escalations that help nobody (CD507)


@program("CD507")
def test_a_stage_in_one_of_whose_states_the_role_may_do_nothing() -> None:
    """
    stage open of new, seen
        escalate to chief after 5 working days      # CD507[chief] a case in `seen` can be escalated to `chief`, who may
    first state new
        team desk
        on see -> seen
            by clerk, chief
    state seen
        on answer -> done
            by clerk
    final state done
    """


@program("CD507")
def test_a_line_of_the_stage_or_anywhere_is_enough() -> None:
    """
    stage open of new
        on take -> stay
            by chief
            reverses escalation
    first state new
        team desk
        escalate to chief after 5 working days
        on see -> seen
            by clerk
    state seen
        escalate to chief after 5 working days
        on answer -> done
            by clerk
    final state done
    anywhere
        on drop -> done
            by clerk, chief for customer
    """


@program("CD507")
def test_a_line_that_the_state_beats_is_not() -> None:
    """
    first state new
        team desk
        escalate to chief after 5 working days      # CD507[chief] a case in `new` can be escalated to `chief`
        on answer -> done
            by clerk
        on drop -> done
            by clerk
    final state done
    anywhere
        on drop -> done
            by chief
    """


SHARED = """
case type letter
    edition 1
    use "shop"
first state new
    team desk
    escalate to chief after 5 working days
    on answer -> done
        by {by}
final state done
--- shop.case
organisation shop
    edition 1
calendar office
    zone Europe/London
    open mon-fri hours 09:00-17:00
role clerk
role chief
role third
{both}
team desk
    people   {people}
    calendar office
    {assign}
"""


def powerless(by: str = "clerk", both: str = "", people: str = "clerk, chief", assign: str = "") -> list[str]:
    found = look(SHARED.format(by=by, both=both, people=people, assign=assign)).findings
    return [finding.headline for finding in found if finding.code == "CD507"]


def test_who_may_hold_a_second_role_may_act_by_that() -> None:
    assert powerless()
    assert powerless(both="may be both chief, third")
    assert powerless(both="may be both chief, third, clerk") == []
    assert powerless(both="may be both clerk, third\nmay be both clerk, chief") == []


def test_a_role_that_is_the_whole_team_learns_nothing_new() -> None:
    assert powerless("chief", people="chief") == [
        "`chief` is responsible already: team `desk` has nobody else, and assigns nobody"
    ]
    assert powerless("chief", people="chief", assign="assign least loaded chief") == []
    assert powerless("chief", people="chief, clerk") == []
    assert len(powerless("clerk", people="chief")) == 1


def test_what_the_role_may_do_elsewhere_is_no_help_and_the_first_event_is_the_way_out() -> None:
    text = (
        "first state new\n    team desk\n    on see -> seen\n        by chief, clerk\n"
        "state seen\n    escalate to chief after 5 working days\n    on file -> stay\n        by clerk\n"
        "    on answer -> done\n        by clerk\nfinal state done\n"
    )
    finding = the_one(text, "CD507")
    assert finding.way_out == "add `chief` to `by` of `on file`"
    assert finding.notes == (("a way there", "new -(see)-> seen"),)
    assert [label.text for label in finding.labels] == ["not up to `chief`"] * 2


# Queues without owners (CD508)


@program("CD508")
def test_a_team_without_people_is_found_where_cases_are_given_to_it() -> None:
    """
    case type letter
        edition 1
        use "shop"
    first state new
        team ghosts
        on answer -> done           # CD810
            by clerk
    final state done
        team nobody
    --- shop.case
    organisation shop
        edition 1
        use "acme"
    team ghosts                     # CD508[team ghosts] team `ghosts` is given cases, and nobody is in it
        calendar office
    team nobody
        calendar office
    team unused
        calendar office
    """


@program("CD508")
def test_a_team_that_assigns_a_stranger_is_said_once() -> None:
    """
    case type letter
        edition 1
        use "shop"
    first state new
        team ghosts
        on answer -> done
            by clerk
    final state done
    --- shop.case
    organisation shop
        edition 1
        use "acme"
    team ghosts
        calendar office
        assign   least loaded clerk     # CD508[clerk] team `ghosts` assigns its cases
    """


@program("CD508")
def test_a_team_that_may_do_nothing_in_any_of_its_states() -> None:
    """
    first state new
        team desk
        on check -> checked
            by clerk
            hand over
                says "Check."
    state checked
        team board                  # CD508[board] nobody of team `board` may do anything in `checked`, `asked`
        on send -> done
            by clerk
        on ask -> asked
            by clerk
    state asked
        team board
        waiting on customer
        on reply -> checked
            by clerk for customer
    final state done
        team board
    """


@program("CD508")
def test_one_event_in_one_state_is_enough() -> None:
    """
    first state new
        team board
        on check -> checked
            by clerk
    state checked
        team board
        on send -> done
            by clerk
    final state done
    anywhere
        on drop -> done
            by chief for customer
    """


@program("CD508")
def test_states_that_time_ends_or_that_wait_on_others_are_no_sign() -> None:
    """
    first state new
        team desk
        on send -> sent
            by clerk
            hand over
                says "Sent."
    state sent
        team board
        move to done after 10 working days
        on object -> new
            by clerk
            hand over
                says "Objected."
        on ask -> asked
            by clerk
    state asked
        team board
        waiting on customer
        on reply -> sent
            by clerk for customer
    final state done
    """


@program("CD508")
def test_a_team_that_waits_on_itself_is() -> None:
    """
    first state new
        team board                  # CD508[board]
        waiting on chief
        on send -> done
            by clerk
    final state done
    """
