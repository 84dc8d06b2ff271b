"""Values as text, in the one way that they are printed: `12 * impact`, `a, b`, `09:00-12:30`.

The words are the author's; only the blanks between them and the escapes inside of quotes are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casedsl.syntax.tree import Value, Word, unescaped

_STRING = r'"(?:\\.|[^"\\])*"'
_TOKEN = re.compile(rf"{_STRING}|\d{{4}}-\d\d-\d\d\b|\d\d:\d\d\b|\d+(?:\.\d+)?%?|yes/no\b|\w+|\.\.|[<>]=|[^\w\s]")
_TEXT = re.compile(_STRING)
LISTS = frozenset(("names", "needed", "actors", "places", "regions", "weekdays", "levels", "spans", "order"))
"""The kinds of values that are several values of one kind: lists in YAML."""
MAPS = frozenset(("moves", "changes", "pairs", "slots"))
"""The kinds of values that are pairs of a name and a value: maps in YAML."""
_BETWEEN = {"places": " or ", "order": " < ", "span": "-"}
_PAIRED = {"move": " to ", "change": " to ", "pair": " is ", "slot": ": "}
_BEFORE_A_SIGN = frozenset(("and", "or", "not", "is", "in", "to", "(", ",", "<", ">", "<=", ">=", "+", "-", "*", ""))
"""What stands before a `-` that belongs to the number behind it."""


def written(value: Value) -> str:
    """A value as it is printed in a line of a `.case` file."""
    if isinstance(value, Word):
        return quoted(unescaped(value.text[1:-1])) if value.kind == "STRING" else value.text
    if value.kind in LISTS or value.kind == "span":
        return _BETWEEN.get(value.kind, ", ").join(written(part) for part in value.parts)
    if value.kind in MAPS:
        return ", ".join(written(part) for part in value.parts)
    if value.kind in _PAIRED:
        return _PAIRED[value.kind].join(written(part) for part in value.parts)
    texts = (written(word) for word in words_of(value) if word.kind == "STRING")
    return _spaced(_TOKEN.findall(_TEXT.sub(lambda _: next(texts), value.text)))


def quoted(text: str) -> str:
    """A text in quotes, with a backslash where one is needed and nowhere else."""
    return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'


def words_of(value: Value) -> Iterator[Word]:
    """The words of a value, in order."""
    if isinstance(value, Word):
        yield value
    else:
        for part in value.parts:
            yield from words_of(part)


def _spaced(tokens: list[str]) -> str:
    """Words with one blank between them, and none where the sign between them is close."""
    text, before, sign = "", "", False
    for token in tokens:
        close = not before or before in ("(", "..", ".") or token in (")", "..", ".", ",", ":") or sign
        text += token if close else f" {token}"
        sign = token == "-" and before in _BEFORE_A_SIGN
        before = token
    return text
