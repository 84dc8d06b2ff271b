"""Rules beyond their pages: islands, traps, side steps, ladders, seams; and one root cause is one finding."""

from __future__ import annotations

import pytest
from language_programs import END, HEADER, judge, looked_at, program

from casedsl.analysis.graph import states_behind
from casedsl.syntax.finding import Finding


def found(text: str) -> list[Finding]:
    return list(looked_at({"main.case": HEADER + text}).findings)


def notes(text: str) -> list[tuple[str, str]]:
    return [note for finding in found(text) for note in finding.notes]


# Reaching


@program
def test_an_island_and_what_follows_it_is_one_finding() -> None:
    """
    first state new
        on answer -> done
            by clerk
    state a                         # CD101[state a] no case can get to `a`
        on next -> b
            by clerk
    state b
        on next -> c
            by clerk
    state c
        on next -> a
            by clerk
        on leave -> d
            by clerk
    state d
        on next -> done
            by clerk
    final state done
    final state never
    stage far of d
        on give_up -> never
            by clerk
    """


def test_the_island_is_named_and_what_follows_it() -> None:
    text = (
        "first state new\n    on x -> done\n        by clerk\nstate a\n    on x -> b\n        by clerk\n"
        "state b\n    on x -> a\n        by clerk\n    on y -> c\n        by clerk\n"
        f"state c\n    on x -> done\n        by clerk\n{END}"
    )
    assert notes(text) == [
        ("why", "`a`, `b` are entered from each other only; nothing leads there from `new`"),
        ("so", "`c` is out of reach too"),
    ]


@program
def test_a_state_that_only_leads_to_itself() -> None:
    """
    first state new
        on answer -> done
            by clerk
    state lost                      # CD101[state lost] no case can get to `lost`
        on again -> lost
            by clerk
    final state done
    """


@program
def test_two_islands_that_meet_are_two_findings() -> None:
    """
    first state new
        on answer -> done
            by clerk
    state a                         # CD101 no case can get to `a`
        on next -> c
            by clerk
    state b                         # CD101 no case can get to `b`
        on next -> c
            by clerk
    state c
        on next -> done
            by clerk
    final state done
    """


