"""Arithmetic of time over a compiled calendar: how long a clock ran, when it is due, and why.

Elapsed time is a pure function of the stretches during which a clock ran and of the calendars valid for them. There is
no accumulator: nothing is added up while time passes, so nothing can go wrong after a pause, a reopening or a new
calendar. A deadline is the first instant at which elapsed time reaches the goal if the present stretch lasts.

All instants are whole seconds since 1970-01-01T00:00:00Z, all spans half-open. To follow with a pencil, with hours
09:00-17:00 from Monday to Friday:

    a clock of 8 working hours starts on Friday at 10:00; it stands still from Friday 16:00 to Monday 10:00
    stretches   Fri 10:00 .. Fri 16:00      6 hours open
                Mon 10:00 .. (running)      2 hours more: due on Monday at 12:00

What one unit is:

    working minute, hour   seconds that are open and in which the clock runs; a goal that ends at closing stays there
    working day            counted when a working day ends, for days after the date on which the clock started;
                           so from Thursday 17:00 one working day is Friday at closing, and a pause costs the days
                           whose closing it covers: one that begins at the closing instant doesn't cost that day
    clock minute .. day    seconds; a day is 24 hours; no calendar is needed, so none can run out
    calendar day .. year   the wall clock of the calendar's zone: the same time of day on the later (or the
                           corresponding, else the month's last) date, from the start in one step, plus the length of
                           every pause by the wall clock
    clear (working) day    whole dates (working days) between the first and the last, of which neither counts: from a
                           Monday three clear days are Tuesday to Thursday, and Friday is the last day, until 24:00

`Counting` says where a promise differs: when it begins, at what time its last day ends, where a last day goes that is
no working day. With a time for the last day everything is counted by dates, by one rule (`dates.py`).

A wall-clock time that a change of the clocks skips is moved forward by the length of the gap; of one that comes twice
the first is meant. Stretches of one clock may be in different calendars (its team changed): each is measured in its
own. No date is counted twice as a working day, even if the new team closes later than the old one.

    tables.py    a compiled calendar made ready for bisection, and its zone
    lengths.py   units, sizes, corresponding dates
    dates.py     lengths that are counted by dates: at what instant a date counts
    spans.py     stretches of a clock, the pauses between them, and where counting begins
    forward.py   elapsed time and due instants
    backward.py  what lies before: steps before a deadline, and deadlines before an event
    account.py   the ledger: rows that sum to the instant
    reckoned_back.py  the same, of what lies before an instant
    splicing.py  a calendar that changes while clocks run
"""

from casedsl_runtime.worktime.account import Row, ledger
from casedsl_runtime.worktime.backward import at_least_before, before
from casedsl_runtime.worktime.forward import due, dues, elapsed, open_seconds
from casedsl_runtime.worktime.lengths import size
from casedsl_runtime.worktime.reckoned_back import ledger_before, ledger_left
from casedsl_runtime.worktime.spans import Stretch, begun, whole_dates
from casedsl_runtime.worktime.splicing import CalendarsDontJoin, spliced
from casedsl_runtime.worktime.tables import (
    DAY,
    EPOCH_DAY,
    CalendarRunsOut,
    Calendars,
    Lengths,
    Timetable,
    end_of,
    instant_at,
    instant_of,
    load,
    local,
    midnight,
    prepare,
    reached_since,
)

__all__ = [
    "DAY",
    "EPOCH_DAY",
    "CalendarRunsOut",
    "Calendars",
    "CalendarsDontJoin",
    "Lengths",
    "Row",
    "Stretch",
    "Timetable",
    "at_least_before",
    "before",
    "begun",
    "due",
    "dues",
    "elapsed",
    "end_of",
    "instant_at",
    "instant_of",
    "ledger",
    "ledger_before",
    "ledger_left",
    "load",
    "local",
    "midnight",
    "open_seconds",
    "prepare",
    "reached_since",
    "size",
    "spliced",
    "whole_dates",
]
