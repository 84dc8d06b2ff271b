"""The index at the end of `docs/language.md` is the table of constructs; and what `docs/editors.md` shows is so."""

from __future__ import annotations

import re

import pytest
from docs_blocks import ROOT

from casedsl.editors.index import BEGIN, END, index, with_index
from casedsl.syntax.language import LANGUAGE

PAGE = (ROOT / "docs" / "language.md").read_text("utf-8")


def test_the_index_is_that_of_the_table() -> None:
    """If this fails, run `python -m casedsl.editors`."""
    assert with_index(PAGE) == PAGE


def test_the_index_has_a_row_for_every_line_that_is_built_and_no_other() -> None:
    built = [construct for construct in LANGUAGE.constructs if construct.built]
    rows = re.findall(r"^\| `(.*?)` \| (.*?) \| (.*?) \| (.*) \|$", index(), re.M)
    assert [meaning for *_, meaning in rows] == [construct.meaning.replace("|", r"\|") for construct in built]
    assert (
        "restarts on <name> [anew]",
        "`promise`",
        "`restarts on`, `anew`",
        "The event with which a promise that was met goes on.",
    ) in rows
    assert (r"to <place> (when <expression> \| otherwise)", "`on`", "`routes`, a list") in [row[:3] for row in rows]
    assert ("band NAME from <number>", "`priority`", "`bands`, by name") in [row[:3] for row in rows]
    assert ("score <formula> in <range>", "`priority`", "`score`, `in`") in [row[:3] for row in rows]
    assert ('NAME <type> ["title"]', "`fields`", "by name") in [row[:3] for row in rows]


def test_the_index_names_all_that_is_read_and_not_built() -> None:
    later = dict(re.findall(r"^\| (.*?) \| (.*) \|$", index().partition("What is read")[2], re.M))
    assert later["`scenario`"] == "`tick` behind `as`"
    assert later["organisation, left margin"] == "`vocabulary`, `connector`"
    unbuilt = {block for construct in LANGUAGE.constructs if not construct.built for block in construct.blocks}
    told = {place.strip("`").replace(", left margin", " file") for place in later}
    assert unbuilt <= told
    words = sum(cell.count("`") // 2 - cell.count(" behind ") for cell in later.values())
    lines = [len(each.blocks) * (len(each.later) + (not each.built)) for each in LANGUAGE.constructs]
    assert words == sum(lines) > 50


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the index"):
        with_index(PAGE.replace(END, ""))
    assert with_index(f"a\n{BEGIN}\nbefore\n{END}\nb\n").startswith(f"a\n{BEGIN}\n\nEvery line")
    assert "yesterday" not in with_index(f"a\n{BEGIN}\nyesterday\n{END}\nb\n")
