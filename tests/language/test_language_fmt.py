"""Edits of texts, and what a file must be to be formatted: read whole, nothing lost, nothing touched outside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from casedsl.syntax import coats
from casedsl.syntax.coats import (
    CASE_COAT,
    COATS,
    YAML_COAT,
    Coat,
    PrintError,
    Unfit,
    Whole,
    coat_of,
    neat,
    read_to_print,
)
from casedsl.syntax.mending.edits import TextEdit, applied, carried_out, changes, difference, stretch_of, with_last_end
from casedsl.syntax.source import Source, read_source
from casedsl.syntax.span import Span

SEEDED = settings(derandomize=True, deadline=None)
LONG = " ".join(["word"] * 601)
ROWS = st.lists(st.sampled_from(["a", "b", "c", "", "ü"]), max_size=12)


def as_text(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


# Edits.


@SEEDED
@given(ROWS, ROWS)
def test_changes_make_one_text_into_the_other_and_touch_only_what_differs(old: list[str], new: list[str]) -> None:
    edits = changes(as_text(old), as_text(new))
    assert applied(as_text(old), edits) == as_text(new)
    assert (edits == ()) == (old == new)
    kept = [*zip(old, new, strict=False)]
    same = next((place for place, (one, other) in enumerate(kept) if one != other), len(kept))
    assert all(edit.start >= len(as_text(old[:same])) for edit in edits)


@SEEDED
@given(ROWS, ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_file_keeps_its_line_ends_and_its_mark(old: list[str], new: list[str], end: str, marked: bool) -> None:
    mark = b"\xef\xbb\xbf" if marked else b""
    before = mark + as_text([*old, "z"]).replace("\n", end).encode()
    source = read_source("a.case", before)
    assert isinstance(source, Source)
    after = carried_out(before, changes(source.text, as_text([*new, "z"])))
    assert after == mark + as_text([*new, "z"]).replace("\n", end).encode()


def test_a_line_that_stays_keeps_its_own_end() -> None:
    before = b"a\r\nb\nc\r\nd\r\n"
    assert carried_out(before, changes("a\nb\nc\nd\n", "a\nb\nx\nd\n")) == b"a\r\nb\nx\r\nd\r\n"


def test_the_last_line_gets_an_end() -> None:
    assert with_last_end(b"a\r\nb") == b"a\r\nb\r\n"
    assert with_last_end(b"a\nb") == b"a\nb\n"
    assert carried_out(b"a\nb", changes("a\nb\n", "a\nc\n")) == b"a\nc\n"
    assert carried_out(b"a\nb", changes("a\nb\n", "c\nb\n")) == b"c\nb"


def test_far_apart_texts_are_one_edit() -> None:
    old, new = as_text(["a", *(str(row) for row in range(4000)), "z"]), as_text(["a", "z"])
    assert changes(old, new + "") == (TextEdit(2, len(old) - 2, ""),)
    assert applied(old, changes(old, new)) == new


def test_edits_of_the_same_text_are_refused() -> None:
    with pytest.raises(ValueError, match="two edits"):
        applied("abc", [TextEdit(0, 2, "x"), TextEdit(1, 3, "y")])


def test_a_span_is_a_stretch() -> None:
    source = Source("a.case", "ab\ncdü\n")
    assert stretch_of(source, Span("a.case", 2, 2, 2, 4)) == (4, 6)
    assert source.text[4:6] == "dü"
    assert stretch_of(source, Span("a.case", 3, 1, 3, 1)) == (7, 7)


def test_a_difference_is_a_unified_diff() -> None:
    assert difference("a.case", b"a\nb\n", b"a\nc\n") == "--- a.case\n+++ a.case\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    assert difference("a.case", b"a\r\nb", b"a\r\nb\r\n").endswith("-b\n\\ No newline at end of file\n+b\n")
    assert difference("a.case", b"a\n", b"a\n") == ""


# What can be formatted.


def test_the_name_says_the_coat() -> None:
    assert [coat_of(file).name for file in ("a.case", "a.case.yaml", "a.yml", "-")] == ["case", "yaml", "yaml", "case"]


@pytest.mark.parametrize(
    ("file", "data", "sentence"),
    [
        ("a.case", b"", "a.case can't be read: the file is empty; begin with `case type NAME"),
        ("a.case", b"case type a\n    edishion 1\n    vershion 2\n", "a.case:2:5: there is no line `edishion …`"),
        (
            "a.case",
            b"case type a\n    edishion 1\n    vershion 2\n",
            "(and 1 more); correct it first, `casedsl check` says",
        ),
        ("a.case.yaml", b"case type: a\nx: y\n", "a.case.yaml:2:1: "),
        (
            "a.case.yaml",
            b"case type: a\nuse: &x b\n",
            "a.case.yaml has anchors or aliases, which no formatter can keep",
        ),
    ],
)
def test_what_is_not_read_whole_stays_as_it_is(file: str, data: bytes, sentence: str) -> None:
    unfit = read_to_print(file, data, coat_of(file))
    assert isinstance(unfit, Unfit)
    assert sentence in unfit.sentence
    assert "\n" not in unfit.sentence


def test_what_can_be_said_in_yaml_only_is_refused_with_a_sentence() -> None:
    """A text may stand on several rows, and be longer than a line may be."""
    data = f"case type: a\ntitle: >-\n  {LONG}\n  {LONG}\nedition: 1\n".encode()
    whole = read_to_print("a.case.yaml", data, YAML_COAT)
    assert isinstance(whole, Whole)
    assert isinstance(neat(whole), str)
    done = coats.printed_as(whole, whole.document, CASE_COAT, "a.case", ordered=True)
    assert isinstance(done, Unfit)
    assert done.sentence.startswith(
        "a.case:1:1: what is meant can't be written in this file: this line has 6,023 characters"
    )


def _reading_yaml() -> Whole:
    whole = read_to_print("a.case.yaml", b"case type: a\nedition: 1\nstates:\n  b: {team: c}  # why\n", YAML_COAT)
    assert isinstance(whole, Whole)
    return whole


def _printing(change: Callable[[str], str]) -> Coat:
    """A coat whose printer has a fault."""
    return Coat("yaml", ".case.yaml", YAML_COAT.read, lambda document: change(YAML_COAT.printed(document)))


@pytest.mark.parametrize(("old", "new"), [("team: c", "team: d"), ("  # why", ""), ("  b:", "  e:")])
def test_what_is_printed_wrongly_is_never_used(old: str, new: str) -> None:
    whole = _reading_yaml()
    with pytest.raises(PrintError, match="another tree"):
        neat(replace(whole, coat=_printing(lambda text: text.replace(old, new))))


def test_what_is_printed_otherwise_each_time_is_never_used() -> None:
    times = iter(range(9))
    coat = _printing(lambda text: text + "\n" * next(times))
    with pytest.raises(PrintError, match="printing changes"):
        neat(replace(_reading_yaml(), coat=coat))


def test_a_comment_that_the_reader_lost_is_missed() -> None:
    data = b"case type: a\nedition: 1  # why\n"
    source = read_source("a.case.yaml", data)
    assert isinstance(source, Source)
    document, _ = YAML_COAT.read(Source("a.case.yaml", source.text.replace("  # why", "")))
    assert document is not None
    with pytest.raises(PrintError, match="a comment would be lost"):
        neat(Whole(source, document, YAML_COAT))


def test_both_coats_have_names() -> None:
    assert {name: coat.suffix for name, coat in COATS.items()} == {"case": ".case", "yaml": ".case.yaml"}


# What stands where in a file, so that printing keeps it there.


def test_comments_at_the_end_of_a_block_at_the_left_margin_stay_in_it() -> None:
    text = "case type a\n    edition     1\n    # last of the header\n"
    text += "state new\n    team        b\n    # last of new\nstate c\n"
    whole = read_to_print("a.case", text.encode(), CASE_COAT)
    assert isinstance(whole, Whole)
    assert whole.document.header.end == ("# last of the header",)
    assert [line.end for line in whole.document.lines] == [("# last of new",), ()]
    assert neat(whole) == text


def test_keys_stay_in_their_order_in_yaml() -> None:
    text = "case type: a\nnumber: A\nretention:\n  - {retain: 1 year, after: b, then: c}\nuse: d\n"
    text += "fields:\n  e: {type: text}\n"
    whole = read_to_print("a.case.yaml", text.encode(), YAML_COAT)
    assert isinstance(whole, Whole)
    assert neat(whole) == text


def test_comments_in_yaml_stay_where_they_are() -> None:
    text = """\
