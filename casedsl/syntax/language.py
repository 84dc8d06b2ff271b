"""The language as its readers and writers look it up: the table of constructs by block, by keyword and by YAML key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from casedsl.syntax.constructs import CONSTRUCTS, Construct
from casedsl.syntax.shapes import Clause, Shape, shape_of

_WORD = re.compile(r"\w+")
HEADS = ("case type", "organisation")
Makes: TypeAlias = Literal["one", "item", "named", "bare", "block"]


def margin_of(head: str) -> str:
    """The block at the left margin of a file that begins with `case type` or `organisation`."""
    return f"{head} file"


class Row(Struct, frozen=True, eq=False):
    """A construct with its shape taken apart; a row is itself alone, so that looking up by it is quick.

    Attributes:
      keyword: what its lines are called in the tree.
      makes: `one` a line that may stand once; `item` one of a list; `named` one of a collection by name; `bare` the
        same in a block that holds names only; `block` a keyword without a value.
      below: whether lines may stand below, and whether they must (`needed`).
    """

    construct: Construct
    shape: Shape
    keyword: str
    makes: Makes
    below: bool
    needed: bool

    @property
    def many(self) -> bool:
        """Whether it may stand more than once in its block."""
        return self.makes in ("item", "named", "bare")

    def clause(self, key: str) -> Clause | None:
        return next((clause for clause in self.shape.clauses if clause.key == key), None)

    def built(self, key: str) -> bool:
        """Whether a clause of the line has a meaning."""
        return key not in self.construct.later


class Language:
    """The table, looked up.

    Attributes:
      blocks: block -> its rows, those with the longest keyword first.
      keywords: every keyword and flag that a line can begin with.
    """

    def __init__(self, constructs: tuple[Construct, ...]) -> None:
        self.constructs = constructs
        self.blocks = _blocks(constructs)
        known = [row for rows in self.blocks.values() for row in rows]
        words = (word for row in known for word in (row.shape.keyword, *row.shape.flags) if word)
        self.keywords = frozenset(words)
        self._rows = {(block, row.keyword): row for block, rows in self.blocks.items() for row in rows}
        self._begun = {block: _by_first_word(rows) for block, rows in self.blocks.items()}

    def row(self, block: str, keyword: str) -> Row | None:
        """The row of a line in a block; None where there is no such line."""
        return self._rows.get((block, keyword))

    def rows(self, block: str) -> tuple[Row, ...]:
        """The rows of a block; none where nothing can stand."""
        return self.blocks.get(block, ())

    def begun(self, block: str, word: str) -> tuple[Row, ...]:
        """The rows of a block that may begin with a word."""
        rows = self._begun.get(block, {"": ()})
        return rows.get(word, rows[""])


def first_word(text: str, start: int = 0) -> str:
    """The word at an offset; nothing where there is a sign, or nothing."""
    found = _WORD.match(text, start)
    return found[0] if found else ""


def _by_first_word(rows: tuple[Row, ...]) -> dict[str, tuple[Row, ...]]:
    """Rows by each word that they, or their flags, begin with; under "" those that begin with a sign, or any name."""
    begun = {row: {first_word(each) for each in (*row.shape.flags, row.shape.keyword)} for row in rows}
    words = {"", *(word for firsts in begun.values() for word in firsts)}
    return {word: tuple(row for row in rows if {word, ""} & begun[row]) for word in words}


def _blocks(constructs: Iterable[Construct]) -> dict[str, tuple[Row, ...]]:
    owners = {block for construct in constructs for block in construct.blocks}
    blocks: dict[str, list[Row]] = {}
    for construct in constructs:
        row = _row(construct, owners)
        for block in construct.blocks:
            blocks.setdefault(block, []).append(row)
    return {block: tuple(rows) for block, rows in blocks.items()}


def _row(construct: Construct, owners: set[str]) -> Row:
    shape = shape_of(construct.shape)
    keyword = construct.keyword or shape.keyword
    makes = _makes(construct, shape, keyword in owners)
    below = keyword in owners and makes != "one"
    return Row(construct, shape, keyword, makes, below, below and not construct.alone)


def _makes(construct: Construct, shape: Shape, owner: bool) -> Makes:
    if not shape.keyword:
        return "bare"
    if shape.name:
        return "named"
    if construct.under:
        return "item"
    return "block" if owner and not shape.parts else "one"


LANGUAGE = Language(CONSTRUCTS)
