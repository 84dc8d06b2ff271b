"""Each form of `then` comes true where it is so, and where it isn't the line says what is so instead."""

from __future__ import annotations

from play_programs import LETTER, judge, story


@story
def test_a_state_and_an_ending() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00
        person kim is clerk
        then state is new
        as kim do ask with note is "Which?"
        then state is asked
        as kim do drop
        then state is done
        then state is done as dropped
    scenario "Another state"
        opened 2026-11-02 10:00
        wait 1 clock hour
        then state is asked         # INSTEAD[state is asked] the case is in `new` since Monday 2 November 2026, 10:00
    scenario "Another ending"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask with note is "Which?"
        as kim do drop
        then state is done as lost  # INSTEAD the case is in `done` as `dropped` since Monday 2 November 2026, 10:00
    """


@story
def test_who_may() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00
        person kim is clerk
        person cam is customer
        then kim may answer
        then cam may not answer
        then cam may not answer because "only clerk, chief may"
        as kim do look
        then kim may not answer because "But not  who did look"
        then kim may not answer because "is not for whoever did"
    scenario "May not"
        opened 2026-11-02 10:00
        person cam is customer
        then cam may answer         # INSTEAD[cam may answer] only clerk, chief may `answer`; Cam is customer
    scenario "May"
        opened 2026-11-02 10:00
        person kim is clerk
        then kim may not answer     # INSTEAD `kim` may
    scenario "Another reason"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do look
        then kim may not answer because "only a chief may"      # INSTEAD Kim did `look`
    """


@story
def test_what_time_said() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00 by customer
        given topic is "Rain"
        person kim is clerk
        then assignee was not prompted
        wait until 2026-11-02 14:00
        then assignee was prompted
        then assignee was prompted at 2026-11-02 12:00
        then assignee was not prompted at 2026-11-02 13:00
        then chief was alerted at 2026-11-02 14:00
        then chief was not prompted
        then customer was not sent late
        wait until 2026-11-04 17:00
        then customer was sent late at 2026-11-04 17:00
        then customer was sent late saying "late rain"
        then customer was sent late saying " RAIN" at 2026-11-04 17:00
        then customer was not sent late saying "Snow"
        then nobody was sent late saying "Snow"
        then customer was told
    scenario "At another time"
        opened 2026-11-02 10:00
        wait until 2026-11-03 10:00
        then assignee was prompted at 2026-11-02 11:00    # INSTEAD was prompted at Monday 2 November 2026, 12:00
    scenario "Not yet"
        opened 2026-11-02 10:00
        then chief was alerted      # INSTEAD[chief was alerted] `chief` was alerted at no time so far
    scenario "After all"
        opened 2026-11-02 10:00
        wait 1 working day
        then chief was not alerted  # INSTEAD `chief` was alerted at Monday 2 November 2026, 14:00
    scenario "Other words"
        opened 2026-11-02 10:00 by customer
        given topic is "Rain"
        wait until 2026-11-04 17:00
        then customer was sent late saying "Snow"   # INSTEAD `late` says at Wednesday 4 November 2026, 17:00: Late Rain
    scenario "The same words"
        opened 2026-11-02 10:00 by customer
        given topic is "Rain"
        wait until 2026-11-04 17:00
        then customer was not sent late saying "rain"   # INSTEAD `customer` was sent `late` at Wednesday
    scenario "Another template"
        opened 2026-11-02 10:00 by customer
        then customer was sent late # INSTEAD `customer` was sent `late` at no time so far
    """


PASSED_ON = """\
state passed "Passed on"
    on note_it -> stay "Note it"
        by      chief
    move to     done as lost     after 2 clock days
        purpose "Nobody answers."
"""
PASSES = """\
    on pass_on -> passed "Pass on"
        by      clerk
        hand over
            says "Look at: {topic}."
"""


def test_what_was_handed_over() -> None:
    """The last event counts; what time moves hands over nothing."""
    letter = LETTER.replace("    on look -> stay", f"{PASSES}    on look -> stay")
    judge(HANDED_OVER, letter.replace("state asked", f"{PASSED_ON}state asked"))


HANDED_OVER = """
scenario "So"
    opened 2026-11-02 10:00
    given topic is "Rain"
    then nothing was handed over
    as clerk do pass_on
    then "look at:  rain." was handed over
    wait 1 clock day
    then "Rain" was handed over
    as chief do note_it
    then nothing was handed over
scenario "After a move"
    opened 2026-11-02 10:00
    as clerk do pass_on
    wait 2 clock days
    then nothing was handed over
scenario "Other words"
    opened 2026-11-02 10:00
    given topic is "Rain"
    as clerk do pass_on
    then "Snow" was handed over     # INSTEAD this was handed over at Monday 2 November 2026, 10:00: Look at: Rain.
scenario "Something"
    opened 2026-11-02 10:00
    as clerk do pass_on
    then nothing was handed over    # INSTEAD this was handed over at Monday
scenario "Nothing"
    opened 2026-11-02 10:00
    then "Snow" was handed over     # INSTEAD nothing was handed over at Monday 2 November 2026, 10:00
