"""The text of an edit as it has to be written at its place: in YAML a word may need quotes, or stand in some already.

Who carries out a fix may be another program, which knows nothing of either coat; so what it gets is what belongs there.
"""

from __future__ import annotations

import re

from casedsl.syntax.printing.scalars import escaped, scalar
from casedsl.syntax.source import YAML, Source
from casedsl.syntax.span import Span

_BEFORE = re.compile(r"(?:^|[\[{,])\s*$|(?::|(?:^|\s)-)\s+$")
_BEHIND = re.compile(r"\s*(?:$|[\]},]|:(?:\s|$)|\s#)")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")
_OPEN = re.compile(r"(?:^|[\s\[{,])([\"'])[^\"']*$")


def written_at(source: Source, span: Span, text: str) -> str:
    """What stands for a text at a place of a file."""
    if not source.file.endswith(YAML):
        return text
    row = source.rows[span.line - 1]
    before, behind = row[: span.column - 1], row[span.end_column - 1 :] if span.end_line == span.line else ""
    quote = _OPEN.search(_QUOTED.sub("", before))
    if quote is not None:
        return text.replace("'", "''") if quote[1] == "'" else escaped(text)
    return scalar(text, flow=True) if _BEFORE.search(before) and _BEHIND.match(behind) else text
