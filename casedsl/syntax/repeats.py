"""Findings about what an alias repeats in YAML: both places are said, and one cause is one finding.

What is wrong with the text itself (a misspelt role) is found where it stands, and again wherever an alias repeats it:
that is one finding, at the text, which names the aliases. What is wrong only where it is repeated (a role that has no
business there) is found at the alias, and names the text. A fix changes texts, so there is none at an alias.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec.structs import replace

from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Repeat

_At: TypeAlias = tuple[Finding, Repeat]


def with_both_places(findings: tuple[Finding, ...], documents: Iterable[Document]) -> tuple[Finding, ...]:
    """The same findings, in their order, with the places of what is repeated."""
    repeats = [repeat for document in documents for repeat in document.repeats]
    if not repeats:
        return findings
    at = [(finding, repeat) for finding in findings if (repeat := _repeat_at(finding.span, repeats)) is not None]
    owned = [(finding, repeat) for finding, repeat in at if _origin(finding, repeat, findings) is not None]
    told = (
        _named(finding, at) if (repeat := _repeat_at(finding.span, repeats)) is None else _of(finding, repeat)
        for finding in findings
        if not any(finding is each for each, _ in owned)
    )
    return tuple(told)


def covers(outer: Span, inner: Span) -> bool:
    """Whether a span lies in another one."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    ends = (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    return outer.file == inner.file and begins and ends


def _repeat_at(span: Span, repeats: list[Repeat]) -> Repeat | None:
    return next((repeat for repeat in repeats if covers(repeat.alias, span)), None)


def _origin(finding: Finding, repeat: Repeat, findings: Iterable[Finding]) -> Finding | None:
    """The finding about the text that says the same, None if the text itself is as it should be."""
    return next((each for each in findings if each is not finding and _same(each, finding, repeat)), None)


def _same(origin: Finding, finding: Finding, repeat: Repeat) -> bool:
    return (origin.code, origin.headline) == (finding.code, finding.headline) and covers(repeat.of, origin.span)


def _named(finding: Finding, at: list[_At]) -> Finding:
    """A finding about a text, with the aliases that repeat it."""
    spans = dict.fromkeys(repeat.alias for each, repeat in at if _same(finding, each, repeat))
    labels = tuple(Label(span, "repeated here") for span in spans)
    return replace(finding, labels=(*finding.labels, *labels)) if labels else finding


def _of(finding: Finding, repeat: Repeat) -> Finding:
    """A finding at an alias, with the text."""
    alias, of = repeat.alias, repeat.of
    end = of.end_column if of.end_line == of.line else of.column + alias.end_column - alias.column
    text = Label(Span(of.file, of.line, of.column, of.line, end), "what is repeated stands here")
    fixed = finding.fix is not None and not any(covers(alias, edit.span) for edit in finding.fix.edits)
    return replace(finding, labels=(*finding.labels, text), fix=finding.fix if fixed else None)
