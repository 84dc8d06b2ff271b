"""Ladders across two kinds of time: in which order their steps come is decided by the calendar, minute by minute."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, Timetable, due
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_programs import look, program

from casedsl.analysis.horizon import Horizon
from casedsl.analysis.sooner import Ground, Moment, Week, always_later, can_be_later
from casedsl.artifact.lock import Lock, read_lock
from casedsl.model.periods import Opening, Period, SpecialDay
from casedsl.model.records import Calendar
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

ROOT = Path(__file__).resolve().parents[2]
HERE = Span("main.case", 1, 1, 1, 1)
LADDER = (
    "first state new\n    team desk\n    prompt assignee after {one}\n    {later} after {other}\n"
    "    on answer -> done\n        by clerk, chief\nfinal state done\n"
)


@cache
def lock() -> Lock:
    found = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(found, Lock)
    return found


def overtaken(one: str, other: str, today: date | None = None, later: str = "alert chief") -> Finding | None:
    text = LADDER.format(one=one, other=other, later=later)
    found = look(text, lock=lock() if today else None, today=today).findings
    return next((finding for finding in found if finding.code == "CD402"), None)


def test_the_worst_minute_of_a_week_is_shown() -> None:
    """Eight working hours from Friday 09:01 are over on Monday 09:01."""
    finding = overtaken("8 working hours", "1 clock day")
    assert finding is not None
    assert finding.severity == "error"
    assert finding.headline == "in `new` the alert after 1 clock day can come before the prompt after 8 working hours"
    assert finding.notes == (
        ("example", "from Friday 09:01: the alert Saturday 09:01, the prompt Monday 09:01 (calendar `office`)"),
        ("why", "nights, weekends and holidays count in one of the two and not in the other"),
    )
    assert finding.way_out == "count both in one kind of time, or let the alert come after 3 clock days"
    assert overtaken("8 working hours", "3 clock days") is None
    assert overtaken("8 working hours", "71 clock hours") is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 working hours", "14 calendar days"),
        ("3 working days", "7 calendar days"),
        ("4 working hours", "1 working day"),
        ("1 calendar day", "24 clock hours"),
        ("23 clock hours", "1 calendar day"),
        ("1 month", "31 calendar days"),
        ("28 calendar days", "1 month"),
        ("10 working days", "2 years"),
    ],
)
def test_what_always_comes_later_in_an_ordinary_week_is_in_order(one: str, other: str) -> None:
    assert overtaken(one, other) is None


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [
        ("1 working day", "8 working hours", "from Friday 09:00: the alert Friday 17:00, the prompt Monday 17:00"),
        ("3 working days", "5 calendar days", "from Wednesday 00:00: the alert Sunday 24:00, the prompt Monday 17:00"),
        (
            "1 month",
            "30 calendar days",
            "from 1 January, 09:00: the alert 31 January, 09:00, the prompt 1 February, 09:00",
        ),
        (
            "30 calendar days",
            "1 month",
            "from 31 January, 09:00: the alert 28 February, 09:00, the prompt 2 March, 09:00",
        ),
        ("3 clear working days", "5 working days", ""),
    ],
)
def test_other_kinds(one: str, other: str, example: str) -> None:
    finding = overtaken(one, other)
    if not example:
        assert finding is None
        return
    assert finding is not None
    assert finding.notes[0] == ("example", f"{example} (calendar `office`)")


def test_what_is_far_too_long_needs_no_example() -> None:
    finding = overtaken("9 years", "5 working days")
    assert finding is not None
    assert finding.severity == "error"
    assert finding.headline == "in `new` the alert after 5 working days comes before the prompt after 9 years"
    assert finding.notes == (("why", "the steps of a ladder go from a gentle word to an escalation"),)


def test_what_goes_wrong_only_near_a_holiday_is_a_warning() -> None:
    """Christmas 2026: Friday 25 and Monday 28 December are holidays."""
    finding = overtaken("3 working days", "7 calendar days", date(2026, 11, 2))
    assert finding is not None
    assert finding.severity == "warning"
    assert "from Tuesday 22 December 2026, 00:00: the alert Monday 28 December 2026, 24:00" in finding.notes[0][1]
    assert overtaken("3 working days", "9 calendar days", date(2026, 11, 2)) is None
    assert overtaken("3 working days", "7 calendar days", date(2031, 12, 30)) is None


def test_what_goes_wrong_anyway_is_shown_where_it_is_worst() -> None:
    finding = overtaken("8 working hours", "1 clock day", date(2026, 11, 2))
    assert finding is not None
    assert finding.severity == "error"
    assert finding.notes[0][1].startswith("from Thursday 24 December 2026, 09:01: the alert Friday 25 December 2026")


def test_a_date_that_closes_early_is_looked_at_itself() -> None:
    """What begins on such a day at 11:01 waits until the next morning for its hour."""
    text = (
        'case type letter\n    edition 1\n    use "shop"\nfirst state new\n    team till\n'
        "    prompt clerk after 1 working hour\n    alert chief after {alert}\n"
        "    on answer -> done\n        by clerk, chief\nfinal state done\n"
        '--- shop.case\norganisation shop\n    edition 1\n    use "acme"\ncalendar shop\n    zone Europe/London\n'
        "    open mon-sun hours 09:00-17:00\n    closed 2027-06-10 from 12:00\n"
        "team till\n    people clerk, chief\n    calendar shop\n"
    )

    def found(alert: str, today: date | None) -> list[Finding]:
        checked = look(text.format(alert=alert), lock=lock() if today else None, today=today)
        return [finding for finding in checked.findings if finding.code == "CD402"]

    assert found("20 clock hours", None) == []
    (finding,) = found("20 clock hours", date(2026, 11, 2))
    assert finding.severity == "warning"
    assert finding.notes[0][1].startswith("from Thursday 10 June 2027, 11:01: the alert Friday 11 June 2027, 07:01")
    assert found("23 clock hours", date(2026, 11, 2)) == []


def test_a_day_of_25_hours() -> None:
    finding = overtaken("1 calendar day", "24 clock hours", date(2026, 11, 2))
    assert finding is not None
    assert finding.severity == "warning"
    assert "Sunday 31 October 2027, 01:00, the prompt Sunday 31 October 2027, 02:00" in finding.notes[0][1]
    assert finding.notes[1] == ("why", "where clocks change, a day has 23 or 25 hours")


@program("CD402")
def test_one_step_is_one_finding_and_the_same_kind_speaks_first() -> None:
    """
    stage open of new, seen
        prompt clerk after 4 working hours
        escalate to chief after 1 clock day     # CD402 in `open` the escalation after 1 clock day can come before the
    first state new
        team desk
        prompt clerk after 8 working hours
        prompt clerk after 9 working hours
        alert chief after 1 clock day           # CD402 in `new` the alert after 1 clock day can come before the prompt
        alert chief after 3 working hours       # CD402 in `new` the alert after 3 working hours doesn't come after
        on see -> seen
            by clerk, chief
    state seen
        on answer -> done
            by clerk, chief
    final state done
    """


@program("CD402")
def test_a_stage_whose_teams_count_otherwise_is_not_compared() -> None:
    """
    case type letter
        edition 1
        use "night"
    fields
        summary text
    stage open of new, seen
        prompt clerk after 8 working hours
        alert chief after 1 clock day
    first state new
        team desk
        on see -> seen
            by clerk, chief
            needs summary
            hand over
                passes on summary
                says "{summary}"
    state seen
        team guard
        prompt clerk after 1 working hour
        alert chief after 2 clock hours
        escalate to chief after 30 working hours
        move to done after 1 clock day      # CD402 the move after 1 clock day comes before the escalation after 30
        on answer -> done
            by clerk, chief
    final state done
    --- night.case
    organisation night
        edition 1
        use "acme"
    calendar round_the_clock
        zone Europe/London
        open mon-sun hours 00:00-24:00
    team guard
        people clerk, chief
        calendar round_the_clock
    """


@program("CD402")
def test_shares_and_rests_of_a_promise_are_compared() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        prompt assignee when 3 working days left
        alert chief when 50% used               # CD402 the alert of `soon` with 50% used doesn't come after the prompt
        alert chief when 80% used
    promise later
        within 3 months
        calendar office
        met by answer
        prompt assignee when 1 month left
        alert chief when 50% used
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    """


