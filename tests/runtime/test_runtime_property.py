"""Laws that hold after every sequence of commands, found or refuted by random ones."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from casedsl_runtime import Amend, Case, Do, MemoryStore, fold, to_json, verify_chain
from casedsl_runtime.turn import armed
from casedsl_runtime.vocabulary import Value
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import WORKFLOW, Desk, at

VALUES: dict[str, Value] = {
    "impact": 3, "question": "Which?", "outcome": "upheld", "remedy": "Money", "refund": 2_000_000,
}  # fmt: skip
EVENTS = sorted({transition.event for transition in WORKFLOW.transitions})
PEOPLE = ("pat", "kim", "lee", "max", "sue")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(EVENTS),
        st.sampled_from(PEOPLE),
        st.sampled_from([0, 60, 3_600, 7_201, 90_000, 700_000, 1_500_000]),
    ),
    max_size=25,
)


def play(steps: list[tuple[str, str, int]], rhythm: int | None = None) -> tuple[Desk, str]:
    """A case after these steps; with a rhythm, time acts every so many seconds, otherwise only before commands."""
    desk = Desk(MemoryStore())
    case = desk.open()
    for event, person, wait in steps:
        end = desk.clock.now + wait
        while rhythm is not None and desk.clock.now + rhythm < end:
            desk.clock.now += rhythm
            desk.host.tick()
        desk.clock.now = end
        transition = next(line for line in WORKFLOW.transitions if line.event == event)
        values = {name: VALUES[name] for name in transition.needs}
        if desk.host.submit(case, desk.key(), Do(event, values, "Note"), person).accepted:
            desk.host.submit(case, desk.key(), Amend({"category": "privacy"}, "Misread"), person)
    return desk, case


@settings(max_examples=150, deadline=None, derandomize=True)
@given(STEPS)
def test_laws(steps: list[tuple[str, str, int]]) -> None:
    desk, number = play(steps)
    entries, snapshot = list(desk.host.history(number)), desk.case(number)
    folded: Case | None = None
    for entry in entries:
        folded = fold(folded, entry)
    assert folded == snapshot
    assert verify_chain(entries) == []
    assert [entry.n for entry in entries] == list(range(1, snapshot.version + 1))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    _clocks_fit(desk, snapshot)
    _people_may_do_what_is_offered(desk, number)


def _clocks_fit(desk: Desk, case: Case) -> None:
    """Which clocks there are and which of them run follows from where the case is."""
    machine = desk.host.machine(case.id)
    assert machine is not None
    timers = armed(machine, case)
    assert len({(arm.clock, arm.visit, arm.rung) for arm in timers}) == len(timers)
    final = machine.states[case.state].kind == "final"
    assert all(arm.due > case.last_at or arm.due >= case.clocks[arm.clock].started for arm in timers)
    visits = {name: clock for name, clock in case.clocks.items() if not name.startswith("promise/")}
    here = set() if final else {f"state/{case.state}", *(f"stage/{stage}" for stage in machine.stages_of[case.state])}
    behind = set() if case.behind is None else {
        f"state/{case.behind}", *(f"stage/{stage}" for stage in machine.stages_of[case.behind])
    }  # fmt: skip
    assert set(visits) == here | behind
    assert {name for name, clock in visits.items() if clock.running} == here
    assert (case.behind is not None) <= machine.states[case.state].side_step
    for name, kept in case.promises.items():
        clock = case.clocks[f"promise/{name}"]
        assert kept.outcome == "missed" or clock.running == (kept.outcome == "running")
        assert (kept.due is None) <= (kept.outcome in ("paused", "cancelled", "met"))
        assert final <= (kept.outcome in ("met", "missed", "cancelled"))
    for clock in case.clocks.values():
        spans = [(start, end) for start, end, _ in clock.stretches]
        assert all(end is None or start < end for start, end in spans)
        assert all(end is not None and end <= later for (_, end), (later, _) in pairwise(spans))


def _people_may_do_what_is_offered(desk: Desk, number: str) -> None:
    for person in PEOPLE:
        offered = {offer.event for offer in desk.host.actions(number, person)}
        for event in EVENTS:
            if desk.case(number).state != "closed":
                assert (desk.host.why_not(number, event, person) == []) == (event in offered)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(STEPS)
def test_downtime_changes_no_effective_instant(steps: list[tuple[str, str, int]]) -> None:
    """Ticking every twenty minutes and not at all between commands give the same entries at the same instants."""
    (up, case), (down, _) = play(steps, 1_200), play(steps)
    keep = {"state", "assignee", "team", "escalation", "from", "ending", "event"}

    def told(desk: Desk) -> list[tuple[int, str, object]]:
        return [
            (entry.at, entry.kind, {
                name: value for name, value in entry.values.items()
                if name in keep or name.startswith(("clock/", "promise/", "field/"))
            })
            for entry in desk.host.history(case)
        ]  # fmt: skip

    assert told(up) == told(down)


def test_three_days_of_downtime_equal_ticking_each_minute() -> None:
    def story(minutes: int) -> list[tuple[int, str]]:
        desk = Desk(MemoryStore())
        case = desk.open()
        desk.do(case, "kim", "ask_customer", question="Which?")
        while desk.clock.now < at("2026-03-20 09:00"):
            desk.clock.now = min(at("2026-03-20 09:00"), desk.clock.now + minutes * 60)
            desk.host.tick()
        return [(entry.at, entry.kind) for entry in desk.host.history(case)]

    assert story(1) == story(3 * 24 * 60) == story(60 * 24 * 60)


FOLD = """
import sys
from itertools import pairwise
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in ("casedsl_runtime.expr", "casedsl_runtime.worktime"):
            raise ImportError(name + " was taken away")
sys.meta_path.insert(0, Gone())
import types
package = types.ModuleType("casedsl_runtime")
package.__path__ = [sys.argv[1]]
sys.modules["casedsl_runtime"] = package
from casedsl_runtime.case import fold, to_json
from casedsl_runtime.journal import read_entry
case = None
lines = sys.stdin.read().splitlines()
for header, payload in zip(lines[::2], lines[1::2]):
    case = fold(case, read_entry(header, payload))
print(to_json(case))
"""


def test_a_journal_folds_without_expressions_and_calendars() -> None:
    desk, case = play([("acknowledge", "kim", 60), ("ask_customer", "kim", 90_000), ("decide", "kim", 1_500_000)])
    text = "".join(f"{entry.header}\n{entry.body}\n" for entry in desk.host.history(case))
    package = Path(__file__).parent.parent.parent / "runtime" / "casedsl_runtime"
    found = subprocess.run(
        [sys.executable, "-I", "-c", FOLD, str(package)], input=text, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == to_json(desk.case(case))
