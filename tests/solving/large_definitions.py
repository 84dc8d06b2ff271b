"""Definitions of any size, with guards as people write them: for what must be fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from casedsl.analysis.facts import Facts
from casedsl.analysis.people import Roster
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


def whole(states: int, transitions: int, fields: int, claims: int) -> str:
    """The same with a priority that ages, a duty at every tenth transition, and so many claims of five kinds."""
    text = definition(states, transitions, fields)
    events = re.findall(r"^    on (\w+) ->", text, flags=re.M)
    for place in range(10, len(events), 10):
        duty = f"        but not who did {events[place - 5]}\n"
        text = re.sub(rf"(    on {events[place]} -> .*\n        by clerk\n)", rf"\1{duty}", text)
    return text.replace("first state", f"{_PRIORITY}first state", 1) + "".join(_claims(states, claims))


_PRIORITY = """\
priority
    score 12 * f1 + 6 * f7 in 0..100
    plus  20 when f4 is yes or f3 < 2026-06-01 up to 100 because "Somebody waits."
    plus  10 when f2 > 400 GBP and f0 is one of objection, demand up to 90
    plus  1 each working day after 3 working days up to 80
    rises with f1, f7
    blind to   f6
    band  red    from 70
    band  amber  from 40
    band  green  from 0
"""


def _claims(states: int, count: int) -> Iterator[str]:
    kinds = (
        "never event e{0}_0 unless e0_0 has happened",
        "only clerk may e{0}_0",
        "every event e0_0 leads to state s{1}",
        "always f1 is set or f2 > 400 GBP or not e{0}_1 has happened in state s{2}",
        "before every event e{0}_0 comes event e0_0",
    )
    for number in range(count):
        yield kinds[number % 5].format(number % (states - 2) + 1, states - 1, (number * 7) % (states - 1)) + "\n"


def people(count: int) -> Roster:
    """A list of so many people, every third of whom is a chief."""
    return Roster("people.yaml", tuple((f"p{n}", ("chief",) if n % 3 == 2 else ("clerk",)) for n in range(count)))


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
