"""Time: who waits is heard of, and what time is told to do comes."""

from __future__ import annotations

from rule_programs import look, program, the_one

# Nobody hears of it (CD401)


@program("CD401")
def test_a_timer_of_a_stage_is_enough() -> None:
    """
    stage open of new, asked
        alert chief after 10 working days
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer
        on reply -> new
            by clerk for customer
    final state done
    """


@program("CD401")
def test_a_stage_around_another_state_is_not() -> None:
    """
    stage open of new
        alert chief after 10 working days
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer, chief  # CD401[customer] a case in `asked` waits on `customer`, and nobody ever hears
        on reply -> new
            by clerk for customer
    final state done
    """


@program("CD401")
def test_who_waits_on_nobody_needs_no_timer_and_an_island_is_not_waited_in() -> None:
    """
    first state new
        team desk
        on answer -> done
            by clerk
    state lost                      # CD101
        waiting on customer
        on reply -> new
            by clerk for customer
    final state done
        waiting on customer
    """


PROMISE = """
promise soon
    within 10 working days
    calendar office
    from   {since}
    met by answer
    {more}
first state new
    team desk
    on ask -> asked
        by clerk
    on answer -> answered
        by clerk
state asked
    waiting on customer
    on reply -> {reply}
        by clerk for customer
state answered
    team desk
    waiting on customer
    on ask -> asked
        by clerk
    on file -> done
        by clerk
final state done
"""
STEPS = "alert chief when 2 working days left"


def silent(more: str, since: str = "opened", reply: str = "new") -> list[str]:
    """The states of which nobody hears."""
    found = look(PROMISE.format(more=more, since=since, reply=reply)).findings
    return [finding.headline.split("`")[1] for finding in found if finding.code == "CD401"]


def test_a_step_of_a_promise_that_runs_meanwhile_is_enough() -> None:
    assert silent(STEPS) == ["answered"]
    assert silent("tell customer when missed") == ["answered"]


def test_a_promise_without_steps_or_one_that_stands_still_is_not() -> None:
    assert silent("") == ["asked", "answered"]
    assert silent(f"{STEPS}\n    pauses in asked") == ["asked", "answered"]


def test_a_promise_that_has_not_begun_says_nothing() -> None:
    assert silent(STEPS, since="reply") == ["answered"]
    assert silent(STEPS, since="reply", reply="done") == ["asked", "answered"]
    assert silent(STEPS, since="file") == ["asked", "answered"]


def test_what_follows_for_a_promise_is_a_note_and_no_finding_of_its_own() -> None:
    found = look(PROMISE.format(more="pauses in asked", since="opened", reply="new")).findings
    asked = next(finding for finding in found if finding.code == "CD401")
    assert asked.notes == (
        ("a way there", "new -(ask)-> asked"),
        ("so", "`soon` can stand still there for ever, neither kept nor missed"),
    )
    assert [step.text for step in asked.steps] == ["`new` -> `asked` on `ask`"]
    assert "CD407" not in {finding.code for finding in found}


# What never comes (CD403)


@program("CD403")
def test_the_second_of_two_moves_never_comes() -> None:
    """
    first state new
        team desk
        move to done after 3 working days
        move to old  after 5 working days       # CD403[5 working days] in `new` the move after 5 working days never
        on drop -> old
            by clerk
    state old
        team desk
        move to done as one after 2 calendar weeks
        move to done as two after 14 calendar days      # CD403[14 calendar days] in `old`
        on drop -> done
            by clerk
    final state done
    """


@program("CD403")
def test_two_kinds_of_time_are_not_compared() -> None:
    """
    first state new
        team desk
        move to done after 3 working days
        move to old  after 5 calendar days
        move to old  after 1 month
        on drop -> old
            by clerk
    state old
        on drop -> done
            by clerk
    final state done
    """


@program("CD403")
def test_a_move_to_a_side_step_only_interrupts() -> None:
    """
    first state new
        team desk
        move to asked after 3 working days
        move to done  after 5 working days
        on answer -> done
            by clerk
    state asked
        move to back after 3 working days
        move to done after 5 working days       # CD403 in `asked` the move after 5 working days never comes
    final state done
    """


@program("CD403")
def test_a_stage_that_moves_on_ends_what_lies_inside() -> None:
    """
    stage open of new, seen
        move to done after 5 working days
    stage early of new
        alert chief after 6 working days        # CD403[6 working days] in `early` the alert
    stage wide of new, seen, old
        alert chief after 6 working days
    first state new
        team desk
        prompt clerk after 5 working days
        alert chief after 6 working days        # CD403[6 working days] in `new` the alert after 6 working days
        on see -> seen
            by clerk
        on keep -> old
            by clerk
    state seen
        alert chief after 6 calendar days
        on answer -> done
            by clerk
    state old
        alert chief after 6 working days
        on answer -> done
            by clerk
    final state done
    """


@program("CD403")
def test_a_stage_that_only_goes_on_elsewhere_does_not() -> None:
    """
    stage open of new, seen
        move to seen after 3 working days
    stage aside of new
        move to asked after 3 working days
    first state new
        team desk
        alert chief after 6 working days
        on see -> seen
            by clerk
    state seen
        alert chief after 6 working days
        on again -> new
            by clerk
        on answer -> done
            by clerk
    state asked
        move to back after 3 working days
    final state done
    """


@program("CD403")
def test_teams_with_calendars_of_their_own_are_not_compared() -> None:
    """
    case type letter
        edition 1
        use "night"
    stage open of new, seen
        move to done after 5 working days
    first state new
        team desk
        alert chief after 6 working days
        on see -> seen
            by clerk
            hand over
                says "See."
    state seen
        team night
        on answer -> done
            by clerk
    final state done
    --- night.case
    organisation night
        edition 1
        use "acme"
    calendar always
        zone Asia/Tokyo
        open sat-fri hours 00:00-24:00
    role watch
    team night
        people   clerk, watch
        calendar always
    """


@program("CD403")
def test_a_promise_that_stands_still_everywhere() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        from   ask
        met by answer
        pauses in asked, seen       # CD403[asked] the time of `soon` never runs: it stands still wherever
    first state new
        team desk
        on ask -> asked
            by clerk
    state asked
        waiting on customer
        on reply -> seen
            by clerk for customer
    state seen
        on answer -> answered
            by clerk
    state answered
        on file -> done
            by clerk
    final state done
    """


@program("CD403")
def test_a_promise_that_begins_at_the_end() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        from   answer               # CD403[answer] the time of `soon` never runs: with `answer` the case is over
        met by file
    first state new
        on answer -> done
            by clerk
        on file -> stay
            by clerk
    final state done
    """


@program("CD403")
def test_an_event_that_stays_begins_a_promise_too() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        from   note_down
        met by answer
    first state new
        on note_down -> stay
            by clerk
        on answer -> done
            by clerk
    final state done
    """


def test_taking_the_line_out_is_offered() -> None:
    text = (
        "first state new\n    team desk\n    move to done after 3 working days\n    move to done after 4 working days\n"
        "    on answer -> done\n        by clerk\nfinal state done\n"
    )
    finding = the_one(text, "CD403")
    assert finding.fix is not None
    assert not finding.fix.safe
    (edit,) = finding.fix.edits
    assert (edit.span.line, edit.text) == (7, None)
