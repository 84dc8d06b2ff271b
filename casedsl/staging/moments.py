"""When a length of time is over that begins as a case is opened, as a scenario writes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import CalendarRunsOut, instant_of, local

from casedsl.analysis.almanac import ordinary
from casedsl.analysis.sooner import MOST_DAYS, Ground, over_in
from casedsl.model.records import Calendar
from casedsl.staging.script import CannotBeStaged, Script

_EPOCH = datetime(1970, 1, 1)
_SPARE_WEEKS = 3
UNKNOWN = "the calendars aren't known as far as {}"


def over_at(script: Script, calendar: Calendar, length: Duration) -> datetime:
    """The time on the wall at which a length is over: by the locked years where they are known, else as in any week."""
    begins = datetime.fromisoformat(f"{script.day} {script.opens}")
    ground = Ground(calendar, script.facts.horizon, (length,))
    table, start = ground.locked[0] if ground.locked else None, begins
    if table is None and length.unit not in ("month", "year"):
        table = ordinary(calendar, ground.longest // 7 + _SPARE_WEEKS)
        monday = datetime.min if table is None else _EPOCH + timedelta(seconds=table.calendar.first, weeks=1)
        start = monday.replace(hour=begins.hour, minute=begins.minute) + timedelta(days=begins.weekday())
    if table is None or ground.longest > MOST_DAYS:
        raise CannotBeStaged(UNKNOWN.format(length))
    try:
        end = local(table, over_in(table, length)(instant_of(table, start)))
    except CalendarRunsOut:
        raise CannotBeStaged(UNKNOWN.format(length)) from None
    return begins + (end - start)