# first

case type: a  # beside
edition: 1
stages:
  # above

  b:
    of: [c, d]
    timers:
      - {prompt: e, after: 1 working day}  # beside an item
      - move to: f
        after: 2 working days
        purpose: Why
        # at the end of an item
      # above an item
      - {alert: e, after: 3 working days}
    # at the end of a stage
  g:
    of: h
    on:
      i: {to: j,
           by: k}
# at the end
"""
    whole = read_to_print("a.case.yaml", text.encode(), YAML_COAT)
    assert isinstance(whole, Whole)
    assert neat(whole) == text.replace(" {to: j,\n           by: k}", "\n        to: j\n        by: k")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("case type: a\ntitle: >-  # why\n  A # b\n", 'case type: a\ntitle: "A # b"  # why\n'),
        ("case type: a\ntitle: |# why\n  A\n", "case type: a\ntitle: A  # why\n"),
        ('case type: a\ntitle: "A"# why\n', "case type: a\ntitle: A  # why\n"),
        ("case type: a\ntitle: A# b\n", "case type: a\ntitle: A# b\n"),
        (
            "organisation: a\ncombinations:\n  - {may be both: [c,# why\n      d]}\n",
            "organisation: a\ncombinations:\n  - {may be both: [c, d]}  # why\n",
        ),
    ],
)
def test_comments_in_yaml_are_found_wherever_the_parser_skips_them(text: str, kept: str) -> None:
    whole = read_to_print("a.case.yaml", text.encode(), YAML_COAT)
    assert isinstance(whole, Whole)
    assert neat(whole) == kept
