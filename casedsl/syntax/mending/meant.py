"""Whether a text that a fix has changed says exactly what was meant: the old tree with that word replaced, or without
that line, and every comment that wasn't part of the line.

Where the fix mends a line that could not be read, the old tree doesn't hold it; then the new tree without what stands
on that row must be the old one.
"""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from casedsl.syntax.alike import comments_in, comments_inside, same_tree
from casedsl.syntax.finding import Edit
from casedsl.syntax.mending.edits import stretch_of
from casedsl.syntax.mending.taking import all_lines, line_at, without
from casedsl.syntax.printing.words import written
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value

_NAME, _TITLE = "NAME", "TITLE"
"""What a line's name and title are called here, beside its clauses; no clause word is written so."""


def as_meant(source: Source, old: Document | None, new: Document | None, edits: tuple[Edit, ...]) -> bool:
    """Whether the new tree is the old one, which `source` was read as, with these edits."""
    if old is None or new is None:
        return False
    gone = [line_at(old, edit.span) for edit in edits if edit.text is None]
    lines = [line for line in gone if line is not None]
    spoken = [edit for edit in edits if edit.text is not None]
    if len(lines) < len(gone) or not _same_comments(old, new, lines):
        return False
    left = without(old, lines)
    known = [edit for edit in spoken if any(_holds(value, edit.span) for value in _values_of(left))]
    if len(known) < len(spoken):
        rows = {edit.span.line for edit in spoken if edit not in known}
        return any(_same_but(source, left, each, known) for each in _without_rows(new, left, rows))
    return _same_but(source, left, new, known)


def _same_comments(old: Document, new: Document, gone: list[Line]) -> bool:
    spent = Counter(text for line in gone for text in comments_inside(line) if text)
    return Counter(comments_in(old)) - spent == Counter(comments_in(new))


def _values_of(document: Document) -> list[Value]:
    return [value for line in (document.header, *all_lines(document)) for _, value in _parts(line)]


def _parts(line: Line) -> list[tuple[str, Value]]:
    words = ((_NAME, line.name), (_TITLE, line.title))
    return [*((key, word) for key, word in words if word is not None), *sorted(line.clauses.items())]


def _holds(value: Value, span: Span) -> bool:
    inside = value.span
    return (inside.line, inside.column) <= (span.line, span.column) and (span.end_line, span.end_column) <= (
        inside.end_line,
        inside.end_column,
    )


def _without_rows(document: Document, old: Document, rows: set[int]) -> list[Document]:
    """A document without the lines that begin on some rows, and without the clauses that stand there and are new: in
    YAML a line that was read may stand on that row with a key that wasn't."""
    lines = [line for line in all_lines(document) if line.head.line in rows]
    known = {(line.head.line, key) for line in (old.header, *all_lines(old)) for key, _ in _parts(line)}
    header = _clauseless(document.header, rows, known)
    below = tuple(_clauseless(line, rows, known) for line in document.lines)
    return [without(document, lines), replace(document, header=header, lines=below)]


def _clauseless(line: Line, rows: set[int], known: set[tuple[int, str]]) -> Line:
    def stays(key: str, value: Value) -> bool:
        return value.span.line not in rows or (line.head.line, key) in known

    clauses = {key: value for key, value in line.clauses.items() if stays(key, value)}
    title = line.title if line.title is not None and stays(_TITLE, line.title) else None
    below = tuple(_clauseless(each, rows, known) for each in line.lines)
    return replace(line, clauses=clauses, title=title, lines=below)


def _same_but(source: Source, old: Document, new: Document, edits: list[Edit]) -> bool:
    """Whether two trees differ only where an edit stands, and there in what it says."""
    pairs = list(zip((old.header, *all_lines(old)), (new.header, *all_lines(new)), strict=False))
    if not all(_says_so(source, line, other, edits) for line, other in pairs):
        return False
    changed = {id(line): _renewed(line, other, edits) for line, other in pairs}
    renewed = replace(
        old,
        header=_rebuilt(old.header, changed),
        lines=tuple(_rebuilt(line, changed) for line in old.lines),
    )
    return same_tree(renewed, new, comments=False, ordered=True)


def _rebuilt(line: Line, changed: dict[int, Line]) -> Line:
    lines = tuple(_rebuilt(below, changed) for below in line.lines)
    return replace(changed.get(id(line), line), lines=lines)


def _says_so(source: Source, line: Line, other: Line, edits: list[Edit]) -> bool:
    """Whether those values of a line in which an edit stands have become what they should."""
    news = dict(_parts(other))
    touched = [(key, value) for key, value in _parts(line) if _is_touched(value, edits)]
    return all(key in news and _is_edited(source, value, news[key], edits) for key, value in touched)


def _renewed(line: Line, other: Line, edits: list[Edit]) -> Line:
    """A line with the values of another where an edit stands."""
    news = dict(_parts(other))
    said = {key: news[key] for key, value in _parts(line) if _is_touched(value, edits)}
    clauses = {key: said.get(key, value) for key, value in line.clauses.items()}
    name = other.name if _NAME in said else line.name
    title = other.title if _TITLE in said else line.title
    return replace(line, name=name, title=title, clauses=clauses)


def _is_touched(value: Value, edits: list[Edit]) -> bool:
    return any(_holds(value, edit.span) for edit in edits)


def _is_edited(source: Source, old: Value, new: Value, edits: list[Edit]) -> bool:
    """Whether a value says what the other said, with the edits that stand in it."""
    texts = {written(old)}
    for edit in edits:
        if _holds(old, edit.span) and edit.text is not None:
            start, end = stretch_of(source, edit.span)
            texts = {each for text in texts for each in _replaced(text, source.text[start:end], edit.text)}
    return written(new) in texts


def _replaced(text: str, piece: str, by: str) -> set[str]:
    """A text with one occurrence of a piece replaced: each there is."""
    places = [place for place in range(len(text)) if text.startswith(piece, place)]
    return {text[:place] + by + text[place + len(piece) :] for place in places}
