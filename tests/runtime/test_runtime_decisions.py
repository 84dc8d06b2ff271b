"""The kernel's short cuts change nothing: an entry names exactly what differs, a ladder is due rung by rung as each of
its lengths is, and a plan says what stands in the artifact."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime import Accepted, Amend, Directory, Do, Env, Machine, Open, clocks, decide, first_due, fold
from casedsl_runtime.artifact import Timer
from casedsl_runtime.case import SLOTS, TABLES, Case
from casedsl_runtime.commands import Command
from casedsl_runtime.loading import load_workflow
from casedsl_runtime.plans import ladder_of
from casedsl_runtime.vocabulary import BACK, STAY, Duration
from casedsl_runtime.worktime import CalendarRunsOut, Stretch, due, load, size
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import ARTIFACT, BUNDLE, PEOPLE, WORKFLOW, at
from test_runtime_property import STEPS, VALUES

CALENDARS, DIRECTORY, LOADED = load(BUNDLE), Directory.of(PEOPLE), load_workflow(ARTIFACT)
MACHINE = Machine.of(LOADED.workflow, LOADED.hash)
FIRST, LAST = BUNDLE.calendars[0].first, BUNDLE.calendars[0].last


def decisions(steps: list[tuple[str, str, int]]) -> Iterator[tuple[Case | None, Accepted]]:
    """Each decision about a case that goes through these steps, with the case before it."""
    case: Case | None = None
    now = at("2026-03-02 09:00")
    assert now is not None
    for event, person, wait in [("", "pat", 0), *steps]:
        now += wait
        for command in _commands(case, event, now):
            timer = command if not isinstance(command, (Open, Do, Amend)) else None
            who = None if timer is not None else DIRECTORY.get(person)
            decision = decide(MACHINE, case, command, Env(now, who, DIRECTORY, CALENDARS, {}, "CMP-1", "bundle"))
            if isinstance(decision, Accepted):
                yield case, decision
                case = decision.case


def _commands(case: Case | None, event: str, now: int) -> Iterator[Command]:
    """Time's own steps that are due, one after the other, then the event and an amendment."""
    if case is None:
        yield Open({"summary": "It never came"})
        return
    if (timer := first_due(MACHINE, case, now)) is not None:
        yield timer
    needs = next(line.needs for line in WORKFLOW.transitions if line.event == event)
    yield Do(event, {name: VALUES[name] for name in needs}, "Note")
    yield Amend({"category": "privacy"}, "Misread")


def differences(before: Case, after: Case) -> dict[str, object]:
    """What differs between two cases, found by looking at everything, by the names that values have in entries."""
    was, now = before._asdict(), after._asdict()
    found = {slot: now[slot] for slot in SLOTS if was[slot] != now[slot]}
    for prefix, (table, _) in TABLES.items():
        keys = {*was[table], *now[table]}
        found |= {f"{prefix}/{key}": now[table].get(key) for key in keys if was[table].get(key) != now[table].get(key)}
    return found


@settings(max_examples=100, deadline=None, derandomize=True)
@given(STEPS)
def test_an_entry_names_exactly_what_differs(steps: list[tuple[str, str, int]]) -> None:
    for before, decision in decisions(steps):
        told = {
            name: value
            for name, value in decision.entry.values.items()
            if name in SLOTS or (name.partition("/")[0] in TABLES and "/" in name)
        }
        found = differences(before or Case(), decision.case)
        assert told == {"state": decision.case.state, **found} if "state" in told else told == found
        assert fold(before, decision.entry) == decision.case


def test_the_steps_reach_far() -> None:
    """What the law above is tried on: events, amendments and time's own steps."""
    steps = [("acknowledge", "kim", 60), ("ask_customer", "kim", 60), ("customer_replied", "pat", 400_000)]
    kinds = [decision.entry.kind for _, decision in decisions([*steps, ("decide", "kim", 700_000)])]
    assert {"opened", "done", "amended", "prompted"} <= set(kinds)


LENGTHS = st.builds(Duration, st.integers(1, 500), st.just("working"), st.sampled_from(["minute", "hour"]))
CLOSES = BUNDLE.calendars[0].closes


@st.composite
def starts(draw: st.DrawFn, lengths: list[Duration]) -> int:
    """Any instant; or one from which the first length is over just about when the calendar closes."""
    if draw(st.booleans()):
        return draw(st.integers(FIRST - 9, LAST + 9))
    return draw(st.sampled_from([*CLOSES[:3], *CLOSES[-3:]])) - size(lengths[0]) + draw(st.integers(-1, 1))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data(), st.lists(LENGTHS, min_size=1, max_size=4), st.sampled_from(["office", "desk"]))
def test_a_ladder_is_due_rung_by_rung(data: st.DataObject, lengths: list[Duration], calendar: str) -> None:
    start = data.draw(starts(lengths))
    ladder = ladder_of(tuple(Timer("alert", "handler", length) for length in lengths))
    assert ladder.seconds is not None
    try:
        running = [Stretch(start, None, calendar)]
        expected = {str(i): due(CALENDARS, running, length, start) for i, length in enumerate(lengths)}
    except CalendarRunsOut as error:
        expected = str(error)  # type: ignore[assignment]
    try:
        found = clocks.begin(1, start, calendar, ladder, CALENDARS).dues
    except CalendarRunsOut as error:
        found = str(error)  # type: ignore[assignment]
    assert found == expected


def test_a_plan_says_what_stands_in_the_artifact() -> None:
    for state, row in WORKFLOW.table.items():
        for event, index in row.items():
            plan, line = MACHINE.moves[state][event], LOADED.workflow.transitions[index]
            assert plan.transition is line
            assert plan.bars == (line.but_not != () or line.reverses_escalation)
            assert plan.asks == (line.needs != () or line.needs_note)
            assert (plan.guard is None) == (line.when is None)
            assert [way.route for way in plan.ways] == list(line.routes)
            assert plan.always is (plan.ways[0] if line.routes[0].when is None else None)
            for way in plan.ways:
                both = (line.actions, way.route.actions)
                assert (way.place and way.place.name) == (None if way.route.to in (BACK, STAY) else way.route.to)
                assert way.changes_fields == any(each.clears or each.sets for each in both)
                assert way.speaks == any(each.sends or each.hand_over is not None for each in both)
                assert (way.guard is None) == (way.route.when is None)
