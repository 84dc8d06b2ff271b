"""harel's own view of each file: what its analysis says, and what an observer of its commits would have heard.

The analysis is that of `harel validate` and of its language server, errors and warnings. The observer is the one that
its guide describes, `ObservedStore`: here it speaks up for an event after which nothing has moved, and for a promise
that is missed.
"""

from pathlib import Path

from answering import Story, answer
from harel import DictStore, DurableRunner, Event, definition_from_dsl
from harel.engine.observe import ObservedStore
from harel.lsp.diagnostics import analyze


def said(file: str) -> list[str]:
    return [f"{each.severity}: {each.message}" for each in analyze(Path(file).read_text("utf-8"))]


def heard(file: str, story: Story) -> list[str]:
    told, now = [], [0.0]

    def observe(step, _):
        if step.cause == "event" and step.event_kind in asked and step.from_path == step.to_path and not step.actions:
            told.append(f"nothing moved on {step.event_kind}")
        if (step.to_path or "").endswith("missed"):
            told.append(f"{step.to_path} is reached")

    asked = {step["event"] for step in story if "event" in step}
    chart = definition_from_dsl(Path(file).read_text("utf-8"), "letter")
    store = DictStore()
    runner = DurableRunner(ObservedStore(store, observe), {chart.id: chart}, lambda: now[0], execution="inline")
    execution = runner.create(chart.id)
    for step in story:
        if "wait" in step:
            now[0] += step["wait"]
            while runner.fire_due_timers():
                pass
        else:
            execution = runner.process(execution.id, Event(kind=step["event"], data=step.get("with", {})))
    return told


answer(said, heard)
