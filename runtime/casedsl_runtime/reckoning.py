"""How the clock of a promise is worked out: when it begins, when it stands still, which length holds, when it is due.

Everything here is a function of facts that stand in the case (`PromiseKept`); nothing is added up while time passes. A
pause that is entered later, a date that is put right, a priority that changes: the whole clock is worked out anew.

    pauses      the visits to the states it names, cut off where `at most` is reached (over all visits together), the
                days between its date fields, and the time between being met and going on; their union
    stretches   everything else, from the start on
    measure     the length that holds and from where it counts: a changed priority counts from the start, from the
                change, or for the share of the promise that was left (13 of 16 hours left are 3:15 of 4 hours)
    due         the first instant at which that length has counted; or so long before a date
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from casedsl_runtime import worktime
from casedsl_runtime.artifact import Promise, Step
from casedsl_runtime.case import PromiseKept, Spans, Stretch
from casedsl_runtime.vocabulary import Counting, Duration, Value
from casedsl_runtime.worktime import Calendars, Timetable

_MINUTES = {"minute": 1, "hour": 60}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a promise is measured by: the instant from which its length counts, the stretches since, and the length."""

    started: int
    stretches: tuple[Stretch, ...]
    goal: Duration


def spans(stretches: Sequence[Stretch]) -> list[worktime.Stretch]:
    """Stretches as the arithmetic of time takes them."""
    return [worktime.Stretch(start, end, calendar) for start, end, calendar in stretches]


def cut(stretches: Sequence[Stretch], at: int) -> tuple[Stretch, ...]:
    """The stretches up to an instant, none of them running; one in which no second passed leaves no trace."""
    return tuple(
        (start, at if end is None else min(end, at), calendar) for start, end, calendar in stretches if start < at
    )


def _since(stretches: Sequence[Stretch], at: int) -> tuple[Stretch, ...]:
    return tuple(
        (max(start, at), end, calendar) for start, end, calendar in stretches if end is None or max(start, at) < end
    )


# --- instants of dates


def beginning(table: Timetable, day: str) -> int:
    """The instant at which a local date begins."""
    return worktime.midnight(table, date.fromisoformat(day).toordinal())


def instant_of(table: Timetable, value: Value) -> int | None:
    """The instant that a field names: a date means its beginning."""
    if value is None or isinstance(value, bool):
        return None
    return value if isinstance(value, int) else beginning(table, value)


def days_held(table: Timetable, first: Value, last: Value) -> Spans:
    """The span between two dates, both included; open as long as the second is not known, nothing if it lies before."""
    if not isinstance(first, str):
        return ()
    end = worktime.midnight(table, date.fromisoformat(last).toordinal() + 1) if isinstance(last, str) else None
    start = beginning(table, first)
    return () if end is not None and end <= start else ((start, end),)


# --- pauses and stretches


def stretches_of(promise: Promise, kept: PromiseKept, started: int, calendars: Calendars) -> tuple[Stretch, ...]:
    """When the clock runs, from its start on: also what is known of times to come."""
    visits = _visits(promise, kept.still, started, calendars)
    return tuple(_between(started, united((*visits, *kept.held, *kept.away)), promise.calendar))


def _visits(promise: Promise, still: Spans, started: int, calendars: Calendars) -> Spans:
    """The visits in which a promise stands still, as whole days if it says so, and no longer than it may in all."""
    if promise.whole_days:
        still = tuple(_whole(calendars[promise.calendar], start, end) for start, end in still)
    still = tuple((max(start, started), end) for start, end in united(still) if end is None or end > started)
    if promise.at_most is None:
        return still
    running = [worktime.Stretch(start, end, promise.calendar) for start, end in still]
    limit = worktime.due(calendars, running, promise.at_most, started) if running else None
    if limit is None:
        return still
    return tuple((start, limit if end is None else min(end, limit)) for start, end in still if start < limit)


def _whole(table: Timetable, start: int, end: int | None) -> tuple[int, int | None]:
    """The dates that a span touches, both included; one that ends at midnight doesn't touch the date that begins."""
    low, high = worktime.whole_dates(table, start, start if end is None else end)
    return low, None if end is None else high


def united(spans: Iterable[tuple[int, int | None]]) -> Spans:
    """The spans in order; those that overlap or touch are one."""
    found: list[tuple[int, int | None]] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        last = found[-1][1] if found else -1
        if found and (last is None or start <= last):
            found[-1] = (found[-1][0], None if last is None or end is None else max(last, end))
        else:
            found.append((start, end))
    return tuple(found)


def _between(started: int, pauses: Spans, calendar: str) -> Iterator[Stretch]:
    at = started
    for start, end in pauses:
        if start > at:
            yield at, start, calendar
        if end is None:
            return
        at = max(at, end)
    yield at, None, calendar


