"""A story: who does what when, played on a host with a virtual clock. Between two steps time acts at every instant at
which something is due, as it would on a machine that is never switched off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.commands import Do
from casedsl_runtime.host import Host, Outcome
from msgspec import Struct, field

from casedsl.cli.given import given, instant
from casedsl.cli.plain_yaml import read_yaml
from casedsl.cli.rim import Stop
from casedsl.play.theatre import VirtualClock

_KINDS = {
    "open": {"at", "as", "for", "open", "tell", "refused"},
    "do": {"at", "as", "do", "set", "note", "tell", "refused"},
    "until": {"until", "tell"},
}
"""The keys of a step, by the one that says what it is."""


class Step(Struct, frozen=True):
    """One step: `who` opens a case or does `event` at `at`; without `who`, time passes until `at`. `refused` says that
    the author expects a refusal; `place` is where the step stands, for messages."""

    at: int
    tell: str
    place: str = ""
    who: str | None = None
    event: str | None = None
    values: tuple[str, ...] = ()
    note: str | None = None
    on_behalf_of: str | None = None
    refused: bool = False


class Played(Struct, frozen=True):
    """A step and what became of it; `steps_of_time` counts what time did before."""

    step: Step
    outcome: Outcome | None
    steps_of_time: int

    @property
    def as_told(self) -> bool:
        """Whether it went as the author tells it."""
        return self.outcome is None or self.outcome.accepted != self.step.refused


class Player(Struct):
    """Plays steps on a host; remembers the number of the case that was opened."""

    host: Host
    clock: VirtualClock
    workflow: Workflow
    zone: CompiledCalendar | None
    number: str = ""
    keys: Iterator[str] = field(default_factory=lambda: (f"story-{n}" for n in range(10**6)))

    def play(self, step: Step) -> Played:
        passed = self._pass(step.at)
        return Played(step, self._act(step) if step.who else None, passed)

    def _pass(self, until: int) -> int:
        steps = 0
        while (due := self.host.next_due()) is not None and due <= until:
            self.clock.now = max(due, self.clock.now)
            fired = self.host.tick()
            if not fired or not all(step.outcome.accepted for step in fired):
                break
            steps += len(fired)
        self.clock.now = max(until, self.clock.now)
        return steps

    def _act(self, step: Step) -> Outcome:
        who = step.who or ""
        try:
            values = given(step.values, self.workflow, self.zone)
        except Stop as stop:
            raise Stop(f"{step.place}: {stop}", stop.code) from None
        if step.event is None:
            outcome = self.host.open(self.workflow.name, next(self.keys), values, who, step.on_behalf_of)
            self.number = outcome.number or ""
            return outcome
        return self.host.submit(self.number, next(self.keys), Do(step.event, values, step.note), who)


def read_story(file: str, zone: CompiledCalendar | None) -> list[Step]:
    """The steps in a file; ends the command if a step isn't one."""
    steps = read_yaml(file)
    if not isinstance(steps, list):
        raise Stop(f"{file}: a story is a list of steps; begin each with `- at:` or `- until:`")
    told = [_step(f"{file}: step {place}", step, zone) for place, step in enumerate(steps, 1)]
    for before, step in pairwise(told):
        if step.at < before.at:
            raise Stop(f"{step.place} is earlier than the step before it; put the steps in the order of time")
    return told


def _step(place: str, data: object, zone: CompiledCalendar | None) -> Step:
    kind = [kind for kind in _KINDS if isinstance(data, dict) and kind in data]
    if not isinstance(data, dict) or len(kind) != 1:
        raise Stop(f"{place} needs one of `open`, `do` and `until`, to say what happens")
    keys = _KINDS[kind[0]]
    for key in data:
        if key not in keys:
            raise Stop(f"{place} has the key `{str(key)[:40]}`; a step with `{kind[0]}` has: {', '.join(sorted(keys))}")
    for key in keys & {"at", "as", "until"} - data.keys():
        raise Stop(f"{place} needs `{key}`")
    values = data.get("open" if kind[0] == "open" else "set") or {}
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise Stop(f"{place}: values are given as {{field: value}}, each value as one text")
    texts = {key: value for key, value in data.items() if key not in ("open", "set")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise Stop(f"{place}: `{key}` takes one text")
    if texts.get("refused", "no") not in ("yes", "no"):
        raise Stop(f"{place}: `refused` takes yes or no, not {texts['refused'][:40]!r}")
    return _of(place, texts, values, zone)


def _of(place: str, texts: Mapping[str, str], values: Mapping[str, str], zone: CompiledCalendar | None) -> Step:
    when = "until" if "until" in texts else "at"
    return Step(
        instant(texts[when], zone, f"{place}: `{when}`"),
        texts.get("tell", ""),
        place,
        texts.get("as"),
        texts.get("do"),
        tuple(f"{name}={value}" for name, value in values.items()),
        texts.get("note"),
        texts.get("for"),
        texts.get("refused") == "yes",
    )
