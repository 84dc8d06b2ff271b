"""What a calendar can say wrongly: layers, versions, dates, days without hours, hours that the clocks skip."""

from __future__ import annotations

from datetime import date

import pytest
from rule_programs import carets, look, program

from casedsl.artifact.lock import Lock, Zone, make_lock
from casedsl.compile import Checked


@program("CD412")
def test_layers_versions_and_dates_that_contradict_each_other() -> None:
    """
    organisation shop
        edition 1
    calendar one
        zone Europe/London
        days mon-fri
        based on two                        # CD412[two] based on each other: `one` -> `two` -> `one`
    calendar two
        based on one
    calendar self
        zone Europe/London
        days mon-fri
        based on self                       # CD412[self] a calendar is based on itself
    calendar lost
        based on nowhere                    # CD004[nowhere] there is no calendar `nowhere`
    calendar floor
        zone Europe/London
        based on always                     # CD005[always] `always` is built in, and nothing can be based on it
        days mon-fri
    calendar office
        zone Europe/London
        open mon-fri hours 09:00-17:00
        open 2026-12-24 hours 09:00-12:00
        closed 2026-12-24 "Eve"             # CD412[closed 2026-12-24] 2026-12-24 is both open and closed
        from 2026-06-01
            open mon-fri hours 09:00-13:00
            closed 2026-05-29               # CD412[2026-05-29] 2026-05-29 is over when the version from 2026-06-01
        from 2026-05-01                     # CD412[2026-05-01] the version from 2026-05-01 stands behind one
            open mon-fri hours 09:00-14:00
    calendar twice
        zone Europe/London
        days mon-fri
        holidays GB-ENG
        holidays any of GB-SCT, GB-NIR      # CD002[holidays any of] says twice which holidays are closed
    """


@program("CD412")
def test_days_and_hours_do_not_mix() -> None:
    """
    organisation shop
        edition 1
    calendar both
        zone Europe/London
        days mon-fri                        # CD412[days] the calendar has days without hours, and days with hours
        open sat hours 09:00-12:00
    calendar bare
        zone Europe/London
        open mon-fri                        # CD011[open mon-fri] `open mon-fri` doesn't say at which hours
        open sat hours 09:00-12:00
        open 2026-05-04                     # CD011[open 2026-05-04] `open 2026-05-04` doesn't say at which hours
    calendar statutory
        zone Europe/London
        days mon-fri
        open 2026-12-19
        open 2026-12-20 hours 09:00-12:00   # CD412[09:00-12:00] has days without hours, and 2026-12-20 has hours
        closed 2026-12-24 from 12:00        # CD412[12:00] has days without hours, and 2026-12-24 has hours
    calendar court
        based on statutory
        open 2026-05-04
        from 2026-06-01
            open mon-fri hours 09:00-13:00
            closed 2026-06-02 from 12:00
            open 2026-06-06                 # CD011[open 2026-06-06] `open 2026-06-06` doesn't say at which hours
    """


@program("CD404")
def test_a_calendar_that_never_opens() -> None:
    """
    organisation shop
        edition 1
    calendar never                          # CD404[calendar never] calendar `never` never opens
        zone Europe/London
        from 2026-06-01
            holidays GB-ENG
    calendar later
        zone Europe/London
        from 2026-06-01
            days mon
    calendar once
        zone Europe/London
        open 2026-06-01 hours 09:00-10:00
    calendar upon
        based on later
    calendar upon_never                     # CD404[calendar upon_never] calendar `upon_never` never opens
        based on never
    """


@program("CD005")
def test_hours_that_overlap_also_past_midnight() -> None:
    """
    organisation shop
        edition 1
    calendar night
        zone Europe/London
        open fri hours 22:00-06:00
        open sat hours 05:00-08:00          # CD005[open sat] opening hours overlap on sat
    calendar nights
        zone Europe/London
        open mon-sun hours 22:00-06:00
        open 2026-06-01 hours 09:00-12:00, 11:00-13:00   # CD005 opening hours overlap
        out of hours to buyer               # CD005[buyer] `buyer` is outside and can't look after cases
    calendar around
        zone Europe/London
        open sun hours 20:00-08:00
        open mon hours 07:00-09:00          # CD005[open mon] opening hours overlap on mon
    role buyer outside
    """


