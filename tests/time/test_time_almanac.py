"""Random calendars as an author writes them, with layers, versions, unions and dates, in random zones: the text goes
the whole way through reader, model and compiler, and the result is held to an oracle that walks through the days.

The oracle (`time_almanac.py`) imports nothing of casedsl and is given what the text was made of, not the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

import pytest
from casedsl_runtime.artifact import CompiledCalendar
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from time_almanac import WHOLE_DAY, Day, Layer, Lines, Spans, days, hours
from time_calendars import lock
from whenever import Date

from casedsl.analysis.hours import hours_of
from casedsl.artifact.bundle import compile_calendar
from casedsl.artifact.changes import holidays_of
from casedsl.artifact.lock import Lock, Region
from casedsl.compile import check
from casedsl.model.records import Calendar
from casedsl.report.almanac import Known, almanac

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "America/Havana")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = {
    "AA": ["2026-01-01", "2026-03-29", "2026-04-06", "2026-10-25", "2026-12-25"],
    "BB": ["2026-01-02", "2026-03-17", "2026-04-06", "2026-04-05"],
    "CC-DDD": ["2026-10-04", "2026-12-26"],
}
DATES = st.sampled_from(
    ["2026-01-01", "2026-03-17", "2026-03-28", "2026-03-29", "2026-04-05", "2026-04-06", "2026-06-13", "2026-10-25"]
)
SINCE = st.lists(st.sampled_from(["2026-02-01", "2026-03-29", "2026-04-06", "2026-10-04"]), max_size=2, unique=True)


def seeded(count: int) -> settings:
    return settings(max_examples=count, derandomize=True, deadline=None, database=None)


@st.composite
def some_spans(draw: st.DrawFn) -> Spans:
    """One or two openings by quarters of an hour; the last may last past midnight, for at most five hours."""
    times = draw(st.lists(st.integers(0, 96), min_size=2, max_size=4, unique=True).map(sorted))
    if len(times) % 2:
        times.append(draw(st.integers(97, 116)))
    return [(low * 15, high * 15) for low, high in zip(times[::2], times[1::2], strict=True) if low < 96]


@st.composite
def some_lines(draw: st.DrawFn, since: str, days_only: bool) -> Lines:
    """Lines of each kind, or none of it."""
    lines = Lines(since, days=days_only)
    if draw(st.booleans()):
        kinds: list[Spans] = [[], WHOLE_DAY] if days_only else [[], draw(some_spans()), draw(some_spans())]
        lines.week = [draw(st.sampled_from(kinds)) for _ in WEEK]
        if not any(lines.week):
            lines.week[draw(st.integers(0, 6))] = kinds[1]
    if draw(st.booleans()):
        lines.holidays = draw(st.lists(st.sampled_from(sorted(HOLIDAYS)), min_size=1, max_size=3, unique=True))
    if draw(st.integers(0, 3)) == 0:
        lines.ends = draw(st.sampled_from([None, 1440, 16 * 60, 90]))
        lines.closing = lines.ends is None
    for day in draw(st.lists(DATES, max_size=3, unique=True)):
        if day < since:
            continue
        if draw(st.booleans()):
            lines.opened[day] = WHOLE_DAY if days_only else draw(some_spans())
        else:
            lines.closed[day] = 0 if days_only else draw(st.sampled_from([0, 1, 90, 12 * 60, 1439]))
    return lines


def overlaps(lines: Lines) -> bool:
    """Whether a night of the week lasts until the next day has begun its own hours, which is a finding."""
    week = lines.week or [[]] * 7
    nights = [[(low - 1440, high - 1440) for low, high in spans] for spans in (week[-1], *week[:-1])]
    both = [sorted([*spans, *night]) for spans, night in zip(week, nights, strict=True)]
    return any(low[1] > high[0] for spans in both for low, high in pairwise(spans))


@st.composite
def some_layers(draw: st.DrawFn) -> list[Layer]:
    days_only = draw(st.booleans())
    layers = []
    for _ in range(draw(st.integers(1, 3))):
        begins = ["", *sorted(draw(SINCE))]
        layers.append([draw(some_lines(since, days_only)) for since in begins])
    assume(any(lines.week is not None or lines.opened for lines in layers[0]))
    assume(not any(overlaps(lines) for layer in layers for lines in layer))
    return layers


# What was drawn, as an author writes it.


def text_of(zone: str, layers: Sequence[Layer]) -> str:
    rows = ["organisation o", "    edition 1"]
    for number, (main, *versions) in enumerate(layers):
        rows += [f"calendar c{number}", *(f"    {row}" for row in _rows(main))]
        rows += [f"    based on c{number - 1}"] if number else [f"    zone {zone}"]
        for version in versions:
            written = _rows(version)
            rows += [f"    from {version.since}", *(f"        {row}" for row in written)] if written else []
    return "\n".join(rows) + "\n"


def _rows(lines: Lines) -> list[str]:
    rows = []
    if lines.week is not None and lines.days:
        rows.append("days " + ", ".join(day for day, spans in zip(WEEK, lines.week, strict=True) if spans))
    elif lines.week is not None:
        rows += [f"open {day} hours {_shown(spans)}" for day, spans in zip(WEEK, lines.week, strict=True) if spans]
    if lines.holidays is not None:
        rows.append(f"holidays {'any of ' if len(lines.holidays) > 1 else ''}{', '.join(lines.holidays)}")
    if lines.ends is not None or lines.closing:
        rows.append(f"working day ends at {'closing' if lines.ends is None else _time(lines.ends)}")
    rows += [f"open {day}{'' if lines.days else f' hours {_shown(spans)}'}" for day, spans in lines.opened.items()]
    rows += [f"closed {day}{f' from {_time(minute)}' if minute else ''}" for day, minute in lines.closed.items()]
    return rows


def _shown(spans: Spans) -> str:
    return ", ".join(f"{_time(low)}-{_time(high if high <= 1440 else high - 1440)}" for low, high in spans)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# Comparing.


@cache
def locked(zone: str, first: int, last: int) -> Lock:
    made = lock((), (zone,), first, last)
    regions = tuple(Region(name, tuple((day, "Holiday") for day in sorted(found))) for name, found in HOLIDAYS.items())
    return Lock(first, last, made.holidays_version, made.zone_version, regions, made.zones)


def understood(text: str) -> Calendar:
    """The topmost calendar of a text without findings."""
    checked = check("o.case", lambda _: text.encode())
    assert checked.findings == (), (text, checked.findings)
    assert checked.organisation is not None
    return [each for each in checked.organisation.calendars.values() if not each.built_in][-1]


def as_compiled(seen: Sequence[Day], known: CompiledCalendar) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """What the oracle saw, within the calendar's reach: the ends of working days, and open time without seams."""
    ends = {day.date.to_stdlib().toordinal(): day.end for day in seen if known.first < day.end <= known.last}
    merged: list[tuple[int, int]] = []
    for low, high in sorted(span for day in seen for span in day.spans):
        low, high = max(low, known.first), min(high, known.last)
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        elif low < high:
            merged.append((low, high))
    return ends, merged


