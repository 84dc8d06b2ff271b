"""Letters: the shipped fonts, what a text of them measures, and a text in lines."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from casedsl.transit.fonts import FILES, Face, _parts, face
from casedsl.transit.measuring import clipped, kept_together, lines, missing, paragraph, width

NEEDED = "AZaz09äöüßÄÖÜéèñçøåłżőığčšțЖяёїΩαλ→←↑↓≥≤≠≈−×·…›‹€£„“”‚‘’–—•✓ẞ"


@pytest.mark.parametrize("bold", [False, True])
def test_has_the_letters_that_are_promised(bold: bool) -> None:
    assert [char for char in NEEDED if char not in face(bold).advances] == []


@pytest.mark.parametrize("bold", [False, True])
def test_a_cut_font_knows_what_was_asked_for_as_wide_as_before(bold: bool) -> None:
    small = Face(face(bold).cut("Prüfung → é日"))
    assert small.advances == {char: face(bold).advances[char] for char in "Prüfung → é"}
    assert small.units == face(bold).units


def test_a_cut_font_has_the_outlines_of_the_whole_one() -> None:
    small, whole = Face(face().cut("oé")), face()
    assert small._outline(small.glyphs[ord("o")]).rstrip(b"\0") == whole._outline(whole.glyphs[ord("o")]).rstrip(b"\0")


def test_a_letter_that_is_put_together_of_others_brings_them_along() -> None:
    small, whole = Face(face().cut("zé")), face()
    parts = [small._outline(part) for _, part in _parts(small._outline(small.glyphs[ord("é")]))]
    wanted = [whole._outline(part) for _, part in _parts(whole._outline(whole.glyphs[ord("é")]))]
    assert len(parts) == 2
    assert [part.rstrip(b"\0") for part in parts] == [part.rstrip(b"\0") for part in wanted]


def test_a_cut_font_is_small_and_the_same_each_time() -> None:
    assert face().cut("zyx") == face().cut("xyzzy")
    assert len(face().cut("abc")) < 2000 < FILES[False].stat().st_size


def test_the_sum_of_a_cut_font_is_right() -> None:
    data = face(True).cut("Triage")
    padded = data + bytes(-len(data) % 4)
    words = (int.from_bytes(padded[at : at + 4], "big") for at in range(0, len(padded), 4))
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_text_is_as_wide_as_its_letters() -> None:
    assert width("ab", 10) == pytest.approx(width("a", 10) + width("b", 10))
    assert width("a", 20) == pytest.approx(2 * width("a", 10))
    assert width("a", 10, bold=True) > width("a", 10)
    assert width("審", 10) == pytest.approx(10)


def test_names_what_the_fonts_do_not_have() -> None:
    assert missing("Ja 審査 審") == ("審", "査")
    assert missing(NEEDED) == ()


def test_lines_are_about_as_long_as_each_other() -> None:
    assert lines("Waiting on customer", 104, 12.5, bold=True) == ("Waiting on", "customer")
    assert lines("one two three four", 60, 10) == ("one two", "three four")


def test_a_long_word_is_cut_where_a_syllable_begins() -> None:
    assert lines("Ersteinschätzung", 76, 12.5, bold=True) == ("Erstein-", "schätzung")
    assert lines("due_date_of_the_reply", 80, 10)[0].endswith("_")


def test_a_long_word_begins_on_the_line_before_it_and_then_has_whole_lines() -> None:
    made = paragraph("an den Versicherungsnehmervertreterverband", 80, 10)
    assert made[0].startswith("an den Ver")
    assert all(width(line, 10) > 60 for line in made[:-1])


def test_what_belongs_together_stays_together() -> None:
    assert lines(f"{kept_together('prompt 30 min ›')} {kept_together('alert 1 h')}", 96, 9.5) == (
        "prompt 30 min ›",
        "alert 1 h",
    )
    assert lines("IESG Evaluation - Defer", 110, 12.5, bold=True)[-1] != "- Defer"


def test_too_many_lines_end_with_an_ellipsis() -> None:
    cut = lines("word " * 60, 80, 10, at_most=3)
    assert len(cut) == 3
    assert cut[-1].endswith("…")
    assert all(width(line, 10) <= 80 for line in cut)
    assert clipped("short", 80, 10) == "short"


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.text(alphabet="abcdeß -_Ä\n", max_size=80), st.integers(30, 200))
def test_a_paragraph_keeps_every_letter_and_fits(text: str, room: int) -> None:
    made = paragraph(text, room, 10)
    assert all(width(line, 10) <= room for line in made)
    assert "".join(made).replace(" ", "").replace("-", "") == "".join(text.split()).replace("-", "")
