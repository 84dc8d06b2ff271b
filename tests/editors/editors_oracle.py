"""What the reader says about the words of a text, to be compared with how they are coloured; and a small engine that
colours a text by a TextMate grammar, as editors do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from casedsl.syntax.case import read_case
from casedsl.syntax.language import LANGUAGE, Language
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Line, Phrase, Value, Word

ROOT = Path(__file__).resolve().parents[2]
WHOLE = sorted(Path(__file__).parent.glob("whole_*.case"))
"""The language as it is designed, also what is read and not built yet."""
EXAMPLES = sorted((ROOT / "examples").rglob("*.case"))
WORDS = re.compile(r'"(?:\\.|[^"\\])*"?|#.*|[^\W\d]\w*')
NAMES = frozenset(("name", "reference"))
"""How a name is shown; one that says a type may be shown as `type`."""


def words_of(value: Value) -> Iterator[Word]:
    if isinstance(value, Phrase):
        for part in value.parts:
            yield from words_of(part)
    else:
        yield value


def lines_of(text: str, language: Language = LANGUAGE) -> Iterator[Line]:
    """Every line that the reader can read."""
    document, _ = read_case(Source("main.case", text), language)
    if document is not None:
        yield from _lines((document.header, *document.lines))


def _lines(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _lines(line.lines)


def names_in(line: Line) -> Iterator[Word]:
    """The names in a line: the one that it defines, and those that it uses."""
    words = [
        *([line.name] if line.name else []),
        *(word for value in line.clauses.values() for word in words_of(value)),
    ]
    return (word for word in words if word.kind == "NAME")


def said(text: str, language: Language = LANGUAGE) -> dict[int, bool]:
    """Offset of each word in a line that can be read -> whether it is a name."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    rows = text.split("\n")
    found = dict[int, bool]()
    for line in lines_of(text, language):
        number = line.span.line - 1
        names = {word.span.column - 1 for word in names_in(line)}
        for word in WORDS.finditer(rows[number]):
            if word[0][0] not in '"#':
                found[starts[number] + word.start()] = word.start() in names
    return found


def misread(text: str, shown: dict[int, str], language: Language = LANGUAGE) -> list[tuple[str, str]]:
    """The rows with a word that is a name and isn't shown as one, or the other way, and that word."""
    wrong = []
    for at, name in said(text, language).items():
        kind = shown.get(at, "")
        if not kind or (kind != "type" and (kind in NAMES) != name):
            row = text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
            found = WORDS.match(text, at)
            wrong.append((row, found[0] if found else ""))
    return wrong


# TextMate.


class TextMate:
    """An engine for the part of TextMate that the grammar uses: match, begin and end, captures with patterns."""

    def __init__(self, grammar: dict[str, Any]) -> None:
        self.grammar = grammar

    def scopes(self, text: str) -> dict[int, str]:
        """Offset -> the innermost scope of the character there."""
        found = dict[int, str]()
        stack: list[tuple[str, list[dict[str, Any]]]] = [("", self.grammar["patterns"])]
        start = 0
        for row in text.split("\n"):
            self.row(row, start, stack, found)
            start += len(row) + 1
        return found

    def row(self, row: str, start: int, stack: list[tuple[str, list[dict[str, Any]]]], found: dict[int, str]) -> None:
        at = 0
        while True:
            end, patterns = stack[-1]
            ended = _compiled(end).search(row, at) if end else None
            match, rule = self.first(patterns, row, at)
            if ended and (match is None or ended.start() <= match.start()):
                stack.pop()
                at = ended.end()
                continue
            if match is None or (match.end() == at and "begin" not in rule):
                return
            self.capture(match, rule.get("captures") or rule.get("beginCaptures", {}), start, found)
            at = match.end()
            if "begin" in rule:
                closes = re.sub(r"\\1", lambda _, found=match: re.escape(found[1]), rule["end"])  # type: ignore[misc]
                stack.append((closes, rule["patterns"]))

    def first(self, patterns: list[dict[str, Any]], row: str, at: int, end: int | None = None) -> Any:
        """The rule that fits first in a row, those above winning."""
        best: tuple[re.Match[str] | None, dict[str, Any]] = (None, {})
        for pattern in patterns:
            rule = self.grammar["repository"][pattern["include"][1:]] if "include" in pattern else pattern
            stretch = row if end is None else row[:end]
            match = _compiled(rule.get("match") or rule["begin"]).search(stretch, at)
            if match and (best[0] is None or match.start() < best[0].start()):
                best = match, rule
        return best

    def capture(self, match: re.Match[str], captures: dict[str, Any], start: int, found: dict[int, str]) -> None:
        for group, what in captures.items():
            begin, end = match.span(int(group))
            if begin < 0:
                continue
            if "name" in what:
                found.update(dict.fromkeys(range(start + begin, start + end), what["name"]))
            at = begin
            while "patterns" in what and at < end:
                inner, rule = self.first(what["patterns"], match.string, at, end)
                if inner is None or inner.end() == at:
                    break
                self.capture(inner, rule["captures"], start, found)
                at = inner.end()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
