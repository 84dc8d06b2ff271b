"""Edits of the table of a priority: cells, rows and columns too few and too many, and bands that nothing gives.

A table is whole or it isn't: each edit leaves some case without a cell, and nothing but this must be found.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from mutant_trees import Spot, Step, leaves, names, reworded, steps, with_behind, with_clause, without, written_lines
from mutant_world import Wanted, name_of
from mutants import Example, Mutator, Plan, told, unread

from casedsl.syntax.tree import Document, Phrase, Value


def tabled(document: Document) -> dict[str, str]:
    """The fields that a table reads, and the keyword of the line in which their values stand."""
    found = {}
    for step in steps(document):
        if step.line.keyword == "table":
            found[names(step.line.clauses["table"])[0]] = "row"
            found[names(step.line.clauses["by"])[0]] = "columns"
    return found


def headed(document: Document, field: str, option: str) -> Iterator[Spot]:
    """Where an option stands at the head of a row, or of a column."""
    keyword = tabled(document).get(field)
    for step in steps(document):
        if keyword == step.line.keyword == "row" and name_of(step.line) == option:
            yield Spot(step.path)
        elif keyword == step.line.keyword == "columns":
            heads = [word.text for word in leaves(step.line.clauses["columns"])]
            yield from (Spot(step.path, "columns", number) for number, head in enumerate(heads) if head == option)


def _lines(example: Example, keyword: str) -> Iterator[Step]:
    return (step for step in steps(example.main) if step.line.keyword == keyword)


def _table(example: Example) -> Spot:
    (step,) = _lines(example, "table")
    return Spot(step.path, "table", marks="line")


def drop_a_row(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "row"):
        wanted = Wanted("CD011", _table(example))
        yield unread(example, "drop a row", told(step), wanted, main=without(example.main, step.path))


def drop_the_columns(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "columns"):
        wanted = Wanted("CD011", _table(example))
        yield unread(example, "drop the columns", told(step), wanted, main=without(example.main, step.path))


def drop_a_column(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "columns"):
        for number, word in enumerate(leaves(step.line.clauses["columns"])):
            new = with_clause(example.main, step.path, "columns", _but(step.line.clauses["columns"], number))
            wanted = Wanted("CD011", Spot(step.path, "columns", marks="line"))
            yield unread(example, "drop a column", word.text, wanted, main=new)


def drop_a_cell(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "row"):
        for number, word in enumerate(leaves(step.line.clauses["gives"])):
            new = with_clause(example.main, step.path, "gives", _but(step.line.clauses["gives"], number))
            wanted = Wanted("CD005", Spot(step.path, "gives"))
            yield unread(example, "drop a cell", f"{told(step)}: {word.text}", wanted, main=new)


def _but(value: Value, number: int) -> Value:
    """A list without one of its words."""
    assert isinstance(value, Phrase)
    kept = tuple(part for place, part in enumerate(value.parts) if place != number)
    return replace(value, parts=kept, text=", ".join(part.text for part in kept))


def name_a_column_twice(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "columns"):
        words = leaves(step.line.clauses["columns"])
        for number, word in enumerate(words[1:], 1):
            value = reworded(step.line.clauses["columns"], number, words[number - 1].text)
            new = with_clause(example.main, step.path, "columns", value)
            wanted = Wanted("CD002", Spot(step.path, "columns", number))
            yield unread(example, "name a column twice", word.text, wanted, main=new)


def read_one_field_twice(example: Example) -> Iterator[Plan]:
    for step in _lines(example, "table"):
        value = reworded(step.line.clauses["by"], 0, names(step.line.clauses["table"])[0])
        new = with_clause(example.main, step.path, "by", value)
        yield unread(example, "read one field twice", told(step), Wanted("CD005", Spot(step.path, "by")), main=new)


def read_what_has_no_list_of_values(example: Example) -> Iterator[Plan]:
    fields = [step for step in _lines(example, "field") if step.line.clauses["type"].text == "long text"]
    for step in _lines(example, "table"):
        for clause in ("table", "by"):
            value = reworded(step.line.clauses[clause], 0, name_of(fields[0].line))
            new = with_clause(example.main, step.path, clause, value)
            wanted = Wanted("CD005", Spot(step.path, clause))
            yield unread(example, "read what has no list of values", clause, wanted, main=new)


def begin_a_band_that_nothing_gives(example: Example) -> Iterator[Plan]:
    """Above all others, and above what additions lead to."""
    for step in [*_lines(example, "band")][:1] if tabled(example.main) else []:
        (line,) = written_lines("band unheard_of from 1000", "priority")
        new = with_behind(example.main, step.path, line)
        wanted = Wanted("CD005", Spot((*step.path[:-1], step.path[-1] + 1), marks="row"))
        yield unread(example, "begin a band that nothing gives", told(step), wanted, main=new)


def score_it_too(example: Example) -> Iterator[Plan]:
    """A table, and a score beside it."""
    for step in _lines(example, "table"):
        (line,) = written_lines("score 5 in 0..9", "priority")
        new = with_behind(example.main, step.path, line)
        yield unread(example, "score it too", told(step), Wanted("CD005", _table(example)), main=new)


TABLES: tuple[tuple[Mutator, int], ...] = (
    (drop_a_row, 2),
    (drop_the_columns, 1),
    (drop_a_column, 2),
    (drop_a_cell, 2),
    (name_a_column_twice, 2),
    (read_one_field_twice, 1),
    (read_what_has_no_list_of_values, 2),
    (begin_a_band_that_nothing_gives, 1),
    (score_it_too, 1),
)
"""Mutators, each with how many places of an example it is applied to at most."""