@program
def test_a_final_state_nobody_gets_to() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    final state lost                # CD101[final state lost] no case can get to `lost`
    """


@program
def test_a_guarded_route_is_a_way_and_so_are_a_stage_anywhere_and_time() -> None:
    """
    fields
        late yes/no
            default no
    stage at_work of new
        on hand_on -> by_stage
            by clerk
        move to by_time after 1 year
    first state new
        team desk
        on answer -> by_route or done
            by clerk
            to by_route when late is yes
            to done otherwise
    state by_route
        on answer -> done
            by clerk
    state by_stage
        on answer -> done
            by clerk
    state by_time
        on answer -> done
            by clerk
    final state done
    final state dropped
    anywhere
        on drop -> dropped
            by clerk
    """


# Going on


@program
def test_a_trap_of_several_states_is_one_finding() -> None:
    """
    first state new
        on answer -> done
            by clerk
        on ask -> before
            by clerk
    state before
        on next -> a
            by clerk
    state a                         # CD103[state a] a case that gets to `a` goes in a circle for ever
        on next -> b
            by clerk
    state b
        on next -> c
            by clerk
        on turn -> a
            by clerk
    state c
        on next -> a
            by clerk
    final state done
    """


def test_a_trap_shows_its_circle_and_what_only_leads_there() -> None:
    text = (
        "first state new\n    on x -> done\n        by clerk\n    on y -> before\n        by clerk\n"
        "state before\n    on z -> b\n        by clerk\nstate a\n    on z -> b\n        by clerk\n"
        f"state b\n    on z -> a\n        by clerk\n{END}"
    )
    (finding,) = found(text)
    assert [label.text for label in finding.labels] == ["in the same circle"]
    assert finding.notes == (
        ("a way there", "new -(y)-> before -(z)-> b -(z)-> a"),
        ("the circle", "a -(z)-> b -(z)-> a"),
        ("so", "no way on from `before` leads to an end either"),
    )
    assert finding.way_out == "add a transition from one of `a`, `b` to a state outside"


@program
def test_two_traps_are_two_findings() -> None:
    """
    first state new
        on answer -> done
            by clerk
        on one -> a
            by clerk
        on two -> b
            by clerk
    state a                         # CD103[state a]
        on again -> a
            by clerk
    state b                         # CD103[state b]
        on again -> b
            by clerk
    final state done
    """


def test_what_only_leads_to_a_dead_end_is_a_note() -> None:
    text = (
        "first state new\n    on x -> done\n        by clerk\n    on y -> before\n        by clerk\n"
        f"state before\n    on z -> end\n        by clerk\nstate end\n{END}"
    )
    (finding,) = found(text)
    assert (finding.code, finding.headline) == ("CD102", "a case that gets to `end` never leaves it")
    assert finding.notes == (
        ("a way there", "new -(y)-> before -(z)-> end"),
        ("so", "no way on from `before` leads to an end either"),
    )


@program
def test_a_first_state_without_a_way_out() -> None:
    """
    first state new                 # CD102[first state new] a case that gets to `new` never leaves it
    final state done
    """


@program
def test_to_stay_is_no_way_out() -> None:
    """
    first state new
        on answer -> done
            by clerk
        on wait -> waiting
            by clerk
    state waiting                   # CD102[state waiting] a case that gets to `waiting` never leaves it
        on remind -> stay
            by clerk
    final state done
    """


@program
def test_no_final_state_is_one_finding() -> None:
    """
    case type letter                # CD104[case type letter] no case can ever end: no state is final
        edition 1
        use "acme"
    first state new
        on next -> other
            by clerk
    state other
        on next -> new
            by clerk
    """


@program
def test_no_final_state_and_a_dead_end_is_one_finding() -> None:
    """
    first state new
        on next -> other
            by clerk
    state other                     # CD102[state other]
    """


@program
def test_a_final_state_that_is_out_of_reach_is_one_finding() -> None:
    """
    case type letter                # CD104[case type letter] no case can ever end
        edition 1
        use "acme"
    first state new
        on next -> other
            by clerk
    state other
        on next -> new
            by clerk
    state door
        on next -> done
            by clerk
    state island                    # CD101[state island] no case can get to `island`
        on again -> island
            by clerk
    final state done
    """


def test_the_doors_to_the_end_are_named() -> None:
    text = f"first state new\n    on x -> new\n        by clerk\nstate door\n    on y -> done\n        by clerk\n{END}"
    (finding,) = found(text)
    assert finding.way_out == "lead a transition to one of `door`, `done`"
    assert finding.notes == (("for ever", "new -(x)-> new"),)


def test_a_long_way_is_told_in_short() -> None:
    states = "".join(f"state s{i}\n    on x -> s{i + 1}\n        by clerk\n" for i in range(40))
    (finding,) = found(
        "first state new\n    on x -> s0\n        by clerk\n    on y -> done\n        by clerk\n"
        f"{states}state s40\n{END}"
    )
    way = dict(finding.notes)["a way there"]
    assert way.startswith("new -(x)-> s0 -(x)-> s1")
    assert " … " in way
    assert way.endswith("-(x)-> s39 -(x)-> s40")


# Side steps


def behind(text: str) -> dict[str, tuple[str, ...]]:
    checked = looked_at({"main.case": HEADER + text})
    assert checked.case_type is not None
    return states_behind(checked.case_type)


def test_back_leads_to_every_state_from_which_the_side_step_is_entered() -> None:
    text = """\
first state new
    on ask -> asked
        by clerk
    on answer -> checked
        by clerk
state checked
    on ask -> asked
        by clerk
    on answer -> done
        by clerk
state other
    on answer -> done
        by clerk
state asked
    on ask_again -> asked_again
        by clerk
    on reply -> back
        by clerk
state asked_again
    on reply -> back
        by clerk
final state done
"""
    assert behind(text) == {"asked": ("new", "checked"), "asked_again": ("new", "checked")}


def test_a_state_on_the_way_to_a_side_step_is_where_back_leads() -> None:
    text = """\
first state new
    on ask -> between
        by clerk
    on answer -> done
        by clerk
state between
    on ask -> asked
        by clerk
state asked
    on reply -> back
        by clerk
