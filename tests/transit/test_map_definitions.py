"""From a definition to its pictures: nothing is lost on the way, hostile words stay words, and a strict reader of the
finished picture finds nothing wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
from transit_samples import alone, chain, complaint, document_flow, flowing, hub, mixed, nasty

from casedsl.compile import check
from casedsl.model.records import CaseType
from casedsl.transit.chart import chart
from casedsl.transit.drawing import draw, svg
from casedsl.transit.export.forms import Press
from casedsl.transit.reading import slips
from casedsl.transit.sheets.pages import maps

SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHOWN = ("complaint/complaint", "it_incident/it_incident", "foi_request/foi_request", "draft_iesg/repaired")


def example(name: str) -> CaseType:
    made = check(str(EXAMPLES / f"{name}.case"), lambda file: Path(file).read_bytes()).case_type
    assert made is not None
    return made


FIRST = int(os.environ.get("CASEDSL_MAP_FROM", "0"))
SEEDS = range(FIRST, FIRST + 6)
"""Random definitions: the first six as they come, of up to 15 states with as many ways as there can be (`mixed`) and of
up to 60 states that lead onwards (`flowing`). `CASEDSL_MAP_FROM` looks at others."""

NAMED: dict[str, Callable[[], CaseType]] = {
    "complaint": complaint,
    "flow": document_flow,
    "alone": alone,
    "chain": lambda: chain(12),
    "hub": lambda: hub(12),
    "same": lambda: hub(12, same=True),
    "nasty": lambda: nasty(""),
    **{f"mixed {seed}": partial(mixed, seed) for seed in SEEDS},
    **{f"flowing {seed}": partial(flowing, seed) for seed in SEEDS},
    **{name: partial(example, name) for name in SHOWN},
    "subject_access": lambda: example("subject_access/subject_access"),
    "permit": lambda: example("broken/permit"),
}


@cache
def pressed(name: str) -> Press:
    return Press(chart(NAMED[name](), "sha256:" + "0" * 64))


def picture(name: str) -> str:
    return pressed(name).printed("svg").decode()


@pytest.mark.parametrize("name", NAMED)
def test_every_track_is_drawn_and_no_sheet_has_a_slip(name: str) -> None:
    press = pressed(name)
    network = press.chart.network
    assert {track for leaf in press.atlas.leaves for track in leaf.sheet.whole} == set(network.track)
    if press.atlas.is_whole:
        assert slips(picture(name), network) == ()
    else:
        drawn = maps(press.atlas, press.chart.imprint, press.chart.key, press.chart.seal)
        for leaf, page in zip(press.atlas.leaves, drawn, strict=True):
            assert slips(svg(page.scene), leaf.plan.network, keyed=False) == (), page.title


@pytest.mark.parametrize("name", ["complaint", "alone", "nasty", "mixed 4", "permit"])
def test_a_reader_of_the_screen_hears_what_it_is_and_which_version(name: str) -> None:
    root = ElementTree.fromstring(picture(name))
    said = {element.get("id"): element.text or "" for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert all(said[each].strip() for each in (root.get("aria-labelledby") or "").split())
    assert any("sha256:" in (element.text or "") for element in root.iter(f"{SVG}text"))


def test_hostile_words_stay_words() -> None:
    drawn = Press(chart(nasty())).printed("svg").decode()
    root = ElementTree.fromstring(drawn)
    assert drawn.encode("utf-8").decode("utf-8") == drawn
    assert not any(char in drawn for char in "\x00\x1b\u202e\ufffe")
    known = ("svg", "title", "desc", "metadata", "style", "defs", "g", "rect", "path", "text", "tspan", "circle", "a")
    assert {element.tag for element in root.iter()} <= {f"{SVG}{tag}" for tag in known}
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


@pytest.mark.parametrize("name", ["flow", "complaint"])
def test_numbers_have_two_decimals_at_most(name: str) -> None:
    root = ElementTree.fromstring(picture(name))
    numbers = [element.get(key, "") for element in root.iter() for key in ("x", "y", "width", "height", "d")]
    assert not any(re.search(r"\.\d{3}", number) for number in numbers)


SCRIPT = """
import sys
from transit_samples import complaint, mixed
from casedsl.transit import Press, chart
for case_type in (complaint(), mixed(3), mixed(8)):
    sys.stdout.buffer.write(Press(chart(case_type)).printed("svg"))
"""


def test_same_input_same_bytes(printed_under_any_seed: Callable[[str], bytes]) -> None:
    assert printed_under_any_seed(SCRIPT)


def test_a_plan_drawn_without_its_words_has_the_words_of_the_network() -> None:
    press = pressed("complaint")
    bare = svg(draw(press.atlas.leaves[0].plan))
    assert all(f">{track.code}<" in bare for track in press.chart.network.tracks)
