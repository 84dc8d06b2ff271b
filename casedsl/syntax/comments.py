"""The comments of a source: the parser skips them, and some of them are meant for the tools.

A comment begins with `#` outside of quotes, in YAML outside of every scalar, and ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from casedsl.syntax.source import YAML, Source
from casedsl.syntax.span import Span

_BEFORE = re.compile(r'(?:[^#"]|"(?:\\.|[^"\\])*"?)*')


class Comment(Struct, frozen=True):
    """A comment: `text` is what stands behind its `#`; `beside` says whether its line says something before it."""

    span: Span
    text: str
    beside: bool


def comments_of(source: Source) -> tuple[Comment, ...]:
    """The comments of a source in either coat, in order."""
    if source.file.endswith(YAML):
        from casedsl.syntax.yaml.nodes import read_nodes  # here, so that a `.case` file is read without YAML

        rows, found = source.lines(), read_nodes(source).comments
        return tuple(_comment(source, row, column, rows[row]) for row, (column, _) in sorted(found.items()))
    return tuple(_comments(source))


def _comment(source: Source, row: int, column: int, text: str) -> Comment:
    span = Span(source.file, row + 1, column + 1, row + 1, len(text) + 1)
    return Comment(span, text[column + 1 :], bool(text[:column].strip()))


def _comments(source: Source) -> Iterator[Comment]:
    for number, row in enumerate(source.lines(), 1):
        if "#" not in row:
            continue
        before = _BEFORE.match(row)
        start = before.end() if before else 0
        if start < len(row):
            yield _comment(source, number - 1, start, row)
