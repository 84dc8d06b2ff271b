"""The account that `why` prints of a deadline, added up by a reader who has only the printed text and a pencil.

Nothing of the arithmetic of time is imported here. The text is read back: each row begins where the one before it ends,
the last one ends at the due instant, what the rows say they used is what lies between their instants, by the hours that
stand in the definition, and it sums to the length. The due instants were reckoned by a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from cli_desk import run

LONDON = ZoneInfo("Europe/London")
DESK = """\
organisation desk
    edition 1
calendar office
    zone    Europe/London
    open    mon-fri hours 09:00-12:00, 13:00-17:00
role clerk
role writer outside
team desk
    people   clerk
    calendar office
    assign   least loaded clerk
"""
OPENINGS = ((time(9), time(12)), (time(13), time(17)))
LETTER = """\
case type letter "A letter"
    edition 1
    use     "desk"
    number  "L-{sequence:1}"
fields
    urgency     scale 1..2
        changed by clerk
    notice_on   date
        changed by clerk
    paid_on     date
        changed by clerk
    hearing_on  date
        changed by clerk
priority
    score urgency in 0..2
    band  red   from 2
    band  green from 0
{promises}
first state new "New"
    team   desk
    prompt assignee after 14 working hours
    on ask -> asked
        by clerk
    on say -> stay
        by clerk
    on again -> stay
        by clerk
    on extend -> stay
        by clerk
    on answer -> done
        by clerk
state asked
    waiting on writer
    on reply -> back
        by writer, clerk for writer
final state done
anywhere
    on reply -> stay
        by writer
