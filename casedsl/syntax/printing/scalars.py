"""Texts as YAML scalars: plain where every reader of YAML 1.1 and 1.2 reads the same text, else in double quotes.

What a plain scalar would mean to a reader that guesses types (`on`, `no`, `12:30`) doesn't matter: to ours a scalar is
text until the table says what it is. What matters is where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLAIN = re.compile(r"[\w(./+$£€][^\n]*")
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_ENDS = re.compile(rf":(?: |$)| #|[ \t]$|^\.\.\.|[{_HIDDEN}]")
_FLOW = re.compile(r"[][{},]")
_ESCAPED = re.compile(rf'["\\{_HIDDEN}]')
_BETWEEN = re.compile(r"(?<=\S) (?=\S)")
_SHORT = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def scalar(text: str, flow: bool) -> str:
    """A text as a scalar; `flow` says whether it stands in braces or brackets, which more signs would end."""
    if _PLAIN.fullmatch(text) and not _ENDS.search(text) and not (flow and _FLOW.search(text)):
        return text
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """A text as it stands between double quotes."""
    return _ESCAPED.sub(_escape, text)


def scalar_rows(text: str, width: int) -> Iterator[str]:
    """A text in double quotes on several rows, parted where one blank stands between two words; a word that is longer
    than a row is parted with a backslash."""
    words = [piece for word in _BETWEEN.split(text) for piece in _cut(word, width)]
    row = '"'
    for place, (word, whole) in enumerate(words):
        row += word
        if place + 1 == len(words):
            yield row + '"'
        elif not whole or len(row) + len(words[place + 1][0]) >= width:
            yield row if whole else row + "\\"
            row = ""
        else:
            row += " "


def _cut(word: str, width: int) -> Iterator[tuple[str, bool]]:
    """A word in pieces that fit on a row, each with whether the word ends with it; blanks at the begin of a row would
    be lost."""
    pieces = [word[start : start + width] for start in range(0, len(word), width)] or [""]
    for place, piece in enumerate(pieces):
        blank = "\\" if place and piece.startswith(" ") else ""
        yield blank + escaped(piece), place + 1 == len(pieces)


def _escape(found: re.Match[str]) -> str:
    mark = found[0]
    return _SHORT.get(mark) or (f"\\x{ord(mark):02X}" if ord(mark) < 256 else f"\\u{ord(mark):04X}")
