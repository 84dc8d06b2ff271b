"""A year of a calendar as a page of text, which a person can lay beside a printed calendar.

Each month is a table of dates with what its days come to, and below it every date that isn't as its weekday usually is,
with the reason. A plain number is a working day with its usual hours. The page says in words what a sign says too.

    (25)   closed, though it is a weekday that is usually open
    [24]   open, with other hours than that weekday usually has
      -    a weekday that is usually closed
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from casedsl.analysis.hours import Spans, hours_of, periods_of, week_of
from casedsl.model.periods import Period, SpecialDay
from casedsl.model.records import Calendar
from casedsl.report.plain import one_line

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = 86_400
_EPOCH = date(1970, 1, 1)


class Known(Struct, frozen=True):
    """What a lock knows of a calendar's regions and zone: the name of each public holiday by its date, and from which
    instants on which offsets from UTC hold, in seconds."""

    holidays: Mapping[str, Mapping[str, str]]
    changes: tuple[int, ...]
    offsets: tuple[int, ...]


def almanac(calendar: Calendar, year: int, known: Known) -> str:
    """The page of one year."""
    months = [_month(_Year(calendar, known), year, month) for month in range(1, 13)]
    days, minutes = (sum(column) for column in zip(*(total for _, total in months), strict=True))
    rows = [*_head(calendar, year), *(row for lines, _ in months for row in ("", *lines))]
    return "\n".join([*rows, "", f"{year}: {_total(calendar, days, minutes)}"]) + "\n"


class _Year:
    """What is asked of each date."""

    def __init__(self, calendar: Calendar, known: Known) -> None:
        self.calendar, self.known = calendar, known
        self.hours: Callable[[date], Spans] = hours_of(calendar, known.holidays)
        self.period: Callable[[str], Period] = periods_of(calendar)
        self.special = {day.date: day for day in calendar.days}
        self.clocks = dict(_clock_changes(known))

    def worked(self, day: date) -> Spans:
        """The hours of a date; a date that the zone leaves out has none."""
        return () if self.clocks.get(day) == _NO_DATE else self.hours(day)

    def usual(self, day: date) -> Spans:
        return week_of(self.period(day.isoformat()))[day.weekday()]

    def cell(self, day: date) -> str:
        worked, usual = self.worked(day), self.usual(day)
        if worked != usual:
            return f"[{day.day}]" if worked else f"({day.day})"
        return str(day.day) if worked else "-"

    def notes(self, day: date) -> Iterator[str]:
        """Whatever is to be said of a date."""
        worked, why = self.worked(day), self.reason(day)
        if worked != self.usual(day):
            said = shown_hours(worked, self.period(day.isoformat()).whole_days) if worked else "closed"
            yield f"{said}: {why}" if why else said
        elif why:
            yield f"{'open all the same' if worked else 'closed anyway'}: {why}"
        if day in self.clocks:
            yield self.clocks[day]
        period = self.period(day.isoformat())
        if period.since == day.isoformat():
            yield "from here on " + "; ".join(" ".join(row.split()) for row in _usual_rows(period))

    def reason(self, day: date) -> str:
        special: SpecialDay | None = self.special.get(day.isoformat())
        texts = [one_line(special.title)] if special is not None and special.title else []
        return ", ".join([*texts, *self.feasts(day)])

    def feasts(self, day: date) -> Iterator[str]:
        """The public holidays on a date; where only some of the regions have one, which."""
        regions = self.period(day.isoformat()).regions
        names: dict[str, list[str]] = {}
        for region in regions:
            name = self.known.holidays.get(region, {}).get(day.isoformat())
            if name is not None:
                names.setdefault(one_line(name), []).append(region)
        for name, where in names.items():
            yield name if len(where) == len(regions) else f"{name} ({', '.join(where)})"


def _month(year: _Year, number: int, month: int) -> tuple[list[str], tuple[int, int]]:
    first, last = date(number, month, 1), monthrange(number, month)[1]
    days = [first + timedelta(n) for n in range(last)]
    cells = [""] * first.weekday() + [year.cell(day) for day in days]
    weeks = ["".join(f"{cell:>6}" for cell in cells[start : start + 7]) for start in range(0, len(cells), 7)]
    notes = [f"  {day.day:>2} {_WEEKDAYS[day.weekday()]}  {note}" for day in days for note in year.notes(day)]
    worked = [spans for day in days if (spans := year.worked(day))]
    total = (len(worked), sum(end - start for spans in worked for start, end in spans))
    title = f"{MONTHS[month - 1]} {number}"
    head = f"{title:<20}{_total(year.calendar, *total)}"
    return [head, "".join(f"{name:>6}" for name in _WEEKDAYS), *weeks, *notes], total


def _total(calendar: Calendar, days: int, minutes: int) -> str:
    count = f"{days} working day{'' if days == 1 else 's'}"
    if any(period.whole_days for period in calendar.periods):
        return count
    return f"{count}, {minutes // 60}:{minutes % 60:02} hours by the wall clock"


def _head(calendar: Calendar, year: int) -> Iterator[str]:
    period = periods_of(calendar)(f"{year}-01-01")
    title = one_line(calendar.title)
    yield f"{calendar.name}, {title}, {year}" if title.lower() != calendar.name.lower() else f"{calendar.name}, {year}"
    yield f"zone          {calendar.zone}"
    yield from _usual_rows(period)
    if calendar.out_of_hours is not None:
        yield f"out of hours  to {calendar.out_of_hours}"


def _usual_rows(period: Period) -> Iterator[str]:
    """What a period says, in rows with a heading each."""
    runs = list(_runs(week_of(period)))
    if period.whole_days:
        yield f"{'days':<13} {', '.join(days for days, _ in runs)}"
    for number, (days, spans) in enumerate(runs if not period.whole_days else ()):
        yield f"{'' if number else 'open':<13} {days:<7} {shown_hours(spans, False)}"
    if not runs:
        yield f"{'open':<13} never"
    if period.regions:
        yield f"holidays      {'any of ' if len(period.regions) > 1 else ''}{', '.join(period.regions)}"
    if period.ends != "closing" and not period.whole_days:
        yield f"working day   ends at {_minute(period.ends)}"


def _runs(week: tuple[Spans, ...]) -> Iterator[tuple[str, Spans]]:
    """Weekdays that follow each other with the same hours, as `Mon-Thu`; without those that are closed."""
    start = 0
    while start < 7:
        end = start
        while end < 6 and week[end + 1] == week[start]:
            end += 1
        if week[start]:
            yield _WEEKDAYS[start] + (f"-{_WEEKDAYS[end]}" if end > start else ""), week[start]
        start = end + 1


def shown_hours(spans: Spans, whole_day: bool) -> str:
    """Hours as an author writes them; those that last past midnight end earlier than they begin."""
    if whole_day:
        return "a working day" if spans else "closed"
    return ", ".join(f"{_minute(start)}-{_minute(end)}" for start, end in spans) or "closed"


def _minute(minute: int) -> str:
    minute = minute if minute <= 1440 else minute - 1440
    return f"{minute // 60:02}:{minute % 60:02}"


_NO_DATE = "this date doesn't exist in the zone"


def _clock_changes(known: Known) -> Iterator[tuple[date, str]]:
    """The dates on which clocks are changed, by the wall clock before the change; and those that are left out."""
    for change, before, after in zip(known.changes[1:], known.offsets, known.offsets[1:], strict=False):
        wall, by = change + before, after - before
        day = _EPOCH + timedelta(wall // _DAY)
        if by >= _DAY:
            yield day, _NO_DATE
        elif by:
            minutes, time = abs(by) // 60, _minute(wall % _DAY // 60)
            yield day, f"clocks go {'forward' if by > 0 else 'back'} at {time} by {minutes} minutes"