"""
PROMISES = {
    "hours": ("within 20 working hours; pauses in asked", "Friday 6 November 2026, 14:00"),
    "days": ("within 5 working days; pauses in asked", "Tuesday 10 November 2026, 17:00"),
    "calendar": ("within 10 calendar days; pauses in asked", "Friday 13 November 2026, 15:00"),
    "clear": ("within 4 clear days; pauses in asked", "Sunday 8 November 2026, 24:00"),
    "clear_working": ("within 4 clear working days; pauses in asked", "Tuesday 10 November 2026, 24:00"),
    "month": ("within 1 month; pauses in asked", "Thursday 3 December 2026, 15:00"),
    "clock": ("within 100 clock hours; pauses in asked", "Saturday 7 November 2026, 19:00"),
    "whole_days": ("within 5 working days; pauses in asked by whole days", "Wednesday 11 November 2026, 17:00"),
    "dates": ("within 5 working days; pauses from notice_on to paid_on", "Wednesday 11 November 2026, 17:00"),
    "goes_on": ("within 20 working hours; restarts on again", "Friday 6 November 2026, 10:00"),
    "anew": ("within 20 working hours; restarts on again anew", "Monday 9 November 2026, 17:00"),
    "extended": ("within 5 working days; extends on extend to 8 working days", "Thursday 12 November 2026, 17:00"),
    "change": (
        "within 40 working hours; in band red within 20 working hours; when priority changes from the change",
        "Tuesday 10 November 2026, 11:00",
    ),
    "proportion": (
        "within 40 working hours; in band red within 20 working hours; when priority changes in proportion",
        "Friday 6 November 2026, 16:00",
    ),
    "start": ("within 40 working hours; in band red within 30 working hours", "Friday 6 November 2026, 16:00"),
    "rolls": ("within 5 calendar days; rolls forward", "Monday 9 November 2026, 14:00"),
    "rolls_back": ("within 5 calendar days; rolls back", "Friday 6 November 2026, 14:00"),
    "cut_off": ("within 2 working days; begins on a working day before 12:00", "Thursday 5 November 2026, 17:00"),
    "midnight": ("within 3 calendar days; due at 24:00", "Thursday 5 November 2026, 24:00"),
    "before": ("due at least 3 clear days before hearing_on; rolls back", "Friday 13 November 2026, 24:00"),
    "before_days": ("due at least 2 working days before hearing_on", "Tuesday 17 November 2026, 17:00"),
    "before_hours": ("due at least 9 working hours before hearing_on", "Tuesday 17 November 2026, 15:00"),
    "half": ("within 60 working hours; prompt assignee when 50% used", "Friday 13 November 2026, 10:00"),
    "left": ("within 10 working days; prompt assignee when 3 working days left", "Monday 16 November 2026, 17:00"),
}
"""What each promise says beside its calendar, and when it is due; reckoned by hand from the story below."""
STEPS = {
    "half, prompt assignee when 50% used": "Friday 6 November 2026, 16:00",
    "left, prompt assignee when 3 working days left": "Wednesday 11 November 2026, 17:00",
    "New, prompt assignee": "Thursday 5 November 2026, 15:00",
}
STORY = (
    ("2026-11-03T10:00", "do", "ask", "--as", "kim"),
    ("2026-11-04T11:00", "do", "reply", "--as", "kim"),
    ("2026-11-04T12:00", "do", "say", "--as", "kim"),
    ("2026-11-05T10:00", "do", "again", "--as", "kim"),
    ("2026-11-05T11:00", "do", "extend", "--as", "kim"),
    ("2026-11-05T12:00", "amend", "--as", "kim", "--set", "urgency=2", "--reason", "It is urgent"),
    ("2026-11-05T12:30", "amend", "--as", "kim", "--set", "notice_on=2026-11-06", "--set", "paid_on=2026-11-09",
     "--set", "hearing_on=2026-11-19", "--reason", "There is a hearing"),
)  # fmt: skip
"""Opened on Monday 2 November at 14:00."""

# --- reading what is printed

_INSTANT = r"\w+day (\d+ \w+ \d{4}), (\d\d:\d\d)"
_TITLE = re.compile(rf" *(\S.*): ({_INSTANT}|the clock stands still)$")
_LENGTH = re.compile(r" +(\d+) ([a-z ]+?)s?( \((\d+) days\))?( before .*)?(, since entry \d+, \w+)?:$")
_ROW = re.compile(
    rf" +(-|\d\S* \w+) +(\d\S* \w+)  {_INSTANT} (to|back to) (?:{_INSTANT}|(\d\d:\d\d)): (.+?) since entry (\d+), (\w+)"
)


class Span(NamedTuple):
    used: str
    total: str
    start: datetime
    end: datetime
    what: str
    entry: str


@dataclass
class Account:
    """An account as it is printed."""

    title: str
    due: str
    count: int
    unit: str
    days: str | None
    rows: list[Span]


def instant(day: str, at: str) -> datetime:
    """A printed instant; 24:00 is the end of the day."""
    begins = datetime.strptime(day, "%d %B %Y").replace(tzinfo=LONDON)
    hour, minute = map(int, at.split(":"))
    return begins + timedelta(hours=hour, minutes=minute)


def read(text: str) -> dict[str, Account]:
    """The accounts in a text, by their titles."""
    found: dict[str, Account] = {}
    title = due = ""
    for line in text.splitlines():
        if row := _ROW.match(line):
            used, total, day, at, _, other_day, other_at, same_day_at, what, *entry = row.groups()
            end = instant(other_day or day, other_at or same_day_at)
            found[title].rows.append(Span(used, total, instant(day, at), end, what, ", ".join(entry)))
        elif length := _LENGTH.match(line):
            count, unit, _, days, *_ = length.groups()
            found[title] = Account(title, due, int(count), unit, days, [])
        elif head := _TITLE.match(line):
            title, due = head[1], head[2]
    return found


# --- adding up


def seconds(text: str) -> int:
    """`1:30 h` and `2 days` in seconds."""
    number, unit = text.split()
    if unit == "h":
        hours, minutes = number.split(":")
        return int(hours) * 3600 + int(minutes) * 60
    return int(number) * 86_400


def apart(start: datetime, end: datetime) -> int:
    """The seconds between two instants, whatever the clocks do in between."""
    return round(end.timestamp() - start.timestamp())


def open_seconds(start: datetime, end: datetime) -> int:
    """The working time between two instants, by the hours in the definition."""
    total, day = 0, start.date()
    while day <= end.date():
        for opens, closes in OPENINGS if day.weekday() < 5 else ():
            low = max(start, datetime.combine(day, opens, LONDON))
            high = min(end, datetime.combine(day, closes, LONDON))
            total += max(0, apart(low, high))
        day += timedelta(days=1)
    return total


def ends(start: datetime, end: datetime, at: int, working: bool, back: bool = False) -> int:
    """How many days (working days) are over after one instant and by another; a day is over at this hour. Counted back
    from an event, a day counts from the instant at which it is over."""
    total, day = 0, start.date() - timedelta(days=1)
    while day <= end.date():
        over = datetime.combine(day, time(), LONDON) + timedelta(hours=at)
        total += (start <= over < end if back else start < over <= end) and (day.weekday() < 5 or not working)
        day += timedelta(days=1)
    return total


def used(account: Account, row: Span) -> int:
    """What a row adds, by its two instants alone: in seconds, or days of 24 hours."""
    start, end = sorted((row.start, row.end))
    if account.unit in ("working hour", "working minute"):
        return open_seconds(start, end)
    if account.unit in ("clock hour", "clock day"):
        return apart(start, end)
    if account.unit == "working day":
        return 86_400 * ends(start, end, 17, True, account.title.endswith(", due") and row.end < row.start)
    if account.unit.startswith("clear") or (account.unit == "calendar day" and account.due.endswith("24:00")):
        return 86_400 * ends(start, end, 24, "working" in account.unit)
    return apart(start.replace(tzinfo=None), end.replace(tzinfo=None))


def add_up(account: Account) -> None:
    """Everything that must hold of an account."""
    for one, other in pairwise(account.rows):
        assert one.end == other.start, (account.title, one, other)
    day, _, at = account.due.partition(" ")[2].partition(", ")
    assert account.rows[-1].end == instant(day, at), account
    total = 0
    for row in account.rows:
        counts = row.used != "-"
        assert counts == (row.what in ("open, running", "running")), row
        if counts:
            assert seconds(row.used) == used(account, row), (account.title, row)
            total += seconds(row.used)
        elif row.what.startswith("closed"):
            assert open_seconds(*sorted((row.start, row.end))) == 0, row
        assert seconds(row.total) == total, (account.title, row)
    assert total == whole(account), account.title


def whole(account: Account) -> int:
    if account.days is not None:
        return int(account.days) * 86_400
    unit = account.unit.split()[-1]
    return account.count * {"minute": 60, "hour": 3600, "day": 86_400}[unit]


# --- the stories


def _promise(name: str, says: str) -> str:
    met = "met by answer, say" if "restarts" in says else "met by answer"
    return "\n    ".join([f'promise {name} "{name}"', "calendar office", met, *says.split("; ")])


def desk_of(folder: Path) -> Path:
    """A folder with the definition, compiled."""
    promises = "\n".join(_promise(name, says) for name, (says, _) in PROMISES.items())
    (folder / "desk.case").write_text(DESK)
    (folder / "letter.case").write_text(LETTER.replace("{promises}", promises))
    (folder / "people.yaml").write_text("kim: {name: Kim, roles: [clerk]}\n")
    for words in (("calendars", "lock", "letter.case", "--years", "2026-2027"), ("compile", "letter.case")):
        assert run(*words, cwd=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = desk_of(tmp_path_factory.mktemp("ledger"))
    at(folder, "2026-11-02T14:00", "open", "letter.casec.json", "--as", "kim", "--set", "urgency=1")
    for moment, command, *words in STORY:
        number = ["L-1", words[0]] if command == "do" else ["L-1"]
        at(folder, moment, command, *number, *words[command == "do" :])
    return folder


def at(folder: Path, moment: str, *words: str) -> str:
    done = run("case", "--now", moment, *words, cwd=folder)
    assert (done.code, done.err) == (0, ""), done.err
    return done.out


@pytest.fixture(scope="module")
def printed(desk: Path) -> dict[str, Account]:
    return read(at(desk, "2026-11-05T12:31", "why", "L-1"))


@pytest.mark.parametrize("name", PROMISES)
def test_the_printed_account_of_a_promise_adds_up_to_its_deadline(printed: dict[str, Account], name: str) -> None:
    account = printed[f"{name}, due"]
    assert account.due == PROMISES[name][1]
    add_up(account)


@pytest.mark.parametrize("title", STEPS)
def test_the_printed_account_of_a_step_adds_up_to_its_instant(printed: dict[str, Account], title: str) -> None:
    assert printed[title].due == STEPS[title]
    add_up(printed[title])


def told(account: Account) -> list[str]:
    return list(dict.fromkeys(f"{row.what.rpartition(', ')[2]} since {row.entry}" for row in account.rows))


def test_each_row_says_since_which_entry_the_clock_runs_or_stands_still(
    desk: Path, printed: dict[str, Account]
) -> None:
    journal = at(desk, "2026-11-05T12:31", "show", "L-1")
    events = re.findall(r"(?m)^  (\d)  .*(opened the case|Ask|Reply|Say|Again|amended it)", journal)
    said = ["opened the case", "Ask", "Reply", "Say", "Again", "amended it", "amended it"]
    assert events == list(zip("1234689", said, strict=True))
    asked = ["running since 1, opened", "paused since 2, ask", "running since 3, reply"]
    assert told(printed["hours, due"]) == asked
    assert told(printed["whole_days, due"]) == asked, "it stands still from midnight, since the question"
    assert told(printed["New, prompt assignee"]) == asked
    assert told(printed["goes_on, due"]) == ["running since 1, opened", "paused since 4, say", "running since 6, again"]
    assert told(printed["anew, due"]) == ["running since 6, again"]
    held = ["running since 1, opened", "paused since 9, amended", "running since 9, amended"]
    assert told(printed["dates, due"]) == held, "a pause to come, since it was said"
    assert told(printed["before, due"]) == ["running since 9, amended"]


def test_the_length_says_since_which_entry_it_holds(desk: Path) -> None:
    text = at(desk, "2026-11-05T12:31", "why", "L-1")
    assert "    8 working days, since entry 7, extend:" in text
    assert "    600 working minutes, since entry 8, amended:" in text
    assert "    3 clear days before Thursday 19 November 2026, 00:00, since entry 9, amended:" in text
    assert "    1 month (30 days), since entry 1, opened:" in text


def test_a_clock_that_stands_still_tells_what_has_counted(tmp_path: Path) -> None:
    folder = desk_of(tmp_path)
    at(folder, "2026-11-02T14:00", "open", "letter.casec.json", "--as", "kim")
    at(folder, "2026-11-03T10:00", "do", "L-1", "ask", "--as", "kim")
    account = read(at(folder, "2026-11-03T10:01", "why", "L-1"))["hours, due"]
    assert (account.due, account.rows[-1].total) == ("the clock stands still", "4:00 h")
    assert account.rows[-1].end == instant("3 November 2026", "10:00")


def test_over_the_night_in_which_the_clocks_go_back(tmp_path: Path) -> None:
    folder = desk_of(tmp_path)
    at(folder, "2026-10-23T14:00", "open", "letter.casec.json", "--as", "kim")
    accounts = read(at(folder, "2026-10-23T14:01", "why", "L-1"))
    dues = {name: accounts[f"{name}, due"].due for name in ("clock", "calendar", "hours")}
    assert dues == {
        "clock": "Tuesday 27 October 2026, 17:00",
        "calendar": "Monday 2 November 2026, 14:00",
        "hours": "Wednesday 28 October 2026, 12:00",
    }
    for name in dues:
        add_up(accounts[f"{name}, due"])


def test_what_time_did_is_accounted_for_by_its_entry_and_in_the_timeline(desk: Path, tmp_path: Path) -> None:
    """`--entry` and `casedsl when --why` show the same account, for whoever asks afterwards or before."""
    folder = desk_of(tmp_path)
    played = run("when", "letter.case", "--arrives", "2026-11-02 14:00", "--given", "urgency=1", "--why", cwd=folder)
    assert (played.code, played.err) == (0, "")
    accounts = read(played.out)
    assert {"hours, due", "half, prompt assignee when 50% used", "New, prompt assignee"} < accounts.keys()
    for account in accounts.values():
        add_up(account)
    at(folder, "2026-11-02T14:00", "open", "letter.casec.json", "--as", "kim", "--set", "urgency=1")
    run("case", "--now", "2027-02-01T09:00", "tick", cwd=folder)
    journal = at(folder, "2027-02-01T09:00", "show", "L-1")
    of_time = [int(n) for n in re.findall(r"(?m)^ +(\d+)  .*(?:time reminded|the promise was missed)", journal)]
    asked = [read(at(folder, "2027-02-01T09:00", "why", "L-1", "--entry", str(n))) for n in of_time]
    assert {title: account for each in asked for title, account in each.items()} == accounts
    assert "is no step of time" in run("case", "why", "L-1", "--entry", "1", cwd=folder).err
    assert "is no step of time" in run("case", "why", "L-1", "--entry", "99", cwd=folder).err
