"""The edits of a fix as edits of a file's text: a word becomes another, a line goes with all that is below it.

Lines go by whole rows, with the comments beside them and below them. Comments above a line stay: they may be about more
than this line, and what an author wrote on a row of its own is not thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from casedsl.syntax.coats import YAML_COAT, coat_of
from casedsl.syntax.finding import Edit
from casedsl.syntax.mending.edits import TextEdit, stretch_of
from casedsl.syntax.mending.taking_yaml import taken_from_yaml
from casedsl.syntax.mending.writing import written_at
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line

INDENT = 4


def text_edits(source: Source, document: Document | None, edits: tuple[Edit, ...]) -> tuple[TextEdit, ...] | None:
    """What a fix does to the text of a file; None if a line that it takes out isn't there."""
    told: list[TextEdit] = []
    for edit in edits:
        if edit.text is not None:
            told.append(TextEdit(*stretch_of(source, edit.span), written_at(source, edit.span, edit.text)))
            continue
        line = line_at(document, edit.span) if document is not None else None
        gone = _taken(source, document, line) if document is not None and line is not None else None
        if gone is None:
            return None
        told += gone
    return tuple(told)


def line_at(document: Document, span: Span) -> Line | None:
    """The line whose head stands at a span, or whose name or whole text does."""
    lines = list(all_lines(document))
    exact = [line for line in lines if span in (line.span, line.head, line.name.span if line.name else None)]
    around = [line for line in lines if _covers(line.head, span)]
    return next(iter([*exact[-1:], *around[-1:]]), None)


def all_lines(document: Document) -> Iterator[Line]:
    """Every line of a document below its header, in order; a line before those below it."""
    for line in (*document.header.lines, *document.lines):
        yield from _and_below(line)


def without(document: Document, gone: list[Line]) -> Document:
    """A document without some of its lines."""
    header = replace(document.header, lines=_left(document.header.lines, gone))
    return replace(document, header=header, lines=_left(document.lines, gone))


def _left(lines: tuple[Line, ...], gone: list[Line]) -> tuple[Line, ...]:
    kept = (line for line in lines if not any(line is each for each in gone))
    return tuple(replace(line, lines=_left(line.lines, gone)) if line.lines else line for line in kept)


def _and_below(line: Line) -> Iterator[Line]:
    yield line
    for below in line.lines:
        yield from _and_below(below)


def _covers(head: Span, span: Span) -> bool:
    return head.line == span.line and head.column <= span.column < max(head.end_column, head.column + 1)


def _taken(source: Source, document: Document, line: Line) -> tuple[TextEdit, ...] | None:
    if coat_of(source.file) is YAML_COAT:
        return taken_from_yaml(source, document, line)
    rows = source.lines()
    first = line.span.line - 1
    margin = len(rows[first]) - len(rows[first].lstrip(" "))
    last = first
    for number in range(first + 1, len(rows)):
        text = rows[number].strip()
        depth = len(rows[number]) - len(rows[number].lstrip(" "))
        if text and depth < margin + (INDENT if text.startswith("#") else 1):
            break
        last = number if text else last
    return (rows_out(rows, first, last),)


def rows_out(rows: list[str], first: int, last: int) -> TextEdit:
    """Rows taken out, with one blank row where two would meet."""
    blank_above = first == 0 or not rows[first - 1].strip()
    if blank_above and last + 1 < len(rows) and not rows[last + 1].strip():
        last += 1
    start = sum(len(row) + 1 for row in rows[:first])
    return TextEdit(start, start + sum(len(row) + 1 for row in rows[first : last + 1]), "")
