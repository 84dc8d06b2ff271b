"""YAML as nodes with places: parser events, never `load`.

`load` turns the key `on` into True, `12:30` into 750, and drops a key that stands twice without a word; and composing
a deeply nested file can end the process. Events are a state machine with a place for each scalar; scalars stay text.
What a file can do to a reader is refused with a finding: tags, merge keys, a second document, aliases in a circle or
swelling, endless nesting. (YAML 1.2.2, https://yaml.org/spec/1.2.2/)

A line that is no YAML is one finding; it is taken out, with what is indented below it, and the rest is read. So it is
with an escape that brings in what the plain text of a definition may not hold.

What an alias repeats is read again as if it stood at the alias: a finding about it points there. What it says of the
text itself stands where the text is, and `casedsl.syntax.yaml.repeats` brings the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Repeat
from casedsl.syntax.yaml.faults import finding_at, hidden_escape, is_hidden, no_yaml, take_out

DEEPEST = 40
MOST_NODES = 100_000
MOST_REPEATED = 400_000
MOST_FINDINGS = 25
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(Struct, frozen=True, eq=False):
    """A scalar: what it says, how it is quoted (`"`, `'`, `|`, `>` or nothing), from where to where it is written (rows
    and columns from 0). Of a `repeated` one that is the place of the alias."""

    text: str
    style: str
    start: tuple[int, int]
    end: tuple[int, int]
    repeated: bool = False


class Sequence(Struct, frozen=True, eq=False):
    items: tuple[Node, ...]
    start: tuple[int, int]
    end: tuple[int, int]
    flow: bool


class Mapping(Struct, frozen=True, eq=False):
    """Keys and values in order; a key that stands twice stands twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    start: tuple[int, int]
    end: tuple[int, int]
    flow: bool


Node: TypeAlias = Scalar | Sequence | Mapping


class Nodes(Struct, frozen=True):
    """What was read of a file.

    Attributes:
      root: the mapping that the file is; None where there is none.
      lost: the words on lines that could not be read, and `rows` the numbers of these lines from 0.
      aliased: an anchor or an alias stands in it, which no tree keeps; `repeats` says what each alias repeats.
      comments: row -> column and text of the comment that stands there.
      inside: the rows in the middle of a scalar: a blank one among them belongs to its text.
      marker: the row of `---`, None where it isn't written.
    """

    root: Mapping | None
    found: tuple[Finding, ...]
    lost: frozenset[str]
    rows: frozenset[int]
    aliased: bool
    comments: dict[int, tuple[int, str]]
    inside: frozenset[int] = frozenset()
    repeats: tuple[Repeat, ...] = ()
    marker: int | None = None


class _HiddenError(Exception):
    """A scalar brings in what may not stand in a definition."""

    def __init__(self, finding: Finding, row: int) -> None:
        super().__init__(finding.headline)
        self.finding, self.row = finding, row


def read_nodes(source: Source) -> Nodes:
    """The nodes of a YAML source, and what was found on the way."""
    rows = source.lines()
    found: list[Finding] = []
    lost: set[int] = set()
    words: set[str] = set()
    while True:
        builder = _Builder(source, rows)
        try:
            root = builder.build("\n".join(rows) + "\n")
        except _HiddenError as error:
            finding, row = error.finding, error.row
        except yaml.MarkedYAMLError as error:
            finding, row = no_yaml(source, rows, error, builder.scalars[-1] if builder.scalars else None)
        except yaml.YAMLError:
            finding, row = finding_at(source, 0, 0, 1, "this file holds a character that YAML doesn't know", ""), 0
        else:
            found += builder.found
            if root is None and not found:
                found.append(_no_header(source, 0, 0))
            comments = dict(_comments(source.lines(), builder.scalars))
            aliased, inside = builder.aliased, frozenset(builder.inside)
            read = root, tuple(found), frozenset(words), frozenset(lost), aliased, comments, inside
            return Nodes(*read, tuple(builder.repeats), builder.marker)
        if finding not in found:
            found.append(finding)
        taken = take_out(rows, row)
        words.update(word for each in taken for word in re.findall(r"\w+", source.rows[each]))
        lost.update(taken)
        if len(found) >= MOST_FINDINGS or not taken:
            return Nodes(None, tuple(found), frozenset(words), frozenset(lost), False, {})


class _Open(Struct):
    """A collection that is being read; keys and values of a mapping alternate."""

    event: yaml.CollectionStartEvent | None
    items: list[Node] = []


