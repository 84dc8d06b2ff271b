"""Ways out in the coat of the file: a line that a message proposes is written as the author writes lines.

Messages propose lines as a `.case` file has them, `…` for what the author must choose: "add `prompt clerk after …` to
`new`". Here, and nowhere else, they become YAML where the file is YAML: the proposal is read by the table of constructs
and printed by the printer, "add `- {prompt: clerk, after: …}` to `timers` of `new`". What is no line of the language
(a name, an expression) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from casedsl.syntax.finding import Finding
from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.sketches import GAP, clause_in_yaml, line_in_yaml
from casedsl.syntax.shapes import ARROW
from casedsl.syntax.source import YAML
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line

_PROPOSED = re.compile(r"`([^`]*)`(?: (to|under|in) (`[^`]*`))?")


def in_their_coats(
    findings: tuple[Finding, ...], documents: Iterable[Document], language: Language = LANGUAGE
) -> tuple[Finding, ...]:
    """Findings whose ways out speak as their files are written."""
    known = {document.file: document for document in documents if document.file.endswith(YAML)}
    return tuple(
        _in_yaml(finding, known[finding.span.file], language) if finding.span.file in known else finding
        for finding in findings
    )


def _in_yaml(finding: Finding, document: Document, language: Language) -> Finding:
    if "`" not in finding.way_out:
        return finding
    at = _At(document, finding.span, language)
    return replace(finding, way_out=_PROPOSED.sub(at.printed, finding.way_out))


class _At:
    """A place in a document, and the lines that a proposal there is likely to be."""

    def __init__(self, document: Document, span: Span, language: Language) -> None:
        blocks = [document.kind, margin_of(document.kind)]
        lines: tuple[Line, ...] = (*document.header.lines, *document.lines)
        self.here: list[Row] = []
        while line := _last_begun(lines, span.line):
            row = language.row(blocks[-1], line.keyword) or language.row(document.kind, line.keyword)
            blocks.append(line.keyword)
            self.here = [*language.rows(line.keyword), *([row] if row else [])]
            lines = line.lines
        nearest = [row for block in reversed(blocks) for row in language.rows(block)]
        everywhere = (row for block in language.blocks for row in language.rows(block))
        self.rows = [row for row in (*nearest, *everywhere) if row.construct.built]

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
        line = next(((told, row.construct.under) for row in self.rows if (told := line_in_yaml(row, text))), None)
        rows = self.rows if text.startswith(ARROW) or text.endswith(GAP) else self.here
        return line or (next((told for row in rows if (told := clause_in_yaml(row, text))), ""), "")


def _last_begun(lines: Iterable[Line], row: int) -> Line | None:
    """The last of some lines that begins on a row or above it."""
    begun = (line for line in lines if line.head.line <= row)
    return max(begun, key=lambda line: (line.head.line, line.head.column), default=None)
