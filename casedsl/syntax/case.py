"""Read a `.case` file: text in, a `Document` and findings out. Bad lines never cost more than themselves.

A file is cut at its left margin into blocks. A block that can't be parsed yields one finding; the line it stands on is
overwritten by a mark that the grammar knows, what is indented below it is blanked, and the block is parsed again, so
that every other line still reaches the tree and every finding keeps its own line number. (Resuming inside the parser,
as `on_error` would, resets the indentation and reports what is not so.)

What a lost line would have said isn't known, so the document says which words stood on one: a name among them is not
called unknown later, and a block that lost a line is not said to lack one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from casedsl.syntax.complaints import code_of, margin_finding, parse_finding
from casedsl.syntax.finding import Finding
from casedsl.syntax.grammar import BROKEN, INDENT, parser
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line
from casedsl.syntax.weave import too_deep, woven

MOST_FINDINGS_IN_BLOCK = 25
MOST_FINDINGS = 500
MOST_ROWS_READ = 20_000
_HEADS = {"case type": "top", "organisation": "shared"}
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Block:
    """Rows from one line at the left margin to the next.

    Attributes:
      first: the number of its first row in the file.
      lost, words: the numbers within the block of rows that can't be read, and the words on them.
    """

    first: int
    rows: list[str] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def head(self) -> str:
        """The first row that says something."""
        return next((row for row in self.rows if row.strip() and not row.lstrip().startswith("#")), "")

    def take_out(self, index: int) -> None:
        """Overwrite a row by the mark, and blank what is indented below it."""
        depth = _depth(self.rows[index])
        self._lose(index, " " * (depth // INDENT * INDENT) + BROKEN)
        self._blank_below(index, depth)

    def erase(self, index: int) -> None:
        """Blank a row and everything after it that is indented as deeply or deeper."""
        depth = _depth(self.rows[index])
        self._lose(index)
        self._blank_below(index, depth - 1)

    def slip(self, index: int) -> None:
        """Blank a row whose indent is no level, and what is indented below it; a row that is indented by one space too
        few keeps the rows on the level that was meant."""
        depth = _depth(self.rows[index])
        self._lose(index)
        self._blank_below(index, depth + 1 if depth % INDENT == INDENT - 1 else depth)

    def lost_below(self, index: int) -> bool:
        """Whether the rows between this one and the next that says something include one that can't be read."""
        rows = range(index + 1, len(self.rows))
        end = next((below for below in rows if self.rows[below].strip(" ")), len(self.rows))
        return any(below + 1 in self.lost for below in range(index + 1, end))

    def give_up(self) -> None:
        """Blank all of it."""
        self._blank_below(-1, -1)

    def _blank_below(self, index: int, depth: int) -> None:
        for below in range(index + 1, len(self.rows)):
            row = self.rows[below]
            if row.strip() and _depth(row) <= depth:
                break
            self._lose(below)

    def _lose(self, index: int, instead: str = "") -> None:
        if self.rows[index].strip():
            self.lost.add(index + 1)
            self.words.update(_WORD.findall(code_of(self.rows[index])))
        self.rows[index] = instead


def read_case(source: Source) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document in a `.case` source, None where its first line can't be read, and what was found on the way."""
    found: list[Finding] = []
    header: Line | None = None
    kind, lines = "", list[Line]()
    torn, lost = False, set[str]()
    for block in _blocks(source):
        if header is None:
            kind = _kind_of(block)
            if not kind:
                return None, (_no_header(source, block.first, block.rows),)
        if len(found) >= MOST_FINDINGS:
            return None, (*found, _too_much(source, block))
        line = _read_block(source, block, "start" if header is None else _HEADS[kind], found)
        if header is not None and line is not None:
            lines.append(line)
        torn = torn or line is None
        lost.update(block.words)
        header = header or line
        if header is None:
            return None, tuple(found)
    if header is None:
        return None, (_no_header(source, 1, source.lines()),)
    return Document(source.file, kind, header, tuple(lines), torn, frozenset(lost)), tuple(found)


