"""The drawing: what stands in the SVG, that it is harmless, legible and the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from map_samples import network
from map_vision import contrast
from msgspec.structs import replace

from casedsl.transit.drawing import Imprint, Scene, Words, draw, strange, svg, words_of
from casedsl.transit.drawing.inks import (
    GROUNDS,
    HEADING,
    INK,
    JOURNEYS,
    LINE,
    NO_GROUND,
    PAPER,
    SOFT,
    STOP,
    TIME,
    Ink,
)
from casedsl.transit.drawing.legend import samples
from casedsl.transit.drawing.names import station_id
from casedsl.transit.laying import lay
from casedsl.transit.measuring import width
from casedsl.transit.network import Line, Network, Station, Track, Zone
from casedsl.transit.reading import slips

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("1")</script>&\u202e\x07 {{x}}'
BACKS = (PAPER, NO_GROUND, *GROUNDS)


laid = cache(lay)


def drawn(shown: Network, imprint: Imprint | None = None) -> Scene:
    return draw(laid(shown), imprint)


def texts(scene: Scene) -> list[str]:
    return [words.text for words in words_of(scene)]


def test_says_who_it_is_to_those_who_hear_it() -> None:
    root = ElementTree.fromstring(svg(drawn(network(12))))
    assert root.get("role") == "img"
    said = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [said[key] for key in (root.get("aria-labelledby") or "").split()] == [
        "Customer complaint case",
        "12 stations, 26 tracks, 3 journeys.",
    ]
    groups = [node for node in root.iter(f"{SVG}g") if node.get("class") in ("track", "station")]
    assert len(groups) == 12 + 26
    assert all(node.findtext(f"{SVG}title") for node in groups)


def test_every_text_has_its_length_and_the_letters_it_needs() -> None:
    picture = svg(drawn(network(12)))
    for node in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        wide = width(node.text or "", float(node.get("font-size", "0")), node.get("font-weight") == "700")
        assert float(node.get("textLength", "0")) == pytest.approx(wide, abs=0.06)
    assert picture.count("@font-face") == 2
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_letters_may_stay_outside_for_a_page_that_has_them() -> None:
    scene = drawn(network(12))
    assert "@font-face" not in svg(scene, fonts=False)
    assert len(svg(scene, fonts=False)) < len(svg(scene)) < 120_000


def test_what_an_author_wrote_is_harmless() -> None:
    hostile = Network(
        HOSTILE,
        (Zone("z", HOSTILE),),
        (
            Station("a", "A1", HOSTILE, "z", notes=(HOSTILE,), ladder=(HOSTILE,)),
            Station('b"<', "B1", "End", "z", "final"),
        ),
        (Track("t", "A11", "a", 'b"<', HOSTILE),),
        (Line("l", HOSTILE, "A", ("t",)),),
    )
    picture = svg(drawn(hostile, Imprint(subtitle=HOSTILE, foot=(HOSTILE,))))
    root = ElementTree.fromstring(picture)
    assert not list(root.iter(f"{SVG}script"))
    assert "\u202e" not in picture
    assert "\x07" not in picture
    assert slips(picture, hostile) == ()


def test_two_keys_never_share_an_id() -> None:
    keys = ["a b", "a_b", "a.20.b", "a-b", "ä", "e4", ".e4."]
    assert len({station_id(key) for key in keys}) == len(keys)


def test_the_legend_has_the_marks_that_occur_and_no_others() -> None:
    all_of_it = {sample.words for sample in samples(network(12))}
    assert {
        "Happy path",
        "begins here",
        "waits on somebody inside",
        "time moves the case",
        "by somebody outside",
    } <= all_of_it
    assert "gate: from any of the stations listed" not in all_of_it
    plain = Network("N", (Zone("z", "Team"),), (Station("a", "A", "One", "z"),), ())
    assert [sample.words for sample in samples(plain)] == []


def test_the_key_has_every_name_in_full() -> None:
    long = "Zurückgewiesen wegen Unzuständigkeit oder Doppelmeldung " * 4
    base = network(12)
    shown = replace(base, stations=(replace(base.stations[0], title=long.strip()), *base.stations[1:]))
    said = " ".join(texts(drawn(shown)))
    assert "…" in said
    assert " ".join(long.split()) in said.replace("- ", "")
    assert svg(drawn(shown)).count("…") >= 1


def test_the_key_has_every_station_and_every_exit() -> None:
    root = ElementTree.fromstring(svg(drawn(network(12))))
    groups = list(root.iter(f"{SVG}g"))
    assert {node.get("data-station") for node in groups if node.get("class") == "stop"} == set(network(12).station)
    assert {node.get("data-track") for node in groups if node.get("class") == "row"} == set(network(12).track)


def test_the_foot_says_what_the_map_is_bound_to() -> None:
    scene = drawn(network(12), Imprint(subtitle="version 3", foot=("not compiled: 2 errors",)))
    assert "not compiled: 2 errors" in texts(scene)
    assert "version 3" in texts(scene)


def test_a_character_that_no_shipped_font_has_is_named_and_not_stretched() -> None:
    base = network(12)
    scene = drawn(replace(base, stations=(replace(base.stations[0], title="新規"), *base.stations[1:])))
    assert strange(scene) == ("新", "規")
    assert re.search(r"<text (?![^>]*textLength)[^>]*>新規<", svg(scene))


def test_an_overlay_moves_nothing() -> None:
    plan = laid(network(12))
    mark = Words(50, 50, "7", 9, INK)
    without, with_ = svg(draw(plan)), svg(draw(plan, Imprint(below=(mark,))))
    assert without.splitlines()[8:20] == with_.splitlines()[8:20]
    assert with_.index(">7<") < with_.index('class="station"')


@pytest.mark.parametrize("back", BACKS)
def test_text_stands_out_from_every_ground(back: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    assert {ink for ink in (INK, SOFT, TIME, LINE, HEADING) if contrast(ink, back) < 4.5} == set()


@pytest.mark.parametrize("back", BACKS)
def test_lines_and_marks_stand_out_from_every_ground(back: str) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1, of the edge where a colour has one."""
    assert {
        ink for ink in (LINE, STOP, *(each.edge or each.colour for each in JOURNEYS)) if contrast(ink, back) < 3
    } == set()


@pytest.mark.parametrize("ink", JOURNEYS)
def test_the_letter_of_a_journey_stands_out_from_its_colour(ink: Ink) -> None:
    assert contrast(ink.letter, ink.colour) >= 4.5


def test_the_same_map_is_the_same_bytes_whatever_the_seed_of_hashes() -> None:
    code = (
        "import hashlib;from map_samples import random_network;from casedsl.transit.laying import lay;"
        "from casedsl.transit.drawing import draw,svg;"
        "print(hashlib.sha256(svg(draw(lay(random_network(3, 12)))).encode()).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(map(str, (root, root / "runtime", Path(__file__).parent)))
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def gated(covered: int, others: int) -> str:
    stations = tuple(Station(f"s{at}", f"S{at}", "State", "z") for at in range(covered + others))
    gate = Station("g", "G", "Gate", "z", "gate", covers=tuple(f"s{at}" for at in range(covered)))
    caption = laid(Network("N", (Zone("z", "Team"),), (*stations, gate), ())).spot["g"].caption
    return " ".join(caption.notes)


def test_a_gate_lists_the_stations_that_it_stands_for() -> None:
    assert gated(3, 2) == "from S0 S1 S2"
    assert gated(9, 2) == "from all but S9 S10"
    assert gated(9, 0) == "from all"
    assert gated(9, 4) == "from " + " ".join(f"S{at}" for at in range(9))
