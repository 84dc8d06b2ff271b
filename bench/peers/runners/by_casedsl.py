"""casedsl's own view of each file: what `check` finds, and else what the runtime answers to the story."""

from datetime import UTC, datetime
from pathlib import Path

from answering import Story, answer
from casedsl_runtime import Directory, Do, Host, MemoryStore

from casedsl import Compiled, check, compile_case
from casedsl.artifact.lock import Lock, read_lock

LOCK = Path(__file__).resolve().parents[3] / "examples" / "complaint" / "calendars.lock"
PEOPLE = Directory.of(
    {
        "kim": {"name": "Kim", "roles": ["clerk", "chief"]},
        "lee": {"name": "Lee", "roles": ["clerk", "chief"]},
        "pat": {"name": "Pat", "roles": ["customer"]},
    }
)
START = int(datetime(2026, 2, 2, 18, 0, tzinfo=UTC).timestamp())


def said(file: str) -> list[str]:
    found = check(file, lambda name: Path(name).read_bytes()).findings
    return [f"{each.code}: {each.headline}" for each in found if each.severity != "info"]


def heard(file: str, story: Story) -> list[str]:
    definition, lock = check(file, lambda name: Path(name).read_bytes()), read_lock(LOCK.read_text("utf-8"))
    assert isinstance(lock, Lock)
    made = compile_case(definition.case_type, lock)
    assert isinstance(made, Compiled), made
    now = [START]
    host = Host(MemoryStore(), PEOPLE, lambda: now[0], bytes)
    host.install(made.artifact, made.bundle)
    number, told = host.open("letter", "0", {}, "pat").number, []
    for key, step in enumerate(story, 1):
        if "wait" in step:
            now[0] += step["wait"]
            host.tick()
            continue
        given = dict(step.get("with", {}))
        given.pop("role", None)
        person = given.pop("who", step.get("as", "kim"))
        done = host.submit(number, str(key), Do(step["event"], given), person)
        told += [str(reason) for reason in done.reasons]
    return told


answer(said, heard)