final state done
"""
    assert behind(text) == {"asked": ("between",)}
    assert [(finding.code, finding.span.line) for finding in found(text)] == [("CD103", 9)]


@program
def test_a_side_step_is_no_trap() -> None:
    """
    stage at_work of new, checked
        on ask -> asked
            by clerk
    first state new
        on answer -> checked
            by clerk
    state checked
        on answer -> done
            by clerk
    state asked
        on reply -> back
            by clerk
        on ask_chief -> asked_chief
            by clerk
    state asked_chief
        on reply -> back
            by chief
    final state done
    """


@program
def test_a_side_step_behind_which_there_is_nothing_is_one_finding() -> None:
    """
    first state new
        on ask -> back              # CD116[on ask] from `new` there can be nothing to go back to
            by clerk
    final state done
    """


@program
def test_a_side_step_nobody_gets_to() -> None:
    """
    first state new
        on answer -> done
            by clerk
    state asked                     # CD101[state asked]
        on reply -> back
            by clerk
    final state done
    """


# Events


@program
def test_the_most_specific_line_wins_as_a_whole() -> None:
    """
    stage at_work of new, checked
        on answer -> checked
            by clerk
    first state new
        on file -> by_state
            by clerk
    state checked
        on answer -> done
            by clerk
    state by_state
        on answer -> done
            by clerk
    state by_anywhere
        on next -> done
            by clerk
    final state done
    anywhere
        on answer -> by_anywhere    # the stage and the states say otherwise, but for `by_anywhere` itself
            by clerk
        on file -> by_anywhere
            by clerk
    """


def test_handlers_are_the_state_s_then_the_stage_s_then_those_of_anywhere() -> None:
    checked = judge("""
        stage at_work of new
            on a -> done
                by clerk
            on b -> done
                by clerk
        first state new
            on a -> stay
                by chief
        final state done
        anywhere
            on a -> new
                by clerk
            on b -> new
                by clerk
            on c -> new
                by clerk
        """)
    assert checked.case_type is not None
    handlers = checked.case_type.handlers("new")
    assert {event: line.owner for event, line in handlers.items()} == {"a": "new", "b": "at_work", "c": None}
    assert checked.case_type.handlers("done") == {}


@program
def test_an_event_from_outside_needs_a_line_in_every_state() -> None:
    """
    stage at_work of new, checked
        on object -> stay           # CD106[on object] `customer` can send `object` at any time, and `sent`, `asked` say
            by customer
    first state new
        on answer -> checked
            by clerk
        on complain -> checked      # CD106[on complain] `customer` can send `complain` at any time
            by clerk, customer
    state checked
        on answer -> sent
            by clerk
        on ask -> asked
            by clerk
    state sent
        on withdraw -> done
            by clerk for customer
        on close -> done
            by clerk
    state asked
        on reply -> back            # CD106[on reply] and `new`, `checked`, `sent` say nothing to it
            by customer
    final state done
    """


def test_one_state_says_nothing() -> None:
    text = (
        "first state new\n    on x -> a\n        by clerk\n    on y -> stay\n        by customer\n"
        "state a\n    on x -> done\n        by clerk\n"
    )
    (finding,) = found(text + END)
    assert finding.headline == "`customer` can send `y` at any time, and `a` says nothing to it"
    assert finding.notes == (("a way there", "new -(x)-> a"),)


# Time


LADDER = """
first state new
    team desk
    {first}
    {second}
    on answer -> done
        by clerk, chief
final state done
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("prompt clerk after 2 working days", "alert chief after 2 working days"),
        ("prompt clerk after 2 working hours", "alert chief after 119 working minutes"),
        ("prompt clerk after 2 calendar weeks", "alert chief after 14 calendar days"),
        ("prompt clerk after 2 clock days", "alert chief after 48 clock hours"),
        ("prompt clerk after 1 year", "alert chief after 12 months"),
        ("alert clerk after 2 working days", "escalate to chief after 1 working day"),
        ("escalate to chief after 2 working days", "move to done after 1 working day"),
        ("prompt clerk after 2 working days", "move to done after 2 working days"),
    ],
)
def test_a_ladder_climbs_in_each_kind_of_time(first: str, second: str) -> None:
    mark = "    # CD402 in `new`"
    judge(LADDER.format(first=first, second=second + mark))
    judge(LADDER.format(first=second + mark, second=first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("prompt clerk after 2 working days", "alert chief after 3 working days"),
        ("prompt clerk after 2 working days", "prompt chief after 1 working day"),
        ("prompt clerk after 2 working days", "alert chief after 24 working hours"),
        ("prompt clerk after 2 working hours", "alert chief after 3 clock days"),
        ("prompt clerk after 2 calendar days", "alert chief after 48 clock hours"),
        ("prompt clerk after 28 calendar days", "alert chief after 1 month"),
        ("alert chief after 3 working days", "prompt clerk after 2 working days"),
    ],
)
def test_a_ladder_that_climbs_is_no_finding(first: str, second: str) -> None:
    judge(LADDER.format(first=first, second=second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("prompt clerk after 2 working days", "alert chief after 3 working hours"),
        ("prompt clerk after 2 working hours", "alert chief after 1 clock hour"),
        ("prompt clerk after 2 calendar days", "alert chief after 24 clock hours"),
        ("prompt clerk after 45 calendar days", "alert chief after 1 month"),
    ],
)
def test_kinds_of_time_are_compared_in_the_calendar(first: str, second: str) -> None:
    mark = "    # CD402 before the prompt"
    judge(LADDER.format(first=first, second=second + mark))
    judge(LADDER.format(first=second + mark, second=first))


