"""`casedsl check`: findings on standard output, how many on standard error."""

from __future__ import annotations

import click

from casedsl.cli.definitions import checked_file, definitions, unique
from casedsl.cli.rim import color_option, coloured, put, say, stdin_option
from casedsl.report.machine import as_json
from casedsl.report.text import concise, full, summary
from casedsl.syntax.source import Source


@click.command(epilog="Example: casedsl check --format concise complaint.case")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--output-format",
    "--format",
    "form",
    type=click.Choice(["full", "concise", "json"]),
    default="full",
    help="With frames, one line each, or JSON.",
)
@color_option
@stdin_option
def check(paths: tuple[str, ...], form: str, color: str, stdin_name: str) -> int:
    """Check definitions: FILE is a .case file, a folder of them, or `-`. Exits with 1 if there are errors."""
    results = [checked_file(file, stdin_name) for file in definitions(paths)]
    findings = unique(finding for result in results for finding in result.findings)
    sources: dict[str, Source] = {}
    for result in results:
        sources.update(result.sources)
    if form == "json":
        put(as_json(findings))
    elif form == "concise":
        put(concise(findings, coloured(color)))
    elif findings:
        put(full(findings, sources, coloured(color)))
    say(summary(findings, len(results)))
    return int(any(finding.severity == "error" for finding in findings))
