"""Calendars compiled: which instants are open, when a day ends, and what can't be compiled."""

from __future__ import annotations

from datetime import date, datetime
from time import perf_counter

import pytest
from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.loading import dump_bundle, load_bundle
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, due, instant_of, load, local, prepare
from time_calendars import ALWAYS, HERE, NINE_TO_FIVE, OFFICE, WEEK, compiled, lock, written

from casedsl.artifact.bundle import compile_bundle, compile_calendar
from casedsl.compile import check
from casedsl.model.records import Calendar

LOCK = lock(("GB-ENG",), ("America/New_York", "Europe/London"), 2026, 2027)


def opening(calendar: CompiledCalendar, day: str) -> list[str]:
    """The spans that begin on a local date, by the wall clock."""
    table = prepare(calendar)
    spans = [(local(table, low), high - low) for low, high in zip(calendar.opens, calendar.closes, strict=True)]
    return [f"{low:%H:%M}+{length / 3600:g}" for low, length in spans if low.date().isoformat() == day]


def end_of(calendar: CompiledCalendar, day: str) -> str | None:
    ends = dict(zip(calendar.days, calendar.ends, strict=True))
    end = ends.get(date.fromisoformat(day).toordinal())
    return None if end is None else local(prepare(calendar), end).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("day", "spans", "end"),
    [
        ("2026-03-05", ["09:00+3.5", "13:30+4"], "2026-03-05T17:30"),
        ("2026-03-06", ["09:00+3.5", "13:30+2.5"], "2026-03-06T16:00"),
        ("2026-03-07", [], None),
        ("2026-12-25", [], None),
        ("2026-12-28", [], None),  # Boxing Day is a Saturday
        ("2027-12-27", [], None),  # Christmas Day is a Saturday, Boxing Day a Sunday
        ("2027-12-28", [], None),
        ("2026-12-24", ["09:00+3"], "2026-12-24T12:00"),
        ("2026-12-23", ["09:00+3.5"], "2026-12-23T12:30"),  # closed from 13:00, in the lunch break
        ("2026-12-22", [], None),  # closed from 09:00: nothing remains
        ("2026-12-21", [], None),
        ("2026-12-18", ["09:00+3.5", "13:30+0.5"], "2026-12-18T14:00"),
    ],
)
def test_the_hours_of_a_day(day: str, spans: list[str], end: str | None) -> None:
    closed = {"2026-12-24": 720, "2026-12-23": 780, "2026-12-22": 540, "2026-12-21": 0, "2026-12-18": 840}
    calendar = compiled(written("Europe/London", OFFICE, "GB-ENG", closed))
    assert opening(calendar, day) == spans
    assert end_of(calendar, day) == end


@pytest.mark.parametrize(
    ("zone", "day", "span", "spans"),
    [
        ("Europe/London", "2026-03-29", "00:00-06:00", ["00:00+5"]),
        ("Europe/London", "2026-10-25", "00:00-06:00", ["00:00+7"]),
        ("Europe/London", "2026-03-29", "01:30-06:00", ["02:30+3.5"]),  # 01:30 is skipped: an hour later
        ("Europe/London", "2026-03-29", "01:00-02:00", []),  # the whole opening is skipped
        ("Europe/London", "2026-10-25", "01:30-06:00", ["01:30+5.5"]),  # the first 01:30
        ("Europe/London", "2026-10-25", "00:00-01:30", ["00:00+1.5"]),
        ("Australia/Lord_Howe", "2026-10-04", "00:00-06:00", ["00:00+5.5"]),
        ("Australia/Lord_Howe", "2026-04-05", "00:00-06:00", ["00:00+6.5"]),
        ("America/New_York", "2026-03-08", "00:00-06:00", ["00:00+5"]),
    ],
)
def test_an_opening_over_a_change_of_the_clocks_has_its_true_length(
    zone: str, day: str, span: str, spans: list[str]
) -> None:
    assert opening(compiled(written(zone, {"sun": [span]})), day) == spans


@pytest.mark.parametrize("span", ["01:00-02:00", "01:15-02:05", "01:30-02:30"])
def test_a_date_whose_whole_opening_is_skipped_is_no_working_day(span: str) -> None:
    calendar = compiled(written("Europe/London", {"sun": [span]}))
    assert opening(calendar, "2026-03-29") == []
    assert end_of(calendar, "2026-03-29") is None
    assert end_of(calendar, "2026-04-05") is not None


