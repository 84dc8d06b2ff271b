"""Random priorities, and all their cases tried out on the runtime itself: nothing here knows `casedsl.analysis`.

A definition is a text; its artifact decides what is asked (`reset_unasked`), what a case scores (`standing`) and what
it ages to (`aged`). Money and dates are only compared, so a few values on both sides of each bound stand for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from random import Random

from casedsl_runtime.ageing import aged
from casedsl_runtime.artifact import Priority, Workflow
from casedsl_runtime.case import Case
from casedsl_runtime.fields import reset_unasked, standing
from casedsl_runtime.machine import Machine
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import Calendars, load

from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, Region, Zone
from casedsl.artifact.lower import lowered
from casedsl.compile import Checked, check

ACME = (Path(__file__).parents[1] / "rules" / "acme.case").read_bytes()
HEAD = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
TAIL = "first state new\n    on answer -> done\n        by clerk\nfinal state done\n"
OPENED = 1_767_690_000
"""Tuesday 6 January 2026, 09:00 UTC."""
LOCK = Lock(2025, 2031, "0.50", "2026a", (Region("GB-ENG", ()),), (Zone("Europe/London", (1735603200,), (0,)),))

FIELDS = {
    "kind": ('choice "Kind"\n        option question\n        option objection\n        option praise', ()),
    "urgent": ('yes/no "Urgent?"', ()),
    "impact": ('scale 1..3 "Impact"', ()),
    "size": ('integer 0..3 "Size"', ()),
    "fee": ('money GBP "Fee"', (0, 999, 1000, 2000, 2001, 5000)),
    "due": ('date "Due"', ("2026-02-28", "2026-03-01", "2026-06-30", "2026-07-01")),
}
VALUES: Mapping[str, tuple[Value, ...]] = {
    "kind": ("question", "objection", "praise"),
    "urgent": (False, True),
    "impact": (1, 2, 3),
    "size": (0, 1, 2, 3),
    "fee": (0, 999, 1000, 2000, 2001, 5000),
    "due": ("2026-02-28", "2026-03-01", "2026-06-30", "2026-07-01"),
}
ATOMS = {
    "kind": ("kind is question", "kind is one of objection, praise", "kind is not praise"),
    "urgent": ("urgent is yes", "urgent is no", "urgent is set"),
    "impact": ("impact >= 2", "impact is 3", "impact < 2"),
    "size": ("size > 1", "size in 1..2", "size is not set"),
    "fee": ("fee >= 10 GBP", "fee > 20 GBP", "fee is set"),
    "due": ("due < 2026-03-01", "due + 1 month > 2026-07-30", "due is not set"),
}
DEFAULTS = {"urgent": "no", "impact": "2", "size": "0"}


def definition(seed: int, ageing: bool) -> str:
    """A definition whose priority is random: some fields, a score or none that is simple, claims that may be true."""
    random = Random(seed)
    names = sorted(
        random.sample(list(FIELDS), random.choice((2, 3, 3) if ageing else (2, 3, 3, 4))), key=list(FIELDS).index
    )
    if not {"impact", "size"} & {*names}:
        names.append("size")
    lines = ["fields\n"]
    for place, name in enumerate(names):
        lines.append(f"    {name} {FIELDS[name][0]}\n")
        above = [each for each in names[:place] if each in ATOMS]
        if above and random.random() < 0.35:
            lines.append(f"        asked when {_condition(above, random, 1)}\n")
        if name in DEFAULTS and random.random() < 0.3:
            lines.append(f"        default {DEFAULTS[name]}\n")
    counted = [name for name in names if name in ("impact", "size")]
    low = random.choice((0, 0, 0, 10))
    high = random.choice((40, 60, 100))
    lines += ["priority\n", f"    score {_score(counted, random)} in {low}..{high}\n"]
    for _ in range(random.randint(0, 3)):
        lines.append(f"    plus {random.randint(0, 30)}{_when(names, random)} up to {random.randint(10, 110)}\n")
    for _ in range(random.randint(1, 2) if ageing else 0):
        pace, after = random.choice(("clock hour", "3 clock hours")), random.choice(("", " after 5 clock hours"))
        points = random.randint(4, 20)
        lines.append(f"    plus {points} each {pace}{after}{_when(names, random)} up to {random.randint(20, 90)}\n")
    claimed = random.sample(names, random.randint(0, len(names)))
    cut = random.randint(0, len(claimed))
    if claimed[:cut]:
        lines.append(f"    rises with {', '.join(claimed[:cut])}\n")
    if claimed[cut:]:
        lines.append(f"    blind to {', '.join(claimed[cut:])}\n")
    begins = sorted({low, *(random.randint(low, high) for _ in range(random.randint(0, 3)))})[random.randint(0, 1) :]
    lines += [f"    band b{place} from {begin}\n" for place, begin in enumerate(begins)]
    return HEAD + "".join(lines) + TAIL


def _score(counted: list[str], random: Random) -> str:
    terms = []
    for name in counted:
        terms.append(f"{random.choice(('', '5 * ', '12 * ', '20 * ', '0 * '))}{name}")
    if len(counted) == 2 and random.random() < 0.4:
        terms = [f"{random.randint(1, 8)} * impact * size"]
    if random.random() < 0.4:
        terms.append(str(random.randint(0, 20)))
    return random.choice((" + ", " + ", " - ")).join(terms)


def _when(names: list[str], random: Random) -> str:
    return f" when {_condition(names, random, 2)}" if random.random() < 0.85 else ""


def _condition(names: list[str], random: Random, depth: int) -> str:
    if depth and random.random() < 0.5:
        word = random.choice(("and", "or"))
        parts = [_condition(names, random, depth - 1) for _ in range(2)]
        return f"({parts[0]}) {word} ({parts[1]})"
    atom = random.choice(ATOMS[random.choice(names)])
    return f"not {atom}" if random.random() < 0.2 else atom


def looked_at(text: str) -> Checked:
    files = {"main.case": text.encode(), "acme.case": ACME}
    return check("main.case", files.__getitem__)


@dataclass
class Bare:
    """As much of a turn as the rules about fields ask for."""

    machine: Machine
    fields: dict[str, Value]
    happened: dict[str, object] = field(default_factory=dict)
    promises: dict[str, object] = field(default_factory=dict)
    suppliers: dict[str, str] = field(default_factory=dict)

    def put_fields(self, changes: Mapping[str, Value]) -> None:
        self.fields |= changes


@dataclass(frozen=True)
class Tried:
    """A case as the runtime has it: the answers, what its fields hold, its sum, and its scores, each since when."""

    answers: Mapping[str, Value]
    fields: Mapping[str, Value]
    sum: int | None
    scores: tuple[tuple[int, int], ...]

    @property
    def known(self) -> bool:
        return self.sum is not None

    @property
    def fresh(self) -> int:
        return self.scores[0][1]

    @property
    def final(self) -> int:
        return self.scores[-1][1]

    def at(self, now: int) -> int:
        return next(score for since, score in reversed(self.scores) if since <= now)


def over_time(one: Tried, two: Tried) -> Iterator[tuple[int, int]]:
    """The scores of two cases that were opened together, whenever one of them changes."""
    for now in sorted({since for since, _ in (*one.scores, *two.scores)}):
        yield one.at(now), two.at(now)


def _fields(expression: object) -> Iterator[object]:
    if isinstance(expression, tuple):
        if expression[0] == "field":
            yield expression[1]
        for part in expression[1:]:
            yield from _fields(part)


class World:
    """All cases of a definition; `hiding` what its priority is blind to, as the runtime does."""

    def __init__(self, text: str, hiding: bool = False) -> None:
        case_type = looked_at(text).case_type
        assert case_type is not None
        assert case_type.priority is not None
        self.workflow: Workflow = lowered(case_type)
        assert self.workflow.priority is not None
        self.declared: Priority = self.workflow.priority
        self.priority = self.declared if hiding else replace(self.declared, blind_to=())
        self.machine = Machine.of(replace(self.workflow, priority=self.priority), "")
        bundle, problems = compile_bundle([case_type.organisation.calendars["office"]], LOCK)
        assert not problems
        self.calendars: Calendars = load(bundle)
        self.cases = tuple(self.tried(answers) for answers in self._answers())

    def _answers(self) -> Iterator[dict[str, Value]]:
        fields = self.workflow.fields
        choices = [VALUES[each.name] if each.default is not None else (None, *VALUES[each.name]) for each in fields]
        for values in product(*choices):
            yield {each.name: value for each, value in zip(fields, values, strict=True)}

    def tried(self, answers: Mapping[str, Value]) -> Tried:
        turn = Bare(self.machine, {**answers})
        reset_unasked(turn)  # type: ignore[arg-type]
        found = standing(turn, self.priority)  # type: ignore[arg-type]
        if found is None:
            return Tried(answers, turn.fields, None, ())
        points = sum(points for text, points in found.parts if not text.startswith("kept within"))
        case = Case("C", opened_at=OPENED, since=OPENED, state="new", priority=found, fields=turn.fields)
        return Tried(answers, turn.fields, points, tuple(self._scores(case)))

    def _scores(self, case: Case) -> Iterator[tuple[int, int]]:
        assert case.priority is not None
        if not self.priority.ages:
            yield OPENED, case.priority.score
            return
        now: int | None = OPENED
        while now is not None:
            there = aged(self.machine, case, self.calendars, now)
            assert there.standing is not None
            yield now, there.standing.score
            now = there.changes_at

    def at(self, given: Mapping[str, Value]) -> Tried:
        """A case that is opened with what a finding says is given."""
        return self.tried({**{each.name: each.default for each in self.workflow.fields}, **given})

    def read(self) -> set[str]:
        """The fields that the score reads, but for those of conditions: these may be said to hold always, or never."""
        return {str(name) for _, part in self.priority.parts for name in _fields(part)}

    def band(self, score: int) -> str | None:
        falling = sorted(self.priority.bands, key=lambda band: -band.at_least)
        return next((band.name for band in falling if score >= band.at_least), None)

    def apart(self, name: str) -> Iterator[tuple[Tried, Tried]]:
        """The pairs of cases to which all is answered alike but for one field, where the second says more."""
        order = (None, *VALUES[name])
        rows: dict[tuple[tuple[str, Value], ...], list[Tried]] = {}
        for case in self.cases:
            key = tuple((each, value) for each, value in case.answers.items() if each != name)
            rows.setdefault(key, []).append(case)
        for row in rows.values():
            ranked = sorted(row, key=lambda case: order.index(case.answers[name]))
            yield from ((one, two) for place, one in enumerate(ranked) for two in ranked[place + 1 :])
