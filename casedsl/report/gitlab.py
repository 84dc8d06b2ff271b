"""Findings as a Code Quality report of GitLab: what a merge request adds and mends is told by the fingerprints."""

from __future__ import annotations

from casedsl.report.fingerprint import digest, marks
from casedsl.report.paths import relative
from casedsl.report.plain import dumped, one_line
from casedsl.report.shown import Shown
from casedsl.report.words import in_short
from casedsl.syntax.finding import Finding

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def gitlab(shown: Shown) -> str:
    """A list of issues; GitLab wants each fingerprint once, so the path is part of it."""
    known = zip(shown.findings, marks(shown), strict=True)
    return dumped([_issue(finding, mark.fingerprint, shown) for finding, mark in known]) + "\n"


def _issue(finding: Finding, fingerprint: str, shown: Shown) -> dict[str, object]:
    path, span = relative(finding.span.file, shown.folder), finding.span
    return {
        "description": f"{finding.code} {in_short(finding)}",
        "check_name": one_line(shown.title(finding.code)),
        "fingerprint": digest(path, fingerprint),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
    }
