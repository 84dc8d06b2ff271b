"""A calendar that changes while clocks run: the rows of `time/README.md` on the engine, what stays, what is told.

2026-03-02 is a Monday; `office` is open from Monday to Friday, 09:00-17:00, in 2026 and 2027."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import CountAnew, Host, MemoryStore, Store, StoreError, to_json
from casedsl_runtime.artifact import Bundle, Step, Timer
from casedsl_runtime.commands import Refused
from casedsl_runtime.engine import decide
from casedsl_runtime.loading import dump_bundle, load_bundle
from casedsl_runtime.vocabulary import Counting, Duration
from proclaim_samples import DESK, HALF, MONDAY, OFFICE, TUESDAY, closed, files, moved, proclaim
from promise_samples import LADDER, PROMISE, MakeDesk, amend, do, due, kept, opened, workflow
from runtime_samples import BUNDLE, CALENDARS, Desk, at, days, hours, shown

# --- the rows of the design


def test_hours_cut_in_the_middle_of_a_day(desk_of: MakeDesk) -> None:
    """8h from Mon 09:00, hours cut to 09-13 from Mon 12:00: 17:00 -> Tue 13:00."""
    desk = desk_of(workflow(within=hours(8)))
    case = opened(desk, "2026-03-02 09:00")
    (outcome,) = proclaim(desk, "2026-03-02 12:00", HALF, at("2026-03-02 12:00"))
    assert moved(outcome) == [("soon", "2026-03-02 17:00", "2026-03-03 13:00")]
    assert due(desk, case) == "2026-03-03 13:00"
    account = desk.host.why(case).clocks[0]  # type: ignore[union-attr]
    rows = [(shown(row.start), shown(row.end), row.amount // 3600) for row in account.rows if row.amount]
    assert rows == [
        ("2026-03-02 09:00", "2026-03-02 13:00", 4), ("2026-03-03 09:00", "2026-03-03 13:00", 4)
    ]  # fmt: skip
    assert desk.tick("2026-03-03 13:00") == [("missed", "2026-03-03 13:00")]


def test_a_holiday_added_before_its_day_moves_what_is_to_come_and_leaves_what_took_place(desk_of: MakeDesk) -> None:
    """Fri 15:00 + 4h: Mon 11:00 -> Tue 11:00; the prompt at half time has been sent and is not sent again."""
    desk = desk_of(workflow(within=hours(4), steps=LADDER))
    case = opened(desk, "2026-03-06 15:00")
    assert desk.tick("2026-03-06 18:00") == [("prompted", "2026-03-06 17:00")]
    (outcome,) = proclaim(desk, "2026-03-06 18:00", closed(MONDAY), MONDAY)
    assert moved(outcome) == [
        ("soon", "2026-03-09 11:00", "2026-03-10 11:00"), ("promise/soon 1", "2026-03-09 10:00", "2026-03-10 10:00")
    ]  # fmt: skip
    assert desk.tick("2026-03-10 12:00") == [("alerted", "2026-03-10 10:00"), ("missed", "2026-03-10 11:00")]
    assert [entry.kind for entry in desk.host.history(case)].count("prompted") == 1


def test_the_entry_says_who_when_why_and_which_calendars(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-06 15:00")
    new = dump_bundle(HALF)
    (outcome,) = proclaim(desk, "2026-03-06 16:00", HALF, MONDAY, actor="sue")
    values = outcome.entries[0].values
    assert values["actor"] == {"person": "sue", "name": "Sue"}
    assert (values["effective"], values["reason"]) == (MONDAY, "a bank holiday")
    assert values["proclaimed"] == load_bundle(new).hash
    assert values["calendars"] == desk.case(case).calendars not in (load_bundle(new).hash, load_bundle(CALENDARS).hash)
    with desk.store.reading() as unit:
        kept_bundle, proclaimed = unit.bundle(values["calendars"]), unit.bundle(values["proclaimed"])
    assert (kept_bundle and load_bundle(kept_bundle).hash, proclaimed) == (values["calendars"], new)
    proclaim(desk, "2026-03-06 16:00", closed(MONDAY, TUESDAY), MONDAY, "q")
    assert desk.host.history(case)[-1].values["actor"] == {"system": True, "name": "the system"}
    assert desk.problems(case) == []


def test_a_holiday_told_on_its_own_morning_moves_what_is_still_to_come(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=hours(4), steps=LADDER))
    case = opened(desk, "2026-03-06 15:00")
    (outcome,) = proclaim(desk, "2026-03-09 09:30", closed(MONDAY), MONDAY)
    assert [entry.kind for entry in desk.host.history(case)] == ["opened", "prompted", "recounted"]
    assert moved(outcome)[0] == ("soon", "2026-03-09 11:00", "2026-03-10 11:00")


def test_a_share_that_was_left_counts_on(desk_of: MakeDesk) -> None:
    """16h from Mon 09:00, raised at 12:00 to 4h in proportion: 15:15; with hours until 13:00 the rest is Tuesday's."""
    desk = desk_of(workflow(within=hours(16), by_band=(("high", hours(4)),), recounts="in proportion"))
    case = opened(desk, "2026-03-02 09:00")
    amend(desk, case, "2026-03-02 12:00", urgency=1)
    assert due(desk, case) == "2026-03-02 15:15"
    (outcome,) = proclaim(desk, "2026-03-02 12:30", HALF, at("2026-03-02 12:30"))
    assert moved(outcome)[0] == ("soon", "2026-03-02 15:15", "2026-03-03 11:15")


