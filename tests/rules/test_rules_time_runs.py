"""What the rules about time prove, against the runtime: random case types are run at random, and what a rule says never
happens doesn't happen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from casedsl_runtime.case import MISSED, Case, fold
from casedsl_runtime.commands import Accepted, Command, Do, Env, Open, TimerDue
from casedsl_runtime.engine import decide, first_due
from casedsl_runtime.loading import dump_workflow, load_workflow
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Directory
from casedsl_runtime.vocabulary import BACK
from casedsl_runtime.worktime import Calendars, load
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_programs import look

from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, read_lock
from casedsl.artifact.lower import lowered
from casedsl.compile import Checked
from casedsl.model.records import CaseType
from casedsl.syntax.finding import Finding

LOCK = Path(__file__).resolve().parents[2] / "examples" / "complaint" / "calendars.lock"
PEOPLE = Directory.of({"kim": {"name": "Kim", "roles": ["clerk"]}, "pat": {"name": "Pat", "roles": ["customer"]}})
MONDAY = 1_772_442_000  # 2 March 2026, 09:00 in London
HOUR = 3600
STATES = ("s0", "s1", "s2", "s3")
LENGTHS = ("1 working day", "2 working days", "3 working days", "5 calendar days", "1 calendar week", "9 working hours")


def _ladder(rand: random.Random, indent: str, most: int) -> list[str]:
    lines = []
    for _ in range(rand.randint(0, most)):
        act = rand.choice(["prompt clerk", "alert chief", *(["move to {}"] * 3)])
        place = rand.choice([*STATES, "s3", "done", "back"])
        lines.append(f"{indent}{act.format(place)} after {rand.choice(LENGTHS)}")
    return lines


def _state(rand: random.Random, name: str) -> list[str]:
    lines = [f"{'first ' * (name == 's0')}state {name}", *(["    team desk"] * (name == "s0"))]
    lines += ["    waiting on customer"] * rand.randint(0, 1) + _ladder(rand, "    ", 3)
    places = {*rand.sample(STATES, 2), rand.choice(["done", "back"]), *(["back"] * (name == "s3"))}
    for place in sorted(places):
        lines += [f"    on to_{place} -> {place}", "        by clerk"]
    return lines


def written(rand: random.Random) -> str:
    """A case type of four states, up to two stages and a promise."""
    lines = [line for name in STATES for line in _state(rand, name)] + ["final state done"]
    for number in range(rand.randint(0, 2)):
        states = rand.sample(STATES, rand.randint(1, 4))
        lines += [f"stage g{number} of {', '.join(states)}", *_ladder(rand, "    ", 3), "    on wait -> stay"]
        lines = lines[:-1] if lines[-2].startswith("    ") else [*lines[:-1], "    alert chief after 1 year"]
    events = sorted({line.split()[1] for line in lines if line.startswith("    on ")})
    lines += ["promise soon", "    within 2 working days", "    calendar office", f"    met by {rand.choice(events)}"]
    lines += [f"    from {rand.choice(['opened', *events])}"]
    pauses = rand.sample(STATES, rand.randint(0, 4))
    lines += [f"    pauses in {', '.join(pauses)}"] if pauses else []
    return "\n".join([*lines, *(["    alert chief when 1 working day left"] * rand.randint(0, 1))]) + "\n"


@cache
def _calendars() -> Calendars:
    """The calendars of `acme`, compiled once."""
    organisation, lock = look("first state new\n").organisation, read_lock(LOCK.read_text("utf-8"))
    assert organisation is not None
    assert isinstance(lock, Lock)
    return load(compile_bundle(organisation.calendars.values(), lock)[0])


def _machine(case_type: CaseType) -> Machine:
    loaded = load_workflow(dump_workflow(lowered(case_type)))
    return Machine.of(loaded.workflow, loaded.hash)


def acted(machine: Machine, rand: random.Random) -> Iterator[tuple[Case, TimerDue]]:
    """What time does in a case that is worked at random, each with the case as it was before."""
    now, case = MONDAY, None

    def carried_out(command: Command, who: str | None) -> Case | None:
        actor = PEOPLE.get(who) if who else None
        done = decide(machine, case, command, Env(now, actor, PEOPLE, _calendars(), {}, "1", "x"))
        return fold(case, done.entry) if isinstance(done, Accepted) else case

    case = carried_out(Open(), "pat")
    assert case is not None
    for _ in range(25):
        now += rand.choice([1, 20, 30, 80]) * HOUR
        for _ in range(40):
            due = first_due(machine, case, now)
            after = carried_out(due, None) if due else case
            if due is None or after == case or after is None:
                break
            yield case, due
            case = after
        event = rand.choice([f"to_{place}" for place in (*STATES, "done", BACK)])
        case = carried_out(Do(event), "kim") or case


def _never(checked: Checked, code: str) -> list[Finding]:
    return [finding for finding in checked.findings if finding.code == code]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(0, 10**9))
def test_what_never_comes_never_comes(seed: int) -> None:
    rand = random.Random(seed)
    checked = look(written(rand))
    model = checked.case_type
    assert model is not None
    dead = {finding.span for finding in _never(checked, "CD403") if finding.severity == "error"}
    silent = {finding.headline.split("`")[1] for finding in _never(checked, "CD401")}
    machine = _machine(model)
    for case, due in (pair for _ in range(8) for pair in acted(machine, rand)):
        kind, _, name = due.clock.partition("/")
        if kind == "promise":
            assert "the time of" not in " ".join(finding.headline for finding in _never(checked, "CD403"))
            assert due.rung == MISSED or case.state not in silent
        else:
            owner = model.states[name] if kind == "state" else model.stages[name]
            assert owner.timers[int(due.rung)].after.span not in dead
            assert case.state not in silent


CHAIN = """
promise soon
    within {whole}
    calendar office
    met by to_back
    alert chief when {left} left
    tell customer when missed
first state s0
    team desk
    move to s1 after {first}
    on to_s1 -> s1
        by clerk
state s1
    team desk
    move to done after {second}
    on to_done -> done
        by clerk
    on to_back -> done
        by clerk
final state done
"""


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.sampled_from(["working day", "working hour", "calendar day"]), st.integers(0, 10**9))
def test_a_promise_that_time_always_ends_is_never_late(unit: str, seed: int) -> None:
    """What is said never to come doesn't, and it is said exactly where the two states take less than the promise."""
    rand = random.Random(seed)
    whole, left, first, second = rand.randint(2, 12), 1, rand.randint(1, 6), rand.randint(1, 6)
    told = {name: f"{count} {unit}{'s' * (count != 1)}" for name, count in
            {"whole": whole, "left": left, "first": first, "second": second}.items()}  # fmt: skip
    checked = look(CHAIN.format(**told))
    assert checked.case_type is not None
    found = {finding.headline for finding in _never(checked, "CD403")}
    alert, missed = (any(word in headline for headline in found) for word in ("before the alert", "be missed"))
    assert (alert, missed) == (whole - left > first + second, whole > first + second)
    machine = _machine(checked.case_type)
    fired = {due.rung for _ in range(4) for _, due in acted(machine, rand) if due.clock == "promise/soon"}
    assert not (alert and "0" in fired)
    assert not (missed and MISSED in fired)
