"""The reader of pictures: a good map passes, and whatever is taken from it, doubled or moved is found."""

from __future__ import annotations

import re
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from map_samples import network, random_network

from casedsl.transit.drawing import draw, svg
from casedsl.transit.laying import lay
from casedsl.transit.reading import DishonestMapError, refused, slips

NETWORK = network(12)
PICTURE = svg(draw(lay(NETWORK)))
Change = Callable[[str], str]


def test_a_good_picture_passes() -> None:
    assert slips(PICTURE, NETWORK) == ()
    refused(PICTURE, NETWORK)


def group(kind: str, key: str) -> re.Match[str]:
    """A group without groups in it."""
    found = re.search(rf'<g [^>]*class="{kind}"[^>]*="{key}"[^>]*>(?:(?!</?g[ >]).)*</g>', PICTURE, re.S)
    assert found
    return found


def without(kind: str, key: str) -> Change:
    return lambda picture: picture.replace(group(kind, key)[0], "")


def doubled(kind: str, key: str) -> Change:
    return lambda picture: picture.replace(group(kind, key)[0], group(kind, key)[0] * 2)


def swapped(old: str, new: str) -> Change:
    def change(picture: str) -> str:
        assert old in picture
        return picture.replace(old, new, 1)

    return change


def moved_words(words: str, right: float, down: float) -> Change:
    """Every text that says this, elsewhere."""

    def change(picture: str) -> str:
        pattern = rf'<text x="([\d.]+)" y="([\d.]+)"([^>]*class="name"[^>]*>{words}<)'
        assert re.search(pattern, picture)
        return re.sub(
            pattern,
            lambda found: f'<text x="{float(found[1]) + right}" y="{float(found[2]) + down}"{found[3]}',
            picture,
        )

    return change


def bent(picture: str) -> str:
    """The way of a track begins at the corner of the paper."""
    return re.sub(r'(data-key="accept".*?<path d="M)[\d.]+ [\d.]+', r"\g<1>0 0", picture, count=1, flags=re.S)


def unlettered(picture: str) -> str:
    return re.sub(r'<g class="bullets".*?</g>', "", picture, count=1, flags=re.S)


MUTANTS: dict[str, tuple[Change, str]] = {
    "a track is gone": (without("track", "accept"), "missing"),
    "a track is there twice": (doubled("track", "accept"), "too many"),
    "a row of the key is gone": (without("row", "accept"), "missing"),
    "an id is there twice": (swapped('id="tr-accept"', 'id="tr-assign"'), "id twice"),
    "a track leads elsewhere": (swapped('data-to="triage"', 'data-to="closed"'), "not the same"),
    "a badge shows another code": (swapped(">TR4<", ">TR9<"), "not the same"),
    "a station shows another code": (swapped('data-code="AP"', 'data-code="XX"'), "not the same"),
    "the manifest lacks a track": (swapped("accept", "other"), "not the same"),
    "the manifest is no JSON": (swapped("<metadata>{", "<metadata>"), "unreadable"),
    "a name lies on another": (moved_words("Submit for approval", 0, -24), "words on a line"),
    "words leave the paper": (moved_words("Submit for approval", -2000, 0), "words outside"),
    "a line begins elsewhere": (bent, "goes astray"),
    "a letter of a journey is gone": (unlettered, "missing"),
    "the file is cut off": (lambda picture: picture[:-20], "unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_changed_picture_is_found(name: str) -> None:
    change, kind = MUTANTS[name]
    changed = change(PICTURE)
    assert changed != PICTURE
    assert kind in {slip.kind for slip in slips(changed, NETWORK)}


def test_words_on_words_are_found() -> None:
    """A second title right under the first."""
    title = re.search(r'<text [^>]*class="title"[^>]*>[^<]*</text>', PICTURE)
    assert title
    assert {slip.kind for slip in slips(PICTURE.replace(title[0], title[0] * 2), NETWORK)} == {"words on words"}


def test_a_line_through_a_station_is_found() -> None:
    """The marker of a station, laid over a line that doesn't stop there."""
    middle = re.search(r'id="tr-submit".*?<path d="M[\d. ]+L([\d.]+) ([\d.]+)', PICTURE, re.S)
    assert middle
    x, y = (float(number) for number in middle.groups())
    moved = re.sub(
        r'(id="st-rejected".*?<rect) x="[\d.]+" y="[\d.]+"',
        rf'\g<1> x="{x - 40}" y="{y - 8}"',
        PICTURE,
        count=1,
        flags=re.S,
    )
    assert "through a station" in {slip.kind for slip in slips(moved, NETWORK)}


def test_what_is_refused_says_what_is_wrong() -> None:
    with pytest.raises(DishonestMapError, match="missing: track accept"):
        refused(MUTANTS["a track is gone"][0](PICTURE), NETWORK)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.integers(2, 18))
def test_every_network_is_drawn_as_it_is(seed: int, stations: int) -> None:
    """Where the engine says that a plan has no fault, a reader of its picture finds none; nothing is ever left out."""
    drawn = random_network(seed, stations)
    plan = lay(drawn)
    found = slips(svg(draw(plan), fonts=False), drawn)
    if plan.faults:
        found = tuple(slip for slip in found if not slip.kind.startswith(("words", "through")))
    assert found == ()