def test_with_the_length_of_a_band_only_it_is_a_warning() -> None:
    text = (
        "fields\n    impact scale 1..5\npriority\n    score 10 * impact in 0..50\n    band red from 40\n"
        "    band green from 0\npromise soon\n    within 10 working days\n    in band red within {red}\n"
        "    calendar office\n    met by answer\n    prompt assignee when 50% used\n"
        "    alert chief when 2 working days left\nfirst state new\n    team desk\n    on answer -> done\n"
        "        by clerk\n        needs impact\nfinal state done\n"
    )
    found = [each for each in look(text.format(red="3 working days")).findings if each.code == "CD402"]
    assert [(each.severity, [label.span.line for label in each.labels]) for each in found] == [("warning", [15, 12])]
    assert [each for each in look(text.format(red="4 working days")).findings if each.code == "CD402"] == []


# The oracle: every minute of a week, one after the other.

LENGTHS = st.one_of(
    st.builds(Duration, st.integers(1, 40), st.just("working"), st.just("hour")),
    st.builds(Duration, st.integers(1, 12), st.sampled_from(["working", "clear working", "clear"]), st.just("day")),
    st.builds(Duration, st.integers(1, 20), st.just("calendar"), st.just("day")),
    st.builds(Duration, st.integers(1, 400), st.just("clock"), st.just("hour")),
)
HOURS = st.sampled_from(
    [
        ((540, 1020),),
        ((540, 720), (780, 1020)),
        ((0, 1440),),
        ((600, 630),),
        ((1320, 1800),),
        ((541, 547), (1430, 1440)),
    ]
)
ENDS = st.sampled_from(["closing", 960, 1440])


