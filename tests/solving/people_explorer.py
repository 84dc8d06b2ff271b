"""A second opinion about who may go on: everybody does everything they may, on the real runtime.

It shares nothing with `casedsl.analysis`. A case is known by its state, who did last what a duty asks about, and to
whom it belongs; every person tries every event in every case, and what the runtime accepts is a step. Definitions are
random, of a few states, events and duties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from random import Random
from typing import NamedTuple, TypeAlias

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Accepted, Command, Do, Env, Open
from casedsl_runtime.engine import decide
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Directory, Person

from casedsl.artifact.lower import lowered
from casedsl.model.records import CaseType, Transition

STATES = ("new", "open", "held", "shut", "done")
EVENTS = ("check", "sign", "send", "stop")
ASKED = ("check", "sign")
INSIDE = ("clerk", "chief")
ANYBODY = ("clerk", "chief", "clerk, chief", "customer", "customer, clerk for customer", "clerk, customer")
ONE_PERSON = ("customer", "customer", "customer", "clerk")
Key: TypeAlias = tuple[object, ...]


class Step(NamedTuple):
    """Somebody let an event happen: who, what, and the case behind it."""

    who: str
    event: str
    key: Key


class Stage:
    """A definition on the runtime, and some people."""

    def __init__(self, case_type: CaseType, people: Mapping[str, tuple[str, ...]]) -> None:
        self.type = case_type
        self.people = {who: Person(who, who, roles) for who, roles in people.items()}
        self.directory = Directory(self.people)
        self.machine = Machine.of(lowered(case_type), "w")

    def act(self, case: Case | None, who: str, command: Command) -> Case | None:
        env = Env(0, self.people[who], self.directory, {}, {}, "C-1", "b")
        decision = decide(self.machine, case, command, env)
        return decision.case if isinstance(decision, Accepted) else None


class World(Stage):
    """Every case that some people can make of a definition."""

    def __init__(self, case_type: CaseType, people: Mapping[str, tuple[str, ...]], openers: Iterable[str]) -> None:
        super().__init__(case_type, people)
        self.cases: dict[Key, Case] = {}
        self.steps: dict[Key, list[Step]] = {}
        opened = [self.act(None, opener, Open()) for opener in openers]
        queue = [case for case in opened if case is not None and self.met(case)]
        for case in queue:
            tried = list(self.tried(case))
            self.steps[key_of(case)] = [step for step, _ in tried]
            queue.extend(after for _, after in tried if self.met(after))

    def met(self, case: Case) -> bool:
        new = key_of(case) not in self.cases
        self.cases.setdefault(key_of(case), case)
        return new

    def tried(self, case: Case) -> Iterator[tuple[Step, Case]]:
        for who in self.people:
            for event in self.type.handlers(case.state):
                after = self.act(case, who, Do(event))
                if after is not None:
                    yield Step(who, event, key_of(after)), after

    # What brings a case on.

    def own(self, line: Transition) -> set[str]:
        """The roles inside by which somebody does an event for themselves."""
        roles = self.type.organisation.roles
        return {each.role.name for each in line.by if each.on_behalf_of is None and not roles[each.role.name].outside}

    @cached_property
    def theirs(self) -> set[str]:
        """The states that wait on somebody outside, or that nobody inside leaves for themselves."""
        found = set()
        for name, state in self.type.states.items():
            leaving = [line for line in self.type.handlers(name).values() if leaves(line, name)]
            waits = any(self.type.organisation.roles[ref.name].outside for ref in state.waiting_on)
            if waits or not any(self.own(line) for line in leaving):
                found.add(name)
        return found

    def is_on(self, key: Key, step: Step) -> bool:
        state = str(key[0])
        return state in self.theirs or bool(self.own(self.line(state, step.event)) & set(self.people[step.who].roles))

    def line(self, state: str, event: str) -> Transition:
        return self.type.handlers(state)[event]

    def goes(self, counts: Callable[[Transition, str], bool]) -> set[str]:
        """The states from which a case could end if whoever holds a role might act."""
        found = {"done"}
        while True:
            new = {
                state
                for state in self.type.states
                for line in self.type.handlers(state).values()
                if line.by and counts(line, state) and {route.to.name for route in line.routes} & found
            }
            if new <= found:
                return found
            found |= new

    def lost(self, on: bool, away: str | None = None) -> set[Key]:
        """The cases that never end, though by the roles alone they could: of the people, without who is away."""

        def counts(line: Transition, state: str) -> bool:
            return not on or state in self.theirs or bool(self.own(line))

        free = self.goes(counts)
        ending = {key for key in self.cases if key[0] == "done"}
        while True:
            new = {
                key
                for key, steps in self.steps.items()
                if key not in ending
                and any(step.key in ending for step in steps if step.who != away and (not on or self.is_on(key, step)))
            }
            if not new:
                return {key for key in self.cases if key not in ending and key[0] in free}
            ending |= new


def key_of(case: Case) -> Key:
    """What matters of a case."""
    done = tuple(case.happened[event].last_by if event in case.happened else None for event in ASKED)
    return (case.state, done, tuple(sorted(case.parties.items())))


def leaves(line: Transition, state: str) -> bool:
    return any(route.to.name not in ("stay", state) for route in line.routes)


# Random definitions.


def a_definition(random: Random) -> dict[str, str]:
    """The files of a definition: five states, four events, duties here and there."""
    both = random.choice(("", "", "may be both clerk, chief\n", "may be both clerk, customer\n"))
    shared = 'organisation shop "Shop"\n    edition 1\nrole clerk\nrole chief\nrole customer outside\n' + both
    by = random.choice((ANYBODY, ANYBODY, ONE_PERSON))
    states = "".join(_state(name, by, random) for name in STATES)
    return {"main.case": f'case type letter "Letter"\n    edition 1\n    use "shop"\n{states}', "shop.case": shared}


def _state(name: str, by: tuple[str, ...], random: Random) -> str:
    kind = {"new": "first ", "done": "final "}.get(name, "")
    if name == "done":
        return f"{kind}state {name}\n"
    waits = "    waiting on customer\n" if random.random() < 0.2 else ""
    events = random.sample(EVENTS, random.choice((1, 2, 2, 3)))
    return f"{kind}state {name}\n{waits}" + "".join(_line(event, name, by, random) for event in events)


def _line(event: str, state: str, who: tuple[str, ...], random: Random) -> str:
    later = STATES[STATES.index(state) + 1 :]
    target = random.choice((*later, *later, *STATES, "stay"))
    text = f"    on {event} -> {target}\n        by {random.choice(who)}\n"
    duty = random.choice([other for other in ASKED if other != event])
    return text + (f"        but not who did {duty}\n" if random.random() < 0.45 else "")


def a_roster(random: Random, both: bool) -> dict[str, tuple[str, ...]]:
    """One to five people inside."""
    kinds: list[tuple[str, ...]] = [("clerk",), ("chief",), ("clerk",), ("chief",)]
    kinds += [("clerk", "chief")] * 2 if both else []
    return {name: random.choice(kinds) for name in ("ana", "ben", "cyd", "dan", "eve")[: random.randint(1, 5)]}
