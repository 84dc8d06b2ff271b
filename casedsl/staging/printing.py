"""A script as the author's file would have it, in either coat.

What is written is read back by the reader of `.case` files and printed by the printer of the coat, so that it is a line
of the language or an error of ours.
"""

from __future__ import annotations

from casedsl.staging.script import Script
from casedsl.syntax.case import read_case
from casedsl.syntax.coats import YAML_COAT, Coat
from casedsl.syntax.language import margin_of
from casedsl.syntax.printing import print_case_lines, print_yaml_lines
from casedsl.syntax.printing.words import quoted
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document


def printed(script: Script, title: str, coat: Coat) -> str:
    """The scenario as a coat has it: a line of the file, or an item of `scenarios`."""
    document = document_of(script, title)
    show = print_yaml_lines if coat is YAML_COAT else print_case_lines
    return show(document.lines, margin_of(document.kind))


def document_of(script: Script, title: str) -> Document:
    """A document with the scenario and nothing else."""
    rows = [f"scenario {quoted(title)}", *(f"    {line}" for line in script.lines())]
    text = "\n".join([f"case type {script.case_type.name}", "    edition 1", *rows, ""])
    document, found = read_case(Source("scenario.case", text))
    assert document is not None
    assert found == (), (found, text)
    return document