# --- clocks of every kind


def test_timers_of_states_and_stages_move_and_those_that_fired_stay(desk: Desk) -> None:
    """A new complaint: prompted after 2 hours, alerted after 4; prompted again in the stage after a working day."""
    case = opened(desk, "2026-03-06 15:30")
    desk.tick("2026-03-09 09:30")  # 2 hours: the prompt of the state
    fired = desk.case(case).clocks["state/new"].fired
    (outcome,) = proclaim(desk, "2026-03-09 10:00", HALF, at("2026-03-09 10:00"))
    assert set(moved(outcome)) >= {
        ("stage/at_work 0", "2026-03-09 17:00", "2026-03-09 13:00"),
        ("stage/at_work 1", "2026-03-11 17:00", "2026-03-11 13:00"),
    }
    assert desk.case(case).clocks["state/new"].fired == fired
    assert desk.due(case, "state/new", "1") == "2026-03-09 11:30"


def test_a_clock_that_stands_still_moves_nothing_and_goes_on_in_the_new_calendar(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=hours(4)))
    case = opened(desk, "2026-03-06 15:00")
    do(desk, case, "2026-03-06 16:00", "kim", "ask_customer", question="Which?")
    (outcome,) = proclaim(desk, "2026-03-06 16:30", closed(MONDAY), MONDAY)
    assert moved(outcome) == []
    assert kept(desk, case).outcome == "paused"
    do(desk, case, "2026-03-06 16:45", "pat", "customer_replied")
    assert due(desk, case) == "2026-03-10 11:45"


def test_the_instant_at_which_a_pause_is_long_enough_moves(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=hours(4), at_most=hours(4)))
    case = opened(desk, "2026-03-06 14:00")
    do(desk, case, "2026-03-06 15:00", "kim", "ask_customer", question="Which?")
    (outcome,) = proclaim(desk, "2026-03-06 16:30", closed(MONDAY), MONDAY)
    assert moved(outcome) == [("promise/soon turns", "2026-03-09 11:00", "2026-03-10 11:00")]
    assert desk.tick("2026-03-10 12:00") == [("resumed", "2026-03-10 11:00")]


def test_a_clock_that_has_not_started(desk_of: MakeDesk) -> None:
    """One waits for its field, the other for a date to come."""
    desk = desk_of(workflow(within=days(2), since="received_on"))
    waiting = opened(desk, "2026-03-05 10:00")
    to_come = opened(desk, "2026-03-05 10:00", received_on="2026-03-07")
    assert [moved(each) for each in proclaim(desk, "2026-03-05 11:00", closed(MONDAY), MONDAY)] == [[], []]
    assert kept(desk, waiting).outcome == kept(desk, to_come).outcome == "not started"
    desk.tick("2026-03-07 01:00")
    amend(desk, waiting, "2026-03-07 10:00", received_on="2026-03-07")
    assert due(desk, waiting) == due(desk, to_come) == "2026-03-11 17:00"


