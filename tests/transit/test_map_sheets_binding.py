"""Atlases: every track whole on a sheet, every sheet clean and large enough to be read, whatever cannot be drawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from map_samples import network, random_network

from bench.maps.counting import counted
from bench.maps.reading import read
from casedsl.transit.drawing import Imprint, Scene, svg, words_of
from casedsl.transit.faults import faults
from casedsl.transit.key import bare_key
from casedsl.transit.laying import lay
from casedsl.transit.manifest import Seal
from casedsl.transit.network import Network
from casedsl.transit.plan import Fault, Plan
from casedsl.transit.reading import slips
from casedsl.transit.sheets.binding import Atlas, bound, homes
from casedsl.transit.sheets.pages import Page, pages
from casedsl.transit.sheets.paper import A3, A4, SMALLEST, Paper


def laid(whole: Network, most: int | None) -> Plan:
    return lay(whole, None, most)


@cache
def atlas_of(states: int, name: str) -> Atlas:
    return bound(network(states), laid, {"A3": A3, "A4": A4}[name])


def pages_of(atlas: Atlas, paper: Paper) -> tuple[Page, ...]:
    imprint = Imprint(subtitle="version 1", foot=("sha256:abc",))
    return pages(atlas, imprint, bare_key(atlas.network), Seal("sha256:abc", 0, 1), paper)


def points(scene: Scene, paper: Paper) -> float:
    """The size of the smallest type of a page in print."""
    wide, high = paper.size(scene.wide, scene.high)
    scale = min(wide / scene.wide, high / scene.high)
    return min(words.size for words in words_of(scene)) * scale


def held(atlas: Atlas, paper: Paper) -> None:
    whole = atlas.network
    found = Counter(key for leaf in atlas.leaves for key in leaf.sheet.whole)
    assert found == Counter(whole.track.keys()), "every track stands whole on exactly one sheet"
    assert homes(atlas).keys() == whole.track.keys()
    numbers = [leaf.sheet.number for leaf in atlas.leaves]
    assert len(set(numbers)) == len(numbers)
    codes = {track.key: track.code for track in whole.tracks}
    for leaf in atlas.leaves:
        assert leaf.plan.faults == faults(leaf.plan) == ()
        assert paper.fits(leaf.plan)
        for key in leaf.sheet.whole:
            track = leaf.plan.network.track[key]
            assert track.code == codes[key]
            assert {track.source, track.target} <= leaf.plan.spot.keys()


@pytest.mark.parametrize(("states", "name"), [(40, "A3"), (40, "A4"), (120, "A3")])
def test_an_atlas_has_everything_clean_and_large_enough(states: int, name: str) -> None:
    paper = {"A3": A3, "A4": A4}[name]
    atlas = atlas_of(states, name)
    held(atlas, paper)
    assert {leaf.sheet.kind for leaf in atlas.leaves} == {"overview", "line", "zone"}
    made = pages_of(atlas, paper)
    for page in made:
        assert points(page.scene, paper) >= SMALLEST, page.title
    for leaf, page in zip(atlas.leaves, made, strict=False):
        assert slips(svg(page.scene), leaf.sheet.network, keyed=False) == (), page.title
        assert counted(read(svg(page.scene)), leaf.sheet.network).crossings <= 20, page.title


def test_the_timetable_of_an_atlas_has_every_exit_and_its_sheet() -> None:
    atlas = atlas_of(120, "A3")
    shown = [page for page in pages_of(atlas, A3) if page.name.startswith("timetable")]
    said = " ".join(words.text for page in shown for words in words_of(page.scene))
    for track in atlas.network.tracks:
        assert f" {track.code} " in said, track.code
    assert "sheet 13a" in said


def test_a_page_is_bound_to_its_artifact() -> None:
    atlas = atlas_of(40, "A3")
    for page in pages_of(atlas, A3):
        assert any("sha256:abc" in words.text for words in words_of(page.scene))
        if not page.name.startswith("timetable"):
            assert json.loads(page.scene.manifest)["artifact"] == "sha256:abc"


def test_a_small_map_is_one_sheet_and_one_that_does_not_fit_is_not() -> None:
    assert bound(network(12), laid).is_whole
    assert bound(network(12), laid, A3).is_whole
    on_small_paper = bound(network(12), laid, A4)
    assert not on_small_paper.is_whole
    held(on_small_paper, A4)


def failing(whole: Network, most: int | None) -> Plan:
    """An engine that fails at every map."""
    return Plan(whole, 1, 1, (), (), (), (Fault("on top", ("track a", "track b")),))


@pytest.mark.parametrize("paper", [A3, A4], ids=["A3", "A4"])
@pytest.mark.parametrize("stations", [1, 2, 14, 60])
def test_where_nothing_can_be_laid_out_everything_is_drawn_as_combs(stations: int, paper: Paper) -> None:
    """An auditor still gets a map, and each page says what it is."""
    atlas = bound(random_network(3, stations), failing, paper)
    held(atlas, paper)
    teams = [leaf for leaf in atlas.leaves if leaf.sheet.kind == "zone"]
    made = pages_of(atlas, paper)
    assert teams
    for leaf, page in zip(atlas.leaves, made, strict=False):
        if leaf in teams:
            assert "each stands with its exits" in leaf.sheet.note
        assert leaf.sheet.note in " ".join(foot(page))
        assert points(page.scene, paper) >= SMALLEST, page.title


def foot(page: Page) -> list[str]:
    return [words.text for words in words_of(page.scene) if words.kind == "foot"]


def test_atlases_of_chance_have_everything() -> None:
    held(bound(random_network(1, 24), laid, A3), A3)


ATLAS = """
from map_samples import random_network
from test_map_sheets_binding import failing, pages_of
from casedsl.transit.drawing import svg
from casedsl.transit.sheets.binding import bound
from casedsl.transit.sheets.paper import A4
for page in pages_of(bound(random_network(1, 40), failing, A4), A4):
    print(page.name, page.title, svg(page.scene))
"""


def test_pages_are_the_same_bytes_whatever_the_hash_seed() -> None:
    here = Path(__file__).resolve().parent
    made = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([*sys.path, str(here)])}
        done = subprocess.run(
            [sys.executable, "-c", ATLAS], env=environment, capture_output=True, text=True, check=True
        )
        made.append(done.stdout)
    assert made[0] == made[1]
    assert len(made[0]) > 10_000
