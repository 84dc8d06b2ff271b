"""From one coat into the other: what the other can't keep is moved or said, and never lost in silence.

YAML keeps lines of one kind together, has one place for a line that stands once, and no place below a line that is a
key with a value; a `.case` file has one row for a line, so what stands beside its parts in YAML stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.coats import CASE_COAT, YAML_COAT, Coat, Unfit, Whole, printed_as
from casedsl.syntax.comments import comments_of
from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.words import MAPS
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Phrase


class Converted(Struct, frozen=True):
    """The text in the other coat, and in one sentence each what it doesn't keep."""

    text: str
    lost: tuple[str, ...]


def other_coat(coat: Coat) -> Coat:
    return CASE_COAT if coat is YAML_COAT else YAML_COAT


def converted(whole: Whole, file: str) -> Converted | Unfit:
    """A definition in the other coat; `file` is its new name. Raises PrintError where it would say something else."""
    if whole.coat is YAML_COAT:
        text = printed_as(whole, whole.document, CASE_COAT, file, ordered=True)
        return text if isinstance(text, Unfit) else Converted(text, tuple(_moved_from_keys(whole)))
    fitter = _Fitter(LANGUAGE)
    document = fitter.document(whole.document)
    if fitter.twice:
        return Unfit(fitter.twice[0])
    text = printed_as(whole, document, YAML_COAT, file, ordered=False)
    return text if isinstance(text, Unfit) else Converted(text, tuple(fitter.lost))


class _Fitter:
    """Moves what YAML has no place for."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lost: list[str] = []
        self.twice: list[str] = []

    def document(self, document: Document) -> Document:
        header = self.line(document.header, self.row("file", document.header))
        margin = margin_of(document.kind)
        self.look_at(document.lines, margin, "the file")
        lines = tuple(self.line(line, self.row(margin, line)) for line in document.lines)
        if not header.end:
            return replace(document, header=header, lines=lines)
        self.lost.append(f"{header.span}: the comments at the end of the header now stand above the next line")
        moved, header = header.end, replace(header, end=())
        if lines:
            lines = (replace(lines[0], above=(*moved, *lines[0].above)), *lines[1:])
            return replace(document, header=header, lines=lines)
        return replace(document, header=header, end=(*moved, *document.end))

    def row(self, block: str, line: Line) -> Row:
        row = self.language.row(block, line.keyword)
        assert row is not None, f"{line.keyword} in {block}"
        return row

    def line(self, line: Line, row: Row) -> Line:
        """A line without comments below it where it is a key with a value."""
        for value in line.clauses.values():
            self.pairs(line, value)
        if line.lines:
            self.look_at(line.lines, row.keyword, f"`{_head(line, row)}`")
            below = tuple(self.line(each, self.row(row.keyword, each)) for each in line.lines)
            return replace(line, lines=below)
        said = line.clauses or line.title
        if not line.end or (row.makes != "one" and said):
            return line
        self.lost.append(f"{line.span}: the comment below this line now stands above it")
        return replace(line, above=(*line.above, *line.end), end=())

    def pairs(self, line: Line, value: object) -> None:
        """Names that stand twice in `set` or `given` are one key in YAML."""
        if isinstance(value, Phrase) and value.kind in MAPS:
            names = [part.parts[0].text for part in value.parts if isinstance(part, Phrase)]
            again = next((name for place, name in enumerate(names) if name in names[:place]), None)
            if again is not None:
                self.say_twice(line.span, again, f"`{line.keyword}`")

    def look_at(self, lines: tuple[Line, ...], block: str, owner: str) -> None:
        """Say what stands twice, and which lines leave the place where they stood."""
        kinds: list[str] = []
        seen: set[tuple[str, str]] = set()
        parted = False
        for line in lines:
            row = self.row(block, line)
            kind = row.construct.under or row.keyword
            name = line.name.text if line.name is not None else ""
            if row.makes != "item" and (kind, name) in seen:
                self.say_twice(line.head, _head(line, row), owner)
            seen.add((kind, name))
            if kind in kinds and kinds[-1] != kind and row.many and row.makes != "bare" and not parted:
                parted = True
                self.lost.append(
                    f"{line.head}: in YAML lines of one kind stand together, so this one moves up in {owner}"
                )
            kinds.append(kind)

    def say_twice(self, span: Span, what: str, owner: str) -> None:
        self.twice.append(
            f"{span}: `{what}` stands twice in {owner}, and in YAML a key stands once; take one of them out"
        )


def _head(line: Line, row: Row) -> str:
    return " ".join(word for word in (row.shape.keyword, line.name.text if line.name else "") if word)


def _moved_from_keys(whole: Whole) -> Iterator[str]:
    """The comments that stand at a key which is a part of a line, and in a `.case` file at the whole line."""
    document, rows = whole.document, whole.source.lines()
    lines = [line for top in (document.header, *document.lines) for line in _all(top)]
    heads = {line.head.line for line in lines}
    parts = {value.span.line for line in lines for value in (*line.clauses.values(), *filter(None, (line.title,)))}
    for comment in comments_of(whole.source):
        at = comment.span.line
        while not comment.beside and at < len(rows) and not re.match(r"\s*[^\s#]", rows[at - 1]):
            at += 1
        if at in parts - heads:
            yield f"{comment.span}: this comment stands at a part of a line; now it stands at the line"


def _all(line: Line) -> Iterator[Line]:
    yield line
    for below in line.lines:
        yield from _all(below)
