"""Texts as YAML scalars: plain where every reader of YAML 1.1 and 1.2 reads the same text, else in double quotes.

What a plain scalar would mean to a reader that guesses types (`on`, `no`, `12:30`) doesn't matter: to ours a scalar is
text until the table says what it is. What matters is where it ends.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\w(./+$£€][^\n]*")
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_ENDS = re.compile(rf":(?: |$)| #|[ \t]$|^\.\.\.|[{_HIDDEN}]")
_FLOW = re.compile(r"[][{},]")
_ESCAPED = re.compile(rf'["\\{_HIDDEN}]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def scalar(text: str, flow: bool) -> str:
    """A text as a scalar; `flow` says whether it stands in braces or brackets, which more signs would end."""
    if _PLAIN.fullmatch(text) and not _ENDS.search(text) and not (flow and _FLOW.search(text)):
        return text
    return '"' + _ESCAPED.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    return _SHORT.get(mark) or (f"\\x{ord(mark):02X}" if ord(mark) < 256 else f"\\u{ord(mark):04X}")