def runs_at(stretches: Sequence[Stretch], at: int) -> bool:
    """Whether the clock runs at an instant; spans are half-open."""
    return any(start <= at and (end is None or at < end) for start, end, _ in stretches)


def next_turn(stretches: Sequence[Stretch], at: int) -> int | None:
    """The next instant at which the clock begins to run or stands still, as far as is known."""
    bounds = [bound for start, end, _ in stretches for bound in (start, end) if bound is not None and bound > at]
    return min(bounds, default=None)


# --- what is measured


def measure(
    promise: Promise, kept: PromiseKept, started: int, stretches: tuple[Stretch, ...], calendars: Calendars
) -> Measure:
    """From where which length counts. What extends a promise always counts from the start."""
    at, goal = kept.goals[-1]
    if promise.recounts == "from the start" or kept.extended is not None or len(kept.goals) == 1:
        return Measure(started, stretches, goal)
    at = max(at, started)
    if promise.recounts == "in proportion":
        goal = _part(goal, _share_left(promise.counting, kept, started, stretches, calendars))
    return Measure(at, _since(stretches, at), goal)


def _share_left(
    counting: Counting, kept: PromiseKept, started: int, stretches: tuple[Stretch, ...], calendars: Calendars
) -> Fraction:
    """The share of the promise that was left when its present length began to hold: each length before took away what
    was used of it meanwhile."""
    left = Fraction(1)
    for (at, goal), (until, _) in zip(kept.goals, kept.goals[1:], strict=False):
        begun = max(at, started)
        if until > begun:
            past = spans(cut(_since(stretches, begun), until))
            whole = _part(goal, Fraction(1))
            used = worktime.elapsed(calendars, past, whole.kind, whole.unit, begun, until, counting)
            left -= Fraction(used, worktime.size(whole))
    return max(left, Fraction(0))


def _part(goal: Duration, share: Fraction) -> Duration:
    """A share of a length, in minutes or days; what is begun counts as whole. Of clear days the last one, which has to
    be over, is shared out with the others. Months are never shared out."""
    if goal.unit in _MINUTES:
        return Duration(_ceiling(share * goal.count * _MINUTES[goal.unit]), goal.kind, "minute")
    if goal.kind == "clock":
        return Duration(_ceiling(share * goal.count * 1440), "clock", "minute")
    beyond = worktime.size(goal) - goal.count
    return Duration(_ceiling(share * (goal.count * _DAYS[goal.unit] + beyond)) - beyond, goal.kind, "day")


def _ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


# --- when it is due


def due(promise: Promise, kept: PromiseKept, measured: Measure, calendars: Calendars) -> int | None:
    """The instant at which a promise is due, None while it stands still with no end in sight."""
    if promise.before is not None:
        return _before(promise, kept, calendars)
    return _reached(calendars, measured, measured.goal, promise.counting)


def _before(promise: Promise, kept: PromiseKept, calendars: Calendars) -> int | None:
    event, table = event_of(kept), calendars[promise.calendar]
    return None if event is None else worktime.at_least_before(table, event, promise.within, promise.counting)


def event_of(kept: PromiseKept) -> date | int | None:
    """The date or the instant before which a promise is due."""
    return date.fromisoformat(kept.target) if isinstance(kept.target, str) else kept.target


def step_due(promise: Promise, step: Step, last: int | None, measured: Measure, calendars: Calendars) -> int | None:
    """The instant of a step before (or after) the due instant `last`; None while that is not known."""
    if step.left is not None and last is not None:
        return worktime.before(calendars[promise.calendar], last, step.left, spans(measured.stretches))
    if step.used is None:
        return None
    part = used(promise, step.used, measured, calendars)
    return _reached(calendars, measured, part, replace(promise.counting, rolls="not"))


def _reached(calendars: Calendars, measured: Measure, goal: Duration, counting: Counting) -> int | None:
    return worktime.due(calendars, spans(measured.stretches), goal, measured.started, counting=counting)


def used(promise: Promise, percent: int, measured: Measure, calendars: Calendars) -> Duration:
    """A percentage of the length, in its own measure; of months in the days that they have from the start."""
    goal = measured.goal
    if goal.unit in ("month", "year"):
        table = calendars[promise.calendar]
        running = [worktime.Stretch(measured.started, None, promise.calendar)]
        end = worktime.due(calendars, running, goal, measured.started)
        assert end is not None, "the stretch is running"
        days = worktime.local(table, end).toordinal() - worktime.local(table, measured.started).toordinal()
        goal = Duration(days, "calendar", "day")
    return _part(goal, Fraction(percent, 100))
