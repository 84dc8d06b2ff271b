"""Random priorities over numbers of many values; nothing here knows `casedsl.analysis`."""

from __future__ import annotations

from random import Random

from scoring_tried import HEAD, TAIL

FIELDS = {
    "kind": 'choice "Kind"\n        option question\n        option praise',
    "urgent": 'yes/no "Urgent?"',
    "impact": 'scale 1..5 "Impact"',
    "amount": 'integer 0..5000 "Amount"',
    "days": 'integer 0..3000 "Days"',
    "size": 'integer 0..100000 "Size"',
}
LARGE = ("amount", "days", "size")
ATOMS = {
    "kind": ("kind is question", "kind is praise"),
    "urgent": ("urgent is yes", "urgent is no", "urgent is set"),
    "impact": ("impact >= 2", "impact is 3"),
    "amount": ("amount > 100", "amount < 250", "amount in 300..1200", "amount is 400"),
    "days": ("days > 0", "days < 30", "days >= 900", "days is not set"),
    "size": ("size > 50000", "size <= 20", "size is set"),
}
DEFAULTS = {"urgent": "no", "impact": "2", "amount": "0"}


def definition(seed: int) -> str:
    """Some fields, one of them at least large and counted; additions, limits and a range that may be reached."""
    random = Random(seed)
    counted = random.sample(LARGE, random.choice((1, 1, 2)))
    names = sorted({*random.sample(list(FIELDS), random.choice((2, 3))), *counted}, key=list(FIELDS).index)
    lines = ["fields\n"]
    for place, name in enumerate(names):
        lines.append(f"    {name} {FIELDS[name]}\n")
        if place and random.random() < 0.15:
            lines.append(f"        asked when {random.choice(ATOMS[random.choice(names[:place])])}\n")
        if name in DEFAULTS and random.random() < 0.3:
            lines.append(f"        default {DEFAULTS[name]}\n")
    high = random.choice((1000, 6000, 100000, 1000000))
    terms = [_term(name, names, random) for name in counted]
    if "impact" in names and random.random() < 0.4:
        terms.append("12 * impact")
    score = random.choice((" + ", " + ", " - ")).join((*terms, str(random.choice((0, 5, 300)))))
    lines += ["priority\n", f"    score {score} in 0..{high}\n"]
    for _ in range(random.randint(0, 3)):
        points, limit = random.randint(1, 400), random.choice((90, 500, high // 2, high))
        lines.append(f"    plus {points}{_when(names, random)} up to {limit}\n")
    if seed % 4 == 3:
        limit = random.choice((90, 500, high // 2, high))
        lines.append(f"    plus 7 each clock hour{_when(names, random)} up to {limit}\n")
    claimed = random.sample(names, random.randint(1, len(names)))
    cut = random.randint(0, len(claimed))
    if claimed[:cut]:
        lines.append(f"    rises with {', '.join(claimed[:cut])}\n")
    if claimed[cut:]:
        lines.append(f"    blind to {', '.join(claimed[cut:])}\n")
    begins = sorted({0, *(random.randint(0, high) for _ in range(random.randint(0, 2)))})
    lines += [f"    band b{place} from {begin}\n" for place, begin in enumerate(begins)]
    return HEAD + "".join(lines) + TAIL


def _term(name: str, names: list[str], random: Random) -> str:
    other = [each for each in names if each in ("impact", "amount") and each != name]
    if other and random.random() < 0.15:
        return f"{name} * {random.choice(other)}"
    return f"{random.choice(('', '', '2 * ', '3 * ', '0 * '))}{name}"


def _when(names: list[str], random: Random) -> str:
    if random.random() < 0.15:
        return ""
    atoms = [random.choice(ATOMS[random.choice(names)]) for _ in range(random.choice((1, 1, 2)))]
    return f" when {random.choice((' and ', ' or ')).join(atoms)}"
