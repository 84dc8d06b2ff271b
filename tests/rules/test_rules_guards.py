"""2xx: guards and routes, each program with what must be said on its lines, and nothing else."""

from __future__ import annotations

import pytest
from rule_programs import look, program, the_one

GUARDS = ("CD201", "CD202", "CD203", "CD204", "CD205", "CD208", "CD210", "CD299")


@program(*GUARDS)
def test_a_guard_is_looked_at_with_what_is_known_of_its_state() -> None:
    """
    fields
        kind choice "What is it about?"
            option privacy
            option bill
    first state new
        on sort -> private or open
            by clerk
            needs kind
            to private when kind is privacy
            to open otherwise
    state private
        on pay -> done
            by clerk
            when kind is bill             # CD201[kind is bill] `pay` can never be done
        on keep -> done
            by clerk
            when kind is privacy          # CD202[kind is privacy] `keep` asks for what always holds
    state open
        on pay -> done
            by clerk
            when kind is bill             # CD202
    final state done
    """


@program(*GUARDS)
def test_where_somebody_may_amend_the_field_nothing_is_known() -> None:
    """
    fields
        kind choice "What is it about?"
            changed by clerk in private
            option privacy
            option bill
    first state new
        on sort -> private or done
            by clerk
            needs kind
            to private when kind is privacy
            to done otherwise
    state private
        on pay -> done
            by clerk
            when kind is bill
        on keep -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_the_guard_of_an_event_holds_for_its_routes() -> None:
    """
    fields
        fee integer 0..99
    first state new
        on pay -> checked or done
            by clerk
            needs fee
            when fee > 50
            to checked when fee < 10      # CD201[fee < 10] this route of `pay` can never be taken
            to done otherwise
        on check -> checked
            by clerk
    state checked
        on agree -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_what_is_asked_and_what_is_added_are_guards_too() -> None:
    """
    fields
        fee    integer 0..99
        reason text
            asked when fee > 200          # CD201[fee > 200] `reason` is never asked
        other  text
            asked when fee <= 99 or fee is not set      # CD202 `other` is always asked
    priority
        score fee in 0..99
        plus 5 when fee > 9 and fee < 3 up to 99        # CD201[fee < 3] these points are never added
    first state new
        on pay -> done
            by clerk
            needs fee, reason, other
    final state done
    """


@program(*GUARDS)
def test_an_exception_before_the_rule_is_no_overlap() -> None:
    """
    fields
        fee integer 0..99
        old yes/no
    first state new
        on pay -> checked or signed or done
            by clerk
            needs fee, old
            to checked when fee > 50
            to signed when fee > 10
            to done otherwise
        on ask -> checked or done
            by clerk
            needs fee, old
            to checked when fee > 50
            to done when fee > 10 or old is yes
            to checked otherwise
    state checked
        on agree -> done
            by clerk
    state signed
        on agree -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_routes_to_one_place_with_one_effect_may_cross() -> None:
    """
    fields
        fee integer 0..99
        old yes/no
    first state new
        on pay -> checked or done
            by clerk
            needs fee, old
            to checked when fee > 50
            to checked when old is yes
            to done otherwise
        on ask -> checked or done
            by clerk
            needs fee, old
            to checked when fee > 50
            to done when old is yes       # CD203[old is yes] two routes of `ask` can both be open
            to checked otherwise
    state checked
        on agree -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_several_routes_together_leave_nothing_over() -> None:
    """
    fields
        kind choice
            option privacy
            option bill
            option other
    first state new
        on sort -> private or open or done
            by clerk
            needs kind
            to private when kind is privacy
            to open when kind is bill
            to done when kind is one of privacy, bill   # CD205 is never taken
            to done otherwise
        on end -> private or open
            by clerk
            needs kind
            to private when kind is privacy
            to open when kind is not privacy
            to private otherwise          # CD205[private] is never taken
    state private
        on keep -> done
            by clerk
    state open
        on keep -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_a_gap_is_about_what_was_answered() -> None:
    """
    fields
        kind choice
            option privacy
            option bill
        fee  integer 0..99
            asked when kind is bill
    first state new
        on sort -> private or done        # CD204 no route of `sort` is open
            by clerk
            needs kind, fee
            to private when kind is bill and fee > 20
            to done when kind is bill and fee <= 20
        on end -> private or done
            by clerk
            needs kind
            to private when kind is privacy
            to done when kind is bill
    state private                         # CD501
        on keep -> done
            by clerk
            to done when kind is bill
    final state done
    """


@program(*GUARDS)
def test_one_value_on_the_boundary() -> None:
    """
    fields
        fee  money GBP
        day  date
    first state new
        on pay -> checked or done
            by clerk
            needs fee
            to checked when fee >= 100 GBP
            to done when fee <= 100 GBP   # CD210 at exactly `fee = 100 GBP` two routes of `pay` are open
        on wait -> checked or done
            by clerk
            needs day
            to checked when day < 2026-11-06
            to done when day > 2026-11-06 # CD210 at exactly `day = 2026-11-06` no route of `wait` is open
    state checked
        on agree -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_what_does_not_hang_on_an_unset_field_is_no_finding() -> None:
    """
    fields
        kind choice
            option privacy
            option bill
        gas  yes/no
            asked when kind is bill
        late yes/no
            default no
        fee  integer 0..99
    first state new
        on one -> done
            by clerk
            when fee is set and fee > 3
        on two -> done
            by clerk
            when fee is not set or fee > 3
        on three -> done
            by clerk
            when late is yes
        on four -> kept
            by clerk
            needs kind, gas
        on five -> done
            by clerk
            when fee > 3                  # CD208[fee > 3] `fee` can still be unset when `five` is done
    state kept                            # CD501
        on six -> done
            by clerk
            when gas is yes
    final state done
    """


