"""A second opinion on calendars: it walks through the days with `whenever` and knows nothing of casedsl.

It is given layers of lines as a person reads them (a base first, each with its versions in order) and says of each date
which hours it has, by asking from the most special line to the most general. Local times become instants by way of
`whenever`, over the zone data of the package `tzdata`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tzdata  # type: ignore[import-untyped]
import whenever
from whenever import Date, PlainDateTime

whenever.reset_tzpath([str(Path(tzdata.__file__).parent / "zoneinfo")])

Spans = list[tuple[int, int]]
WHOLE_DAY: Spans = [(0, 1440)]


@dataclass
class Lines:
    """The lines of a calendar, or of a version that begins on `since`; None where there are none of the kind.

    `week` has spans for each weekday from Monday on, `days` says that it is one without hours; `opened` and `closed`
    are dates with their hours, or the minute from which they are closed.
    """

    since: str = ""
    week: list[Spans] | None = None
    days: bool = False
    holidays: list[str] | None = None
    ends: int | None = None
    closing: bool = False
    opened: dict[str, Spans] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)


Layer = list[Lines]
"""A calendar's own lines, then its versions."""


def in_force(layers: Sequence[Layer], day: str) -> list[Lines]:
    """The lines that hold on a date, the strongest first."""
    return [lines for layer in reversed(layers) for lines in reversed(layer) if lines.since <= day]


def hours(layers: Sequence[Layer], holidays: Mapping[str, Sequence[str]], date: Date) -> Spans:
    """The hours of a date, in minutes after midnight."""
    day, strongest = date.format_iso(), in_force(layers, date.format_iso())
    until = 9999
    for lines in strongest:
        if day in lines.closed:
            until = min(until, lines.closed[day])
        if day in lines.opened:
            found = lines.opened[day]
            break
    else:
        found = _usual(strongest, holidays, date)
    return [(low, min(high, until)) for low, high in found if low < until]


def _usual(strongest: list[Lines], holidays: Mapping[str, Sequence[str]], date: Date) -> Spans:
    regions = next((lines.holidays for lines in strongest if lines.holidays is not None), [])
    if any(date.format_iso() in holidays[region] for region in regions):
        return []
    nothing: list[Spans] = [[] for _ in range(7)]
    week = next((lines.week for lines in strongest if lines.week is not None), nothing)
    return sorted(week[date.day_of_week().value - 1])


@dataclass
class Day:
    """A date with open time: its openings and its end as instants."""

    date: Date
    spans: list[tuple[int, int]]
    end: int


def days(
    zone: str, layers: Sequence[Layer], holidays: Mapping[str, Sequence[str]], first: Date, last: Date
) -> list[Day]:
    """Every working day from one date to another."""
    found, date = [], first
    while date <= last:
        spans = [(_instant(zone, date, low), _instant(zone, date, high)) for low, high in hours(layers, holidays, date)]
        spans = [span for span in spans if span[0] < span[1]] if exists(zone, date) else []
        if spans:
            found.append(Day(date, spans, _end(zone, layers, date, spans)))
        date = date.add(days=1)
    return found


def _end(zone: str, layers: Sequence[Layer], date: Date, spans: list[tuple[int, int]]) -> int:
    for lines in in_force(layers, date.format_iso()):
        if lines.ends is not None:
            return _instant(zone, date, lines.ends)
        if lines.closing:
            break
    return max(high for _, high in spans)


def exists(zone: str, date: Date) -> bool:
    """Whether a local date has any moment: noon or another hour that is not skipped."""
    return any(
        PlainDateTime(date.year, date.month, date.day, hour).assume_tz(zone, disambiguation="compatible").date() == date
        for hour in range(24)
    )


def _instant(zone: str, date: Date, minute: int) -> int:
    day = date.add(days=minute // 1440)
    plain = PlainDateTime(day.year, day.month, day.day, minute % 1440 // 60, minute % 60)
    return plain.assume_tz(zone, disambiguation="compatible").timestamp()
