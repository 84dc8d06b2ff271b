"""The parts of a guard with the author's words for each: what messages underline."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.model.records import Formula
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Value

_JOINING = ("and", "or", "not")


class Part(Struct, frozen=True):
    """A part that holds or doesn't, what the author wrote for it, and its own parts."""

    expression: Expression
    text: str
    span: Span
    parts: tuple[Part, ...] = ()

    @property
    def head(self) -> str:
        return str(self.expression[0])

    def conjuncts(self) -> tuple[Part, ...]:
        """What must all hold: the parts of an `and`, else the part itself."""
        return self.parts if self.head == "and" else (self,)

    def atoms(self) -> Iterator[Part]:
        """The comparisons in it, and whatever else has no parts of its own."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.atoms()

    def with_own(self) -> Iterator[Part]:
        """The part, then every part within it."""
        yield self
        for part in self.parts:
            yield from part.with_own()


def parts_of(formula: Formula) -> Part:
    """A guard as a tree of parts."""
    return _part(formula.expression, iter(formula.claims))


def _part(expression: Expression, words: Iterator[Value]) -> Part:
    node = next(words)
    inner = expression[1:] if expression[0] in _JOINING else ()
    parts = tuple(_part(each, words) for each in inner if isinstance(each, tuple))
    return Part(expression, node.text, node.span, parts)
