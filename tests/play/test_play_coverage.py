"""What scenarios have played of a definition: states, transitions by place, timers."""

from __future__ import annotations

from play_programs import LETTER, checked, played, theatre_of

from casedsl.play.coverage import Coverage, coverage_of

TIMED = LETTER.replace("    move to     back        after", "    move to     done as lost after")


def covered(stories: str, definition: str = LETTER) -> Coverage:
    checked_one = checked(definition + stories)
    theatre = theatre_of(checked_one)
    return coverage_of(theatre.case_type, theatre.workflow, (each.parts for each in played(checked_one)))


def test_everything_that_can_be_played_in_the_order_of_the_definition() -> None:
    none = covered("")
    assert none.percent == 0
    assert none.missing("state") == ("`new`", "`asked`", "`done`")
    assert none.missing("transition") == (
        "`answer` -> `done` in `new`",
        "`look` -> `stay` in `new`",
        "`ask` -> `asked` in `new`",
        "`reply` -> `back` in `asked`",
        "`drop` -> `done` in `asked`",
        "`reply` -> `stay` anywhere",
    )
    assert none.missing("timer") == (
        "prompt `assignee` after 2 working hours in `new`",
        "alert `chief` after 4 working hours in `new`",
        "escalate `chief` after 6 working hours in `new`",
        "move `back` after 3 calendar days in `asked`",
        "`soon` missed",
    )


def test_each_line_that_was_played_counts_once() -> None:
    story = (
        'scenario "{title}"\n    opened 2026-11-02 10:00\n    person kim is clerk\n    as kim do look\n'
        "    as kim do look\n"
        '    as kim do ask with note is "?"\n    as customer do reply\n    wait 3 working hours\n'
    )
    both = covered(story.format(title="One") + story.format(title="Two"))
    assert both.counts("state") == (2, 3)
    assert both.counts("transition") == (3, 6)
    assert both.counts("timer") == (1, 5)
    assert both.percent == 100 * (2 + 3 + 1) // 14


def test_a_state_that_only_time_leads_to() -> None:
    story = (
        'scenario "One"\n    opened 2026-11-02 10:00\n    person kim is clerk\n    as kim do ask with note is "?"\n'
        "    wait 3 calendar days\n    then state is done as lost\n"
    )
    assert covered(story, TIMED).missing("state") == ()


def test_a_scenario_that_stops_has_played_what_it_has() -> None:
    story = 'scenario "One"\n    opened 2026-11-02 10:00\n    as clerk do look\n    then state is done\n'
    assert covered(story).counts("transition") == (1, 6)


def test_what_is_filed_after_the_end_is_no_transition() -> None:
    story = (
        'scenario "One"\n    opened 2026-11-02 10:00 by customer\n    person kim is clerk\n'
        '    as kim do ask with note is "?"\n    as kim do drop\n    as customer do reply with note is "Thanks."\n'
    )
    assert covered(story).counts("transition") == (2, 6)
