"""A second opinion on time, slow and simple: it walks minute by minute with `whenever` and knows nothing of casedsl.

It is given the weekly openings, the closed dates and the stretches in which a clock ran, and answers by looking.
Local time comes from `whenever` over the same zone data as the lock (the package `tzdata`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tzdata  # type: ignore[import-untyped]
import whenever
from whenever import Date, Instant, PlainDateTime

whenever.reset_tzpath([str(Path(tzdata.__file__).parent / "zoneinfo")])

MINUTE = 60


@dataclass(frozen=True)
class Hours:
    """Openings by weekday (0 is Monday) in minutes after midnight, and dates with the minute from which all is shut."""

    zone: str
    weekly: dict[int, list[tuple[int, int]]]
    shut: dict[str, int]


Running = Sequence[tuple[int, int | None, str]]
"""Stretches: from, to (None: still running), and the name of the hours that hold."""


def instant(zone: str, plain: PlainDateTime) -> int:
    return plain.assume_tz(zone, disambiguation="compatible").timestamp()


def plain(zone: str, seconds: int) -> PlainDateTime:
    return Instant.from_timestamp(seconds).to_tz(zone).to_plain()


def openings(hours: Hours, first: Date, count: int) -> list[tuple[Date, int, int]]:
    """Each opening that begins on one of `count` dates: (date, instant of opening, instant of closing)."""
    found = []
    for number in range(count):
        day = first.add(days=number, months=0)
        for low, high in hours.weekly.get(day.day_of_week().value - 1, []):
            until = hours.shut.get(day.format_iso(), 2880)
            if low < until:
                times = (_at_minute(hours.zone, day, low), _at_minute(hours.zone, day, min(high, until)))
                found.append((day, *times))
    return [each for each in found if each[1] < each[2]]


def _at_minute(zone: str, day: Date, minute: int) -> int:
    day = day.add(days=minute // 1440)
    return instant(zone, PlainDateTime(day.year, day.month, day.day, minute % 1440 // 60, minute % 60))


def open_minutes(hours: Hours, start: int, count: int) -> set[int]:
    first = plain(hours.zone, start).date().subtract(days=3)
    spans = openings(hours, first, count + 6)
    return {minute for _, low, high in spans for minute in range(low, high, MINUTE)}


def runs(running: Running, minute: int) -> str | None:
    """The hours that hold at a minute in which the clock runs."""
    return next((name for low, high, name in running if low <= minute and (high is None or minute < high)), None)


def walk(hours: dict[str, Hours], running: Running, start: int, goal: int, count: int) -> int | None:
    """The end of the minute by which `goal` minutes were open and running, looking at `count` days; None: not then."""
    open_in = {name: open_minutes(each, start, count) for name, each in hours.items()}
    done = 0
    for minute in range(start, start + count * 86_400, MINUTE):
        name = runs(running, minute)
        done += name is not None and minute in open_in[name]
        if done == goal:
            return minute + MINUTE
    return None


def spent(hours: dict[str, Hours], running: Running, start: int, now: int) -> int:
    """The minutes from `start` to `now` that were open and running."""
    count = (now - start) // 86_400 + 1
    open_in = {name: open_minutes(each, start, count) for name, each in hours.items()}
    held = ((minute, runs(running, minute)) for minute in range(start, now, MINUTE))
    return sum(1 for minute, name in held if name is not None and minute in open_in[name])


def day_ends(hours: dict[str, Hours], running: Running, start: int, count: int) -> list[int]:
    """The instants at which working days are counted, within `count` days."""
    ends: dict[tuple[str, Date], int] = {}
    for name, each in hours.items():
        for day, _, high in openings(each, plain(each.zone, start).date(), count):
            ends[name, day] = max(high, ends.get((name, day), high))
    counted: list[int] = []
    latest: Date | None = None
    for (name, day), end in sorted(ends.items(), key=lambda item: (item[1], item[0][0])):
        in_time = any(low < end and (high is None or end <= high) for low, high, held in running if held == name)
        if in_time and day > plain(hours[name].zone, start).date() and (latest is None or day > latest):
            latest = day
            counted.append(end)
    return counted
