"""A fix as other programs can carry it out: stretches of text that become other text.

An edit that takes out a line with all that is below it needs the language to be carried out; a fix that has one is not
passed on, rather than half of it. So it is with edits that touch the same text, and with those of a YAML file whose
text isn't known: what has to be written there depends on what stands around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from casedsl.syntax.finding import Edit, Finding
from casedsl.syntax.mending.writing import written_at
from casedsl.syntax.source import YAML, Source
from casedsl.syntax.span import Span


def changes(finding: Finding, sources: Mapping[str, Source]) -> tuple[tuple[Span, str], ...]:
    """The stretches that a finding's fix replaces, in order, and by what; none if it can't be carried out so."""
    edits = finding.fix.edits if finding.fix is not None else ()
    written = ((edit.span, _written(edit, sources)) for edit in edits)
    told = sorted((span, text) for span, text in written if text is not None)
    whole = len(told) == len(edits) and all(_apart(one, two) for (one, _), (two, _) in pairwise(told))
    return tuple(told) if whole else ()


def one_change(finding: Finding, source: Source) -> tuple[Span, str] | None:
    """The same as one stretch of the finding's own file, with what stands between the edits; None if there is none."""
    found = changes(finding, {source.file: source})
    if not found or any(span.file != finding.span.file for span, _ in found):
        return None
    starts = source.starts
    first, last = found[0][0], found[-1][0]
    text, done = "", _offset(starts, first.line, first.column)
    for span, new in found:
        text += source.text[done : _offset(starts, span.line, span.column)] + new
        done = _offset(starts, span.end_line, span.end_column)
    return Span(first.file, first.line, first.column, last.end_line, last.end_column), text


def _written(edit: Edit, sources: Mapping[str, Source]) -> str | None:
    """What has to stand at the place of an edit, None if that can't be said."""
    source = sources.get(edit.span.file)
    if edit.text is not None and source is not None:
        return written_at(source, edit.span, edit.text)
    return None if edit.span.file.endswith(YAML) else edit.text


def _apart(one: Span, two: Span) -> bool:
    return one.file != two.file or (one.end_line, one.end_column) <= (two.line, two.column)


def _offset(starts: Sequence[int], line: int, column: int) -> int:
    return starts[min(line, len(starts)) - 1] + column - 1
