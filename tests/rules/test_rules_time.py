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
def test_two_kinds_of_time_are_compared_in_the_calendar() -> None:
    """
    first state new
        team desk
        move to done after 3 working days
        move to old  after 5 calendar days
        move to old  after 1 month          # CD403[1 month] in `new` the move after 1 month never comes
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


@program("CD403")
def test_what_only_holidays_could_let_come_is_a_warning() -> None:
    """
    stage open of new
        move to done after 9 calendar days
    first state new
        team desk
        prompt clerk after 5 working days
        alert chief after 8 working days        # CD403[8 working days] in `new` the alert after 8 working days never
        on answer -> done
            by clerk
    final state done
    """


def test_a_comparison_of_two_kinds_is_no_error() -> None:
    text = (
        "stage open of new\n    move to done after {move}\nfirst state new\n    team desk\n"
        "    alert chief after {alert}\n    on answer -> done\n        by clerk\nfinal state done\n"
    )
    assert the_one(text.format(move="9 calendar days", alert="8 working days"), "CD403").severity == "warning"
    assert the_one(text.format(move="8 working days", alert="9 working days"), "CD403").severity == "error"
    assert [each.code for each in look(text.format(move="12 calendar days", alert="8 working days")).findings] == [
        "CD109", "CD109",
    ]  # fmt: skip


ENDED = """
promise soon
    within {within}
    calendar office
    met by answer
    {step}
    {more}
first state new
    team desk
    move to seen after {first}
    on see -> seen
        by clerk
state seen
    team desk
    move to done after {second}
    on answer -> done
        by clerk
    {back}
final state done
"""


def ended(
    step: str,
    within: str = "10 working days",
    first: str = "3 working days",
    second: str = "4 working days",
    more: str = "",
    back: str = "",
) -> list[str]:
    text = ENDED.format(step=step, within=within, first=first, second=second, more=more, back=back)
    found = look("\n".join(row for row in text.split("\n") if row.strip()) + "\n").findings
    return [finding.headline for finding in found if finding.code == "CD403"]


def test_a_step_of_a_promise_that_time_always_ends_before() -> None:
    """At the latest the case is closed after seven working days."""
    assert ended("alert chief when 2 working days left") == [
        "`soon` is always over before the alert with 2 working days left"
    ]
    assert ended("alert chief when 3 working days left") == []
    assert ended("alert chief when 80% used") == ["`soon` is always over before the alert at 80%"]
    assert ended("alert chief when 70% used") == []
    assert ended("tell customer when missed") == ["`soon` is always over before it can be missed"]
    assert ended("alert chief when 2 calendar days left") == []


def test_where_a_promise_may_last_longer_nothing_is_said() -> None:
    step = "tell customer when missed"
    assert ended(step, second="5 calendar days") == []
    assert ended(step, within="7 working days") == []
    assert ended(step, more="extends on see to 20 working days") != []
    assert ended(step, more="restarts on see") == []
    assert ended(step, more="rolls back") == []
    assert ended(step, back="on again -> new\n        by clerk") == []
    assert ended(step, back="on stop -> back\n        by clerk") == []