@program(*GUARDS)
def test_a_field_is_lost_when_it_is_cleared_or_asked_anew() -> None:
    """
    fields
        kind choice
            changed by clerk in kept
            option privacy
            option bill
        gas  yes/no
            asked when kind is bill
        fee  integer 0..99
    first state new
        on one -> kept
            by clerk
            needs kind, gas, fee
        on two -> open
            by clerk
            needs kind, gas, fee
    state kept
        on three -> done
            by clerk
            when gas is yes               # CD208[gas is yes] `gas` can still be unset
        on four -> open
            by clerk
            clears fee
    state open
        on five -> done
            by clerk
            when fee > 3                  # CD208[fee > 3] `fee` can still be unset
        on six -> done
            by clerk
    final state done
    """


@program(*GUARDS)
def test_back_leads_where_the_case_came_from() -> None:
    """
    fields
        fee  integer 0..99
    first state new
        on ask -> asked
            by clerk
        on assess -> open
            by clerk
            needs fee
    state open
        on ask -> asked
            by clerk
        on agree -> done
            by clerk
            when fee > 3
        on refuse -> done
            by clerk
    state asked
        on reply -> back
            by clerk
    final state done
    """


@program("CD208", "CD299")
def test_a_way_that_no_case_can_go_proves_nothing() -> None:
    """
    fields
        kind choice
            default bill
            option privacy
            option bill
        fee  integer 0..99
            asked when kind is set
    first state new
        on one -> open
            by clerk
            needs fee
    state open
        on two -> done
            by clerk
            needs kind
            when fee > 3                  # CD299[fee > 3] is not decided
        on three -> done
            by clerk
    final state done
    """


def test_what_follows_from_a_dead_route_is_said_once() -> None:
    finding = the_one(
        """
        fields
            fee integer 0..99
        first state new
            on pay -> checked or done
                by clerk
                needs fee
                to checked when fee > 100
                to done otherwise
        state checked
            on agree -> signed
                by clerk
        state signed
            on agree -> done
                by clerk
        final state done
        """,
        "CD201",
    )
    assert ("so", "no case can get to `checked`, `signed` (not said again)") in finding.notes


def test_a_way_without_the_field_is_shown_step_by_step() -> None:
    finding = the_one(
        """
        fields
            fee integer 0..99
        first state new
            on assess -> open
                by clerk
                needs fee
            on skip -> open
                by chief
        state open
            on agree -> done
                by clerk
                when fee > 3
            on refuse -> done
                by clerk
        final state done
        """,
        "CD208",
    )
    assert ("a way there", "new -(skip)-> open") in finding.notes
    assert [step.text for step in finding.steps] == ["`new` -> `open` on `skip`"]
    assert [label.text for label in finding.labels] == ["asked for here, but not on every way"]


def test_a_part_that_says_nothing_is_an_opinion() -> None:
    finding = the_one(
        """
        fields
            fee integer 0..99
        first state new
            on pay -> done
                by clerk
                needs fee
                when fee is set and (fee > 3 or fee > 5)
        final state done
        """,
        "CD206",
    )
    assert (finding.severity, finding.headline) == ("info", "`fee > 5` makes no difference here")


AMENDED = """
fields
    fee integer 0..99
{changed}first state new
    on propose -> proposed
        by clerk
        needs fee
state proposed
    on accept -> done
        by clerk
        when {guard}
    on refuse -> done
        by clerk
final state done
"""


@pytest.mark.parametrize("guard", ["fee is not set", "not fee >= 0", "fee is set"])
def test_what_may_have_been_taken_away_is_not_proved_to_be_set(guard: str) -> None:
    """The clerk changes the fee to not set; where nobody changes it any more, it is still gone."""
    proved = ["CD202"] if guard == "fee is set" else ["CD201"]
    for changed, found in (
        ("", proved),
        ("        changed by clerk in proposed\n", []),
        ("        changed by clerk in new\n", proved),
    ):
        said = [each.code for each in look(AMENDED.format(guard=guard, changed=changed)).findings]
        assert [code for code in said if code in ("CD201", "CD202", "CD208")] == found, changed
    later = AMENDED.replace("-> proposed", "-> before").replace(
        "state proposed", "state before\n    on pass -> proposed\n        by clerk\nstate proposed"
    )
    said = [
        each.code for each in look(later.format(guard=guard, changed="        changed by clerk in before\n")).findings
    ]
    assert not {"CD201", "CD202", "CD208"} & set(said)
