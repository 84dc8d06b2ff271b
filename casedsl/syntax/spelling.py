"""Did you mean: the nearest of some candidates, for every message that names what does not exist.

Where several are equally near, nobody can know which was meant: two of them are both named, more are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 100
MOST_MEANT = 2
"""More names than this that are equally near are no help."""


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that are nearest: those that differ only in case, else those within two edits (one for short
    words). They are all equally near, in their order; none where nothing is near, or more than two are."""
    far = _within_reach(word, candidates)
    near = tuple(each for each, distance in far.items() if distance == min(far.values()))
    return near if len(near) <= MOST_MEANT else ()


def only_near(word: str, candidates: Iterable[str]) -> str | None:
    """The nearest of some candidates if no other could be meant: none that is near too."""
    near = [*_within_reach(word, candidates)]
    return near[0] if len(near) == 1 else None


def _within_reach(word: str, candidates: Iterable[str]) -> dict[str, int]:
    """The candidates that are near, with how far they are: nothing at all where only the case differs."""
    reach, folded = 1 if len(word) <= 4 else 2, word.casefold()
    far = {each: 0 if each.casefold() == folded else edits(word, each) for each in candidates if each != word}
    return {each: distance for each, distance in far.items() if distance <= reach}


def did_you_mean(names: Iterable[str], quote: str = "`") -> str:
    """The question about what may have been meant; empty where nothing was."""
    told = " or ".join(f"{quote}{name}{quote}" for name in names)
    return f"did you mean {told}?" if told else ""


def edits(one: str, two: str) -> int:
    """How many letters must be added, dropped, replaced or swapped with a neighbour (Damerau-Levenshtein distance);
    three where it is more, or where no person compares the two letter by letter. So each letter is held against the
    five around its own place only (Ukkonen)."""
    if abs(len(one) - len(two)) > 2 or len(one) > _LONGEST:
        return 3
    same = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    one, two = one[same:], two[same:]
    earlier, before, row = list[int](), list[int](), list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        first, last = max(1, i - 2), min(len(two), i + 2)
        earlier, before, row = before, row, [3] * (len(two) + 1)
        row[0] = i
        for j in range(first, last + 1):
            b = two[j - 1]
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row[j] = cost
        if i > 2 and min(min(row), min(before)) > 2:
            return 3
    return min(row[-1], 3)


def named(mark: str) -> str:
    """A character that nobody sees, by its name and number: `a no-break space (U+00A0)`."""
    from unicodedata import name  # such characters are rare

    known = name(mark, "hidden control character").lower()
    return f"{'an' if known[0] in 'aeiou' else 'a'} {known} (U+{ord(mark):04X})"


def brief(sentence: str) -> str:
    """A sentence whose words in backticks are no longer than a person reads."""
    return re.sub(r"`([^`]{60})[^`]{20,}`", r"`\1…`", sentence)


def listed(names: Iterable[str], most: int = 6) -> str:
    """`a`, `b`, `c` … : names in backticks, at the most so many."""
    known = list(names)
    shown = ", ".join(f"`{name}`" for name in known[:most])
    return f"{shown} …" if len(known) > most else shown
