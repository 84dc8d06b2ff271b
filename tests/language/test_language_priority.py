"""The table of a priority: what is wrong with one, and what it becomes in either coat."""

from __future__ import annotations

from textwrap import dedent

import pytest
from casedsl_runtime.artifact import Band, Priority, Table
from casedsl_runtime.loading import dump_workflow, load_workflow
from language_programs import HEADER, judge, looked_at, program

from casedsl.artifact.lower import lowered
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

DEFINITION = HEADER + dedent(
    """
    fields
        impact   scale 1..3
        urgency  choice
            option now
            option soon
        official yes/no
    priority
        table   impact by urgency
        columns soon, now
        row     3 gives p2, p1
        row     1 gives p3, p3
        row     2 gives p3, p2
        plus    30 when official is yes up to 95 because "Others look at it."
        band    p1 from 90
        band    p2 from 60
        band    p3 from 10
    first state new
        on answer -> done
            by    clerk
            needs impact, urgency, official
    final state done
    """
)
TABLE = Table("impact", "urgency", (3, 1, 2), ("soon", "now"), (("p2", "p1"), ("p3", "p3"), ("p3", "p2")))


def _priority(name: str, text: str) -> Priority:
    checked = looked_at({name: text}, name)
    assert checked.sound, checked.findings
    assert checked.case_type is not None
    made = load_workflow(dump_workflow(lowered(checked.case_type))).workflow.priority
    assert made is not None
    return made


def test_a_table_is_the_same_in_both_coats_and_in_the_artifact() -> None:
    document, found = read_case(Source("main.case", DEFINITION))
    assert document is not None
    assert found == ()
    made = _priority("main.case", DEFINITION)
    assert made == _priority("main.case.yaml", print_yaml(document))
    assert (made.table, made.parts) == (TABLE, ())
    assert (made.low, made.high, made.bands) == (10, 95, (Band("p1", 90), Band("p2", 60), Band("p3", 10)))


BANDS = "    band    p1 from 90\n    band    p2 from 60\n    band    p3 from 10\n"
NO_COLUMNS = "by urgency # CD011[table] the table has no line `columns`"
NO_ROW = "by urgency # CD011[table] the table has no row for `2` of `impact`"
TWICE = "table impact by urgency # CD005[table] the priority is a score and a table"
NO_BANDS = "by urgency # CD011[table] the table has no bands"


@pytest.mark.parametrize(
    "edits",
    [
        ("    columns soon, now\n", "", "by urgency", NO_COLUMNS),
        ("soon, now", "soon # CD011[columns] the table has no column for `now` of `urgency`"),
        ("soon, now", "soon, now, soon # CD002[soon] two columns are for `soon`"),
        ("soon, now", "soon, now, nov # CD004[nov] there is no option `nov` of `urgency`"),
        ("soon, now", "soon, now, 7 # CD004[7] there is no option `7` of `urgency`"),
        ("    row     2 gives p3, p2\n", "", "by urgency", NO_ROW),
        ("gives p3, p2", "gives p3 # CD005[p3] row `2` has 1 cell, and the table 2 columns"),
        ("gives p3, p2", "gives p3, p2, p2 # CD005[p3, p2, p2] row `2` has 3 cells, and the table 2 columns"),
        ("gives p3, p2", "gives p3, p4 # CD004[p4] there is no band `p4`"),
        ("row     2 gives p3, p2", "row 4 gives p3, p2 # CD005[4] `4` is no value of `impact`, which lies in `1..3`"),
        ("row     2 gives p3, p2", "row many gives p3, p2 # CD005[many] `many` is no value of `impact`"),
        ("row     2 gives p3, p2", "row 1.5 gives p3, p2 # CD005[1.5] `1.5` is no value of `impact`"),
        ("row     2 gives p3, p2", "row 01 gives p3, p2 # CD002[01] two rows are for `01`"),
        ("gives p3, p2", "gives p3, p2\n    row 2 gives p1, p1 # CD002[row 2] `row 2` stands twice"),
        ("table   impact", "table impct", "by urgency", "by urgency # CD004[impct] there is no field `impct`"),
        ("impact by urgency", "official by urgency # CD005[official] `official` is yes/no, and a table reads a choice"),
        ("impact by urgency", "impact by impact # CD005[impact] rows and columns are both `impact`"),
        (
            "    table   impact by urgency\n",
            "",
            "priority\n",
            "priority # CD011 the priority has cells and no `table`\n",
        ),
        ("table   impact by urgency", TWICE, "plus    30", "score 5 in 0..95\n    plus 30"),
        ("p3 from 10", "p3 from 10\n    band p0 from 99 # CD005[band p0 from 99] no cell of the table gives band `p0`"),
        ("p3 from 10", "p3 from 10\n    band p0 from 90 # CD002[band p0] two bands begin at 90"),
        (BANDS, "", "by urgency", NO_BANDS),
    ],
)
def test_a_slip_in_a_table_is_one_finding_at_its_word(edits: tuple[str, ...]) -> None:
    text = DEFINITION
    for was, now in zip(edits[::2], edits[1::2], strict=True):
        assert was in text
        text = text.replace(was, now)
    judge(text)


@program
def test_a_table_without_fields_to_read_says_so_once() -> None:
    """
    fields
        count integer 1..3
        words text
    priority
        table count by words        # CD005[count] `count` is integer # CD005[words] `words` is text, and a table
        columns a, b
        row one gives p1, p1
        band p1 from 1
    first state new
        on answer -> done
            by clerk
            needs count, words
    final state done
    """


@program
def test_a_scale_of_millions_is_not_listed() -> None:
    """
    fields
        impact scale 1..900000000000000
        urgency choice
            option now
    priority
        table impact by urgency     # CD011 the table has no row for `2`, `3`, `4`, `5`, `6`, `7` … of `impact`
        columns now
        row 1 gives p1
        band p1 from 1
    first state new
        on answer -> done
            by clerk
    final state done
    """
