"""Promises on the engine: the rows of `time/README.md` and rules 7, 14, 15 and 18 of `time/semantics.md`, with the
figures that stand there. 2026-03-02 is a Monday; `office` is open from Monday to Friday, 09:00-17:00."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import Amend
from casedsl_runtime.artifact import Band, Field, Priority, Promise, Step, Timer, Transition, Workflow
from casedsl_runtime.case import PromiseKept, to_json
from casedsl_runtime.vocabulary import Counting, Duration
from runtime_samples import TRANSITIONS, WORKFLOW, Desk, at, days, hours, shown

MakeDesk = Callable[[Workflow], Desk]
PROMISE = "promise/soon"
URGENCY = Field("urgency", "How urgent?", "scale", low=0, high=2, changed_by=("handler",))
RECEIVED = Field("received_on", "When did it come?", "date", changed_by=("handler",))
NOTICED = Field("notice_on", "When was the notice sent?", "date", changed_by=("handler",))
PAID = Field("paid_on", "When was it paid?", "date", changed_by=("handler",))
HEARING = Field("hearing_on", "When is the hearing?", "date", changed_by=("handler",))
TREATED = Field("treated_at", "When was the treatment?", "date and time", changed_by=("handler",))
LADDER = (
    Step("prompt", "supervisor", used=50),
    Step("alert", "supervisor", used=75),
    Step("tell", "requester", None, "late"),
)


def workflow(**promise: Any) -> Workflow:
    """The sample with no other clocks than one promise, `soon`, and a priority that `urgency` alone makes."""
    given = {"within": hours(4), "met_by": ("decide", "send_answer"), "pauses_in": ("waiting_on_customer",), **promise}
    soon = Promise("soon", "We answer", calendar="office", **{"since": "opened", **given})
    reopen = tuple(
        replace(line, routes=(replace(line.routes[0], to="new"),)) if line.event == "object" else line
        for line in TRANSITIONS
    )
    return replace(
        WORKFLOW,
        fields=(*WORKFLOW.fields, URGENCY, RECEIVED, NOTICED, PAID, HEARING, TREATED),
        transitions=_asking(reopen),
        states=tuple(replace(state, timers=()) for state in WORKFLOW.states),
        stages=(),
        promises=(soon,),
        priority=Priority((("urgency", ("field", "urgency")),), 0, 2, bands=(Band("low", 0), Band("high", 1))),
        templates=tuple(
            replace(template, body=("It took too long.",)) if template.name in ("acknowledged", "late") else template
            for template in WORKFLOW.templates
        ),
    )


def _asking(lines: tuple[Transition, ...]) -> tuple[Transition, ...]:
    return tuple(replace(line, needs=("treated_at",)) if line.event == "send_answer" else line for line in lines)


def amend(desk: Desk, case: str, when: str, **fields: Any) -> dict[str, Any]:
    """Change fields at a time; the values of the entry."""
    desk.clock.put(when)
    outcome = desk.host.submit(case, desk.key(), Amend(fields, "It was wrong"), "kim")
    assert outcome.accepted, outcome.reasons
    return dict(outcome.entries[-1].values)


def do(desk: Desk, case: str, when: str, actor: str, event: str, **fields: Any) -> None:
    desk.clock.put(when)
    notes = {"object": "No", "withdraw": "No"}
    if event == "send_answer":
        fields.setdefault("treated_at", at(when))
    desk.do(case, actor, event, notes.get(event), **fields)
    assert desk.host.verify(case) == []


def kept(desk: Desk, case: str) -> PromiseKept:
    return desk.case(case).promises["soon"]


def due(desk: Desk, case: str) -> str | None:
    return shown(kept(desk, case).due)


def opened(desk: Desk, when: str, **fields: Any) -> str:
    desk.clock.put(when)
    return desk.open(**fields)


# --- pauses


def test_a_pause_counts_only_working_time_inside_it(desk_of: MakeDesk) -> None:
    """Fri 10:00 + 8h, paused Fri 16:00-Mon 10:00 -> Mon 12:00."""
    desk = desk_of(workflow(within=hours(8)))
    case = opened(desk, "2026-03-06 10:00")
    do(desk, case, "2026-03-06 16:00", "kim", "ask_customer", question="?")
    assert (kept(desk, case).outcome, due(desk, case)) == ("paused", None)
    do(desk, case, "2026-03-09 10:00", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-09 12:00"


def test_a_pause_outside_hours_adds_nothing(desk_of: MakeDesk) -> None:
    """Mon 15:00 + 4h, pause 18:00-08:00 -> Tue 11:00."""
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-02 15:00")
    do(desk, case, "2026-03-02 18:00", "kim", "ask_customer", question="?")
    do(desk, case, "2026-03-03 08:00", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-03 11:00"


def test_of_overlapping_reasons_to_pause_the_union_counts(desk_of: MakeDesk) -> None:
    """A fees notice from Tuesday to Thursday and a question from Wednesday to Friday 09:00: three days and no more."""
    desk = desk_of(workflow(within=days(5), pauses=(("notice_on", "paid_on"),)))
    case = opened(desk, "2026-03-02 10:00")
    assert due(desk, case) == "2026-03-09 17:00"
    amend(desk, case, "2026-03-03 09:00", notice_on="2026-03-03")
    assert kept(desk, case).outcome == "paused"
    do(desk, case, "2026-03-04 09:00", "kim", "ask_customer", question="?")
    amend(desk, case, "2026-03-05 09:00", paid_on="2026-03-05")
    do(desk, case, "2026-03-06 09:00", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-12 17:00"


def test_a_pause_at_the_very_deadline_comes_too_late(desk_of: MakeDesk) -> None:
    """+2h from 09:00, pause 11:00 -> breached 11:00; later pauses never take it back."""
    desk = desk_of(workflow(within=hours(2)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 11:00", "kim", "ask_customer", question="?")
    missed = kept(desk, case)
    assert (missed.outcome, shown(missed.at), shown(missed.due)) == ("missed", "2026-03-02 11:00", "2026-03-02 11:00")
    do(desk, case, "2026-03-02 15:00", "pat", "customer_replied")
    assert (kept(desk, case).outcome, kept(desk, case).at) == ("missed", missed.at)


def test_how_long_a_promise_stands_still_counts_over_all_visits_together(desk_of: MakeDesk) -> None:
    """At most 3 working hours: two in the first visit, one in the second; then the clock goes on by itself."""
    desk = desk_of(workflow(at_most=hours(3)))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "ask_customer", question="?")
    do(desk, case, "2026-03-02 12:00", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-02 15:00"
    do(desk, case, "2026-03-02 13:00", "kim", "ask_customer", question="?")
    assert desk.tick("2026-03-02 13:59") == []
    assert desk.tick("2026-03-02 14:00") == [("resumed", "2026-03-02 14:00")]
    entry = desk.host.history(case)[-1]
    assert entry.values["why"] == "`We answer`: it has stood still for 3 working hours, the most it may"
    assert (desk.case(case).state, due(desk, case)) == ("waiting_on_customer", "2026-03-02 16:00")
    do(desk, case, "2026-03-02 15:00", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-02 16:00"


def test_a_pause_of_at_most_so_many_working_days_costs_that_many(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(10), at_most=days(2)))
    case = opened(desk, "2026-03-02 10:00")
    do(desk, case, "2026-03-03 10:00", "kim", "ask_customer", question="?")
    assert desk.tick("2026-03-31 09:00")[0] == ("resumed", "2026-03-04 17:00")
    assert shown(kept(desk, case).at) == "2026-03-18 17:00"  # the 16th and two days


def test_a_pause_by_whole_days_counts_the_dates_it_touches(desk_of: MakeDesk) -> None:
    """From Tuesday 10:00 to Wednesday 10:00: Tuesday and Wednesday as a whole, and it goes on at midnight."""
    desk = desk_of(workflow(within=hours(20), whole_days=True))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-03 10:00", "kim", "ask_customer", question="?")
    do(desk, case, "2026-03-04 10:00", "pat", "customer_replied")
    assert kept(desk, case).outcome == "paused"
    assert desk.tick("2026-03-05 08:00") == [("resumed", "2026-03-05 00:00")]
    assert due(desk, case) == "2026-03-06 13:00"


def test_a_visit_until_midnight_does_not_touch_the_date_that_begins(desk_of: MakeDesk) -> None:
    """Spans are half-open: from Tuesday 10:00 to Tuesday 24:00 is Tuesday, and Wednesday counts."""
    desk = desk_of(workflow(within=days(5), whole_days=True))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-03 10:00", "kim", "ask_customer", question="?")
    do(desk, case, "2026-03-04 00:00", "pat", "customer_replied")
    assert (kept(desk, case).outcome, due(desk, case)) == ("running", "2026-03-10 17:00")


def test_whole_days_between_two_dates_are_both_included(desk_of: MakeDesk) -> None:
    """The clock stops before the notice's day begins; a payment that lies before its notice stops nothing."""
    desk = desk_of(workflow(within=days(5), pauses=(("notice_on", "paid_on"),)))
    case = opened(desk, "2026-03-02 10:00")
    amend(desk, case, "2026-03-03 09:00", notice_on="2026-03-05")
    assert kept(desk, case).outcome == "running"
    assert desk.tick("2026-03-05 09:00") == [("paused", "2026-03-05 00:00")]
    entry = amend(desk, case, "2026-03-06 10:00", paid_on="2026-03-05")
    assert due(desk, case) == "2026-03-10 17:00"
    assert "moved" not in entry
    entry = amend(desk, case, "2026-03-06 11:00", paid_on="2026-03-04")
    assert due(desk, case) == "2026-03-09 17:00"
    assert entry["moved"] == [
        {
            "promise": "soon",
            "was": at("2026-03-10 17:00"),
            "due": at("2026-03-09 17:00"),
            "why": "the days on which it stands still are others now",
        }
    ]
    assert entry["remarks"] == ["`paid_on` lies before `notice_on`, so nothing stands still between them"]


