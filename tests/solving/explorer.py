"""A second opinion about small definitions: every case there can be, one after the other.

It shares nothing with `casedsl.analysis`: states and values are walked through breadth first, as the language page says
what happens on an event, and expressions are asked of the runtime. Definitions are random, of a few states and fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import NamedTuple

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value
from large_definitions import HEAD

from casedsl.model.records import CaseType, Field, Formula, Route, Transition

STATES = ("new", "open", "held", "done")
FIELDS = ("a", "b", "c", "d")


class At(NamedTuple):
    """A case: its state, what it interrupted, its fields."""

    state: str
    behind: str | None
    values: tuple[Value, ...]


@dataclass
class Seen:
    """What happened to any case: the guards that were looked at, with what they said and which fields were asked and
    unset then, and which of these it hung on; the routes that were taken, and which were open together; the events of
    which no route was open though all that is asked was set; what a case became."""

    cases: set[At] = field(default_factory=set)
    guards: dict[int, set[bool]] = field(default_factory=dict)
    unset: set[tuple[int, str]] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    hung: set[int] = field(default_factory=set)
    open: dict[int, set[tuple[int, ...]]] = field(default_factory=dict)
    became: dict[At, set[At]] = field(default_factory=dict)

    def can_end(self) -> set[At]:
        """The cases that can get to the end."""
        before: dict[At, set[At]] = {}
        for case, others in self.became.items():
            for other in others:
                before.setdefault(other, set()).add(case)
        queue = [case for case in self.cases if case.state == "done"]
        found = set(queue)
        for case in queue:
            new = before.get(case, set()) - found
            found |= new
            queue.extend(new)
        return found


class Explorer:
    """Walks through every case of a definition; `takes_away`: whoever amends may take a value away too."""

    def __init__(self, case_type: CaseType, takes_away: bool = False) -> None:
        self.type, self.takes_away = case_type, takes_away
        self.fields = tuple(case_type.fields.values())
        self.names = tuple(case_type.fields)
        self.seen = Seen()
        self.sides = {state for state in case_type.states if self._leads_back(state)}
        queue = [At(case_type.first.name, None, values) for values in dict.fromkeys(self._openings())]
        self.seen.cases.update(queue)
        for case in queue:
            for after in self._after(case):
                self.seen.became.setdefault(case, set()).add(after)
                if after not in self.seen.cases:
                    self.seen.cases.add(after)
                    queue.append(after)

    def _leads_back(self, state: str) -> bool:
        return any(route.to.name == "back" for line in self.type.handlers(state).values() for route in line.routes)

    def _openings(self) -> Iterator[tuple[Value, ...]]:
        for given in product(*(_choices(each) for each in self.fields)):
            values = {
                each.name: each.default if value is None else value
                for each, value in zip(self.fields, given, strict=True)
            }
            settled = self._settled(values)
            if self.let(settled):
                yield settled

    def let(self, values: Sequence[Value]) -> bool:
        """Whether these values may stand beside each other: every field is what it must be, as far as that is known."""
        held = dict(zip(self.names, values, strict=True))
        bounds = [bound.formula for each in self.fields for bound in each.bounds]
        return all(said(each.expression, held) for each in bounds if None not in [held[name] for name in each.reads])

    def _settled(self, values: dict[str, Value]) -> tuple[Value, ...]:
        """What is not asked goes back to its default, until nothing changes."""
        while True:
            reset = {each.name: each.default for each in self.fields if not self.asked(each, values)}
            if all(values[name] == value for name, value in reset.items()):
                return tuple(values[name] for name in self.names)
            values = {**values, **reset}

    def asked(self, each: Field, values: dict[str, Value]) -> bool:
        return each.asked_when is None or said(each.asked_when.expression, values)

    def _after(self, case: At) -> Iterator[At]:
        for line in self.type.handlers(case.state).values():
            for values in self._given(line, case):
                yield from self._done(line, case, values)
        if case.state not in ("done",):
            yield from self._amended(case)

    def _given(self, line: Transition, case: At) -> Iterator[dict[str, Value]]:
        """The case with everything that the line needs, given or known before."""
        needs = [ref.name for ref in line.needs]
        held = dict(zip(self.names, case.values, strict=True))
        for given in product(*((*_choices(self.type.fields[name])[1:], held[name]) for name in needs)):
            values = {**held, **dict(zip(needs, given, strict=True))}
            settled = dict(zip(self.names, self._settled(values), strict=True))
            if not self.let(tuple(settled.values())):
                continue
            missing = (name for name in needs if settled[name] is None)
            if not any(self.asked(self.type.fields[name], settled) for name in missing):
                yield settled

    def _done(self, line: Transition, case: At, values: dict[str, Value]) -> Iterator[At]:
        if line.when is not None and not self._look(line.when, values):
            return
        open_ = [route for route in line.routes if route.when is None or said(route.when.expression, values)]
        for route in line.routes:
            if route.when is not None:
                self._look(route.when, values)
            if open_ and route is open_[0]:
                break
        places = tuple(place for place, route in enumerate(line.routes) if route in open_)
        self.seen.open.setdefault(id(line), set()).add(places)
        if open_:
            self.seen.taken.add(id(open_[0]))
            yield from self._moved(line, open_[0], case, values)
        elif not any(values[each.name] is None and self.asked(each, values) for each in self.fields):
            self.seen.refused.add(id(line))

    def _look(self, guard: Formula, values: dict[str, Value]) -> bool:
        for name in guard.reads:
            if values[name] is None and self.asked(self.type.fields[name], values):
                self.seen.unset.add((id(guard), name))
        holds = said(guard.expression, values)
        for name in set(guard.reads) - tested(guard.expression):
            if values[name] is None and self.asked(self.type.fields[name], values):
                filled = (said(guard.expression, {**values, name: each}) for each in _choices(self.type.fields[name]))
                if any(each != holds for each in filled):
                    self.seen.hung.add(id(guard))
        self.seen.guards.setdefault(id(guard), set()).add(holds)
        return holds

    def _moved(self, line: Transition, route: Route, case: At, values: dict[str, Value]) -> Iterator[At]:
        place = route.to.name
        if place == "back" and case.behind is None:
            return
        new = dict(values)
        for actions in (line.actions, route.actions):
            for ref in actions.clears:
                new[ref.name] = self.type.fields[ref.name].default
            worked_out = [
                (each.field.name, compile_expression(each.value.expression)(_read(new))) for each in actions.sets
            ]
            new.update(worked_out)
        for name in new:
            if new[name] is not None and new[name] not in _choices(self.type.fields[name]):
                return
        settled = self._settled(new)
        if not self.let(settled):
            return
        if place == "stay":
            yield case._replace(values=settled)
        elif place == "back":
            yield At(case.behind or "", None, settled)
        elif place in self.sides:
            yield At(place, case.behind if case.state in self.sides else case.state, settled)
        else:
            yield At(place, None, settled)

    def _amended(self, case: At) -> Iterator[At]:
        """Somebody changes a value, or takes it away: a default comes back."""
        for each in self.fields:
            if each.changed_by and (not each.changed_in or case.state in {ref.name for ref in each.changed_in}):
                values = dict(zip(self.names, case.values, strict=True))
                for value in _choices(each)[0 if self.takes_away else 1 :]:
                    changed = {**values, each.name: each.default if value is None else value}
                    if self.asked(each, changed) and self.let(self._settled(changed)):
                        yield case._replace(values=self._settled(changed))


def tested(expression: Expression) -> set[str]:
    """The fields of which a guard asks whether they are set."""
    head, *rest = expression
    if head in ("is set", "not set"):
        return {str(rest[0])}
    return set[str]().union(*(tested(part) for part in rest if isinstance(part, tuple)))


def said(expression: Expression, values: dict[str, Value]) -> bool:
    return compile_expression(expression)(_read(values)) is True


def _read(values: dict[str, Value]) -> Quietly:
    return Quietly({name: value for name, value in values.items() if value is not None}, {}, {})


def _choices(each: Field) -> tuple[Value, ...]:
    """Unset, and every value."""
    if each.type == "choice":
        return (None, *(option.name for option in each.options))
    if each.type == "yes/no":
        return (None, True, False)
    assert each.low is not None
    assert each.high is not None
    return (None, *range(each.low, each.high + 1))


# Random definitions.


def a_definition(random: Random) -> str:
    """A definition of four states and four fields."""
    states = [f'{_kind(name)}state {name} "{name}"\n{_lines(name, random)}' for name in STATES]
    return f"{HEAD}fields\n{''.join(_fields(random))}{''.join(states)}"


def amendable(text: str, random: Random) -> str:
    """A definition in which other fields may be amended, too."""
    for name in ("    b scale", "    c yes/no", "    d integer"):
        line = next(line for line in text.splitlines(keepends=True) if line.startswith(name))
        where = random.choice(("", " in open", " in open, held"))
        text = text.replace(line, f"{line}        changed by clerk{where}\n" if random.random() < 0.5 else line)
    return text


def bounded(text: str, random: Random) -> str:
    """A definition in which fields must be something, alone or beside others."""
    alone = random.choice(("", "at least 2", "1..2", "< 3", "> 1 and at most 3"))
    beside = random.choice(("", "at most b", "> b - 2", "< 2", "at least b and at most 2", "1..2", "> 3 - b"))
    for name, bound in (("    b scale", alone), ("    d integer", beside)):
        line = next(line for line in text.splitlines(keepends=True) if line.startswith(name))
        text = text.replace(line, f"{line}        must be {bound}\n" if bound else line)
    return text


def _kind(name: str) -> str:
    return {"new": "first ", "done": "final "}.get(name, "")


def _fields(random: Random) -> Iterator[str]:
    amended = random.choice(("", "", "        changed by clerk in open\n", "        changed by clerk\n"))
    default = random.choice(("", "", "        default x\n"))
    yield f'    a choice "A"\n{default}{amended}        option x "X"\n        option y "Y"\n'
    asked = random.choice(("", "        asked when a is x\n", "        asked when a is set\n"))
    default = random.choice(("", "", "        default 2\n"))
    yield f'    b scale 1..3 "B"\n{asked}{default}'
    asked = random.choice(("", "        asked when b > 1\n"))
    yield f'    c yes/no "C"\n{asked}'
    yield '    d integer 0..2 "D"\n'


def _lines(state: str, random: Random) -> str:
    if state == "done":
        return ""
    events = [f"{state}_{number}" for number in range(random.choice((1, 2, 2)))]
    return "".join(_line(event, state, random) for event in events)


def _line(event: str, state: str, random: Random) -> str:
    places = [place for place in (*STATES[1:], "stay") if place != state]
    if state == "held":
        places.append("back")
    chosen = random.sample(places, random.choice((1, 1, 2, 2, 3)))
    needs = random.sample(FIELDS, random.choice((0, 1, 1, 2)))
    text = f"    on {event} -> {' or '.join(chosen)}\n        by clerk\n"
    text += f"        needs {', '.join(needs)}\n" if needs else ""
    text += f"        when {a_guard(random)}\n" if random.random() < 0.3 else ""
    clears = f"        clears {random.choice(FIELDS)}\n"
    text += random.choice(("", "", clears, "        set d to 1\n", "        set d to b - 1\n"))
    if len(chosen) > 1:
        last = random.random() < 0.5
        for number, place in enumerate(chosen):
            when = "otherwise" if last and number == len(chosen) - 1 else f"when {a_guard(random)}"
            text += f"        to {place} {when}\n"
    return text


def a_guard(random: Random, depth: int = 2) -> str:
    if depth and random.random() < 0.5:
        word = random.choice(("and", "or"))
        return f"{a_part(random, depth - 1)} {word} {a_part(random, depth - 1)}"
    return random.choice((
        "a is x", "a is y", "a is not x", "b > 1", "b <= 2", "b is 2", "b in 2..3", "c is yes", "c is no", "d < 1",
        "d >= 1", "d > b", "b + d > 3", "a is set", "c is not set", "not b > 1", "d is set and d > 0",
    ))  # fmt: skip


def a_part(random: Random, depth: int) -> str:
    return f"({a_guard(random, depth)})"
