"""`./go bench peers [TOOL …] [--speed] [--keep]`: which defects of a definition a tool sees, and when.

Each defect of `defects.toml` lies in `defects/` as each tool says it, with a right twin that lacks the defect and
nothing else. Every tool is asked in the way in which it sees the most (`runners/`), in a process of its own; one that
is not installed is said so, and its column is what `results.json` keeps. `--speed` times one look at one file as well.
`--keep` writes that file and the tables of `docs/comparison.md`, which a test holds to it. `pip install casedsl[bench]`
brings the Python tools; npm installs XState's below build/.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.peers.speed import speeds, timed
from bench.peers.tools import HERE, TOOLS
from bench.peers.verdicts import seen_by, table, versions_told

KEPT = HERE / "results.json"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"


def kept() -> dict[str, Any]:
    """What was measured last, with the versions that it was measured with."""
    results: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return results


def blocks(results: dict[str, Any]) -> dict[str, str]:
    """What the page holds of the results, by the names of its marks."""
    return {
        "seen": table(results["seen"]),
        "versions": versions_told(results["versions"]),
        "speed": speeds(results["speed"]),
    }


def written(page: str, results: dict[str, Any]) -> str:
    """The page with these results in it."""
    for name, text in blocks(results).items():
        begin, _, rest = page.partition(f"<!-- {name} -->\n")
        page = f"{begin}<!-- {name} -->\n{text}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return page


def measured(names: list[str], results: dict[str, Any]) -> dict[str, Any]:
    """The results with what these tools see now; every tool that is here, if none is named."""
    versions, seen = dict(results["versions"]), dict(results["seen"])
    for tool in TOOLS:
        if names and tool.name not in names:
            continue
        found = tool.versions(tool)
        if found is None:
            print(f"{tool.name} is not installed, so its column is the one that was kept")
        else:
            versions[tool.name], seen[tool.name] = found, seen_by(tool)
    return {**results, "versions": versions, "seen": seen}


def main(words: list[str]) -> None:
    names = [word for word in words if not word.startswith("--")]
    known = [tool.name for tool in TOOLS]
    if unknown := {*names} - {*known} or {*words} - {*names} - {"--speed", "--keep"}:
        sys.exit(f"there is no tool `{min(unknown)}`; there are {', '.join(known)}, --speed and --keep")
    results = measured(names, kept())
    if "--speed" in words:
        results["speed"] = {**results["speed"], **timed()}
    print("\n\n".join(blocks(results).values()))
    if "--keep" in words:
        KEPT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
        PAGE.write_text(written(PAGE.read_text("utf-8"), results), "utf-8")
