"""The table of a priority: a cell is worth what its band begins at, additions raise it, and a table that has no cell
for some case is not run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import Amend, ArtifactError, dump_workflow, load_workflow
from casedsl_runtime.artifact import Addition, Band, Priority, Table, Workflow
from runtime_samples import WORKFLOW, Desk

MakeDesk = Callable[[Workflow], Desk]
TABLE = Table(
    "category",
    "impact",
    ("privacy", "billing"),
    (5, 4, 3, 2, 1),
    (("p1", "p1", "p2", "p2", "p3"), ("p1", "p2", "p3", "p3", "p3")),
)
BANDS = (Band("p1", 90), Band("p2", 60), Band("p3", 10))
VULNERABLE = Addition(
    30, 95, ("==", ("field", "vulnerable"), ("const", True)), "A delay harms them.", "vulnerable is yes"
)
PRIORITY = Priority((), 10, 95, (VULNERABLE,), BANDS, TABLE)


def workflow(**changes: Any) -> Workflow:
    """The sample with a table; `changes` are of the table."""
    return replace(WORKFLOW, priority=replace(PRIORITY, table=replace(TABLE, **changes)))


def test_a_cell_gives_the_band_and_what_it_begins_at(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    standing = desk.case(desk.open(category="privacy", impact=4)).priority
    assert standing is not None
    assert (standing.score, standing.band) == (90, "p1")
    assert standing.parts == (("category privacy by impact 4: p1", 90),)
    assert desk.host.why(desk.open(category="billing", impact=4)).priority.band == "p2"  # type: ignore[union-attr]


@pytest.mark.parametrize("known", [{}, {"category": "billing"}, {"impact": 3}])
def test_it_is_unknown_until_both_fields_are_set(desk_of: MakeDesk, known: dict[str, Any]) -> None:
    desk = desk_of(workflow())
    assert desk.case(desk.open(**known)).priority is None


def test_an_addition_raises_a_cell_to_another_band(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = desk.open(category="billing", impact=4, vulnerable=True)
    standing = desk.case(case).priority
    assert standing is not None
    assert (standing.score, standing.band) == (90, "p1")
    assert standing.parts[1] == ("vulnerable is yes because A delay harms them.", 30)
    top = desk.case(desk.open(category="billing", impact=5, vulnerable=True)).priority
    assert top is not None
    assert (top.score, top.parts[1][1]) == (95, 5)


def test_another_value_is_another_cell(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = desk.open(category="privacy", impact=2)
    assert desk.host.submit(case, desk.key(), Amend({"category": "billing"}, "It is a bill."), "kim").accepted
    standing = desk.case(case).priority
    assert standing is not None
    assert (standing.band, standing.parts) == ("p3", (("category billing by impact 2: p3", 10),))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"row": "nope"}, "reads `nope`, which is no choice and no scale"),
        ({"column": "summary"}, "reads `summary`, which is no choice and no scale"),
        ({"rows": ("privacy", "other")}, "doesn't hold each value of `category` once"),
        ({"rows": ("privacy", "privacy")}, "doesn't hold each value of `category` once"),
        ({"rows": ("privacy",)}, "doesn't hold each value of `category` once"),
        ({"columns": (5, 4, 3, 2, 0)}, "doesn't hold each value of `impact` once"),
        ({"columns": ("5", "4", "3", "2", "1")}, "doesn't hold each value of `impact` once"),
        ({"cells": TABLE.cells[:1]}, "more or fewer cells than rows and columns make"),
        ({"cells": (TABLE.cells[0], TABLE.cells[1][1:])}, "more or fewer cells than rows and columns make"),
        ({"cells": (TABLE.cells[0], ("p1", "p9", "p3", "p3", "p3"))}, "names `p9`, which is not there"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(changes: dict[str, Any], said: str) -> None:
    assert load_workflow(dump_workflow(workflow())).workflow == workflow()
    with pytest.raises(ArtifactError, match="does not hold together") as caught:
        load_workflow(dump_workflow(workflow(**changes)))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parts": (("impact", ("field", "impact")),)}, "the priority is a score and a table"),
        ({"bands": (*BANDS, Band("p1", 95))}, "two bands are named `p1`"),
    ],
)
def test_a_priority_is_one_thing(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        load_workflow(dump_workflow(replace(WORKFLOW, priority=replace(PRIORITY, **changes))))


def test_a_scale_that_nobody_could_list_is_refused_at_once() -> None:
    fields = tuple(replace(field, high=10**17) if field.name == "impact" else field for field in WORKFLOW.fields)
    with pytest.raises(ArtifactError, match="doesn't hold each value of `impact` once"):
        load_workflow(dump_workflow(replace(workflow(), fields=fields)))