"""


@story
def test_how_a_promise_stands() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00
        person kim is clerk
        then soon is due at 2026-11-04 17:00
        then soon is running
        as kim do ask with note is "Which?"
        then soon is paused
        wait until 2026-11-03 10:00
        as kim do drop
        then soon is cancelled at 2026-11-03 10:00
    scenario "Met"
        opened 2026-11-02 10:00
        person kim is clerk
        wait 1 working hour
        as kim do answer with fee is 3 GBP, urgent is no, called is 2026-11-02 10:30
        then soon is met at 2026-11-02 11:00
        then soon is missed         # INSTEAD[soon is missed] `soon` is met since Monday 2 November 2026, 11:00
    scenario "Missed"
        opened 2026-11-02 10:00
        wait until 2026-11-04 17:00
        then soon is missed at 2026-11-04 17:00
        then soon is missed at 2026-11-04 16:00     # INSTEAD `soon` is missed since Wednesday 4 November 2026, 17:00
    scenario "Due at another time"
        opened 2026-11-02 10:00
        then soon is due at 2026-11-05 17:00        # INSTEAD[soon is due] due at Wednesday 4 November 2026, 17:00
    """


@story
def test_what_fields_hold() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00
        given kind is missed, fee is 12.50 GBP, urgent is yes, called is 2026-11-01 09:30, topic is "Rain"
        then kind is missed
        then fee is 12.50 GBP
        then urgent is yes
        then called is 2026-11-01 09:30
        then topic is "Rain"
        then topic is set
    scenario "Not set"
        opened 2026-11-02 10:00
        then fee is not set
        then fee is set             # INSTEAD[fee is set] `fee` is not set
    scenario "Set"
        opened 2026-11-02 10:00
        given fee is 5 GBP
        then fee is not set         # INSTEAD `fee` is 5.00 GBP
    scenario "Another value"
        opened 2026-11-02 10:00
        given kind is missed
        then kind is plain          # INSTEAD `kind` is missed
    """


def test_nobody_is_assigned_where_a_team_assigns_nobody() -> None:
    judge(
        """
        scenario "So"
            opened 2026-11-02 10:00
            person kim is clerk
            then assignee is not set
            wait 1 working day
            then chief is responsible
        scenario "Assigned"
            opened 2026-11-02 10:00
            person kim is clerk
            then assignee is kim    # INSTEAD[assignee is kim] nobody is assigned
        scenario "Nothing escalated"
            opened 2026-11-02 10:00
            then chief is responsible       # INSTEAD nothing is escalated
        scenario "Another role"
            opened 2026-11-02 10:00
            wait 6 working hours
            then clerk is responsible       # INSTEAD `chief` is responsible since Monday 2 November 2026, 16:00
        """
    )


@story
def test_who_sees_what() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00
        given fee is 5 GBP
        person cam is customer
        person dan is customer
        then cam sees fee
        then customer sees topic
        then dan does not see fee
        then dan does not see topic because "it is public, and Dan has no role in this case"
    scenario "Sees"
        opened 2026-11-02 10:00
        person cam is customer
        then cam does not see fee   # INSTEAD[cam does not see fee] `cam` sees `fee`
    scenario "Does not see"
        opened 2026-11-02 10:00
        person cam is customer
        person dan is customer
        then dan sees fee           # INSTEAD[dan sees fee] it is public, and Dan has no role in this case
    scenario "Another reason"
        opened 2026-11-02 10:00
        person cam is customer
        person dan is customer
        then dan does not see fee because "is cleared for"  # INSTEAD it is public, and Dan has no role in this case
    """


@story
def test_what_nobody_may_and_nobody_heard() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00 by customer
        person kim is clerk
        then nobody may drop
        then nobody was prompted
        then nobody was sent late
        then nobody is responsible
    scenario "Somebody may"
        opened 2026-11-02 10:00
        then nobody may ask         # INSTEAD[nobody may ask] `another clerk` may
    scenario "Somebody who isn't named may"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do look
        then nobody may answer      # INSTEAD `another clerk` may
    scenario "Prompted after all"
        opened 2026-11-02 10:00
        wait 1 working day
        then nobody was prompted    # INSTEAD somebody was prompted at Monday 2 November 2026, 12:00
    scenario "Responsible after all"
        opened 2026-11-02 10:00
        wait 1 working day
        then nobody is responsible  # INSTEAD `chief` is responsible since Monday 2 November 2026, 16:00
    """


@story
def test_what_can_be_done_at_all() -> None:
    """
    scenario "So"
        opened 2026-11-02 10:00 by customer
        person kim is clerk
        then nothing can be done but answer, look, ask, reply, kind
        as kim do ask with note is "Which?"
        then nothing can be done but drop, reply
    scenario "An event"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask with note is "Which?"
        then nothing can be done but reply      # INSTEAD `kim` may `drop`
    scenario "A field"
        opened 2026-11-02 10:00
        then nothing can be done but answer, look, ask, reply       # INSTEAD `clerk` may change `kind`
    scenario "Nothing"
        opened 2026-11-02 10:00
        then nothing can be done    # INSTEAD[nothing can be done] may `answer`
    scenario "The end"
        opened 2026-11-02 10:00
        person kim is clerk
        as kim do ask with note is "Which?"
        as kim do drop
        then nothing can be done    # INSTEAD the case has ended in `done` since Monday 2 November 2026, 10:00
    """
