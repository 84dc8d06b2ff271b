"""How a runner is asked and answers: files and their stories as JSON on the way in, what the tool said on the way out.

A runner is a process of its own, so that a tool sees nothing of casedsl, and one that isn't installed harms no other.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

Story = list[dict[str, Any]]
"""What happens: an event with what is given `with` it, or seconds to `wait`."""


def answer(said: Callable[[str], list[str]], heard: Callable[[str, Story], list[str]]) -> None:
    """Answer for a tool: what it says about a file before anything runs, and else while the story happens."""
    told = []
    for job in json.load(sys.stdin):
        found = said(job["file"])
        told.append({"before": found, "tried": [], "running": [] if found else heard(job["file"], job["story"])})
    json.dump(told, sys.stdout)
