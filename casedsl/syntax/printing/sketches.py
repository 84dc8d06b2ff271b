"""Lines as messages propose them, `prompt clerk after …`, read by their shapes and printed in YAML.

A gap stands for what the author must choose, whatever its kind; while a line is read, a name stands in its place.
"""

from __future__ import annotations

from casedsl.syntax.language import Row
from casedsl.syntax.lines import LineTrouble, Walk, behind_head
from casedsl.syntax.printing.yaml import print_key, print_named
from casedsl.syntax.shapes import ARROW, Part
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Word
from casedsl.syntax.values import Trouble, read_whole

GAP, _NAME = "…", "__"
_NOWHERE = Span("", 1, 1, 1, 1)


def line_in_yaml(row: Row, text: str) -> str:
    """A line of a row: its keys, an item of a list, or a name with what is below it; empty if the text is no line of
    this row, or says nothing but a name."""
    said = text.replace(GAP, _NAME)
    behind = behind_head(row, said, 0) if row.shape.keyword else None
    read = _Sketch(row, said, _nowhere).run(0, behind) if behind is not None else None
    if read is None or isinstance(read, LineTrouble) or not (read.clauses or read.title):
        return ""
    line = Line(row.keyword, read.name, read.title, read.clauses, _NOWHERE, _NOWHERE, ())
    return _with_gaps(print_named(line, row))


def clause_in_yaml(row: Row, text: str) -> str:
    """A clause of a row as a key; empty if the text is none of its clauses."""
    said = text.replace(GAP, _NAME)
    for clause in row.shape.clauses:
        word = ARROW if clause.key == "to" and said.startswith(ARROW) else clause.key
        if clause.kind and clause.key != row.keyword and said.startswith(f"{word} "):
            rest = said[len(word) + 1 :]
            value = Word("NAME", _NAME, _NOWHERE) if rest == _NAME else read_whole(clause.kind, rest, _nowhere)
            if not isinstance(value, Trouble):
                return _with_gaps(print_key(clause.key, value))
    return ""


def _with_gaps(text: str) -> str:
    return text.replace(_NAME, GAP)


def _nowhere(_: int, __: int) -> Span:
    return _NOWHERE


class _Sketch(Walk):
    """A line in which a gap may stand for any value."""

    def value(self, kind: str, after: tuple[Part, ...], at: int, into: str) -> LineTrouble | None:
        trouble = super().value(kind, after, at, into)
        if trouble is None or not self.text.startswith(_NAME, at):
            return trouble
        self.at, self.more, self.open = at + len(_NAME), (), []
        self.clauses[into] = Word("NAME", _NAME, self.locate(at, self.at))
        return None
