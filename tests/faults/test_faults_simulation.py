"""Runs of a whole world, each decided by its seed. A seed that fails is printed, with how to see it again.

CASEDSL_SIMULATION_SEED=17        this one alone
CASEDSL_SIMULATION_SECONDS=60     as many as there is time for, instead of the usual number
CASEDSL_SIMULATION_FROM=1000      where to begin: the usual ones begin at 0
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime import Accepted, Case, Env, Machine, Outcome, Refused, Store, engine, host, working
from casedsl_runtime.delivery import Delivery, Failure
from casedsl_runtime.journal import SALT_BYTES
from casedsl_runtime.requests import bound_to, replayed, salted
from casedsl_runtime.service import Service
from casedsl_runtime.store import Held
from casedsl_runtime.store.memory import MemoryUnit
from casedsl_runtime.store.search import Row
from casedsl_runtime.store.sql import SqlUnit
from casedsl_runtime.working import Working
from faults_simulation import file, memory, run
from faults_world import Clock

USUAL = {"memory": 60, "file": 30}
Make = Callable[[Clock], Store]


def seeds(kind: str) -> Iterator[int]:
    """The seeds of this session."""
    one, seconds = os.environ.get("CASEDSL_SIMULATION_SEED"), os.environ.get("CASEDSL_SIMULATION_SECONDS")
    first = int(os.environ.get("CASEDSL_SIMULATION_FROM", "0"))
    if one is not None:
        yield int(one)
    elif seconds is None:
        yield from range(first, first + USUAL[kind])
    else:
        end = time.monotonic() + float(seconds) / len(USUAL)
        yield from takewhile(lambda _: time.monotonic() < end, count(first))


def made(kind: str, folder: Path, seed: int) -> Make:
    return memory() if kind == "memory" else file(str(folder / f"{seed}.db"))


def tried(kind: str, folder: Path, seed: int) -> None:
    try:
        run(seed, made(kind, folder, seed))
    except Exception as error:
        again = f"CASEDSL_SIMULATION_SEED={seed} pytest tests/faults/test_faults_simulation.py -k {kind}"
        raise AssertionError(f"the simulation with seed {seed} fails; to see it again: {again}\n{error}") from error


@pytest.mark.parametrize("kind", USUAL)
def test_whatever_fails_the_laws_hold(kind: str, tmp_path: Path) -> None:
    done = 0
    for seed in seeds(kind):
        tried(kind, tmp_path, seed)
        done += 1
    print(f"{done} runs of the simulation on {kind}")
    assert done > 0


@pytest.mark.parametrize("kind", USUAL)
@pytest.mark.parametrize("seed", [195578526])
def test_what_failed_once_fails_no_more(kind: str, seed: int, tmp_path: Path) -> None:
    """A case that was erased before anybody heard that a request was done."""
    tried(kind, tmp_path, seed)


def all_usual(kind: str, folder: Path) -> None:
    for seed in range(USUAL[kind]):
        tried(kind, folder, seed)


@pytest.mark.parametrize("kind", USUAL)
def test_a_seed_is_a_run_to_the_byte(kind: str, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    one, other = (run(5, made(kind, folder, 5)) for folder in folders)
    assert one.trace == other.trace
    assert one.told() == other.told()
    assert one.rate > 0


# --- the test of the test: a defect that somebody could write is found by some of the usual seeds


def bind_later(patch: pytest.MonkeyPatch) -> None:
    """The key is bound in a transaction of its own, after the command."""

    def in_two(
        self: Working, scope: str, key: str, request: str, case: str | None, act: Callable[..., Outcome]
    ) -> Outcome:
        with self._store.transaction() as unit:
            held, bound, now = unit.enter(case, scope, key)
            if bound is not None:
                return replayed(unit, bound, request)
            outcome = act(unit, held, now)
        with self._store.transaction() as unit:
            unit.bind(scope, key, bound_to(salted(request, self._salts(SALT_BYTES)), outcome))
        return outcome

    patch.setattr(Working, "_once_in_turn", in_two)


def keep_half(patch: pytest.MonkeyPatch) -> None:
    """What was written before a failure is kept."""
    patch.setattr(MemoryUnit, "roll_back", lambda self: self.undo.clear())


def claim_nothing(patch: pytest.MonkeyPatch) -> None:
    """A message that is claimed can be claimed by others."""
    claim = MemoryUnit.claim
    patch.setattr(MemoryUnit, "claim", lambda self, now, until, limit: claim(self, now, now, limit))


def trust_what_is_at_hand(patch: pytest.MonkeyPatch) -> None:
    """A snapshot that another host has replaced is taken for the present one."""
    held = SqlUnit._held

    def trusting(self: SqlUnit, case: str, found: Any) -> Held | None:
        return self.saved.get(case) or self._hot.get(case) or held(self, case, found)

    patch.setattr(SqlUnit, "_held", trusting)


def remember_too_early(patch: pytest.MonkeyPatch) -> None:
    """A snapshot is at hand before it is committed."""
    save = SqlUnit.save

    def hasty(self: SqlUnit, held: Held, *given: Any) -> None:
        save(self, held, *given)
        self._hot[held.case.id] = held  # type: ignore[index]

    patch.setattr(SqlUnit, "save", hasty)
    trust_what_is_at_hand(patch)


def deliver_before(patch: pytest.MonkeyPatch) -> None:
    """A message is kept as delivered before it is handed over."""
    attempt = Service._attempt

    def early(self: Service, letter: Delivery) -> Failure | None:
        self._host.delivered(letter.id)
        return attempt(self, letter)

    patch.setattr(Service, "_attempt", early)


def forget_when(patch: pytest.MonkeyPatch) -> None:
    """A list doesn't say when time acts next."""
    save = MemoryUnit.save

    def forgetful(self: MemoryUnit, held: Held, before: int, row: Row, listed: Row | None) -> None:
        save(self, held, before, row._replace(next_due=None), listed)

    patch.setattr(MemoryUnit, "save", forgetful)


def fall_with_the_clock(patch: pytest.MonkeyPatch) -> None:
    """An entry stands at the time that the clock tells, even if that has jumped back."""
    decide = engine.decide

    def falling(machine: Machine, case: Case | None, command: Any, env: Env) -> Accepted | Refused:
        return decide(machine, case and case._replace(last_at=min(case.last_at, env.now)), command, env)

    for each in (host, working):
        patch.setattr(each, "decide", falling)


PLANTED = {
    "memory": (bind_later, keep_half, claim_nothing, deliver_before, forget_when, fall_with_the_clock),
    "file": (bind_later, trust_what_is_at_hand, remember_too_early),
}


@pytest.mark.parametrize(("kind", "plant"), [(kind, plant) for kind, plants in PLANTED.items() for plant in plants])
def test_a_planted_defect_is_found(
    kind: str, plant: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=r"the simulation with seed \d+ fails; to see it again: CASEDSL_SIM"):
        all_usual(kind, tmp_path)
