"""By what a finding is known again after the file was edited: its rule, and where it stands in the definition's words.

Neither lines nor the file's path count, so what is moved keeps its fingerprint. Findings of one rule at places of one
name are told apart by their order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from casedsl.report.shown import Shown
from casedsl.syntax.finding import Finding
from casedsl.syntax.places import Places

FORM = "casedsl/v1"


class Mark(Struct, frozen=True):
    """The name of a finding's place, and its fingerprint: 32 hexadecimal digits, no two alike within one file."""

    place: str
    fingerprint: str


def marks(shown: Shown) -> tuple[Mark, ...]:
    """The mark of each finding. Where a file could not be read as a definition, a line's text names the place."""
    known = shown.known_places()
    counted: Counter[tuple[str, str, str]] = Counter()
    found = list[Mark]()
    for finding in shown.findings:
        file, place = finding.span.file, _place(finding, known, shown)
        key = (file, finding.code, place)
        counted[key] += 1
        home = known[file].home if file in known else ""
        found.append(Mark(place, digest(finding.code, home, place, str(counted[key]))))
    return tuple(found)


def digest(*parts: str) -> str:
    """What stands for some texts."""
    joined = "".join(f"{len(part)}:{part}" for part in (FORM, *parts))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _place(finding: Finding, known: Mapping[str, Places], shown: Shown) -> str:
    span = finding.span
    if span.file in known:
        return known[span.file].name(span)
    lines = shown.sources[span.file].rows if span.file in shown.sources else ()
    return " ".join(lines[span.line - 1].split()) if span.line <= len(lines) else ""
