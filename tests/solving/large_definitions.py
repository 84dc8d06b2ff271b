"""Definitions of any size, with guards as people write them: for what must be fast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from casedsl.analysis.facts import Facts
from casedsl.compile import _resolved
from casedsl.syntax.use import read_definition

ACME = (Path(__file__).parents[1] / "rules" / "acme.case").read_bytes()
HEAD = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
CHOICES = ("question", "objection", "praise", "demand")
PLACES = 5


def definition(states: int, transitions: int, fields: int, seed: int = 0) -> str:
    """A definition with so many states, transitions and fields; every second transition has a guard or routes."""
    random = Random(seed)
    lines = [HEAD, "fields\n", *_fields(fields)]
    each, rest = divmod(transitions, states - 1)
    for number in range(states - 1):
        lines.append(f'{"first " if number == 0 else ""}state s{number} "State {number}"\n')
        for place in range(each + (number < rest)):
            target = min(number + 1, states - 1) if place == 0 else random.randrange(states)
            lines += _transition(f"e{number}_{place}", target, states, fields, random, place)
    lines.append(f'final state s{states - 1} "The end"\n')
    return "".join(lines)


def _fields(count: int) -> Iterator[str]:
    for number in range(count):
        kind = ("choice", "scale 1..5", "money GBP", "date", "yes/no", "integer 0..999")[number % 6]
        yield f'    f{number} {kind} "Field {number}"\n'
        if kind == "choice":
            yield from (f'        option {name} "{name}"\n' for name in CHOICES)


def _transition(event: str, target: int, states: int, fields: int, random: Random, place: int) -> Iterator[str]:
    one, two = sorted(random.sample(range(fields), 2))
    other = random.randrange(states)
    routed = place % 2 == 1 and other != target
    yield f'    on {event} -> s{target}{f" or s{other}" if routed else ""} "Event {event}"\n        by clerk\n'
    yield '        purpose "It goes on."\n'
    if place % 2 == 1:
        yield f"        needs f{one}, f{two}\n"
        guard = f"{_atom(one, random)} {random.choice(('and', 'or'))} {_atom(two, random)}"
        if routed:
            yield f"        to s{target} when {guard}\n        to s{other} otherwise\n"
        else:
            yield f"        when {guard}\n"


def _atom(number: int, random: Random) -> str:
    name = f"f{number}"
    return (
        f"{name} is one of {', '.join(random.sample(CHOICES, 2))}",
        f"{name} {random.choice(('>', '<='))} {random.randint(2, 4)}",
        f"{name} > {random.randint(10, 900)} GBP",
        f"{name} < 2026-0{random.randint(1, 9)}-01",
        f"{name} is {random.choice(('yes', 'no'))}",
        f"{name} in {random.randint(0, 99)}..{random.randint(100, 900)}",
    )[number % 6]


def facts_of(text: str) -> Facts:
    files = {"main.case": text.encode(), "acme.case": ACME}
    return _resolved(read_definition("main.case", files.__getitem__))
