"""Let through what has a meaning: lines and clauses that this edition knows, each as often as it may stand.

What is left out is a finding each, so that nothing half-understood reaches the next step, and what stays can be read
without asking again whether it may stand there. A block that lost a line here is torn, as one is that the reader could
not read whole.
"""

from __future__ import annotations

from msgspec.structs import replace

from casedsl.model.desk import Desk
from casedsl.syntax.language import HEADS, LANGUAGE, Row, margin_of
from casedsl.syntax.tree import Document, Line, Value


def admitted(document: Document, desk: Desk) -> Document:
    """The document without what isn't built yet or stands twice."""
    header, lines = _line(document.header, document.kind, desk), _lines(document.lines, margin_of(document.kind), desk)
    torn = document.torn or sum(line.keyword == "state" for line in lines) < len(list(document.all("state")))
    return replace(document, header=header, lines=lines, torn=torn)


def _line(line: Line, block: str, desk: Desk, row: Row | None = None) -> Line:
    lines = _lines(line.lines, block, desk)
    clauses = _clauses(line, row, desk) if row is not None and row.construct.later else line.clauses
    if lines == line.lines and clauses is line.clauses:
        return line
    return replace(line, lines=lines, clauses=clauses, torn=line.torn or len(lines) < len(line.lines))


def _lines(lines: tuple[Line, ...], block: str, desk: Desk) -> tuple[Line, ...]:
    seen: dict[tuple[str, str | None], Line] = {}
    kept = []
    for line in lines:
        row = LANGUAGE.row(block, line.keyword)
        if row is None or not row.construct.built:
            desk.unbuilt(line.head, f"`{line.keyword}`{_where(block)}")
            desk.lose(line)
            continue
        key = (line.keyword, line.name.text if line.name else None)
        if (line.name or not row.many) and key in seen:
            _twice(line, seen[key], desk)
            desk.lose(line)
            continue
        seen[key] = line
        kept.append(_line(line, line.keyword, desk, row))
    return tuple(kept)


def _where(block: str) -> str:
    return "" if block in HEADS or block.endswith(" file") else f" in `{block}`"


def _twice(line: Line, first: Line, desk: Desk) -> None:
    what = f"`{line.keyword} {line.name.text}`" if line.name else f"`{line.keyword}`"
    desk.twice(line.head, first.head, f"{what} stands twice", "keep one of the two lines", spare=True)


def _clauses(line: Line, row: Row, desk: Desk) -> dict[str, Value]:
    kept = {}
    for word, value in line.clauses.items():
        if row.built(word):
            kept[word] = value
        else:
            desk.unbuilt(value.span, f"`{word}` of `{line.keyword}`")
    return kept
