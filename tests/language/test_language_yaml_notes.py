"""Comments at the clauses of a YAML file, its `---`, and texts longer than a line: `fmt` leaves them where they are."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from language_trees import documents
from msgspec.structs import replace

from casedsl.syntax.alike import same_tree
from casedsl.syntax.coats import CASE_COAT, YAML_COAT, Unfit, Whole, neat, printed_as, read_to_print
from casedsl.syntax.converting import Converted, converted
from casedsl.syntax.printing.scalars import scalar_rows
from casedsl.syntax.tree import Document, Line, Note, text_of

SEEDED = settings(derandomize=True, deadline=None, max_examples=100)
FILE = "a.case.yaml"
NEAT = """\
# yaml-language-server: $schema=case.schema.json
---

# the letter
case type: letter  # a kind
# how it is called
title: Letter  # for people
edition: 1
priority:
  # the formula
  score: 10 * impact  # points
  # its range

  in: 0..100  # of points
states:
  # the first
  new:  # where it begins
    # opened here
    first: yes  # once
    title: New  # for people
    timers:
      # softly
      - prompt: clerk  # by mail
        # soon
        after: 2 working days  # at closing
    on:
      answer:
        # who has it
        to: done  # for good
        title: Answer
        by: clerk  # or a chief
  done: {final: yes}  # the end
# no more
"""


def whole(text: str) -> Whole:
    read = read_to_print(FILE, text.encode(), YAML_COAT)
    assert isinstance(read, Whole), read.sentence
    return read


def test_comments_at_clauses_stay_at_their_clauses() -> None:
    assert neat(whole(NEAT)) == NEAT


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("---\ncase type: a\n", "---\ncase type: a\n"),
        ("\n---\n\n# b\ncase type: a\n", "---\n# b\ncase type: a\n"),
        ("# a\n# b\n---  # c\ncase type: a\n", "# a\n# b\n---\ncase type: a  # c\n"),
        ("# a\n\n# b\n---\n# c\ncase type: a\n...\n", "# a\n\n# b\n---\n# c\ncase type: a\n"),
        ("# a\ncase type: a\n", "# a\ncase type: a\n"),
    ],
)
def test_a_document_that_begins_with_its_marker_still_does(text: str, kept: str) -> None:
    assert neat(whole(text)) == kept
    assert neat(whole(kept)) == kept


def test_keys_in_another_order_take_their_comments_along() -> None:
    text = "case type: a\npriority:\n  # b\n  in: 0..9  # c\n  score: 1  # d\n"
    assert neat(whole(text)) == "case type: a\npriority:\n  # b\n  score: 1  # d\n  in: 0..9  # c\n"
    item = "      - after: 2 working days  # b\n        # c\n        prompt: clerk  # d\n"
    neatly = "      # c\n      - prompt: clerk  # d\n        after: 2 working days  # b\n"
    head = "case type: a\nstates:\n  new:\n    timers:\n"
    assert neat(whole(head + item)) == head + neatly


def test_in_a_case_file_they_stand_at_the_whole_line_and_that_is_said() -> None:
    done = converted(whole(NEAT), "a.case")
    assert isinstance(done, Converted)
    assert "    # who has it\n    on answer -> done " in done.text
    assert "    prompt      clerk after 2 working days          # by mail\n" in done.text
    assert "# at closing\n    prompt" in done.text
    assert sum("stands at a part of a line" in sentence for sentence in done.lost) == 11
    back = read_to_print("a.case", done.text.encode(), CASE_COAT)
    assert isinstance(back, Whole)
    assert same_tree(back.document, whole(NEAT).document, ordered=True)


COMMENT = st.sampled_from(["", "# one", "# two: three", "# four  # five"])


@st.composite
def noted(draw: st.DrawFn) -> Document:
    """A document with comments at some of its clauses."""

    def of(line: Line) -> Line:
        keys = [*line.clauses, *(["title"] if line.title else [])]
        below = tuple(of(each) for each in line.lines)
        if not line.name or not keys:
            return replace(line, lines=below)
        above, beside = draw(COMMENT), draw(COMMENT)
        notes = (Note(keys[-1], (above,) if above else (), beside),) if above or beside else ()
        return replace(line, lines=below, notes=notes)

    document = draw(documents())
    return replace(
        document, lines=tuple(of(line) for line in document.lines), marker=draw(st.none() | st.integers(0, 3))
    )


@SEEDED
@given(noted())
def test_what_is_noted_is_printed_and_read_again(document: Document) -> None:
    text = YAML_COAT.printed(document)
    read = whole(text)
    assert same_tree(read.document, document)
    assert YAML_COAT.printed(read.document) == text
    assert [note.key for note in _notes(read.document)] == [note.key for note in _notes(document)]


def _notes(document: Document) -> list[Note]:
    def of(line: Line) -> list[Note]:
        return [*line.notes, *(note for below in line.lines for note in of(below))]

    return sorted((note for line in document.lines for note in of(line)), key=lambda note: (note.key, note.above))


# Texts longer than a line.

WORDS = st.lists(st.text(st.sampled_from(list("ab \"'\\#:-é🎉\t")), min_size=1, max_size=40), min_size=1, max_size=40)


@SEEDED
@given(WORDS, st.integers(1, 60))
def test_a_text_on_several_rows_says_the_same(words: list[str], width: int) -> None:
    text = " ".join(words)
    rows = list(scalar_rows(text, width))
    assert yaml.safe_load("k: " + "\n  ".join(rows) + "\n") == {"k": text}
    assert all(len(row) <= 4 * width + 4 for row in rows)


@pytest.mark.parametrize("text", ["word " * 1_200, "x" * 9_000, 'with "quotes" and \\ ' * 400, "  two  blanks " * 500])
def test_a_text_that_is_longer_than_a_line_may_be_is_formatted(text: str) -> None:
    folded = "\n      ".join(scalar_rows(text.strip(), 60))
    source = f"case type: a\nstates:\n  new:\n    purpose: {folded}  # why\n    team: b\n"
    formed = neat(whole(source))
    assert isinstance(formed, str)
    assert max(map(len, formed.split("\n"))) <= 120
    assert neat(whole(formed)) == formed
    said = whole(formed).document.lines[0].lines[0]
    assert (text_of(said.clauses["purpose"]), said.beside) == (text.strip(), "# why")  # type: ignore[arg-type]


def test_long_lists_and_conditions_are_formatted_too() -> None:
    names = ", ".join(f"n{number:05}" for number in range(800))
    rows = "\n          ".join(scalar_rows(f"kind is one of {names}", 60))
    two = names.replace(", n00400", ",\n          n00400")
    body = f"        to: new\n        when: {rows}\n        by: [{two}]\n"
    formed = neat(whole(f"case type: a\nstates:\n  new:\n    on:\n      go:\n{body}"))
    assert isinstance(formed, str)
    assert neat(whole(formed)) == formed


def test_such_a_text_fits_no_line_of_a_case_file() -> None:
    read = whole("case type: a\ntitle: " + "\n  ".join(scalar_rows("word " * 1_200, 60)) + "\n")
    unfit = printed_as(read, read.document, CASE_COAT, "a.case", ordered=True)
    assert isinstance(unfit, Unfit)
    assert "this line has 6," in unfit.sentence
