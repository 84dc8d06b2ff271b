"""What people do and how time passes: accepted, refused, waited for; and how a scenario that stops is told."""

from __future__ import annotations

from play_programs import LETTER, checked, judge, played, story, theatre_of

from casedsl.report.text import full


@story
def test_what_is_done_is_accepted_or_refused() -> None:
    """
    scenario "Accepted"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do answer with fee is 3 GBP, urgent is no, called is 2026-11-02 09:00
        then state is done
    scenario "Refused as it should be"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask but is refused
        as kim do ask but is refused because "needs a note"
        as kim do look
        as kim do answer but is refused because "but not who did look"
        then state is new
    scenario "Refused"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask                               # INSTEAD `ask` needs a note
    scenario "Not refused"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do look but is refused               # INSTEAD `look` of `kim` is not refused
    scenario "Refused for another reason"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask but is refused because "who did look"     # INSTEAD `ask` needs a note
    scenario "Not here"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do drop                              # INSTEAD `drop` can't be done in `new`
    scenario "Opened for somebody else"
        opened 2026-11-02 10:00 by clerk for customer
        then state is new
    """


@story
def test_fields_are_changed() -> None:
    """
    scenario "Changed"
        opened 2026-11-02 10:00
        given kind is plain
        person kim is clerk
        as kim change kind to plain
        then kind is plain
        as kim change kind to not set
        then kind is not set
        as kim change kind to missed
        then kind is missed
    scenario "Not for everybody"
        opened 2026-11-02 10:00
        as chief change kind to missed but is refused because "only clerk may change"
        as chief change kind to missed              # INSTEAD the change of `chief` is refused
    """


@story
def test_somebody_with_a_role_does_it() -> None:
    """
    scenario "The first who holds it"
        opened 2026-11-02 10:00 by customer
        person kim is clerk
        as clerk do look
        then kim may not answer because "but not who did look"
    scenario "Somebody joins"
        opened 2026-11-02 10:00
        as clerk do ask with note is "Which?"
        as customer do reply
        then state is new
    scenario "The customer of this case only"
        opened 2026-11-02 10:00 by pat
        person pat is customer
        person cam is customer
        as clerk do ask with note is "Which?"
        then cam may not reply
        as pat do reply
    """


@story
def test_time_passes_in_the_calendar_of_the_team() -> None:
    """
    scenario "Over the weekend"
        opened 2026-11-06 15:00
        wait 2 working hours
        wait 1 working hour
        then assignee was prompted at 2026-11-06 17:00
        then chief was not alerted
        wait 1 working hour of office
        then chief was alerted at 2026-11-09 11:00
        wait 3 calendar days
        wait 10 clock minutes
        wait until 2026-11-12 11:10
    scenario "Time never goes back"
        opened 2026-11-02 10:00
        wait 2 working days
        wait until 2026-11-04 16:59                 # INSTEAD[2026-11-04 16:59] it is Wednesday 4 November 2026, 17:00
    scenario "24:00 ends a day"
        opened 2026-11-02 24:00
        wait until 2026-11-03 00:00
        wait until 2026-11-03 24:00
        then assignee was prompted at 2026-11-03 11:00
    scenario "Further than the calendars reach"
        opened 2026-11-02 10:00
        wait 40 years                               # INSTEAD the calendars don't reach as far as this scenario
    """


@story
def test_time_acts_in_order_between_the_lines() -> None:
    """
    scenario "Back by itself, and its timers go on"
        opened 2026-11-02 10:00
        person kim is clerk
        wait 1 working hour
        as kim do ask with note is "Which?"
        wait until 2026-11-05 12:00
        then state is new
        then assignee was prompted at 2026-11-05 12:00
    scenario "An answer at the very instant comes too late"
        opened 2026-11-02 10:00
        person kim is clerk
        wait until 2026-11-04 17:00
        as kim do answer with fee is 3 GBP, urgent is no, called is 2026-11-02 09:00
        then soon is missed
    """


def test_what_is_due_at_once_happens_before_the_next_line() -> None:
    promise = (
        "promise looked\n    within 1 working day\n    calendar office\n    from called\n    met by answer\n"
        "    tell chief when missed with late\n"
    )
    told = (
        'scenario "At once"\n    opened 2026-11-02 10:00\n    person kim is clerk\n    wait 1 clock hour\n'
        "    as kim do look with called is 2026-10-20 10:00\n    then looked is missed\n"
        "    then chief was sent late at 2026-11-02 11:00\n"
    )
    definition = LETTER.replace("first state new", f"{promise}first state new")
    looks = '    on look -> stay "Look"\n        by      clerk\n'
    (one,) = played(checked(definition.replace(looks, f"{looks}        needs   called\n") + told))
    assert one.failure is None, one.failure


STORY = """
scenario "Nobody acts"
    opened 2026-11-02 10:00
    person kim is clerk
    wait until 2026-11-02 14:00
    then state is done
    then state is asked
"""


def test_a_scenario_that_stops_is_told_like_a_finding() -> None:
    definition = checked(LETTER + STORY.lstrip())
    (one,) = played(definition)
    assert one.failure is not None
    line = LETTER.count("\n") + 5
    assert full((one.failure,), definition.sources) == (
        "error: `state is done` isn't so\n"
        f"   --> letter.case:{line}:10\n"
        f"{line} |     then state is done\n"
        "   |          ^^^^^^^^^^^^^\n"
        "   = so instead   the case is in `new` since Monday 2 November 2026, 10:00\n"
        "   = now          Monday 2 November 2026, 14:00\n"
        "   = last steps   Monday 2 November 2026, 10:00 Customer opened the case: New\n"
        "   =              Monday 2 November 2026, 12:00 time reminded Kim, because nobody acted for 2 working hours\n"
        "   =              Monday 2 November 2026, 14:00 time alerted Chief (nobody holds it), because nobody acted "
        "for 4 working hours\n"
    )


def test_the_last_steps_are_shown_and_no_more() -> None:
    looks = "    as kim do look\n" * 9
    (one,) = judge(
        f'scenario "Many"\n    opened 2026-11-02 10:00\n    person kim is clerk\n{looks}'
        "    then state is done      # INSTEAD the case is in `new`\n"
    )
    assert one.failure is not None
    heads = [head for head, _ in one.failure.notes]
    assert heads == ["so instead", "now", "last steps", "", "", "", ""]


def test_a_scenario_is_played_the_same_every_time() -> None:
    definition = checked(LETTER + STORY.lstrip())
    one, other = played(definition)[0], played(definition)[0]
    assert [entry.hash for entry in one.host.history(one.number)] == [
        entry.hash for entry in other.host.history(other.number)
    ]


def test_scenarios_change_no_byte_of_what_is_compiled() -> None:
    without, with_one = theatre_of(checked(LETTER)), theatre_of(checked(LETTER + STORY.lstrip()))
    assert with_one.compiled == without.compiled