def test_a_deadline_before_a_date(desk_of: MakeDesk) -> None:
    """Three clear working days before Friday 13 March: by the end of Sunday 8; with Tuesday closed, of Friday 6."""
    clear = Duration(3, "clear working", "day")
    desk = desk_of(workflow(within=clear, before="hearing_on", pauses_in=()))
    opened(desk, "2026-03-02 10:00", hearing_on="2026-03-13")
    (outcome,) = proclaim(desk, "2026-03-02 11:00", closed(TUESDAY), TUESDAY)
    assert moved(outcome) == [("soon", "2026-03-10 00:00", "2026-03-09 00:00")]


def test_a_length_that_was_extended(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=days(2), extensions=(("acknowledge", days(5)),)))
    case = opened(desk, "2026-03-06 10:00")
    do(desk, case, "2026-03-06 11:00", "kim", "acknowledge", impact=1)
    (outcome,) = proclaim(desk, "2026-03-06 12:00", closed(MONDAY), MONDAY)
    assert moved(outcome) == [("soon", "2026-03-13 17:00", "2026-03-16 17:00")]


def test_rules_of_the_last_day(desk_of: MakeDesk) -> None:
    """3 calendar days from Friday end on Monday at 24:00, which rolls over the holiday."""
    counting = Counting(due_at=1440, rolls="forward")
    desk = desk_of(workflow(within=Duration(3, "calendar", "day"), counting=counting))
    opened(desk, "2026-03-06 10:00")
    (outcome,) = proclaim(desk, "2026-03-06 12:00", closed(MONDAY), MONDAY)
    assert moved(outcome) == [("soon", "2026-03-10 00:00", "2026-03-11 00:00")]


def test_over_a_change_of_the_clocks(desk_of: MakeDesk) -> None:
    """The clocks go forward on Sunday 29 March; hours are cut on the Monday after it."""
    desk = desk_of(workflow(within=hours(8)))
    opened(desk, "2026-03-27 15:00")
    (outcome,) = proclaim(desk, "2026-03-27 16:00", HALF, "2026-03-30")
    assert moved(outcome) == [("soon", "2026-03-30 15:00", "2026-03-31 11:00")]


# --- a deadline that comes earlier


def test_a_holiday_that_is_none_after_all(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(within=hours(4), steps=LADDER))
    desk.host.install(*files(desk, closed(MONDAY)))
    case = opened(desk, "2026-03-06 15:00")
    assert due(desk, case) == "2026-03-10 11:00"
    (outcome,) = proclaim(desk, "2026-03-06 18:00", BUNDLE, MONDAY)
    assert moved(outcome)[0] == ("soon", "2026-03-10 11:00", "2026-03-09 11:00")


def test_a_deadline_that_moves_into_the_past_comes_at_once_and_says_why(desk_of: MakeDesk) -> None:
    """It was thought that Monday is a holiday, and on Tuesday it is known that it was none: of the ladder that is due
    all at once only the highest speaks, at the time of the change."""
    desk = desk_of(workflow(within=hours(3), steps=LADDER))
    desk.host.install(*files(desk, closed(MONDAY)))
    case = opened(desk, "2026-03-06 16:30")
    (outcome,) = proclaim(desk, "2026-03-10 09:30", BUNDLE, MONDAY)
    assert moved(outcome)[0] == ("soon", "2026-03-10 11:30", "2026-03-09 11:30")
    assert desk.tick("2026-03-10 09:30") == [
        ("prompted", "2026-03-10 09:30"), ("alerted", "2026-03-10 09:30"), ("missed", "2026-03-10 09:30"),
    ]  # fmt: skip
    entries = desk.host.history(case)[-3:]
    assert [bool(entry.values["messages"]) for entry in entries] == [False, False, True]
    assert entries[-1].values["why"].endswith("because the calendar changed (a bank holiday)")
    assert (kept(desk, case).outcome, shown(kept(desk, case).at)) == ("missed", "2026-03-10 09:30")


def test_a_timer_that_moves_into_the_past_comes_at_the_time_of_the_change(desk_of: MakeDesk) -> None:
    timer = Timer("alert", "supervisor", hours(3))
    flow = workflow(within=days(9))
    states = tuple(replace(each, timers=(timer,)) if each.name == "new" else each for each in flow.states)
    desk = desk_of(replace(flow, states=states))
    desk.host.install(*files(desk, closed(MONDAY)))
    opened(desk, "2026-03-06 16:30")
    (outcome,) = proclaim(desk, "2026-03-10 09:30", BUNDLE, MONDAY)
    assert ("state/new 0", "2026-03-10 11:30", "2026-03-10 09:30") in moved(outcome)
    assert desk.tick("2026-03-10 09:30") == [("alerted", "2026-03-10 09:30")]


