"""Where something stands in a source: every node of every tree carries one of these."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True, order=True, gc=False):
    """A stretch of a source: lines and columns are counted from 1, in characters; `end_column` is the first column
    after the stretch. A span stays on one line except where a whole block is meant.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
