"""YAML as nodes with places: parser events, never `load`.

`load` turns the key `on` into True, `12:30` into 750, and drops a key that stands twice without a word; and composing
a deeply nested file can end the process. Events are a state machine with a place for each scalar; scalars stay text.
What a file can do to a reader is refused with a finding: tags, merge keys, a second document, aliases in a circle or
swelling, endless nesting. (YAML 1.2.2, https://yaml.org/spec/1.2.2/)

A line that is no YAML is one finding; it is taken out, with what is indented below it, and the rest is read.
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
from casedsl.syntax.spelling import brief

DEEPEST = 40
MOST_NODES = 100_000
MOST_FINDINGS = 25
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(Struct, frozen=True, eq=False):
    """A scalar: what it says, how it is quoted (`"`, `'`, `|`, `>` or nothing), from where to where it is written (rows
    and columns from 0)."""

    text: str
    style: str
    start: tuple[int, int]
    end: tuple[int, int]


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
      aliased: an anchor or an alias stands in it, which no tree keeps.
      comments: row -> column and text of the comment that stands there.
      inside: the rows in the middle of a scalar: a blank one among them belongs to its text.
    """

    root: Mapping | None
    found: tuple[Finding, ...]
    lost: frozenset[str]
    rows: frozenset[int]
    aliased: bool
    comments: dict[int, tuple[int, str]]
    inside: frozenset[int] = frozenset()


def read_nodes(source: Source) -> Nodes:
    """The nodes of a YAML source, and what was found on the way."""
    rows = source.lines()
    found: list[Finding] = []
    lost: set[int] = set()
    words: set[str] = set()
    while True:
        builder = _Builder(source)
        try:
            root = builder.build("\n".join(rows) + "\n")
        except yaml.MarkedYAMLError as error:
            finding, row = _no_yaml(source, rows, error)
        except yaml.YAMLError:
            finding, row = _finding(source, 0, 0, 1, "this file holds a character that YAML doesn't know", ""), 0
        else:
            found += builder.found
            if root is None and not found:
                found.append(_no_header(source, 0, 0))
            comments = dict(_comments(source.lines(), builder.scalars))
            aliased, inside = builder.aliased, frozenset(builder.inside)
            return Nodes(root, tuple(found), frozenset(words), frozenset(lost), aliased, comments, inside)
        if finding not in found:
            found.append(finding)
        taken = _take_out(rows, row)
        words.update(word for each in taken for word in re.findall(r"\w+", source.lines()[each]))
        lost.update(taken)
        if len(found) >= MOST_FINDINGS or not taken:
            return Nodes(None, tuple(found), frozenset(words), frozenset(lost), False, {})


