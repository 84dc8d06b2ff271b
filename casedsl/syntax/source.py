"""A source: the text that an author wrote, read once, with every reason not to read it said as a finding.

What an author wrote is hostile: it may be empty, binary, huge or in another encoding. A source that passes here is
text in UTF-8, of bounded size, with so many lines of bounded length, so many words and without control characters, so
that no later phase has to think about it.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate, islice

from msgspec import Struct

from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import named

SUFFIX = ".case"
YAML = (".yaml", ".yml")
"""How the names of files in the YAML coat end."""
SUFFIXES = (SUFFIX, *(f"{SUFFIX}{yaml}" for yaml in YAML))
"""How the names of definitions end."""

MOST_BYTES = 2_000_000
MOST_LINES = 20_000
LONGEST_LINE = 5_000
MOST_WORDS = 200_000
"""Ten times what 200 states with 1,000 transitions and 40 fields take. To read a word and to understand it takes some
millionths of a second, and words are what a file of a bounded size can have most of."""
_WORD = re.compile(r'(?:\s|#[^\n]*)*("(?:[^"\\\n]|\\.)*"?|\w+|[^\w\s]|\Z)')
_WORD_IN_YAML = re.compile(r"(?:\s|(?<!\S)#[^\n]*)*(\w+|[^\w\s]|\Z)")
HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Source(Struct, frozen=True, dict=True):
    """A file's name, as it is shown to people, and its text with `\\n` at the end of every line."""

    file: str
    text: str

    def lines(self) -> list[str]:
        return list(self.rows)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n")[:-1])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each line begins."""
        return tuple(accumulate((len(row) + 1 for row in self.rows), initial=0))


def stem_of(file: str) -> str:
    """A file's name without what says that it is a definition, or YAML."""
    return next((file.removesuffix(suffix) for suffix in (*SUFFIXES[::-1], *YAML) if file.endswith(suffix)), file)


def read_source(file: str, data: bytes) -> Source | Finding:
    """The source in `data`, or the finding that says why it can't be read."""
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1e6:.1f} MB"
        return _refuse(
            file,
            1,
            f"the file has {size}; a definition has at most {MOST_BYTES // 1_000_000} MB",
            "split what case types share into organisation files",
        )
    if not data.strip():
        return _refuse(
            file, 1, "the file is empty", 'begin with `case type NAME "Title"` or `organisation NAME "Title"`'
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _refuse(file, line, "this is not text in UTF-8", "save the file with the encoding UTF-8")
    text = text.replace("\r\n", "\n")
    if text.count("\n") > MOST_LINES:
        return _refuse(
            file,
            MOST_LINES + 1,
            f"the file has {text.count(chr(10)):,} lines; a definition has at most {MOST_LINES:,}",
            "split what case types share into organisation files",
        )
    refused = _refused_line(file, text) or _refused_words(file, text)
    return refused or Source(file, text if text.endswith("\n") else text + "\n")


def source_again(file: str, data: bytes) -> Source:
    """The source in bytes that were read before without a finding."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    return Source(file, text if text.endswith("\n") else text + "\n")


def _refused_line(file: str, text: str) -> Finding | None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            return _refuse(
                file,
                number,
                f"this line has {len(line):,} characters; a line has at most {LONGEST_LINE:,}",
                "is this file a definition?",
            )
        hidden = HIDDEN.search(line)
        if hidden:
            return _refuse(
                file,
                number,
                f"{named(hidden[0])} stands in column {hidden.start() + 1}",
                "delete it, or type the line again",
                hidden.start() + 1,
            )
        if "\r" in line:
            return _refuse(
                file, number, "this line ends in a lone carriage return", "save the file with line ends LF or CRLF"
            )
    return None


def _refused_words(file: str, text: str) -> Finding | None:
    """The word that is one too many. A quoted text is one word, and a comment is none; in YAML, where a value may stand
    in quotes, the words in a quoted text count."""
    if len(text) <= MOST_WORDS:
        return None
    words = (_WORD_IN_YAML if file.endswith(YAML) else _WORD).finditer(text)
    last = next(islice(words, MOST_WORDS, None), None)
    if last is None or not last[1]:
        return None
    start = last.start(1)
    line = text.count("\n", 0, start) + 1
    return _refuse(
        file,
        line,
        f"word {MOST_WORDS + 1:,} of the file stands here; a definition has at most {MOST_WORDS:,} words and signs",
        "split what case types share into organisation files",
        start - text.rfind("\n", 0, start),
    )


def _refuse(file: str, line: int, headline: str, way_out: str, column: int = 1) -> Finding:
    return Finding("CD001", "error", Span(file, line, column, line, column), headline, way_out=way_out)
