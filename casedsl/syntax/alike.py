"""Whether two trees say the same, wherever their words stand: what the printer, `convert` and every fix are held to.

A text in quotes is compared by what it says, an expression by its words and what belongs together; blanks between words
don't count. YAML can't keep the order of unlike lines in a block (a timer before a transition), so it can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from casedsl.syntax.language import LANGUAGE, Language, margin_of
from casedsl.syntax.printing.comments import gathered, settled
from casedsl.syntax.printing.words import LISTS, MAPS, written
from casedsl.syntax.tree import Document, Line, Value, Word, text_of

Plain: TypeAlias = tuple[Any, ...]
"""A tree without places, as values that can be compared."""


def same_tree(
    one: Document,
    other: Document,
    language: Language = LANGUAGE,
    *,
    comments: bool = True,
    ordered: bool = False,
) -> bool:
    """Whether two documents say the same; with `comments` in the same words beside the same lines; with `ordered` also
    unlike lines in the same order."""
    trees = [_Plainly(language, comments, ordered).document(settled(gathered(each))) for each in (one, other)]
    return trees[0] == trees[1]


def comments_in(document: Document) -> tuple[str, ...]:
    """Every comment of a document, in order, without blank lines."""
    lines = (document.header, *document.lines)
    return tuple(text for text in (*(text for line in lines for text in comments_at(line)), *document.end) if text)


def comments_at(line: Line) -> Iterator[str]:
    """The comments above a line, beside it and below it; blank lines are empty ones."""
    yield from line.above
    yield from comments_inside(line)


def comments_inside(line: Line) -> Iterator[str]:
    """The comments that belong to a line as words of its own: beside it, and at all that is below it."""
    yield line.beside
    for note in line.notes:
        yield from (*note.above, note.beside)
    for below in line.lines:
        yield from comments_at(below)
    yield from line.end


class _Plainly:
    def __init__(self, language: Language, comments: bool, ordered: bool) -> None:
        self.language, self.comments, self.ordered = language, comments, ordered

    def document(self, document: Document) -> Plain:
        margin = margin_of(document.kind)
        end = document.end if self.comments else ()
        return (document.kind, self.line(document.header), self.lines(document.lines, margin), end)

    def lines(self, lines: Iterable[Line], block: str) -> Plain:
        ordered = lines if self.ordered else sorted(lines, key=lambda line: self.kind(line, block))
        return tuple(self.line(line) for line in ordered)

    def kind(self, line: Line, block: str) -> str:
        """The lines whose order among each other counts: those of one collection."""
        row = self.language.row(block, line.keyword)
        return row.construct.under or row.keyword if row else line.keyword

    def line(self, line: Line) -> Plain:
        clauses = tuple(sorted((key, _plain(value)) for key, value in line.clauses.items()))
        words = (line.keyword, _said(line.name), _said(line.title))
        comments = (line.above, line.beside, line.end) if self.comments else ()
        return (*words, clauses, self.lines(line.lines, line.keyword), comments)


def _said(word: Word | None) -> str | None:
    return None if word is None else text_of(word)


def _plain(value: Value) -> Plain:
    if isinstance(value, Word):
        return (value.kind, text_of(value))
    said = "" if value.kind in LISTS or value.kind in MAPS or value.kind == "fallback" else written(value)
    return (value.kind, said, *(_plain(part) for part in value.parts))
