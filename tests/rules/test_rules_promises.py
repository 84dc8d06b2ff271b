"""Promises: where their time stands still, somebody else has the ball, and time ends it."""

from __future__ import annotations

from rule_programs import look, program, the_one


@program("CD407", "CD408")
def test_time_that_leads_on_to_another_pause_ends_nothing() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked, reminded, sent     # CD407[reminded] `soon` can stand still in `reminded` for ever
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer
        move to reminded after 7 calendar days
        on reply -> new
            by clerk for customer
    state reminded
        waiting on customer
        prompt customer after 7 calendar days
        on reply -> new
            by clerk for customer
        on send -> sent
            by clerk
    state sent
        waiting on customer
        move to back after 7 calendar days
        on reply -> new
            by clerk for customer
    final state done
    """


@program("CD407")
def test_a_circle_of_pauses_is_one_finding() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked, reminded           # CD407[asked] `soon` can stand still in `asked` for ever
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        move to reminded after 7 calendar days  # CD105
        on reply -> new
            by clerk for customer
    state reminded
        move to asked after 7 calendar days
        on reply -> new
            by clerk for customer
    final state done
    """


@program("CD407")
def test_a_promise_that_was_kept_can_t_stand_still() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked
    first state new
        team desk
        on answer -> asked
            by clerk
    state asked
        waiting on customer
        prompt customer after 7 calendar days
        on reply -> done
            by clerk for customer
    final state done
    """


@program("CD407")
def test_people_can_go_round_without_the_time_of_a_promise() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked, sent               # CD407[asked] `soon` can stand still for ever: a case can go round without
        pauses from held_from to held_to
    promise later
        within 10 working days
        calendar office
        met by answer
        pauses in asked, sent at most 9 working days
    fields
        held_from date
        held_to date
    first state new
        team desk
        on ask -> asked
            by clerk
            needs held_from, held_to
        on answer -> done
            by clerk
    state asked
        waiting on customer
        move to new after 7 calendar days
        on send -> sent
            by clerk
    state sent
        waiting on customer
        move to new after 7 calendar days
        on ask -> asked
            by clerk
    final state done
    """


@program("CD407")
def test_a_side_step_of_a_pause_is_a_way_round_too() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked, sent               # CD407[asked] `soon` can stand still for ever: a case can go round without
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer
        move to new after 7 calendar days
        on send -> sent
            by clerk
    state sent
        waiting on customer
        move to back after 7 calendar days
    final state done
    """


@program("CD407")
def test_a_way_round_on_which_the_time_runs_somewhere_ends() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        pauses in asked, sent
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer
        move to back after 7 calendar days
        on send -> sent
            by clerk
    state sent
        waiting on customer
        move to back after 7 calendar days
        on again -> new
            by clerk
    final state done
    """


def test_the_way_to_an_endless_pause_does_not_keep_the_promise() -> None:
    """The shortest way to `asked` keeps the promise; the way that is shown doesn't."""
    text = (
        "promise soon\n    within 10 working days\n    calendar office\n    met by answer\n    pauses in asked\n"
        "first state new\n    team desk\n    on answer -> asked\n        by clerk\n"
        "    on look -> seen\n        by clerk\n"
        "state seen\n    on ask -> asked\n        by clerk\n    on answer -> done\n        by clerk\n"
        "state asked\n    waiting on customer\n    prompt customer after 7 calendar days\n"
        "    on reply -> seen\n        by clerk for customer\nfinal state done\n"
    )
    finding = the_one(text, "CD407")
    assert finding.notes[0] == ("a way there", "new -(look)-> seen -(ask)-> asked")
    assert [step.text for step in finding.steps] == ["`new` -> `seen` on `look`", "`seen` -> `asked` on `ask`"]


PARKED = """
promise soon
    within 10 working days
    calendar office
    met by answer
    pauses in parked
first state new
    team desk
    on park -> parked
        by {stops}
    on answer -> done
        by clerk
state parked
    {waits}
    move to {moved} after 10 working days
    on take_up -> {back}
        by {starts}
final state done
"""


def hidden(
    stops: str, starts: str, waits: str = 'purpose "Later."', back: str = "back", moved: str = "back"
) -> list[str]:
    found = look(PARKED.format(stops=stops, starts=starts, waits=waits, back=back, moved=moved)).findings
    return [finding.headline for finding in found if finding.code == "CD408"]


def test_one_role_that_stops_and_starts_the_time() -> None:
    said = "`clerk` can stop the time of `soon` and let it run again, and waits on nobody meanwhile"
    assert hidden("clerk", "clerk") == [said]
    assert hidden("chief, clerk", "customer, clerk") == [said]
    assert hidden("clerk", "clerk", "waiting on clerk") == [said]
    assert hidden("clerk for chief", "clerk") == [said]


def test_who_waits_on_another_hides_nothing() -> None:
    assert hidden("clerk", "clerk", "waiting on customer") == []
    assert hidden("clerk", "clerk", "waiting on clerk, customer") == []
    assert hidden("clerk", "chief") == []
    assert hidden("clerk", "customer") == []
    assert hidden("clerk", "clerk for customer") == []
    assert hidden("clerk for customer", "clerk") == []
    assert hidden("clerk", "clerk", back="done", moved="new") == []


def test_the_circle_of_a_hidden_pause_is_shown() -> None:
    text = PARKED.format(stops="clerk", starts="clerk", waits='purpose "Later."', back="back", moved="back")
    finding = the_one(text, "CD408")
    assert finding.notes[0] == ("the circle", "new -(park)-> parked -(take_up)-> new")
    assert len(finding.steps) == 2
