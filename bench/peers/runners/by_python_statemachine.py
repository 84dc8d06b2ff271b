"""python-statemachine's own view of each file: what making the class refuses, and what a running machine raises.

Its machines are classes, so the type checker of the language sees their guards: mypy is asked too, if it is installed.
"""

import importlib.util
import runpy
import subprocess
import sys
import tempfile
import time

from answering import Story, answer
from statemachine.exceptions import StateMachineError

DAY = 86_400
CACHE = tempfile.mkdtemp()
MYPY = [sys.executable, "-m", "mypy", "--config-file", "", "--cache-dir", CACHE]


def said(file: str) -> list[str]:
    try:
        runpy.run_path(file)
    except StateMachineError as error:
        return [str(error)]
    return typed(file)


def typed(file: str) -> list[str]:
    if not importlib.util.find_spec("mypy"):
        return []
    done = subprocess.run([*MYPY, file], capture_output=True, text=True, check=False)
    return [f"mypy: {line.partition(': error: ')[2]}" for line in done.stdout.splitlines() if ": error: " in line]


def heard(file: str, story: Story) -> list[str]:
    made = runpy.run_path(file)
    try:
        machine = made["Letter"](made["Facts"]()) if "Facts" in made else made["Letter"]()
        for step in story:
            if "wait" in step:
                time.sleep(step["wait"] / DAY * made["DAY"] * 1.2)  # its timers are threads, and a day is short there
            else:
                machine.send(step["event"], **step.get("with", {}))
    except (StateMachineError, TypeError, AssertionError) as error:
        return [f"{type(error).__name__}: {error}"]
    return [f"{name} is reached" for name in machine.configuration_values if name == "missed"]


answer(said, heard)
