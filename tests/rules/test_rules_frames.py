"""What people see of the rules about time, people and handoffs: every message as a frame, word for word, in
`rules_frames.txt`. `CASEDSL_UPDATE=1` writes it again; read it aloud then."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rule_programs import look

from casedsl.artifact.lock import Lock
from casedsl.report.text import full
from casedsl.rules import page_of

FRAMES = Path(__file__).with_name("rules_frames.txt")
CODES = (
    "CD401", "CD402", "CD403", "CD404", "CD405", "CD406", "CD407", "CD408", "CD414", "CD415", "CD502", "CD506", "CD507",
    "CD508", "CD812",
)  # fmt: skip
LOCK = Lock(2025, 2031, "0.50", "2026a", (), ())

NEW = "first state new\n    team desk\n"
ANSWER = "    on answer -> done\n        by clerk\nfinal state done\n"
BY_CHIEF = ANSWER.replace("clerk", "chief")
SOON = "promise soon\n    within 10 working days\n    calendar office\n    met by answer\n"
SHOP = 'organisation shop\n    edition 1\n    use "acme"\nteam ghosts\n    calendar office\n'
OTHERS = (
    ("CD401", f"{SOON}    pauses in new\n{NEW}    waiting on customer\n{ANSWER}"),
    ("CD403", f"{NEW}    move to done after 3 working days\n    move to done after 4 working days\n{ANSWER}"),
    ("CD403", f"{SOON}    from answer\n{NEW}{ANSWER}"),
    ("CD506", f"fields\n    fee money GBP\n        changed by clerk in done\n{NEW}{ANSWER}"),
    ("CD506", f"fields\n    fee money GBP\n        seen by clerk, customer after answer\n{NEW}{ANSWER}"),
    (
        "CD507",
        f"first state new\n    team board\n    escalate to chief after 1 month\n{ANSWER.replace('clerk', 'chief')}",
    ),
    (
        "CD508",
        'case type letter\n    edition 1\n    use "shop"\nfirst state new\n    team ghosts\n'
        f"{ANSWER}--- shop.case\n{SHOP}",
    ),
)


def _pages() -> Iterator[tuple[str, str]]:
    """The program under each Wrong of a rule's page."""
    for code in CODES:
        for block in re.findall(r"^Wrong:\n\n((?:    .*\n|\n)*)", page_of(code) or "", re.M):
            yield code, re.sub(" +# CD\\d+$", "", re.sub("^    ", "", block, flags=re.M), flags=re.M)


def test_the_frames_are_as_they_were() -> None:
    shown = []
    for code, text in (*_pages(), *OTHERS):
        checked = look(text, lock=LOCK, today=date(2026, 11, 2))
        shown.append(full([each for each in checked.findings if each.code == code], checked.sources))
    printed = "\n".join(shown)
    if os.environ.get("CASEDSL_UPDATE"):
        FRAMES.write_text(printed, "utf-8")
    assert printed == FRAMES.read_text("utf-8")
    assert {line[:5] for line in printed.splitlines() if line.startswith("CD")} == set(CODES)
    assert max(map(len, printed.splitlines())) <= 110
