"""Comments and blank lines of a YAML file, given to the lines that they belong to.

What stands above a key belongs to the line that the key is part of, what stands beside it too; if the key is a clause
on a row of its own, the line notes that it stands there. A comment that is indented deeper than the key behind it is
the last word of the block that it is indented as deeply as. A comment at the key of a collection goes to the first line
in it, for the collection is no line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

from msgspec.structs import replace

from casedsl.syntax.tree import Line, Note
from casedsl.syntax.yaml.nodes import Mapping, Node, Nodes, Scalar, Sequence


class Notes:
    """The comments of one file; each is given away once."""

    def __init__(self, rows: list[str], nodes: Nodes) -> None:
        self.above: dict[int, list[str]] = {}
        self.beside: dict[int, str] = {}
        self.ends: dict[int, list[str]] = {}
        self.last: list[str] = []
        blocks = list(_blocks(nodes.root)) if nodes.root else []
        self.keys = sorted({key.start[0] for _, mapping in blocks for key, _ in mapping.pairs})
        self.blocks = blocks
        self.sort(rows, nodes)

    @cached_property
    def chains(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """The row of a key -> column and identity of each block around the last key on that row."""
        return {
            key.start[0]: tuple((each.pairs[0][0].start[1], id(each)) for each in around if each.pairs)
            for around, mapping in self.blocks
            for key, _ in mapping.pairs
        }

    def sort(self, rows: list[str], nodes: Nodes) -> None:
        """Give each comment and blank line to a key's row, a block's end or the end of the file."""
        blanks: list[str] = []
        keys = set(self.keys)
        for row, text in enumerate(rows):
            column, comment = nodes.comments.get(row, (0, ""))
            if not comment:
                if not text.strip() and row not in nodes.inside:
                    blanks.append("")
                elif blanks and row in keys:
                    self.above.setdefault(row, []).extend(blanks)
                    blanks = []
                continue
            if text[:column].strip():
                self.put_beside(row, comment)
                if blanks and row in keys:
                    self.above.setdefault(row, []).extend(blanks)
                    blanks = []
                continue
            self.put_above(row, column, [*blanks, comment], rows)
            blanks = []

    def put_beside(self, row: int, comment: str) -> None:
        place = max(0, bisect_right(self.keys, row) - 1)
        key = self.keys[place] if self.keys else 0
        if key in self.beside:
            self.above.setdefault(key, []).append(comment)
        else:
            self.beside[key] = comment

    def put_above(self, row: int, column: int, texts: list[str], rows: list[str]) -> None:
        place = bisect_left(self.keys, row)
        behind = self.keys[place] if place < len(self.keys) else None
        margin = len(rows[behind]) - len(rows[behind].lstrip(" ")) if behind is not None else 0
        owner = self.owner(self.keys[place - 1], column, margin) if place and column > margin else None
        if owner is not None:
            self.ends.setdefault(owner, []).extend(texts)
        elif behind is None:
            self.last += texts
        else:
            self.above.setdefault(behind, []).extend(texts)

    def owner(self, key: int, column: int, margin: int) -> int | None:
        """The innermost block around a key's row that begins at this column or before it, and ends here."""
        fitting = [(begin, number) for begin, number in self.chains.get(key, ()) if margin < begin <= column]
        return max(fitting)[1] if fitting else None

    # Given away.

    def on(self, line: Line, keys: list[Scalar], node: Mapping | None) -> Line:
        """A line with the comments of its keys, and those at the end of its block. What stands above its first key, and
        at its keyword, is the line's."""
        rows: dict[int, str] = {}
        for key in keys:
            rows.setdefault(key.start[0], key.text)
        ending = node is not None and id(node) in self.ends
        if not ending and not any(row in self.above or row in self.beside for row in rows):
            return line
        first = next(iter(rows))
        lead = next((row for row, text in rows.items() if text == line.keyword), first)
        above = {row: tuple(self.above.pop(row, ())) for row in rows}
        beside = {row: self.beside.pop(row, "") for row in rows}
        notes = [
            Note(text, above[row] if row != first else (), beside[row]) for row, text in rows.items() if row != lead
        ]
        kept = tuple(note for note in notes if note.above or note.beside)
        end = (*line.end, *self.ends.pop(id(node), ())) if node is not None else line.end
        over = (*line.above, *above[first], *(above[lead] if lead != first else ()))
        return replace(line, above=over, beside=beside[lead], end=end, notes=kept)

    def carried(self, key: Scalar) -> tuple[str, ...]:
        """The comments at a collection's key, for the first line in it."""
        row = key.start[0]
        beside = self.beside.pop(row, "")
        return (*self.above.pop(row, ()), *((beside,) if beside else ()))

    def ending(self, node: Node) -> tuple[str, ...]:
        """The comments at the end of a collection, for the last line in it."""
        return tuple(self.ends.pop(id(node), ()))

    def at_the_end(self) -> tuple[str, ...]:
        """What stands behind the last line, and whatever found no line."""
        rest = [text for texts in (*self.above.values(), *self.ends.values()) for text in texts if text]
        return (*rest, *self.beside.values(), *self.last)


def _blocks(node: Node, inside: tuple[Mapping, ...] = ()) -> Iterator[tuple[tuple[Mapping, ...], Mapping]]:
    """Every mapping with those around it that are written as blocks."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _blocks(item, inside)
    elif isinstance(node, Mapping):
        around = inside if node.flow else (*inside, node)
        yield around, node
        for _, value in node.pairs:
            yield from _blocks(value, around)
