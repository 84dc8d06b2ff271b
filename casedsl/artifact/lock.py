"""`calendars.lock`: the public holidays and zone changes that calendars are compiled with, frozen into a file.

Only `make_lock` loads the packages `holidays` and `tzdata`; every other command reads the file, which is committed: so
a check is quick, and the same input gives the same bytes everywhere. One date or change stands on a line, so that a
diff shows what a new version of either package changed:

    {
      "format": 1,
      "years": "2026-2026",
      "holidays": "0.109",
      "tzdata": "2026f",
      "regions": {
        "GB-ENG": {
          "2026-12-25": "Christmas Day",
          "2026-12-26": "Boxing Day",
          "2026-12-28": "Boxing Day (observed)"
        }
      },
      "zones": {
        "Europe/London": {
          "2025-12-31T00:00:00Z": "+00:00",
          "2026-03-29T01:00:00Z": "+01:00",
          "2026-10-25T01:00:00Z": "+00:00"
        }
      }
    }

A zone begins a day before its years and is told until a day after them, so that every local midnight of the years can
be placed. With a pencil: London's 1 March 2026 begins under `+00:00`, so at 2026-03-01T00:00:00Z; its 1 April under
`+01:00`, so at 2026-03-31T23:00:00Z.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from importlib import import_module, resources
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FORMAT = 1
"""The number of the file's format. A reader refuses another one."""

LARGEST = 4_000_000
"""The most characters that are read: about a hundred years of a hundred regions would be more."""

YEARS = (1900, 2200)
MOST_YEARS = 100
MOST_PROBLEMS = 20
DAY = 86_400

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"

_Say: TypeAlias = Callable[[str], None]

