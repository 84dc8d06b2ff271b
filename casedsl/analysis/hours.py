"""The hours of a date: what a calendar says of it, with its layers, versions, holidays and special days put together.

Of one date the most special line holds: hours of its own, else none on a public holiday, else those of its weekday in
the version that is in force; what closes it early is cut off last. Everything that asks about dates asks here: the
compiler of calendars, the page that shows one, and the rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import TypeAlias

from casedsl.model.periods import Period
from casedsl.model.records import Calendar

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Openings in minutes after the local midnight of their date, `[open, close)`."""

Holidays: TypeAlias = Mapping[str, Collection[str]]
"""The dates of each region's public holidays, as `YYYY-MM-DD`."""


def hours_of(calendar: Calendar, holidays: Holidays) -> Callable[[date], Spans]:
    """The hours that a calendar has on each date."""
    special = {day.date: day for day in calendar.days}
    weeks = {period.since: week_of(period) for period in calendar.periods}
    period_of = periods_of(calendar)

    def hours(day: date) -> Spans:
        text = day.isoformat()
        about, period = special.get(text), period_of(text)
        if about is not None and about.spans is not None:
            spans = about.spans
        elif any(text in holidays.get(region, ()) for region in period.regions):
            spans = ()
        else:
            spans = weeks[period.since][day.weekday()]
        return spans if about is None or about.closes is None else _until(spans, about.closes)

    return hours


def periods_of(calendar: Calendar) -> Callable[[str], Period]:
    """The period in which a date lies, given as `YYYY-MM-DD`."""
    begins = [period.since for period in calendar.periods]
    return lambda text: calendar.periods[bisect_right(begins, text) - 1]


def week_of(period: Period) -> tuple[Spans, ...]:
    """The hours of each weekday from Monday on."""
    return tuple(
        tuple(sorted({span for opening in period.openings if weekday in opening.weekdays for span in opening.spans}))
        for weekday in range(7)
    )


def _until(spans: Iterable[tuple[int, int]], minute: int) -> Spans:
    return tuple((start, min(end, minute)) for start, end in spans if start < minute)
