"""Findings as JUnit XML, which every build server shows: a suite for each file, a test for each finding.

What is a reason for `casedsl check` to fail is a failed test. Anything else is a skipped one: it is listed, and says
why. A clean file is a passed test. XML can't hold control characters, not even escaped; they are shown as their code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedsl.report.paths import relative
from casedsl.report.plain import one_line, plain
from casedsl.report.selection import SEVERITIES
from casedsl.report.shown import Shown
from casedsl.report.text import full
from casedsl.report.words import in_short
from casedsl.syntax.finding import Finding

_SPECIAL = re.compile('[&<>"\t\n]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}


def junit(shown: Shown) -> str:
    """One document; files in the order in which they were checked, then others in which something was found."""
    found: dict[str, list[Finding]] = {file: [] for file in shown.files}
    for finding in shown.findings:
        found.setdefault(finding.span.file, []).append(finding)
    suites = [row for file, findings in found.items() for row in _suite(file, findings, shown)]
    head = tag("testsuites", {"name": "casedsl", **_counts(shown.findings, list(found.values()), shown)})
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(file: str, findings: list[Finding], shown: Shown) -> Iterator[str]:
    path = one_line(relative(file, shown.folder))
    yield "  " + tag("testsuite", {"name": path, **_counts(findings, [findings], shown)})
    if not findings:
        yield "    " + tag("testcase", {"name": "check", "classname": path, "file": path}, closed=True)
    for finding in findings:
        yield from _case(finding, path, shown)
    yield "  </testsuite>"


def _case(finding: Finding, path: str, shown: Shown) -> Iterator[str]:
    span = finding.span
    name = one_line(f"{shown.title(finding.code)} at {span.line}:{span.column}")
    yield "    " + tag("testcase", {"name": name, "classname": path, "file": path, "line": str(span.line)})
    verdict = "failure" if _fails(finding, shown) else "skipped"
    head = tag(verdict, {"message": in_short(finding), "type": finding.severity})
    yield f"      {head}{escaped(full((finding,), shown.sources), keep=True)}</{verdict}>"
    yield "    </testcase>"


def _fails(finding: Finding, shown: Shown) -> bool:
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(shown.fail_on)


def _counts(findings: Sequence[Finding], files: list[list[Finding]], shown: Shown) -> dict[str, str]:
    failed = sum(_fails(finding, shown) for finding in findings)
    tests = len(findings) + sum(not found for found in files)
    return {"tests": str(tests), "failures": str(failed), "errors": "0", "skipped": str(len(findings) - failed)}


def tag(name: str, attributes: dict[str, str], closed: bool = False) -> str:
    """An opening tag, or an empty element."""
    written = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{written}{'/' if closed else ''}>"


def escaped(text: str, keep: bool = False) -> str:
    """A text for an attribute; for content, where line ends and tabs may be kept."""
    return _SPECIAL.sub(lambda sign: sign[0] if keep and sign[0] in "\t\n" else _ENTITIES[sign[0]], plain(text))
