"""7xx: priorities as people write them, with what is found on the line; `tests/scoring` tries random ones out."""

from __future__ import annotations

from rule_programs import look, program, the_one

SCORES = ("CD299", "CD701", "CD702", "CD703", "CD704", "CD709", "CD710")
FIELDS = """\
fields
    kind choice
        option question
        option objection
        option praise
    impact scale 1..5
    urgent yes/no
    size integer
        asked when kind is objection
"""
END = "first state new\n    on answer -> done\n        by clerk\nfinal state done\n"


def found(block: str, *codes: str) -> list[tuple[str, str]]:
    """What a priority is told, without opinions unless their code is asked for."""
    checked = look(FIELDS + "priority\n" + block + END)
    return [
        (each.code, each.headline)
        for each in checked.findings
        if each.code in SCORES and (each.severity != "info" or each.code in codes)
    ]


@program(*SCORES)
def test_a_priority_with_nothing_to_say_about_it() -> None:
    """
    fields
        impact scale 1..5
        urgent yes/no
        topic  choice
            option light
            option water
    priority
        score 12 * impact in 0..100
        plus  20 when urgent is yes up to 100
        plus  1 each working day up to 80
        rises with impact, urgent
        blind to topic
        band  red from 60
        band  amber from 30
        band  green from 0
    first state new
        team desk
        on answer -> done
            by clerk
            needs impact, urgent, topic
    final state done
    """


@program(*SCORES)
def test_the_order_of_a_choice_is_that_of_its_options() -> None:
    """
    fields
        reach  choice
            option person
            option company
        speed  choice
            option now
            option later
    priority
        table   reach by speed
        columns now, later
        row     company gives red, amber
        row     person  gives amber, green
        rises with reach, speed  # CD702[speed] rises from now to later, and the score falls from 30 to 0
        band  red from 60
        band  amber from 30
        band  green from 0
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_ageing_may_be_what_makes_more_be_less() -> None:
    """
    fields
        impact scale 1..5
    priority
        score 10 * impact in 0..100
        plus  1 each working day when impact < 3 up to 60     # CD710
        rises with impact        # CD702[impact] `impact` rises from 2 to 3, and the score falls from 60 to 30
        band  red from 40
        band  green from 0
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_what_has_happened_is_shown_in_no_example() -> None:
    """
    fields
        impact scale 1..5
    priority
        score 10 * impact in 0..100
        plus  30 when look has happened and impact < 3 up to 100
        rises with impact                # CD299[impact] whether the priority rises with `impact` is not decided
        band  red from 40
        band  green from 0
    first state new
        on look -> stay
            by clerk
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_more_is_less_only_between_two_limits() -> None:
    """
    fields
        amount integer 0..5000
        urgent yes/no
    priority
        score amount in 0..9000
        plus  200 when urgent is yes up to 1000
        plus  200 when urgent is no  up to 2000
        rises with urgent      # CD702[urgent] rises from no to yes, and the score falls from 1200 to 1000
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_more_is_never_less_whatever_the_number() -> None:
    """
    fields
        amount integer 0..5000
        urgent yes/no
    priority
        score amount in 0..9000
        plus  200 when urgent is yes up to 2000
        plus  200 when urgent is no  up to 1000
        rises with urgent
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_what_is_blind_may_be_carried_from_field_to_field() -> None:
    """
    fields
        age    integer 0..120
        weight integer 0..120
        impact integer 0..120
    priority
        score impact in 0..120
        blind to age      # CD709[age] what `age` says changes the score from 0 to 1
    first state new
        on weigh -> weighed
            by clerk
            set weight to age
    state weighed
        on judge -> weighed
            by clerk
            set impact to weight
        on answer -> done
            by clerk
    final state done
    """


@program(*SCORES)
def test_cases_that_went_apart_are_followed_by_the_same_events() -> None:
    """
    fields
        kind   choice
            option question
            option praise
        impact scale 1..5
    priority
        score 10 * impact in 0..100
        blind to kind      # CD709
    first state new
        on look -> fast or slow
            by clerk
            needs kind
            to fast when kind is praise
            to slow otherwise
    state fast
        on judge -> done
            by clerk
            set impact to 5
    state slow
        on judge -> done
            by clerk
            set impact to 1
    final state done
    """


@program(*SCORES)
def test_what_lines_carry_to_no_part_of_the_score_is_nothing() -> None:
    """
    fields
        kind   choice
            option question
            option praise
        reply  text
        impact scale 1..5
    priority
        score 10 * impact in 0..100
        blind to kind
    first state new
        on look -> new or done
            by clerk
            needs kind, impact
            to done when kind is praise
                set reply to "Thanks"
            to new otherwise
    final state done
    """


@program(*SCORES)
def test_what_may_be_carried_and_was_never_met_is_not_decided() -> None:
    """
    fields
        kind   choice
            option question
            option praise
        impact scale 1..5
    priority
        score 10 * impact in 0..100
        blind to kind      # CD299[kind] whether the priority is blind to `kind` is not decided
    first state new
        on look -> done
            by clerk
            needs kind, impact
            to done when kind is praise
                set impact to 5
            to done when impact < 5
                set impact to 5
            to done otherwise
    final state done
    """


def test_what_is_carried_is_told_with_its_events() -> None:
    text = (
        "fields\n    kind choice\n        option question\n        option praise\n    impact scale 1..5\npriority\n"
        "    score 10 * impact in 0..50\n    blind to kind\nfirst state new\n    on look -> done\n        by clerk\n"
        "        needs kind, impact\n        to done when kind is praise\n            set impact to 5\n"
        "        to done otherwise\nfinal state done\n"
    )
    told = the_one(text, "CD709")
    assert told.headline == "what `kind` says changes the score from 10 to 50"
    assert told.notes == (
        ("one", "kind = question, impact = 1: score 10"),
        ("other", "kind = praise, impact = 5: score 50"),
        ("when", "after `look`"),
    )
    assert [(label.span.line, label.text) for label in told.labels] == [(17, "carried on here")]


def test_a_pair_is_told_with_what_both_have_in_common() -> None:
    text = (
        FIELDS + "priority\n    score 10 * impact in 0..50\n    plus 10 when urgent is yes and impact < 3 up to 50\n"
        "    plus 15 when urgent is yes and impact < 2 up to 50\n    rises with impact\n"
    )
    told = the_one(text + END, "CD702")
    assert told.headline == "`impact` rises from 1 to 2, and the score falls from 35 to 30"
    assert told.notes == (
        ("example", "urgent = yes"),
        ("one", "impact = 1: score 35"),
        ("other", "impact = 2: score 30"),
    )
    assert [label.text for label in told.labels] == ["less comes from here"]


def test_a_field_that_makes_the_priority_known_is_seen() -> None:
    """A number that one kind of letter is asked for and another isn't."""
    told = the_one(FIELDS + "priority\n    score impact + 0 * size in 0..9\n    blind to kind\n" + END, "CD709")
    assert "unknown" in told.headline
    assert ("because", "`size` is asked only when kind is objection") in told.notes


