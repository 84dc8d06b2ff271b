"""Whatever a certificate says of a random small definition is so in every case that it can have."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from casedsl.certifying.certificate import Certificate, Theorem, certificate_of
from casedsl.certifying.places import transitions
from casedsl.compile import check
from casedsl.model.records import Transition

sys.path.insert(0, str(Path(__file__).parents[1] / "solving"))
from explorer import Explorer, a_definition, bounded
from large_definitions import ACME

BATCH, PLAIN = 20, 10
"""From batch `PLAIN` on, fields must be something."""


def certified(text: str) -> tuple[Certificate, Explorer]:
    files = {"main.case": text.encode(), "acme.case": ACME}
    checked = check("main.case", files.__getitem__)
    assert checked.facts is not None
    assert checked.case_type is not None, text
    return certificate_of(checked, "0"), Explorer(checked.case_type)


def shown(theorem: Theorem) -> set[tuple[str, int]]:
    return {(place.name, place.span.line) for place in theorem.places if place not in theorem.left_out}


@pytest.mark.parametrize("batch", range(16))
def test_every_theorem_of_a_certificate_holds(batch: int) -> None:
    told: dict[str, int] = {}
    ending: list[bool] = []
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        random = Random(seed)
        text = a_definition(random)
        text = bounded(text, random) if batch >= PLAIN else text
        certificate, explorer = certified(text)
        for theorem in certificate.theorems:
            holds = _HOLDS.get(theorem.id)
            if holds is not None and (theorem.standing == "proved" or theorem.left_out):
                told[theorem.id] = told.get(theorem.id, 0) + bool(theorem.places)
                assert holds(theorem, explorer), (text, theorem)
            if theorem.id == "can end":
                ending += (place not in theorem.left_out for place in theorem.places if _ends(place.name, explorer))
    assert told.keys() == _HOLDS.keys() or (batch >= PLAIN and {"reached", "taken", "can end"} <= told.keys())
    assert all(told.values()), told
    assert sum(ending) * 5 >= len(ending) * 2


def _reached(theorem: Theorem, explorer: Explorer) -> bool:
    return {name for name, _ in shown(theorem)} <= {case.state for case in explorer.seen.cases}


def _taken(theorem: Theorem, explorer: Explorer) -> bool:
    taken = {
        route.span.line
        for line in transitions(explorer.type)
        for route in line.routes
        if id(route) in explorer.seen.taken
    }
    return {line for _, line in shown(theorem)} <= taken


def _can_end(theorem: Theorem, explorer: Explorer) -> bool:
    states = {name for name, _ in shown(theorem)}
    return {case for case in explorer.seen.cases if case.state in states} <= explorer.seen.can_end()


def _ends(state: str, explorer: Explorer) -> bool:
    """Whether every case in a state, of which there is one, can get to the end."""
    cases = {case for case in explorer.seen.cases if case.state == state}
    return bool(cases) and cases <= explorer.seen.can_end()


def _exclusive(theorem: Theorem, explorer: Explorer) -> bool:
    """No two routes with different effects are both open, each also without the other."""
    names = shown(theorem)
    for line in transitions(explorer.type):
        seen = explorer.seen.open.get(id(line), set())
        for one, two in combinations(range(len(line.routes)), 2):
            crossing = any(one in each and two in each for each in seen)
            alone = any(one in e and two not in e for e in seen) and any(two in e and one not in e for e in seen)
            if (line.event, line.span.line) in names and crossing and alone and _guarded(line, one, two):
                return False
    return True


def _guarded(line: Transition, *places: int) -> bool:
    return all(line.routes[place].when is not None for place in places)


def _exhaustive(theorem: Theorem, explorer: Explorer) -> bool:
    names = shown(theorem)
    several = [line for line in transitions(explorer.type) if (line.event, line.span.line) in names]
    return not any(id(line) in explorer.seen.refused for line in several)


def _known(theorem: Theorem, explorer: Explorer) -> bool:
    lines = {line for _, line in shown(theorem)}
    formulas = [f for line in transitions(explorer.type) for f in (line.when, *(r.when for r in line.routes)) if f]
    return not any(id(formula) in explorer.seen.hung for formula in formulas if formula.span.line in lines)


_HOLDS = {
    "reached": _reached,
    "taken": _taken,
    "can end": _can_end,
    "CD203": _exclusive,
    "CD204": _exhaustive,
    "CD208": _known,
}
