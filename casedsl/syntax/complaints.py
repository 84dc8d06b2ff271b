"""What is said about a line that can't be read: the facts of the reader turned into the words of the author.

The reader knows where it stopped and what could have stood there. From these and the line's place come three kinds of
finding: a word that begins no line here, or is a misspelt one of its line (CD003, with the nearest), a block without a
body, and anything else that can't stand where it stands (CD001, with what could). Both coats say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from casedsl.syntax.finding import Edit, Finding, Fix
from casedsl.syntax.language import Language, Row
from casedsl.syntax.lines import LineTrouble, begins_with_value
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import MOST_MEANT, brief, did_you_mean, listed, named, nearest, only_near
from casedsl.syntax.values import Locate, token_at

INDENT = 4
RESERVED = ("and", "or", "not", "is", "in")
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


class Place(Struct, frozen=True):
    """A text that a finding is about, with what the finding needs.

    Attributes:
      text: a row of a `.case` file without its comment, or a value in YAML.
      locate: where a stretch of it stands.
      owner: the text of the line below which it stands, nothing at the left margin; `block` is that line's keyword.
      what: what the text is called: a line, or a value.
    """

    text: str
    locate: Locate
    owner: str = ""
    block: str = ""
    what: str = "line"

    @property
    def margin(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    def span(self, at: int, width: int) -> Span:
        return self.locate(at, at + width)

    def finding(self, code: str, at: int, width: int, headline: str, way_out: str, fix: Fix | None = None) -> Finding:
        return Finding(code, "error", self.span(at, width), brief(headline), way_out=way_out, fix=fix)


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


def trouble_finding(place: Place, trouble: LineTrouble, language: Language) -> Finding:
    """The finding for a line that can't be read."""
    if trouble.deep:
        headline = "this expression is nested too deeply to be read by people"
        width = len(place.text) - place.margin
        return place.finding("CD001", place.margin, width, headline, "say it in several lines, or in several routes")
    seen = token_at(place.text, trouble.at)
    if not seen and trouble.at < len(place.text):
        return _unreadable(place, trouble.at)
    if trouble.head:
        return _line_word(place, language)
    return _inside(place, trouble, seen)


def indented(place: Place, owner: Row) -> Finding:
    """A line below one that has no block."""
    word = owner.shape.keyword or place.owner.split()[0]
    way_out = "move the line to the level of the line above"
    return place.finding("CD001", place.margin, 1, f"nothing can be indented below `{word}`", way_out)


def bodiless(place: Place, row: Row, language: Language) -> Finding:
    """A line below which something must stand."""
    below = language.rows(row.keyword)
    names = [spelled for each in below if not each.shape.keyword for spelled in begins_with_value(each)]
    wanted = names or [f"`{word}`" for word in _words_of(below)]
    way_out = f"indent below it: {_some(sorted(wanted))}"
    word = row.shape.keyword
    return place.finding("CD001", place.margin, len(word), f"nothing stands below `{word}`", way_out)


def no_header(source: Source, number: int = 0) -> Finding:
    """The finding about a file whose first line that is no comment is no header, or that holds comments only."""
    rows = source.lines()
    row = rows[number - 1] if number else rows[0]
    margin = len(row) - len(row.lstrip(" \t"))
    code = _code(row)
    span = Span(source.file, number or 1, margin + 1, number or 1, len(code) + 1 if number else margin + 1)
    headline = "a file begins with `case type` or `organisation`"
    way_out = 'write `case type NAME "Title"`, or `organisation NAME "Title"`, as its first line'
    if row.lstrip().startswith(("case type", "organisation")) and margin:
        headline, way_out = "the first line is indented", "move it to the left margin"
    return Finding("CD001", "error", span, headline, way_out=way_out)


def too_much(file: str, number: int, most: int) -> Finding:
    """A file that is hardly a definition."""
    span = Span(file, number, 1, number, 1)
    headline = f"more than {most} lines above can't be read; from here on nothing is read"
    return Finding("CD001", "error", span, headline, way_out="is this file a definition?")


