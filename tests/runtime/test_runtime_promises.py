"""Promises on the engine: the rows of `time/README.md` and rules 7, 14, 15 and 18 of `time/semantics.md`, with the
figures that stand there. 2026-03-02 is a Monday; `office` is open from Monday to Friday, 09:00-17:00."""

from __future__ import annotations

import pytest
from casedsl_runtime.artifact import Step
from casedsl_runtime.vocabulary import Counting, Duration
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
from runtime_samples import Desk, at, days, hours, shown

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
