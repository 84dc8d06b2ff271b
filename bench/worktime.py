"""How fast working time is added, against two packages in the same run, and where they answer otherwise.

    businesstimedelta   a loop over days and rules, in Python
    workclock           a walk from day to day with a core in Rust

Both take and give `datetime`; so each figure of ours stands there twice: from instant to instant, as the engine asks,
and with a wall-clock time converted in and out. Peers that are not installed are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Calendars, Stretch, due, instant_of, load

from bench.timing import Best
from casedsl import check
from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, make_lock

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = 2025, 2030
LENGTHS = (4, 16, 160, 2_000)
DEFINITION = """\
organisation bench "Bench"
    edition 1
calendar office "The office"
    zone     Europe/London
    open     mon-fri hours 09:00-17:00
    holidays GB-ENG
calendar nights "Night shift"
    zone     America/New_York
    open     mon-sun hours 22:00-06:00
calendar always_open "Day and night"
    zone     America/New_York
    open     mon-sun hours 00:00-24:00
"""

Add = Callable[[datetime, int], datetime]
"""Adds working hours to a time with zone."""


@dataclass(frozen=True)
class Shift:
    """A calendar of the definition as a peer is told of it; the time 00:00 closes at the end of the day."""

    zone: ZoneInfo
    opens: time
    closes: time
    weekdays: list[int]


NEW_YORK = ZoneInfo("America/New_York")
SHIFTS = {
    "office": Shift(LONDON, time(9), time(17), [0, 1, 2, 3, 4]),
    "nights": Shift(NEW_YORK, time(22), time(6), list(range(7))),
    "always_open": Shift(NEW_YORK, time(), time(), list(range(7))),
}


def calendars() -> tuple[Calendars, list[date]]:
    """The calendars of the definition over six years, and the holidays that the office is closed on."""
    checked = check("bench.case", lambda name: DEFINITION.encode())
    lock = make_lock(("GB-ENG",), ("America/New_York", "Europe/London"), FIRST, LAST)
    assert checked.organisation is not None, checked.findings
    assert isinstance(lock, Lock)
    bundle, problems = compile_bundle(checked.organisation.calendars.values(), lock)
    assert problems == (), problems
    region = lock.region("GB-ENG")
    assert region is not None
    return load(bundle), [date.fromisoformat(day) for day, _ in region.holidays]


def ours(known: Calendars, calendar: str) -> Add:
    table = known[calendar]

    def add(start: datetime, hours: int) -> datetime:
        at = instant_of(table, start.replace(tzinfo=None))
        reached = due(known, [Stretch(at, None, calendar)], Duration(hours, "working", "hour"), at)
        assert reached is not None
        return datetime.fromtimestamp(reached, start.tzinfo)

    return add


def by_businesstimedelta(shift: Shift, holidays: list[date]) -> Add:
    peer: Any = import_module("businesstimedelta")
    zone = import_module("pytz").timezone(str(shift.zone))
    closes = time(23, 59, 59, 999_999) if shift.closes == time() else shift.closes
    hours_of_day = peer.WorkDayRule(start_time=shift.opens, end_time=closes, working_days=shift.weekdays, tz=zone)
    rules = peer.Rules([hours_of_day, peer.HolidayRule(holidays, tz=zone)] if holidays else [hours_of_day])

    def add(start: datetime, hours: int) -> datetime:
        reached: datetime = start + peer.BusinessTimeDelta(rules, hours=hours)
        return reached.astimezone(shift.zone)

    return add


def by_workclock(shift: Shift, holidays: list[date]) -> Add:
    peer: Any = import_module("workclock")
    rules = [peer.WorkDay(shift.opens, shift.closes, days=shift.weekdays)]
    schedule = peer.Schedule([*rules, peer.Holidays(holidays)] if holidays else rules, time_zone=shift.zone)

    def add(start: datetime, hours: int) -> datetime:
        reached: datetime = schedule.add(start, hours=hours)
        return reached

    return add


PEERS: dict[str, Callable[[Shift, list[date]], Add]] = {
    "businesstimedelta": by_businesstimedelta,
    "workclock": by_workclock,
}

QUESTIONS = (
    ("goal that ends at closing", "office", "2026-03-06T15:00", 2, "2026-03-06T17:00"),
    ("clocks change between two days", "office", "2026-03-27T16:00", 2, "2026-03-30T10:00"),
    ("after the last holiday of the list", "office", "2030-12-30T16:00", 2, "2030-12-31T10:00"),
    ("night shift", "nights", "2026-03-02T22:00", 4, "2026-03-03T02:00"),
    ("night of seven hours", "nights", "2026-03-07T22:00", 8, "2026-03-08T23:00"),
    ("night of nine hours", "nights", "2026-10-31T22:00", 9, "2026-11-01T06:00"),
    ("day of 23 hours, always open", "always_open", "2026-03-07T12:00", 24, "2026-03-08T13:00"),
    ("day of 25 hours, always open", "always_open", "2026-10-31T12:00", 24, "2026-11-01T11:00"),
)
"""What is asked, in which calendar, from when, how many working hours, and what is right (`tests/time` says why)."""


def answer(add: Add, start: str, hours: int, zone: ZoneInfo) -> str:
    """What a package answers, by the wall clock; or that it gave up."""
    try:
        return add(datetime.fromisoformat(start).replace(tzinfo=zone), hours).strftime("%Y-%m-%dT%H:%M")
    except TypeError:  # what businesstimedelta raises past the last holiday of its list
        return "TypeError"


def measure(best: Best, known: Calendars, peers: dict[str, Add]) -> None:
    start = datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)
    at, add = int(start.timestamp()), ours(known, "office")
    stretches = [Stretch(at, None, "office")]
    for length in LENGTHS:
        goal = Duration(length, "working", "hour")
        bare = best(lambda goal=goal: due(known, stretches, goal, at), times=2_000)  # type: ignore[misc]
        dressed = best(lambda length=length: add(start, length), times=2_000)  # type: ignore[misc]
        print(f"add {length:>5} working hours {bare * 1e6:>22.1f} \u00b5s CPU, {dressed * 1e6:.1f} with the wall clock")
        for name, other in peers.items():
            spent = best(lambda other=other, length=length: other(start, length), times=20)  # type: ignore[misc]
            ratios = f"{spent / bare:.1f} x ours, {spent / dressed:.1f} x with the wall clock"
            print(f"    {name:<24} {spent * 1e6:>20.1f} \u00b5s CPU, {ratios}")


def compare(known: Calendars, holidays: list[date], names: list[str]) -> None:
    for what, calendar, begins, length, right in QUESTIONS:
        shift = SHIFTS[calendar]
        adds = {name: PEERS[name](shift, holidays if calendar == "office" else []) for name in names}
        said = {name: answer(add, begins, length, shift.zone) for name, add in adds.items()}
        mine = answer(ours(known, calendar), begins, length, shift.zone)
        assert mine == right, (what, mine)
        wrong = ", ".join(f"{name} {told}" for name, told in said.items() if told != right)
        print(f"    {what:<36} {right}   {wrong or 'all agree'}")


def main(best: Best) -> None:
    known, holidays = calendars()
    names = [name for name in PEERS if find_spec(name)]
    for name in (name for name in PEERS if name not in names):
        print(f"add working time: {name} is not installed, so it is not compared")
    measure(best, known, {name: PEERS[name](SHIFTS["office"], holidays) for name in names})
    compare(known, holidays, names)
