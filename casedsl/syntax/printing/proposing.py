"""Ways out in the coat of the file: a line that a message proposes is written as the author writes lines.

Messages propose lines as a `.case` file has them, `…` for what the author must choose: "add `prompt clerk after …` to
`new`". Here, and nowhere else, they become YAML where the file is YAML: the proposal is read by the table of constructs
and printed by the printer, "add `- {prompt: clerk, after: …}` to `timers` of `new`". What is no line of the language
(a name, an expression) stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from msgspec.structs import replace

from casedsl.syntax.finding import Finding
from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.sketches import GAP, clause_in_yaml, line_in_yaml
from casedsl.syntax.shapes import ARROW
from casedsl.syntax.source import YAML
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line

_LAST = 1 << 30
_PROPOSED = re.compile(r"`([^`]*)`(?: (to|under|in) (`[^`]*`))?")


def in_their_coats(
    findings: tuple[Finding, ...], documents: Iterable[Document], language: Language = LANGUAGE
) -> tuple[Finding, ...]:
    """Findings whose ways out speak as their files are written."""
    known = {document.file: _Places(document, language) for document in documents if document.file.endswith(YAML)}
    return tuple(
        _in_yaml(finding, known[finding.span.file]) if finding.span.file in known else finding for finding in findings
    )


def _in_yaml(finding: Finding, places: _Places) -> Finding:
    if "`" not in finding.way_out:
        return finding
    return replace(finding, way_out=_PROPOSED.sub(places.around(finding.span).printed, finding.way_out))


class _Places:
    """A document as places to propose lines at. Of thousands of findings each asks only for what no one before it has:
    where the lines below a line begin, and what is likely inside some blocks."""

    def __init__(self, document: Document, language: Language) -> None:
        self.kind, self.language = document.kind, language
        self.lines = (*document.header.lines, *document.lines)
        self.begun: dict[int, tuple[list[tuple[int, int]], list[Line]]] = {}
        self.inside: dict[tuple[str, ...], _At] = {}

    def around(self, span: Span) -> _At:
        """What is likely where a finding stands."""
        blocks: tuple[str, ...] = (self.kind, margin_of(self.kind))
        lines = self.lines
        while line := self.last_begun(lines, span.line):
            blocks = (*blocks, line.keyword)
            lines = line.lines
        if blocks not in self.inside:
            self.inside[blocks] = _At(blocks, self.language)
        return self.inside[blocks]

    def last_begun(self, lines: tuple[Line, ...], row: int) -> Line | None:
        """The last of some lines that begins on a row or above it."""
        if id(lines) not in self.begun:
            ordered = sorted(lines, key=_begin)
            self.begun[id(lines)] = [_begin(line) for line in ordered], ordered
        begins, ordered = self.begun[id(lines)]
        place = bisect_right(begins, (row, _LAST))
        return ordered[bisect_left(begins, begins[place - 1])] if place else None


class _At:
    """A place inside some blocks, and the lines that a proposal there is likely to be."""

    def __init__(self, blocks: tuple[str, ...], language: Language) -> None:
        kind, _, *inner = blocks
        self.here: list[Row] = []
        if inner:
            row = language.row(blocks[-2], blocks[-1]) or language.row(kind, blocks[-1])
            self.here = [*language.rows(blocks[-1]), *([row] if row else [])]
        nearest = [row for block in reversed(blocks) for row in language.rows(block)]
        everywhere = (row for block in language.blocks for row in language.rows(block))
        self.rows = [row for row in (*nearest, *everywhere) if row.construct.built]
        self.told: dict[str, tuple[str, str]] = {}

    def printed(self, found: re.Match[str]) -> str:
        """A proposal with what it is added to, as YAML has it."""
        told, under = self.in_yaml(found[1]) if " " in found[1] else ("", "")
        if not told:
            return found[0]
        if not under:
            return f"`{told}`{found[0][len(found[1]) + 2 :]}"
        return f"`{told}` {found[2]} `{under}` of {found[3]}" if found[2] else f"`{told}` in `{under}`"

    def in_yaml(self, text: str) -> tuple[str, str]:
        """A proposed line in YAML, and the collection that it stands in; nothing if it is no line."""
        if text not in self.told:
            self.told[text] = self.asked(text)
        return self.told[text]

    def asked(self, text: str) -> tuple[str, str]:
        line = next(((told, row.construct.under) for row in self.rows if (told := line_in_yaml(row, text))), None)
        rows = self.rows if text.startswith(ARROW) or text.endswith(GAP) else self.here
        return line or (next((told for row in rows if (told := clause_in_yaml(row, text))), ""), "")


def _begin(line: Line) -> tuple[int, int]:
    return line.head.line, line.head.column
