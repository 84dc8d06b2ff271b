"""A line taken out of a YAML text: its keys with their values, its place in a list, or its entry between braces.

The line is found among the nodes by the rule of the mapping, not by its text. A collection that is empty then goes too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from msgspec import Struct

from casedsl.syntax.language import LANGUAGE, Language, Row, margin_of
from casedsl.syntax.mending.edits import TextEdit
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document, Line
from casedsl.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence, read_nodes


class _Spot(Struct, frozen=True):
    """Where a line stands: some entries of a mapping or a sequence; `outer` is where that collection itself stands, if
    it is there only to hold such lines."""

    node: Mapping | Sequence
    places: tuple[int, ...]
    outer: _Spot | None = None

    def inside(self) -> Node:
        """What stands in the one entry."""
        place = self.places[0]
        return self.node.pairs[place][1] if isinstance(self.node, Mapping) else self.node.items[place]


def taken_from_yaml(
    source: Source, document: Document, line: Line, language: Language = LANGUAGE
) -> tuple[TextEdit, ...] | None:
    """The edits that take a line out; None if it isn't found, or stands in an alias."""
    nodes = read_nodes(source)
    if nodes.root is None or nodes.aliased:
        return None
    found = _find(nodes.root, document.header.lines, document.header.keyword, line, language)
    found = found or _find(nodes.root, document.lines, margin_of(document.kind), line, language)
    return tuple(_Text(source).taken(found)) if found is not None else None


def _find(block: Mapping, lines: tuple[Line, ...], name: str, wanted: Line, language: Language) -> _Spot | None:
    """Where a line stands below a block whose mapping is known."""
    for line in lines:
        row = language.row(name, line.keyword)
        spot = _spot(block, line, row) if row is not None else None
        if spot is None or row is None:
            continue
        if line is wanted:
            return spot
        inner = spot.inside()
        found = _find(inner, line.lines, row.keyword, wanted, language) if isinstance(inner, Mapping) else None
        if found is not None:
            return found
    return None


def _spot(block: Mapping, line: Line, row: Row) -> _Spot | None:
    if row.makes == "one":
        keys = {clause.key for clause in row.shape.clauses} or {row.keyword}
        places = tuple(place for place, (key, _) in enumerate(block.pairs) if key.text in keys)
        return _Spot(block, places) if places else None
    if row.makes in ("block", "bare"):
        return _at_head(block, line, None)
    holding = next((place for place, (key, _) in enumerate(block.pairs) if key.text == row.construct.under), None)
    if holding is None:
        return None
    outer = _Spot(block, (holding,))
    collection = outer.inside()
    return None if isinstance(collection, Scalar) else _at_head(collection, line, outer)


def _at_head(node: Mapping | Sequence, line: Line, outer: _Spot | None) -> _Spot | None:
    """The entry that begins where the line's head stands."""
    head = (line.head.line - 1, line.head.column - 1)
    starts = (
        [key.start for key, _ in node.pairs] if isinstance(node, Mapping) else [_first(each) for each in node.items]
    )
    return _Spot(node, (starts.index(head),), outer) if head in starts else None


def _first(node: Node) -> tuple[int, int]:
    return node.pairs[0][0].start if isinstance(node, Mapping) and node.pairs else node.start


class _Text:
    """The text that is cut, by rows and columns from 0."""

    def __init__(self, source: Source) -> None:
        self.rows = source.lines()
        self.starts = [0, *accumulate(len(row) + 1 for row in self.rows)]

    def offset(self, place: tuple[int, int]) -> int:
        return self.starts[place[0]] + place[1]

    def taken(self, spot: _Spot) -> Iterator[TextEdit]:
        """The edits that take out the entries of a spot."""
        entries = list(_entries(spot.node))
        emptied = spot.outer if len(spot.places) == len(entries) else None
        key_row = self.key_row(emptied) if emptied is not None and not spot.node.flow else None
        if emptied is not None and key_row is None:
            yield from self.taken(emptied)
        elif spot.node.flow:
            yield from self.between_commas(entries, spot.places)
        else:
            cuts = [self.block_entry(entries, place, isinstance(spot.node, Sequence)) for place in spot.places]
            yield from _joined([*cuts, *([key_row] if key_row else [])])

    def key_row(self, spot: _Spot) -> tuple[int, int] | None:
        """The row that holds nothing but the key of a collection: comments between it and an entry can stay."""
        place, _ = list(_entries(spot.node))[spot.places[0]]
        row = self.rows[place[0]]
        alone = not row[: place[1]].strip() and re.fullmatch(r"[^#]*:\s*", row)
        return (self.starts[place[0]], self.starts[place[0] + 1]) if alone else None

    def between_commas(
        self, entries: list[tuple[tuple[int, int], Node]], places: tuple[int, ...]
    ) -> Iterator[TextEdit]:
        """Entries in braces or brackets, with the commas that parted them from the others."""
        ends = [self.offset(node.end) for _, node in entries]
        starts = [self.offset(start) for start, _ in entries]
        kept = [place for place in range(len(entries)) if place not in places]
        cuts = []
        for place in places:
            before = [ends[each] for each in kept if each < place]
            if place + 1 < len(entries):
                cuts.append((starts[place], starts[place + 1]))
            else:
                cuts.append((before[-1] if before else starts[place], ends[place]))
        yield from _joined(cuts)

    def block_entry(self, entries: list[tuple[tuple[int, int], Node]], place: int, listed: bool) -> tuple[int, int]:
        """An entry on rows of its own; the first key of a list item shares its row with the dash."""
        (row, column), node = entries[place]
        before = self.rows[row][:column]
        if before.strip() and not listed and place + 1 < len(entries):
            return self.offset((row, column)), self.offset(entries[place + 1][0])
        margin = len(before) - len(before.lstrip(" "))
        first, last = row, self.last_with_comments(_last_row(node, row), margin)
        blank_above = first == 0 or not self.rows[first - 1].strip()
        if blank_above and last + 1 < len(self.rows) and not self.rows[last + 1].strip():
            last += 1
        return self.starts[first], self.starts[last + 1]

    def last_with_comments(self, last: int, margin: int) -> int:
        """The last row of an entry with the comments behind it that are indented more deeply than it."""
        for number in range(last + 1, len(self.rows)):
            text = self.rows[number].lstrip(" ")
            if text.strip() and (not text.startswith("#") or len(self.rows[number]) - len(text) <= margin):
                break
            last = number if text.strip() else last
        return last


def _entries(node: Mapping | Sequence) -> Iterator[tuple[tuple[int, int], Node]]:
    """Where each entry begins, and its value."""
    if isinstance(node, Mapping):
        yield from ((key.start, value) for key, value in node.pairs)
    else:
        yield from ((_first(item) if not node.flow else item.start, item) for item in node.items)


def _last_row(node: Node, row: int) -> int:
    """The last row on which a node says something; `row` is that of its key."""
    if isinstance(node, Scalar):
        block_style = node.style in ("|", ">")
        return max(row, node.end[0] - (block_style and node.end[1] == 0))
    if node.flow:
        return node.end[0]
    inner = node.items if isinstance(node, Sequence) else [part for pair in node.pairs for part in pair]
    return max([row, *(_last_row(each, each.start[0]) for each in inner)])


def _joined(cuts: list[tuple[int, int]]) -> Iterator[TextEdit]:
    """Cuts as edits; those that touch are one."""
    joined: list[list[int]] = []
    for start, end in sorted(cuts):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return (TextEdit(start, end, "") for start, end in joined)
