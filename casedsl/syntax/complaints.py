"""What a reader says about a line that it can't read: the parser's facts turned into the words of the author.

The parser knows which token it met and which it could have taken. From these and the line's place come three kinds of
finding: a word that begins no line here (CD003, with the nearest keyword), a block without a body, and anything else
that can't stand where it stands (CD001, with what could).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from casedsl.syntax.constructs import construct
from casedsl.syntax.finding import Finding
from casedsl.syntax.grammar import BROKEN, INDENT, base, keywords, spellings, takes
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import brief, listed, nearest

Fault: TypeAlias = Literal["words", "indent", "body"]
RESERVED = ("and", "or", "not", "is", "in")
_BORDER = {"_NL", "_INDENT", "_DEDENT", "$END"}
_EVENT = re.compile(r"on +\w+ *(?:\"|$)")
_NO_NAME = re.compile(r"\w+(?:-\w+)+|\d+[^\W\d]\w*")
_CURRENCIES = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY"}
_SIGNS = {
    "=": "write `is`",
    "!": "write `is not`",
    "≠": "write `is not`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "×": "write `*`",
    "−": "write `-`",
    "–": "write `-`",
    "—": "write `-`",
    "→": "write `->`",
    "&": "write `and`",
    "|": "write `or`",
    "/": "there is no division, and a comment begins with `#`",
    ";": "a line ends without a sign",
} | dict.fromkeys("'‘’“”„«»`", 'a text stands in straight quotes: `"…"`')


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a block, with what a finding about it needs."""

    source: Source
    first: int
    rows: list[str]
    index: int

    @property
    def text(self) -> str:
        return self.rows[self.index]

    def above(self) -> str:
        """The nearest row above that says something."""
        return next((row for row in reversed(self.rows[: self.index]) if code_of(row)), "")

    def owner(self) -> str:
        """The head of the line that this one is indented below."""
        depth = _margin(self.text)
        rows = (row for row in reversed(self.rows[: self.index]) if code_of(row) and _margin(row) < depth)
        words = code_of(next(rows, "")).split()
        return " ".join(words[: 3 if words[:1] in (["first"], ["final"]) else 2]).rstrip('"')

    def finding(self, code: str, column: int, width: int, headline: str, way_out: str) -> Finding:
        line = self.first + self.index
        span = Span(self.source.file, line, column, line, column + width)
        return Finding(code, "error", span, brief(headline), way_out=way_out)


def margin_finding(source: Source, number: int, row: str, level: int) -> Finding | None:
    """The finding about a row's indent, None if it is a level that may stand below a row at `level`."""
    margin = row[: len(row) - len(row.lstrip(" \t"))]
    span = Span(source.file, number, 1, number, len(margin) + 1)
    if "\t" in margin:
        headline, way_out = "this line is indented with a tab", f"indent with {INDENT} spaces"
    elif len(margin) % INDENT:
        below = len(margin) // INDENT * INDENT
        headline = f"this line is indented by {len(margin)} space{'s' * (len(margin) > 1)}, which is no level"
        way_out = f"a level is {INDENT} spaces: " + (f"{below} or {below + INDENT} here" if below else f"{INDENT} here")
    elif len(margin) // INDENT > level + 1:
        headline = "this line is indented by more than one level below the line above"
        way_out = f"indent it by {(level + 1) * INDENT} spaces"
    else:
        return None
    return Finding("CD001", "error", span, headline, way_out=way_out)


