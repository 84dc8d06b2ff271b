"""Access: who acts sees what decides (CD502), can be given what an event asks for (CD306), and what `seen by` opens was
closed (CD506)."""

from __future__ import annotations

from rule_programs import program, the_one


@program("CD502")
def test_every_role_of_a_line_is_asked_and_each_condition() -> None:
    """
    case type letter
        edition 1
        use "ward"
    fields
        fee  integer 0..9
            default 0
            class internal
        risk integer 0..9
            default 0
            class secret
    first state new  # CD501
        on answer -> done
            by nurse, doctor        # CD502[nurse] `nurse` may do `answer`, and doesn't see `risk`, which decides
            when fee > 3 or risk > 3
        on drop -> done
            by doctor
            when risk > 3
    final state done
    --- ward.case
    organisation ward
        edition 1
        use "acme"
    role nurse "Nurse"
        cleared for internal
    role doctor "Doctor"
        cleared for secret
    """


@program("CD502")
def test_one_field_that_a_role_does_not_see_is_one_finding() -> None:
    """
    fields
        risk integer 0..9
            default 0
            class secret
    first state new  # CD501
        on answer -> done
            by clerk                # CD502
            when risk > 3
        on drop -> done
            by clerk, chief         # CD502[chief]
            when risk > 4
    final state done
    """


@program("CD502")
def test_who_answers_knows_what_decides() -> None:
    """
    fields
        risk integer 0..9
            class secret
        size integer 0..9
            class secret
            from chief
    first state new
        on answer -> done
            by clerk                # CD502 doesn't see `size`
            needs risk, size
            when risk > 3 and size > 3
        on take -> stay
            by chief
            needs size
    final state done
    """


@program("CD502")
def test_what_only_the_party_supplies_is_its_own() -> None:
    """
    fields
        risk integer 0..9
            class secret
            from customer
        size integer 0..9
            class secret
            from customer
    first state new
        on answer -> done
            by customer             # CD502 doesn't see `size`
            when risk is set and risk > 3 and size is set and size > 3
        on guess -> stay
            by clerk
            set size to 3
        on drop -> done
            by clerk
    final state done
    """


@program("CD502")
def test_after_an_event_that_happened_on_every_way() -> None:
    """
    fields
        risk integer 0..9
            default 0
            class secret
            seen by customer after tell
    first state new
        on tell -> told
            by clerk
        on skip -> skipped
            by clerk
    state told
        on answer -> done
            by customer
            when risk > 3
        on reset -> new
            by clerk
        on park -> parked
            by clerk
    state skipped
        on object -> done
            by customer             # CD502[customer] `customer` may do `object`
            when risk > 3
        on drop -> done
            by clerk
    state parked  # CD501
        on wake -> back
            by customer
            when risk > 3
    final state done
    anywhere
        on answer -> stay
            by customer
        on object -> stay
            by customer
        on wake -> stay
            by customer
    """


@program("CD502")
def test_an_event_that_asks_for_the_other_one_first() -> None:
    """
    fields
        risk integer 0..9
            default 0
            class secret
            seen by customer after tell
    first state new
        on tell -> stay
            by clerk
        on answer -> done
            by customer
            when tell has happened and risk > 3
    final state done
    """


@program("CD502")
def test_without_classes_everybody_sees() -> None:
    """
    case type letter
        edition 1
        use "plain"
    fields
        risk integer 0..9
            default 0
    first state new  # CD501
        on answer -> done
            by clerk
            when risk > 3
    final state done
    --- plain.case
    organisation plain
        edition 1
    role clerk "Clerk"
    """


