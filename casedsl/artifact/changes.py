"""What a new `calendars.lock` changes: dates that become holidays or stop being any, other names, other offsets.

Both locks are compared where both know something: a year that only one of them holds is said once and not date by date.
Which calendars that touches is asked of the calendars themselves, date by date: a new holiday on a Sunday changes
nothing for who doesn't work on Sundays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from casedsl.analysis.hours import Spans, hours_of
from casedsl.artifact.lock import Lock, Zone
from casedsl.model.records import Calendar

Sign: TypeAlias = Literal["+", "-", "~"]
"""Added, removed, renamed."""


class Change(Struct, frozen=True):
    """One change of a region or a zone: at a date, or an instant (in UTC), with the words of it."""

    where: str
    sign: Sign
    when: str
    text: str


class Touched(Struct, frozen=True):
    """A date that has other hours in a calendar with the new lock than with the old one."""

    calendar: str
    date: date
    before: Spans
    after: Spans


def changes(old: Lock, new: Lock) -> tuple[Change, ...]:
    """What the new lock says otherwise in the years that both hold, region by region and zone by zone."""
    years = common_years(old, new)
    of_regions = (each for region in new.regions for each in _of_region(region.name, old, new, years))
    of_zones = (each for zone in new.zones for each in _of_zone(old.zone(zone.name), zone, years))
    return (*of_regions, *of_zones)


def common_years(old: Lock, new: Lock) -> range:
    return range(max(old.first_year, new.first_year), min(old.last_year, new.last_year) + 1)


def _of_region(name: str, old: Lock, new: Lock, years: range) -> Iterator[Change]:
    known = old.region(name)
    if known is None:
        return
    before, after = holidays_of(old)[name], holidays_of(new)[name]
    for day in sorted(before.keys() | after.keys()):
        if int(day[:4]) not in years or before.get(day) == after.get(day):
            continue
        if day in before and day in after:
            yield Change(name, "~", day, f"{before[day]} -> {after[day]}")
        else:
            yield Change(name, "+" if day in after else "-", day, after.get(day) or before[day])


def _of_zone(old: Zone | None, new: Zone, years: range) -> Iterator[Change]:
    if old is None:
        return
    before, after = (dict(zip(zone.changes[1:], zone.offsets[1:], strict=True)) for zone in (old, new))
    for instant in sorted(before.keys() | after.keys()):
        when = datetime.fromtimestamp(instant, UTC)
        if when.year not in years or before.get(instant) == after.get(instant):
            continue
        text = f"{when:%Y-%m-%d %H:%M} UTC"
        if instant in before:
            yield Change(new.name, "-", text, _offset(before[instant]))
        if instant in after:
            yield Change(new.name, "+", text, _offset(after[instant]))


def _offset(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"local time is UTC{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02} from then on"


def unknown_before(old: Lock, new: Lock) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The regions and zones that only the new lock holds, and those that only the old one does."""
    had, has = _names(old), _names(new)
    return tuple(sorted(has - had)), tuple(sorted(had - has))


def _names(lock: Lock) -> set[str]:
    return {region.name for region in lock.regions} | {zone.name for zone in lock.zones}


def holidays_of(lock: Lock) -> Mapping[str, Mapping[str, str]]:
    """Region -> date -> the holiday's name."""
    return {region.name: dict(region.holidays) for region in lock.regions}


def touched(calendars: Iterable[Calendar], old: Lock, new: Lock) -> Iterator[Touched]:
    """The dates on which a calendar that both locks know has other hours than before."""
    years = common_years(old, new)
    if not years:
        return
    holidays = holidays_of(old), holidays_of(new)
    for calendar in calendars:
        if any(lock.region(region) is None for lock in (old, new) for region in calendar.regions):
            continue
        before, after = (hours_of(calendar, each) for each in holidays)
        day = date(years[0], 1, 1)
        while day.year <= years[-1]:
            if before(day) != after(day):
                yield Touched(calendar.name, day, before(day), after(day))
            day += timedelta(1)