def _kind_of(block: _Block) -> str:
    """`case type` or `organisation`, by the words that a block begins with; nothing for any other."""
    words = re.split(" +", block.head())
    return next((head for head in _HEADS if words[: len(head.split())] == head.split()), "")


def _blocks(source: Source) -> Iterator[_Block]:
    block = _Block(1)
    for number, row in enumerate(source.lines(), 1):
        if row[:1] not in ("", " ", "#", "\t") and block.head():
            yield block
            block = _Block(number)
        block.rows.append(row)
    if block.head():
        yield block


def _read_block(source: Source, block: _Block, start: str, found: list[Finding]) -> Line | None:
    """The line that a block makes; None if its first row can't be read, or too much of it. A long block is read less
    often, so that time stays bounded."""
    if not _mend_margins(source, block, found):
        return None
    for _ in range(max(3, min(MOST_FINDINGS_IN_BLOCK, MOST_ROWS_READ // len(block.rows)))):
        try:
            tree = parser().parse("\n".join(block.rows) + "\n", start=start)
        except (UnexpectedToken, UnexpectedCharacters) as error:
            finding, index, fault = parse_finding(source, block.first, block.rows, error)
        else:
            deep = too_deep(tree)
            if deep is None:
                return woven(source.file, block.rows, tree, block.first - 1, block.lost)
            finding, index, fault = _deep_finding(source, block, deep - 1), deep - 1, "words"
        if not (fault == "body" and block.lost_below(index)):
            found.append(finding)
        (block.erase if fault == "indent" else block.take_out)(index)
        if BROKEN in block.head():
            break
    block.give_up()
    return None


def _mend_margins(source: Source, block: _Block, found: list[Finding]) -> bool:
    """Report rows whose indent is no level of the block, and overwrite them; tabs once in a block. False if there are
    too many of them to read the rest."""
    level, tabs, most = 0, False, len(found) + MOST_FINDINGS_IN_BLOCK
    for index, row in enumerate(block.rows):
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        finding = margin_finding(source, block.first + index, row, level)
        if finding is None:
            level = _depth(row) // INDENT
            continue
        if len(found) == most:
            block.give_up()
            return False
        tabbed = "\t" in _margin(row)
        if not (tabbed and tabs):
            found.append(finding)
        tabs = tabs or tabbed
        (block.slip if tabbed or _depth(row) % INDENT else block.erase)(index)
    return True


def _margin(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" \t"))]


def _depth(row: str) -> int:
    return len(_margin(row).expandtabs(INDENT))


def _no_header(source: Source, first: int, rows: list[str]) -> Finding:
    """The finding about a file whose first line that is no comment is no header, or that holds comments only."""
    written = ((first + i, row) for i, row in enumerate(rows) if row.strip() and row.lstrip()[0] != "#")
    number, row = next(written, (first, rows[0]))
    span = Span(source.file, number, len(_margin(row)) + 1, number, len(code_of(row)) + 1)
    headline = "a file begins with `case type` or `organisation`"
    way_out = 'write `case type NAME "Title"`, or `organisation NAME "Title"`, as its first line'
    if row.lstrip().startswith(tuple(_HEADS)) and _margin(row):
        headline, way_out = "the first line is indented", "move it to the left margin"
    return Finding("CD001", "error", span, headline, way_out=way_out)


def _too_much(source: Source, block: _Block) -> Finding:
    span = Span(source.file, block.first, 1, block.first, 1)
    return Finding(
        "CD001",
        "error",
        span,
        f"more than {MOST_FINDINGS} lines above can't be read; from here on nothing is read",
        way_out="is this file a definition?",
    )


def _deep_finding(source: Source, block: _Block, index: int) -> Finding:
    row = block.rows[index]
    span = Span(source.file, block.first + index, _depth(row) + 1, block.first + index, len(row.rstrip()) + 1)
    return Finding(
        "CD001",
        "error",
        span,
        "this expression is nested too deeply to be read by people",
        way_out="say it in several lines, or in several routes",
    )
