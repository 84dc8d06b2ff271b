"""Certificates for people and for programs; the same definition gives the same bytes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from casedsl.certifying.certificate import Certificate, Standing, Theorem
from casedsl.certifying.places import Place
from casedsl.report.machine import finding_data
from casedsl.report.plain import dumped, one_line
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

VERSION = 1
_WIDTH = 100
_INDENT = " " * 13
_HEADS: tuple[tuple[Standing, str], ...] = (
    ("proved", "Proved"),
    ("not proved", "Not proved"),
    ("looked for", "Looked for, and nothing found against it; that is no proof"),
    ("not asked", "Not asked"),
)


def told(certificate: Certificate) -> str:
    """A certificate as an auditor reads it."""
    rows = [*_head(certificate)]
    for standing, head in _HEADS:
        theorems = certificate.standing(standing)
        if theorems:
            rows += ["", f"{head}:", *(row for theorem in theorems for row in _theorem(theorem, certificate))]
    rows += _findings("Not decided", certificate.undecided)
    rows += _findings("Found, and no error", certificate.found)
    rows += _ignored(certificate.ignored)
    rows += _assumed(certificate)
    return "".join(f"{one_line(row)}\n" for row in rows)


def _head(certificate: Certificate) -> Iterator[str]:
    version = f", version {certificate.version}" if certificate.version else ""
    yield f"Certificate of case type {certificate.case_type}{version}"
    yield f"    made by   casedsl {certificate.compiler}"
    yield f"    artifact  {certificate.artifact}"
    for name, digest in certificate.files:
        yield f"    read      {name} {digest}"


def _theorem(theorem: Theorem, certificate: Certificate) -> Iterator[str]:
    all_ = _assumptions(certificate)
    notes = "".join(f" [{all_.index(each) + 1}]" for each in theorem.assumes)
    about = "empty: there is " if not theorem.places else "looked at: "
    yield from _wrapped(f"    {theorem.id:<9}", f"{theorem.sentence}{notes}")
    yield from _wrapped(_INDENT, about + theorem.looked_at + (f"; {theorem.why}" if theorem.why else ""))
    if theorem.left_out:
        yield from _wrapped(_INDENT, "open: " + ", ".join(_at(place, certificate) for place in theorem.left_out))


def _wrapped(head: str, text: str) -> list[str]:
    lines = textwrap.wrap(one_line(text), _WIDTH - len(_INDENT), break_long_words=False, break_on_hyphens=False)
    return [f"{head if number == 0 else _INDENT}{line}" for number, line in enumerate(lines)]


def _at(place: Place, certificate: Certificate) -> str:
    return f"{place.name} ({_line(place.span, certificate)})"


def _line(span: Span, certificate: Certificate) -> str:
    return f"line {span.line}" if span.file == certificate.file else f"{span.file}:{span.line}"


def _findings(head: str, findings: Sequence[Finding]) -> list[str]:
    rows = [f"    {finding.code:<9}{finding.span}: {finding.headline}" for finding in findings]
    return ["", f"{head}:", *rows] if rows else []


def _ignored(ignored: Iterable[tuple[Finding, str]]) -> list[str]:
    rows = [f"    {finding.code:<9}{finding.span}: {finding.headline} -- {reason}" for finding, reason in ignored]
    return ["", "Left as it is by the author, for the reason behind it:", *rows] if rows else []


def _assumptions(certificate: Certificate) -> list[str]:
    return list(dict.fromkeys(each for theorem in certificate.theorems for each in theorem.assumes))


def _assumed(certificate: Certificate) -> Iterator[str]:
    yield from ("", "Assumed, where the number stands:")
    for number, assumption in enumerate(_assumptions(certificate), 1):
        yield from _wrapped(f"    [{number}]".ljust(len(_INDENT)), f"{assumption}.")


def as_json(certificates: Iterable[Certificate], refused: Iterable[tuple[str, str]]) -> str:
    """`{"version": 1, "certificates": [...], "refused": [...]}`; `schema.py` says more."""
    return (
        dumped(
            {
                "version": VERSION,
                "certificates": [_data(each) for each in certificates],
                "refused": [{"file": file, "why": why} for file, why in refused],
            }
        )
        + "\n"
    )


def _data(certificate: Certificate) -> dict[str, object]:
    return {
        "file": certificate.file,
        "case type": certificate.case_type,
        "case type version": certificate.version,
        "compiler": certificate.compiler,
        "artifact": certificate.artifact,
        "files": [{"file": name, "sha256": digest} for name, digest in certificate.files],
        "theorems": [_theorem_data(theorem) for theorem in certificate.theorems],
        "not decided": [finding_data(finding) for finding in certificate.undecided],
        "found": [finding_data(finding) for finding in certificate.found],
        "ignored": [{"finding": finding_data(each), "reason": reason} for each, reason in certificate.ignored],
    }


def _theorem_data(theorem: Theorem) -> dict[str, object]:
    return {
        "id": theorem.id,
        "theorem": theorem.sentence,
        "standing": theorem.standing,
        "why": theorem.why,
        "looked at": theorem.looked_at,
        "places": [_place_data(place) for place in theorem.places],
        "left out": [_place_data(place) for place in theorem.left_out],
        "assumes": list(theorem.assumes),
    }


def _place_data(place: Place) -> dict[str, object]:
    return {"name": place.name, "file": place.span.file, "line": place.span.line}
