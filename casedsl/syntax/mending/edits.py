"""Edits of a text: stretches that become other text. What is outside of them isn't touched, in a file neither.

Offsets count the characters of a `Source`, in which every line ends with `\\n`. A file may have a byte order mark, line
ends of its own and no end on its last line; edits are carried out in its bytes, and what they bring gets the file's
line ends.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterable
from difflib import SequenceMatcher, unified_diff
from itertools import accumulate, pairwise

from msgspec import Struct

from casedsl.syntax.source import Source
from casedsl.syntax.span import Span

MOST_COMPARED = 3_000
"""More lines than this between the first and the last difference are one edit: comparing them would take too long."""


class TextEdit(Struct, frozen=True, order=True):
    """The characters from `start` to before `end` become `text`."""

    start: int
    end: int
    text: str


def changes(old: str, new: str) -> tuple[TextEdit, ...]:
    """The edits, whole lines each, that make one text into the other."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, before))]
    first, last = _common(before, after)
    middle, wanted = before[first : len(before) - last], after[first : len(after) - last]
    if max(len(middle), len(wanted)) > MOST_COMPARED:
        return (TextEdit(starts[first], starts[len(before) - last], "".join(wanted)),)
    matcher = SequenceMatcher(None, middle, wanted, autojunk=False)
    return tuple(
        TextEdit(starts[first + begin], starts[first + end], "".join(wanted[into:behind]))
        for tag, begin, end, into, behind in matcher.get_opcodes()
        if tag != "equal"
    )


def _common(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many lines are the same at the beginning, and behind them at the end."""
    most = min(len(before), len(after))
    first = next((place for place in range(most) if before[place] != after[place]), most)
    last = next((place for place in range(most - first) if before[-1 - place] != after[-1 - place]), most - first)
    return first, last


def applied(text: str, edits: Iterable[TextEdit]) -> str:
    """A text with edits carried out. Raises ValueError if two of them touch the same characters."""
    ordered = sorted(edits)
    if any(one.end > two.start for one, two in pairwise(ordered)):
        raise ValueError("two edits touch the same text")
    pieces, done = [], 0
    for edit in ordered:
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])


def carried_out(data: bytes, edits: Iterable[TextEdit]) -> bytes:
    """The bytes of a file with edits carried out; its byte order mark and its line ends stay."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    raw = data[len(mark) :].decode("utf-8")
    ends = [found.start() for found in re.finditer("\r\n", raw)]
    seen = [place - number for number, place in enumerate(ends)]  # where these line ends stand in the source
    end = "\r\n" if 2 * len(ends) > raw.count("\n") else "\n"

    def offset(place: int) -> int:
        return min(place + bisect_left(seen, place), len(raw))

    moved = (TextEdit(offset(each.start), offset(each.end), each.text.replace("\n", end)) for each in edits)
    return mark + applied(raw, moved).encode("utf-8")


def with_last_end(data: bytes) -> bytes:
    """The bytes of a file whose last line has an end, as all others have."""
    if data.endswith(b"\n"):
        return data
    return data + (b"\r\n" if 2 * data.count(b"\r\n") > data.count(b"\n") else b"\n")


def difference(file: str, old: bytes, new: bytes) -> str:
    """The change of a file as a unified diff; empty if there is none."""
    before, after = (data.decode("utf-8-sig").replace("\r\n", "\n").splitlines(keepends=True) for data in (old, new))
    rows = unified_diff(before, after, fromfile=file, tofile=file)
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def offset_of(source: Source, line: int, column: int) -> int:
    """The offset of a place that is counted from 1."""
    rows = source.lines()
    row = min(line, len(rows) + 1) - 1
    return sum(len(each) + 1 for each in rows[:row]) + (column - 1 if row < len(rows) else 0)


def stretch_of(source: Source, span: Span) -> tuple[int, int]:
    """Where a span begins and ends in the text."""
    return offset_of(source, span.line, span.column), offset_of(source, span.end_line, span.end_column)
