"""3xx: fields that are unset where they are used, or used for nothing."""

from __future__ import annotations

from rule_programs import program, the_one

FIELDS = ("CD301", "CD302", "CD306", "CD308")


@program(*FIELDS)
def test_a_message_says_what_is_known_on_every_way() -> None:
    """
    fields
        reply text
        cause text
            default "Unknown"
        extra text
    first state new
        team desk
        prompt clerk after 3 working days with reminder # CD301[reminder] message `reminder` can be sent while `reply`
        on answer -> sent
            by clerk
            needs reply
            send answered to customer
    state sent
        team desk
        prompt clerk after 3 working days with reminder
        on reopen -> new
            by clerk
            clears reply
            send answered to customer     # CD301[answered] message `answered` can be sent while `reply` is unset
        on close -> done
            by clerk
    final state done
    template answered
        subject "{cause}"
        body "{reply} {extra, if set}"
    template reminder
        subject "Reply"
        body "{reply}"
    """


@program(*FIELDS)
def test_a_field_that_is_set_from_an_unset_one() -> None:
    """
    fields
        fee  integer 0..99
        paid integer 0..99
            changed by clerk
    first state new
        on pay -> done
            by clerk
            set paid to fee               # CD301[paid] `paid` can be set while `fee` is unset
        on pay_known -> done
            by clerk
            needs fee
            set paid to fee
    final state done
    """


@program(*FIELDS)
def test_what_is_set_is_read() -> None:
    """
    fields
        late  yes/no
        noted yes/no
        asked yes/no
        known yes/no
            changed by clerk
    first state new
        on pay -> stay
            by clerk
            set late to yes, noted to yes, asked to yes, known to yes   # CD302[noted] `noted` is set and never read
        on ask -> stay
            by clerk
            needs asked
        on close -> done
            by clerk
            when late is set and late is yes
        on leave -> done
            by clerk
    final state done
    """


@program(*FIELDS)
def test_a_case_without_a_field_can_be_stuck() -> None:
    """
    fields
        reply text
        other text
            changed by clerk in second
        third text
    first state new
        on one -> first
            by clerk
        on two -> second
            by clerk
        on three -> third_state
            by clerk
        on four -> fourth
            by clerk
    state first                           # CD306 a case that gets to `first` without `reply` never leaves it
        on close -> done
            by clerk
            when reply is set
    state second
        on close -> done
            by clerk
            when other is set
    state third_state
        on fill -> stay
            by clerk
            needs third
        on close -> done
            by clerk
            when third is set
    state fourth
        team desk
        move to done after 3 working days
        on close -> done
            by clerk
            when reply is set
    final state done
    """


@program(*FIELDS)
def test_free_text_decides_nothing() -> None:
    """
    fields
        mood text
        note_ text
            asked when mood is "Angry"    # CD308[mood is "Angry"]
    priority
        score 5 in 0..9
        plus 1 when mood is not "Calm" up to 9  # CD308
    first state new
        on close -> done
            by clerk
            needs mood, note_
        on leave -> done
            by clerk
            when mood is set
    final state done
    """


def test_what_is_unset_there_is_named_with_its_way() -> None:
    finding = the_one(
        """
        fields
            reply text
        first state new
            on read -> open
                by clerk
        state open
            on close -> done
                by clerk
                send answered to customer
        final state done
        template answered
            subject "Our answer"
            body "{reply}"
        """,
        "CD301",
    )
    assert ("a way there", "new -(read)-> open -(close)-> done") in finding.notes
    assert finding.way_out == "add `reply` to `needs` of `on close`, or write `{reply, if set}`"
