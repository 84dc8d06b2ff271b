"""The tools that are compared: where each keeps its files, whether it is here, in which version, how it is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from msgspec import Struct

HERE = Path(__file__).resolve().parent
DEFECTS, RUNNERS = HERE / "defects", HERE / "runners"
NODE = HERE.parent.parent / "build" / "checkers"
"""Where the packages of `package.json` are installed."""

Answer = dict[str, list[str]]
"""What a tool said of one file: `before` anything runs, when its author's samples are `tried`, and while `running`."""


class Tool(Struct, frozen=True):
    """A tool. `packages` are those that look at a file, the first of them the tool's own."""

    name: str
    suffix: str
    packages: tuple[str, ...]
    runner: str
    versions: Callable[[Tool], dict[str, str] | None]
    program: Callable[[], list[str]]

    def asked(self, jobs: list[dict[str, Any]]) -> list[Answer]:
        """What the tool says of some files, from a process of its own."""
        words = [*self.program(), str(RUNNERS / self.runner)]
        if self.suffix == "ts":
            words.append(str(NODE))
        done = subprocess.run(words, input=json.dumps(jobs), capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"the runner of {self.name} failed:\n{done.stderr[-2000:]}")
        answers: list[Answer] = json.loads(done.stdout)
        return answers


def _of_python(tool: Tool) -> dict[str, str] | None:
    try:
        return {name: version(name) for name in tool.packages}
    except PackageNotFoundError:
        return None


def _of_node(tool: Tool) -> dict[str, str] | None:
    """The versions below build/, where npm puts them the first time."""
    npm = shutil.which("npm")
    if npm and shutil.which("node") and not (NODE / "node_modules").exists():
        NODE.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", NODE)
        words = [npm, "install", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(words, cwd=NODE, check=False, capture_output=True)
    written = [NODE / "node_modules" / name / "package.json" for name in tool.packages]
    if not all(each.exists() for each in written):
        return None
    return {name: json.loads(each.read_bytes())["version"] for name, each in zip(tool.packages, written, strict=True)}


def _python() -> list[str]:
    return [sys.executable]


def _node() -> list[str]:
    return [shutil.which("node") or "node"]


TOOLS = (
    Tool("casedsl", "case", (), "by_casedsl.py", _of_python, _python),
    Tool("harel", "stm", ("harel",), "by_harel.py", _of_python, _python),
    Tool("determa-state", "determa.yaml", ("determa-state",), "by_determa_state.py", _of_python, _python),
    Tool(
        "python-statemachine", "py", ("python-statemachine", "mypy"), "by_python_statemachine.py", _of_python, _python
    ),
    Tool("sismic", "sismic.yaml", ("sismic",), "by_sismic.py", _of_python, _python),
    Tool(
        "xstate",
        "ts",
        ("xstate", "typescript", "eslint-plugin-xstate"),
        "by_xstate.mjs",
        _of_node,
        _node,
    ),
)
