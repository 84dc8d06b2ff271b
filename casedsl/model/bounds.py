"""`must be`: what the value of a field must satisfy as long as it stands there.

A bound is a comparison of the field with a value, or with what follows from other fields. It speaks of fields alone, so
nothing but a change of a field can break it: not time, and not what happens. One that says several things is several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.model.desk import Desk
from casedsl.model.expressions import ORDERED, Names, Typist
from casedsl.model.records import Bound, Field
from casedsl.model.types import type_of
from casedsl.model.values import words_of
from casedsl.syntax.finding import Edit, Fix
from casedsl.syntax.tree import Line, Phrase, Value, text_of

_SPOKEN = {">=": "at least", "<=": "at most"}


def bounds_of(line: Line, field: Field, fields: Mapping[str, Field], desk: Desk) -> tuple[Bound, ...]:
    """What a field's `must be` asks for, each thing that it says by itself."""
    below = next(line.all("must be"), None)
    if below is None or "must be" not in below.clauses:
        return ()
    says = text_of(next(words_of(below.clauses.get("else")), None))
    return tuple(_bounds(below.clauses["must be"], says, field, Typist(Names(fields), desk)))


def _bounds(value: Value, says: str, field: Field, typist: Typist) -> Iterator[Bound]:
    for limit in value.parts if isinstance(value, Phrase) else ():
        if not isinstance(limit, Phrase) or _signed(limit, typist.desk) or _unordered(limit, field, typist.desk):
            continue
        formula = typist.limit(limit, field)
        if formula is not None:
            yield Bound(field.name, formula, says)


def _unordered(limit: Phrase, field: Field, desk: Desk) -> bool:
    """Whether a field has no order, or none of plain numbers as a range has; then it is a finding."""
    held = type_of(field)
    if held.name not in ORDERED:
        desk.wrong(limit.span, f"`{field.name}` is {held}, which has no order", "leave the line out")
        return True
    if limit.parts[-1].kind == "range" and held.name != "number":
        way_out = "write `at least … and at most …`"
        desk.wrong(limit.span, f"`{field.name}` is {held}, and a range is of plain numbers", way_out)
        return True
    return False


def _signed(limit: Phrase, desk: Desk) -> bool:
    """Whether a bound has a sign for which there are words; then it is a finding."""
    sign = limit.parts[0]
    if sign.text not in _SPOKEN:
        return False
    word = _SPOKEN[sign.text]
    fix = Fix(f"write `{word}`", True, (Edit(sign.span, word),))
    desk.error("CD005", sign.span, f"`must be {sign.text}` is said in words", f"write `{word}`", fix=fix)
    return True
