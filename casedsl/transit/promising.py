"""The promises of a case type in words: how long, from when to when, where they stand still, whom they tell."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.model.records import CaseType, Promise, Step
from casedsl.transit.moves import role_title, state_title


def promise_sentences(case_type: CaseType) -> tuple[str, ...]:
    return tuple(_sentence(case_type, promise) for promise in case_type.promises.values())


def _sentence(case_type: CaseType, promise: Promise) -> str:
    clauses = (*_counts(case_type, promise), *(_step(case_type, step) for step in promise.steps))
    return f"{promise.title or promise.name}: {'; '.join(clauses)}."


def _counts(case_type: CaseType, promise: Promise) -> Iterator[str]:
    """How long, from when to when, and what stops or changes the clock."""
    met, calendar = " or ".join(map(str, promise.met_by)), f"(calendar {promise.calendar}), from {promise.since}"
    if promise.before is None:
        yield f"within {promise.within.duration} {calendar} until {met}"
    else:
        yield f"due at least {promise.within.duration} before {promise.before} {calendar} until {met}"
    yield from (f"within {length.duration} in band {band}" for band, length in promise.by_band)
    yield from _pauses(case_type, promise)
    yield from (f"within {length.duration} once {event} has happened" for event, length in promise.extensions)
    if promise.restarts_on is not None:
        yield f"begins anew on {promise.restarts_on}" if promise.anew else f"goes on after {promise.restarts_on}"


def _pauses(case_type: CaseType, promise: Promise) -> Iterator[str]:
    still, pauses = ", ".join(state_title(case_type, ref.name) for ref in promise.pauses_in), promise.pauses
    if still:
        days = " by whole days" if pauses.whole_days else ""
        most = f", at most {pauses.at_most.duration}" if pauses.at_most else ""
        yield f"stands still in {still}{days}{most}"
    yield from (f"stands still from {first} to {last}" for first, last in pauses.dates)
    if not still and not pauses.dates and promise.before is None:
        yield "never stands still"


def _step(case_type: CaseType, step: Step) -> str:
    when = f"when {step.left.duration} left" if step.left else f"when {step.used}% used" if step.used else "when missed"
    return f"{step.rung} {role_title(case_type, step.to.name)} {when}"
