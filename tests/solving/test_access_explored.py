"""What is said of who sees and who supplies a field is so in every case of random small definitions.

The cases are those of the runtime itself: every opening, every event with every value, by everybody, until nothing new
comes. It knows nothing of the analysis; so what no case shows must not be said, and what a case shows must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

import pytest
from casedsl_runtime import Accepted, Case, Directory, Do, Env, Machine, Open, Person, decide
from casedsl_runtime.loading import dump_workflow, load_workflow
from casedsl_runtime.views import view

from casedsl.analysis.facts import Facts, facts_of
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.spoken import stuck, unsupplied
from casedsl.analysis.unseen import unseen
from casedsl.artifact.lower import lowered
from casedsl.compile import check

WARD = b"""
organisation ward
    edition 1
classes
    order public < internal < secret
    default internal
role clerk "Clerk"
    cleared for internal
role chief "Chief"
    cleared for secret
role customer "Customer" outside
"""
ROLES = ("clerk", "chief", "customer")
PEOPLE = Directory.of({role: {"name": role, "roles": [role]} for role in ROLES})
FIELDS = ("one", "two")
EVENTS = ("go", "look", "close")
BATCH = 15


def a_definition(random: Random) -> str:
    """Two fields, three states, and events that need, read and clear them."""
    rows = ["case type letter", "    edition 1", '    use "ward"', "fields"]
    for name in FIELDS:
        rows += [f"    {name} yes/no", *_access(random)]
    for state in ("first state new", "state seen"):
        rows += [state, *(row for event in EVENTS for row in _event(event, random))]
    return "\n".join([*rows, "final state done", ""])


def _access(random: Random) -> Iterator[str]:
    if random.random() < 0.5:
        yield f"        class {random.choice(('public', 'internal', 'secret'))}"
    if random.random() < 0.6:
        after = f" after {random.choice(EVENTS)}" if random.random() < 0.6 else ""
        yield f"        seen by {random.choice(('customer', 'clerk', 'customer, clerk'))}{after}"
    if random.random() < 0.6:
        yield f"        from {random.choice((*ROLES, 'clerk, customer'))}"
    if random.random() < 0.2:
        yield f"        changed by {random.choice(ROLES)}"
    if random.random() < 0.2:
        yield "        default no"


def _event(event: str, random: Random) -> Iterator[str]:
    yield f"    on {event} -> {random.choice(('stay', 'new', 'seen', 'done'))}"
    yield f"        by {random.choice((*ROLES, 'clerk, customer', 'clerk for customer'))}"
    if random.random() < 0.5:
        yield f"        needs {random.choice(('one', 'two', 'one, two'))}"
    if random.random() < 0.5:
        test = random.choice(("is yes", "is no", "is set", "is not set"))
        yield f"        when {random.choice(FIELDS)} {test}"
    if random.random() < 0.2:
        yield f"        clears {random.choice(FIELDS)}"


class Step(NamedTuple):
    """An event that was done: by whom, in which case, which became which."""

    event: str
    role: str
    given: tuple[str, ...]
    before: Case
    after: tuple[object, ...]


class World:
    """Every case that a definition can have, by what matters of it, and every event in them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.cases: dict[tuple[object, ...], Case] = {}
        self.steps: dict[tuple[object, ...], list[Step]] = {}
        queue: list[Case] = []
        for actor, behalf, values in product(ROLES, (None, "customer"), _values(FIELDS)):
            self._add(self._decide(None, Open(values, behalf), actor), queue)
        for case in queue:
            steps = self.steps.setdefault(_key(case), [])
            for plan, role in product(machine.row(case.state), ROLES):
                line = plan.transition
                for values in _values(line.needs):
                    after = self._decide(case, Do(line.event, values), role)
                    if after is not None:
                        self._add(after, queue)
                        steps.append(Step(line.event, role, tuple(values), case, _key(after)))

    def _decide(self, case: Case | None, command: Open | Do, actor: str) -> Case | None:
        env = Env(0, PEOPLE.people[actor], PEOPLE, {}, number="C")
        decision = decide(self.machine, case, command, env)
        return decision.case if isinstance(decision, Accepted) else None

    def _add(self, case: Case | None, queue: list[Case]) -> None:
        if case is not None and _key(case) not in self.cases:
            self.cases[_key(case)] = case
            queue.append(case)

    def onward(self, case: Case) -> Iterator[Step]:
        """Every event that can still happen in a case."""
        known = [_key(case)]
        for key in known:
            for step in self.steps.get(key, ()):
                yield step
                if step.after not in known:
                    known.append(step.after)


