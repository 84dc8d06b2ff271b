"""Short codes: two letters for a station, and a number for each of its exits.

A station's code is made of its title: the first letters of its first and its last word, else its first letter and a
later one, the first pair that is still free in the order of the file. Where no pair is left, or a title has no Latin
letter, it is `S1`, `S2`, …: nothing is transliterated, because a guess would be wrong in half of the world's languages.

Exits are numbered per station (`TR4`), and several tracks of one transition share its number (`TR4a`, `TR4b`). So an
inserted transition renumbers the exits of one station, and a pair of letters stays with its station for as long as no
station before it wants the same. A code that ends in a digit is parted from the number by a dot: `S1.12` and `S11.2`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from unicodedata import name


def station_codes(titles: Iterable[str]) -> tuple[str, ...]:
    """A code for each title, in the order of the titles; all are different."""
    taken: dict[str, None] = {}
    for title in titles:
        free = (code for code in chain(_pairs(title), _counted()) if code not in taken)
        taken[next(free)] = None
    return tuple(taken)


def exit_code(station: str, number: int, part: int | None = None) -> str:
    """The code of an exit, counted from 1; `part` counts the tracks of one transition from 0, where there are more."""
    dot = "." if station[-1:].isdigit() else ""
    return f"{station}{dot}{number}{'' if part is None else letters(part)}"


def letters(index: int) -> str:
    """`a` to `z`, then `aa`, `ab`, …"""
    rest, last = divmod(index, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("a") + last)


def _pairs(title: str) -> Iterator[str]:
    words = [word for word in (_letters(word) for word in title.split()) if word]
    if len(words) > 1:
        yield words[0][0] + words[-1][0]
    whole = "".join(words)
    for later in whole[1:]:
        yield whole[0] + later


def _letters(word: str) -> str:
    """The Latin letters of a word as capitals that are one letter each."""
    return "".join(char.upper() for char in word if _is_latin(char))


def _is_latin(char: str) -> bool:
    return char.isalpha() and len(char.upper()) == 1 and name(char.upper(), "").startswith("LATIN CAPITAL LETTER")


def _counted() -> Iterator[str]:
    at = 1
    while True:
        yield f"S{at}"
        at += 1
