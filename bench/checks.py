"""How long all rules take: on definitions as people write them, on one that no person reads, and on the worst.

What is read and resolved is told beside it, because a file of a megabyte is mostly that.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from msgspec.structs import replace

from bench.masses import MASSES
from bench.worst import MOST, SHAPES
from casedsl.analysis.facts import Facts
from casedsl.analysis.people import Roster
from casedsl.compile import _resolved
from casedsl.rules import checked
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import read_source
from casedsl.syntax.use import read_definition

TESTS = Path(__file__).resolve().parent.parent / "tests"
ACME = TESTS / "rules" / "acme.case"


def report() -> None:
    """Print a line for each definition."""
    sys.path.insert(0, str(TESTS / "solving"))
    from large_definitions import definition, people, whole

    print("CPU seconds, after reading; sizes are states/transitions/fields.")
    print("* Everything at once: duties, a priority, claims and a list of people. The limits are for these rows.")
    print(f"{'definition':48}{'bytes':>9}{'read s':>9}{'rules s':>9}{'at most':>9}  looked into")
    for size, claims, count, most in (((12, 40, 15), 5, 8, "0.08"), ((200, 1000, 40), 20, 40, "2")):
        named = "/".join(map(str, size))
        _told(f"{named}, guards only", definition(*size), 5)
        _told(f"{named}, priority and duties", whole(*size, 0), 5)
        _told(f"{named}, the same and {count} people", whole(*size, 0), 5, people(count))
        _told(f"{named}, the same and {claims} claims *", whole(*size, claims), 5, people(count), most)
    for name, (shape, size) in {**SHAPES, **MASSES}.items():
        text = shape(size)
        while len(text) > MOST or isinstance(read_source("main.case", text.encode()), Finding):
            size = size * 4 // 5
            text = shape(size)
        _told(name, text, 1)


def _told(name: str, text: str, rounds: int, roster: Roster | None = None, most: str = "") -> None:
    reading, facts = _read(text, roster)
    spent: list[float] = []
    for _ in range(rounds):
        fresh = _read(text, roster)[1] if spent else facts
        begun = time.process_time()
        checked(fresh)
        spent.append(time.process_time() - begun)
    wrong = any(finding.severity == "error" for finding in facts.found)
    beyond = "no: it has errors" if wrong else f"no: too many {facts.beyond}" if facts.beyond else "yes"
    print(f"{name:48}{len(text):9}{reading:9.2f}{min(spent):9.3f}{most:>9}  {beyond}", flush=True)


def _read(text: str, roster: Roster | None) -> tuple[float, Facts]:
    """How long it takes to read and resolve a definition, and what is known of it."""
    files = {"main.case": text.encode(), "acme.case": ACME.read_bytes()}
    begun = time.process_time()
    facts = _resolved(read_definition("main.case", files.__getitem__))
    return time.process_time() - begun, replace(facts, roster=roster)