def calendar_of(days: set[int], spans: tuple[tuple[int, int], ...], ends: int | str) -> Calendar:
    special = (SpecialDay("2026-12-24", "Eve", None, 720, HERE),)
    period = Period("", (Opening(tuple(sorted(days)), spans, HERE),), ("GB-ENG",), ends)  # type: ignore[arg-type]
    return Calendar("office", "Office", "Europe/London", (period,), special, HERE)


def over(table: Timetable, length: Duration, entry: int) -> int:
    end = due({"office": table}, [Stretch(entry, None, "office")], length, entry)
    assert end is not None
    return end


@settings(derandomize=True, deadline=None, max_examples=25)
@given(LENGTHS, LENGTHS, st.sets(st.integers(0, 6), min_size=1), HOURS, ENDS)
def test_no_minute_of_an_ordinary_week_is_worse(
    one: Duration, other: Duration, days: set[int], spans: tuple[tuple[int, int], ...], ends: int | str
) -> None:
    ground = Ground(calendar_of(days, spans, ends), None, (one, other))
    found = can_be_later(ground, one, other)
    assert ground.usual is not None
    table, ((low, high),) = ground.usual
    assert high - low == 7 * 86_400
    apart = [over(table, one, entry) - over(table, other, entry) for entry in range(low, high, 60)]
    assert (found.one - found.other if found else 0) == max(0, *apart)
    assert always_later(ground, one, other) == (min(apart) > 0)
    for length in (one, other):
        takes = [(over(table, length, entry) - entry) // 60 for entry in range(low, high, 600)]
        assert Week(ground.calendar).least(length) <= min(takes)
        assert max(takes) <= Week(ground.calendar).most(length)


@settings(derandomize=True, deadline=None, max_examples=8)
@given(LENGTHS, LENGTHS, st.integers(0, 20))
def test_no_minute_near_a_date_that_is_not_ordinary_is_worse(one: Duration, other: Duration, before: int) -> None:
    """Christmas 2026 and the clocks of October 2027; what no minute of these dates and no ordinary week shows is not
    found."""
    text = lock()
    holidays = {region.name: frozenset(day for day, _ in region.holidays) for region in text.regions}
    zones = {zone.name: (zone.changes, zone.offsets) for zone in text.zones}
    calendar = calendar_of({0, 1, 2, 3, 4}, ((540, 1020),), "closing")
    ground = Ground(calendar, Horizon(date(2026, 11, 2), 2026, 2028, holidays, zones), (one, other))
    found = can_be_later(ground, one, other)
    assert ground.locked is not None
    table, _ = ground.locked
    worst = max((apart(found), 0))
    for start in (date(2026, 12, 24), date(2027, 10, 31)):
        low = (start - date(1970, 1, 1)).days * 86_400 - before * 86_400
        assert all(
            over(table, one, entry) - over(table, other, entry) <= worst for entry in range(low, low + 86_400, 60)
        )


def apart(found: Moment | None) -> int:
    return found.one - found.other if found else 0
