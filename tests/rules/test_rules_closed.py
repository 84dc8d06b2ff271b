"""States that are lost, or hold their cases, because no case ever comes to open the way: the lines alone show it."""

from __future__ import annotations

from rule_programs import look, program, the_one

LOST = """
fields
    fee integer 0..99
    paid integer 0..99
{amended}first state new
    on pay -> settled or open
        by clerk
        needs fee, paid
        to settled when paid >= fee
        to open otherwise
state settled
    on chase -> dunned
        by clerk
        when paid < fee
    on file -> done
        by clerk
state dunned
    on give_up -> sold
        by clerk
state sold
    on file -> done
        by clerk
state open
    on file -> done
        by clerk
final state done
"""


@program("CD101")
def test_a_way_that_no_case_opens_is_no_way() -> None:
    """
    fields
        fee integer 0..99
        paid integer 0..99
    first state new
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
        on file -> done
            by clerk
    state settled
        on chase -> dunned
            by clerk
            when paid < fee
        on file -> done
            by clerk
    state dunned                        # CD101[state dunned] no case can get to `dunned`
        on file -> done
            by clerk
    final state done
    """


def test_what_follows_is_a_note_and_the_way_out_names_the_line() -> None:
    finding = the_one(LOST.format(amended=""), "CD101")
    assert finding.headline == "no case can get to `dunned`"
    assert [label.text for label in finding.labels] == ["never so in a case that comes here"]
    assert finding.notes == (
        ("why", "whatever happens before, `on chase` in `settled` can't lead to `dunned`"),
        ("so", "`sold` is out of reach too"),
    )
    assert finding.way_out == "let `on chase` be open to a case that is in `settled`, or delete it"


def test_an_amendment_opens_the_way() -> None:
    assert not any(each.code == "CD101" for each in look(LOST.format(amended="        changed by clerk\n")).findings)


@program("CD101")
def test_a_line_of_a_stage_may_be_shut_in_each_of_its_states() -> None:
    """
    fields
        kind choice
            option bill "A bill"
            option plea "A plea"
        size integer 0..9
    first state new
        on sort_bill -> bills
            by clerk
            needs kind, size
            when kind is bill and size is 1
        on sort_plea -> pleas
            by clerk
            needs kind, size
            when kind is plea and size is 2
        on drop -> done
            by clerk
    state bills
        on drop -> done
            by clerk
    state pleas
        on drop -> done
            by clerk
    stage sorted of bills, pleas
        on rush -> fast
            by clerk
            when kind is bill and size is 2
    state fast                          # CD101[state fast] no case can get to `fast`
        on drop -> done
            by clerk
    final state done
    """


@program("CD101")
def test_back_leads_to_no_state_in_which_a_case_has_never_been() -> None:
    """
    first state new
        on ask -> asked
            by clerk
        on file -> done
            by clerk
    state lost                          # CD101[state lost] no case can get to `lost`
        on ask -> asked
            by clerk
    state asked
        on hear -> back
            by clerk
    final state done
    """


@program("CD102")
def test_the_only_way_out_may_be_one_that_no_case_opens() -> None:
    """
    fields
        fee integer 0..99
        paid integer 0..99
    first state new
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
        on file -> done
            by clerk
    state settled                       # CD102[state settled] a case that gets to `settled` never leaves it
        on file -> done
            by clerk
            when paid < fee
    final state done
    """


@program("CD101", "CD102")
def test_what_lies_behind_a_state_without_a_way_out_is_its_note() -> None:
    """
    fields
        fee integer 0..99
        paid integer 0..99
    first state new
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
        on file -> done
            by clerk
    state settled                       # CD102[state settled] a case that gets to `settled` never leaves it
        on chase -> dunned
            by clerk
            when paid < fee
    state dunned
        on give_up -> sold
            by clerk
    state sold
        on sell -> dunned
            by clerk
        on file -> done
            by clerk
    final state done
    """


@program("CD103")
def test_the_only_way_out_of_a_circle_may_be_shut() -> None:
    """
    fields
        fee integer 0..99
        paid integer 0..99
    first state new
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
        on file -> done
            by clerk
    state settled                       # CD103[state settled] a case that gets to `settled` goes in a circle for ever
        on check -> checked
            by clerk
    state checked
        on correct -> settled
            by clerk
        on file -> done
            by clerk
            when paid < fee
    final state done
    """


@program("CD104")
def test_no_case_ends_where_every_end_is_shut() -> None:
    """
    case type letter "Letter"           # CD104[case type letter] no case can ever end
        edition 1
        use "acme"
    fields
        fee integer 0..99
        paid integer 0..99
    first state new
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
    state settled
        on correct -> checked
            by clerk
    state checked
        on check -> settled
            by clerk
        on file -> done
            by clerk
            when paid < fee
    final state done
    """


def notes_of(text: str, code: str) -> list[str]:
    errors = {finding.code for finding in look(text).findings if finding.severity == "error"}
    assert errors <= {code}, errors
    return [text for name, text in the_one(text, code).notes if name == "so"]


ROUTED = """
fields
    fee integer 0..99
first state new
    on pay -> {places}
        by clerk
        needs fee
{routes}state checked
    on agree -> done
        by clerk
    on look -> looked
        by clerk
state looked
    on agree -> checked
        by clerk
final state done
"""


def test_what_is_lost_with_a_guard_is_a_note_on_it() -> None:
    shut = ROUTED.format(
        places="checked or done", routes="        to checked when fee > 100\n        to done otherwise\n"
    )
    assert notes_of(shut, "CD201") == ["no case can get to `checked`, `looked` (not said again)"]
    routes = "        to done when fee < 50\n        to checked when fee < 20\n        to done otherwise\n"
    behind = ROUTED.format(places="checked or done", routes=routes)
    assert notes_of(behind, "CD205") == ["no case can get to `checked`, `looked` (not said again)"]
    routes = "        to done when fee >= 0\n        to checked otherwise\n"
    below = ROUTED.format(places="checked or done", routes=routes)
    assert notes_of(below, "CD202")[-1] == "no case can get to `checked`, `looked` (not said again)"


def test_who_can_go_nowhere_because_of_a_guard_is_a_note_on_it() -> None:
    """The circle of two states and the state before it, all in the note of the one guard that shuts them in."""
    text = """
    fields
        fee integer 0..99
    first state new
        on skip -> checked
            by clerk
        on file -> done
            by clerk
    state checked
        on look -> looked
            by clerk
    state looked
        on agree -> checked
            by clerk
        on file -> done
            by clerk
            needs fee
            when fee > 100
    final state done
    """
    assert notes_of(text, "CD201") == ["no way on from `checked`, `looked` leads to an end (not said again)"]


@program("CD101")
def test_that_nobody_may_act_is_another_finding() -> None:
    """
    fields
        fee integer 0..99
    first state new
        on read -> seen
        on file -> done
            by clerk
    state seen
        on check -> checked
            by clerk
            when fee is set and fee > 3
        on file -> done
            by clerk
    state checked
        on file -> done
            by clerk
    final state done
    """
