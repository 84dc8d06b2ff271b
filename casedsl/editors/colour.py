"""A `.case` file coloured, line by line, with the blocks that are open: what Pygments shows comes from here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from casedsl.editors.highlight import Highlighting, Rule

Piece: TypeAlias = tuple[int, int, str]
"""Where a stretch of a text begins and ends, and what it is shown as; nothing for blanks and what isn't known."""


def pieces(text: str, highlighting: Highlighting) -> Iterator[Piece]:
    """The whole text, piece by piece."""
    at = 0
    for start, end, shown in _coloured(text, highlighting):
        if at < start:
            yield at, start, ""
        yield start, end, shown
        at = end
    if at < len(text):
        yield at, len(text), ""


def _coloured(text: str, highlighting: Highlighting) -> Iterator[Piece]:
    start = 0
    blocks: list[tuple[int, str]] = []
    for row in text.split("\n"):
        for begin, end, shown in _row(row, highlighting, blocks):
            yield start + begin, start + end, shown
        start += len(row) + 1


def _row(row: str, highlighting: Highlighting, blocks: list[tuple[int, str]]) -> Iterator[Piece]:
    """What stands in a row; `blocks` are those open above it, each with its indent, and become those open below it."""
    code = row.lstrip(" \t")
    indent = len(row) - len(code)
    rest, at = highlighting.other, indent
    if code and code[0] != "#":
        while blocks and blocks[-1][0] >= indent:
            blocks.pop()
        for line in highlighting.blocks.get(blocks[-1][1] if blocks else "", ()):
            head = _compiled(line.head.pattern).match(row)
            if head:
                yield from _groups(head, line.head)
                rest, at = line.rest, head.end()
                if line.block:
                    blocks.append((indent, line.block))
                break
    yield from _flow(row, at, len(row), rest, highlighting.inside)


def _flow(row: str, at: int, end: int, rules: tuple[Rule, ...], inside: tuple[Rule, ...]) -> Iterator[Piece]:
    """What stands in a stretch of a row, by the first rule that fits at each place."""
    while at < end:
        for rule in rules:
            found = _compiled(rule.pattern).match(row, at, end)
            if found:
                yield from _string(row, found, inside) if rule.shows == ("string",) else _groups(found, rule)
                at = found.end()
                break
        else:
            at += 1


def _groups(found: re.Match[str], rule: Rule) -> Iterator[Piece]:
    for group, shown in enumerate(rule.shows, 1):
        if shown and found[group]:
            yield *found.span(group), shown


def _string(row: str, found: re.Match[str], inside: tuple[Rule, ...]) -> Iterator[Piece]:
    at = found.start()
    for start, end, shown in _flow(row, at, found.end(), inside, ()):
        if at < start:
            yield at, start, "string"
        yield start, end, shown
        at = end
    if at < found.end():
        yield at, found.end(), "string"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
