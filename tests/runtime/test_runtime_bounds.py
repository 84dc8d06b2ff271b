"""What fields must be, in every store and after every sequence of commands: a case in which a bound is broken never
comes to be, and a command that is refused leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from casedsl_runtime import Amend, Do, MemoryStore, load_workflow
from casedsl_runtime.artifact import Bound, Field, Workflow
from casedsl_runtime.loading import ArtifactError, dump_workflow
from casedsl_runtime.vocabulary import Expression, Value
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import WORKFLOW, Desk


def bound(sign: str, name: str, other: str, text: str, says: str = "") -> Bound:
    compared: Expression = (sign, ("field", name), ("field", other))
    return Bound(("or", ("not set", name), ("not set", other), compared), (name, other), text, says)


MakeDesk = Callable[[Workflow], Desk]
AMENDED = ("handler",)
SINCE_2026: Expression = (
    "or",
    ("not set", "happened_on"),
    (">=", ("field", "happened_on"), ("const", "2026-01-01")),
)
LINES: Mapping[str, dict[str, object]] = {
    "impact": {"changed_by": AMENDED},
    "reviews": {
        "changed_by": AMENDED,
        "bounds": (bound("<=", "reviews", "impact", "at most impact", "Few are touched."),),
    },
    "happened_on": {
        "changed_by": AMENDED,
        "bounds": (Bound(SINCE_2026, ("happened_on",), "at least 2026-01-01"),),
    },
}


def bounded() -> Workflow:
    def field(each: Field) -> Field:
        return replace(each, **LINES.get(each.name, {}))  # type: ignore[arg-type]

    return replace(WORKFLOW, fields=tuple(map(field, WORKFLOW.fields)))


def fits(fields: Mapping[str, Value]) -> bool:
    """What the bounds say, in other words."""
    impact, reviews, day = fields.get("impact"), fields.get("reviews"), fields.get("happened_on")
    assert impact is None or isinstance(impact, int)
    assert reviews is None or isinstance(reviews, int)
    return (impact is None or reviews is None or reviews <= impact) and (day is None or str(day) >= "2026-01-01")


def test_a_bound_is_kept_in_every_store(desk_of: MakeDesk) -> None:
    desk = desk_of(bounded())
    case = desk.open(reviews=3)
    assert desk.refuses(case, "kim", "acknowledge", impact=2) == ("`reviews` must be at most impact: Few are touched.",)
    assert desk.case(case).fields.get("impact") is None
    desk.do(case, "kim", "acknowledge", impact=3)
    for change in ({"impact": 2}, {"reviews": 4}, {"impact": 1, "reviews": 2}):
        outcome = desk.host.submit(case, desk.key(), Amend(change, "Misread"), "kim")
        assert outcome.reasons == ("`reviews` must be at most impact: Few are touched.",)
    assert desk.host.submit(case, desk.key(), Amend({"impact": 1, "reviews": 1}, "Misread"), "kim").accepted
    refused = desk.host.open("complaint", desk.key(), {"summary": "It", "impact": 2, "reviews": 3}, "pat")
    assert refused.reasons == ("`reviews` must be at most impact: Few are touched.",)
    assert desk.problems() == []


def test_an_artifact_whose_bound_reads_nothing_that_is_there_is_refused() -> None:
    lost = bound("<=", "reviews", "nothing", "at most nothing")
    fields = tuple(replace(each, bounds=(lost,)) if each.name == "reviews" else each for each in WORKFLOW.fields)
    with pytest.raises(ArtifactError, match="nothing"):
        load_workflow(dump_workflow(replace(WORKFLOW, fields=fields)))


NUMBERS = st.sampled_from([None, 1, 2, 3, 4, 5])
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "impact": NUMBERS,
        "reviews": st.sampled_from([None, 0, 1, 2, 3, 4]),
        "happened_on": st.sampled_from([None, "2025-12-31", "2026-01-01"]),
    },
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(GIVEN, st.lists(st.tuples(st.sampled_from(["amend", "acknowledge", "decide"]), GIVEN), max_size=8))
def test_no_sequence_of_commands_breaks_a_bound(
    first: dict[str, Value], rest: list[tuple[str, dict[str, Value]]]
) -> None:
    desk = Desk(MemoryStore(), workflow=bounded())
    opened = desk.host.open("complaint", desk.key(), {"summary": "It never came", **first}, "pat")
    wanted = {"reviews": 0} | {name: value for name, value in first.items() if value is not None}
    assert opened.accepted == fits(wanted)
    if opened.number is None:
        return
    for what, values in rest:
        before = desk.case(opened.number)
        known = {name: value for name, value in values.items() if what == "amend" or name == "impact"}
        command = Amend(known, "Misread") if what == "amend" else Do(what, known, "Note")
        outcome = desk.host.submit(opened.number, desk.key(), command, "kim")
        after = desk.case(opened.number)
        assert fits(after.fields)
        assert outcome.accepted or after.fields == before.fields
        left = {name: value for name, value in {**before.fields, **known}.items() if value is not None}
        assert fits(left) or not outcome.accepted
