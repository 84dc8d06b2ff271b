"""determa-state's own view of each file: what loading a bundle refuses, and what `dispatch` answers to the story."""

from pathlib import Path

import determa.state as determa
from answering import Story, answer


def said(file: str) -> list[str]:
    try:
        determa.load_bundle(Path(file).read_text("utf-8"))
    except determa.ValidationError as error:
        return [f"{error.code} at {error.path}: {error.message}"]
    return []


def heard(file: str, story: Story) -> list[str]:
    bundle = determa.load_bundle(Path(file).read_text("utf-8"))
    created = determa.create(
        bundle, machine_id="letter", root_instance_id="letter-1", creation_id="create", bindings={}
    )
    state, told = created["state"], []
    target = {"root": {name: state[name] for name in ("root_instance_id", "root_runtime_id")}}
    for number, step in enumerate(story):
        given = {"event_id": str(number), "target": target, "payload": step.get("with", {})}
        result = determa.dispatch(bundle, state, {"input": {"event": step["event"], **given}})
        if result["disposition"] != "handled":
            told.append(f"{step['event']}: {result['disposition']}")
        if result["status"] == "faulted":
            break
        state = result["state"]
    return told


answer(said, heard)