def test_slips() -> None:
    assert found("    score 10 * impact in 0..100\n    plus 0 when urgent is yes up to 90\n") == [
        ("CD703", "these points never change the score")
    ]
    assert found("    score 10 * impact - 10 * impact + 5 in 0..9\n") == [("CD703", "`impact` never changes the score")]
    assert found("    score 10 * impact in 0..50\n    rises with urgent\n") == [
        ("CD703", "`urgent` never changes the score")
    ]
    assert found("    score 10 - 5 * impact in 0..100\n") == [
        ("CD701", "the sum can be `-15`, and the score lies in `0..100`")
    ]
    assert found("    score 10 * impact in 0..50\n    band low from 20\n    band high from 41\n") == [
        ("CD704", "a score of 10 has no band")
    ]


def test_a_field_that_only_shifts_within_its_band_is_an_opinion() -> None:
    block = "    score 10 * impact in 0..60\n    plus 1 when urgent is yes up to 60\n"
    block += "    band b from 32\n    band a from 0\n"
    assert found(block) == []
    assert found(block, "CD703") == [("CD703", "`urgent` never changes the band")]


def test_a_claim_names_fields_once_that_can_be_more() -> None:
    checked = look(
        FIELDS.replace("    size", "    topic text\n    size")
        + "priority\n    score 10 * impact in 0..50\n    rises with impact, topic, urgnt\n    blind to impact\n"
        + END
    )
    assert [(each.code, each.headline) for each in checked.findings if each.severity == "error"] == [
        ("CD005", "`topic` is text, of which there is no more or less"),
        ("CD004", "there is no field `urgnt`"),
        ("CD002", "the priority speaks of `impact` twice"),
    ]
