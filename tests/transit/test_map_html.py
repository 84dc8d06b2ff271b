"""The page of a map as it is written: whole, bound to its policy, deaf to hostile words, small."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from map_pages import HASH, Element, complaint, complaint_page, hostile_page, parsed, sample_page
from map_samples import network

from casedsl.transit.export.html import data

ROOT = Path(__file__).resolve().parents[2]
PAGES: dict[str, Callable[[], str]] = {
    "complaint": complaint_page,
    "figures": lambda: complaint_page(True),
    "12": lambda: sample_page(12),
    "hostile": hostile_page,
}
ALL = pytest.mark.parametrize("name", PAGES)


@cache
def tree(name: str) -> Element:
    return parsed(PAGES[name]())


def ids(name: str) -> list[str]:
    return [each.attributes["id"] for each in tree(name).all() if "id" in each.attributes]


@ALL
def test_every_id_stands_once_and_every_reference_leads_to_one(name: str) -> None:
    here = ids(name)
    assert len(here) == len(set(here))
    for element in tree(name).all():
        for attribute in ("href", "for", "aria-labelledby", "aria-describedby", "data-article"):
            for place in element.attributes.get(attribute, "").split():
                assert place.removeprefix("#") in here, f"{attribute} of {element.name} leads nowhere: {place}"


@ALL
def test_the_policy_lets_in_what_stands_in_the_page_and_nothing_else(name: str) -> None:
    root = tree(name)
    (policy,) = (each.attributes["content"] for each in root.all("meta") if "http-equiv" in each.attributes)
    said = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert said["default-src"] == ["'none'"]
    assert "unsafe" not in policy
    assert "http:" not in policy
    styles = [each.text for each in root.all("style")]
    scripts = [each.text for each in root.all("script") if each.attributes.get("type") != "application/json"]
    assert (len(styles), len(scripts)) == (1, 1)
    assert said["style-src"] == [hashed(text) for text in styles]
    assert said["script-src"] == [hashed(text) for text in scripts]


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@ALL
def test_nothing_in_the_page_acts_or_loads(name: str) -> None:
    for element in tree(name).all():
        assert element.name not in {"iframe", "object", "embed", "form", "base", "link", "img", "image", "use"}
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on"), f"{element.name} has a handler: {attribute}"
            assert attribute not in {"style", "src", "srcset", "action", "xlink:href"}
            if attribute == "href":
                assert value.startswith("#")


def test_hostile_words_are_words() -> None:
    root = tree("hostile")
    assert "alert(1)" in root.words()
    assert len(root.all("script")) == 3
    page = hostile_page()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", page)
    assert len(re.findall(r"\{\{script\}\}", page)) > 10, "an author's words were taken for a hole of the template"


def test_data_can_not_end_its_element() -> None:
    said = data({"</script>": "<!--", "\u2028": "&amp;"})
    assert not set(said) & set("<>&\u2028")
    assert json.loads(said) == {"</script>": "<!--", "\u2028": "&amp;"}


@pytest.mark.parametrize(("name", "holds"), [("complaint", False), ("figures", True)])
def test_the_figures_are_json(name: str, holds: bool) -> None:
    said = {each.attributes["id"]: each.text for each in tree(name).all("script") if "id" in each.attributes}
    assert bool(json.loads(said["data"])) is holds
    assert said["manifest"] == data(json.loads(complaint().manifest))
    (body,) = tree(name).all("body")
    assert body.attributes["data-artifact"] == HASH


def test_the_timetable_says_all_that_the_key_says() -> None:
    root = tree("complaint")
    key = complaint().key
    rows = {each.attributes["id"]: each for each in root.all("tr") if "data-track" in each.attributes}
    assert list(rows) == [row.code for row in key.rows()]
    for row in key.rows():
        words = rows[row.code].words()
        for said in (row.name, row.target, *(text for _, text in row.cells())):
            assert " ".join(said.split()) in words
    articles = {each.attributes["id"]: each for each in root.all("article")}
    for stop in key.stops:
        words = articles[stop.code].words()
        for said in (stop.title, stop.zone, stop.purpose, stop.waits, *stop.ladder, *stop.arrivals):
            assert said in words
    assert all(promise in root.words() for promise in key.promises)


def test_every_station_and_track_of_the_map_has_its_place_in_the_timetable() -> None:
    root, shown = tree("12"), network(12)
    for kind, keys in (("station", shown.station), ("track", shown.track)):
        groups = [each.attributes for each in root.all("g") if each.attributes.get("class") == kind]
        assert sorted(each["data-key"] for each in groups) == sorted(keys)
    places = {each.attributes.get("data-station") for each in root.all("article")}
    assert set(shown.station) <= places
    steps = [each.attributes["data-track"] for each in root.all("li") if "data-track" in each.attributes]
    assert steps == list(chain.from_iterable(line.tracks for line in shown.lines))


def test_tables_stay_tables_when_they_are_shown_as_lists() -> None:
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    for name, role in roles.items():
        found = tree("complaint").all(name)
        assert found
        assert {each.attributes.get("role") for each in found} == {role}
    assert {each.attributes["scope"] for each in tree("complaint").all("th")} == {"row", "col"}


def test_everything_that_is_pressed_has_a_name() -> None:
    for each in tree("figures").all("button"):
        assert each.attributes["type"] == "button"
        assert each.words().strip() or each.attributes["aria-label"]
    for each in tree("figures").all("input"):
        labels = [label.attributes["for"] for label in tree("figures").all("label") if "for" in label.attributes]
        assert each.attributes["id"] in labels or each.attributes["aria-label"]


@pytest.mark.parametrize(("states", "most"), [(12, 150_000), (40, 400_000)])
def test_a_page_is_small(states: int, most: int) -> None:
    assert len(sample_page(12 if states == 12 else 40).encode()) < most


def test_equal_maps_are_equal_pages_whatever_the_hash_seed() -> None:
    program = "import map_pages as m, sys; sys.stdout.buffer.write(m.complaint_page().encode())"
    path = os.pathsep.join(map(str, (ROOT, ROOT / "runtime", Path(__file__).parent)))
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {complaint_page().encode()}
