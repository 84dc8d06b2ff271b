"""A priority that ages: what it is at an instant, when it changes next, and that lists know it in every store."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import ArtifactError, Directory, Do, MemoryStore, Upkeep, dump_workflow, load_workflow
from casedsl_runtime.ageing import Aged, aged
from casedsl_runtime.artifact import Ageing, Band, Priority, Team, Workflow
from casedsl_runtime.case import Case, Standing
from casedsl_runtime.machine import Machine
from casedsl_runtime.rows import row_again
from casedsl_runtime.service import Pace, Service
from casedsl_runtime.store.search import Query, Row
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import load
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from runtime_samples import BUNDLE, PEOPLE, WORKFLOW, Desk, at, days, hours, shown

MakeDesk = Callable[[Workflow], Desk]
CALENDARS = load(BUNDLE)
URGENT = ("==", ("field", "vulnerable"), ("const", True))
WAITING = Ageing(2, 30, days(1), days(3), because="Nobody is forgotten.")
IMPACT = ("12 * impact", ("*", ("const", 12), ("field", "impact")))
BANDS = (Band("green", 0), Band("amber", 20), Band("red", 28))


def workflow(*ages: Ageing, **changes: Any) -> Workflow:
    priority = Priority((IMPACT,), 0, 50, (), BANDS, None, ages or (WAITING,))
    return replace(WORKFLOW, priority=priority, **changes)


def case(opened: str = "2026-03-02 10:00", score: int | None = 12, **changes: Any) -> Case:
    """A case by hand: open in `new`, with the complaints desk."""
    standing = None if score is None else Standing(score, None, (("12 * impact", score),))
    there = Case(id="C", opened_at=at(opened), since=at(opened), state="new", team="complaints", priority=standing)
    return there._replace(**changes)


def at_(instant: str, *ages: Ageing, of: Case | None = None) -> Aged:
    made = workflow(*ages)
    return aged(Machine.of(made, ""), of or case(), CALENDARS, at(instant))


def told(found: Aged) -> tuple[int, str | None, str | None]:
    """Score, what age adds, and when it changes next."""
    assert found.standing is not None
    added = [f"{text} ({points})" for text, points in found.standing.parts[1:]]
    return found.standing.score, " + ".join(added) or None, shown(found.changes_at)


# --- what it is at an instant


@pytest.mark.parametrize(
    ("now", "score", "added", "changes"),
    [
        ("2026-03-02 10:00", 12, None, "2026-03-06 17:00"),
        ("2026-03-05 17:00", 12, None, "2026-03-06 17:00"),
        ("2026-03-06 16:59", 12, None, "2026-03-06 17:00"),
        ("2026-03-06 17:00", 14, "waited 4 working days because Nobody is forgotten. (2)", "2026-03-09 17:00"),
        ("2026-03-09 16:59", 14, "waited 4 working days because Nobody is forgotten. (2)", "2026-03-09 17:00"),
        ("2026-03-10 17:00", 18, "waited 6 working days because Nobody is forgotten. (6)", "2026-03-11 17:00"),
        ("2026-03-18 16:59", 28, "waited 11 working days because Nobody is forgotten. (16)", "2026-03-18 17:00"),
        ("2026-03-18 17:00", 30, "waited 12 working days or more because Nobody is forgotten. (18)", None),
        ("2027-12-31 12:00", 30, "waited 12 working days or more because Nobody is forgotten. (18)", None),
        ("2026-03-02 09:00", 12, None, "2026-03-06 17:00"),
    ],
)
def test_points_come_with_each_beat_and_end_at_the_limit(
    now: str, score: int, added: str | None, changes: str | None
) -> None:
    assert told(at_(now)) == (score, added, changes)


@pytest.mark.parametrize(
    ("each", "after", "first", "waited"),
    [
        (days(1), None, "2026-03-03 17:00", "1 working day"),
        (days(2), days(1), "2026-03-05 17:00", "3 working days"),
        (hours(4), None, "2026-03-02 14:00", "4 working hours"),
        (hours(4), Duration(90, "working", "minute"), "2026-03-02 15:30", "330 working minutes"),
        (hours(4), Duration(120, "working", "minute"), "2026-03-02 16:00", "6 working hours"),
        (Duration(1, "clock", "hour"), Duration(2, "clock", "day"), "2026-03-04 11:00", "49 clock hours"),
        (Duration(1, "calendar", "week"), Duration(1, "calendar", "day"), "2026-03-10 10:00", "8 calendar days"),
        (Duration(1, "calendar", "month"), None, "2026-04-02 10:00", "1 month"),
        (Duration(1, "calendar", "year"), Duration(6, "calendar", "month"), "2027-09-02 10:00", "18 months"),
    ],
)
def test_a_beat_is_counted_in_its_own_measure(each: Duration, after: Duration | None, first: str, waited: str) -> None:
    ageing = Ageing(1, 40, each, after)
    assert told(at_("2026-03-02 10:00", ageing)) == (12, None, first)
    assert told(at_(first, ageing))[:2] == (13, f"waited {waited} (1)")


def test_months_are_counted_from_the_start_and_never_chained() -> None:
    ageing, opened = Ageing(1, 40, Duration(1, "calendar", "month")), case("2026-01-31 10:00")
    changes = [told(at_(now, ageing, of=opened))[2] for now in ("2026-01-31 10:00", "2026-02-28 10:00")]
    assert changes == ["2026-02-28 10:00", "2026-03-31 10:00"]


def test_it_is_the_calendar_of_the_team_that_has_the_case() -> None:
    ageing = Ageing(1, 40, hours(5))
    assert told(at_("2026-03-02 10:00", ageing))[2] == "2026-03-02 15:00"
    assert told(at_("2026-03-02 10:00", ageing, of=case(team="legal_desk")))[2] == "2026-03-03 11:00"
    assert told(at_("2026-03-02 10:00", ageing, of=case(team=None)))[2] == "2026-03-02 15:00"


def test_without_a_team_clock_time_still_passes() -> None:
    machine = Machine.of(workflow(Ageing(1, 40, Duration(1, "clock", "hour")), teams=()), "")
    assert told(aged(machine, case(team=None), {}, at("2026-03-02 11:00")))[0] == 13


@pytest.mark.parametrize("known", [{}, {"vulnerable": False}])
def test_what_does_not_hold_adds_nothing(known: dict[str, Any]) -> None:
    ageing = replace(WAITING, when=URGENT, text="vulnerable is yes")
    assert told(at_("2026-04-01 10:00", ageing, of=case(fields=known))) == (12, None, None)
    holds = told(at_("2026-03-06 17:00", ageing, of=case(fields={"vulnerable": True})))
    assert holds[:2] == (14, "waited 4 working days, vulnerable is yes because Nobody is forgotten. (2)")


def test_a_limit_is_a_limit_of_the_sum() -> None:
    assert told(at_("2026-06-01 10:00", of=case(score=29))) == (
        30, "waited 4 working days or more because Nobody is forgotten. (1)", None,
    )  # fmt: skip
    assert told(at_("2026-06-01 10:00", of=case(score=30))) == (30, None, None)
    assert told(at_("2026-06-01 10:00", of=case(score=48))) == (48, None, None)
    assert told(at_("2027-12-01 10:00", replace(WAITING, up_to=10**15)))[0] == 50, "no score lies above its range"


def test_the_band_follows_the_aged_score() -> None:
    bands = [
        at_(now).standing.band  # type: ignore[union-attr]
        for now in ("2026-03-02 10:00", "2026-03-11 17:00", "2026-03-17 17:00")
    ]
    assert bands == ["green", "amber", "red"]


def test_what_is_unknown_stays_unknown() -> None:
    assert at_("2026-06-01 10:00", of=case(score=None)) == Aged(None, None)


def test_the_age_of_a_case_that_has_ended_is_what_it_was_then() -> None:
    ended = case(state="closed", since=at("2026-03-09 18:00"))
    assert told(at_("2026-06-01 10:00", of=ended)) == (
        16, "waited 5 working days because Nobody is forgotten. (4)", None,
    )  # fmt: skip
    assert told(at_("2026-03-06 18:00", of=ended))[0] == 14


def test_where_the_calendar_ends_nothing_more_is_added() -> None:
    late = case("2027-12-27 10:00")
    assert told(at_("2027-12-31 16:59", of=late)) == (12, None, "2027-12-31 17:00")
    assert told(at_("2027-12-31 17:00", of=late))[2] is None
    assert told(at_("2030-01-01 10:00", of=late))[0] == 14
    assert told(at_("2030-01-01 10:00", of=case("2029-01-01 10:00"))) == (12, None, None)


def test_of_several_lines_each_is_kept_within_its_own_limit() -> None:
    slow, quick = Ageing(5, 40, days(1)), Ageing(1, 20, hours(1))
    assert told(at_("2026-03-02 12:00", quick, slow)) == (14, "waited 2 working hours (2)", "2026-03-02 13:00")
    assert told(at_("2026-03-03 17:00", quick, slow))[:2] == (
        25, "waited 8 working hours or more (8) + waited 1 working day (5)",
    )  # fmt: skip
    assert told(at_("2026-03-03 17:00", slow, quick))[:2] == (
        20,
        "waited 1 working day (5) + waited 8 working hours or more (3)",
    )


def test_a_beat_that_changes_nothing_is_no_change() -> None:
    """The second line has lifted the score to its limit already, until the first alone goes beyond it."""
    often, once = Duration(10, "clock", "minute"), Ageing(9, 21, Duration(1, "clock", "hour"))
    assert told(at_("2026-03-02 11:00", Ageing(1, 40, often), once))[::2] == (21, "2026-03-02 11:40")
    assert told(at_("2026-03-02 11:40", Ageing(1, 40, often), once))[::2] == (22, "2026-03-02 11:50")
    slow = Ageing(1, 30, days(3))
    assert told(at_("2026-03-02 11:00", Ageing(1, 20, often), once, slow))[::2] == (21, "2026-03-05 17:00")


# --- laws

LENGTHS = st.one_of(
    st.builds(Duration, st.integers(1, 40), st.just("working"), st.sampled_from(["minute", "hour", "day"])),
    st.builds(Duration, st.integers(1, 40), st.just("clock"), st.sampled_from(["minute", "hour", "day"])),
    st.builds(Duration, st.integers(1, 12), st.just("calendar"), st.sampled_from(["day", "week", "month", "year"])),
)
AGES = st.lists(st.builds(Ageing, st.integers(1, 9), st.integers(0, 60), LENGTHS), min_size=1, max_size=3)
INSTANTS = st.integers(at("2026-01-01 00:00"), at("2027-12-31 23:59"))
laws = settings(derandomize=True, deadline=None, max_examples=150)


@laws
@given(AGES, INSTANTS, INSTANTS, st.integers(0, 50), st.sampled_from([None, "complaints", "legal_desk"]))
@example([Ageing(1, 60, Duration(1, "working", "minute"))], at("2026-03-02 10:00"), at("2026-03-02 10:30"), 12, None)
@example(
    [Ageing(1, 1, Duration(1, "calendar", "day")), Ageing(1, 1, Duration(1, "working", "minute"))],
    at("2026-01-01 00:00"), at("2026-01-01 09:01"), 0, None,
)  # fmt: skip
def test_the_next_change_is_exact(ages: list[Ageing], opened: int, now: int, score: int, team: str | None) -> None:
    """Until the next change the score stays, with it the score changes; and it lies ahead. (Which of two lines gives a
    point below the same limit may change without it.)"""
    machine = Machine.of(workflow(*ages), "")
    there = case(score=score, opened_at=opened, team=team)
    found = aged(machine, there, CALENDARS, now)
    assert found.standing is not None
    if found.changes_at is None:
        last = aged(machine, there, CALENDARS, at("2099-01-01 00:00")).standing
        assert last is not None
        assert (last.score, last.band) == (found.standing.score, found.standing.band)
        return
    assert found.changes_at > now
    before, then = (aged(machine, there, CALENDARS, instant) for instant in (found.changes_at - 1, found.changes_at))
    assert before.standing is not None
    assert then.standing is not None
    assert (before.standing.score, before.changes_at) == (found.standing.score, found.changes_at)
    assert then.standing.score > found.standing.score


@laws
@given(AGES, INSTANTS, INSTANTS, INSTANTS, st.integers(0, 50))
def test_it_never_falls_while_a_case_waits_and_never_rises_above_a_limit(
    ages: list[Ageing], opened: int, one: int, other: int, score: int
) -> None:
    machine, there = Machine.of(workflow(*ages), ""), case(score=score, opened_at=opened)
    first, last = (aged(machine, there, CALENDARS, now).standing for now in sorted((one, other)))
    assert first is not None
    assert last is not None
    assert score <= first.score <= last.score <= max(score, min(50, max(each.up_to for each in ages)))
    for standing in (first, last):
        assert sum(points for _, points in standing.parts) == standing.score
        assert all(points > 0 for _, points in standing.parts[1:])


# --- what lists know


def scores(desk: Desk) -> dict[str, tuple[int | None, str | None, str | None]]:
    return {row.number: (row.score, row.band, shown(row.ages_at)) for row in desk.host.list()}


def test_lists_show_the_aged_score_and_the_journal_does_not(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    old = desk.open(impact=1)
    desk.clock.put("2026-03-05 12:00")
    new, unknown = desk.open(impact=1), desk.open()
    assert scores(desk)[old] == (12, "green", "2026-03-06 17:00")
    desk.tick("2026-03-06 17:00")
    assert scores(desk)[old] == (14, "green", "2026-03-09 17:00")
    length = len(desk.host.history(old))
    desk.clock.put("2026-03-11 17:00")
    desk.host.age()
    assert scores(desk)[old] == (20, "amber", "2026-03-12 17:00")
    assert scores(desk)[new] == (14, "green", "2026-03-12 17:00")
    assert scores(desk)[unknown] == (None, None, None)
    assert [row.number for row in desk.host.list()] == [unknown, old, new]
    assert [row.number for row in desk.host.find(Query(band="amber")).rows] == [old]
    assert len(desk.host.history(old)) == length
    assert desk.case(old).priority == Standing(12, "green", (("12 * impact", 12),))
    assert desk.problems() == []


def test_after_downtime_the_score_is_at_once_what_it_is_now(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(Ageing(1, 40, Duration(1, "clock", "minute"))))
    case = desk.open(impact=1)
    desk.clock.put("2027-03-02 09:00")
    assert desk.host.age(most=1) == 1, "one look, however many beats have passed"
    assert scores(desk)[case] == (40, "red", None)
    assert desk.host.age() == 0


def test_many_priorities_age_in_several_transactions(desk_of: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casedsl_runtime.host.AGED_AT_ONCE", 2)
    desk = desk_of(workflow())
    cases = [desk.open(impact=1) for _ in range(5)]
    desk.clock.put("2026-03-06 17:00")
    assert desk.host.age(most=3) == 4
    assert sorted(score or 0 for score, _, _ in scores(desk).values()) == [12, 14, 14, 14, 14]
    assert desk.host.age() == 1
    assert [scores(desk)[case][0] for case in cases] == [14] * 5


def test_a_command_brings_the_score_up_to_date_too(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow(stages=()))
    case = desk.open(impact=1)
    desk.clock.put("2026-03-06 17:00")
    desk.do(case, "pat", "message")
    assert scores(desk)[case] == (14, "green", "2026-03-09 17:00")
    desk.do(case, "kim", "mark_spam", "An advertisement.")
    assert scores(desk)[case] == (14, "green", None)
    desk.tick("2026-06-01 10:00")
    assert scores(desk)[case] == (14, "green", None)


def test_why_shows_the_sum_with_what_age_adds(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = desk.open(impact=1)
    desk.clock.put("2026-03-10 17:00")
    about = desk.host.why(case)
    assert about is not None
    assert about.priority == Standing(
        18, "green", (("12 * impact", 12), ("waited 6 working days because Nobody is forgotten.", 6))
    )


def test_a_length_by_band_follows_the_journal_and_not_age(desk_of: MakeDesk) -> None:
    """A promise must not become shorter because nobody did anything."""
    promise = replace(WORKFLOW.promises[0], by_band=(("red", days(1)),))
    desk = desk_of(workflow(Ageing(20, 40, days(1)), promises=(promise,)))
    case = desk.open(impact=1)
    due = desk.case(case).promises["answer"].due
    desk.tick("2026-03-04 10:00")
    assert scores(desk)[case][:2] == (32, "red")
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.case(case).promises["answer"].due == due


def test_a_row_stands_until_its_score_changes(desk_of: MakeDesk) -> None:
    """What a store holds can be worked out again, at whatever instant it was written."""
    desk = desk_of(workflow())
    machine = Machine.of(workflow(), "")
    for day in ("02", "03", "06", "10"):
        desk.tick(f"2026-03-{day} 17:00")
        desk.open(impact=1)
    desk.open()
    for now in ("2026-03-11 12:00", "2026-06-01 12:00"):
        desk.tick(now)
        for row in desk.host.list():
            again = row_again(machine, desk.case(row.number), CALENDARS, row)
            assert again._replace(artifact=row.artifact) == row


@pytest.mark.parametrize("wrong", [{"score": 19}, {"band": "red"}, {"ages_at": None}, {"ages_at": 5}, {"score": None}])
def test_a_row_that_is_not_what_age_made_it_is_found(desk_of: MakeDesk, wrong: dict[str, Any]) -> None:
    desk = desk_of(workflow())
    case = desk.open(impact=1)
    desk.tick("2026-03-10 17:00")
    assert desk.problems() == []
    (row,) = desk.host.list()
    with desk.store.transaction() as unit:
        unit.rank(row._replace(**wrong))
    assert any("in lists is not that of the case" in problem for problem in desk.problems(case))


def test_what_is_erased_leaves_an_aged_row(desk_of: MakeDesk) -> None:
    desk = desk_of(workflow())
    case = desk.open(impact=1)
    desk.clock.put("2026-03-10 17:00")
    upkeep = Upkeep(desk.store, Directory.of(PEOPLE), desk.clock)
    assert upkeep.erase_fields(case, ["summary"], "sue", "GDPR art. 17(1)(a)").accepted
    assert scores(desk)[case] == (18, "green", "2026-03-11 17:00")
    assert desk.problems() == []


def test_the_loop_of_a_host_lets_priorities_age(desk_of: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casedsl_runtime.host.AGED_AT_ONCE", 1)
    desk = desk_of(workflow(stages=(), states=tuple(replace(state, timers=()) for state in WORKFLOW.states)))
    cases = [desk.open(impact=1) for _ in range(3)]
    upkeep = Upkeep(desk.store, Directory.of(PEOPLE), desk.clock)
    service = Service(desk.host, upkeep, {"send": lambda letter: None}, pace=Pace(ages=2))
    desk.clock.put("2026-03-06 17:00")
    assert service.round(), "there may be more at once"
    assert sorted(scores(desk)[case][0] or 0 for case in cases) == [12, 14, 14]
    assert not service.round()
    assert [scores(desk)[case][0] for case in cases] == [14] * 3


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5 * 24)), min_size=2, max_size=6), st.integers(0, 1000))
def test_however_often_a_host_ticks_lists_are_the_same(opened: list[tuple[int, int]], later: int) -> None:
    def run(often: bool) -> list[tuple[str, int | None, int | None]]:
        desk = Desk(MemoryStore(), workflow=workflow(Ageing(1, 40, hours(3)), Ageing(3, 45, days(1), days(2))))
        for impact, wait in opened:
            desk.clock.now += wait * 3600
            desk.open(impact=impact)
            if often:
                desk.host.tick()
        for _ in range(4 if often else 1):
            desk.clock.now += later * (900 if often else 3600)
            desk.host.tick()
        return [(row.number, row.score, row.ages_at) for row in desk.host.list()]

    assume(later)
    assert run(often=True) == run(often=False)


# --- artifacts


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"points": 0}, "adds 0 points"),
        ({"points": -1}, "adds -1 points"),
        ({"each": days(0)}, "lasts 0 days"),
        ({"after": days(0)}, "lasts 0 days"),
        ({"after": hours(3)}, "counts 1 working day after 3 working hours, which can't be compared"),
        ({"each": Duration(1, "clear", "day"), "after": None}, "has clear days for a beat"),
        ({"when": ("is set", "nope")}, "nope"),
    ],
)
def test_an_ageing_that_does_not_hold_together_is_refused(change: dict[str, Any], said: str) -> None:
    assert load_workflow(dump_workflow(workflow())).workflow == workflow()
    with pytest.raises(ArtifactError, match="does not hold together") as caught:
        load_workflow(dump_workflow(workflow(replace(WAITING, **change))))
    assert said in str(caught.value)


def test_an_ageing_needs_a_team_s_calendar() -> None:
    teamless = replace(
        workflow(), teams=(), stages=(),
        states=tuple(replace(state, team=None) for state in WORKFLOW.states),
    )  # fmt: skip
    with pytest.raises(ArtifactError, match="counts in a team's calendar, and there is no team"):
        load_workflow(dump_workflow(teamless))
    assert isinstance(WORKFLOW.teams[0], Team)


# --- all stores


def test_every_store_has_the_same_order(desk_of: MakeDesk) -> None:
    """A hundred steps, drawn by a seed: cases are opened, events happen, time passes, hosts tick."""
    made = workflow(WAITING, Ageing(1, 35, hours(3), when=URGENT), Ageing(3, 45, Duration(1, "calendar", "week")))

    def played(desk: Desk) -> list[list[Row]]:
        chance, seen, cases = random.Random(5), [], list[str]()
        for _ in range(100):
            desk.clock.now += chance.choice((0, 1, 600, 7_200, 40_000))
            act = chance.randrange(5)
            if act == 0 or not cases:
                cases.append(desk.open(impact=chance.choice((None, 1, 2)), vulnerable=chance.choice((True, False))))
            elif act == 1:
                desk.host.submit(chance.choice(cases), desk.key(), Do("message", {}, None), "pat")
            elif act == 2:
                desk.host.tick()
            else:
                desk.host.age(most=3)
            seen.append([*desk.host.list()])
        assert desk.problems() == []
        return seen

    assert played(desk_of(made)) == played(Desk(MemoryStore(), workflow=made))
