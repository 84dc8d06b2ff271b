"""Questions in pieces: what has no field in common can't exclude each other, so it can be asked apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression

YES: Expression = ("const", True)
NO: Expression = ("const", False)
NAMING = ("field", "is set", "not set", "due", "happened")
"""The heads after which a name stands."""


class Piece(NamedTuple):
    """Places of what is said, and of what is asked, about fields of which nothing else speaks."""

    said: tuple[int, ...]
    asked: tuple[int, ...]


def pieces_of(said: Sequence[Expression], asked: Sequence[Expression]) -> list[Piece]:
    """A question in pieces, in the order of the first thing that each says or asks."""
    rooms: dict[str, int] = {}
    held: dict[int, list[int]] = {}
    for place, expression in enumerate((*said, *asked)):
        names = _names_in(expression)
        joined = sorted({rooms[name] for name in names if name in rooms})
        room = joined[0] if joined else place
        for other in joined[1:]:
            held[room] += held.pop(other)
            rooms.update([(name, room) for name, its in rooms.items() if its == other])
        held.setdefault(room, []).append(place)
        rooms.update(dict.fromkeys(names, room))
    size = len(said)
    return [
        Piece(tuple(sorted(n for n in each if n < size)), tuple(sorted(n - size for n in each if n >= size)))
        for each in held.values()
    ]


def _names_in(expression: Expression) -> frozenset[str]:
    """What an expression speaks of: the names of fields, events and promises, each with what it is."""
    head, *rest = expression
    if head in NAMING:
        return frozenset((kind_of(head) + str(rest[0]),))
    return frozenset[str]().union(*(_names_in(part) for part in rest if isinstance(part, tuple)))


def kind_of(head: str) -> str:
    return f"{head} " if head in ("due", "happened") else ""


def folded(expression: Expression) -> Expression:
    """An expression without what is constant in it; `is not set` as the contrary of `is set`."""
    head, *rest = expression
    if head == "not":
        inner = folded(rest[0])  # type: ignore[arg-type]
        if inner[0] == "const":
            return NO if inner == YES else YES
        return inner[1] if inner[0] == "not" else ("not", inner)  # type: ignore[return-value]
    if head in ("and", "or"):
        return _joined(head, [folded(part) for part in rest])  # type: ignore[arg-type]
    if head == "not set":
        return ("not", ("is set", *rest))
    return expression if head != "const" or rest[0] is True else NO


def _joined(head: str, parts: Sequence[Expression]) -> Expression:
    settles, idle = (NO, YES) if head == "and" else (YES, NO)
    if settles in parts:
        return settles
    left = [part for part in parts if part != idle]
    if not left:
        return idle
    return left[0] if len(left) == 1 else (head, *left)


def conjuncts(expression: Expression) -> Iterator[Expression]:
    if expression[0] == "and":
        for part in expression[1:]:
            yield from conjuncts(part)  # type: ignore[arg-type]
    elif expression != YES:
        yield expression
