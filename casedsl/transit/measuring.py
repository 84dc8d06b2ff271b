"""How wide a text is in Inter, and a text in lines of that width.

The fonts are the shipped ones (`fonts/`), which have no kerning: a text is as wide as the sum of its letters, here and
in each program that draws it. A character that the fonts don't have is drawn by a font of the reader's machine; it is
given the room of the widest, and `missing` names it, so that whoever makes a map is warned.

A long word is cut where it may be: after a hyphen or an underscore, else before a consonant that a vowel follows, with
a hyphen; German makes such words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from casedsl.transit.fonts import face
from casedsl.transit.text import ELLIPSIS, clean

_AS_ONE = ("sch", "ch", "ck", "ph", "th", "sh", "qu")
WORTH = 0.45
"""A long word begins on a line of which so much is left."""
GLUE = "\u00a0"
_UNKNOWN = (
    (0x2066, 0x2069, 0.0),
    (0x0590, 0x08FF, 0.66),
    (0x0900, 0x0FFF, 0.9),
    (0x2E80, 0xFFFF, 1.0),
    (0x10000, 0x10FFFF, 1.3),
)
"""How wide letters are at most that Inter doesn't have, by their size: marks of direction, then Hebrew and Arabic,
India, East Asia, signs."""
_VOWELS = frozenset("aeiouyäöüàâáèéêëìíîïòóôùúûœæаеиоуыэюяёαεηιουω")


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """In pixels, at a size of the font in pixels."""
    advances, units = face(bold).advances, face(bold).units
    return sum(advances[char] / units if char in advances else _foreign(ord(char)) for char in text) * size


def _foreign(code: int) -> float:
    return next((wide for low, high, wide in _UNKNOWN if low <= code <= high), 1.0)


def missing(text: str) -> tuple[str, ...]:
    """The characters that the shipped fonts don't have, each once."""
    return tuple(char for char in dict.fromkeys(text) if char not in face().advances and char not in "\n\t\r")


def clipped(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    short = " ".join(clean(text).split())
    if width(short, size, bold) <= room:
        return short
    kept = len(short)
    while kept and width(short[:kept].rstrip() + ELLIPSIS, size, bold) > room:
        kept -= 1
    return short[:kept].rstrip(" -") + ELLIPSIS


@lru_cache(maxsize=4096)
def lines(text: str, room: float, size: float, bold: bool = False, at_most: int = 4) -> tuple[str, ...]:
    """The text in as few lines as the room allows, all about as long as each other; what is too much is left out, and
    an ellipsis says so."""
    greedy = _filled(text, room, size, bold)
    if len(greedy) > at_most:
        rest = " ".join(greedy[at_most - 1 :])
        return (*greedy[: at_most - 1], clipped(rest, room, size, bold))
    fitting = (width(word, size, bold) for word in _words(text, room, size, bold))
    least = max((wide for wide in fitting if wide <= room), default=room)
    narrow = room - 4
    while len(greedy) > 1 and narrow >= least and len(tighter := _filled(text, narrow, size, bold)) == len(greedy):
        greedy, narrow = tighter, narrow - 4
    return greedy


def paragraph(text: str, room: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """All of the text, each line as full as it can be."""
    return _filled(text, room, size, bold)


def kept_together(text: str) -> str:
    """The text as one word, which no line breaks."""
    return text.replace(" ", GLUE)


def _filled(text: str, room: float, size: float, bold: bool) -> tuple[str, ...]:
    made: list[str] = []
    line = ""
    for word in _words(text, room, size, bold):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        left = room - width(f"{line} ", size, bold)
        if line and (width(word, size, bold) <= room or left < room * WORTH):
            made.append(line)
            line = ""
        *whole, last = _pieces(word, left if line else room, room, size, bold)
        if whole and line:
            whole[0] = f"{line} {whole[0]}"
        made.extend(whole)
        line = last
    return tuple(each.replace(GLUE, " ") for each in ([*made, line] if line else made))


def _words(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """What belongs together in one piece, unless it is too long for a line."""
    for word in _glued(text):
        if GLUE in word and width(word, size, bold) > room:
            yield from word.split(GLUE)
        else:
            yield word


def _glued(text: str) -> list[str]:
    """Split at blanks only; a dash alone stays with the word before it."""
    words: list[str] = []
    for word in clean(text).split(" "):
        if word in ("-", "–", "—") and words:
            words[-1] += GLUE + word
        elif word:
            words.append(word)
    return words


def _pieces(word: str, first: float, room: float, size: float, bold: bool) -> Iterator[str]:
    """A word that is too long for a line; `first` is what is left of the one on which it begins."""
    room, later = first, room
    while width(word, size, bold) > room and len(word) > 1:
        fits = max((at for at in range(1, len(word)) if width(word[:at] + "-", size, bold) <= room), default=1)
        at = _break(word, fits)
        head = word[:at]
        yield head if head[-1] in "-_/" else head + "-"
        word, room = word[at:], later
    yield word


def _break(word: str, fits: int) -> int:
    """Where to cut a word of which so many characters fit."""
    joints = [at for at in range(2, fits + 1) if word[at - 1] in "-_/"]
    if joints:
        return joints[-1]
    for at in range(fits, max(3, fits // 2) - 1, -1):
        if len(word) - at >= 2 and _begins_syllable(word.casefold(), at):
            return at
    return fits


def _begins_syllable(word: str, at: int) -> bool:
    """Does a consonant stand there, or several that sound as one, before a vowel?"""
    if any(word.startswith(sound, at - back) for sound in _AS_ONE for back in range(1, len(sound))):
        return False
    sound = next((sound for sound in _AS_ONE if word.startswith(sound, at)), word[at])
    after = word[at + len(sound) : at + len(sound) + 1]
    return word[at - 1].isalpha() and word[at] not in _VOWELS and bool(after) and after in _VOWELS
