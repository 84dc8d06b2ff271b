"""Values in YAML: scalars through the grammar of values, lists and mappings where a line has commas.

by: [handler, legal]        by handler, legal
set: {refund: 0 GBP}        set refund to 0 GBP
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.syntax.span import Span
from casedsl.syntax.tree import Phrase, Value, Word
from casedsl.syntax.values import Trouble, read_there, read_whole, word_of
from casedsl.syntax.yaml.complaints import Complaints
from casedsl.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence
from casedsl.syntax.yaml.places import Content, content_of


class Listed(Struct, frozen=True):
    """A kind of value that is a list: the kind of its items, and what stands between them in a line."""

    item: str
    between: str


class Paired(Struct, frozen=True):
    """A kind of value that is a mapping: what an entry is called, what stands between its name and value, and the kind
    of the value."""

    entry: str
    between: str
    kind: str


LISTS = {
    "names": Listed("name", ", "),
    "needed": Listed("need", ", "),
    "actors": Listed("actor", ", "),
    "places": Listed("place", " or "),
    "regions": Listed("region", ", "),
    "weekdays": Listed("some_days", ", "),
    "levels": Listed("level", ", "),
    "spans": Listed("span", ", "),
    "order": Listed("name", " < "),
}
PAIRS = {
    "moves": Paired("move", " to ", "formula"),
    "changes": Paired("change", " to ", "new"),
    "pairs": Paired("pair", " is ", "known"),
    "slots": Paired("slot", ": ", "type"),
}
RECORDS = {"fallback": (("task", "text"), ("for", "name"))}
YES = "yes"


class Values:
    """Reads the values of one file."""

    def __init__(self, file: str, rows: list[str], complaints: Complaints) -> None:
        self.file, self.rows, self.complaints = file, rows, complaints

    def value(self, kind: str, node: Node, key: Scalar) -> Value | None:
        """The value of a key; None, with a finding, if it can't be read. A flag has no kind, and is `yes`."""
        if isinstance(node, Scalar) and not node.text and not node.style:
            self.complaints.nothing(key, kind)
            return None
        if kind in LISTS and isinstance(node, Sequence):
            return self.list(kind, node, key)
        if kind in PAIRS:
            return self.pairs(kind, node, key)
        if kind in RECORDS:
            return self.record(kind, node, key)
        if not isinstance(node, Scalar):
            self.complaints.no_scalar(key, node, kind in LISTS)
            return None
        return self.flag(node, key) if not kind else self.scalar(kind, node)

    def name(self, kind: str, node: Node, key: Scalar) -> Word | None:
        """A name that a line defines."""
        value = self.value(kind, node, key)
        return value if isinstance(value, Word) else None

    def flag(self, node: Scalar, key: Scalar) -> Word | None:
        if node.text != YES:
            self.complaints.no_flag(key, node)
            return None
        return Word("FLAG", key.text, content_of(self.file, key, self.rows).span(0, len(key.text)))

    def scalar(self, kind: str, node: Scalar) -> Value | None:
        return self.plain(kind, node) or self.written(kind, node)

    def plain(self, kind: str, node: Scalar) -> Word | None:
        """A text, or a kind that is one word, where its characters just follow each other: most scalars are so."""
        (row, column), (last, end) = node.start, node.end
        text = node.text
        begin = column + 1 if node.style else column
        if last != row or node.repeated or end - column - 2 * (begin - column) != len(text):
            return None
        span = Span(self.file, row + 1, begin + 1, row + 1, begin + len(text) + 1)
        if kind == "text":
            plain = '"' not in text and "\\" not in text
            return Word("STRING", f'"{text}"', span, ((1, row, begin),)) if plain else None
        terminal = word_of(kind, text)
        return Word(terminal, text, span) if terminal else None

    def written(self, kind: str, node: Scalar) -> Value | None:
        content = content_of(self.file, node, self.rows)
        if kind == "text":
            return quoted(content)
        if kind in LISTS:
            item = self.whole(LISTS[kind].item, content, kind)
            return None if item is None else Phrase(kind, (item,), item.text, item.span)
        return self.whole(kind, content, kind)

    def whole(self, kind: str, content: Content, wanted: str) -> Value | None:
        if len(content.places) == 1 and not content.repeated:
            _, row, column = content.places[0]
            value = read_there(kind, content.text, content.file, row + 1, column + 1)
        else:
            value = read_whole(kind, content.text, content.span)
        if isinstance(value, Trouble):
            self.complaints.value(content, value, several=wanted in LISTS)
            return None
        return value

    def list(self, kind: str, node: Sequence, key: Scalar) -> Value | None:
        of = LISTS[kind]
        items = [self.item(of.item, each, key) for each in node.items]
        parts = tuple(item for item in items if item is not None)
        if not items:
            self.complaints.nothing(key, kind)
        if not items or len(parts) < len(items):
            return None
        span = _around(parts[0].span, parts[-1].span)
        return Phrase(kind, parts, of.between.join(part.text for part in parts), span)

    def item(self, kind: str, node: Node, key: Scalar) -> Value | None:
        if isinstance(node, Scalar):
            return self.plain(kind, node) or self.whole(kind, content_of(self.file, node, self.rows), kind)
        self.complaints.no_scalar(key, node, listed=True)
        return None

    def pairs(self, kind: str, node: Node, key: Scalar) -> Value | None:
        of = PAIRS[kind]
        if not isinstance(node, Mapping) or not node.pairs:
            self.complaints.no_pairs(key, of.between)
            return None
        read = [self.pair(of, name, value) for name, value in node.pairs]
        entries = tuple(entry for entry in read if entry is not None)
        if len(entries) < len(read):
            return None
        span = _around(entries[0].span, entries[-1].span)
        return Phrase(kind, entries, ", ".join(entry.text for entry in entries), span)

    def pair(self, of: Paired, key: Scalar, node: Node) -> Phrase | None:
        name, value = self.value("name", key, key), self.value(of.kind, node, key)
        if name is None or value is None:
            return None
        if isinstance(value, Phrase) and value.kind == "formula":
            value = value.parts[0]
        text = f"{name.text}{of.between}{value.text}"
        return Phrase(of.entry, (name, value), text, _around(name.span, value.span))

    def record(self, kind: str, node: Node, key: Scalar) -> Value | None:
        """A mapping with fixed keys, whose values are the parts."""
        wanted = RECORDS[kind]
        given = {name.text: (name, value) for name, value in node.pairs} if isinstance(node, Mapping) else {}
        if set(given) != {name for name, _ in wanted}:
            self.complaints.no_record(key, tuple(name for name, _ in wanted))
            return None
        parts = [self.value(of, given[name][1], given[name][0]) for name, of in wanted]
        read = tuple(part for part in parts if part is not None)
        if len(read) < len(parts):
            return None
        text = " ".join(f"{name} {part.text}" for (name, _), part in zip(wanted, read, strict=True))
        return Phrase(kind, read, text, _around(read[0].span, read[-1].span))


def quoted(content: Content) -> Word:
    """A text as a word in quotes, as it stands in a line, with the places of its characters."""
    text = content.text
    span = content.span(0, len(text))
    if '"' not in text and "\\" not in text:
        places = tuple((offset + 1, row, column) for offset, row, column in content.places)
        return Word("STRING", f'"{text}"', span, places)
    written, places_of, offset = ['"'], list[tuple[int, int, int]](), 1
    starts = {begin: (row, column) for begin, row, column in content.places}
    row, column = content.places[0][1:]
    for place, sign in enumerate(text):
        row, column = starts.get(place, (row, column))
        places_of.append((offset, row, column))
        written.append(f"\\{sign}" if sign in '"\\' else sign)
        offset += len(written[-1])
        column += 1
    return Word("STRING", "".join([*written, '"']), span, tuple(places_of))


def _around(first: Span, last: Span) -> Span:
    """From the beginning of one span to the end of another, on the row where it begins."""
    if (last.end_line, last.end_column) < (first.line, first.column) or last.end_line != first.line:
        return first
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)
