"""Comments and blank lines as they are printed: every comment stays, several blank lines become one.

None stands at the start of a file or at its end, and a block doesn't end with one: what comes next begins with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from casedsl.syntax.tree import Document, Line, Note


def settled(document: Document) -> Document:
    """A document with its blank lines as they are printed."""
    header = settled_line(document.header)
    return replace(
        document,
        header=replace(header, above=_begun(header.above)),
        lines=tuple(settled_line(line) for line in document.lines),
        end=_ended(single(document.end)),
    )


def settled_line(line: Line) -> Line:
    lines = tuple(settled_line(below) for below in line.lines)
    notes = tuple(Note(note.key, single(note.above), note.beside) for note in line.notes)
    return replace(line, lines=lines, above=single(line.above), end=_ended(single(line.end)), notes=notes)


def gathered(document: Document) -> Document:
    """A document whose comments all stand at whole lines, as in a `.case` file."""
    lines = tuple(gathered_line(line) for line in document.lines)
    return replace(document, header=gathered_line(document.header), lines=lines)


def gathered_line(line: Line) -> Line:
    """A line with the comments at its clauses above it, the first of those beside it where it has none."""
    above, beside = [*line.above], line.beside
    for note in sorted(line.notes, key=lambda note: note.key):
        above += note.above
        if beside and note.beside:
            above.append(note.beside)
        beside = beside or note.beside
    lines = tuple(gathered_line(below) for below in line.lines)
    return replace(line, lines=lines, above=tuple(above), beside=beside, notes=())


def single(rows: Iterable[str]) -> tuple[str, ...]:
    """Rows of comments without a second blank one."""
    kept: list[str] = []
    for row in rows:
        if row or not kept or kept[-1]:
            kept.append(row)
    return tuple(kept)


def _begun(rows: tuple[str, ...]) -> tuple[str, ...]:
    return rows[1:] if rows and not rows[0] else rows


def _ended(rows: tuple[str, ...]) -> tuple[str, ...]:
    return rows[:-1] if rows and not rows[-1] else rows
