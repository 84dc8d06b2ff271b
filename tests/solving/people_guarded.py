"""A second opinion about who may go on where guards matter: everybody gives every value, on the real runtime.

As in `people_explorer`, nothing of `casedsl.analysis` is used. A case is known besides by what its field holds and by
whether an event that guards ask about has happened. What roles alone could do is what the same definition does without
its duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Amend, Command, Do, Open
from people_explorer import ANYBODY, INSIDE, ONE_PERSON, Key, Stage, Step, leaves

from casedsl.model.records import CaseType, Transition

STATES = ("new", "open", "held", "done")
EVENTS = ("check", "sign", "send")
GUARDS = ("big is yes", "big is no", "not big is yes", "sign has happened", "not sign has happened")
VALUES: tuple[dict[str, bool], ...] = ({}, {"big": True}, {"big": False})
PEOPLE = {"clerk0": ("clerk",), "clerk1": ("clerk",), "chief0": ("chief",), "chief1": ("chief",), "pat": ("customer",)}


class Guarded(Stage):
    """Every case that some people can make of a definition; each step with the case behind it."""

    def __init__(self, case_type: CaseType, people: Mapping[str, tuple[str, ...]], openers: Iterable[str]) -> None:
        super().__init__(case_type, people)
        self.steps: dict[Key, list[Step]] = {}
        self.cases: dict[Key, Case] = {}
        queue: list[Case] = []
        for opener in openers:
            self._meet([self.act(None, opener, Open(given)) for given in VALUES], queue)
        for case in queue:
            tried = list(self._tried(case))
            self.steps[key_of(case)] = [Step(who, event, key_of(after)) for who, event, after in tried]
            self._meet([after for _, _, after in tried], queue)

    def _meet(self, cases: Iterable[Case | None], queue: list[Case]) -> None:
        for case in cases:
            if case is not None and key_of(case) not in self.cases:
                self.cases[key_of(case)] = case
                queue.append(case)

    def _tried(self, case: Case) -> Iterator[tuple[str, str, Case]]:
        for who in self.people:
            for event, command in self._commands(case):
                after = self.act(case, who, command)
                if after is not None:
                    yield who, event, after

    def _commands(self, case: Case) -> Iterator[tuple[str, Command]]:
        for event, line in self.type.handlers(case.state).items():
            yield from ((event, Do(event, given)) for given in (VALUES if line.needs else VALUES[:1]))
        if self.type.fields["big"].changed_by:
            yield from (("", Amend({"big": value}, "so")) for value in (True, False, None))

    def line(self, key: Key, event: str) -> Transition:
        return self.type.handlers(str(key[0]))[event]

    def own(self, line: Transition) -> set[str]:
        roles = self.type.organisation.roles
        return {each.role.name for each in line.by if each.on_behalf_of is None and not roles[each.role.name].outside}

    def is_theirs(self, state: str) -> bool:
        leaving = [line for line in self.type.handlers(state).values() if leaves(line, state)]
        return not any(self.own(line) for line in leaving)

    def is_on(self, key: Key, step: Step) -> bool:
        if not step.event or self.is_theirs(str(key[0])):
            return True
        return bool(self.own(self.line(key, step.event)) & set(self.people[step.who].roles))

    def ending(self, on: bool, away: str | None = None) -> set[Key]:
        """The cases that these people can bring to an end."""
        found = {key for key in self.cases if key[0] == "done"}
        while True:
            new = {
                key
                for key, steps in self.steps.items()
                if key not in found
                and any(s.key in found for s in steps if s.who != away and (not on or self.is_on(key, s)))
            }
            if not new:
                return found
            found |= new

    def lost(self, free: Guarded, on: bool, away: str | None = None) -> set[Key]:
        """The cases that never end, though by the roles alone they could."""
        could = {bare(key) for key in free.ending(on)}
        return {key for key in self.cases.keys() - self.ending(on, away) if bare(key) in could}


def key_of(case: Case) -> Key:
    """What matters of a case: its state and its field, what guards ask, and who did what a duty asks about."""
    who = case.happened["check"].last_by if "check" in case.happened else None
    return (case.state, case.fields.get("big"), "sign" in case.happened, who, tuple(sorted(case.parties.items())))


def bare(key: Key) -> Key:
    return key[:3]


def both(world: Guarded, one: str, other: str) -> bool:
    """Whether somebody can do two events in one case, in either order."""
    for who in world.people:
        first = [key for key, case in world.cases.items() if not case.happened and key[0] == "new"]
        queue = [(key, False, False) for key in first]
        met = set(queue)
        for key, did, done in queue:
            if did and done:
                return True
            for step in world.steps[key]:
                mine = step.who == who
                after = (step.key, did or (mine and step.event == one), done or (mine and step.event == other))
                if after not in met:
                    met.add(after)
                    queue.append(after)
    return False


def open_to_one(world: Guarded, duties_in: Iterable[object]) -> set[tuple[str | None, str]]:
    """The lines without a duty that their event has in some states, which whoever did what it asks about can take."""
    handled = [world.type.handlers(str(state)).values() for state in duties_in]
    kept = {line.event for lines in handled for line in lines if line.but_not}
    found = set()
    for key, steps in world.steps.items():
        for step in (step for step in steps if step.event in kept):
            line = world.line(key, step.event)
            if not line.but_not and key[3] == step.who:
                found.add((line.owner, line.event))
    return found


# Random definitions.


def a_guarded_definition(random: Random) -> dict[str, str]:
    shared = 'organisation shop "Shop"\n    edition 1\nrole clerk\nrole chief\nrole customer outside\n'
    shared += random.choice(("", "", "may be both clerk, chief\n"))
    amended = random.choice(("", "", "        changed by clerk\n", "        changed by chief in open\n"))
    by = random.choice((ANYBODY, ONE_PERSON))
    states = "".join(_state(name, by, random) for name in STATES)
    head = 'case type letter "Letter"\n    edition 1\n    use "shop"\n'
    return {"main.case": f"{head}fields\n    big yes/no\n{amended}{states}", "shop.case": shared}


def _state(name: str, by: tuple[str, ...], random: Random) -> str:
    if name == "done":
        return "final state done\n"
    events = random.sample(EVENTS, random.choice((2, 2, 3)))
    return f"{'first ' * (name == 'new')}state {name}\n" + "".join(_line(each, name, by, random) for each in events)


def _line(event: str, state: str, who: tuple[str, ...], random: Random) -> str:
    one, other = (random.choice((*STATES[STATES.index(state) + 1 :], *STATES, "stay")) for _ in "ab")
    forks = random.random() < 0.15 and one != other
    text = f"    on {event} -> {one} or {other}\n" if forks else f"    on {event} -> {one}\n"
    text += f"        by {random.choice(who)}\n"
    if event != "check" and random.random() < 0.5:
        text += "        but not who did check\n"
    text += "        needs big\n" if random.random() < 0.25 else ""
    if forks:
        return text + f"        to {one} when {random.choice(GUARDS)}\n        to {other} otherwise\n"
    return text + (f"        when {random.choice(GUARDS)}\n" if random.random() < 0.4 else "")


def a_small_roster(random: Random, may_be_both: bool) -> dict[str, tuple[str, ...]]:
    kinds: list[tuple[str, ...]] = [*((role,) for role in INSIDE), *([INSIDE] if may_be_both else [])]
    return {name: random.choice(kinds) for name in ("ana", "ben", "cyd")[: random.randint(1, 3)]}


def without_duties(files: dict[str, str]) -> dict[str, str]:
    kept = (line for line in files["main.case"].splitlines(keepends=True) if "but not" not in line)
    return {**files, "main.case": "".join(kept)}
