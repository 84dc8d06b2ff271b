"""`casedsl calendars lock`, `show` and `diff`, with layers, versions and unions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_desk import Done, run, script

ORGANISATION = """\
organisation town "Town"
    edition 1

calendar office "The office"
    zone        Europe/London
    open        mon-thu hours 09:00-12:30, 13:30-17:00
    open        fri     hours 09:00-13:00
    open        2026-01-03 "Sale" hours 10:00-16:00
    holidays any of GB-ENG, GB-NIR
    closed      2026-12-24 "Christmas Eve" from 12:00
    closed      2026-02-02
    working day ends at 16:00
    out of hours to duty

calendar statutory
    zone        Europe/London
    days        mon-fri
    holidays    GB-ENG

calendar court
    based on    statutory
    open        2026-05-04
    from 2026-06-01
        holidays    GB-SCT
        days        mon-wed, fri
        closed      2026-06-10 "Jubilee"

calendar always_open
    zone        Asia/Tokyo
    open        mon-sun hours 00:00-24:00

role duty "Duty officer"
role clerk "Clerk"
team desk "Desk"
    people      clerk
    calendar    office
"""
LETTER = """\
case type letter "Letter"
    edition 1
    use "town"
promise answered "Answered"
    within 3 working days
    calendar court
    met by answer
first state new "New"
    team desk
    prompt clerk after 2 working hours
    on answer -> done
        by clerk
final state done "Done"
"""
# Sixteen days from Monday to Thursday of seven hours, five Fridays of four, the sale of six.
JANUARY = """\
January 2026        22 working days, 138:00 hours by the wall clock
   Mon   Tue   Wed   Thu   Fri   Sat   Sun
                     (1)     2   [3]     -
     5     6     7     8     9     -     -
    12    13    14    15    16     -     -
    19    20    21    22    23     -     -
    26    27    28    29    30     -
   1 Thu  closed: New Year's Day
   3 Sat  10:00-16:00: Sale
"""
HEAD = """\
office, The office, 2026
zone          Europe/London
open          Mon-Thu 09:00-12:30, 13:30-17:00
              Fri     09:00-13:00
holidays      any of GB-ENG, GB-NIR
working day   ends at 16:00
out of hours  to duty
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "town.case").write_text(ORGANISATION, "utf-8")
    (tmp_path / "letter.case").write_text(LETTER, "utf-8")
    assert run("calendars", "lock", "letter.case", "--years", "2026-2027", cwd=tmp_path).code == 0
    return tmp_path


def test_a_lock_knows_the_regions_of_unions_layers_and_versions(town: Path) -> None:
    done = run("calendars", "lock", "letter.case", cwd=town)
    where = "GB-ENG, GB-NIR, GB-SCT, Asia/Tokyo, Europe/London"
    assert done == Done(0, "", f"locked 2026 to 2027 in calendars.lock: {where}\n")


# --- show


def test_a_calendar_is_shown_month_by_month(town: Path) -> None:
    done = run("calendars", "show", "letter.case", "office", "--year", "2026", cwd=town)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(HEAD + "\n" + JANUARY + "\n")
    for line in (
        "   2 Mon  closed",
        "  17 Tue  closed: Saint Patrick's Day (GB-NIR)",
        "  29 Sun  clocks go forward at 01:00 by 60 minutes",
        "  25 Sun  clocks go back at 02:00 by 60 minutes",
        "  24 Thu  09:00-12:00: Christmas Eve",
        "  26 Sat  closed anyway: Boxing Day",
        "   3 Fri  closed: Good Friday",
    ):
        assert line in done.out.splitlines()


def test_days_without_hours_and_versions_are_shown(town: Path) -> None:
    done = run("calendars", "show", "town.case", "court", "--year", "2026", cwd=town)
    assert done.out.startswith(
        "court, 2026\nzone          Europe/London\ndays          Mon-Fri\nholidays      GB-ENG\n"
    )
    for line in (
        "   4 Mon  open all the same: May Day",
        "   1 Mon  from here on days Mon-Wed, Fri; holidays GB-SCT",
        "  10 Wed  closed: Jubilee",
        "  30 Mon  closed: Saint Andrew's Day",
        "May 2026            20 working days",
    ):
        assert line in done.out.splitlines(), line


def test_the_working_days_of_a_year_are_those_that_are_published(town: Path) -> None:
    """England and Wales had 253 working days in 2026: 261 weekdays and eight bank holidays."""
    done = run("calendars", "show", "town.case", "statutory", "--year", "2026", cwd=town)
    assert done.out.splitlines()[-1] == "2026: 253 working days"


