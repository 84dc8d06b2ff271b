"""The file of an overlay: written and read back, and everything that is wrong with one refused in one sentence."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.transit.overlays.data import MOST_BYTES, Numbers, Overlay, OverlayError, Passage, bound, read, written

HASH = "sha256:" + "a" * 64
PLAIN: dict[str, Any] = {
    "overlay": 1,
    "artifact": HASH,
    "as_of": "2026-11-06T15:00:00Z",
    "cases": 3,
    "stations": [{"state": "new", "now": 1, "stays": 2, "median": 60, "ninety": 90}],
    "passages": [{"from": "new", "event": "finish", "to": "done", "times": 2}],
}


def test_a_file_is_read_as_it_was_written() -> None:
    overlay = read(json.dumps(PLAIN).encode(), "data.json")
    assert overlay.stations == (Numbers("new", 1, 2, 60, 90),)
    assert overlay.passages == (Passage("new", "done", 2, "finish"),)
    assert read(written(overlay), "data.json") == overlay
    assert written(overlay).endswith(b"}\n")


def sentence(data: bytes) -> str:
    with pytest.raises(OverlayError) as refused:
        read(data, "data.json")
    said = str(refused.value)
    assert said.startswith("data.json is ")
    assert "\n" not in said
    assert len(said) < 400
    assert not any(raw in said for raw in ("$", "Expected", "Expecting", "Object", "codec", "char ")), said
    return said


def changed(**edits: Any) -> bytes:
    return json.dumps({key: value for key, value in {**PLAIN, **edits}.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "can't be read as JSON"),
        (b"\xff\xfe", "can't be read as JSON"),
        (b"[" * 100_000, "can't be read as JSON"),
        (b'{"overlay": 1, "overlay": 1}', "`overlay` stands there twice"),
        (b'{"overlay": NaN}', "NaN is no number"),
        (b'{"overlay": ' + b"9" * 10_000 + b"}", "can't be read as JSON"),
        (b'{"overlay": 1,}', "line 1, column"),
        (b"{\xff}", "no text in UTF-8"),
        (changed(artifact=...), "`artifact` is missing"),
        (changed(more=1), "a field `more` that no overlay has"),
        (changed(cases="3"), "`cases` is not what stands there"),
        (b"[]", "is no overlay;"),
        (b"{}", "is no overlay;"),
        (changed(overlay=2), "another format"),
        (changed(artifact="abc"), "artifact"),
        (changed(artifact=...), "artifact"),
        (changed(as_of="yesterday"), "`as_of` is no instant"),
        (changed(cases=-1), "cases"),
        (changed(cases=1.5), "cases"),
        (changed(more=1), "more"),
        (changed(stations=[{"state": "new", "now": 10**13}]), "now"),
        (changed(stations=[{"state": "new"}, {"state": "new"}]), "`new` stands there twice"),
        (changed(stations=[{"state": "x" * 201}]), "state"),
        (changed(stations=[{"state": "new", "median": 5}]), "contradict"),
        (changed(stations=[{"state": "new", "median": 5, "ninety": 4}]), "contradict"),
        (changed(passages=[PLAIN["passages"][0], PLAIN["passages"][0]]), "stands there twice"),
        (b" " * (MOST_BYTES + 1), "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(data: bytes, why: str) -> None:
    assert why in sentence(data)


def test_many_passages_of_which_one_stands_there_twice_are_refused_soon() -> None:
    passages = [{"from": f"s{at}", "to": "new", "times": 1} for at in range(50_000)]
    data = changed(passages=[*passages, passages[-1]])
    began = process_time()
    assert "`s49999 new` stands there twice" in sentence(data)
    assert process_time() - began < 20


def test_another_version_is_refused() -> None:
    overlay = read(json.dumps(PLAIN).encode(), "data.json")
    assert bound(overlay, HASH, "data.json") is overlay
    with pytest.raises(OverlayError, match=r"^data.json is about another version of the definition \(sha256:aaaa"):
        bound(overlay, "sha256:" + "b" * 64, "data.json")


NAMES = st.text(min_size=1, max_size=20)
COUNTS = st.integers(0, 10**12)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.builds(Numbers, NAMES, COUNTS, COUNTS), max_size=5, unique_by=lambda each: each.state),
    st.lists(st.builds(Passage, NAMES, NAMES, COUNTS), max_size=5, unique_by=lambda each: (each.source, each.target)),
)
def test_every_overlay_survives_its_file(stations: list[Numbers], passages: list[Passage]) -> None:
    overlay = Overlay(HASH, "2026-11-06T15:00:00Z", 9, tuple(stations), tuple(passages))
    assert read(written(overlay), "data.json") == overlay
