"""Findings as JSON: one document with a version of its own, or one line for each, in the order of the findings."""

from __future__ import annotations

from collections.abc import Iterable

from casedsl.report.plain import dumped
from casedsl.syntax.finding import Finding, Fix, Label
from casedsl.syntax.span import Span

VERSION = 1


def as_json(findings: Iterable[Finding]) -> str:
    """`{"version": 1, "findings": [...]}`; lines and columns are counted from 1, `end column` is the first after."""
    return dumped({"version": VERSION, "findings": [finding_data(finding) for finding in findings]}) + "\n"


def as_jsonl(findings: Iterable[Finding]) -> str:
    """The same findings, each as a line that says its version."""
    return "".join(dumped({"version": VERSION, **finding_data(finding)}, indent=None) + "\n" for finding in findings)


def finding_data(finding: Finding) -> dict[str, object]:
    """A finding as JSON knows it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "place": _place(finding.span),
        "headline": finding.headline,
        "about": about_data(finding),
        "label": finding.label,
        "labels": [_label(label) for label in finding.labels],
        "notes": [{"head": head, "text": text} for head, text in finding.notes],
        "way out": finding.way_out,
        "steps": [_label(step) for step in finding.steps],
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def about_data(finding: Finding) -> list[dict[str, str]]:
    """What it is about, so that nobody has to read it out of the headline."""
    return [{"kind": subject.kind, "name": subject.name} for subject in finding.about]


def _label(label: Label) -> dict[str, object]:
    return {"place": _place(label.span), "text": label.text}


def _fix(fix: Fix) -> dict[str, object]:
    """`text` is what the stretch becomes; null takes out the line that begins there, with all that is below it."""
    edits = [{"place": _place(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end line": span.end_line,
        "end column": span.end_column,
    }
