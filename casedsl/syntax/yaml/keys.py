"""The keys of a block in YAML: which may stand in a mapping, and what each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal, TypeAlias

from msgspec import Struct

from casedsl.syntax.language import Language, Row

Is: TypeAlias = Literal["title", "clause", "line", "block", "collection", "list", "name"]
ANY = ""


class Key(Struct, frozen=True):
    """What a key is.

    Attributes:
      what: the title or a clause of the line that the mapping is; a clause of a line that stands in it (`line`); a line
        with a block of its own; a collection of named lines; a list of lines; a name, in a block that holds names only.
      rows: the rows of what it is, one unless it is a list.
      clause: the clause word, and `kind` of its value; a flag has none.
    """

    what: Is
    rows: tuple[Row, ...]
    clause: str = ""
    kind: str = ""


@cache
def keys_of(language: Language, row: Row, blocks: tuple[str, ...]) -> dict[str, Key]:
    """The keys of a mapping that is a line of this row and has these blocks of lines below it; `ANY` stands for any
    name."""
    keys = {clause.key: Key("clause", (row,), clause.key, clause.kind) for clause in row.shape.clauses}
    keys |= {flag: Key("clause", (row,), flag) for flag in row.shape.flags}
    if row.shape.title:
        keys["title"] = Key("title", (row,), kind="text")
    below = [each for block in blocks for each in language.rows(block)]
    for each in below:
        keys |= _keys_of_line(each, below)
    return keys


def _keys_of_line(row: Row, beside: Iterable[Row]) -> dict[str, Key]:
    if row.makes == "one":
        clauses = row.shape.clauses or ()
        if not clauses:
            return {row.keyword: Key("line", (row,), row.keyword)}
        return {clause.key: Key("line", (row,), clause.key, clause.kind) for clause in clauses}
    if row.makes == "block":
        return {row.keyword: Key("block", (row,))}
    if row.makes == "bare":
        return {ANY: Key("name", (row,))}
    if row.makes == "named":
        return {row.construct.under: Key("collection", (row,))}
    rows = tuple(each for each in beside if each.construct.under == row.construct.under)
    return {row.construct.under: Key("list", rows)}
