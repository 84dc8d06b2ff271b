"""The engine of layout: every track once, octilinear, nothing through or on top of another, the same every time."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_samples import network, random_network

from casedsl.transit.faults import faults
from casedsl.transit.laying import lay
from casedsl.transit.network import Network, Station, Track, Zone
from casedsl.transit.plan import Plan

ROOT = Path(__file__).parents[2]


def slanted(plan: Plan) -> list[str]:
    return [
        run.track
        for run in plan.runs
        for (x, y), (to_x, to_y) in pairwise(run.points)
        if math.dist((x, y), (to_x, to_y)) > 3
        and min(abs(to_x - x), abs(to_y - y), abs(abs(to_x - x) - abs(to_y - y))) > 0.1
    ]


def ends_in_markers(plan: Plan) -> bool:
    for run in plan.runs:
        track = plan.network.track[run.track]
        for station, (x, y) in ((track.source, run.points[0]), (track.target, run.points[-1])):
            box = plan.spot[station].marker
            if not (box.x <= x <= box.right and box.y <= y <= box.bottom):
                return False
    return True


@pytest.mark.parametrize("states", [12, 40])
def test_the_cases_of_the_study_have_no_faults(states: Literal[12, 40]) -> None:
    plan = lay(network(states))
    assert plan.faults == ()
    assert [run.track for run in plan.runs] == [track.key for track in plan.network.tracks]
    assert [spot.station for spot in plan.spots] == [station.key for station in plan.network.stations]
    assert slanted(plan) == []
    assert ends_in_markers(plan)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(seed=st.integers(0, 10_000), stations=st.integers(1, 60))
def test_networks_of_chance_are_laid_whole_and_octilinear(seed: int, stations: int) -> None:
    plan = lay(random_network(seed, stations))
    assert [run.track for run in plan.runs] == [track.key for track in plan.network.tracks]
    assert slanted(plan) == []
    assert ends_in_markers(plan)
    assert plan.faults == faults(plan), "what is wrong with a plan stands in it"
    kinds = Counter(fault.kind for fault in plan.faults)
    assert not kinds["through"]
    assert not kinds["on top"]


def test_lines_on_a_track_run_side_by_side() -> None:
    plan = lay(network(12))
    for run in plan.runs:
        assert len(run.lanes) == len(plan.network.lines_of[run.track])
        for one, other in pairwise(run.lanes):
            assert all(math.dist(a, b) < 20 for a, b in zip(one, other, strict=True))
            assert all(math.dist(a, b) > 5 for a, b in zip(one, other, strict=True))


def test_the_same_network_is_laid_the_same_whatever_the_seed_of_hashes() -> None:
    said = "import sys; sys.path.insert(0, 'tests/transit'); import msgspec, hashlib; from map_samples import *; "
    said += "from casedsl.transit.laying import lay; "
    said += (
        "print([hashlib.sha256(msgspec.json.encode(lay(w))).hexdigest() for w in (network(12), random_network(3, 22))])"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", said],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{ROOT / 'runtime'}"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]


def one_zone(*stations: Station, tracks: tuple[Track, ...] = ()) -> Network:
    return Network("Small", (Zone("z", "Desk"),), stations, tracks)


def test_nothing_one_station_and_a_stay() -> None:
    assert lay(Network("Nothing", (), (), ())).spots == ()
    alone = Station("a", "A", "Alone", "z")
    assert len(lay(one_zone(alone)).spots) == 1
    stay = lay(one_zone(alone, tracks=(Track("t", "A1", "a", "a", "Stay"),)))
    assert stay.faults == ()
    assert stay.run["t"].points[0] != stay.run["t"].points[1]
    assert sum(math.dist(a, b) for a, b in pairwise(stay.run["t"].points)) < 300, "a stub, not a journey"


def test_a_gate_stands_at_the_border_of_its_box() -> None:
    base = network(12)
    gate = Station("any", "AN", "Any of these", "inv", "gate", covers=("investigation", "waiting", "blocked"))
    tracks = (*base.tracks, Track("out", "AN1", "any", "closed", "Withdraw"))
    plan = lay(Network(base.title, base.zones, (*base.stations, gate), tracks, base.lines))
    assert plan.lock is not None
    rows = [place.row for place in plan.lock.stations.values()]
    assert plan.lock.stations["any"].row in (min(rows), max(rows))
    assert plan.faults == ()


def test_120_states_on_one_sheet_do_not_fail() -> None:
    plan = lay(network(120))
    assert len(plan.runs) == 237
    assert slanted(plan) == []