@program("CD412")
def test_what_is_built_in_needs_one_zone() -> None:
    """
    promise soon
        within 3 calendar days
        calendar every day                  # CD412[every day] `every day` has no zone: `office` is in Europe/London
        met by answer
    promise late
        within 3 clock days
        calendar lab
        met by answer
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    --- acme.case
    organisation acme
        edition 1
    calendar office
        zone Europe/London
        days mon-fri
    calendar lab
        zone Asia/Tokyo
        days mon-fri
    role clerk
    team desk
        people clerk
        calendar always                     # CD412[always] `always` has no zone: `office` is in Europe/London
    """


@program("CD412", "CD413")
def test_what_is_built_in_is_there_without_a_definition() -> None:
    """
    promise soon
        within 3 working days
        calendar every day
        met by answer
    first state new
        team desk
        prompt clerk after 2 working hours
        on answer -> done
            by clerk
    final state done
    --- acme.case
    organisation acme
        edition 1
    calendar office
        zone Europe/London
        days mon-fri
    role clerk
    team desk
        people clerk
        calendar always
    """


@program("CD413")
def test_working_hours_are_not_counted_in_days() -> None:
    """
    promise soon
        within 30 working minutes           # CD413[30 working minutes] 30 working minutes can't be counted in calendar
        calendar statutory
        met by answer
    first state new
        team desk
        prompt clerk after 2 working hours  # CD413[2 working hours] 2 working hours can't be counted
        alert clerk after 2 working days
        on answer -> done
            by clerk
    final state done
    --- acme.case
    organisation acme
        edition 1
    calendar statutory
        zone Europe/London
        days mon-fri
    role clerk
    team desk
        people clerk
        calendar statutory
    """


def test_a_calendar_that_another_is_based_on_and_who_is_on_duty_are_used() -> None:
    shared = (
        "organisation shop\n    edition 1\ncalendar base\n    zone Europe/London\n    days mon-fri\n"
        "calendar court\n    based on base\n    out of hours to duty\nrole clerk\nrole duty\n"
        "team desk\n    people clerk\n    calendar court\n"
    )
    sharing = look(shared).sharing
    assert {("calendar", "base"), ("calendar", "court"), ("role", "duty")} <= sharing.named
    assert [each.name for each in sharing.defines if each.kind == "calendar"] == ["base", "court"]


# Hours that the clocks skip.


def in_gaps(lines: str, zone: str = "Europe/London", first: int = 2026, last: int = 2027) -> Checked:
    text = f"organisation mill\n    edition 1\ncalendar night\n    zone {zone}\n{lines}"
    lock = make_lock((), (zone,), first, last)
    assert isinstance(lock, Lock)
    return look(text, lock=lock, today=date(2026, 11, 2))


@pytest.mark.parametrize(
    ("lines", "under", "headline", "so"),
    [
        (
            "    open sun hours 01:30-06:00\n",
            "open sun",
            "opens at 01:30, which the clocks skip on 29 March 2026",
            "on such a day it opens at 02:30",
        ),
        (
            "    open sat hours 20:00-01:30\n",
            "open sat",
            "closes at 01:30, which the clocks skip on 29 March 2026",
            "on such a day it closes at 02:30",
        ),
        (
            "    open sun hours 01:00-02:00\n",
            "open sun",
            "is open from 01:00 to 02:00, which the clocks skip on 29 March 2026",
            "on such a day it stays closed",
        ),
        (
            "    open sun hours 00:00-06:00\n    closed 2026-03-29 from 01:15\n",
            "closed 2026-03-29",
            "closes at 01:15, which the clocks skip on 29 March 2026",
            "on such a day it closes at 02:15",
        ),
        (
            "    days sun\n    working day ends at 01:30\n",
            "calendar night",
            "ends its working day at 01:30, which the clocks skip on 29 March 2026",
            "on such a day it ends its working day at 02:30",
        ),
    ],
)
def test_hours_in_a_gap_are_told_with_their_dates(lines: str, under: str, headline: str, so: str) -> None:
    checked = in_gaps(lines)
    (finding,) = checked.findings
    assert (finding.code, finding.severity, carets(checked, finding)) == ("CD410", "warning", under)
    assert finding.headline == f"calendar `night` {headline}"
    assert ("so", so) in finding.notes
    later = () if "closed" in lines else (("also on", "28 March 2027"),)
    assert tuple(note for note in finding.notes if note[0] == "also on") == later


