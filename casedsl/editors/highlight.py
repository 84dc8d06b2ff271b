"""How the lines of a `.case` file are coloured: rules made from the table, from which each highlighter's grammar comes.

A line is known by the block in which it stands and by the words with which it begins, as the reader knows it. What
follows is coloured from left to right by the rules of its shape. A word of the language takes the name behind it along
wherever a name can stand, so a field that is called `by` or `when` is shown as a name and not as a word.

What such rules can't see is how deeply a value is nested: in `given found is done` (a pair, not a comparison) they take
`done` for a word, for in parentheses behind it it could be one. And in a line that the reader can't read, what is shown
is a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from casedsl.editors.kinds import NAME, START, kind_of, pattern_of, shown_as, terminals
from casedsl.syntax.language import HEADS, LANGUAGE, Language, Row, margin_of
from casedsl.syntax.shapes import ARROW, Either, Keyword, Naming, Part, Slot

BLANKS = r"[ \t]+"
INDENT = r"^([ \t]*)"


class Rule(Struct, frozen=True):
    """A regular expression and what each of its groups is shown as."""

    pattern: str
    shows: tuple[str, ...]


class LineRule(Struct, frozen=True):
    """The lines of one construct.

    Attributes:
      label: names the rule in a grammar; `keyword` is the kind of line.
      head: matches a line up to the first word that isn't plain from its shape; the first group is the indent.
      rest: the rules for what follows, the first that fits winning.
      block: the block that begins with the line; nothing where no lines stand below.
    """

    label: str
    keyword: str
    head: Rule
    rest: tuple[Rule, ...]
    block: str


class Highlighting(Struct, frozen=True):
    """All rules.

    Attributes:
      blocks: block -> its lines; "" stands for the left margin, where an indented line whose owner isn't known is found
        by its first word alone.
      other: for lines that are none of them.
      inside: what is shown inside a string.
    """

    blocks: Mapping[str, tuple[LineRule, ...]]
    other: tuple[Rule, ...]
    inside: tuple[Rule, ...]


COMMENT = Rule(r"(#.*)", ("comment",))
STRING = Rule(r'("(?:\\.|[^"\\])*"?)', ("string",))
INSIDE = (Rule(r"(\\.)", ("escape",)), Rule(r"(\{[^{}\"\\]*\})", ("gap",)))
NUMBER = Rule(rf"\b({pattern_of('NUMBER')})", ("number",))


def highlighting(language: Language = LANGUAGE) -> Highlighting:
    """The rules of a language."""
    blocks = {block: tuple(_lines(rows)) for block, rows in language.blocks.items()}
    return Highlighting({**blocks, "": tuple(_margin(language, blocks))}, (COMMENT, STRING, NUMBER), INSIDE)


def _lines(rows: Iterable[Row]) -> Iterator[LineRule]:
    """The lines of a block, those with the longest keyword first, as the reader takes them."""
    for row in sorted(rows, key=lambda row: -len(row.shape.keyword)):
        label = f"{row.construct.blocks[0]} {row.keyword}".replace(" ", "-")
        below = row.keyword if row.below else ""
        yield LineRule(label, row.keyword, _head(row), tuple(_rest(row)), below)


def _margin(language: Language, blocks: Mapping[str, tuple[LineRule, ...]]) -> Iterator[LineRule]:
    """The lines of the margins, then those that elsewhere begin with a keyword, each keyword once."""
    first = ("file", *(margin_of(head) for head in HEADS))
    seen: set[str] = set()
    for block in (*first, *(block for block in blocks if block not in first)):
        bare = any(row.makes == "bare" for row in language.rows(block))
        for rule in () if bare else blocks.get(block, ()):
            if rule.head.pattern not in seen:
                seen.add(rule.head.pattern)
                yield rule


def _head(row: Row) -> Rule:
    """A line up to its name, or up to a first value that is one."""
    shape, pattern, shows = row.shape, INDENT, [""]
    parts = list(shape.parts)
    if shape.flags:
        pattern += rf"(?:({'|'.join(shape.flags)}){BLANKS})?"
        shows.append("flag")
    if shape.keyword:
        pattern += f"({_spelled(shape.keyword)})"
        shows.append("keyword")
    if parts and isinstance(parts[0], Naming) and NAME in kind_of(parts[0].kind).next[START]:
        parts.pop(0)
        pattern += f"(?:{BLANKS}({_NAME}))?" if shape.keyword else f"({_NAME})"
        shows.append("name")
    if parts and isinstance(parts[0], Slot) and NAME in (after := kind_of(parts[0].kind).next[START]):
        pattern += f"(?:{BLANKS}{_name_but(after)})?"
        shows.append(_named(parts[0].kind))
    return Rule(pattern, tuple(shows))


class _Known(Struct):
    """A word or sign of a line: how it is shown, what can come next, and how a name there is shown."""

    shows: str
    after: frozenset[str] = frozenset()
    named: str = "reference"

    def rules(self, pattern: str) -> Iterator[Rule]:
        edge, gap = ("", r"[ \t]*") if self.shows in ("operator", "punctuation") else (r"\b", BLANKS)
        if NAME in self.after:
            yield Rule(f"{edge}({pattern}){gap}{_name_but(self.after)}", (self.shows, self.named))
        yield Rule(f"{edge}({pattern})", (self.shows,))


def _rest(row: Row) -> Iterator[Rule]:
    """The rules for what follows: words, longer ones before shorter ones, then other values."""
    known = _known(tuple(_flat(row.shape.parts)))
    words = [pattern for pattern in known if known[pattern].shows in ("word", "clause", "type")]
    words.sort(key=lambda pattern: (-len(pattern), pattern))
    yield COMMENT
    yield STRING
    for pattern in (*words, *(pattern for pattern in known if pattern not in words)):
        yield from known[pattern].rules(pattern)


def _known(parts: tuple[Part, ...]) -> dict[str, _Known]:
    """The words and signs of a line by their patterns, in the order in which the reader tries them."""
    known: dict[str, _Known] = {}
    kinds = dict.fromkeys(part.kind for part in parts if isinstance(part, Slot | Naming))
    for terminal in terminals():
        for kind in kinds:
            if terminal in kind_of(kind).next and terminal not in (NAME, "STRING"):
                shows = "type" if kind == "type" and shown_as(terminal) == "word" else shown_as(terminal)
                _add(known, pattern_of(terminal), _Known(shows, kind_of(kind).next[terminal], _named(kind)))
    for part, behind in pairwise((*parts, None)):
        if isinstance(part, Keyword):
            value = behind.kind if isinstance(behind, Slot) else ""
            after = kind_of(value).next[START] if value else frozenset[str]()
            shows = "operator" if part.word == ARROW else "clause"
            _add(known, _spelled(part.word), _Known(shows, after, _named(value)))
    return known


def _add(known: dict[str, _Known], pattern: str, new: _Known) -> None:
    """One word may serve a line twice: as a clause, and inside a value."""
    old = known.get(pattern, new)
    known[pattern] = _Known(new.shows, old.after | new.after, new.named)


def _flat(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Either):
            for way in part.ways:
                yield from _flat(way)
        else:
            yield part


_NAME = pattern_of(NAME)


def _name_but(after: frozenset[str]) -> str:
    """A name, where none of the words can stand that win over it."""
    words = [pattern_of(terminal) for terminal in terminals() if terminal in after - {NAME}]
    fixed = [pattern for pattern in words if pattern[0].isalpha() or pattern[0] in "[("]
    return (f"(?!{'|'.join(fixed)})" if fixed else "") + f"({_NAME})"


def _named(kind: str) -> str:
    return "type" if kind == "type" else "reference"


def _spelled(word: str) -> str:
    """A keyword: its words with any blanks between them, whole; or the arrow."""
    return word if word == ARROW else word.replace(" ", BLANKS) + r"\b"
