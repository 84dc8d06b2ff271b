"""How long all rules take: on definitions as people write them, on one that no person reads, and on the worst.

What is read and resolved is told beside it, because a file of a megabyte is mostly that.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bench.worst import MOST, SHAPES
from casedsl.analysis.facts import Facts
from casedsl.compile import _resolved
from casedsl.rules import checked
from casedsl.syntax.use import read_definition

TESTS = Path(__file__).resolve().parent.parent / "tests"
ACME = TESTS / "rules" / "acme.case"


def report() -> None:
    """Print a line for each definition."""
    sys.path.insert(0, str(TESTS / "solving"))
    from large_definitions import definition

    print(f"{'definition':24}{'bytes':>9}{'read s':>9}{'rules s':>9}  looked into")
    for size, wanted in (((12, 40, 15), "0.08"), ((200, 1000, 40), "2")):
        _told(f"{size[0]}/{size[1]}/{size[2]} (at most {wanted})", definition(*size), 5)
    for name, (shape, size) in SHAPES.items():
        text = shape(size)
        while len(text) > MOST or not _read(text)[1]:
            size = size * 4 // 5
            text = shape(size)
        _told(name, text, 1)


def _told(name: str, text: str, rounds: int) -> None:
    reading, facts = _read(text)
    spent: list[float] = []
    for _ in range(rounds):
        fresh = _read(text)[1] if spent else facts
        assert fresh is not None
        begun = time.process_time()
        checked(fresh)
        spent.append(time.process_time() - begun)
    beyond = f"no: too many {facts.beyond}" if facts and facts.beyond else "yes"
    print(f"{name:24}{len(text):9}{reading:9.2f}{min(spent):9.3f}  {beyond}", flush=True)


def _read(text: str) -> tuple[float, Facts | None]:
    """How long it takes to read and resolve a definition, and what is known of it; nothing where it has errors."""
    files = {"main.case": text.encode(), "acme.case": ACME.read_bytes()}
    begun = time.process_time()
    facts = _resolved(read_definition("main.case", files.__getitem__))
    spent = time.process_time() - begun
    return spent, None if any(finding.severity == "error" for finding in facts.found) else facts
