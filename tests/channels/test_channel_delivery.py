"""What a host and a handler agree on: retries, reasons, and which handlers a workflow needs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from casedsl_runtime.artifact import Actions, Promise, Route, Sending, Stage, State, Step, Timer, Transition, Workflow
from casedsl_runtime.delivery import (
    Delivery,
    Failure,
    Policy,
    Retry,
    Undeliverable,
    failed,
    missing_handlers,
    required,
    token,
    wait,
)
from casedsl_runtime.vocabulary import Duration
from hypothesis import given, settings
from hypothesis import strategies as st

ENTRY = Delivery("CMP-1/3/0/kim", "CMP-1", "send", "kim", {"subject": "s"}, 1)
HOUR = Duration(1, "clock", "hour")
QUIET = Workflow(
    name="quiet", title="Quiet", edition=1, version=1, number="Q-{sequence}", zone="UTC", roles=(), may_be_both=(),
    teams=(), fields=(), priority=None, promises=(), stages=(Stage("s", "S", ("new",)),), states=(State("new", "New"),),
    transitions=(Transition("go", "Go", (Route("new"),)),), table={}, templates=(),
)  # fmt: skip
TELLS = Actions(sends=(Sending("t", ("clerk",)),))


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 100), st.text(max_size=20), st.integers(1, 100), st.integers(1, 100_000), st.integers(2, 60))
def test_a_wait_is_stable_bounded_and_at_most_doubles(attempt: int, id: str, first: int, most: int, tries: int) -> None:
    policy = Policy(first, most, tries)
    seconds = wait(attempt, policy, id)
    if attempt >= tries:
        assert seconds is None
        return
    longest = min(first * 2 ** (attempt - 1), most)
    assert seconds is not None
    assert longest * 3 // 4 <= seconds <= longest
    assert seconds == wait(attempt, policy, id)


def test_entries_that_failed_together_come_back_apart() -> None:
    assert len({wait(10, Policy(), f"CMP-{n}/1/0/kim") for n in range(50)}) > 40


def test_the_usual_policy_outlasts_a_weekend() -> None:
    waits = [wait(attempt, Policy(), "x") for attempt in range(1, 24)]
    assert sum(seconds or 0 for seconds in waits) > 60 * 3600
    assert wait(24, Policy(), "x") is None


def test_a_receiver_that_names_a_time_gets_it_up_to_a_day() -> None:
    assert wait(1, Policy(), "x", after=3600) == 3600
    assert wait(1, Policy(), "x", after=10**9) == 24 * 3600
    assert wait(1, Policy(), "x", after=0) == wait(1, Policy(), "x")
    assert wait(24, Policy(), "x", after=5) is None


HANDLER = "the handler failed with "


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Retry("busy", 9000), "busy"),
        (ConnectionRefusedError(111, "to kim@example.org"), HANDLER + "ConnectionRefusedError (ECONNREFUSED)"),
        (TimeoutError("kim@example.org"), HANDLER + "TimeoutError"),
        (OSError("kim@example.org"), HANDLER + "OSError"),
        (KeyError("kim@example.org"), HANDLER + "KeyError"),
    ],
)  # fmt: skip
def test_a_failure_that_may_pass_is_tried_again_and_tells_no_value(error: Exception, reason: str) -> None:
    found = failed(error, ENTRY, Policy())
    assert found == Failure(reason, 9000 if isinstance(error, Retry) else wait(1, Policy(), ENTRY.id))
    assert failed(error, replace(ENTRY, attempt=24), Policy()) == Failure(reason, None)


def test_what_is_undeliverable_goes_aside_at_once() -> None:
    assert failed(Undeliverable("no such person"), ENTRY, Policy()) == Failure("no such person", None)


def test_a_token_is_stable_and_fits_any_header() -> None:
    assert token("CMP-1/3/0/kim") == token("CMP-1/3/0/kim")
    assert len({token("a"), token("b"), token("a", "here"), token("a", "there")}) == 4
    assert token("CMP-1\r\nX: y\ud800").isalnum()


@pytest.mark.parametrize(
    "workflow",
    [
        replace(QUIET, transitions=(Transition("go", "Go", (Route("new"),), actions=TELLS),)),
        replace(QUIET, transitions=(Transition("go", "Go", (Route("new"), Route("new", actions=TELLS))),)),
        replace(QUIET, states=(State("new", "New", timers=(Timer("prompt", "clerk", HOUR),)),)),
        replace(QUIET, stages=(Stage("s", "S", ("new",), timers=(Timer("alert", "clerk", HOUR),)),)),
        replace(QUIET, promises=(Promise("p", "P", HOUR, "c", "opened", (), steps=(Step("tell", "clerk"),)),)),
    ],
    ids=["transition", "route", "state", "stage", "promise"],
)
def test_whoever_can_speak_needs_a_handler_to_send(workflow: Workflow) -> None:
    assert required(workflow) == {"send"}


def test_who_only_moves_needs_none() -> None:
    timers = (Timer("move", "new", HOUR), Timer("escalate", "clerk", HOUR))
    assert required(QUIET) == frozenset()
    assert required(replace(QUIET, states=(State("new", "New", timers=timers),))) == frozenset()


def test_a_missing_handler_is_named() -> None:
    assert missing_handlers({"send", "call crm", "call a"}, {"call crm": print}) == [
        "missing handler for `call a`: a case can make this call; register a handler under this name",
        "missing handler for `send`: a case can tell people something; register a handler under this name",
    ]
    assert missing_handlers({"send"}, {"send": print, "call x": print}) == []