def test_without_a_name_every_calendar_is_shown_that_is_counted_in(town: Path) -> None:
    heads = ("office, The office, 2027\n", "court, 2027\n", "statutory, 2027\n", "always_open, Always open, 2027\n")
    shown = run("calendars", "show", "letter.case", "--year", "2027", cwd=town).out
    assert [head in shown for head in heads] == [True, True, False, False]
    all_of_them = run("calendars", "show", "town.case", "--year", "2027", cwd=town).out
    assert [head in all_of_them for head in heads] == [True] * 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["letter.case", "ofice"], "there is no calendar `ofice`; did you mean `office`?"),
        (["letter.case", "office", "--year", "2031"], "calendars.lock knows the years 2026 to 2027, not 2031;"),
        (["letter.case", "office", "--year", "2026", "--lock", "x.lock"], "there is no x.lock;"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(town: Path, words: list[str], sentence: str) -> None:
    done = run("calendars", "show", *words[:2], *(words[2:] or ["--year", "2026"]), cwd=town)
    assert done.code == 2
    assert sentence in done.sentence


def test_a_lock_without_a_region_cannot_show_it(town: Path) -> None:
    data = json.loads((town / "calendars.lock").read_text("utf-8"))
    del data["regions"]["GB-NIR"]
    (town / "calendars.lock").write_text(json.dumps(data), "utf-8")
    done = run("calendars", "show", "letter.case", "office", "--year", "2026", cwd=town)
    assert "calendars.lock has no holidays for GB-NIR; run" in done.sentence


def test_a_title_cannot_hide_anything_on_the_page(town: Path) -> None:
    text = ORGANISATION.replace('"Sale"', '"Sa\u202ele"')
    (town / "town.case").write_text(text, "utf-8")
    done = run("calendars", "show", "letter.case", "office", "--year", "2026", cwd=town)
    assert "\u202e" not in done.out + done.err


# --- diff


def edited(town: Path, *edits: tuple[str, str]) -> Path:
    text = (town / "calendars.lock").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    (town / "new.lock").write_text(text, "utf-8")
    return town


def test_nothing_differs_between_a_lock_and_itself(town: Path) -> None:
    assert run("calendars", "diff", "calendars.lock", cwd=town) == Done(0, "nothing differs\n", "")


def test_what_a_new_lock_changes_and_which_calendars_that_touches(town: Path) -> None:
    edited(
        town,
        ('"2026-05-04": "May Day"', '"2026-05-05": "May Day"'),
        ('"2026-12-25": "Christmas Day"', '"2026-12-25": "Christmas"'),
        ('"2026-08-31": "Late Summer Bank Holiday",\n', ""),
        ("2026-10-25T01:00:00Z", "2026-11-01T01:00:00Z"),
        ('"tzdata": "', '"tzdata": "x'),
    )
    done = run("calendars", "diff", "calendars.lock", "new.lock", "--of", "letter.case", cwd=town)
    assert (done.code, done.err) == (1, "")
    said = done.out.splitlines()
    assert said[0].startswith("tzdata    20")
    start = said.index("GB-ENG")
    assert said[start : start + 5] == [
        "GB-ENG",
        "  - 2026-05-04  May Day",
        "  + 2026-05-05  May Day",
        "  - 2026-08-31  Late Summer Bank Holiday",
        "  ~ 2026-12-25  Christmas Day -> Christmas",
    ]
    start = said.index("Europe/London")
    assert said[start:] == [
        "Europe/London",
        "  - 2026-10-25 01:00 UTC  local time is UTC+00:00 from then on",
        "  + 2026-11-01 01:00 UTC  local time is UTC+00:00 from then on",
        "letter.case: calendar office: Europe/London changes its clocks otherwise",
        "letter.case: calendar court: Europe/London changes its clocks otherwise",
        "letter.case: calendar office, Mon 2026-05-04: closed -> 09:00-12:30, 13:30-17:00",
        "letter.case: calendar office, Tue 2026-05-05: 09:00-12:30, 13:30-17:00 -> closed",
        "letter.case: calendar office, Mon 2026-08-31: closed -> 09:00-12:30, 13:30-17:00",
        "letter.case: calendar court, Tue 2026-05-05: a working day -> closed",
    ]


def test_years_regions_and_zones_that_come_and_go(town: Path) -> None:
    assert run("calendars", "lock", "letter.case", "--years", "2027-2028", "-o", "new.lock", cwd=town).code == 0
    data = json.loads((town / "new.lock").read_text("utf-8"))
    del data["regions"]["GB-NIR"]
    data["zones"].pop("Asia/Tokyo")
    (town / "new.lock").write_text(json.dumps(data), "utf-8")
    done = run("calendars", "diff", "new.lock", cwd=town)
    assert done == Done(1, "years     2026-2027 -> 2027-2028\n- Asia/Tokyo\n- GB-NIR\n", "")
    back = run("calendars", "diff", "new.lock", "calendars.lock", cwd=town)
    assert back == Done(1, "years     2027-2028 -> 2026-2027\n+ Asia/Tokyo\n+ GB-NIR\n", "")


def test_three_locks_are_one_too_many(town: Path) -> None:
    done = run("calendars", "diff", "a", "b", "c", cwd=town)
    assert (done.code, done.sentence) == (2, "casedsl: name two locks at most, the old one and the new one")


# --- same bytes


def test_calendars_are_the_same_bytes_whatever_the_hash_seed(town: Path) -> None:
    text = """
import sys
from casedsl.cli import main
for words in (["calendars", "lock", "letter.case"], ["calendars", "show", "letter.case", "--year", "2026"],
              ["compile", "letter.case", "-o", "letter.casec.json"]):
    sys.argv = ["casedsl", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
"""
    made = []
    for seed, zone in (("0", "UTC"), ("77", "Asia/Tokyo"), ("4242", "America/Havana")):
        done = script(text, cwd=town, PYTHONHASHSEED=seed, TZ=zone)
        assert done.code == 0, done.err
        files = ("calendars.lock", "letter.casec.json", "letter.calendars.json")
        made.append((done.out.encode(), *((town / name).read_bytes() for name in files)))
    assert made[0] == made[1] == made[2]
    bundle = json.loads(made[0][3])["calendars"]["calendars"]
    assert [each["name"] for each in bundle] == ["court", "office"]
    (desk,) = json.loads(made[0][2])["workflow"]["teams"]
    assert desk["out_of_hours"] == "duty"