def _values(names: tuple[str, ...]) -> Iterator[dict[str, bool | None]]:
    for chosen in product((None, True, False), repeat=len(names)):
        yield {name: value for name, value in zip(names, chosen, strict=True) if value is not None}


def _key(case: Case) -> tuple[object, ...]:
    parts = (case.fields, case.parties, case.suppliers)
    return (case.state, frozenset(case.happened), *(tuple(sorted(part.items())) for part in parts))


@cache
def definitions(batch: int) -> list[tuple[str, Facts, World]]:
    made = []
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        text = a_definition(Random(seed))
        files = {"main.case": text.encode(), "ward.case": WARD}
        case_type = check("main.case", files.__getitem__).case_type
        assert case_type is not None, text
        loaded = load_workflow(dump_workflow(lowered(case_type)))
        facts = facts_of(case_type, case_type.organisation, ())
        made.append((text, facts, World(Machine.of(loaded.workflow, loaded.hash))))
    return made


def hidden(world: World, case: Case, role: str) -> frozenset[str]:
    return frozenset(view(world.machine, case, Person(role, role, (role,))).withheld)


@pytest.mark.parametrize("batch", range(4))
def test_who_acts_without_seeing_what_decides_is_named_and_nobody_else(batch: int) -> None:
    for text, facts, world in definitions(batch):
        assert facts.case_type is not None
        assert facts.proofs is not None
        said = {
            (each.line.event, each.role.name, each.field.name)
            for each in unseen(facts.case_type, facts.proofs, Steps(MOST_STEPS))
        }
        done = list(_blind(world, facts))
        assert {each for each, unsure in done if not unsure} <= said, text
        assert said <= {each for each, _ in done}, text


def _blind(world: World, facts: Facts) -> Iterator[tuple[tuple[str, str, str], bool]]:
    """Event, role and field of what was done without seeing a field that decided; and whether it held nothing."""
    assert facts.case_type is not None
    for step in (step for steps in world.steps.values() for step in steps):
        line = facts.case_type.handlers(step.before.state)[step.event]
        read = set(line.when.reads) if line.when else set()
        needs = {ref.name for ref in line.needs}
        for name in read & hidden(world, step.before, step.role):
            sources = world.machine.sources.get(name, ROLES)
            behalf = {actor.on_behalf_of.name for actor in line.by if actor.on_behalf_of}
            if not (name in needs and (step.role in sources or not behalf.isdisjoint(sources))):
                yield (step.event, step.role, name), name not in step.before.fields


@pytest.mark.parametrize("batch", range(4))
def test_a_case_without_what_nobody_there_supplies_never_comes_on(batch: int) -> None:
    for text, facts, world in definitions(batch):
        assert facts.case_type is not None
        assert facts.proofs is not None
        for never in unsupplied(facts.case_type, facts.proofs.known, Steps(MOST_STEPS)):
            cases = _without(world, never.state, never.field.name)
            line = (never.state, never.line.event)
            taken = ({(step.before.state, step.event) for step in world.onward(case)} for case in cases)
            assert any(line not in each for each in taken), text
        for shut in stuck(facts.case_type, facts.proofs.known, Steps(MOST_STEPS)):
            cases = _without(world, shut.state, shut.field.name)
            assert any(all(step.after[0] == shut.state for step in world.onward(case)) for case in cases), text


def _without(world: World, state: str, field: str) -> list[Case]:
    return [case for case in world.cases.values() if case.state == state and field not in case.fields]


def test_enough_is_said_of_them() -> None:
    counts = [0, 0, 0]
    for batch in range(4):
        for _, facts, _ in definitions(batch):
            assert facts.case_type is not None
            assert facts.proofs is not None
            known = facts.proofs.known
            counts[0] += len(list(unseen(facts.case_type, facts.proofs, Steps(MOST_STEPS))))
            counts[1] += len(list(unsupplied(facts.case_type, known, Steps(MOST_STEPS))))
            counts[2] += len(list(stuck(facts.case_type, known, Steps(MOST_STEPS))))
    assert counts[0] >= 20
    assert counts[1] >= 5
    assert counts[2] >= 3
