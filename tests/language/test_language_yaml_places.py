"""Places inside YAML scalars: whatever their style, each character of the text is found where it is written."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.syntax.source import Source
from casedsl.syntax.tree import place_at
from casedsl.syntax.yaml.nodes import Scalar, read_nodes
from casedsl.syntax.yaml.places import content_of

SEEDED = settings(derandomize=True, deadline=None, max_examples=200)
SIGNS = st.sampled_from(list("ab {}:#'\"\\.,-é🎉\n"))


def only_scalar(text: str) -> tuple[Scalar, list[str]]:
    nodes = read_nodes(Source("x.case.yaml", text if text.endswith("\n") else text + "\n"))
    assert nodes.root is not None, nodes.found
    value = nodes.root.pairs[0][1]
    assert isinstance(value, Scalar)
    return value, text.split("\n")


@SEEDED
@given(st.text(SIGNS, min_size=1, max_size=60), st.sampled_from(["'", '"', "|", ">", None]), st.integers(6, 40))
def test_every_character_is_found_where_it_is_written(text: str, style: str | None, width: int) -> None:
    dumped = yaml.dump({"k": text}, default_style=style, width=width, allow_unicode=True)
    try:
        scalar, rows = only_scalar(dumped)
    except AssertionError:
        return  # a dumped key in quotes, or `k` as an explicit key: not what is looked at here
    content = content_of("x", scalar, rows)
    assert "\n" not in content.text
    for offset, sign in enumerate(content.text):
        row, column = place_at(content.places, offset)
        if sign in " \n":
            continue
        written = rows[row][column : column + 2]
        assert written[:1] == sign or written[:1] == "\\", (dumped, offset, sign, written)


@pytest.mark.parametrize(
    ("source", "word", "row", "column"),
    [
        ("k: one two", "two", 0, 7),
        ('k: "one two"', "two", 0, 8),
        ("k: 'it''s two'", "two", 0, 10),
        ('k: "a\\tb \\u00e9 two"', "two", 0, 16),
        ("k: >\n  one\n  two\n", "two", 2, 2),
        ("k: |\n  one\n  two\n", "two", 2, 2),
        ("k: one\n  more\n  two", "two", 2, 2),
        ('k: "one\n  two"', "two", 1, 2),
        ('k: "one \\\n   two"', "two", 1, 3),
        ("k: >-  # a comment\n    one two\n    three", "three", 2, 4),
    ],
)
def test_a_word_is_found(source: str, word: str, row: int, column: int) -> None:
    scalar, rows = only_scalar(source)
    content = content_of("x", scalar, rows)
    assert "\n" not in content.text
    span = content.span(content.text.index(word), content.text.index(word) + len(word))
    assert (span.line - 1, span.column - 1, span.end_column - span.column) == (row, column, len(word))
