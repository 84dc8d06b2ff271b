"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code scanning services read.

The way that a finding speaks of is its code flow, its related places are related locations, a fix is a fix. GitHub
takes 25,000 results and shows 5,000 of them; what is left out is said in a notification.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl.report.fingerprint import FORM, Mark, marks
from casedsl.report.fixes import changes
from casedsl.report.machine import about_data
from casedsl.report.paths import uri
from casedsl.report.plain import dumped, one_line
from casedsl.report.shown import Shown
from casedsl.report.words import in_words
from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.span import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
MOST_SHOWN = 5_000
MOST_STEPS = 1_000
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(shown: Shown) -> str:
    """A log of one run."""
    codes = tuple(sorted({*shown.pages, *(finding.code for finding in shown.findings)}))
    driver = {"name": "casedsl", "rules": [_rule(code, shown) for code in codes]}
    if shown.version:
        driver["version"] = shown.version
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(shown))}],
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artifact(file, shown), "roles": ["analysisTarget"]} for file in _once(shown.files)],
        "results": list(_results(shown, {code: number for number, code in enumerate(codes)})),
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(code: str, shown: Shown) -> dict[str, object]:
    """A rule with its page as help. A page is never filled in, so its braces stay as an author would write them."""
    rule: dict[str, object] = {"id": code}
    if code in shown.slugs:
        rule["name"] = shown.slugs[code]
    if code in shown.pages:
        head, _, body = shown.pages[code].partition("\n\n")
        rule["shortDescription"] = {"text": " ".join((body or head).partition("\n\n")[0].split())}
        rule["help"] = {"text": shown.pages[code], "markdown": body or head}
    return rule


def _notifications(shown: Shown) -> Iterator[dict[str, object]]:
    count = len(shown.findings)
    if count > MOST_RESULTS:
        text = f"{MOST_RESULTS:,} of {count:,} findings are in this log, the gravest; check fewer files at once"
        yield {"level": "warning", "message": _message(text)}
    elif count > MOST_SHOWN:
        text = f"there are {count:,} findings; GitHub shows {MOST_SHOWN:,} of them"
        yield {"level": "note", "message": _message(text)}
    long = sum(len(finding.steps) > MOST_STEPS for finding in shown.findings)
    if long:
        text = f"the way of {long:,} findings is longer than {MOST_STEPS:,} steps and is cut there"
        yield {"level": "note", "message": _message(text)}


def _results(shown: Shown, rules: dict[str, int]) -> Iterator[dict[str, object]]:
    """As many as are taken, in their order; what has to stay out is the least grave."""
    severities = list(_LEVELS)
    numbers = range(len(shown.findings))
    gravest = sorted(numbers, key=lambda number: severities.index(shown.findings[number].severity))[:MOST_RESULTS]
    known = marks(shown)
    for number in sorted(gravest):
        finding = shown.findings[number]
        yield {
            "ruleId": finding.code,
            "ruleIndex": rules[finding.code],
            "level": _LEVELS[finding.severity],
            "message": _message(in_words(finding)),
            "locations": [_primary(finding, known[number], shown)],
            "partialFingerprints": {FORM: known[number].fingerprint},
            **dict(_more(finding, shown)),
        }


def _more(finding: Finding, shown: Shown) -> Iterator[tuple[str, object]]:
    """What not every result has."""
    if finding.labels:
        yield (
            "relatedLocations",
            [{"id": number, **_location(label, shown)} for number, label in enumerate(finding.labels)],
        )
    if finding.steps:
        steps = [{"location": _location(step, shown)} for step in finding.steps[:MOST_STEPS]]
        yield "codeFlows", [{"threadFlows": [{"locations": steps}]}]
    if finding.about:
        yield "properties", {"about": about_data(finding)}
    fix, edits = finding.fix, changes(finding, shown.sources)
    if fix is not None and edits:
        title = f"{fix.title} ({'safe' if fix.safe else 'unsafe: look at it first'})"
        files = _once(span.file for span, _ in edits)
        yield "fixes", [{"description": _message(title), "artifactChanges": [_change(f, edits, shown) for f in files]}]


def _change(file: str, edits: tuple[tuple[Span, str], ...], shown: Shown) -> dict[str, object]:
    replacements = [
        {"deletedRegion": _region(span), "insertedContent": {"text": text}} for span, text in edits if span.file == file
    ]
    return {"artifactLocation": _artifact(file, shown), "replacements": replacements}


def _primary(finding: Finding, mark: Mark, shown: Shown) -> dict[str, object]:
    location = _location(Label(finding.span, finding.label), shown)
    logical = {"fullyQualifiedName": one_line(mark.place)}
    return {**location, "logicalLocations": [logical]} if mark.place else location


def _location(label: Label, shown: Shown) -> dict[str, object]:
    where = {"artifactLocation": _artifact(label.span.file, shown), "region": _region(label.span)}
    return {"physicalLocation": where, **({"message": _message(one_line(label.text))} if label.text else {})}


def _artifact(file: str, shown: Shown) -> dict[str, object]:
    return {"uri": uri(file, shown.folder)}


def _region(span: Span) -> dict[str, object]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _message(text: str) -> dict[str, object]:
    """A message in the standard's words: braces, which mark what is filled in, stand doubled (3.11.5), and what would
    read as a link (3.11.6) is parted, because an author's text must lead nowhere."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _once(files: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(files))
