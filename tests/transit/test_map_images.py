"""PNG and PDF: the same bytes every time, letters from the shipped fonts, real text in the PDF, nothing left out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from map_pages import complaint
from PIL import Image
from pypdf import PdfReader

from casedsl.transit.drawing import Disc, Group, Rect, Scene, Words, draw, words_of
from casedsl.transit.drawing import Path as Trace
from casedsl.transit.drawing.inks import INK, PAPER, journey
from casedsl.transit.export.pdf import POINTS, Sheet, draw_pdf
from casedsl.transit.export.png import MOST, SHARP, draw_png
from casedsl.transit.laying import lay
from casedsl.transit.shapes import Box

ROOT = Path(__file__).resolve().parents[2]


@cache
def scene() -> Scene:
    shown = complaint()
    return draw(lay(shown.network), shown.imprint)


@cache
def pdf() -> bytes:
    return draw_pdf([Sheet(scene()), Sheet(scene(), (842.0, 595.0))], "Customer complaint")


def one(*parts: Disc | Group | Rect | Trace | Words, wide: float = 100, high: float = 60) -> Scene:
    return Scene(wide, high, "One", "", "{}", (Rect(Box(0, 0, wide, high), fill=PAPER), *parts))


def pixels(drawn: Scene, zoom: float = 1.0) -> Image.Image:
    return Image.open(io.BytesIO(draw_png(drawn, zoom))).convert("RGB")


def test_a_png_is_as_sharp_as_it_says() -> None:
    wide, high = Image.open(io.BytesIO(draw_png(scene()))).size
    assert wide == round(scene().wide * SHARP)
    assert high == pytest.approx(scene().high * SHARP, abs=2)
    assert Image.open(io.BytesIO(draw_png(one(wide=400_000.0, high=10.0)))).size[0] == MOST


def test_a_png_shows_every_journey_and_every_word() -> None:
    seen = pixels(scene())
    colours = {colour for _, colour in seen.getcolors(1 << 24) or ()}
    for at in range(len(complaint().network.lines)):
        assert rgb(journey(at).colour) in colours
    blank = pixels(one())
    for bold in (False, True):
        assert pixels(one(Words(10, 30, "Ж→≥€ß", 20, INK, bold))).tobytes() != blank.tobytes()


def test_a_png_has_paper_up_to_its_rim() -> None:
    """Also where its size is no whole number of pixels."""
    drawn = Image.open(io.BytesIO(draw_png(one(wide=100.3, high=60.7))))
    assert drawn.getchannel("A").getextrema() == (255, 255)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def test_a_pdf_has_the_words_of_the_picture() -> None:
    reader = PdfReader(io.BytesIO(pdf()))
    found = "".join(reader.pages[0].extract_text().split())
    for words in words_of(scene()):
        assert "".join(words.text.split()) in found, words.text
    assert reader.metadata
    assert reader.metadata.title == "Customer complaint"


def test_a_pdf_carries_its_letters() -> None:
    fonts = [
        font.get_object()
        for page in PdfReader(io.BytesIO(pdf())).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
        if "Inter" in font.get_object()["/BaseFont"]
    ]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_a_page_is_as_large_as_its_picture_or_its_paper() -> None:
    own, paper = (page.mediabox for page in PdfReader(io.BytesIO(pdf())).pages)
    assert [float(own.width), float(own.height)] == pytest.approx(
        [scene().wide * POINTS, scene().high * POINTS], abs=0.01
    )
    assert [float(paper.width), float(paper.height)] == [842.0, 595.0]


def test_each_thing_of_a_scene_is_in_the_pdf() -> None:
    things = (
        Trace((("M", (5, 5)), ("L", (50, 5)), ("C", (60, 5, 70, 15, 70, 25)), ("Z", ())), fill="#112233"),
        Trace((("M", (5, 5)), ("L", (50, 5))), stroke="#445566", wide=3, dash=(4, 2), round=True),
        Rect(Box(10, 10, 30, 20), radius=99, fill="#778899", stroke="#aabbcc", wide=2),
        Disc(50, 30, 8, fill="#ddeeff", stroke="#123456", wide=1),
        Group((Words(3, 9, "shifted", 8, "#654321", bold=True),), shift=(20, 20)),
    )
    bare = page_of(one())
    for thing in things:
        assert len(page_of(one(thing))) > len(bare) + 10
    whole = page_of(one(*things))
    for sign in ("[4 2] 0 d", "1 J", ".066667 .133333 .2 rg", " c", " h", "1 0 0 1 20 20 cm"):
        assert sign in whole, sign


def page_of(drawn: Scene) -> str:
    data = PdfReader(io.BytesIO(draw_pdf([Sheet(drawn)], "x"))).pages[0].get_contents()
    assert data is not None
    return data.get_data().decode("latin-1")


def test_the_dash_of_one_line_is_not_the_next_ones() -> None:
    dashed = Trace((("M", (0, 0)), ("L", (9, 9))), stroke=INK, wide=1, dash=(4, 2), round=True)
    plain = Trace((("M", (0, 0)), ("L", (9, 9))), stroke=INK, wide=1)
    said = page_of(one(dashed, plain))
    assert said.index("[4 2] 0 d") < said.index("[] 0 d")
    assert said.index("1 J") < said.rindex("0 J")


def test_hostile_words_are_words_in_both() -> None:
    hostile = one(Words(5, 30, ") Tj <script>\u202e\x00\ud800(", 10, INK))
    assert draw_png(hostile)
    found = PdfReader(io.BytesIO(draw_pdf([Sheet(hostile)], "\u202e\x00(")))
    assert ") Tj <script>" in found.pages[0].extract_text()


def test_equal_pictures_are_equal_bytes_whatever_the_hash_seed() -> None:
    program = "import sys, test_map_images as t; sys.stdout.buffer.write(t.pdf() + t.draw_png(t.scene()))"
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
    assert made == {pdf() + draw_png(scene())}


@pytest.mark.parametrize(("text", "alone"), [("Grüße → Ω Ж", True), ("案件", False)])
def test_fonts_of_the_machine_are_asked_only_for_letters_that_are_missing(
    text: str, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def drawn(**said: object) -> bytes:
        asked.append(said["skip_system_fonts"])
        return b""

    monkeypatch.setattr("resvg_py.svg_to_bytes", drawn)
    draw_png(one(Words(10, 30, text, 10, INK)))
    assert asked == [alone]
