"""Rubbish: whatever a file holds, the check ends soon and says something short. The times are CPU seconds on a slow
machine, several times what is needed; a quadratic slip takes minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from language_programs import END, HEADER, looked_at

NEW = "first state new\n    on go -> done\n        by clerk\n"


def rows(count: int, row: Callable[[int], str]) -> str:
    return "".join(row(number) for number in range(count))


def guard(text: str) -> str:
    return f"{NEW}        when {text}\n{END}"


RUBBISH: dict[str, tuple[str, int, float]] = {
    # what: (the text behind the header, how many findings, seconds)
    "brackets in one line": (guard("(" * 200_000), 1, 1),
    "brackets in many lines": (
        NEW + ("        when " + "(" * 4_900 + "\n") * 30 + END, 25, 4,
    ),
    "brackets in many states": (
        rows(15, lambda i: f"state s{i}\n    on go -> s0\n        when {'(' * 4_900}\n"), 16, 6,
    ),
    "brackets that are closed": (guard("(" * 2_400 + "go has happened" + ")" * 2_400), 1, 2),
    "not not not": (guard("not " * 1_200 + "go has happened"), 1, 2),
    "a long chain": (guard(" and ".join(["go has happened"] * 250)), 1, 2),
    "a long sum": (guard(" + ".join(["1"] * 1_200) + " > 3"), 1, 2),
    "minus minus": (guard("- " * 2_000 + "1 > 3"), 1, 2),
    "steps": (NEW + END + rows(60, lambda i: " " * 4 * i + f"state s{i}\n"), 1, 2),
    "braces": (f'{NEW}{END}template t\n    subject "x"\n    body "{"{" * 4_900}"\n', 1, 2),
    "gaps": (f'{NEW}{END}template t\n    subject "x"\n    body "{"{a}" * 1_600}"\n', 1_600, 3),
    "a list of names": (f"{NEW}        needs {', '.join(['x'] * 1_600)}\n{END}", 1_600, 3),
    "words at the margin": ("x y z\n" * 3_000 + NEW + END, 501, 4),
    "faults in one block": ("fields\n" + "    a (\n" * 3_000 + NEW + END, 25, 4),
    "tabs": ("fields\n" + "\ta text\n" * 3_000 + NEW + END, 1, 4),
    "odd indents": ("fields\n" + "   a text\n" * 3_000 + NEW + END, 25, 4),
    "fields": ("fields\n" + rows(2_000, lambda i: f"    f{i} text\n") + NEW + END, 0, 12),
    "a chain of states": (
        "first state s\n    on go -> s0\n        by clerk\n"
        + rows(400, lambda i: f"state s{i}\n    on go{i} -> s{i + 1}\n        by clerk\n")
        + "final state s400\n", 0, 12,
    ),
    "a star of dead ends": (
        "first state new\n" + rows(400, lambda i: f"    on go{i} -> s{i}\n        by clerk\n")
        + rows(400, lambda i: f"state s{i}\n") + END, 400, 12,
    ),
    "islands": (NEW + rows(400, lambda i: f"state s{i}\n    on go -> s{i}\n        by clerk\n") + END, 400, 12),
    "unknown names": (
        "first state new\n" + rows(400, lambda i: f"    on go{i} -> t{i}\n        by clark\n")
        + rows(400, lambda i: f"state s{i}\n") + END, 800, 15,
    ),
    "events from outside": (
        "first state s\n    on go -> s0\n        by customer\n"
        + rows(400, lambda i: f"state s{i}\n    on go{i} -> s{i + 1}\n        by customer\n")
        + "final state s400\n", 401, 12,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish_ends_soon(what: str) -> None:
    text, findings, seconds = RUBBISH[what]
    begun = time.process_time()
    checked = looked_at({"main.case": HEADER + text})
    assert time.process_time() - begun < seconds
    assert len(checked.findings) == findings, checked.findings[:5]
    assert all(len(finding.headline) < 300 and len(finding.way_out) < 300 for finding in checked.findings)


@pytest.mark.parametrize("line", ["# a comment that goes on for ever", "", "    ", "x"])
def test_1_900_000_bytes_are_refused_or_read_soon(line: str) -> None:
    begun = time.process_time()
    looked_at({"main.case": HEADER + NEW + END + (line + "\n") * (1_900_000 // (len(line) + 1))})
    looked_at({"main.case": HEADER + NEW + END + (line.ljust(95) + "\n") * 19_900})
    assert time.process_time() - begun < 15
