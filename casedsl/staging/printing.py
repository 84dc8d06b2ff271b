"""A script as the author's file would have it, in either coat: a scenario, or one for each of its cases.

What is written is read back by the reader of `.case` files and printed by the printer of the coat, so that it is a line
of the language or an error of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.staging.script import Script
from casedsl.syntax.case import read_case
from casedsl.syntax.coats import YAML_COAT, Coat
from casedsl.syntax.language import margin_of
from casedsl.syntax.printing import print_case_lines, print_yaml_lines
from casedsl.syntax.printing.words import quoted
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document


def printed(script: Script, title: str, coat: Coat) -> str:
    """The scenarios as a coat has them: lines of the file, or items of `scenarios`."""
    document = document_of(script, title)
    show = print_yaml_lines if coat is YAML_COAT else print_case_lines
    return show(document.lines, margin_of(document.kind))


def document_of(script: Script, title: str) -> Document:
    """A document with the scenarios and nothing else."""
    cases = (script, *script.others)
    counted = [f" ({place} of {len(cases)})" for place in range(1, len(cases) + 1)] if script.others else [""]
    rows = [row for each, place in zip(cases, counted, strict=True) for row in _rows(each, title + place)]
    text = "\n".join([f"case type {script.case_type.name}", "    edition 1", *rows, ""])
    document, found = read_case(Source("scenario.case", text))
    assert document is not None
    assert found == (), (found, text)
    return document


def _rows(script: Script, title: str) -> Iterator[str]:
    yield f"scenario {quoted(title)}"
    yield from (f"    {line}" for line in script.lines())