def parse_finding(
    source: Source, first: int, rows: list[str], error: UnexpectedToken | UnexpectedCharacters
) -> tuple[Finding, int, Fault]:
    """The finding for a parser's error in a block, the index of the row to take out, and what is wrong with it: its
    words, its indent (no row may stand there at all), or that it has no body."""
    if isinstance(error, UnexpectedCharacters):
        row = _Row(source, first, rows, error.line - 1)
        return _unreadable(row, error.column), row.index, "words"
    kind = base(error.token.type)
    row = _Row(source, first, rows, _index_of(rows, error, kind))
    if kind == "_INDENT":
        return _indented(row), row.index, "indent"
    column = len(code_of(row.text)) + 1 if kind in _BORDER else (error.token.column or 1)
    at_head = kind not in _BORDER and not row.text[: column - 1].strip()
    if takes(error.state, "_INDENT"):
        bare = _Row(source, first, rows, _said_before(rows, row.index)) if at_head else row
        return _bodiless(bare, error), bare.index, "body"
    if at_head:
        return _line_word(row, error), row.index, "words"
    return _inside(row, column, kind, error), row.index, "words"


def _index_of(rows: list[str], error: UnexpectedToken, kind: str) -> int:
    """The row that the error is about: an indent or dedent token is borrowed from the line before."""
    index = min((error.token.line or len(rows)) - 1, len(rows) - 1)
    if kind == "_INDENT":
        index = next((below for below in range(index + 1, len(rows)) if code_of(rows[below])), len(rows) - 1)
    return index if code_of(rows[index]) else _said_before(rows, index)


def _said_before(rows: list[str], index: int) -> int:
    """The nearest row above that says something."""
    return next((above for above in range(index - 1, -1, -1) if code_of(rows[above])), 0)


def _unreadable(row: _Row, column: int) -> Finding:
    """A character that begins no word."""
    mark = row.text[column - 1]
    if mark == '"':
        headline = "this text in quotes doesn't end on its line"
        return row.finding("CD001", column, 1, headline, 'close it with `"`; inside a text write `\\"`')
    word = re.match(r"\w+", row.text[column - 1 :])
    if word:
        way_out = "a name begins with a letter from A to Z, or with `_`"
        return row.finding("CD001", column, len(word[0]), f"`{word[0]}` can't stand here", way_out)
    shown = mark if mark.isprintable() and not mark.isspace() else f"U+{ord(mark):04X}"
    way_out = _SIGNS.get(mark, "")
    if mark in _CURRENCIES:
        way_out = f"write the currency behind the amount: `100 {_CURRENCIES[mark]}`"
    return row.finding("CD001", column, 1, f"`{shown}` can't stand here", way_out)


def _indented(row: _Row) -> Finding:
    headline = f"nothing can be indented below `{_keyword_of(row.above())}`"
    return row.finding("CD001", _margin(row.text) + 1, 1, headline, "move the line to the level of the line above")


def _bodiless(row: _Row, error: UnexpectedToken) -> Finding:
    """A line below which something must stand."""
    word, column = _keyword_of(row.text), _margin(row.text) + 1
    way_out = f"indent below it: {_some(_wanted(error, '_INDENT'))}"
    return row.finding("CD001", column, len(word), f"nothing stands below `{word}`", way_out)


def _line_word(row: _Row, error: UnexpectedToken) -> Finding:
    """A line that begins with a word that begins no line here."""
    words = sorted({word for name, word in keywords().items() if takes(error.state, name)})
    code, column = code_of(row.text).strip(), _margin(row.text) + 1
    spelled = _keyword_of(code)
    where = f"in `{row.owner()}`" if row.owner() else "at the left margin"
    if not words:
        return row.finding("CD001", column, len(spelled), f"`{spelled}` can't begin a line {where}", "")
    known = spelled in keywords().values()
    headline = f"a line `{spelled} …` doesn't stand {where}" if known else f"there is no line `{spelled} …` {where}"
    near = _meant(code, words)
    block = _keyword_of(re.sub("^(first|final) ", "", row.owner())) if row.owner() else "file"
    built = [word for word in words if construct(block, word)]
    way_out = f"did you mean `{near}`?" if near else f"what may stand there: {listed(built or words)}"
    return row.finding("CD003", column, len(spelled), headline, way_out)