class _Open(Struct):
    """A collection that is being read; keys and values of a mapping alternate."""

    event: yaml.CollectionStartEvent | None
    items: list[Node] = []


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Finding] = []
        self.scalars: list[Scalar] = []
        self.inside: set[int] = set()
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[str, int] = {}
        self.aliased = False
        self.count = 0

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
                    self.say(event, f"this is nested more than {DEEPEST} levels deep", "is this file a definition?")
                    return None
                stack.append(_Open(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                done = stack.pop()
                assert done.event is not None
                self.put(stack, self.closed(done, event), done.event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self.alias(stack, event)
            if self.count > MOST_NODES:
                self.say(event, f"its aliases make more than {MOST_NODES:,} values of it", "write it out")
                return None
        roots = stack[0].items
        return self.root(roots[0]) if roots else None

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if event.tag is not None or event.anchor is not None:
            self.note(event)
        start, end = _start(event), _end(event)
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
            self.found.append(_finding(self.source, *node.start, 1, headline, "put it into its own file"))
        elif anchor is not None:
            self.anchors[anchor] = node
            self.sizes[anchor] = _size(node)
        items.append(node)

    def closed(self, done: _Open, event: yaml.Event) -> Node:
        assert done.event is not None
        start, end = _start(done.event), _end(event)
        flow = bool(done.event.flow_style)
        if isinstance(done.event, yaml.SequenceStartEvent):
            return Sequence(tuple(done.items), start, end, flow)
        return Mapping(tuple(self.pairs(done.items)), start, end, flow)

    def pairs(self, items: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.found.append(_finding(self.source, *key.start, 1, "a key is one word", "write it as `word: …`"))
            elif key.text == "<<" and not key.style:
                headline = "a merge key brings in what stands elsewhere"
                self.found.append(_finding(self.source, *key.start, 2, headline, "write it out"))
            else:
                yield key, value

    def note(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """Refuse a tag, and remember an anchor."""
        if event.tag is not None:
            self.say(event, f"`{_short_tag(event.tag)}` is a tag, and a definition has none", "delete it")
        if event.anchor is not None:
            self.aliased = True
            self.anchors[event.anchor] = None

    def alias(self, stack: list[_Open], event: yaml.AliasEvent) -> None:
        self.aliased = True
        name = event.anchor or ""
        node = self.anchors.get(name)
        if node is None:
            circle = name in self.anchors
            headline = f"`*{name}` stands inside of what it repeats" if circle else ""
            self.say(event, headline or f"`*{name}` repeats something that isn't there", "write it out")
            node = Scalar("", "", _start(event), _end(event))
        self.count += self.sizes.get(name, 0)
        self.put(stack, node, None)

    def say(self, event: yaml.Event, headline: str, way_out: str) -> None:
        (row, column), (end, last) = _start(event), _end(event)
        width = max(1, last - column) if end == row else 1
        self.found.append(_finding(self.source, row, column, width, headline, way_out))


def _size(node: Node) -> int:
    """How many nodes a node is, itself and those inside; an alias inside counts as what it stands for."""
    if isinstance(node, Scalar):
        return 1
    inner = node.items if isinstance(node, Sequence) else [value for _, value in node.pairs]
    return min(1 + sum(_size(each) for each in inner), MOST_NODES + 1)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _end(event: yaml.Event) -> tuple[int, int]:
    mark = event.end_mark
    return (mark.line, mark.column) if mark else (0, 0)


_QUOTES = frozenset({'"', "'", "|", ">"})


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _no_header(source: Source, row: int, column: int) -> Finding:
    if row >= len(source.lines()):
        row, column = 0, 0  # nothing stands behind `---`
    headline = "a file begins with `case type` or `organisation`"
    return _finding(source, row, column, 1, headline, "write `case type: NAME` as its first key")


def _finding(source: Source, row: int, column: int, width: int, headline: str, way_out: str) -> Finding:
    span = Span(source.file, row + 1, column + 1, row + 1, column + 1 + width)
    return Finding("CD001", "error", span, brief(headline), way_out=way_out)


# What is no YAML.

_FAULTS = (
    (r"could not find expected ':'", "`:` is missing behind a key", "write `key: value`"),
    (
        r"mapping values are not allowed",
        "a second `: ` stands on this line",
        'a text that holds `: ` stands in quotes: `"…"`',
    ),
    (r"expected ',' or '[\]}]'", "a bracket isn't closed", "close it, or part what it holds by commas"),
    (r"(did not find expected key|expected <block end>)", "this line is indented otherwise than those around it", ""),
    (r"(did not find expected '-' indicator|but found '\?')", "this line is no item of the list above", ""),
    (r"cannot start any token", "a word can't begin so", 'a text that begins with a sign stands in quotes: `"…"`'),
    (r"unknown escape character|expected escape sequence", "this escape means nothing", "write `\\\\` for a backslash"),
)


def _no_yaml(source: Source, rows: list[str], error: yaml.MarkedYAMLError) -> tuple[Finding, int]:
    """The finding about what is no YAML, and the row to take out."""
    problem = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    unclosed = re.search("quoted scalar", error.context or "") and re.search("unexpected (end of|document)", problem)
    if (unclosed or "flow" in (error.context or "")) and error.context_mark is not None:
        mark = error.context_mark
    row = min(mark.line, len(rows) - 1) if mark else 0
    while row and not rows[row].strip():
        row -= 1
    column = min(mark.column, len(rows[row])) if mark and mark.line == row else len(rows[row])
    if "\t" in rows[row][: len(rows[row]) - len(rows[row].lstrip())]:
        headline, way_out, column = "this line is indented with a tab", "indent with 2 spaces", 0
    elif unclosed:
        headline, way_out = "this text in quotes doesn't end", "close it with the same quote"
    else:
        fitting = ((headline, way) for pattern, headline, way in _FAULTS if re.search(pattern, problem))
        headline, way_out = next(
            fitting, ("this can't be read as YAML", "put texts into quotes, and indent by 2 spaces")
        )
    return _finding(source, row, column, 1, headline, way_out), row


def _take_out(rows: list[str], row: int) -> list[int]:
    """Blank a row and what is indented below it; the numbers of the rows that said something."""
    depth = len(rows[row]) - len(rows[row].lstrip())
    taken = []
    for number in range(row, len(rows)):
        text = rows[number]
        if number > row and text.strip() and len(text) - len(text.lstrip()) <= depth:
            break
        if text.strip():
            taken.append(number)
        rows[number] = ""
    return taken


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
