"""`calendars.lock`: what is written is read, rubbish is answered with sentences, reading loads no package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from time_calendars import lock

from casedsl.artifact.lock import LARGEST, Lock, make_lock, read_lock, write_lock

ROOT = Path(__file__).resolve().parents[2]
REGIONS = ("DE-BY", "FR", "GB-ENG")
ZONES = ("America/New_York", "Australia/Lord_Howe", "Europe/London")
LOCK = lock(REGIONS, ZONES, 2026, 2028)
TEXT = write_lock(LOCK)


def test_what_is_written_is_read() -> None:
    assert read_lock(TEXT) == LOCK
    assert write_lock(LOCK) == TEXT
    assert TEXT.endswith("}\n")


def test_the_order_of_what_is_asked_for_makes_no_difference() -> None:
    again = make_lock([*reversed(REGIONS), "FR"], reversed(ZONES), 2026, 2028)
    assert isinstance(again, Lock)
    assert write_lock(again) == TEXT


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8"])
def test_the_same_bytes_whatever_the_machine(locale: str) -> None:
    program = (
        "import sys; from casedsl.artifact.lock import make_lock, write_lock;"
        f"sys.stdout.buffer.write(write_lock(make_lock({REGIONS}, {ZONES}, 2026, 2028)).encode())"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "runtime")])
    world = {
        **os.environ,
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "7",
        "LANGUAGE": locale,
        "LANG": locale,
        "TZ": "Asia/Tokyo",
    }
    run = subprocess.run([sys.executable, "-c", program], env=world, capture_output=True, check=True)
    assert run.stdout.decode() == TEXT


def test_reading_loads_neither_holidays_nor_zone_data() -> None:
    program = (
        "import sys; from casedsl.artifact import bundle, lock; lock.read_lock(sys.stdin.read());"
        "print([each for each in ('holidays', 'tzdata') if each in sys.modules])"
    )
    world = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime")])}
    run = subprocess.run(
        [sys.executable, "-c", program], env=world, input=TEXT.encode(), capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "[]"


def test_substitute_days_are_holidays_too() -> None:
    england = LOCK.region("GB-ENG")
    assert england is not None
    assert [day for day in england.holidays if day[0].startswith("2026-12")] == [
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Boxing Day"),
        ("2026-12-28", "Boxing Day (observed)"),
    ]


def test_a_holiday_observed_in_the_year_before_is_there() -> None:
    """1 January 2028 is a Saturday, so the United States observe it on Friday 31 December 2027."""
    states = lock(("US",), (), 2027, 2027).region("US")
    assert states is not None
    assert states.holidays[-1][0] == "2027-12-31"


@pytest.mark.parametrize(
    ("region", "day", "title"),
    [
        ("DE-BY", "2026-10-03", "German Unity Day"),
        ("FR", "2026-07-14", "National Day"),
        ("FR", "2026-05-01", "Labor Day"),
    ],
)
def test_names_are_english(region: str, day: str, title: str) -> None:
    locked = LOCK.region(region)
    assert locked is not None
    assert (day, title) in locked.holidays


def test_zones_change_when_they_do() -> None:
    assert '      "2026-03-29T01:00:00Z": "+01:00",\n' in TEXT
    assert '      "2026-04-04T15:00:00Z": "+10:30",\n' in TEXT
    assert '      "2026-11-01T06:00:00Z": "-05:00",\n' in TEXT
    zone = LOCK.zone("Europe/London")
    assert zone is not None
    assert len(zone.changes) == len(zone.offsets) == 1 + 2 * 3


@pytest.mark.parametrize(
    ("regions", "zones", "years", "sentence"),
    [
        (["GB-EGN"], [], (2026, 2027), "there is no region `GB-EGN`; `GB-ENG` is close"),
        (["gb-eng"], [], (2026, 2027), "there is no region `gb-eng`; `GB-ENG` is close"),
        (["FR-"], [], (2026, 2027), "there is no region `FR-`; `FR` is close"),
        (["\x1b[2J"], [], (2026, 2027), "there is no region `?[2J`"),
        ([], ["Europe/Lodon"], (2026, 2027), "there is no zone `Europe/Lodon`; `Europe/London` is close"),
        ([], ["../../../etc/passwd"], (2026, 2027), "there is no zone `../../../etc/passwd`"),
        (["GB"], [], (2099, 2101), "the package `holidays` knows GB only from 1872 to 2100"),
        (
            ["GB"],
            [],
            (2027, 2026),
            "the years of a lock must go forward, 100 years at most between 1900 and 2200, not from 2027 to 2026",
        ),
    ],
)
def test_what_cannot_be_locked(regions: list[str], zones: list[str], years: tuple[int, int], sentence: str) -> None:
    assert make_lock(regions, zones, *years) == (sentence,)


def test_everything_wrong_is_said_at_once() -> None:
    answer = make_lock(["XX-XX", "GB-EGN"], ["Europe/Lodon"], 2026, 2026)
    assert isinstance(answer, tuple)
    assert len(answer) == 3


def changed(path: str, value: object) -> str:
    """The lock's text with another value at a path such as `zones/Europe\\London`."""
    data: Any = json.loads(TEXT)
    *parents, last = (key.replace("\\", "/") for key in path.split("/"))
    inner = data
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return json.dumps(data)


