"""Which names look alike: what is left of a name when everything is taken away that a reader overlooks.

Letters of other scripts stand for the Latin letter that they look like (a small part of the confusables of Unicode
Technical Standard 39: the Cyrillic and Greek letters that most fonts draw exactly so).
"""

from __future__ import annotations

import re
import unicodedata

SHORTEST = 3
"""A plural is looked for from this length on: `a` and `as` are two words."""

_ALIKE = """
    CYRILLIC SMALL: a A, e IE, o O, p ER, c ES, x HA, y U, j JE, s DZE, h SHHA, d KOMI DE, q QA, w WE, l PALOCHKA
    CYRILLIC SMALL: i BYELORUSSIAN-UKRAINIAN I
    CYRILLIC CAPITAL: A A, B VE, E IE, K KA, M EM, H EN, O O, P ER, C ES, T TE, X HA, Y U, J JE, S DZE
    CYRILLIC CAPITAL: I BYELORUSSIAN-UKRAINIAN I
    GREEK SMALL: a ALPHA, y GAMMA, i IOTA, v NU, o OMICRON, p RHO
    GREEK CAPITAL: A ALPHA, B BETA, E EPSILON, Z ZETA, H ETA, I IOTA, K KAPPA, M MU, N NU, O OMICRON, P RHO, T TAU
    GREEK CAPITAL: Y UPSILON, X CHI
"""
_LATIN = {
    unicodedata.lookup(f"{script.strip()} LETTER {pair[2:]}"): pair[0]
    for script, letters in (row.split(": ") for row in _ALIKE.strip().split("\n"))
    for pair in letters.split(", ")
}
_BLANK = re.compile(r"(?<!\d)_|_(?!\d)")


def skeleton(name: str) -> str:
    """A name without case, script and underscores. One between two digits is kept: `step_1_1` is not `step_11`."""
    return _BLANK.sub("", re.sub("__+", "_", latin(name).casefold()))


def latin(name: str) -> str:
    """A name with every letter that looks like a Latin one replaced by it."""
    if name.isascii():
        return name
    return "".join(_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFKC", name))


def singular(name: str) -> str:
    """What is left of a skeleton without the ending of an English plural."""
    if len(name) <= SHORTEST or name.endswith(("ss", "us", "is")):
        return name
    for plural, ending in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if name.endswith(plural):
            return name.removesuffix(plural) + ending
    return name


def difference(one: str, two: str) -> str:
    """In what two names differ that look alike, in words."""
    if one.casefold() == two.casefold():
        return "in capital letters"
    if latin(one) != one or latin(two) != two:
        return "in letters that look the same"
    if one.replace("_", "") == two.replace("_", ""):
        return "in underscores"
    if skeleton(one) == skeleton(two):
        return "in capital letters and underscores"
    return "in singular and plural"


def foreign(name: str) -> str:
    """The first letter of a name that is not the Latin one it looks like, and what it is; empty if there is none."""
    letter = next((letter for letter in name if latin(letter) != letter), None)
    if letter is None:
        return ""
    return f"`{letter}` is {unicodedata.name(letter, 'no Latin letter').lower()} (U+{ord(letter):04X})"
