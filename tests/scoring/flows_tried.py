"""Random definitions whose lines set fields, and all their cases lived through: the artifact says what a line does, the
runtime's own functions clear, set, ask and score. Nothing here knows `casedsl.analysis`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from casedsl_runtime.artifact import Route, Transition
from casedsl_runtime.expr import Quietly
from casedsl_runtime.fields import clear_and_set, given_problems, reset_unasked, standing
from casedsl_runtime.machine import Machine
from casedsl_runtime.vocabulary import STAY, Value
from scoring_tried import HEAD, Bare, looked_at

from casedsl.artifact.lower import lowered

FIELDS = {
    "kind": 'choice "Kind"\n        option question\n        option praise',
    "urgent": 'yes/no "Urgent?"',
    "impact": 'scale 1..3 "Impact"',
    "size": 'integer 0..3 "Size"',
}
VALUES: Mapping[str, tuple[Value, ...]] = {
    "kind": ("question", "praise"), "urgent": (False, True), "impact": (1, 2, 3), "size": (0, 1, 2, 3),
}  # fmt: skip
GUARDS = {
    "kind": ("kind is question", "kind is praise"),
    "urgent": ("urgent is yes", "urgent is no"),
    "impact": ("impact >= 2", "impact is 3"),
    "size": ("size > 1", "size is set"),
}
SETS = {
    "kind": ("praise",),
    "urgent": ("yes", "no"),
    "impact": ("1", "3", "size", "4 - impact"),
    "size": ("0", "2", "impact", "impact - 1"),
}
TAIL = "final state done\n"


@dataclass
class Count:
    times: int


def definition(seed: int) -> str:
    random = Random(seed)
    names = list(FIELDS)
    blind = random.choice(names)
    lines = ["fields\n"]
    for place, name in enumerate(names):
        lines.append(f"    {name} {FIELDS[name]}\n")
        if place and random.random() < 0.2:
            lines.append(f"        asked when {random.choice(GUARDS[random.choice(names[:place])])}\n")
    counted = [name for name in ("impact", "size") if name != blind and random.random() < 0.6]
    lines += ["priority\n", f"    score {' + '.join((*(f'7 * {name}' for name in counted), '3'))} in 0..100\n"]
    heard = [name for name in names if name != blind]
    for _ in range(random.randint(0, 2)):
        lines.append(f"    plus {random.randint(1, 20)} when {random.choice(GUARDS[random.choice(heard)])} up to 60\n")
    lines += [f"    blind to {blind}\n", "first state new\n", *_event("look", ("middle", "stay"), random)]
    lines += ["    on close -> done\n        by clerk\n"]
    lines += ["state middle\n", *_event("look", ("stay",), random), *_event("ask", ("new", "stay"), random)]
    return HEAD + "".join((*lines, "    on close -> done\n        by clerk\n", TAIL))


def _event(name: str, targets: Sequence[str], random: Random) -> Iterator[str]:
    yield f"    on {name} -> {' or '.join(targets)}\n        by clerk\n"
    if random.random() < 0.4:
        yield f"        needs {random.choice(list(FIELDS))}\n"
    if random.random() < 0.4:
        yield f"        {_set(random)}\n"
    for place, target in enumerate(targets) if len(targets) > 1 else ():
        guard = random.choice(GUARDS[random.choice(list(FIELDS))])
        yield f"        to {target} {'otherwise' if place else f'when {guard}'}\n"
        if random.random() < 0.5:
            yield f"            {_set(random)}\n"


def _set(random: Random) -> str:
    name = random.choice(list(SETS))
    if random.random() < 0.15:
        return f"clears {name}"
    return f"set {name} to {random.choice(SETS[name])}"


@dataclass(frozen=True)
class Was:
    """A case that has been opened with some answers, and in which some events have happened."""

    answers: tuple[tuple[str, Value], ...]
    events: tuple[str, ...]
    score: int | None


class Explored:
    """All cases in which at most some events happen; fields are answered when a case is opened."""

    def __init__(self, text: str, most: int = 3) -> None:
        case_type = looked_at(text).case_type
        assert case_type is not None
        self.workflow = lowered(case_type)
        self.machine = Machine.of(self.workflow, "")
        self.most = most

    def cases(self) -> Iterator[Was]:
        choices = [(None, *VALUES[each.name]) for each in self.workflow.fields]
        for values in product(*choices):
            answers = tuple((each.name, value) for each, value in zip(self.workflow.fields, values, strict=True))
            yield from self._from(answers, "new", self.opened(dict(answers)), ())

    def opened(self, answers: Mapping[str, Value]) -> Bare:
        turn = Bare(self.machine, {each.name: answers.get(each.name, each.default) for each in self.workflow.fields})
        reset_unasked(turn)  # type: ignore[arg-type]
        return turn

    def _from(
        self, answers: tuple[tuple[str, Value], ...], state: str, turn: Bare, events: tuple[str, ...]
    ) -> Iterator[Was]:
        yield Was(answers, events, self.score(turn))
        for event in self.workflow.table.get(state, {}) if len(events) < self.most else ():
            after = Bare(self.machine, dict(turn.fields), dict(turn.happened))
            reached = self.does(after, state, event, {})
            if reached is not None:
                yield from self._from(answers, reached, after, (*events, event))

    def does(self, turn: Bare, state: str, event: str, given: Mapping[str, Value]) -> str | None:
        """The state behind an event; None where it is refused."""
        line: Transition = self.workflow.transitions[self.workflow.table[state][event]]
        turn.fields |= given
        reset_unasked(turn)  # type: ignore[arg-type]
        if any(turn.fields.get(name) is None and self._asked(turn, name) for name in line.needs):
            return None
        route = next((each for each in line.routes if self._holds(turn, each.when)), None)
        if not self._holds(turn, line.when) or route is None:
            return None
        names = [each.field for actions in (line.actions, route.actions) for each in actions.sets]
        for actions in (line.actions, route.actions):
            clear_and_set(turn, actions)  # type: ignore[arg-type]
        if given_problems(turn, {name: turn.fields[name] for name in names}):  # type: ignore[arg-type]
            return None
        reset_unasked(turn)  # type: ignore[arg-type]
        turn.happened[event] = Count(1)
        return _reached(state, route)

    def _asked(self, turn: Bare, name: str) -> bool:
        return self._holds(turn, self.machine.fields[name].asked_when)

    def _holds(self, turn: Bare, expression: object) -> bool:
        if expression is None:
            return True
        reading = Quietly(turn.fields, turn.happened, {})  # type: ignore[arg-type]
        return self.machine.expression(expression)(reading) is True  # type: ignore[arg-type]

    def score(self, turn: Bare) -> int | None:
        assert self.workflow.priority is not None
        found = standing(turn, self.workflow.priority)  # type: ignore[arg-type]
        return None if found is None else found.score

    def learns(self, name: str) -> bool:
        """Whether two cases differ in their score to which everything was answered alike but for one field, and in
        which the same events have happened."""
        met: dict[tuple[object, ...], set[int | None]] = {}
        for case in self.cases():
            if dict(case.answers)[name] is not None:
                rest = tuple(pair for pair in case.answers if pair[0] != name)
                met.setdefault((rest, case.events), set()).add(case.score)
        return any(len(scores) > 1 for scores in met.values())


def _reached(state: str, route: Route) -> str:
    return state if route.to == STAY else route.to
