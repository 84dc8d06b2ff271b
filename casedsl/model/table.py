"""The table of a priority: the band for each value of one field and each of another.

Every case finds its cell: all values of both fields stand there, each once, and each row has a cell for each column.
The columns are said and not taken from the field, so that an option that is moved there moves nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from casedsl.model.desk import Desk
from casedsl.model.records import Field, Ref, Table
from casedsl.model.values import words_of
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed
from casedsl.syntax.tree import Line, Word

_TYPES = ("choice", "scale")
_DIGITS = 15
_MOST = 7
"""So many missing values are looked for: no more are shown, and a scale may have millions."""


def table_of(block: Line, fields: Mapping[str, Field], bands: Collection[str], desk: Desk) -> Table | None:
    """The table that stands in a priority; None, with a finding, if not every case would find its cell."""
    table, columns = next(block.all("table"), None), next(block.all("columns"), None)
    if table is None:
        desk.missing(block, "the priority has cells and no `table`", "add `table impact by urgency`")
        return None
    down, across = _field(table, "table", fields, desk), _field(table, "by", fields, desk)
    if down is not None and down == across:
        desk.wrong(table.clauses["by"].span, f"rows and columns are both `{down.name}`", "name another field")
        return None
    if columns is None and across is not None:
        _missing(block, table.head, "the table has no line `columns`", f"add `columns {_written(across)}`", desk)
    if not bands:
        _missing(block, table.head, "the table has no bands", "add `band p1 from 90`", desk)
    rows = list(block.all("row"))
    heads = words_of(columns.clauses["columns"]) if columns else ()
    lines = _values(block, down, "row", (row.name for row in rows if row.name), table.head, desk)
    values = _values(block, across, "column", heads, columns.head, desk) if columns else None
    cells = tuple(_cells(row, values, bands, desk) for row in rows) if bands else ()
    if down is None or across is None or lines is None or values is None or not all(cells):
        return None
    places = (Ref(down.name, table.clauses["table"].span), Ref(across.name, table.clauses["by"].span))
    return Table(*places, lines, values, cells)


def _missing(block: Line, place: Span, headline: str, way_out: str, desk: Desk) -> None:
    """What the table doesn't say; nothing where a line of it may have said so and could not be read."""
    if not block.torn:
        desk.error("CD011", place, headline, way_out)


def _field(table: Line, clause: str, fields: Mapping[str, Field], desk: Desk) -> Field | None:
    word = next(words_of(table.clauses[clause]))
    field = fields.get(word.text)
    if field is None:
        desk.unknown("field", word, fields)
    elif field.type not in _TYPES:
        headline = f"`{field.name}` is {field.type}, and a table reads a choice or a scale"
        desk.wrong(word.span, headline, "name a field whose values can be listed")
        return None
    return field


def _values(
    block: Line, field: Field | None, what: str, words: Iterable[Word], place: Span, desk: Desk
) -> tuple[int | str, ...] | None:
    """The values that rows or columns stand for, all of the field; else a finding."""
    if field is None:
        return None
    said: dict[int | str, Span] = {}
    known = [_value(field, word, said, what, desk) for word in words]
    missing = [str(value) for value in islice((value for value in _all(field) if value not in said), _MOST)]
    if missing and None not in known:
        there = f"the table has no {what} for {listed(missing)}"
        way_out = f"add `row {missing[0]} gives …`" if what == "row" else f"add `{missing[0]}`, and a cell to each row"
        _missing(block, place, f"{there} of `{field.name}`", way_out, desk)
    return tuple(said) if not missing and None not in known else None


def _value(field: Field, word: Word, said: dict[int | str, Span], what: str, desk: Desk) -> int | str | None:
    """The value that a row or a column stands for; None, with a finding, if it is none or stands there already."""
    number = field.type == "scale" and word.text.isdigit() and len(word.text) <= _DIGITS
    value = int(word.text) if number else word.text
    if value in said:
        desk.twice(word.span, said[value], f"two {what}s are for `{word.text}`", "keep one of them")
        return None
    if field.type == "choice" and value not in _all(field):
        desk.unknown("option", word, map(str, _all(field)), f"of `{field.name}`")
        return None
    if field.type == "scale" and value not in _all(field):
        headline = f"`{word.text}` is no value of `{field.name}`, which lies in `{field.low}..{field.high}`"
        desk.wrong(word.span, headline, "choose a value of the scale")
        return None
    said[value] = word.span
    return value


def _all(field: Field) -> Collection[int | str]:
    if field.type == "choice":
        return [option.name for option in field.options]
    return range(field.low or 0, (field.high or 0) + 1)


def _written(field: Field) -> str:
    known = [str(value) for value in islice(_all(field), _MOST)]
    return ", ".join(known[: _MOST - 1]) + (", …" if len(known) == _MOST else "")


def _cells(row: Line, columns: Collection[int | str] | None, bands: Collection[str], desk: Desk) -> tuple[Ref, ...]:
    """The bands of a row; none, with a finding, if there aren't as many as columns. Where the columns are not all
    there, that is what is wrong."""
    words = list(words_of(row.clauses["gives"]))
    for word in words:
        if word.text not in bands:
            desk.unknown("band", word, bands)
    if columns is not None and len(words) != len(columns):
        count = f"{len(words)} cell{'' if len(words) == 1 else 's'}"
        headline = f"row `{row.name.text if row.name else ''}` has {count}, and the table {len(columns)} columns"
        desk.wrong(row.clauses["gives"].span, headline, "give one band for each column")
        return ()
    return tuple(Ref(word.text, word.span) for word in words if word.text in bands)
