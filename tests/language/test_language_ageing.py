"""A priority that ages: what is wrong with one, and what it becomes in either coat."""

from __future__ import annotations

from textwrap import dedent

import pytest
from casedsl_runtime.artifact import Addition, Ageing, Priority
from casedsl_runtime.loading import dump_workflow, load_workflow
from casedsl_runtime.vocabulary import Duration
from language_programs import HEADER, files_of, judge, looked_at

from casedsl.artifact.lower import lowered
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

PLUS = "plus 1 each working day after 3 working days up to 30"
DEFINITION = HEADER + dedent(
    f"""
    fields
        impact scale 1..5
        urgent yes/no
    priority
        score 10 * impact in 0..100
        {PLUS}
        band red from 50
    first state new
        team desk
        on answer -> done
            by clerk
            needs impact, urgent
    final state done
    """
)


def _priority(name: str, text: str) -> Priority:
    checked = looked_at({name: text}, name)
    assert checked.sound, checked.findings
    assert checked.case_type is not None
    made = load_workflow(dump_workflow(lowered(checked.case_type))).workflow.priority
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("line", "ageing"),
    [
        (PLUS, Ageing(1, 30, Duration(1, "working", "day"), Duration(3, "working", "day"))),
        ("plus 2 each month up to 9", Ageing(2, 9, Duration(1, "calendar", "month"))),
        ("plus 2 each year after 2 months up to 9", Ageing(
            2, 9, Duration(1, "calendar", "year"), Duration(2, "calendar", "month")
        )),
        ("plus 5 each 90 clock minutes after 2 clock days up to 9", Ageing(
            5, 9, Duration(90, "clock", "minute"), Duration(2, "clock", "day")
        )),
        ('plus 1 each 2 calendar weeks when urgent is yes up to 9 because "It waits."', Ageing(
            1, 9, Duration(2, "calendar", "week"), None, ("==", ("field", "urgent"), ("const", True)),
            "It waits.", "urgent is yes",
        )),
    ],
)  # fmt: skip
def test_it_is_the_same_in_both_coats_and_in_the_artifact(line: str, ageing: Ageing) -> None:
    text = DEFINITION.replace(PLUS, line)
    document, found = read_case(Source("main.case", text))
    assert document is not None
    assert found == ()
    made = _priority("main.case", text)
    assert made == _priority("main.case.yaml", print_yaml(document))
    assert (made.ages, made.additions) == ((ageing,), ())


def test_what_is_added_once_stays_apart_from_what_is_added_again_and_again() -> None:
    made = _priority("main.case", DEFINITION.replace(PLUS, f"{PLUS}\n    plus 5 up to 40"))
    assert made.additions == (Addition(5, 40),)
    assert [each.up_to for each in made.ages] == [30]


def test_a_table_reaches_as_high_as_age_lifts_it() -> None:
    table = "table impact by impact2\n    columns 1, 2\n    row 1 gives low, low\n    row 2 gives low, low\n"
    text = DEFINITION.replace("    score 10 * impact in 0..100\n", f"    {table}").replace("scale 1..5", "scale 1..2")
    text = text.replace("    urgent", "    impact2 scale 1..2\n    urgent").replace("up to 30", "up to 60")
    made = _priority("main.case", text.replace("band red from 50", "band red from 50\n    band low from 10"))
    assert (made.low, made.high) == (10, 60)


@pytest.mark.parametrize(
    "line",
    [
        "plus 1 each day up to 9               # CD005[day] `day` doesn't say which days are counted",
        "plus 1 each 2 weeks up to 9           # CD005[2 weeks] `2 weeks` doesn't say which weeks are counted",
        "plus 1 each working week up to 9      # CD005[working week] working time has no weeks",
        "plus 1 each 0 working days up to 9    # CD005[0 working days] `0 working days` is no length of time",
        "plus 1 each 10001 months up to 9      # CD005[10001 months] `10001 months` is no length of time",
        "plus 1 each clear day up to 9         # CD005[clear day] `each clear day` is no beat",
        "plus 1 each 2 clear working days up to 9  # CD005[2 clear working days] is no beat",
        "plus 0 each working day up to 9       # CD005[0] `plus 0` adds nothing, however long a case waits",
        "plus 1 after 3 working days up to 9   # CD001[after] `after` can't stand here",
        "plus 1 each working day after 3 days up to 9  # CD005[3 days] `3 days` doesn't say which days",
        "plus 1 each working hour after 3 working days up to 9  # CD005[3 working days] can't be compared",
        "plus 1 each clock day after 3 calendar days up to 9    # CD005[3 calendar days] can't be compared",
        "plus 1 each calendar day after 1 month up to 9         # CD005[1 month] can't be compared",
        "plus 1 each working day after 3 clear working days up to 9  # CD005[3 clear working days] can't be compared",
        "plus 1 each working day when nobody is yes up to 9     # CD004[nobody] there is no field `nobody`",
    ],
)
def test_what_can_not_be_counted_is_found(line: str) -> None:
    judge(DEFINITION.replace(PLUS, line))


def test_a_beat_is_proposed_as_it_is_written() -> None:
    checked = looked_at({"main.case": DEFINITION.replace(PLUS, "plus 1 each day up to 9")})
    assert [finding.way_out for finding in checked.findings] == ["write `working day`, `calendar day` or `clock day`"]
    checked = looked_at({"main.case": DEFINITION.replace(PLUS, "plus 1 each 2 days up to 9")})
    (finding,) = checked.findings
    assert finding.way_out == "write `2 working days`, `2 calendar days` or `2 clock days`"


ORGANISATION = """\
--- acme.case
organisation acme
    edition 1
calendar days_only
    zone Europe/London
    days mon-fri
role clerk
"""


def test_age_needs_a_team_in_whose_calendar_it_is_counted() -> None:
    text = DEFINITION.replace("    team desk\n", "")
    said = "there is no team, so no calendar says when 1 working day will be over"
    judge(text.replace(PLUS, f"{PLUS}  # CD411[working day] {said}") + ORGANISATION)
    judge(text.replace(PLUS, "plus 1 each clock hour up to 9") + ORGANISATION)
    judge(text)


@pytest.mark.parametrize("text", [DEFINITION, DEFINITION.replace("    team desk\n", "")])
def test_working_hours_are_not_counted_in_a_calendar_of_days(text: str) -> None:
    shared = ORGANISATION + "team desk\n    people clerk\n    calendar days_only\n"
    files = files_of(text.replace(PLUS, "plus 1 each working hour up to 9") + shared)
    (finding,) = looked_at(files).findings
    assert finding.code == "CD413"
    assert finding.headline.startswith("1 working hour can't be counted in calendar `days_only`")
    assert looked_at(files_of(text + shared)).sound
