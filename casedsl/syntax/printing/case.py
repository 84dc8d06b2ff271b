"""A tree as a `.case` file.

The columns, so that a text stays calm under edits:

- a level is four blanks; words and values stand one blank apart, except at the following stops;
- below the left margin a value begins twelve characters behind the beginning of its line; a longer keyword pushes the
  value of its own line only;
- what follows the value or name stands in one column among the lines of its kind in the block (timers, options,
  routes): at the next multiple of four behind the longest of them that has at most 22 characters; longer ones push
  their own line only, and a line that has no other of its kind has no such column;
- so it is with names, types and titles of `fields`; there a name has at least twelve characters;
- the title of a line that opens a block below the left margin (`on`) begins 48 characters behind the line's beginning;
- a comment beside a line begins in column 53, or two blanks behind a longer line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.comments import gathered, settled
from casedsl.syntax.printing.pieces import Piece, pieces_of
from casedsl.syntax.printing.words import written
from casedsl.syntax.shapes import Either, Keyword, first_words
from casedsl.syntax.tree import Document, Line

INDENT = 4
FIRST = 12
WIDEST = 24
HEADING = 48
BESIDE = 52


def print_case(document: Document, language: Language = LANGUAGE) -> str:
    """The text of a `.case` file that is read as this document."""
    neat = settled(gathered(document))
    printer = _Printer(language)
    rows = [
        *printer.block((neat.header,), "file", 0),
        *printer.block(neat.lines, margin_of(neat.kind), 0),
        *neat.end,
    ]
    return "".join(f"{row}\n" for row in rows)


def print_case_lines(lines: tuple[Line, ...], block: str, language: Language = LANGUAGE) -> str:
    """The text of some lines of a block at the left margin."""
    return "".join(f"{row}\n" for row in _Printer(language).block(lines, block, 0))


class _Printer:
    def __init__(self, language: Language) -> None:
        self.language = language

    def block(self, lines: tuple[Line, ...], block: str, level: int) -> Iterator[str]:
        """The rows of a block's lines."""
        rows = [self.row(block, line) for line in lines]
        cells = [_cells(line, row, level) for line, row in zip(lines, rows, strict=True)]
        columns = _columns(rows, cells)
        for line, row, cut in zip(lines, rows, cells, strict=True):
            widths = _widths(row, level, columns[_kind(row)])
            yield from _indented(line.above, level)
            yield _beside(" " * (INDENT * level) + _joined(cut, widths), line.beside)
            yield from self.block(line.lines, row.keyword, level + 1)
            yield from _indented(line.end, level + 1)

    def row(self, block: str, line: Line) -> Row:
        row = self.language.row(block, line.keyword)
        assert row is not None, f"{line.keyword} in {block}"
        return row


def _kind(row: Row) -> tuple[str, ...]:
    """What the lines that share their columns have in common: where they belong, and the word that goes on."""
    behind = (part for part in row.shape.parts if isinstance(part, (Keyword, Either)))
    words = [word for part in behind for word in first_words(part)]
    return (row.construct.under or row.keyword, *words[:1])


def _cells(line: Line, row: Row, level: int) -> tuple[str, ...]:
    """A line cut at its stops."""
    pieces = list(pieces_of(line, row))
    flags = [piece.word for piece in pieces if piece.role == "flag"]
    texts = [(piece, _text(piece)) for piece in pieces if piece.role != "flag"]
    head = " ".join([*flags, row.shape.keyword]).strip()
    if level == 0:
        return (" ".join([head, *(text for _, text in texts)]),)
    cells = [head] if head else []
    for place, (piece, text) in enumerate(texts):
        if place == 0 and _opens(row):
            cells[-1] += f" {text}"
        elif place == 0 or _begins(piece, texts[place - 1][0], place, row):
            cells.append(text)
        else:
            cells[-1] += f" {text}"
    return tuple(cells)


def _begins(piece: Piece, before: Piece, place: int, row: Row) -> bool:
    """Whether a piece stands at a stop: the first one, a title, and what follows a title or the first one."""
    if piece.role == "title" or before.role == "title":
        return True
    return place == 1 and not _opens(row) and before.role != "word"


def _opens(row: Row) -> bool:
    """Whether a line opens a block by its keyword and name: it is a heading, and its name is no value in a column."""
    return row.makes == "named" and row.below


def _text(piece: Piece) -> str:
    return written(piece.value) if piece.value is not None else piece.word


def _columns(rows: list[Row], cells: list[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """The columns that the lines of each kind in a block share: one for each cell behind which another stands."""
    kinds: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row, cut in zip(rows, cells, strict=True):
        kinds.setdefault(_kind(row), []).append(cut)
    return {kind: _shared(cuts) for kind, cuts in kinds.items()}


def _shared(cuts: list[tuple[str, ...]]) -> list[int]:
    if len(cuts) == 1:
        return [0] * len(cuts[0])
    return [_stop([len(cell) for cell in column if cell]) for column in zip_longest(*(cut[:-1] for cut in cuts))]


def _stop(lengths: list[int]) -> int:
    """The stop behind the longest cell that isn't too long."""
    longest = max((length for length in lengths if length <= WIDEST - 2), default=0)
    return -(-(longest + 1) // INDENT) * INDENT


def _widths(row: Row, level: int, shared: list[int]) -> list[int]:
    """How wide each cell of a line is."""
    if level == 0:
        return []
    if _opens(row):
        return [HEADING]
    first = max(FIRST, *shared[:1]) if row.makes == "bare" and shared else FIRST
    return [first, *shared[1:]]


def _joined(cells: tuple[str, ...], widths: list[int]) -> str:
    text = ""
    for cell, width in zip_longest(cells[:-1], widths[: len(cells) - 1], fillvalue=0):
        text += str(cell).ljust(int(width) - 1) + " "
    return text + cells[-1]


def _indented(rows: tuple[str, ...], level: int) -> Iterator[str]:
    return (" " * (INDENT * level) + row if row else "" for row in rows)


def _beside(row: str, comment: str) -> str:
    return f"{row.ljust(BESIDE - 2)}  {comment}" if comment else row
