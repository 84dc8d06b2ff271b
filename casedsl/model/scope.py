"""Names: what there is to refer to, and references bound to it, with a finding for each that names nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from casedsl_runtime.vocabulary import ASSIGNEE, BACK, OPENED, STAY
from msgspec import Struct

from casedsl.model.desk import BUILT_IN, Desk
from casedsl.model.records import Ref
from casedsl.model.values import words_of
from casedsl.syntax.complaints import RESERVED
from casedsl.syntax.finding import Kind
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Value, Word

KINDS: tuple[Kind, ...] = (
    "state",
    "stage",
    "event",
    "field",
    "template",
    "role",
    "promise",
    "calendar",
    "team",
    "class",
)
_TAKEN: Mapping[str, tuple[str, ...]] = {
    "state": (BACK, STAY),
    "stage": (BACK, STAY),
    "event": (OPENED,),
    "role": (ASSIGNEE,),
    "field": ("note", "number", ASSIGNEE, "checklist"),
}
_ONE_KIND: tuple[Kind, ...] = ("state", "stage", "event", "field", "template", "promise", "role")


class Scope(Struct, frozen=True):
    """Every name that may be referred to, by kind, with the place of its definition."""

    names: Mapping[str, Mapping[str, Span]]

    def bound(self, kind: Kind, value: Value | None, desk: Desk, also: Iterable[str] = ()) -> tuple[Ref, ...]:
        """The references in a value, each naming a `kind` or one of the words in `also`; the unknown are left out."""
        extra, refs = (*also, *(BUILT_IN if kind == "calendar" else ())), []
        for word in words_of(value):
            if word.text in self.names[kind] or word.text in extra:
                refs.append(Ref(word.text, word.span))
            else:
                desk.unknown(kind, word, chain(self.names[kind], extra))
        return tuple(refs)

    def one(self, kind: Kind, value: Value | None, desk: Desk, also: Iterable[str] = ()) -> Ref | None:
        """The one reference in a value; None (with a finding) if it names nothing."""
        return next(iter(self.bound(kind, value, desk, also)), None)


def scope_of(lines: Mapping[str, list[Line]], classes: Iterable[Word], desk: Desk) -> Scope:
    """The scope that definitions make: kind -> lines that define a name of that kind; `classes` are the words that name
    classes of data. A name that is reserved, or that serves two kinds, is a finding; it stays in the scope, so that one
    mistake is one finding."""
    names: dict[str, dict[str, Span]] = {kind: {} for kind in KINDS}
    names["class"] = {word.text: word.span for word in classes}
    for kind in KINDS:
        for line in lines.get(kind, ()):
            if line.name is not None:
                _check_reserved(kind, line.name, desk)
                first = names[kind].setdefault(line.name.text, line.name.span)
                if first.file != line.name.span.file:
                    desk.twice(
                        line.name.span, first, f"{kind} `{line.name.text}` is defined in two files", "keep one of them"
                    )
    _check_kinds(names, desk)
    return Scope(names)


def _check_reserved(kind: str, name: Word, desk: Desk) -> None:
    if name.text in RESERVED:
        desk.error(
            "CD004",
            name.span,
            f"`{name.text}` is a word of expressions and can't name {_a(kind)}",
            "choose another name",
        )
    elif name.text in _TAKEN.get(kind, ()):
        desk.error(
            "CD004",
            name.span,
            f"`{name.text}` has a meaning of its own and can't name {_a(kind)}",
            "choose another name",
        )


def _check_kinds(names: Mapping[str, Mapping[str, Span]], desk: Desk) -> None:
    first: dict[str, tuple[str, Span]] = {}
    for kind in _ONE_KIND:
        for name, span in names[kind].items():
            if name in first:
                other, place = first[name]
                later, earlier = (span, place) if span > place else (place, span)
                desk.twice(
                    later, earlier, f"`{name}` names {_a(other)} and {_a(kind)}", "give one of the two another name"
                )
            else:
                first[name] = (kind, span)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
