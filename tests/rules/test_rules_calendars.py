"""Calendars: they open, and the locked years reach as far as somebody has to count."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import CalendarRunsOut, Stretch, due, instant_of, load, local
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_programs import look, program

from casedsl.analysis.horizon import Horizon, over_on
from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import check
from casedsl.model.records import Calendar, Opening, Period, SpecialDay
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
    st.builds(Duration, st.integers(1, 40), st.just("calendar"), st.sampled_from(["day", "week"])),
    st.builds(Duration, st.integers(1, 9), st.just("calendar"), st.just("month")),
)
WEEKS = st.sets(st.integers(0, 6), min_size=1)
HOURS = st.sampled_from([((540, 1020),), ((540, 720), (780, 1020)), ((0, 1440),), ((600, 601),)])


@SEEDED
@given(DURATIONS, WEEKS, HOURS, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from([0, 720]))
def test_no_clock_is_over_before_the_date_that_is_counted_here(
    length: Duration, days: set[int], spans: tuple[tuple[int, int], ...], today: date, closes: int
) -> None:
    """The oracle is the runtime's own arithmetic, from the first minute of the day on."""
    closed = tuple(SpecialDay(f"2026-{month:02}-01", "Closed", None, closes, HERE) for month in range(1, 13))
    period = Period("", (Opening(tuple(sorted(days)), spans, HERE),), ("GB-ENG",))
    calendar = Calendar("office", "Office", "Europe/London", (period,), closed, HERE)
    text = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(text, Lock)
    known = {region.name: frozenset(day for day, _ in region.holidays) for region in text.regions}
    bundle, problems = compile_bundle([calendar], text)
    assert problems == ()
    calendars = load(bundle)
    start = instant_of(calendars["office"], datetime(today.year, today.month, today.day))
    counted = over_on(length, calendar, Horizon(today, text.first_year, text.last_year, known))
    try:
        end = due(calendars, [Stretch(start, None, "office")], length, start)
    except CalendarRunsOut:
        assert counted.year > text.last_year
        return
    assert end is not None
    over = local(calendars["office"], end - 1 if length.kind == "working" else end).date()
    assert counted == over


def test_a_length_beyond_all_calendars_ends() -> None:
    period = Period("", (Opening((0,), ((540, 541),), HERE),))
    calendar = Calendar("office", "Office", "UTC", (period,), (), HERE)
    for length in (Duration(10_000, "working", "day"), Duration(10_000, "working", "hour")):
        assert over_on(length, calendar, horizon(date(2026, 1, 1))).year > 2080
    assert over_on(Duration(10_000, "calendar", "year"), calendar, horizon(date(2026, 2, 28))).year == 9000
    assert (
        monthrange(2028, 2)[1] == over_on(Duration(25, "calendar", "month"), calendar, horizon(date(2026, 1, 31))).day
    )