def test_a_visit_that_is_interrupted_waits_for_the_return_even_if_its_time_is_over(desk_of: MakeDesk) -> None:
    timer = Timer("alert", "supervisor", hours(3))
    flow = workflow(within=days(9))
    states = tuple(replace(each, timers=(timer,)) if each.name == "new" else each for each in flow.states)
    desk = desk_of(replace(flow, states=states))
    desk.host.install(*files(desk, closed(MONDAY)))
    case = opened(desk, "2026-03-06 16:30")
    do(desk, case, "2026-03-10 09:30", "kim", "ask_customer", question="Which?")
    proclaim(desk, "2026-03-10 10:00", BUNDLE, MONDAY)
    assert desk.tick("2026-03-10 12:00") == []
    do(desk, case, "2026-03-10 12:00", "pat", "customer_replied")
    assert desk.tick("2026-03-10 12:00") == [("alerted", "2026-03-10 12:00")]


# --- what stays


def test_missed_stays_missed_and_what_was_due_by_now_is_recorded_first(desk_of: MakeDesk) -> None:
    """The holiday is proclaimed when its morning is over: the deadline of that morning was missed."""
    steps = (*LADDER, Step("alert", "supervisor", used=150))
    desk = desk_of(workflow(within=hours(4), steps=steps))
    case = opened(desk, "2026-03-06 15:00")
    (outcome,) = proclaim(desk, "2026-03-09 12:00", closed(MONDAY), MONDAY)
    kinds = [(entry.kind, shown(entry.at)) for entry in desk.host.history(case)[-2:]]
    assert kinds == [("missed", "2026-03-09 11:00"), ("recounted", "2026-03-09 12:00")]
    assert (kept(desk, case).outcome, shown(kept(desk, case).at)) == ("missed", "2026-03-09 11:00")
    item = outcome.entries[0].values["moved"][0]
    assert (shown(item["due"]), shown(item["missed"])) == ("2026-03-10 11:00", "2026-03-09 11:00")
    assert desk.tick("2026-03-10 16:00") == [("alerted", "2026-03-10 13:00")]  # 6 of 4 hours
    assert [entry.kind for entry in desk.host.history(case)].count("missed") == 1


def test_met_stays_met_and_so_does_the_account(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(met_by=("acknowledge",)))
    case = opened(desk, "2026-03-06 16:00")
    do(desk, case, "2026-03-06 16:30", "kim", "acknowledge", impact=1)
    before = kept(desk, case), desk.case(case).clocks[PROMISE]
    (outcome,) = proclaim(desk, "2026-03-06 17:00", closed(MONDAY), "2026-01-01")
    assert moved(outcome) == []
    assert (kept(desk, case), desk.case(case).clocks[PROMISE]) == before


