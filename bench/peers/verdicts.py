"""What a tool saw of a defect: the wrong file and its right twin are told to it, and what it says of the wrong one
alone counts. What it says of the right twin is a false alarm.
"""

from __future__ import annotations

import tomllib
from typing import Any

from bench.peers.tools import DEFECTS, HERE, Answer, Tool

Result = dict[str, Any]
"""A verdict, what the tool said, and what it said of the right twin."""

STAGES = ("before", "tried", "running")
WORDS = {
    "before": "**before**",
    "tried": "**tried**",
    "running": "running",
    "unseen": "no",
    "unsayable": "–",
}
"""How each verdict stands in the table."""

TOTALS = {
    "before": "reported before anything runs",
    "tried": "found by trying samples",
    "running": "noticed at run time",
}
"""The lines below the table, by the verdict that they count."""

LATER = "edition 1 reads the line and gives it no meaning yet"


def defects() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "defects.toml").read_text("utf-8"))


def seen_by(tool: Tool) -> dict[str, Result]:
    """The verdict on every defect."""
    told = {name: each.get("unsayable", {}).get(tool.name) for name, each in defects().items()}
    jobs = [
        {"file": str(DEFECTS / name / f"{twin}.{tool.suffix}"), "story": _story(each, twin, tool)}
        for name, each in defects().items()
        for twin in ("wrong", "right")
        if not told[name]
    ]
    answers = iter(tool.asked(jobs))
    return {
        name: _unsayable(reason) if reason else verdict(next(answers), next(answers)) for name, reason in told.items()
    }


def _story(defect: dict[str, Any], twin: str, tool: Tool) -> list[dict[str, Any]]:
    kept = (f"{twin}-story", f"{tool.name}-story", "story")
    return next(defect[each] for each in kept if each in defect)


def _unsayable(reason: str) -> Result:
    return {"verdict": "unsayable", "said": [reason], "false": []}


def verdict(wrong: Answer, right: Answer) -> Result:
    """The earliest stage at which the wrong file, and not its twin, is spoken of."""
    if any(line.startswith("CD010") for line in wrong["before"]):
        return _unsayable(LATER)
    false = [line for stage in STAGES for line in right[stage]]
    for stage in STAGES:
        said = [line for line in wrong[stage] if line not in right[stage]]
        if said:
            return {"verdict": stage, "said": said, "false": false}
    return {"verdict": "unseen", "said": [], "false": false}


def table(results: dict[str, dict[str, Result]]) -> str:
    """A row for each defect, a column for each tool, and how often each spoke of a right twin."""
    tools = list(results)
    rows = [["", *tools]]
    for name, defect in defects().items():
        rows.append([defect["title"], *(WORDS[results[tool][name]["verdict"]] for tool in tools)])
    for stage, title in TOTALS.items():
        verdicts = ([each["verdict"] for each in results[tool].values()] for tool in tools)
        rows.append([title, *(str(each.count(stage)) for each in verdicts)])
    alarms = ([each["false"] for each in results[tool].values()] for tool in tools)
    rows.append(["false alarms on right twins", *(str(sum(map(bool, each))) for each in alarms)])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * (len(tools) + 1)}", *lines[1:]])


def versions_told(versions: dict[str, dict[str, str]]) -> str:
    """The packages that were asked, each with its version."""
    told = [f"{name} {number}" for packages in versions.values() for name, number in packages.items()]
    return f"Asked were {', '.join(told)}."