START = "2025-12-31T00:00:00Z"
LONDON = "zones/Europe\\London"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "`calendars.lock` is not JSON: line 1, column 1"),
        ("{", "`calendars.lock` is not JSON: line 1, column 2"),
        ("[]", "`calendars.lock` must be an object"),
        ("[" * 100_000, "`calendars.lock` is nested too deeply"),
        ("9" * 5000, "`calendars.lock` can't be read"),
        (" " * (LARGEST + 1), "`calendars.lock` is longer than 4,000,000 characters"),
        ('{"format": 1, "format": 1}', "`format` stands twice in one place"),
        ('{"format": NaN}', "`NaN` is no value"),
        ("{}", "the format of `calendars.lock` is no number; this casedsl reads format 1"),
        (changed("format", 2), "the format of `calendars.lock` is `2`; this casedsl reads format 1"),
        (changed("format", True), "the format of `calendars.lock` is `True`"),
        (changed("format", 1.0), "the format of `calendars.lock` is no number"),
        (changed("extra", 1), "`calendars.lock` has an unknown key `extra`"),
        ('{"format": 1}', "`calendars.lock` lacks the key `years`"),
        (changed("years", 2026), "`years` must look like `2026-2031`"),
        (changed("years", "2028-2026"), "the years of a lock must go forward"),
        (changed("years", "2026-9999"), "the years of a lock must go forward"),
        (changed("holidays", 1), "`holidays` and `tzdata` must be the versions of those packages"),
        (changed("tzdata", "a\nb"), "`holidays` and `tzdata` must be the versions of those packages"),
        (changed("regions", []), "`regions` must be an object"),
        (changed("regions/AA", {}), "`regions` must stand in alphabetical order"),
        (changed("regions/gb", {}), "`gb` in `regions` must be a name with an object"),
        (changed("regions/GB-ENG", 1), "`GB-ENG` in `regions` must be a name with an object"),
        (changed("regions/FR/2026-02-30", "x"), "FR has a holiday on `2026-02-30`, which is no date from 2026 to 2028"),
        (changed("regions/FR/2029-01-01", "x"), "FR has a holiday on `2029-01-01`, which is no date from 2026 to 2028"),
        (changed("regions/FR/2026-01-02", "x"), "the holidays of FR must stand in order"),
        (changed("regions/FR/2026-01-01", "a\nb"), "the holiday of FR on 2026-01-01 must have a name on one line"),
        (changed("regions/FR/2026-01-01", "\ud800"), "the holiday of FR on 2026-01-01 must have a name on one line"),
        (changed("regions/FR/2026-01-01", "x" * 401), "the holiday of FR on 2026-01-01 must have a name on one line"),
        (changed("zones/..\\..\\etc", {}), "`../../etc` in `zones` must be a name with an object"),
        (changed(LONDON, {}), "the first change of Europe/London must be at 2025-12-31T00:00:00Z"),
        (changed(LONDON, {"2026-01-01T00:00:00Z": "+00:00"}), "the first change of Europe/London must be at"),
        (changed(f"{LONDON}/2030-01-01T00:00:00Z", "+00:00"), "the last before 2029-01-02T00:00:00Z"),
        (changed(f"{LONDON}/2029-01-02T00:00:00Z", "+00:00"), "the last before 2029-01-02T00:00:00Z"),
        (changed(f"{LONDON}/2026-01-01T00:00:00Z", "+00:00"), "the changes of Europe/London must stand in order"),
        (changed(f"{LONDON}/2026-01-01", "+00:00"), "the changes of Europe/London must look like"),
        (changed(f"{LONDON}/{START}", 0), "the changes of Europe/London must look like"),
        (changed(f"{LONDON}/{START}", "+24:00"), "the changes of Europe/London must look like"),
    ],
)
def test_rubbish_is_answered_with_sentences(text: str, sentence: str) -> None:
    problems = read_lock(text)
    assert isinstance(problems, tuple)
    assert any(sentence in problem for problem in problems)
    assert all(problem.isprintable() for problem in problems)


def test_no_more_than_twenty_sentences() -> None:
    problems = read_lock(changed("regions", {f"GB-{number}": 1 for number in range(100, 999)}))
    assert isinstance(problems, tuple)
    assert len(problems) == 20


SCRAPS = st.text('{}[]",:0129-+.eTZ\\\n\0é\ud800', max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SCRAPS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCRAPS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.sampled_from([*json.loads(TEXT), "regions/FR", LONDON, f"{LONDON}/{START}", "regions/FR/2026-01-01"]), JSON)
def test_any_value_in_any_place_is_read_or_answered(path: str, value: object) -> None:
    answer = read_lock(changed(path, value))
    assert isinstance(answer, Lock) or answer


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 40), SCRAPS)
def test_any_damage_is_read_or_answered(place: int, length: int, scrap: str) -> None:
    answer = read_lock(TEXT[:place] + scrap + TEXT[place + length :])
    assert isinstance(answer, Lock) or answer
