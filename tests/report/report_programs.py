"""What the tests of the formats show: small definitions with faults, and findings made by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from casedsl.compile import check
from casedsl.report.formats import Shown
from casedsl.rules import RULES, code_of, page_of, slug_of
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

HERE = Path(__file__).resolve().parent
ACME = (HERE.parent / "rules" / "acme.case").read_bytes()
SLUGS = {code_of(rule): slug_of(rule) for rule in RULES}
PAGES = {code: page_of(code) or "" for code in SLUGS}

CIRCLE = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new "New"
    on answer -> done
        by clerk
    on ask -> asked
        by clerk
state asked "Asked"
    on remind -> reminded
        by clerk
state reminded "Reminded"
    team desk
    move to asked after 3 working days
        purpose "They had their chance."
final state done "Done"
"""
"""Has a trap (CD103) with a way there and a circle that time closes."""

FORK = """\
case type letter "Letter"
    edition 1
    use "acme"
fields
    urgent yes/no "Is it urgent?"
first state new "New"
    prompt clrk after 2 working hours
    on answer -> checked or done
        by clerk
        needs urgent
        to checked when urgent is maybe
            send greeting to clerk
        to done otherwise
state checked "Checked"
    on send -> done
        by clrk
final state done "Done"
anywhere
    on note_down -> stay
        by clrk
"""
"""Has names that nobody knows, in many kinds of lines."""


def shown(text: str, file: str = "letter.case", **more: Any) -> Shown:
    """The errors of a definition in which `acme` is at hand; small programs need not be tidy."""
    folder = file.rpartition("/")[0]
    files = {file: text.encode(), f"{folder}/acme.case" if folder else "acme.case": ACME}
    checked = check(file, lambda name: files[name])
    about = {"pages": PAGES, "slugs": SLUGS, **more}
    errors = tuple(finding for finding in checked.findings if finding.severity == "error")
    return Shown(errors, checked.sources, checked.documents, (file,), **about)


def made(*findings: Finding, **more: Any) -> Shown:
    """Findings that no definition has, with nothing known about their files."""
    files = tuple(dict.fromkeys(finding.span.file for finding in findings))
    return Shown(findings, **{"sources": {}, "documents": (), "files": files, **more})


def at(line: int, column: int = 1, width: int = 1, file: str = "letter.case") -> Span:
    return Span(file, line, column, line, column + width)


@cache
def validator(name: str, exact: bool = False) -> Any:
    """An independent validator over a published schema; `exact` lets nothing stand that the schema doesn't name."""
    schema = json.loads((HERE / name).read_text(encoding="utf-8"))
    if exact:
        for definition in schema["definitions"].values():
            definition["additionalProperties"] = False
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
