"""Access: who supplies a value and who sees it, in every store; and that nothing tells what somebody may not see.

The sample with classes: `vulnerable` and `question` are above the requester, `question` is opened to them, `outcome`
once the answer was sent; `reviews` is above everybody but the supervisor. `summary` comes from the requester.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from casedsl_runtime import Amend, Machine, Query, load_workflow
from casedsl_runtime.artifact import Field, Sending, Template, Transition, Workflow
from casedsl_runtime.loading import ArtifactError, dump_workflow
from casedsl_runtime.sight import sight_of
from casedsl_runtime.vocabulary import Placeholder
from runtime_samples import WORKFLOW, Desk

CLASSES = ("public", "internal", "secret")
CLEARED = {"requester": "public", "handler": "internal", "legal": "internal", "supervisor": "secret"}
LINES: dict[str, dict[str, object]] = {
    "summary": {"sources": ("requester",)},
    "question": {"seen_by": ("requester",)},
    "outcome": {"seen_by": ("requester",), "seen_after": "send_answer"},
    "reviews": {"sensitivity": "secret"},
    "impact": {"sources": ("handler", "supervisor")},
}
ANSWERED = Template(
    "answered",
    ("Our answer: ", Placeholder("field", "summary")),
    (
        Placeholder("field", "outcome"), " by ", Placeholder("field", "impact"), "/",
        Placeholder("field", "remedy", if_set=True), ".",
    ),
)  # fmt: skip


def secured() -> Workflow:
    def field(each: Field) -> Field:
        lines = {"sensitivity": "internal", **LINES.get(each.name, {})}
        return replace(each, **lines)  # type: ignore[arg-type]

    return replace(
        WORKFLOW,
        classes=CLASSES,
        roles=tuple(replace(role, cleared_for=CLEARED[role.name]) for role in WORKFLOW.roles),
        fields=tuple(map(field, WORKFLOW.fields)),
        templates=tuple(ANSWERED if each.name == "answered" else each for each in WORKFLOW.templates),
        transitions=tuple(map(_early, WORKFLOW.transitions)),
    )


def _early(line: Transition) -> Transition:
    """`decide` tells the requester what was decided, before they may see it."""
    if line.event != "decide":
        return line
    return replace(line, actions=replace(line.actions, sends=(Sending("answered", ("requester",)),)))


@pytest.fixture
def office(desk_of: Callable[[Workflow], Desk]) -> Desk:
    return desk_of(secured())


def withheld(desk: Desk, case: str, who: str) -> dict[str, str]:
    seen = desk.host.view(case, who)
    assert seen is not None
    assert not seen.shown.keys() & seen.withheld.keys()
    return dict(seen.withheld)


def decided(desk: Desk) -> str:
    case = desk.open("pat")
    desk.do(case, "kim", "acknowledge", impact=3)
    desk.do(case, "kim", "decide", outcome="upheld", remedy="A refund", refund=5)
    return case


def test_a_role_sees_what_it_is_cleared_for_and_what_is_opened_to_it(office: Desk) -> None:
    case = decided(office)
    assert withheld(office, case, "sue") == {}
    assert withheld(office, case, "kim") == {"reviews": "it is secret, and Kim is cleared for internal"}
    pat = withheld(office, case, "pat")
    assert pat["vulnerable"] == "it is internal, and Pat Doe is cleared for public"
    assert pat["outcome"] == "Pat Doe sees it after `send_answer`"
    assert not {"summary", "question"} & pat.keys()
    office.do(case, "kim", "send_answer")
    assert "outcome" not in withheld(office, case, "pat")
    assert office.problems() == []


def test_a_role_outside_is_held_in_ones_own_case_only(office: Desk) -> None:
    case = decided(office)
    office.do(case, "kim", "send_answer")
    assert withheld(office, case, "sam").keys() == {field.name for field in WORKFLOW.fields}
    assert withheld(office, case, "sam")["outcome"] == "it is internal, and Sam has no role in this case"
    assert office.host.view(case, "nobody") is None
    assert office.host.view("CMP-1999-00001", "kim") is None


def test_who_supplied_a_value_sees_it_until_another_stands_there(office: Desk) -> None:
    case = office.open("pat", vulnerable=True, impact=None)
    assert not {"summary", "vulnerable"} & withheld(office, case, "pat").keys()
    outcome = office.host.submit(case, "k", Amend({"vulnerable": True}, "It is so"), "kim")
    assert outcome.accepted
    assert "vulnerable" in withheld(office, case, "pat")
    assert office.case(case).suppliers == {"summary": "pat", "vulnerable": "kim"}
    assert office.problems() == []


def test_what_a_line_sets_or_takes_back_was_supplied_by_nobody(office: Desk) -> None:
    case = decided(office)
    assert office.case(case).suppliers == {
        "summary": "pat", "impact": "kim", "outcome": "kim", "remedy": "kim", "refund": "kim"
    }  # fmt: skip
    other = office.open("pat")
    office.do(other, "kim", "acknowledge", impact=3)
    office.do(other, "kim", "decide", outcome="upheld", remedy="A refund", refund=2_000_000)
    office.do(other, "max", "return", note="No")
    assert office.case(other).suppliers == {"summary": "pat", "impact": "kim"}


def test_a_value_is_given_by_its_source_or_for_it(office: Desk) -> None:
    refused = office.host.open("complaint", "a", {"summary": "It never came"}, "kim")
    assert refused.reasons == ("only requester may give `summary`; Kim may not",)
    entered = office.host.open("complaint", "b", {"summary": "It never came"}, "kim", "pat")
    assert entered.number is not None
    assert office.case(entered.number).suppliers == {"summary": "pat"}
    assert office.host.open("complaint", "c", {"impact": 3}, "pat").reasons == (
        "only handler, supervisor may give `impact`; Pat Doe may not",
    )


def test_an_event_that_needs_what_others_supply_waits_for_them(desk_of: Callable[[Workflow], Desk]) -> None:
    flow = secured()
    fields = tuple(replace(each, sources=("legal",)) if each.name == "impact" else each for each in flow.fields)
    desk = desk_of(replace(flow, fields=fields))
    case = desk.open("pat")
    assert desk.refuses(case, "kim", "acknowledge") == ("`acknowledge` needs `impact`, which only legal may give",)
    assert desk.refuses(case, "kim", "acknowledge", impact=3) == ("only legal may give `impact`; Kim may not",)
    assert "acknowledge" not in [offer.event for offer in desk.host.actions(case, "kim")]
    assert desk.host.why_not(case, "acknowledge", "kim") == ["`acknowledge` needs `impact`, which only legal may give"]
    (offer,) = [offer for offer in desk.host.actions(case, "lee") if offer.event == "acknowledge"]
    assert [field.name for field in offer.asks] == ["impact"]
    desk.do(case, "lee", "acknowledge", impact=3)


def test_a_message_says_what_all_of_its_readers_may_see_then(office: Desk) -> None:
    case = decided(office)
    (early,) = [each for each in office.host.history(case)[-1].values["messages"] if each["template"] == "answered"]
    assert early["body"] == "(withheld) by (withheld)/."
    assert early["subject"] == "Our answer: It never came"
    office.do(case, "kim", "send_answer")
    (late,) = office.host.history(case)[-1].values["messages"]
    assert late["body"] == "Upheld by (withheld)/."


def test_the_journal_hides_values_words_and_sums_from_who_may_not_see_them(office: Desk) -> None:
    case = decided(office)
    hidden = office.host.hidden(case, "pat")
    assert "field/summary" not in hidden[1]
    assert {"field/impact", "priority"} <= hidden[2]
    assert "messages/0" not in hidden[3]
    sam = office.host.hidden(case, "sam")
    assert "field/summary" in sam[1]
    assert "messages/0" in sam[3]
    assert not any("field/summary" in names for names in office.host.hidden(case, "kim").values())
    assert office.host.why(case, "pat").priority.parts == ()  # type: ignore[union-attr]
    assert office.host.why(case, "kim").priority.parts == (("12 * impact", 36),)  # type: ignore[union-attr]


def test_what_is_handed_over_is_hidden_with_the_fields_that_it_speaks_of(office: Desk) -> None:
    case = office.open("pat")
    office.do(case, "kim", "acknowledge", impact=3)
    office.do(case, "kim", "decide", outcome="upheld", remedy="A refund", refund=2_000_000)
    assert "brief" in office.host.hidden(case, "pat")[3]
    assert "brief" not in office.host.hidden(case, "max")[3]


def test_nobody_finds_a_case_by_what_they_do_not_see(office: Desk) -> None:
    cases = [decided(office) for _ in range(4)]
    office.do(cases[2], "kim", "send_answer")

    def found(actor: str | None, **asked: object) -> list[str]:
        return list(_paged(office, Query(limit=1, order="number", **asked), actor))  # type: ignore[arg-type]

    assert found(None, fields={"outcome": "upheld"}) == found("kim", fields={"outcome": "upheld"}) == cases
    assert found("pat", fields={"outcome": "upheld"}) == [cases[2]]
    assert found("pat", text="refund") == found("nobody", text="refund") == found("sam", text="never") == []
    assert found("pat", text="never came") == cases
    assert found("pat", text="never refund") == []
    assert found("kim", text="never refund") == cases
    assert found("pat") == cases


def _paged(desk: Desk, query: Query, actor: str | None) -> Iterator[str]:
    page = desk.host.find(query, actor)
    yield from (row.number for row in page.rows)
    while page.next is not None:
        assert len(page.rows) == query.limit
        page = desk.host.find(replace(query, after=page.next), actor)
        yield from (row.number for row in page.rows)


def test_without_classes_nothing_is_hidden_and_nothing_is_noted(desk: Desk) -> None:
    case = desk.open("pat")
    desk.do(case, "kim", "acknowledge", impact=3)
    assert desk.case(case).suppliers == {}
    assert withheld(desk, case, "sam") == {}
    assert desk.host.hidden(case, "sam") == {1: frozenset(), 2: frozenset()}
    assert sight_of(WORKFLOW) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (replace(secured(), classes=("public", "internal")), "`secret`, which is not there"),
        (replace(secured(), classes=(*CLASSES, "secret")), "two classes are named `secret`"),
        (replace(secured(), roles=WORKFLOW.roles), "role `requester` has no class"),
        (replace(secured(), fields=WORKFLOW.fields), "field `summary` has no class"),
        (replace(WORKFLOW, fields=(replace(WORKFLOW.fields[0], seen_by=("legal",)),)), "and there are no classes"),
    ],
)
def test_an_artifact_whose_classes_do_not_fit_is_refused(changed: Workflow, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        load_workflow(dump_workflow(changed))


def test_a_plan_knows_the_sources_of_what_its_line_needs() -> None:
    moves = Machine.of(secured(), "h").moves["new"]
    assert moves["acknowledge"].sources == {"impact": ("handler", "supervisor")}
    assert moves["mark_spam"].sources == {}