def _unreadable(place: Place, at: int) -> Finding:
    """A character that begins no word."""
    mark = place.text[at]
    if mark == '"':
        headline = f"this text in quotes doesn't end {'on its line' if place.what == 'line' else 'in the value'}"
        return place.finding("CD001", at, 1, headline, 'close it with `"`; inside a text write `\\"`')
    word = re.match(r"\w+", place.text[at:])
    if word:
        way_out = "a name begins with a letter from A to Z, or with `_`"
        return place.finding("CD001", at, len(word[0]), f"`{word[0]}` can't stand here", way_out)
    if not mark.isprintable() or mark.isspace():
        return _unseen(place, at, mark)
    joined = _joined(place.text[max(0, at - 1) : at], mark)
    if joined:
        headline = f"`{joined}` is two characters here, the second of them {named(mark)}"
        fix = Fix(f"write `{joined}` as one", True, (Edit(place.span(at - 1, 2), joined),))
        return place.finding("CD001", at - 1, 2, headline, f"type `{joined}` again, as one character", fix)
    way_out = _SIGNS.get(mark, "")
    if mark in _CURRENCIES:
        way_out = f"write the currency behind the amount: `100 {_CURRENCIES[mark]}`"
    return place.finding("CD001", at, 1, f"`{mark}` can't stand here", way_out)


def _unseen(place: Place, at: int, mark: str) -> Finding:
    """A character that looks like a space, or like nothing."""
    way_out, text = ("write a plain space instead", " ") if mark.isspace() else ("delete it", "")
    fix = Fix(way_out, True, (Edit(place.span(at, 1), text),))
    return place.finding("CD001", at, 1, f"{named(mark)} can't stand here", way_out, fix)


def _joined(before: str, mark: str) -> str:
    """The one character that a letter and the mark behind it mean together; empty where they mean none."""
    from unicodedata import normalize  # most files have no such mark

    one = normalize("NFC", before + mark)
    return one if before and len(one) == 1 else ""


def _line_word(place: Place, language: Language) -> Finding:
    """A line that begins with a word that begins no line here."""
    rows = language.rows(place.block)
    words, code = _words_of(rows), place.text.strip()
    start = place.margin + _behind_flag(code, rows)
    code = place.text[start:]
    spelled = _keyword_of(code, language)
    where = f"in `{_owner(place.owner)}`" if place.owner else "at the left margin"
    known = spelled in language.keywords
    headline = f"a line `{spelled} …` doesn't stand {where}" if known else f"there is no line `{spelled} …` {where}"
    near = _meant(code, words)
    built = sorted({row.shape.keyword for row in rows if row.construct.built})
    way_out = did_you_mean(near) or f"what may stand there: {listed(built or words)}"
    fix = _respelled(place, start, near, words) if not known else None
    return place.finding("CD003", start, len(spelled), headline, way_out, fix)


def _behind_flag(code: str, rows: tuple[Row, ...]) -> int:
    """Where the keyword begins behind a flag, `state` of `first state`; 0 where the line begins with none."""
    flags = (flag for row in rows for flag in row.shape.flags)
    match = next((match for flag in flags if (match := re.match(rf"{flag} +(?=\w)", code))), None)
    return match.end() if match else 0


def _respelled(place: Place, start: int, near: tuple[str, ...], words: Iterable[str]) -> Fix | None:
    """The word in the place of what was meant as it: as many words as it has. It is no fix if two are equally near, and
    an unsafe one if another of the words is near too."""
    if len(near) != 1:
        return None
    size = len(near[0].split())
    said = " ".join(place.text[start:].split(" ")[:size])
    if nearest(said, near) != near:
        return None
    safe = only_near(said, (word for word in words if len(word.split()) == size)) is not None
    return Fix(f"write `{near[0]}`", safe, (Edit(place.span(start, len(said)), near[0]),))


