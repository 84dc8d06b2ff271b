"""Answers to pieces of questions, kept for one definition.

Whether a guard can hold is the same question wherever it is asked of fields of which nothing else is said: in each
state, for each claim, whatever the case holds besides. So the answers to a piece are kept under the piece with its
fields numbered, whatever names they have in a story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from casedsl_runtime.vocabulary import Expression

from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.pieces import NAMING, NO, YES, conjuncts, folded, kind_of
from casedsl.analysis.solving.search import Spent, Steps
from casedsl.model.records import Field

Answers: TypeAlias = tuple[tuple[bool, ...], ...]
"""Every way in which some questions can be answered together, where yes comes before no."""


class Pieces:
    """Answers to pieces, kept for one definition: each is worked out once. What the steps don't suffice for isn't
    kept."""

    def __init__(self) -> None:
        self._kept: dict[object, Answers] = {}

    def answers(
        self, said: Sequence[Expression], asked: Sequence[Expression], fields: Mapping[str, Field], purse: Steps
    ) -> Answers:
        """Every way in which questions can be answered where something is said; none where that is impossible. What is
        not decided is taken to be possible. Raises Spent when the purse is empty."""
        return self._found(said, asked, fields, purse)[0]

    def can_be(self, said: Sequence[Expression], fields: Mapping[str, Field], purse: Steps) -> bool:
        """Whether it is known that all of what is said can hold together."""
        try:
            found, decided = self._found(said, (), fields, purse)
        except Spent:
            return False
        return decided and bool(found)

    def _found(
        self, said: Sequence[Expression], asked: Sequence[Expression], fields: Mapping[str, Field], purse: Steps
    ) -> tuple[Answers, bool]:
        parts = dict.fromkeys(part for each in said for part in conjuncts(folded(each)))
        key = _numbered(tuple(parts), tuple(asked), fields)
        if key in self._kept:
            return self._kept[key], True
        asking = _Asking(fields, purse)
        found = tuple(asking.answers(tuple(parts), tuple(folded(each) for each in asked)))
        if asking.decided:
            self._kept[key] = found
        return found, asking.decided


class _Asking:
    def __init__(self, fields: Mapping[str, Field], purse: Steps) -> None:
        self.fields, self.purse, self.decided = fields, purse, True

    def answers(self, said: tuple[Expression, ...], asked: tuple[Expression, ...]) -> Iterator[tuple[bool, ...]]:
        if NO in said:
            return
        waiting: list[tuple[tuple[bool, ...], tuple[Expression, ...], bool]] = [((), said, not said)]
        while waiting:
            if self.purse.left <= 0:  # of what isn't asked any more both answers seem possible, again and again
                raise Spent
            answers, so_far, sure = waiting.pop()
            if len(answers) < len(asked):
                waiting += self._further(answers, so_far, sure, asked[len(answers)])
            elif sure or self._may_be(so_far):
                yield answers

    def _further(
        self, answers: tuple[bool, ...], said: tuple[Expression, ...], sure: bool, question: Expression
    ) -> list[tuple[tuple[bool, ...], tuple[Expression, ...], bool]]:
        """The answers to one question more, and whether what has been said then is known to be possible: no comes
        first, because the last is looked at first."""
        denied = folded(("not", question))
        if question == YES or question in said:
            return [((*answers, True), said, sure)]
        if question == NO or denied in said:
            return [((*answers, False), said, sure)]
        can = self._may_be((*said, question))
        cannot = (not can and sure) or self._may_be((*said, denied))
        both = [((*answers, False), (*said, denied), True)] if cannot else []
        return [*both, ((*answers, True), (*said, question), True)] if can else both

    def _may_be(self, parts: tuple[Expression, ...]) -> bool:
        answer = possible(parts, self.fields, self.purse)
        self.decided = self.decided and answer is not None
        return answer is not False


def _numbered(said: tuple[Expression, ...], asked: tuple[Expression, ...], fields: Mapping[str, Field]) -> object:
    """A piece with numbers in place of the names of fields, and what these can hold."""
    numbers: dict[str, int] = {}
    shape = tuple(_with_numbers(each, numbers) for each in (*said, *asked))
    return shape, len(said), tuple(_like(name, fields) for name in numbers)


def _with_numbers(expression: object, numbers: dict[str, int]) -> object:
    if not isinstance(expression, tuple):
        return type(expression), expression
    head, *rest = expression
    if head in NAMING:
        return head, numbers.setdefault(kind_of(head) + str(rest[0]), len(numbers)), *rest[1:]
    return head, *(_with_numbers(part, numbers) for part in rest)


def _like(name: str, fields: Mapping[str, Field]) -> object:
    """What the answers hang on of a name besides what is said: which field it is, and its ends."""
    field = fields.get(name)
    return name if field is None else (name.partition(" ")[0], field.low, field.high)