_KEYS = ("format", "years", "holidays", "tzdata", "regions", "zones")
_REGION = re.compile(r"[A-Z]{2}(-[\w .-]{1,40})?")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_YEARS = re.compile(r"(\d{4})-(\d{4})", re.ASCII)
_OFFSET = re.compile(r"[+-](0\d|1\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


class Region(Struct, frozen=True):
    """The public holidays of a region within the lock's years: (date as `YYYY-MM-DD`, English name), in order."""

    name: str
    holidays: tuple[tuple[str, str], ...]


class Zone(Struct, frozen=True):
    """A zone's offsets: from instant `changes[i]` (seconds since 1970-01-01T00:00:00Z) local time is UTC plus
    `offsets[i]` seconds. The first change stands a day (of UTC) before the lock's years."""

    name: str
    changes: tuple[int, ...]
    offsets: tuple[int, ...]


class Lock(Struct, frozen=True):
    """What stands in `calendars.lock`, regions and zones sorted by name; both years are included."""

    first_year: int
    last_year: int
    holidays_version: str
    zone_version: str
    regions: tuple[Region, ...]
    zones: tuple[Zone, ...]

    def region(self, name: str) -> Region | None:
        return next((region for region in self.regions if region.name == name), None)

    def zone(self, name: str) -> Zone | None:
        return next((zone for zone in self.zones if zone.name == name), None)


def write_lock(lock: Lock) -> str:
    """The text of the file: the same lock gives the same text, ending in a newline."""
    data = {
        "format": FORMAT,
        "years": f"{lock.first_year}-{lock.last_year}",
        "holidays": lock.holidays_version,
        "tzdata": lock.zone_version,
        "regions": {region.name: dict(region.holidays) for region in lock.regions},
        "zones": {zone.name: _changes_as_text(zone) for zone in lock.zones},
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def read_lock(text: str) -> Lock | tuple[str, ...]:
    """The lock that a text says, or what is wrong with it: up to twenty sentences. Nothing is raised, whatever the
    text says."""
    if len(text) > LARGEST:
        return (f"`calendars.lock` is longer than {LARGEST:,} characters",)
    try:
        data: _Json = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return (_unreadable(error),)
    if not isinstance(data, dict):
        return ("`calendars.lock` must be an object",)
    if problem := _frame_problem(data):
        return (problem,)
    problems: list[str] = []
    lock = _lock(data, problems.append)
    return tuple(problems[:MOST_PROBLEMS]) or lock


def make_lock(regions: Iterable[str], zones: Iterable[str], first_year: int, last_year: int) -> Lock | tuple[str, ...]:
    """The lock of some regions (`FR`, `GB-ENG`, `DE-BY`) and zones (`Europe/London`) for the years from `first_year`
    to `last_year`, or what is wrong with them, as sentences.

    Holidays are those of the installed package `holidays`, substitute days included, with English names where it has
    them. Zone changes are those of the installed package `tzdata`, whatever the system's own data say.
    """
    if problem := _years_problem(first_year, last_year):
        return (problem,)
    years = range(first_year, last_year + 1)
    found = [_find_region(name, years) for name in sorted(set(regions))]
    known = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    placed = [_find_zone(name, years, known) for name in sorted(set(zones))]
    problems = tuple(each for each in (*found, *placed) if isinstance(each, str))
    if problems:
        return problems
    return Lock(
        first_year,
        last_year,
        str(import_module("holidays").__version__),
        str(import_module("tzdata").IANA_VERSION),
        tuple(each for each in found if isinstance(each, Region)),
        tuple(each for each in placed if isinstance(each, Zone)),
    )


def _find_region(name: str, years: range) -> Region | str:
    """A region's holidays from the package, or a sentence."""
    import holidays

    supported = holidays.list_supported_countries(include_aliases=False)
    country, dash, part = name.partition("-")
    if country not in supported or (dash and part not in supported[country]):
        return _unknown(
            "region", name, [*supported, *(f"{one}-{each}" for one in supported for each in supported[one])]
        )
    kind = type(holidays.country_holidays(country))
    if not kind.start_year <= years[0] <= years[-1] <= kind.end_year:
        return f"the package `holidays` knows {name} only from {kind.start_year} to {kind.end_year}"
    language = _english(kind.default_language, kind.supported_languages)
    days = holidays.country_holidays(country, subdiv=part or None, years=years, language=language)
    return Region(name, tuple((day.isoformat(), text) for day, text in sorted(days.items()) if day.year in years))


def _english(default: str | None, supported: Collection[str]) -> str | None:
    """The language to ask for: the country's own English, else American, else its default. It is always said where
    there is a choice, because the package would otherwise look at the machine's locale."""
    if default is None or default.startswith("en"):
        return default
    return next(
        (each for each in ("en_US", *sorted(supported)) if each.startswith("en") and each in supported), default
    )


def _find_zone(name: str, years: range, known: Sequence[str]) -> Zone | str:
    from zoneinfo import ZoneInfo

    if name not in known:
        return _unknown("zone", name, known)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        zone = ZoneInfo.from_file(file, name)
    start, end = _reach(years)
    changes = [start, *_zone_changes(zone, start, end)]
    return Zone(name, tuple(changes), tuple(_offset(zone, change) for change in changes))


def _zone_changes(zone: ZoneInfo, start: int, end: int) -> Iterator[int]:
    """The instants in `(start, end)` from which another offset holds; no zone changes twice within six hours."""
    for low in range(start, end, DAY // 4):
        high = min(low + DAY // 4, end - 1)
        if (before := _offset(zone, low)) == _offset(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
        yield high


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _reach(years: range) -> tuple[int, int]:
    """What a zone tells of: from a day before the years to a day after them."""
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (years[0], years[-1] + 1))
    return start - DAY, end + DAY


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, 1) or get_close_matches(name.upper(), names, 1)
    return f"there is no {kind} {_quoted(name)}" + (f"; `{close[0]}` is close" if close else "")


def _quoted(text: str) -> str:
    """A name that somebody wrote, made fit to stand in a sentence."""
    return "`" + "".join(each if each.isprintable() and each != "`" else "?" for each in text[:60]) + "`"


def _changes_as_text(zone: Zone) -> dict[str, str]:
    return {
        _instant_as_text(change): _offset_as_text(offset)
        for change, offset in zip(zone.changes, zone.offsets, strict=True)
    }


def _instant_as_text(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _offset_as_text(offset: int) -> str:
    minutes, seconds = divmod(abs(offset), 60)
    text = f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _unique(pairs: list[tuple[str, _Json]]) -> dict[str, _Json]:
    data: dict[str, _Json] = {}
    for key, value in pairs:
        if key in data:
            raise ValueError(f"{_quoted(key)} stands twice in one place")
        data[key] = value
    return data


def _refuse(constant: str) -> _Json:
    raise ValueError(f"`{constant}` is no value")


def _unreadable(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"`calendars.lock` is not JSON: line {error.lineno}, column {error.colno}"
    if isinstance(error, RecursionError):
        return "`calendars.lock` is nested too deeply"
    return f"`calendars.lock` can't be read: {error}"


def _frame_problem(data: dict[str, _Json]) -> str | None:
    """What is wrong with the keys and the format number: after that nothing else is worth a word."""
    number = data.get("format")
    if type(number) is not int or number != FORMAT:
        shown = _quoted(str(number)) if isinstance(number, int | str) else "no number"
        return f"the format of `calendars.lock` is {shown}; this casedsl reads format {FORMAT}"
    if unknown := sorted(set(data) - set(_KEYS)):
        return f"`calendars.lock` has an unknown key {_quoted(unknown[0])}"
    if missing := [key for key in _KEYS if key not in data]:
        return f"`calendars.lock` lacks the key `{missing[0]}`"
    years = _YEARS.fullmatch(years) if isinstance(years := data["years"], str) else None
    return _years_problem(int(years[1]), int(years[2])) if years else "`years` must look like `2026-2031`"


def _years_problem(first: int, last: int) -> str | None:
    if not YEARS[0] <= first <= last <= YEARS[1] or last >= first + MOST_YEARS:
        within = f"{MOST_YEARS} years at most between {YEARS[0]} and {YEARS[1]}"
        return f"the years of a lock must go forward, {within}, not from {first} to {last}"
    return None


def _lock(data: dict[str, _Json], say: _Say) -> Lock:
    """The lock of data whose frame is right. What is wrong is said and left out."""
    versions = [_text(data[key], 40) for key in ("holidays", "tzdata")]
    if None in versions:
        say("`holidays` and `tzdata` must be the versions of those packages")
    first, last = (int(year) for year in str(data["years"]).split("-"))
    years = range(first, last + 1)
    regions = tuple(_region(*each, years, say) for each in _tables(data["regions"], "regions", _REGION, say))
    zones = tuple(_zone(*each, years, say) for each in _tables(data["zones"], "zones", _ZONE, say))
    return Lock(first, last, versions[0] or "", versions[1] or "", regions, zones)


def _tables(tables: _Json, kind: str, form: re.Pattern[str], say: _Say) -> Iterator[tuple[str, dict[str, _Json]]]:
    if not isinstance(tables, dict):
        say(f"`{kind}` must be an object")
        return
    if list(tables) != sorted(tables):
        say(f"`{kind}` must stand in alphabetical order")
    for name, table in tables.items():
        if not form.fullmatch(name) or not isinstance(table, dict):
            say(f"{_quoted(name)} in `{kind}` must be a name with an object")
        else:
            yield name, table


def _region(name: str, table: dict[str, _Json], years: range, say: _Say) -> Region:
    holidays = []
    for day, title in table.items():
        if not _is_date(day) or int(day[:4]) not in years:
            say(f"{name} has a holiday on {_quoted(day)}, which is no date from {years[0]} to {years[-1]}")
        elif (text := _text(title, 400)) is None:
            say(f"the holiday of {name} on {day} must have a name on one line")
        else:
            holidays.append((day, text))
    if list(table) != sorted(table):
        say(f"the holidays of {name} must stand in order")
    return Region(name, tuple(holidays))


def _zone(name: str, table: dict[str, _Json], years: range, say: _Say) -> Zone:
    start, end = _reach(years)
    changes = [instant for key in table if (instant := _instant(key)) is not None]
    offsets = [seconds for value in table.values() if (seconds := _seconds(value)) is not None]
    if not len(table) == len(changes) == len(offsets):
        say(f"the changes of {name} must look like `2026-03-29T01:00:00Z`: `+01:00`")
    elif changes[:1] != [start] or changes[-1] >= end:
        say(f"the first change of {name} must be at {_instant_as_text(start)}, the last before {_instant_as_text(end)}")
    elif any(low >= high for low, high in pairwise(changes)):
        say(f"the changes of {name} must stand in order")
    return Zone(name, tuple(changes), tuple(offsets))


def _text(value: _Json, longest: int) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _instant(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp()) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def _seconds(offset: _Json) -> int | None:
    if not isinstance(offset, str) or not _OFFSET.fullmatch(offset):
        return None
    hours, minutes, seconds = (int(each) for each in f"{offset[1:]}:00".split(":")[:3])
    return (-1 if offset[0] == "-" else 1) * (hours * 3600 + minutes * 60 + seconds)
