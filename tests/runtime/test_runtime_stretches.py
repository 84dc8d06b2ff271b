"""When a promise's clock runs, against a walk through every minute that shares nothing with the code but its input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from casedsl_runtime import reckoning, worktime
from casedsl_runtime.artifact import Promise
from casedsl_runtime.case import PromiseKept, Spans
from casedsl_runtime.vocabulary import Duration
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import BUNDLE, LONDON, at, days, hours

CALENDARS = worktime.load(BUNDLE)
FIRST = at("2026-03-25 00:00")  # over the night in which the clocks go forward
DAYS, MINUTES = 9, range(9 * 24 * 60)
PLAIN = Promise("soon", "Soon", days(10), "office", "opened", ("done",), ("asked",))


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Spans in order that don't overlap; the last may be open."""
    bounds = sorted(draw(st.lists(st.sampled_from(MINUTES), max_size=6, unique=True)))
    instants = [FIRST + 60 * minute for minute in bounds]
    pairs: list[tuple[int, int | None]] = list(zip(instants[::2], instants[1::2], strict=False))
    return (*pairs, (instants[-1], None)) if len(instants) % 2 and draw(st.booleans()) else tuple(pairs)


def _local(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, LONDON)


def _inside(instant: int, these: Spans) -> bool:
    return any(start <= instant and (end is None or instant < end) for start, end in these)


def _touched(these: Spans) -> set[date]:
    """The dates that spans touch; a span is half-open, so one until midnight doesn't touch the date that begins."""
    last = FIRST + DAYS * 86400
    found = set[date]()
    for start, end in these:
        day = _local(start).date()
        while day <= _local(last if end is None else max(start, end - 1)).date():
            found.add(day)
            day += timedelta(1)
    return found


def walked(promise: Promise, kept: PromiseKept, started: int) -> list[int]:
    """The minutes in which the clock runs."""
    touched, used, running = _touched(kept.still), 0, list[int]()
    most = None if promise.at_most is None else promise.at_most.count * 60
    for minute in range(started, FIRST + DAYS * 86400, 60):
        local = _local(minute)
        still = local.date() in touched if promise.whole_days else _inside(minute, kept.still)
        if still and (most is None or used < most):
            used += local.weekday() < 5 and 9 <= local.hour < 17
        elif not _inside(minute, (*kept.held, *kept.away)):
            running.append(minute)
            continue
    return running


@settings(max_examples=150, deadline=None, derandomize=True)
@given(spans(), spans(), spans(), st.booleans(), st.sampled_from([None, 1, 9]), st.sampled_from(MINUTES[:2000]))
def test_the_clock_runs_when_nothing_lets_it_stand_still(
    still: Spans, held: Spans, away: Spans, whole: bool, most: int | None, start: int
) -> None:
    promise = replace(PLAIN, whole_days=whole, at_most=None if most is None else hours(most))
    kept = PromiseKept("running", None, FIRST, still=still, held=reckoning.united(held), away=away)
    started = FIRST + 60 * start
    stretches = reckoning.stretches_of(promise, kept, started, CALENDARS)
    runs = [minute for minute in range(started, FIRST + DAYS * 86400, 60) if reckoning.runs_at(stretches, minute)]
    assert runs == walked(promise, kept, started)
    assert all(start >= started for start, _, _ in stretches)
    assert all(one[1] is not None and one[1] < other[0] for one, other in pairwise(stretches))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(spans(), st.sampled_from(MINUTES))
def test_the_next_turn_is_the_next_change(pauses: Spans, minute: int) -> None:
    stretches = reckoning.stretches_of(PLAIN, PromiseKept("running", None, FIRST, still=pauses), FIRST, CALENDARS)
    now = FIRST + 60 * minute
    turn = reckoning.next_turn(stretches, now)
    until = FIRST + DAYS * 86400 if turn is None else turn
    same = {reckoning.runs_at(stretches, instant) for instant in range(now, until, 60)}
    assert len(same) <= 1
    assert turn is None or reckoning.runs_at(stretches, turn) is not reckoning.runs_at(stretches, turn - 60)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(MINUTES), st.sampled_from([4, 8, 16])), min_size=1, max_size=4))
def test_in_proportion_as_much_is_left_as_the_shares_leave(changes: list[tuple[int, int]]) -> None:
    """Each length takes away its share of the promise per working minute, until nothing is left."""
    changes = sorted({FIRST + 60 * minute: count for minute, count in changes}.items())
    promise = replace(PLAIN, recounts="in proportion")
    goals = ((FIRST, hours(16)), *((instant, hours(count)) for instant, count in changes))
    kept = PromiseKept("running", None, FIRST, goals=goals)
    measured = reckoning.measure(promise, kept, FIRST, ((FIRST, None, "office"),), CALENDARS)
    left, lengths = 1.0, dict(((FIRST, 16), *changes))
    for start, end in pairwise(lengths):
        open_minutes = sum(
            _local(minute).weekday() < 5 and 9 <= _local(minute).hour < 17 for minute in range(start, end, 60)
        )
        left -= open_minutes / (lengths[start] * 60)
    expected = max(0.0, left) * goals[-1][1].count * 60
    assert measured.goal.kind == "working"
    assert 0 <= measured.goal.count - expected < 1 + 1e-6 or abs(measured.goal.count - expected) < 1e-6
    assert isinstance(measured.goal, Duration)
