"""Whether a text that a fix has changed says exactly what was meant: the old tree with that word replaced, or without
that line, and every comment that wasn't part of the line.

Where the fix mends a line that could not be read, the old tree doesn't hold it; then the new tree without what stands
on that row, and indented below it, must be the old one. What is changed in a text that aliases repeat in YAML may
change there too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.alike import comments_in, comments_inside, same_tree
from casedsl.syntax.finding import Edit
from casedsl.syntax.mending.edits import stretch_of
from casedsl.syntax.mending.taking import all_lines, line_at, without
from casedsl.syntax.printing.words import written
from casedsl.syntax.repeats import covers
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value

_NAME, _TITLE = "NAME", "TITLE"
"""What a line's name and title are called here, beside its clauses; no clause word is written so."""


class _Change(Struct, frozen=True):
    """A piece of text at a span that becomes another. Where an alias repeats it, several values stand at the span, and
    the piece is in one of them."""

    span: Span
    old: str
    new: str
    repeated: bool = False


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
    known = [edit for edit in spoken if any(covers(value.span, edit.span) for value in _values_of(left))]
    changes = [change for edit in known for change in _changes(source, old, edit)]
    if len(known) < len(spoken):
        strange = [change.span for edit in spoken if edit not in known for change in _changes(source, old, edit)]
        rows = {row for span in strange for row in _block_at(source, span)}
        return any(_same_but(left, each, changes) for each in _without_rows(new, left, rows))
    return _same_but(left, new, changes)


def _block_at(source: Source, span: Span) -> Iterator[int]:
    """The number of a span's row, and of those below it that are indented more deeply than it."""
    rows = source.lines()
    yield span.line
    for number in range(span.line + 1, len(rows) + 1):
        text = rows[number - 1]
        if text.strip() and len(text) - len(text.lstrip(" ")) < span.column:
            return
        yield number


def _changes(source: Source, old: Document, edit: Edit) -> list[_Change]:
    """What an edit changes: the piece of text at its place, and wherever an alias repeats it."""
    start, end = stretch_of(source, edit.span)
    first = _Change(edit.span, source.text[start:end], edit.text or "")
    repeats = [repeat.alias for repeat in old.repeats if covers(repeat.of, edit.span)]
    return [first, *(replace(first, span=alias, repeated=True) for alias in repeats)]


def _same_comments(old: Document, new: Document, gone: list[Line]) -> bool:
    spent = Counter(text for line in gone for text in comments_inside(line) if text)
    return Counter(comments_in(old)) - spent == Counter(comments_in(new))


def _values_of(document: Document) -> list[Value]:
    return [value for line in (document.header, *all_lines(document)) for _, value in _parts(line)]


def _parts(line: Line) -> list[tuple[str, Value]]:
    words = ((_NAME, line.name), (_TITLE, line.title))
    return [*((key, word) for key, word in words if word is not None), *sorted(line.clauses.items())]


def _without_rows(document: Document, old: Document, rows: set[int]) -> list[Document]:
    """A document without the lines that begin on some rows and are new, and without the clauses that are: in YAML a
    line that was read may stand on that row with a key that wasn't."""
    heads = {_headed(line) for line in all_lines(old)}
    lines = [line for line in all_lines(document) if line.head.line in rows and _headed(line) not in heads]
    known = {(line.head.line, key) for line in (old.header, *all_lines(old)) for key, _ in _parts(line)}
    header = _clauseless(document.header, rows, known)
    below = tuple(_clauseless(line, rows, known) for line in document.lines)
    return [without(document, lines), replace(document, header=header, lines=below)]


def _headed(line: Line) -> tuple[int, str, str]:
    """Where a line begins, and with which words."""
    return line.head.line, line.keyword, line.name.text if line.name else ""


def _clauseless(line: Line, rows: set[int], known: set[tuple[int, str]]) -> Line:
    def stays(key: str, value: Value) -> bool:
        return value.span.line not in rows or (line.head.line, key) in known

    clauses = {key: value for key, value in line.clauses.items() if stays(key, value)}
    title = line.title if line.title is not None and stays(_TITLE, line.title) else None
    below = tuple(_clauseless(each, rows, known) for each in line.lines)
    return replace(line, clauses=clauses, title=title, lines=below)


def _same_but(old: Document, new: Document, changes: list[_Change]) -> bool:
    """Whether two trees differ only where a change stands, and there in what it says."""
    pairs = list(zip((old.header, *all_lines(old)), (new.header, *all_lines(new)), strict=False))
    if not all(_says_so(line, other, changes) for line, other in pairs):
        return False
    changed = {id(line): _renewed(line, other, changes) for line, other in pairs}
    renewed = replace(
        old,
        header=_rebuilt(old.header, changed),
        lines=tuple(_rebuilt(line, changed) for line in old.lines),
    )
    return same_tree(renewed, new, comments=False, ordered=True)


def _rebuilt(line: Line, changed: dict[int, Line]) -> Line:
    lines = tuple(_rebuilt(below, changed) for below in line.lines)
    return replace(changed.get(id(line), line), lines=lines)


def _says_so(line: Line, other: Line, changes: list[_Change]) -> bool:
    """Whether those values of a line in which a change stands have become what they should."""
    news = dict(_parts(other))
    touched = [(key, value) for key, value in _parts(line) if _is_touched(value, changes)]
    return all(key in news and _is_changed(value, news[key], changes) for key, value in touched)


def _renewed(line: Line, other: Line, changes: list[_Change]) -> Line:
    """A line with the values of another where a change stands."""
    news = dict(_parts(other))
    said = {key: news[key] for key, value in _parts(line) if _is_touched(value, changes)}
    clauses = {key: said.get(key, value) for key, value in line.clauses.items()}
    name = other.name if _NAME in said else line.name
    title = other.title if _TITLE in said else line.title
    return replace(line, name=name, title=title, clauses=clauses)


def _is_touched(value: Value, changes: list[_Change]) -> bool:
    return any(covers(value.span, change.span) for change in changes)


def _is_changed(old: Value, new: Value, changes: list[_Change]) -> bool:
    """Whether a value says what the other said, with the changes that stand in it."""
    texts = {written(old)}
    for change in changes:
        if covers(old.span, change.span):
            replaced = {each for text in texts for each in _replaced(text, change.old, change.new)}
            texts = replaced | texts if change.repeated else replaced
    return written(new) in texts


def _replaced(text: str, piece: str, by: str) -> set[str]:
    """A text with one occurrence of a piece replaced: each there is."""
    places = [place for place in range(len(text)) if text.startswith(piece, place)]
    return {text[:place] + by + text[place + len(piece) :] for place in places}
