"""Clocks of visits: when they run, and the due instants that follow. Those of promises: `promises.py`.

A clock is a list of stretches. Standing still closes the last stretch and going on opens another, so the time between
counts neither for nor against it. Due instants are worked out from the stretches whenever a clock begins to run, and
they stay in the snapshot until it stands still; a rung that has fired is never due again in that visit.
"""

from __future__ import annotations

from collections.abc import Mapping

from casedsl_runtime import worktime
from casedsl_runtime.case import Clock, Stretch
from casedsl_runtime.journal import record
from casedsl_runtime.plans import Ladder
from casedsl_runtime.reckoning import cut
from casedsl_runtime.worktime import Calendars


def stand_still(clock: Clock, at: int) -> Clock:
    """The clock, not running from `at` on: what it has counted stays, nothing is due."""
    return clock._replace(stretches=_closed(clock.stretches, at), dues=dict.fromkeys(clock.dues))


def stop(clock: Clock, at: int) -> Clock:
    """The clock, stopped for good: its account stays, and nothing will be due any more."""
    return clock._replace(stretches=cut(clock.stretches, at), dues={})


def _closed(stretches: tuple[Stretch, ...], at: int) -> tuple[Stretch, ...]:
    """The stretches with the running one closed; one in which no second passed leaves no trace."""
    if not stretches or stretches[-1][1] is not None:
        return stretches
    start, _, calendar = stretches[-1]
    return stretches[:-1] if start == at else (*stretches[:-1], (start, at, calendar))


def run(clock: Clock, at: int, calendar: str) -> Clock:
    """The clock, running from `at` on in this calendar; its dues are for the caller to work out."""
    return clock._replace(stretches=(*_closed(clock.stretches, at), (at, None, calendar)))


def is_running_in(clock: Clock, calendar: str) -> bool:
    return clock.running and clock.stretches[-1][2] == calendar


def new_clock(visit: int, at: int) -> Clock:
    """The clock of a visit that begins: it has not run yet."""
    return Clock(visit, at, (), {}, {})


def with_ladder(clock: Clock, ladder: Ladder, calendars: Calendars) -> Clock:
    """A running clock with the due instants of the timers that have not fired."""
    goals = {rung: goal for rung, goal in ladder.goals.items() if rung not in clock.fired}
    return clock._replace(dues=worktime.dues(calendars, clock.stretches, goals, clock.started))


def begin(visit: int, at: int, calendar: str, ladder: Ladder, calendars: Calendars) -> Clock:
    """The clock of a visit that begins to run now, with the due instants of its ladder."""
    running: tuple[Stretch, ...] = ((at, None, calendar),)
    if ladder.seconds:
        dues = worktime.reached_since(calendars[calendar], at, ladder.seconds)
    else:
        dues = worktime.dues(calendars, running, ladder.goals, at)
    return record(Clock, (visit, at, running, dues, {}))


def fire(clock: Clock, rung: str, at: int) -> Clock:
    """The clock after one of its rungs took place."""
    dues = {key: due for key, due in clock.dues.items() if key != rung}
    return clock._replace(dues=dues, fired={**clock.fired, rung: at})


def earlier(dues: Mapping[str, int | None], due: int) -> bool:
    """Whether a clock has something due by then."""
    return any(other is not None and other <= due for other in dues.values())