def test_a_percentage_is_frozen_while_the_clock_stands_still(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(steps=LADDER))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "kim", "ask_customer", question="?")
    assert desk.tick("2026-03-03 12:00") == []
    do(desk, case, "2026-03-03 12:00", "pat", "customer_replied")
    assert desk.tick("2026-03-03 14:59") == [("prompted", "2026-03-03 13:00"), ("alerted", "2026-03-03 14:00")]


def test_a_ladder_of_percentages_goes_on_after_the_miss(desk_of: MakeDesk) -> None:
    """50/100/150% of 4h from Fri 15:00 -> Fri 17:00, Mon 11:00, Mon 13:00."""
    steps = (Step("prompt", "supervisor", used=50), Step("alert", "supervisor", used=150))
    desk = desk_of(workflow(steps=steps))
    case = opened(desk, "2026-03-06 15:00")
    assert desk.tick("2026-03-06 17:00") == [("prompted", "2026-03-06 17:00")]
    assert desk.tick("2026-03-09 11:00") == [("missed", "2026-03-09 11:00")]
    assert desk.tick("2026-03-09 13:00") == [("alerted", "2026-03-09 13:00")]
    assert desk.host.history(case)[-1].values["why"] == "150% used of `We answer`"
    assert desk.case(case).clocks[PROMISE].dues == {}


