"""What is said about a row that is no YAML, or that holds what no definition may: the finding, and the row to take out.

A parser stops where it can't go on, which is often behind the fault. A text in quotes that was not closed swallows the
rows below it and ends at the next quote there is; a key without a colon is noticed on the row after it. Here the fault
is looked for where an author made it, so that one slip is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import yaml
from msgspec.structs import replace

from casedsl.syntax.finding import Edit, Finding, Fix
from casedsl.syntax.source import HIDDEN, Source
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import brief, named

if TYPE_CHECKING:
    from casedsl.syntax.yaml.nodes import Scalar

_FAULTS = (
    (r"could not find expected ':'", "`:` is missing behind a key", "write `key: value`"),
    (
        r"mapping values are not allowed",
        "a second `: ` stands on this line",
        'a text that holds `: ` stands in quotes: `"…"`',
    ),
    (r"expected ',' or '[\]}]'", "a bracket isn't closed", "close it, or part what it holds by commas"),
    (
        r"(did not find expected key|expected <block end>)",
        "this line is indented otherwise than those around it",
        "indent it as deeply as the keys beside it",
    ),
    (
        r"(did not find expected '-' indicator|but found '\?')",
        "this line is no item of the list above",
        "begin it with a dash, or move it to the left",
    ),
    (r"cannot start any token", "a word can't begin so", 'a text that begins with a sign stands in quotes: `"…"`'),
    (r"unknown escape character|expected escape sequence", "this escape means nothing", "write `\\\\` for a backslash"),
)
_NO_COLON = _FAULTS[0][0]
_UNCLOSED = ("this text in quotes doesn't end", "close it with the same quote")
_SPACE = re.compile(r"(?:^ *|[:,-] *)([^\S \t\n\r])")
_ENTRY = re.compile(r"\s*(- |[\w ]+:( |$))")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ONE_LETTER = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"} | {
    "N": "\x85",
    "L": "\u2028",
    "P": "\u2029",
}
_LONE = re.compile("[\r\ud800-\udfff]")


def finding_at(source: Source, row: int, column: int, width: int, headline: str, way_out: str) -> Finding:
    """A finding about YAML, at a place that is counted from 0."""
    span = Span(source.file, row + 1, column + 1, row + 1, column + 1 + width)
    return Finding("CD001", "error", span, brief(headline), way_out=way_out)


def is_hidden(text: str) -> bool:
    """Whether a text holds a character that the plain text of a definition may not."""
    return HIDDEN.search(text) is not None or _LONE.search(text) is not None


def hidden_escape(source: Source, rows: list[str], start: tuple[int, int], end: tuple[int, int]) -> Finding:
    """The finding about the escape that brings in such a character, in a scalar between two places."""
    for row in range(start[0], min(end[0], len(rows) - 1) + 1):
        for found in _ESCAPE.finditer(rows[row], start[1] if row == start[0] else 0):
            mark = _meant_by(found)
            if is_hidden(mark):
                headline = f"`{found[0]}` stands for {named(mark)}"
                return finding_at(source, row, found.start(), len(found[0]), headline, "delete it")
    headline = "a hidden control character stands in this text"
    return finding_at(source, *start, 1, headline, "delete it")


def _meant_by(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else ""
    return _ONE_LETTER.get(escape[4], escape[4])


def no_yaml(source: Source, rows: list[str], error: yaml.MarkedYAMLError, last: Scalar | None) -> tuple[Finding, int]:
    """The finding about what is no YAML, and the row to take out; `last` is the last scalar that was read."""
    problem = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    unclosed = re.search("quoted scalar", error.context or "") and re.search("unexpected (end of|document)", problem)
    begun = unclosed or "flow" in (error.context or "") or re.search(_NO_COLON, problem)
    if begun and error.context_mark is not None:
        mark = error.context_mark
    row = min(mark.line, len(rows) - 1) if mark else 0
    while row and not rows[row].strip():
        row -= 1
    swallowing = last is not None and last.style in ("'", '"') and last.start[0] < last.end[0] == row
    if last is not None and swallowing and _was_left_open(last, rows):
        return finding_at(source, *last.start, 1, *_UNCLOSED), last.start[0]
    gone = last.start[0] if last is not None and swallowing else row
    column = min(mark.column, len(rows[row])) if mark and mark.line == row else len(rows[row])
    strange = _strange_space(source, rows[row], row)
    if strange is not None:
        return strange, gone
    if unclosed:
        return finding_at(source, row, column, 1, *_UNCLOSED), gone
    fitting = ((headline, way) for pattern, headline, way in _FAULTS if re.search(pattern, problem))
    headline, way_out = next(fitting, ("this can't be read as YAML", "put texts into quotes, and indent by 2 spaces"))
    return finding_at(source, row, column, 1, headline, way_out), gone


def _strange_space(source: Source, text: str, row: int) -> Finding | None:
    """What looks like a space and is none for YAML: a tab before the first word, or a space of another kind."""
    if "\t" in text[: len(text) - len(text.lstrip())]:
        return finding_at(source, row, 0, 1, "this line is indented with a tab", "indent with 2 spaces")
    found = _SPACE.search(text)
    if found is None:
        return None
    headline, way_out = f"{named(found[1])} can't stand here", "write a plain space instead"
    said = finding_at(source, row, found.start(1), 1, headline, way_out)
    return replace(said, fix=Fix(way_out, True, (Edit(said.span, " "),)))


def _was_left_open(scalar: Scalar, rows: list[str]) -> bool:
    """Whether a text in quotes took in a row that it can't have been meant to hold: one that isn't indented more deeply
    than where it begins, or reads like an entry."""
    first, last = scalar.start[0], scalar.end[0]
    swallowed = [text for text in rows[first + 1 : last + 1] if text.strip()]
    return any(_depth(text) <= _depth(rows[first]) or _ENTRY.match(text) for text in swallowed)


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def take_out(rows: list[str], row: int) -> Iterable[int]:
    """Blank a row and what is indented below it; the numbers of the rows that said something."""
    depth = _depth(rows[row])
    taken = []
    for number in range(row, len(rows)):
        text = rows[number]
        if number > row and text.strip() and _depth(text) <= depth:
            break
        if text.strip():
            taken.append(number)
        rows[number] = ""
    return taken
