"""Text that others wrote, made harmless: what can move a cursor, hide or turn round a text is shown as its code.

So is the bracket of `##[…]` and `##vso[…]`: build servers take what stands behind it, anywhere in a log, for a command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]|(?<=##)\[|(?<=##vso)\["
)


def plain(text: str) -> str:
    """Text that can't do anything to a terminal; tabs and line ends stay."""
    return _HIDDEN.sub(lambda hidden: f"\\u{ord(hidden[0]):04x}", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return plain(text).replace("\t", " ").replace("\n", " ⏎ ")


def dumped(value: Mapping[str, object] | list[object], indent: int | None = 2) -> str:
    """JSON in which nothing hides: what could is written as an escape, so a reader gets the very text. Half of a
    surrogate pair is no text, and other languages refuse it; it comes as its code, `\\udcff`."""
    return _HIDDEN.sub(_escape, json.dumps(value, indent=indent, ensure_ascii=False))


def _escape(hidden: re.Match[str]) -> str:
    code = ord(hidden[0])
    if 0xD800 <= code <= 0xDFFF:
        return f"\\\\u{code:04x}"
    pair = hidden[0].encode("utf-16-be")
    return "".join(f"\\u{pair[place : place + 2].hex()}" for place in range(0, len(pair), 2))