def test_an_alert_after_the_miss_does_not_come_once_it_is_done(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(steps=(Step("alert", "supervisor", used=150),), met_by=("acknowledge",)))
    case = opened(desk, "2026-03-06 15:00")
    do(desk, case, "2026-03-09 12:00", "kim", "acknowledge", impact=1)
    assert desk.tick("2026-03-10 17:00") == []
    done = kept(desk, case)
    assert (done.outcome, shown(done.at), shown(done.done)) == ("missed", "2026-03-09 11:00", "2026-03-09 12:00")
    assert desk.case(case).clocks[PROMISE].stretches == ((at("2026-03-06 15:00"), at("2026-03-09 12:00"), "office"),)


@pytest.mark.parametrize(
    ("goal", "start", "half"),
    [
        (Duration(1, "calendar", "month"), "2026-01-31 10:00", "2026-02-14 10:00"),  # 28 days
        (Duration(2, "calendar", "week"), "2026-01-31 10:00", "2026-02-07 10:00"),
        (Duration(3, "clock", "day"), "2026-01-31 10:00", "2026-02-01 22:00"),
        (days(5), "2026-03-02 10:00", "2026-03-05 17:00"),  # three whole days are more than half
        (Duration(3, "clear", "day"), "2026-03-02 10:00", "2026-03-05 00:00"),  # two of the four days that must be over
        (Duration(1, "clear working", "day"), "2026-03-02 10:00", "2026-03-04 00:00"),
    ],
)
def test_a_percentage_is_counted_in_the_promises_own_measure(
    desk_of: MakeDesk, goal: Duration, start: str, half: str
) -> None:
    desk = desk_of(workflow(within=goal, steps=LADDER[:1]))
    case = opened(desk, start)
    assert desk.due(case, PROMISE, "0") == half