@pytest.mark.parametrize(
    ("lines", "zone"),
    [
        ("    open sun hours 01:00-06:00\n", "Europe/London"),  # 01:00 is the instant of the change: nothing is lost
        ("    open sun hours 00:00-01:00, 02:00-06:00\n", "Europe/London"),
        ("    open mon hours 01:30-06:00\n", "Europe/London"),  # clocks change on Sundays
        ("    open sun hours 01:30-06:00\n    closed 2026-03-29\n    closed 2027-03-28\n", "Europe/London"),
        ("    open mon-sun hours 00:00-24:00\n", "Africa/Cairo"),  # midnight is skipped there: the day begins at 01:00
        ("    open mon-sun hours 01:30-06:00\n", "Asia/Tokyo"),
        ("    days mon-sun\n", "Europe/London"),
    ],
)
def test_where_nothing_moves_nothing_is_found(lines: str, zone: str) -> None:
    assert [each for each in in_gaps(lines, zone).findings if each.severity != "info"] == []


def test_a_time_that_comes_twice_is_an_opinion() -> None:
    """Clocks go back on Sunday 25 October 2026: what is between 01:00 and 02:00 comes twice."""
    closed = "    closed 2026-03-29\n    closed 2027-03-28\n"
    (finding,) = in_gaps(f"    open sun hours 01:30-06:00\n{closed}").findings
    assert (finding.code, finding.severity) == ("CD410", "info")
    assert finding.headline == "calendar `night` opens at 01:30, which comes twice on 25 October 2026"
    assert finding.notes == (("also on", "31 October 2027"), ("so", "of the two times the first is meant"))
    assert in_gaps(f"    open sun hours 01:00-02:00\n{closed}").findings == ()


PROMISED = """
case type letter
    edition 1
    use "acme"
promise soon
    within {within}
    calendar office
    {more}
    met by answer
    alert chief when 50% used
first state new
    team desk
    prompt clerk after 1 clock hour
    on answer -> done
        by clerk
final state done
"""


def promised(more: str, within: str = "5 calendar days") -> list[tuple[str, str]]:
    """What a promise says about a change of the clocks in London."""
    zone = Zone("Europe/London", (1767139200, 1774746000, 1792890000), (0, 3600, 0))
    lock = Lock(2026, 2026, "0", "0", (), (zone,))
    found = look(PROMISED.format(more=more, within=within), lock=lock, today=date(2026, 1, 1)).findings
    return [(each.severity, each.headline) for each in found if each.code == "CD410"]


def test_a_promise_that_is_due_at_a_time_that_clocks_skip() -> None:
    assert promised("due at 01:30") == [
        ("warning", "promise `soon` is due at 01:30, which the clocks skip on 29 March 2026")
    ]
    assert promised("begins on a working day before 01:30") == [
        ("warning", "promise `soon` begins by the next day from 01:30, which the clocks skip on 29 March 2026")
    ]
    assert promised("due at 01:00") == []
    assert promised("due at 02:00") == []
    assert promised("due at 24:00") == []


def test_clock_days_where_clocks_change_are_an_opinion() -> None:
    assert promised("from opened", "3 clock days") == [("info", "3 clock days are 72 hours, also where clocks change")]
    assert promised("from opened", "72 clock hours") == []


def test_hours_that_are_counted_back_among_days() -> None:
    """CD413, of what is left and of what lies before a date."""
    text = PROMISED.replace("calendar office", "calendar every day").replace("50% used", "{left} left")
    for within, left, found in (
        ("within 5 calendar days", "3 working hours", ["3 working hours can't be counted in calendar `every day`"]),
        ("within 5 calendar days", "3 clock hours", []),
        ("due at least 3 working hours before heard_on", "1 clock day", ["3 working hours can't be counted in"]),
    ):
        program = text.replace("within {within}", within).format(more="from opened", left=left)
        program = program.replace("first state", "fields\n    heard_on date\nfirst state")
        told = [each.headline for each in look(program).findings if each.code == "CD413"]
        assert [headline[: len(start)] for headline, start in zip(told, found, strict=True)] == found


def test_a_date_that_does_not_exist_is_no_gap() -> None:
    assert in_gaps("    open mon-sun hours 09:00-17:00\n", "Pacific/Apia", 2011, 2011).findings == ()


def test_many_dates_are_counted() -> None:
    (finding,) = in_gaps("    open sun hours 01:30-06:00\n", first=2026, last=2031).findings
    assert finding.notes[0] == ("also on", "28 March 2027, 26 March 2028, 25 March 2029 and 2 more")


def test_without_a_lock_nothing_is_said_of_clocks() -> None:
    text = "organisation mill\n    edition 1\ncalendar night\n    zone Europe/London\n    open sun hours 01:30-06:00\n"
    assert look(text).findings == ()
