"""Read a `.case` file: text in, a `Document` and findings out. Bad lines never cost more than themselves.

A line stands below the nearest line above that is indented by one level less, and the table says which lines can stand
there and how they are written. So every line is read on its own: one that can't be read is one finding, and is lost
with what is indented below it; all others reach the tree.

What a lost line would have said isn't known, so the document says which words stood on one: a name among them is not
called unknown later, and a block that lost a line is not said to lack one.
"""

from __future__ import annotations

import re

from msgspec import Struct

from casedsl.syntax.complaints import (
    INDENT,
    Place,
    bodiless,
    indented,
    margin_finding,
    no_header,
    too_much,
    trouble_finding,
)
from casedsl.syntax.finding import Finding
from casedsl.syntax.language import HEADS, LANGUAGE, Language, margin_of
from casedsl.syntax.lines import LineRead, LineTrouble, read_line
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line
from casedsl.syntax.values import Locate

MOST_FINDINGS_IN_BLOCK = 25
MOST_FINDINGS = 500
_WORD = re.compile(r"\w+")
_CODE = re.compile(r'(?:[^#"]|"(?:\\.|[^"\\])*"?)*')


class _Open(Struct):
    """A line whose body is still being read."""

    level: int
    number: int
    code: str
    read: LineRead
    above: tuple[str, ...]
    beside: str
    lines: list[Line] = []
    end: list[str] = []
    torn: bool = False


def read_case(source: Source, language: Language = LANGUAGE) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document in a `.case` source, None where its first line can't be read, and what was found on the way."""
    reader = _Reader(source, language)
    return reader.document(), tuple(reader.found)