def _inside(place: Place, trouble: LineTrouble, seen: str) -> Finding:
    """Something in the middle or at the end of a line that can't stand there."""
    at, code = trouble.at, place.text.strip()
    wanted = trouble.could
    if _EVENT.match(code) and "`->`" in wanted:
        way_out = "`-> state` belongs behind the event, for example `-> resolved`, or `-> stay`"
        headline = f"`{' '.join(code.split()[:2])}` doesn't say where the case goes"
        return place.finding("CD001", at, 1, headline, way_out)
    word = _reserved_before(place.text, at)
    if word:
        headline = f"`{word}` is a word of expressions and can't be a name"
        before = place.text.rindex(word, 0, at)
        return place.finding("CD001", before, len(word), headline, "a value or a name belongs here")
    name = next((found for found in _NO_NAME.finditer(place.text) if found.start() <= at < found.end()), None)
    if name and (seen == "-" or trouble.name):
        way_out = "a name has letters, digits and `_`, and begins with a letter"
        return place.finding("CD001", name.start(), len(name[0]), f"`{name[0]}` is no name", way_out)
    clause = _clause_word(place, trouble, seen)
    if clause is not None:
        return clause
    near = _near(seen, [words.strip("`") for words in wanted if words.startswith("`")])
    headline = f"`{seen}` can't stand here" if seen else f"the {place.what} ends too early"
    way_out = did_you_mean(near) or (f"what may stand here: {_some(wanted)}" if wanted else "")
    return place.finding("CD001", at, max(1, len(seen)), headline, way_out)


def _clause_word(place: Place, trouble: LineTrouble, seen: str) -> Finding | None:
    """A misspelt word of the line, None if it isn't near to any; in YAML it is a key."""
    near = _meant(place.text[trouble.at :], trouble.words) if seen.isidentifier() else ()
    if not near:
        return None
    size = len(near[0].split())
    said = " ".join(place.text[trouble.at :].split()[:size])
    fix = _respelled(place, trouble.at, near, trouble.words)
    headline = f"there is no word `{said}` in `{trouble.line}`"
    return place.finding("CD003", trouble.at, len(said), headline, did_you_mean(near), fix)


def _words_of(rows: tuple[Row, ...]) -> list[str]:
    """The words with which lines of a block begin."""
    return sorted({word for row in rows for word in (row.shape.keyword, *row.shape.flags) if word})


def _meant(code: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that a text was meant to begin with: a near spelling, or the same first word."""
    parts, known = _parts(code), list(words)
    for size in (4, 3, 2, 1):
        near = nearest(" ".join(parts[:size]), [word for word in known if len(word.split()) == size])
        if near:
            return near
    begun = tuple(word for word in known if word.split()[0] in parts[:1])
    return begun if len(begun) <= MOST_MEANT else ()


def _near(seen: str, words: list[str]) -> tuple[str, ...]:
    """The words that may have been meant: for words a near spelling, for signs those that contain what was written."""
    if seen.isidentifier():
        return nearest(seen, words) if len(seen) > 2 else ()
    signs = tuple(word for word in words if seen and seen in word)
    return signs if len(signs) <= MOST_MEANT else ()


def _reserved_before(row: str, at: int) -> str:
    """The reserved word that was read as a name just before an offset: the true place of `impact > and 3`."""
    before = re.search(r"[<>=+*\-,(]\s*(\w+)\s*$", row[:at])
    return before[1] if before and before[1] in RESERVED else ""


def _some(wanted: list[str] | tuple[str, ...]) -> str:
    return ", ".join(wanted[:6]) + (" …" if len(wanted) > 6 else "")


def _owner(code: str) -> str:
    """The head of a line, as messages name it."""
    words = code.split()
    return " ".join(words[: 3 if words[:1] in (["first"], ["final"]) else 2]).rstrip('"')


def _keyword_of(code: str, language: Language) -> str:
    """The keyword at the head of a row: as many words as the longest keyword that it spells, else its first word."""
    parts = _parts(code)
    heads = (" ".join(parts[:size]) for size in range(len(parts), 0, -1))
    return next((head for head in heads if head in language.keywords), (code.split() or [""])[0])


def _parts(code: str) -> list[str]:
    """The first words of a row, as many as a keyword can have."""
    return re.findall(r"\w+|[^\s\w]+", code)[:4]


def _code(row: str) -> str:
    match = re.match(r'(?:[^#"]|"(?:\\.|[^"\\])*"?)*', row)
    return match[0].rstrip() if match else ""