def test_a_closure_within_a_gap_opens_nothing() -> None:
    """Closed from 01:30, which is skipped and so means 02:30: an opening from 02:10 is still shut."""
    calendar = compiled(written("Europe/London", {"sun": ["02:10-06:00"]}, closed={"2026-03-29": 90}))
    assert opening(calendar, "2026-03-29") == []


def test_a_zone_that_changes_as_the_year_begins() -> None:
    """Nepal went from +05:30 to +05:45 at midnight on 1 January 1986: the year began at 00:15."""
    nepal = compiled(written("Asia/Kathmandu", ALWAYS), 1986, 1986)
    assert (nepal.changes, nepal.offsets) == ((nepal.first,), (5 * 3600 + 45 * 60,))
    assert local(prepare(nepal), nepal.first).isoformat() == "1986-01-01T00:15:00"


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    calendar = compiled(written("Europe/London", {"fri": ["22:00-30:00"]}, closed=["2026-03-13", "2026-03-21"]))
    assert opening(calendar, "2026-03-06") == ["22:00+8"]
    assert end_of(calendar, "2026-03-06") == "2026-03-07T06:00"
    assert opening(calendar, "2026-03-13") == []
    assert opening(calendar, "2026-03-20") == ["22:00+8"]  # closed on the Saturday: the shift is Friday's


def test_a_calendar_knows_only_what_no_year_outside_the_lock_could_change() -> None:
    """A night of 31 December 2025 might be a holiday or not: so a night calendar begins when that night is over."""
    night = compiled(written("Europe/London", dict.fromkeys(WEEK, ("22:00-30:00",))))
    table = prepare(night)
    assert local(table, night.first).isoformat() == "2026-01-01T06:00:00"
    assert local(table, night.last - 1).isoformat() == "2027-12-31T23:59:59"
    assert night.closes[-1] == night.last
    assert end_of(night, "2027-12-30") == "2027-12-31T06:00"
    assert end_of(night, "2027-12-31") is None
    assert (
        local(prepare(compiled(written("America/New_York", ALWAYS))), 1767243600).isoformat() == "2026-01-01T00:00:00"
    )


def test_what_is_always_open_is_one_span_and_its_days_end_at_midnight() -> None:
    calendar = compiled(written("Europe/London", ALWAYS))
    assert (calendar.opens, calendar.closes) == ((calendar.first,), (calendar.last,))
    assert len(calendar.days) == 730
    assert end_of(calendar, "2026-03-29") == "2026-03-30T00:00"


def test_openings_that_overlap_or_touch_are_one() -> None:
    calendar = compiled(written("Europe/London", {"mon": ["09:00-12:00", "11:00-13:00", "13:00-14:00"]}))
    assert opening(calendar, "2026-03-02") == ["09:00+5"]


def test_the_zone_begins_where_the_calendar_does() -> None:
    calendar = compiled(written("Europe/London", NINE_TO_FIVE))
    assert calendar.changes == (calendar.first, 1774746000, 1792890000, 1806195600, 1824944400)
    assert calendar.offsets == (0, 3600, 0, 3600, 0)
    assert compiled(written("America/New_York", NINE_TO_FIVE)).first == calendar.first + 5 * 3600


