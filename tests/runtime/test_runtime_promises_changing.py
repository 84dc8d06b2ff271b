"""Promises that change while they run: another priority, met and begun again, extended. Rows of `time/README.md` with
the figures that stand there. 2026-03-02 is a Monday; `office` is open from Monday to Friday, 09:00-17:00."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime.artifact import Timer, Workflow
from casedsl_runtime.case import to_json
from casedsl_runtime.vocabulary import Duration
from promise_samples import (
    LADDER,
    PROMISE,
    MakeDesk,
    amend,
    do,
    due,
    kept,
    opened,
    workflow,
)
from runtime_samples import at, days, hours, shown

# --- priority


def by_band(recounts: Any = "from the start", **promise: Any) -> Workflow:
    return workflow(within=hours(16), by_band=(("high", hours(4)),), recounts=recounts, **promise)


@pytest.mark.parametrize(
    ("recounts", "expected"),
    [
        ("from the start", "2026-03-02 13:00"),
        ("from the change", "2026-03-02 16:00"),
        ("in proportion", "2026-03-02 15:15"),
    ],
)
def test_a_raised_priority(desk_of: MakeDesk, recounts: str, expected: str) -> None:
    """16h from Mon 09:00, at 12:00 -> 4h: 13:00 (`from the change`: 16:00; `in proportion`: 15:15)."""
    desk = desk_of(by_band(recounts))
    case = opened(desk, "2026-03-02 09:00")
    assert due(desk, case) == "2026-03-03 17:00"
    entry = amend(desk, case, "2026-03-02 12:00", urgency=1)
    assert due(desk, case) == expected
    assert entry["moved"][0]["why"] == "the priority is high now"
    assert entry["moved"][0]["was"] == at("2026-03-03 17:00")
    rows = [row for account in desk.host.why(case).clocks for row in account.rows]  # type: ignore[union-attr]
    goal = desk.host.why(case).clocks[0].goal  # type: ignore[union-attr]
    assert sum(row.amount for row in rows if row.what == "counted") == goal.count * (
        60 if goal.unit == "minute" else 3600
    )
    assert shown(max(row.end for row in rows)) == expected


def test_a_raised_priority_keeps_the_pauses(desk_of: MakeDesk) -> None:
    """With pause 10-12: 15:00 (one product gives 13:00)."""
    desk = desk_of(by_band())
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "ask_customer", question="?")
    do(desk, case, "2026-03-02 12:00", "pat", "customer_replied")
    amend(desk, case, "2026-03-02 12:00", urgency=1)
    assert due(desk, case) == "2026-03-02 15:00"


@pytest.mark.parametrize(("clear", "expected"), [(7, "2026-03-10 00:00"), (1, "2026-03-07 00:00")])
def test_of_clear_days_the_last_one_is_shared_out_too(desk_of: MakeDesk, clear: int, expected: str) -> None:
    """3 clear days are over after 4 dates. Two of them have passed by Thursday 09:00, so half is left: of 7 clear days,
    which are 8 dates, 4 after that of the change, of 1 clear day one."""
    bands = (("high", Duration(clear, "clear", "day")),)
    desk = desk_of(workflow(within=Duration(3, "clear", "day"), by_band=bands, recounts="in proportion"))
    case = opened(desk, "2026-03-02 10:00", urgency=0)
    amend(desk, case, "2026-03-05 09:00", urgency=1)
    assert due(desk, case) == expected


def test_two_changes_in_proportion(desk_of: MakeDesk) -> None:
    """3 of 16 hours used, then 1 of 4: 9/16 are left, and those are 9 of 16 hours."""
    desk = desk_of(by_band("in proportion"))
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 12:00", urgency=1)
    amend(desk, case, "2026-03-02 13:00", urgency=0)
    assert due(desk, case) == "2026-03-03 14:00"


def test_a_raise_that_makes_it_late_is_missed_at_the_change_and_only_the_highest_step_speaks(
    desk_of: MakeDesk,
) -> None:
    """At 15:00: breach recorded at the change time with its reason, the ladder collapsed to the highest due step."""
    desk = desk_of(by_band(steps=LADDER))
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 15:00", urgency=1)
    fired = desk.tick("2026-03-02 15:00")
    assert fired == [(kind, "2026-03-02 15:00") for kind in ("prompted", "alerted", "missed")]
    entries = desk.host.history(case)[-3:]
    assert [bool(entry.values.get("messages")) for entry in entries] == [False, False, True]
    missed = kept(desk, case)
    assert (missed.outcome, shown(missed.at), shown(missed.due)) == ("missed", "2026-03-02 15:00", "2026-03-02 13:00")
    assert entries[-1].values["why"].endswith("it was late all at once, because the priority is high now")


def test_a_raise_at_the_very_instant_is_a_plain_miss(desk_of: MakeDesk) -> None:
    desk = desk_of(by_band())
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 13:00", urgency=1)
    assert desk.tick("2026-03-02 13:00") == [("missed", "2026-03-02 13:00")]
    assert desk.host.history(case)[-1].values["why"] == "`We answer` was due and had not been kept"


def test_a_lowered_priority_leaves_the_miss_in_history_and_shows_the_new_time(desk_of: MakeDesk) -> None:
    desk = desk_of(by_band())
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 09:00", urgency=1)
    entry = amend(desk, case, "2026-03-02 15:00", urgency=0)
    missed = kept(desk, case)
    assert (missed.outcome, shown(missed.at), shown(missed.due)) == ("missed", "2026-03-02 13:00", "2026-03-03 17:00")
    assert entry["moved"][0]["due"] == at("2026-03-03 17:00")
    assert desk.tick("2026-03-04 17:00") == []


def test_steps_that_fired_stay_fired_when_the_due_instant_moves(desk_of: MakeDesk) -> None:
    desk = desk_of(by_band(steps=LADDER))
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 09:00", urgency=1)
    assert desk.tick("2026-03-02 11:30") == [("prompted", "2026-03-02 11:00")]
    amend(desk, case, "2026-03-02 11:30", urgency=0)
    assert set(desk.case(case).clocks[PROMISE].dues) == {"missed", "1"}


def test_an_unknown_priority_has_the_length_of_all_others(desk_of: MakeDesk) -> None:
    desk = desk_of(by_band())
    assert due(desk, opened(desk, "2026-03-02 09:00")) == "2026-03-03 17:00"
    assert due(desk, opened(desk, "2026-03-02 09:00", urgency=2)) == "2026-03-02 13:00"


# --- met, again, extended


@pytest.mark.parametrize(("anew", "expected"), [(False, "2026-03-04 12:00"), (True, "2026-03-04 14:00")])
def test_what_was_met_goes_on_without_the_time_since(desk_of: MakeDesk, anew: bool, expected: str) -> None:
    """2 of 4h used, reopened Wed 10:00 -> 12:00; a new round is due at 14:00."""
    desk = desk_of(workflow(restarts_on="object", anew=anew, met_by=("send_answer",)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-02 11:00", "kim", "send_answer")
    assert kept(desk, case).outcome == "met"
    do(desk, case, "2026-03-04 10:00", "pat", "object")
    again = kept(desk, case)
    assert (again.outcome, shown(again.due)) == ("running", expected)
    assert again.earlier == (("met", at("2026-03-02 11:00")),)
    assert desk.case(case).visits[PROMISE] == (2 if anew else 1)
    moved = desk.host.history(case)[-1].values["moved"]
    assert [each["why"] for each in moved] == ["`object` begins it anew" if anew else "`object` lets it go on"]
    assert '"earlier":[["met",' in to_json(desk.case(case))


def test_a_first_answer_is_never_armed_again(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(met_by=("send_answer",)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-02 11:00", "kim", "send_answer")
    do(desk, case, "2026-03-04 10:00", "pat", "object")
    assert (kept(desk, case).outcome, shown(kept(desk, case).at)) == ("met", "2026-03-02 11:00")
    assert desk.host.next_due() is None


@pytest.mark.parametrize(("anew", "outcome"), [(False, "missed"), (True, "running")])
def test_one_that_was_missed_begins_again_only_anew(desk_of: MakeDesk, anew: bool, outcome: str) -> None:
    desk = desk_of(workflow(restarts_on="object", anew=anew, met_by=("send_answer",)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-03 11:00", "kim", "send_answer")
    do(desk, case, "2026-03-04 10:00", "pat", "object")
    assert kept(desk, case).outcome == outcome
    assert kept(desk, case).earlier == ((("missed", at("2026-03-02 13:00")),) if anew else ())


def test_the_field_says_when_it_really_happened_and_both_instants_are_kept(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(2), met_by=("send_answer",), met_at="treated_at"))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-04 12:00", "kim", "send_answer", treated_at=at("2026-03-03 14:00"))
    met = kept(desk, case)
    assert (met.outcome, shown(met.at), shown(met.recorded)) == ("met", "2026-03-03 14:00", "2026-03-04 12:00")


def test_a_treatment_that_is_recorded_after_the_miss_takes_nothing_back(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=hours(2), met_by=("send_answer",), met_at="treated_at"))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-02 12:00", "kim", "send_answer", treated_at=at("2026-03-02 10:45"))
    met = kept(desk, case)
    assert (met.outcome, shown(met.at)) == ("missed", "2026-03-02 11:00")
    assert (shown(met.done), shown(met.recorded)) == ("2026-03-02 10:45", "2026-03-02 12:00")


@pytest.mark.parametrize(
    ("said", "expected"), [("2026-03-05 09:00", "2026-03-02 12:00"), ("2026-01-05 09:00", "2026-03-02 09:00")]
)
def test_what_happened_in_time_to_come_or_before_the_start_did_not(desk_of: MakeDesk, said: str, expected: str) -> None:
    desk = desk_of(workflow(met_by=("send_answer",), met_at="treated_at"))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="rejected")
    do(desk, case, "2026-03-02 12:00", "kim", "send_answer", treated_at=at(said))
    assert shown(kept(desk, case).at) == expected


def test_an_extension_counts_from_the_start_and_is_never_chained(desk_of: MakeDesk) -> None:
    extensions = (("phone", hours(8)), ("take_back", hours(12)))
    desk = desk_of(by_band("from the change", extensions=extensions))
    case = opened(desk, "2026-03-02 09:00", urgency=1)
    do(desk, case, "2026-03-02 10:00", "kim", "phone")
    assert due(desk, case) == "2026-03-02 17:00"
    assert desk.host.history(case)[-1].values["moved"][0]["why"] == "`phone` extends it to 8 working hours"
    do(desk, case, "2026-03-02 11:00", "kim", "take_back")
    assert due(desk, case) == "2026-03-03 13:00"
    amend(desk, case, "2026-03-02 12:00", urgency=0)
    assert due(desk, case) == "2026-03-03 13:00"


def test_nobody_extends_what_was_missed(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(extensions=(("phone", hours(8)),)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 13:00", "kim", "phone")
    assert (kept(desk, case).outcome, due(desk, case)) == ("missed", "2026-03-02 13:00")


def test_the_end_of_the_case_cancels_and_is_no_answer(desk_of: MakeDesk) -> None:
    """Merge, duplicate, withdrawal: `cancelled`, not `met`."""
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "pat", "withdraw")
    assert (kept(desk, case).outcome, shown(kept(desk, case).at)) == ("cancelled", "2026-03-02 10:00")
    assert desk.host.next_due() is None


def test_the_first_of_several_events_meets_it(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(met_by=("acknowledge", "decide")))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    do(desk, case, "2026-03-02 11:00", "kim", "decide", outcome="rejected")
    assert (kept(desk, case).outcome, shown(kept(desk, case).at)) == ("met", "2026-03-02 10:00")


def test_several_clocks_on_one_case_are_all_kept(desk_of: MakeDesk) -> None:
    flow = workflow()
    other = replace(flow.promises[0], name="other", within=hours(2), since="acknowledge")
    desk = desk_of(replace(flow, promises=(*flow.promises, other)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "acknowledge", impact=1)
    assert {name: shown(each.due) for name, each in desk.case(case).promises.items()} == {
        "soon": "2026-03-02 13:00",
        "other": "2026-03-02 12:00",
    }


def test_another_team_changes_nothing_about_a_promise_and_has_its_own_clock(desk_of: MakeDesk) -> None:
    """A 2h from 09:00 -> 11:00; B 1h from 10:30 -> 11:30 (wrong: 10:00); the case's clock is unaffected."""
    flow = workflow()
    timers = {
        "in_review": Timer("alert", "supervisor", hours(2)),
        "legal_review": Timer("alert", "supervisor", hours(1)),
    }
    states = tuple(replace(s, timers=(timers[s.name],)) if s.name in timers else s for s in flow.states)
    desk = desk_of(replace(flow, states=states, promises=(replace(flow.promises[0], met_by=("send_answer",)),)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 09:00", "kim", "acknowledge", impact=1)
    assert desk.due(case, "state/in_review", "0") == "2026-03-02 11:00"
    do(desk, case, "2026-03-02 10:30", "kim", "decide", outcome="upheld", remedy="Money", refund=2_000_000)
    assert desk.due(case, "state/legal_review", "0") == "2026-03-02 11:30"
    assert due(desk, case) == "2026-03-02 13:00"
