"""From the parser's tree to ours: keywords become clauses, values keep the place of every word.

The grammar marks what a line makes (`one`, `item`, `named`, `bare`, `block`), so this needs to know no construct.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from lark import Token, Tree

from casedsl.syntax.grammar import base
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Phrase, Value, Word

DEEPEST = 60
_LINES = {"one", "item", "named", "bare", "block"}
_BARE = {"fields": "field", "checklist": "check", "vocabulary": "term"}
_SILENT = {"OR", "AND", "K_IS", "K_IN", "BROKEN", "_NL"}


def too_deep(tree: Tree[Any]) -> int | None:
    """The number, within the block, of the first line with a value nested deeper than `DEEPEST`; without recursion."""
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, Tree):
            if depth > DEEPEST:
                return int(node.meta.line)
            waiting.extend((child, depth + 1) for child in reversed(node.children))
    return None


def woven(file: str, rows: list[str], tree: Tree[Any], offset: int, lost: Collection[int]) -> Line:
    """The line that a parsed block makes, with its body. `rows` are those of the block as the author wrote them,
    `offset` is what to add to line numbers, `lost` are the numbers within the block of rows that could not be read."""
    weaver = _Weaver(file, rows, offset, lost)
    return weaver.line(tree, named=True) if tree.data == "start" else weaver.of_tree(tree, "")


def _is(child: object, *kinds: str) -> bool:
    return isinstance(child, Token) and base(child.type) in kinds


class _Weaver:
    def __init__(self, file: str, rows: list[str], offset: int, lost: Collection[int]) -> None:
        self.file, self.rows, self.offset, self.lost = file, rows, offset, lost

    def of_tree(self, tree: Tree[Any], inside: str) -> Line:
        bare = tree.data == "bare"
        return self.line(tree, named=bare or tree.data == "named", keyword=_BARE[inside] if bare else None)

    def line(self, tree: Tree[Any], named: bool, keyword: str | None = None) -> Line:
        """A line from its parts in order: flags, keyword (where it is written), name, title, clauses, lines below."""
        parts: list[Any] = [child for child in tree.children if not _is(child, "BROKEN", "_NL")]
        first, clauses = parts[0], dict[str, Value]()
        while _is(parts[0], "K_FIRST", "K_FINAL"):
            flag = parts.pop(0)
            clauses[str(flag)] = self.flag(flag)
        spelled = keyword or _spelled(parts[0])
        rest = parts if keyword else parts[1:]
        name = rest.pop(0) if named else None
        title = next((self.word(part.children[0]) for part in rest if _rule(part) == "title"), None)
        self.clauses(clauses, None if named else spelled, rest)
        lines = tuple(self.of_tree(part, spelled) for part in rest if _rule(part) in _LINES)
        head = self.span(first, first if name is None else name)
        torn = any(tree.meta.line <= number < tree.meta.end_line for number in self.lost)
        return Line(spelled, self.word(name) if name else None, title, clauses, self.row(first), head, lines, torn)

    def clauses(self, clauses: dict[str, Value], key: str | None, parts: list[Any]) -> None:
        """Pair each clause word with its value: a word without one is a flag, a value without one is the `type`."""
        for part in parts:
            if isinstance(part, Token) and _is_keyword(part):
                key = _spelled(part)
                clauses[key] = self.flag(part)
            elif _rule(part) == "target":
                clauses["to"] = self.value(part.children[0])
            elif _rule(part) not in _LINES | {"title"}:
                clauses[key or "type"] = self.value(part)

    def value(self, node: Any) -> Value:
        if isinstance(node, Token):
            return self.word(node)
        parts = tuple(self.value(child) for child in node.children if not _is(child, *_SILENT))
        span = self.span(node, node)
        return Phrase(base(str(node.data)), parts, self.text(span), span)

    def word(self, token: Token) -> Word:
        text = re.sub(r"[ \t]+", " ", token) if base(token.type) != "STRING" else str(token)
        return Word(base(token.type), text, self.span(token, token))

    def flag(self, token: Token) -> Word:
        return Word("FLAG", _spelled(token), self.span(token, token))

    def span(self, start: Any, end: Any) -> Span:
        opening = start if isinstance(start, Token) else start.meta
        closing = end if isinstance(end, Token) else end.meta
        line, end_line = (opening.line or 1) + self.offset, (closing.end_line or 1) + self.offset
        return Span(self.file, line, opening.column or 1, end_line, closing.end_column or 1)

    def row(self, start: Any) -> Span:
        """The whole text of the line that begins here, without a comment beside it."""
        begin = self.span(start, start)
        code = _CODE.match(self.rows[begin.line - self.offset - 1])
        end = len(code[0].rstrip()) + 1 if code else begin.end_column
        return Span(begin.file, begin.line, begin.column, begin.line, end)

    def text(self, span: Span) -> str:
        """What the author wrote there; a value stands on one line."""
        row = self.rows[span.line - self.offset - 1]
        return re.sub(r"[ \t]+", " ", row[span.column - 1 : span.end_column - 1])


_CODE = re.compile(r'(?:[^#"]|"(?:\\.|[^"\\])*")*')


def _spelled(token: Token) -> str:
    return re.sub(r"[ \t]+", " ", token)


def _rule(part: object) -> str:
    return str(part.data) if isinstance(part, Tree) else ""


def _is_keyword(token: Token) -> bool:
    return base(token.type).startswith("K_")
