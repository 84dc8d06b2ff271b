"""What it costs to look at one file, as a process of its own: CPU seconds over those of a process that does nothing.

The file is the right twin of `both-open`, in which no tool finds anything. All take turns, the first round counts for
nobody, so byte code and caches of types are there, and the least of the others is told.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.peers.tools import DEFECTS, NODE, RUNNERS, TOOLS

FILE, ROUNDS = "both-open/right", 5
PARTS = {
    "casedsl": "casedsl: `casedsl check --no-cache`",
    "harel": "harel: `harel validate`",
    "determa-state": "determa-state: `determa-state validate`",
    "python-statemachine": "python-statemachine: making the class, and mypy",
    "sismic": "sismic: importing the statechart",
    "xstate": "xstate: TypeScript, ESLint, and the exploration",
    "python -c pass": "`python -c pass`",
    "node -e 0": "`node -e 0`",
}
"""What each process does."""

SISMIC = "import sys, sismic.io as io; io.import_from_yaml(filepath=sys.argv[1])"


def commands() -> dict[str, list[tuple[list[str], str]]]:
    """For each tool its commands, with what they read: `casedsl check`, and the like of the tools that are here."""
    scripts = Path(sys.executable).parent
    node, runner = shutil.which("node") or "node", str(RUNNERS / "by_xstate.mjs")
    jobs = json.dumps([{"file": _file("ts"), "story": []}])
    cache = str(Path(tempfile.gettempdir(), f"casedsl-mypy-{os.getuid()}"))
    python, mypy = sys.executable, ["-m", "mypy", "--config-file", "", "--cache-dir", cache]
    known = {
        "casedsl": [([python, "-m", "casedsl", "check", "--no-cache", "--quiet", _file("case")], "")],
        "harel": [([str(scripts / "harel"), "validate", _file("stm")], "")],
        "determa-state": [([str(scripts / "determa-state"), "validate", _file("determa.yaml")], "")],
        "python-statemachine": [([python, _file("py")], ""), ([python, *mypy, _file("py")], "")],
        "sismic": [([python, "-c", SISMIC, _file("sismic.yaml")], "")],
        "xstate": [([node, runner, str(NODE), part], jobs) for part in ("typescript", "eslint", "graph")],
    }
    here = [tool.name for tool in TOOLS if tool.versions(tool) is not None]
    return {"python -c pass": [([python, "-c", "pass"], "")], **{name: known[name] for name in here}} | (
        {"node -e 0": [([node, "-e", "0"], "")]} if "xstate" in here else {}
    )


def _file(suffix: str) -> str:
    return str(DEFECTS / f"{FILE}.{suffix}")


def timed() -> dict[str, list[float]]:
    """CPU milliseconds of each command."""
    asked = commands()
    rounds = [{name: [_spent(*each) for each in parts] for name, parts in asked.items()} for _ in range(ROUNDS)]
    return {
        name: [round(min(each[name][part] for each in rounds[1:]) * 1e3) for part in range(len(parts))]
        for name, parts in asked.items()
    }


def _spent(words: list[str], read: str) -> float:
    world = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, input=read, env=world, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def speeds(spent: dict[str, list[float]]) -> str:
    """A line for each tool: its commands, and all of them over the floor of its language."""
    floors = {"xstate": "node -e 0"}
    lines = ["| | CPU ms of each process | over a process that does nothing |", "|---|---|---|"]
    for name, parts in spent.items():
        floor = spent[floors.get(name, "python -c pass")][0]
        over = "" if name in ("python -c pass", "node -e 0") else f"{sum(parts) - len(parts) * floor:,.0f} ms"
        told = " + ".join(f"{each:,.0f}" for each in parts)
        lines.append(f"| {PARTS.get(name, name)} | {told} | {over} |")
    return "\n".join(lines)
