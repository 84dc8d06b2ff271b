"""The colours of maps, measured: by day and at night, for every eye, and never a colour alone.

Lines and marks stand out from what they lie on by 3:1, text by 4.5:1 (WCAG 2.2, 1.4.11 and 1.4.3). The table of journey
colours below is the whole truth about how far two of them are apart for each eye: where that is little, the letters
count, which stand at both ends of a journey, in the legend, and on its button.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from map_pages import complaint, picture, sample_page
from map_samples import network
from map_vision import EYES, apart, contrast

from casedsl.transit.drawing import Group, Node, Words
from casedsl.transit.drawing.inks import GROUNDS, HEADING, INK, JOURNEYS, LINE, NO_GROUND, PAPER, SOFT, STOP, TIME
from casedsl.transit.export import html
from casedsl.transit.export.night import at_night

CSS = (Path(html.__file__).parent / "page" / "page.css").read_text("utf-8")
DAY = dict(re.findall(r"--(\w+): (#\w+)", CSS.partition("@media screen")[0]))
NIGHT = {**DAY, **dict(re.findall(r"--(\w+): (#\w+)", CSS.partition("@media screen")[2].partition("* {")[0]))}
GROUND = (PAPER, *GROUNDS, NO_GROUND)
TEXT = (INK, SOFT, TIME, HEADING)
MARKS = (LINE, INK, STOP, TIME)
LIGHTS = {"day": lambda colour: colour, "night": at_night}


@pytest.mark.parametrize("time", LIGHTS)
def test_text_on_a_map_can_be_read(time: str) -> None:
    lit = LIGHTS[time]
    for ink in TEXT:
        for ground in GROUND:
            assert contrast(lit(ink), lit(ground)) >= 4.5, (ink, ground)
    assert contrast(lit(LINE), lit(PAPER)) >= 4.5, "a code stands in a box of paper"
    for each in JOURNEYS:
        letter = each.letter if time == "day" else NIGHT["paper"]
        assert contrast(letter, lit(each.colour)) >= 4.5, each


@pytest.mark.parametrize("time", LIGHTS)
def test_lines_on_a_map_can_be_seen(time: str) -> None:
    lit = LIGHTS[time]
    for mark in MARKS:
        for ground in GROUND:
            assert contrast(lit(mark), lit(ground)) >= 3.0, (mark, ground)
    for each in JOURNEYS:
        assert contrast(lit(each.edge or each.colour), lit(PAPER)) >= 3.0, each


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
def test_the_page_around_a_map_can_be_read(colours: dict[str, str]) -> None:
    for paper in ("paper", "ground", "chosen"):
        for text in ("ink", "soft", "link"):
            assert contrast(colours[text], colours[paper]) >= 4.5, (text, paper)
    assert contrast(colours["heat"], colours["paper"]) >= 4.5
    for edge in ("rule", "focus"):
        assert contrast(colours[edge], colours["paper"]) >= 3.0
    assert set(NIGHT) == set(DAY)


@pytest.mark.parametrize("time", LIGHTS)
def test_names_can_be_read_on_every_shade_of_heat(time: str) -> None:
    colours, lit = {"day": DAY, "night": NIGHT}[time], LIGHTS[time]
    steps = [colours[f"step{at}"] for at in range(1, 6)]
    for step in steps:
        assert contrast(lit(INK), step) >= 4.5
    assert all(contrast(one, other) > 1.1 for one, other in combinations(steps, 2))


def test_night_paper_is_the_pages_paper() -> None:
    assert at_night(PAPER) == NIGHT["paper"]
    assert DAY["paper"] == PAPER


NEAREST = {
    "usual": (53, 26, 54),
    "without red": (22, 9, 21),
    "without green": (17, 17, 16),
    "without blue": (16, 16, 13),
}
"""How far the nearest two of the first four journey colours, of all eight, and of the first four at night are apart, at
least. Without any colour it may be nothing: there the letters count."""


@pytest.mark.parametrize("eye", [eye for eye in EYES if eye != "without colour"])
def test_journeys_are_told_apart_by_every_eye(eye: str) -> None:
    four, eight, dark = NEAREST[eye]
    inks = [each.colour for each in JOURNEYS]
    assert nearest(eye, inks[:4]) >= four
    assert nearest(eye, inks) >= eight
    assert nearest(eye, [at_night(ink) for ink in inks[:4]]) >= dark


def nearest(eye: str, colours: list[str]) -> float:
    return min(apart(eye, one, other) for one, other in combinations(colours, 2))


def test_each_journey_has_a_letter_of_its_own_that_stands_on_the_map() -> None:
    for shown in (complaint().network, network(12), network(40)):
        letters = [line.letter for line in shown.lines]
        assert len(set(letters)) == len(letters)
        bullets = [words.text for words in written(picture(shown).parts, "bullets")]
        for line in shown.lines:
            assert bullets.count(line.letter) >= 2, "a journey has its letter at both ends"


def written(nodes: tuple[Node, ...], kind: str, inside: bool = False) -> Iterator[Words]:
    for node in nodes:
        if isinstance(node, Group):
            yield from written(node.parts, kind, inside or node.kind == kind)
        elif isinstance(node, Words) and inside:
            yield node


def test_every_colour_of_a_map_has_one_at_night() -> None:
    page = sample_page(12)
    svg = page[page.index("<svg ") : page.index("</svg>")]
    used = set(re.findall(r'(fill|stroke)="(#\w+)"', svg))
    ruled = set(re.findall(r'\.dark \.sheet \[(fill|stroke)="(#\w+)"\]', page))
    assert used == ruled
