"""Clocks: visits, side steps, back, stages, teams, pauses, ladders, promises, downtime (`time/semantics.md`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from casedsl_runtime import Do, Person, Store, TimerDue
from casedsl_runtime.artifact import Promise, Stage, Timer, Workflow
from casedsl_runtime.commands import Env, Refused
from casedsl_runtime.engine import decide
from casedsl_runtime.people import Directory
from casedsl_runtime.vocabulary import Duration
from runtime_samples import WORKFLOW, Desk, at, hours, shown

ANSWER, STAGE = "promise/answer", "stage/at_work"


def with_state(name: str, **changes: object) -> Workflow:
    states = tuple(replace(state, **changes) if state.name == name else state for state in WORKFLOW.states)  # type: ignore[arg-type]
    return replace(WORKFLOW, states=states)


def test_back_resumes_the_visit_and_time_away_counts_for_nothing(desk_of: Callable[[Workflow], Desk]) -> None:
    """In review, alert after 3 working days; after 2 the customer is asked; the answer comes a week later; the alert is
    due one working day after the return."""
    desk = desk_of(with_state("in_review", timers=(Timer("alert", "supervisor", Duration(3, "working", "day")),)))
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.due(case, "state/in_review", "0") == "2026-03-05 17:00"
    desk.clock.put("2026-03-04 18:00")  # two working days have ended
    desk.do(case, "kim", "ask_customer", question="Which order?")
    suspended = desk.case(case).clocks["state/in_review"]
    assert suspended.dues == {"0": None}
    assert not suspended.running
    desk.clock.put("2026-03-11 10:00")
    desk.do(case, "pat", "customer_replied")
    resumed = desk.case(case).clocks["state/in_review"]
    assert (resumed.visit, shown(resumed.dues["0"])) == (1, "2026-03-11 17:00")
    assert desk.case(case).behind is None


def test_any_other_way_in_begins_a_new_visit_and_drops_the_suspended_one(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "phone")
    assert desk.case(case).behind == "new"
    desk.clock.put("2026-03-02 15:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    after = desk.case(case)
    assert after.behind is None
    assert "state/new" not in after.clocks
    assert "state/waiting_for_call" not in after.clocks
    assert after.clocks[STAGE].visit == 2
    assert after.clocks[STAGE].started == at("2026-03-02 15:00")


def test_from_side_step_to_side_step_keeps_what_is_behind(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")  # one hour of `new` is used
    desk.do(case, "kim", "ask_customer", question="Which order?")
    desk.clock.put("2026-03-02 12:00")
    desk.do(case, "kim", "phone")
    middle = desk.case(case)
    assert (middle.state, middle.behind) == ("waiting_for_call", "new")
    assert "state/waiting_on_customer" not in middle.clocks
    assert middle.promises["answer"].outcome == "running"  # only waiting on the customer pauses it
    desk.clock.put("2026-03-02 14:00")
    desk.do(case, "kim", "take_back")
    assert desk.case(case).state == "new"
    assert desk.due(case, "state/new", "0") == "2026-03-02 15:00"
    assert desk.case(case).visits["state/new"] == 1


def test_back_is_refused_where_nothing_is_behind(desk_of: Callable[[Workflow], Desk]) -> None:
    table = {
        **WORKFLOW.table,
        "new": {**WORKFLOW.table["new"], "take_back": WORKFLOW.table["waiting_for_call"]["take_back"]},
    }
    desk = desk_of(replace(WORKFLOW, table=table))
    case = desk.open()
    assert desk.refuses(case, "kim", "take_back") == ("`take_back` leads back, and there is nothing to go back to",)


def test_stay_ends_nothing(desk: Desk) -> None:
    case = desk.open()
    before = desk.case(case)
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "pat", "message", "Any news?")
    after = desk.case(case)
    assert after.clocks == before.clocks
    assert after.happened["message"].times == 1


def test_a_stage_visit_goes_on_inside_and_ends_outside(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.case(case).clocks[STAGE].started == at("2026-03-02 09:00")
    desk.do(case, "kim", "decide", outcome="rejected")
    assert STAGE not in desk.case(case).clocks


def test_a_side_step_interrupts_the_stage_and_back_resumes_it(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "ask_customer", question="Which order?")
    assert not desk.case(case).clocks[STAGE].running
    desk.clock.put("2026-03-04 10:00")  # the closings of Monday and Tuesday lie in the pause
    desk.do(case, "pat", "customer_replied")
    assert desk.case(case).clocks[STAGE].visit == 1
    assert desk.due(case, STAGE, "0") == "2026-03-04 17:00"


def test_a_stage_clock_counts_in_the_calendar_of_the_team_that_has_the_case(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "kim", "decide", outcome="upheld", remedy="Money", refund=2_000_000)
    clock = desk.case(case).clocks[STAGE]
    assert clock.stretches == (
        (at("2026-03-02 09:00"), at("2026-03-02 10:00"), "office"),
        (at("2026-03-02 10:00"), None, "desk"),
    )
    assert shown(clock.dues["0"]) == "2026-03-03 13:00"


def test_a_promise_stands_still_in_its_pause_and_goes_on_after(desk: Desk) -> None:
    case = desk.open()
    assert desk.due(case, ANSWER, "missed") == "2026-03-16 17:00"
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "ask_customer", question="Which order?")
    paused = desk.case(case).promises["answer"]
    assert (paused.outcome, paused.due) == ("paused", None)
    desk.clock.put("2026-03-04 10:00")
    desk.do(case, "pat", "customer_replied")
    assert desk.due(case, ANSWER, "missed") == "2026-03-17 17:00"  # Tuesday's closing lies in the pause
    assert desk.due(case, ANSWER, "0") == "2026-03-12 17:00"


def test_a_promise_that_begins_in_its_pause_is_paused(desk: Desk) -> None:
    promise = Promise("reply", "Reply", hours(2), "office", "ask_customer", ("decide",), ("waiting_on_customer",))
    paused = Desk(desk.store, workflow=replace(WORKFLOW, promises=(*WORKFLOW.promises, promise)))
    case = paused.open()
    paused.do(case, "kim", "ask_customer", question="Which order?")
    assert paused.case(case).promises["reply"].outcome == "paused"
    paused.clock.put("2026-03-03 10:00")
    paused.do(case, "pat", "customer_replied")
    assert paused.due(case, "promise/reply", "missed") == "2026-03-03 12:00"


def test_a_promise_is_met_once_and_a_missed_one_stays_missed(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-17 10:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    missed = desk.case(case).promises["answer"]
    assert (missed.outcome, shown(missed.at)) == ("missed", "2026-03-16 17:00")
    desk.do(case, "kim", "decide", outcome="rejected")
    desk.do(case, "kim", "send_answer")
    assert desk.case(case).promises["answer"] == missed._replace(done=at("2026-03-17 10:00"))
    assert desk.case(case).promises["review"].outcome == "met"
    desk.do(case, "pat", "object", "No")
    desk.do(case, "kim", "decide", outcome="rejected")
    assert desk.case(case).promises["review"].outcome == "met"


def test_a_promise_starts_once(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    started = desk.case(case).clocks["promise/review"]
    desk.do(case, "kim", "phone")
    desk.clock.put("2026-03-02 12:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.case(case).clocks["promise/review"] == started


def test_at_the_very_deadline_the_deadline_wins(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "kim", "decide", outcome="rejected")
    desk.clock.put("2026-03-16 17:00")
    desk.do(case, "kim", "send_answer")
    assert desk.case(case).promises["answer"].outcome == "missed"


def test_the_end_cancels_promises_and_drops_clocks(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "pat", "withdraw", "Never mind")
    ended = desk.case(case)
    assert (ended.state, ended.ending) == ("closed", "withdrawn")
    assert ended.promises["answer"].outcome == "cancelled"
    assert set(ended.clocks) == {ANSWER}
    assert desk.host.next_due() is None


def test_a_step_before_a_promise_that_lies_in_the_past_is_due_at_once(desk_of: Callable[[Workflow], Desk]) -> None:
    answer = replace(WORKFLOW.promises[0], within=Duration(2, "working", "day"))
    desk = desk_of(replace(WORKFLOW, promises=(answer,)))
    case = desk.open()
    assert desk.due(case, ANSWER, "0") == "2026-03-02 09:00"  # three working days before Wednesday
    assert desk.tick("2026-03-02 09:00") == [("prompted", "2026-03-02 09:00")]


def test_a_step_that_fired_is_not_due_again_after_a_pause(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.tick("2026-03-12 09:00")
    assert "0" in desk.case(case).clocks[ANSWER].fired
    desk.do(case, "kim", "ask_customer", question="Which order?")
    desk.clock.put("2026-03-16 10:00")
    desk.do(case, "pat", "customer_replied")
    assert set(desk.case(case).clocks[ANSWER].dues) == {"missed", "1"}


def test_a_timer_that_fired_is_not_due_again_when_the_visit_is_resumed(desk: Desk) -> None:
    case = desk.open()
    desk.tick("2026-03-02 11:00")
    desk.clock.put("2026-03-02 12:00")
    desk.do(case, "kim", "ask_customer", question="Which order?")
    desk.clock.put("2026-03-02 14:00")
    desk.do(case, "pat", "customer_replied")
    resumed = desk.case(case).clocks["state/new"]
    assert {rung: shown(due) for rung, due in resumed.dues.items()} == {"1": "2026-03-02 15:00"}
    assert set(resumed.fired) == {"0"}


def test_the_ladder_of_friday_afternoon(desk: Desk) -> None:
    desk.clock.put("2026-03-06 16:00")
    case = desk.open()
    assert desk.tick("2026-03-09 09:59") == []
    assert desk.tick("2026-03-09 10:00") == [("prompted", "2026-03-09 10:00")]
    assert desk.tick("2026-03-09 12:00") == [("alerted", "2026-03-09 12:00")]
    last = desk.host.history(case)[-1].values
    assert last["actor"] == {"time": True}
    assert last["why"] == "nobody acted for 4 working hours"
    assert last["messages"][0]["people"] == ["sue"]
    assert "recorded" not in last


def test_escalation_raises_the_role_and_leaves_the_place(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.tick("2026-03-09 17:00")
    raised = desk.case(case)
    assert raised.state == "in_review"
    assert raised.escalation is not None
    assert (raised.escalation.to, raised.escalation.by) == ("supervisor", STAGE)
    desk.tick("2026-03-11 17:00")
    prompt = desk.host.history(case)[-1]
    assert prompt.values["messages"][0]["to"] == {"role": "supervisor"}  # the assignee's prompt goes to whoever has it
    assert desk.refuses(case, "kim", "hand_back") == ("only supervisor may `hand_back`; Kim is handler",)
    desk.do(case, "sue", "hand_back")
    assert desk.case(case).escalation is None
    assert desk.refuses(case, "sue", "hand_back") == (
        "`hand_back` gives back what was escalated, and nothing is escalated now",
    )


def test_an_escalation_ends_with_the_visit_that_raised_it(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.tick("2026-03-09 17:00")
    desk.do(case, "kim", "ask_customer", question="Which order?")
    assert desk.case(case).escalation is not None  # interrupted, not ended
    desk.do(case, "pat", "customer_replied")
    desk.do(case, "kim", "decide", outcome="rejected")
    assert desk.case(case).escalation is None


def test_time_moves_the_case_back_and_the_visit_goes_on(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "ask_customer", question="Which order?")
    assert desk.tick("2026-03-16 10:00") == [
        ("prompted", "2026-03-05 10:00"), ("moved", "2026-03-16 10:00"),
    ]  # fmt: skip
    moved = desk.case(case)
    assert (moved.state, moved.visits["state/new"]) == ("new", 1)
    assert shown(moved.clocks["state/new"].dues["0"]) == "2026-03-16 11:00"
    assert desk.host.history(case)[-1].values["why"].endswith("We decide with what we know.")


def test_downtime_records_every_step_at_its_own_instant_and_only_the_highest_notifies(desk: Desk) -> None:
    case = desk.open()
    desk.tick("2026-03-05 18:00")
    entries = desk.host.history(case)[1:]
    assert [(entry.kind, shown(entry.at), bool(entry.values["messages"])) for entry in entries] == [
        ("prompted", "2026-03-02 11:00", False),
        ("alerted", "2026-03-02 13:00", True),
        ("prompted", "2026-03-03 17:00", False),
        ("alerted", "2026-03-05 17:00", True),
    ]
    assert all(entry.values["recorded"] == at("2026-03-05 18:00") for entry in entries)
    assert [entry.values["planned"] for entry in entries] == [entry.at for entry in entries]


def test_a_step_does_not_wait_for_one_that_a_move_prevents(desk_of: Callable[[Workflow], Desk]) -> None:
    """The stage's alert would speak for its prompt, but time closes the case before."""
    move = Timer("move", "closed", hours(2), ending="silence")
    ladder = (Timer("prompt", "supervisor", hours(1)), Timer("alert", "supervisor", hours(3)))
    stage = Stage("at_work", "Being worked on", ("new",), ladder)
    desk = desk_of(replace(with_state("new", timers=(move,)), stages=(stage,)))
    case = desk.open()
    assert desk.tick("2026-03-02 16:00") == [("prompted", "2026-03-02 10:00"), ("moved", "2026-03-02 11:00")]
    assert desk.host.history(case)[1].values["messages"][0]["people"] == ["sue"]
    assert desk.case(case).ending == "silence"


