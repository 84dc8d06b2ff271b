"""Read a `.case.yaml` file: the same table, the same tree, the same findings as for a `.case` file.

Every keyword and clause word is a key of the same spelling, `->` is `to`, the quoted text of a header is `title`. The
clauses of a line stand beside it; a named line stands in the collection of its construct (`states`), a repeatable line
without a name in a list (`timers`). The header's block and the left margin of a `.case` file are the root. Values go
through the same grammar as in a line.

What can't be read is one finding, and is lost with what is in it; all others reach the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.finding import Finding
from casedsl.syntax.language import HEADS, LANGUAGE, Language, Row, margin_of
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value, Word
from casedsl.syntax.yaml.complaints import Complaints
from casedsl.syntax.yaml.keys import ANY, Key, keys_of
from casedsl.syntax.yaml.nodes import Mapping, Node, Nodes, Scalar, Sequence, read_nodes
from casedsl.syntax.yaml.notes import Notes
from casedsl.syntax.yaml.values import Values

_WORD = re.compile(r"\w+")


def read_yaml(source: Source, language: Language = LANGUAGE) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document in a YAML source, None where its header can't be read, and what was found on the way."""
    nodes = read_nodes(source)
    if nodes.root is None:
        return None, nodes.found
    reader = _Reader(source, nodes, language)
    document = reader.document(nodes.root)
    return document, (*nodes.found, *reader.complaints.found)


class _Parts(Struct):
    """What a mapping says: clauses and title of the line that it is, with their keys, and the lines below it. `strange`
    says that a key in it was left out: it may be one that is missing."""

    title: Word | None = None
    clauses: dict[str, Value] = {}
    keys: list[Scalar] = []
    lines: list[Line] = []
    torn: bool = False
    strange: bool = False


class _OneLine(Struct):
    """A line whose clauses are keys of its block, `score` and `in`; `place` is where among the lines it begins."""

    row: Row
    place: int
    pairs: list[tuple[Scalar, Node, Key]] = []


