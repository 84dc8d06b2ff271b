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
        rises with impact                # CD299[impact] rises with `impact`
        band  red from 40
        band  green from 0
    first state new
        on look -> stay
            by clerk
        on answer -> done
            by clerk
    final state done
    """


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
