"""The maps of the examples, as they stand in the docs. When one changes on purpose, draw them anew and look at them:

CASEDSL_UPDATE=1 pytest tests/examples/test_example_maps.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casedsl.cli import casedsl

ROOT = Path(__file__).resolve().parents[2]
MAPS = ROOT / "docs" / "maps"
SHOWN = {
    "complaint": "complaint/complaint",
    "it_incident": "it_incident/it_incident",
    "foi_request": "foi_request/foi_request",
    "subject_access": "subject_access/subject_access",
    "draft_iesg": "draft_iesg/repaired",
    "permit": "broken/permit",
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_docs_show_the_map_as_it_is_drawn(name: str, tmp_path: Path) -> None:
    drawn = tmp_path / f"{name}.svg"
    casedsl.main(["map", str(ROOT / "examples" / f"{SHOWN[name]}.case"), "-o", str(drawn)], standalone_mode=False)
    if "CASEDSL_UPDATE" in os.environ:
        MAPS.mkdir(exist_ok=True)
        (MAPS / f"{name}.svg").write_bytes(drawn.read_bytes())
    assert (MAPS / f"{name}.svg").read_bytes() == drawn.read_bytes()


def test_every_map_in_the_docs_is_drawn_by_this_test_and_shown_on_the_page() -> None:
    page = (ROOT / "docs" / "map.md").read_text("utf-8")
    assert {file.stem for file in MAPS.iterdir()} == set(SHOWN)
    assert all(f"(maps/{name}.svg)" in page for name in SHOWN)