@program("CD306")
def test_an_amendment_a_combination_and_somebody_else_supply() -> None:
    """
    case type letter
        edition 1
        use "ward"
    fields
        one   text
            from patient
            changed by clerk in new
        two   text
            from clerk
        three text
            from patient
        four  text
            from doctor
        five  text
            from doctor
            default "None"
    first state new
        on pay -> done
            by nurse
            needs one, two, three, four, five       # CD306[four] nobody who may do `pay` may give `four`
        on tell -> stay
            by nurse for patient
            needs three
        on refuse -> done
            by nurse
    final state done
    --- ward.case
    organisation ward
        edition 1
        use "acme"
    role nurse "Nurse"
    role doctor "Doctor"
    role patient "Patient" outside
    may be both nurse, clerk
    """


@program("CD306")
def test_who_can_be_asked_first_supplies() -> None:
    """
    fields
        account text
            from customer
    first state new
        on pay -> done
            by clerk
            needs account
        on ask -> asked
            by clerk
    state asked
        on tell -> back
            by customer
            needs account
    final state done
    anywhere
        on tell -> stay
            by customer
    """


@program("CD306")
def test_where_every_way_on_asks_for_it_no_case_goes_on() -> None:
    """
    fields
        account text
            from customer
    first state new                 # CD306[first state new] a case that gets to `new` without `account` never leaves it
        on pay -> done
            by clerk
            needs account
        on refuse -> done
            by chief
            needs account
    final state done
    """


@program("CD208", "CD306")
def test_what_must_have_been_given_before_is_set_afterwards() -> None:
    """
    fields
        account integer 0..9
            from customer
    first state new
        on look -> seen
            by clerk
            needs account           # CD306
        on close -> done
            by clerk
    state seen
        on pay -> done
            by clerk
            when account > 3
        on drop -> done
            by clerk
    final state done
    """


@program("CD208", "CD299", "CD306")
def test_no_way_leads_through_an_event_for_which_nobody_can_answer() -> None:
    """
    fields
        account integer 0..9
            from customer
        size    integer 0..9
    first state new
        on wipe -> wiped
            by clerk
            clears account
    state wiped
        on look -> seen
            by clerk
            needs account           # CD306
        on drop -> done
            by clerk
    state seen
        on pay -> done
            by clerk
            when size > 3           # CD299
        on drop -> done
            by clerk
    final state done
    """


@program("CD506")
def test_who_is_cleared_needs_no_name() -> None:
    """
    case type letter
        edition 1
        use "ward"
    fields
        fee  integer 0..9
            class internal
            seen by patient, nurse          # CD506[nurse] `nurse` sees `fee` anyway
        note_ integer 0..9
            seen by patient after answer    # CD506[patient] `patient` sees `note_` anyway, not only after `answer`
    first state new
        on answer -> done
            by nurse
            needs fee, note_
    final state done
    --- ward.case
    organisation ward
        edition 1
        use "acme"
    role nurse "Nurse"
        cleared for internal
    role patient "Patient" outside
    """


def test_the_way_is_one_before_the_event() -> None:
    finding = the_one(
        "fields\n    risk integer 0..9\n        default 0\n        class secret\n        seen by customer after tell\n"
        "first state new\n    on look -> seen\n        by clerk\nstate seen\n    on tell -> seen\n        by clerk\n"
        "    on answer -> done\n        by customer\n        when risk > 3\n    on drop -> done\n        by clerk\n"
        "final state done\nanywhere\n    on answer -> stay\n        by customer\n",
        "CD502",
    )
    assert [step.text for step in finding.steps] == ["`new` -> `seen` on `look`"]
    assert finding.way_out == "let `customer` do `answer` only after `tell`"


def test_who_does_an_event_is_not_told_to_give_what_only_another_may() -> None:
    text = """\
fields
    income integer 0..9
        from customer
    account text
        from customer
first state new
    on answer -> done
        by clerk
        when income > 3
        send told to customer
final state done
template told
    subject "Told"
    body "{account}"
"""
    assert the_one(text, "CD208").way_out == "let an event of `customer` before it need `income`"
    unless = "or write `{account, if set}`"
    assert the_one(text, "CD301").way_out == f"let an event of `customer` before it need `account`, {unless}"
