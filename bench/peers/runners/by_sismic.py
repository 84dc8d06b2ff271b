"""sismic's own view of each file: what importing it refuses, and what contracts and properties say while it runs.

Its guide has two ways to say what must hold: contracts in a statechart, and statecharts that watch another one run.
Each file is watched by `handled.property.yaml`, and by a property of its own where one lies beside it.
"""

from pathlib import Path

from answering import Story, answer
from sismic.clock import SimulatedClock
from sismic.exceptions import SismicError
from sismic.interpreter import Interpreter
from sismic.io import import_from_yaml

HANDLED = Path(__file__).resolve().parent.parent / "defects" / "handled.property.yaml"


def said(file: str) -> list[str]:
    try:
        import_from_yaml(filepath=file)
    except SismicError as error:
        return [str(error)]
    return []


def heard(file: str, story: Story) -> list[str]:
    clock = SimulatedClock()
    machine = Interpreter(import_from_yaml(filepath=file), clock=clock)
    own = Path(file.replace(".sismic.", ".property."))
    try:
        for each in (HANDLED, own):
            if each.exists():
                machine.bind_property_statechart(import_from_yaml(filepath=str(each)))
        machine.execute()
        for step in story:
            if "wait" in step:
                clock.time += step["wait"]
                machine.execute()
            else:
                machine.queue(step["event"], **step.get("with", {})).execute()
    except SismicError as error:
        return [f"{type(error).__name__}: {error}".splitlines()[0]]
    return []


answer(said, heard)
