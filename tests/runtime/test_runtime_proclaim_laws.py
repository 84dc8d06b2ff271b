"""Laws of a calendar that changes while clocks run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from casedsl_runtime import Do, MemoryStore, fold, to_json
from casedsl_runtime.case import Case
from casedsl_runtime.loading import dump_bundle
from casedsl_runtime.vocabulary import Duration
from hypothesis import given, settings
from hypothesis import strategies as st
from proclaim_samples import HALF, MONDAY, closed, files, proclaim
from promise_samples import LADDER, PROMISE, opened, workflow
from runtime_samples import BUNDLE, WORKFLOW, Desk, at, days, hours
from test_runtime_property import EVENTS, FOLD, PEOPLE, VALUES

BUNDLES = {"as it was": BUNDLE, "cut": HALF, "tue": closed("2026-03-03"), "wed": closed("2026-03-04"),
           "mon": closed(MONDAY), "fri, mon": closed("2026-03-06", MONDAY)}  # fmt: skip
CHANGES = st.tuples(
    st.sampled_from(["tue", "fri, mon", "cut", "as it was"]),
    st.sampled_from(["2026-03-02", "2026-03-05", "2026-03-09", "2026-03-20"]),
)
STEPS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(EVENTS), CHANGES),
        st.sampled_from(PEOPLE),
        st.sampled_from([0, 60, 3_600, 7_201, 90_000, 700_000]),
    ),
    max_size=18,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(STEPS)
def test_the_snapshot_is_the_fold_and_nothing_comes_twice(steps: list[tuple[Any, str, int]]) -> None:
    desk = Desk(MemoryStore())
    case = desk.open()
    for number, (what, person, wait) in enumerate(steps):
        desk.clock.now += wait
        if isinstance(what, str):
            needs = next(line for line in WORKFLOW.transitions if line.event == what).needs
            desk.host.submit(case, desk.key(), Do(what, {name: VALUES[name] for name in needs}, "Note"), person)
        else:
            desk.host.proclaim(f"p{number}", dump_bundle(BUNDLES[what[0]]), what[1], "why")
    desk.clock.now += 40 * 86_400
    desk.host.tick()
    entries = desk.host.history(case)
    folded: Case | None = None
    for entry in entries:
        folded = fold(folded, entry)
    assert folded == desk.case(case)
    assert desk.problems(case) == []
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    fired: dict[tuple[str, int, str], int] = {}
    for entry in entries:
        for name, clock in entry.values.items():
            if name.startswith("clock/") and clock is not None:
                for rung, when in clock["fired"].items():
                    assert rung == "turns" or fired.setdefault((name, clock["visit"], rung), when) == when


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.integers(0, 12 * 1440), st.integers(0, 12 * 1440), st.sampled_from(["mon", "wed", "cut"]),
    st.sampled_from([hours(4), hours(20), days(1), days(5), Duration(5, "clear working", "day")]),
)  # fmt: skip
def test_a_case_opened_when_the_new_calendar_holds_is_due_as_if_it_had_always_held(
    opens: int, later: int, change: str, within: Duration
) -> None:
    flow, new = workflow(within=within, steps=LADDER), BUNDLES[change]
    start = at("2026-03-02 00:00") + 60 * opens
    one, other = Desk(MemoryStore(), workflow=flow), Desk(MemoryStore(), workflow=flow)
    other.host.install(*files(other, new))
    for desk in (one, other):
        desk.clock.now = start
    case, fresh = one.open(), other.open()
    one.clock.now = start + 60 * later
    one.host.proclaim("p", dump_bundle(new), start, "why")
    if one.case(case).promises["soon"].outcome == "running":
        was, held = one.case(case).clocks[PROMISE], other.case(fresh).clocks[PROMISE]
        to_come, fresh_ones = (
            {rung: due for rung, due in clock.dues.items() if rung not in was.fired and (due or 0) > one.clock.now}
            for clock in (was, held)
        )
        assert to_come == fresh_ones
        assert one.case(case).promises["soon"].due == other.case(fresh).promises["soon"].due


def test_the_journal_folds_without_expressions_and_calendars() -> None:
    desk = Desk(MemoryStore(), workflow=workflow(within=hours(4), steps=LADDER))
    case = opened(desk, "2026-03-06 15:00")
    proclaim(desk, "2026-03-06 16:00", closed(MONDAY), MONDAY)
    desk.tick("2026-03-10 12:00")
    text = "".join(f"{entry.header}\n{entry.body}\n" for entry in desk.host.history(case))
    package = Path(__file__).parent.parent.parent / "runtime" / "casedsl_runtime"
    found = subprocess.run(
        [sys.executable, "-I", "-c", FOLD, str(package)], input=text, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == to_json(desk.case(case))
