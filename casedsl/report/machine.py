"""Findings as JSON: one document with a version of its own, in the order of the findings."""

from __future__ import annotations

import json
from collections.abc import Iterable

from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

VERSION = 1


def as_json(findings: Iterable[Finding]) -> str:
    """`{"version": 1, "findings": [...]}`; lines and columns are counted from 1, `end column` is the first after."""
    document = {"version": VERSION, "findings": [_finding(finding) for finding in findings]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "place": _place(finding.span),
        "headline": finding.headline,
        "label": finding.label,
        "labels": [{"place": _place(label.span), "text": label.text} for label in finding.labels],
        "notes": [{"head": head, "text": text} for head, text in finding.notes],
        "way out": finding.way_out,
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end line": span.end_line,
        "end column": span.end_column,
    }