def test_a_case_that_has_ended_is_left_alone(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-06 15:00")
    do(desk, case, "2026-03-06 15:30", "pat", "withdraw")
    assert proclaim(desk, "2026-03-06 16:00", closed(MONDAY), MONDAY) == []
    assert desk.host.history(case)[-1].kind == "done"


def test_a_case_that_time_ends_before_is_left_alone(desk: Desk) -> None:
    case = opened(desk, "2026-03-02 09:00")
    for event, fields in (("acknowledge", {"impact": 1}), ("decide", {"outcome": "rejected"}), ("send_answer", {})):
        desk.do(case, "kim", event, **fields)
    (outcome,) = proclaim(desk, "2026-04-20 09:00", closed("2026-05-04"), "2026-05-04")
    assert (outcome.entries, desk.case(case).state) == ((), "closed")


def test_nothing_moves_where_nothing_is_counted_on_that_day_and_the_calendar_is_another_all_the_same(
    desk_of: MakeDesk,
) -> None:
    desk = desk_of(workflow(within=hours(4)))
    case = opened(desk, "2026-03-02 09:00")
    before = desk.case(case)
    (outcome,) = proclaim(desk, "2026-03-02 10:00", closed(MONDAY), MONDAY)
    assert moved(outcome) == []
    assert desk.case(case)._replace(calendars="", version=0, last_at=0) == before._replace(
        calendars="", version=0, last_at=0
    )
    assert desk.case(case).calendars != before.calendars


# --- once, and all of them


def test_the_same_key_or_the_same_calendars_do_nothing_new(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-06 15:00")
    first = proclaim(desk, "2026-03-06 16:00", closed(MONDAY), MONDAY)
    assert list(proclaim(desk, "2026-03-06 17:00", closed(MONDAY), MONDAY)) == list(first)
    again = proclaim(desk, "2026-03-06 18:00", closed(MONDAY), MONDAY, "q")
    assert [(each.accepted, each.entries) for each in again] == [(True, ())]
    assert [entry.kind for entry in desk.host.history(case)].count("recounted") == 1


def test_new_cases_open_with_the_new_calendars_as_if_they_had_been_there(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    old = opened(desk, "2026-03-06 15:00")
    proclaim(desk, "2026-03-06 15:00", closed(MONDAY), MONDAY)
    new = opened(desk, "2026-03-06 15:00")
    assert (desk.case(new).calendars, due(desk, new)) == (desk.case(old).calendars, due(desk, old))


def test_a_case_with_older_calendars_than_new_cases_have_goes_on_from_its_own(desk_of: MakeDesk) -> None:
    """A new year of holidays was installed for new cases; then hours are cut for all."""
    desk = desk_of(workflow(within=hours(8)))
    case = opened(desk, "2026-03-06 13:00")
    desk.host.install(*files(desk, closed(MONDAY)))
    other = opened(desk, "2026-03-06 13:00")
    proclaim(desk, "2026-03-06 16:00", HALF, TUESDAY)
    assert (due(desk, case), due(desk, other)) == ("2026-03-09 13:00", "2026-03-10 13:00")
    assert desk.case(case).calendars != desk.case(other).calendars
    assert desk.tick("2026-03-10 14:00") == [("missed", "2026-03-09 13:00"), ("missed", "2026-03-10 13:00")]


def test_one_change_after_another(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-06 15:00")
    proclaim(desk, "2026-03-06 16:00", closed(MONDAY), MONDAY)
    proclaim(desk, "2026-03-06 17:00", closed(MONDAY, TUESDAY), TUESDAY, "q")
    assert due(desk, case) == "2026-03-11 11:00"
    proclaim(desk, "2026-03-07 09:00", BUNDLE, "2026-03-07", "r")
    assert due(desk, case) == "2026-03-09 11:00"


def test_all_open_cases_in_pages_and_on_after_a_kill_in_the_middle(
    desk_of: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casedsl_runtime.proclaiming.PAGE", 2)
    desk = desk_of(workflow())
    numbers = [opened(desk, "2026-03-06 15:00") for _ in range(5)]
    do(desk, numbers[1], "2026-03-06 15:30", "pat", "withdraw")
    desk.clock.put("2026-03-06 16:00")
    left = iter([b"\0" * 2_000] * 3)
    dying = Host(desk.store, desk.host._directory, desk.clock, lambda count: next(left)[:count])
    with pytest.raises(StopIteration):
        dying.proclaim("p", dump_bundle(closed(MONDAY)), MONDAY, "a bank holiday")
    done = [number for number in numbers if desk.host.history(number)[-1].kind == "recounted"]
    assert 0 < len(done) < 4
    found = proclaim(desk, "2026-03-06 16:00", closed(MONDAY), MONDAY)
    assert [each.number for each in found] == [number for number in numbers if number != numbers[1]]
    assert {due(desk, number) for number in numbers if number != numbers[1]} == {"2026-03-10 11:00"}
    assert all(len([e for e in desk.host.history(n) if e.kind == "recounted"]) == 1 for n in numbers if n != numbers[1])


def test_foreseen_is_what_happens_then(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(steps=LADDER))
    case = opened(desk, "2026-03-06 15:00")
    desk.clock.put("2026-03-09 09:30")  # half time lies behind, and nobody let time act
    before = to_json(desk.case(case))
    (seen,) = desk.host.foresee(dump_bundle(closed(TUESDAY)), TUESDAY, "a bank holiday")
    assert (to_json(desk.case(case)), desk.host.history(case)[-1].n) == (before, 1)
    (done,) = proclaim(desk, "2026-03-09 09:30", closed(TUESDAY), TUESDAY)
    assert moved(seen) == moved(done)
    assert seen.entries[0].n == done.entries[0].n == 3


# --- refusals


@pytest.mark.parametrize(
    ("calendars", "effective", "reason", "more", "sentence"),
    [
        (closed(MONDAY), "2026-3-9", "why", {}, "'2026-3-9' is no date"),
        (closed(MONDAY), MONDAY, " ", {}, "`reason` takes a text that is not empty: say why"),
        (closed(MONDAY), MONDAY, "why", {"actor": "zoe"}, "no person 'zoe'"),
        (closed(MONDAY), MONDAY, "why", {"case_type": "other"}, "no such case type"),
        (Bundle((DESK,), "1", "1"), MONDAY, "why", {}, "`complaint` counts in `office`, which these calendars lack"),
        (Bundle((replace(OFFICE, zone="Europe/Paris"), DESK), "1", "1"), MONDAY, "why", {}, "can't go on in"),
    ],
)  # fmt: skip
def test_what_can_not_be_proclaimed_changes_nothing(
    desk_of: MakeDesk, calendars: Bundle, effective: str, reason: str, more: dict[str, str], sentence: str
) -> None:
    desk = desk_of(workflow())
    case = opened(desk, "2026-03-06 15:00")
    found = desk.host.proclaim("p", dump_bundle(calendars), effective, reason, **more)
    assert [(each.accepted, each.number) for each in found] == [(False, None)]
    assert sentence in found[0].reasons[0]
    assert desk.case(case).version == 1
    new = opened(desk, "2026-03-06 15:00")
    assert desk.case(new).calendars == desk.case(case).calendars


def test_calendars_that_end_too_soon_are_refused_case_by_case(desk_of: MakeDesk) -> None:
    short = replace(OFFICE, last=at("2026-03-10 00:00"), days=OFFICE.days[:48], ends=OFFICE.ends[:48])
    short = replace(short, opens=OFFICE.opens[:48], closes=OFFICE.closes[:48], changes=OFFICE.changes[:1],
                    offsets=OFFICE.offsets[:1])  # fmt: skip
    desk = desk_of(workflow(within=days(3)))
    far, near = opened(desk, "2026-03-06 15:00"), opened(desk, "2026-03-02 09:00")
    desk.clock.put("2026-03-06 16:00")
    found = {each.number: each for each in desk.host.proclaim("p", dump_bundle(Bundle((short, DESK), "1", "1")),
                                                              MONDAY, "why")}  # fmt: skip
    assert found[near].accepted
    assert not found[far].accepted
    assert "knows no day after" in found[far].reasons[0]
    assert due(desk, far) == "2026-03-11 17:00"


def test_the_engine_itself_refuses_what_no_host_asks() -> None:
    desk = Desk(MemoryStore(), workflow=workflow(within=hours(4)))
    case, machine = opened(desk, "2026-03-06 15:00"), None
    machine = desk.host.machine(case)
    assert machine is not None
    with desk.store.reading() as unit:
        pinned = desk.host._shelf.pinned(unit, desk.case(case).workflow, desk.case(case).calendars)
        env = desk.host._env(unit, pinned, None, at("2026-03-09 12:00"))
    for reason, sentence in ((" ", "say why"), ("why", "let time act first")):
        decision = decide(machine, desk.case(case), CountAnew(MONDAY, reason, "x"), env)
        assert isinstance(decision, Refused)
        assert sentence in decision.reasons[0]
    ended = desk.case(case)._replace(state="closed")
    decision = decide(machine, ended, CountAnew(MONDAY, "why", "x"), env)
    assert isinstance(decision, Refused)
    assert "is final" in decision.reasons[0]


def test_a_store_without_the_bundle_says_so(store: Store) -> None:
    desk = Desk(store)
    opened(desk, "2026-03-06 15:00")
    fresh = Host(_Forgetful(store), desk.host._directory, desk.clock)
    with pytest.raises(StoreError, match="the store lacks sha256"):
        fresh.proclaim("p", dump_bundle(closed(MONDAY)), MONDAY, "why")


class _Forgetful:
    """A store that has lost its bundles."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def transaction(self) -> Any:
        return self._forget(self._store.transaction())

    reading = transaction

    def close(self) -> None: ...

    @staticmethod
    def _forget(manager: Any) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def within() -> Any:
            with manager as unit:
                unit.bundle = lambda hash: None
                yield unit

        return within()