def _inside(row: _Row, column: int, kind: str, error: UnexpectedToken) -> Finding:
    """Something in the middle or at the end of a line that can't stand there."""
    code, wanted = code_of(row.text).strip(), _wanted(error)
    if _EVENT.match(code) and "`->`" in wanted:
        way_out = "`-> state` belongs behind the event, for example `-> resolved`, or `-> stay`"
        return row.finding(
            "CD001", column, 1, f"`{' '.join(code.split()[:2])}` doesn't say where the case goes", way_out
        )
    seen = "" if kind in _BORDER else str(error.token)
    word = _reserved_before(row.text, column)
    if word:
        at = row.text.rindex(word, 0, column - 1) + 1
        headline = f"`{word}` is a word of expressions and can't be a name"
        return row.finding("CD001", at, len(word), headline, "a value or a name belongs here")
    name = next((found for found in _NO_NAME.finditer(row.text) if found.start() < column <= found.end()), None)
    if name and (seen == "-" or takes(error.state, "NAME")):
        way_out = "a name has letters, digits and `_`, and begins with a letter"
        return row.finding("CD001", name.start() + 1, len(name[0]), f"`{name[0]}` is no name", way_out)
    near = _near(seen, [words.strip("`") for words in wanted if words.startswith("`")])
    headline = f"`{seen}` can't stand here" if seen else "the line ends too early"
    way_out = f"did you mean `{near}`?" if near else f"what may stand here: {_some(wanted)}" if wanted else ""
    return row.finding("CD001", column, max(1, len(seen)), headline, way_out)


def _wanted(error: UnexpectedToken, *before: str) -> list[str]:
    """What could have stood there, as it is spelled."""
    names = (name for name in spellings() if base(name) not in {"BROKEN", "_INDENT"})
    return sorted({spellings()[name] for name in names if takes(error.state, *before, name)})


def _meant(code: str, words: list[str]) -> str | None:
    """The keyword that a line was meant to begin with: a near spelling, or one with the same first word."""
    parts = _parts(code)
    for size in (4, 3, 2, 1):
        near = nearest(" ".join(parts[:size]), [word for word in words if len(word.split()) == size])
        if near:
            return near
    return next((word for word in words if word.split()[0] in parts[:1]), None)


def _near(seen: str, words: list[str]) -> str | None:
    """The word that was meant: for words a near spelling, for signs one that contains what was written."""
    if seen.isidentifier():
        return nearest(seen, words) if len(seen) > 2 else None
    return next((word for word in words if seen and seen in word), None)


def _reserved_before(row: str, column: int) -> str:
    """The reserved word that was read as a name just before `column`: the true place of `impact > and 3`."""
    before = re.search(r"[<>=+*\-,(]\s*(\w+)\s*$", row[: column - 1])
    return before[1] if before and before[1] in RESERVED else ""


def _some(wanted: list[str]) -> str:
    return ", ".join(wanted[:6]) + (" …" if len(wanted) > 6 else "")


def _keyword_of(row: str) -> str:
    """The keyword at the head of a row: as many words as the longest keyword that it spells, else its first word."""
    parts, known = _parts(code_of(row)), set(keywords().values())
    heads = (" ".join(parts[:size]) for size in range(len(parts), 0, -1))
    return next((head for head in heads if head in known), (code_of(row).split() or [""])[0])


def _parts(code: str) -> list[str]:
    """The first words of a row, as many as a keyword can have."""
    return re.findall(r"\w+|[^\s\w]+", code)[:4]


def code_of(row: str) -> str:
    """A row without its comment, and nothing for a row that was overwritten."""
    match = re.match(r'(?:[^#"]|"(?:\\.|[^"\\])*"?)*', row)
    code = match[0].rstrip() if match else ""
    return "" if code.lstrip(" ") == BROKEN else code


def _margin(row: str) -> int:
    return len(row) - len(row.lstrip(" "))