@seeded(150)
@given(st.sampled_from(ZONES), some_layers())
def test_a_calendar_is_open_when_the_oracle_says_so(zone: str, layers: list[Layer]) -> None:
    calendar = understood(text_of(zone, layers))
    compiled = compile_calendar(calendar, locked(zone, 2026, 2026))
    seen = days(zone, layers, HOLIDAYS, Date(2026, 1, 1), Date(2026, 12, 31))
    if not isinstance(compiled, CompiledCalendar):
        assert not seen or any(low.end >= high.end for low, high in pairwise(seen)), compiled
        return
    ends, merged = as_compiled(seen, compiled)
    assert dict(zip(compiled.days, compiled.ends, strict=True)) == ends
    assert list(zip(compiled.opens, compiled.closes, strict=True)) == merged


@seeded(60)
@given(st.sampled_from(ZONES), some_layers())
def test_the_page_of_a_year_says_the_same_of_each_date(zone: str, layers: list[Layer]) -> None:
    calendar = understood(text_of(zone, layers))
    said, wanted = locked(zone, 2026, 2026), [hours(layers, HOLIDAYS, date) for date in every_date()]
    assert [list(hours_of(calendar, HOLIDAYS)(date.to_stdlib())) for date in every_date()] == wanted
    known = Known(holidays_of(said), said.zones[0].changes, said.zones[0].offsets)
    worked = sum(map(bool, wanted))
    last = almanac(calendar, 2026, known).splitlines()[-1]
    assert last.startswith(f"2026: {worked} working day")
    minutes = sum(high - low for spans in wanted for low, high in spans)
    assert any(lines.days for layer in layers for lines in layer) or f", {minutes // 60}:{minutes % 60:02} " in last


