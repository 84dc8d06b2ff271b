"""Findings in the format that was asked for, with what a format needs besides: texts, pages of rules, places."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from casedsl import __version__
from casedsl.cli.check.cache import Cache
from casedsl.cli.check.runs import Result, names_of, sources_of
from casedsl.report.formats import FORMATS, Shown
from casedsl.report.selection import Names
from casedsl.syntax.finding import Finding, Severity
from casedsl.syntax.places import Places
from casedsl.syntax.span import Span

_FOR_PEOPLE = ("full", "concise", "json", "jsonl")
"""The formats that need neither names of places nor pages of rules."""
_WITHOUT_TEXT = ("concise", "json", "jsonl")
"""The formats that don't show what an author wrote."""


class Findings(Struct, frozen=True):
    """The findings that somebody chose to see, and the results that they come from."""

    chosen: tuple[Finding, ...]
    results: Sequence[Result]
    cache: Cache

    @property
    def read(self) -> list[str]:
        """The files that were looked for."""
        return [name for result in self.results for name in result.outcome.read]


def rendered(findings: Findings, form: str, colour: bool, fail_on: Severity = "warning") -> str:
    """The findings in a format."""
    files = tuple(result.outcome.file for result in findings.results)
    sources = sources_of(findings.results) if findings.chosen and form not in _WITHOUT_TEXT else {}
    names = names_of(findings.cache) if form not in _FOR_PEOPLE else Names({}, frozenset(), {})
    places = _places(findings.results) if form not in _FOR_PEOPLE else {}
    about = names.pages, names.slugs, os.getcwd(), __version__, places
    return FORMATS[form](Shown(findings.chosen, sources, (), files, colour, *about, fail_on=fail_on))


def _places(results: Sequence[Result]) -> dict[str, Places]:
    """The names of the places where something was found, as formats for machines want them."""
    at: dict[str, dict[int, list[tuple[Span, str]]]] = {}
    homes: dict[str, str] = {}
    for kept in (kept for result in results for kept in result.outcome.places):
        homes[kept.file] = kept.home
        for line, column, name in kept.names:
            span = Span(kept.file, line, column, line, column + 1)
            at.setdefault(kept.file, {}).setdefault(line, []).append((span, name))
    return {file: Places(home, (), at.get(file, {})) for file, home in homes.items()}


def statistics(findings: Findings, form: str) -> str:
    """How often each rule found something, the most frequent first; as text, or as JSON where that is the format."""
    counted = Counter(finding.code for finding in findings.chosen)
    slugs = names_of(findings.cache).slugs if counted else {}
    rows = sorted(((count, code) for code, count in counted.items()), key=lambda row: (-row[0], row[1]))
    if form in ("json", "jsonl"):
        listed = [{"code": code, "name": slugs.get(code, ""), "count": count} for count, code in rows]
        return json.dumps({"version": 1, "statistics": listed}, indent=2) + "\n"
    return "".join(f"{count:>5}  {code}  {slugs.get(code, '')}\n" for count, code in rows)
