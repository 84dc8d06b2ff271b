"""What takes two cases to be seen is two scenarios: each comes true where the finding stands, one fails elsewhere."""

from __future__ import annotations

import pytest
from test_staging_stories import checked
from witnesses import DAY, LOCK, Witness, witness

from casedsl.compile import Checked, facts_behind
from casedsl.staging import Script, staged
from casedsl.syntax.coats import CASE_COAT, YAML_COAT, Coat
from casedsl.syntax.finding import Finding

FIELDS = """\
fields
    sender choice
        option press
        option citizen
    impact scale 1..5
    urgent yes/no
        asked when sender is citizen
"""
STATES = """\
first state new
    team desk
    on answer -> done
        by clerk
        needs impact
final state done
"""


def looked_at(priority: str, fields: str = FIELDS, states: str = STATES, coat: Coat = CASE_COAT) -> Checked:
    return checked(f"{fields}priority\n{priority}{states}", coat)


def the_one(definition: Checked, code: str) -> Finding:
    (finding,) = [each for each in definition.findings if each.code == code]
    return finding


def told(wrong: Checked, code: str, right: Checked) -> list[str]:
    """The lines of the scenarios of the finding with a code: all come true, and where it is mended one doesn't."""
    shown = witness(wrong, the_one(wrong, code), right.case_type, LOCK)
    assert isinstance(shown, Witness), shown
    assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
    assert shown.right != "", shown.text
    return [" ".join(line.split()) for line in shown.text.rstrip("\n").split("\n")]


def why_not(definition: Checked, code: str) -> str:
    why = staged(facts_behind(definition), the_one(definition, code), DAY)
    assert not isinstance(why, Script)
    return why.removeprefix("has no scenario here: ")


SCORE = "    score 10 * impact in 0..100\n"
BANDS = "    band high from 40\n    band low from 0\n"


def test_more_has_the_lower_priority() -> None:
    wrong = looked_at(f"{SCORE}    plus 15 when impact < 3 up to 100\n    rises with impact\n{BANDS}")
    assert told(
        wrong, "CD702", looked_at(f"{SCORE}    plus 15 when impact > 3 up to 100\n    rises with impact\n")
    ) == [
        'scenario "CD702: `impact` rises from 2 to 3, and the score falls from 35 to 30 (1 of 2)"',
        "opened 2026-02-02 10:00",
        "given impact is 2",
        "then priority is 35",
        'scenario "CD702: `impact` rises from 2 to 3, and the score falls from 35 to 30 (2 of 2)"',
        "opened 2026-02-02 10:00",
        "given impact is 3",
        "then priority is 30",
    ]


def test_two_cases_are_two_items_in_yaml() -> None:
    wrong = looked_at(f"{SCORE}    plus 15 when impact < 3 up to 100\n    rises with impact\n", coat=YAML_COAT)
    right = looked_at(SCORE, coat=YAML_COAT)
    lines = told(wrong, "CD702", right)
    assert [line for line in lines if line.startswith("- title")] == [
        f'- title: "CD702: `impact` rises from 2 to 3, and the score falls from 35 to 30 ({place} of 2)"'
        for place in (1, 2)
    ]


def test_a_case_that_ages_is_left_to_wait() -> None:
    ages = "    plus 1 each working day when impact < 3 up to 60\n    rises with impact\n"
    assert told(looked_at(SCORE + ages), "CD702", looked_at(SCORE + ages.replace("when impact < 3 ", ""))) == [
        'scenario "CD702: `impact` rises from 2 to 3, and the score falls from 60 to 30 (1 of 2)"',
        "opened 2026-02-02 10:00",
        "given impact is 2",
        "wait 400 clock days",
        "then priority is 60",
        'scenario "CD702: `impact` rises from 2 to 3, and the score falls from 60 to 30 (2 of 2)"',
        "opened 2026-02-02 10:00",
        "given impact is 3",
        "wait 400 clock days",
        "then priority is 30",
    ]


def test_a_case_is_overtaken_however_long_it_waits() -> None:
    ages = "    plus 1 each working day up to 30\n"
    lines = told(looked_at(SCORE + ages), "CD710", looked_at(SCORE + ages.replace("30", "50")))
    assert lines[3:5] == ["wait 400 clock days", "then priority is 30"]
    assert lines[-1] == "then priority is 50"