def test_the_kernel_refuses_a_command_before_time_has_acted(desk: Desk) -> None:
    number = desk.open()
    machine, sue = desk.host.machine(number), Person("sue", "Sue", ("supervisor",))
    assert machine is not None
    env = Env(at("2026-03-02 11:00"), sue, Directory({}), {})
    refused = decide(machine, desk.case(number), Do("acknowledge", {"impact": 1}), env)
    assert isinstance(refused, Refused)
    assert "let time act first" in refused.reasons[0]


def test_a_command_first_settles_what_is_due(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 13:30")
    desk.do(case, "kim", "acknowledge", impact=1)
    assert [entry.kind for entry in desk.host.history(case)] == ["opened", "prompted", "alerted", "done"]


def test_at_one_instant_the_order_is_state_stage_promise(desk_of: Callable[[Workflow], Desk]) -> None:
    day = Duration(1, "working", "day")
    workflow = with_state("new", timers=(Timer("prompt", "assignee", day),))
    answer = replace(WORKFLOW.promises[0], within=day, steps=())
    desk = desk_of(replace(workflow, promises=(answer,)))
    case = desk.open()
    desk.tick("2026-03-03 17:00")
    entries = desk.host.history(case)[1:]
    assert [entry.kind for entry in entries] == ["prompted", "prompted", "missed"]
    assert "nobody acted" in entries[0].values["why"]
    letters = [letter.to for letter in desk.host.outbox()]
    assert letters == ["kim"]  # prompts to one person at one instant are one message


def test_an_instant_never_lies_before_the_one_before(desk: Desk) -> None:
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.clock.put("2026-03-02 09:30")
    assert shown(desk.do(case, "pat", "message").at) == "2026-03-02 10:00"


def test_a_wake_up_that_differs_in_anything_is_stale(desk: Desk) -> None:
    number = desk.open()
    case, machine = desk.case(number), desk.host.machine(number)
    assert machine is not None
    env = Env(at("2026-03-02 11:00"), None, Directory({}), {})
    real = TimerDue("state/new", 1, "0", 1, at("2026-03-02 11:00"))
    for other in (
        replace(real, clock="state/in_review"),
        replace(real, visit=2),
        replace(real, rung="1"),
        replace(real, rung="9"),
        replace(real, occurrence=2),
        replace(real, due=real.due + 1),
    ):
        refused = decide(machine, case, other, env)
        assert isinstance(refused, Refused)
        assert "stale" in refused.reasons[0]
    early = decide(machine, case, real, env._replace(now=real.due - 1))
    assert isinstance(early, Refused)


def test_a_calendar_that_runs_out_is_a_refusal_with_a_way_out(store: Store) -> None:
    desk = Desk(store, "2027-12-30 10:00")
    outcome = desk.host.open("complaint", "k", {"summary": "Late in the year"}, "pat")
    assert not outcome.accepted
    assert "casedsl calendars lock" in outcome.reasons[0]
    assert desk.host.list() == []


def test_without_a_team_the_first_teams_calendar_counts(desk_of: Callable[[Workflow], Desk]) -> None:
    desk = desk_of(with_state("new", team=None))
    case = desk.open()
    assert desk.case(case).team is None
    assert desk.due(case, "state/new", "0") == "2026-03-02 11:00"


def test_a_stage_of_a_side_step_ends_with_it(desk_of: Callable[[Workflow], Desk]) -> None:
    """A stage that only the side step is in begins and ends with it; one that holds both goes on."""
    aside = Stage("aside", "Aside", ("waiting_for_call",), (Timer("prompt", "supervisor", hours(1)),))
    whole = Stage("whole", "Whole", ("new", "waiting_for_call"), (Timer("prompt", "supervisor", hours(6)),))
    desk = desk_of(replace(WORKFLOW, stages=(*WORKFLOW.stages, aside, whole)))
    case = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(case, "kim", "phone")
    assert desk.due(case, "stage/aside", "0") == "2026-03-02 11:00"
    assert desk.due(case, "stage/whole", "0") == "2026-03-02 15:00"
    desk.clock.put("2026-03-02 10:30")
    desk.do(case, "kim", "take_back")
    assert "stage/aside" not in desk.case(case).clocks
    assert desk.due(case, "stage/whole", "0") == "2026-03-02 15:00"
    assert desk.case(case).clocks[STAGE].stretches[-1] == (at("2026-03-02 10:30"), None, "office")


def test_time_that_can_not_move_a_case_back_says_so_and_does_not_loop(desk_of: Callable[[Workflow], Desk]) -> None:
    desk = desk_of(with_state("new", timers=(Timer("move", "back", hours(1)),)))
    case, other = desk.open(), desk.open()
    desk.clock.put("2026-03-02 11:00")
    fired = desk.host.tick()
    assert [(step.case, step.outcome.accepted) for step in fired] == [(case, False), (other, False)]
    assert desk.refuses(case, "pat", "message")[0].startswith("time would move this case back")


def test_the_only_clock_ends_with_its_visit(desk_of: Callable[[Workflow], Desk]) -> None:
    """No promise has begun and there is no stage: when the one clock ends and another begins, the first is gone."""
    later = tuple(replace(promise, since="withdraw") for promise in WORKFLOW.promises)
    desk = desk_of(replace(WORKFLOW, promises=later, stages=()))
    case = desk.open(impact=2)
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "kim", "decide", outcome="rejected")
    assert list(desk.case(case).clocks) == ["state/answering"]
    desk.do(case, "kim", "send_answer")
    assert list(desk.case(case).clocks) == ["state/resolved"]
