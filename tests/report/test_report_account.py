"""The account of a deadline as a person reads it: its rows add up, and what ends at midnight ends at 24:00."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from casedsl_runtime.accounts import Account, Cause
from casedsl_runtime.answers import Explanation
from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import Stretch, due, ledger, prepare

from casedsl.report.explanation import explained
from casedsl.report.journal import Words

DAY = 86_400
WEEKDAYS = [day for day in range(31) if day % 7 not in (2, 3)]  # 1 January 1970 is a Thursday
ZONE = CompiledCalendar(
    "office",
    "UTC",
    0,
    31 * DAY,
    tuple(day * DAY + 9 * 3600 for day in WEEKDAYS),
    tuple(day * DAY + 17 * 3600 for day in WEEKDAYS),
    tuple(719_163 + day for day in WEEKDAYS),
    tuple(day * DAY + 17 * 3600 for day in WEEKDAYS),
    (0,),
    (0,),
)


def told(goal: Duration, counting: Counting) -> list[str]:
    calendars, start = {"office": prepare(ZONE)}, 4 * DAY + 10 * 3600
    ran = [Stretch(start, None, "office")]
    end = due(calendars, ran, goal, start, counting)
    rows = ledger(calendars, ran, goal, start, counting)
    since = (Cause(1, "opened"),) * len(rows)
    account = Account("promise/answer", "We answer", True, "due", end, goal, rows=rows, since=since)
    about = Explanation("1", "new", "New", start, None, "with Kim", None, (account,), (), "opened")
    words = Words(cast(Workflow, SimpleNamespace(states=())), ZONE, {})
    return [line.strip() for line in explained(about, words).partition("\n\n")[2].splitlines()]


def test_clear_days() -> None:
    assert told(Duration(3, "clear", "day"), Counting()) == [
        "We answer, due: Friday 9 January 1970, 24:00",
        "3 clear days:",
        "used     sum",
        "-  0 days  Monday 5 January 1970, 10:00 to 24:00: the first day never counts, running since entry 1, opened",
        "3 days  3 days  Tuesday 6 January 1970, 00:00 to Thursday 8 January 1970, 24:00: "
        "running since entry 1, opened",
        "-  3 days  Friday 9 January 1970, 00:00 to 24:00: the last day doesn't count, running since entry 1, opened",
    ]


def test_a_last_day_that_rolls() -> None:
    assert told(Duration(5, "calendar", "day"), Counting(due_at=1440, rolls="forward")) == [
        "We answer, due: Monday 12 January 1970, 24:00",
        "5 calendar days:",
        "used     sum",
        "-  0 days  Monday 5 January 1970, 10:00 to 24:00: the first day never counts, running since entry 1, opened",
        "5 days  5 days  Tuesday 6 January 1970, 00:00 to Saturday 10 January 1970, 24:00: "
        "running since entry 1, opened",
        "-  5 days  Sunday 11 January 1970, 00:00 to Monday 12 January 1970, 24:00: no working day, "
        "running since entry 1, opened",
    ]
