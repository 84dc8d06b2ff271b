"""Commands: opening, events and why they are refused, amendments, people, priority, what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from casedsl_runtime import Amend, Directory, Do, Host, Store
from casedsl_runtime.artifact import Actions, Setting, Workflow
from casedsl_runtime.vocabulary import Value
from runtime_samples import PEOPLE, WORKFLOW, Desk, seeded, shown


def decided(desk: Desk, actor: str = "lee", refund: int = 2_000_000) -> str:
    """A case that Legal has to look at, decided by this person."""
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=3)
    desk.do(case, actor, "decide", outcome="upheld", remedy="Money back", refund=refund)
    return case


# --- opening


def test_opening_puts_defaults_parties_and_the_first_assignee(desk: Desk) -> None:
    case = desk.case(desk.open(category="billing"))
    assert case.id == "CMP-2026-00001"
    assert case.fields == {"summary": "It never came", "category": "billing", "refund": 0, "reviews": 0}
    assert case.parties == {"requester": "pat"}
    assert (case.state, case.team, case.assignee) == ("new", "complaints", "kim")


def test_somebody_may_open_for_somebody_else(desk: Desk) -> None:
    outcome = desk.host.open("complaint", "k", {"summary": "By phone"}, "kim", on_behalf_of="sam")
    assert outcome.number is not None
    assert desk.case(outcome.number).parties == {"requester": "sam"}
    assert outcome.entries[0].values["actor"] == {"person": "kim", "name": "Kim", "on behalf of": {"person": "sam"}}


def test_numbers_have_no_holes_and_begin_again_each_year(desk: Desk) -> None:
    assert not desk.host.open("complaint", "bad", {"impact": 9}, "pat").accepted
    assert [desk.open(), desk.open()] == ["CMP-2026-00001", "CMP-2026-00002"]
    desk.clock.put("2027-01-04 10:00")
    assert desk.open() == "CMP-2027-00001"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"impact": 6}, "`impact` takes a number from 1 to 5"),
        ({"impact": True}, "`impact` takes a whole number of at most 15 digits"),
        ({"impact": 2.5}, "`impact` takes a whole number of at most 15 digits"),
        ({"reviews": 10**15}, "`reviews` takes a whole number of at most 15 digits"),
        ({"category": "parking"}, "`category` takes one of billing, privacy"),
        ({"category": ["billing"]}, "`category` takes one of billing, privacy"),
        ({"vulnerable": 1}, "`vulnerable` takes yes or no"),
        ({"summary": "x" * 100_001}, "`summary` takes at most 100,000 characters; 100,001 were given"),
        ({"summary": " "}, "`summary` takes a text that is not empty"),
        ({"summary": "\ud800"}, "`summary` holds a character that no text may hold; type it again"),
        ({"happened_on": "2026-02-30"}, "`happened_on` takes a real date such as 2026-11-09"),
        ({"happened_on": "20260228"}, "`happened_on` takes a real date such as 2026-11-09"),
        ({"refund": 5}, "`refund` is not asked in this case as it stands; leave it out"),
        ({"outcome": "upheld", "refund": -1}, "`refund` takes a number from 0"),
    ],
)
def test_values_are_checked_by_type(desk: Desk, fields: dict[str, Value], reason: str) -> None:
    outcome = desk.host.open("complaint", "k", {"summary": "S", **fields}, "pat")
    assert (outcome.accepted, outcome.reasons) == (False, (reason,))


def test_an_unknown_field_case_type_person_and_case_are_refusals(desk: Desk) -> None:
    host = desk.host
    assert host.open("complaint", "a", {"colour": "red"}, "pat").reasons[0].startswith("there is no field `colour`")
    assert host.open("permit", "b", {}, "pat").reasons[0].startswith("there is no case type `permit` here")
    assert host.open("complaint", "c", {}, "eve").reasons[0].startswith("there is no person 'eve'")
    assert host.open("complaint", "d", {}, "pat", "eve").reasons[0].startswith("there is no person `eve`")
    for number in ("CMP-1", "", "\ud800", "a\0b"):
        assert host.submit(number, "k", Do("decide"), "kim").reasons[0].startswith("there is no case ")
        assert (host.load(number), host.why(number), host.actions(number, "kim")) == (None, None, [])
        assert list(host.history(number)) == []


# --- events


def test_every_reason_is_given_in_the_authors_words(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=3)
    assert desk.refuses(case, "kim", "decide", outcome="upheld") == ("`decide` needs `remedy`",)
    assert desk.refuses(case, "max", "decide") == (
        "only handler, supervisor may `decide`; Max is legal",
        "`decide` needs `outcome`",
    )
    assert desk.refuses(case, "kim", "approve") == (
        "`approve` can't be done in `in_review`; "
        "Kim can do `decide`, `ask_customer`, `withdraw`, `message`, `phone` now",
    )
    assert desk.refuses(case, "kim", "decide", outcome="rejected", impact=2) == (
        "`decide` doesn't ask for `impact`; it asks for `outcome`, `remedy`, `refund`",
    )
    assert desk.refuses(case, "kim", "decide", outcome="rejected", remedy="None") == (
        "`remedy` is not asked in this case as it stands; leave it out",
    )
    assert desk.refuses(case, "pat", "withdraw") == ("`withdraw` needs a note",)


def test_whoever_decided_may_not_approve(desk: Desk) -> None:
    case = decided(desk)
    assert desk.refuses(case, "lee", "approve") == ("Lee did `decide`, and `approve` is not for whoever did",)
    assert desk.host.why_not(case, "approve", "lee") == ["Lee did `decide`, and `approve` is not for whoever did"]
    assert desk.host.why_not(case, "approve", "max") == []
    desk.do(case, "max", "approve")


def test_an_outside_role_means_the_party_of_this_case(desk: Desk) -> None:
    case = desk.open("pat")
    assert desk.refuses(case, "sam", "message") == (
        "only requester, handler of this case may `message`; Sam is not a party of it",
    )
    assert desk.do(case, "pat", "message").values["actor"]["role"] == "requester"
    entered = desk.do(case, "kim", "message").values["actor"]
    assert entered["on behalf of"] == {"role": "requester", "person": "pat"}


def test_the_first_open_route_is_taken(desk: Desk) -> None:
    assert desk.case(decided(desk, refund=1_000_001)).state == "legal_review"
    assert desk.case(decided(desk, refund=1_000_000)).state == "answering"


def test_no_open_route_is_a_refusal(desk_of: Callable[[Workflow], Desk]) -> None:
    transitions = tuple(
        replace(line, routes=line.routes[:1]) if line.event == "decide" else line for line in WORKFLOW.transitions
    )
    desk = desk_of(replace(WORKFLOW, transitions=transitions))
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=3)
    assert desk.refuses(case, "kim", "decide", outcome="rejected") == (
        "no way out of `decide` is open: refund > 10000 GBP",
    )


def test_a_guard_that_reads_an_unset_name_says_so(desk_of: Callable[[Workflow], Desk]) -> None:
    transitions = tuple(
        replace(line, when=("==", ("field", "vulnerable"), ("const", True)), text="vulnerable is yes")
        if line.event == "phone" else line
        for line in WORKFLOW.transitions
    )  # fmt: skip
    desk = desk_of(replace(WORKFLOW, transitions=transitions))
    case = desk.open()
    assert desk.refuses(case, "kim", "phone") == ("`phone` asks that vulnerable is yes, and `vulnerable` is not set",)
    assert "phone" not in [offer.event for offer in desk.host.actions(case, "kim")]


def test_how_often_something_happened_closes_a_guard(desk: Desk) -> None:
    case = desk.open()
    for _ in range(3):
        desk.do(case, "kim", "ask_customer", question="Which?")
        desk.do(case, "pat", "customer_replied")
    assert desk.refuses(case, "kim", "ask_customer") == ("`ask_customer` asks that it was not asked 3 times",)


def test_after_the_end_an_outsiders_word_is_filed_and_anything_else_refused(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "mark_spam", "Junk")
    before = desk.case(case)
    filed = desk.do(case, "pat", "object", "I am real").values
    assert (filed["from"], filed["state"], filed["note"]) == ("closed", "closed", "I am real")
    after = desk.case(case)
    assert after._replace(version=before.version) == before
    assert "which is final" in desk.refuses(case, "kim", "acknowledge")[0]
    assert "which is final" in desk.refuses(case, "sam", "object", "Me too")[0]
    assert "its fields stay" in desk.refuses(case, "pat", "object", "x", summary="y")[0]


def test_actions_clear_set_and_hand_over_in_order(desk: Desk) -> None:
    case = decided(desk)
    entry = desk.host.history(case)[-1].values
    assert entry["field/reviews"] == 1
    assert entry["brief"] == {
        "passes on": {"outcome": "upheld", "refund": 2_000_000}, "says": "We propose 20,000.00 GBP.",
    }  # fmt: skip
    back = desk.do(case, "max", "return", "Not proved").values
    assert (back["field/outcome"], back["field/remedy"], back["field/refund"]) == (None, None, 0)
    assert back["brief"]["says"] == "Legal sends it back: Not proved"


def test_what_a_line_sets_must_fit_the_field(desk_of: Callable[[Workflow], Desk]) -> None:
    setting = Actions(sets=(Setting("impact", ("const", 9)),))
    transitions = tuple(
        replace(line, actions=setting) if line.event == "phone" else line for line in WORKFLOW.transitions
    )
    desk = desk_of(replace(WORKFLOW, transitions=transitions))
    assert desk.refuses(desk.open(), "kim", "phone") == ("`impact` takes a number from 1 to 5",)


def test_a_field_no_longer_asked_goes_back_to_its_default(desk: Desk) -> None:
    case = decided(desk)
    desk.do(case, "max", "return", "No")
    desk.do(case, "kim", "decide", outcome="upheld", remedy="Money", refund=5)
    desk.do(case, "kim", "send_answer")
    desk.do(case, "pat", "object", "Too little")
    entry = desk.do(case, "kim", "decide", outcome="rejected").values
    assert (entry["field/refund"], entry["field/remedy"]) == (0, None)


# --- amendments


def test_an_amendment_obeys_changed_by_and_in(desk: Desk) -> None:
    case = desk.open(category="billing")

    def amend(actor: str, reason: str = "Misread", **fields: Value) -> tuple[str, ...]:
        return desk.host.submit(case, desk.key(), Amend(fields, reason), actor).reasons

    assert amend("sue", category="privacy") == ("only handler may change `category`; Sue may not",)
    assert amend("kim", summary="x") == ("`summary` can't be amended; only a transition changes it",)
    assert amend("kim", " ", category="privacy") == (
        "`reason` takes a text that is not empty: say why the fields are changed",
    )
    assert amend("kim", category="privacy") == ()
    entry = desk.host.history(case)[-1]
    assert (entry.kind, entry.values["reason"], entry.values["field/category"]) == ("amended", "Misread", "privacy")
    desk.do(case, "kim", "ask_customer", question="?")
    assert amend("kim", category="billing") == (
        "`category` is changed in new, in_review; the case is in `waiting_on_customer`",
    )


def test_where_nothing_is_given_or_a_value_is_taken_away_there_is_the_default(desk: Desk) -> None:
    case = desk.open(category="billing", reviews=None)
    assert desk.case(case).fields["reviews"] == 0
    outcome = desk.host.submit(case, desk.key(), Amend({"category": None}, "It was a guess"), "kim")
    assert outcome.accepted, outcome.reasons
    assert "category" not in desk.case(case).fields


def test_an_amendment_that_takes_a_value_away_brings_its_default_back(store: Store) -> None:
    free = (replace(field, changed_by=("handler",)) if field.name == "reviews" else field for field in WORKFLOW.fields)
    desk = Desk(store, workflow=replace(WORKFLOW, fields=tuple(free)))
    case = desk.open(reviews=2)
    outcome = desk.host.submit(case, desk.key(), Amend({"reviews": None}, "It was a guess"), "kim")
    assert outcome.accepted, outcome.reasons
    assert desk.case(case).fields["reviews"] == 0


# --- people


def test_a_case_that_comes_back_to_a_team_comes_to_the_same_person(desk: Desk) -> None:
    case = decided(desk)
    assert desk.case(case).assignee == "lee"  # least loaded of Legal: lee before max, by id
    desk.open()
    desk.open()  # kim has more to do than lee by now, which does not matter on the way back
    desk.do(case, "max", "return", "No")
    assert desk.case(case).assignee == "kim"
    assert desk.case(case).past_assignees == {"complaints": "kim", "legal_desk": "lee"}


def test_the_least_loaded_person_is_assigned_and_ties_go_by_id(desk: Desk) -> None:
    assert [desk.case(desk.open()).assignee for _ in range(4)] == ["kim", "lee", "kim", "lee"]


# --- priority


def test_priority_is_unknown_until_its_score_is_set(desk: Desk) -> None:
    case = desk.open(vulnerable=True)
    assert desk.case(case).priority is None
    desk.do(case, "kim", "acknowledge", impact=2)
    standing = desk.case(case).priority
    assert standing is not None
    assert (standing.score, standing.band) == (34, "amber")
    assert standing.parts == (("12 * impact", 24), ("vulnerable is yes because A delay harms them more.", 10))


def test_additions_are_capped_and_the_score_is_kept_within_its_range(desk: Desk) -> None:
    capped = desk.open(category="privacy", impact=3)
    standing = desk.case(capped).priority
    assert standing is not None
    assert standing.parts[-1] == ("category is privacy", 4)  # 36, up to 40
    full = desk.case(desk.open(category="privacy", impact=5)).priority
    assert full is not None
    assert full.parts == (("12 * impact", 60), ("category is privacy", 0), ("kept within 0..50", -10))
    assert (full.score, full.band) == (50, "red")


def test_lists_show_the_unknown_first_then_the_highest(desk: Desk) -> None:
    low, unknown, high = desk.open(impact=1), desk.open(), desk.open(impact=4)
    assert [row.number for row in desk.host.list()] == [unknown, high, low]
    assert [row.number for row in desk.host.list(state="new", assignee="lee")] == [unknown]
    desk.do(low, "kim", "mark_spam", "x")
    assert [row.open for row in desk.host.list(state="closed")] == [False]


# --- words and answers


def test_messages_are_rendered_after_the_event(desk: Desk) -> None:
    case = desk.open()
    message = desk.do(case, "kim", "acknowledge", impact=1).values["messages"][0]
    assert message["subject"] == "Your complaint CMP-2026-00001"
    assert message["body"] == "Kim looks after it. Answer by Monday 16 March 2026, 17:00."


def test_a_subject_can_not_smuggle_a_header(desk: Desk) -> None:
    case = desk.open(summary="Hi\r\nBcc: all@example.org\x07")
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "kim", "decide", outcome="rejected")
    message = desk.do(case, "kim", "send_answer").values["messages"][0]
    assert message["subject"] == "Our answer: Hi Bcc: all@example.org"
    assert message["body"] == "Not upheld "


def test_a_prompt_without_assignee_goes_to_whoever_would_be_next_and_says_so(
    desk_of: Callable[[Workflow], Desk],
) -> None:
    desk = desk_of(replace(WORKFLOW, states=(replace(WORKFLOW.states[0], team=None), *WORKFLOW.states[1:])))
    case = desk.open()
    desk.tick("2026-03-02 11:00")
    message = desk.host.history(case)[-1].values["messages"][0]
    assert (message["to"], message["people"], message["body"][-21:]) == ({"team": None}, [], ".\nNobody is assigned.")


def test_a_prompt_finds_whoever_has_joined_the_team_since(desk: Desk) -> None:
    def host(people: dict[str, dict[str, object]]) -> Host:
        return Host(desk.store, Directory.of(people), desk.clock, seeded())

    case = host({"pat": PEOPLE["pat"]}).open("complaint", "k", {"summary": "S"}, "pat").number
    assert case is not None
    assert desk.case(case).assignee is None
    desk.clock.put("2026-03-02 11:00")
    [fired] = host(PEOPLE).tick()
    message = fired.outcome.entries[0].values["messages"][0]
    assert (message["to"], message["people"]) == ({"person": "kim"}, ["kim"])
    assert message["body"].endswith("Nobody is assigned; you would be assigned next.")


def test_offers_say_what_is_needed_and_what_becomes_of_the_promises(desk: Desk) -> None:
    case = desk.open()
    offers = {offer.event: offer for offer in desk.host.actions(case, "kim")}
    assert list(offers) == ["acknowledge", "mark_spam", "ask_customer", "withdraw", "message", "phone"]
    assert [field.name for field in offers["acknowledge"].needs] == ["impact"]
    assert offers["ask_customer"].promises == ("`answer` stands still",)
    assert offers["mark_spam"].promises == ("`answer` is cancelled",)
    assert offers["withdraw"].note
    assert offers["message"].to == ("new",)
    desk.do(case, "kim", "acknowledge", impact=1)
    decide = next(offer for offer in desk.host.actions(case, "kim") if offer.event == "decide")
    assert decide.to == ("legal_review", "answering")
    assert decide.promises == ("`answer` goes on", "meets `review`")
    assert [offer.event for offer in desk.host.actions(case, "pat")] == ["withdraw", "message"]
    assert desk.host.actions(case, "sam") == []


def test_everything_offered_is_accepted_once_its_needs_are_met(desk: Desk) -> None:
    """`actions` and `decide` can't drift apart: what is offered is not refused, what is not offered is."""
    case = desk.open()
    values: dict[str, Value] = {"impact": 2, "question": "Which?", "outcome": "rejected"}
    for person in ("pat", "sam", "kim", "lee", "max", "sue"):
        offered = {offer.event: offer for offer in desk.host.actions(case, person)}
        for event in WORKFLOW.table["new"]:
            reasons = desk.host.why_not(case, event, person)
            assert bool(reasons) == (event not in offered)
            if event not in offered:
                assert desk.refuses(case, person, event, "Note")
    for event, offer in {offer.event: offer for offer in desk.host.actions(case, "kim")}.items():
        fresh = desk.open()
        desk.do(fresh, "lee" if event == "hand_back" else "kim", event, "Note", **{
            field.name: values[field.name] for field in offer.needs
        })  # fmt: skip


def test_why_explains_state_turn_priority_and_clocks(desk: Desk) -> None:
    case = desk.open(impact=2)
    found = desk.host.why(case)
    assert found is not None
    assert (found.title, found.turn, found.last) == ("New", "it is with Kim", "Pat Doe: opened the case")
    assert found.promises == ("We answer your complaint: running",)
    new = next(account for account in found.clocks if account.clock == "state/new")
    assert (new.step, shown(new.due)) == ("prompt assignee", "2026-03-02 11:00")
    assert sum(row.amount for row in new.rows if row.what == "counted") == 2 * 3600
    desk.do(case, "kim", "ask_customer", question="Which?")
    waiting = desk.host.why(case)
    assert waiting is not None
    assert waiting.turn == "it waits on The person who complains"
    standing = next(account for account in waiting.clocks if account.clock == "promise/answer")
    assert (standing.running, standing.due) == (False, None)


def test_a_reason_never_repeats_what_was_written(desk: Desk) -> None:
    case = desk.open()
    reasons = desk.refuses(case, "kim", "acknowledge", impact="my secret")
    assert all("secret" not in reason for reason in reasons)