@program
def test_a_state_and_its_stage_have_a_ladder_each() -> None:
    """
    stage at_work of new
        prompt clerk after 3 working days
        alert  chief after 1 working day            # CD402[1 working day] in `at_work` the alert after 1 working day
    first state new
        team   desk
        alert  chief after 2 working hours
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_promise_counts_down() -> None:
    """
    promise soon
        within   10 working days
        calendar office
        met by   answer
        prompt   assignee when 3 working days left
        alert    chief    when 3 working days left  # CD402[3 working days] the alert of `soon` with 3 working days left
        alert    chief    when 12 working hours left
        alert    chief    when 1 working day left
        prompt   clerk    when 10 working days left     # CD402[10 working days] comes before `soon` has begun to count
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_timers_without_a_calendar_are_said_once_where_the_team_is_missing() -> None:
    """
    stage at_work of new, taken
        prompt clerk after 3 working days
        alert  chief after 5 working days
    first state new
        alert chief after 2 clock hours                 # CD411[2 clock hours] no team has the case in `new`
        on take -> taken
            by clerk
    state taken
        on answer -> owned
            by clerk
    state owned
        team desk
        prompt clerk after 1 working day
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_stage_whose_second_state_may_have_no_team() -> None:
    """
    stage at_work of owned, bare
        prompt clerk after 3 working days               # CD411[3 working days] no team has the case in `bare`
        alert  chief after 5 working days
    first state new
        on one -> owned
            by clerk
        on two -> bare
            by clerk
    state owned
        team desk
        on answer -> bare
            by clerk
    state bare
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_side_step_counts_in_the_calendar_of_the_team_it_came_from() -> None:
    """
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        prompt clerk after 3 working days
        move to back after 5 working days
    final state done
    """


# People


@program
def test_somebody_may_do_it_or_time_does() -> None:
    """
    first state new
        team desk
        on answer -> by_time
        on drop -> done
            by clerk
        on other -> stuck
            by clerk
    state by_time
        on answer -> done
        move to done after 3 working days
    state stuck                     # CD501[state stuck] nobody may do anything that leads out of `stuck`
        on answer -> done
        on remind -> stay
            by clerk
    final state done
    """


@program
def test_nobody_may_do_anything_is_one_finding() -> None:
    """
    case type letter                # CD501[case type letter] nobody may do anything: no transition says who may do it
        edition 1
        use "acme"
    first state new
        on next -> other
    state other
        on next -> done
    final state done
    """


# Seams


@program
def test_another_team_gets_nothing() -> None:
    """
    fields
        late yes/no
            default no
    first state new
        team desk
        on check -> checked                     # CD810[on check] from `new` to `checked` the case goes to another team
            by clerk
        on split -> checked or asked or done
            by clerk
            to checked when late is yes         # CD810[checked] from `new` to `checked`
            to asked when late is no
                hand over
                    says "Please ask."
            to done otherwise
        on other -> done or checked
            by clerk
            to done when late is yes
            to checked otherwise                # CD810[checked] from `new` to `checked`
        on both -> checked
            by clerk
            hand over
                says "Please check."
        move to asked after 3 working days      # CD810 from `new` to `asked`
    state checked
        team board
        on send -> same
            by chief
    state same
        on send -> done
            by chief
        on return -> new                        # CD810[on return] from `same` to `new`
            by chief
    state asked
        team board
        on send -> done
            by chief
    final state done
    """


@program
def test_a_line_that_several_states_share_is_one_finding() -> None:
    """
    stage at_work of new, other
        on check -> checked                     # CD810[on check] from `new` to `checked`
            by clerk
    first state new
        team desk
        on next -> other
            by clerk
    state other
        on next -> done
            by clerk
    state checked
        team board
        on send -> done
            by chief
    final state done
    """


@program
def test_coming_back_to_the_team_that_had_it_all_along_hands_nothing_over() -> None:
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
            by chief
        on send -> done
            by chief
    state asked
        on reply -> back
            by clerk
    final state done
    """


@program
def test_coming_back_from_a_side_step_of_another_team() -> None:
    """
    first state new
        team desk
        on ask -> asked
            by clerk
            hand over
                says "Please ask."
        on send -> done
            by clerk
    state asked
        team board
        on reply -> back                        # CD810[on reply] from `asked` to `new`
            by chief
    final state done
    """


@program
def test_a_state_before_any_team_hands_nothing_over() -> None:
    """
    first state new
        on take -> owned
            by clerk
    state owned
        team desk
        on send -> done
            by clerk
    final state done
    """


@program
def test_the_graph_waits_until_every_name_is_bound() -> None:
    """
    first state new
        on answer -> dome           # CD004[dome] there is no state `dome`
            by clerk
    state lost
    final state done
    """
