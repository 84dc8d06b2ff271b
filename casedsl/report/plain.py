"""Text that others wrote, made harmless: what can move a cursor, hide or turn round a text is shown as its code."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    """Text that can't do anything to a terminal; tabs and line ends stay."""
    return _HIDDEN.sub(lambda hidden: f"\\u{ord(hidden[0]):04x}", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return plain(text).replace("\t", " ").replace("\n", " ⏎ ")
