"""A calendar that changes while clocks run: what held before an instant stays, from there on the new one holds.

Nothing that is past is judged by hours that nobody knew then: a deadline moves because of what changes from `effective`
on, and `elapsed` up to it stays as it was (the rows *calendar edit* and *holiday added* of `time/README.md`). To follow
with a pencil, a clock of 8 working hours from Monday 09:00, hours 09:00-17:00 cut to 09:00-13:00 from Monday 12:00:

    old until Monday 12:00      Mon 09:00-12:00     3 hours
    new from there              Mon 12:00-13:00     1 hour
                                Tue 09:00-13:00     4 hours: due on Tuesday at 13:00, before that on Monday at 17:00

Openings are cut at the instant; working days are dates, and a date is counted once:

    over by then                        counts when it did
    under way, the new one goes on      counts at its new end
    under way, the new one has shut     counts at that instant: it closes in its course
    not begun                           is what the new one says

A date means its beginning in each calendar's own zone, as in the lines `from DATE` of a definition.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.worktime.tables import Timetable, beginning, midnight, open_between, prepare


class CalendarsDontJoin(ValueError):
    """Two calendars of one name of which the later can't follow the earlier; the message is a sentence with a way
    out."""


def spliced(old: Bundle, new: Bundle, effective: int | str) -> Bundle:
    """The calendars of `old` until `effective` (an instant, or a date as YYYY-MM-DD), from there on those of `new`.

    A calendar that only one of them has is that of `old`, or none. Where nothing differs it is `old` itself, so doing
    it twice changes nothing. Raises CalendarsDontJoin.
    """
    later = {calendar.name: calendar for calendar in new.calendars}
    joined = tuple(_joined(each, later.get(each.name, each), effective) for each in old.calendars)
    return old if joined == old.calendars else Bundle(joined, new.holidays_version, new.zone_version)


def _joined(old: CompiledCalendar, new: CompiledCalendar, effective: int | str) -> CompiledCalendar:
    before, after = prepare(old), prepare(new)
    if isinstance(effective, str):
        effective = midnight(before, date.fromisoformat(effective).toordinal())
    if old.zone != new.zone:
        raise CalendarsDontJoin(
            f"calendar `{old.name}` is in {old.zone} and can't go on in {new.zone}; give the new one a name of its own"
        )
    if effective <= old.first:
        return new
    if not (new.first <= effective < new.last and effective <= old.last):
        raise CalendarsDontJoin(
            f"calendar `{old.name}` is not known before and after that instant; lock the years around it"
            " with `casedsl calendars lock`"
        )
    opens, closes = _openings(old, new, effective)
    days, ends = _days(before, after, effective)
    changes, offsets = _zone(old, new, effective)
    return CompiledCalendar(old.name, old.zone, old.first, new.last, opens, closes, days, ends, changes, offsets)


def _openings(old: CompiledCalendar, new: CompiledCalendar, effective: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The open time of both; a span that goes on over the instant stays one."""
    i, j = bisect_left(old.opens, effective), bisect_right(new.closes, effective)
    opens, closes = [*old.opens[:i]], [min(close, effective) for close in old.closes[:i]]
    further = [max(opening, effective) for opening in new.opens[j:]]
    if closes and further and closes[-1] == further[0]:
        closes.pop()
        further.pop(0)
    return (*opens, *further), (*closes, *new.closes[j:])


def _days(before: Timetable, after: Timetable, effective: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The working days and when each is over, by the rule above. A day begins when the one before it is over, so at
    most one is under way."""
    old = before.calendar
    i = bisect_right(old.ends, effective)
    under_way = old.days[i] if i < len(old.days) and beginning(before, i) < effective else None
    further = [(day, end) for day, end in _further(after, effective, under_way) if not i or day > old.days[i - 1]]
    over = list(zip(old.days[:i], old.ends[:i], strict=True))
    if under_way is not None and (not further or under_way < further[0][0]):
        over.append((under_way, effective))
    return tuple(day for day, _ in (*over, *further)), tuple(end for _, end in (*over, *further))


def _further(after: Timetable, effective: int, under_way: int | None) -> list[tuple[int, int]]:
    """The working days of the new calendar that are not over; one whose hours are all past before it held is none,
    unless the old one had it open."""
    new = after.calendar
    start = bisect_right(new.ends, effective)
    return [
        (day, end)
        for k, (day, end) in enumerate(zip(new.days[start:], new.ends[start:], strict=True), start)
        if day == under_way or beginning(after, k) >= effective or open_between(after, effective, end)
    ]


def _zone(old: CompiledCalendar, new: CompiledCalendar, effective: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What both know of the zone: a change of its rules holds from the instant on, too."""
    i, j = bisect_left(old.changes, effective), bisect_right(new.changes, effective)
    here = [] if new.offsets[j - 1] == old.offsets[i - 1] else [(effective, new.offsets[j - 1])]
    changes = (*old.changes[:i], *(change for change, _ in here), *new.changes[j:])
    return changes, (*old.offsets[:i], *(offset for _, offset in here), *new.offsets[j:])
