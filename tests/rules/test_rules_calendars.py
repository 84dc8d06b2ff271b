"""Calendars: they open, and the locked years reach as far as somebody has to count."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import CalendarRunsOut, Stretch, due, instant_of, load, local
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_programs import look, program

from casedsl.analysis.horizon import Horizon, over_on
from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, Region, read_lock
from casedsl.compile import check
from casedsl.model.periods import Opening, Period, SpecialDay
from casedsl.model.records import Calendar
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

ROOT = Path(__file__).resolve().parents[2]
SEEDED = settings(derandomize=True, deadline=None, max_examples=80)


@program("CD404")
def test_a_calendar_without_hours_is_empty_and_one_that_can_t_be_read_is_not_called_so() -> None:
    """
    organisation shop
        edition 1
    calendar never                      # CD404[calendar never] calendar `never` never opens
        zone Europe/London
    calendar torn
        zone Europe/London
        open mon hours 9 to 5           # CD001
    calendar sometimes
        zone Europe/London
        open mon hours 09:00-09:01
    """


def horizon(today: date, last: int = 2026) -> Horizon:
    return Horizon(today, 2025, last, {"GB-ENG": frozenset({"2026-12-25", "2026-12-28"})})


def lock(last: int = 2026) -> Lock:
    text = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(text, Lock)
    region = text.regions[0]
    kept = tuple(day for day in region.holidays if int(day[0][:4]) <= last)
    return Lock(text.first_year, last, "0", "0", (type(region)(region.name, kept),), ())


RUNNING = (
    "first state new\n    team desk\n    alert chief after {length}\n    on answer -> done\n        by clerk, chief\n"
    "final state done\n"
)


def run_out(text: str, today: date, last: int = 2026) -> list[Finding]:
    return [finding for finding in look(text, lock=lock(last), today=today).findings if finding.code == "CD405"]


@pytest.mark.parametrize(
    ("length", "last_good"),
    [
        ("10 working days", date(2026, 12, 15)),  # 25 and 28 December are holidays: the tenth is the 31st
        ("16 working hours", date(2026, 12, 30)),
        ("17 working hours", date(2026, 12, 29)),
        ("30 calendar days", date(2026, 12, 1)),
        ("2 calendar weeks", date(2026, 12, 17)),
        ("1 month", date(2026, 11, 30)),
        ("1 year", date(2025, 12, 31)),
    ],
)
def test_the_last_day_from_which_a_length_still_fits(length: str, last_good: date) -> None:
    text = RUNNING.format(length=length)
    assert run_out(text, last_good) == []
    (finding,) = run_out(text, last_good + timedelta(1))
    assert finding.severity == "warning"
    assert finding.headline.startswith(f"the locked calendars end with 2026, too early for {length} from ")


def test_a_promise_is_counted_as_it_says() -> None:
    """Of what may stand still for a while, the end of that must be known too."""
    text = (
        "promise soon\n    within {length}\n    calendar office\n    met by answer\n    {more}\n"
        "    alert chief when 50% used\n"
        "first state new\n    team desk\n    on answer -> done\n        by clerk, chief\nfinal state done\n"
    )
    friday = date(2026, 12, 4)  # 10 working days from then are over on Friday 18 December
    plain = text.format(length="27 calendar days", more="due at 18:00")
    assert run_out(plain, friday) == []
    assert run_out(plain.replace("18:00", "24:00"), friday)
    assert run_out(text.format(length="2 working days", more="pauses in new at most 9 working days"), friday) == []
    (finding,) = run_out(text.format(length="2 working days", more="pauses in new at most 20 working days"), friday)
    assert "too early for 20 working days" in finding.headline


def test_clock_time_needs_no_calendar() -> None:
    assert run_out(RUNNING.format(length="100 clock days"), date(2026, 12, 1)) == []
    assert run_out(RUNNING.format(length="100 clock days"), date(2029, 12, 1)) == []


def test_without_a_day_or_a_lock_nothing_is_found() -> None:
    text = RUNNING.format(length="10 years")
    assert "CD405" not in {finding.code for finding in look(text, lock=lock()).findings}
    assert "CD405" not in {finding.code for finding in look(text, today=date(2026, 12, 1)).findings}
    assert run_out(text, date(2026, 12, 1))


def test_one_lock_is_one_finding_about_what_is_over_last() -> None:
    text = (
        "promise soon\n    within 2 months\n    calendar office\n    met by answer\n"
        "stage open of new\n    alert chief after 1 month\nfirst state new\n    team desk\n"
        "    prompt clerk after 1 working day\n    on answer -> done\n        by clerk\nfinal state done\n"
    )
    (finding,) = run_out(text, date(2026, 12, 21))
    assert finding.headline == "the locked calendars end with 2026, too early for 2 months from 21 December 2026"
    assert [label.span.line for label in finding.labels] == [9]
    assert finding.way_out == "run `casedsl calendars lock --years 2025-2031` with the definition's file"


def test_a_lock_that_has_ended_is_too_early_for_all() -> None:
    text = RUNNING.format(length="1 working hour")
    (finding,) = run_out(text, date(2029, 3, 1))
    assert finding.way_out == "run `casedsl calendars lock --years 2025-2034` with the definition's file"
    assert run_out(text.replace("    alert chief after 1 working hour\n", ""), date(2029, 3, 1)) == []


def test_the_example_is_clean_for_years() -> None:
    file = ROOT / "examples" / "complaint" / "complaint.case"
    text = read_lock(file.with_name("calendars.lock").read_text("utf-8"))
    assert isinstance(text, Lock)
    for today, codes in ((date(2026, 11, 2), []), (date(2031, 12, 20), ["CD405"])):
        found = check(str(file), lambda name: Path(name).read_bytes(), lock=text, today=today).findings
        assert [each.code for each in found if each.severity != "info"] == codes


HERE = Span("main.case", 1, 1, 1, 1)
DURATIONS = st.one_of(
    st.builds(Duration, st.integers(1, 60), st.just("working"), st.sampled_from(["hour", "day"])),
    st.builds(Duration, st.integers(1, 40), st.sampled_from(["clear", "clear working"]), st.just("day")),
    st.builds(Duration, st.integers(1, 40), st.just("calendar"), st.sampled_from(["day", "week"])),
    st.builds(Duration, st.integers(1, 9), st.just("calendar"), st.just("month")),
)
CLOCK = st.builds(Duration, st.integers(1, 400), st.just("clock"), st.sampled_from(["hour", "day"]))
MINUTES = st.sampled_from([0, 540, 1080, 1440])
COUNTINGS = st.builds(
    Counting,
    st.sampled_from(["at once", "on a working day"]),
    st.none() | MINUTES,
    st.none() | st.sampled_from(["same time", "closing"]) | MINUTES,
    st.sampled_from(["not", "forward", "back"]),
)
WEEKS = st.sets(st.integers(0, 6), min_size=1)
HOURS = st.sampled_from([((540, 1020),), ((540, 720), (780, 1020)), ((0, 1440),), ((600, 601),)])
ENDS = st.sampled_from(["closing", 960, 1440])
STARTS = (0, 1, 8 * 60, 9 * 60, 17 * 60, 1439)


@cache
def short_lock() -> Lock:
    """The lock of an example, cut short: compiling many years takes its time."""
    text = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(text, Lock)
    holidays = tuple(day for day in text.regions[0].holidays if day[0] < "2028")
    return Lock(2026, 2027, "0", "0", (Region(text.regions[0].name, holidays),), text.zones)


def counted_on(day: date, length: Duration, calendar: Calendar, counting: Counting) -> tuple[date, list[date | None]]:
    """The date that is counted here, and those on which the runtime says that it is over, from several minutes of the
    day on; None where it refuses to count."""
    text = short_lock()
    known = {region.name: frozenset(day for day, _ in region.holidays) for region in text.regions}
    bundle, problems = compile_bundle([calendar], text)
    assert problems == ()
    calendars = load(bundle)
    midnight = datetime(day.year, day.month, day.day)
    over: list[date | None] = []
    for minute in STARTS:
        start = instant_of(calendars["office"], midnight + timedelta(minutes=minute))
        try:
            end = due(calendars, [Stretch(start, None, "office")], length, start, counting)
            assert end is not None
            over.append(local(calendars["office"], end).date())
        except CalendarRunsOut:
            over.append(None)
    return over_on(length, calendar, Horizon(day, text.first_year, text.last_year, known), counting), over


def calendar_of(days: set[int], spans: tuple[tuple[int, int], ...], ends: int | str, closes: int) -> Calendar:
    closed = tuple(SpecialDay(f"2026-{month:02}-01", "Closed", None, closes, HERE) for month in range(1, 13))
    period = Period("", (Opening(tuple(sorted(days)), spans, HERE),), ("GB-ENG",), ends)  # type: ignore[arg-type]
    return Calendar("office", "Office", "Europe/London", (period,), closed, HERE)


@pytest.mark.parametrize(
    ("length", "counting", "today", "over"),
    [
        (Duration(3, "clear", "day"), Counting(), date(2026, 3, 2), date(2026, 3, 7)),  # Friday 6 March, 24:00
        (Duration(3, "clear working", "day"), Counting(), date(2026, 3, 2), date(2026, 3, 7)),
        (Duration(3, "clear", "day"), Counting(due_at=960), date(2026, 3, 2), date(2026, 3, 6)),
        (Duration(1, "calendar", "day"), Counting(due_at=960, rolls="back"), date(2026, 3, 7), date(2026, 3, 7)),
        (Duration(3, "working", "day"), Counting(due_at=1440), date(2026, 3, 2), date(2026, 3, 6)),
        (Duration(1, "working", "day"), Counting(begins="on a working day"), date(2026, 3, 7), date(2026, 3, 10)),
        (Duration(1, "working", "hour"), Counting(cut_off=960), date(2026, 3, 7), date(2026, 3, 9)),
        (Duration(1, "working", "hour"), Counting(cut_off=0), date(2026, 3, 6), date(2026, 3, 9)),
        (Duration(5, "calendar", "day"), Counting(due_at=960, rolls="forward"), date(2026, 3, 2), date(2026, 3, 9)),
        (Duration(5, "calendar", "day"), Counting(due_at=960, rolls="back"), date(2026, 3, 2), date(2026, 3, 6)),
        (Duration(3, "clock", "day"), Counting(), date(2026, 3, 7), date(2026, 3, 7)),
        (Duration(3, "clock", "day"), Counting(begins="on a working day"), date(2026, 3, 7), date(2026, 3, 9)),
        (Duration(5, "clock", "day"), Counting(rolls="forward"), date(2026, 3, 2), date(2026, 3, 6)),
    ],
)
def test_the_earliest_date_by_hand(length: Duration, counting: Counting, today: date, over: date) -> None:
    """2 March 2026 is a Monday. Nothing rolls back to before it began, and of clock time an hour may come twice."""
    assert counted_on(today, length, calendar_of({0, 1, 2, 3, 4}, ((540, 1020),), "closing", 720), counting)[0] == over


DAYS = st.one_of(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2027, 11, 1), date(2027, 12, 31)))


@SEEDED
@given(DURATIONS, COUNTINGS, WEEKS, HOURS, ENDS, DAYS, st.sampled_from([0, 720]))
def test_no_clock_is_over_before_the_date_that_is_counted_here(
    length: Duration, counting: Counting, days: set[int], spans: tuple[tuple[int, int], ...], ends: int | str,
    today: date, closes: int,
) -> None:  # fmt: skip
    """The oracle is the runtime's own arithmetic, from several minutes of the day on; from the best it is that date.
    Only what begins at an opening, ends at that time of day and rolls is counted as if it had begun at midnight."""
    counted, over = counted_on(today, length, calendar_of(days, spans, ends, closes), counting)
    known = [each for each in over if each is not None]
    moved = counting.begins != "at once" or counting.cut_off is not None
    rolls = length.kind == "calendar" and counting.due_at in (None, "same time") and counting.rolls != "not"
    if counted.year > 2027:
        assert known == []
    elif moved and rolls:
        assert all(each >= counted for each in known)
    else:
        assert min(known) == counted


@SEEDED
@given(CLOCK, COUNTINGS, WEEKS, HOURS, DAYS)
def test_no_clock_time_is_over_before_the_date_that_is_counted_here(
    length: Duration, counting: Counting, days: set[int], spans: tuple[tuple[int, int], ...], today: date
) -> None:
    counted, over = counted_on(today, length, calendar_of(days, spans, "closing", 720), counting)
    assert all(each is None or each >= counted for each in over)


def test_a_length_beyond_all_calendars_ends() -> None:
    period = Period("", (Opening((0,), ((540, 541),), HERE),))
    calendar = Calendar("office", "Office", "UTC", (period,), (), HERE)
    for length in (Duration(10_000, "working", "day"), Duration(10_000, "working", "hour")):
        assert over_on(length, calendar, horizon(date(2026, 1, 1))).year > 2080
    assert over_on(Duration(10_000, "calendar", "year"), calendar, horizon(date(2026, 2, 28))).year == 9000
    assert (
        monthrange(2028, 2)[1] == over_on(Duration(25, "calendar", "month"), calendar, horizon(date(2026, 1, 31))).day
    )