def test_two_hours_before_are_working_hours(desk_of: MakeDesk) -> None:
    """Due Mon 10:00 -> Fri 16:00, not Mon 08:00."""
    desk = desk_of(workflow(within=hours(3), steps=(Step("prompt", "supervisor", hours(2)),)))
    case = opened(desk, "2026-03-06 15:00")
    assert (due(desk, case), desk.due(case, PROMISE, "0")) == ("2026-03-09 10:00", "2026-03-06 16:00")


def test_what_is_left_is_running_time_also_across_a_pause_to_come(desk_of: MakeDesk) -> None:
    """10 working days from Monday, known to stand still on the second Wednesday and Thursday: due on the 18th; 6 days
    are left when the first Friday closes (16th, 17th and 18th, and before the pause 9th and 10th, and the 13th)."""
    steps = (Step("prompt", "supervisor", days(6)),)
    desk = desk_of(workflow(within=days(10), pauses=(("notice_on", "paid_on"),), steps=steps))
    case = opened(desk, "2026-03-02 10:00")
    amend(desk, case, "2026-03-02 11:00", notice_on="2026-03-11", paid_on="2026-03-12")
    assert due(desk, case) == "2026-03-18 17:00"
    assert desk.due(case, PROMISE, "0") == "2026-03-06 17:00"


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


# --- dates


def test_a_promise_waits_for_the_date_from_which_it_counts(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(5), since="received_on"))
    case = opened(desk, "2026-03-04 10:00")
    assert (kept(desk, case).outcome, due(desk, case)) == ("not started", None)
    amend(desk, case, "2026-03-04 11:00", received_on="2026-03-02")  # on paper, two days ago
    assert (kept(desk, case).outcome, due(desk, case)) == ("running", "2026-03-09 17:00")
    entry = amend(desk, case, "2026-03-04 12:00", received_on="2026-03-03")
    assert due(desk, case) == "2026-03-10 17:00"
    assert entry["moved"][0]["why"] == "`received_on` is 3 March 2026 now"
    amend(desk, case, "2026-03-04 13:00", received_on=None)
    assert (kept(desk, case).outcome, due(desk, case)) == ("not started", None)
    assert desk.host.next_due() is None


def test_a_date_to_come_lets_it_wait_and_begin_by_itself(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(5), since="received_on"))
    case = opened(desk, "2026-03-04 10:00", received_on="2026-03-06")
    assert kept(desk, case).outcome == "not started"
    assert desk.tick("2026-03-06 09:00") == [("started", "2026-03-06 00:00")]
    assert due(desk, case) == "2026-03-13 17:00"


def test_a_date_long_past_makes_it_late_at_once(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(5), since="received_on"))
    case = opened(desk, "2026-03-16 10:00", received_on="2026-03-02")
    assert desk.tick("2026-03-16 10:00") == [("missed", "2026-03-16 10:00")]
    assert desk.host.history(case)[-1].values["why"].endswith("because `received_on` lies so far back")
    assert (shown(kept(desk, case).at), due(desk, case)) == ("2026-03-16 10:00", "2026-03-09 17:00")


