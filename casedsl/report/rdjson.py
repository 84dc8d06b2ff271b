"""Findings in the Reviewdog Diagnostic Format (`DiagnosticResult`), which reviewdog turns into review comments.

A column counts bytes of UTF-8 there, so the text of the file is needed; where it isn't known, only the line is given.
What reviewdog doesn't know it refuses, whole reports of it, so nothing stands here that its first versions didn't have.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.report.fixes import one_change
from casedsl.report.paths import relative
from casedsl.report.plain import dumped
from casedsl.report.shown import Shown
from casedsl.report.words import in_words
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def rdjson(shown: Shown) -> str:
    """One document; its severity is that of the gravest finding."""
    lines = {file: source.lines() for file, source in shown.sources.items()}
    gravest = [name for kind, name in _SEVERITIES.items() if any(each.severity == kind for each in shown.findings)]
    document: dict[str, object] = {
        "source": {"name": "casedsl"},
        **({"severity": gravest[0]} if gravest else {}),
        "diagnostics": [_diagnostic(finding, shown, lines) for finding in shown.findings],
    }
    return dumped(document) + "\n"


def _diagnostic(finding: Finding, shown: Shown, lines: dict[str, list[str]]) -> dict[str, object]:
    suggestions = list(_suggestions(finding, shown.sources.get(finding.span.file), lines))
    return {
        "message": in_words(finding),
        "location": {"path": relative(finding.span.file, shown.folder), "range": _range(finding.span, lines)},
        "severity": _SEVERITIES[finding.severity],
        "source": {"name": "casedsl"},
        "code": {"value": finding.code},
        **({"suggestions": suggestions} if suggestions else {}),
    }


def _suggestions(finding: Finding, source: Source | None, lines: dict[str, list[str]]) -> Iterator[dict[str, object]]:
    """At most one: each suggestion is offered on its own, so all edits of a fix are made one."""
    change = one_change(finding, source) if source is not None else None
    if change is not None:
        span, text = change
        yield {"range": _range(span, lines), "text": text}


def _range(span: Span, lines: dict[str, list[str]]) -> dict[str, object]:
    text = lines.get(span.file)
    if text is None:
        return {"start": {"line": span.line}, "end": {"line": span.end_line}}
    return {
        "start": {"line": span.line, "column": _bytes_before(text, span.line, span.column) + 1},
        "end": {"line": span.end_line, "column": _bytes_before(text, span.end_line, span.end_column) + 1},
    }


def _bytes_before(text: list[str], line: int, column: int) -> int:
    before = text[line - 1][: column - 1] if line <= len(text) else ""
    return len(before.encode("utf-8", "surrogatepass"))
