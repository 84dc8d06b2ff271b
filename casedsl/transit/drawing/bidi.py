"""Texts in which some words run from right to left.

A line of the key is put together from pieces: a name, an arrow, a time, a list. Where one of them is Arabic or Hebrew,
a browser would take numbers and dots beside it along to the left, and the order of the pieces would jump. So each such
piece is isolated, as the Unicode standard has it (UAX 9: FSI and PDI, which have no width). Only the picture has these
marks; a scene says what is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ISOLATE, ENDED = "\u2068", "\u2069"
_BETWEEN = re.compile("( [·→›|] |: |; |, )")


def isolated(text: str, written: Callable[[str], str]) -> str:
    """The text as it is `written` into a file, each of its pieces for itself if one of several runs from right to left.
    The marks come last, for whoever makes a text harmless takes them out."""
    pieces = _BETWEEN.split(text)
    if len(pieces) == 1 or not any(map(_leftward, text)):
        return written(text)
    return "".join(
        f"{ISOLATE}{written(each)}{ENDED}" if any(map(_leftward, each)) else written(each) for each in pieces
    )


def _leftward(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("R", "AL")