def test_at_least_three_clear_days_before_a_hearing(desk_of: MakeDesk) -> None:
    """A hearing on Friday 20 March: 17, 18 and 19 are clear, so the last day is Monday 16 (CPR r. 2.8)."""
    clear = Duration(3, "clear", "day")
    desk = desk_of(
        workflow(within=clear, before="hearing_on", pauses_in=(), steps=(Step("prompt", "supervisor", days(1)),))
    )
    case = opened(desk, "2026-03-02 10:00")
    assert kept(desk, case).outcome == "not started"
    amend(desk, case, "2026-03-02 11:00", hearing_on="2026-03-20")
    assert (kept(desk, case).outcome, due(desk, case)) == ("running", "2026-03-17 00:00")
    assert desk.due(case, PROMISE, "0") == "2026-03-13 17:00"
    step, deadline = desk.host.why(case).clocks  # type: ignore[union-attr]
    assert [sum(row.amount for row in each.rows if row.what == "counted") for each in (step, deadline)] == [1, 3]
    assert [shown(each.rows[-1].end) for each in (step, deadline)] == ["2026-03-13 17:00", "2026-03-17 00:00"]
    entry = amend(desk, case, "2026-03-02 12:00", hearing_on="2026-03-27")
    assert entry["moved"][0]["why"] == "`hearing_on` is 27 March 2026 now"
    assert desk.tick("2026-03-24 00:00")[-1] == ("missed", "2026-03-24 00:00")


def test_the_rules_of_the_last_day_are_the_promises(desk_of: MakeDesk) -> None:
    """What comes after 16:00 comes on the next working day; 2 calendar days from Tuesday end on Thursday at 24:00."""
    counting = Counting("on a working day", 960, 1440, "forward")
    desk = desk_of(workflow(within=Duration(2, "calendar", "day"), counting=counting))
    assert due(desk, opened(desk, "2026-03-02 16:30")) == "2026-03-06 00:00"
    assert due(desk, opened(desk, "2026-03-05 10:00")) == "2026-03-10 00:00"


# --- laws


def test_a_clock_is_worked_out_from_facts_and_not_added_up(desk_of: MakeDesk) -> None:
    """The same facts, whatever was known when: a pause that is told afterwards gives the instant that it would have
    given at the time."""
    one = desk_of(workflow(within=days(5), pauses=(("notice_on", "paid_on"),)))
    case = opened(one, "2026-03-02 10:00")
    amend(one, case, "2026-03-03 09:00", notice_on="2026-03-03")
    amend(one, case, "2026-03-05 09:00", paid_on="2026-03-04")
    other = Desk(one.store, "2026-03-02 10:00", workflow(within=days(5), pauses=(("notice_on", "paid_on"),)))
    other.keys = one.keys
    late = opened(other, "2026-03-02 10:00")
    amend(other, late, "2026-03-06 15:00", notice_on="2026-03-03", paid_on="2026-03-04")
    assert due(other, late) == due(one, case) == "2026-03-11 17:00"
    assert other.case(late).clocks[PROMISE].stretches == one.case(case).clocks[PROMISE].stretches


def test_what_was_due_while_the_software_was_down_was_missed_then(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(steps=LADDER))
    case = opened(desk, "2026-03-02 09:00")
    assert desk.tick("2026-03-05 10:00") == [
        ("prompted", "2026-03-02 11:00"), ("alerted", "2026-03-02 12:00"), ("missed", "2026-03-02 13:00"),
    ]  # fmt: skip
    entries = desk.host.history(case)[-3:]
    assert [bool(entry.values.get("messages")) for entry in entries] == [False, False, True]
    assert [entry.values["recorded"] for entry in entries] == [at("2026-03-05 10:00")] * 3


def test_a_final_state_has_no_promise_to_begin(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(since="withdraw"))
    case = opened(desk, "2026-03-02 09:00")
    do(desk, case, "2026-03-02 10:00", "pat", "withdraw")
    assert dict(desk.case(case).promises) == {}


def test_a_promise_whose_date_is_missing_when_the_case_ends_is_cancelled(desk_of: MakeDesk) -> None:
    """A promise that is neither met nor missed at the end is cancelled, whether or not its clock had begun."""
    desk = desk_of(workflow(since="received_on"))
    case = opened(desk, "2026-03-02 09:00")
    assert kept(desk, case).outcome == "not started"
    do(desk, case, "2026-03-02 10:00", "pat", "withdraw")
    assert kept(desk, case).outcome == "cancelled"
