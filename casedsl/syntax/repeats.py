"""Findings about what an alias repeats in YAML: both places are said, and one cause is one finding.

What is wrong with the text itself (a misspelt role) is found where it stands, and again wherever an alias repeats it:
that is one finding, at the text, which names the aliases. What is wrong only where it is repeated (a role that has no
business there) is found at the alias, and names the text. A fix changes texts, so there is none at an alias.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import TypeAlias

from msgspec.structs import replace

from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Repeat

_LAST = 1 << 30
_At: TypeAlias = tuple[Finding, Repeat]


def with_both_places(findings: tuple[Finding, ...], documents: Iterable[Document]) -> tuple[Finding, ...]:
    """The same findings, in their order, with the places of what is repeated."""
    repeats = [repeat for document in documents for repeat in document.repeats]
    if not repeats:
        return findings
    aliases = _Aliases(repeats)
    at = [(finding, repeat) for finding in findings if (repeat := aliases.around(finding.span)) is not None]
    said = _Said(findings)
    owned = {id(finding) for finding, repeat in at if said.again(finding, repeat)}
    repeated = _Repeated(at)
    told = (
        repeated.named(finding) if (repeat := aliases.around(finding.span)) is None else _of(finding, repeat)
        for finding in findings
        if id(finding) not in owned
    )
    return tuple(told)


def covers(outer: Span, inner: Span) -> bool:
    """Whether a span lies in another one."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    ends = (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    return outer.file == inner.file and begins and ends


class _Aliases:
    """The aliases by their places: none lies in another."""

    def __init__(self, repeats: Iterable[Repeat]) -> None:
        first: dict[Span, Repeat] = {}
        for repeat in repeats:
            first.setdefault(repeat.alias, repeat)
        self.spans = sorted(first)
        self.repeats = first

    def around(self, span: Span) -> Repeat | None:
        place = bisect_right(self.spans, _from(span, _LAST))
        alias = self.spans[place - 1] if place else None
        return self.repeats[alias] if alias is not None and covers(alias, span) else None


class _Said:
    """The findings that say one thing, by their places."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.by: dict[tuple[str, str], list[Finding]] = {}
        for finding in sorted(findings, key=Finding.place):
            self.by.setdefault((finding.code, finding.headline), []).append(finding)

    def again(self, finding: Finding, repeat: Repeat) -> bool:
        """Whether the same is found about the text that is repeated; else the text itself is as it should be."""
        alike = self.by[finding.code, finding.headline]
        for place in range(bisect_left(alike, _from(repeat.of, 0), key=lambda each: each.span), len(alike)):
            if not covers(repeat.of, _from(alike[place].span, 0)):
                return False
            if alike[place] is not finding and covers(repeat.of, alike[place].span):
                return True
        return False


class _Repeated:
    """The aliases at which something is found, by what they repeat; `furthest` says where a text and all that begin
    before it have ended."""

    def __init__(self, at: Iterable[_At]) -> None:
        self.aliases: dict[tuple[str, str], dict[Span, dict[Span, None]]] = {}
        for finding, repeat in at:
            texts = self.aliases.setdefault((finding.code, finding.headline), {})
            texts.setdefault(repeat.of, {})[repeat.alias] = None
        self.texts = {said: sorted(texts) for said, texts in self.aliases.items()}
        self.furthest = {said: list(accumulate(map(_ended, texts), max)) for said, texts in self.texts.items()}

    def named(self, finding: Finding) -> Finding:
        """A finding about a text, with the aliases that repeat it."""
        said = finding.code, finding.headline
        texts, furthest = self.texts.get(said, []), self.furthest.get(said, [])
        place = bisect_right(texts, _from(finding.span, _LAST)) - 1
        spans: dict[Span, None] = {}
        while place >= 0 and furthest[place] >= _ended(finding.span):
            if covers(texts[place], finding.span):
                spans |= self.aliases[said][texts[place]]
            place -= 1
        labels = tuple(Label(span, "repeated here") for span in sorted(spans))
        return replace(finding, labels=(*finding.labels, *labels)) if labels else finding


def _from(span: Span, end: int) -> Span:
    """The place where a span begins, as what is first (0) or last of all that begin there."""
    return Span(span.file, span.line, span.column, end or span.line, end or span.column)


def _ended(span: Span) -> tuple[str, int, int]:
    return span.file, span.end_line, span.end_column


def _of(finding: Finding, repeat: Repeat) -> Finding:
    """A finding at an alias, with the text."""
    alias, of = repeat.alias, repeat.of
    end = of.end_column if of.end_line == of.line else of.column + alias.end_column - alias.column
    text = Label(Span(of.file, of.line, of.column, of.line, end), "what is repeated stands here")
    fixed = finding.fix is not None and not any(covers(alias, edit.span) for edit in finding.fix.edits)
    return replace(finding, labels=(*finding.labels, text), fix=finding.fix if fixed else None)
