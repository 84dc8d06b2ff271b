"""The index of the specification: every line of the language on one page, at the end of `docs/language.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casedsl.syntax.language import HEADS, LANGUAGE, Language, Row, margin_of

BEGIN = "<!-- the index begins: `python -m casedsl.editors` writes it -->"
END = "<!-- the index ends -->"
_WHERE = {"file": "first line"} | {margin_of(head): f"{head}, left margin" for head in HEADS}


def index(language: Language = LANGUAGE) -> str:
    """The index as Markdown: what is built, then what is only read."""
    built = "\n".join(_cells(*row) for row in _built(language))
    later = "\n".join(f"| {where} | {', '.join(lines)} |" for where, lines in _later(language).items())
    return f"""\
Every line that is built, in the order of the table from which readers, printer and schema are made. `<kind>` stands for
a value, `NAME` for the name that the line defines; brackets hold what may be left out, bars part alternatives.

| line | where | in YAML | meaning |
|---|---|---|---|
{built}

What is read and refused with CD010:

| where | lines and clauses |
|---|---|
{later}
"""


def with_index(page: str, language: Language = LANGUAGE) -> str:
    """A page with the index between its marks, as it should be."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError("the page has no place for the index")
    return f"{before}{BEGIN}\n\n{index(language)}\n{END}{after}"


def _built(language: Language) -> Iterator[tuple[str, str, str, str]]:
    for row, blocks in _rows(language).items():
        if row.construct.built:
            where = ", ".join(_WHERE.get(block, f"`{block}`") for block in blocks)
            yield f"`{_written(row)}`", where, _in_yaml(row), row.construct.meaning


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _rows(language: Language) -> dict[Row, list[str]]:
    """The rows in the order of the table, each with the blocks in which it stands."""
    found: dict[Row, list[str]] = {}
    order = {construct: place for place, construct in enumerate(language.constructs)}
    for block, rows in language.blocks.items():
        for row in rows:
            found.setdefault(row, []).append(block)
    return dict(sorted(found.items(), key=lambda item: order[item[0].construct]))


def _written(row: Row) -> str:
    """The shape without the clauses that have no meaning yet."""
    shape = row.construct.shape
    for word in row.construct.later:
        shape = re.sub(rf" *\[[^][]*\b{word} <[^][]*\]", "", shape)
    return shape


def _in_yaml(row: Row) -> str:
    """The keys that the line makes, or the collection in which it is an entry."""
    under = f"`{row.construct.under or row.keyword}`"
    if row.makes == "bare":
        return "by name"
    if row.makes in ("named", "item") and row.construct.under:
        return under + (", by name" if row.makes == "named" else ", a list")
    keys = [clause.key for clause in row.shape.clauses if row.built(clause.key)]
    return ", ".join(f"`{key}`" for key in keys) or under


def _later(language: Language) -> dict[str, list[str]]:
    """Place -> the lines and clauses that are read there and have no meaning yet."""
    found: dict[str, list[str]] = {}
    for row, blocks in _rows(language).items():
        for block in blocks:
            words = [f"`{row.keyword}`"] if not row.construct.built else []
            words += [f"`{word}` behind `{row.keyword}`" for word in row.construct.later]
            if words:
                found.setdefault(_WHERE.get(block, f"`{block}`"), []).extend(words)
    return found
