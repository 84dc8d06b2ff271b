"""What every part of the model asks of a line: its name, its title, the value of a line below it."""

from __future__ import annotations

from casedsl.syntax.tree import Line, Value, text_of


def clause(line: Line, keyword: str) -> Value | None:
    """The value of a line below that stands at most once, or None."""
    found = next(line.all(keyword), None)
    return found.clauses.get(keyword) if found else None


def name_of(line: Line) -> str:
    return line.name.text if line.name else ""


def title_of(line: Line) -> str:
    """A line's title; a name with its underscores as blanks where it has none."""
    return text_of(line.title) or name_of(line).replace("_", " ").capitalize()
