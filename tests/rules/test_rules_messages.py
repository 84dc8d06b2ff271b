"""Every message that a rule's page shows, as people see it: word for word in `rules_messages.txt`.

`CASEDSL_UPDATE=1 pytest tests/rules/test_rules_messages.py` writes it again; read it aloud then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from test_rule_pages import ACME, DAY, LOCK, _programs

from casedsl.compile import check
from casedsl.report.text import full
from casedsl.rules import RULES, code_of, slug_of

MESSAGES = Path(__file__).with_name("rules_messages.txt")


def messages() -> Iterator[str]:
    for rule in RULES:
        for program in _programs(rule, "Wrong"):
            files = {"page.case": program.encode(), "acme.case": ACME}

            def read(name: str, files: dict[str, bytes] = files) -> bytes:
                if name not in files:
                    raise FileNotFoundError(2, "No such file", name)
                return files[name]

            checked = check("page.case", read, lock=LOCK, today=DAY)
            found = [finding for finding in checked.findings if finding.code == code_of(rule)]
            yield f"--- {code_of(rule)} {slug_of(rule)}\n{full(found, checked.sources)}"


def test_every_message_is_as_it_was_read() -> None:
    told = "\n".join(messages())
    if os.environ.get("CASEDSL_UPDATE"):
        MESSAGES.write_text(told, "utf-8")
    assert told == MESSAGES.read_text("utf-8")
    assert told.count("\n--- ") + 1 >= len(RULES)