class _Builder:
    def __init__(self, source: Source, rows: list[str]) -> None:
        self.source, self.rows = source, rows
        self.found: list[Finding] = []
        self.scalars: list[Scalar] = []
        self.inside: set[int] = set()
        self.anchors: dict[str, Node | None] = {}
        self.begun: dict[str, tuple[int, int]] = {}
        self.sizes: dict[str, _Size] = {}
        self.repeats: list[Repeat] = []
        self.marker: int | None = None
        self.aliased = False
        self.count = self.letters = 0

    def build(self, text: str) -> Mapping | None:
        """The root of a text; None if it isn't a mapping, or is refused as a whole."""
        loader = _LOADER(text)
        try:
            return self.built(loader.get_event)
        finally:
            loader.dispose()

    def built(self, next_event: Callable[[], yaml.Event]) -> Mapping | None:
        """The same of a parser's events; without the looking ahead of `yaml.parse`, which takes half as long again."""
        stack = [_Open(None)]
        while not isinstance(event := next_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                self.put(stack, self.scalar(event), event.anchor)
                continue
            if isinstance(event, yaml.CollectionStartEvent):
                self.note(event)
                if len(stack) > DEEPEST:
                    self.too_deep(event)
                    return None
                stack.append(_Open(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                done = stack.pop()
                assert done.event is not None
                self.put(stack, self.closed(done, event), done.event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                if not self.alias(stack, event):
                    return None
            elif isinstance(event, yaml.DocumentStartEvent) and event.explicit and self.marker is None:
                self.marker = _start(event)[0]
            if self.count > MOST_NODES or self.letters > MOST_REPEATED:
                most = f"{MOST_NODES:,} values" if self.count > MOST_NODES else f"{MOST_REPEATED:,} letters"
                self.say(event, f"aliases make more than {most} of this file", "repeat less, or shorter texts")
                return None
        roots = stack[0].items
        return self.root(roots[0]) if roots else None

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _start(event), _end(event)
        if event.tag is not None or event.anchor is not None:
            self.note(event)
            start = self.behind_properties(start)
        if event.style == '"' and is_hidden(event.value):
            raise _HiddenError(hidden_escape(self.source, self.rows, start, end), start[0])
        scalar = Scalar(event.value, event.style if event.style in _QUOTES else "", start, end)
        self.scalars.append(scalar)
        if end[0] > start[0]:
            self.inside.update(range(start[0] + 1, end[0]))
        return scalar

    def root(self, node: Node) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        self.found.append(_no_header(self.source, *node.start))
        return None

    def put(self, stack: list[_Open], node: Node, anchor: str | None) -> None:
        self.count += 1
        items = stack[-1].items
        if len(stack) == 1 and len(items) == 1:
            headline = "a second document begins here"
            self.found.append(finding_at(self.source, *node.start, 1, headline, "put it into its own file"))
        elif anchor is not None:
            self.anchors[anchor] = node
            self.sizes[anchor] = _size(node)
        items.append(node)

    def closed(self, done: _Open, event: yaml.Event) -> Node:
        assert done.event is not None
        start, end = _start(done.event), _end(event)
        if done.event.tag is not None or done.event.anchor is not None:
            start = self.behind_properties(start)
        flow = bool(done.event.flow_style)
        if isinstance(done.event, yaml.SequenceStartEvent):
            return Sequence(tuple(done.items), start, end, flow)
        return Mapping(tuple(self.pairs(done.items)), start, end, flow)

    def pairs(self, items: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.found.append(finding_at(self.source, *key.start, 1, "a key is one word", "write it as `word: …`"))
            elif key.text == "<<" and not key.style:
                headline = "a merge key brings in what stands elsewhere"
                self.found.append(finding_at(self.source, *key.start, 2, headline, "write it out"))
            else:
                yield key, value

    def note(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """Refuse a tag, and remember an anchor."""
        if event.tag is not None:
            self.say(event, f"`{_short_tag(event.tag)}` is a tag, and a definition has none", "delete it")
        if event.anchor is not None:
            self.aliased = True
            self.anchors[event.anchor] = None
            self.begun[event.anchor] = _start(event)

    def behind_properties(self, start: tuple[int, int]) -> tuple[int, int]:
        """Where a node itself begins: the parser says where its tag or its anchor does."""
        row, column = start
        behind = _PROPERTIES.match(self.rows[row], column)
        column = behind.end() if behind else column
        while column >= len(self.rows[row].rstrip()) and row + 1 < len(self.rows):
            row += 1
            column = len(self.rows[row]) - len(self.rows[row].lstrip())
        return row, column

    def alias(self, stack: list[_Open], event: yaml.AliasEvent) -> bool:
        """Put in what an alias repeats; False if that is too deep."""
        self.aliased = True
        name, start, end = event.anchor or "", _start(event), _end(event)
        node = self.anchors.get(name)
        size, depth, letters = self.sizes.get(name, (0, 0, 0))
        self.count += size
        self.letters += letters
        if len(stack) + depth > DEEPEST:
            self.too_deep(event)
            return False
        if node is None:
            circle = name in self.anchors
            headline = f"`*{name}` stands inside of what it repeats" if circle else ""
            self.say(event, headline or f"`*{name}` repeats something that isn't there", "write it out")
            node = Scalar("", "", start, end)
        elif self.count <= MOST_NODES and self.letters <= MOST_REPEATED:
            self.repeats.append(Repeat(self.span(start, end), self.span(self.begun[name], node.end)))
            node = _moved(node, start, end)
        self.put(stack, node, None)
        return True

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        return Span(self.source.file, start[0] + 1, start[1] + 1, end[0] + 1, end[1] + 1)

    def too_deep(self, event: yaml.Event) -> None:
        self.say(event, f"this is nested more than {DEEPEST} levels deep", "is this file a definition?")

    def say(self, event: yaml.Event, headline: str, way_out: str) -> None:
        (row, column), (end, last) = _start(event), _end(event)
        width = max(1, last - column) if end == row else 1
        self.found.append(finding_at(self.source, row, column, width, headline, way_out))


_Size: TypeAlias = tuple[int, int, int]
"""How many nodes a node is, itself and those inside, how many levels, and how many letters its scalars have."""


def _size(node: Node) -> _Size:
    """The size of a node; an alias inside counts as what it stands for."""
    if isinstance(node, Scalar):
        return 1, 0, len(node.text)
    inner = node.items if isinstance(node, Sequence) else [value for _, value in node.pairs]
    sizes = [_size(each) for each in inner]
    count, letters = 1 + sum(size for size, _, _ in sizes), sum(letters for _, _, letters in sizes)
    return min(count, MOST_NODES + 1), 1 + max((depth for _, depth, _ in sizes), default=0), letters


def _moved(node: Node, start: tuple[int, int], end: tuple[int, int]) -> Node:
    """A node as if all of it stood at an alias."""
    if isinstance(node, Scalar):
        return Scalar(node.text, node.style, start, end, True)
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(item, start, end) for item in node.items), start, end, node.flow)
    pairs = ((_moved(key, start, end), _moved(value, start, end)) for key, value in node.pairs)
    return Mapping(tuple((key, value) for key, value in pairs if isinstance(key, Scalar)), start, end, node.flow)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _end(event: yaml.Event) -> tuple[int, int]:
    mark = event.end_mark
    return (mark.line, mark.column) if mark else (0, 0)


_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")
_QUOTES = frozenset({'"', "'", "|", ">"})


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _no_header(source: Source, row: int, column: int) -> Finding:
    if row >= len(source.rows):
        row, column = 0, 0  # nothing stands behind `---`
    headline = "a file begins with `case type` or `organisation`"
    return finding_at(source, row, column, 1, headline, "write `case type: NAME` as its first key")


# Comments.


def _comments(rows: list[str], scalars: list[Scalar]) -> Iterator[tuple[int, tuple[int, str]]]:
    """The comments: a `#` outside of every scalar. The parser takes it for one right behind a comma or a quote too."""
    marked = {number for number, text in enumerate(rows) if "#" in text}
    taken: dict[int, list[tuple[int, int]]] = {}
    for scalar in scalars if marked else ():
        (row, column), (last, end) = scalar.start, scalar.end
        if scalar.style in ("|", ">"):
            column = len(rows[row])  # its text begins on the next row, and a comment may stand behind its header
        for each in marked.intersection(range(row, last + 1)) if last > row else marked & {row}:
            begin = column if each == row else 0
            taken.setdefault(each, []).append(
                (begin, end if each == last else len(rows[each]) if each < len(rows) else 0)
            )
    for number in sorted(marked):
        text = rows[number]
        for match in re.finditer("#", text):
            if not any(begin <= match.start() < end for begin, end in taken.get(number, ())):
                yield number, (match.start(), text[match.start() :].rstrip())
                break