@pytest.mark.parametrize(
    ("calendar", "sentence"),
    [
        (
            written("Europe/London", NINE_TO_FIVE, "GB-SCT"),
            "`calendars.lock` has no holidays for GB-SCT; run `casedsl calendars lock`",
        ),
        (
            written("Europe/Paris", NINE_TO_FIVE),
            "`calendars.lock` has no zone Europe/Paris; run `casedsl calendars lock`",
        ),
        (written("Europe/London", {}), "calendar `office` never opens"),
        (written("Europe/London", {"mon": []}), "calendar `office` never opens"),
        (
            written("Europe/London", NINE_TO_FIVE, closed=["2028-12-24"]),
            "calendar `office` is closed on 2028-12-24, but `calendars.lock` ends with 2027; "
            "run `casedsl calendars lock`",
        ),
        (
            written("Europe/London", NINE_TO_FIVE, closed=["2026-02-30"]),
            "calendar `office` is closed on `2026-02-30`, which is no date",
        ),
        (
            written("Europe/London", {"mon": ["12:00-09:00"]}),
            "calendar `office` has an opening that ends before it begins or after two days",
        ),
        (
            written("Europe/London", {"mon": ["12:00-49:00"]}),
            "calendar `office` has an opening that ends before it begins or after two days",
        ),
        (
            written("Europe/London", {"mon": ["12:00-47:00"], "tue": ["09:00-17:00"]}),
            "calendar `office` has an opening that lasts until the next working day is over",
        ),
    ],
)
def test_what_cannot_be_compiled(calendar: Calendar, sentence: str) -> None:
    problems = compile_calendar(calendar, LOCK)
    assert isinstance(problems, tuple)
    assert [problem.sentence for problem in problems] == [sentence]
    assert problems[0].span == HERE


def test_a_closure_of_a_year_that_is_over_says_nothing() -> None:
    old = compiled(written("Europe/London", NINE_TO_FIVE, closed=["2019-12-24"]))
    assert old == compiled(written("Europe/London", NINE_TO_FIVE))


def test_a_bundle_holds_what_compiles_and_says_what_does_not() -> None:
    good = [written("Europe/London", NINE_TO_FIVE, "GB-ENG", name=name) for name in ("office", "desk")]
    bad = written("Europe/Paris", NINE_TO_FIVE, name="bureau")
    bundle, problems = compile_bundle([good[0], bad, good[1]], LOCK)
    assert [calendar.name for calendar in bundle.calendars] == ["desk", "office"]
    assert [problem.calendar for problem in problems] == ["bureau"]
    assert (bundle.holidays_version, bundle.zone_version) == (LOCK.holidays_version, LOCK.zone_version)
    assert load_bundle(dump_bundle(bundle)).bundle == bundle


STATUTORY = """\
organisation uk
    edition 1
calendar england
    zone     Europe/London
    days     mon-fri
    holidays GB-ENG
calendar union
    based on england
    holidays any of GB-ENG, GB-NIR, GB-SCT, GB-WLS
calendar court
    based on union
    open     2009-03-17 "The court sits on Saint Patrick's Day"
    open     2009-04-10 "and on Good Friday"
calendar later
    based on england
    from 2009-03-30
        holidays GB-SCT
"""


@pytest.mark.parametrize(
    ("name", "received", "answer"),
    [
        ("union", "2009-03-16", "2009-04-16"),  # ICO on section 10 of the FOI Act: Saint Patrick's Day doesn't count
        ("union", "2009-03-14", "2009-04-15"),  # a Saturday: Monday is the first day
        ("england", "2009-03-16", "2009-04-15"),  # what an English calendar alone would say
        ("court", "2009-03-16", "2009-04-14"),  # two holidays are working days there
        ("later", "2009-03-16", "2009-04-14"),  # Easter Monday is no holiday in Scotland, Good Friday is
    ],
)
def test_twenty_working_days_in_layers_unions_and_versions(name: str, received: str, answer: str) -> None:
    organisation = check("uk.case", lambda _: STATUTORY.encode()).organisation
    assert organisation is not None
    regions = ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS")
    calendars = [organisation.calendars[name]]
    bundle, problems = compile_bundle(calendars, lock(regions, ("Europe/London",), 2009, 2009))
    assert problems == ()
    table = load(bundle)[name]
    start = instant_of(table, datetime.fromisoformat(f"{received}T12:00"))
    reached = due({name: table}, [Stretch(start, None, name)], Duration(20, "working", "day"), start)
    assert reached is not None
    assert local(table, reached - 1).date().isoformat() == answer
    assert local(table, reached).hour == 0  # a day without hours is over at midnight


def test_six_years_compile_quickly() -> None:
    """A few milliseconds; the bound leaves room for a busy machine."""
    office = written("Europe/London", OFFICE, "GB-ENG")
    six = lock(("GB-ENG",), ("Europe/London",), 2026, 2031)
    start = perf_counter()
    compile_calendar(office, six)
    assert perf_counter() - start < 0.5
