"""Findings as workflow commands of GitHub Actions: each becomes an annotation at its line.

    ::error file=a.case,line=9,endLine=9,col=1,endColumn=12,title=CD103 trap::a case that gets to …

The escapes are those that GitHub documents and its toolkit uses. GitHub shows ten errors, ten warnings and ten notices
of a step and leaves out the rest; the log has them all.
"""

from __future__ import annotations

from casedsl.report.paths import relative
from casedsl.report.plain import one_line
from casedsl.report.shown import Shown
from casedsl.report.words import in_words
from casedsl.syntax.finding import Finding

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def github(shown: Shown) -> str:
    """One command on one line for each finding."""
    return "".join(f"{_command(finding, shown)}\n" for finding in shown.findings)


def _command(finding: Finding, shown: Shown) -> str:
    properties = {
        "file": relative(finding.span.file, shown.folder),
        **_lines(finding),
        "title": shown.title(finding.code),
    }
    told = ",".join(f"{key}={one_line(value).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::{in_words(finding).translate(_IN_DATA)}"


def _lines(finding: Finding) -> dict[str, str]:
    """GitHub takes columns only where the stretch is on one line."""
    span = finding.span
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}