@pytest.mark.parametrize(
    ("pace", "states", "why"),
    [
        ("month", STATES, "it shows only after more than a year"),
        (
            "day",
            STATES.replace("team desk", "team desk\n    move to done after 9 clock days"),
            "time moves the case on",
        ),
    ],
)
def test_a_case_that_can_t_wait_so_long_is_not_staged(pace: str, states: str, why: str) -> None:
    ages = f"    plus 1 each {'working ' if pace == 'day' else ''}{pace} up to 30\n"
    assert why in why_not(looked_at(SCORE + ages, states=states), "CD710")


def test_points_that_add_nothing_and_a_field_that_weighs_nothing() -> None:
    late = "    score 10 * impact + 30 in 0..100\n    plus 5 when urgent is yes up to {}\n"
    lines = told(looked_at(late.format(40)), "CD703", looked_at(late.format(90)))
    assert lines[2:] == ["given sender is citizen, impact is 1, urgent is yes", "then priority is 40"]
    nothing = looked_at("    score 10 * impact - 10 * impact + 5 in 0..9\n")
    assert [line for line in told(nothing, "CD703", looked_at(SCORE)) if line.startswith(("given", "then"))] == [
        "given impact is 1",
        "then priority is 5",
        "given impact is 5",
        "then priority is 5",
    ]


def test_the_cases_beside_an_empty_band() -> None:
    bands = "    band high from 40\n    band odd from {}\n    band low from 0\n"
    lines = told(looked_at(SCORE + bands.format(31)), "CD704", looked_at(SCORE + bands.format(30)))
    assert [line for line in lines if line.startswith("then")] == [
        "then priority is 30",
        "then priority is low",
        "then priority is 40",
        "then priority is high",
    ]


def test_what_no_line_of_a_scenario_can_say() -> None:
    assert why_not(looked_at(f"{SCORE}    band low from 20\n"), "CD704").startswith("that a case has no band")
    seen = looked_at(f"{SCORE}    plus 5 when sender is press up to 90\n    blind to sender\n")
    assert why_not(seen, "CD709") == "when a case runs, its priority doesn't get to see `sender`"


def test_what_is_asked_of_some_only_is_seen_when_the_case_runs() -> None:
    block = f"{SCORE}    plus 5 when {{}} up to 90\n    blind to sender\n"
    lines = told(looked_at(block.format("urgent is yes")), "CD709", looked_at(block.format("impact is 5")))
    assert [line for line in lines if line.startswith(("given", "then"))] == [
        "given sender is press, impact is 1",
        "then priority is 10",
        "given sender is citizen, impact is 1, urgent is yes",
        "then priority is 15",
    ]


def test_what_a_line_carries_is_seen_behind_its_event() -> None:
    states = """\
first state new
    team desk
    on read -> opened
        by clerk
        needs sender
        to opened when sender is press
            set impact to 5
        to opened otherwise
    on close -> done
        by clerk
        needs impact
state opened
    on answer -> done
        by clerk
        but not who did read
final state done
"""
    wrong, right = (
        looked_at(f"{SCORE}{claim}", states=text)
        for claim, text in (
            ("    blind to sender\n", states),
            ("    blind to sender\n", states.replace("set impact to 5", "set impact to impact")),
        )
    )
    lines = told(wrong, "CD709", right)
    assert [line for line in lines if line.startswith(("given", "as", "then"))] == [
        "given impact is 1",
        "as clerk do read with sender is press",
        "then priority is 50",
        "given impact is 1",
        "as clerk do read with sender is citizen",
        "then priority is 10",
    ]


def test_who_opens_a_case_may_give_what_is_given() -> None:
    fields = FIELDS.replace("    impact scale 1..5\n", "    impact scale 1..5\n        from {}\n")
    block = f"{SCORE}    plus 15 when impact < 3 up to 100\n    rises with impact\n"
    lines = told(looked_at(block, fields.format("clerk")), "CD702", looked_at(SCORE, fields.format("clerk")))
    assert lines[1] == "opened 2026-02-02 10:00 by clerk"
    both = fields.format("clerk").replace("yes/no\n", "yes/no\n        from customer\n")
    two = f"{SCORE}    plus 45 when impact < 3 and urgent is yes up to 100\n    rises with impact\n"
    assert why_not(looked_at(two, both), "CD702") == "no one person may give all of it when a case is opened"
