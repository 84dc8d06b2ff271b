"""Did you mean: the nearest of some candidates, for every message that names what does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that differs only in case, else the one within two edits (one for short words); ties by order."""
    known = list(candidates)
    for candidate in known:
        if candidate.casefold() == word.casefold() and candidate != word:
            return candidate
    allowed = 1 if len(word) <= 4 else 2
    ranked = sorted((edits(word, candidate), place) for place, candidate in enumerate(known) if candidate != word)
    return known[ranked[0][1]] if ranked and ranked[0][0] <= allowed else None


def only_near(word: str, candidates: Iterable[str]) -> str | None:
    """The nearest of some candidates if no other could be meant: none that is near too."""
    known = list(candidates)
    near = nearest(word, known)
    return near if near is not None and nearest(word, (each for each in known if each != near)) is None else None


def edits(one: str, two: str) -> int:
    """How many letters must be added, dropped, replaced or swapped with a neighbour (Damerau-Levenshtein distance)."""
    if abs(len(one) - len(two)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def brief(sentence: str) -> str:
    """A sentence whose words in backticks are no longer than a person reads."""
    return re.sub(r"`([^`]{60})[^`]{20,}`", r"`\1…`", sentence)


def listed(names: Iterable[str], most: int = 6) -> str:
    """`a`, `b`, `c` … : names in backticks, at the most so many."""
    known = list(names)
    shown = ", ".join(f"`{name}`" for name in known[:most])
    return f"{shown} …" if len(known) > most else shown