@cache
def every_date() -> tuple[Date, ...]:
    return tuple(Date(2026, 1, 1).add(days=n) for n in range(365))


@pytest.mark.parametrize(
    ("zone", "year", "gone"),
    [
        ("Pacific/Apia", 2011, "2011-12-30"),
        ("Pacific/Fakaofo", 2011, "2011-12-30"),
        ("Pacific/Kwajalein", 1993, "1993-08-21"),
        ("Pacific/Kiritimati", 1994, "1994-12-31"),
    ],
)
@pytest.mark.parametrize("lines", ["days mon-sun", "open mon-sun hours 09:00-17:00", "open mon-sun hours 00:00-24:00"])
def test_a_date_that_its_zone_leaves_out_has_no_openings(zone: str, year: int, gone: str, lines: str) -> None:
    calendar = understood(f"organisation o\n    edition 1\ncalendar c\n    zone {zone}\n    {lines}\n")
    compiled = compile_calendar(calendar, locked(zone, year, year))
    assert isinstance(compiled, CompiledCalendar)
    spans = {"days": WHOLE_DAY, "09": [(540, 1020)], "00": WHOLE_DAY}
    week = [next(each for key, each in spans.items() if key in lines)] * 7
    seen = days(zone, [[Lines(week=week)]], {}, Date(year, 1, 1), Date(year, 12, 31))
    ends, merged = as_compiled(seen, compiled)
    assert dict(zip(compiled.days, compiled.ends, strict=True)) == ends
    assert list(zip(compiled.opens, compiled.closes, strict=True)) == merged
    assert Date.parse_iso(gone).to_stdlib().toordinal() not in compiled.days
    assert len(compiled.days) == 364 + (year % 4 == 0)


def test_nothing_differs_between_two_ways_to_write_one_calendar() -> None:
    """A version from the first day on is as if its lines had stood there; a layer that says nothing is its base."""
    week = "open mon-fri hours 09:00-17:00\n    holidays any of AA, BB\n    closed 2026-06-13\n"
    head = "organisation o\n    edition 1\ncalendar c\n    zone Europe/London\n    "
    one = head + week
    two = head + "open sun hours 01:00-02:00\n    from 2025-01-01\n        " + week.replace("\n    ", "\n        ")
    three = one + "calendar d\n    based on c\n"
    compiled = [compile_calendar(understood(text), locked("Europe/London", 2026, 2026)) for text in (one, two, three)]
    shapes: list[Mapping[str, object]] = []
    for each in compiled:
        assert isinstance(each, CompiledCalendar)
        shapes.append({name: getattr(each, name) for name in ("opens", "closes", "days", "ends")})
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize(
    ("lower", "upper"), [("from 12:00", "from 14:00"), ("from 14:00", "from 12:00"), ("", "from 12:00")]
)
def test_what_closes_a_date_twice_closes_it_at_the_earlier_time(lower: str, upper: str) -> None:
    """A layer can't take back what the one below closes early, unless it opens the date itself."""
    closed = f"    closed 2026-06-15 {lower}".rstrip()
    text = (
        f"organisation o\n    edition 1\ncalendar c\n    zone UTC\n    open mon-fri hours 09:00-17:00\n{closed}\n"
        f"calendar d\n    based on c\n    closed 2026-06-15 {upper}\n    from 2026-06-01\n        holidays AA\n"
    )
    day = Date(2026, 6, 15).to_stdlib()
    assert hours_of(understood(text), HOLIDAYS)(day) == (((540, 720),) if lower else ())
    opened = understood(text + "        open 2026-06-15 hours 16:00-18:00\n")
    assert hours_of(opened, HOLIDAYS)(day) == ((960, 1080),)
