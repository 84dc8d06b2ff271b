"""Every message that a rule's page shows, as people see it, in either coat: word for word in `rules_messages.txt` and
`rules_messages_yaml.txt`. The ways out propose lines as the file has them: `by ROLE`, and `by: ROLE`.

`CASEDSL_UPDATE=1 pytest tests/rules/test_rules_messages.py` writes them again; read them aloud then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_rule_pages import ACME, DAY, LOCK, ROSTER, STAFFED, _programs

from casedsl.compile import Checked, check
from casedsl.report.text import full
from casedsl.rules import RULES, code_of, slug_of
from casedsl.syntax.case import read_case
from casedsl.syntax.language import LANGUAGE
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.printing.sketches import line_in_yaml
from casedsl.syntax.source import Source

MESSAGES = {
    "page.case": Path(__file__).with_name("rules_messages.txt"),
    "page.case.yaml": Path(__file__).with_name("rules_messages_yaml.txt"),
}
READERS = ("CD001", "CD002", "CD003", "CD013")
"""Rules whose pages show what can't be written in YAML, or is another fault there."""


def in_coat(file: str, program: str) -> str | None:
    """A program as a file of this name has it; None if that can't be printed."""
    if file.endswith(".case"):
        return program
    document, found = read_case(Source("page.case", program))
    return None if document is None or found else print_yaml(document)


def looked_at(file: str, program: str, code: str = "") -> Checked:
    files = {file: program.encode(), "acme.case": ACME}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    return check(file, read, lock=LOCK, today=DAY, roster=ROSTER if code in STAFFED else None)


def messages(file: str) -> Iterator[str]:
    for rule in RULES:
        for program in _programs(rule, "Wrong"):
            text = in_coat(file, program)
            if text is not None:
                checked = looked_at(file, text, code_of(rule))
                found = [finding for finding in checked.findings if finding.code == code_of(rule)]
                assert found or code_of(rule) in READERS, program
                yield f"--- {code_of(rule)} {slug_of(rule)}\n{full(found, checked.sources)}"


@pytest.mark.parametrize("file", MESSAGES)
def test_every_message_is_as_it_was_read(file: str) -> None:
    told = "\n".join(messages(file))
    if os.environ.get("CASEDSL_UPDATE"):
        MESSAGES[file].write_text(told, "utf-8")
    assert told == MESSAGES[file].read_text("utf-8")
    assert {code_of(rule) for rule in RULES} - set(re.findall(r"^--- (\w+)", told, re.M)) <= {*READERS}


def test_no_way_out_in_yaml_proposes_a_line_of_a_case_file() -> None:
    """What could be read as a line with a value there is written as YAML here."""
    told = MESSAGES["page.case.yaml"].read_text("utf-8")
    proposed = [text for way in re.findall(r"= way out +(.*)", told) for text in re.findall(r"`([^`]* [^`]*)`", way)]
    rows = [row for block in LANGUAGE.blocks for row in LANGUAGE.rows(block) if row.construct.built]
    assert any(text.startswith("- {prompt: ") for text in proposed)
    for text in proposed:
        assert not any(line_in_yaml(row, text) for row in rows), text
