"""Networks that are hard to draw get a picture all the same, with every station and every track on it."""

from __future__ import annotations

import pytest
from map_samples import HARD

from bench.maps.counting import counted
from bench.maps.reading import read
from casedsl.transit.drawing import draw, svg
from casedsl.transit.laying import lay


@pytest.mark.parametrize("name", HARD)
def test_nothing_is_lost(name: str) -> None:
    network = HARD[name]()
    plan = lay(network)
    assert [run.track for run in plan.runs] == [track.key for track in network.tracks]
    assert [spot.station for spot in plan.spots] == [station.key for station in network.stations]
    seen = read(svg(draw(plan)))
    assert {station.key for station in seen.stations} == set(network.station)
    found = counted(seen, network)
    assert found.missing == 0
    assert found.slanted == 0
    if not plan.faults:
        assert (found.through, found.on_top) == (0, 0), found.faults
