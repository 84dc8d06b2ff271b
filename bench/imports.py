"""What it costs to import the runtime, over a bare start of Python in the same run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).resolve().parent.parent / "runtime"
UNWANTED = ("sqlite3", "psycopg", "socket", "ssl", "http", "smtplib", "asyncio", "urllib.request")
"""Modules of stores and of the net, which nobody pays for who doesn't use them."""


def loaded(code: str) -> list[str]:
    """Which of the unwanted modules a program loads."""
    asked = f"{code}\nimport sys; print(*sys.modules.keys() & {set(UNWANTED)!r})"
    done = subprocess.run([sys.executable, "-c", asked], cwd=RUNTIME, capture_output=True, text=True, check=True)
    return sorted(done.stdout.split())


def spent(code: str, rounds: int = 15) -> float:
    """The least CPU seconds of a process that runs this code. Its byte code is written first, as it is wherever a
    program runs twice."""
    figures = []
    world = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=RUNTIME, env=world, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(figures)


def main() -> None:
    bare = spent("pass")
    for code in ("import casedsl_runtime", "from casedsl_runtime import Host, MemoryStore"):
        more, found = spent(code) - bare, loaded(code)
        told = f"over bare Python ({bare * 1e3:.0f} ms); loads {', '.join(found) or 'no store and no net'}"
        print(f"{code:<46} {more * 1e3:>5.1f} ms CPU {told}")
