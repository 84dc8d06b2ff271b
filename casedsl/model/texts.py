"""Templates: texts with gaps, `{field}` and `{field, if set}`. A gap that names nothing is a finding at its place."""

from __future__ import annotations

import re
from collections.abc import Collection

from casedsl_runtime.vocabulary import ASSIGNEE, Placeholder, Text
from msgspec.structs import replace

from casedsl.model.desk import Desk
from casedsl.model.lines import clause, name_of
from casedsl.model.records import Template
from casedsl.model.scope import Scope
from casedsl.syntax.finding import Kind
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Value, Word, unescaped

_GAP = re.compile(r"\{++(?:[^{}]*+\}++)?|\}++")
_INNER = re.compile(r"\s*(\w+)(?:\.([\w ]+?))?\s*(,\s*if set\s*)?")


def template_of(line: Line, scope: Scope, desk: Desk) -> Template:
    """A message; it has a subject and a body."""
    for keyword in ("subject", "body"):
        if clause(line, keyword) is None:
            desk.missing(line, f"template `{name_of(line)}` has no `{keyword}`", f'add `{keyword} "…"`')
    subject = text_with_gaps(clause(line, "subject"), scope, desk)
    return Template(name_of(line), subject, text_with_gaps(clause(line, "body"), scope, desk), line.head)


def text_with_gaps(value: Value | None, scope: Scope, desk: Desk, note: bool = False) -> Text:
    """The pieces of a quoted text. With `note`, `{note}` is the note of the transition that hands over."""
    if not isinstance(value, Word):
        return ()
    raw, pieces, end = value.text[1:-1], list[str | Placeholder](), 0
    for gap in _GAP.finditer(raw):
        pieces.append(unescaped(raw[end : gap.start()]))
        end = gap.end()
        placeholder = _placeholder(_at(value, gap), scope, desk, note)
        if placeholder is not None:
            pieces.append(placeholder)
    pieces.append(unescaped(raw[end:]))
    return tuple(piece for piece in pieces if piece != "")


def _at(value: Word, gap: re.Match[str]) -> Word:
    """The gap as a word of its own, at its own place."""
    return Word("GAP", gap[0], value.within(1 + gap.start(), 1 + gap.end()))


def _placeholder(gap: Word, scope: Scope, desk: Desk, note: bool) -> Placeholder | None:
    inner = _INNER.fullmatch(gap.text[1:-1]) if len(gap.text) > 1 else None
    if inner is None:
        desk.error("CD004", gap.span, f"`{gap.text}` is no gap of a template", "write `{field}` or `{field, if set}`")
        return None
    name, part, if_set = inner[1], inner[2], bool(inner[3])
    word, at = replace(gap, text=name), _within(gap, inner, 1)
    if name == ASSIGNEE and part in (None, "first name"):
        return Placeholder("first name" if part else "assignee", "", if_set)
    if name == "number" and part is None:
        return Placeholder("number")
    if name == "note" and part is None and note:
        return Placeholder("note", "", if_set)
    if part is None:
        known = (*scope.names["field"], "number", ASSIGNEE, *(("note",) if note else ()))
        return Placeholder("field", name, if_set) if _known("field", word, known, at, desk) else None
    if part == "due":
        return Placeholder("due", name, if_set) if _known("promise", word, scope.names["promise"], at, desk) else None
    if name == ASSIGNEE or _known("promise", word, scope.names["promise"], at, desk):
        parts = ("first name",) if name == ASSIGNEE else ("due",)
        desk.unknown("part", replace(gap, text=part), parts, f"of `{name}`", _within(gap, inner, 2))
    return None


def _known(kind: Kind, word: Word, names: Collection[str], at: Span, desk: Desk) -> bool:
    """Whether a gap names one of these; else a finding."""
    if word.text not in names:
        desk.unknown(kind, word, names, at=at)
    return word.text in names


def _within(gap: Word, inner: re.Match[str], group: int) -> Span:
    """The place of a word in a gap."""
    first = gap.span.column + 1 + inner.start(group)
    return replace(gap.span, column=first, end_column=first + len(inner[group]))