class _Reader:
    def __init__(self, source: Source, nodes: Nodes, language: Language) -> None:
        self.file, self.language = source.file, language
        rows = source.lines()
        self.complaints = Complaints(source.file, rows, language, nodes.rows)
        self.values = Values(source.file, rows, self.complaints)
        self.notes = Notes(rows, nodes)
        self.nodes, self.lost = nodes, set(nodes.lost)
        self.torn = bool(nodes.rows)

    def document(self, root: Mapping) -> Document | None:
        head = next((pair for pair in root.pairs if pair[0].text in HEADS), None)
        if head is None:
            self.complaints.no_header(root)
            return None
        key, value = head
        row = self.language.row("file", key.text)
        name = self.values.name("name", value, key)
        if row is None or name is None:
            return None
        rest = replace(root, pairs=tuple(pair for pair in root.pairs if pair is not head))
        parts = self.mapping(rest, row, (row.keyword, margin_of(row.keyword)), "")
        in_header = {each.keyword for each in self.language.rows(row.keyword)}
        lines = [line for line in parts.lines if line.keyword in in_header]
        torn = parts.torn or self.torn
        header = Line(
            row.keyword, name, parts.title, {}, self.span(key, value), self.span(key, value), tuple(lines), torn
        )
        header = self.notes.on(header, [key, *parts.keys], None)
        below = tuple(line for line in parts.lines if line.keyword not in in_header)
        end = self.notes.at_the_end()
        lost = frozenset(self.lost)
        repeats, marker = self.nodes.repeats, self.marker()
        return Document(self.file, row.keyword, header, below, torn, lost, end=end, repeats=repeats, marker=marker)

    def marker(self) -> int | None:
        """How many comments stand before `---`."""
        row = self.nodes.marker
        return None if row is None else sum(each < row for each in self.nodes.comments)

    # A mapping: the clauses of a line, and the lines below it.

    def mapping(self, node: Mapping, row: Row, blocks: tuple[str, ...], owner: str) -> _Parts:
        """What a mapping says that is a line of this row; `owner` names it in messages."""
        parts, keys = _Parts(), keys_of(self.language, row, blocks)
        seen: dict[str, Scalar] = {}
        one_lines: list[_OneLine] = []
        for key, value in node.pairs:
            what = keys.get(key.text) or keys.get(ANY)
            one_line = _begun(one_lines, key, what, len(parts.lines))
            if one_line is not None and what is not None:
                one_line.pairs.append((key, value, what))
            elif key.text in seen and not (what is not None and what.what in ("name", "block")):
                self.complaints.twice(key, seen[key.text])
                parts.strange = True
                self.lose(parts, key, value)
            elif what is None:
                self.complaints.unknown_key(key, keys, owner)
                parts.strange = True
                self.lose(parts, key, value)
            else:
                self.key(parts, key, value, what)
            seen.setdefault(key.text, key)
        before = len(parts.lines)
        for one_line in one_lines:
            self.one_line(parts, one_line, one_line.place + len(parts.lines) - before)
        return parts

    def key(self, parts: _Parts, key: Scalar, value: Node, what: Key) -> None:
        if what.what in ("title", "clause"):
            self.clause(parts, key, value, what)
        elif what.what == "block":
            self.block(parts, key, value, what.rows[0])
        elif what.what == "name":
            self.named(parts, key, value, what.rows[0])
        elif what.what == "collection":
            self.collection(parts, key, value, what.rows[0])
        else:
            self.list(parts, key, value, what.rows)

    def clause(self, parts: _Parts, key: Scalar, value: Node, what: Key) -> None:
        """The title, or a clause of the line that the mapping is."""
        found = self.values.value(what.kind, value, key)
        parts.keys.append(key)
        if found is None:
            self.lose(parts, key, value)
        elif what.what == "clause":
            parts.clauses[what.clause] = found
        elif isinstance(found, Word):
            parts.title = found

    def one_line(self, parts: _Parts, one: _OneLine, place: int) -> None:
        """A line whose clauses stand in its block."""
        keyword = one.row.keyword
        main = next((pair for pair in one.pairs if pair[2].clause == keyword), None)
        if main is None and not parts.strange:
            self.complaints.alone(one.pairs[0][0], keyword)
        clauses = dict[str, Value]()
        for key, value, what in one.pairs:
            found = self.values.value(what.kind, value, key)
            if found is not None:
                clauses[what.clause] = found
        missing = next((c.key for c in one.row.shape.clauses if not c.optional and c.key not in clauses), "")
        if main is None or len(clauses) < len(one.pairs) or missing:
            if main is not None and len(clauses) == len(one.pairs) and not parts.strange:
                self.complaints.clause_missing(main[0], keyword, missing)
            self.lose(parts, *(node for key, value, _ in one.pairs for node in (key, value)))
            return
        if not one.row.shape.clauses:
            clauses.clear()  # the keyword says it all
        line = Line(keyword, None, None, clauses, self.span(*main[:2]), self.place(main[0]), ())
        parts.lines.insert(place, self.notes.on(line, [key for key, _, _ in one.pairs], None))

    def block(self, parts: _Parts, key: Scalar, value: Node, row: Row) -> None:
        """A line that is a key with a block of its own, `fields`."""
        if not isinstance(value, Mapping) or not value.pairs:
            self.complaints.no_mapping(key, value, row)
            self.lose(parts, key, value)
            return
        inner = self.mapping(value, row, (row.keyword,), row.keyword)
        self.finish(parts, inner, row, key, value)

    def finish(
        self,
        parts: _Parts,
        inner: _Parts,
        row: Row,
        key: Scalar,
        node: Node,
        name: Word | None = None,
        span: Span | None = None,
    ) -> None:
        """Put a line into its block; one that lost all that had to stand below it is lost too."""
        parts.torn = parts.torn or inner.torn
        if not self.whole(key, inner, row):
            self.lose(parts, key)
            return
        place = self.place(key)
        lines = tuple(inner.lines)
        line = Line(row.keyword, name, inner.title, inner.clauses, span or place, place, lines, inner.torn)
        parts.lines.append(self.notes.on(line, [key, *inner.keys], node if isinstance(node, Mapping) else None))

    def whole(self, key: Scalar, inner: _Parts, row: Row) -> bool:
        """Whether a line has all that it must have; else a finding, where it wasn't lost."""
        lacking = [
            clause.key for clause in row.shape.clauses if not clause.optional and clause.key not in inner.clauses
        ]
        lacking += [choice[0] for choice in row.shape.choices if not any(word in inner.clauses for word in choice)]
        lacking += ["title"] if row.shape.titled and inner.title is None else []
        for choice in row.shape.either:
            said = [word for word in choice if word in inner.clauses]
            if len(said) > 1:
                self.complaints.both(key, said)
                return False
        empty = row.needed and not inner.lines
        if lacking and not inner.torn:
            self.complaints.lacks(key, row, lacking[0])
        elif empty and not inner.torn:
            self.complaints.bodiless(key, row)
        return not lacking and not empty

    # Collections and lists.

    def collection(self, parts: _Parts, key: Scalar, value: Node, row: Row) -> None:
        """The named lines of a collection; that a name stands in it once is said where both coats are admitted."""
        if not isinstance(value, Mapping) or not value.pairs:
            self.complaints.no_collection(key, value, row)
            self.lose(parts, key, value)
            return
        place = len(parts.lines)
        carried = self.notes.carried(key)
        for name, body in value.pairs:
            self.named(parts, name, body, row)
        self.carry(parts, place, carried, self.notes.ending(value))

    def named(self, parts: _Parts, key: Scalar, body: Node, row: Row) -> None:
        name = self.values.name(row.shape.name, key, key)
        empty = isinstance(body, Scalar) and not body.text and not body.style
        if name is None or not (empty or isinstance(body, Mapping)):
            if name is not None:
                self.complaints.no_mapping(key, body, row)
            self.lose(parts, key, body)
            return
        below = (row.keyword,) if row.below else ()
        owner = f"{row.shape.keyword} {name.text}".strip()
        inner = self.mapping(body, row, below, owner) if isinstance(body, Mapping) else _Parts()
        self.finish(parts, inner, row, key, body, name)

    def list(self, parts: _Parts, key: Scalar, value: Node, rows: tuple[Row, ...]) -> None:
        """The lines of a list."""
        if not isinstance(value, Sequence) or not value.items:
            self.complaints.no_list(key, value, rows)
            self.lose(parts, key, value)
            return
        place = len(parts.lines)
        carried = self.notes.carried(key)
        for item in value.items:
            self.item(parts, key, item, rows)
        self.carry(parts, place, carried, ())

    def item(self, parts: _Parts, key: Scalar, item: Node, rows: tuple[Row, ...]) -> None:
        row = _row_of(item, rows) if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not item.pairs or row is None:
            if isinstance(item, Mapping) and item.pairs:
                self.complaints.unknown_item(item, rows)
            else:
                self.complaints.no_item(item, rows)
            self.lose(parts, key, item)
            return
        inner = self.mapping(item, row, (row.keyword,) if row.below else (), row.keyword)
        self.finish(parts, inner, row, item.pairs[0][0], item, span=self.item_span(item))

    def carry(self, parts: _Parts, place: int, above: tuple[str, ...], end: tuple[str, ...]) -> None:
        """Give comments at the key of a collection to its first line, and those at its end to its last."""
        if above and len(parts.lines) > place:
            first = parts.lines[place]
            parts.lines[place] = replace(first, above=(*above, *first.above))
        if end and len(parts.lines) > place:
            last = parts.lines[-1]
            parts.lines[-1] = replace(last, end=(*last.end, *end))

    # Places.

    def place(self, key: Scalar) -> Span:
        row, column = key.start
        end = key.end[1] if key.end[0] == row else column + 1
        return Span(self.file, row + 1, column + 1, row + 1, end + 1)

    def span(self, key: Scalar, value: Node) -> Span:
        """From a key to the end of its value, where both stand on one row."""
        (row, column), (last, end) = key.start, value.end
        return Span(self.file, row + 1, column + 1, row + 1, end + 1) if last == row else self.place(key)

    def item_span(self, item: Mapping) -> Span:
        """A list item on one row, or its first pair."""
        row, column = item.start
        if item.end[0] == row:
            return Span(self.file, row + 1, column + 1, row + 1, item.end[1] + 1)
        return self.span(*item.pairs[0])

    def lose(self, parts: _Parts, *nodes: Node) -> None:
        """Note the words of what could not be read: any of them may be a name that was defined there."""
        parts.torn = True
        self.lost.update(word for node in nodes for text in _texts(node) for word in _WORD.findall(text))


def _begun(lines: list[_OneLine], key: Scalar, what: Key | None, place: int) -> _OneLine | None:
    """The line that a key is a clause of, if it is one that stands in its block and doesn't have the key already. The
    keyword begins another such line: that it stands twice is said where both coats are admitted."""
    if what is None or what.what != "line":
        return None
    row = what.rows[0]
    line = next((each for each in reversed(lines) if each.row is row), None)
    twice = line is not None and any(known.text == key.text for known, _, _ in line.pairs)
    if line is None or (twice and key.text == row.keyword):
        lines.append(_OneLine(row, place))
        return lines[-1]
    return None if twice else line


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    else:
        for key, value in node.pairs:
            yield key.text
            yield from _texts(value)


def _row_of(item: Mapping, rows: tuple[Row, ...]) -> Row | None:
    """The row that a list item is of: the one whose keyword is among its keys, else one whose keyword has no value."""
    keys = {key.text for key, _ in item.pairs}
    said = (row for row in rows if row.keyword in keys and row.clause(row.keyword))
    return next(said, None) or next((row for row in rows if not row.clause(row.keyword)), None)
