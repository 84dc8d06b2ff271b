"""A clock that jumps: the journal's instants never fall, nothing happens before it is due, and all of it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casedsl_runtime.service import Pace, Service
from faults_world import HOUR, LAST_DAY, START, Clock, Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def times(office: Office, case: str) -> list[tuple[str, int]]:
    return [(entry.kind, entry.at - START) for entry in office.host.history(case)]


def test_an_entry_is_never_earlier_than_the_one_before_it(office: Office, clock: Clock) -> None:
    case = office.open("case").number or ""
    clock.now -= HOUR
    assert office.do(case, "remind", "remind", "pat").accepted
    assert office.host.tick() == []
    clock.now += HOUR // 2
    assert office.do(case, "take", "take", "kim").accepted
    assert times(office, case) == [("opened", 0), ("done", 0), ("done", 0)]
    assert office.problems() == []


def test_nothing_is_done_again_when_the_clock_has_jumped_back_behind_it(office: Office, clock: Clock) -> None:
    case = office.open("case").number or ""
    steps = [("opened", 0), ("prompted", HOUR), ("alerted", 2 * HOUR)]
    for clock.now, count in ((HOUR, 2), (0, 2), (HOUR, 2), (2 * HOUR, 3), (0, 3), (2 * HOUR, 3)):
        clock.now += START
        office.host.tick()
        assert times(office, case) == steps[:count]
    assert office.problems() == []


def test_a_message_waits_for_its_time_when_the_clock_has_jumped_back(office: Office, clock: Clock) -> None:
    """It may come later than it would, and comes once."""
    case = office.open("case").number or ""
    assert office.do(case, "take", "take", "kim").accepted
    arrived: list[str] = []
    service = Service(office.host, office.upkeep, {"send": lambda letter: arrived.append(letter.id)})
    for clock.now in (START - HOUR, START - 1, START, START - HOUR, START + 1):
        service.round()
    assert len(arrived) == 1


def test_cases_in_which_time_is_stuck_hold_nobody_up(office: Office, clock: Clock) -> None:
    """The calendars have run out, for all of them at once. Everything else goes on, and each is told of once."""
    clock.now, logged, arrived = LAST_DAY, list[Mapping[str, Any]](), list[str]()
    for type_ in (office.files.year_end, office.files.vigil):
        office.host.install(type_, office.files.calendars)
    for n in range(10):
        assert office.host.open("year_end", f"stuck-{n}", {"topic": "x"}, "pat").accepted
    assert office.host.open("vigil", "vigil", {"topic": "x"}, "pat").accepted
    clock.now += 3 * HOUR + 1
    service = Service(
        office.host, office.upkeep, {"send": lambda letter: arrived.append(letter.id)}, log=logged.append,
        pace=Pace(steps=4),
    )  # fmt: skip
    assert [service.round() for _ in range(4)] == [True, True, True, False]
    assert [line["case"] for line in logged if line["event"] == "alerted"] == ["V-000001"] * 2
    assert len(arrived) == 1
    for _ in range(8):
        service.round()
    told = [line["case"] for line in logged if line["event"] == "stuck"]
    assert told == [f"Y-{n:06}" for n in range(1, 11)]
    assert [step.outcome.accepted for step in office.host.tick()] == [False] * 10
    assert office.do("Y-000003", "finish", "finish", "sue").reasons[0].startswith("calendar `office` knows no day")


def test_anchoring_goes_on_after_a_clock_that_jumped_back(office: Office, clock: Clock) -> None:
    office.open("one")
    service = Service(office.host, office.upkeep, {"send": lambda letter: None}, pace=Pace(anchor=60))
    service.round()
    clock.now -= 3600
    office.open("two")
    service.round()
    with office.store.reading() as unit:
        assert len(unit.anchors()) == 2


@settings(derandomize=True, deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps=st.lists(st.integers(-3 * HOUR, 5 * HOUR), max_size=8))
def test_whatever_a_clock_does_a_case_goes_forward(office: Office, clock: Clock, jumps: list[int]) -> None:
    key = f"{jumps}"
    case = office.open(key).number or ""
    for n, jump in enumerate(jumps):
        clock.now += jump
        fired = [step for step in office.host.tick() if step.case == case]
        assert all(step.timer and step.timer.due <= clock.now for step in fired)
        office.do(case, f"{n} of {key}"[:190], ("remind", "take", "remind")[n % 3], ("pat", "kim", "pat")[n % 3])
    assert list(office.upkeep.verify(case)) == []
    due = [step.timer for step in office.host.tick(clock.now + 99 * HOUR) if step.case == case]
    assert len(set(due)) == len(due)
    assert list(office.upkeep.verify(case)) == []
