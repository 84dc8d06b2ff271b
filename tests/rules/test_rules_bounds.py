"""What a field must be: as a fact that guards and scores are judged with, and where it can't be kept (CD305)."""

from __future__ import annotations

import pytest
from rule_programs import look, program, the_one

from casedsl.rules.cases import fact_told

DONE = "final state done\n"


@program("CD201", "CD202", "CD204", "CD206")
def test_no_case_is_thought_of_that_there_cannot_be() -> None:
    """
    fields
        heard  date
        closed date
            must be > heard
        visits integer 0..99
            must be 10..50
        paid   money GBP
            must be at least 0 GBP and at most 100 GBP
    first state new
        on one -> done
            by clerk
            needs heard, closed
            when closed < heard                                 # CD201[closed < heard] can never be done
        on two -> done
            by clerk
            needs visits
            when visits > 9                                     # CD202[visits > 9] always holds
        on three -> done or stay
            by clerk
            needs paid
            to done when paid < 60 GBP
            to stay when paid >= 60 GBP and paid <= 100 GBP     # CD206[paid <= 100 GBP] no difference
        on four -> done or stay
            by clerk
            needs heard, closed
            to done when closed > 2026-01-01
            to stay when closed <= 2026-01-01 and heard < 2026-01-01
    final state done
    """


@program("CD201", "CD202", "CD204")
def test_a_bound_says_nothing_of_what_is_not_set() -> None:
    """
    fields
        heard  date
        closed date
            must be > heard
        kind   choice
            option good
            option bad
    first state new
        on one -> done or stay                                  # CD204
            by clerk
            needs kind
            to done when closed is not set and kind is good
            to stay when heard is not set and kind is good
        on two -> done
            by clerk
            when heard is set or not closed is set
    final state done
    """


def test_the_fact_that_excludes_a_guard_is_told() -> None:
    found = the_one(
        "fields\n    visits integer\n        must be at least 3\nfirst state new\n    on answer -> done\n"
        f"        by clerk\n        needs visits\n        when visits < 3\n{DONE}",
        "CD201",
    )
    assert dict(found.notes)["because"] == "`visits` must be at least 3"
    assert fact_told(("is set", "visits"), {}) == "`visits` is always set there"


SCORE = """
fields
    impact  scale 1..5
        {bound}
    urgency scale 1..5
        must be at most impact
priority
    score 10 * impact + 10 * urgency in {range}
first state new
    on answer -> done
        by clerk
        needs impact, urgency
final state done
"""


@pytest.mark.parametrize(
    ("bound", "range", "codes"),
    [
        ("must be at most 3", "20..60", []),
        ("must be at most 4", "20..60", ["CD701"]),
        ("default 3", "20..100", []),
        ("must be at least 2", "30..100", []),
        ("must be at least 2", "40..100", ["CD701"]),
    ],
)
def test_a_sum_is_judged_of_the_cases_that_there_can_be(bound: str, range: str, codes: list[str]) -> None:
    found = look(SCORE.format(bound=bound, range=range)).findings
    assert [each.code for each in found if each.code.startswith("CD7") or each.severity == "error"] == codes


def test_an_example_of_a_sum_keeps_what_fields_must_be() -> None:
    found = the_one(SCORE.format(bound="must be at most 4", range="20..60"), "CD701")
    assert "impact = 4, urgency = 4" in str(found.notes)


@program("CD305")
def test_what_contradicts_itself_is_told_once() -> None:
    """
    fields
        small  scale 1..5
            must be at least 9                                  # CD305[at least 9] `small` can have no value
        ends   integer
            must be at least 5 and at most 3                    # CD305[at most 3] `ends` can have no value
        heard  date
            must be > closed
        closed date
            must be at least heard                              # CD305[at least heard] `heard` and `closed` can't both
        one    integer 0..100
            must be > two
        two    integer 0..100
            must be > three
        three  integer 0..100
            must be at least 99                                 # CD305[at least 99] `one`, `two` and `three` can't all
        free   integer 0..100
            must be > small
    first state new
        on answer -> done
            by clerk
            needs small, ends, heard, closed, one, two, three, free
            when small > 2 and ends < 7
    final state done
    """


@program("CD305")
def test_fields_that_are_never_asked_together_contradict_nothing() -> None:
    """
    fields
        kind choice
            option good
            option bad
        one  integer 0..9
            asked when kind is good
            must be > two
        two  integer 0..9
            asked when kind is bad
            must be > one
    first state new
        on answer -> done
            by clerk
            needs kind, one, two
    final state done
    """


@program("CD305")
def test_defaults_keep_what_fields_must_be() -> None:
    """
    fields
        paid   money GBP
            default 5 GBP
            must be at least 10 GBP                             # CD305[at least 10 GBP] the default of `paid` is 5 GBP
        least  integer
            default 3
        most   integer
            default 2
            must be at least least                              # CD305[at least least] the default of `most` is 2
        beside integer
            default 2
            must be at least other
        other  integer 5..9
    first state new
        on answer -> done
            by clerk
            needs paid, least, most, beside, other
    final state done
    """


@program("CD305")
def test_what_an_event_sets_keeps_what_fields_must_be() -> None:
    """
    fields
        paid   money GBP
            must be at least 10 GBP
            changed by clerk
        floor  scale 2..5
            default 3
            changed by clerk
        height integer
            must be > floor
        asked  yes/no
        shown  integer
            asked when asked is yes
            must be at least 2
        heard  date
        closed date
            must be > heard
    first state new
        on answer -> stay
            by clerk
            needs asked
            set paid to 9 GBP                                   # CD305[9 GBP] `answer` sets `paid` to 9 GBP
        on lower -> stay or done
            by clerk
            set height to 2                                     # CD305[2] `lower` sets `height` to 2
            to stay when paid is set
            to done otherwise
        on mend -> done
            by clerk
            needs shown, heard, closed
            set height to 3, floor to 2, paid to 10 GBP
        on hide -> stay
            by clerk
            set shown to 1
        on date -> stay
            by clerk
            set closed to 2026-01-01, heard to 2026-01-01       # CD305[2026-01-01] `date` sets `closed`
        on clear -> stay
            by clerk
            clears heard
            set closed to 2026-01-01
    final state done
    """


@program("CD709")
def test_what_a_field_must_be_is_so_of_both_cases_that_are_compared() -> None:
    """
    fields
        age    integer 0..99
            must be at least 18
        impact scale 1..5
    priority
        score 12 * impact in 0..100
        blind to age
        band  green from 0
    first state new
        on read -> opened
            by clerk
            needs age, impact
            to opened when age > 17
                set impact to 5
            to opened otherwise
    state opened
        on answer -> done
            by clerk
    final state done
    """