class _Reader:
    def __init__(self, source: Source, language: Language) -> None:
        self.source, self.language = source, language
        self.found: list[Finding] = []
        self.head = ""
        self.header: Line | None = None
        self.lines: list[Line] = []
        self.open: list[_Open] = []
        self.torn = False
        self.lost: set[str] = set()
        self.level = 0
        self.skipping: int | None = None
        self.pending: list[tuple[int, str]] = []
        self.in_block, self.tabs, self.dead = 0, False, False

    def document(self) -> Document | None:
        for number, row in enumerate(self.source.lines(), 1):
            code = _code(row)
            if not code.strip():
                self.comment(row)
            elif not self.take(number, row, code):
                return None
        end = self.comments(0)
        self.close(0)
        if self.header is None:
            if not self.dead:
                self.found.append(no_header(self.source))
            return None
        lost = frozenset(self.lost)
        return Document(self.source.file, self.head, self.header, tuple(self.lines), self.torn, lost, end=end)

    def take(self, number: int, row: str, code: str) -> bool:
        """Read a row that says something; False if nothing more is to be read."""
        begins_block = row[0] not in " \t"
        if self.header is None and not self.open and not self.begin(number, row):
            return False
        if begins_block:
            self.pending = [(0, text) for text in self.comments(0)]
            self.close(0)
            if self.dead:
                return False
            self.in_block, self.tabs, self.level = 0, False, 0
            if len(self.found) >= MOST_FINDINGS:
                self.found.append(too_much(self.source.file, number, MOST_FINDINGS))
                self.dead = True
                self.header = None
                return False
        depth = _depth(row)
        if self.skipping is not None and depth > self.skipping:
            self.lose(code)
            return True
        self.skipping = None
        finding = margin_finding(self.source, number, row, self.level)
        if finding is not None:
            self.slip(finding, row, code, depth)
            return True
        self.level = depth // INDENT
        self.line(number, row, code)
        return not self.dead

    def begin(self, number: int, row: str) -> bool:
        """See to it that the first row is a header."""
        words = re.split(" +", _code(row))
        self.head = next((head for head in HEADS if words[: len(head.split())] == head.split()), "")
        if not self.head:
            self.found.append(no_header(self.source, number))
            self.dead = True
        return bool(self.head)

    def slip(self, finding: Finding, row: str, code: str, depth: int) -> None:
        """Lose a row whose indent is no level, and what is indented below it. One that is indented by one space too
        few leaves the rows on the level that was meant; with one that is too deep, its neighbours are lost too."""
        tabbed = "\t" in row[: len(row) - len(row.lstrip(" \t"))]
        if not (tabbed and self.tabs):
            self.say(finding)
        self.tabs = self.tabs or tabbed
        if not tabbed and depth % INDENT == 0:
            self.skipping = depth - 1
        else:
            self.skipping = depth + 1 if depth % INDENT == INDENT - 1 else depth
        self.lose(code)

    def line(self, number: int, row: str, code: str) -> None:
        above = self.comments(self.level)
        self.close(self.level)
        owner = self.open[-1] if self.open else None
        block = self.block()
        start = self.level * INDENT
        locate = _locator(self.source.file, number)
        place = Place(code, locate, owner.code.strip() if owner else "", block)
        if owner is not None and not owner.read.row.below:
            self.say(indented(place, owner.read.row))
            self.skipping = start - 1
            self.lose(code)
            return
        read = read_line(self.language, block, code, start, locate)
        if isinstance(read, LineTrouble):
            if self.in_block < MOST_FINDINGS_IN_BLOCK:
                self.say(trouble_finding(place, read, self.language))
            self.skipping = start
            self.lose(code)
            if block == "file":
                self.dead = True
            return
        self.open.append(_Open(self.level, number, code, read, above, row[len(code) :].strip()))

    def block(self) -> str:
        """The block in which the next line stands."""
        if self.open:
            return self.open[-1].read.row.keyword
        return "file" if self.header is None else margin_of(self.head)

    def close(self, level: int) -> None:
        """End the lines whose bodies are over, because a line at this level follows."""
        while self.open and self.open[-1].level >= level:
            done = self.open.pop()
            if done.read.row.needed and not done.lines:
                self.bodiless(done)
                continue
            line = _line(self.source.file, done)
            if self.open:
                self.open[-1].lines.append(line)
            elif self.header is None:
                self.header = line
            else:
                self.lines.append(line)

    def bodiless(self, done: _Open) -> None:
        owner = self.open[-1].code.strip() if self.open else ""
        if not done.torn:
            place = Place(done.code, _locator(self.source.file, done.number), owner, done.read.row.keyword)
            self.say(bodiless(place, done.read.row, self.language))
        self.lose(done.code)

    def lose(self, code: str) -> None:
        self.lost.update(_WORD.findall(code))
        for each in self.open:
            each.torn = True
        self.torn = self.torn or not self.open
        self.pending.clear()

    def say(self, finding: Finding) -> None:
        """Put a finding down, unless the block has so many already that more would only drown them."""
        self.in_block += 1
        if self.in_block <= MOST_FINDINGS_IN_BLOCK:
            self.found.append(finding)

    # Comments.

    def comment(self, row: str) -> None:
        self.pending.append((_depth(row), row.strip()))

    def comments(self, level: int) -> tuple[str, ...]:
        """The comments above a line at a level, or at the end of the file. Those before them that are indented as
        deeply as the lines of a block which ends here are the last words of that block."""
        taken = 0
        for place, (depth, text) in enumerate(self.pending):
            owner = self.owner_of(depth, level)
            if text and owner is None:
                break
            if text and owner is not None:
                owner.end += [blank for _, blank in self.pending[taken:place]] + [text]
                taken = place + 1
        above = tuple(text for _, text in self.pending[taken:])
        self.pending.clear()
        return above

    def owner_of(self, depth: int, level: int) -> _Open | None:
        """The line that ends before a line at this level, and whose last words a comment this deep is."""
        ending = (each for each in reversed(self.open) if each.level >= level)
        return next((each for each in ending if (each.level + 1) * INDENT <= depth), None)


def _line(file: str, done: _Open) -> Line:
    read, start = done.read, done.level * INDENT
    locate = _locator(file, done.number)
    return Line(
        read.row.keyword,
        read.name,
        read.title,
        read.clauses,
        locate(start, len(done.code)),
        locate(start, read.head_end),
        tuple(done.lines),
        done.torn,
        done.above,
        done.beside,
        tuple(done.end),
    )


def _locator(file: str, number: int) -> Locate:
    return lambda start, end: Span(file, number, start + 1, number, end + 1)


def _code(row: str) -> str:
    """A row without its comment."""
    if "#" not in row:
        return row.rstrip()
    match = _CODE.match(row)
    return match[0].rstrip() if match else ""


def _depth(row: str) -> int:
    return len(row[: len(row) - len(row.lstrip(" \t"))].expandtabs(INDENT))
